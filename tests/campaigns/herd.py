"""Ten thousand terminals come back after an outage of eight hours, in virtual time.

Terminals decide by the product's own policy (`sync.policy`), the hub's workers by their own pace (`sync.hub.pacing`);
only the clock and the line are simulated. What a request costs is measured first, on a real hub over real HTTP. A model
of the worker's queue stands for the rest: one request after the other, as many as it takes.
"""

from __future__ import annotations

import heapq
import math
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import requests
from command_rigs import hub_process
from hub_postgres import postgres_server
from hub_rigs import identity
from hub_talk import case

from kiosk.clock import SystemClock
from sync import policy
from sync.client import HubClient
from sync.hub.pacing import ROUND, Pace

TERMINALS, CASES, PROBE_S, POLL_S = 10_000, 20, 45.0, 300.0
_IDEAL_S = 105.0
"""As many workers are taken as bring the ideal nearest to this: a province that wants all back within some minutes."""
_REFUSAL = "refusal"
_WINDOW_S = 10.0
_RECOUNT_S = 5.0
_MEASURED = 100
_PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "herd.svg"
_END_S = 24 * 3600.0


@dataclass
class _Worker:
    """One hub worker: a pace of its own and a queue that is worked off one by one."""

    pace: Pace
    free_at: float = 0.0


@dataclass
class _Terminal:
    """What a terminal knows; `steps` are the requests of the round that it is in."""

    name: str
    away: bool = True
    steps: list[str] = field(default_factory=list)
    wish: float | None = None
    failures: int = 0
    refused: int = 0
    delivered: bool = False


@dataclass
class Herd:
    """What came of it; times in seconds after the hub is back."""

    done: list[float] = field(default_factory=list)
    refusals: int = 0
    most_refused: int = 0
    batches: int = 0
    work: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds of work that arrived, by window."""

    def peak(self, workers: int) -> float:
        """Give the busiest window's work as a share of what the workers can do in it."""
        return max(self.work.values()) / (workers * _WINDOW_S)


class Outage:
    """The simulation. `paced` False: the hub neither sends away in order nor spreads; what happens then shows why."""

    def __init__(
        self,
        terminals: int,
        workers: int,
        costs: Mapping[str, float],
        chance: Random,
        *,
        probe_s: float = PROBE_S,
        paced: bool = True,
    ) -> None:
        """Prepare the moment at which the hub answers again."""
        self._costs = costs
        self._chance = chance
        self._paced = paced
        self._workers = [_Worker(_that_knows(Pace(workers), costs)) for _ in range(workers)]
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        self._silent = terminals
        self._away, self._counted_at = terminals, 0.0
        self.herd = Herd()
        self._left = terminals
        for number in range(terminals):
            terminal = _Terminal(f"370100-SHS{number // 4:04d}-W{number % 4:02d}")
            first = chance.random() * policy.probe_interval(probe_s, chance.random())
            self._at(first, partial(self._round, terminal))

    def run(self) -> Herd:
        """Let time pass until everything is delivered (a day at most)."""
        while self._left and self._events and self._events[0][0] < _END_S:
            now, _, act = heapq.heappop(self._events)
            act(now)
        return self.herd

    def _at(self, when: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (when, next(self._order), act))

    def _round(self, terminal: _Terminal, now: float) -> None:
        terminal.wish = None
        terminal.steps = ["hello"]
        self._ask(terminal, now)

    def _ask(self, terminal: _Terminal, now: float) -> None:
        kind = terminal.steps[0]
        worker = self._chance.choice(self._workers)
        wait = worker.pace.admit(now)
        cost = self._costs[kind if wait is None else _REFUSAL] * self._chance.uniform(0.7, 1.3)
        self.herd.work[int(now / _WINDOW_S)] += cost
        worker.free_at = max(worker.free_at, now) + cost
        if wait is not None:
            self._at(worker.free_at, lambda then: self._refused(terminal, worker, wait, then))
        else:
            worker.pace.begin(kind, now)
            self._at(worker.free_at, lambda then: self._answered(terminal, worker, then))

    def _refused(self, terminal: _Terminal, worker: _Worker, wait: float, now: float) -> None:
        worker.pace.sent_away(now)
        self.herd.refusals += 1
        terminal.refused += 1
        self.herd.most_refused = max(self.herd.most_refused, terminal.refused)
        if self._paced:
            wish = policy.parse_retry_after(str(math.ceil(wait)), datetime.now(UTC))
            terminal.wish = max(terminal.wish or 0.0, wish or 0.0)
        else:
            terminal.wish = policy.backoff(terminal.failures, self._chance.random())
        terminal.failures += 1
        if terminal.steps[0] == "batches":  # sending and fetching fail apart: changes are read all the same
            terminal.steps.pop(0)
            self._ask(terminal, now)
        else:
            self._end_round(terminal, now)

    def _answered(self, terminal: _Terminal, worker: _Worker, now: float) -> None:
        kind = terminal.steps.pop(0)
        worker.pace.end(kind, now)
        if kind == "hello":
            self._greeted(terminal, worker, now)
            return
        if kind == "batches":
            self.herd.batches += 1
            terminal.delivered = True
            self._left -= 1
            self.herd.done.append(now)
        self._end_round(terminal, now) if not terminal.steps else self._ask(terminal, now)

    def _greeted(self, terminal: _Terminal, worker: _Worker, now: float) -> None:
        spread = worker.pace.spread(self._count_away(now), now) if self._paced else 0.0
        if terminal.away:
            self._silent -= 1
            terminal.away = False
            if (slot := policy.slot(terminal.name, spread)) > 0:
                self._at(now + slot, lambda then: self._round(terminal, then))
                return
        terminal.steps = ["changes", "digests"] if terminal.delivered else ["batches", "changes", "digests"]
        self._ask(terminal, now)

    def _end_round(self, terminal: _Terminal, now: float) -> None:
        if terminal.wish is not None:
            wait = policy.after(terminal.wish, self._chance.random()) if self._paced else max(terminal.wish, 0.2)
        else:
            terminal.failures = 0
            wait = policy.next_poll(terminal.name, POLL_S, 0.0)
        self._at(now + wait, lambda then: self._round(terminal, then))

    def _count_away(self, now: float) -> int:
        if now - self._counted_at >= _RECOUNT_S:
            self._away, self._counted_at = self._silent, now
        return self._away


def _that_knows(pace: Pace, costs: Mapping[str, float]) -> Pace:
    """Let a worker have measured itself before: it was the line that was out for eight hours, not the hub."""
    for kind in set(ROUND):
        for _ in range(200):
            pace.begin(kind, 0.0)
            pace.end(kind, costs[kind])
    return pace


def ideal_s(terminals: int, workers: int, costs: Mapping[str, float]) -> float:
    """Give how long the work takes if no worker ever rests."""
    return terminals * sum(costs[kind] for kind in ROUND) / workers


def prove(folder: Path, chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure a worker, simulate the herd, draw the curve."""
    costs = measured_costs(folder)
    say(f"a worker's costs in ms: { {kind: round(cost * 1000, 1) for kind, cost in costs.items()} }")
    workers = max(1, round(ideal_s(TERMINALS, 1, costs) / _IDEAL_S))
    herd = Outage(TERMINALS, workers, costs, chance).run()
    wild = Outage(TERMINALS, workers, costs, chance, paced=False).run()
    ideal = ideal_s(TERMINALS, workers, costs)
    figures = {
        "terminals": TERMINALS,
        "cases": TERMINALS * CASES,
        "workers": workers,
        "hello_ms": round(costs["hello"] * 1000, 1),
        "batch_ms": round(costs["batches"] * 1000, 1),
        "round_ms": round(sum(costs[kind] for kind in ROUND) * 1000, 1),
        "delivered_cases": len(herd.done) * CASES,
        "ideal_s": round(ideal),
        "last_s": round(max(herd.done)),
        "last_of_ideal": round(max(herd.done) / ideal, 2),
        "peak_load": round(herd.peak(workers), 2),
        "refusals_per_batch": round(herd.refusals / herd.batches, 3),
        "most_refused": herd.most_refused,
        "unpaced_refusals_per_batch": round(wild.refusals / max(wild.batches, 1), 2),
        "unpaced_peak_load": round(wild.peak(workers), 2),
    }
    say(", ".join(f"{name} {value}" for name, value in figures.items()))
    _PICTURE.write_text(picture(herd, ideal, workers), "utf-8")
    assert figures["delivered_cases"] == TERMINALS * CASES
    assert figures["last_of_ideal"] <= 2
    assert figures["peak_load"] < 1
    assert figures["refusals_per_batch"] <= 0.3
    return figures


def measured_costs(folder: Path) -> dict[str, float]:
    """Measure how long a worker's processor works for each kind of request, in seconds: what limits how many it does.

    Waiting for disk or network is left out: it answers others meanwhile.
    """
    with (
        postgres_server() as server,
        hub_process(folder, "--db", server.new_database(), "--accept-after", "1000000000") as url,
        ExitStack() as stack,
    ):
        clients = []
        for number in range(_MEASURED):
            client = HubClient(url, identity(f"T-{number}"), "0.1.0", SystemClock())
            clients.append(stack.enter_context(closing(client)))
            client.hello()  # enrols, and opens the connection
        batches = [[case(terminal=f"T-{number}") for _ in range(CASES)] for number in range(_MEASURED)]
        asked: dict[str, Callable[[int], object]] = {
            "hello": lambda number: clients[number].hello(),
            "batches": lambda number: clients[number].announce(clients[number].batch("0" * 32, batches[number])),
            "changes": lambda number: clients[number].changes(""),
            "digests": lambda number: clients[number].digests(10**9),
            _REFUSAL: lambda _: requests.get(f"{url}/v1/nothing", timeout=10),
        }
        hub = next(pid for pid in _children() if b"\0serve\0" in Path(f"/proc/{pid}/cmdline").read_bytes())
        costs = {}
        for kind, ask in asked.items():
            before = _processor_s(hub)
            for number in range(_MEASURED):
                ask(number)
            costs[kind] = (_processor_s(hub) - before) / _MEASURED
    return costs


def _children() -> list[str]:
    return [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]


def _processor_s(pid: str) -> float:
    """Read how long a process has had the processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def picture(herd: Herd, ideal: float, workers: int) -> str:
    """Draw delivered terminals and the load over time as SVG, with nothing but text."""
    last = max(herd.done)
    width, height, left, top = 860, 300, 60, 24
    end = max(last, ideal) * 1.05
    x = [left + at / end * width for at in sorted(herd.done)]
    every = max(1, len(x) // 400)
    steps = [*range(0, len(x), every), len(x) - 1]
    curve = " ".join(f"{x[i]:.1f},{top + height - (i + 1) / len(x) * height:.1f}" for i in steps)
    loads: Sequence[tuple[float, float]] = [
        (left + window * _WINDOW_S / end * width, work / (workers * _WINDOW_S))
        for window, work in sorted(herd.work.items())
        if window * _WINDOW_S <= end
    ]
    bar = _WINDOW_S / end * width * 0.9
    bars = "".join(
        f'<rect x="{at:.1f}" y="{top + height - share * height:.1f}" width="{bar:.1f}" height="{share * height:.1f}"/>'
        for at, share in loads
    )
    ideal_x = left + ideal / end * width
    ticks = "".join(
        f'<text x="{left + second / end * width:.0f}" y="{top + height + 20}">{second} s</text>'
        for second in range(0, int(end) + 1, 60)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 20} {top + height + 64}" '
        'font-family="sans-serif" font-size="12" fill="#1d2b36">'
        f'<rect width="100%" height="100%" fill="#fff"/><g fill="#c5d5dc">{bars}</g>'
        f'<line x1="{left}" y1="{top}" x2="{left + width}" y2="{top}" stroke="#a33" stroke-dasharray="4"/>'
        f'<polyline points="{left},{top + height} {curve}" fill="none" stroke="#14506b" stroke-width="2.5"/>'
        f'<line x1="{ideal_x:.1f}" y1="{top}" x2="{ideal_x:.1f}" y2="{top + height}" stroke="#5b6b76" '
        f'stroke-dasharray="2 3"/><text x="{ideal_x + 4:.1f}" y="{top + height - 8}">ideal</text>{ticks}'
        f'<text x="8" y="{top + 4}">100 %</text><text x="8" y="{top + height}">0 %</text>'
        f'<text x="{left}" y="{top + height + 44}">Line: terminals whose cases are all delivered. Bars: work that '
        "arrives at the hub, as a share of what it can do (dashed: all of it).</text></svg>\n"
    )
