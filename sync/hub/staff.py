"""What the pages for the hub's staff show: read from the database, names and numbers of people masked here already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy import case as case_when

from kiosk.domain.lifecycle import ENDED
from kiosk.domain.masks import Place, mask_name, mask_number
from kiosk.packets.events import CaseTakenIn, EventKind, RatingGiven
from sync.hub.clerk import waiting
from sync.hub.tables import (
    ATTACHMENTS,
    CASES,
    DUPLICATES,
    EVENTS,
    HAND_OVERS,
    LOOK_UPS,
    MATTERS,
    OFFERS,
    RATINGS,
    SET_ASIDE,
    TERMINALS,
)

PAGE = 50
_UNREADABLE = "—"
DECISIONS = ("same", "different")
_AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class CaseView:
    """A case with its matters, events and attachments; people only as staff screens show them."""

    row: _AnyRow
    deceased: str
    applicant: str
    matters: Sequence[_AnyRow]
    events: Sequence[_AnyRow]
    attachments: Sequence[_AnyRow]
    look_ups: Sequence[_AnyRow]
    offers: Sequence[_AnyRow]


def counts(connection: Connection) -> dict[str, int]:
    """Count what waits, for the head of every page."""

    def count(table: Any, *conditions: Any) -> int:  # noqa: ANN401 - any table and conditions on it
        return connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()

    return {
        "cases": count(CASES),
        "incomplete": count(CASES, CASES.c.complete_at.is_(None)),
        "clerk": waiting(connection),
        "duplicates": count(DUPLICATES, DUPLICATES.c.decision.is_(None)),
        "ratings": count(RATINGS, RATINGS.c.answered_at.is_(None)),
        "terminals": count(TERMINALS),
    }


def cases(connection: Connection, number: str, page: int) -> Sequence[_AnyRow]:
    """List a page of cases (the first is 0), the newest first; with the beginning of a number, only those."""
    wanted = select(CASES).order_by(CASES.c.received_at.desc(), CASES.c.case_id.desc())
    if number:
        wanted = wanted.where(CASES.c.case_number.startswith(number, autoescape=True))
    return connection.execute(wanted.limit(PAGE).offset(page * PAGE)).all()


def case(connection: Connection, case_id: str) -> CaseView | None:
    """Give a case; None when there is none."""
    row = connection.execute(select(CASES).where(CASES.c.case_id == case_id)).one_or_none()
    if row is None:
        return None
    in_place = (EVENTS.c.rev < 1, EVENTS.c.rev)  # offers behind what has a place in the case
    events = connection.execute(select(EVENTS).where(EVENTS.c.case_id == case_id).order_by(*in_place)).all()
    of_it = (
        connection.execute(select(table).where(table.c.case_id == case_id).order_by(table.c[order])).all()
        for table, order in (
            (MATTERS, "place"),
            (ATTACHMENTS, "attachment_id"),
            (LOOK_UPS, "at"),
            (OFFERS, "received_at"),
        )
    )
    matters, attachments, look_ups, offers = of_it
    return CaseView(row, *_people(events[0].payload), matters, events, attachments, look_ups, offers)


def departments(connection: Connection) -> Sequence[_AnyRow]:
    """Count matters by department and state, and those of them that are past their day."""
    by = (MATTERS.c.department, MATTERS.c.state)
    late = case_when((MATTERS.c.state.in_(ENDED), None), else_=MATTERS.c.overdue_at)
    counted = select(*by, func.count().label("matters"), func.count(late).label("overdue"))
    return connection.execute(counted.group_by(*by).order_by(*by)).all()


def hand_overs(connection: Connection) -> Sequence[_AnyRow]:
    """Count what is still to be handed over, by department and by what keeps it."""
    by = (HAND_OVERS.c.department, HAND_OVERS.c.trouble)
    waiting = select(*by, func.count().label("matters")).where(HAND_OVERS.c.handed_at.is_(None))
    return connection.execute(waiting.group_by(*by).order_by(*by)).all()


def aside(connection: Connection) -> Sequence[_AnyRow]:
    """List a page of what was left undone with cases, the newest first; a line of news may be of no case."""
    listed = select(SET_ASIDE, CASES.c.case_number).outerjoin(CASES, CASES.c.case_id == SET_ASIDE.c.case_id)
    return connection.execute(listed.order_by(SET_ASIDE.c.at.desc(), SET_ASIDE.c.case_id).limit(PAGE)).all()


def overdue(connection: Connection) -> Sequence[_AnyRow]:
    """List a page of running matters that are past their day, the oldest first."""
    late = (
        select(CASES.c.case_id, CASES.c.case_number, MATTERS.c.name, MATTERS.c.department, MATTERS.c.due)
        .join(CASES, CASES.c.case_id == MATTERS.c.case_id)
        .where(MATTERS.c.overdue_at.is_not(None), MATTERS.c.state.not_in(ENDED))
    )
    return connection.execute(late.order_by(MATTERS.c.due).limit(PAGE)).all()


def terminals(connection: Connection) -> Sequence[_AnyRow]:
    """List terminals, the longest silent first, with what they have announced and not yet sent."""
    owed = (
        select(
            ATTACHMENTS.c.terminal_id,
            func.count().label("files_owed"),
            func.sum(ATTACHMENTS.c.size - ATTACHMENTS.c.received).label("bytes"),
        )
        .where(ATTACHMENTS.c.complete.is_(False))
        .group_by(ATTACHMENTS.c.terminal_id)
        .subquery()
    )
    listed = select(TERMINALS, owed.c.files_owed, owed.c.bytes).outerjoin(
        owed, owed.c.terminal_id == TERMINALS.c.terminal_id
    )
    return connection.execute(listed.order_by(TERMINALS.c.last_seen_at)).all()


def duplicates(connection: Connection) -> list[tuple[CaseView, CaseView]]:
    """List pairs of cases of one deceased that nobody has decided yet, the oldest first."""
    open_pairs = (
        select(DUPLICATES.c.case_id, DUPLICATES.c.other_case_id)
        .where(DUPLICATES.c.decision.is_(None))
        .order_by(DUPLICATES.c.found_at, DUPLICATES.c.case_id)
        .limit(PAGE)
    )
    pairs = [
        (case(connection, row.other_case_id), case(connection, row.case_id))
        for row in connection.execute(open_pairs).all()
    ]
    return [(one, other) for one, other in pairs if one and other]


def low_ratings(connection: Connection) -> list[tuple[_AnyRow, str]]:
    """List a page of low ratings, each with the reason that was given: the unanswered first, the earliest due first."""
    given = select(EVENTS.c.payload).where(EVENTS.c.case_id == RATINGS.c.case_id)
    first = given.where(EVENTS.c.kind == EventKind.RATING_GIVEN).order_by(EVENTS.c.rev).limit(1).scalar_subquery()
    listed = select(RATINGS, CASES.c.case_number, first.label("given")).join(
        CASES, CASES.c.case_id == RATINGS.c.case_id
    )
    rows = connection.execute(
        listed.order_by(RATINGS.c.answered_at.is_not(None), RATINGS.c.due, RATINGS.c.case_id).limit(PAGE)
    ).all()
    return [(row, msgspec.json.decode(row.given, type=RatingGiven).reason) for row in rows]


def decide(connection: Connection, case_id: str, other_case_id: str, decision: str, now: str) -> bool:
    """Keep what a person decided about a pair; False when it is no open pair. Nothing is merged."""
    decided = connection.execute(
        update(DUPLICATES)
        .where(DUPLICATES.c.case_id == case_id, DUPLICATES.c.other_case_id == other_case_id)
        .where(DUPLICATES.c.decision.is_(None))
        .values(decision=decision, decided_at=now)
    )
    return decided.rowcount == 1


def _people(payload: bytes) -> tuple[str, str]:
    """Name the deceased and the applicant as staff screens show them; neither where the case cannot be read."""
    try:
        taken_in = msgspec.json.decode(payload, type=CaseTakenIn)
    except msgspec.DecodeError:
        return _UNREADABLE, _UNREADABLE
    return (
        masked(taken_in.deceased.name, taken_in.deceased.document_number),
        masked(taken_in.applicant.name, taken_in.applicant.document_number),
    )


def masked(name: str, number: str) -> str:
    """Name a person of a case as staff's screens show them; empty for nobody."""
    shown = (mask_name(name) if name else "", mask_number(number, Place.STAFF_SCREEN) if number else "")
    return " ".join(part for part in shown if part)
