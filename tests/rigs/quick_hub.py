"""The real hub application asked in this thread, without sockets, over a road on which anything may happen."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from hub_rigs import HUB_KEY, TERMINAL, enrol
from litestar.types import ASGIApp
from sqlalchemy import create_engine, event, exc, update
from store_rigs import SetClock

from kiosk.errors import ErrorCode, HubError
from sync import coding, digest
from sync.hub.app import create_app
from sync.hub.database import HubDatabase, default_path, default_url, open_database
from sync.hub.desk import HubTerms
from sync.hub.tables import KEYS
from sync.messages import Limits, Pacing
from sync.wire import Answer, Wire

LIMITS = Limits(batch_items=3, batch_bytes=64 << 10, chunk_max=900)
TERMS = HubTerms(limits=LIMITS, pacing=Pacing(next_poll_s=1))
OTHER_LIMITS = HubTerms(limits=Limits(batch_items=1, batch_bytes=1, chunk_max=100), pacing=Pacing(next_poll_s=1))
NEWER_WANTED = HubTerms(limits=LIMITS, min_app="9.0")
SILENCE = HubTerms(limits=LIMITS, pacing=Pacing(next_poll_s=1, paused=True))
_HTML = b"<html><body>Please log in</body></html>"


class _Inline(ThreadPoolExecutor):
    """Does the hub's database work at once in the one thread, so that the same moments come again."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as its base
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as its base does: it is the asker's
            done.set_exception(error)
        return done


@dataclass(frozen=True)
class Request:
    """A request as it lies on the road."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class QuickHub:
    """A hub in a folder; one at a time in a process, which keeps the applications that take longest to build."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; nothing answers before `start`."""
        self.clock = SetClock()
        self.terms = TERMS
        self._folder = folder
        self._backups: list[Path] = []
        self._database: HubDatabase | None = None
        self._fails_at = 0

    @property
    def database(self) -> HubDatabase:
        """The database of the hub that runs."""
        assert self._database is not None
        return self._database

    def start(self) -> None:
        """Open the database as a new process would."""
        self._database = open_database(default_url(self._folder))
        engine = self._database._engine
        engine._compiled_cache = _place._engine._compiled_cache  # SQL is spelled once in a process
        event.listen(engine, "before_cursor_execute", self._maybe_fail)

    def stop(self) -> None:
        """End; the database is closed."""
        self.database.close()
        self._database = None

    def restart(self) -> None:
        """End and come back."""
        self.stop()
        self.start()

    def back_up(self) -> None:
        """Keep a copy of the database."""
        self.stop()
        copy = self._folder.with_name(f"{self._folder.name}-{len(self._backups)}")
        shutil.copytree(self._folder, copy)
        self._backups.append(copy)
        self.start()

    def restore(self, which: int) -> bool:
        """Put one of the copies in the place of the database; says whether there was one."""
        if not self._backups:
            return False
        self.stop()
        shutil.rmtree(self._folder)
        shutil.copytree(self._backups[which % len(self._backups)], self._folder)
        self.start()
        return True

    def set_key(self, *, revoked: bool) -> None:
        """Revoke the terminal's key, or take that back."""
        with self.database.write() as connection:
            connection.execute(update(KEYS).values(revoked_at="2026-11-18T00:00:00.000Z" if revoked else None))

    def fail_at(self, statement: int) -> None:
        """Let the database fail at a statement of the next request."""
        self._fails_at = statement

    def ask(self, request: Request) -> Answer:
        """Answer a request; that takes a millisecond."""
        self.clock.move(milliseconds=1)
        status, headers, body = _loop().run_until_complete(_asked(_app(self.terms, self.database, self.clock), request))
        self._fails_at = 0
        return Answer(status, headers, body, digest.verifies(headers.get("content-digest"), body))

    def _maybe_fail(self, *_: object) -> None:
        self._fails_at -= 1
        if self._fails_at == 0:
            raise exc.OperationalError(None, None, OSError())


class Fault(Enum):
    """What happens to one request on its way."""

    NONE = auto()
    LOSE_REQUEST = auto()
    LOSE_ANSWER = auto()
    TWICE = auto()
    """The line doubles it."""
    DELAY = auto()
    """It is given up, and still lies somewhere on the way."""
    COPY = auto()
    """It gets through, and a copy of it still lies somewhere on the way."""
    CUT_REQUEST = auto()
    """Half of it comes through, and a gateway passes that on."""
    UNPACK_REQUEST = auto()
    """A gateway unpacks it, and passes that on without a new digest."""
    NAMELESS_CODING = auto()
    """A gateway passes it on without saying that it is packed."""
    OLD_ANSWER = auto()
    """A cache gives what the hub said to the same question before."""
    PORTAL = auto()
    """A captive portal says 200 with a page."""
    FORGED = auto()
    """A machine that is not the hub says 200, in the hub's form."""
    GATEWAY_503 = auto()
    GATEWAY_403 = auto()
    HUB_FAILS = auto()
    """The hub's database fails at one of its statements."""
    HUB_DIES = auto()
    """The hub ends after its commit, before it has answered, and comes back."""
    TERMINAL_DIES = auto()
    """The terminal ends so many steps after the answer has come."""


@dataclass
class Road(Wire):
    """What lies between a terminal and the hub, in the place of the connection."""

    hub: QuickHub
    tick: Callable[[], None]
    """Called where the terminal may die: before a request and before its answer is read."""
    die_after: Callable[[int], None]
    """Lets the terminal die after so many such places more."""
    faults: list[tuple[Fault, int]] = field(default_factory=list)
    """What happens to the next requests, with a number that says where."""
    late: list[Request] = field(default_factory=list)
    """Requests that may still arrive."""
    taken: Counter[str] = field(default_factory=Counter)
    """Bytes of files that the hub itself said it took, by where they went."""
    _said: dict[str, Answer] = field(default_factory=dict)

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | BinaryIO, wall_s: float = 60
    ) -> Answer:
        """Carry a request to the hub and its answer back, or not."""
        del wall_s
        self.tick()
        request = Request(method, path, headers, body if isinstance(body, bytes) else body.read())
        fault, place = self.faults.pop(0) if self.faults else (Fault.NONE, 0)
        answer = self._carried(request, fault, place)
        if fault is Fault.TERMINAL_DIES:
            self.die_after(1 + place)
        self.tick()
        if answer is None:
            raise HubError(ErrorCode.HUB_UNREACHABLE)
        return answer

    def arrive_late(self, which: int) -> None:
        """Let one of the requests that were given up reach the hub now; nobody waits for its answer."""
        if self.late:
            self.hub.ask(self.late.pop(which % len(self.late)))

    def abort(self) -> None:
        """Do nothing: no exchange runs beside another call."""

    def close(self) -> None:
        """Do nothing."""

    def _carried(self, request: Request, fault: Fault, place: int) -> Answer | None:
        if fault in _ANSWERED_BY_OTHERS:
            return _ANSWERED_BY_OTHERS[fault]
        if fault is Fault.OLD_ANSWER and request.target in self._said:
            return self._said[request.target]
        if fault in {Fault.DELAY, Fault.COPY}:
            self.late.append(request)
        if fault in {Fault.LOSE_REQUEST, Fault.DELAY}:
            return None
        request = _bent(request, fault)
        if fault is Fault.TWICE:
            self.hub.ask(request)
        if fault is Fault.HUB_FAILS:
            self.hub.fail_at(1 + place)
        answer = self._said[request.target] = self.hub.ask(request)
        if answer.status == 204:
            self.taken[request.target] += len(request.body)
        if fault is Fault.HUB_DIES:
            self.hub.restart()
        return None if fault in {Fault.LOSE_ANSWER, Fault.HUB_DIES} else answer


def _bent(request: Request, fault: Fault) -> Request:
    """Give what a gateway makes of a request."""
    if fault is Fault.CUT_REQUEST:
        return replace(request, body=request.body[: len(request.body) // 2])
    if fault not in {Fault.UNPACK_REQUEST, Fault.NAMELESS_CODING}:
        return request
    plain = coding.unpacked(request.body, 1 << 24) if fault is Fault.UNPACK_REQUEST else None
    headers = {name: value for name, value in request.headers.items() if name != coding.HEADER}
    return replace(request, headers=headers, body=plain or request.body)


def _page(status: int, body: bytes, kind: str, *, vouched: bool) -> Answer:
    return Answer(status, {"content-type": kind, "upload-offset": "100", "upload-complete": "?0"}, body, vouched)


_ANSWERED_BY_OTHERS = {
    Fault.PORTAL: _page(200, _HTML, "text/html", vouched=False),
    Fault.FORGED: _page(
        200, b'{"server_time":"2026-11-18T02:00:00Z","results":[],"ok":true}', "application/json", vouched=True
    ),
    Fault.GATEWAY_503: _page(503, _HTML, "text/html", vouched=False),
    Fault.GATEWAY_403: _page(403, _HTML, "text/html", vouched=False),
}


def new_hub_folder(folder: Path) -> None:
    """Make a hub's database that knows the terminal's key."""
    with closing(open_database(default_url(folder))) as database:
        enrol(database, TERMINAL)
    assert default_path(folder).exists()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_default_executor(_Inline())
    return loop


_place = HubDatabase(create_engine("sqlite://"), None)
_clock = SetClock()


@cache
def _built(terms: HubTerms) -> ASGIApp:
    return create_app(_place, _clock, terms, HUB_KEY)


def _app(terms: HubTerms, database: HubDatabase, clock: SetClock) -> ASGIApp:
    """Give an application over this database, one that was built before if possible."""
    _place._engine, _clock.moment = database._engine, clock.moment
    return _built(terms)


async def _asked(app: ASGIApp, request: Request) -> tuple[int, dict[str, str], bytes]:
    path, _, query = request.target.partition("?")
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    incoming = [{"type": "http.request", "body": request.body, "more_body": False}]
    status, headers, body = 0, dict[str, str](), bytearray()

    async def receive() -> Any:  # noqa: ANN401 - an ASGI event
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(said: Any) -> None:  # noqa: ANN401 - an ASGI event
        nonlocal status, headers
        if said["type"] == "http.response.start":
            status = said["status"]
            headers = {name.decode().lower(): value.decode() for name, value in said["headers"]}
        else:
            body.extend(said.get("body", b""))

    await app(scope, receive, send)
    return status, headers, b"" if request.method == "HEAD" else bytes(body)  # as every server has it
