"""好差评: one voluntary rating of each case, bound to it and queued like any event."""

from __future__ import annotations

from typing import Literal, get_args

from kiosk.clock import Clock, iso
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import CaseId, OperatorId
from kiosk.packets.events import EventKind, rating_given_payload
from kiosk.ports.store import JournalLine, Store

Level = Literal[1, 2, 3, 4, 5]


class RatingService:
    """Takes ratings (GB/T 39735-2020: five levels, the two lowest with a reason)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Write to this store."""
        self._store = store
        self._clock = clock

    def rate(self, case_number: str, level: Level | None, reason: str, actor: OperatorId) -> None:
        """Keep a rating; None is the answer 不评价.

        Raises:
            InputError: INPUT_INVALID for a level outside 1–5, a low level without a reason, or a second rating.
        """
        reason = reason.strip()
        if level is not None and level not in get_args(Level):
            raise InputError(ErrorCode.INPUT_INVALID, place="level")
        if level is not None and level <= 2 and not reason:
            raise InputError(ErrorCode.INPUT_INVALID, place="reason")
        case = self._store.cases.get(case_number)
        if case.rating is not None:
            raise InputError(ErrorCode.INPUT_INVALID, place="rating")
        now = iso(self._clock.now())
        self._store.cases.append_event(
            CaseId(case.case_id),
            EventKind.RATING_GIVEN,
            lambda _rev: rating_given_payload(case.case_number, level, reason, now),
            JournalLine(EventKind.RATING_GIVEN, actor, case.case_number, (("level", level or 0),)),
        )
