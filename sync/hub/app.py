"""The hub's endpoints: HTTP in, HTTP out; what they do stands in the modules beside."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from litestar import Litestar, Request, Response, get, head, patch, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from sqlalchemy import exc, select

from kiosk.clock import Clock, iso
from sync.digest import HEADER, content_digest, verifies
from sync.hub import attachments, feed, intake, terminals
from sync.hub import reconcile as reconciliation
from sync.hub.database import META, HubDatabase
from sync.hub.problems import Problem
from sync.messages import (
    DIGEST_MISMATCH,
    JSON_MEDIA_TYPE,
    PROBLEM_MEDIA_TYPE,
    PROTOCOL,
    TERMINAL_HEADER,
    UPLOAD_OFFSET,
    BatchAnswer,
    ChangesAnswer,
    Hello,
    Limits,
    Pacing,
    ReconcileAnswer,
    VersionRange,
)

_LOG = logging.getLogger("yizhan.hub")
_ENVELOPE = 64 << 10
"""Bytes that a batch may have beyond its items' limit."""
_HTTP_CODES = {404: "no_such_page", 405: "method_unknown"}
_T = TypeVar("_T")
_Request = Request[Any, Any, Any]


@dataclass(frozen=True)
class HubTerms:
    """What the hub tells every terminal in hello."""

    limits: Limits = field(default_factory=Limits)
    pacing: Pacing = field(default_factory=Pacing)
    min_app: str = ""


@dataclass(frozen=True)
class _Desk:
    """What the endpoints work with. Database work runs in threads, the event loop only moves bytes."""

    database: HubDatabase
    clock: Clock
    terms: HubTerms

    def now(self) -> str:
        return iso(self.clock.now())

    async def work(self, job: Callable[[], _T]) -> _T:
        try:
            return await asyncio.to_thread(job)
        except exc.OperationalError as error:
            # Locked, full, or gone: the transaction is undone, the terminal may ask again.
            _LOG.warning("the database did not take it: %s", type(error.orig).__name__)
            raise Problem(503, "busy", {"Retry-After": "2"}) from error


@get("/v1/hello")
async def hello(request: _Request) -> Response[bytes]:
    """Say who we are, what holds here and what we have seen of the terminal."""
    desk = _desk(request)
    await _content(request, 0)
    terminal_id = terminals.terminal_of(request.headers.get(TERMINAL_HEADER))
    now = desk.now()
    seen = await desk.work(lambda: terminals.greet(desk.database, terminal_id, now))
    return _json(
        Hello(
            server_time=now,
            protocol=VersionRange(min=PROTOCOL, max=PROTOCOL),
            schemas={kind: tuple(sorted(shapes)) for kind, shapes in intake.READS.items()},
            limits=desk.terms.limits,
            pacing=desk.terms.pacing,
            seen=seen,
            min_app=desk.terms.min_app,
        )
    )


@post("/v1/batches")
async def batches(request: _Request) -> Response[bytes]:
    """Take a batch of events."""
    desk = _desk(request)
    terminal_id = terminals.terminal_of(request.headers.get(TERMINAL_HEADER))
    body = await _content(request, desk.terms.limits.batch_bytes + _ENVELOPE)
    now = desk.now()

    def work() -> BatchAnswer:
        terminals.greet(desk.database, terminal_id, now)
        return intake.take_batch(desk.database, terminal_id, body, desk.terms.limits, now)

    return _json(await desk.work(work))


@head("/v1/attachments/{attachment_id:str}")
async def attachment_state(request: _Request, attachment_id: FromPath[str]) -> Response[None]:
    """Say how far an attachment is."""
    desk = _desk(request)
    await _content(request, 0)
    terminal_id = terminals.terminal_of(request.headers.get(TERMINAL_HEADER))
    state = await desk.work(lambda: attachments.progress(desk.database, terminal_id, attachment_id))
    return _bare(200, state)


@patch("/v1/attachments/{attachment_id:str}", status_code=204)
async def attachment_chunk(request: _Request, attachment_id: FromPath[str]) -> Response[None]:
    """Take bytes of an attachment."""
    desk = _desk(request)
    terminal_id = terminals.terminal_of(request.headers.get(TERMINAL_HEADER))
    chunk = await _content(request, desk.terms.limits.chunk_max)
    text = request.headers.get(UPLOAD_OFFSET, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16) or not chunk:
        raise Problem(400, "chunk_invalid")
    now = desk.now()
    state = await desk.work(
        lambda: attachments.take_chunk(desk.database, terminal_id, attachment_id, int(text), chunk, now)
    )
    return _bare(204, state)


@get("/v1/changes")
async def changes(request: _Request) -> Response[bytes]:
    """Give a page of the terminal's change feed."""
    desk = _desk(request)
    await _content(request, 0)
    terminal_id = terminals.terminal_of(request.headers.get(TERMINAL_HEADER))
    cursor = request.query_params.get("cursor", "")
    now = desk.now()

    def work() -> ChangesAnswer:
        terminals.greet(desk.database, terminal_id, now)
        return feed.read_feed(desk.database, terminal_id, cursor)

    return _json(await desk.work(work))


@post("/v1/reconcile")
async def reconcile(request: _Request) -> Response[bytes]:
    """Compare what the terminal believes to be here with what is."""
    desk = _desk(request)
    terminal_id = terminals.terminal_of(request.headers.get(TERMINAL_HEADER))
    body = await _content(request, _ENVELOPE)
    now = desk.now()

    def work() -> ReconcileAnswer:
        terminals.greet(desk.database, terminal_id, now)
        return reconciliation.reconcile(desk.database, terminal_id, body, now)

    return _json(await desk.work(work))


@get("/health")
async def health(request: _Request) -> Response[bytes]:
    """Say that the hub answers and its database too."""
    desk = _desk(request)

    def work() -> None:
        with desk.database.read() as connection:
            connection.execute(select(META.c.key).limit(1)).all()

    await desk.work(work)
    return _json({"status": "ok"})


def create_app(database: HubDatabase, clock: Clock, terms: HubTerms) -> Litestar:
    """Build the ASGI application."""
    return Litestar(
        [hello, batches, attachment_state, attachment_chunk, changes, reconcile, health],
        state=State({"desk": _Desk(database, clock, terms)}),
        exception_handlers={Problem: _refusal, HTTPException: _http_refusal, Exception: _unexpected},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # `_content` counts, by what each endpoint takes
        debug=False,
    )


def _desk(request: _Request) -> _Desk:
    desk: _Desk = request.app.state.desk
    return desk


async def _content(request: _Request, limit: int) -> bytes:
    """Read a request's content up to a limit and check that it arrived as it was sent."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced[:20]) > limit:
        raise Problem(413, "too_large", {"Connection": "close"})
    content = bytearray()
    more = True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise Problem(400, "cut_off")  # the terminal is gone; nobody reads this
        content += message["body"]
        if len(content) > limit:
            raise Problem(413, "too_large", {"Connection": "close"})
        more = message["more_body"]
    body = bytes(content)
    if not verifies(request.headers.get(HEADER), body):
        raise Problem(DIGEST_MISMATCH, "digest_differs")
    return body


def _json(message: object) -> Response[bytes]:
    return _answer(200, msgspec.json.encode(message), JSON_MEDIA_TYPE, {})


def _bare(status: int, state: attachments.Progress) -> Response[None]:
    return Response(None, status_code=status, headers={HEADER: content_digest(b""), **attachments.headers(state)})


def _answer(status: int, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response[bytes]:
    return Response(body, status_code=status, media_type=media_type, headers={HEADER: content_digest(body), **headers})


def _refusal(request: _Request, problem: Problem) -> Response[bytes]:
    # The answer to HEAD has no content: its digest is that of nothing.
    body = b"" if request.method == "HEAD" else msgspec.json.encode(problem.document())
    return _answer(problem.status, body, PROBLEM_MEDIA_TYPE, problem.headers)


def _http_refusal(request: _Request, error: HTTPException) -> Response[bytes]:
    return _refusal(request, Problem(error.status_code, _HTTP_CODES.get(error.status_code, "request_invalid")))


def _unexpected(request: _Request, error: Exception) -> Response[bytes]:
    # Its text may hold what the terminal sent: only the kind is written down, and nothing is told outside.
    _LOG.error("%s in %s", type(error).__name__, request.scope["path"].split("/")[2:3])
    return _refusal(request, Problem(500, "unexpected"))
