"""A real IPP printer process (`ippeveprinter`) on loopback, without systemd, for any test that prints.

`ippeveprinter` needs Avahi, Avahi needs a system bus: those that run already are used, missing ones are started. Test
runs at the same time share them, and the last one that ends stops what was started.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from waiting import wait_for

BUS_SOCKET = Path("/run/dbus/system_bus_socket")
SHARED = Path("/run/yizhan-test-avahi")
FULL, EMPTY = 250, 0

AVAHI_ON_LOOPBACK = """[server]
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[wide-area]
enable-wide-area=no
"""

PRINT_COMMAND = """#!/bin/sh
# Jams as long as the file `jam` is there; {folder} is the printer's folder.
jammed=0
while [ -f '{folder}/jam' ]; do
  [ $jammed = 0 ] && echo 'STATE: +media-jam-error' >&2
  jammed=1
  sleep 0.1
done
[ $jammed = 1 ] && echo 'STATE: -media-jam-error' >&2
cp "$1" '{folder}/out/'
exit 0
"""


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether somebody listens on a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def stop(process: subprocess.Popen[bytes], limit_s: float = 5.0) -> None:
    """End a process that this run started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(limit_s)


def _bus_answers() -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(BUS_SOCKET))
        except OSError:
            return False
    return True


def _avahi_answers() -> bool:
    question = [
        "dbus-send", "--system", "--print-reply", "--reply-timeout=1000", "--dest=org.freedesktop.Avahi",
        "/", "org.freedesktop.Avahi.Server.GetVersionString",
    ]  # fmt: skip
    return subprocess.run(question, capture_output=True, timeout=10, check=False).returncode == 0


def _start_detached(arguments: list[str], log: Path) -> int:
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
        )
    _STARTED[process.pid] = process
    return process.pid


_STARTED: dict[int, subprocess.Popen[bytes]] = {}


@contextmanager
def service_discovery() -> Iterator[None]:
    """Have a system bus and Avahi on it for as long as the context lasts."""
    if os.geteuid() != 0:
        if not (_bus_answers() and _avahi_answers()):
            pytest.skip("needs root, or a system bus with Avahi, to run an IPP printer")
        yield
        return
    SHARED.mkdir(mode=0o700, exist_ok=True)
    with (SHARED / "starting").open("w") as starting, (SHARED / "users").open("w") as users:
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        pids: list[int] = json.loads(_read(SHARED / "pids") or "[]")
        if not _bus_answers():
            BUS_SOCKET.parent.mkdir(parents=True, exist_ok=True)
            BUS_SOCKET.unlink(missing_ok=True)
            bus = ["dbus-daemon", "--system", "--nofork", "--nopidfile"]
            pids.append(_start_detached(bus, SHARED / "dbus.log"))
            wait_for(_bus_answers, "a system bus")
        if not _avahi_answers():
            (SHARED / "avahi.conf").write_text(AVAHI_ON_LOOPBACK, "utf-8")
            avahi = ["avahi-daemon", "--no-drop-root", "--no-chroot", "-f", str(SHARED / "avahi.conf")]
            pids.append(_start_detached(avahi, SHARED / "avahi.log"))
            wait_for(_avahi_answers, "Avahi")
        (SHARED / "pids").write_text(json.dumps(pids), "utf-8")
        fcntl.flock(starting, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # another run still uses them and will stop them
            else:
                for pid in reversed(json.loads(_read(SHARED / "pids") or "[]")):
                    _stop_pid(pid)
                (SHARED / "pids").unlink(missing_ok=True)


def _stop_pid(pid: int) -> None:
    program = _read(Path(f"/proc/{pid}/comm")).strip()
    if program in {"dbus-daemon", "avahi-daemon"}:  # the number is still theirs
        os.kill(pid, signal.SIGTERM)
    if pid in _STARTED:
        stop(_STARTED.pop(pid))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


@dataclass
class IppPrinterProcess:
    """A running `ippeveprinter` and what it did."""

    folder: Path
    port: int
    formats: str = "application/pdf,image/pwg-raster"
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Its address for the adapter."""
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def start(self) -> None:
        """Switch it on, with an empty memory."""
        shutil.rmtree(self.folder / "spool", ignore_errors=True)
        for name in ("spool", "out"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        command = self.folder / "print.sh"
        command.write_text(PRINT_COMMAND.format(folder=self.folder), "utf-8")
        command.chmod(0o700)
        with (self.folder / "ippeveprinter.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    "ippeveprinter", "-vv", "-n", "localhost", "-p", str(self.port), "-d", str(self.folder / "spool"),
                    "-k", "-c", str(command), "-f", self.formats, "-s", "60", "-r", "off",
                    f"Yizhan Test {self.port}",
                ],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        process = self.process
        wait_for(lambda: process.poll() is not None or answers(self.port), "ippeveprinter")
        assert process.poll() is None, _read(self.folder / "ippeveprinter.log")[-2000:]
        self.set_paper(FULL)

    def stop(self) -> None:
        """Switch it off, and what it was printing with it."""
        if self.process is not None:
            (self.folder / "jam").unlink(missing_ok=True)
            stop(self.process)
            self.process = None

    def kill(self) -> None:
        """Pull its plug."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(5)
        self.process = None

    def set_paper(self, level: int) -> None:
        """Put A4 into its tray, or take it out; the by-pass tray stays full, an empty one counts as paper out too."""
        form = (
            f"size1=iso_a4_210x297mm&type1=stationery&level1={level}"
            f"&size3=iso_dl_110x220mm&type3=envelope&level3={FULL}"
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/media?{form}", timeout=5) as page:
            page.read()

    def jam(self, jammed: bool) -> None:
        """Jam the next document, or clear it."""
        if jammed:
            (self.folder / "jam").touch()
        else:
            (self.folder / "jam").unlink(missing_ok=True)

    def printed(self) -> list[Path]:
        """List the documents that came out."""
        return sorted((self.folder / "out").iterdir())

    def received(self) -> list[Path]:
        """List the documents that were handed over, printed or not."""
        return sorted(path for path in (self.folder / "spool").iterdir() if re.search(r"\.pdf$", path.name))


@contextmanager
def ipp_printer(folder: Path, formats: str = "application/pdf,image/pwg-raster") -> Iterator[IppPrinterProcess]:
    """Run a printer of these document formats on a free port; `service_discovery` must be there."""
    printer = IppPrinterProcess(folder, free_port(), formats)
    try:
        printer.start()
        yield printer
    finally:
        printer.stop()
