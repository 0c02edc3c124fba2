"""One terminal's real store and the real hub, and everything that may happen to them.

A counter works, rounds are done over a bad road, hub and terminal die, come back, and are restored from backups. What
must hold then stands in `sync_promises`.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from amended_events import AMENDED, corrected, payload_of, withdrawn
from hub_rigs import HUB_KEY, TERMINAL, identity
from quick_hub import NEWER_WANTED, OTHER_LIMITS, SILENCE, TERMS, Fault, QuickHub, Road, new_hub_folder
from sqlalchemy import select
from store_rigs import FRAME, SetClock, described, intake_of, store_in

from kiosk.clock import iso
from kiosk.domain.case import Attachment, MatterState
from kiosk.domain.lifecycle import MatterEvent, counter_may, may_become
from kiosk.errors import ErrorCode, HubError, StoreError
from kiosk.ids import CaseId, EventId, OperatorId
from kiosk.packets.events import EventKind, case_taken_in_payload, rating_given_payload
from kiosk.ports.store import Amendment, JournalLine
from kiosk.store.watermark import FILE_NAME
from sync.client import HubClient, Identity
from sync.exchange import Exchange
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.departments import Said, say
from sync.hub.tables import MATTERS
from sync.tally import Tally

_ROUNDS = 20
_HUB_TERMS = (TERMS, OTHER_LIMITS, NEWER_WANTED, SILENCE)


class Killed(BaseException):
    """The terminal's program is gone, as after `kill -9`."""


class InTurn(Executor):
    """Runs each request when it is handed in, so that a drawn sequence is the same every time; a death is at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as its base
        """Run it; an error that the program survives stands in the future."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits for it meets it
            done.set_exception(error)
        return done


@dataclass
class Shown:
    """An event whose case number, or whose success, a person has seen."""

    case_number: str
    files: tuple[str, ...]
    """Attachments, by id."""
    gone: bool = False
    """An older copy of the database was put back that does not know it."""


class _Mortal:
    """A connection of the driver that tells before each change and after each commit, so that the program may die."""

    def __init__(self, connection: Any, tick: Callable[[], None]) -> None:  # noqa: ANN401 - the driver's own object
        self._connection = connection
        self._tick = tick

    def execute(self, sql: str, *parameters: Any) -> Any:  # noqa: ANN401 - the driver's own object
        word = sql.split(None, 1)[0].lower()
        if word in {"begin", "insert", "update", "delete", "commit"}:
            self._tick()
        result = self._connection.execute(sql, *parameters)
        if word == "commit":
            self._tick()
        return result

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the driver's own object
        return getattr(self._connection, name)


@dataclass
class World:
    """A terminal, a hub, the road between them, and what people have seen."""

    folder: Path
    clock: SetClock = field(default_factory=SetClock)
    shown: dict[EventId, Shown] = field(default_factory=dict)
    hub_lost_something: bool = False
    """The hub was restored from a backup: until all is healed it may lack what it once acknowledged."""
    hub_was_restored: bool = False
    was_restored: bool = False
    """The terminal's database was put back to an older copy."""
    put_right: set[EventId] = field(default_factory=set)
    """Corrections of cases that the hub had refused."""
    _steps_to_live: int = 0
    _has_room: bool = True
    _ready: bool = True
    _copies: list[Path] = field(default_factory=list)
    _made: int = 0

    def __post_init__(self) -> None:
        """Begin with an empty terminal and an empty hub that knows its key."""
        template = _template()
        shutil.copytree(template / "hub", self.folder / "hub")
        shutil.copytree(template / "terminal", self.folder / "terminal")
        self.hub = QuickHub(self.folder / "hub")
        self.hub.start()
        self.road = Road(self.hub, self._tick, self._die_after)
        speaker = Identity(TERMINAL, identity().key, HUB_KEY.public)
        self.client = HubClient("http://127.0.0.1:1", speaker, "0.1.0", self.clock)
        self.client._wire = self.road
        self._rise()

    def close(self) -> None:
        """Remove everything."""
        self.store.close()
        self.hub.stop()
        shutil.rmtree(self.folder)

    # What people at the counter do.

    def take_in(self, sizes: Sequence[int] = (), *, poison: bool = False, dies_after: int = 0) -> None:
        """Take in a case; one with poison in it the hub refuses."""
        files = [self._file(size) for size in sizes]
        intake = intake_of(*files, taken_in_at=iso(self.clock.now()))
        sender = "T-2" if poison else TERMINAL
        with self._mortal(dies_after):
            taken = self.store.cases.take_in(
                intake, FRAME, lambda number: case_taken_in_payload(number, intake, sender)
            )
            ids = tuple(attachment.attachment_id for attachment, _ in files)
            assert taken.case_number not in {seen.case_number for seen in self.shown.values()}, "a number came twice"
            self.shown[intake.event_id] = Shown(taken.case_number, ids)

    def follow(self, which: int, sizes: Sequence[int] = (), *, dies_after: int = 0) -> None:
        """Do what comes next in a case: bring what a department asked for, take back, go on, or else rate it."""
        rows = self.rows("select case_id, case_number from cases order by seq")
        if not rows:
            return
        row = rows[which % len(rows)]
        with self._mortal(dies_after):
            event_id, files = self._followed(CaseId(row["case_id"]), row["case_number"], which, sizes)
            self.shown[event_id] = Shown(row["case_number"], files)

    def put_right_a_refused_case(self, which: int, sizes: Sequence[int] = (), *, dies_after: int = 0) -> None:
        """Correct a case of which the hub refused something, of the counter's own accord."""
        for row in self._refused(which):
            with self._mortal(dies_after):
                case_id, number, operator = CaseId(row["case_id"]), row["case_number"], OperatorId("0301")
                files = tuple(self._file(size) for size in sizes)
                names = tuple(attachment for attachment, _ in files)
                kind, event = corrected(number, iso(self.clock.now()), (), names)
                amendment = Amendment(case_id, kind, MatterEvent.CORRECTED, operator, files=files)
                event_id = self.store.amendments.amend(amendment, partial(payload_of, event))
                self.shown[event_id] = Shown(number, tuple(attachment.attachment_id for attachment in names))
                self.put_right.add(event_id)

    def give_up_a_refused_case(self, which: int, *, dies_after: int = 0) -> None:
        """Take back all of a case of which the hub refused something."""
        for row in self._refused(which):
            with self._mortal(dies_after):
                number = row["case_number"]
                matters = self.store.cases.get(number).matters
                named = tuple(m.matter_id for m in matters if counter_may(m.state, MatterEvent.WITHDRAWN))
                kind, event = withdrawn(number, iso(self.clock.now()), named, ())
                operator = OperatorId("0301")
                amendment = Amendment(CaseId(row["case_id"]), kind, MatterEvent.WITHDRAWN, operator, named, "测试")
                event_id = self.store.amendments.amend(amendment, partial(payload_of, event))
                self.shown[event_id] = Shown(number, ())

    # What happens between them.

    def round(
        self, faults: Sequence[tuple[Fault, int]] = (), *, person: bool = False, dies_after: int = 0
    ) -> Tally | None:
        """Do a round; gives what it did, None when hub or store ended it early."""
        if not self._ready:
            self.is_killed()
        tally = Tally()
        self.road.faults = list(faults)
        try:
            with self._mortal(dies_after):
                if person:
                    self.store.outbox.retry_now(iso(self.clock.now()))
                hello = self.exchange.probe(self.store.outbox)
                self.exchange.run(self.store.outbox, hello, tally)
                return tally
        except HubError:
            return None
        finally:
            self.road.faults = []

    def a_case_is_asked_about(self, which: int) -> None:
        """Let a department ask for a correction of a case's first matter."""
        self.hub.clock.move(milliseconds=1)
        with self.hub.database.write() as connection:
            rows = connection.execute(select(MATTERS).where(MATTERS.c.place == 0).order_by(MATTERS.c.case_id)).all()
            rows = [row for row in rows if may_become(MatterState(row.state), MatterState.CORRECTION_REQUESTED)]
            if rows:
                row = rows[which % len(rows)]
                said = Said(MatterState.CORRECTION_REQUESTED, "请补交", "2026-12-01")
                say(connection, row.case_id, row.matter_id, said, iso(self.hub.clock.now()))

    def the_clerk_works(self) -> None:
        """Let the hub's training clerk do a step of each case."""
        self.hub.clock.move(milliseconds=1)
        TrainingClerk(self.hub.database, self.hub.clock, ClerkScript(accept_s=0, step_s=0)).work()

    def the_hub_is_restored(self, which: int) -> None:
        """Put a backup of the hub back."""
        restored = self.hub.restore(which)
        self.hub_lost_something |= restored
        self.hub_was_restored |= restored

    def the_hub_changes_terms(self, which: int) -> None:
        """Let the hub want other batches, a newer program, or silence."""
        self.hub.terms = _HUB_TERMS[which % len(_HUB_TERMS)]

    # What happens to the terminal.

    def is_killed(self) -> None:
        """End the program and start it again."""
        self.store.close()
        self._rise()

    def is_backed_up(self) -> None:
        """Keep a copy of the database."""
        self.store.close()
        copy = self.folder / f"copy-{len(self._copies)}"
        shutil.copytree(self.folder / "terminal", copy)
        self._copies.append(copy)
        self._rise()

    def is_restored(self, which: int) -> None:
        """Put a copy of the database back; the mark beside it stays."""
        if not self._copies:
            return
        self.was_restored = True
        self.store.close()
        here = self.folder / "terminal"
        mark = (here / FILE_NAME).read_bytes()
        shutil.rmtree(here)
        shutil.copytree(self._copies[which % len(self._copies)], here)
        (here / FILE_NAME).write_bytes(mark)
        self._rise()
        known = {row["event_id"] for row in self.rows("select event_id from outbox")}
        for event_id, seen in self.shown.items():
            seen.gone = event_id not in known

    def disk_has_room(self, *, room: bool) -> None:
        """Let SQLite find a full disk, or room again."""
        self._has_room = room
        pages = 1 << 30 if room else self.store._database.value("pragma page_count")
        self.store._database.value(f"pragma max_page_count = {pages}")

    def time_passes(self, seconds: float) -> None:
        """Let time go on everywhere."""
        self.clock.moment += timedelta(seconds=seconds)
        self.hub.clock.moment += timedelta(seconds=seconds)

    def clock_is_moved(self, seconds: float) -> None:
        """Move the terminal's clock alone."""
        self.clock.moment += timedelta(seconds=seconds)

    def heal(self, *, days: int = 2) -> None:
        """Let all faults be over and do rounds until nothing more happens, and again so many days later."""
        self.road.faults = []
        self.hub.terms = TERMS
        self.hub.set_key(revoked=False)
        self.disk_has_room(room=True)
        while self.road.late:
            self.road.arrive_late(0)
        self.clock.moment = self.hub.clock.moment
        self._settle()
        for _ in range(days):
            self.time_passes(86_400)
            self._settle()
        assert not self.waits(), f"it never goes out: {self.store.outbox.queue()}"
        self.hub_lost_something = False

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Look into the terminal's database."""
        return self.store._database.rows(sql)

    def waits(self) -> bool:
        """Tell whether something is still on its way that nothing on the shelf holds up."""
        return bool(
            self.rows(
                "select 1 from outbox o where state in ('pending', 'in_flight') and not exists (select 1 from outbox p"
                " where p.case_id = o.case_id and p.rev < o.rev and p.state = 'needs_attention')"
            )
        )

    def _settle(self) -> None:
        """Do rounds until one finds nothing to do."""
        for _ in range(_ROUNDS):
            tally = self.round()
            if tally and tally.failure is None and not (tally.announced or tally.changes or self.waits()):
                break
            self.time_passes(60)

    def _refused(self, which: int) -> list[dict[str, Any]]:
        """Give one of the cases that another event can be made in the stead of a refused one of."""
        sql = "select case_id, case_number from queue where correctable group by case_id order by min(seq)"
        rows = self.rows(sql)
        return [rows[which % len(rows)]] if rows else []

    def _followed(
        self, case_id: CaseId, case_number: str, which: int, sizes: Sequence[int]
    ) -> tuple[EventId, tuple[str, ...]]:
        at, operator = iso(self.clock.now()), OperatorId("0301")
        matters = self.store.cases.get(case_number).matters
        for move, amended in AMENDED[which % 2 :]:
            named = tuple(matter.matter_id for matter in matters if counter_may(matter.state, move))[:1]
            if named:
                files = tuple(self._file(size) for size in sizes) if move is MatterEvent.CORRECTED else ()
                kind, event = amended(case_number, at, named, tuple(attachment for attachment, _ in files))
                amendment = Amendment(case_id, kind, move, operator, named, "测试", files=files)
                event_id = self.store.amendments.amend(amendment, partial(payload_of, event))
                return event_id, tuple(attachment.attachment_id for attachment, _ in files)
        payload = rating_given_payload(case_number, 5, "", at)
        line = JournalLine(EventKind.RATING_GIVEN, operator, case_number)
        return self.store.cases.append_event(case_id, EventKind.RATING_GIVEN, lambda _rev: payload, line), ()

    def _file(self, size: int) -> tuple[Attachment, bytes]:
        """Make a file; no two are the same."""
        self._made += 1
        data = (hashlib.sha256(str(self._made).encode()).digest() * (size // 32 + 1))[:size]
        return described(data), data

    @contextmanager
    def _mortal(self, dies_after: int) -> Iterator[None]:
        """Let the program die after so many steps, 0 for never; after a full disk the store is opened anew."""
        self._die_after(dies_after)
        try:
            yield
        except Killed:
            self.is_killed()
        except StoreError as error:
            if error.code is not ErrorCode.STORE_FULL:
                raise
            self.is_killed()
        finally:
            self._steps_to_live = 0

    def _rise(self) -> None:
        """Open the store as the worker does; on a full disk it will have to try again."""
        self._steps_to_live = 0
        self.store = store_in(self.folder / "terminal", clock=self.clock)
        self.store._database._connection = _Mortal(self.store._database._connection, self._tick)
        self.exchange = Exchange(self.client, self.clock, chance=lambda: 0.5, line=InTurn())
        self.disk_has_room(room=self._has_room)
        try:
            self.store.outbox.recover()
            self._ready = True
        except StoreError:
            self._ready = False

    def _die_after(self, steps: int) -> None:
        self._steps_to_live = steps

    def _tick(self) -> None:
        self._steps_to_live -= 1
        if self._steps_to_live == 0:
            raise Killed


@cache
def _template() -> Path:
    """Make the empty hub and terminal that every world begins as a copy of."""
    folder = Path(mkdtemp(prefix="yizhan-world-", dir=quick_place()))
    atexit.register(shutil.rmtree, folder)
    new_hub_folder(folder / "hub")
    store_in(folder / "terminal").close()
    return folder


def quick_place() -> str | None:
    """Give a folder in memory, where there is one: nothing here is about the disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  made there under a name of its own
