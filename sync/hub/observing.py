"""What those who run the hub see: figures for Prometheus and a log line per request, both without people's data."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from sqlalchemy import Connection, func, select

from kiosk.clock import Clock, iso
from sync.hub.aside import count_aside
from sync.hub.clerk import waiting
from sync.hub.database import HubDatabase
from sync.hub.loops import Loops
from sync.hub.tables import ATTACHMENTS, CASES, DUPLICATES, TERMINALS

WORKERS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable by which several workers share their counts; read when prometheus_client is imported."""
METRICS_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LOG = logging.getLogger("yizhan.hub")
_OPERATIONS = frozenset(
    {
        *("hello", "batches", "attachments", "changes", "reconcile", "results", "look-ups"),
        *("openapi.json", "health", "metrics", "staff"),
    }
)
_SILENT = timedelta(hours=1)
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)


class Meters:
    """Counts and times what this process does. Any thread may use it."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "yizhan_hub_requests", "Requests answered.", ["operation", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "yizhan_hub_request_seconds",
            "From a request's first byte to its answer's last.",
            ["operation"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._content = Counter(
            "yizhan_hub_content_bytes",
            "Bytes of terminals' requests by content coding: as they were sent, and unpacked.",
            ["coding", "form"],
            registry=self._registry,
        )

    def note_content(self, coding: str, sent: int, unpacked: int) -> None:
        """Count the content of a request that was admitted."""
        self._content.labels(coding, "sent").inc(sent)
        self._content.labels(coding, "unpacked").inc(unpacked)

    def watch(self, app: ASGIApp) -> ASGIApp:
        """Wrap an application so that each of its requests is counted, timed and written down."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            started, status = time.perf_counter(), 500

            async def noted(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, noted)
            finally:
                took = time.perf_counter() - started
                operation = _operation(str(scope["path"]))
                self._requests.labels(operation, str(status)).inc()
                self._seconds.labels(operation).observe(took)
                fields = {"operation": operation, "status": status, "ms": round(took * 1000, 1)}
                _LOG.info("request", extra={"fields": fields})

        return watched

    def exposition(self, database: HubDatabase, clock: Clock, loops: Loops) -> bytes:
        """Write all figures: this process's counts, or those of all workers, and what the database holds."""
        counts = self._registry
        if os.environ.get(WORKERS_FOLDER):
            counts = CollectorRegistry()
            multiprocess.MultiProcessCollector(counts)  # type: ignore[no-untyped-call]  # so it ships
        with database.read() as connection:
            held = _holdings(connection, clock, loops)
        return generate_latest(counts) + held


def _operation(path: str) -> str:
    """Name what was asked for, without what an address may hold of ids."""
    steps = path.split("/")
    name = steps[2] if steps[1:2] == ["v1"] and len(steps) > 2 else steps[1]
    return name if name in _OPERATIONS else "other"


def _holdings(connection: Connection, clock: Clock, loops: Loops) -> bytes:
    lines: list[str] = []

    def say(name: str, words: str, value: float, label: str = "") -> None:
        full = f"yizhan_hub_{name}"
        if not any(line.startswith(f"# HELP {full} ") for line in lines):
            lines.extend((f"# HELP {full} {words}", f"# TYPE {full} gauge"))
        lines.append(f"{full}{label} {value}")

    for state, count in connection.execute(select(CASES.c.state, func.count()).group_by(CASES.c.state)):
        say("cases", "Cases by state.", count, f'{{state="{state}"}}')
    part = select(func.count(), func.coalesce(func.sum(ATTACHMENTS.c.size - ATTACHMENTS.c.received), 0))
    files, missing = connection.execute(part.where(ATTACHMENTS.c.complete.is_(False))).one()
    say("attachments_incomplete", "Attachments announced whose bytes are not all here.", files)
    say("attachment_bytes_missing", "Bytes announced that are not here.", missing)
    say("clerk_waiting", "Cases on the clerk's desk.", waiting(connection))
    undecided = select(func.count()).select_from(DUPLICATES).where(DUPLICATES.c.decision.is_(None))
    say("duplicates_undecided", "Pairs of cases of one deceased to decide.", connection.execute(undecided).scalar_one())
    for work, count in count_aside(connection).items():
        say("set_aside", "Cases with which something was left undone, by what.", count, f'{{work="{work}"}}')
    for name, well in loops.states().items():
        say("loop_up", "Loops of the worker that answers, 1: the last pass went well.", int(well), f'{{loop="{name}"}}')
    since = iso(clock.now() - _SILENT)
    for heard in (True, False):
        met = TERMINALS.c.last_seen_at >= since if heard else TERMINALS.c.last_seen_at < since
        count = connection.execute(select(func.count()).select_from(TERMINALS).where(met)).scalar_one()
        say("terminals", "Terminals, heard of in the last hour or not.", count, f'{{heard="{str(heard).lower()}"}}')
    return ("\n".join(lines) + "\n").encode()


class JsonLines(logging.Formatter):
    """Writes a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time (UTC), level, logger, text and the record's own fields; never a stack, which may hold values."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "at": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "worker": record.process,
        }
        return json.dumps(line | getattr(record, "fields", {}), ensure_ascii=False)


@contextmanager
def logged(*, requests: bool) -> Iterator[None]:
    """Write the hub's log on standard error while the block lasts: what goes wrong, and each request if wished."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("yizhan.hub")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if requests else logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
