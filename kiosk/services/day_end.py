"""Closing the day: counted here, signed here, counted again by the hub when it has everything."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from kiosk.domain.contents.day_end_sheet import day_end_sheet
from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.day_end import DayClose, DayCount
from kiosk.domain.sections import SectionedPaper
from kiosk.ids import OperatorId
from kiosk.packets.canonical import canonical_json
from kiosk.packets.events import DayClosed
from kiosk.ports.day_end import DayEndStore
from kiosk.ports.store import OperatorStore
from kiosk.services.intake import Terminal

PURPOSE = b"yizhan/day_closed\n"
"""Goes before what is signed: the key also signs other things, and none may pass for another."""


@dataclass(frozen=True)
class DayView:
    """What stands open, and the day ends before, newest first; `names` are those who closed them, by their ids."""

    open: DayCount
    closes: tuple[DayClose, ...]
    names: Mapping[str, str] = field(default_factory=dict, repr=False)


class DayEndService:
    """Day ends of this terminal. Called on the thread that owns the store."""

    def __init__(
        self, days: DayEndStore, operators: OperatorStore, terminal: Terminal, sign: Callable[[bytes], bytes]
    ) -> None:
        """Close in the name of this terminal; `sign` signs for it."""
        self._days = days
        self._operators = operators
        self._terminal = terminal
        self._sign = sign

    def look(self) -> DayView:
        """Give what stands open and the day ends before."""
        closes = tuple(self._days.closes())
        return DayView(self._days.count(), closes, {close.operator: self._name(close.operator) for close in closes})

    def close(self, actor: OperatorId) -> DayClose:
        """Close the day; the hub is told by the next round.

        Raises:
            InputError: NOTHING_TO_CLOSE, nothing has happened since the last day end.
        """

        def write(count: DayCount, digest: str, now: str) -> tuple[bytes, str]:
            event = DayClosed(
                case_number=count.last_case[1] if count.last_case else "",
                station=self._terminal.station,
                terminal=self._terminal.terminal_id,
                operator=actor,
                closed_at=now,
                first_seq=count.first_seq,
                last_seq=count.last_seq,
                cases=count.cases,
                events=count.events,
                digest=digest,
                signature="",
            )
            signature = base64.b64encode(self._sign(PURPOSE + canonical_json(event))).decode()
            return canonical_json(msgspec.structs.replace(event, signature=signature)), signature

        return self._days.close(write, actor)

    def sheet(self, close: DayClose, frame: SheetFrame) -> SectionedPaper:
        """Write a day end as a sheet, with the hub's answer as far as it has come."""
        closes = self._days.closes(limit=366)
        before = next((other for other in closes if other.last_seq == close.first_seq - 1), None)
        since = before.closed_at if before else None
        return day_end_sheet(frame, close, since, self._name(close.operator))

    def _name(self, operator_id: str) -> str:
        operator = self._operators.get(OperatorId(operator_id))
        return operator.name if operator else ""
