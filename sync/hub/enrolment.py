"""Who terminals are: one-time codes, the keys that they enrolled, and words that they used once."""

from __future__ import annotations

import base64
import hashlib
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.clock import iso
from kiosk.crypto.signing import is_signed_by
from kiosk.errors import ErrorCode, InputError
from sync.hub.database import HubDatabase
from sync.hub.problems import Problem
from sync.hub.tables import CASES, CODES, KEYS, NONCES, TERMINALS
from sync.hub.terminals import hold, meet
from sync.messages import Enrol, EnrolledStation, NewKey
from sync.signatures import WINDOW_S, Message, Signed, key_id_of, key_proof, read_request

CODE_LIFE = timedelta(days=7)
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class KeyHolder:
    """Whose key it is, the key (32 bytes), and whether it has never been used."""

    terminal_id: str
    public_key: bytes
    waiting: bool


def issue_code(database: HubDatabase, station: EnrolledStation, now: datetime) -> str:
    """Make a one-time code for a terminal, in groups of four; only its hash is kept.

    Raises:
        InputError: INPUT_INVALID, division or terminal code is no such thing, or both are another terminal's: their
            case numbers would be the same.
    """
    code = "-".join("".join(secrets.choice(_CODE_ALPHABET) for _ in range(4)) for _ in range(3))
    if not (station.division and station.terminal_code):
        raise InputError(ErrorCode.INPUT_INVALID, place="division")
    alive = CODES.c.used_at.is_not(None) | (CODES.c.expires_at > iso(now))
    with database.write() as connection:
        for known in connection.execute(select(CODES.c.station).where(alive)).scalars():
            other = msgspec.json.decode(known, type=EnrolledStation)
            same_numbers = (other.division, other.terminal_code) == (station.division, station.terminal_code)
            if same_numbers and other.terminal_id != station.terminal_id:
                raise InputError(ErrorCode.INPUT_INVALID, place="terminal_code")
        connection.execute(
            insert(CODES).values(
                code_sha256=_hashed(code),
                station=msgspec.json.encode(station).decode(),
                expires_at=iso(now + CODE_LIFE),
            )
        )
    return code


def enrol(
    database: HubDatabase, request: Message, body: bytes, now: datetime, *, open_to_all: bool
) -> tuple[EnrolledStation, str, bytes]:
    """Take a terminal's public key, for a code or, where training terminals come and go, for nothing.

    Asked again with the same key and code it gives the same answer, so that a lost answer costs no code.

    Raises:
        Problem: 422 for a body of another shape, 401 when the key does not sign the request, 403 for a code that is
            unknown, used, out of time, or another terminal's than the machine already is.

    Returns:
        What the terminal is, the last series letter that it may have used so far, empty for none, and its key.
    """
    try:
        asked = msgspec.json.decode(body, type=Enrol)
        public = base64.b64decode(asked.public_key, validate=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as exc:
        raise Problem(422, "enrol_invalid") from exc
    key_id = key_id_of(public)
    signed = read_request(request, lambda named: public if named == key_id else None)
    if signed is None:
        raise Problem(401, "signature_invalid")
    require_now(signed, now)
    with database.write() as connection:
        if asked.code:
            station = _redeem(connection, asked.code, key_id, now)
            if asked.present not in {"", station.terminal_id}:
                raise Problem(403, "code_of_another")
        elif open_to_all:
            station = EnrolledStation(terminal_id=asked.terminal_id)
        else:
            raise Problem(403, "code_wanted")
        meet(connection, station.terminal_id, iso(now))
        if asked.code:  # the code is given for one machine: what it held before is not believed any more
            connection.execute(
                update(KEYS)
                .where(KEYS.c.terminal_id == station.terminal_id, KEYS.c.key_id != key_id, KEYS.c.revoked_at.is_(None))
                .values(revoked_at=iso(now))
            )
            connection.execute(
                update(TERMINALS)
                .where(TERMINALS.c.terminal_id == station.terminal_id)
                .values(station=station.id, cloned_at=None)
            )
        _keep(connection, station.terminal_id, asked.public_key, iso(now), device=asked.device, app=asked.app)
        return station, _series_used(connection, station, key_id) if asked.code else "", public


def take_new_key(database: HubDatabase, terminal_id: str, body: bytes, now: datetime) -> bytes:
    """Take the key that shall follow a terminal's present one, and give it; it follows when it is first used.

    Until then the present one holds, so that a lost answer costs nothing and the same may be asked again. The present
    one itself may be named, too; nothing changes then.

    Raises:
        Problem: 422 for a body of another shape, 403 for a key without its proof, another's, or a revoked one.
    """
    try:
        asked = msgspec.json.decode(body, type=NewKey)
        public, proof = (base64.b64decode(text, validate=True) for text in (asked.public_key, asked.proof))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as exc:
        raise Problem(422, "key_invalid") from exc
    if not is_signed_by(public, key_proof(terminal_id, public), proof):
        raise Problem(403, "key_unproven")
    with database.write() as connection:
        _keep(connection, terminal_id, asked.public_key, iso(now), waiting=True)
    return public


def begin_use(connection: Connection, key_id: str, terminal_id: str, now: datetime) -> None:
    """Put a new key in the place of all that its terminal had before."""
    hold(connection, [terminal_id])
    own = KEYS.c.terminal_id == terminal_id
    connection.execute(update(KEYS).where(KEYS.c.key_id == key_id).values(waiting=False))
    others = update(KEYS).where(own, KEYS.c.key_id != key_id, KEYS.c.revoked_at.is_(None))
    connection.execute(others.values(revoked_at=iso(now)))


def holder_of(connection: Connection, key_id: str) -> KeyHolder | None:
    """Look a key up; None for one that is unknown or revoked."""
    row = connection.execute(select(KEYS).where(KEYS.c.key_id == key_id, KEYS.c.revoked_at.is_(None))).one_or_none()
    return None if row is None else KeyHolder(row.terminal_id, base64.b64decode(row.public_key), waiting=row.waiting)


def signer_of(connection: Connection, public: bytes) -> tuple[str, str | None] | None:
    """Look a packet's key up, also one that is revoked by now: whose it is, and until when its word counts."""
    row = connection.execute(
        select(KEYS.c.terminal_id, KEYS.c.revoked_at).where(KEYS.c.key_id == key_id_of(public))
    ).one_or_none()
    return None if row is None else (row.terminal_id, row.revoked_at)


def number_frames(connection: Connection, terminal_id: str) -> frozenset[tuple[str, str]]:
    """Give division and terminal code of every code that a terminal has redeemed; none when it enrolled without one."""
    return frozenset((station.division, station.terminal_code) for station in _stations(connection, terminal_id))


def station_of(connection: Connection, terminal_id: str) -> EnrolledStation | None:
    """Give a terminal's station as the newest code that it redeemed says it; None when it enrolled without one."""
    return next(iter(_stations(connection, terminal_id)), None)


def _stations(connection: Connection, terminal_id: str) -> list[EnrolledStation]:
    """Read the station from each code that a terminal has redeemed, the newest first."""
    keys = select(KEYS.c.key_id).where(KEYS.c.terminal_id == terminal_id)
    redeemed = select(CODES.c.station).where(CODES.c.key_id.in_(keys)).order_by(CODES.c.used_at.desc())
    return [msgspec.json.decode(text, type=EnrolledStation) for text in connection.execute(redeemed).scalars()]


def require_now(signed: Signed, now: datetime) -> None:
    """Check that a request was signed now.

    Raises:
        Problem: 401 `clock_skew` with the hub's time.
    """
    if abs((signed.created - now).total_seconds()) > WINDOW_S:
        raise Problem(401, "clock_skew", server_time=iso(now))


def use_nonce(connection: Connection, signed: Signed, now: datetime) -> None:
    """Note a request's one-time word.

    Raises:
        Problem: 401 `replayed`, it was used before.
    """
    connection.execute(delete(NONCES).where(NONCES.c.at < iso(now - timedelta(seconds=2 * WINDOW_S))))
    try:
        with connection.begin_nested():
            connection.execute(insert(NONCES).values(key_id=signed.key_id, nonce=signed.nonce, at=iso(now)))
    except IntegrityError as exc:
        raise Problem(401, "replayed") from exc


def _redeem(connection: Connection, code: str, key_id: str, now: datetime) -> EnrolledStation:
    row = connection.execute(
        select(CODES.c.station, CODES.c.expires_at, CODES.c.key_id)
        .where(CODES.c.code_sha256 == _hashed(code))
        .with_for_update()
    ).one_or_none()
    if row is None or (row.key_id is None and row.expires_at < iso(now)) or row.key_id not in {None, key_id}:
        raise Problem(403, "code_refused")
    connection.execute(
        update(CODES).where(CODES.c.code_sha256 == _hashed(code)).values(key_id=key_id, used_at=iso(now))
    )
    return msgspec.json.decode(row.station, type=EnrolledStation)


def _series_used(connection: Connection, station: EnrolledStation, key_id: str) -> str:
    """Give the last letter that a terminal may have used before this key.

    That is the highest that is here or, as numbers may lie undelivered on a machine that is gone, one for each code
    redeemed; not to the last letter by counting alone, for most codes come to a machine whose database goes on.
    """
    frame = f"SHS{station.division}{station.terminal_code}"
    ours = CASES.c.case_number.between(frame, f"{frame}Z~")
    letters = select(func.max(func.substr(CASES.c.case_number, len(frame) + 1, 1))).where(ours)
    redeemed = select(CODES.c.station).where(CODES.c.used_at.is_not(None), CODES.c.key_id != key_id)
    codes = [msgspec.json.decode(code, type=EnrolledStation) for code in connection.execute(redeemed).scalars()]
    before = sum(code.terminal_id == station.terminal_id for code in codes)
    counted: str = ("", *string.ascii_uppercase)[min(before, 25)]
    here: str | None = connection.execute(letters).scalar_one()
    return max(here or "", counted)


def _keep(
    connection: Connection,
    terminal_id: str,
    public_key: str,
    now: str,
    *,
    device: str = "",
    app: str = "",
    waiting: bool = False,
) -> None:
    key_id = key_id_of(base64.b64decode(public_key))
    known = connection.execute(select(KEYS.c.terminal_id, KEYS.c.revoked_at).where(KEYS.c.key_id == key_id))
    row = known.one_or_none()
    if row is not None:
        if row.terminal_id != terminal_id:
            raise Problem(403, "key_of_another")
        if row.revoked_at is not None:
            raise Problem(403, "key_revoked")
        return
    connection.execute(
        insert(KEYS).values(
            key_id=key_id,
            terminal_id=terminal_id,
            public_key=public_key,
            device=device,
            app=app,
            enrolled_at=now,
            waiting=waiting,
        )
    )


def _hashed(code: str) -> str:
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
