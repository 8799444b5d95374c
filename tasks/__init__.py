"""Thin Huey functions: ids in, one service call, no logic."""
