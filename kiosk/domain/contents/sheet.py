"""Sheets about the station: the same page as a paper of a case, without its number, its code and its count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk import clock
from kiosk.domain.paper import CopyMark, Issue, Letterhead, SheetKind, StationFacts
from kiosk.domain.receipt import minute_words, operator_words
from kiosk.domain.sections import Section, SectionedPaper
from kiosk.messages import text


@dataclass(frozen=True, repr=False)
class SheetFrame:
    """The place that prints a sheet, and the printing."""

    station: StationFacts
    issue: Issue

    @property
    def today(self) -> date:
        """The day of printing, in China Standard Time."""
        return clock.local(self.issue.printed_at).date()


def sheet_of(frame: SheetFrame, kind: SheetKind, number: str, *sections: Section, parting: str = "") -> SectionedPaper:
    """Put sections under the station's letterhead; `number` is what it is told by: a version, a period, a day."""
    issue, station = frame.issue, frame.station
    at = minute_words(clock.local(issue.printed_at))
    table = f"sheets.{kind.value}"
    return SectionedPaper(
        kind=kind,
        head=Letterhead(
            office=station.title,
            title=text(f"{table}.title"),
            number_label=text(f"{table}.number"),
            number=number,
            number_grouped=number,
            qr_text="",
            qr_caption="",
        ),
        copy=CopyMark(
            copy_no=issue.copy_no,
            printed_at=at,
            verification=issue.verification,
            watermark=text("sheets.watermark", operator=operator_words(issue), window=station.window, at=at),
            training=issue.training,
            parting=parting,
        ),
        sections=sections,
    )


def asking(frame: SheetFrame) -> tuple[str, ...]:
    """Say where to ask, and where the window is."""
    station = frame.station
    return (
        text("sheets.ask", phone=station.phone),
        text("receipt.address", address=station.address, window=station.window),
    )
