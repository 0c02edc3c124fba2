"""The composition root: builds the parts and joins them; `kiosk.app` adds the Qt program."""

from kiosk.wiring.counter import Counter, open_counter

__all__ = ["Counter", "open_counter"]
