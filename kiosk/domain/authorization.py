"""授权委托 (民法典第一百六十五条): what an agent may do, until when, and how the letter comes about.

A letter is made at the counter when both cards were read and the principal signs on the screen; it then covers the
matters of that moment. Otherwise it comes on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec.structs import replace

from kiosk.domain.application import AgentEntry, Application, Source, Strokes
from kiosk.domain.facts import day_of, other_payee
from kiosk.ids import MaterialId, MatterId

LETTER = MaterialId("authorization_letter")


class Standing(StrEnum):
    """Whether somebody may act in the applicant's place now."""

    NONE = "none"
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


def standing(agent: AgentEntry | None, today: date) -> Standing:
    """Say how an authorisation stands; one without an end holds until it is revoked."""
    if agent is None:
        return Standing.NONE
    if agent.revoked_at:
        return Standing.REVOKED
    until = day_of(agent.valid_until)
    return Standing.EXPIRED if until and until < today else Standing.VALID


def signed_here(application: Application) -> bool:
    """Say whether the principal has signed the letter on the screen."""
    return application.agent is not None and bool(application.agent.signature)


def can_sign_here(application: Application) -> bool:
    """Say whether the letter can be made at the counter: the cards of principal and agent were both read."""
    agent = application.agent
    if agent is None or not (application.applicant.source is agent.source is Source.CARD):
        return False
    return takes_money(application) or not other_payee(application)


def sign_letter(application: Application, strokes: Strokes, matters: Iterable[MatterId], at: str) -> Application:
    """Put the principal's signature on the letter; it covers these matters and no later ones."""
    agent = application.agent
    if agent is None:
        return application
    scope = tuple(matters) if strokes else ()
    signed = replace(agent, signature=strokes, scope=scope, signed_at=(agent.signed_at or at) if strokes else None)
    return replace(application, agent=signed)


def takes_money(application: Application) -> bool:
    """Say whether the agent is the payee."""
    agent, payee = application.agent, application.payee
    return bool(agent and payee and payee.name and payee.name == agent.name)
