"""Status bytes of ESC/POS receipt printers: `DLE EOT n` and `GS r 1` (Epson ESC/POS command reference)."""

from __future__ import annotations

DLE_EOT = b"\x10\x04"
GS_R_PAPER = (b"\x1d\x72\x01", b"\x1d\x72\x31")

_FIXED_MASK, _FIXED = 0x93, 0x12
"""Bits 0, 1, 4 and 7 of every answer to DLE EOT."""

_OFFLINE = 0x08
_COVER_OPEN, _PAPER_END_STOP = 0x04, 0x20
_CUTTER_ERROR, _UNRECOVERABLE_ERROR, _RECOVERABLE_ERROR = 0x08, 0x20, 0x40
_PAPER_NEAR_END, _PAPER_END = 0x0C, 0x60
_GS_PAPER_NEAR_END, _GS_PAPER_END = 0x03, 0x0C

StatusValues = dict[str, bool | str]


def read_status(query: bytes, answer: bytes) -> StatusValues | None:
    """Say what an answer means for the query that was sent; None when it is no answer to it."""
    if query in GS_R_PAPER and len(answer) == 1:
        return {"paper": _paper(answer[0], near=_GS_PAPER_NEAR_END, end=_GS_PAPER_END)}
    if not query.startswith(DLE_EOT) or len(query) < 3:
        return None
    # Flow control (XON, XOFF) may stand before the answer; its fixed bits tell it.
    status = next((byte for byte in answer if byte & _FIXED_MASK == _FIXED), None)
    return None if status is None else _read_real_time(query[2], status)


def _read_real_time(n: int, status: int) -> StatusValues | None:
    match n:
        case 1:
            return {"online": not status & _OFFLINE}
        case 2:
            return {"cover_open": bool(status & _COVER_OPEN), "paper_end_stop": bool(status & _PAPER_END_STOP)}
        case 3:
            return {
                "cutter_error": bool(status & _CUTTER_ERROR),
                "unrecoverable_error": bool(status & _UNRECOVERABLE_ERROR),
                "recoverable_error": bool(status & _RECOVERABLE_ERROR),
            }
        case 4:
            return {"paper": _paper(status, near=_PAPER_NEAR_END, end=_PAPER_END)}
        case _:
            return None


def _paper(status: int, *, near: int, end: int) -> str:
    if status & end:
        return "out"
    return "low" if status & near else "ok"
