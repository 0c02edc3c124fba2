"""The counter: the core, its use cases, and the commands."""

__version__ = "0.1.0"
