"""What the hub holds, read straight from its database, with every attachment hashed anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from sync.hub.attachments import held_sha256
from sync.hub.clerk import waiting
from sync.hub.database import HubDatabase
from sync.hub.storage import ObjectStore
from sync.hub.tables import ATTACHMENTS, CASES, EVENTS, MATTERS, TERMINALS


def hub_contents(database: HubDatabase) -> dict[str, Any]:
    """Count everything and list cases with matters and attachments; names and numbers of people stay out."""
    with database.read() as connection:
        cases = connection.execute(select(CASES).order_by(CASES.c.received_at, CASES.c.case_id)).all()
        listed = [_case(connection, database.objects, row) for row in cases]
        return {
            "counts": {
                "cases": len(cases),
                "complete_cases": sum(row.complete_at is not None for row in cases),
                "events": _count(connection, EVENTS),
                "attachments": _count(connection, ATTACHMENTS),
                "verified_attachments": sum(item["verified"] for case in listed for item in case["attachments"]),
                "terminals": _count(connection, TERMINALS),
                "waiting_for_clerk": waiting(connection),
            },
            "cases": listed,
        }


def _case(connection: Connection, objects: ObjectStore | None, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of CASES
    events = connection.execute(
        select(EVENTS.c.event_id, EVENTS.c.kind, EVENTS.c.rev, EVENTS.c.payload_sha256)
        .where(EVENTS.c.case_id == row.case_id)
        .order_by(EVENTS.c.rev)
    )
    matters = connection.execute(
        select(MATTERS.c.matter_id, MATTERS.c.department, MATTERS.c.state)
        .where(MATTERS.c.case_id == row.case_id)
        .order_by(MATTERS.c.place)
    )
    attachments = connection.execute(
        select(ATTACHMENTS).where(ATTACHMENTS.c.case_id == row.case_id).order_by(ATTACHMENTS.c.attachment_id)
    )
    return {
        "case_number": row.case_number,
        "case_id": row.case_id,
        "terminal_id": row.terminal_id,
        "state": row.state,
        "official_number": row.official_number,
        "rev": row.rev,
        "received_at": row.received_at,
        "complete_at": row.complete_at,
        "events": [dict(event._mapping) for event in events],  # noqa: SLF001 - SQLAlchemy's public name for it
        "matters": [{"id": m.matter_id, "department": m.department, "state": m.state} for m in matters],
        "attachments": [_attachment(connection, objects, attachment) for attachment in attachments.all()],
    }


def _attachment(connection: Connection, objects: ObjectStore | None, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of ATTACHMENTS
    held = held_sha256(connection, objects, row.attachment_id)
    return {
        "attachment_id": row.attachment_id,
        "sha256": row.sha256,
        "size": row.size,
        "received": row.received,
        "complete": row.complete,
        "verified": row.complete and held == row.sha256,
    }


def _count(connection: Connection, table: Any) -> int:  # noqa: ANN401 - any of the tables
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
