"""The work list, look-up, and opening a case."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.clock import Clock, iso, local, parse
from kiosk.domain.case import Case, CaseState, Delivery
from kiosk.ids import OperatorId
from kiosk.ports.store import CaseSummary, DraftSummary, JournalLine, Store

_ENDED = {CaseState.FINISHED, CaseState.REFUSED, CaseState.WITHDRAWN}


@dataclass(frozen=True)
class TodayCounts:
    """Today at this station, in cases."""

    taken_in: int
    delivered: int
    finished: int
    withdrawn: int = 0
    """Taken back before they arrived."""

    @property
    def on_the_way(self) -> int:
        """Cases of today that the hub has not acknowledged yet, and that go there."""
        return self.taken_in - self.delivered - self.withdrawn


@dataclass(frozen=True)
class WorkList:
    """What the work list shows."""

    attention: tuple[CaseSummary, ...]
    in_progress: tuple[CaseSummary, ...]
    ended: tuple[CaseSummary, ...]
    drafts: tuple[DraftSummary, ...]
    today: TodayCounts


class CaseService:
    """Cases that were taken in here."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read from this store."""
        self._store = store
        self._clock = clock

    def worklist(self, operator_id: OperatorId, *, limit: int = 200) -> WorkList:
        """List what this operator has before them, cases that need a person first."""
        cases = self._store.cases.all(limit=limit)
        open_cases = [case for case in cases if case.state not in _ENDED]
        return WorkList(
            attention=tuple(case for case in open_cases if case.attention),
            in_progress=tuple(case for case in open_cases if not case.attention),
            ended=tuple(case for case in cases if case.state in _ENDED),
            drafts=tuple(self._store.drafts.of_operator(operator_id)),
            today=self._today(cases),
        )

    def find(self, text: str) -> list[CaseSummary]:
        """Find by number, document number or name."""
        return self._store.cases.find(text.strip()) if text.strip() else []

    def open(self, case_number: str, actor: OperatorId) -> Case:
        """Give a case, and note in the journal who looked at it.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        case = self._store.cases.get(case_number)
        line = JournalLine("case_opened", actor, case.case_number)
        self._store.journal.append(line, iso(self._clock.now()))
        return case

    def look_again(self, case_number: str) -> Case:
        """Give a case that is open already; nothing new is noted.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        return self._store.cases.get(case_number)

    def _today(self, cases: list[CaseSummary]) -> TodayCounts:
        today = local(self._clock.now()).date()
        taken = [case for case in cases if local(parse(case.taken_in_at)).date() == today]
        return TodayCounts(
            taken_in=len(taken),
            delivered=sum(case.delivery is Delivery.DELIVERED for case in taken),
            finished=sum(case.state == CaseState.FINISHED for case in taken),
            withdrawn=sum(case.delivery is Delivery.WITHDRAWN for case in taken),
        )
