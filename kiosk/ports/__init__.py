"""What the core needs from outside, as Protocols; adapters in `devices`, `sync`, `ui` and `kiosk.store` fit them.

Readers and printers are driven from threads of their own; what they report are immutable values.
"""
