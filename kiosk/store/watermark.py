"""The mark beside the database that keeps a restored one from issuing a number twice.

`series.json` names the epoch, the series letter and the highest `seq` that were in use. It is written after a case has
committed and before its number is given to anyone. A database that knows less than the mark, or another epoch, is an
older copy: it gets a new epoch and the next series letter, so that its numbers cannot meet the lost ones.
"""

from __future__ import annotations

import json
import string
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.clock import Clock, iso
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import new_epoch
from kiosk.journal import JournalKind
from kiosk.ports.store import JournalLine
from kiosk.store.database import Database
from kiosk.store.files import replace_durably, storage_errors
from kiosk.store.journal import SqliteJournal

FILE_NAME = "series.json"
LETTERS = string.ascii_uppercase
_PASSING = {ErrorCode.STORE_FULL, ErrorCode.STORE_IO, ErrorCode.STORE_BUSY}


@dataclass(frozen=True)
class Mark:
    """One life of a database, and how far it has come."""

    epoch: str
    series: str
    seq: int


def note_series(folder: Path, series: str) -> None:
    """Note that numbers up to a series letter may be out, in a folder that has no database (yet, or any more).

    Raises:
        StoreError: STORE_DAMAGED when there is a mark that is not ours; STORE_FULL, STORE_IO.
    """
    path = folder / FILE_NAME
    kept = _read(path)
    if kept is None or kept.series < series:
        _write(path, Mark("", series, 0))


class Watermark:
    """The mark of one data folder.

    Every write of the file happens under the database's write lock, so that several processes cannot put back an older
    mark. Always read the file before the database: the file never runs ahead of it, except when it is an older copy.
    """

    def __init__(self, folder: Path, database: Database, journal: SqliteJournal, clock: Clock) -> None:
        """Keep the mark in this folder for this database; call `settle` before anything else."""
        self._path = folder / FILE_NAME
        self._database = database
        self._journal = journal
        self._clock = clock
        self._covered = 0

    @property
    def covered(self) -> int:
        """The highest `seq` known to be covered."""
        return self._covered

    def settle(self) -> None:
        """Compare mark and database when the store is opened, and begin a new epoch where they do not fit.

        Raises:
            StoreError: STORE_DAMAGED when the file is not ours; NUMBERS_EXHAUSTED after the series letter Z.
        """
        kept = _read(self._path)
        current = self._current()
        if current is None or kept is None or kept.epoch != current.epoch or kept.seq > current.seq:
            with self._database.write():
                self._begin_epoch()
        elif kept.seq < current.seq:
            self._catch_up(kept)
        else:
            self._covered = kept.seq

    def cover(self) -> None:
        """Cover everything that is committed; durable when this returns."""
        with self._database.write():
            current = self._current()
            if current is None:
                message = "the store was not settled"
                raise RuntimeError(message)
            self._write(current)

    def _catch_up(self, kept: Mark) -> None:
        """Cover what was committed when the program ended before its mark."""
        self._covered = kept.seq
        try:
            self.cover()
        except StoreError as exc:
            # A full or busy disk must not keep people from their cases: `take_in` and `due` cover before they answer.
            if exc.code not in _PASSING:
                raise

    def _begin_epoch(self) -> None:
        kept = _read(self._path)
        current = self._current()
        if current is None:
            kind, letter = JournalKind.STORE_CREATED, _next(kept.series) if kept else LETTERS[0]
        elif kept is None or kept.epoch != current.epoch or kept.seq > current.seq:
            kind, letter = JournalKind.STORE_RESTORED, _next(max(current.series, kept.series if kept else ""))
        else:  # another process was quicker
            self._covered = kept.seq
            return
        mark = Mark(new_epoch(), letter, current.seq if current else 0)
        self._database.run(
            "insert into terminal (id, epoch, series) values (1, :epoch, :series)"
            " on conflict (id) do update set epoch = excluded.epoch, series = excluded.series",
            {"epoch": mark.epoch, "series": mark.series},
        )
        detail = (("series", letter), ("seq", mark.seq), ("marked_seq", kept.seq if kept else -1))
        self._journal.append_within(JournalLine(kind, "", "store", detail), iso(self._clock.now()))
        self._write(mark)  # before the commit: if that fails, the next start finds another epoch and moves on again

    def _current(self) -> Mark | None:
        row = self._database.row(
            "select epoch, series, coalesce((select max(seq) from outbox), 0) as seq from terminal where id = 1"
        )
        return Mark(**row) if row else None

    def _write(self, mark: Mark) -> None:
        _write(self._path, mark)
        self._covered = mark.seq


def _read(path: Path) -> Mark | None:
    try:
        with storage_errors():
            data = path.read_bytes() if path.exists() else None
        return None if data is None else _parsed(json.loads(data))
    except (ValueError, KeyError, TypeError) as exc:
        raise StoreError(ErrorCode.STORE_DAMAGED, found=FILE_NAME) from exc


def _write(path: Path, mark: Mark) -> None:
    with storage_errors():
        replace_durably(path, json.dumps(asdict(mark)).encode())


def _parsed(record: dict[str, str]) -> Mark:
    mark = Mark(str(record["epoch"]), str(record["series"]), int(record["seq"]))
    if mark.series not in LETTERS or len(mark.series) != 1:
        raise ValueError
    return mark


def _next(letter: str) -> str:
    place = LETTERS.index(letter) + 1
    if place == len(LETTERS):
        raise StoreError(ErrorCode.NUMBERS_EXHAUSTED)
    return LETTERS[place]
