"""What every `Outbox` must do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_rigs import NOW, after, file_of, store_in, take_in

from kiosk.domain.case import Delivery
from kiosk.ids import AttachmentId, EventId, uuid7
from kiosk.ports.store import JournalLine, Store
from kiosk.ports.sync import DeliveryOutcome, OutboxEntry, OutcomeStatus


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = store_in(tmp_path)
    yield opened
    opened.close()


def due(store: Store, now: str = NOW, max_items: int = 50, max_bytes: int = 10**6) -> list[OutboxEntry]:
    """Give what is due."""
    return store.outbox.due(now, max_items=max_items, max_bytes=max_bytes)


def answer(store: Store, entry: OutboxEntry, status: OutcomeStatus, *missing: str, code: str = "") -> None:
    """Send an entry and keep this answer; a retry comes after a minute."""
    store.outbox.mark_in_flight([entry.event_id], NOW)
    outcome = DeliveryOutcome(entry.event_id, status, code, "说明", tuple(AttachmentId(one) for one in missing))
    store.outbox.record([outcome], NOW, retry_at=lambda attempts: after(60 * attempts))


def states(store: Store) -> tuple[int, int, int, int]:
    """Give the counts: pending, in flight, delivered, needs attention."""
    counts = store.outbox.counts()
    return counts.pending, counts.in_flight, counts.delivered, counts.needs_attention


def test_new_case(store: Store) -> None:
    """A case that was taken in is due at once, as captured, with its files announced."""
    files = file_of(300_000), file_of(5)
    taken = take_in(store, *files)
    (entry,) = due(store)
    assert (entry.seq, entry.rev, entry.kind, entry.case_id, entry.schema) == (1, 1, "case_taken_in", taken.case_id, 1)
    assert taken.case_number.encode() in entry.payload
    assert [(one.attachment_id, one.sha256, one.size) for one in entry.attachments] == [
        (file.attachment_id, file.sha256, file.size) for file, _ in files
    ]
    assert states(store) == (1, 0, 0, 0)
    assert store.outbox.next_due_at() == NOW
    assert store.outbox.counts().oldest_pending_at == NOW


def test_delivered(store: Store) -> None:
    """Received with nothing missing is delivered, with the time of the acknowledgement."""
    taken = take_in(store, file_of())
    answer(store, due(store)[0], OutcomeStatus.RECEIVED)
    assert states(store) == (0, 0, 1, 0)
    assert store.outbox.counts().last_acknowledged_at == NOW
    assert store.outbox.counts().oldest_pending_at is None
    assert store.cases.get(taken.case_number).delivery is Delivery.DELIVERED
    assert (due(store), store.outbox.queue(), store.outbox.next_due_at()) == ([], [], None)


@pytest.mark.parametrize("status", [OutcomeStatus.RECEIVED, OutcomeStatus.DUPLICATE])
def test_received_without_its_files(store: Store, status: OutcomeStatus) -> None:
    """Received with files missing is not delivered: files go up, smallest first, then the entry is told once more."""
    big, small, there = file_of(400_000), file_of(9), file_of(50)
    take_in(store, big, small, there)
    entry = due(store)[0]
    answer(store, entry, status, big[0].attachment_id, small[0].attachment_id)
    assert due(store) == []
    assert store.outbox.next_due_at() is None
    assert states(store) == (1, 0, 0, 0)
    uploads = store.outbox.uploads(NOW, limit=9)
    assert [(upload.attachment_id, upload.offset, upload.size) for upload in uploads] == [
        (small[0].attachment_id, 0, 9),
        (big[0].attachment_id, 0, 400_000),
    ]
    assert store.outbox.read_chunk(uploads[1].attachment_id, 262_000, 1000) == big[1][262_000:263_000]
    store.outbox.note_upload(uploads[0].attachment_id, 9, complete=True)
    store.outbox.note_upload(uploads[1].attachment_id, 262_144, complete=False)
    assert [(upload.event_id, upload.offset) for upload in store.outbox.uploads(NOW, limit=9)] == [
        (entry.event_id, 262_144)
    ]
    line = store.outbox.queue()[0]
    assert (line.bytes_total, line.bytes_sent) == (400_059, 262_144 + 9 + 50)
    assert due(store) == []
    store.outbox.note_upload(uploads[1].attachment_id, 400_000, complete=True)
    assert [again.event_id for again in due(store)] == [entry.event_id]
    answer(store, entry, OutcomeStatus.DUPLICATE)
    assert states(store) == (0, 0, 1, 0)
    assert store.outbox.uploads(NOW, limit=9) == []


def test_file_that_the_hub_lost_again(store: Store) -> None:
    """A file held by the hub and missing later starts from the beginning."""
    file = file_of()
    take_in(store, file)
    entry = due(store)[0]
    answer(store, entry, OutcomeStatus.RECEIVED, file[0].attachment_id)
    store.outbox.note_upload(AttachmentId(file[0].attachment_id), file[0].size, complete=True)
    answer(store, entry, OutcomeStatus.DUPLICATE, file[0].attachment_id)
    assert [upload.offset for upload in store.outbox.uploads(NOW, limit=9)] == [0]


def test_hub_misses_what_is_not_ours(store: Store) -> None:
    """A missing file that no one here has is never a delivery, and is not asked about again at once."""
    take_in(store, file_of())
    answer(store, due(store)[0], OutcomeStatus.RECEIVED, uuid7())
    assert states(store) == (1, 0, 0, 0)
    assert due(store) == []
    assert len(due(store, after(60))) == 1


def test_in_flight(store: Store) -> None:
    """What is being sent is not due a second time, counts as an attempt, and is shown as on its way."""
    take_in(store)
    entry = due(store)[0]
    store.outbox.mark_in_flight([entry.event_id], NOW)
    assert due(store) == []
    assert states(store) == (0, 1, 0, 0)
    assert store.outbox.queue()[0].attempts == 1


def test_worker_that_died(store: Store, tmp_path: Path) -> None:
    """Another program that opens the store leaves what is in flight alone; the next worker makes it pending again."""
    take_in(store)
    entry = due(store)[0]
    store.outbox.mark_in_flight([entry.event_id], NOW)
    second = store_in(tmp_path)
    assert second.outbox.counts().in_flight == 1
    second.outbox.recover()
    assert [again.event_id for again in second.outbox.due(NOW, max_items=9, max_bytes=9)] == [entry.event_id]
    second.close()


def test_retry(store: Store) -> None:
    """A retry waits until the time that its number of attempts gives, and says why."""
    take_in(store)
    for attempt in (1, 2):
        entry = due(store, after(600))[0]
        assert entry.attempts == attempt - 1
        answer(store, entry, OutcomeStatus.RETRY, code="busy")
        assert due(store, after(60 * attempt - 1)) == []
        assert store.outbox.next_due_at() == after(60 * attempt)
    line = store.outbox.queue()[0]
    assert (line.state, line.error_code, line.error_words, line.next_attempt_at) == (
        Delivery.PENDING,
        "busy",
        "说明",
        after(120),
    )
    store.outbox.retry_now(after(1))
    assert len(due(store, after(1))) == 1


def test_no_answer(store: Store) -> None:
    """An entry that got no answer is pending again with the reason, also while its files were going up."""
    file = file_of()
    take_in(store, file)
    entry = due(store)[0]
    answer(store, entry, OutcomeStatus.RECEIVED, file[0].attachment_id)
    store.outbox.release([entry.event_id], NOW, code="SYN-01", words="", retry_at=lambda _: after(5))
    assert states(store) == (1, 0, 0, 0)
    assert store.outbox.uploads(after(9), limit=9) == []
    assert due(store) == []
    assert len(due(store, after(5))) == 1


@pytest.mark.parametrize(("until", "is_due"), [("2035-02-04T02:00:00.000Z", True), (after(7_100), False)])
def test_clock_that_was_ahead(store: Store, until: str, is_due: bool) -> None:
    """A wait that was set while the clock stood years ahead is over once it is right again; a true one is not."""
    file = file_of()
    take_in(store)
    take_in(store, file)
    one, other = due(store)
    answer(store, other, OutcomeStatus.RECEIVED, file[0].attachment_id)
    store.outbox.release([one.event_id], NOW, code="SYN-01", words="", retry_at=lambda _: until)
    assert [entry.event_id for entry in due(store)] == [one.event_id] * is_due
    assert len(store.outbox.uploads(NOW, limit=9)) == 1


@pytest.mark.parametrize("status", [OutcomeStatus.REJECTED, OutcomeStatus.CONFLICT])
def test_refused(store: Store, status: OutcomeStatus) -> None:
    """What the hub refuses goes to the shelf with its words; a person retrying the rest does not send it again."""
    taken = take_in(store)
    take_in(store)
    answer(store, due(store)[0], status, code="id_reused")
    assert states(store) == (1, 0, 0, 1)
    first = store.outbox.queue()[0]
    assert (first.case_number, first.state, first.error_code, first.error_words) == (
        taken.case_number,
        Delivery.NEEDS_ATTENTION,
        "id_reused",
        "说明",
    )
    store.outbox.retry_now(after(1))
    assert [entry.seq for entry in due(store, after(1))] == [2]
    assert store.cases.get(taken.case_number).delivery is Delivery.NEEDS_ATTENTION


def test_answer_after_delivery(store: Store) -> None:
    """A delivered entry stays delivered, whatever comes later; answers to unknown events are ignored."""
    take_in(store)
    entry = due(store)[0]
    answer(store, entry, OutcomeStatus.RECEIVED)
    for status in OutcomeStatus:
        answer(store, entry, status)
        store.outbox.record([DeliveryOutcome(EventId(uuid7()), status)], NOW, retry_at=lambda _: NOW)
    store.outbox.release([entry.event_id], NOW, code="x", words="", retry_at=lambda _: NOW)
    store.outbox.shelve(entry.event_id, NOW, code="x", words="")
    store.outbox.recover()
    assert states(store) == (0, 0, 1, 0)


def test_limits_of_a_batch(store: Store) -> None:
    """A batch keeps to its limits in order of `seq`, but one entry is given whatever its size."""
    for _ in range(4):
        take_in(store)
    size = len(due(store, max_items=1)[0].payload)
    assert [entry.seq for entry in due(store, max_items=3)] == [1, 2, 3]
    assert [entry.seq for entry in due(store, max_bytes=2 * size)] == [1, 2]
    assert [entry.seq for entry in due(store, max_bytes=1)] == [1]


def test_events_of_a_case_in_order(store: Store) -> None:
    """A later event of a case waits while the earlier one waits or is on the shelf; other cases do not."""
    taken = take_in(store)
    line = JournalLine("rating_given", "training", taken.case_number)
    store.cases.append_event(taken.case_id, "rating_given", lambda _: b"{}", line)
    take_in(store)
    answer(store, due(store)[0], OutcomeStatus.RETRY)
    assert [entry.seq for entry in due(store)] == [3]
    first = due(store, after(60))
    assert [entry.seq for entry in first] == [1, 2, 3]
    store.outbox.shelve(first[0].event_id, NOW, code="x", words="x")
    assert [entry.seq for entry in due(store, after(60))] == [3]


def test_case_with_two_events(store: Store) -> None:
    """Counts are of cases, each by the worst state of its events; the list shows each event."""
    taken = take_in(store)
    line = JournalLine("rating_given", "training", taken.case_number)
    store.cases.append_event(taken.case_id, "rating_given", lambda _: b"{}", line)
    first, second = due(store)
    assert states(store) == (1, 0, 0, 0)
    answer(store, first, OutcomeStatus.RECEIVED)
    assert states(store) == (1, 0, 0, 0)
    answer(store, second, OutcomeStatus.REJECTED, code="x")
    assert states(store) == (0, 0, 0, 1)
    assert [entry.kind for entry in store.outbox.queue()] == ["rating_given"]
    assert store.cases.all()[0].attention == "说明"


def test_clock_offset(store: Store) -> None:
    """The offset to the hub's time is kept, and stamped on what is captured from then on."""
    take_in(store)
    store.outbox.note_clock(-1500)
    take_in(store)
    assert store.outbox.state().clock_offset_ms == -1500
    assert [entry.clock_offset_ms for entry in due(store)] == [None, -1500]


def test_state(store: Store) -> None:
    """The terminal knows itself, its epoch and how far it has come."""
    take_in(store)
    state = store.outbox.state()
    assert (state.terminal_id, state.last_seq, state.cursor, len(state.epoch)) == ("T-1", 1, "", 32)


def test_a_refused_entry_is_sent_again_when_a_person_asks(store: Store) -> None:
    """It leaves the shelf, is due at once, and nothing else moves."""
    take_in(store, file_of(10))
    take_in(store)
    refused, other = due(store)
    answer(store, refused, OutcomeStatus.REJECTED, code="schema_unknown")
    answer(store, other, OutcomeStatus.RECEIVED)
    store.outbox.send_again(refused.event_id, NOW)
    store.outbox.send_again(other.event_id, NOW)
    assert states(store) == (1, 0, 1, 0)
    assert [entry.event_id for entry in due(store)] == [refused.event_id]


def test_bytes_left_are_those_on_their_way(store: Store) -> None:
    """What the hub holds and what it refused are not among them."""
    first, second = file_of(1_000), file_of(300)
    take_in(store, first, second)
    assert store.outbox.counts().bytes_left == 1_300
    [entry] = due(store)
    answer(store, entry, OutcomeStatus.RECEIVED, first[0].attachment_id)
    assert store.outbox.counts().bytes_left == 1_000
    store.outbox.note_upload(AttachmentId(first[0].attachment_id), 400, complete=False)
    assert store.outbox.counts().bytes_left == 600
    store.outbox.note_upload(AttachmentId(first[0].attachment_id), 1_000, complete=True)
    assert store.outbox.counts().bytes_left == 0
    take_in(store, file_of(50))
    [refused] = [one for one in due(store) if one.event_id != entry.event_id]
    answer(store, refused, OutcomeStatus.REJECTED)
    assert store.outbox.counts().bytes_left == 0
