"""Who was taken in where: the list of digests that terminals keep, so that they notice it without a network.

A case gets its place in the list when the list is next asked for, under one lock: places appear in the order in which
they were given, so nobody steps over one that is still to come.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, func, insert, select, update

from kiosk.packets.deceased import shared_digest
from sync.hub.database import HubDatabase
from sync.hub.tables import CASES, META
from sync.messages import DigestLine, DigestPage

PAGE = 500
_KEY = "digest_key"


def read_digests(database: HubDatabase, terminal_id: str, after: int) -> DigestPage:
    """Give what stands in the list after a place; the terminal's own cases are left out."""
    with database.write() as connection:
        key = _key(connection)
        _give_places(connection)
        rows = connection.execute(
            select(
                CASES.c.digest_seq,
                CASES.c.terminal_id,
                CASES.c.deceased_digest,
                CASES.c.service,
                CASES.c.station,
                CASES.c.case_number,
                CASES.c.taken_in_at,
            )
            .where(CASES.c.digest_seq > after)
            .order_by(CASES.c.digest_seq)
            .limit(PAGE)
        ).all()
    lines = tuple(
        DigestLine(
            digest=shared_digest(key, row.deceased_digest),
            service=row.service,
            station=row.station,
            case_number=row.case_number,
            taken_in_at=row.taken_in_at,
        )
        for row in rows
        if row.terminal_id != terminal_id
    )
    last = rows[-1].digest_seq if rows else after
    return DigestPage(key=key, lines=lines, next_after=last, has_more=len(rows) == PAGE)


def _key(connection: Connection) -> str:
    """Give the key, made when it is first asked for; the row is locked until the transaction ends."""
    found = select(META.c.value).where(META.c.key == _KEY).with_for_update()
    key = connection.execute(found).scalar_one_or_none()
    if key is None:
        key = secrets.token_hex(32)
        connection.execute(insert(META).values(key=_KEY, value=key))
    return key


def _give_places(connection: Connection) -> None:
    new = select(CASES.c.case_id).where(CASES.c.digest_seq.is_(None), CASES.c.deceased_digest.is_not(None))
    # A case that somebody is changing gets its place the next time: nobody is waited for.
    free = (
        new.order_by(CASES.c.received_at, CASES.c.case_id).limit(PAGE).with_for_update(skip_locked=True, key_share=True)
    )
    cases = connection.execute(free).scalars().all()
    last = connection.execute(select(func.coalesce(func.max(CASES.c.digest_seq), 0))).scalar_one()
    for place, case_id in enumerate(cases, last + 1):
        connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(digest_seq=place))
