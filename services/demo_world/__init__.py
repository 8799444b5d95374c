"""The demo's world: the same on every machine, its dates counted from the day it was made."""
from services.demo_world.load import load

__all__ = ["load"]
