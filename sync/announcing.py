"""Announcing what is due, batch after batch, without keeping the hub waiting for this machine's disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from datetime import timedelta
from functools import partial

from kiosk.clock import Clock, iso
from kiosk.errors import ErrorCode, HubError, KioskError
from kiosk.ports.sync import Outbox, OutboxEntry, OutcomeStatus
from sync import policy
from sync.answers import HubAnswerError, by_wish, outcome_of
from sync.hub_calls import Content, Hub
from sync.messages import BatchAnswer, ItemResult, Limits
from sync.policy import Behaviour
from sync.tally import Tally

_TOLD_MAX = 6
"""How often one event is announced in a round: more means that the answers lead nowhere."""
_TAKEN = (OutcomeStatus.RECEIVED, OutcomeStatus.DUPLICATE)
_ON_THE_SHELF = (OutcomeStatus.REJECTED, OutcomeStatus.CONFLICT)
_Answered = tuple[Sequence[OutboxEntry], BatchAnswer]


class Announcing:
    """Announces batches of events, and learns from one for the next how large it may be.

    While the hub works on a batch, its answer to the one before is kept here and the next one is read and written: a
    drain takes as long as the slower side, not as both. There is one request at a time, in the outbox's order, and an
    event waits for the answer to those of its case that went before. The outbox is used in the calling thread alone;
    the request runs in `line`'s and has ended when `run` has.
    """

    def __init__(
        self,
        hub: Hub,
        clock: Clock,
        line: Executor,
        *,
        chance: Callable[[], float],
        stopping: Callable[[], bool],
        on_progress: Callable[[Outbox, Tally], None],
    ) -> None:
        """Prepare, without asking anything.

        Args:
            hub: whom to tell.
            clock: the time.
            line: runs the requests.
            chance: draws from [0, 1) for jitter.
            stopping: whether to end before the next batch.
            on_progress: hears of every batch whose answer is kept.
        """
        self._hub = hub
        self._clock = clock
        self._line = line
        self._chance = chance
        self._stopping = stopping
        self._on_progress = on_progress
        self._batch_bytes = 1 << 30

    def due(self, outbox: Outbox, limits: Limits) -> list[OutboxEntry]:
        """Read the next batch; empty when nothing is due."""
        limit = min(limits.batch_bytes, self._batch_bytes)
        return outbox.due(self._now(), max_items=limits.batch_items, max_bytes=limit)

    def run(self, outbox: Outbox, limits: Limits, tally: Tally) -> bool:
        """Announce all that is due; False when nothing was.

        Raises:
            HubError: the hub failed, or its answers lead nowhere (HUB_BUSY); what it did answer is kept.
            StoreError: the outbox failed.
        """
        entries = self.due(outbox, limits)
        batch = self._written(outbox, entries)
        found = bool(entries)
        answered: _Answered | None = None
        while entries and not self._stopping() and not _leads_nowhere(entries, tally):
            began = self._clock.monotonic()
            sent = self._send(outbox, entries, batch, tally)
            try:
                self._keep(outbox, answered, tally)
                ahead = self.due(outbox, limits)
                batch = self._written(outbox, ahead)
            finally:
                wait([sent])
            answered = self._answer_to(outbox, entries, sent, began, tally)
            entries = ahead
        self._keep(outbox, answered, tally)
        if _leads_nowhere(entries, tally):
            raise HubError(ErrorCode.HUB_BUSY)
        return found

    def _written(self, outbox: Outbox, entries: Sequence[OutboxEntry]) -> Content:
        return self._hub.batch(outbox.state().epoch, entries)

    def _send(
        self, outbox: Outbox, entries: Sequence[OutboxEntry], batch: Content, tally: Tally
    ) -> Future[BatchAnswer]:
        """Let the request go, and note that it has: an event that the program dies over is sent again in any case."""
        ids = [entry.event_id for entry in entries]
        tally.told.update(ids)
        sent = self._line.submit(self._hub.announce, batch)
        try:
            outbox.mark_in_flight(ids, self._now())
        except BaseException:
            wait([sent])
            raise
        return sent

    def _answer_to(
        self, outbox: Outbox, entries: Sequence[OutboxEntry], sent: Future[BatchAnswer], began: float, tally: Tally
    ) -> _Answered | None:
        """Give the answer; None when the batch was too much at once and has gone in halves, whose answers are kept."""
        try:
            answer = sent.result()
        except HubAnswerError as exc:
            if exc.behaviour is not Behaviour.HALVE:
                self._put_back(outbox, entries, exc)
                raise
            self._announce_halves(outbox, entries, exc, tally)
            return None
        except HubError as exc:
            # The line may only carry short messages: try a smaller one next time.
            self._batch_bytes = max(sum(len(entry.payload) for entry in entries) // 2, policy.BATCH_BYTES_MIN)
            self._put_back(outbox, entries, exc)
            raise
        if self._clock.monotonic() - began < policy.QUICK_S:
            self._batch_bytes = min(self._batch_bytes * 2, 1 << 30)
        return entries, answer

    def _announce_halves(
        self, outbox: Outbox, entries: Sequence[OutboxEntry], refusal: HubAnswerError, tally: Tally
    ) -> None:
        if len(entries) == 1:
            code = refusal.problem_code or f"http_{refusal.status}"
            outbox.shelve(entries[0].event_id, self._now(), code=code, words=refusal.words)
            tally.needs_attention += 1
            self._on_progress(outbox, tally)
            return
        first, second = policy.halves(entries)
        for half, rest in ((first, second), (second, [])):
            began = self._clock.monotonic()
            sent = self._send(outbox, half, self._written(outbox, half), tally)
            try:
                self._keep(outbox, self._answer_to(outbox, half, sent, began, tally), tally)
            except HubError as exc:
                self._put_back(outbox, rest, exc)
                raise

    def _put_back(self, outbox: Outbox, entries: Sequence[OutboxEntry], error: KioskError) -> None:
        """Make entries due again at once: it was not their fault, and the worker says when the hub is asked again."""
        ids = [entry.event_id for entry in entries]
        outbox.release(ids, self._now(), code=error.code.value, words="", retry_at=lambda _: self._now())

    def _keep(self, outbox: Outbox, answered: _Answered | None, tally: Tally) -> None:
        """Keep what the hub said to each event of a batch."""
        if answered is None:
            return
        entries, answer = answered
        tally.announced += len(entries)
        results: dict[str, ItemResult] = {}
        doubtful: set[str] = set()
        for result in answer.results:
            if results.setdefault(result.event_id, result) != result:
                doubtful.add(result.event_id)
        named = [entry for entry in entries if entry.event_id in results and entry.event_id not in doubtful]
        outcomes = [outcome_of(entry, results[entry.event_id], answer.server_time) for entry in named]
        for wish, group in by_wish(outcomes):
            outbox.record(group, self._now(), retry_at=partial(self._retry_at, wish=wish))
        named_ids = {entry.event_id for entry in named}
        unnamed = [entry.event_id for entry in entries if entry.event_id not in named_ids]
        if unnamed:
            outbox.release(
                unnamed, self._now(), code="not_answered", words="", retry_at=partial(self._retry_at, wish=None)
            )
        tally.delivered += sum(outcome.status in _TAKEN and not outcome.missing for outcome in outcomes)
        tally.needs_attention += sum(outcome.status in _ON_THE_SHELF for outcome in outcomes)
        self._on_progress(outbox, tally)

    def _retry_at(self, attempts: int, wish: float | None) -> str:
        chance = self._chance()
        delay = policy.backoff(attempts, chance) if wish is None else policy.after(wish, chance)
        return iso(self._clock.now() + timedelta(seconds=delay))

    def _now(self) -> str:
        return iso(self._clock.now())


def _leads_nowhere(entries: Sequence[OutboxEntry], tally: Tally) -> bool:
    return any(tally.told[entry.event_id] >= _TOLD_MAX for entry in entries)
