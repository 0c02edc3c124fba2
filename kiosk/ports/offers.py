"""补正通办: what a family brought at another station than the case's own, at either of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.domain.case import Attachment
from kiosk.ids import CaseId, EventId, MatterId, OperatorId
from kiosk.ports.pages import CleanFile


class OfferState(StrEnum):
    """Where an offer is, as the counter knows that took it."""

    WAITING = "waiting"
    """It has not arrived at the hub whole."""
    REFUSED = "refused"
    """The hub does not take it; a person sends it again or puts it away."""
    DELIVERED = "delivered"
    """The hub has it whole; the case's own station is to put it in."""
    SETTLED = "settled"
    """That was done."""
    LAPSED = "lapsed"
    """The case went on without it."""
    PUT_AWAY = "put_away"
    """It was refused, and a person does not send it again."""


@dataclass(frozen=True)
class MadeOffer:
    """An offer that was taken at this counter; `words` are the hub's last about it."""

    offer_id: CaseId
    case_number: str
    made_at: str
    state: OfferState
    words: str


@dataclass(frozen=True)
class BroughtOffer:
    """An offer for a case of this terminal that is not put in yet; `aside` says why that needs a person."""

    offer_id: str
    case_number: str
    station: str
    terminal_id: str
    operator: str
    at: str
    matters: tuple[MatterId, ...]
    fields: dict[str, str] = field(repr=False)
    files: tuple[Attachment, ...] = ()
    words: str = field(default="", repr=False)
    here: bool = False
    """Whether all its files are."""
    lost: bool = False
    """Whether one of them cannot be had."""
    aside: str = ""


class OfferStore(Protocol):
    """Offers, at the counter that takes them and at the one whose case they are for."""

    def make(
        self, case_number: str, actor: OperatorId, payload: bytes, files: Sequence[tuple[Attachment, bytes]]
    ) -> EventId:
        """Queue an offer in one transaction: files, outbox entry, journal line."""

    def made(self, *, limit: int = 50) -> list[MadeOffer]:
        """List the offers that were taken here, newest first."""

    def put_away(self, case_number: str, actor: OperatorId) -> None:
        """Send what the hub refused of the offers for a case no more."""

    def brought(self) -> list[BroughtOffer]:
        """List the offers for cases of this terminal that wait to be put in, oldest first.

        One whose case waits for none of its matters any more is forgotten with its files.
        """

    def files_of(self, offer: BroughtOffer) -> tuple[CleanFile, ...]:
        """Give the bytes of an offer's files, in their order.

        Raises:
            StoreError: CASE_NOT_FOUND when one is not here; STORE_DAMAGED.
        """

    def set_aside(self, offer_id: str, words: str) -> None:
        """Keep why an offer is not put in by itself."""

    def take_up(self, offer_id: str) -> None:
        """Have an offer tried again that was set aside; files that could not be had are asked for anew."""
