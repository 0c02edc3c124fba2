"""Who asks: every request but health and figures is signed by an enrolled terminal, and every answer by the hub."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.types import Message as Event

from kiosk.clock import Clock
from kiosk.crypto.certificates import certified_key
from kiosk.crypto.signing import SigningKey
from sync import coding
from sync.hub import enrolment
from sync.hub.desk import AnyRequest, Desk, content_of, desk_of, receive_content
from sync.hub.problems import Problem
from sync.hub.terminals import terminal_of
from sync.messages import TERMINAL_HEADER, Enrolled
from sync.signatures import Message, key_id_of, read_request, sign_answer

SEED_FILE = "signing-seed"
_SEED_BYTES = 32
_ENROL_MAX = 4096


async def asked(
    request: AnyRequest, limit: int, *, codings: Collection[str] = (), certified: bool = True
) -> tuple[str, bytes]:
    """Read a request's content and prove whose it is; gives the terminal and the content.

    Args:
        request: as it came.
        limit: bytes that its content may have, as sent and unpacked.
        codings: those in which the content may be sent.
        certified: where TLS ends here, the connection must have shown the certificate of the key that signs.

    Raises:
        Problem: 401 `key_unknown`, `signature_invalid`, `certificate_wanted`, `clock_skew` or `replayed`, 403
            `terminal_differs`, 415 `coding_unknown`, 400 `coding_damaged`; and as `content_of`.
    """
    desk = desk_of(request)
    terminal_id = terminal_of(request.headers.get(TERMINAL_HEADER))
    is_coded = _is_coded(request, codings)
    sent = await content_of(request, limit)
    message, shown = _message(request.scope), _shown(request.scope) if certified else None

    def work() -> bytes:
        _admit(desk, message, terminal_id, shown)  # before anything is unpacked for whoever comes
        return _unpacked(sent, limit) if is_coded else sent

    content = await desk.work(work)
    desk.meters.note_content(coding.GZIP if is_coded else coding.IDENTITY, len(sent), len(content))
    return terminal_id, content


async def asked_file(request: AnyRequest, limit: int, file: BinaryIO) -> str:
    """Do the same with content that is too long for memory: prove whose it is first, then write it into a file.

    Raises:
        Problem: as `asked`; what the file holds is nobody's then.
    """
    desk = desk_of(request)
    terminal_id = terminal_of(request.headers.get(TERMINAL_HEADER))
    _is_coded(request, ())
    message, shown = _message(request.scope), _shown(request.scope)
    await desk.work(lambda: _admit(desk, message, terminal_id, shown))
    await receive_content(request, limit, file.write)
    return terminal_id


async def enrolled(request: AnyRequest) -> Enrolled:
    """Take a terminal's key.

    Raises:
        Problem: as `enrolment.enrol`.
    """
    desk = desk_of(request)
    _is_coded(request, ())
    body = await content_of(request, _ENROL_MAX)
    message, now = _message(request.scope), desk.clock.now()
    station, series, public = await desk.work(
        lambda: enrolment.enrol(desk.database, message, body, now, open_to_all=desk.terms.open_enrolment)
    )
    return Enrolled(
        server_time=desk.now(),
        station=station,
        hub_key=base64.b64encode(desk.key.public).decode(),
        packet_key=base64.b64encode(desk.opening.public).decode(),
        series=series,
        certificate=certificate_for(request, station.terminal_id, public),
    )


def certificate_for(request: AnyRequest, terminal_id: str, public: bytes) -> str:
    """Give the certificate of a terminal's key where TLS ends here; empty elsewhere, for nobody would ask for it."""
    return "" if _shown(request.scope) is None else desk_of(request).authority.certify(terminal_id, public)


def sign_answers(app: ASGIApp, key: SigningKey, clock: Clock) -> ASGIApp:
    """Wrap an application so that every answer to a signed request is signed by the hub."""
    key_id = key_id_of(key.public)

    async def signing(scope: Scope, receive: Receive, send: Send) -> None:
        request = _message(scope)

        async def signed(event: Event) -> None:
            if event["type"] == "http.response.start" and "signature" in request.headers:
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event["headers"]}
                added = sign_answer(request, event["status"], headers, key_id, key, clock.now())
                pairs = [(name.lower().encode(), value.encode()) for name, value in added.items()]
                event["headers"] = [*event["headers"], *pairs]
            await send(event)

        await app(scope, receive, signed)

    return signing


def load_seed(folder: Path) -> bytes:
    """Give the seed of the hub's own key from a file that only its owner may read; made when there is none.

    Raises:
        OSError: the folder cannot be used.
        ValueError: the file is not ours.
    """
    path = folder / SEED_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = folder / f"{SEED_FILE}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_SEED_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # of several that start at once, one gives its name to the file
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    seed = path.read_bytes()
    if len(seed) != _SEED_BYTES:
        raise ValueError(path.name)
    return seed


def _is_coded(request: AnyRequest, codings: Collection[str]) -> bool:
    """Tell whether the content is sent in one of these codings, or as it is.

    Raises:
        Problem: 415, it is sent in another.
    """
    name = request.headers.get(coding.HEADER, coding.IDENTITY).strip().lower()
    if name != coding.IDENTITY and name not in codings:
        raise Problem(415, "coding_unknown", {"Accept-Encoding": ", ".join(codings) or coding.IDENTITY})
    return name != coding.IDENTITY


def _unpacked(sent: bytes, limit: int) -> bytes:
    content = coding.unpacked(sent, limit)
    if content is None:
        raise Problem(400, "coding_damaged")
    if len(content) > limit:
        raise Problem(413, "too_large")
    return content


def _shown(scope: Scope) -> bytes | None:
    """Give the key whose certificate the connection showed: empty for none, None where the terminal's TLS ends before.

    That the certificate is of our authority was seen to when the connection was made, and that the other side has its
    private key.
    """
    tls = (scope.get("extensions") or {}).get("tls")
    if tls is None:
        return None
    chain = cast("tuple[str, ...]", tls["client_cert_chain"])
    return certified_key(chain[0]) if chain else b""


def _admit(desk: Desk, message: Message, terminal_id: str, shown: bytes | None) -> None:
    now = desk.clock.now()
    found: list[enrolment.KeyHolder | None] = []
    with desk.database.write(durable=False) as connection:

        def public_of(key_id: str) -> bytes | None:
            holder = enrolment.holder_of(connection, key_id)
            found.append(holder)
            return None if holder is None else holder.public_key

        signed = read_request(message, public_of)
        holder = found[0] if found else None
        if found and holder is None:
            raise Problem(401, "key_unknown")
        if signed is None or holder is None:
            raise Problem(401, "signature_invalid")
        if holder.terminal_id != terminal_id:
            raise Problem(403, "terminal_differs")
        if shown not in {None, holder.public_key}:
            raise Problem(401, "certificate_wanted")
        enrolment.require_now(signed, now)
        enrolment.use_nonce(connection, signed, now)
        if holder.waiting:
            enrolment.begin_use(connection, signed.key_id, terminal_id, now)


def _message(scope: Scope) -> Message:
    """Read a request as it is signed."""
    method = scope["method"] if scope["type"] == ScopeType.HTTP else ""
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += f"?{scope['query_string'].decode('latin-1')}"
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Message(method, target, headers)
