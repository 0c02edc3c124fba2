"""A database put back from an older copy, or lost: no number is ever given twice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from store_rigs import NOW, OTHER_KEY, SetClock, file_of, store_in, take_in

from kiosk.errors import ErrorCode, StoreError
from kiosk.store import SqliteStore, watermark


def mark(folder: Path) -> tuple[str, str, int]:
    """Read series.json."""
    record = json.loads((folder / "series.json").read_bytes())
    return record["epoch"], record["series"], record["seq"]


def take_in_and_close(folder: Path, count: int) -> list[str]:
    """Take in cases in one run of the program."""
    store = store_in(folder)
    numbers = [take_in(store, file_of(10)).case_number for _ in range(count)]
    store.close()
    return numbers


def restore(folder: Path, copy: Path) -> None:
    """Put an older database back, and nothing else."""
    for name in ("kiosk.db-wal", "kiosk.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(copy, folder / "kiosk.db")


def kinds(store: SqliteStore) -> list[object]:
    """Give the kinds of the journal's lines, oldest first."""
    return [line["kind"] for line in reversed(store.journal.lines())]


def test_older_copy_put_back(tmp_path: Path) -> None:
    """After a restore the epoch is new, the series moves on, and no number of the lost cases comes again."""
    given = take_in_and_close(tmp_path, 2)
    shutil.copy(tmp_path / "kiosk.db", tmp_path / "copy")
    given += take_in_and_close(tmp_path, 3)
    first = mark(tmp_path)
    restore(tmp_path, tmp_path / "copy")
    store = store_in(tmp_path)
    assert len(store.cases.all()) == 2
    assert store.outbox.state().epoch not in {first[0], ""}
    again = [take_in(store).case_number for _ in range(4)]
    assert not set(again) & set(given)
    assert {number[12] for number in given} == {"A"}
    assert {number[12] for number in again} == {"B"}
    assert mark(tmp_path) == (store.outbox.state().epoch, "B", store.outbox.state().last_seq)
    assert "store_restored" in kinds(store)
    store.journal.verify()
    assert len(store.outbox.due(NOW, max_items=9, max_bytes=10**6)) == 6
    store.close()


def test_same_copy_put_back_twice(tmp_path: Path) -> None:
    """The letter also advances when the copy is older than an earlier restore."""
    given = take_in_and_close(tmp_path, 1)
    shutil.copy(tmp_path / "kiosk.db", tmp_path / "copy")
    for _ in range(3):
        given += take_in_and_close(tmp_path, 2)
        restore(tmp_path, tmp_path / "copy")
    given += take_in_and_close(tmp_path, 2)
    assert len(set(given)) == len(given) == 9
    assert [number[12] for number in given] == list("AAABBCCDD")


def test_log_deleted(tmp_path: Path) -> None:
    """A lost write-ahead log takes the last cases with it; that is noticed, though the database itself is sound."""
    take_in_and_close(tmp_path, 1)
    store = store_in(tmp_path)
    lost = take_in(store).case_number
    shutil.copy(tmp_path / "kiosk.db", tmp_path / "copy")
    store.close()
    restore(tmp_path, tmp_path / "copy")
    store = store_in(tmp_path)
    assert lost not in {case.case_number for case in store.cases.all()}
    assert take_in(store).case_number[12] == "B"
    store.close()


def test_copy_of_the_same_height(tmp_path: Path) -> None:
    """A copy that has as many cases but another past is noticed by its epoch."""
    take_in_and_close(tmp_path, 1)
    shutil.copy(tmp_path / "kiosk.db", tmp_path / "copy")
    given = take_in_and_close(tmp_path, 1)
    restore(tmp_path, tmp_path / "copy")
    given += take_in_and_close(tmp_path, 1)
    shutil.copy(tmp_path / "kiosk.db", tmp_path / "branch")
    restore(tmp_path, tmp_path / "copy")
    given += take_in_and_close(tmp_path, 5)
    restore(tmp_path, tmp_path / "branch")
    given += take_in_and_close(tmp_path, 1)
    assert len(set(given)) == len(given)
    assert given[-1][12] == "D"


def test_mark_lost(tmp_path: Path) -> None:
    """Without the mark nothing proves that the database is the newest: it counts as restored."""
    given = take_in_and_close(tmp_path, 2)
    (tmp_path / "series.json").unlink()
    assert take_in_and_close(tmp_path, 1)[0][12] == "B"
    assert given[0][12] == "A"


def test_database_lost_and_begun_anew(tmp_path: Path) -> None:
    """A new database beside an old mark goes on with the next letter."""
    given = take_in_and_close(tmp_path, 2)
    old = mark(tmp_path)
    (tmp_path / "kiosk.db").unlink()
    given += take_in_and_close(tmp_path, 2)
    assert [number[12] for number in given] == list("AABB")
    assert mark(tmp_path)[0] != old[0]


def test_new_database_under_another_key(tmp_path: Path) -> None:
    """While the lost database's record is there, another key makes no new one in its place."""
    take_in_and_close(tmp_path, 1)
    (tmp_path / "kiosk.db").unlink()
    with pytest.raises(StoreError) as caught:
        store_in(tmp_path, OTHER_KEY)
    assert caught.value.code is ErrorCode.STORE_KEY_REJECTED
    assert not (tmp_path / "kiosk.db").exists()
    (tmp_path / "store.json").unlink()
    store_in(tmp_path, OTHER_KEY).close()
    store_in(tmp_path, OTHER_KEY).close()


def test_mark_behind_the_database(tmp_path: Path) -> None:
    """After an end between commit and mark, the mark catches up and the series stays."""
    take_in_and_close(tmp_path, 1)
    older = (tmp_path / "series.json").read_bytes()
    take_in_and_close(tmp_path, 2)
    (tmp_path / "series.json").write_bytes(older)
    store = store_in(tmp_path)
    assert mark(tmp_path)[1:] == ("A", 3)
    assert take_in(store).case_number[12:].startswith("A202611180004")
    assert "store_restored" not in kinds(store)
    store.close()


def test_ordinary_starts(tmp_path: Path) -> None:
    """Opening and closing, also twice at once, changes neither epoch nor series."""
    take_in_and_close(tmp_path, 1)
    first = mark(tmp_path)
    one, other = store_in(tmp_path), store_in(tmp_path)
    one.close()
    other.close()
    assert mark(tmp_path) == first


def test_mark_that_cannot_be_written(tmp_path: Path) -> None:
    """A case whose mark fails gives no number and is not sent; once it can be written, the same call gives it."""
    store = store_in(tmp_path)
    take_in(store)
    (tmp_path / "series.json.new").mkdir()
    intake_files = file_of(10)
    case_id = "01998f00-0000-7000-8000-000000000009"
    with pytest.raises(StoreError) as caught:
        take_in(store, intake_files, case_id=case_id)
    assert caught.value.code is ErrorCode.STORE_IO
    with pytest.raises(StoreError):
        store.outbox.due(NOW, max_items=9, max_bytes=10**6)
    (tmp_path / "series.json.new").rmdir()
    assert take_in(store, intake_files, case_id=case_id).case_number[21:25] == "0002"
    assert [entry.seq for entry in store.outbox.due(NOW, max_items=9, max_bytes=10**6)] == [1, 2]
    assert len(store.cases.all()) == 2
    store.close()


def test_series_used_up(tmp_path: Path) -> None:
    """After the letter Z nothing is guessed: the store says that numbers are used up."""
    take_in_and_close(tmp_path, 1)
    epoch, _, seq = mark(tmp_path)
    lost = {"epoch": f"{epoch[:-1]}x", "series": watermark.LETTERS[-1], "seq": seq}
    (tmp_path / "series.json").write_text(json.dumps(lost))
    with pytest.raises(StoreError) as caught:
        store_in(tmp_path)
    assert caught.value.code is ErrorCode.NUMBERS_EXHAUSTED


def test_day_used_up(tmp_path: Path) -> None:
    """The 10,000th case of a day is refused whole; the next day goes on."""
    clock = SetClock()
    store = store_in(tmp_path, clock=clock)
    take_in(store)
    with store._database.write():
        store._database.run("update number_counters set last = 9998")
    assert take_in(store).case_number[21:25] == "9999"
    with pytest.raises(StoreError) as caught:
        take_in(store, file_of())
    assert caught.value.code is ErrorCode.NUMBERS_EXHAUSTED
    assert len(store.cases.all()) == 2
    assert take_in(store, taken_in_at="2026-11-19T02:00:00.000Z").case_number[21:25] == "0001"
    store.close()
