"""How wide the columns of a table are: as their words need, and where that is too much, the widest give way."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.papers.fonts import Face, Fonts

_NARROWEST = 3.0
"""No column is narrower than this many ems."""


def column_widths(
    fonts: Fonts, cells: Sequence[Sequence[tuple[str, Face]]], size: float, room: float, gap: float
) -> list[float]:
    """Share `room` points, gaps between the columns taken off; `cells` are given column by column, heads included.

    What is left over goes to the first column; what is lacking is taken from the widest ones, all to the same width.
    """
    wanted = [
        max(_NARROWEST * size, max((fonts.width(words, face, size) for words, face in column), default=0.0))
        for column in cells
    ]
    room -= gap * (len(wanted) - 1)
    if sum(wanted) <= room:
        return [wanted[0] + room - sum(wanted), *wanted[1:]]
    left, open_columns, cap = room, sorted(wanted), room
    for place, width in enumerate(open_columns):
        cap = left / (len(open_columns) - place)
        if width > cap:
            break
        left -= width
    return [min(width, cap) for width in wanted]
