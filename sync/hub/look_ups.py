"""全省通办: how a case of another terminal stands, for a counter that shows by what right it asks.

The family's own card opens a case, or a supervisor of the station who stands for it. Whatever else is asked gets one
and the same refusal, whether there is such a case or not. Every question is kept, answered or not, and a terminal's
are counted: a clerk who is curious is seen, and does not get far.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from kiosk.clock import iso, local, parse
from kiosk.domain.case import CaseMatter, MatterState
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.facts import day_of
from kiosk.ids import MatterId, uuid7
from kiosk.packets.deceased import person_digest
from kiosk.packets.events import EventKind
from kiosk.ports.elsewhere import GivenResult, LookedUp, LookUp
from sync.hub.bulk import fits
from sync.hub.database import HubDatabase
from sync.hub.departments import Asked
from sync.hub.enrolment import station_of
from sync.hub.permissions import CaseAsItStands, read_case, service_of
from sync.hub.problems import Problem
from sync.hub.staff import masked
from sync.hub.tables import CASES, EVENTS, LOOK_UPS, MATTERS, OFFERS, OPERATORS, RESULTS, TERMINALS
from sync.hub.terminals import HUB, meet

WINDOW = timedelta(hours=1)
ANSWERED_MAX = 60
REFUSED_MAX = 10
"""Questions of one terminal within the window; whoever tries numbers or documents is refused soon."""
_SUPERVISOR = "supervisor"


def look_up(database: HubDatabase, terminal_id: str, body: bytes, now: datetime) -> LookedUp:
    """Say how a case stands, and keep who asked.

    Raises:
        Problem: 422 `request_invalid`; 404 `case_not_shown`, there is no such case or this proof does not open it; 429
            `look_ups_too_many`.
    """
    try:
        question = msgspec.json.decode(body, type=LookUp)
    except msgspec.DecodeError as exc:
        raise Problem(422, "request_invalid") from exc
    with database.write() as connection:
        meet(connection, terminal_id, iso(now))  # whose row is held: no two questions are counted as one
        opened = open_case(connection, terminal_id, question, now)
        answer = _written(connection, opened, terminal_id) if opened else None
    if answer is None:  # only now, so that the question stays
        raise Problem(404, "case_not_shown")
    return answer


class Opened(NamedTuple):
    """A case that a question opens, and whose right does it; an agent's `scope` names the matters, None all of them."""

    row: Row[Any]
    case: CaseAsItStands
    opened_by: str
    scope: frozenset[str] | None


def open_case(connection: Connection, terminal_id: str, question: LookUp, now: datetime) -> Opened | None:
    """Find the case that a question opens, and keep the question; the transaction holds the terminal's row.

    Returns:
        None when there is no such case or this proof does not open it.

    Raises:
        Problem: 422, a value cannot be kept; 429, the terminal has asked too often. The question is not kept then.
    """
    asked = {
        "look_up_id": uuid7(),
        "terminal_id": terminal_id,
        "operator": question.operator,
        "supervisor": question.proof if question.reason == _SUPERVISOR else "",
        "at": iso(now),
    }
    if not (fits(LOOK_UPS, asked) and fits(CASES, {"case_number": question.case_number})):
        raise Problem(422, "request_invalid")
    _require_few(connection, terminal_id, now)
    row = connection.execute(select(CASES).where(CASES.c.case_number == question.case_number)).one_or_none()
    case = read_case(connection, row.case_id) if row else None
    opened_by = _opened_by(connection, row, case, question, terminal_id, now) if row and case else ""
    kept = asked | {"case_id": row.case_id if row else None, "reason": opened_by or question.reason}
    connection.execute(insert(LOOK_UPS).values(**kept, answered=bool(opened_by)))
    if not (row and case and opened_by):
        return None
    scope = frozenset(case.values.get("agent.scope") or ()) if opened_by == "agent" else frozenset()
    return Opened(row, case, opened_by, scope or None)


def takes_offers(connection: Connection, row: Row[Any], terminal_id: str) -> Literal["none", "free", "open"]:
    """Tell whether a correction may be brought for a case at this terminal, or an earlier one is still open.

    Not for its own cases, nor for those that the hub itself began: no counter is there to put it in. Nor for one whose
    own files are still to come: no department has it.
    """
    if row.terminal_id in {terminal_id, HUB} or row.complete_at is None:
        return "none"
    is_open = select(OFFERS.c.offer_id).where(OFFERS.c.case_id == row.case_id, OFFERS.c.outcome == "")
    return "open" if connection.execute(is_open).first() else "free"


def _require_few(connection: Connection, terminal_id: str, now: datetime) -> None:
    """Check that a terminal has not asked too often.

    Raises:
        Problem: 429.
    """
    counted = connection.execute(
        select(LOOK_UPS.c.answered, func.count().label("questions"), func.min(LOOK_UPS.c.at).label("first"))
        .where(LOOK_UPS.c.terminal_id == terminal_id, LOOK_UPS.c.at > iso(now - WINDOW))
        .group_by(LOOK_UPS.c.answered)
    )
    for row in counted:
        if row.questions >= (ANSWERED_MAX if row.answered else REFUSED_MAX):
            left = (parse(row.first) + WINDOW - now).total_seconds()
            raise Problem(429, "look_ups_too_many", {"Retry-After": str(max(math.ceil(left), 1))})


def _opened_by(
    connection: Connection, row: Row[Any], case: CaseAsItStands, question: LookUp, terminal_id: str, now: datetime
) -> str:
    """Name whose right opens a case: a person of it or the station's supervisor; empty when nobody's does.

    The deceased's document alone opens nothing: whoever lived with them may have it.
    """
    if question.reason == _SUPERVISOR:
        stands = (
            select(OPERATORS.c.role)
            .join(TERMINALS, TERMINALS.c.station == OPERATORS.c.station)
            .where(TERMINALS.c.terminal_id == terminal_id, OPERATORS.c.operator_id == question.proof)
        )
        return _SUPERVISOR if connection.execute(stands).scalar_one_or_none() == _SUPERVISOR else ""
    people = ["applicant"]
    if _may_act(connection, row.case_id, case, now):
        people.append("agent")
    service = service_of(connection, row.service, case.first.catalog_version)
    if service is not None and service.subject.living:
        people.append("deceased")
    return next((one for one in people if _document(case, one) == question.proof), "")


def _document(case: CaseAsItStands, person: str) -> str:
    """Give the digest of a person's document; one without a number is told apart by nothing, and opens nothing."""
    number = str(case.values.get(f"{person}.document_number") or "")
    return person_digest(str(case.values.get(f"{person}.document_type")), number) if number.strip() else ""


def _may_act(connection: Connection, case_id: str, case: CaseAsItStands, now: datetime) -> bool:
    """Tell whether the agent's authorisation still holds."""
    until = day_of(case.values.get("agent.valid_until"))
    revoked = select(EVENTS.c.event_id).where(
        EVENTS.c.case_id == case_id, EVENTS.c.kind == EventKind.AUTHORIZATION_REVOKED.value
    )
    return not (until and until < local(now).date()) and connection.execute(revoked.limit(1)).first() is None


def _written(connection: Connection, opened: Opened, terminal_id: str) -> LookedUp:
    """Write how a case stands for whoever opened it."""
    row, case, scope = opened.row, opened.case, opened.scope
    moved = connection.execute(select(MATTERS).where(MATTERS.c.case_id == row.case_id).order_by(MATTERS.c.place)).all()
    told = {matter.matter_id: matter for matter in case.first.matters}
    shown = [_matter(told[one.matter_id], one) for one in moved if scope is None or one.matter_id in scope]
    results = connection.execute(
        select(RESULTS.c.matter_id, RESULTS.c.name)
        .where(RESULTS.c.case_id == row.case_id, RESULTS.c.matter_id.in_([matter.matter_id for matter in shown]))
        .order_by(RESULTS.c.received_at, RESULTS.c.result_id)
    )
    rated = select(EVENTS.c.event_id).where(
        EVENTS.c.case_id == row.case_id, EVENTS.c.kind == EventKind.RATING_GIVEN.value
    )
    station = station_of(connection, row.terminal_id)
    return LookedUp(
        case_number=row.case_number,
        official_number=row.official_number,
        service=row.service,
        state=row.state,
        station=station.title if station and station.title else row.station,
        phone=station.phone if station else "",
        taken_in_at=row.taken_in_at,
        promise_due=case.first.promise_due,
        promise_provisional=case.first.promise_provisional,
        deceased=_named(case, "deceased"),
        applicant=_named(case, "applicant"),
        matters=tuple(shown),
        partial=len(shown) < len(moved),
        names=_names(service_of(connection, row.service, case.first.catalog_version), case, shown),
        results=tuple(GivenResult(matter_id=MatterId(one.matter_id), name=one.name) for one in results),
        rated=connection.execute(rated.limit(1)).first() is not None,
        offers=takes_offers(connection, row, terminal_id),
    )


def _named(case: CaseAsItStands, person: str) -> str:
    return masked(*(str(case.values.get(f"{person}.{part}") or "") for part in ("name", "document_number")))


def _matter(told: CaseMatter, row: Row[Any]) -> CaseMatter:
    """Give a matter as it stands, without why it applies: that may say more of the deceased than is asked."""
    asked = msgspec.json.decode(row.asked, type=Asked) if row.asked else Asked()
    return msgspec.structs.replace(
        told,
        state=MatterState(row.state),
        words=row.words,
        reason="",
        due=row.due or told.due,
        updated_at=row.updated_at,
        correction_due=asked.due,
        wanted_fields=asked.fields,
        wanted_materials=asked.materials,
    )


def _names(service: ServiceCatalog | None, case: CaseAsItStands, matters: Collection[CaseMatter]) -> dict[str, str]:
    """Say what those fields and materials are called that departments ask for."""
    known: dict[str, str] = {}
    if service is not None:
        known |= {box.path: box.label or field.label for field in service.fields.values() for box in field.inputs}
        known |= {material.material_id: material.name for material in service.materials.values()}
    known |= {material.material_id: material.name for material in case.materials}
    asked = {one for matter in matters for one in (*matter.wanted_fields, *matter.wanted_materials)}
    return {one: known[one] for one in sorted(asked & known.keys())}
