"""Revoking what an agent was authorised to do (民法典第一百七十三条)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from kiosk.clock import Clock, iso, local
from kiosk.domain.application import decode, encode
from kiosk.domain.authorization import Standing, standing
from kiosk.domain.case import Case
from kiosk.domain.lifecycle import MatterEvent
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import OperatorId
from kiosk.packets.events import AuthorizationRevoked, EventKind, amendment_payload
from kiosk.ports.store import Amendment, Store


class AuthorizationService:
    """Ends authorisations. Called on the thread that owns the store; `revoked` is called after each commit."""

    def __init__(self, store: Store, clock: Clock, revoked: Callable[[], None]) -> None:
        """Work on this store; `revoked` wakes the delivery."""
        self._store = store
        self._clock = clock
        self._revoked = revoked

    def revoke(self, case_number: str, reason: str, actor: OperatorId) -> Case:
        """End the agent's authorisation and queue that for the hub; what the agent did before stands.

        Raises:
            InputError: INPUT_INVALID without a reason; AUTHORIZATION_NONE when nobody acts for the applicant, or no
                longer.
            StoreError: CASE_NOT_FOUND, or nothing was kept.
        """
        if not reason.strip():
            raise InputError(ErrorCode.INPUT_INVALID, place="reason")
        case = self._store.cases.get(case_number)
        application = decode(case.application)
        now = self._clock.now()
        agent = application.agent
        if agent is None or standing(agent, local(now).date()) is Standing.REVOKED:
            raise InputError(ErrorCode.AUTHORIZATION_NONE)
        payload = amendment_payload(
            AuthorizationRevoked(
                case_number=case.case_number,
                operator=actor,
                revoked_at=iso(now),
                matters=agent.scope or tuple(matter.matter_id for matter in case.matters),
                reason=reason.strip(),
            )
        )
        amendment = Amendment(
            case_id=case.case_id,
            kind=EventKind.AUTHORIZATION_REVOKED,
            move=MatterEvent.WITHDRAWN,  # of no matter: the case itself goes on, filed by the applicant
            actor=actor,
            application=encode(replace(application, agent=replace(agent, revoked_at=iso(now)))),
        )
        self._store.amendments.amend(amendment, lambda _rev: payload)
        self._revoked()
        return self._store.cases.get(case.case_number)
