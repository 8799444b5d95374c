"""Servers that speak a provider's API, so that one adapter serves the demo, the tests and the real thing."""
