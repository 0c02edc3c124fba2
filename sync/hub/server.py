"""Serving the hub from one process: socket, server, clerk, and a clean end."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import os
import secrets
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event as Ready
from pathlib import Path
from typing import cast

import uvicorn
import uvicorn.lifespan.off  # named here so that a frozen program takes it along
from litestar.types import ASGIApp
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.clock import Clock, SystemClock
from kiosk.crypto.certificates import ClientAuthority
from kiosk.crypto.signing import SigningKey
from kiosk.errors import ConfigError, ErrorCode
from sync.address import is_loopback
from sync.hub.app import create_app
from sync.hub.chores import Chores, at_work
from sync.hub.database import HubDatabase, open_database
from sync.hub.desk import HubTerms
from sync.hub.loops import Loops
from sync.hub.observing import WORKERS_FOLDER, logged
from sync.hub.storage import FolderObjects

HOST = "127.0.0.1"
_GRACE_S = 5
_PARENT_LOOK_S = 0.5
_WORKER_LOOK_S = 0.5
_LOG = logging.getLogger("yizhan.hub")


@dataclass(frozen=True)
class Tls:
    """PEM files: the certificate with what leads to its authority, and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class HubSettings:
    """How a hub is run.

    `seed` is that of the key that signs answers. With `parent`, a process id, it ends
    when that process does. `workers` are processes that share the port and the database and know nothing of each other.
    """

    database_url: str
    seed: bytes = field(repr=False)
    host: str = HOST
    port: int = 0
    tls: Tls | None = None
    """None: this machine alone is served."""
    gateway: bool = False
    """The terminals' TLS ends at a gateway before this hub, which has none of their certificates to show."""
    terms: HubTerms = field(default_factory=HubTerms)
    chores: Chores | None = None
    """What it does beside answering; None: it only takes in."""
    parent: int | None = None
    workers: int = 1
    log_requests: bool = False
    staff_key: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """What opens the staff's pages, another one at each start."""
    attachments: Path | None = None
    """A folder for the bytes of attachments, shared by all workers; None: they lie in the database."""

    def open_database(self) -> HubDatabase:
        """Open what these settings name.

        Raises:
            HubDatabaseError: it cannot be opened.
        """
        return open_database(self.database_url, FolderObjects(self.attachments) if self.attachments else None)


class HubServer(uvicorn.Server):
    """A server that says when it answers. `serve_hub` runs it; `end` may be called by any thread."""

    def __init__(
        self,
        app: ASGIApp,
        ready: Callable[[], None],
        tls: Tls | None = None,
        authority: ClientAuthority | None = None,
    ) -> None:
        """Serve an application; the socket comes with `run`.

        Args:
            app: it.
            ready: is called once it answers.
            tls: serve it over TLS.
            authority: the only one whose certificates the other side may show; None: it is not asked for one.

        Raises:
            OSError: the certificate or its key cannot be used.
        """
        config = server_config(app)
        if tls is not None:
            config.ssl_certfile, config.ssl_keyfile = str(tls.certificate), str(tls.key)
            if authority is not None:
                config.http = _KnowingProtocol
                config.ssl_context_factory = partial(_asking, authority)
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then say so."""
        await super().startup(sockets)
        self._ready()

    def end(self) -> None:
        """Finish what is being answered and stop."""
        self.should_exit = True


class _KnowingProtocol(H11Protocol):
    """Tells the application which certificate the other side has shown, as the ASGI TLS extension names it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        super().connection_made(transport)
        shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        chain = (ssl.DER_cert_to_PEM_cert(shown),) if shown else ()
        app = self.app

        async def knowing(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            request = cast("HTTPScope", scope)  # there is nothing else on this connection
            request["extensions"] = {"tls": {"client_cert_chain": chain}}
            await app(request, receive, send)

        self.app = knowing


def _asking(authority: ClientAuthority, _config: uvicorn.Config, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Ask for a certificate, and go on without: who enrols has none yet, nor have browsers and monitors."""
    context = make()
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=authority.certificate)
    return context


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Say how an application is served here."""
    return uvicorn.Config(
        app,
        loop="none",
        http=H11Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # who asks is who is connected, whatever a header says
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE_S,
    )


def serve_hub(settings: HubSettings, on_ready: Callable[[str], None], clock: Clock | None = None) -> None:
    """Run the hub until SIGTERM, SIGINT or, if wished, the end of its parent process.

    Args:
        settings: how.
        on_ready: hears the URL once the hub answers.
        clock: the time.

    Raises:
        ConfigError: HUB_OPEN_WITHOUT_TLS, HUB_OPEN_ENROLMENT.
        HubDatabaseError: the database cannot be opened.
        OSError: the port is taken, or the certificate cannot be used.
    """
    if not is_loopback(settings.host):
        if settings.tls is None:
            raise ConfigError(ErrorCode.HUB_OPEN_WITHOUT_TLS)
        if settings.terms.open_enrolment:
            raise ConfigError(ErrorCode.HUB_OPEN_ENROLMENT)
    settings.open_database().close()  # one makes the schema before many look at it
    with open_door(settings.port, settings.host) as door, logged(requests=settings.log_requests):
        scheme = "https" if settings.tls else "http"
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        url = f"{scheme}://{host}:{door.getsockname()[1]}"
        if settings.workers > 1:
            _serve_many(settings, door, lambda: on_ready(url))
        else:
            _serve(settings, door, lambda: on_ready(url), clock or SystemClock())


def _serve(settings: HubSettings, door: socket.socket, on_ready: Callable[[], None], clock: Clock) -> None:
    with closing(settings.open_database()) as database, _quiet_signals():
        key = SigningKey(settings.seed)
        loops = Loops()
        app = create_app(database, clock, settings.terms, key, loops, settings.staff_key)
        server = HubServer(app, on_ready, settings.tls, None if settings.gateway else ClientAuthority(key))
        if settings.parent is not None:
            threading.Thread(target=_end_with, args=(settings.parent, server), name="parent", daemon=True).start()
        if threading.current_thread() is threading.main_thread():
            # The process is the hub's own, and what is there now stays: the collector need not go through it again.
            gc.collect()
            gc.freeze()
        with at_work(database, clock, key, settings.chores, loops):
            server.run(sockets=[door])


def _serve_many(settings: HubSettings, door: socket.socket, on_ready: Callable[[], None]) -> None:
    """Keep as many workers alive as wished; one that ends by itself is replaced."""
    spawn = get_context("spawn")
    own = os.getpid()
    terms = replace(settings.terms, workers=settings.workers)
    alone = replace(settings, parent=own, workers=1, terms=terms)
    ended = threading.Event()
    with tempfile.TemporaryDirectory(prefix="yizhan-hub-") as counts, _handled_signals(ended.set):
        os.environ[WORKERS_FOLDER] = counts
        workers: dict[BaseProcess, Ready] = {}

        def begin() -> None:
            ready = spawn.Event()
            worker = spawn.Process(target=_work, args=(alone, door, ready))
            worker.start()
            workers[worker] = ready

        for _ in range(settings.workers):
            begin()
        try:
            while not all(ready.wait(_WORKER_LOOK_S) for ready in workers.values()):
                if ended.is_set() or not all(worker.is_alive() for worker in workers):
                    return
            on_ready()
            while not (ended.is_set() or _parent_is_gone(settings.parent)):
                wait([worker.sentinel for worker in workers], _WORKER_LOOK_S)
                for worker in [worker for worker in workers if not worker.is_alive()]:
                    _LOG.warning("a worker ended with %s and is replaced", worker.exitcode)
                    del workers[worker]
                    begin()
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.join(2 * _GRACE_S)
            del os.environ[WORKERS_FOLDER]


def _work(settings: HubSettings, door: socket.socket, ready: Ready) -> None:
    """Be a worker process."""
    with logged(requests=settings.log_requests):
        _serve(settings, door, ready.set, SystemClock())


def _parent_is_gone(parent: int | None) -> bool:
    return parent is not None and sys.platform != "win32" and os.getppid() != parent


def open_door(port: int, host: str = HOST) -> socket.socket:
    """Listen on an address of this machine.

    The protocol is named because asyncio switches Nagle's delay off only then: 40 ms of each answer otherwise.

    Raises:
        OSError: the port is taken.
    """
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let a second hub take the port
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
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
def _quiet_signals() -> Iterator[None]:
    """Let the server's own handling end it: it raises the signal again afterwards, and then nothing is left to do."""
    with _handled_signals(lambda: None):
        yield


@contextmanager
def _handled_signals(act: Callable[[], object]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = (signal.SIGTERM, signal.SIGINT)
    before = {kind: signal.signal(kind, lambda *_: act()) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
