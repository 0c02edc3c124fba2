"""A registered death as the source of matters that need no application (免申即办)."""

from __future__ import annotations

from sqlalchemy import Connection, exc, insert, select, update

from kiosk.domain.assessment import Mode
from kiosk.domain.case import CaseMatter, MatterState
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.facts import resolve
from kiosk.domain.rules import holds
from kiosk.ids import uuid7
from kiosk.packets.canonical import canonical_json, sha256_hex
from kiosk.packets.deceased import person_digest
from kiosk.packets.events import Applicant, CaseTakenIn, Deceased, EventKind
from sync.hub.connectors import DeathRegistered
from sync.hub.departments import split
from sync.hub.numbering import official_number
from sync.hub.permissions import service_of
from sync.hub.tables import CASES, DEATHS, EVENTS, MATTERS
from sync.hub.terminals import HUB, meet

SERVICE = "after_death"
"""The name under which the hub itself opens a case."""


def register_death(connection: Connection, death: DeathRegistered, now: str) -> str | None:
    """Open a case of the matters that apply by what the roll knows, accepted at once; told again it does nothing.

    A matter that a family has already applied for is left to its case.

    Returns:
        The case's number; None when there is nothing to do.
    """
    person = person_digest(death.document_type, death.document_number)
    try:
        with connection.begin_nested():
            connection.execute(insert(DEATHS).values(person_digest=person, registered_at=now))
    except exc.IntegrityError:
        return None
    service = service_of(connection, SERVICE)
    matters = _matters(connection, service, death, person) if service else ()
    if service is None or not matters:
        return None
    meet(connection, HUB, now)
    official = official_number(connection, now)
    case_id, number = uuid7(), f"MS{official[2:]}"
    _keep(connection, case_id, _event(number, death, matters, service.version, now), official, now)
    connection.execute(update(DEATHS).where(DEATHS.c.person_digest == person).values(case_id=case_id))
    split(connection, case_id, [matter.matter_id for matter in matters], 1, "opened", now)
    return number


def _matters(
    connection: Connection, service: ServiceCatalog, death: DeathRegistered, person: str
) -> tuple[CaseMatter, ...]:
    applied_for = set(
        connection.execute(
            select(MATTERS.c.matter_id)
            .join(CASES, CASES.c.case_id == MATTERS.c.case_id)
            .where(CASES.c.deceased_digest == person)
        ).scalars()
    )
    facts = resolve(service, death.facts)
    return tuple(
        CaseMatter(
            matter_id=row.matter_id,
            name=row.name,
            department=row.department,
            mode=row.mode.value,
            state=MatterState.TAKEN_IN,
            reason="",
            due=None,
            due_text=row.due_words,
        )
        for row in service.matters.values()
        if row.mode is Mode.AUTOMATIC and row.enabled and row.matter_id not in applied_for and holds(row.when, facts)
    )


def _event(number: str, death: DeathRegistered, matters: tuple[CaseMatter, ...], version: str, now: str) -> CaseTakenIn:
    return CaseTakenIn(
        case_number=number,
        service=SERVICE,
        station=HUB,
        terminal=HUB,
        operator="",
        channel="death_registered",
        taken_in_at=now,
        catalog_version=version,
        deceased=Deceased(
            name=death.name,
            document_type=death.document_type,
            document_number=death.document_number,
            sex=death.sex,
            birth=death.birth,
            death_at=death.death_at,
            certificate_number=death.certificate_number,
            facts=death.facts,
        ),
        applicant=Applicant(name="", document_number=""),
        agent=None,
        payee=None,
        matters=matters,
        materials=(),
        attachments=(),
        declined={},
        consents={},
        signature=(),
        delivery_way="",
        postal_address=None,
        promise_due=None,
        promise_provisional=False,
        file_apart_reason=None,
    )


def _keep(connection: Connection, case_id: str, event: CaseTakenIn, official: str, now: str) -> None:
    """Keep the case; its deceased has no place in the list that counters are told, since no counter took it in."""
    payload = canonical_json(event)
    connection.execute(
        insert(CASES).values(
            case_id=case_id,
            case_number=event.case_number,
            terminal_id=HUB,
            service=event.service,
            station=HUB,
            state="accepted",
            rev=1,
            official_number=official,
            taken_in_at=now,
            received_at=now,
            complete_at=now,
        )
    )
    connection.execute(
        insert(EVENTS).values(
            event_id=uuid7(),
            terminal_id=HUB,
            epoch="",
            seq=0,
            kind=EventKind.CASE_TAKEN_IN.value,
            schema=1,
            case_id=case_id,
            rev=1,
            occurred_at=now,
            payload=payload,
            payload_sha256=sha256_hex(payload),
            received_at=now,
        )
    )
    rows = [
        {
            "case_id": case_id,
            "matter_id": matter.matter_id,
            "place": place,
            "name": matter.name,
            "department": matter.department,
            "state": matter.state.value,
            "words": "",
            "updated_at": now,
        }
        for place, matter in enumerate(event.matters)
    ]
    connection.execute(insert(MATTERS), rows)
