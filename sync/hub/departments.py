"""What departments say of their matters, and what the family brings, corrects or takes back.

Whoever stands for a department (the training clerk, a person at the command, later a connector) says it here: the hub's
rows, the case's own state and the terminal's feed change in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Select, insert, select, update

from kiosk.clock import local, parse
from kiosk.domain.case import CaseState, MatterState
from kiosk.domain.lifecycle import MatterEvent, advance, case_state, counter_may, may_become
from kiosk.errors import ErrorCode, InputError
from kiosk.packets.events import CaseCorrected, CaseReopened, CaseWithdrawn, EventKind, RatingGiven
from sync.hub.database import ATTACHMENTS, CASES, CLERK_STEPS, EVENTS, MATTERS, RATINGS
from sync.hub.feed import tell
from sync.messages import MatterMoved, RatingHandled

_PUT_RIGHT_WITHIN = timedelta(weeks=3)
"""A low rating is put right within 15 working days; weeks of five of them, whatever holidays lie between."""


@dataclass(frozen=True)
class Said:
    """What a department says of a matter; `due`, `fields` and `materials` go with a request for a correction."""

    state: MatterState
    words: str
    due: str | None = None
    fields: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


def case_of(connection: Connection, case_number: str) -> str | None:
    """Give the id of the case of a number, None when the hub has none."""
    found = select(CASES.c.case_id).where(CASES.c.case_number == case_number)
    return connection.execute(found).scalar_one_or_none()


def say(connection: Connection, case_id: str, matter_id: str, said: Said, now: str) -> None:
    """Let a department move a matter, and tell the terminal.

    Raises:
        InputError: MATTER_UNKNOWN, CASE_MOVE_NOT_ALLOWED.
    """
    row = _find(connection, case_id, matter_id)
    if row is None:
        raise InputError(ErrorCode.MATTER_UNKNOWN, matter=matter_id)
    if not may_become(MatterState(row.state), said.state):
        raise InputError(ErrorCode.CASE_MOVE_NOT_ALLOWED, state=row.state)
    _keep(connection, case_id, matter_id, said.state, said.words, now)
    _tell(connection, case_id, matter_id, said, now)


def take_event(connection: Connection, case_id: str, event: Struct, now: str) -> None:
    """Let what follows in a case have its effect; what needs none has none."""
    match event:
        case CaseCorrected():
            take_up(connection, case_id, now)
        case CaseWithdrawn() | CaseReopened():
            _take_back(connection, case_id, event, now)
        case RatingGiven(level=1 | 2 as level):
            _take_low_rating(connection, case_id, level, now)
        case _:
            pass


def take_up(connection: Connection, case_id: str, now: str) -> None:
    """Let the corrections that have come whole answer what was asked for before them; the case goes on then."""
    answered = False
    for row in connection.execute(_events(case_id, EventKind.CASE_CORRECTED)):
        for matter_id in msgspec.json.decode(row.payload, type=CaseCorrected).matters:
            matter = _find(connection, case_id, matter_id)
            if matter is None or matter.state != MatterState.CORRECTION_REQUESTED:
                continue
            if matter.updated_at <= row.received_at:
                state = advance(MatterState.CORRECTION_REQUESTED, MatterEvent.CORRECTED)
                _keep(connection, case_id, matter_id, state, "", now)
                answered = True
    if answered:
        _lay_on_desk(connection, case_id, now)


def answer_rating(connection: Connection, case_id: str, answer: str, now: str) -> None:
    """Say what was done about a low rating; answered once."""
    open_one = (RATINGS.c.case_id == case_id) & RATINGS.c.answered_at.is_(None)
    answered = connection.execute(update(RATINGS).where(open_one).values(answered_at=now).returning(RATINGS.c.due))
    due = answered.scalar_one_or_none()
    if due is not None:
        handled = RatingHandled(due=due, at=now, answer=answer)
        tell(connection, _terminal_of(connection, case_id), "rating_handled", case_id, handled, now)


def state_of(connection: Connection, case_id: str) -> CaseState:
    """Derive a case's state from its matters; one that has its official number is at least accepted."""
    states = connection.execute(select(MATTERS.c.state).where(MATTERS.c.case_id == case_id)).scalars()
    state = case_state(MatterState(value) for value in states)
    official = select(CASES.c.official_number).where(CASES.c.case_id == case_id)
    if state is CaseState.TAKEN_IN and connection.execute(official).scalar_one() is not None:
        return CaseState.ACCEPTED
    return state


def supplied(connection: Connection, case_id: str) -> frozenset[str]:
    """Name the materials that corrections have brought."""
    rows = connection.execute(_events(case_id, EventKind.CASE_CORRECTED))
    corrections = [msgspec.json.decode(row.payload, type=CaseCorrected) for row in rows]
    return frozenset(material.material_id for event in corrections for material in event.materials)


def _take_back(connection: Connection, case_id: str, event: CaseWithdrawn | CaseReopened, now: str) -> None:
    """Take matters back, or go on with them; what had moved on before is told to the terminal as it is."""
    move = MatterEvent.WITHDRAWN if isinstance(event, CaseWithdrawn) else MatterEvent.REOPENED
    for matter_id in event.matters:
        row = _find(connection, case_id, matter_id)
        if row is None:
            continue
        state = MatterState(row.state)
        if counter_may(state, move):
            _keep(connection, case_id, matter_id, advance(state, move), event.reason, now)
        else:
            _tell(connection, case_id, matter_id, Said(state, row.words), row.updated_at)
    _lay_on_desk(connection, case_id, now)


def _take_low_rating(connection: Connection, case_id: str, level: int, now: str) -> None:
    """Set the day by which it is put right (整改), and tell the terminal; a case has one rating."""
    if connection.execute(select(RATINGS.c.level).where(RATINGS.c.case_id == case_id)).one_or_none() is not None:
        return
    due = (local(parse(now)).date() + _PUT_RIGHT_WITHIN).isoformat()
    connection.execute(insert(RATINGS).values(case_id=case_id, level=level, given_at=now, due=due))
    handled = RatingHandled(due=due, at=now)
    tell(connection, _terminal_of(connection, case_id), "rating_handled", case_id, handled, now)


def _terminal_of(connection: Connection, case_id: str) -> str:
    terminal_id: str = connection.execute(select(CASES.c.terminal_id).where(CASES.c.case_id == case_id)).scalar_one()
    return terminal_id


def _lay_on_desk(connection: Connection, case_id: str, now: str) -> None:
    """Lay a case on the clerk's desk, to be accepted if it is not yet.

    One that lies there stays as it is; one that is not whole yet comes there when it is.
    """
    there = select(CLERK_STEPS.c.case_id).where(CLERK_STEPS.c.case_id == case_id)
    case = connection.execute(
        select(CASES.c.official_number).where(
            CASES.c.case_id == case_id, CASES.c.complete_at.is_not(None), ~there.exists()
        )
    ).one_or_none()
    if case is not None:
        step = 0 if case.official_number is None else 1
        connection.execute(insert(CLERK_STEPS).values(case_id=case_id, step=step, due_at=now))


def _events(case_id: str, kind: EventKind) -> Select[tuple[str, str]]:
    """Find the events of a kind that are here with all their attachments."""
    lacking = select(ATTACHMENTS.c.event_id).where(
        ATTACHMENTS.c.event_id == EVENTS.c.event_id, ATTACHMENTS.c.complete.is_(False)
    )
    columns = select(EVENTS.c.payload, EVENTS.c.received_at)
    whole = columns.where(EVENTS.c.case_id == case_id, EVENTS.c.kind == kind.value, ~lacking.exists())
    return whole.order_by(EVENTS.c.rev)


def _find(connection: Connection, case_id: str, matter_id: str) -> Row[str, str, str] | None:
    return connection.execute(
        select(MATTERS.c.state, MATTERS.c.words, MATTERS.c.updated_at)
        .where(MATTERS.c.case_id == case_id, MATTERS.c.matter_id == matter_id)
        .with_for_update()
    ).one_or_none()


def _keep(connection: Connection, case_id: str, matter_id: str, state: MatterState, words: str, now: str) -> None:
    connection.execute(
        update(MATTERS)
        .where(MATTERS.c.case_id == case_id, MATTERS.c.matter_id == matter_id)
        .values(state=state.value, words=words, updated_at=now)
    )
    state_now = state_of(connection, case_id).value
    connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(state=state_now))


def _tell(connection: Connection, case_id: str, matter_id: str, said: Said, at: str) -> None:
    moved = MatterMoved(
        matter_id=matter_id,
        state=said.state.value,
        words=said.words,
        at=at,
        due=said.due,
        fields=said.fields,
        materials=said.materials,
    )
    tell(connection, _terminal_of(connection, case_id), "matter_state", case_id, moved, at)
