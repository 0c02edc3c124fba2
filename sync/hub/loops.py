"""The hub's loops, each in a thread of its own, and which of them do not get on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy import exc

_LOG = logging.getLogger("yizhan.hub.loops")
_GRACE_S = 5.0


class Loops:
    """Works that are done again and again until told to stop. Any thread may ask how they go."""

    def __init__(self) -> None:
        """Begin with none."""
        self._stop = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._failing: set[str] = set()

    def start(self, name: str, work: Callable[[], object], pause_s: float) -> None:
        """Do a work every `pause_s` seconds; whatever it meets, it is tried again."""
        thread = threading.Thread(target=self._run, args=(name, work, pause_s), name=name, daemon=True)
        self._threads[name] = thread
        thread.start()

    def stop(self) -> None:
        """End them all."""
        self._stop.set()
        for thread in self._threads.values():
            thread.join(_GRACE_S)
        self._threads.clear()

    def states(self) -> dict[str, bool]:
        """Give each loop's name, and whether it lives and its last pass went well."""
        threads = dict(self._threads)
        return {name: thread.is_alive() and name not in self._failing for name, thread in threads.items()}

    def _run(self, name: str, work: Callable[[], object], pause_s: float) -> None:
        while not self._stop.wait(pause_s):
            try:
                work()
            except exc.OperationalError as error:
                _LOG.warning("%s waits for the database: %s", name, type(error.orig).__name__)
            except Exception as error:  # noqa: BLE001 - the hub's worker loop: it goes on, and says that it does not get on
                if name not in self._failing:
                    _LOG.error("%s fails: %s", name, type(error).__name__)
                self._failing.add(name)
            else:
                self._failing.discard(name)
