"""Consents and promises by purpose: which ones a case asks for, which are given, and what voids a signature.

Each purpose is agreed to by itself (个人信息保护法 art. 14), the account apart from the rest because it is sensitive
(art. 29). What is promised instead of a material (告知承诺, 国办发〔2020〕42号) is recorded for each material, so that
a later promise is a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from kiosk.domain.application import Application
from kiosk.domain.assessment import MaterialNeed
from kiosk.domain.case import MaterialStatus
from kiosk.domain.facts import moment_of

SIGNED = "signed"
WITHOUT_WRITING = ("fingerprint", "witness")
"""How a person agrees who cannot write: on the paper, by a print or through a witness."""
STATED = "stated"
"""A case that came whole from a file without consents: who submitted it states that they lie signed on paper."""

LETTERS = ("authorization_letter", "commitment_letter")
"""Materials that are letters themselves: signing them is no promise instead of a proof."""


def standing_of(material_id: str, status: MaterialStatus) -> str:
    """Name how a material stands: by its status, but `signed` for a letter that is signed here in place of a paper."""
    return "signed" if status is MaterialStatus.PROMISED and material_id in LETTERS else status.value


class Purpose(StrEnum):
    """What a person agrees to."""

    TRUTH = "truth"
    SHARE = "share"
    ACCOUNT = "account"
    PROMISE = "promise"
    NOTIFY = "notify"


OPTIONAL = frozenset({Purpose.NOTIFY})


def promised(needs: Sequence[MaterialNeed]) -> tuple[MaterialNeed, ...]:
    """List the materials that a promise stands for."""
    return tuple(need for need in needs if need.status is MaterialStatus.PROMISED and need.material_id not in LETTERS)


def purposes(application: Application, needs: Sequence[MaterialNeed]) -> tuple[Purpose, ...]:
    """List what is asked for, in one order; an account or a promise only where there is one."""
    account = application.payee is not None and application.payee.account
    absent = {Purpose.ACCOUNT: not account, Purpose.PROMISE: not promised(needs)}
    return tuple(purpose for purpose in Purpose if not absent.get(purpose))


def keys_of(purpose: Purpose, needs: Sequence[MaterialNeed]) -> tuple[str, ...]:
    """Give the keys under which a purpose is recorded: one, or for promises one per material."""
    if purpose is not Purpose.PROMISE:
        return (purpose.value,)
    return tuple(f"{purpose}:{need.material_id}" for need in promised(needs))


def is_given(application: Application, purpose: Purpose, needs: Sequence[MaterialNeed]) -> bool:
    """Say whether a purpose is agreed to, whole."""
    return all(key in application.consents for key in keys_of(purpose, needs))


def lacking(application: Application, needs: Sequence[MaterialNeed]) -> tuple[Purpose, ...]:
    """List the purposes that must be agreed to and are not."""
    return tuple(
        purpose
        for purpose in purposes(application, needs)
        if purpose not in OPTIONAL and not is_given(application, purpose, needs)
    )


def stated(application: Application, at: str) -> Application:
    """Note that the consents of a case which names none are stated to lie on paper."""
    return application if application.consents else replace(application, consents={STATED: at})


def untimely(application: Application, now: datetime) -> bool:
    """Say whether an agreement bears no time, or one that lies ahead."""
    moments = [moment_of(at) for at in application.consents.values()]
    return any(moment is None or moment > now for moment in moments)


def is_signed(application: Application) -> bool:
    """Say whether who stands at the counter has signed, or has another way of agreeing."""
    return bool(application.signature) or any(way in application.consents for way in WITHOUT_WRITING)


def unsigned(application: Application) -> Application:
    """Take the signature away, and the answer that there is none; what was agreed to stays."""
    kept = {key: at for key, at in application.consents.items() if key not in (SIGNED, *WITHOUT_WRITING)}
    return replace(application, signature=(), consents=kept)


def asked_only(application: Application, needs: Sequence[MaterialNeed]) -> Application:
    """Drop agreement to what is not asked any more (an account taken away, a promise that became a file)."""
    asked = {key for purpose in purposes(application, needs) for key in keys_of(purpose, needs)}
    kept = {
        key: at for key, at in application.consents.items() if key in asked or key in (SIGNED, STATED, *WITHOUT_WRITING)
    }
    return replace(application, consents=kept)


def voided(before: Application, after: Application) -> Application:
    """Take signatures off a case whose content has changed since: what is signed is what was read."""
    return after if _content(before) == _content(after) else _blank(after)


def _blank(application: Application) -> Application:
    agent = application.agent
    if agent is not None and agent.signature:
        # The scope was that of the signature; one that was given otherwise stays.
        agent = replace(agent, signature=(), signed_at=None, scope=())
    return replace(unsigned(application), agent=agent)


def _content(application: Application) -> Application:
    return replace(_blank(application), consents={})
