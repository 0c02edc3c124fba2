"""A line as bad as told between a port and a server: late, narrow, cut every few seconds, or breaking off."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from hub_rigs import listening

_PACKET = 1_400
_BUFFER = 16 << 10
"""What the operating system may hold of a connection: a sender takes that for sent."""


@dataclass
class Quality:
    """How a line is; may be changed while it runs.

    `ends_after` breaks a connection off after so many bytes of answers, without a word, as a proxy does that truncates.
    """

    latency_s: float = 0.0
    """One way."""
    bytes_per_s: float = 1e9
    """Each way, for all connections together."""
    cut_every_s: float = 0.0
    """0: never."""
    ends_after: int = 1 << 62


@dataclass
class BadLine:
    """A running line."""

    upstream: tuple[str, int]
    quality: Quality
    port: int = 0
    carried: dict[str, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    """Bytes, by direction."""
    cuts: int = 0
    """How often something was cut."""
    _free_at: dict[str, float] = field(default_factory=lambda: {"up": 0.0, "down": 0.0})
    """When each direction has carried all that was given to it."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the terminal shall go."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        """Carry one connection to its end."""
        with suppress(OSError), socket.create_connection(self.upstream, timeout=10) as server:
            server.settimeout(None)
            for end in (client, server):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.append(client)
            down = threading.Thread(target=self._carry, args=(server, client, "down"))
            down.start()
            self._carry(client, server, "up")
            down.join()
            self._open.remove(client)

    def cut_now_and_then(self, ended: threading.Event) -> None:
        """Cut everything every few seconds until the line ends."""
        while not ended.wait(self.quality.cut_every_s or 0.05):
            if self.quality.cut_every_s:
                self.cuts += bool(self._open)
                for client in list(self._open):
                    _end(client)

    def _carry(self, source: socket.socket, target: socket.socket, way: str) -> None:
        """Carry one direction: the first packet of a burst is late, the others follow as the width lets."""
        carried, last = 0, 0.0
        with suppress(OSError):
            while packet := source.recv(_PACKET):
                if time.monotonic() - last > self.quality.latency_s:
                    time.sleep(self.quality.latency_s)
                self._wait_for_turn(way, len(packet))
                left = self.quality.ends_after - carried if way == "down" else len(packet)
                target.sendall(packet[:left])
                carried += len(packet)
                self.carried[way] += len(packet)
                last = time.monotonic()  # a packet that had to wait for room does not begin another burst
                if left < len(packet):
                    break
        _end(source)
        _end(target)

    def _wait_for_turn(self, way: str, size: int) -> None:
        with self._lock:
            now = time.monotonic()
            # Who slept too long catches up: a busy machine does not make the line narrower.
            until = self._free_at[way] = max(self._free_at[way], now - 1) + size / self.quality.bytes_per_s
        time.sleep(max(until - now, 0))


@contextmanager
def bad_line(upstream: tuple[str, int], quality: Quality, *, host: str = "127.0.0.1") -> Iterator[BadLine]:
    """Put a line before a server."""
    line = BadLine(upstream, quality)
    ended = threading.Event()
    cutter = threading.Thread(target=line.cut_now_and_then, args=(ended,))
    with ExitStack() as stack:
        # Within a machine a segment is larger than the buffer, and TCP would wait for room that never comes.
        line.port = stack.enter_context(listening(line.serve, host, segment=_PACKET))
        cutter.start()
        stack.callback(cutter.join, 10)
        stack.callback(ended.set)
        yield line


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
