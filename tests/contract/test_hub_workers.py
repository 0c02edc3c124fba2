"""Several workers before one PostgreSQL: they share a port and a database and know nothing of each other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from hub_postgres import PostgresServer
from hub_rigs import identity
from hub_talk import case, told
from store_rigs import SetClock

from sync.client import HubClient
from sync.hub.database import open_database
from sync.hub.show import hub_contents

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def workers(url: str, count: int, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a hub with workers; gives the process and the address it printed."""
    command = [sys.executable, "-m", "kiosk", "hub", "serve", "--db", url, "--workers", str(count), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        try:
            yield child, json.loads(child.stdout.readline())["url"]
        finally:
            child.terminate()
            child.wait(20)


def children(pid: int) -> set[int]:
    """List a process's children that serve."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(one) for one in listed if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()}


def until(true: Callable[[], object], within_s: float = 20) -> None:
    """Wait for a condition."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def drain(url: str, terminal: str) -> list[str]:
    """Deliver 15 cases in batches of five, each batch twice, in the name of a terminal."""
    client = HubClient(url, identity(terminal), "0.1.0", SetClock())
    statuses = []
    for _ in range(3):
        entries = [case(terminal=terminal) for _ in range(5)]
        statuses += [result.status for _ in range(2) for result in told(client, *entries)]
    client.close()
    return statuses


@pytest.mark.timeout(90)
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_workers_share_the_work_and_the_clerk(postgres: PostgresServer) -> None:
    """Cases of four terminals arrive once each and are accepted once each, under numbers that nobody else has."""
    database_url = postgres.new_database()
    with workers(database_url, 2, "--accept-after", "0", "--step-after", "0", "--log-requests") as (child, url):
        assert len(children(child.pid)) == 2
        with ThreadPoolExecutor(4) as terminals:
            statuses = list(terminals.map(lambda one: drain(url, f"T-{one}"), range(4)))
        assert statuses == [(["received"] * 5 + ["duplicate"] * 5) * 3] * 4
        with closing(open_database(database_url)) as database:
            until(lambda: hub_contents(database)["counts"]["waiting_for_clerk"] == 0, 60)
            held = hub_contents(database)
        figures = requests.get(f"{url}/metrics", timeout=5).text
        child.terminate()
        assert child.wait(20) == 0
        assert child.stderr is not None
        lines = [json.loads(line) for line in child.stderr.read().splitlines()]
    assert held["counts"]["cases"] == 60
    assert len({one["official_number"] for one in held["cases"]}) == 60
    assert {one["state"] for one in held["cases"]} == {"finished"}
    assert 'yizhan_hub_requests_total{operation="batches",status="200"} 24.0' in figures
    asked = [line for line in lines if line.get("operation") == "batches"]
    assert sum(line["status"] == 200 for line in asked) == 24  # before it, each terminal had to enrol
    assert {line["level"] for line in lines} == {"info"}
    assert "测试" not in json.dumps(lines, ensure_ascii=False)


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_worker_that_dies_is_replaced(postgres: PostgresServer) -> None:
    """The hub goes on answering, and all end together."""
    with workers(postgres.new_database(), 2) as (child, url):
        before = children(child.pid)
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(children(child.pid)) == 2 and killed not in children(child.pid))
        assert requests.get(f"{url}/health", timeout=10).json() == {"status": "ok"}
        after = children(child.pid)
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in after)
