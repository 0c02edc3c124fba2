"""What every `Store` must do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from store_rigs import (
    FRAME,
    NOW,
    SetClock,
    application_of,
    described,
    draft_of,
    file_of,
    intake_of,
    matter_of,
    payload_of,
    store_in,
    take_in,
)

from kiosk.domain.case import CaseState, Delivery, MatterState
from kiosk.domain.numbering import parse_case_number
from kiosk.errors import ErrorCode, InputError, StoreError
from kiosk.ids import AttachmentId, CaseId, JobId, OperatorId, uuid7
from kiosk.ports.printers import PrintJobState
from kiosk.ports.store import JournalLine, NumberFrame, OperatorRecord, Store
from kiosk.ports.sync import Change, DeliveryOutcome, OutcomeStatus
from kiosk.store.attachments import CHUNK_BYTES


@pytest.fixture
def clock() -> SetClock:
    """A clock that the test moves."""
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    """An empty store."""
    opened = store_in(tmp_path, clock=clock)
    yield opened
    opened.close()


def refused(store: Store, number: str = "SHS370100T01A202611180001A") -> None:
    """Expect a case to be unknown."""
    with pytest.raises(StoreError) as caught:
        store.cases.get(number)
    assert caught.value.code is ErrorCode.CASE_NOT_FOUND


# Operators


def test_operators(store: Store) -> None:
    """Operators are kept, replaced by id, and listed by id; the hash stays out of `repr`."""
    one = OperatorRecord(OperatorId("b"), "测试乙", "clerk", "hash-1")
    store.operators.put(one)
    store.operators.put(OperatorRecord(OperatorId("a"), "测试甲", "supervisor", "hash-2"))
    store.operators.put(replace(one, name="测试丙"))
    assert store.operators.get(OperatorId("b")) == replace(one, name="测试丙")
    assert store.operators.get(OperatorId("c")) is None
    assert [operator.operator_id for operator in store.operators.all()] == ["a", "b"]
    assert "hash-1" not in repr(store.operators.get(OperatorId("b")))


# Drafts


def test_draft_saved_again(store: Store) -> None:
    """The later draft of a case replaces the earlier one; the journal tells of its beginning once."""
    draft = draft_of()
    store.drafts.save(draft)
    store.drafts.save(replace(draft, step=3))
    assert store.drafts.get(draft.case_id) == replace(draft, step=3)
    assert [line["kind"] for line in store.journal.lines()].count("draft_begun") == 1


def test_drafts_of_an_operator(store: Store) -> None:
    """A work list shows one's own drafts, newest first, under the deceased's name, which stays out of `repr`."""
    store.drafts.save(replace(draft_of(name="测试一"), updated_at="2026-11-18T01:00:00.000Z"))
    store.drafts.save(replace(draft_of(name="测试二"), updated_at="2026-11-18T03:00:00.000Z"))
    store.drafts.save(draft_of(operator="other"))
    found = store.drafts.of_operator(OperatorId("training"))
    assert [draft.title for draft in found] == ["测试二", "测试一"]
    assert "测试" not in repr(found)


def test_unknown_draft(store: Store) -> None:
    """A draft that is not there is said to be gone."""
    with pytest.raises(StoreError) as caught:
        store.drafts.get(CaseId(uuid7()))
    assert caught.value.code is ErrorCode.DRAFT_NOT_FOUND


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])
def test_file_of_a_draft(store: Store, size: int) -> None:
    """A file comes back as it went in, whatever its size, whole and in parts."""
    draft = draft_of()
    attachment, data = file_of(size)
    store.drafts.save(draft)
    store.drafts.add_attachment(draft.case_id, attachment, data)
    attachment_id = AttachmentId(attachment.attachment_id)
    assert store.cases.read_attachment(attachment_id) == data
    for offset, length in ((0, 10), (CHUNK_BYTES - 3, 7), (size - 2, 100), (size, 5), (1, CHUNK_BYTES * 2)):
        begin = max(0, offset)
        assert store.outbox.read_chunk(attachment_id, begin, length) == data[begin : begin + length]


def test_file_removed(store: Store) -> None:
    """A page taken back is gone."""
    draft = draft_of()
    attachment, data = file_of()
    store.drafts.save(draft)
    store.drafts.add_attachment(draft.case_id, attachment, data)
    store.drafts.remove_attachment(AttachmentId(attachment.attachment_id))
    with pytest.raises(StoreError):
        store.cases.read_attachment(AttachmentId(attachment.attachment_id))


def test_draft_discarded(store: Store) -> None:
    """A discarded draft leaves no files; discarding again changes nothing."""
    draft = draft_of()
    attachment, data = file_of()
    store.drafts.save(draft)
    store.drafts.add_attachment(draft.case_id, attachment, data)
    store.drafts.discard(draft.case_id)
    store.drafts.discard(draft.case_id)
    assert store.drafts.of_operator(OperatorId("training")) == []
    with pytest.raises(StoreError):
        store.cases.read_attachment(AttachmentId(attachment.attachment_id))


def test_draft_saved_after_its_case_was_taken_in(store: Store) -> None:
    """A late save, file or discard neither brings the draft back nor touches the case."""
    taken = take_in(store, file_of())
    late_acts: list[Callable[[], None]] = [
        lambda: store.drafts.save(draft_of(taken.case_id)),
        lambda: store.drafts.discard(taken.case_id),
        lambda: store.drafts.add_attachment(taken.case_id, *file_of()),
    ]
    for late in late_acts:
        with pytest.raises(StoreError) as caught:
            late()
        assert caught.value.code is ErrorCode.DRAFT_NOT_FOUND
    assert store.drafts.of_operator(OperatorId("training")) == []
    assert len(store.cases.get(taken.case_number).attachments) == 1


# Taking in


def test_case_taken_in(store: Store) -> None:
    """A case has its number, and all that went in comes out."""
    first, second = file_of(700_000), file_of(10)
    intake = intake_of(first, second)
    taken = store.cases.take_in(intake, FRAME, payload_of)
    case = store.cases.get(taken.case_number)
    assert str(parse_case_number(taken.case_number)) == taken.case_number
    assert taken.case_number.startswith("SHS370100T01A202611180001")
    assert (case.case_id, case.state, case.delivery, case.rev) == (
        intake.case_id,
        CaseState.TAKEN_IN,
        Delivery.PENDING,
        1,
    )
    assert (case.matters, case.materials) == (intake.matters, intake.materials)
    assert case.attachments == (first[0], second[0])
    assert case.application == intake.application
    assert (case.promise_due, case.operator, case.catalog_version) == ("2026-12-02", "training", "2026.1")
    assert store.cases.read_attachment(AttachmentId(first[0].attachment_id)) == first[1]


def test_number_with_blanks(store: Store) -> None:
    """A number as people write it, with blanks and small letters, finds the case."""
    taken = take_in(store)
    spaced = f" {taken.case_number[:9].lower()} {taken.case_number[9:]} "
    assert store.cases.get(spaced).case_number == taken.case_number


def test_unknown_number(store: Store) -> None:
    """An unknown number is said to be unknown, everywhere."""
    refused(store)
    with pytest.raises(StoreError) as caught:
        store.papers.issue("SHS1", "receipt_of_materials", "p", JobId(uuid7()), "op", NOW)
    assert caught.value.code is ErrorCode.CASE_NOT_FOUND
    line = JournalLine("rating_given", "op", "x")
    with pytest.raises(StoreError):
        store.cases.append_event(CaseId(uuid7()), "rating_given", lambda _: b"{}", line)


def test_numbers_of_a_day(store: Store, clock: SetClock) -> None:
    """Counters run from one each Shanghai day, separately per day."""
    first, second = take_in(store), take_in(store)
    clock.move(hours=15)
    next_day = take_in(store, taken_in_at="2026-11-18T16:00:00.000Z")
    assert [number.case_number[13:25] for number in (first, second, next_day)] == [
        "202611180001",
        "202611180002",
        "202611190001",
    ]
    assert (first.seq, second.seq, next_day.seq) == (1, 2, 3)


def test_terminals_of_a_division(store: Store) -> None:
    """Another terminal's code is in the number."""
    other = store.cases.take_in(intake_of(), NumberFrame("370100", "T02"), payload_of)
    assert other.case_number.startswith("SHS370100T02A")


def test_draft_becomes_a_case(store: Store) -> None:
    """Taking in moves the draft's files that the intake names, drops those it does not, and ends the draft."""
    draft = draft_of()
    kept, dropped = file_of(400_000), file_of()
    store.drafts.save(draft)
    for attachment, data in (kept, dropped):
        store.drafts.add_attachment(draft.case_id, attachment, data)
    imported = file_of()
    taken = take_in(store, imported, case_id=draft.case_id, attachments=(kept[0],))
    assert store.cases.get(taken.case_number).attachments == (kept[0], imported[0])
    assert store.cases.read_attachment(AttachmentId(kept[0].attachment_id)) == kept[1]
    assert store.drafts.of_operator(OperatorId("training")) == []
    with pytest.raises(StoreError):
        store.cases.read_attachment(AttachmentId(dropped[0].attachment_id))


def test_intake_of_a_file_that_is_gone(store: Store) -> None:
    """An intake that names a file which is not there is refused whole, and its number is given to the next."""
    draft = draft_of()
    store.drafts.save(draft)
    with pytest.raises(InputError) as caught:
        take_in(store, case_id=draft.case_id, attachments=(file_of()[0],))
    assert caught.value.code is ErrorCode.ATTACHMENT_UNREADABLE
    assert store.drafts.get(draft.case_id) == draft
    assert store.cases.all() == []
    assert take_in(store).case_number[21:25] == "0001"


def test_payload_that_cannot_be_written(store: Store) -> None:
    """When the payload fails, nothing of the case is there."""

    def refuse(_: str) -> bytes:
        raise InputError(ErrorCode.INPUT_INVALID, place="payload")

    with pytest.raises(InputError):
        store.cases.take_in(intake_of(file_of()), FRAME, refuse)
    assert store.cases.all() == []
    assert store.outbox.counts().pending == 0


def test_case_taken_in_twice(store: Store) -> None:
    """A repeated call, as by a double click, gives the same number and makes no second case."""
    intake = intake_of(file_of())
    first = store.cases.take_in(intake, FRAME, payload_of)
    again = store.cases.take_in(intake, FRAME, payload_of)
    assert first == again
    assert len(store.cases.all()) == 1


def test_bytes_that_do_not_fit_their_description(store: Store) -> None:
    """Bytes with another hash than announced are a bug and are not kept."""
    attachment, data = file_of()
    with pytest.raises(ValueError, match="differ"):
        take_in(store, (attachment, data[:-1] + b"?"))
    assert store.cases.all() == []


def test_case_keeps_personal_values_out_of_repr(store: Store) -> None:
    """Neither a case nor its list row shows a name or number in `repr`."""
    case = store.cases.get(take_in(store).case_number)
    for shown in (repr(case), repr(store.cases.all())):
        assert "测试逝者" not in shown
        assert "370100194001019991" not in shown


# Finding


def test_find(store: Store) -> None:
    """A case is found by its number, the number's end, both document numbers, and the beginning of both names."""
    taken = take_in(store)
    take_in(
        store,
        deceased_name="别的测试",
        deceased_document="X1",
        applicant_name="别人",
        applicant_document="X2",
    )
    for text in (
        taken.case_number,
        f" {taken.case_number[-6:].lower()} ",
        "370100194001019991",
        "３７０１００１９４００１０１９９９１",
        "91156019800101999x",
        "测试逝者",
        "测试家",
    ):
        assert [case.case_number for case in store.cases.find(text)] == [taken.case_number], text
    for text in ("", "  ", "无此人", "%", "_", "370100194001019992", "' or 1=1 --"):
        assert store.cases.find(text) == [], text


def test_list_order(store: Store) -> None:
    """Cases that need a person come first, then the newest; pages do not overlap."""
    numbers = [take_in(store).case_number for _ in range(7)]
    entries = store.outbox.due(NOW, max_items=9, max_bytes=10**6)
    store.outbox.shelve(entries[2].event_id, NOW, code="id_reused", words="请核对")
    expected = [numbers[2], *(number for number in reversed(numbers) if number != numbers[2])]
    assert [case.case_number for case in store.cases.all()] == expected
    pages = [store.cases.all(limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [case.case_number for page in pages for case in page] == expected
    assert [case.attention for case in store.cases.all(limit=2)] == ["请核对", ""]


def test_list_row(store: Store) -> None:
    """A row counts matters, names the next one due, and the counts are of the same rows."""
    take_in(store, matters=(matter_of("28"), matter_of("07"), matter_of("15")))
    row = store.cases.all()[0]
    assert (row.matters_total, row.matters_finished, row.next_matter) == (3, 0, "事项07")
    counts = store.cases.counts()
    assert (counts["taken_in"], counts["finished"], sum(counts.values())) == (1, 0, 1)


# Further events


def test_rating(store: Store) -> None:
    """A further event has the next rev, waits in the queue behind the case, and leaves its journal line."""
    taken = take_in(store)
    revs: list[int] = []

    def payload(rev: int) -> bytes:
        revs.append(rev)
        return b"{}"

    line = JournalLine("rating_given", "training", taken.case_number, (("level", 5),))
    event_id = store.cases.append_event(taken.case_id, "rating_given", payload, line)
    entries = store.outbox.due(NOW, max_items=9, max_bytes=10**6)
    assert [(entry.kind, entry.rev, entry.seq) for entry in entries] == [
        ("case_taken_in", 1, 1),
        ("rating_given", 2, 2),
    ]
    assert (entries[1].event_id, revs) == (event_id, [2])
    assert store.cases.get(taken.case_number).rev == 2
    assert store.journal.lines(limit=1)[0]["kind"] == "rating_given"


# Papers


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


# Journal


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


# Threads and programs


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


def test_change_feed_moves_a_case(store: Store) -> None:
    """The hub's words reach the case and its matters, once, and the cursor is kept with them."""
    taken = take_in(store)
    changes = [
        Change(1, "case_accepted", taken.case_id, b'{"official_number":"37-1","at":"2026-11-19T01:00:00Z"}'),
        Change(
            2,
            "matter_state",
            taken.case_id,
            '{"matter_id":"04","state":"accepted","words":"已受理","at":"2026-11-19T01:00:00Z","due":"2026-11-30"}'.encode(),
        ),
    ]
    assert store.outbox.apply(changes, "c2", NOW) == 2
    assert store.outbox.apply(changes, "c2", NOW) == 0
    case = store.cases.get(taken.case_number)
    assert (case.state, case.official_number) == (CaseState.ACCEPTED, "37-1")
    assert (case.matters[0].state, case.matters[0].words, case.matters[0].due) == (
        MatterState.ACCEPTED,
        "已受理",
        "2026-11-30",
    )
    assert store.outbox.state().cursor == "c2"
    assert store.cases.find("37-1")[0].case_number == taken.case_number
    assert store.journal.verify() == 4


def test_changes_that_cannot_be_applied(store: Store) -> None:
    """An unknown case, kind, matter or state, or a garbled body, is set aside, and what follows is applied."""
    taken = take_in(store)
    changes = [
        Change(1, "case_accepted", uuid7(), b'{"official_number":"1","at":"x"}'),
        Change(2, "case_danced", taken.case_id, b"{}"),
        Change(3, "matter_state", taken.case_id, b'{"matter_id":"99","state":"accepted","at":"x"}'),
        Change(4, "matter_state", taken.case_id, b'{"matter_id":"04","state":"eaten","at":"x"}'),
        Change(5, "matter_state", taken.case_id, b"\xff["),
        Change(6, "case_state", taken.case_id, b"[]"),
        Change(7, "matter_state", taken.case_id, b'{"matter_id":"12","state":"accepted","at":"x"}'),
    ]
    assert store.outbox.apply(changes, "c7", NOW) == 1
    assert store.outbox.state().cursor == "c7"
    case = store.cases.get(taken.case_number)
    assert [matter.state.value for matter in case.matters] == ["taken_in", "accepted", "taken_in"]
    reasons = [line["detail"] for line in store.journal.lines() if line["kind"] == "change_set_aside"]
    assert len(reasons) == 6


def test_feed_of_a_hub_that_was_set_up_anew(store: Store) -> None:
    """Other changes under numbers that are known are not taken for repetitions."""
    taken = take_in(store)
    store.outbox.apply([Change(1, "case_accepted", uuid7(), b"{}")], "a", NOW)
    body = b'{"official_number":"37-2","at":"2026-11-19T01:00:00Z"}'
    assert store.outbox.apply([Change(1, "case_accepted", taken.case_id, body)], "b", NOW) == 1


def matter_change(seq: int, case_id: str, matter: str, state: MatterState, words: str = "") -> Change:
    """Report a matter's state."""
    body = {"matter_id": matter, "state": state.value, "words": words, "at": "2026-11-19T01:00:00Z"}
    return Change(seq, "matter_state", case_id, json.dumps(body).encode())


def test_case_follows_its_matters(store: Store) -> None:
    """The whole case stands where its matters stand; once accepted it does not fall back to taken in."""
    taken = take_in(store, matters=(matter_of("04"), matter_of("12")))
    body = b'{"official_number":"37-1","at":"2026-11-19T01:00:00Z"}'
    steps = [
        (Change(1, "case_accepted", taken.case_id, body), CaseState.ACCEPTED),
        (matter_change(2, taken.case_id, "04", MatterState.CORRECTION_REQUESTED), CaseState.CORRECTION_REQUESTED),
        (matter_change(3, taken.case_id, "04", MatterState.TAKEN_IN), CaseState.ACCEPTED),
        (matter_change(4, taken.case_id, "12", MatterState.IN_PROGRESS), CaseState.IN_PROGRESS),
        (matter_change(5, taken.case_id, "12", MatterState.FINISHED), CaseState.IN_PROGRESS),
        (matter_change(6, taken.case_id, "04", MatterState.REFUSED), CaseState.FINISHED),
    ]
    for change, state in steps:
        assert store.outbox.apply([change], f"c{change.seq}", NOW) == 1
        assert store.cases.get(taken.case_number).state is state
    assert store.cases.counts()["finished"] == 1
    assert store.cases.all()[0].matters_finished == 1


def test_move_that_is_not_allowed(store: Store) -> None:
    """A matter does not go a way that the rules do not know; the change is set aside."""
    taken = take_in(store)
    changes = [
        matter_change(1, taken.case_id, "04", MatterState.FINISHED),
        matter_change(2, taken.case_id, "04", MatterState.ACCEPTED),
        Change(3, "case_state", taken.case_id, b'{"state":"draft","at":"x"}'),
        Change(4, "case_state", taken.case_id, b'{"state":"withdrawn","at":"x","words":"w"}'),
    ]
    assert store.outbox.apply(changes, "c", NOW) == 2
    case = store.cases.get(taken.case_number)
    assert (case.state, case.matters[0].state) == (CaseState.WITHDRAWN, MatterState.FINISHED)


def test_received_is_not_accepted(store: Store) -> None:
    """The hub's own number in its answer does not make the case an accepted one."""
    taken = take_in(store)
    entry = store.outbox.due(NOW, max_items=1, max_bytes=1)[0]
    outcome = DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED, hub_case_number="HUB-1")
    store.outbox.record([outcome], NOW, retry_at=lambda _: NOW)
    store.outbox.apply([matter_change(1, taken.case_id, "04", MatterState.TAKEN_IN)], "c", NOW)
    assert store.cases.get(taken.case_number).state is CaseState.TAKEN_IN


def test_correction_needs_a_person(store: Store) -> None:
    """A matter that must be corrected brings its case to the top with the department's words."""
    taken = take_in(store)
    take_in(store)
    body = '{"matter_id":"04","state":"correction_requested","words":"照片不清楚","at":"2026-11-19T01:00:00Z"}'
    store.outbox.apply([Change(1, "matter_state", taken.case_id, body.encode())], "c", NOW)
    assert [(case.case_number, case.attention) for case in store.cases.all(limit=1)] == [
        (taken.case_number, "照片不清楚")
    ]


def test_official_number_from_the_answer(store: Store) -> None:
    """The hub's own number that comes with its answer is linked to the case."""
    taken = take_in(store)
    entry = store.outbox.due(NOW, max_items=1, max_bytes=1)[0]
    outcome = DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED, hub_case_number="HUB-1")
    store.outbox.record([outcome], NOW, retry_at=lambda _: NOW)
    case = store.cases.get(taken.case_number)
    assert (case.official_number, case.delivery, case.delivered_at) == ("HUB-1", Delivery.DELIVERED, NOW)


def test_empty_intake_parts(store: Store) -> None:
    """A case without matters, materials or files is kept as it is."""
    taken = take_in(store, matters=(), materials=(), application=application_of("测试"))
    case = store.cases.get(taken.case_number)
    assert (case.matters, case.materials, case.attachments) == ((), (), ())
    assert described(b"").size == 0
