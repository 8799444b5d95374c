"""Ports to the outside and their adapters. The only place that knows a provider's library."""
