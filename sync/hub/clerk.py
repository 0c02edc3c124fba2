"""The training clerk: answers like the departments would, by a script, in minutes instead of weeks.

Once a case is here with all its attachments it is accepted (受理) and gets its official number; then its matters are
taken up and finished, one after the other. What is left to do lies in the database, so a hub that was stopped goes on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, Row, Text, cast, delete, exc, func, insert, select, update

from kiosk.clock import Clock, iso, local, parse
from kiosk.domain.assessment import Mode
from kiosk.domain.case import CaseMaterial, CaseState, MaterialStatus, MatterState
from kiosk.domain.lifecycle import ENDED
from kiosk.packets.events import CaseTakenIn
from sync.hub.database import CASES, CLERK_STEPS, EVENTS, MATTERS, META, RATINGS, TERMINALS, HubDatabase
from sync.hub.departments import Said, answer_rating, say, state_of, supplied
from sync.hub.feed import tell
from sync.hub.problems import words
from sync.messages import CaseAccepted, CaseMoved

_LOG = logging.getLogger("yizhan.hub.clerk")
_LOOK_S = 0.25
_CORRECTION_DAYS = 10
_Matter = Row[*tuple[Any, ...]]
_PATH = (MatterState.ACCEPTED, MatterState.IN_PROGRESS, MatterState.FINISHED)


@dataclass(frozen=True)
class ClerkScript:
    """How the clerk works: how long until a case is accepted and for each further step, in seconds."""

    accept_s: float = 2.0
    step_s: float = 4.0
    put_right_s: float = 30.0
    """How long until a low rating is answered."""
    asks: bool = False
    """Whether departments ask for what was left to be brought later, before they finish."""


class TrainingClerk:
    """Works through what is due. `work` may be called by any one thread; `run` is for a thread of its own."""

    def __init__(self, database: HubDatabase, clock: Clock, script: ClerkScript) -> None:
        """Take the desk."""
        self._database = database
        self._clock = clock
        self._script = script

    def run(self, stop: threading.Event) -> None:
        """Look for work until told to stop."""
        while not stop.wait(_LOOK_S):
            try:
                self.work()
            except exc.OperationalError as error:
                _LOG.warning("the clerk waits for the database: %s", type(error.orig).__name__)

    def work(self) -> int:
        """Do what is due, each step of a case in a transaction of its own; gives how many steps."""
        now = self._clock.now()
        # Step 0 is due when the case has waited for the clerk's reading time.
        fresh = iso(now - timedelta(seconds=self._script.accept_s))
        due = select(CLERK_STEPS.c.case_id).where(
            ((CLERK_STEPS.c.step == 0) & (CLERK_STEPS.c.due_at <= fresh))
            | ((CLERK_STEPS.c.step > 0) & (CLERK_STEPS.c.due_at <= iso(now)))
        )
        with self._database.read() as connection:
            cases = list(connection.execute(due.order_by(CLERK_STEPS.c.due_at).limit(100)).scalars())
        for case_id in cases:
            with self._database.write() as connection:
                self._step(connection, case_id, iso(now))
        answered = self._answer_ratings(now)
        return len(cases) + answered

    def _answer_ratings(self, now: datetime) -> int:
        """Say what was done about low ratings that have lain here long enough; gives how many."""
        lain = iso(now - timedelta(seconds=self._script.put_right_s))
        waiting = select(RATINGS.c.case_id).where(RATINGS.c.answered_at.is_(None), RATINGS.c.given_at <= lain)
        with self._database.read() as connection:
            cases = list(connection.execute(waiting.limit(100)).scalars())
        for case_id in cases:
            with self._database.write() as connection:
                answer_rating(connection, case_id, words("rating_put_right"), iso(now))
        return len(cases)

    def _step(self, connection: Connection, case_id: str, now: str) -> None:
        step = connection.execute(
            select(CLERK_STEPS.c.step).where(CLERK_STEPS.c.case_id == case_id).with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if step is None:  # another worker has it in hand, or was quicker
            return
        # The terminal's row before the case's, as batches do: two who lock in one order never wait for each other.
        terminal_id = connection.execute(
            select(TERMINALS.c.terminal_id)
            .join(CASES, CASES.c.terminal_id == TERMINALS.c.terminal_id)
            .where(CASES.c.case_id == case_id)
            .with_for_update(of=TERMINALS)
        ).scalar_one()
        open_matters = connection.execute(
            select(MATTERS).where(MATTERS.c.case_id == case_id).order_by(MATTERS.c.place)
        ).all()
        open_matters = [row for row in open_matters if row.state not in ENDED]
        if step == 0 and open_matters:
            self._accept(connection, terminal_id, case_id, now)
        elif any(row.state != MatterState.CORRECTION_REQUESTED for row in open_matters):
            if step == 1:
                self._move_case(connection, terminal_id, case_id, CaseState.IN_PROGRESS, now)
            self._go_on(connection, open_matters, now)
        else:
            # Nothing is left to do, or the family's correction has to come first: it lays the case here again.
            if not open_matters:
                self._move_case(connection, terminal_id, case_id, state_of(connection, case_id), now)
            connection.execute(delete(CLERK_STEPS).where(CLERK_STEPS.c.case_id == case_id))
            return
        due = iso(parse(now) + timedelta(seconds=self._script.step_s))
        connection.execute(
            update(CLERK_STEPS).where(CLERK_STEPS.c.case_id == case_id).values(step=step + 1, due_at=due)
        )

    def _go_on(self, connection: Connection, open_matters: Sequence[_Matter], now: str) -> None:
        """Do one step for the first matter that does not wait for the family; ask first for what it lacks."""
        row = next(row for row in open_matters if row.state != MatterState.CORRECTION_REQUESTED)
        lacking = _lacking(connection, row) if self._script.asks and row.state == MatterState.IN_PROGRESS else ()
        if not lacking:
            self._move_matter(connection, row, now)
            return
        said = Said(
            MatterState.CORRECTION_REQUESTED,
            words("matter_correction_requested").format(materials="、".join(material.name for material in lacking)),
            due=(local(parse(now)).date() + timedelta(days=_CORRECTION_DAYS)).isoformat(),
            materials=tuple(material.material_id for material in lacking),
        )
        say(connection, row.case_id, row.matter_id, said, now)

    def _accept(self, connection: Connection, terminal_id: str, case_id: str, now: str) -> None:
        official = _official_number(connection, now)
        connection.execute(
            update(CASES)
            .where(CASES.c.case_id == case_id)
            .values(official_number=official, state=CaseState.ACCEPTED.value)
        )
        accepted = CaseAccepted(official_number=official, at=now)
        tell(connection, terminal_id, "case_accepted", case_id, accepted, now)
        matters = connection.execute(
            select(MATTERS).where(MATTERS.c.case_id == case_id).order_by(MATTERS.c.place)
        ).all()
        for row in matters:
            if row.state == MatterState.TAKEN_IN.value:
                self._move_matter(connection, row, now)

    def _move_matter(self, connection: Connection, row: _Matter, now: str) -> None:
        state = _after(row.state)
        said = Said(state, words(f"matter_{state.value}").format(department=row.department))
        say(connection, row.case_id, row.matter_id, said, now)

    def _move_case(self, connection: Connection, terminal_id: str, case_id: str, state: CaseState, now: str) -> None:
        connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(state=state.value))
        moved = CaseMoved(state=state.value, words=words(f"case_{state.value}"), at=now)
        tell(connection, terminal_id, "case_state", case_id, moved, now)


def _after(state: str) -> MatterState:
    """Give the next state on a matter's way; one that waits for verification is accepted by it."""
    names = [step.value for step in _PATH]
    return _PATH[names.index(state) + 1] if state in names[:-1] else _PATH[0]


def _lacking(connection: Connection, row: _Matter) -> tuple[CaseMaterial, ...]:
    """List what was left to be brought later, if the matter is one that is applied for."""
    taken_in = select(EVENTS.c.payload).where(EVENTS.c.case_id == row.case_id, EVENTS.c.rev == 1)
    event = msgspec.json.decode(connection.execute(taken_in).scalar_one(), type=CaseTakenIn)
    if not any(matter.matter_id == row.matter_id and matter.mode == Mode.APPLICATION for matter in event.matters):
        return ()
    brought = supplied(connection, row.case_id)
    owed = (MaterialStatus.DEFERRED, MaterialStatus.MISSING)
    return tuple(item for item in event.materials if item.status in owed and item.material_id not in brought)


def _official_number(connection: Connection, now: str) -> str:
    """Draw the next official number of the day: `SL` + yyyymmdd + six digits."""
    day = f"{local(parse(now)):%Y%m%d}"
    key = f"official_{day}"
    following = (
        update(META)
        .where(META.c.key == key)
        .values(value=cast(cast(META.c.value, Integer) + 1, Text))
        .returning(META.c.value)
    )
    drawn = connection.execute(following).scalar_one_or_none()
    if drawn is None:
        try:
            with connection.begin_nested():
                drawn = connection.execute(insert(META).values(key=key, value="1").returning(META.c.value)).scalar_one()
        except exc.IntegrityError:  # another worker drew the day's first number
            drawn = connection.execute(following).scalar_one()
    return f"SL{day}{int(drawn):06d}"


def waiting(connection: Connection) -> int:
    """Count the cases on the clerk's desk."""
    return connection.execute(select(func.count()).select_from(CLERK_STEPS)).scalar_one()
