"""The hub's endpoints: HTTP in, HTTP out; what they do stands in the modules beside."""

from __future__ import annotations

from tempfile import TemporaryFile

from litestar import Litestar, Response, get, head, patch, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.types import ASGIApp

from kiosk.clock import Clock
from kiosk.crypto.certificates import ClientAuthority
from kiosk.crypto.sealing import OpeningKey
from kiosk.crypto.signing import SigningKey
from kiosk.packets.receipts import signed_receipt
from sync.coding import GZIP
from sync.digest import HEADER, content_digest
from sync.hub import attachments, digests, enrolment, feed, intake, look_ups, offers, stations, terminals
from sync.hub import packs as packs_kept
from sync.hub import reconcile as reconciliation
from sync.hub.aside import count_aside
from sync.hub.database import HubDatabase
from sync.hub.desk import (
    AnyRequest,
    Desk,
    HubTerms,
    answer,
    desk_of,
    http_refusal,
    json_answer,
    refusal,
    unexpected_refusal,
)
from sync.hub.gate import asked, asked_file, certificate_for, enrolled, sign_answers
from sync.hub.loops import Loops
from sync.hub.observing import METRICS_MEDIA_TYPE, Meters
from sync.hub.openapi import document
from sync.hub.pacing import Away, Pace, paced
from sync.hub.packets import take_packet
from sync.hub.pages import PAGES
from sync.hub.problems import Problem
from sync.messages import (
    JSON_MEDIA_TYPE,
    PROTOCOL,
    UPLOAD_OFFSET,
    ChangesAnswer,
    Hello,
    KeyTaken,
    Pacing,
    ReconcileAnswer,
    Seen,
    StationAnswer,
    VersionRange,
)
from sync.signatures import key_id_of

_ENVELOPE = 64 << 10
"""Bytes that a batch may have beyond its items' limit."""
_ITEM = 1 << 10
"""Bytes that an item may have beyond its payload: names, a hash, what is said of files."""
_LOOK_UP = 4 << 10
"""Bytes of a question about a case."""


@post("/v1/enrol")
async def enrol(request: AnyRequest) -> Response[bytes]:
    """Take a terminal's public key."""
    return json_answer(await enrolled(request))


@get("/v1/hello")
async def hello(request: AnyRequest) -> Response[bytes]:
    """Say who we are, what holds here and what we have seen of the terminal."""
    desk = desk_of(request)
    terminal_id, _ = await asked(request, 0)
    now = desk.now()

    def work() -> tuple[Pacing, Seen, str, int]:
        pacing = desk.pacing()  # before it is noted that this one is back
        seen = terminals.greet(desk.database, terminal_id, now)
        with desk.database.read() as connection:
            version = stations.state_of(connection, terminal_id).version
            return pacing, seen, version, packs_kept.newest(connection)

    pacing, seen, station_version, pack_version = await desk.work(work)
    return json_answer(
        Hello(
            server_time=now,
            protocol=VersionRange(min=PROTOCOL, max=PROTOCOL),
            schemas={kind: tuple(sorted(shapes)) for kind, shapes in intake.READS.items()},
            limits=desk.terms.limits,
            codings=(GZIP,),
            pacing=pacing,
            seen=seen,
            min_app=desk.terms.min_app,
            digests="1",
            station=station_version,
            catalog=str(pack_version or ""),
        )
    )


@post("/v1/batches")
async def batches(request: AnyRequest) -> Response[bytes]:
    """Take a batch of events."""
    desk = desk_of(request)
    limits = desk.terms.limits
    longest = limits.batch_bytes + limits.batch_items * _ITEM + _ENVELOPE
    terminal_id, body = await asked(request, longest, codings=(GZIP,))
    now, sign = desk.now(), desk.key.sign
    return json_answer(await desk.work(lambda: intake.take_batch(desk.database, terminal_id, body, limits, now, sign)))


@head("/v1/attachments/{attachment_id:str}")
async def attachment_state(request: AnyRequest, attachment_id: FromPath[str]) -> Response[None]:
    """Say how far an attachment is."""
    desk = desk_of(request)
    terminal_id, _ = await asked(request, 0)
    state = await desk.work(lambda: attachments.progress(desk.database, terminal_id, attachment_id))
    return _bare(200, state)


@patch("/v1/attachments/{attachment_id:str}", status_code=204)
async def attachment_chunk(request: AnyRequest, attachment_id: FromPath[str]) -> Response[None]:
    """Take bytes of an attachment."""
    desk = desk_of(request)
    text = request.headers.get(UPLOAD_OFFSET, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Problem(400, "chunk_invalid")
    terminal_id, chunk = await asked(request, desk.terms.limits.chunk_max)
    if not chunk:
        raise Problem(400, "chunk_invalid")
    now = desk.now()
    state = await desk.work(
        lambda: attachments.take_chunk(desk.database, terminal_id, attachment_id, int(text), chunk, now)
    )
    return _bare(204, state)


@get("/v1/changes")
async def changes(request: AnyRequest) -> Response[bytes]:
    """Give a page of the terminal's change feed."""
    desk = desk_of(request)
    terminal_id, _ = await asked(request, 0)
    cursor = request.query_params.get("cursor", "")
    now = desk.now()

    def work() -> ChangesAnswer:
        terminals.greet(desk.database, terminal_id, now)
        return feed.read_feed(desk.database, terminal_id, cursor)

    return json_answer(await desk.work(work))


@get("/v1/results/{result_id:str}")
async def result(request: AnyRequest, result_id: FromPath[str]) -> Response[bytes]:
    """Give a department's result of one of the terminal's own cases, or a file that was brought for it elsewhere."""
    desk = desk_of(request)
    terminal_id, _ = await asked(request, 0)
    offset, length = (request.query_params.get(name, "") for name in ("offset", "length"))
    if any(value and not (value.isascii() and value.isdigit() and len(value) < 10) for value in (offset, length)):
        raise Problem(400, "part_invalid")
    part = int(offset or 0), int(length) if length else None
    media_type, data = await desk.work(lambda: offers.read_document(desk.database, terminal_id, result_id, *part))
    return answer(200, data, media_type, {})


@post("/v1/look-ups")
async def look_up(request: AnyRequest) -> Response[bytes]:
    """Say how a case of another terminal stands."""
    desk = desk_of(request)
    terminal_id, body = await asked(request, _LOOK_UP)
    now = desk.clock.now()
    return json_answer(await desk.work(lambda: look_ups.look_up(desk.database, terminal_id, body, now)))


@get("/v1/station")
async def station(request: AnyRequest) -> Response[bytes]:
    """Say what holds for the terminal's station."""
    desk = desk_of(request)
    terminal_id, _ = await asked(request, 0)
    now = desk.now()

    def work() -> StationAnswer:
        terminals.greet(desk.database, terminal_id, now)
        with desk.database.read() as connection:
            return stations.state_of(connection, terminal_id)

    return json_answer(await desk.work(work))


@get("/v1/packs/current")
async def pack(request: AnyRequest) -> Response[bytes]:
    """Give the overlays of catalogue, code tables and calendar."""
    desk = desk_of(request)
    await asked(request, 0)
    return json_answer(await desk.work(lambda: packs_kept.signed_pack(desk.database, desk.key)))


@post("/v1/keys")
async def keys(request: AnyRequest) -> Response[bytes]:
    """Take the key that follows the terminal's present one; who lacks a certificate asks for it here."""
    desk = desk_of(request)
    terminal_id, body = await asked(request, _ENVELOPE, certified=False)
    now = desk.clock.now()
    public = await desk.work(lambda: enrolment.take_new_key(desk.database, terminal_id, body, now))
    return json_answer(KeyTaken(key_id=key_id_of(public), certificate=certificate_for(request, terminal_id, public)))


@get("/v1/digests")
async def known_deceased(request: AnyRequest) -> Response[bytes]:
    """Say who was taken in elsewhere, without names."""
    desk = desk_of(request)
    terminal_id, _ = await asked(request, 0)
    after = request.query_params.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 16):
        raise Problem(422, "request_invalid")
    return json_answer(await desk.work(lambda: digests.read_digests(desk.database, terminal_id, int(after))))


@post("/v1/reconcile")
async def reconcile(request: AnyRequest) -> Response[bytes]:
    """Compare what the terminal believes to be here with what is."""
    desk = desk_of(request)
    terminal_id, body = await asked(request, _ENVELOPE, codings=(GZIP,))
    now = desk.now()

    def work() -> ReconcileAnswer:
        terminals.greet(desk.database, terminal_id, now)
        return reconciliation.reconcile(desk.database, terminal_id, body, now)

    return json_answer(await desk.work(work))


@post("/v1/packets")
async def packets(request: AnyRequest) -> Response[bytes]:
    """Take a sealed packet, whoever brings it."""
    desk = desk_of(request)
    with TemporaryFile() as file:
        await asked_file(request, desk.terms.limits.packet_bytes, file)
        now, limits = desk.now(), desk.terms.limits
        receipt = await desk.work(lambda: take_packet(desk.database, file, desk.opening, limits, now, desk.key.sign))
    return json_answer(signed_receipt(receipt, desk.key))


@get("/v1/openapi.json")
async def openapi(request: AnyRequest) -> Response[bytes]:
    """Describe ourselves."""
    return answer(200, document(desk_of(request).terms), JSON_MEDIA_TYPE, {})


@get("/health")
async def health(request: AnyRequest) -> Response[bytes]:
    """Say that the hub answers and its database too, which loops do not get on, and what is set aside."""
    desk = desk_of(request)

    def work() -> dict[str, int]:
        with desk.database.read() as connection:
            return count_aside(connection)

    aside = await desk.work(work)
    failing = [name for name, well in desk.loops.states().items() if not well]
    if not (failing or aside):
        return json_answer({"status": "ok"})
    return json_answer({"status": "degraded", "failing": failing, "set_aside": aside})


@get("/metrics")
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Give the figures for Prometheus."""
    desk = desk_of(request)
    figures = await desk.work(lambda: desk.meters.exposition(desk.database, desk.clock, desk.loops))
    return answer(200, figures, METRICS_MEDIA_TYPE, {})


def create_app(
    database: HubDatabase,
    clock: Clock,
    terms: HubTerms,
    key: SigningKey,
    loops: Loops | None = None,
    staff_key: str = "",
) -> ASGIApp:
    """Build the ASGI application.

    Args:
        database: the hub's.
        clock: the time.
        terms: what terminals are told.
        key: signs answers.
        loops: what runs beside it.
        staff_key: opens the staff's pages; empty: nothing does.
    """
    meters, pace = Meters(), Pace(terms.workers)
    away = Away(database, clock, terms.pacing.next_poll_s)
    desk = Desk(
        database,
        clock,
        terms,
        meters,
        key,
        OpeningKey(key.derive("packets")),
        ClientAuthority(key),
        pace,
        away,
        loops or Loops(),
        staff_key,
    )
    app = Litestar(
        [
            enrol,
            hello,
            batches,
            attachment_state,
            attachment_chunk,
            changes,
            result,
            known_deceased,
            look_up,
            station,
            pack,
            keys,
            reconcile,
            packets,
            openapi,
            health,
            metrics,
            *PAGES,
        ],
        state=State({"desk": desk}),
        exception_handlers={Problem: refusal, HTTPException: http_refusal, Exception: unexpected_refusal},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # `content_of` counts, by what each endpoint takes
        debug=False,
    )
    return meters.watch(sign_answers(paced(app, pace, clock), key, clock))


def _bare(status: int, state: attachments.Progress) -> Response[None]:
    return Response(None, status_code=status, headers={HEADER: content_digest(b""), **attachments.headers(state)})
