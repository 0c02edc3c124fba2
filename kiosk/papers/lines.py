"""Where lines of Chinese text may break (CLREQ §3.1.3: no closing mark at the start, no opening mark at the end)."""

from __future__ import annotations

import re

from kiosk.papers.fonts import Face, Fonts

_BLANK = " \u3000"
_OPENING = "（“‘《〈「『【〔"
_CLOSING = "，。；：、！？）”’》〉」』】〕·…—"
_NUMBER = r"(?:[^\s!-~] )?\d+(?: [年月日个号项页张份样次]|(?: \d+)*)"
_ATOM = re.compile(rf"[{_BLANK}]+|[{_OPENING}]*(?:{_NUMBER}|[!-~]+|.)?[{_CLOSING}]*", re.DOTALL)
"""What stays together: a number with its measure word, a telephone number, a Latin word, one character; each with the
marks that cling to it."""

_SHORT = 4.0
"""A last line shorter than this many ems looks lost."""


def wrap(fonts: Fonts, text: str, face: Face, size: float, width: float) -> tuple[str, ...]:
    """Break text into lines no wider than `width` points; an atom that is wider is cut where it must be.

    Nothing is lost: only the spaces at a break are. A last line of a few characters is lengthened by breaking the
    lines above it a little earlier, when that needs no further line.
    """
    if fonts.width(text, face, size) <= width:
        return (text,)
    lines = _fill(fonts, text, face, size, width)
    for narrower in range(1, int(_SHORT)):
        if fonts.width(lines[-1], face, size) >= _SHORT * size:
            break
        attempt = _fill(fonts, text, face, size, width - narrower * size)
        if len(attempt) == len(lines):
            lines = attempt
    return lines


def _fill(fonts: Fonts, text: str, face: Face, size: float, width: float) -> tuple[str, ...]:
    lines: list[str] = []
    line, used = "", 0.0
    for match in _ATOM.finditer(text):
        for atom in _fitting(fonts, match.group(), face, size, width):
            advance = fonts.width(atom, face, size)
            if line and used + advance > width:
                lines.append(line.rstrip(_BLANK))
                line, used = "", 0.0
                if atom.isspace():
                    continue
            line += atom
            used += advance
    if line.strip(_BLANK) or not lines:
        lines.append(line.rstrip(_BLANK))
    return tuple(lines)


def _fitting(fonts: Fonts, atom: str, face: Face, size: float, width: float) -> list[str]:
    """Give the atom whole when it fits on a line, else its characters."""
    return [atom] if fonts.width(atom, face, size) <= width else list(atom)
