"""Departments in training for the hub's tests, and looking at what reached them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from hub_rigs import HUB_KEY, QUICK
from hub_talk import event
from sqlalchemy import select

from kiosk.clock import SystemClock
from kiosk.crypto.signing import SigningKey
from kiosk.packets.canonical import canonical_json
from kiosk.ports.sync import OutboxEntry
from sync.client import HubClient
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.connector_http import HttpConnector
from sync.hub.database import HubDatabase
from sync.hub.fanout import Line
from sync.hub.notices import GatewayError
from sync.hub.tables import HAND_OVERS, MATTERS
from sync.hub.training_department import Script, TrainingDepartment, finish, serving

DEPARTMENT_KEY = SigningKey(bytes(range(100, 132)))


PHONE, ACCOUNT = "13800000000", "6222000000000000"


def changed(entry: OutboxEntry, change: Callable[[dict[str, Any]], None]) -> OutboxEntry:
    """Change a case's payload before it is sent."""
    payload = json.loads(entry.payload)
    change(payload)
    whole = canonical_json(payload)
    return replace(event(entry.kind, entry.case_id, 1, whole, entry.attachments), event_id=entry.event_id)


def full(entry: OutboxEntry, *, consents: bool = True) -> OutboxEntry:
    """Fill a case: account, telephone, facts; matters of several departments."""

    def fill(payload: dict[str, Any]) -> None:
        payload["applicant"] |= {"phone": PHONE, "relation": "20"}
        payload["payee"] = {"name": "测试家属", "bank": "测试银行", "account": ACCOUNT}
        payload["deceased"] |= {"death_at": "2026-11-10T03:10", "facts": {"has_household": True, "married": True}}
        payload["consents"] = {"truth": "t", "notify": "t"} if consents else {"truth": "t"}
        payload["matters"][0]["due"] = "2026-11-20"
        for matter in payload["matters"][1:]:
            matter |= {"due": None, "department": "人社"}

    return changed(entry, fill)


@contextmanager
def department(
    database: HubDatabase, script: Script = finish, name: str = "公安", there: TrainingDepartment | None = None
) -> Iterator[tuple[TrainingDepartment, Line]]:
    """Serve a department, one that is `there` or a new one with a script, and give the hub's line to it."""
    there = there or TrainingDepartment(DEPARTMENT_KEY, HUB_KEY.public, script)
    with serving(there) as url:
        connector = HttpConnector(url, DEPARTMENT_KEY.public, HUB_KEY, SystemClock(), poll_s=0, timeouts=QUICK)
        with closing(connector):
            yield there, Line(database, SystemClock(), name, connector, chance=lambda: 0.0)


def accept(database: HubDatabase, *others: str, step_s: float = 0) -> None:
    """Let the clerk accept what is here; the others have connectors."""
    TrainingClerk(database, SystemClock(), ClerkScript(accept_s=0, step_s=step_s), others=others).work()


def states(database: HubDatabase, entry: OutboxEntry) -> dict[str, str]:
    """Give the states of a case's matters."""
    with database.read() as connection:
        rows = connection.execute(
            select(MATTERS.c.matter_id, MATTERS.c.state).where(MATTERS.c.case_id == entry.case_id)
        ).all()
    return {row.matter_id: row.state for row in rows}


def lines(client: HubClient, entry: OutboxEntry) -> list[tuple[str, dict[str, Any]]]:
    """Read a case's whole feed."""
    found, cursor, more = [], "", True
    while more:
        page = client.changes(cursor)
        found += [(one.kind, json.loads(bytes(one.body))) for one in page.changes if one.case_id == entry.case_id]
        cursor, more = page.next_cursor, page.has_more
    return found


def make_due(database: HubDatabase, entry: OutboxEntry) -> None:
    """Let what waits for a department be due at once."""
    with database.write() as connection:
        connection.execute(
            HAND_OVERS.update().where(HAND_OVERS.c.case_id == entry.case_id).values(due_at="2026-01-01T00:00:00.000Z")
        )
        connection.exec_driver_sql("UPDATE department_feeds SET due_at = '2026-01-01T00:00:00.000Z'")


class Telephones:
    """A gateway that remembers, and fails as told."""

    def __init__(self) -> None:
        """Begin with none."""
        self.sent: list[tuple[str, str, str]] = []
        self.fails = 0

    def send(self, notice_id: str, phone: str, text: str) -> None:
        """Take a message, or not."""
        if self.fails:
            self.fails -= 1
            raise GatewayError
        self.sent.append((notice_id, phone, text))
