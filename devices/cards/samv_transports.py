"""Wires to a SAM_V reader: a serial port (also USB serial), and TCP (serial device servers)."""

from __future__ import annotations

import contextlib
import errno
import socket
from typing import Protocol

import serial

from kiosk.errors import DeviceError, ErrorCode

WAIT_S = 0.05
"""How long one `read` waits."""

_BAUD_RATE = 115_200
_CONNECT_LIMIT_S = 2.0
_CHUNK = 4096
_BUSY = frozenset({errno.EBUSY, errno.EAGAIN, errno.EACCES})


class SamvTransport(Protocol):
    """Bytes to and from a reader. Every call returns within seconds; used by one thread.

    Every method but `close` raises DeviceError: READER_ABSENT when the wire is gone, READER_IN_USE when another program
    holds it.
    """

    def open(self) -> None:
        """Open the wire."""

    def close(self) -> None:
        """Close the wire; may be called twice, never raises."""

    def discard(self) -> None:
        """Throw away what has come, without waiting: it belongs to an earlier request."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def read(self) -> bytes:
        """Give the bytes that have come, waiting at most `WAIT_S` for the first; empty when none came."""


class SerialTransport:
    """A serial port at 115,200 baud, 8N1, opened for this program alone."""

    def __init__(self, port: str) -> None:
        """Use a port such as `/dev/ttyUSB0` or `COM3`; it may be absent now."""
        self._port = port
        self._serial: serial.Serial | None = None

    def open(self) -> None:
        """Open the port."""
        try:
            self._serial = serial.Serial(
                self._port, _BAUD_RATE, timeout=WAIT_S, write_timeout=_CONNECT_LIMIT_S, exclusive=True
            )
        except (OSError, ValueError) as exc:
            raise DeviceError(ErrorCode.READER_IN_USE if _is_busy(exc) else ErrorCode.READER_ABSENT) from exc

    def close(self) -> None:
        """Close the port."""
        port, self._serial = self._serial, None
        if port is not None:
            with contextlib.suppress(OSError):
                port.close()

    def discard(self) -> None:
        """Throw away what has come."""
        # Not `reset_input_buffer`: on an unplugged port it raises `termios.error`, which is no OSError.
        port = self._opened()
        try:
            port.read(port.in_waiting)
        except (OSError, TypeError) as exc:
            raise DeviceError(ErrorCode.READER_ABSENT) from exc

    def write(self, data: bytes) -> None:
        """Send bytes."""
        try:
            self._opened().write(data)
        except OSError as exc:
            raise DeviceError(ErrorCode.READER_ABSENT) from exc

    def read(self) -> bytes:
        """Give the bytes that have come."""
        port = self._opened()
        try:
            return port.read(max(1, port.in_waiting))
        except (OSError, TypeError) as exc:
            # WORKAROUND(pyserial, 3.5): a port that vanishes while `read` waits can fail with TypeError.
            raise DeviceError(ErrorCode.READER_ABSENT) from exc

    def _opened(self) -> serial.Serial:
        if self._serial is None:
            raise DeviceError(ErrorCode.READER_ABSENT)
        return self._serial


class TcpTransport:
    """A reader behind a serial device server."""

    def __init__(self, host: str, port: int) -> None:
        """Use an address; it may be unreachable now."""
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connect."""
        try:
            self._socket = socket.create_connection(self._address, _CONNECT_LIMIT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as exc:
            raise DeviceError(ErrorCode.READER_ABSENT) from exc

    def close(self) -> None:
        """Disconnect."""
        connected, self._socket = self._socket, None
        if connected is not None:
            connected.close()

    def discard(self) -> None:
        """Throw away what has come."""
        connected = self._opened()
        connected.settimeout(0)
        try:
            while connected.recv(_CHUNK):
                pass
        except BlockingIOError:
            return
        except OSError as exc:
            raise DeviceError(ErrorCode.READER_ABSENT) from exc
        raise DeviceError(ErrorCode.READER_ABSENT)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        connected = self._opened()
        connected.settimeout(_CONNECT_LIMIT_S)
        try:
            connected.sendall(data)
        except OSError as exc:
            raise DeviceError(ErrorCode.READER_ABSENT) from exc

    def read(self) -> bytes:
        """Give the bytes that have come."""
        connected = self._opened()
        connected.settimeout(WAIT_S)
        try:
            data = connected.recv(_CHUNK)
        except TimeoutError:
            return b""
        except OSError as exc:
            raise DeviceError(ErrorCode.READER_ABSENT) from exc
        if not data:
            raise DeviceError(ErrorCode.READER_ABSENT)
        return data

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise DeviceError(ErrorCode.READER_ABSENT)
        return self._socket


def _is_busy(exc: OSError | ValueError) -> bool:
    """Tell a port that is held from one that is not there; on Windows pyserial keeps only the words of the cause."""
    return (isinstance(exc, OSError) and exc.errno in _BUSY) or "PermissionError" in str(exc)
