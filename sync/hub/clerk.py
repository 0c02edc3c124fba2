"""The training clerk: answers like the departments would, by a script, in minutes instead of weeks.

Once a case is here with all its attachments it is accepted (受理) and gets its official number; then its matters are
taken up and finished, one after the other. What is left to do lies in the database, so a hub that was stopped goes on.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Row, delete, exc, func, insert, select, update

from kiosk.clock import Clock, iso, local, parse
from kiosk.domain.case import CaseState, MatterState
from sync.hub.database import CASES, CLERK_STEPS, MATTERS, META, HubDatabase
from sync.hub.feed import tell
from sync.hub.problems import words
from sync.messages import CaseAccepted, CaseMoved, MatterMoved

_LOG = logging.getLogger("yizhan.hub.clerk")
_LOOK_S = 0.25
_SETTLED = {
    MatterState.FINISHED.value,
    MatterState.REFUSED.value,
    MatterState.WITHDRAWN.value,
    MatterState.MOVED_OFFLINE.value,
}
_PATH = (MatterState.ACCEPTED, MatterState.IN_PROGRESS, MatterState.FINISHED)


@dataclass(frozen=True)
class ClerkScript:
    """How long the clerk takes to accept a case and for each further step, in seconds."""

    accept_s: float = 2.0
    step_s: float = 4.0


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
        """Do the next step of every case that is due, each in a transaction of its own; gives how many."""
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
        return len(cases)

    def _step(self, connection: Connection, case_id: str, now: str) -> None:
        step = connection.execute(
            select(CLERK_STEPS.c.step).where(CLERK_STEPS.c.case_id == case_id).with_for_update()
        ).scalar_one_or_none()
        if step is None:
            return
        terminal_id = connection.execute(select(CASES.c.terminal_id).where(CASES.c.case_id == case_id)).scalar_one()
        open_matters = connection.execute(
            select(MATTERS).where(MATTERS.c.case_id == case_id).order_by(MATTERS.c.place)
        ).all()
        open_matters = [row for row in open_matters if row.state not in _SETTLED]
        if step == 0:
            self._accept(connection, terminal_id, case_id, now)
        elif open_matters:
            if step == 1:
                self._move_case(connection, terminal_id, case_id, CaseState.IN_PROGRESS, now)
            self._move_matter(connection, terminal_id, open_matters[0], now)
        else:
            self._move_case(connection, terminal_id, case_id, CaseState.FINISHED, now)
            connection.execute(delete(CLERK_STEPS).where(CLERK_STEPS.c.case_id == case_id))
            return
        due = iso(parse(now) + timedelta(seconds=self._script.step_s))
        connection.execute(
            update(CLERK_STEPS).where(CLERK_STEPS.c.case_id == case_id).values(step=step + 1, due_at=due)
        )

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
                self._move_matter(connection, terminal_id, row, now)

    def _move_matter(self, connection: Connection, terminal_id: str, row: Row[*tuple[object, ...]], now: str) -> None:
        state = _after(row.state)
        said = words(f"matter_{state.value}").format(department=row.department)
        connection.execute(
            update(MATTERS)
            .where(MATTERS.c.case_id == row.case_id, MATTERS.c.matter_id == row.matter_id)
            .values(state=state.value, words=said, updated_at=now)
        )
        moved = MatterMoved(matter_id=row.matter_id, state=state.value, words=said, at=now)
        tell(connection, terminal_id, "matter_state", row.case_id, moved, now)

    def _move_case(self, connection: Connection, terminal_id: str, case_id: str, state: CaseState, now: str) -> None:
        connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(state=state.value))
        moved = CaseMoved(state=state.value, words=words(f"case_{state.value}"), at=now)
        tell(connection, terminal_id, "case_state", case_id, moved, now)


def _after(state: str) -> MatterState:
    """Give the next state on a matter's way; one that waits for verification is accepted by it."""
    names = [step.value for step in _PATH]
    return _PATH[names.index(state) + 1] if state in names[:-1] else _PATH[0]


def _official_number(connection: Connection, now: str) -> str:
    """Draw the next official number of the day: `SL` + yyyymmdd + six digits."""
    day = f"{local(parse(now)):%Y%m%d}"
    key = f"official_{day}"
    drawn = connection.execute(select(META.c.value).where(META.c.key == key).with_for_update()).scalar_one_or_none()
    if drawn is None:
        connection.execute(insert(META).values(key=key, value="1"))
        return f"SL{day}000001"
    number = int(drawn) + 1
    connection.execute(update(META).where(META.c.key == key).values(value=str(number)))
    return f"SL{day}{number:06d}"


def waiting(connection: Connection) -> int:
    """Count the cases on the clerk's desk."""
    return connection.execute(select(func.count()).select_from(CLERK_STEPS)).scalar_one()
