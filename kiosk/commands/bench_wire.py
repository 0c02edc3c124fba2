"""What `kiosk bench sync` counts on the line: draining real cases, against their payloads packed as one.

A counter takes in cases of different families, with and without a signature on the screen, and hands them to a hub's
worker in batches as a terminal makes them. Counted is what the connection carries both ways, heads and signatures
included; what lies below HTTP (TLS, TCP) is the line's own.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kiosk.commands.bench_sync import hub_worker

if TYPE_CHECKING:
    from kiosk.domain.application import Application, Strokes
    from kiosk.ports.sync import Outbox, OutboxEntry
    from sync.client import HubClient

CASES = 200
_AIM = 1.3
_GIVEN_NAMES = "明华建国军平文志伟芳丽英玉兰秀珍春梅海波涛杰红霞敏静燕娟斌鹏宇浩然子轩欣怡"
_STROKES, _POINTS = 18, 10
"""Of three characters written on the signing area."""
_STEP = 64 << 10


@dataclass(frozen=True)
class Carried:
    """Bytes of one drain: the payloads, the same packed batch by batch, and what the connection carried."""

    name: str
    aim: float | None
    cases: int
    payloads: int
    packed: int
    up: int
    down: int

    def report(self) -> dict[str, Any]:
        """Say it as JSON values."""
        ratio = (self.up + self.down) / self.packed
        return {
            "name": self.name,
            "cases": self.cases,
            "payload_bytes": self.payloads,
            "packed_payload_bytes": self.packed,
            "up_bytes": self.up,
            "down_bytes": self.down,
            "wire_of_packed": round(ratio, 2),
            "aim": self.aim,
            "met": self.aim is None or ratio <= self.aim,
        }


def measure_wire(folder: Path, sample: Application, count: int = CASES) -> list[Carried]:
    """Drain `count` cases of each kind; `sample` is a complete one, of which the others differ as families do.

    Raises:
        HubError: the worker did not answer.
    """
    from kiosk.clock import SystemClock
    from kiosk.crypto.signing import SigningKey
    from kiosk.wiring.counter import open_counter
    from sync.client import HubClient, Identity
    from sync.hub.database import default_url

    chance = random.Random(1)  # noqa: S311  people for measuring, no secrets
    kinds = (("with a signature on the screen", _AIM, True), ("without a signature", None, False))
    found = []
    with (
        open_counter(folder / "counter") as counter,
        hub_worker(default_url(folder)) as url,
        _counting(url) as relay,
    ):
        who = Identity(counter.store.outbox.state().terminal_id, SigningKey(chance.randbytes(32)))
        with closing(HubClient(relay.url, who, "bench", SystemClock())) as client:
            client.enrol("", "bench")
            for kind, aim, signed in kinds:
                for _ in range(count):
                    case = _family(sample, chance, signed=signed)
                    counter.services.intake.submit(case, {}, counter.technician)
                name = f"bytes on the wire, cases {kind}"
                found.append(Carried(name, aim, count, *_drain(counter.store.outbox, client, relay)))
    return found


def _drain(outbox: Outbox, client: HubClient, relay: _Relay) -> tuple[int, int, int, int]:
    """Hand over all that is due; gives bytes of the payloads, of these packed, and carried up and down."""
    from kiosk.clock import SystemClock, iso
    from kiosk.ports.sync import DeliveryOutcome, OutcomeStatus
    from sync.coding import packed

    limits = client.hello().limits
    relay.up = relay.down = payloads = small = 0
    while entries := _due(outbox, limits.batch_items, limits.batch_bytes):
        results = client.announce(client.batch(outbox.state().epoch, entries)).results
        if [result.status for result in results] != ["received"] * len(entries):
            message = f"the hub did not take what it was to be measured with: {results[0]}"
            raise RuntimeError(message)
        outcomes = [DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED) for entry in entries]
        outbox.record(outcomes, iso(SystemClock().now()), retry_at=lambda _: "")
        whole = b"".join(entry.payload for entry in entries)
        payloads += len(whole)
        small += len(packed(whole))
    return payloads, small, relay.up, relay.down


def _due(outbox: Outbox, items: int, size: int) -> Sequence[OutboxEntry]:
    from kiosk.clock import SystemClock, iso

    return outbox.due(iso(SystemClock().now()), max_items=items, max_bytes=size)


def _family(sample: Application, chance: random.Random, *, signed: bool) -> Application:
    """Make the case of another family: other people, places and numbers, all constructed."""
    from msgspec.structs import replace

    def name() -> str:
        return "测试" + "".join(chance.choices(_GIVEN_NAMES, k=2))

    def digits(count: int) -> str:
        return "".join(chance.choices("0123456789", k=count))

    applicant = name()
    address = f"测试市测试区{name()}路{chance.randrange(1, 400)}号{chance.randrange(1, 30)}号楼{digits(3)}室"
    deceased = replace(
        sample.deceased,
        name=name(),
        document_number=_number(chance, 1930, 1950),
        address=address,
        certificate_number=f"3701002026{digits(6)}",
    )
    return replace(
        sample,
        deceased=deceased,
        applicant=replace(
            sample.applicant, name=applicant, document_number=_number(chance, 1958, 1985), phone=f"138{digits(8)}"
        ),
        payee=sample.payee and replace(sample.payee, name=applicant, account=f"622202{digits(13)}"),
        signature=_written(chance) if signed else (),
        file_apart_reason=None,
    )


def _number(chance: random.Random, first: int, last: int) -> str:
    """Make a document number by our rule for samples."""
    from stdnum.iso7064 import mod_11_2

    birth = date(first, 1, 1) + timedelta(days=chance.randrange(365 * (last - first)))
    start = f"{chance.choice(('370102', '370103', '370105', '370112'))}{birth:%Y%m%d}999"
    return start + mod_11_2.calc_check_digit(start)


def _written(chance: random.Random) -> Strokes:
    """Write strokes as a hand does: each point near the one before."""
    strokes = []
    for _ in range(_STROKES):
        x, y = chance.random(), chance.random()
        points: list[float] = []
        for _ in range(_POINTS):
            x, y = (min(max(place + chance.gauss(0, 0.01), 0.0), 1.0) for place in (x, y))
            points += (round(x, 4), round(y, 4))
        strokes.append(tuple(points))
    return tuple(strokes)


@dataclass
class _Relay:
    """Carries one connection after another to an address and counts its bytes."""

    upstream: tuple[str, int]
    door: socket.socket
    up: int = 0
    down: int = 0

    @property
    def url(self) -> str:
        """Where to go."""
        return f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def serve(self) -> None:
        """Carry until the door is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.door.accept()
                with client, socket.create_connection(self.upstream) as server:
                    answers = threading.Thread(target=self._carry_answers, args=(server, client))
                    answers.start()
                    while step := client.recv(_STEP):
                        self.up += len(step)
                        server.sendall(step)
                    server.shutdown(socket.SHUT_WR)
                    answers.join()

    def _carry_answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while step := server.recv(_STEP):
                self.down += len(step)
                client.sendall(step)


@contextmanager
def _counting(url: str) -> Iterator[_Relay]:
    parts = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as door:
        relay = _Relay((str(parts.hostname), int(parts.port or 0)), door)
        thread = threading.Thread(target=relay.serve, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            thread.join(5)
