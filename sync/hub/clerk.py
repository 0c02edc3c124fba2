"""The training clerk: answers like the departments would, by a script, in minutes instead of weeks.

Once a case is here with all its attachments it is accepted (受理), gets its official number and is split into its
matters, which go to their departments at once. The clerk stands for every department that has no connector of its own,
behind the same interface. What is left to do lies in the database, so a hub that was stopped goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, union, update

from kiosk.clock import Clock, iso, local, parse
from kiosk.domain.assessment import Mode
from kiosk.domain.case import CaseMaterial, CaseState, MaterialStatus, MatterState
from kiosk.domain.facts import day_of
from kiosk.domain.lifecycle import ENDED
from kiosk.packets.events import CaseTakenIn
from sync.feed_bodies import CaseAccepted, ResultDocument
from sync.hub.aside import Work, apart, not_aside
from sync.hub.connectors import ConnectorError, HandOver, News, NewsLine, Statement
from sync.hub.database import HubDatabase
from sync.hub.departments import (
    answer_rating,
    follow_registered_death,
    hold_registered_death,
    split,
    state_of,
    supplied,
    tell_case,
    terminal_of,
)
from sync.hub.fanout import CLERK, Line
from sync.hub.feed import tell
from sync.hub.notices import lay_notice
from sync.hub.numbering import official_number
from sync.hub.problems import words
from sync.hub.tables import CASES, CLERK_MATTERS, CLERK_STEPS, EVENTS, HAND_OVERS, MATTERS, RATINGS
from sync.hub.terminals import hold_of_case

_CORRECTION_DAYS = 10
_AT_ONCE = 100
_NO_RESULTS = "no_results"
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
    """Works through what is due. `work` may be called by any one thread."""

    def __init__(
        self, database: HubDatabase, clock: Clock, script: ClerkScript, *, others: Collection[str] = ()
    ) -> None:
        """Take the desk; the departments named as `others` have connectors of their own."""
        self._database = database
        self._clock = clock
        self._script = script
        self._line = Line(database, clock, CLERK, ClerkConnector(database, clock, script), others=others)

    def work(self) -> int:
        """Do what is due, each step of a case or matter in a transaction of its own; gives how many steps."""
        now = self._clock.now()
        # A case is due when it has waited for the clerk's reading time.
        fresh = iso(now - timedelta(seconds=self._script.accept_s))
        there = not_aside(Work.ACCEPTANCE, CLERK_STEPS.c.case_id)
        due = select(CLERK_STEPS.c.case_id).where(CLERK_STEPS.c.due_at <= fresh, there)
        with self._database.read() as connection:
            cases = list(connection.execute(due.order_by(CLERK_STEPS.c.due_at).limit(_AT_ONCE)).scalars())
        for case_id in cases:
            with self._database.write() as connection, apart(connection, Work.ACCEPTANCE, case_id, iso(now)):
                _accept(connection, case_id, iso(now))
        return len(cases) + self._line.work() + self._answer_ratings(now)

    def _answer_ratings(self, now: datetime) -> int:
        """Say what was done about low ratings that have lain here long enough; gives how many."""
        lain = iso(now - timedelta(seconds=self._script.put_right_s))
        there = not_aside(Work.RATINGS, RATINGS.c.case_id)
        waiting = select(RATINGS.c.case_id).where(RATINGS.c.answered_at.is_(None), RATINGS.c.given_at <= lain, there)
        with self._database.read() as connection:
            cases = list(connection.execute(waiting.limit(_AT_ONCE)).scalars())
        for case_id in cases:
            with self._database.write() as connection, apart(connection, Work.RATINGS, case_id, iso(now)):
                answer_rating(connection, case_id, words("rating_put_right"), iso(now))
        return len(cases)


class ClerkConnector:
    """The clerk as a department: a matter that is handed over is accepted, taken up, and finished, by the script."""

    poll_s = 0.0

    def __init__(self, database: HubDatabase, clock: Clock, script: ClerkScript) -> None:
        """Take the desk."""
        self._database = database
        self._clock = clock
        self._script = script

    def hand_over(self, matter: HandOver, bytes_of: Callable[[str], bytes]) -> None:
        """Lay a matter on the desk; one that was taken back leaves it."""
        del bytes_of
        this = (CLERK_MATTERS.c.case_id == matter.case_id) & (CLERK_MATTERS.c.matter_id == matter.matter_id)
        with self._database.write() as connection:
            connection.execute(delete(CLERK_MATTERS).where(this))
            if matter.kind != "withdrawn":
                row = {"case_id": matter.case_id, "matter_id": matter.matter_id, "due_at": iso(self._clock.now())}
                connection.execute(insert(CLERK_MATTERS).values(row))

    def news(self, cursor: str) -> News:
        """Say the next of each matter that is due; its following step is due after the script's time."""
        now = iso(self._clock.now())
        due = (
            select(CLERK_MATTERS.c.case_id, CLERK_MATTERS.c.matter_id, MATTERS.c.state, MATTERS.c.department)
            .join(
                MATTERS,
                (MATTERS.c.case_id == CLERK_MATTERS.c.case_id) & (MATTERS.c.matter_id == CLERK_MATTERS.c.matter_id),
            )
            .where(CLERK_MATTERS.c.due_at <= now, not_aside(Work.CLERK, CLERK_MATTERS.c.case_id))
            .order_by(CLERK_MATTERS.c.due_at, CLERK_MATTERS.c.case_id, MATTERS.c.place)
            .limit(_AT_ONCE)
        )
        with self._database.read() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return News(lines=(), next_cursor=cursor, has_more=False)
        statements = []
        with self._database.write() as connection:
            for row in connection.execute(due).all():
                this = (CLERK_MATTERS.c.case_id == row.case_id) & (CLERK_MATTERS.c.matter_id == row.matter_id)
                if row.state in ENDED or row.state == MatterState.CORRECTION_REQUESTED:
                    # Nothing is left to do, or the family's correction comes first: it is handed over again then.
                    connection.execute(delete(CLERK_MATTERS).where(this))
                    continue
                later = iso(parse(now) + timedelta(seconds=self._script.step_s))
                connection.execute(update(CLERK_MATTERS).where(this).values(due_at=later))
                with apart(connection, Work.CLERK, row.case_id, now):
                    said = self._next(connection, row.case_id, row.matter_id, row.state, row.department, now)
                    statements.append(said)
        first = int(cursor or 0) + 1
        lines = tuple(NewsLine(seq=seq, statement=one) for seq, one in enumerate(statements, first))
        return News(lines=lines, next_cursor=str(first + len(lines) - 1), has_more=False)

    def result(self, document: ResultDocument) -> bytes:
        """Fail: the clerk gives no documents."""
        del document
        raise ConnectorError(_NO_RESULTS)

    def _next(
        self, connection: Connection, case_id: str, matter_id: str, state: str, department: str, now: str
    ) -> Statement:
        """Give the next step of a matter; ask first for what it lacks."""
        asks = self._script.asks and state == MatterState.IN_PROGRESS
        lacking = _lacking(connection, case_id, matter_id) if asks else ()
        if lacking:
            return Statement(
                case_id=case_id,
                matter_id=matter_id,
                state=MatterState.CORRECTION_REQUESTED,
                words=words("matter_correction_requested").format(materials="、".join(one.name for one in lacking)),
                due=_due(lacking, now),
                materials=tuple(one.material_id for one in lacking),
            )
        after = _after(state)
        said = words(f"matter_{after.value}").format(department=department)
        return Statement(case_id=case_id, matter_id=matter_id, state=after, words=said)


def _accept(connection: Connection, case_id: str, now: str) -> None:
    """Accept a case and split it into its matters; one whose matters were all taken back ends as it is."""
    on_desk = select(CLERK_STEPS.c.case_id).where(CLERK_STEPS.c.case_id == case_id)
    if connection.execute(on_desk.with_for_update(skip_locked=True)).first() is None:
        return  # another worker has it in hand, or was quicker
    hold_registered_death(connection, case_id)
    hold_of_case(connection, case_id)
    connection.execute(delete(CLERK_STEPS).where(CLERK_STEPS.c.case_id == case_id))
    rows = connection.execute(select(MATTERS.c.matter_id, MATTERS.c.state).where(MATTERS.c.case_id == case_id)).all()
    open_matters = [row.matter_id for row in rows if row.state not in ENDED]
    if not open_matters:
        state = state_of(connection, case_id)
        connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(state=state.value))
        tell_case(connection, case_id, state, now)
        return
    official = official_number(connection, now)
    accepted = {"official_number": official, "state": CaseState.ACCEPTED.value}
    connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(accepted))
    told = CaseAccepted(official_number=official, at=now)
    tell(connection, terminal_of(connection, case_id), "case_accepted", case_id, told, now)
    for matter in _taken_in(connection, case_id).matters:
        this = (MATTERS.c.case_id == case_id) & (MATTERS.c.matter_id == matter.matter_id)
        connection.execute(update(MATTERS).where(this).values(due=matter.due))
    rev = connection.execute(select(CASES.c.rev).where(CASES.c.case_id == case_id)).scalar_one()
    begun = follow_registered_death(connection, case_id, now)
    split(connection, case_id, [one for one in open_matters if one not in begun], rev, "opened", now)
    lay_notice(connection, case_id, "accepted", now)


def _after(state: str) -> MatterState:
    """Give the next state on a matter's way; one that waits for verification is accepted by it."""
    names = [step.value for step in _PATH]
    return _PATH[names.index(state) + 1] if state in names[:-1] else _PATH[0]


def _taken_in(connection: Connection, case_id: str) -> CaseTakenIn:
    first = select(EVENTS.c.payload).where(EVENTS.c.case_id == case_id, EVENTS.c.rev == 1)
    return msgspec.json.decode(connection.execute(first).scalar_one(), type=CaseTakenIn)


def _lacking(connection: Connection, case_id: str, matter_id: str) -> tuple[CaseMaterial, ...]:
    """List what was left to be brought later, if the matter is one that is applied for."""
    event = _taken_in(connection, case_id)
    if not any(matter.matter_id == matter_id and matter.mode == Mode.APPLICATION for matter in event.matters):
        return ()
    brought = supplied(connection, case_id)
    owed = (MaterialStatus.DEFERRED, MaterialStatus.MISSING)
    return tuple(item for item in event.materials if item.status in owed and item.material_id not in brought)


def _due(lacking: Sequence[CaseMaterial], now: str) -> str:
    """Give the day for what is lacking: none of it earlier than it was promised for (容缺后补)."""
    promised = [day for material in lacking if (day := day_of(material.due))]
    return max([local(parse(now)).date() + timedelta(days=_CORRECTION_DAYS), *promised]).isoformat()


def waiting(connection: Connection) -> int:
    """Count the cases that wait for acceptance, for a department, or for the clerk."""
    places = union(
        select(CLERK_STEPS.c.case_id),
        select(HAND_OVERS.c.case_id).where(HAND_OVERS.c.handed_at.is_(None)),
        select(CLERK_MATTERS.c.case_id),
    ).subquery()
    return connection.execute(select(func.count()).select_from(places)).scalar_one()
