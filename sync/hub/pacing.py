"""How a worker keeps itself from being overrun: what it takes, when the rest comes back, how far the away are spread.

What a request costs is measured, not assumed: while the worker is busy, the time between two answers is what one of
them took of it. From that follow the wait that is ahead of a new request, `Retry-After` (each refused one gets a later
place than the one before it), and `spread_s` (what the terminals that are still to come back will ask for together).
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from datetime import timedelta

import msgspec
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send, WebSocketReceiveMessage
from sqlalchemy import func, select

from kiosk.clock import Clock, iso
from sync import policy
from sync.digest import HEADER, content_digest
from sync.hub.database import HubDatabase
from sync.hub.problems import Problem
from sync.hub.tables import TERMINALS
from sync.messages import PROBLEM_MEDIA_TYPE

FIRST_GUESS_S = {"batches": 0.05}
"""What requests cost before any was measured, in seconds; others `_OTHER_GUESS_S`."""
_OTHER_GUESS_S = 0.005
_WEIGHT = 0.05
"""How much a new measurement counts."""
AHEAD_MAX_S = 2.0
"""A request that would wait longer than this is sent away with a time to come back."""
LEAST_AT_ONCE = 8
"""So many are always taken: a measurement that was wrong mends itself only by work."""
ROUND = ("hello", "hello", "batches", "changes", "digests")
"""What a terminal that comes back asks for."""
_ROOM = 1.4
"""How much longer the spread is than the work takes."""
_RECOUNT_S = 5.0
_FORGOTTEN_DAYS = 7


class Pace:
    """One worker's measure of itself. Any thread may use it; time is handed in, in seconds that only grow."""

    def __init__(self, workers: int = 1) -> None:
        """Begin without a measurement; `workers` share the terminals."""
        self._workers = workers
        self._lock = threading.Lock()
        self._cost: dict[str, float] = dict(FIRST_GUESS_S)
        self._running: Counter[str] = Counter()
        self._since = 0.0
        """When the request that is answered next began to take the worker's time."""
        self._promised = 0.0
        """The latest place that was given to a refused request."""
        self._spread = 0.0
        self._spread_until = 0.0

    def admit(self, now: float) -> float | None:
        """Let a request in, or give the seconds after which it shall come back."""
        with self._lock:
            if self._running.total() >= LEAST_AT_ONCE and self._ahead() > AHEAD_MAX_S:
                return self._later(now)
            return None

    def begin(self, kind: str, now: float) -> None:
        """Note that a request is here whole: its work begins, or waits for that of others."""
        with self._lock:
            if not self._running.total():
                self._since = now
            self._running[kind] += 1

    def end(self, kind: str, now: float) -> None:
        """Note that a request was answered."""
        with self._lock:
            self._running[kind] -= 1
            took, self._since = now - self._since, now
            self._cost[kind] = self._cost_of(kind) + _WEIGHT * (took - self._cost_of(kind))

    def sent_away(self, now: float) -> None:
        """Note that a request was refused: the time that took is no other's."""
        with self._lock:
            self._since = now

    def later(self, now: float) -> float:
        """Give the seconds after which a request that could not be answered shall come back."""
        with self._lock:
            return self._later(now)

    def spread(self, away: int, now: float) -> float:
        """Give over how long to spread the terminals that are still to come back; held until that time has passed.

        A spread that shrank as terminals come back would lead the last ones into the first ones' time.
        """
        with self._lock:
            wanted = min(away * self._a_round() * _ROOM / self._workers, policy.SPREAD_MAX_S)
            if now >= self._spread_until or wanted > self._spread:
                self._spread, self._spread_until = wanted, now + wanted
            return float(math.ceil(self._spread)) if self._spread >= 1 else 0.0

    def _cost_of(self, kind: str) -> float:
        return self._cost.get(kind, _OTHER_GUESS_S)

    def _ahead(self) -> float:
        return sum(count * self._cost_of(kind) for kind, count in self._running.items())

    def _a_round(self) -> float:
        return sum(self._cost_of(kind) for kind in ROUND)

    def _later(self, now: float) -> float:
        """Give the next place: who comes back asks for a whole round."""
        self._promised = max(self._promised + self._a_round(), now + self._ahead())
        return min(max(policy.RETRY_AFTER_MIN_S, self._promised - now), policy.RETRY_AFTER_MAX_S)


class Away:
    """Counts the terminals that were silent for two of their polls; asks the database only now and then."""

    def __init__(self, database: HubDatabase, clock: Clock, poll_s: float) -> None:
        """Count nothing yet."""
        self._database = database
        self._clock = clock
        self._poll_s = poll_s
        self._count = 0
        self._counted_at = -math.inf

    def count(self) -> int:
        """Give how many there are; those of a week ago are forgotten."""
        now = self._clock.monotonic()
        if now - self._counted_at >= _RECOUNT_S:
            self._counted_at = now
            moment = self._clock.now()
            silent = TERMINALS.c.last_seen_at < iso(moment - timedelta(seconds=2 * self._poll_s))
            known = TERMINALS.c.last_seen_at >= iso(moment - timedelta(days=_FORGOTTEN_DAYS))
            with self._database.read() as connection:
                found = connection.execute(select(func.count()).select_from(TERMINALS).where(silent, known))
                self._count = found.scalar_one()
        return self._count


def paced(app: ASGIApp, pace: Pace, clock: Clock) -> ASGIApp:
    """Wrap an application so that terminals' requests beyond what the worker can do are refused with a time (503)."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        _, version, kind, *_ = [*str(scope["path"]).split("/"), "", ""]
        if version != "v1":
            return await app(scope, receive, send)
        wait = pace.admit(clock.monotonic())
        if wait is not None:
            await _send_away(scope, receive, send, wait)
            return pace.sent_away(clock.monotonic())
        here = False

        async def counted() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal here
            message = await receive()
            if not here and message["type"] == "http.request" and not message["more_body"]:
                here = True  # until now it cost the line's time, not ours
                pace.begin(kind, clock.monotonic())
            return message

        try:
            return await app(scope, counted, send)
        finally:
            if here:
                pace.end(kind, clock.monotonic())

    return guarded


async def _send_away(scope: Scope, receive: Receive, send: Send, wait: float) -> None:
    """Refuse, after reading what was sent: a connection that is cut while it sends would not hear the time."""
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message["more_body"]
    bodiless = scope.get("method") == "HEAD"
    body = b"" if bodiless else msgspec.json.encode(Problem(503, "busy").document())
    headers = {
        "content-type": PROBLEM_MEDIA_TYPE,
        "content-length": str(len(body)),
        "retry-after": str(math.ceil(wait)),
        HEADER.lower(): content_digest(body),
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 503, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
