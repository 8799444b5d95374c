"""Carelane: a patient portal."""
