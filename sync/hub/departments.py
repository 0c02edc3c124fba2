"""What departments say of their matters, and what the family brings, corrects or takes back.

Whoever stands for a department (the training clerk, a person at the command, a connector) says it here: the hub's
rows, the case's own state and the terminal's feed change in one transaction. What the family does to a case that was
accepted is laid out for the departments concerned in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from kiosk.clock import local, parse
from kiosk.domain.case import CaseState, MatterState
from kiosk.domain.lifecycle import ENDED, MatterEvent, advance, case_state, counter_may, may_become
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import MatterId
from kiosk.packets.events import CaseCorrected, CaseReopened, CaseWithdrawn, EventKind, PaperIssued, RatingGiven
from sync.feed_bodies import CaseMoved, MatterMoved, RatingHandled, ResultDocument
from sync.hub.feed import tell
from sync.hub.notices import lay_notice
from sync.hub.offer_ends import lapse, settle
from sync.hub.permissions import service_of
from sync.hub.problems import words
from sync.hub.tables import ATTACHMENTS, CASES, CLERK_STEPS, DEATHS, EVENTS, HAND_OVERS, MATTERS, RATINGS, RESULTS
from sync.hub.terminals import hold, hold_of_case

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
    results: tuple[ResultDocument, ...] = ()


class Asked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a department wants brought for a matter, as it is kept beside the matter's state."""

    due: str | None = None
    fields: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


_GOES_ON = (MatterState.ACCEPTED, MatterState.IN_PROGRESS, MatterState.FINISHED)
_WAITS = (MatterState.AWAITING_VERIFICATION, MatterState.TAKEN_IN)
_SERVICE = select(CASES.c.service).where(CASES.c.case_id == bindparam("case"))
_TOLD = frozenset({CaseState.IN_PROGRESS, CaseState.FINISHED, CaseState.REFUSED, CaseState.WITHDRAWN})
"""States of a whole case that the terminal is told in words of their own, when its matters bring it there."""


def case_of(connection: Connection, case_number: str) -> str | None:
    """Give the id of the case of a number, None when the hub has none."""
    found = select(CASES.c.case_id).where(CASES.c.case_number == case_number)
    return connection.execute(found).scalar_one_or_none()


def say(connection: Connection, case_id: str, matter_id: str, said: Said, now: str) -> None:
    """Let a department move a matter, and tell the terminal.

    Raises:
        InputError: MATTER_UNKNOWN, CASE_MOVE_NOT_ALLOWED.
    """
    hold_of_case(connection, case_id)
    row = _find(connection, case_id, matter_id)
    if row is None:
        raise InputError(ErrorCode.MATTER_UNKNOWN, matter=matter_id)
    if not may_become(MatterState(row.state), said.state):
        raise InputError(ErrorCode.CASE_MOVE_NOT_ALLOWED, state=row.state)
    if said.results:
        names = "、".join(document.name for document in said.results)
        said = replace(said, words=words("matter_results").format(words=said.words, results=names))
    before = state_of(connection, case_id)
    asks = said.state is MatterState.CORRECTION_REQUESTED
    asked = Asked(due=said.due, fields=said.fields, materials=said.materials) if asks else None
    _keep(connection, case_id, matter_id, said.state, said.words, now, asked)
    if said.due is not None and not asks:
        this = (MATTERS.c.case_id == case_id) & (MATTERS.c.matter_id == matter_id)
        connection.execute(update(MATTERS).where(this).values(due=said.due, overdue_at=None))
    _tell(connection, case_id, matter_id, said, now)
    after = state_of(connection, case_id)
    if after is not before and after in _TOLD:
        tell_case(connection, case_id, after, now)
    if asks:
        lay_notice(connection, case_id, "correction_requested", now)
    if after is CaseState.FINISHED and after is not before:
        lay_notice(connection, case_id, "finished", now)
    _end_alternatives(connection, case_id, matter_id, said.state, now)
    for follower in _followers(connection, case_id, matter_id):
        if may_become(MatterState(follower.state), said.state):
            say(connection, follower.case_id, matter_id, said, now)


def _end_alternatives(connection: Connection, case_id: str, matter_id: str, state: MatterState, now: str) -> None:
    """End what is not granted beside a matter: what waits when this goes on, what has begun when this is finished."""
    if state not in _GOES_ON:
        return
    service = service_of(connection, connection.execute(_SERVICE, {"case": case_id}).scalar_one())
    row = service.matters.get(MatterId(matter_id)) if service else None
    if row is None or not row.alternative_to:
        return
    others = select(MATTERS.c.matter_id, MATTERS.c.state).where(
        MATTERS.c.case_id == case_id, MATTERS.c.matter_id.in_(row.alternative_to)
    )
    for other in connection.execute(others).all():
        other_state = MatterState(other.state)
        if other_state in _WAITS or (state is MatterState.FINISHED and other_state not in ENDED):
            this = (HAND_OVERS.c.case_id == case_id) & (HAND_OVERS.c.matter_id == other.matter_id)
            connection.execute(delete(HAND_OVERS).where(this, HAND_OVERS.c.handed_at.is_(None)))
            ended = Said(MatterState.REFUSED, words("matter_alternative").format(name=row.name))
            say(connection, case_id, other.matter_id, ended, now)


def follow_registered_death(connection: Connection, case_id: str, now: str) -> frozenset[str]:
    """Let a case's matters that began with the death's registration (免申即办) stand as they stand there.

    Returns:
        Those matters: they are not handed over a second time, and move on with the others.
    """
    mine = MATTERS.alias()
    begun = connection.execute(
        select(MATTERS.c.matter_id, MATTERS.c.state, MATTERS.c.words, mine.c.state.label("mine"))
        .join(DEATHS, DEATHS.c.case_id == MATTERS.c.case_id)
        .join(CASES, CASES.c.deceased_digest == DEATHS.c.person_digest)
        .join(mine, (mine.c.case_id == CASES.c.case_id) & (mine.c.matter_id == MATTERS.c.matter_id))
        .where(CASES.c.case_id == case_id)
    ).all()
    for row in begun:
        state = MatterState(row.state)
        if state is not row.mine and may_become(MatterState(row.mine), state):
            say(connection, case_id, row.matter_id, Said(state, row.words), now)
    return frozenset(row.matter_id for row in begun)


def hold_registered_death(connection: Connection, case_id: str) -> None:
    """Hold the row that moves of the registered death wait for, so that the case joins it between two of them."""
    mine = CASES.alias()
    death = (
        select(CASES.c.terminal_id)
        .join(DEATHS, DEATHS.c.case_id == CASES.c.case_id)
        .join(mine, mine.c.deceased_digest == DEATHS.c.person_digest)
        .where(mine.c.case_id == case_id)
    )
    hold(connection, death)


def tell_case(connection: Connection, case_id: str, state: CaseState, now: str) -> None:
    """Tell the terminal where a whole case stands."""
    moved = CaseMoved(state=state.value, words=words(f"case_{state.value}"), at=now)
    tell(connection, terminal_of(connection, case_id), "case_state", case_id, moved, now)


def repeat(connection: Connection, case_id: str, matter_id: str, said: Said, now: str) -> None:
    """Tell the terminal something of a matter that does not move it."""
    _tell(connection, case_id, matter_id, said, now)


def keep_results(
    connection: Connection, case_id: str, matter_id: str, results: Iterable[tuple[ResultDocument, bytes]], now: str
) -> None:
    """Keep the documents that a department has given; the terminal fetches them."""
    for document, data in results:
        connection.execute(
            insert(RESULTS).values(
                result_id=document.result_id,
                case_id=case_id,
                matter_id=matter_id,
                name=document.name,
                media_type=document.media_type,
                sha256=document.sha256,
                data=data,
                received_at=now,
            )
        )


def split(connection: Connection, case_id: str, matter_ids: Collection[str], rev: int, kind: str, now: str) -> None:
    """Lay matters out for their departments, within the transaction that makes them due."""
    rows = connection.execute(
        select(MATTERS.c.matter_id, MATTERS.c.department)
        .where(MATTERS.c.case_id == case_id, MATTERS.c.matter_id.in_(matter_ids))
        .order_by(MATTERS.c.place)
    ).all()
    head = {"case_id": case_id, "rev": rev, "kind": kind, "due_at": now, "attempts": 0, "trouble": ""}
    if rows:
        connection.execute(
            insert(HAND_OVERS), [head | {"matter_id": row.matter_id, "department": row.department} for row in rows]
        )


def has_no_effect(event: Struct) -> bool:
    """Tell whether `take_event` would leave everything as it is, whatever the case."""
    return isinstance(event, PaperIssued) or (isinstance(event, RatingGiven) and event.level not in {1, 2})


def take_event(connection: Connection, case_id: str, event: Struct, now: str) -> None:
    """Let what follows in a case have its effect; what needs none has none."""
    match event:
        case CaseCorrected():
            settle(connection, case_id, event)
            take_up(connection, case_id, now)
        case CaseWithdrawn() | CaseReopened():
            _take_back(connection, case_id, event, now)
        case RatingGiven(level=1 | 2 as level):
            _take_low_rating(connection, case_id, level, now)
        case _:
            pass


def take_up(connection: Connection, case_id: str, now: str) -> None:
    """Let the corrections that have come whole answer what was asked for before them; the case goes on then."""
    answered: dict[int, list[str]] = {}
    for row in connection.execute(_events(case_id, EventKind.CASE_CORRECTED)):
        for matter_id in msgspec.json.decode(row.payload, type=CaseCorrected).matters:
            matter = _find(connection, case_id, matter_id)
            if matter is None or matter.state != MatterState.CORRECTION_REQUESTED:
                continue
            if matter.updated_at <= row.received_at:
                state = advance(MatterState.CORRECTION_REQUESTED, MatterEvent.CORRECTED)
                _keep(connection, case_id, matter_id, state, "", now)
                answered.setdefault(row.rev, []).append(matter_id)
    for rev, matter_ids in answered.items():
        _send_on(connection, case_id, matter_ids, rev, "corrected", now)


def answer_rating(connection: Connection, case_id: str, answer: str, now: str) -> None:
    """Say what was done about a low rating; answered once."""
    hold_of_case(connection, case_id)
    open_one = (RATINGS.c.case_id == case_id) & RATINGS.c.answered_at.is_(None)
    answered = connection.execute(update(RATINGS).where(open_one).values(answered_at=now).returning(RATINGS.c.due))
    due = answered.scalar_one_or_none()
    if due is not None:
        handled = RatingHandled(due=due, at=now, answer=answer)
        tell(connection, terminal_of(connection, case_id), "rating_handled", case_id, handled, now)


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
    moved: list[str] = []
    for matter_id in event.matters:
        row = _find(connection, case_id, matter_id)
        if row is None:
            continue
        state = MatterState(row.state)
        if counter_may(state, move):
            _keep(connection, case_id, matter_id, advance(state, move), event.reason, now)
            moved.append(matter_id)
        else:
            _tell(connection, case_id, matter_id, Said(state, row.words), row.updated_at)
    rev = connection.execute(select(CASES.c.rev).where(CASES.c.case_id == case_id)).scalar_one()
    _send_on(connection, case_id, moved, rev, move.value, now)


def _take_low_rating(connection: Connection, case_id: str, level: int, now: str) -> None:
    """Set the day by which it is put right (整改), and tell the terminal; a case has one rating."""
    if connection.execute(select(RATINGS.c.level).where(RATINGS.c.case_id == case_id)).one_or_none() is not None:
        return
    due = (local(parse(now)).date() + _PUT_RIGHT_WITHIN).isoformat()
    connection.execute(insert(RATINGS).values(case_id=case_id, level=level, given_at=now, due=due))
    handled = RatingHandled(due=due, at=now)
    tell(connection, terminal_of(connection, case_id), "rating_handled", case_id, handled, now)


def terminal_of(connection: Connection, case_id: str) -> str:
    """Name the terminal that a case is of."""
    terminal_id: str = connection.execute(select(CASES.c.terminal_id).where(CASES.c.case_id == case_id)).scalar_one()
    return terminal_id


def _send_on(connection: Connection, case_id: str, matter_ids: Sequence[str], rev: int, kind: str, now: str) -> None:
    """Lay what changed out for the departments; a case that is not accepted yet comes to the desk first, once whole."""
    there = select(CLERK_STEPS.c.case_id).where(CLERK_STEPS.c.case_id == case_id)
    case = connection.execute(
        select(CASES.c.official_number, CASES.c.complete_at, there.exists().label("on_desk")).where(
            CASES.c.case_id == case_id
        )
    ).one()
    if case.official_number is not None:
        split(connection, case_id, matter_ids, rev, kind, now)
    elif case.complete_at is not None and not case.on_desk:
        connection.execute(insert(CLERK_STEPS).values(case_id=case_id, step=0, due_at=now))


def _events(case_id: str, kind: EventKind) -> Select[tuple[int, bytes, str]]:
    """Find the events of a kind that are here with all their attachments."""
    lacking = select(ATTACHMENTS.c.event_id).where(
        ATTACHMENTS.c.event_id == EVENTS.c.event_id, ATTACHMENTS.c.complete.is_(False)
    )
    columns = select(EVENTS.c.rev, EVENTS.c.payload, EVENTS.c.received_at)
    whole = columns.where(EVENTS.c.case_id == case_id, EVENTS.c.kind == kind.value, ~lacking.exists())
    return whole.order_by(EVENTS.c.rev)


def _followers(connection: Connection, case_id: str, matter_id: str) -> Sequence[Row[str, str]]:
    """Find the same matter in accepted cases of the person whose registered death this case began with."""
    return connection.execute(
        select(MATTERS.c.case_id, MATTERS.c.state)
        .join(CASES, CASES.c.case_id == MATTERS.c.case_id)
        .join(DEATHS, DEATHS.c.person_digest == CASES.c.deceased_digest)
        .where(DEATHS.c.case_id == case_id, MATTERS.c.matter_id == matter_id, CASES.c.official_number.is_not(None))
    ).all()


def _find(connection: Connection, case_id: str, matter_id: str) -> Row[str, str, str] | None:
    return connection.execute(
        select(MATTERS.c.state, MATTERS.c.words, MATTERS.c.updated_at).where(
            MATTERS.c.case_id == case_id, MATTERS.c.matter_id == matter_id
        )
    ).one_or_none()


def _keep(
    connection: Connection,
    case_id: str,
    matter_id: str,
    state: MatterState,
    words: str,
    now: str,
    asked: Asked | None = None,
) -> None:
    wanted = msgspec.json.encode(asked).decode() if asked else ""
    connection.execute(
        update(MATTERS)
        .where(MATTERS.c.case_id == case_id, MATTERS.c.matter_id == matter_id)
        .values(state=state.value, words=words, updated_at=now, asked=wanted)
    )
    state_now = state_of(connection, case_id).value
    connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(state=state_now))
    lapse(connection, case_id)


def _tell(connection: Connection, case_id: str, matter_id: str, said: Said, at: str) -> None:
    moved = MatterMoved(
        matter_id=matter_id,
        state=said.state.value,
        words=said.words,
        at=at,
        due=said.due,
        fields=said.fields,
        materials=said.materials,
        results=said.results,
    )
    tell(connection, terminal_of(connection, case_id), "matter_state", case_id, moved, at)
