"""The counter's figures: what was taken in, how long it took, what was put right, what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.clock import Clock, local
from kiosk.errors import ErrorCode, InputError
from kiosk.ports.statistics import (
    CaseFigures,
    LowRating,
    MatterFigures,
    NotFiledLine,
    Period,
    ResultLine,
    StatisticsStore,
    WorkLine,
)


@dataclass(frozen=True)
class Report:
    """The figures of a period."""

    period: Period
    total: CaseFigures
    by_day: tuple[CaseFigures, ...]
    by_channel: tuple[CaseFigures, ...]
    by_service: tuple[CaseFigures, ...]
    by_matter: tuple[MatterFigures, ...]
    by_department: tuple[MatterFigures, ...]
    by_mode: tuple[MatterFigures, ...]
    not_filed: tuple[NotFiledLine, ...]
    low_ratings: tuple[LowRating, ...] = ()


class StatisticsService:
    """Figures and lists of one station. Called on the thread that owns the store."""

    def __init__(self, store: StatisticsStore, clock: Clock) -> None:
        """Read from this store."""
        self._store = store
        self._clock = clock

    def period(self, since: str | None = None, until: str | None = None, service: str = "") -> Period:
        """Make a period of two ISO dates; this year until today when they are not given.

        Raises:
            InputError: INPUT_INVALID, one is no date or they stand the wrong way round.
        """
        today = local(self._clock.now()).date()
        try:
            last = date.fromisoformat(until) if until else today
            first = date.fromisoformat(since) if since else last.replace(month=1, day=1)
        except ValueError as exc:
            raise InputError(ErrorCode.INPUT_INVALID, place="since, until") from exc
        if first > last:
            raise InputError(ErrorCode.INPUT_INVALID, place="since, until")
        return Period(first.isoformat(), last.isoformat(), service)

    def report(self, period: Period) -> Report:
        """Give all figures of a period."""
        store = self._store
        matters = store.matter_tables(period)
        return Report(
            period=period,
            total=store.cases(period)[0],
            by_day=tuple(store.cases(period, "day")),
            by_channel=tuple(store.cases(period, "channel")),
            by_service=tuple(store.cases(period, "service")),
            by_matter=tuple(matters["matter_id"]),
            by_department=tuple(matters["department"]),
            by_mode=tuple(matters["mode"]),
            not_filed=tuple(store.not_filed(period)),
            low_ratings=tuple(store.low_ratings(period)),
        )

    def working_list(self, department: str = "") -> list[WorkLine]:
        """Give the officer's list: what is open, the most urgent first (one of Huzhou's two lists)."""
        return self._store.working_list(local(self._clock.now()).date().isoformat(), department=department)

    def result_list(self, case_number: str) -> list[ResultLine]:
        """Give the family's list: every matter and what became of it (the other list).

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        return self._store.result_list(case_number)
