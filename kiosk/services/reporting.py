"""What becomes of figures outside the program: sheets for people, a file for a spreadsheet."""

from __future__ import annotations

from pathlib import Path

from kiosk.clock import local, parse
from kiosk.domain.contents.figures_sheet import statistics_sheet, working_list_sheet
from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.figures import FigureTable, Say, duration_words, rating_words, share_words
from kiosk.domain.masks import mask_name
from kiosk.domain.numbering import grouped
from kiosk.domain.sections import Fact, SectionedPaper
from kiosk.errors import ErrorCode, StoreError
from kiosk.messages import text
from kiosk.ports.statistics import WorkLine
from kiosk.services.figure_tables import case_tables, csv_of, matter_tables
from kiosk.services.statistics import Report

_DAYS_AT_MOST = 31
"""A sheet lists the days of a month; of a longer period it leaves them to the file."""


def total_facts(report: Report, say: Say) -> tuple[Fact, ...]:
    """Say the whole period in labelled values."""
    total = report.total
    *levels, declined = total.ratings
    return (
        (say("figures.columns.taken_in"), str(total.taken_in)),
        (say("figures.columns.finished"), str(total.finished)),
        (say("figures.columns.on_time"), share_words(total.on_time, total.promised, say)),
        (say("figures.columns.duration"), duration_words(total.duration_s, total.finished, say)),
        (say("figures.columns.corrections"), say("figures.requests", count=sum(m.corrections for m in report.by_mode))),
        (say("figures.columns.not_filed"), str(sum(line.not_filed for line in report.by_mode))),
        (say("figures.columns.rating"), rating_words(tuple(levels), say)),
        (say("figures.columns.declined"), str(declined)),
    )


def not_filed_table(report: Report, say: Say) -> FigureTable:
    """List what applied and was not filed, for the one who calls the families; names are masked."""
    columns = ("day", "matter", "department", "reason", "applicant", "case")
    rows = tuple(
        (line.day, line.name, line.department, line.reason, mask_name(line.applicant_name), grouped(line.case_number))
        for line in report.not_filed
    )
    return FigureTable(say("figures.by.not_filed"), tuple(say(f"figures.keys.{key}") for key in columns), rows)


def low_rating_table(report: Report, say: Say) -> FigureTable:
    """List the low ratings with their way to an answer, the open ones first."""
    columns = ("rating", "reason", "day", "put_right_by", "put_right", "case")
    rows = tuple(
        (
            say(f"figures.numbers.rated_{line.level}"),
            line.reason,
            _day(line.given_at),
            line.due or say("figures.standing.no_day"),
            f"{_day(line.answered_at)} {line.answer}" if line.answered_at else say("figures.standing.open"),
            grouped(line.case_number),
        )
        for line in report.low_ratings
    )
    return FigureTable(say("figures.by.low_rating"), tuple(say(f"figures.keys.{key}") for key in columns), rows)


def _day(moment: str) -> str:
    return local(parse(moment)).date().isoformat()


def working_table(lines: list[WorkLine], say: Say) -> FigureTable:
    """List what is open; names are masked, an overdue day says so."""
    columns = ("due", "matter", "department", "state", "deceased", "case")
    rows = tuple(
        (
            _when(line, say),
            line.name,
            line.department,
            say(f"papers.matter_states.{line.state}"),
            mask_name(line.deceased_name),
            grouped(line.case_number),
        )
        for line in lines
    )
    return FigureTable(say("figures.by.working"), tuple(say(f"figures.keys.{key}") for key in columns), rows)


def _when(line: WorkLine, say: Say) -> str:
    if line.due is None:
        return line.due_text
    return say("figures.overdue", day=line.due[:10]) if line.overdue else line.due[:10]


class ReportingService:
    """Writes sheets and files of figures that were read before. Needs no store."""

    def __init__(self, exports: Path) -> None:
        """Put files into this folder, which is made when the first one is written."""
        self._exports = exports

    def sheet(self, report: Report, frame: SheetFrame) -> SectionedPaper:
        """Write a report as a sheet."""
        days, *others = case_tables(report, text)
        tables = [*matter_tables(report, text), *others, not_filed_table(report, text), low_rating_table(report, text)]
        if len(days.rows) <= _DAYS_AT_MOST:
            tables.append(days)
        period = text("figures.period", since=report.period.since, until=report.period.until)
        return statistics_sheet(frame, period, total_facts(report, text), tables)

    def working_sheet(self, lines: list[WorkLine], frame: SheetFrame) -> SectionedPaper:
        """Write the officer's list as a sheet."""
        return working_list_sheet(frame, working_table(lines, text))

    def export(self, report: Report) -> Path:
        """Write a report's numbers for a spreadsheet and give the file; one of the same period is replaced.

        Raises:
            StoreError: STORE_IO, it cannot be written.
        """
        period = report.period
        path = self._exports / f"{text('figures.file')}-{period.since}-{period.until}.csv"
        try:
            self._exports.mkdir(parents=True, exist_ok=True)
            path.write_bytes(csv_of(report, text))
        except OSError as exc:
            raise StoreError(ErrorCode.STORE_IO) from exc
        return path
