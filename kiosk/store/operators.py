"""Operators."""

from __future__ import annotations

from typing import Final

from kiosk.clock import Clock, iso
from kiosk.ids import OperatorId
from kiosk.journal import JournalKind
from kiosk.ports.store import JournalLine, OperatorRecord
from kiosk.store.database import Database
from kiosk.store.journal import SqliteJournal

_ALL: Final = "select operator_id, name, role, password_hash from operators"


class SqliteOperators:
    """Who may sign in."""

    def __init__(self, database: Database, journal: SqliteJournal, clock: Clock) -> None:
        """Keep operators in this database."""
        self._database = database
        self._journal = journal
        self._clock = clock

    def get(self, operator_id: OperatorId) -> OperatorRecord | None:
        """Give an operator."""
        row = self._database.row(f"{_ALL} where operator_id = ?", (operator_id,))
        return OperatorRecord(**row) if row else None

    def put(self, operator: OperatorRecord) -> None:
        """Keep an operator, replacing one of the same id."""
        with self._database.write():
            self._database.run(
                "insert into operators (operator_id, name, role, password_hash) values (?, ?, ?, ?)"
                " on conflict (operator_id) do update"
                " set name = excluded.name, role = excluded.role, password_hash = excluded.password_hash",
                (operator.operator_id, operator.name, operator.role, operator.password_hash),
            )
            line = JournalLine(JournalKind.OPERATOR_KEPT, "", operator.operator_id, (("role", operator.role),))
            self._journal.append_within(line, iso(self._clock.now()))

    def all(self) -> list[OperatorRecord]:
        """List the operators by id."""
        return [OperatorRecord(**row) for row in self._database.rows(f"{_ALL} order by operator_id")]
