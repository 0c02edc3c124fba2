"""全省通办: a case that another station took in, as the hub shows it to a counter that says by what right it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import Meta, Struct

from kiosk.domain.case import CaseMatter, CaseState
from kiosk.errors import KioskError
from kiosk.ids import MatterId


class LookUp(Struct, frozen=True, kw_only=True):
    """What is asked, by whom, and by what right.

    `proof` with `card` is the `person_digest` of the identity document that was read from a card at this counter; with
    `supervisor` it is the operator's number of the station's supervisor who stands for it.
    """

    case_number: Annotated[str, Meta(min_length=1, max_length=64)]
    operator: Annotated[str, Meta(max_length=64)]
    reason: Literal["card", "supervisor"]
    proof: Annotated[str, Meta(min_length=1, max_length=64)]

    def __repr__(self) -> str:
        return f"LookUp({self.case_number}, {self.reason})"


class GivenResult(Struct, frozen=True, kw_only=True):
    """A document that a department gave; its bytes are at the case's own counter."""

    matter_id: MatterId
    name: Annotated[str, Meta(max_length=200)]


class LookedUp(Struct, frozen=True, kw_only=True):
    """How a case stands. People are masked by the hub already."""

    case_number: str
    official_number: str | None
    service: str
    state: CaseState
    station: str
    """Where it was taken in: the station's title, its id when the hub knows no title."""
    phone: str
    taken_in_at: str
    promise_due: str | None
    promise_provisional: bool
    deceased: str
    applicant: str
    matters: tuple[CaseMatter, ...]
    """As they stand now; an agent is shown those that the authorisation covers."""
    partial: bool
    """Whether there are others that the agent is not shown."""
    names: dict[str, str]
    """Fields (by path) and materials (by id) that departments ask for → what they are called."""
    results: tuple[GivenResult, ...]
    rated: bool
    """Whether the family has rated already; a case is rated once."""
    offers: Literal["none", "free", "open"] = "none"
    """Whether the hub takes what is brought for it here: not at all, yes, or not while an earlier offer is open."""

    def __repr__(self) -> str:
        return f"LookedUp({self.case_number}, {self.state.value})"


class Elsewhere(Protocol):
    """Asks the hub. `ask` returns at once; `done` is called once, in a thread of its own."""

    def ask(self, question: LookUp, done: Callable[[LookedUp | KioskError], None]) -> None:
        """Ask; `done` hears how the case stands, or why that is not known."""


_READY = msgspec.json.Decoder(tuple[LookUp, LookedUp])  # decision 28
