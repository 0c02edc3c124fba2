"""The pack of overlays that every terminal gets: kept by version, signed when it is asked for."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, func, insert, select

from kiosk.crypto.signing import SigningKey
from sync.hub.database import HubDatabase
from sync.hub.problems import Problem
from sync.hub.tables import PACKS
from sync.messages import Pack
from sync.signatures import pack_proof


def keep_pack(database: HubDatabase, files: Mapping[str, str], now: str) -> int:
    """Keep a new pack, which takes the place of the one before; gives its version."""
    with database.write() as connection:
        version = newest(connection) + 1
        content = msgspec.json.encode(dict(files)).decode()
        connection.execute(insert(PACKS).values(version=version, files=content, made_at=now))
    return version


def files_of(connection: Connection, version: int) -> dict[str, str] | None:
    """Give a pack's files, path → TOML; None when it was never made here."""
    files = connection.execute(select(PACKS.c.files).where(PACKS.c.version == version)).scalar_one_or_none()
    return None if files is None else msgspec.json.decode(files, type=dict[str, str])


def newest(connection: Connection) -> int:
    """Give the version in force; 0 when there is none."""
    highest: int = connection.execute(select(func.coalesce(func.max(PACKS.c.version), 0))).scalar_one()
    return highest


def signed_pack(database: HubDatabase, key: SigningKey) -> Pack:
    """Give the pack in force.

    Raises:
        Problem: 404, there is none.
    """
    with database.read() as connection:
        row = connection.execute(select(PACKS).order_by(PACKS.c.version.desc()).limit(1)).one_or_none()
    if row is None:
        raise Problem(404, "no_such_page")
    files = msgspec.json.decode(row.files, type=dict[str, str])
    signature = key.sign(pack_proof(row.version, files))
    return Pack(version=row.version, files=files, signature=base64.b64encode(signature).decode())
