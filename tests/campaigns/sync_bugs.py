"""Bugs that a sync must not have, sown into ours one by one: the checks are worth something if they find each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import sync_machine
from quick_hub import Fault
from sqlalchemy import Connection, false
from sync_promises import holds, keeps_its_promises
from sync_world import World

from kiosk.ids import CaseId, EventId
from kiosk.ports.sync import Change, DeliveryOutcome, OutboxEntry, OutcomeStatus
from kiosk.store import amendments, case_rows, watermark
from kiosk.store import inbox as inboxes
from kiosk.store import outbox as outboxes
from kiosk.store.database import Database
from kiosk.store.inbox import SqliteInbox
from kiosk.store.outbox import SqliteOutbox
from sync.announcing import Announcing
from sync.exchange import Exchange
from sync.hub import attachments, feed, intake
from sync.hub import reconcile as comparing
from sync.hub.database import HubDatabase
from sync.hub.terminals import note_seq
from sync.messages import BatchAnswer, Hello, Reconcile
from sync.reconcile import Doubt
from sync.tally import Tally

OF_THE_TRIAL, LIMIT = 5, 600
"""Sequences within which the random ones must have found a bug."""
BATCH, CHUNK, CHANGES, COMPARED_BY_NAME = 1, 2, 2, 2
"""Places in a round after hello: the first batch, the first chunk, or the changes when there is no file; the second
question of a comparison."""


def at(place: int, fault: Fault, number: int = 0) -> list[tuple[Fault, int]]:
    """Let a fault meet one request of a round."""
    return [(Fault.NONE, 0)] * place + [(fault, number)]


@dataclass(frozen=True)
class Bug:
    """A bug: what to put in whose place, and the shortest story in which it breaks a promise."""

    place: object
    name: str
    wrong: object
    story: Callable[[World], None]
    also: tuple[tuple[object, str, object], ...] = ()
    """What else is put in (place, name, wrong): the second of two that look out for the same."""

    @contextmanager
    def sown(self) -> Iterator[None]:
        """Put it in while a `with` lasts."""
        with ExitStack() as stack:
            for place, name, wrong in ((self.place, self.name, self.wrong), *self.also):
                stack.enter_context(patch.object(place, name, wrong))
            yield


def told(story: Callable[[World], None], folder: Path) -> None:
    """Let a story happen, heal, and check everything.

    Raises:
        AssertionError: a promise is broken.
    """
    with closing(World(folder)) as world:
        story(world)
        holds(world)
        for days in (0, 2):
            world.heal(days=days)
            keeps_its_promises(world)


# Stories. Where the program dies in them, it does so at every step in turn.


def dies_while_amending(world: World) -> None:
    """Die at each step of taking back a matter."""
    world.take_in()
    for step in range(1, 8):
        world.follow(0, dies_after=step)
    world.follow(0)


def dies_while_reading_changes(world: World) -> None:
    """Die at each step of keeping a page of changes; what was started anew compares before it sends."""
    for step in range(6):
        world.is_killed()
        world.take_in()
        world.round(at(CHANGES + (step > 0), Fault.TERMINAL_DIES, step), person=True)


def dies_while_delivering(world: World) -> None:
    """Die at each step of a round."""
    for step in range(1, 40):
        world.take_in()
        world.round(dies_after=step)


def loses(place: int, fault: Fault) -> Callable[[World], None]:
    """Let a fault meet one request of the first round, of a case with a file of three chunks."""

    def story(world: World) -> None:
        world.take_in([2_000])
        world.round(at(place, fault))
        holds(world)

    return story


def hub_is_restored(world: World) -> None:
    """Restore a hub from a backup from before a case."""
    world.take_in([1])
    world.round()
    world.hub.back_up()
    world.take_in([1])
    world.round()
    world.the_hub_is_restored(0)


def new_hub_answers_into_the_void(world: World) -> None:
    """Restore a hub from before it knew the terminal, and lose its answer about what it misses."""
    world.hub.back_up()
    world.take_in()
    world.round()
    world.the_hub_is_restored(0)
    world.round(at(COMPARED_BY_NAME, Fault.LOSE_ANSWER))


def copy_arrives_at_restored_hub(world: World) -> None:
    """Restore a hub, and let a copy of the last batch of before arrive there: by its numbers it looks well."""
    world.take_in()
    world.round()
    world.hub.back_up()
    world.take_in()
    world.round()
    world.take_in()
    world.round(at(BATCH, Fault.COPY))
    world.the_hub_is_restored(0)
    world.road.arrive_late(0)


def hub_is_restored_without_a_file(world: World) -> None:
    """Restore a hub from when it had a case and not yet its file."""
    world.take_in([10])
    world.round(at(CHUNK, Fault.LOSE_REQUEST))
    world.hub.back_up()
    world.time_passes(600)
    world.round()
    world.the_hub_is_restored(0)


def terminal_is_restored(world: World) -> None:
    """Restore a terminal from a copy from before a case, and take in another."""
    world.is_backed_up()
    world.take_in()
    world.is_restored(0)
    world.take_in()


def one_is_refused(world: World) -> None:
    """Have a case that the hub refuses among others."""
    world.take_in()
    world.take_in(poison=True)
    world.take_in()
    world.round()


def one_is_put_right(world: World) -> None:
    """Correct a case with a file that the hub has refused."""
    world.take_in([10], poison=True)
    world.round()
    world.put_right_a_refused_case(0, [20])


def one_is_given_up(world: World) -> None:
    """Take back a case that the hub has refused."""
    world.take_in(poison=True)
    world.round()
    world.give_up_a_refused_case(0)


def clock_was_ahead(world: World) -> None:
    """Fail while the clock stands years ahead; the first hello tells the terminal so."""
    world.clock_is_moved(3_000 * 86_400)
    world.take_in()
    world.round(at(BATCH + 1, Fault.LOSE_ANSWER))


def clock_was_put_right(world: World) -> None:
    """Lose an answer while the clock stands an hour ahead; then it is put right."""
    world.clock_is_moved(3_600)
    world.take_in()
    world.round(at(BATCH + 1, Fault.LOSE_ANSWER))  # the first hello is told the time
    world.clock_is_moved(-3_600)
    world.round()
    world.time_passes(1)
    world.round()
    assert not world.waits(), "it waits for the wall clock"


# The bugs.

_queue_event, _send, _take_chunk = case_rows.queue_event, Announcing._send, attachments.take_chunk
_deliver = Exchange._deliver
_apply, _receive, _shelve = SqliteInbox.apply, SqliteOutbox._receive, SqliteOutbox._shelve


def _in_two_transactions(database: Database, *event: Any) -> int:  # noqa: ANN401 - as it was
    database._connection.execute("COMMIT")  # the case now knows of it; the other way round the schema refuses
    database._connection.execute("BEGIN IMMEDIATE")
    return _queue_event(database, *event)


def _done_before_sent(self: Announcing, outbox: SqliteOutbox, *batch: Any) -> Future[BatchAnswer]:  # noqa: ANN401 - as it was
    entries: Sequence[OutboxEntry] = batch[0]
    done = [DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED) for entry in entries]
    outbox.record(done, self._now(), retry_at=lambda _: self._now())
    return _send(self, outbox, *batch)


def _at_any_offset(
    database: HubDatabase, terminal_id: str, attachment_id: str, _offset: int, data: bytes, now: str
) -> attachments.Progress:
    here = attachments.progress(database, terminal_id, attachment_id).offset
    return _take_chunk(database, terminal_id, attachment_id, here, data, now)


def _cursor_first(self: SqliteInbox, changes: Sequence[Change], next_cursor: str, now: str) -> int:
    _apply(self, [], next_cursor, now)
    return _apply(self, changes, next_cursor, now)


def _green_without_files(self: SqliteOutbox, entry: Any, outcome: DeliveryOutcome, *rest: Any) -> None:  # noqa: ANN401 - as it was
    _receive(self, entry, replace(outcome, missing=()), *rest)


def _refused_comes_back(self: SqliteOutbox, entry: Any, now: str, code: str, words: str, *_: object) -> None:  # noqa: ANN401 - as it was
    self._wait(entry, now, code, words)


def _nothing(*_: object) -> None:
    pass


def _kept_back_in_part(database: Database, case_id: CaseId) -> None:
    database.run(
        "update outbox set state = 'withdrawn', next_attempt_at = null where case_id = ? and rev > 1", (case_id,)
    )


def _noted_anyway(connection: Connection, asked: Reconcile, now: str, **_: bool) -> None:
    note_seq(connection, asked.terminal_id, asked.epoch, asked.last_seq, asked.app, now)


def _no_doubts(self: Exchange, outbox: SqliteOutbox, hello: Hello, tally: Tally) -> None:
    self._doubt.lost = self._doubt.unread = False
    _deliver(self, outbox, hello, tally)


def _none_known(_connection: object, _ids: Iterable[EventId]) -> dict[str, object]:
    return {}


BUGS = {
    "case and outbox in two transactions": Bug(amendments, "queue_event", _in_two_transactions, dies_while_amending),
    "hub without dedupe": Bug(intake, "_known", _none_known, loses(BATCH, Fault.LOSE_ANSWER)),
    "done before sent": Bug(Announcing, "_send", _done_before_sent, loses(BATCH, Fault.LOSE_REQUEST)),
    "no offset check": Bug(attachments, "take_chunk", _at_any_offset, loses(CHUNK, Fault.LOSE_ANSWER)),
    "cursor before apply": Bug(SqliteInbox, "apply", _cursor_first, dies_while_reading_changes),
    "in flight for ever": Bug(SqliteOutbox, "recover", _nothing, dies_while_delivering),
    "green without files": Bug(SqliteOutbox, "_receive", _green_without_files, loses(CHUNK, Fault.LOSE_REQUEST)),
    "refused and sent again": Bug(SqliteOutbox, "_shelve", _refused_comes_back, one_is_refused),
    "restored hub not asked": Bug(Doubt, "settle", _nothing, hub_is_restored),
    "reconcile noted before it is ok": Bug(
        comparing, "_note", _noted_anyway, new_hub_answers_into_the_void, ((Exchange, "_deliver", _no_doubts),)
    ),
    "feed begun anew raises no doubts": Bug(Exchange, "_deliver", _no_doubts, copy_arrives_at_restored_hub),
    "files not compared": Bug(comparing, "_HAS_A_HOLE", false(), hub_is_restored_without_a_file),
    "cursor is a number": Bug(feed, "_mark", lambda _line: "0" * 16, hub_is_restored),
    "series stays after a restore": Bug(watermark, "_next", lambda letter: letter, terminal_is_restored),
    "correction without its case": Bug(amendments, "written_anew", lambda *_: None, one_is_put_right),
    "files stay with what was refused": Bug(amendments, "carry_files_over", _nothing, one_is_put_right),
    "superseded holds up": Bug(outboxes, "_DUE", outboxes._DUE.replace(", 'superseded'", ""), one_is_put_right),
    "taken back in part": Bug(amendments, "keep_back", _kept_back_in_part, one_is_given_up),
    "wall clock put back": Bug(inboxes, "_PUT_BACK_MS", 10**15, clock_was_put_right),
    "wall clock decides": Bug(
        outboxes,
        "_DUE",
        outboxes._DUE.replace("+2 hours", "+100 years"),
        clock_was_ahead,
        ((inboxes, "_PUT_BACK_MS", 10**15),),
    ),
}
"""Name → bug: the five of the trial, and fifteen of our own."""


def found_after(bug: Bug, number: int) -> int | None:
    """Search for a bug with random sequences; gives how many that took, None when they did not find it."""
    try:
        with bug.sown():
            sync_machine.run(LIMIT, number, shrink=False)
    except AssertionError:
        return sync_machine.SyncMachine.done["sequences"] + 1
    return None


def prove(_folder: Path, chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Let the random sequences look for each bug; the five of the trial they must find."""
    figures: dict[str, int] = {}
    missed: list[str] = []
    for place, (name, bug) in enumerate(BUGS.items()):
        found = found_after(bug, chance.randrange(2**32))
        say(f"{name}: {'not found' if found is None else f'found by sequence {found}'}")
        assert found or place >= OF_THE_TRIAL, name
        if found:
            figures["found_" + name.replace(" ", "_")] = found
        else:
            missed.append(name)
    return {"bugs": len(BUGS), "limit": LIMIT, **figures, "missed": missed}
