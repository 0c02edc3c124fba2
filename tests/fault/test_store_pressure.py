"""A full disk, other writers, and a database that is locked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_writer
from store_rigs import KEY, NOW, draft_of, file_of, store_in, take_in

from kiosk.errors import ErrorCode, StoreError
from kiosk.ports.store import JournalLine
from kiosk.store.database import Database, open_database

MEGABYTE = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if shutil.which("mount") is None or os.name != "posix":
        pytest.skip("no file systems can be mounted here")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, timeout=20, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"mounting a small file system is not allowed here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True, timeout=20)


def test_disk_full(small_disk: Path) -> None:
    """A case that does not fit is refused whole, what was there stays, and after clearing up the draft goes in."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2 * MEGABYTE))
    store = store_in(small_disk / "data")
    first = take_in(store, file_of(200_000))
    draft = draft_of()
    store.drafts.save(draft)
    big = file_of(4 * MEGABYTE)
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            take_in(store, big, case_id=draft.case_id)
        assert caught.value.code is ErrorCode.STORE_FULL
    assert [case.case_number for case in store.cases.all()] == [first.case_number]
    assert store.drafts.get(draft.case_id) == draft
    assert store.check()["quick_check"] == "ok"
    ballast.unlink()
    small = file_of(500_000)
    assert take_in(store, small, case_id=draft.case_id).case_number[21:25] == "0002"
    store.journal.verify()
    store.close()


def test_disk_full_to_the_last_byte(small_disk: Path) -> None:
    """However full the disk: a number that was given is kept, one that was not given comes later, none comes twice."""
    store = store_in(small_disk / "data")
    given: list[str] = []
    with pytest.raises(StoreError) as caught:
        given.extend(take_in(store, file_of(60_000)).case_number for _ in range(1000))
    assert caught.value.code in {ErrorCode.STORE_FULL, ErrorCode.STORE_IO}
    assert len(given) > 5
    store.close()
    store = store_in(small_disk / "data")
    kept = {case.case_number for case in store.cases.all(limit=1000)}
    assert set(given) <= kept
    assert len(kept) <= len(given) + 1
    assert store.check()["quick_check"] == "ok"
    store.close()


def test_database_that_is_made_on_a_full_disk(small_disk: Path) -> None:
    """A store that cannot be made is refused, leaves no half database, and can be made once there is room."""
    with (small_disk / "ballast").open("wb") as ballast:
        ballast.truncate(0)
        while True:
            try:
                os.write(ballast.fileno(), bytes(4096))
            except OSError:
                break
    with pytest.raises(StoreError) as caught:
        store_in(small_disk / "data")
    assert caught.value.code in {ErrorCode.STORE_FULL, ErrorCode.STORE_IO}
    assert not (small_disk / "data" / "kiosk.db").exists()
    (small_disk / "ballast").unlink()
    store_in(small_disk / "data").close()


def test_two_programs_writing(tmp_path: Path) -> None:
    """Two programs that take in cases at the same time lose nothing and never share a number."""
    store_in(tmp_path).close()
    command = [sys.executable, store_writer.__file__, str(tmp_path), "25", "1", "20000"]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    numbers: list[str] = []
    for writer in writers:
        output, errors = writer.communicate(timeout=60)
        assert (writer.returncode, errors) == (0, b"")
        numbers += output.decode().split()
    assert len(set(numbers)) == 75
    store = store_in(tmp_path)
    assert {case.case_number for case in store.cases.all(limit=200)} == set(numbers)
    assert {number[12] for number in numbers} == {"A"}
    assert [entry.seq for entry in store.outbox.due(NOW, max_items=200, max_bytes=10**9)] == list(range(1, 76))
    assert store.journal.verify() == 76
    store.close()


def test_two_programs_that_make_the_store(tmp_path: Path) -> None:
    """Programs that find no store at the same time end with one, and one series."""
    command = [sys.executable, store_writer.__file__, str(tmp_path), "3", "0", "0"]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    outcomes = [writer.communicate(timeout=60) for writer in writers]
    assert [(writer.returncode, errors) for writer, (_, errors) in zip(writers, outcomes, strict=True)] == [
        (0, b"")
    ] * 4
    numbers = [number for output, _ in outcomes for number in output.decode().split()]
    assert len(set(numbers)) == 12
    assert {number[12] for number in numbers} == {"A"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kiosk.db", "series.json", "store.json"]


def test_database_locked_for_long(tmp_path: Path) -> None:
    """A database that another program holds is waited for about five seconds, then said to be busy; nothing is lost."""
    store = store_in(tmp_path)
    draft = draft_of()
    store.drafts.save(draft)
    holder = open_database(tmp_path / "kiosk.db", KEY)
    with holder.write():
        started = time.monotonic()
        with pytest.raises(StoreError) as caught:
            take_in(store, case_id=draft.case_id)
        waited = time.monotonic() - started
        assert store.drafts.get(draft.case_id) == draft
    assert caught.value.code is ErrorCode.STORE_BUSY
    assert 4 < waited < 15
    assert take_in(store, case_id=draft.case_id).case_number[21:25] == "0001"
    holder.close()
    store.close()


def test_database_locked_for_a_moment(tmp_path: Path) -> None:
    """A writer that has read before others wrote waits and succeeds: a deferred transaction would fail at once."""
    store = store_in(tmp_path)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        holder: Database = open_database(tmp_path / "kiosk.db", KEY)
        with holder.write():
            holder.insert("operators", {"operator_id": "x", "name": "x", "role": "clerk", "password_hash": "x"})
            entered.set()
            leave.wait(20)
        holder.close()

    assert store.cases.all() == []
    thread = threading.Thread(target=hold)
    thread.start()
    assert entered.wait(20)
    threading.Timer(0.3, leave.set).start()
    take_in(store)
    store.journal.append(JournalLine("signed_in", "x", "x"), NOW)
    thread.join(20)
    assert [operator.operator_id for operator in store.operators.all()] == ["x"]
    store.close()
