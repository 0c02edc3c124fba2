"""When to try again and how much at once: pure functions of what is handed in.

Times are seconds unless the name says otherwise. `chance` is a draw from [0, 1).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TypeVar

from kiosk.errors import ErrorCode
from kiosk.ports.sync import HubReach

BACKOFF_BASE_S = 2.0
BACKOFF_MAX_S = 300.0
RETRY_AFTER_MIN_S = 1.0
RETRY_AFTER_MAX_S = 3_600.0
PROBE_MIN_S = 2.0
PROBE_MAX_S = 60.0
PAUSED_PROBE_S = 60.0
POLL_MIN_S = 1.0
POLL_MAX_S = 3_600.0
SPREAD_MAX_S = 3_600.0
CHUNK_MIN = 16 << 10
CHUNK_MAX = 1 << 20
BATCH_BYTES_MIN = 16 << 10
QUICK_S = 4.0
"""A request that took less may be larger the next time."""
SLOW_S = 8.0
"""A chunk that took longer is smaller the next time."""

_T = TypeVar("_T")


class Endpoint(Enum):
    """Where a request goes; the same status means different things at different ones."""

    ENROL = "enrol"
    HELLO = "hello"
    BATCHES = "batches"
    ATTACHMENT = "attachment"
    CHANGES = "changes"
    RECONCILE = "reconcile"
    PACKETS = "packets"
    RESULTS = "results"
    LOOK_UPS = "look_ups"


class Behaviour(Enum):
    """What an answer's status asks of the terminal."""

    READ = "read"
    """It is the answer that was asked for."""
    LINK_FAULT = "link_fault"
    """It does not come from the hub, or did not arrive whole: nothing changes."""
    WAIT = "wait"
    """Later, after what `Retry-After` says or a backoff."""
    PAUSE = "pause"
    """Sync stops and calls a person; it is asked again only now and then."""
    VERSION = "version"
    """The same, because the versions do not fit."""
    HALVE = "halve"
    """Send less at once; an item that stands alone goes to the needs-attention shelf."""
    ANNOUNCE = "announce"
    """The hub does not know the attachment: announce its event again."""
    ASK_OFFSET = "ask_offset"
    """Ask how far the hub has the attachment."""
    START_OVER = "start_over"
    """The whole attachment's hash is wrong at the hub: send it from offset 0."""
    SNAPSHOT = "snapshot"
    """The cursor is too old: read the feed from its beginning."""


_EVERYWHERE: dict[int, Behaviour] = {
    200: Behaviour.READ,
    400: Behaviour.PAUSE,
    401: Behaviour.PAUSE,
    403: Behaviour.PAUSE,
    404: Behaviour.PAUSE,
    408: Behaviour.WAIT,
    413: Behaviour.PAUSE,
    422: Behaviour.PAUSE,
    426: Behaviour.VERSION,
    429: Behaviour.WAIT,
    460: Behaviour.LINK_FAULT,
    500: Behaviour.WAIT,
    502: Behaviour.WAIT,
    503: Behaviour.WAIT,
    504: Behaviour.WAIT,
}

_AT: dict[tuple[Endpoint, int], Behaviour] = {
    (Endpoint.BATCHES, 400): Behaviour.HALVE,
    (Endpoint.BATCHES, 409): Behaviour.WAIT,
    (Endpoint.BATCHES, 413): Behaviour.HALVE,
    (Endpoint.BATCHES, 422): Behaviour.HALVE,
    (Endpoint.ATTACHMENT, 204): Behaviour.READ,
    (Endpoint.ATTACHMENT, 404): Behaviour.ANNOUNCE,
    (Endpoint.ATTACHMENT, 409): Behaviour.ASK_OFFSET,
    (Endpoint.ATTACHMENT, 413): Behaviour.HALVE,
    (Endpoint.ATTACHMENT, 422): Behaviour.START_OVER,
    (Endpoint.ATTACHMENT, 460): Behaviour.ASK_OFFSET,
    (Endpoint.CHANGES, 410): Behaviour.SNAPSHOT,
    (Endpoint.PACKETS, 400): Behaviour.HALVE,
    (Endpoint.PACKETS, 413): Behaviour.HALVE,
    (Endpoint.PACKETS, 422): Behaviour.HALVE,
    (Endpoint.RESULTS, 400): Behaviour.HALVE,
    (Endpoint.RESULTS, 404): Behaviour.HALVE,
    (Endpoint.LOOK_UPS, 404): Behaviour.HALVE,
}

_REACH = {
    ErrorCode.HUB_UNREACHABLE: HubReach.UNREACHABLE,
    ErrorCode.NOT_A_HUB: HubReach.NOT_A_HUB,
    ErrorCode.HUB_CERTIFICATE_NAME: HubReach.NOT_A_HUB,
    ErrorCode.HUB_CERTIFICATE_TIME: HubReach.NOT_A_HUB,
    ErrorCode.HUB_CERTIFICATE_UNKNOWN: HubReach.NOT_A_HUB,
    ErrorCode.HUB_REFUSED: HubReach.REFUSED,
    ErrorCode.HUB_VERSION: HubReach.REFUSED,
    ErrorCode.HUB_CLOCK: HubReach.REFUSED,
    ErrorCode.HUB_KEY_REFUSED: HubReach.REFUSED,
    ErrorCode.HUB_WANTS_CERTIFICATE: HubReach.REFUSED,
    ErrorCode.NOT_ENROLLED: HubReach.REFUSED,
}


def behaviour(endpoint: Endpoint, status: int) -> Behaviour:
    """Look up what a status means; one that the protocol does not have is no answer of the hub's."""
    return _AT.get((endpoint, status)) or _EVERYWHERE.get(status, Behaviour.LINK_FAULT)


def reach_of(code: ErrorCode | None) -> HubReach:
    """Tell what a failure says of the hub's address; None is no failure."""
    return _REACH.get(code, HubReach.REACHABLE) if code else HubReach.REACHABLE


def backoff(attempts: int, chance: float) -> float:
    """Wait with full jitter: anywhere from 0 to min(300, 2 · 2^attempts)."""
    return chance * min(BACKOFF_MAX_S, BACKOFF_BASE_S * 2.0 ** min(max(attempts, 0), 30))


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read a `Retry-After` header (RFC 9110 §10.2.3): seconds or a date; None when it says nothing sensible."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return clamp_retry_after(float(text[:12]))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return clamp_retry_after((moment - now).total_seconds())


def clamp_retry_after(seconds: float) -> float:
    """Keep a hub's wish between 1 s and 1 h."""
    return min(max(seconds, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S)


def after(retry_after: float, chance: float) -> float:
    """Wait at least as long as the hub asked, at most twice as long, so that not all come back at once."""
    wished = clamp_retry_after(retry_after)
    return wished + chance * wished


def probe_interval(configured: float, chance: float) -> float:
    """Wait before asking an unreachable hub again: the configured time ± 20 %, within 2 s to 60 s before jitter."""
    return min(max(configured, PROBE_MIN_S), PROBE_MAX_S) * (0.8 + 0.4 * chance)


def slot(terminal_id: str, spread: float) -> float:
    """Give this terminal's place within the hub's spread: always the same, evenly spread over terminals."""
    share = int.from_bytes(hashlib.sha256(terminal_id.encode()).digest()[:8]) / 2.0**64
    return share * min(max(spread, 0.0), SPREAD_MAX_S)


def next_poll(terminal_id: str, interval: float, spread: float) -> float:
    """Wait before the next planned round, when nothing else calls for one."""
    return min(max(interval, POLL_MIN_S), POLL_MAX_S) + slot(terminal_id, spread)


def older(version: str, minimum: str) -> bool:
    """Tell whether a dotted version is before the least one; what cannot be read is not."""
    try:
        ours, least = ([int(part) for part in text.split(".")] for text in (version, minimum))
    except ValueError:
        return False
    return ours < least


def shrink_chunk(size: int) -> int:
    """Halve a chunk after a failure, not below 16 KiB."""
    return max(size // 2, CHUNK_MIN)


def next_chunk(size: int, took_s: float, hub_max: int) -> int:
    """Double a chunk after a quick success, halve it after a slow one, within 16 KiB to 1 MiB and what the hub takes.

    A new case waits for the chunk that is under way: on a slow line chunks must be small. A hub that takes less than
    16 KiB gets what it takes.
    """
    wished = size * 2 if took_s < QUICK_S else shrink_chunk(size) if took_s > SLOW_S else size
    return max(min(wished, CHUNK_MAX, hub_max), 1)


def halves(items: Sequence[_T]) -> tuple[Sequence[_T], Sequence[_T]]:
    """Split a batch of two or more in the middle, in order."""
    middle = math.ceil(len(items) / 2)
    return items[:middle], items[middle:]
