"""One round with the hub: announce, upload, acknowledge, read changes."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

from kiosk.clock import Clock, iso
from kiosk.errors import ErrorCode, HubError, StoreError
from kiosk.messages import text
from kiosk.ports.sync import (
    ATTACHMENT_DAMAGED,
    Change,
    DeliveryOutcome,
    Outbox,
    OutcomeStatus,
    Upload,
)
from sync import policy
from sync.announcing import Announcing
from sync.answers import HubAnswerError, advanced, offset_ms
from sync.fetching import Fetching
from sync.hub_calls import Hub
from sync.learning import PackShelf, learn_known, learn_pack, learn_station
from sync.messages import PROTOCOL, Hello, Limits
from sync.policy import Behaviour
from sync.reconcile import Doubt
from sync.tally import Tally

CHUNK_START = 64 << 10
"""Eight seconds at 64 kbit/s."""
_UPLOADS_SEEN = 50
_STALLS_MAX = 3
"""How often an attachment may go without progress before it waits for the next round, or for the shelf."""
_LOST = {ErrorCode.STORE_DAMAGED, ErrorCode.CASE_NOT_FOUND}
"""What reading an attachment says when its bytes, or the key to them, are not there any more."""
_GONE = {ErrorCode.HUB_UNREACHABLE, ErrorCode.HUB_BUSY}
"""What ends a round: to ask for the next thing would meet the same."""


class Exchange:
    """Rounds with one hub, and what is learnt from one for the next: chunk and batch sizes.

    Contract: one thread at a time; the outbox is that thread's own, and the hub is asked one thing at a time. Every
    call to the outbox is one transaction, so the program may die between any two lines here: what is then told twice
    has the same effect as once. A hub's failure ends the half (push or pull) it met and stands in the report; anything
    else (`StoreError`, a bug) is raised.
    """

    def __init__(
        self,
        hub: Hub,
        clock: Clock,
        *,
        chance: Callable[[], float] = random.random,
        stopping: Callable[[], bool] = lambda: False,
        on_progress: Callable[[Outbox, Tally], None] = lambda _outbox, _tally: None,
        packs: PackShelf | None = None,
        line: Executor | None = None,
    ) -> None:
        """Prepare, without asking anything.

        `on_progress` hears of every step that changed the queue; without `packs` the hub's are not asked for. `line`
        runs batches, one at a time; without it a thread beside the calling one does.
        """
        self._packs = packs
        self._hub = hub
        self._clock = clock
        self._stopping = stopping
        self._on_progress = on_progress
        self._fetching = Fetching(hub, clock)
        self._chunk = CHUNK_START
        self._announcing = Announcing(
            hub,
            clock,
            line or ThreadPoolExecutor(1, "sync-line"),
            chance=chance,
            stopping=stopping,
            on_progress=on_progress,
        )
        self._rejected_wholes: dict[str, int] = {}
        self._doubt = Doubt()

    def probe(self, outbox: Outbox) -> Hello:
        """Ask the hub who it is and keep its time.

        Raises:
            HubError: it cannot be reached, is none, or does not fit; HUB_BUSY when it asks for silence.
        """
        try:
            hello = self._hub.hello()
        except HubAnswerError as exc:
            if exc.server_time is not None:
                self._note_clock(outbox, exc.server_time)
            raise
        self._note_clock(outbox, hello.server_time)
        if not hello.protocol.min <= PROTOCOL <= hello.protocol.max:
            raise HubError(ErrorCode.HUB_VERSION)
        if hello.pacing.paused:
            raise HubAnswerError(Behaviour.WAIT, 200, None, policy.clamp_retry_after(hello.pacing.next_poll_s))
        return hello

    def run(self, outbox: Outbox, hello: Hello, tally: Tally) -> None:
        """Push all that is due, then pull and learn; each goes its way whatever becomes of the others.

        First it looks whether the hub still has what it said it has: one restored from a backup, or a terminal that
        was, is made whole again by sending once more. A feed that does not go on where it was read to shows the same.
        """
        self._deliver(outbox, hello, tally)
        parts: tuple[Callable[[], None], ...] = (
            lambda: self._pull(outbox, tally),
            lambda: learn_known(self._hub, outbox, hello, self._stopping),
            lambda: learn_station(self._hub, outbox, hello, self._now()),
            lambda: learn_pack(self._hub, outbox, self._packs, hello, self._now()),
            lambda: self._fetch_results(outbox, hello, tally),
        )
        for part in parts:
            try:
                part()
            except HubError as exc:
                tally.fail(exc)
                if exc.code in _GONE:
                    return
        if self._doubt.lost and tally.failure is None:
            self._deliver(outbox, hello, tally)

    def _deliver(self, outbox: Outbox, hello: Hello, tally: Tally) -> None:
        try:
            self._doubt.settle(self._hub, outbox, hello.seen, self._clock)
            self._push(outbox, hello, tally)
        except HubError as exc:
            tally.push_failed = True
            tally.fail(exc)

    def _push(self, outbox: Outbox, hello: Hello, tally: Tally) -> None:
        """Announce before uploading, always: a new case never waits for an old file's bytes."""
        delivered = tally.delivered
        try:
            while not self._stopping():
                if self._announcing.run(outbox, hello.limits, tally):
                    continue
                if not self._upload_one(outbox, hello.limits, tally):
                    return
                self._on_progress(outbox, tally)
        finally:
            self._doubt.unread |= tally.delivered > delivered

    def _upload_one(self, outbox: Outbox, limits: Limits, tally: Tally) -> bool:
        """Send one chunk of the smallest attachment that makes progress; False when there is nothing to send."""
        uploads = outbox.uploads(self._now(), limit=_UPLOADS_SEEN)
        for upload in uploads:
            if tally.stalled[upload.attachment_id] < _STALLS_MAX:
                self._upload_chunk(outbox, upload, limits, tally)
                return True
        if uploads:
            raise HubError(ErrorCode.HUB_BUSY)
        return False

    def _upload_chunk(self, outbox: Outbox, upload: Upload, limits: Limits, tally: Tally) -> None:
        length = min(self._chunk, limits.chunk_max, upload.size - upload.offset)
        if length <= 0:
            self._ask_offset(outbox, upload, tally)
            return
        chunk = self._read(outbox, upload, length, tally)
        if chunk is None:
            return
        began = self._clock.monotonic()
        try:
            state = self._hub.upload(upload.attachment_id, upload.offset, chunk, upload.size)
        except HubAnswerError as exc:
            self._chunk = policy.shrink_chunk(len(chunk))
            if exc.behaviour is not Behaviour.HALVE:
                self._after_refusal(outbox, upload, exc, tally)
            elif len(chunk) <= policy.CHUNK_MIN:
                raise
            return
        except HubError:
            self._chunk = policy.shrink_chunk(len(chunk))
            raise
        if state.offset <= upload.offset:
            tally.stalled[upload.attachment_id] += 1
        took_s = self._clock.monotonic() - began
        if len(chunk) >= min(self._chunk, limits.chunk_max) or took_s > policy.SLOW_S:  # the end of a file says little
            self._chunk = policy.next_chunk(len(chunk), took_s, limits.chunk_max)
        outbox.note_upload(upload.attachment_id, state.offset, complete=state.complete)
        tally.uploaded_bytes += len(chunk)

    def _read(self, outbox: Outbox, upload: Upload, length: int, tally: Tally) -> bytes | None:
        """Give bytes of an attachment; None when they are lost here, and its event alone waits for a person."""
        try:
            return outbox.read_chunk(upload.attachment_id, upload.offset, length)
        except StoreError as exc:
            if exc.code not in _LOST:
                raise
        outbox.shelve(upload.event_id, self._now(), code=ATTACHMENT_DAMAGED, words=text("sync.attachment_damaged"))
        tally.needs_attention += 1
        return None

    def _after_refusal(self, outbox: Outbox, upload: Upload, refusal: HubAnswerError, tally: Tally) -> None:
        tally.stalled[upload.attachment_id] += 1
        match refusal.behaviour:
            case Behaviour.ASK_OFFSET:
                self._ask_offset(outbox, upload, tally)
            case Behaviour.ANNOUNCE:
                self._announce_again(outbox, upload, refusal)
            case Behaviour.START_OVER:
                self._start_over(outbox, upload, refusal, tally)
            case _:
                raise refusal

    def _ask_offset(self, outbox: Outbox, upload: Upload, tally: Tally) -> None:
        try:
            state = self._hub.upload_state(upload.attachment_id, upload.size)
        except HubAnswerError as exc:
            if exc.behaviour is not Behaviour.ANNOUNCE:
                raise
            tally.stalled[upload.attachment_id] += 1
            self._announce_again(outbox, upload, exc)
            return
        outbox.note_upload(upload.attachment_id, state.offset, complete=state.complete)

    def _announce_again(self, outbox: Outbox, upload: Upload, refusal: HubAnswerError) -> None:
        outbox.note_upload(upload.attachment_id, 0, complete=False)
        again = DeliveryOutcome(upload.event_id, OutcomeStatus.RETRY, refusal.problem_code or "http_404", refusal.words)
        outbox.record([again], self._now(), retry_at=lambda _: self._now())

    def _start_over(self, outbox: Outbox, upload: Upload, refusal: HubAnswerError, tally: Tally) -> None:
        outbox.note_upload(upload.attachment_id, 0, complete=False)
        wrong = self._rejected_wholes.get(upload.attachment_id, 0) + 1
        self._rejected_wholes[upload.attachment_id] = wrong
        if wrong >= _STALLS_MAX:
            del self._rejected_wholes[upload.attachment_id]
            code = refusal.problem_code or "http_422"
            outbox.shelve(upload.event_id, self._now(), code=code, words=refusal.words)
            tally.needs_attention += 1

    def _pull(self, outbox: Outbox, tally: Tally) -> None:
        """Read the feed to its end; a cursor or a number that does not advance is a loop and stops it."""
        cursor = outbox.state().cursor
        read = {cursor}
        last = 0
        while not self._stopping():
            try:
                page = self._hub.changes(cursor)
            except HubAnswerError as exc:
                if exc.behaviour is not Behaviour.SNAPSHOT or not cursor:
                    raise
                cursor, last, read = "", 0, {""}
                self._doubt.lost = True
                continue
            last = advanced(page, last)
            if (page.has_more or page.changes) and page.next_cursor in read:
                raise HubError(ErrorCode.HUB_CURSOR_STUCK)
            if page.next_cursor != cursor:
                changes = [Change(line.seq, line.kind, line.case_id, bytes(line.body)) for line in page.changes]
                tally.changes += outbox.apply(changes, page.next_cursor, self._now())
                self._on_progress(outbox, tally)
            cursor = page.next_cursor
            read.add(cursor)
            if not page.has_more:
                self._doubt.unread = False
                return

    def _fetch_results(self, outbox: Outbox, hello: Hello, tally: Tally) -> None:
        """Fetch what a person asked for; an event that came meanwhile goes before the next piece."""
        for ended in self._fetching.pieces(outbox, hello.limits.chunk_max):
            tally.results += ended
            self._on_progress(outbox, tally)
            if self._stopping():
                return
            if self._announcing.due(outbox, hello.limits):
                self._push(outbox, hello, tally)

    def _note_clock(self, outbox: Outbox, server_time: str) -> None:
        offset = offset_ms(server_time, self._clock)
        if offset is not None:
            outbox.note_clock(offset)

    def _now(self) -> str:
        return iso(self._clock.now())
