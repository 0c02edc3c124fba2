"""A real PC/SC service with virtual slots, and virtual cards in them."""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting import alone_with, wait_for

from devices.cards.simulated_social_card import SimulatedSocialCard

PORT = 0x6CA0
"""Where the driver listens: below the ports that the system gives to connections, one of which may just be closing."""
SLOT_NAME = "Kiosk Test Reader 00 00"
_SOCKET = Path("/run/pcscd/pcscd.comm")
_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")

PERSON = {
    "card_id": "37010000D156000005000000000000AA",
    "card_type": "1",
    "version": "2.00",
    "institution": "915637010021100000000000",
    "issue_date": "20160518",
    "valid_until": "20360518",
    "card_no": "T00000001",
    "id_no": "370100194001019991",
    "name": "测试甲",
    "sex": "1",
    "nation": "01",
    "birth_place": "370100",
    "birth": "19400101",
}


@contextlib.contextmanager
def pcsc_service() -> Iterator[PcscService]:
    """Run a service of our own; test runs on the same machine wait for each other."""
    if not PcscService.is_installed():
        pytest.skip("needs the Debian packages pcscd and vsmartcard-vpcd")
    with alone_with("pcscd"):
        if PcscService.is_running_elsewhere():
            pytest.skip("this machine's own PC/SC service is running, and there can be only one")
        service = PcscService()
        try:
            service.start()
            yield service
        finally:
            service.close()


class PcscService:
    """`pcscd` in the foreground with our own slots. There is one per machine: its socket's path is fixed."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="pcscd-")
        slots = (
            'FRIENDLYNAME "Kiosk Test Reader"',
            f"DEVICENAME /dev/null:{PORT:#x}",
            f"LIBPATH {_DRIVER}",
            f"CHANNELID {PORT:#x}",
        )
        (Path(self._folder.name) / "vpcd").write_text("\n".join(slots) + "\n", "utf-8")

    @staticmethod
    def is_installed() -> bool:
        """Whether the service and the virtual slots' driver are on this machine."""
        return _DRIVER.exists() and Path("/usr/sbin/pcscd").exists()

    @staticmethod
    def is_running_elsewhere() -> bool:
        """Whether another service holds the machine's socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(_SOCKET)) == 0

    def start(self) -> None:
        """Start it and wait until its slots take cards."""
        _SOCKET.parent.mkdir(parents=True, exist_ok=True)
        for name in ("pcscd.comm", "pcscd.pid"):
            (_SOCKET.parent / name).unlink(missing_ok=True)
        self._process = subprocess.Popen(
            ["/usr/sbin/pcscd", "--foreground", "--config", self._folder.name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self._is_ready, "pcscd to start")

    def kill(self) -> None:
        """End it as a crash does; nothing happens if it has ended."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(10)

    def close(self) -> None:
        """End it and clean up."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self._folder.cleanup()

    @staticmethod
    def _is_ready() -> bool:
        """Say whether the service answers and the driver listens, without making a card appear."""
        listening = f":{PORT:04X} 00000000:0000 0A"
        return PcscService.is_running_elsewhere() and listening in Path("/proc/net/tcp").read_text("ascii")


class VirtualCard:
    """A card in the virtual slot, over vpcd's wire: 16-bit length, then a command or one byte of power control."""

    def __init__(self, card: SimulatedSocialCard, *, pulled_after: int | None = None) -> None:
        """Serve a card; with `pulled_after` it is taken away when that many commands have come."""
        self.card = card
        self._pulled_after = pulled_after
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def lay(self) -> None:
        """Lay it on the reader."""
        wait_for(self._connect, "the virtual slot to take a card")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def lift(self) -> None:
        """Take it away; nothing happens if it does not lie there."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None

    def _connect(self) -> bool:
        try:
            self._socket = socket.create_connection(("127.0.0.1", PORT), 5)
        except OSError:
            return False
        return True

    def _serve(self) -> None:
        connected = self._socket
        if connected is None:
            return
        with connected, contextlib.suppress(OSError):
            connected.settimeout(None)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (message := self._receive(connected)) is not None:
                if len(message) > 1:
                    reply = self.card.answer(message)
                    if self._pulled_after is not None and len(self.card.commands) >= self._pulled_after:
                        return
                elif message == b"\x04":
                    reply = self.card.atr
                else:
                    self.card.reset()
                    continue
                connected.sendall(struct.pack(">H", len(reply)) + reply)

    @staticmethod
    def _receive(connected: socket.socket) -> bytes | None:
        # Length and payload come apart: without quick acknowledgement every command takes 40 ms.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        head = connected.recv(2, socket.MSG_WAITALL)
        if len(head) < 2:
            return None
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return connected.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL)
