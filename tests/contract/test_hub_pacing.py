"""How a hub paces its terminals: what it measures, whom it sends away and until when, over how long it spreads them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hub_rigs import QUICK, RunningHub, enrol, identity, running_hub
from hub_talk import ask_as_is, case, refusal, signature
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import make_url

from kiosk.clock import SystemClock
from kiosk.errors import HubError
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.digest import HEADER, content_digest
from sync.hub import pacing
from sync.hub.database import open_database
from sync.hub.pacing import ROUND, Pace, paced
from sync.messages import TERMINAL_HEADER
from sync.policy import Behaviour


def asked(pace: Pace, kind: str, now: float) -> float | None:
    """Ask for something; gives when to come back, None when it is taken."""
    wait = pace.admit(now)
    if wait is None:
        pace.begin(kind, now)
    return wait


def worked(pace: Pace, kind: str, cost_s: float, times: int = 200) -> float:
    """Let a worker answer one request after the other; gives the time then."""
    now = 0.0
    for _ in range(times):
        assert asked(pace, kind, now) is None
        now += cost_s
        pace.end(kind, now)
    return now


def test_a_worker_takes_what_it_can_do_soon_and_sends_the_rest_away_one_behind_the_other() -> None:
    """Two seconds of work are taken; each refused request gets a later place, in steps of what a round costs."""
    pace = Pace()
    now = worked(pace, "batches", 0.05)
    waits = [asked(pace, "batches", now) for _ in range(100)]
    taken = sum(wait is None for wait in waits)
    assert 38 <= taken <= 42
    later = [wait for wait in waits if wait is not None]
    assert later == sorted(later)
    assert later[0] == pytest.approx(2.0, abs=0.2)
    assert later[-1] - later[0] == pytest.approx((0.05 + 4 * 0.005) * (len(later) - 1), rel=0.05)


def test_a_wrong_measurement_mends_itself() -> None:
    """However slow a worker believes itself, it takes a few, and learns from them."""
    pace = Pace()
    now = worked(pace, "hello", 60.0, 20)
    for _ in range(30):
        for _ in range(8):
            pace.begin("hello", now)
        for _ in range(8):
            now += 0.001
            pace.end("hello", now)
    assert [asked(pace, "hello", now) for _ in range(100)] == [None] * 100


def test_the_spread_is_the_work_ahead_shared_by_the_workers_and_does_not_shrink_meanwhile() -> None:
    """Ten thousand away: their rounds' cost with some room; the last to come back are spread as far as the first."""
    alone, shared = Pace(), Pace(4)
    for pace in (alone, shared):
        for kind in set(ROUND):
            worked(pace, kind, 0.01)
    first = alone.spread(10_000, 0.0)
    assert first == pytest.approx(10_000 * 0.05 * 1.4, rel=0.01)
    assert shared.spread(10_000, 0.0) == pytest.approx(first / 4, abs=1)
    assert alone.spread(100, first / 2) == first
    assert alone.spread(100, first + 1) == pytest.approx(100 * 0.05 * 1.4, abs=1)
    assert alone.spread(1, 10 * first) == 0.0


def test_a_slow_line_costs_the_worker_nothing() -> None:
    """A chunk that takes half a minute to arrive is no half minute of work: nobody is sent away because of it."""
    clock, pace = SlowLine(), Pace()

    async def app(_scope: Scope, receive: Any, _send: Send) -> None:  # noqa: ANN401 - only requests come here
        while (await receive())["more_body"]:
            pass
        clock.at += 0.01

    async def receive() -> Any:  # noqa: ANN401 - the same
        clock.at += 15.0
        clock.left -= 1
        return {"type": "http.request", "body": b"x", "more_body": clock.left > 0}

    async def send(_message: Message) -> None:
        raise AssertionError

    scope: Any = {"type": "http", "method": "PATCH", "path": "/v1/attachments/x"}
    for _ in range(50):
        clock.left = 2
        asyncio.run(once(paced(app, pace, clock), scope, receive, send))
    assert [asked(pace, "attachments", clock.at) for _ in range(100)] == [None] * 100


async def once(app: ASGIApp, scope: Any, receive: Receive, send: Send) -> None:  # noqa: ANN401 - a scope of ours
    """Ask an application once."""
    await app(scope, receive, send)


class SlowLine(SystemClock):
    """A clock that the line moves."""

    at = 0.0
    left = 0

    def monotonic(self) -> float:
        """Give its time."""
        return self.at


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub."""
    with running_hub(tmp_path) as running:
        yield running


def test_an_overrun_hub_says_when_to_come_back_and_signs_it(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with Retry-After and our digest, read by the terminal as a wait; a large batch does not cut the line."""
    monkeypatch.setattr(pacing, "LEAST_AT_ONCE", 0)
    monkeypatch.setattr(pacing, "AHEAD_MAX_S", -1.0)
    body = bytes(900_000)
    sent = {TERMINAL_HEADER: "T-1", HEADER: content_digest(body)}
    answer = ask_as_is(hub, "POST", "/v1/batches", body, sent | signature("POST", "/v1/batches", sent))
    assert refusal(answer) == (503, "busy")
    assert int(answer.headers["Retry-After"]) >= 1
    assert "Signature" in answer.headers
    with closing(HubClient(hub.url, identity(), "0.1.0", SystemClock(), timeouts=QUICK)) as client:
        with pytest.raises(HubAnswerError) as busy:
            client.hello()
        assert busy.value.retry_after_s is not None
        assert busy.value.retry_after_s >= 1


def test_a_hub_whose_database_fails_is_busy_and_its_log_names_the_fault(
    hub: RunningHub, expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """The terminal waits and asks again; what the driver said of it, which may name people, stays out of the log."""
    expect_log("yizhan.hub")
    with closing(sqlite3.connect(make_url(hub.database_url).database or "")) as spoiler:
        spoiler.execute("ALTER TABLE events RENAME TO elsewhere")
    with closing(HubClient(hub.url, identity(), "0.1.0", SystemClock(), timeouts=QUICK)) as client:
        with pytest.raises(HubAnswerError) as busy:
            client.announce(client.batch("0" * 32, [case()]))
        assert (busy.value.status, busy.value.behaviour) == (503, Behaviour.WAIT)
    assert "it could not be kept: OperationalError SQLITE_ERROR" in caplog.text
    assert "events" not in caplog.text


def test_hello_spreads_terminals_that_were_away(tmp_path: Path) -> None:
    """After an outage the hub counts who is still to come back and tells each over how long to spread."""
    with running_hub(tmp_path) as hub:
        with closing(open_database(hub.database_url)) as database:
            for place in range(60):
                enrol(database, f"T-{place}")
            with database.write() as connection:
                connection.exec_driver_sql(
                    "UPDATE terminals SET last_seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour')"
                )
        with closing(HubClient(hub.url, identity("T-7"), "0.1.0", SystemClock(), timeouts=QUICK)) as client:
            assert client.hello().pacing.spread_s >= 4


def test_terminals_together_are_all_served(hub: RunningHub) -> None:
    """Twelve at once: nobody is lost, whoever is sent away is served when it comes back."""

    def deliver(name: str) -> str:
        with closing(HubClient(hub.url, identity(name), "0.1.0", SystemClock(), timeouts=QUICK)) as client:
            for _ in range(50):
                try:
                    return (
                        client.announce(client.batch("0" * 32, [case(terminal=name) for _ in range(5)]))
                        .results[0]
                        .status
                    )
                except HubError:
                    continue
        return "never"

    with closing(open_database(hub.database_url)) as database:
        for place in range(12):
            enrol(database, f"T-{place}")
    with ThreadPoolExecutor(12) as terminals:
        assert set(terminals.map(deliver, [f"T-{place}" for place in range(12)])) == {"received"}
