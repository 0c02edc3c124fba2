"""Where a TOML file is wrong, in our own words: the parser's are English."""

from __future__ import annotations

import re
import tomllib

from kiosk.messages import text

_PLACE = re.compile(r"at line (\d+), column (\d+)")


def toml_fault(fault: tomllib.TOMLDecodeError) -> str:
    """Say where a text is no TOML, by line and column; a text that breaks off says so."""
    place = _PLACE.search(str(fault))
    return text("toml.at", line=place[1], column=place[2]) if place else text("toml.unfinished")
