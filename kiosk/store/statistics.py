"""Figures and lists over all cases, each one query."""

from __future__ import annotations

from dataclasses import fields

from kiosk.errors import ErrorCode, StoreError
from kiosk.ports.statistics import (
    CaseFigures,
    CaseKey,
    LowRating,
    MatterFigures,
    MatterKey,
    NotFiledLine,
    Period,
    ResultLine,
    WorkLine,
)
from kiosk.store.case_rows import compact
from kiosk.store.database import Database, Row, Value

_WITHIN = "day between :since and :until and (:service = '' or service = :service)"
_RATED = ("rated_1", "rated_2", "rated_3", "rated_4", "rated_5", "rated_not")
_CASE_SUMS = ("taken_in", "finished", "promised", "on_time", "duration_s", *_RATED)
_MATTER_SUMS = tuple(field.name for field in fields(MatterFigures) if field.name not in ("key", "name"))


def _sums(columns: tuple[str, ...]) -> str:
    return ", ".join(f"coalesce(sum({column}), 0) as {column}" for column in columns)


_TABLES = f"""
    with by_matter as materialized (
        select service, matter_id, max(name) as name, max(department) as department, max(mode) as mode,
            {_sums(_MATTER_SUMS)}
        from matter_figures where {_WITHIN} group by service, matter_id)
    select 'matter_id' as part, matter_id as key, max(name) as name, {_sums(_MATTER_SUMS)} from by_matter
        group by service, matter_id
    union all select 'department', department, '', {_sums(_MATTER_SUMS)} from by_matter group by department
    union all select 'mode', mode, '', {_sums(_MATTER_SUMS)} from by_matter group by mode
    """


class SqliteStatistics:
    """Figures from the counters that the schema keeps; see `kiosk.store.figures`."""

    def __init__(self, database: Database) -> None:
        """Read from this database."""
        self._database = database

    def cases(self, period: Period, by: CaseKey | None = None) -> list[CaseFigures]:
        """Count cases by key, in the key's order; without one the total, one row."""
        key = by or "''"
        group = f" group by {by} order by {by}" if by else ""
        sql = f"select {key} as key, {_sums(_CASE_SUMS)} from case_figures where {_WITHIN}{group}"
        return [_case_figures(row) for row in self._database.rows(sql, _of(period))]

    def matters(self, period: Period, by: MatterKey) -> list[MatterFigures]:
        """Count matters by key, in the key's order."""
        name = "max(name)" if by == "matter_id" else "''"
        sql = (
            f"select {by} as key, {name} as name, {_sums(_MATTER_SUMS)} from matter_figures"
            f" where {_WITHIN} group by {by} order by {by}"
        )
        return [MatterFigures(**row) for row in self._database.rows(sql, _of(period))]

    def matter_tables(self, period: Period) -> dict[MatterKey, list[MatterFigures]]:
        """Count matters by matter, department and mode, going through the days once."""
        rows = self._database.rows(_TABLES, _of(period))
        keys: tuple[MatterKey, ...] = ("matter_id", "department", "mode")
        found: dict[MatterKey, list[MatterFigures]] = {key: [] for key in keys}
        for row in rows:
            found[row.pop("part")].append(MatterFigures(**row))
        return found

    def not_filed(self, period: Period, *, limit: int = 500) -> list[NotFiledLine]:
        """List what applied and was not filed, newest first."""
        rows = self._database.rows(
            "select case_number, day, matter_id, name, department, reason, applicant_name"
            " from not_filed_matters join cases using (case_id)"
            " where day between :since and :until and (:service = '' or service = :service)"
            " order by day desc, cases.seq desc, matter_id limit :limit",
            {**_of(period), "limit": limit},
        )
        return [NotFiledLine(**row) for row in rows]

    def low_ratings(self, period: Period) -> list[LowRating]:
        """List the low ratings of cases taken in in a period: those without an answer first, by their day."""
        rows = self._database.rows(
            "select c.case_number, r.level, r.reason, r.given_at, r.due, r.answer, r.answered_at"
            " from ratings r join cases c using (case_id) where r.level <= 2"
            " and date(c.taken_in_at, '+8 hours') between :since and :until"
            " and (:service = '' or c.service = :service)"
            " order by r.answered_at is not null, r.due is null, r.due, r.given_at",
            _of(period),
        )
        return [LowRating(**row) for row in rows]

    def working_list(self, today: str, *, department: str = "", limit: int = 200) -> list[WorkLine]:
        """List the open matters, the most urgent first, then those without a day; of each kind up to `limit`."""
        lines = (
            "select * from (select c.case_number, m.matter_id, m.name, m.department, m.state, m.due,"
            " coalesce(substr(m.due, 1, 10) < :today, 0) as overdue, c.deceased_name, m.due_text"
            " from case_matters m join cases c using (case_id)"
            " where m.due is {} and m.state not in ('finished', 'refused', 'withdrawn', 'moved_offline')"
            " and (:department = '' or m.department = :department) order by {} limit :limit)"
        )
        rows = self._database.rows(
            f"{lines.format('not null', 'm.due, m.case_id')} union all {lines.format('null', 'm.case_id, m.position')}",
            {"today": today, "department": department, "limit": limit},
        )
        return [WorkLine(**(row | {"overdue": bool(row["overdue"])})) for row in rows]

    def result_list(self, case_number: str) -> list[ResultLine]:
        """List a case's matters with what became of them, in the case's order.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        rows = self._database.rows(
            "select m.matter_id, m.name, m.department, m.state, m.words, m.due,"
            " iif(m.state in ('finished', 'refused', 'withdrawn', 'moved_offline'), m.updated_at, null) as ended_at"
            " from case_matters m join cases c using (case_id) where c.case_number = ? order by m.position",
            (compact(case_number),),
        )
        if not rows:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        return [ResultLine(**row) for row in rows]


def _of(period: Period) -> dict[str, Value]:
    return {"since": period.since, "until": period.until, "service": period.service}


def _case_figures(row: Row) -> CaseFigures:
    ratings = tuple(row.pop(name) for name in _RATED)
    return CaseFigures(**row, ratings=ratings)
