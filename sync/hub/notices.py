"""Notices to the family (全程提醒): laid out with what they tell of, sent through a gateway, to consented numbers only.

A notice names the case and what happened, nobody and nothing else. The number is read from the case when it is sent, so
no table holds it a second time.
"""

from __future__ import annotations

import json
import logging
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, insert, select, update

from kiosk.clock import Clock, iso
from kiosk.domain.consent import Purpose
from kiosk.domain.masks import Place, mask_number
from kiosk.ids import uuid7
from sync import policy
from sync.hub.aside import Work, apart, not_aside
from sync.hub.database import HubDatabase
from sync.hub.permissions import read_case
from sync.hub.problems import words
from sync.hub.tables import CASES, NOTICES

_LOG = logging.getLogger("yizhan.hub.notices")
_LEASE = timedelta(minutes=2)
_CLAIMED = 50
_GIVEN_UP_AFTER = 20
_MOBILE = re.compile(r"1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}")


class GatewayError(Exception):
    """The gateway did not take a message; it is tried again."""


class NoticeGateway(Protocol):
    """The way to telephones: a short-message service, or 12345."""

    def send(self, notice_id: str, phone: str, text: str) -> None:
        """Send a message; the same id again is the same message.

        Raises:
            GatewayError: it was not taken.
        """


class TrainingGateway:
    """Writes messages to a file instead of sending them, the number covered."""

    def __init__(self, path: Path) -> None:
        """Take a file; it is made with the first message."""
        self._path = path

    def send(self, notice_id: str, phone: str, text: str) -> None:
        """Append a line of JSON."""
        line = {"notice_id": notice_id, "phone": mask_number(phone, Place.STAFF_SCREEN), "text": text}
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as exc:
            raise GatewayError from exc


def lay_notice(connection: Connection, case_id: str, kind: str, now: str) -> None:
    """Lay a notice out (`accepted`, `correction_requested`, `finished`, `overdue`) if the family agreed to notices."""
    case = read_case(connection, case_id)
    if Purpose.NOTIFY.value not in case.first.consents or _phone(case.values) is None:
        return
    number = connection.execute(select(CASES.c.case_number).where(CASES.c.case_id == case_id)).scalar_one()
    connection.execute(
        insert(NOTICES).values(
            notice_id=uuid7(),
            case_id=case_id,
            kind=kind,
            words=words(f"notice_{kind}").format(number=number),
            due_at=now,
            attempts=0,
            outcome="",
        )
    )


def send_notices(database: HubDatabase, gateway: NoticeGateway, clock: Clock) -> int:
    """Send what is due; gives how many were sent. One that the gateway never takes is given up and shown as such."""
    now = clock.now()
    due = (
        select(NOTICES.c.notice_id, NOTICES.c.case_id, NOTICES.c.words, NOTICES.c.attempts)
        .where(NOTICES.c.ended_at.is_(None), NOTICES.c.due_at <= iso(now))
        .where(not_aside(Work.NOTICES, NOTICES.c.case_id))
        .order_by(NOTICES.c.due_at)
        .limit(_CLAIMED)
    )
    with database.read() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return 0
    with database.write() as connection:
        claimed = connection.execute(due.with_for_update(skip_locked=True)).all()
        for row in claimed:
            _note(connection, row.notice_id, due_at=iso(now + _LEASE), attempts=row.attempts + 1)
    sent = 0
    for row in claimed:
        phones: list[str | None] = []
        with database.write() as connection, apart(connection, Work.NOTICES, row.case_id, iso(now)):
            phones.append(_phone(read_case(connection, row.case_id).values))
        if not phones:
            continue
        phone = phones[0]
        outcome = "no_number"
        try:
            if phone is not None:
                gateway.send(row.notice_id, phone, row.words)
                outcome = "sent"
                sent += 1
        except GatewayError:
            outcome = "given_up" if row.attempts + 1 >= _GIVEN_UP_AFTER else ""
        wait = timedelta(seconds=policy.backoff(row.attempts, random.random()))  # noqa: S311 - jitter, no secret
        with database.write() as connection:
            ended = {"ended_at": iso(now), "outcome": outcome} if outcome else {"due_at": iso(now + wait)}
            _note(connection, row.notice_id, **ended)
    return sent


def _phone(values: dict[str, object]) -> str | None:
    """Give the applicant's number where a message can be sent to it."""
    phone = str(values.get("applicant.phone") or "")
    return phone if _MOBILE.fullmatch(phone) else None


def _note(connection: Connection, notice_id: str, **values: object) -> None:
    connection.execute(update(NOTICES).where(NOTICES.c.notice_id == notice_id).values(values))
