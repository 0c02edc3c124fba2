"""What every `Store` must do with operators, drafts and their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from store_rigs import (
    draft_of,
    file_of,
    take_in,
)

from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import AttachmentId, CaseId, OperatorId, uuid7
from kiosk.ports.store import OperatorRecord, Store
from kiosk.store.attachments import CHUNK_BYTES


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
