"""Jobs that a person waits for and that must not hold up the services."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from kiosk.errors import KioskError

_T = TypeVar("_T")


class Errands:
    """Runs one job at a time, each in a thread of its own. Any thread may call."""

    def __init__(self, name: str) -> None:
        """Run threads of this name."""
        self._name = name
        self._one = threading.Lock()
        self._threads: list[threading.Thread] = []

    def begin(self, work: Callable[[], _T], done: Callable[[_T | KioskError], None]) -> None:
        """Begin a job; `done` hears in the job's thread what came of it."""

        def run() -> None:
            with self._one:
                try:
                    result: _T | KioskError = work()
                except KioskError as error:
                    result = error
            done(result)

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=run, name=self._name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Wait for what is under way."""
        for thread in self._threads:
            thread.join()
