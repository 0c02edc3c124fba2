"""What every `Store` must do with papers and the journal, and among threads and programs."""

from __future__ import annotations

import threading
from pathlib import Path

from store_rigs import (
    NOW,
    file_of,
    store_in,
    take_in,
)

from kiosk.ids import JobId, uuid7
from kiosk.ports.printers import PrintJobState
from kiosk.ports.store import JournalLine, Store


def test_copies_are_counted(store: Store) -> None:
    """Each copy has its number and its own verification code; kinds are counted apart."""
    number = take_in(store).case_number
    jobs = [store.papers.issue(number, "receipt_of_materials", "p", JobId(uuid7()), "op", NOW) for _ in range(3)]
    store.papers.issue(number, "result_list", "p", JobId(uuid7()), "op", NOW)
    assert [job.copy for job in jobs] == [1, 2, 3]
    assert len({job.verification for job in jobs}) == 3
    assert [(paper.kind, paper.copies) for paper in store.papers.printed(number)] == [
        ("receipt_of_materials", 3),
        ("result_list", 1),
    ]
    assert store.journal.lines(limit=1)[0]["kind"] == "paper_issued"


def test_same_job_again(store: Store) -> None:
    """A job id that is known gives the job there is and counts nothing."""
    number = take_in(store).case_number
    job_id = JobId(uuid7())
    first = store.papers.issue(number, "receipt_of_materials", "p", job_id, "op", NOW)
    assert store.papers.issue(number, "receipt_of_materials", "p", job_id, "op", NOW) == first
    assert store.papers.printed(number)[0].copies == 1


def test_print_job_goes_on(store: Store) -> None:
    """A job keeps its handle, counts its attempts, and leaves the open ones when it ends."""
    number = take_in(store).case_number
    job = store.papers.issue(number, "receipt_of_materials", "p", JobId(uuid7()), "op", NOW)
    store.papers.update_job(job.job_id, PrintJobState.QUEUED, NOW, problem="paper_out", attempted=True)
    store.papers.update_job(job.job_id, PrintJobState.PRINTING, NOW, handle="7", attempted=True)
    store.papers.update_job(job.job_id, PrintJobState.HELD, NOW, problem="jam")
    held = store.papers.jobs(open_only=True)
    assert [(kept.state, kept.handle, kept.problem, kept.attempts) for kept in held] == [
        (PrintJobState.HELD, "7", "jam", 2)
    ]
    store.papers.update_job(job.job_id, PrintJobState.DONE, NOW)
    assert store.papers.jobs(open_only=True) == []
    assert [kept.problem for kept in store.papers.jobs(number)] == [""]
    assert store.papers.jobs("SHS0") == []


def test_journal(store: Store) -> None:
    """Lines are chained in the order of the acts, newest first in the list, and the chain verifies."""
    store.journal.append(JournalLine("signed_in", "training", "training"), NOW)
    number = take_in(store, file_of()).case_number
    lines = store.journal.lines()
    assert [line["kind"] for line in lines] == ["case_taken_in", "signed_in", "store_created"]
    assert (lines[0]["subject"], lines[0]["actor"]) == (number, "training")
    assert lines[0]["detail"] == '{"attachments":1,"matters":3,"seq":1}'
    assert store.journal.verify() == 3
    assert not any("测试" in str(value) for line in lines for value in line.values())


def test_second_store_on_the_same_folder(store: Store, tmp_path: Path) -> None:
    """Another thread's store sees what this one has committed, under the same epoch, and goes on from there."""
    first = take_in(store)
    found: list[str] = []

    def other() -> None:
        second = store_in(tmp_path)
        found.append(second.cases.get(first.case_number).case_number)
        found.append(take_in(second).case_number)
        found.append(second.outbox.state().epoch)
        second.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(20)
    assert found[0] == first.case_number
    assert found[1][21:25] == "0002"
    assert found[2] == store.outbox.state().epoch
    assert [entry.seq for entry in store.outbox.due(NOW, max_items=9, max_bytes=10**6)] == [1, 2]


def test_check(store: Store) -> None:
    """The store says what state it is in."""
    take_in(store)
    report = store.check()
    assert report["quick_check"] == report["cipher_integrity_check"] == "ok"
    assert (report["journal_mode"], report["synchronous"], report["series"], report["covered_seq"]) == (
        "wal",
        "2",
        "A",
        "1",
    )
