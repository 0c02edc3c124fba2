"""What every endpoint works with: database, clock and terms, reading content with care, vouching for answers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy import exc

from kiosk.clock import Clock, iso
from kiosk.crypto.certificates import ClientAuthority
from kiosk.crypto.sealing import OpeningKey
from kiosk.crypto.signing import SigningKey
from sync.digest import HEADER, content_digest, vouches
from sync.hub.database import HubDatabase
from sync.hub.loops import Loops
from sync.hub.observing import Meters
from sync.hub.pacing import Away, Pace
from sync.hub.problems import Problem
from sync.messages import DIGEST_MISMATCH, JSON_MEDIA_TYPE, PROBLEM_MEDIA_TYPE, Limits, Pacing

_LOG = logging.getLogger("yizhan.hub")
_HTTP_CODES = {404: "no_such_page", 405: "method_unknown"}
_T = TypeVar("_T")
AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class HubTerms:
    """What the hub tells every terminal in hello."""

    limits: Limits = field(default_factory=Limits)
    pacing: Pacing = field(default_factory=Pacing)
    min_app: str = ""
    """The oldest program, as a dotted version, that may still deliver; empty: any."""
    silent_until: datetime | None = None
    """Until then every terminal keeps all that it has, and comes back by itself."""
    open_enrolment: bool = True
    """Terminals may enrol without a code: a hub for training."""
    workers: int = 1
    """Processes that share the work, as each of them has to know to pace itself."""


@dataclass(frozen=True)
class Desk:
    """What the endpoints work with. Database work runs in threads, the event loop only moves bytes."""

    database: HubDatabase
    clock: Clock
    terms: HubTerms
    meters: Meters
    key: SigningKey
    opening: OpeningKey
    """Opens sealed packets."""
    authority: ClientAuthority
    """Certifies terminals' keys where TLS ends here."""
    pace: Pace
    away: Away
    loops: Loops
    """What this process does beside answering."""
    staff_key: str = field(repr=False)
    """What opens the staff's pages; empty: nothing does."""

    def pacing(self) -> Pacing:
        """Give what hello says of pacing now: what was set, and at least the spread that the work ahead asks for."""
        pacing, until = self.terms.pacing, self.terms.silent_until
        spread = self.pace.spread(self.away.count(), self.clock.monotonic())
        told = msgspec.structs.replace(pacing, spread_s=max(pacing.spread_s, spread))
        left = (until - self.clock.now()).total_seconds() if until else 0.0
        return msgspec.structs.replace(told, paused=True, next_poll_s=left) if left > 0 else told

    def now(self) -> str:
        """Give the time as the hub writes it."""
        return iso(self.clock.now())

    async def work(self, job: Callable[[], _T]) -> _T:
        """Run database work in a thread.

        Raises:
            Problem: 503 when the database cannot take it now, 422 when it can never hold a value.
        """
        try:
            return await asyncio.to_thread(job)
        except (exc.OperationalError, OSError) as error:
            # Locked, full, or gone: the transaction is undone, the terminal may ask again.
            cause = getattr(error, "orig", error)
            detail = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
            _LOG.warning("it could not be kept: %s %s", type(cause).__name__, detail)
            wait = math.ceil(self.pace.later(self.clock.monotonic()))
            raise Problem(503, "busy", {"Retry-After": str(wait)}) from error
        except exc.DataError as error:
            # A value that fits no column: whoever sent it has to send something else.
            raise Problem(422, "request_invalid") from error


def desk_of(request: AnyRequest) -> Desk:
    """Give what the application was built with."""
    desk: Desk = request.app.state.desk
    return desk


async def content_of(request: AnyRequest, limit: int) -> bytes:
    """Read a request's content up to a limit and check that it arrived as it was sent.

    Raises:
        Problem: 413, 460, or 400 when it ends too early.
    """
    content = bytearray()
    await receive_content(request, limit, content.extend)
    return bytes(content)


async def receive_content(request: AnyRequest, limit: int, take: Callable[[bytes], object]) -> None:
    """Hand a request's content on as it arrives; only when this returns has it arrived as it was sent.

    Raises:
        Problem: as `content_of`.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced[:20]) > limit:
        raise Problem(413, "too_large", {"Connection": "close"})
    whole, size, more = hashlib.sha256(), 0, True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise Problem(400, "cut_off")  # the terminal is gone; nobody reads this
        size += len(message["body"])
        if size > limit:
            raise Problem(413, "too_large", {"Connection": "close"})
        whole.update(message["body"])
        take(message["body"])
        more = message["more_body"]
    if not vouches(request.headers.get(HEADER), whole.digest()):
        raise Problem(DIGEST_MISMATCH, "digest_differs")


def json_answer(message: object) -> Response[bytes]:
    """Answer with a message."""
    return answer(200, msgspec.json.encode(message), JSON_MEDIA_TYPE, {})


def answer(status: int, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response[bytes]:
    """Answer with content and its digest."""
    return Response(body, status_code=status, media_type=media_type, headers={HEADER: content_digest(body), **headers})


def refusal(request: AnyRequest, problem: Problem) -> Response[bytes]:
    """Refuse with a problem document."""
    # The answer to HEAD has no content: its digest is that of nothing.
    body = b"" if request.method == "HEAD" else msgspec.json.encode(problem.document())
    return answer(problem.status, body, PROBLEM_MEDIA_TYPE, problem.headers)


def http_refusal(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Refuse in our form what the framework refuses."""
    code = _HTTP_CODES.get(error.status_code, "request_invalid")
    return refusal(request, Problem(error.status_code, code, error.headers))


def unexpected_refusal(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Say that something is wrong here."""
    # Its text may hold what the terminal sent: only the kind is written down, and nothing is told outside.
    _LOG.error("%s in %s", type(error).__name__, request.scope["path"].split("/")[2:3])
    return refusal(request, Problem(500, "unexpected"))
