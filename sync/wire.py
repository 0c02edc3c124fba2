"""One HTTP request at a time to the hub's address, with every limit set.

This is where requests and urllib3 end: what leaves here is a status, headers and verified bytes, or `HubError`.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util import create_urllib3_context

from kiosk.crypto.signing import SigningKey
from kiosk.errors import ConfigError, ErrorCode, HubError
from sync import digest

CONNECT_S = 5.0
READ_S = 30.0
WALL_S = 60.0
ANSWER_MAX = 8 << 20
"""Bytes of the longest answer that is read (a page of changes); a longer one is not our hub's."""
_STEP = 64 << 10
_FILE_BYTES_PER_S = 4096
"""The slowest line on which a file may still get through."""
_SUSPICIOUS = 3
"""Connections in a row without an answer that make one doubt the certificate that they showed."""
_CERTIFICATE_CODES = {
    9: ErrorCode.HUB_CERTIFICATE_TIME,
    10: ErrorCode.HUB_CERTIFICATE_TIME,
    62: ErrorCode.HUB_CERTIFICATE_NAME,
    64: ErrorCode.HUB_CERTIFICATE_NAME,
}
"""By OpenSSL's X509_V_ERR numbers: not yet valid, expired, another host, another address; any other is UNKNOWN."""

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


class Wire:
    """A kept-alive connection to one address.

    Contract: `exchange` is called by one thread at a time and ends within the wall limit; `abort` may be called by any
    thread and makes a running exchange fail at once. No redirect is followed, no cookie kept, no proxy or certificate
    setting taken from the environment, no compressed answer read. `link_up` is asked before each request and each
    connection: while it says no, the connection is refused just as by a machine whose cable is out.
    """

    def __init__(self, base: str, link_up: Callable[[], bool], timeouts: Timeouts, ca: Path | None = None) -> None:
        """Prepare for an address as `base_of` gives it; with `ca` (PEM) only its authorities vouch for it.

        Raises:
            ConfigError: CONFIG_INVALID, `ca` is no such file.
        """
        self._base = base
        self._link_up = link_up
        self._timeouts = timeouts
        self._socket: socket.socket | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if ca is not None:
            self._session.verify = _checked_authorities(ca)
        self._is_showing = self._is_reached = False
        self._unanswered = 0
        """Connections in a row that were made, and ended without an answer."""
        self._session.mount(base, _Adapter(link_up, self._opened))

    def show(self, certificate: str, key: SigningKey) -> None:
        """Show a certificate (PEM) of this key from the next connection on; an empty one: none.

        Nor is one shown that is not of this key, or cannot be used: a hub that wants one says so.
        """
        self._session.close()
        context = _showing(certificate, key) if certificate and self._base.startswith("https:") else None
        self._is_showing, self._unanswered = context is not None, 0
        self._session.mount(self._base, _Adapter(self._link_up, self._opened, context))

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | BinaryIO) -> Answer:
        """Send a request and read the answer; a file is sent as it is read, and has time according to its size.

        Raises:
            HubError: HUB_UNREACHABLE when no whole answer came, NOT_A_HUB when what came can be none of our hub's,
                HUB_CERTIFICATE_NAME, HUB_CERTIFICATE_TIME or HUB_CERTIFICATE_UNKNOWN; HUB_WANTS_CERTIFICATE for the
                first or second when it seems that ours is not taken.
        """
        self._is_reached = False
        if not self._link_up():
            self._session.close()
        request = requests.Request(method, self._base + path, headers=dict(headers), data=body or None)
        prepared = self._session.prepare_request(request)
        try:
            with self._wall_limit(self._wall_s(body)) as deadline:
                response = self._session.send(
                    prepared,
                    stream=True,
                    allow_redirects=False,
                    timeout=(self._timeouts.connect_s, self._timeouts.read_s),
                )
                with response:
                    return self._read(response, deadline)
        except requests.exceptions.SSLError as exc:
            self.abort()
            raise HubError(self._suspected(_tls_code(exc))) from exc
        except (requests.RequestException, HTTPError, OSError) as exc:
            self.abort()
            raise HubError(self._suspected(ErrorCode.HUB_UNREACHABLE)) from exc

    def _suspected(self, code: ErrorCode) -> ErrorCode:
        """Suspect our own certificate when connections that show it end without an answer, time and again.

        Not every server says so when it does not take one; and an alert may be lost with the connection.
        """
        if not (self._is_showing and self._is_reached and code in {ErrorCode.HUB_UNREACHABLE, ErrorCode.NOT_A_HUB}):
            return code
        self._unanswered += 1
        return ErrorCode.HUB_WANTS_CERTIFICATE if self._unanswered >= _SUSPICIOUS else code

    def _read(self, response: requests.Response, deadline: float) -> Answer:
        self._unanswered = 0
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

    def _wall_s(self, body: bytes | BinaryIO) -> float:
        if isinstance(body, bytes):
            return self._timeouts.wall_s
        return max(self._timeouts.wall_s, os.fstat(body.fileno()).st_size / _FILE_BYTES_PER_S)

    @contextmanager
    def _wall_limit(self, wall_s: float) -> Iterator[float]:
        """Cut the connection when the time is over: a peer that drips a byte now and then never runs into a timeout."""
        deadline = time.monotonic() + wall_s  # never later than the cut, which makes what came look whole
        timer = threading.Timer(wall_s, self.abort)
        timer.daemon = True
        timer.start()
        try:
            yield deadline
        finally:
            timer.cancel()

    def abort(self) -> None:
        """Cut the connection now."""
        connection = self._socket
        if connection is None:
            return
        try:
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # TLS' own would also drop what a reader holds
        except OSError:
            return  # it was closed already

    def _opened(self, connection: socket.socket) -> None:
        self._socket, self._is_reached = connection, True

    def close(self) -> None:
        """Free the connection."""
        self.abort()
        self._session.close()


def _checked_authorities(ca: Path) -> str:
    try:
        ssl.create_default_context(cafile=str(ca))
    except OSError as exc:  # ssl's own are of that kind
        raise ConfigError(ErrorCode.CONFIG_INVALID, place="hub.ca") from exc
    return str(ca)


def _tls_code(error: requests.exceptions.SSLError) -> ErrorCode:
    """Say what was wrong on the way to a private line."""
    reason = getattr(error.args[0], "reason", None)
    cause: object = reason.args[0] if isinstance(reason, HTTPError) else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _CERTIFICATE_CODES.get(cause.verify_code, ErrorCode.HUB_CERTIFICATE_UNKNOWN)
    cut = isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError)
    return ErrorCode.HUB_UNREACHABLE if cut else ErrorCode.NOT_A_HUB


def _showing(certificate: str, key: SigningKey) -> ssl.SSLContext | None:
    context = create_urllib3_context()
    try:
        load_certificate(context, certificate, key)
    except OSError:  # ssl's own are of that kind: the two do not belong together
        return None
    return context


def load_certificate(context: ssl.SSLContext, certificate: str, key: SigningKey) -> None:
    """Give a certificate and its key to the TLS library.

    It reads them from a file alone. The key is encrypted in it, under a password that is written nowhere, and the
    file is gone when this returns.

    Raises:
        OSError: the file cannot be written, or the certificate is not of this key.
    """
    password = secrets.token_hex(32)
    with TemporaryDirectory(prefix="yizhan-") as folder:
        file = Path(folder, "terminal.pem")
        file.write_bytes(key.locked(password.encode()) + certificate.encode())
        context.load_cert_chain(file, password=password)


class _Cuttable(HTTPConnection):
    """A connection that obeys the link switch and can be cut from outside, also while it agrees on TLS."""

    link_up: Callable[[], bool]
    opened: Callable[[socket.socket], None]

    def connect(self) -> None:
        if not type(self).link_up():
            raise NewConnectionError(self, "the link is cut")
        self._handles: list[socket.socket] = []
        try:
            super().connect()
        finally:
            for handle in self._handles:
                handle.close()
        if isinstance(self.sock, socket.socket):
            type(self).opened(self.sock)

    def _new_conn(self) -> socket.socket:
        connection: socket.socket = super()._new_conn()
        handle = connection.dup()  # TLS takes the connection out of its object before it is agreed
        self._handles.append(handle)
        type(self).opened(handle)
        return connection


class _Adapter(HTTPAdapter):
    """Makes connections that obey the link switch, can be cut from outside, and show a certificate if there is one."""

    def __init__(
        self,
        link_up: Callable[[], bool],
        opened: Callable[[socket.socket], None],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._context = context
        self._own = {"link_up": staticmethod(link_up), "opened": staticmethod(opened)}
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - requests' own signature
        """Give the pool our kind of connection."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": type("Plain", (_Cuttable,), self._own)}),
            "https": type(
                "TlsPool",
                (HTTPSConnectionPool,),
                {"ConnectionCls": type("Tls", (_Cuttable, HTTPSConnection), self._own)},
            ),
        }
