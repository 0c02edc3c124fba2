"""One HTTP request at a time to the hub's address, with every limit set.

This is where requests and urllib3 end: what leaves here is a status, headers and verified bytes, or `HubError`.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from kiosk.errors import ErrorCode, HubError
from sync import digest

CONNECT_S = 5.0
READ_S = 30.0
WALL_S = 60.0
ANSWER_MAX = 8 << 20
"""Bytes of the longest answer that is read (a page of changes); a longer one is not our hub's."""
_STEP = 64 << 10

logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it would write down what strangers on the line answer


@dataclass(frozen=True)
class Timeouts:
    """Seconds for connecting, for each silence, and for a whole request."""

    connect_s: float = CONNECT_S
    read_s: float = READ_S
    wall_s: float = WALL_S


@dataclass(frozen=True)
class Answer:
    """An answer read to its end; `vouched` says that its Content-Digest fits. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    vouched: bool


def loopback_base(url: str) -> str:
    """Check a hub's address and spell it anew from its parts, so that no two readers of it can differ.

    Raises:
        HubError: HUB_NOT_LOOPBACK, it is not plain HTTP to this machine (the only kind until requests are signed).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError as exc:
        raise HubError(ErrorCode.HUB_NOT_LOOPBACK) from exc
    if parts.scheme != "http" or not loopback or parts.username is not None or parts.path not in {"", "/"}:
        raise HubError(ErrorCode.HUB_NOT_LOOPBACK)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Wire:
    """A kept-alive connection to one address.

    Contract: `exchange` is called by one thread at a time and ends within the wall limit; `abort` may be called by any
    thread and makes a running exchange fail at once. No redirect is followed, no cookie kept, no proxy or certificate
    setting taken from the environment, no compressed answer read. `link_up` is asked before each request and each
    connection: while it says no, the connection is refused just as by a machine whose cable is out.
    """

    def __init__(self, base: str, link_up: Callable[[], bool], timeouts: Timeouts) -> None:
        self._base = base
        self._link_up = link_up
        self._timeouts = timeouts
        self._socket: socket.socket | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("http://", _Adapter(link_up, self._opened))

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request and read the answer.

        Raises:
            HubError: HUB_UNREACHABLE when no whole answer came, NOT_A_HUB when what came can be none of our hub's.
        """
        if not self._link_up():
            self._session.close()
        request = requests.Request(method, self._base + path, headers=dict(headers), data=body or None)
        prepared = self._session.prepare_request(request)
        try:
            with self._wall_limit() as deadline:
                response = self._session.send(
                    prepared,
                    stream=True,
                    allow_redirects=False,
                    timeout=(self._timeouts.connect_s, self._timeouts.read_s),
                )
                with response:
                    return self._read(response, deadline)
        except (requests.RequestException, HTTPError, OSError) as exc:
            self.abort()
            raise HubError(ErrorCode.HUB_UNREACHABLE) from exc

    def _read(self, response: requests.Response, deadline: float) -> Answer:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise HubError(ErrorCode.NOT_A_HUB)
        body = bytearray()
        for step in response.iter_content(_STEP):
            body += step
            if len(body) > ANSWER_MAX:
                self.abort()
                raise HubError(ErrorCode.NOT_A_HUB)
        if time.monotonic() > deadline:
            raise HubError(ErrorCode.HUB_UNREACHABLE)
        content = bytes(body)
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=content,
            vouched=digest.verifies(response.headers.get(digest.HEADER), content),
        )

    @contextmanager
    def _wall_limit(self) -> Iterator[float]:
        """Cut the connection when the time is over: a peer that drips a byte now and then never runs into a timeout."""
        timer = threading.Timer(self._timeouts.wall_s, self.abort)
        timer.daemon = True
        timer.start()
        try:
            yield time.monotonic() + self._timeouts.wall_s
        finally:
            timer.cancel()

    def abort(self) -> None:
        """Cut the connection now."""
        connection = self._socket
        if connection is None:
            return
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already

    def _opened(self, connection: socket.socket) -> None:
        self._socket = connection

    def close(self) -> None:
        """Free the connection."""
        self.abort()
        self._session.close()


class _Adapter(HTTPAdapter):
    """Makes connections that obey the link switch and can be cut from outside."""

    def __init__(self, link_up: Callable[[], bool], opened: Callable[[socket.socket], None]) -> None:
        self._link_up = link_up
        self._opened = opened
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - requests' own signature
        """Give the pool our kind of connection."""
        super().init_poolmanager(*args, **kwargs)
        link_up, opened = self._link_up, self._opened

        class Connection(HTTPConnection):
            def connect(self) -> None:
                if not link_up():
                    raise NewConnectionError(self, "the link is cut")
                super().connect()
                if isinstance(self.sock, socket.socket):
                    opened(self.sock)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        self.poolmanager.pool_classes_by_scheme = {"http": Pool}
