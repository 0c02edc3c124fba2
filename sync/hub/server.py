"""Serving the hub from one process: socket, server, clerk, and a clean end."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import uvicorn
import uvicorn.lifespan.off  # named here so that a frozen program takes it along
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.clock import Clock, SystemClock
from sync.hub.app import create_app
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.database import HubDatabase, open_database
from sync.hub.desk import HubTerms

HOST = "127.0.0.1"
_GRACE_S = 5
_PARENT_LOOK_S = 0.5


@dataclass(frozen=True)
class HubSettings:
    """How a hub is run. `clerk` None: nobody answers; with `parent`, a process id, it ends when that process does."""

    database_url: str
    port: int = 0
    terms: HubTerms = field(default_factory=HubTerms)
    clerk: ClerkScript | None = field(default_factory=ClerkScript)
    parent: int | None = None


class HubServer(uvicorn.Server):
    """A server that says when it answers. `serve_hub` runs it; `end` may be called by any thread."""

    def __init__(self, database: HubDatabase, clock: Clock, terms: HubTerms, ready: Callable[[], None]) -> None:
        """Build the application; the socket comes with `run`."""
        super().__init__(
            uvicorn.Config(
                create_app(database, clock, terms),
                loop="none",
                http=H11Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then say so."""
        await super().startup(sockets)
        self._ready()

    def end(self) -> None:
        """Finish what is being answered and stop."""
        self.should_exit = True


def serve_hub(settings: HubSettings, on_ready: Callable[[str], None], clock: Clock | None = None) -> None:
    """Run the hub until SIGTERM, SIGINT or, if wished, the end of its parent process.

    Args:
        settings: how.
        on_ready: hears the URL once the hub answers.
        clock: the time.

    Raises:
        HubDatabaseError: the database cannot be opened.
        OSError: the port is taken.
    """
    clock = clock or SystemClock()
    with closing(open_database(settings.database_url)) as database, open_door(settings.port) as door:
        url = f"http://{HOST}:{door.getsockname()[1]}"
        server = HubServer(database, clock, settings.terms, lambda: on_ready(url))
        if settings.parent is not None:
            threading.Thread(target=_end_with, args=(settings.parent, server), name="parent", daemon=True).start()
        with _clerk(database, clock, settings.clerk), _quiet_signals():
            server.run(sockets=[door])


def open_door(port: int) -> socket.socket:
    """Listen on loopback.

    The protocol is named because asyncio switches Nagle's delay off only then: 40 ms of each answer otherwise.

    Raises:
        OSError: the port is taken.
    """
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let a second hub take the port
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HOST, port))
        door.listen(128)
    except OSError:
        door.close()
        raise
    return door


def _end_with(parent: int, server: HubServer) -> None:
    """Wait for the end of the parent process, however it ends."""
    if sys.platform == "win32":
        synchronize, infinite = 0x0010_0000, 0xFFFF_FFFF
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, False, parent)  # noqa: FBT003 - the API's own order
        if handle:
            ctypes.windll.kernel32.WaitForSingleObject(handle, infinite)
    else:
        while os.getppid() == parent:  # an orphan gets another parent at once
            time.sleep(_PARENT_LOOK_S)
    server.end()


@contextmanager
def _clerk(database: HubDatabase, clock: Clock, script: ClerkScript | None) -> Iterator[None]:
    if script is None:
        yield
        return
    stop = threading.Event()
    clerk = threading.Thread(target=TrainingClerk(database, clock, script).run, args=(stop,), name="clerk", daemon=True)
    clerk.start()
    try:
        yield
    finally:
        stop.set()
        clerk.join(_GRACE_S)


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """Let the server's own handling end it: it raises the signal again afterwards, and then nothing is left to do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = (signal.SIGTERM, signal.SIGINT)
    before = {kind: signal.signal(kind, lambda *_: None) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
