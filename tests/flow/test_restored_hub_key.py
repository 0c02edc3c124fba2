"""A hub that was restored from before a terminal's new key: what the counter hears, and that a new code cures it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_rigs import Answer, case_file, hub_process, kiosk, kiosk_here
from secret_service import Session, keyring_daemon, session_bus

from kiosk.errors import ErrorCode


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Open a desktop session with an unlocked key store."""
    session = Session(tmp_path / "session")
    with session_bus(session), keyring_daemon(session, "测试口令"):
        yield session


def at(session: Session, *arguments: object) -> Answer:
    """Run a command in the session."""
    command = [sys.executable, "-m", "kiosk", *map(str, arguments)]
    done = subprocess.run(command, env=session.environment, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return Answer(done.returncode, json.loads(done.stdout or b"{}"), done.stderr.decode())


def code_for(hub_folder: Path) -> str:
    """Have the hub's staff make a code for the one terminal."""
    options = ("--station=SHS01", "--title=测试殡仪馆", "--division=370100", "--terminal-code=W03")
    return str(kiosk_here("hub", "code", "T-real", *options, "--data", hub_folder).json["code"])


def test_a_new_code_cures_it_and_nothing_is_lost(session: Session, tmp_path: Path) -> None:
    """Status and doctor say so with the support code; afterwards what waited and what the hub lost is there once."""
    folder, backup, data = tmp_path / "hub", tmp_path / "backup", tmp_path / "real"
    with hub_process(folder, "--codes") as hub:
        at(session, "enrol", code_for(folder), "--hub", hub, "--data", data)
    shutil.copytree(folder, backup)
    port = hub.rpartition(":")[2]
    with hub_process(folder, "--codes", "--port", port):
        assert at(session, "enrol", "--renew", "--data", data).code == 0
        at(session, "case", "submit", case_file(tmp_path / "one"), "--data", data)
        assert at(session, "sync", "once", "--data", data).json["delivered"] == 1
    with hub_process(backup, "--codes", "--port", port):
        at(session, "case", "submit", case_file(tmp_path / "two"), "--data", data)
        status = at(session, "sync", "once", "--data", data).json
        assert (status["hub"], status["code"], status["needs_person"]) == (
            "refused",
            ErrorCode.HUB_KEY_REFUSED.value,
            True,
        )
        assert all(part in status["words"] for part in ("登记码", "不会丢", ErrorCode.HUB_KEY_REFUSED.value))
        checks = {check["id"]: check for check in at(session, "doctor", "--json", "--data", data).json["checks"]}
        assert (checks["hub"]["state"], "kiosk enrol" in checks["hub"]["advice"]) == ("degraded", True)
        assert checks["clock"]["state"] == "ok"
        assert at(session, "enrol", code_for(backup), "--hub", hub, "--data", data).code == 0
        status = at(session, "sync", "once", "--data", data).json
        assert (status["delivered"], status["needs_person"], status["clock"]) == (2, False, "")
    counts = kiosk("hub", "show", "--json", "--data", backup).json["counts"]
    assert (counts["cases"], counts["complete_cases"]) == (2, 2)
