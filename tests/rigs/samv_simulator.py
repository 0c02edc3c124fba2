"""A SAM_V reader in software, on a pseudo terminal or on TCP, with the faults of real ones."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import socket
import threading
import tty
from abc import ABC, abstractmethod
from pathlib import Path

from devices.cards.samv_frame import PREAMBLE, Command, Status, checksum, frame
from devices.cards.samv_text import compose_text_block

SAM_ID = bytes.fromhex("05000100E5D6340187D612003538D08B")
PHOTO = b"WLf\0~\0" + bytes(1018)

PERSON = {
    "name": "测试甲",
    "sex": "1",
    "nation": "01",
    "birth": "19400101",
    "address": "测试省测试市测试区测试街道1号",
    "id_no": "370100194001019991",
    "issuer": "测试市公安局测试分局",
    "valid_from": "20200101",
    "valid_to": "长期",
}
OTHER_PERSON = {**PERSON, "name": "测试乙", "birth": "19680315", "id_no": "370100196803159995"}


class SimulatedSamv:
    """What the module answers. Attributes may be changed while it runs.

    Attributes:
        refuses: SW3 that reading answers instead of the card's content.
        finds_lying_card: whether a card that was read is found again without being lifted, as with some readers.
        pulled_at: the command during which the card is taken away.
        mute: nothing is answered; `mute_at` only to one command.
        flipped: this command's next answer comes with a wrong sum.
        noise: bytes that stand before every answer.
        newest_address: text written onto the card later.
    """

    def __init__(self) -> None:
        """Begin with no card."""
        self.refuses: int | None = None
        self.finds_lying_card = False
        self.pulled_at: bytes | None = None
        self.mute = False
        self.mute_at: bytes | None = None
        self.flipped: bytes | None = None
        self.noise = b""
        self.newest_address = ""
        self.commands: list[bytes] = []
        self._block: bytes | None = None
        self._selected = False
        self._read = False

    def lay(self, person: dict[str, str] | None = None, kind: str = "CN") -> None:
        """Lay a card on the reader, or another one in its place at once."""
        self._selected = self._read = False
        self._block = compose_text_block(kind, person or PERSON)

    def lift(self) -> None:
        """Take the card away."""
        self._selected = self._read = False
        self._block = None

    def answer(self, request: bytes) -> bytes:
        """Answer a whole request frame; empty when it stays silent."""
        command = request[7:9]
        self.commands.append(command)
        if self.mute or command == self.mute_at:
            return b""
        if self.pulled_at == command:
            self.lift()
        if checksum(request[5:-1]) != request[-1]:
            reply = frame(bytes([0, 0, Status.REQUEST_SUM_WRONG]))
        else:
            sw3, data = self._do(command)
            reply = frame(bytes([0, 0, sw3]) + data)
        if self.flipped == command:
            self.flipped = None
            reply = reply[:-1] + bytes([reply[-1] ^ 0xFF])
        return self.noise + reply

    def _do(self, command: bytes) -> tuple[int, bytes]:
        lies = self._block is not None and (self.finds_lying_card or not self._read)
        match command:
            case Command.SAM_ID:
                return Status.OK, SAM_ID
            case Command.FIND:
                if lies:
                    self._selected = False
                return (Status.FOUND, bytes(4)) if lies else (Status.NO_CARD, b"")
            case Command.SELECT:
                self._selected = lies
                return (Status.OK, bytes(8)) if lies else (Status.SELECT_FAILED, b"")
            case Command.READ_BASE | Command.READ_NEWEST_ADDRESS:
                return self._read_card(command)
            case _:
                return Status.COMMAND_WRONG, b""

    def _read_card(self, command: bytes) -> tuple[int, bytes]:
        if self._block is None or not self._selected:
            return Status.READ_FAILED, b""
        if self.refuses is not None:
            return self.refuses, b""
        if command == Command.READ_NEWEST_ADDRESS:
            if not self.newest_address:
                return Status.NOT_ON_CARD, b""
            return Status.OK, self.newest_address.ljust(35).encode("utf-16-le")
        self._read = True
        return Status.OK, b"\x01\x00\x04\x00" + self._block + PHOTO


class SamvPort(ABC):
    """A simulated module at the end of a wire that can be pulled and put back."""

    def __init__(self, module: SimulatedSamv) -> None:
        """Serve this module, unplugged at first."""
        self.module = module
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def plug_in(self) -> None:
        """Put the plug in."""
        self._open()
        self._stop.clear()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the plug; nothing happens if it is out."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join(5)
        self._thread = None
        self._close()

    @abstractmethod
    def _open(self) -> None:
        """Make the wire."""

    @abstractmethod
    def _close(self) -> None:
        """Take the wire away."""

    @abstractmethod
    def _receive(self) -> bytes:
        """Give bytes that came within 20 ms."""

    @abstractmethod
    def _send(self, data: bytes) -> None:
        """Send bytes in two pieces, as slow lines do."""

    def _serve(self) -> None:
        buffer = b""
        while not self._stop.is_set():
            buffer += self._receive()
            start = buffer.find(PREAMBLE)
            buffer = buffer[start:] if start >= 0 else b""
            end = 7 + int.from_bytes(buffer[5:7], "big")
            if len(buffer) < 7 or len(buffer) < end:
                continue
            request, buffer = buffer[:end], buffer[end:]
            self._send(self.module.answer(request))


class PtyPort(SamvPort):
    """A serial port: `path` is a link that is there while the plug is in."""

    def __init__(self, module: SimulatedSamv, path: Path) -> None:
        """Show the port at a path."""
        super().__init__(module)
        self.path = path
        self._fds: tuple[int, int] = (-1, -1)

    def _open(self) -> None:
        self._fds = pty.openpty()
        for fd in self._fds:
            tty.setraw(fd)
        self.path.symlink_to(os.ttyname(self._fds[1]))

    def _close(self) -> None:
        self.path.unlink()
        for fd in self._fds:
            os.close(fd)

    def _receive(self) -> bytes:
        ready, _, _ = select.select([self._fds[0]], [], [], 0.02)
        return os.read(self._fds[0], 4096) if ready else b""

    def _send(self, data: bytes) -> None:
        for piece in (data[:7], data[7:]):
            os.write(self._fds[0], piece)


class TcpPort(SamvPort):
    """A serial device server on loopback; its port number stays the same when it is unplugged."""

    def __init__(self, module: SimulatedSamv) -> None:
        """Choose a free port."""
        super().__init__(module)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self._listener: socket.socket | None = None
        self._peer: socket.socket | None = None

    def _open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))

    def _close(self) -> None:
        for one in (self._peer, self._listener):
            if one is not None:
                one.close()
        self._peer = self._listener = None

    def _receive(self) -> bytes:
        listener, peer = self._listener, self._peer
        if listener is None:
            return b""
        ready, _, _ = select.select([one for one in (listener, peer) if one is not None], [], [], 0.02)
        if listener in ready:
            if peer is not None:
                peer.close()
            self._peer = listener.accept()[0]
            self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return b""
        if peer is None or peer not in ready:
            return b""
        data = b""
        with contextlib.suppress(OSError):
            data = peer.recv(4096)
        if not data:
            peer.close()
            self._peer = None
        return data

    def _send(self, data: bytes) -> None:
        if self._peer is not None:
            with contextlib.suppress(OSError):
                self._peer.sendall(data[:7])
                self._peer.sendall(data[7:])
