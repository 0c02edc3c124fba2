"""One module per command: `add_parser(subparsers)`, which sets the module's `run(args) -> int` as default.

A module imports what it needs inside `run`, so that `kiosk --help` stays quick and starts without Qt.
"""

COMMANDS = (
    "run",
    "tour",
    "case",
    "paper",
    "sync",
    "relay",
    "hub",
    "enrol",
    "doctor",
    "matters",
    "calendar",
    "catalog",
    "decode",
    "bench",
    "stats",
    "guide",
    "day",
    "page_child",
)
