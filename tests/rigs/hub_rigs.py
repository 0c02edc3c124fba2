"""A real hub on loopback, a real terminal store before it, and a link between them that fails as told."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any

from store_rigs import FRAME, SetClock, intake_of, store_in

from kiosk.clock import Clock, SystemClock
from kiosk.crypto.certificates import ClientAuthority
from kiosk.crypto.signing import SigningKey
from kiosk.domain.case import Attachment
from kiosk.packets.events import case_taken_in_payload
from kiosk.ports.store import TakenIn
from kiosk.ports.sync import SyncReport
from kiosk.store import SqliteStore
from sync.client import HubClient, Identity
from sync.coding import unpacked
from sync.digest import HEADER, content_digest
from sync.exchange import Exchange
from sync.hub import enrolment
from sync.hub.app import create_app
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.database import HubDatabase, default_url, open_database
from sync.hub.desk import HubTerms
from sync.hub.server import HubServer, Tls, open_door
from sync.hub.show import hub_contents
from sync.hub.storage import ObjectStore
from sync.messages import TERMINAL_HEADER, Pacing
from sync.signatures import Message, key_id_of, sign_request
from sync.tally import Tally
from sync.wire import Timeouts

TERMINAL = "T-1"
STAFF_KEY = "test-staff-key"
HUB_KEY = SigningKey(bytes(range(64, 96)))
QUICK = Timeouts(connect_s=1, read_s=5, wall_s=8)


def identity(terminal_id: str = TERMINAL) -> Identity:
    """Give a training terminal its key, always the same."""
    return Identity(terminal_id, SigningKey(hashlib.sha256(terminal_id.encode()).digest()))


def enrol(database: HubDatabase, terminal_id: str) -> None:
    """Enrol a terminal's key, as it would itself on meeting a training hub."""
    public = base64.b64encode(identity(terminal_id).key.public).decode()
    message = {"terminal_id": terminal_id, "public_key": public, "app": "0.1.0"}
    body, now = json.dumps(message).encode(), SystemClock().now()
    bare = Message("POST", "/v1/enrol", {HEADER: content_digest(body), TERMINAL_HEADER: terminal_id})
    key = identity(terminal_id).key
    signed = {**bare.headers, **sign_request(bare, key_id_of(key.public), key, now)}
    enrolment.enrol(database, replace(bare, headers=signed), body, now, open_to_all=True)


@dataclass
class RunningHub:
    """A hub that answers at `url`; its clerk works when told to."""

    database_url: str
    port: int
    objects: ObjectStore | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def contents(self) -> dict[str, Any]:
        """What its database holds."""
        with closing(open_database(self.database_url, self.objects)) as database:
            return hub_contents(database)

    def clerk_works(self, clock: Clock) -> int:
        """Let the training clerk do what is due."""
        with closing(open_database(self.database_url, self.objects)) as database:
            return TrainingClerk(database, clock, ClerkScript(accept_s=0, step_s=1)).work()


@contextmanager
def running_hub(
    place: Path | str,
    *,
    port: int = 0,
    terms: HubTerms | None = None,
    clock: Clock | None = None,
    objects: ObjectStore | None = None,
    tls: Tls | None = None,
) -> Iterator[RunningHub]:
    """Run a hub in a thread of this process, over real sockets; `place` is a folder or a database's address."""
    ready = threading.Event()
    quick = terms or HubTerms(pacing=Pacing(next_poll_s=1))
    address = place if isinstance(place, str) else default_url(place)
    with closing(open_database(address, objects)) as database, open_door(port) as door:
        enrol(database, TERMINAL)
        app = create_app(database, clock or SystemClock(), quick, HUB_KEY, staff_key=STAFF_KEY)
        server = HubServer(app, ready.set, tls, ClientAuthority(HUB_KEY))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, name="hub")
        thread.start()
        try:
            assert ready.wait(20)
            yield RunningHub(address, door.getsockname()[1], objects)
        finally:
            server.end()
            thread.join(20)


def raw_answer(
    status: str, body: bytes = b"", *, vouch: bool = True, kind: str = "application/json", **headers: str
) -> bytes:
    """Write an answer; `Retry_After="3"` becomes that header."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", f"Content-Type: {kind}"]
    if vouch:
        lines.append(f"Content-Digest: {content_digest(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def problem_answer(status: int, code: str = "test", **headers: str) -> bytes:
    """Write a refusal of the hub."""
    document = {"type": f"urn:{code}", "title": "测试", "status": status, "code": code}
    body = json.dumps(document).encode()
    return raw_answer(f"{status} No", body, vouch=True, kind="application/problem+json", **headers)


class Fault(Enum):
    """What happens to one request on its way."""

    LOSE_REQUEST = auto()
    """Cut before anything reaches the hub."""
    LOSE_ANSWER = auto()
    """The hub has it, its answer is lost."""
    CUT_ANSWER = auto()
    """Half of the answer comes through."""
    CUT_REQUEST = auto()
    """Half of the request comes through."""
    TWICE = auto()
    """The hub gets it twice."""
    GARBLE_REQUEST = auto()
    """One bit of the content is turned on the way to the hub."""
    GARBLE_ANSWER = auto()
    """One bit of the answer's content is turned."""


@dataclass
class FaultyLink:
    """A proxy before the hub that asks `plan(method, path, size)` what to do with each request."""

    upstream: int
    plan: Callable[[str, str, int], Fault | None] = lambda _method, _path, _size: None
    instead: Callable[[str, str], bytes | None] = lambda _method, _path: None
    """An answer that is given without asking the hub."""
    lie: Callable[[str, str, dict[str, Any]], None] = lambda _method, _path, _message: None
    """Changes the hub's JSON message in place; its digest is made anew."""
    poison: bytes = b""
    """A request that holds these bytes, its content as it is or unpacked, gets `poison_answer`."""
    poison_answer: bytes = b""
    strips: bytes = b""
    """The name of a header that does not get through."""
    too_large: int = 1 << 62
    """Content beyond this size gets 413."""
    seen: list[tuple[str, str]] = field(default_factory=list)
    sent_up: int = 0
    """Bytes of content that were sent towards the hub."""
    port: int = 0

    @property
    def url(self) -> str:
        """Where the terminal shall go."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        """Pass requests of one connection on until it is cut."""
        with client, suppress(OSError, ValueError):
            while request := _read_message(client):
                head, body = request
                method, path = head.split(b" ", 2)[:2]
                self.seen.append((method.decode(), path.decode()))
                self.sent_up += len(body)
                fault = self.plan(method.decode(), path.decode(), len(body))
                answer = self.instead(method.decode(), path.decode())
                if self.strips:
                    head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(self.strips))
                if self.poison and self.poison in head + (unpacked(body, 1 << 24) or body):
                    answer = self.poison_answer
                elif len(body) > self.too_large:
                    answer = problem_answer(413)
                if answer is not None:
                    client.sendall(answer)
                elif not self._pass_on(client, head, body, fault):
                    return _reset(client)
        return None

    def _pass_on(self, client: socket.socket, head: bytes, body: bytes, fault: Fault | None) -> bool:
        whole = head + body
        if fault is Fault.LOSE_REQUEST:
            return False
        if fault is Fault.CUT_REQUEST:
            with socket.create_connection(("127.0.0.1", self.upstream)) as hub:
                hub.sendall(whole[: len(head) + len(body) // 2 if body else len(head) // 2])
            return False
        if fault is Fault.GARBLE_REQUEST and body:
            whole = head + body[:-1] + bytes([body[-1] ^ 1])
        answer = self._lied(head, self._ask(whole, head))
        if fault is Fault.TWICE:
            answer = self._ask(whole, head)
        if fault is Fault.LOSE_ANSWER:
            return False
        if fault is Fault.CUT_ANSWER:
            client.sendall(answer[: len(answer) // 2])
            return False
        if fault is Fault.GARBLE_ANSWER and not answer.endswith(b"\r\n\r\n"):
            answer = answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:]
        client.sendall(answer)
        return True

    def _lied(self, head: bytes, answer: bytes) -> bytes:
        method, path = head.decode("latin-1").split(" ", 2)[:2]
        start, _, body = answer.partition(b"\r\n\r\n")
        if b"application/json" not in start or not body:
            return answer
        message = json.loads(body)
        self.lie(method, path, message)
        return raw_answer(start.split(b" ", 2)[1].decode() + " As told", json.dumps(message).encode())

    def _ask(self, whole: bytes, head: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.upstream)) as hub:
            hub.sendall(whole)
            answer = _read_message(hub, bodiless=head.startswith(b"HEAD"))
        assert answer is not None
        return answer[0] + answer[1]


@contextmanager
def faulty_link(upstream: int) -> Iterator[FaultyLink]:
    """Put a proxy before a port."""
    link = FaultyLink(upstream)
    with listening(link.serve) as link.port:
        yield link


@contextmanager
def listening(
    serve: Callable[[socket.socket], object], host: str = "127.0.0.1", *, segment: int | None = None
) -> Iterator[int]:
    """Hand every connection to a free port to `serve` in a thread of its own; gives the port.

    `segment` is the largest piece that the other side may send at once.
    """
    server = socket.create_server((host, 0))
    if segment is not None:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
    open_connections: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            open_connections.append(client)
            thread = threading.Thread(target=serve, args=(client,), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for client in open_connections:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for thread in (acceptor, *threads):
            thread.join(10)
        for client in open_connections:
            client.close()


def read_request(client: socket.socket) -> tuple[bytes, bytes] | None:
    """Read a request's head and content; None when the other side has closed."""
    return _read_message(client)


def _read_message(peer: socket.socket, *, bodiless: bool = False) -> tuple[bytes, bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        step = peer.recv(65536)
        if not step:
            return None
        data += step
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and not bodiless:
            length = int(value)
    while len(body) < length:
        step = peer.recv(65536)
        if not step:
            return None
        body += step
    return head + b"\r\n\r\n", body


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


class Terminal:
    """A terminal without a screen: a real store, the client, rounds on demand."""

    def __init__(self, folder: Path, url: str, terminal_id: str = TERMINAL, timeouts: Timeouts = QUICK) -> None:
        """Open the store and prepare the client."""
        self.clock = SetClock()
        self.folder = folder
        self.store: SqliteStore = store_in(folder, clock=self.clock)
        self.on_step: Callable[[], None] = lambda: None
        self.speak_with(HubClient(url, identity(terminal_id), "0.1.0", SystemClock(), timeouts=timeouts))

    def speak_with(self, client: HubClient) -> None:
        """Do the rounds from now on with this client."""
        self.client = client
        self.exchange = Exchange(
            client, self.clock, chance=lambda: 0.5, on_progress=lambda _outbox, _tally: self.on_step()
        )

    def take_in(self, *files: tuple[Attachment, bytes], **changes: object) -> TakenIn:
        """Take in a constructed case with its real payload."""
        intake = intake_of(*files, **changes)
        return self.store.cases.take_in(intake, FRAME, lambda number: case_taken_in_payload(number, intake, TERMINAL))

    def round(self) -> SyncReport:
        """Do one round; what it meets stands in the report."""
        tally = Tally()
        hello = self.exchange.probe(self.store.outbox)
        self.exchange.run(self.store.outbox, hello, tally)
        return tally.report()

    def states(self) -> list[tuple[str, str]]:
        """List (delivery, error code) of what is not delivered."""
        return [(line.state.value, line.error_code) for line in self.store.outbox.queue()]

    def close(self) -> None:
        """Close store and client."""
        self.client.close()
        self.store.close()


@contextmanager
def terminal(folder: Path, url: str, terminal_id: str = TERMINAL, timeouts: Timeouts = QUICK) -> Iterator[Terminal]:
    """Open a terminal."""
    station = Terminal(folder, url, terminal_id, timeouts)
    try:
        yield station
    finally:
        station.close()
