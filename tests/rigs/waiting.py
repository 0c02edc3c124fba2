"""Waiting: for a condition, and for the turn at what a machine has once."""

from __future__ import annotations

import contextlib
import fcntl
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_TURN_LIMIT_S = 100.0


def wait_for(condition: Callable[[], bool], what: str, limit_s: float = 15.0) -> None:
    """Wait until a condition holds, at most the limit."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {limit_s} s in vain: {what}"
        time.sleep(0.02)


@contextlib.contextmanager
def alone_with(what: str) -> Iterator[None]:
    """Hold something of this machine, for example its PC/SC service, while no other test process does."""
    with Path(tempfile.gettempdir(), f"yizhan-tests-{what}.lock").open("w", encoding="utf-8") as lock:
        wait_for(lambda: _take(lock.fileno()), f"another test keeps this machine's {what}", _TURN_LIMIT_S)
        yield


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
