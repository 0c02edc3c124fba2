"""全省通办: by what right a case of another station is asked for, and the note of it."""

from __future__ import annotations

from kiosk.clock import Clock, iso
from kiosk.ids import OperatorId
from kiosk.journal import JournalKind
from kiosk.packets.deceased import person_digest
from kiosk.ports.cards import CardReadout
from kiosk.ports.elsewhere import LookUp
from kiosk.ports.store import JournalLine, Store
from kiosk.services.session import SessionService


class ElsewhereService:
    """Writes the question that goes to the hub. Whatever comes of it, it stands in the journal before it goes."""

    def __init__(self, store: Store, session: SessionService, clock: Clock) -> None:
        """Write to this store's journal; `session` knows the supervisors."""
        self._store = store
        self._session = session
        self._clock = clock

    def by_card(self, case_number: str, readout: CardReadout, actor: OperatorId) -> LookUp:
        """Ask by the right of who laid this card on the reader; nothing of the card is kept."""
        self._note(case_number, actor, ("reason", "card"))
        proof = person_digest(readout.document_type, readout.document_number)
        return LookUp(case_number=case_number, operator=actor, reason="card", proof=proof)

    def by_supervisor(self, case_number: str, operator_id: str, secret: str, actor: OperatorId) -> LookUp:
        """Ask by the right of a supervisor, who says so with their password.

        Raises:
            AccessError: SUPERVISOR_REFUSED.
        """
        supervisor = self._session.vouch(operator_id, secret).operator_id
        self._note(case_number, actor, ("reason", "supervisor"), ("supervisor", supervisor))
        return LookUp(case_number=case_number, operator=actor, reason="supervisor", proof=supervisor)

    def _note(self, case_number: str, actor: OperatorId, *detail: tuple[str, str | int]) -> None:
        line = JournalLine(JournalKind.LOOKED_UP_ELSEWHERE, actor, case_number, detail)
        self._store.journal.append(line, iso(self._clock.now()))
