"""What must hold of a store and a hub, whatever was killed before."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from command_rigs import case_file, kiosk

from devices.frames.cleaning import clean
from kiosk.ids import AttachmentId
from kiosk.paths import DATABASE_FILE
from kiosk.store.database import Database, open_database
from kiosk.wiring.counter import open_counter
from kiosk.wiring.foundation import lay_foundation

_ALL = 100_000
_READ_AGAIN = 5
_HALVES = {
    "a case without exactly one event, or another number in it": (
        "select count(*) from cases c where 1 <> (select count(*) from outbox o join event_payloads p using (event_id)"
        " where o.case_id = c.case_id"
        " and o.seq = c.seq and o.kind = 'case_taken_in' and instr(p.payload, c.case_number))"
    ),
    "an event without a case": "select count(*) from outbox where case_id not in (select case_id from cases)",
    "a case without both files": (
        "select count(*) from cases c where 2 <> (select count(*) from attachments a join outbox o using (event_id)"
        " where a.case_id = c.case_id and o.seq = c.seq)"
    ),
    "a file without a case": "select count(*) from attachments where case_id not in (select case_id from cases)",
    "bytes without a file": (
        "select count(*) from attachment_chunks where attachment_id not in (select attachment_id from attachments)"
    ),
    "a case without matters": ("select count(*) from cases where case_id not in (select case_id from case_matters)"),
}


@dataclass(frozen=True)
class SubmittedCase:
    """A case file, and the SHA-256 of what is kept of its files, sorted."""

    file: Path
    hashes: list[str]


def submitted_case(folder: Path) -> SubmittedCase:
    """Write a case with two files that may be taken in again and again."""
    file = case_file(folder, file_apart_reason="测试：同一位逝者反复收件")
    kept = (clean(path.read_bytes()).data for path in folder.glob("*.jpg"))
    return SubmittedCase(file, sorted(hashlib.sha256(data).hexdigest() for data in kept))


def look_at_store(data: Path, case: SubmittedCase, shown: set[str], *, series: str = "A") -> set[str]:
    """Open the store as the next start does and examine it; give the numbers of all cases.

    Holds: every shown number is there; file, encryption and journal are sound; a case, its event, its journal line and
    its files are there together or not at all; no number twice; nothing was taken for a restored copy.
    """
    with open_counter(data) as counter:
        report = counter.store.check()
        assert (report["quick_check"], report["cipher_integrity_check"]) == ("ok", "ok")
        assert report["series"] in series, "taken for a restored copy"
        counter.store.journal.verify()
        listed = [summary.case_number for summary in counter.store.cases.all(limit=_ALL)]
        numbers = set(listed)
        assert len(numbers) == len(listed)
        assert shown <= numbers, f"{len(shown - numbers)} shown numbers are lost"
        lines = counter.store.journal.lines(limit=_ALL)
        journaled = sorted(str(line["subject"]) for line in lines if line["kind"] == "case_taken_in")
        assert journaled == sorted(listed)
        for number in listed[:_READ_AGAIN]:
            files = counter.store.cases.get(number).attachments
            read = [counter.store.cases.read_attachment(AttachmentId(file.attachment_id)) for file in files]
            assert sorted(hashlib.sha256(data).hexdigest() for data in read) == case.hashes
    with closing(open_database(data / DATABASE_FILE, lay_foundation(data).key)) as database:
        _refuse_halves(database)
    return numbers


def _refuse_halves(database: Database) -> None:
    assert database.rows("pragma foreign_key_check") == []
    for what, query in _HALVES.items():
        assert database.value(query) == 0, what


def look_at_hub(folder: Path, case: SubmittedCase, numbers: set[str]) -> None:
    """Examine a hub: it holds exactly these cases, each once, with one event and its files, hashed anew."""
    held = kiosk("hub", "show", "--json", "--data", folder).json
    assert sorted(item["case_number"] for item in held["cases"]) == sorted(numbers)
    assert held["counts"]["complete_cases"] == held["counts"]["events"] == len(numbers)
    for item in held["cases"]:
        assert all(file["verified"] for file in item["attachments"])
        assert sorted(file["sha256"] for file in item["attachments"]) == case.hashes
