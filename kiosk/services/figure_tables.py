"""The tables of a report: in words for pages and sheets, in numbers for a spreadsheet. Nothing in them is personal."""

from __future__ import annotations

import csv
import io

from kiosk.domain.figures import FigureTable, Say, duration_words, rating_words, share_words
from kiosk.ports.statistics import CaseFigures, MatterFigures
from kiosk.services.statistics import Report

_CASE_COLUMNS = ("taken_in", "finished", "on_time", "duration", "rating", "declined")
_MATTER_COLUMNS = ("filed", "not_filed", "finished", "on_time", "duration", "corrections", "refused")
_NUMBERS = (
    "taken_in",
    "filed",
    "not_filed",
    "finished",
    "refused",
    "with_limit",
    "on_time",
    "hours",
    "corrections",
    "rated_1",
    "rated_2",
    "rated_3",
    "rated_4",
    "rated_5",
    "declined",
)


def case_tables(report: Report, say: Say) -> tuple[FigureTable, ...]:
    """Give the cases by day, channel and service."""
    return tuple(
        FigureTable(
            say(f"figures.by.{key}"),
            (say(f"figures.keys.{key}"), *(say(f"figures.columns.{column}") for column in _CASE_COLUMNS)),
            tuple(_case_row(line, key, say) for line in lines),
        )
        for key, lines in _case_groups(report)
    )


def matter_tables(report: Report, say: Say) -> tuple[FigureTable, ...]:
    """Give the matters by matter, department and mode."""
    return tuple(
        FigureTable(
            say(f"figures.by.{key}"),
            (say(f"figures.keys.{key}"), *(say(f"figures.columns.{column}") for column in _MATTER_COLUMNS)),
            tuple(_matter_row(line, key, say) for line in lines),
        )
        for key, lines in _matter_groups(report)
    )


def csv_of(report: Report, say: Say) -> bytes:
    """Write every figure of a report as a table of numbers, in UTF-8 with the mark that spreadsheets look for."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out)
    sheet.writerow(
        [say("figures.keys.group"), say("figures.keys.key"), *(say(f"figures.numbers.{n}") for n in _NUMBERS)]
    )
    sheet.writerow([say("figures.by.total"), "", *_case_numbers(report.total)])
    for key, lines in _case_groups(report):
        sheet.writerows([say(f"figures.by.{key}"), name_of(line.key, key, say), *_case_numbers(line)] for line in lines)
    for key, matters in _matter_groups(report):
        for line in matters:
            name = line.name or name_of(line.key, key, say)
            sheet.writerow([say(f"figures.by.{key}"), name, *_matter_numbers(line)])
    for standing, done in (("open", False), ("handled", True)):
        levels = [line.level for line in report.low_ratings if (line.answered_at is not None) is done]
        counts = [levels.count(1), levels.count(2)]
        name = say(f"figures.standing.{standing}")
        sheet.writerow([say("figures.by.low_rating"), name, *[""] * _NUMBERS.index("rated_1"), *counts, *[""] * 4])
    return out.getvalue().encode("utf-8-sig")


def name_of(key: str, group: str, say: Say) -> str:
    """Say what a line counts: a channel, service or mode in words, anything else as it is."""
    if group in ("channel", "service", "mode"):
        try:
            return say(f"figures.{group}s.{key}")
        except KeyError:
            return key
    return key


def _case_groups(report: Report) -> tuple[tuple[str, tuple[CaseFigures, ...]], ...]:
    return (("day", report.by_day), ("channel", report.by_channel), ("service", report.by_service))


def _matter_groups(report: Report) -> tuple[tuple[str, tuple[MatterFigures, ...]], ...]:
    return (("matter", report.by_matter), ("department", report.by_department), ("mode", report.by_mode))


def _case_row(line: CaseFigures, key: str, say: Say) -> tuple[str, ...]:
    *levels, declined = line.ratings
    return (
        name_of(line.key, key, say),
        str(line.taken_in),
        str(line.finished),
        share_words(line.on_time, line.promised, say),
        duration_words(line.duration_s, line.finished, say),
        rating_words(tuple(levels), say),
        str(declined),
    )


def _matter_row(line: MatterFigures, key: str, say: Say) -> tuple[str, ...]:
    return (
        line.name or name_of(line.key, key, say),
        str(line.filed),
        str(line.not_filed),
        str(line.finished),
        share_words(line.on_time, line.limited, say),
        duration_words(line.duration_s, line.finished, say),
        str(line.corrections),
        str(line.refused),
    )


def _case_numbers(line: CaseFigures) -> list[int | float | str]:
    hours = round(line.duration_s / 3600, 2)
    return [line.taken_in, "", "", line.finished, "", line.promised, line.on_time, hours, "", *line.ratings]


def _matter_numbers(line: MatterFigures) -> list[int | float | str]:
    counts = (line.filed, line.not_filed, line.finished, line.refused, line.limited, line.on_time)
    return ["", *counts, round(line.duration_s / 3600, 2), line.corrections, *[""] * 6]
