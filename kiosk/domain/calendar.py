"""Working days and time limits: holidays and make-up days by notice, and an honest estimate beyond the last notice."""

from __future__ import annotations

import json
import re
import tomllib
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args

from kiosk.clock import local
from kiosk.errors import CatalogError, ErrorCode
from kiosk.messages import text as sentence
from kiosk.toml_faults import toml_fault

Unit = Literal["working_day", "calendar_day", "hour", "month", "next_month"]
UNITS: tuple[str, ...] = get_args(Unit)


@dataclass(frozen=True)
class Due:
    """When something is due: an ISO date, for hours `YYYY-MM-DDTHH:MM`; provisional when a day was estimated."""

    text: str
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The working-day calendar.

    Attributes:
        holidays: days off by notice.
        makeups: Saturdays and Sundays that are worked, by notice.
        notices: the notice (文号) of each covered year.
        estimates: festival days of years without a notice.
        fixed: month and day of the festivals of every year, for years without a notice.
        cut_off: what comes later counts from the next working day.
    """

    holidays: frozenset[date]
    makeups: frozenset[date]
    notices: dict[int, str]
    estimates: frozenset[date]
    fixed: frozenset[tuple[int, int]]
    cut_off: time = time(17)

    def covers(self, day: date) -> bool:
        """Say whether the year's notice is in the calendar."""
        return day.year in self.notices

    @property
    def last_covered(self) -> date:
        """The last day of the last year with a notice."""
        return date(max(self.notices), 12, 31)

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked; outside the covered years this is an estimate."""
        if day in self.makeups:
            return True
        if day in self.holidays or day.weekday() >= 5:
            return False
        return self.covers(day) or not (day in self.estimates or (day.month, day.day) in self.fixed)

    def due(self, start: datetime, limit: int, unit: Unit) -> Due:
        """Count a limit from a moment.

        The start day is not counted; what comes after the cut-off or on a rest day counts as from the next working day.
        Days and months that end on a rest day move to the next working day (民法典 203), hours and the first of a
        following month do not. Hours are elapsed time.

        Args:
            start: an aware moment; the day is the one in China.
            limit: how many; 0 gives the start day itself.
            unit: of what.
        """
        moment = local(start)
        if unit == "hour":
            return Due((moment + timedelta(hours=limit)).strftime("%Y-%m-%dT%H:%M"), provisional=False)
        count = _Count(self)
        first = count.working_from(moment.date() + timedelta(days=moment.time() > self.cut_off))
        match unit:
            case "working_day":
                day = first
                for _ in range(limit):
                    day = count.working_from(day + timedelta(days=1))
            case "calendar_day":
                day = count.working_from(first + timedelta(days=limit))
            case "month":
                day = count.working_from(_months_later(first, limit))
            case "next_month":
                day = first_of_month(first, limit)
        return Due(day.isoformat(), provisional=not count.certain)


def first_of_month(day: date, months: int) -> date:
    """Give the first day of the month that many months later."""
    return _months_later(day.replace(day=1), months)


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class _Count:
    """One counting: remembers whether it had to look at a day that no notice covers."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self.certain = True

    def working_from(self, day: date) -> date:
        """Give the day itself or the next working day."""
        while True:
            self.certain = self.certain and self._calendar.covers(day)
            if self._calendar.is_working_day(day):
                return day
            day += timedelta(days=1)


def parse_calendar(texts: Sequence[str], cut_off: time = time(17)) -> WorkCalendar:
    """Read a calendar from TOML texts; a year in a later text replaces that year of earlier ones.

    Raises:
        CatalogError: CALENDAR_INVALID with the place.
    """
    years: dict[int, dict[str, Any]] = {}
    estimates: set[date] = set()
    fixed: set[tuple[int, int]] = set()
    for text in texts:
        try:
            data = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as exc:
            raise CatalogError(ErrorCode.CALENDAR_INVALID, place=toml_fault(exc)) from exc
        try:
            for year in data.get("year", []):
                years[int(year["year"])] = year
            estimate = data.get("estimate", {})
            estimates |= _estimated(estimate)
            fixed |= {(month, day) for month, day in estimate.get("fixed", [])}
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise CatalogError(ErrorCode.CALENDAR_INVALID, place=sentence("toml.calendar")) from exc
    if not years:
        raise CatalogError(ErrorCode.CALENDAR_INVALID, place="year")
    holidays: set[date] = set()
    makeups: set[date] = set()
    for year, table in years.items():
        try:
            off, worked = _year(year, table)
        except (TypeError, AttributeError) as exc:
            raise CatalogError(ErrorCode.CALENDAR_INVALID, place=f"{year}: holidays") from exc
        holidays |= off
        makeups |= worked
    notices = {year: str(table.get("notice", "")) for year, table in sorted(years.items())}
    return WorkCalendar(
        frozenset(holidays), frozenset(makeups), notices, frozenset(estimates), frozenset(fixed), cut_off
    )


def _estimated(estimate: dict[str, Any]) -> set[date]:
    days = {day for key in ("clear_bright", "dragon_boat", "mid_autumn") for day in estimate.get(key, [])}
    for first in estimate.get("spring", []):
        days |= {first + timedelta(days=offset) for offset in range(-1, 3)}
    return days


def _year(year: int, table: dict[str, Any]) -> tuple[set[date], set[date]]:
    off: set[date] = set()
    worked: set[date] = set()
    for number, row in enumerate(table.get("holidays", []), start=1):
        place = f"{year} {row.get('name') or f'holidays[{number}]'}"
        start, end = row.get("from"), row.get("to")
        makeups = row.get("makeup", [])
        if not _is_day(start) or not _is_day(end) or not all(_is_day(day) for day in makeups):
            raise CatalogError(ErrorCode.CALENDAR_INVALID, place=f"{place}: from, to, makeup")
        if not 0 <= (end - start).days <= 15 or not {start.year, end.year} <= {year, year - 1}:
            raise CatalogError(ErrorCode.CALENDAR_INVALID, place=f"{place}: {start} – {end}")
        odd = next((day for day in makeups if day.weekday() < 5 or start <= day <= end), None)
        if odd is not None:
            raise CatalogError(
                ErrorCode.CALENDAR_INVALID, place=sentence("toml.makeup", place=place, day=odd.isoformat())
            )
        off |= {start + timedelta(days=offset) for offset in range((end - start).days + 1)}
        worked |= set(makeups)
    if len(off) < 7:
        raise CatalogError(ErrorCode.CALENDAR_INVALID, place=f"{year}: holidays")
    if off & worked:
        raise CatalogError(ErrorCode.CALENDAR_INVALID, place=f"{year}: {min(off & worked)}")
    return off, worked


def _is_day(value: object) -> bool:
    return type(value) is date


_FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""What every notice speaks of (全国年节及纪念日放假办法); two that fall together may share a line."""
_LINE = re.compile(r"[一二三四五六七八九]、(?P<name>[\u4e00-\u9fff、]+)[:：](?P<rest>.+)")
_DAY = r"(?:(?P<{0}year>\d{{4}})年)?(?:(?P<{0}month>\d{{1,2}})月)?(?P<{0}day>\d{{1,2}})日"
_SPAN = re.compile(_DAY.format("a") + r"(?:至" + _DAY.format("b") + r")?[^。]*?放假")
_WORKED = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")


def read_notice(text: str) -> str:
    """Turn the State Council's yearly notice, as published, into our TOML text of that year.

    Raises:
        CatalogError: CALENDAR_INVALID, the text is not such a notice.
    """
    title = re.search(r"(\d{4})年部分节假日安排", text)
    if not title:
        raise CatalogError(ErrorCode.CALENDAR_INVALID, place=sentence("toml.no_notice"))
    year = int(title[1])
    number = re.search(r"国办发明电〔\d{4}〕\d+号", text)
    lines = [f"[[year]]\nyear = {year}", f'notice = "{number[0] if number else ""}"', "holidays = ["]
    # Words in brackets (weekdays, lunar dates) would only be in the way.
    plain = re.sub(r"[（(][^）)]*[）)]", "", text)
    named = ""
    for line in plain.splitlines():
        row = _LINE.search(line.strip())
        if row:
            lines.append(_notice_row(year, row["name"], row["rest"]))
            named += row["name"]
    # A copy that broke off would make the days of a whole festival working days, and their dates certain.
    missing = [festival for festival in _FESTIVALS if festival not in named]
    if missing:
        raise CatalogError(ErrorCode.CALENDAR_INVALID, place=sentence("toml.festivals", names="、".join(missing)))
    return "\n".join([*lines, "]", ""])


def _notice_row(year: int, name: str, rest: str) -> str:
    span = _SPAN.search(rest)
    if not span or not span["amonth"]:
        raise CatalogError(ErrorCode.CALENDAR_INVALID, place=name)
    start = _written(span["ayear"] or year, span["amonth"], span["aday"], name)
    end = start
    if span["bday"]:
        end = _written(span["byear"] or year, span["bmonth"] or span["amonth"], span["bday"], name)
    worked = [sentence for sentence in rest.split("。") if sentence.endswith("上班")]
    makeups = [_written(y or year, month, day, name) for part in worked for y, month, day in _WORKED.findall(part)]
    listed = f", makeup = [{', '.join(makeups)}]" if makeups else ""
    return f'  {{ name = "{name}", from = {start}, to = {end}{listed} }},'


def _written(year: str | int, month: str, day: str, name: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError as exc:
        raise CatalogError(ErrorCode.CALENDAR_INVALID, place=name) from exc


def merge_years(earlier: str, addition: str) -> str:
    """Give the text of an overlay with the years of `addition` put in place of those years of `earlier`."""
    new = tomllib.loads(addition).get("year", [])
    kept = [year for year in _years(earlier) if year["year"] not in {row["year"] for row in new}]
    return "\n".join(_write_year(year) for year in sorted([*kept, *new], key=lambda year: int(year["year"])))


def _years(text: str) -> Iterable[dict[str, Any]]:
    years: list[dict[str, Any]] = tomllib.loads(text).get("year", [])
    return years


def _write_year(year: dict[str, Any]) -> str:
    rows = [
        f"  {{ name = {_string(row.get('name', ''))}, from = {row['from']}, to = {row['to']}, "
        f"makeup = [{', '.join(str(day) for day in row.get('makeup', []))}] }},"
        for row in year.get("holidays", [])
    ]
    head = f"[[year]]\nyear = {year['year']}\nnotice = {_string(year.get('notice', ''))}\nholidays = ["
    return "\n".join([head, *rows, "]", ""])


def _string(value: object) -> str:
    """Write a text as TOML, which takes JSON's strings."""
    return json.dumps(str(value), ensure_ascii=False)
