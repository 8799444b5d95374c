"""Text messages for those who look after them: figures, what was not delivered, and one message's story."""
