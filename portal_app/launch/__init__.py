"""Bringing the portal up, watching over it, and testing it: what `./portal` does."""
