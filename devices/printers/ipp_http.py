"""IPP messages over HTTP (RFC 8010 §4), each exchange within its time."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from typing import NamedTuple
from urllib.parse import urlsplit

from devices.limits import call_within
from devices.printers import ipp_codec
from kiosk.errors import ConfigError, DeviceError, ErrorCode

_PORT = 631
_LARGEST_ANSWER = 1 << 20


class IppAddress(NamedTuple):
    """Where a printer answers."""

    host: str
    port: int
    path: str

    @property
    def uri(self) -> str:
        """The address as `printer-uri` names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ipp://{host}:{self.port}{self.path}"


def parse_address(text: str, path: str = "/ipp/print") -> IppAddress:
    """Read `ipp://host[:port][/path]`, or `host[:port][/path]`.

    Raises:
        ConfigError: CONFIG_INVALID, it is no such address.
    """
    parts = urlsplit(text if "://" in text else f"ipp://{text}")
    try:
        port = parts.port or _PORT
    except ValueError as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place="devices.printer.address") from exc
    if parts.scheme not in {"ipp", "http"} or not parts.hostname:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place="devices.printer.address")
    return IppAddress(parts.hostname, port, parts.path if len(parts.path) > 1 else path)


def exchange(address: IppAddress, request: bytes, limit_s: float) -> ipp_codec.Message:
    """Send a message and read the answer; name look-up, connecting, sending and reading share one limit.

    When the limit is reached the connection is cut, so that nothing of the request arrives later.

    Raises:
        DeviceError: PRINTER_UNREACHABLE, PRINTER_REFUSED or PRINTER_BAD_ANSWER.
    """
    if limit_s <= 0:
        raise DeviceError(ErrorCode.PRINTER_UNREACHABLE)
    connection = http.client.HTTPConnection(address.host, address.port, timeout=limit_s)
    given_up = threading.Event()

    def talk() -> bytes:
        with contextlib.closing(connection):
            connection.connect()
            if given_up.is_set():  # the name was found too late: send nothing any more
                raise TimeoutError
            connection.request("POST", address.path, request, {"Content-Type": "application/ipp"})
            with connection.getresponse() as response:
                if response.status in {401, 403}:
                    raise DeviceError(ErrorCode.PRINTER_REFUSED)
                if response.status != 200:
                    raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER, http=response.status)
                return response.read(_LARGEST_ANSWER + 1)

    try:
        raw = call_within(limit_s, talk)
    except OSError as exc:  # the limit too: TimeoutError is one
        given_up.set()
        _cut(connection.sock)
        raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc
    except http.client.HTTPException as exc:
        raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER) from exc
    if len(raw) > _LARGEST_ANSWER:
        raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER)
    return ipp_codec.decode(raw)


def _cut(sock: socket.socket | None) -> None:
    if sock is not None:
        with contextlib.suppress(OSError):  # it is closed already
            sock.shutdown(socket.SHUT_RDWR)
