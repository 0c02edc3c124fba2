"""日结单: taken in here, counted at the hub, the difference, and who vouches for which number."""

from __future__ import annotations

from kiosk import clock
from kiosk.domain.contents.dossier import by_hand, numbered_heading
from kiosk.domain.contents.sheet import SheetFrame, asking, sheet_of
from kiosk.domain.day_end import DayClose
from kiosk.domain.paper import SheetKind
from kiosk.domain.receipt import minute_words
from kiosk.domain.sections import Closing, Column, Facts, Framed, Paragraph, SectionedPaper, Table
from kiosk.messages import text

_DIGEST_SHOWN = 16
"""Characters of a digest or a signature on the sheet: enough to tell two apart; the whole lies in the store."""


def day_end_sheet(frame: SheetFrame, close: DayClose, since: str | None, operator_name: str) -> SectionedPaper:
    """Write a day end; `since` is when the one before it was."""
    none = text("papers.dash")
    rows = (
        ("cases", str(close.cases), none if close.hub_cases is None else str(close.hub_cases)),
        ("events", str(close.events), none if close.hub_events is None else str(close.hub_events)),
        ("digest", close.digest[:_DIGEST_SHOWN], (close.hub_digest or none)[:_DIGEST_SHOWN]),
        ("at", _minute(close.closed_at), _minute(close.hub_at) if close.hub_at else none),
        ("signature", close.signature[:_DIGEST_SHOWN] or none, close.hub_signature[:_DIGEST_SHOWN] or none),
    )
    columns = (
        Column("", strong=True),
        Column(text("sheets.day_end.here")),
        Column(text("sheets.day_end.hub")),
    )
    return sheet_of(
        frame,
        SheetKind.DAY_END,
        f"{close.closed_at[:10]} {close.first_seq}–{close.last_seq}",
        Paragraph(text("sheets.day_end.purpose"), strong=True),
        Facts(
            (
                (text("sheets.day_end.since"), _minute(since) if since else text("sheets.day_end.first")),
                (text("sheets.day_end.until"), _minute(close.closed_at)),
                (text("sheets.day_end.operator"), operator_name or close.operator),
                (text("sheets.day_end.delivered"), text("screen.cases", count=close.delivered)),
            )
        ),
        numbered_heading(1, text("sheets.day_end.compared")),
        Table(columns, tuple((text(f"sheets.day_end.{key}"), here, hub) for key, here, hub in rows)),
        Framed(text("sheets.day_end.result"), result_words(close)),
        Closing(
            (text("sheets.day_end.note"), *asking(frame)),
            (by_hand("sheets.day_end.signed_here"), by_hand("sheets.day_end.signed_supervisor")),
        ),
    )


def result_words(close: DayClose) -> str:
    """Say in one sentence how the two counts stand to each other."""
    if close.difference is None:
        return text("sheets.day_end.waiting")
    if close.difference:
        return text("sheets.day_end.differs", here=close.cases, hub=close.hub_cases or 0, count=close.difference)
    return text("sheets.day_end.agrees" if close.agrees else "sheets.day_end.events_differ", count=close.cases)


def _minute(moment: str) -> str:
    return minute_words(clock.local(clock.parse(moment)))
