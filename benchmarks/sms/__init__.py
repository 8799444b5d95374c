"""Text messages under a flood: how fast the urgent ones are, how many bulk ones go, and that none is lost or doubled."""
