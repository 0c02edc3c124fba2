"""A limit for calls into libraries that have none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def call_within(limit_s: float, work: Callable[[], T]) -> T:
    """Do the work in a thread of its own and give what it gives, or raise what it raises.

    A thread that does not come back is left behind; it cannot keep the program from ending. What it is still holding
    (a socket) the caller takes away.

    Raises:
        TimeoutError: the work has not ended within the limit.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as exc:  # noqa: BLE001 - nothing is swallowed: it is raised again in the calling thread
            outcome.set_exception(exc)

    Thread(target=run, name="limited-call", daemon=True).start()
    return outcome.result(limit_s)
