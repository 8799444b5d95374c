"""Plain HTTP beside the pages: verify, then call one service."""
