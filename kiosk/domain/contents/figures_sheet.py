"""The figures of a period, and the officer's working list (在办清单), on paper."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.contents.dossier import numbered_heading
from kiosk.domain.contents.sheet import SheetFrame, sheet_of
from kiosk.domain.figures import FigureTable
from kiosk.domain.paper import SheetKind
from kiosk.domain.receipt import day_words
from kiosk.domain.sections import Closing, Column, Fact, Facts, Paragraph, Section, SectionedPaper, Table
from kiosk.messages import text


def statistics_sheet(
    frame: SheetFrame, period: str, facts: Sequence[Fact], tables: Sequence[FigureTable]
) -> SectionedPaper:
    """Write the figures; tables without a row are left out."""
    filled = [table for table in tables if table.rows]
    sections: list[Section] = [Facts(tuple(facts))]
    for place, table in enumerate(filled, start=1):
        sections += [numbered_heading(place, table.title), _table(table)]
    sections.append(Closing((text("sheets.statistics.counted"),), ()))
    return sheet_of(frame, SheetKind.STATISTICS, period, *sections)


def working_list_sheet(frame: SheetFrame, table: FigureTable) -> SectionedPaper:
    """Write what is open and has a day, the most urgent first."""
    purpose = text("sheets.working_list.purpose", count=len(table.rows))
    sections: list[Section] = [Paragraph(purpose, strong=True)]
    if table.rows:
        sections.append(_table(table))
    sections.append(Closing((text("sheets.working_list.masked"),), ()))
    return sheet_of(frame, SheetKind.WORKING_LIST, day_words(frame.today), *sections)


def _table(table: FigureTable) -> Table:
    columns = tuple(Column(title, strong=place == 0) for place, title in enumerate(table.columns))
    return Table(columns, table.rows)
