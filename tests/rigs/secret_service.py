"""A real secret service (gnome-keyring) on a session bus of its own, and programs that run in that session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipp_printer import stop
from waiting import wait_for

BUS_CONFIG = """<busconfig><type>session</type><listen>{address}</listen><policy context="default">
<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""
"""A bus that starts no services by itself."""

ROOT = Path(__file__).resolve().parents[2]


class Session:
    """A session: its environment, and `run` for a program in it."""

    def __init__(self, folder: Path) -> None:
        """Make an environment without any session bus."""
        self.folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        for name in ("run", "data"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.environment = {
            **kept,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_DATA_HOME": str(folder / "data"),
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error::ResourceWarning",
        }

    def run(self, program: str, *arguments: str) -> str:
        """Run a Python program in the session and give its output."""
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=40, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        sys.stderr.write(done.stderr)  # shown where a test fails
        return done.stdout.strip()


@contextmanager
def session_bus(session: Session) -> Iterator[None]:
    """Give the session a bus of its own."""
    socket = session.folder / "run" / "bus"
    address = f"unix:path={socket}"
    config = session.folder / "bus.conf"
    config.write_text(BUS_CONFIG.format(address=address), "utf-8")
    arguments = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"]
    with (session.folder / "bus.log").open("wb") as log:
        bus = subprocess.Popen(arguments, env=session.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for(socket.exists, "a session bus")
        session.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        yield
    finally:
        stop(bus)


@contextmanager
def keyring_daemon(session: Session, password: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run gnome-keyring in the session; a new one takes the password, another is opened with it or stays locked."""
    with (session.folder / "keyring.log").open("wb") as log:
        daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            env=session.environment, stdout=log, stderr=log, stdin=subprocess.PIPE,
        )  # fmt: skip
    assert daemon.stdin is not None
    try:
        daemon.stdin.write(password.encode())
        daemon.stdin.close()
        wait_for(lambda: _is_on(session), "the secret service")
        yield daemon
    finally:
        stop(daemon)


def _is_on(session: Session) -> bool:
    question = [
        "dbus-send", "--session", "--print-reply", "--reply-timeout=1000", "--dest=org.freedesktop.DBus",
        "/", "org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.secrets",
    ]  # fmt: skip
    asked = subprocess.run(question, env=session.environment, capture_output=True, timeout=10, check=False)
    return asked.returncode == 0
