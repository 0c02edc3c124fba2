"""The one thread that talks to the hub."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from kiosk.clock import Clock, iso, parse
from kiosk.errors import ErrorCode, HubError, KioskError
from kiosk.ports.sync import HubReach, Outbox, SyncCounts, SyncReport
from sync import policy
from sync.client import HubClient
from sync.exchange import Exchange
from sync.learning import PackShelf
from sync.tally import Tally

_LOG = logging.getLogger("yizhan.sync")
_CALM_S = 0.5
_GIVEN_UP_WAIT_S = 10.0
_REST_MIN_S = 0.2
_PROGRESS_S = 0.5
_STUCK_WAIT_S = 30.0


@dataclass(frozen=True)
class SyncUpdate:
    """What the screen hears: the round so far and the queue as it stands now (None: the store cannot be read)."""

    report: SyncReport
    counts: SyncCounts | None


OpenOutbox = Callable[[], AbstractContextManager[Outbox]]
"""Opens an outbox for the calling thread; leaving the context closes it."""


class SyncWorker:
    """Delivers what waits and fetches what is new, in one thread of its own.

    Contract. `start`, `stop`, `notice_event` and `retry_now` may be called by any thread and return at once (`stop`
    waits for the thread to end). The listener is called in the worker's thread with immutable values and must not
    block. The outbox is opened in the worker's thread and closed by it.

    What starts a round: a new event (`notice_event`), an entry whose time has come, the planned poll, a probe of an
    unreachable hub, a person (`retry_now`). A round is: hello, announce, upload, acknowledge, read changes.

    On success the next round comes when the hub planned it or something is due. On a link fault, a stranger's answer
    for one, nothing changes, and the hub is probed with hello every `probe_s` and at every new event; the operating
    system's idea of the network is never asked. When it asks to wait, it is left alone that long, except by a person.
    When it refuses us (401, 403, version), sync pauses, says so, and asks again about once a minute. When the store
    fails, or anything else happens, the round is given up, the outbox is opened anew and the worker goes on: what was
    in flight is pending again.
    """

    def __init__(
        self,
        client: HubClient,
        open_outbox: OpenOutbox,
        clock: Clock,
        *,
        probe_s: float,
        listener: Callable[[SyncUpdate], None] = lambda _: None,
        chance: Callable[[], float] = random.random,
        packs: PackShelf | None = None,
    ) -> None:
        """Prepare, without connecting.

        Args:
            client: the hub.
            open_outbox: gives the thread its own outbox.
            clock: the time.
            probe_s: how often an unreachable hub is asked, in seconds.
            listener: hears of every step.
            chance: draws from [0, 1) for jitter.
            packs: where the hub's packs are kept; without it they are not asked for.
        """
        self._client = client
        self._open_outbox = open_outbox
        self._clock = clock
        self._probe_s = probe_s
        self._listener = listener
        self._chance = chance
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._asked = threading.Event()
        """A person asked for a round now."""
        self._thread: threading.Thread | None = None
        self._exchange = Exchange(
            client, clock, chance=chance, stopping=self._stop.is_set, on_progress=self._progress, packs=packs
        )
        self._reach = HubReach.UNKNOWN
        self._away = True
        """The hub did not answer the last hello: the first rounds after it comes back are spread."""
        self._failures = 0
        """Rounds in a row that failed although the hub answered hello."""
        self._not_before = 0.0
        """Monotonic time before which only a person starts a round, or a new event while nobody is known to answer."""
        self._nobody = False
        """Whoever was asked last was not the hub: asking again costs it nothing."""
        self._next = 0.0
        """Monotonic time of the next planned round."""
        self._published = 0.0
        self._began = ""

    def start(self) -> None:
        """Begin; a worker is started once."""
        self._thread = threading.Thread(target=self._work, name="sync", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """End after cutting a running request; gives whether the thread has ended. May be called twice."""
        self._stop.set()
        self._wake.set()
        self._client.abort()
        if self._thread is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        return True

    def notice_event(self) -> None:
        """Take note that a new event waits."""
        self._wake.set()

    def retry_now(self) -> None:
        """Start a round now, whatever was agreed: a person asks."""
        self._asked.set()
        self._wake.set()

    def run_round(self) -> SyncUpdate:
        """Do one round in the calling thread, because a person asks; for a worker that was not started.

        Raises:
            StoreError: the outbox cannot be opened or written.
        """
        self._asked.set()
        with self._open_outbox() as outbox:
            return self._round(outbox)

    def _work(self) -> None:
        trouble: ErrorCode | None = None
        while not self._stop.is_set():
            try:
                if trouble is not None:
                    code, trouble = trouble, None
                    self._listener(SyncUpdate(SyncReport(reach=self._reach, code=code.value), None))
                    self._wake.wait(_GIVEN_UP_WAIT_S)
                    self._wake.clear()
                with self._open_outbox() as outbox:
                    self._go_on_resting(outbox)
                    while not self._stop.is_set():
                        self._round(outbox)
                        self._rest(outbox)
            except KioskError as exc:
                _LOG.error("sync gave up a round: %s", exc)
                trouble = exc.code
                self._stop.wait(_CALM_S)
            except Exception as exc:  # noqa: BLE001 - the worker's loop is one of the three last lines of defence
                _LOG.error("sync met %s", type(exc).__name__)
                trouble = ErrorCode.UNEXPECTED
                self._stop.wait(_CALM_S)

    def _round(self, outbox: Outbox) -> SyncUpdate:
        self._began = iso(self._clock.now())
        person = self._asked.is_set()
        self._asked.clear()
        if person:
            outbox.retry_now(iso(self._clock.now()))
        report = self._talk(outbox, person=person)
        self._note_reach(report)
        return self._publish(outbox, report)

    def _talk(self, outbox: Outbox, *, person: bool) -> SyncReport:
        """Do a round and plan the next."""
        tally = Tally()
        try:
            hello = self._exchange.probe(outbox)
        except HubError as exc:
            tally.fail(exc)
            self._away = True
            self._plan_after(outbox, tally, answered=False)
            return tally.report()
        terminal_id = outbox.state().terminal_id
        slot = policy.slot(terminal_id, hello.pacing.spread_s) if self._away and not person else 0.0
        self._away = self._nobody = False
        if slot > 0:
            self._plan(slot, held=True)
            return tally.report()
        self._exchange.run(outbox, hello, tally)
        if tally.failure is None:
            self._failures = 0
            if outbox.state().rests_until is not None:
                outbox.note_rest(None)
            self._plan(policy.next_poll(terminal_id, hello.pacing.next_poll_s, hello.pacing.spread_s), held=False)
        else:
            self._plan_after(outbox, tally, answered=True)
        return tally.report()

    def _plan_after(self, outbox: Outbox, tally: Tally, *, answered: bool) -> None:
        """Plan the next round after a failure: a hub's wish first, then by what kind of failure it was."""
        self._failures = self._failures + 1 if answered else 0
        reach = tally.report().reach
        self._nobody = reach in {HubReach.UNREACHABLE, HubReach.NOT_A_HUB}
        chance = self._chance()
        if tally.retry_after_s is not None:
            delay = policy.after(tally.retry_after_s, chance)
            self._plan(delay, held=True)
            outbox.note_rest(iso(self._clock.now() + timedelta(seconds=delay)))
        elif reach is HubReach.REFUSED:
            self._plan(policy.probe_interval(policy.PAUSED_PROBE_S, chance), held=tally.push_failed or not answered)
        elif answered:
            delay = max(policy.backoff(self._failures, chance), _REST_MIN_S)
            self._plan(delay, held=tally.push_failed)
        else:
            self._plan(policy.probe_interval(self._probe_s, chance), held=True)

    def _go_on_resting(self, outbox: Outbox) -> None:
        """Leave the hub alone as long as it asked for before the program was started anew; a wrong clock ends that."""
        until = outbox.state().rests_until
        left = (parse(until) - self._clock.now()).total_seconds() if until else 0.0
        if 0 < left <= 2 * policy.RETRY_AFTER_MAX_S:
            self._plan(left, held=True)
            self._rest(outbox)

    def _plan(self, delay_s: float, *, held: bool) -> None:
        """Set when the next round comes; `held` keeps all but a person from starting one before."""
        self._next = self._clock.monotonic() + delay_s
        self._not_before = self._next if held else self._clock.monotonic()

    def _rest(self, outbox: Outbox) -> None:
        until = max(min(self._next, self._due(outbox)), self._not_before)
        while not self._stop.is_set() and (left := until - self._clock.monotonic()) > 0:
            if not self._wake.wait(left):
                return
            self._wake.clear()
            if self._asked.is_set() or self._nobody or self._clock.monotonic() >= self._not_before:
                return

    def _due(self, outbox: Outbox) -> float:
        """Give the monotonic time at which the next waiting entry comes due."""
        due = outbox.next_due_at()
        if due is None:
            return self._next
        left = (parse(due) - self._clock.now()).total_seconds()
        # What was due when the round began and still is waits for something else than time.
        return self._clock.monotonic() + (_STUCK_WAIT_S if due <= self._began else max(left, _REST_MIN_S))

    def _note_reach(self, report: SyncReport) -> None:
        """Log once when the hub goes bad and once when it recovers."""
        if report.reach is self._reach:
            return
        level = logging.WARNING if report.reach is HubReach.REFUSED else logging.INFO
        _LOG.log(level, "the hub is %s (%s)", report.reach.value, report.code or "well")
        self._reach = report.reach

    def _progress(self, outbox: Outbox, tally: Tally) -> None:
        if self._clock.monotonic() - self._published >= _PROGRESS_S:
            self._publish(outbox, tally.report())

    def _publish(self, outbox: Outbox, report: SyncReport) -> SyncUpdate:
        self._published = self._clock.monotonic()
        update = SyncUpdate(report, outbox.counts())
        self._listener(update)
        return update
