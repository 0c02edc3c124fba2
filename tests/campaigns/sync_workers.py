"""One hub worker and two, each held to a quarter of a core, and both without that, on a real PostgreSQL.

Terminals drain in parallel, each sends its next batch as soon as the last is answered. Needs root and control groups.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "rigs"))

from hub_postgres import PostgresServer, postgres_server
from hub_rigs import identity
from processor_share import children, controller, family_seconds, processor_seconds, processor_share

from kiosk.clock import SystemClock
from kiosk.commands.bench_sync import _case
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.hub.desk import HubTerms
from sync.hub.server import HubSettings, serve_hub

TERMINALS, BATCH, SHARE = 8, 25, 0.25
TURNS, SECONDS, WARM_UP_S = 5, 20.0, 4.0
_AIM = 1.6
_EPOCH = "0123456789abcdef" * 2


def prove(_folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure in turns; a missed aim is written down, it may be the machine's."""
    return _measured_in_turns(say, TURNS, SECONDS)


def try_out(_folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Do the same once and shortly."""
    return _measured_in_turns(say, 1, 6)


def _measured_in_turns(say: Callable[[str], None], turns: int, seconds: float) -> dict[str, Any]:
    kinds = {"capped": SHARE, "uncapped": None}
    found: dict[tuple[str, int], list[Measured]] = {(kind, workers): [] for kind in kinds for workers in (1, 2)}
    with postgres_server() as server:
        for _ in range(turns):
            for (kind, workers), timings in found.items():
                timings.append(_measured(server, workers, kinds[kind], seconds))
                say(f"{timings[-1]['cases_per_s']:6.0f} cases/s: {workers} {kind}")
    ratios = {kind: _two_of_one(found[kind, 1], found[kind, 2]) for kind in kinds}
    figures: dict[str, Any] = {
        "share_of_a_core": SHARE,
        "by": controller(),
        "terminals": TERMINALS,
        "batch": BATCH,
        "two_of_one": ratios["capped"],
        "uncapped_two_of_one": ratios["uncapped"],
    }
    for (kind, workers), timings in found.items():
        for part in timings[0]:
            figures[f"{kind}_{workers}_{part}"] = round(median(one[part] for one in timings), 2)
    return {**figures, "missed": [] if ratios["capped"] >= _AIM else ["two_of_one"]}


Measured = dict[str, float]
"""Cases per second, and the cores that each part kept busy."""


def _two_of_one(one: list[Measured], two: list[Measured]) -> float:
    return round(median(b["cases_per_s"] / a["cases_per_s"] for a, b in zip(one, two, strict=True)), 2)


def _measured(server: PostgresServer, workers: int, share: float | None, seconds: float) -> Measured:
    """Let terminals drain for a while into a database of its own."""
    with _hub(server.new_database(), workers) as (url, pids), ExitStack() as stack:
        if share is not None:
            for worker in pids:
                stack.enter_context(processor_share(worker, share))
        with _draining(url) as taken:
            time.sleep(WARM_UP_S)
            began, before, used = time.monotonic(), taken(), _used(pids, server)
            time.sleep(seconds)
            cases, took_s = taken() - before, time.monotonic() - began
            cores = {f"cores_of_{part}": (now - used[part]) / took_s for part, now in _used(pids, server).items()}
    return {"cases_per_s": cases / took_s, **cores}


def _used(workers: set[int], server: PostgresServer) -> dict[str, float]:
    """Give the processor's seconds of each part so far."""
    return {
        "workers": sum(map(processor_seconds, workers)),
        "postgresql": family_seconds(server.pid),
        "terminals": time.process_time(),
    }


@contextmanager
def _draining(url: str) -> Iterator[Callable[[], int]]:
    """Keep terminals draining; gives what counts the cases that were acknowledged."""
    ended, counts = threading.Event(), [0] * TERMINALS

    def drain(place: int) -> None:
        who, seqs = identity(f"T-{place}"), count(1)
        with closing(HubClient(url, who, "bench", SystemClock())) as client:
            client.enrol("", "bench")
            client.hello()
            while not ended.is_set():
                entries = [_case(next(seqs), terminal=who.terminal_id) for _ in range(BATCH)]
                counts[place] += _acknowledged(client, entries, ended)

    with ThreadPoolExecutor(TERMINALS) as terminals:
        draining = [terminals.submit(drain, place) for place in range(TERMINALS)]
        try:
            yield lambda: sum(counts)
        finally:
            ended.set()
        for one in draining:
            one.result()


def _acknowledged(client: HubClient, entries: list[Any], ended: threading.Event) -> int:
    """Send a batch until it is taken; gives how many cases the hub acknowledged."""
    while not ended.is_set():
        try:
            results = client.announce(client.batch(_EPOCH, entries)).results
        except HubAnswerError as error:
            ended.wait(error.retry_after_s or 0.1)
            continue
        assert {result.status for result in results} <= {"received", "duplicate"}, results[0]
        return len(results)
    return 0


@contextmanager
def _hub(database_url: str, number: int) -> Iterator[tuple[str, set[int]]]:
    """Run a hub with workers; gives its address and the workers' process ids."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(database_url, number, there))
    process.start()
    try:
        assert here.poll(60), "the hub did not start"
        url = here.recv()
        own = process.pid
        assert own is not None
        workers = {own} if number == 1 else _workers_of(own)
        assert len(workers) == number
        yield url, workers
    finally:
        process.terminate()
        process.join(20)


def _workers_of(pid: int) -> set[int]:
    """Leave out the process that only looks after shared things of multiprocessing."""
    return {one for one in children(pid) if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()}


def _serve(database_url: str, number: int, ready: Connection) -> None:
    """Be the hub; it only takes in."""
    settings = HubSettings(database_url, seed=bytes(32), terms=HubTerms(), workers=number, parent=os.getppid())
    serve_hub(settings, ready.send)
