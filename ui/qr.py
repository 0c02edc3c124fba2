"""QR codes as drawings."""

from __future__ import annotations

import segno


def draw(text: str) -> tuple[int, str]:
    """Give the modules of a side, without the quiet zone, and the dark modules as an SVG path in module units.

    Error correction is M (ISO/IEC 18004); each run of dark modules of a row is one rectangle.
    """
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if row[x]:
                start = x
                while x < len(row) and row[x]:
                    x += 1
                parts.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            else:
                x += 1
    return len(rows), "".join(parts)
