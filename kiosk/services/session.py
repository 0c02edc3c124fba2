"""Signing in and out."""

from __future__ import annotations

from kiosk.clock import Clock, iso
from kiosk.crypto.passwords import hash_password, verify_password
from kiosk.errors import AccessError, ErrorCode
from kiosk.ids import OperatorId
from kiosk.journal import JournalKind
from kiosk.ports.store import JournalLine, OperatorRecord, Store

_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password fits, so that an unknown operator takes as long to refuse as a wrong password."""

_SUPERVISOR = "supervisor"


class SessionService:
    """Who works at this counter now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Start with nobody signed in."""
        self._store = store
        self._clock = clock
        self._operator: OperatorRecord | None = None

    @property
    def operator(self) -> OperatorRecord | None:
        """The operator who is signed in."""
        return self._operator

    def sign_in(self, operator_id: str, secret: str) -> OperatorRecord:
        """Sign an operator in; works without a network.

        Raises:
            AccessError: SIGN_IN_REFUSED, the same for an unknown operator and a wrong password.
        """
        record = self._proved(operator_id, secret)
        now = iso(self._clock.now())
        if record is None:
            self._store.journal.append(JournalLine("sign_in_refused", "", "terminal"), now)
            raise AccessError(ErrorCode.SIGN_IN_REFUSED)
        self._store.journal.append(JournalLine("signed_in", record.operator_id, record.operator_id), now)
        self._operator = record
        return record

    def vouch(self, operator_id: str, secret: str) -> OperatorRecord:
        """Give the supervisor who stands for one act; who is signed in stays so.

        Raises:
            AccessError: SUPERVISOR_REFUSED, the same for a wrong password and for who is no supervisor.
        """
        record = self._proved(operator_id, secret)
        if record is None or record.role != _SUPERVISOR:
            line = JournalLine(JournalKind.SUPERVISOR_REFUSED, "", "terminal")
            self._store.journal.append(line, iso(self._clock.now()))
            raise AccessError(ErrorCode.SUPERVISOR_REFUSED)
        return record

    def sign_out(self) -> None:
        """Sign the operator out."""
        if self._operator is not None:
            line = JournalLine("signed_out", self._operator.operator_id, self._operator.operator_id)
            self._store.journal.append(line, iso(self._clock.now()))
            self._operator = None

    def provision(self, operator_id: str, name: str, secret: str) -> None:
        """Make the station's operator."""
        self._store.operators.put(OperatorRecord(OperatorId(operator_id), name, "clerk", hash_password(secret)))

    def _proved(self, operator_id: str, secret: str) -> OperatorRecord | None:
        record = self._store.operators.get(OperatorId(operator_id.strip()))
        return record if verify_password(record.password_hash if record else _NOBODY, secret) else None
