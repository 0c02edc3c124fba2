"""What the counter's figures and lists are made from. All counting is the store's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

CaseKey = Literal["day", "channel", "service"]
MatterKey = Literal["matter_id", "department", "mode", "day"]


@dataclass(frozen=True)
class Period:
    """From one day in China to another (ISO dates), both included; `service` empty means all."""

    since: str
    until: str
    service: str = ""


@dataclass(frozen=True)
class CaseFigures:
    """Cases taken in within the period, and what has become of them since.

    Attributes:
        key: the day, channel or service; empty for the total.
        on_time: finished by the promised day; `promised` counts the finished ones that had one.
        duration_s: from the taking-in to the last matter's end, summed over the finished.
        ratings: how many of 1, 2, 3, 4, 5, and last how many answered 不评价.
    """

    key: str
    taken_in: int
    finished: int
    promised: int
    on_time: int
    duration_s: int
    ratings: tuple[int, int, int, int, int, int]


@dataclass(frozen=True)
class MatterFigures:
    """Matters of those cases; `corrections` counts the requests, `not_filed` what applied and was not filed."""

    key: str
    name: str
    filed: int
    not_filed: int
    finished: int
    limited: int
    on_time: int
    duration_s: int
    corrections: int
    refused: int


@dataclass(frozen=True)
class NotFiledLine:
    """应办未办: a matter that applied when the case was taken in and was not filed, with the reason that was given."""

    case_number: str
    day: str
    matter_id: str
    name: str
    department: str
    reason: str
    applicant_name: str = field(repr=False)


@dataclass(frozen=True)
class WorkLine:
    """A matter that is under way, in the officer's working list; one without a day has only words for when."""

    case_number: str
    matter_id: str
    name: str
    department: str
    state: str
    due: str | None
    overdue: bool
    deceased_name: str = field(repr=False)
    due_text: str = ""


@dataclass(frozen=True)
class ResultLine:
    """A matter of one case, in the family's result list."""

    matter_id: str
    name: str
    department: str
    state: str
    words: str
    ended_at: str | None
    due: str | None


@dataclass(frozen=True)
class LowRating:
    """差评: a rating of 1 or 2, by when it is put right (None until the hub has set a day), and what was answered."""

    case_number: str
    level: int
    reason: str
    given_at: str
    due: str | None
    answer: str
    answered_at: str | None


class StatisticsStore(Protocol):
    """Figures and lists over all cases of this station."""

    def cases(self, period: Period, by: CaseKey | None = None) -> list[CaseFigures]:
        """Count cases by key, in the key's order; without one the total, one row."""

    def matters(self, period: Period, by: MatterKey) -> list[MatterFigures]:
        """Count matters by key, in the key's order."""

    def matter_tables(self, period: Period) -> dict[MatterKey, list[MatterFigures]]:
        """Count matters by matter (each service's by itself), department and mode at once."""

    def not_filed(self, period: Period, *, limit: int = 500) -> list[NotFiledLine]:
        """List what applied and was not filed, newest first."""

    def low_ratings(self, period: Period) -> list[LowRating]:
        """List the low ratings of cases taken in in a period: those without an answer first, by their day."""

    def working_list(self, today: str, *, department: str = "", limit: int = 200) -> list[WorkLine]:
        """List the open matters, the most urgent first, then those without a day; of each kind up to `limit`."""

    def result_list(self, case_number: str) -> list[ResultLine]:
        """List a case's matters with what became of them, in the case's order.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
