"""What every `Store` must do with cases: taking in, finding, further events."""

from __future__ import annotations

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
    take_in,
)

from kiosk.domain.case import CaseState, Delivery
from kiosk.domain.numbering import parse_case_number
from kiosk.errors import ErrorCode, InputError, StoreError
from kiosk.ids import AttachmentId, CaseId, JobId, OperatorId, uuid7
from kiosk.ports.store import JournalLine, NumberFrame, Store


def refused(store: Store, number: str = "SHS370100T01A202611180001A") -> None:
    """Expect a case to be unknown."""
    with pytest.raises(StoreError) as caught:
        store.cases.get(number)
    assert caught.value.code is ErrorCode.CASE_NOT_FOUND


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


def test_find_among_many(store: Store) -> None:
    """Of more cases than are asked for the newest come, whichever of the two names it is that fits, each once."""
    names = [("测试甲", "别人"), ("别的", "测试乙"), ("测试丙", "测试丙"), ("别的", "别人"), ("测试戊", "别人")]
    numbers = [take_in(store, deceased_name=one, applicant_name=other).case_number for one, other in names]
    found = [numbers[4], numbers[2], numbers[1], numbers[0]]
    for limit in range(1, 6):
        assert [case.case_number for case in store.cases.find("测试", limit=limit)] == found[:limit]


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


def test_empty_intake_parts(store: Store) -> None:
    """A case without matters, materials or files is kept as it is."""
    taken = take_in(store, matters=(), materials=(), application=application_of("测试"))
    case = store.cases.get(taken.case_number)
    assert (case.matters, case.materials, case.attachments) == ((), (), ())
    assert described(b"").size == 0
