"""Where things lie: resources inside the program, data outside it."""

from __future__ import annotations

import sys
from pathlib import Path

DATABASE_FILE = "kiosk.db"
"""The store's database within a data folder."""


def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """Give the path of a shipped resource such as `messages/zh.toml`, also when frozen."""
    return _root() / "resources" / name


def default_data_dir() -> Path:
    """Give the data folder that is used when `--data` is not given."""
    import platformdirs  # noqa: PLC0415  an installed counter names its folder, and starts without this

    return Path(platformdirs.user_data_dir("yizhan", appauthor=False)) / "training"


def own_command(*arguments: str) -> list[str]:
    """Give the command line that runs this program with other arguments, from source or from the bundle."""
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "kiosk"]
    return [*start, *arguments]
