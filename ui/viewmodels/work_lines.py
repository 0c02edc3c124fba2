"""Cases as rows of lists: the work list and the look-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.clock import local
from kiosk.domain.masks import mask_name
from kiosk.ports.store import CaseSummary
from ui.desk import Desk
from ui.viewmodels.staff_words import TAIL, day_words, due_day, left_words

URGENT_DAYS = 1
"""A case whose date is today, tomorrow or over is urgent."""


@dataclass(frozen=True)
class AttentionLine:
    """A case that needs a person."""

    number: str
    iconName: str
    urgent: bool
    due: str
    dueWords: str
    person: str
    personWords: str
    what: str
    why: str
    verb: str
    primary: bool
    last: bool


@dataclass(frozen=True)
class CaseLine:
    """A case that goes on by itself, or has ended."""

    number: str
    due: str
    person: str
    tail: str
    total: int
    finished: int
    countWords: str
    next: str
    last: bool


class CaseLines:
    """Turns summaries into rows; names are masked unless they are being revealed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.revealed = False

    def name(self, name: str) -> str:
        """Write a name as lists show it."""
        return name if self.revealed else mask_name(name)

    def attention(self, cases: tuple[CaseSummary, ...]) -> list[AttentionLine]:
        """Write the cases that need a person, the one that is due first on top."""
        say = self._desk.say
        today = local(self._desk.clock.now()).date()
        cases = tuple(sorted(cases, key=_first_day))
        rows = []
        for place, case in enumerate(cases):
            day = due_day(_first_day(case))
            urgent = day is not None and (day - today).days <= URGENT_DAYS
            rows.append(
                AttentionLine(
                    number=case.case_number,
                    iconName="document" if urgent else "note",
                    urgent=urgent,
                    due=day_words(day, today, say, weekday=True) if day else say("screen.no_due"),
                    dueWords=self._due_words(case, day, today),
                    person=self.name(case.deceased_name),
                    personWords=say(
                        "screen.applicant_tail", name=self.name(case.applicant_name), tail=case.case_number[-TAIL:]
                    ),
                    what=case.attention,
                    why=self._why(case, today),
                    verb=say("screen.worklist.mend"),
                    primary=place == 0,
                    last=place == len(cases) - 1,
                )
            )
        return rows

    def quiet(self, cases: tuple[CaseSummary, ...]) -> list[CaseLine]:
        """Write the other cases, in the order given."""
        say = self._desk.say
        today = local(self._desk.clock.now()).date()
        rows = []
        for place, case in enumerate(cases):
            day = due_day(case.promise_due)
            total, finished = case.matters_total, case.matters_finished
            kind = "all" if finished == total else "done" if finished else "none"
            rows.append(
                CaseLine(
                    number=case.case_number,
                    due=day_words(day, today, say, weekday=True) if day else say("screen.no_due"),
                    person=self.name(case.deceased_name),
                    tail=say("screen.tail", tail=case.case_number[-TAIL:]),
                    total=total,
                    finished=finished,
                    countWords=say(f"screen.worklist.count_{kind}", total=total, finished=finished),
                    next=say("screen.worklist.next", matter=case.next_matter) if case.next_matter else "",
                    last=place == len(cases) - 1,
                )
            )
        return rows

    def _due_words(self, case: CaseSummary, day: date | None, today: date) -> str:
        """Say what the day is: the one by which a department wants something, or how many are left."""
        if day is None:
            return ""
        wanted = day == due_day(case.correction_due)
        return self._desk.say("screen.worklist.correction_day") if wanted else left_words(day, today, self._desk.say)

    def _why(self, case: CaseSummary, today: date) -> str:
        """Say how far the case is, and by when a department wants what is missing."""
        say = self._desk.say
        why = say("screen.worklist.why", total=case.matters_total, finished=case.matters_finished)
        day = due_day(case.correction_due)
        return why + say("screen.worklist.why_due", day=day_words(day, today, say)) if day else why


def _first_day(case: CaseSummary) -> str:
    """Give the first of the days that are promised or wanted; a case without any comes last."""
    return min(day for day in (case.correction_due, case.promise_due, "9") if day)
