"""What `kiosk bench sync` measures: a hub worker that takes in cases, and a terminal that drains its queue to it.

Kinds of work take turns in every round, each over one connection to one worker process on the same database: the hub
with batches, the hub with one case per request, and a worker that does nothing but insert each case of the same
batches. What counts is the ratio of their cases per second. Then a terminal drains its queue in a real round, from its
encrypted store to the last acknowledgement kept in it; once more with cases of one matter each, since the peers'
figures are of documents of about that size.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from kiosk.paths import DATABASE_FILE
from kiosk.store.bulk import queue_up

if TYPE_CHECKING:
    from kiosk.domain.application import Application
    from kiosk.ports.sync import Outbox, OutboxEntry
    from sync.client import HubClient

DRAINED = 10_000
_AIM_BARE, _AIM_SINGLE, _AIM_P95_MS, _AIM_SMALL = 0.6, 5.0, 300.0, 3_800
_MATTERS = ("04", "05", "08", "09", "17", "28", "34", "36", "37")
SMALL = _MATTERS[:1]
"""Matters of a case about as large as the documents of which peers' figures are told."""
_TERMINAL, _EPOCH = "T-BENCH", "0123456789abcdef" * 2
_START_S = 60.0


@dataclass(frozen=True)
class Drain:
    """Cases per second of each kind of work, round by round, and the hub's answers to batches in seconds."""

    cases: int
    batched: tuple[float, ...]
    drained: tuple[float, ...]
    single: tuple[float, ...]
    bare: tuple[float, ...]
    small: tuple[float, ...]
    answers: tuple[float, ...]
    case_bytes: int
    small_bytes: int

    def report(self) -> dict[str, Any]:
        """Say it as JSON values."""
        of_bare = median(own / bare for own, bare in zip(self.batched, self.bare, strict=True))
        of_single = median(own / single for own, single in zip(self.batched, self.single, strict=True))
        p95 = sorted(self.answers)[len(self.answers) * 95 // 100] * 1000
        return {
            "name": "draining cases without attachments to one hub worker",
            "cases": self.cases,
            "rounds": len(self.batched),
            "case_bytes": self.case_bytes,
            "batched_per_s": round(median(self.batched)),
            "drained_per_s": round(median(self.drained)),
            "bare_per_s": round(median(self.bare)),
            "single_per_s": round(median(self.single)),
            "of_bare": round(of_bare, 2),
            "of_single": round(of_single, 2),
            "p95_ms": round(p95, 1),
            "small_bytes": self.small_bytes,
            "small_per_s": round(median(self.small)),
            "aims": {
                "of_bare": _AIM_BARE,
                "of_single": _AIM_SINGLE,
                "p95_ms": _AIM_P95_MS,
                "small_per_s": _AIM_SMALL,
            },
            "met": of_bare >= _AIM_BARE
            and of_single >= _AIM_SINGLE
            and p95 <= _AIM_P95_MS
            and median(self.small) >= _AIM_SMALL,
        }


def measure_drain(folder: Path, database_url: str | None, sample: Application, rounds: int, cases: int) -> Drain:
    """Drain cases each way, `rounds` times; without an address the hub's database is SQLite in the folder.

    Args:
        folder: for the terminal's store, and the hub's.
        database_url: the hub's database.
        sample: a complete case, for what a row of the terminal's work list needs.
        rounds: how often.
        cases: how many each time.

    Raises:
        HubError: a worker did not answer.
    """
    from kiosk.clock import SystemClock
    from kiosk.crypto.signing import SigningKey
    from sync.client import HubClient, Identity
    from sync.hub.database import default_url
    from sync.wire import Timeouts, Wire

    url = database_url or default_url(folder)
    batched, drained, single, bare, small, answers = [], [], [], [], [], list[float]()
    with ExitStack() as stack:
        hub_url, bare_url = (stack.enter_context(_worker(work, url)) for work in (_hub, _bare))
        drain = stack.enter_context(a_terminal(folder / "terminal", hub_url, sample))
        alone = HubClient(hub_url, Identity(_TERMINAL, SigningKey(_key_of(_TERMINAL))), "bench", SystemClock())
        wire = Wire(bare_url, lambda: True, Timeouts())
        for speaker in (alone, wire):
            stack.callback(speaker.close)
        alone.enrol("", "bench")
        seq = iter(range(1, 1 << 30))
        for _ in range(rounds):
            batches = _batches([_case(next(seq), _MATTERS) for _ in range(cases)])
            bodies = [_body(batch) for batch in batches]
            began = time.perf_counter()
            for body in bodies:
                wire.exchange("POST", "/bare", {"Content-Type": "application/json"}, body)
            bare.append(cases / (time.perf_counter() - began))
            times = [_answered(alone, batch) for batch in batches]
            batched.append(cases / sum(times))
            answers += times
            drained.append(drain(cases, _MATTERS))
            few = [_case(next(seq), _MATTERS) for _ in range(max(1, cases // 20))]
            single.append(len(few) / sum(_answered(alone, [one]) for one in few))
            small.append(drain(cases, SMALL))
    size, small_size = (len(_case(1, matters).payload) for matters in (_MATTERS, SMALL))
    return Drain(
        cases,
        tuple(batched),
        tuple(drained),
        tuple(single),
        tuple(bare),
        tuple(small),
        tuple(answers),
        size,
        small_size,
    )


@contextmanager
def a_terminal(folder: Path, hub_url: str, sample: Application) -> Iterator[Callable[[int, Sequence[str]], float]]:
    """Open a terminal with a store in a folder, enrolled at a hub.

    Yields:
        Queues so many cases with such matters, drains them, and gives how many a second had their answer kept.
    """
    from kiosk.clock import SystemClock
    from kiosk.crypto.signing import SigningKey
    from kiosk.wiring.counter import open_counter
    from kiosk.wiring.foundation import lay_foundation
    from sync.client import HubClient, Identity

    with open_counter(folder) as counter:
        number = counter.services.intake.submit(sample, {}, counter.technician).case_number
        terminal = counter.store.outbox.state().terminal_id
        client = HubClient(hub_url, Identity(terminal, SigningKey(_key_of(terminal))), "bench", SystemClock())
        with closing(client):
            client.enrol("", "bench")
            _drained(counter.store.outbox, client, 1)
            queue = partial(queue_up, folder / DATABASE_FILE, lay_foundation(folder).key, number)
            seq = iter(range(1, 1 << 30))

            def drain(cases: int, matters: Sequence[str]) -> float:
                queue([_case(next(seq), matters, terminal) for _ in range(cases)])
                return _drained(counter.store.outbox, client, cases)

            yield drain


def _key_of(terminal_id: str) -> bytes:
    """Give one key for all runs, as a terminal has one."""
    return hashlib.sha256(terminal_id.encode()).digest()


def _drained(outbox: Outbox, client: HubClient, cases: int) -> float:
    """Do a round with so many cases that wait; gives how many of them a second had their acknowledgement kept."""
    from kiosk.clock import SystemClock
    from sync.exchange import Exchange
    from sync.tally import Tally

    tally, kept_at = Tally(), 0.0

    def on_progress(_outbox: Outbox, tally: Tally) -> None:
        nonlocal kept_at
        if not kept_at and tally.delivered == cases:
            kept_at = time.perf_counter()

    exchange = Exchange(client, SystemClock(), on_progress=on_progress)
    began = time.perf_counter()
    exchange.run(outbox, exchange.probe(outbox), tally)
    if tally.failure is not None or not kept_at:
        message = f"{tally.delivered} of {cases} cases were delivered"
        raise RuntimeError(message) from tally.failure
    return cases / (kept_at - began)


def _batches(entries: Sequence[OutboxEntry]) -> list[Sequence[OutboxEntry]]:
    """Part cases of one size into what a hub takes at once."""
    from sync.messages import Limits

    limits = Limits()
    most = min(limits.batch_items, limits.batch_bytes // len(entries[0].payload))
    return [entries[start : start + most] for start in range(0, len(entries), most)]


def _answered(client: HubClient, entries: Sequence[OutboxEntry]) -> float:
    """Deliver a batch without a store; gives the seconds until the hub had said of each case that it has it."""
    began = time.perf_counter()
    results = client.announce(client.batch(_EPOCH, entries)).results
    took = time.perf_counter() - began
    if [result.status for result in results] != ["received"] * len(entries):
        message = f"the hub did not take what it was to be measured with: {results[0]}"
        raise RuntimeError(message)
    return took


def _body(entries: Sequence[OutboxEntry]) -> bytes:
    import msgspec

    from sync.batches import batch_of

    return msgspec.json.encode(batch_of(_TERMINAL, "bench", _EPOCH, entries))


def _case(number: int, named: Sequence[str] = _MATTERS, terminal: str = _TERMINAL) -> OutboxEntry:
    """Make the event of a constructed case of its own deceased, with these matters."""
    from kiosk.domain.case import CaseMatter, MatterState
    from kiosk.ids import CaseId, EventId, MatterId, uuid7
    from kiosk.packets.canonical import canonical_json, sha256_hex
    from kiosk.packets.events import Applicant, CaseTakenIn, Deceased
    from kiosk.ports.sync import OutboxEntry

    now = "2026-11-18T02:00:00.000Z"
    matters = tuple(
        CaseMatter(
            matter_id=MatterId(matter),
            name=f"测试事项{matter}",
            department=f"测试部门{matter[0]}",
            mode="application",
            state=MatterState.TAKEN_IN,
            reason="测试",
            due="2026-12-02",
            due_text="测试",
            due_provisional=True,
        )
        for matter in named
    )
    case_id = uuid7()
    payload = canonical_json(
        CaseTakenIn(
            case_number=f"BENCH{case_id}",
            service="after_death",
            station="BENCH",
            terminal=terminal,
            operator="bench",
            channel="window",
            taken_in_at=now,
            catalog_version="bench",
            deceased=Deceased(name="测试逝者", document_number=case_id),
            applicant=Applicant(name="测试家属", document_number="91156019800101999X"),
            agent=None,
            payee=None,
            matters=matters,
            materials=(),
            attachments=(),
            declined={},
            consents={},
            signature=(),
            delivery_way="counter",
            postal_address=None,
            promise_due=None,
            promise_provisional=False,
            file_apart_reason=None,
        )
    )
    return OutboxEntry(
        event_id=EventId(uuid7()),
        seq=number,
        kind="case_taken_in",
        case_id=CaseId(case_id),
        rev=1,
        occurred_at=now,
        clock_offset_ms=None,
        schema=1,
        payload=payload,
        payload_sha256=sha256_hex(payload),
        attachments=(),
    )


@contextmanager
def hub_worker(database_url: str) -> Iterator[str]:
    """Run a hub's worker in a process of its own; gives its address."""
    with _worker(_hub, database_url) as url:
        yield url


@contextmanager
def _worker(work: Callable[[str, Connection], None], database_url: str) -> Iterator[str]:
    """Run a worker process; gives its address."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=work, args=(database_url, there), daemon=True)
    process.start()
    try:
        if not here.poll(_START_S):
            message = "the worker did not start"
            raise RuntimeError(message)
        yield here.recv()
    finally:
        process.terminate()
        process.join(10)


def _hub(database_url: str, ready: Connection) -> None:
    from sync.hub.server import HubSettings, serve_hub

    serve_hub(HubSettings(database_url, seed=bytes(32)), ready.send)


def _bare(database_url: str, ready: Connection) -> None:
    from sync.hub.bare import serve_bare

    serve_bare(database_url, ready.send)
