"""Where a TOML file is wrong, in our own words: the parser's are English."""

from __future__ import annotations

import re

from kiosk.messages import text

_PLACE = re.compile(r"at line (\d+), column (\d+)")


def toml_fault(fault: Exception) -> str:
    """Say where a text is no TOML, by line and column; one that breaks off, or never closes a bracket, says so."""
    place = _PLACE.search(str(fault))
    return text("toml.at", line=place[1], column=place[2]) if place else text("toml.unfinished")
