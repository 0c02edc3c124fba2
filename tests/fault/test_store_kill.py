"""A program killed while it takes in cases: every printed number is in the store, and nothing is there by half.

`YIZHAN_KILLS` sets how often the loop kills at a random moment (15 in the gate).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import store_writer
from store_rigs import KEY, NOW, file_of, store_in, take_in

from kiosk.ids import AttachmentId
from kiosk.store.database import open_database

WRITER = [sys.executable, store_writer.__file__]
KILLS = int(os.environ.get("YIZHAN_KILLS", "15"))
FILES, BYTES = 2, 30_000

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def check_whole(folder: Path, printed: set[str]) -> int:
    """Open the store as the next start does and check it; give how many cases it has.

    Holds: the file is sound; every printed number is there; case ⇔ outbox ⇔ journal ⇔ all files readable; the next
    number is a new one.
    """
    store = store_in(folder)
    report = store.check()
    assert (report["quick_check"], report["cipher_integrity_check"]) == ("ok", "ok")
    numbers = {case.case_number for case in store.cases.all(limit=100_000)}
    assert printed <= numbers
    entries = store.outbox.due(NOW, max_items=100_000, max_bytes=10**9)
    assert sorted(entry.payload for entry in entries) == sorted(
        b'{"case_number":"%s"}' % number.encode() for number in numbers
    )
    journaled = {line["subject"] for line in store.journal.lines(limit=10**6) if line["kind"] == "case_taken_in"}
    assert journaled == numbers
    store.journal.verify()
    for entry in entries[-3:]:
        assert len(entry.attachments) == FILES
        for manifest in entry.attachments:
            assert len(store.cases.read_attachment(AttachmentId(manifest.attachment_id))) == manifest.size
    assert take_in(store, *(file_of(10) for _ in range(FILES))).case_number not in numbers
    store.close()
    database = open_database(folder / "kiosk.db", KEY)
    assert database.rows("pragma foreign_key_check") == []
    orphans = (
        "select count(*) from attachment_chunks where attachment_id not in (select attachment_id from attachments)"
    )
    assert database.value(orphans) == 0
    database.close()
    return len(numbers)


def numbers_in(output: bytes) -> set[str]:
    """Read whole printed lines."""
    return {line.decode() for line in output.split(b"\n")[:-1] if not line.startswith(b"!")}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one case, to be copied."""
    folder = tmp_path_factory.mktemp("start")
    store = store_in(folder)
    take_in(store, *(file_of(10) for _ in range(FILES)))
    store.close()
    return folder


CALLS = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "unlink")
"""What changes a disk."""


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    """A process that forks writers, so that each need not load all modules anew."""
    command = [sys.executable, store_writer.__file__, "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait(20)


def run_traced(server: subprocess.Popen[str], folder: Path, *options: str) -> None:
    """Let a writer take in one case under strace, to its end or its death."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(f"{folder} 1 {FILES} {BYTES}\n")
    server.stdin.flush()
    child = int(server.stdout.readline())
    with subprocess.Popen(["strace", "-p", str(child), *options], stderr=subprocess.PIPE) as tracer:
        assert tracer.stderr is not None
        assert b"attached" in tracer.stderr.readline()
        os.kill(child, signal.SIGCONT)
        assert server.stdout.readline() == "done\n"
        tracer.wait(20)


def points(trace: Path) -> list[tuple[str, int]]:
    """List the writing calls of a traced run as (call, which of its kind)."""
    seen = Counter[str]()
    found = []
    for line in trace.read_text().splitlines():
        call = line.split("(", 1)[0]
        if call in CALLS:
            seen[call] += 1
            found.append((call, seen[call]))
    return found


@needs_strace
@pytest.mark.timeout(180)
def test_killed_at_every_write_and_sync(
    tmp_path: Path, start: Path, server: subprocess.Popen[str], record_property: Callable[[str, object], None]
) -> None:
    """Whichever write, sync, truncation or rename of an intake is the last, the store is whole afterwards."""
    trace = tmp_path / "trace"
    whole = Path(shutil.copytree(start, tmp_path / "whole"))
    run_traced(server, whole, "-o", str(trace), "-e", f"trace={','.join(CALLS)}")
    places = points(trace)
    assert check_whole(whole, numbers_in((whole / "printed").read_bytes())) == 2
    assert sum(call == "pwrite64" for call, _ in places) > 30
    assert sum(call == "fsync" for call, _ in places) >= 4
    kept = shown = 0
    for call, count in places:
        folder = Path(shutil.copytree(start, tmp_path / "killed"))
        run_traced(server, folder, "-o", os.devnull, "-e", f"inject={call}:signal=SIGKILL:when={count}")
        printed = numbers_in((folder / "printed").read_bytes())
        kept += check_whole(folder, printed) == 2
        shown += bool(printed)
        shutil.rmtree(folder)
    record_property("kills", f"{len(places)}, {kept} after the commit, {shown} after the number was shown")
    assert 0 < shown < kept < len(places)


@needs_strace
@pytest.mark.parametrize(
    ("call", "error", "code"),
    [("fsync", "EIO", b"!STO-05\n"), ("pwrite64", "EIO", b"!STO-05\n"), ("pwrite64", "ENOSPC", b"!STO-04\n")],
)
@pytest.mark.timeout(180)
def test_disk_that_fails_once(
    tmp_path: Path, start: Path, server: subprocess.Popen[str], call: str, error: str, code: bytes
) -> None:
    """One failing write or sync either does no harm or is reported; then no number is shown, and nothing is kept."""
    reported = 0
    for count in (1, 2, 3, 5, 8, 13, 21, 34):
        folder = Path(shutil.copytree(start, tmp_path / "failing"))
        run_traced(server, folder, "-o", os.devnull, "-e", f"inject={call}:error={error}:when={count}")
        output = (folder / "printed").read_bytes()
        printed = numbers_in(output)
        reported += output == code
        cases = check_whole(folder, printed)
        assert cases == 2 or output.startswith(b"!")
        shutil.rmtree(folder)
    assert reported > 0


@pytest.mark.timeout(60 + 3 * KILLS)
def test_killed_at_random_moments(tmp_path: Path) -> None:
    """A writer killed again and again at any moment loses no printed number and never prints one twice."""
    chance = random.Random(os.environ.get("YIZHAN_SEED"))  # noqa: S311  moments to kill, no secrets
    store_in(tmp_path).close()
    printed: set[str] = set()
    for _ in range(KILLS):
        with subprocess.Popen([*WRITER, str(tmp_path), "0", str(FILES), "70000"], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            first = writer.stdout.readline()
            try:
                writer.wait(chance.uniform(0, 0.4))
            except subprocess.TimeoutExpired:
                writer.send_signal(signal.SIGKILL)
            lines = numbers_in(first + writer.stdout.read())
        assert not lines & printed
        printed |= lines
        check_whole(tmp_path, printed)
    assert len(printed) >= KILLS
