"""Card readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.errors import ErrorCode


class ReaderStatus(StrEnum):
    """State of a reader."""

    STARTING = "starting"
    READY = "ready"
    READING = "reading"
    ABSENT = "absent"
    SERVICE_DOWN = "service_down"
    FAULT = "fault"


@dataclass(frozen=True)
class CardReadout:
    """What a card said: raw, short-lived, never stored or logged as a whole; its `repr` shows nothing personal.

    Attributes:
        kind: `id_card` or `social_security_card`.
        layout: `CN`, `J`, `I`, `Y` for identity cards, the version text for social security cards.
        document_type: GA/T 517 code, or `X01` for a residence permit for Hong Kong, Macao and Taiwan residents.
        sex: GB/T 2261.1 code.
        nation: GB/T 3304 code, or the ISO country letters of a foreigner's card.
        birth, valid_from: ISO date or the raw text when it is no date.
        valid_until: ISO date, `长期`, or the raw text.
        warnings: as in the published decode format (`check:id_no`, `pua:name` …).
    """

    kind: str
    layout: str
    document_type: str
    name: str = field(repr=False)
    document_number: str = field(repr=False)
    sex: str = field(default="", repr=False)
    nation: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    issuer: str = field(default="", repr=False)
    valid_from: str = field(default="", repr=False)
    valid_until: str = field(default="", repr=False)
    card_number: str = field(default="", repr=False)
    sam_id: str = field(default="", repr=False)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReaderChanged:
    """The reader's state changed; `READING` is told by `CardPresented` instead.

    `code` says why and what to do when the reader cannot be used.
    """

    reader_name: str
    status: ReaderStatus
    code: ErrorCode | None = None


@dataclass(frozen=True)
class CardPresented:
    """A card was laid on the reader; reading starts."""

    reader_name: str


@dataclass(frozen=True)
class CardRead:
    """A card was read."""

    reader_name: str
    readout: CardReadout


@dataclass(frozen=True)
class CardFailed:
    """A card could not be read; `code` says why and what to do."""

    reader_name: str
    code: ErrorCode


@dataclass(frozen=True)
class CardRemoved:
    """The card was lifted."""

    reader_name: str


CardEvent = ReaderChanged | CardPresented | CardRead | CardFailed | CardRemoved


class CardReader(Protocol):
    """A reader that watches for cards by itself.

    `start` returns at once and never raises for a missing device: the device may come later, and go and come back.
    Events come in order on the adapter's own thread. One laid card gives one `CardPresented` and then exactly one
    `CardRead` or `CardFailed`, and `CardRemoved` when it is lifted. After `stop` has returned no event comes.
    """

    @property
    def name(self) -> str:
        """Give the reader's name for people."""

    def status(self) -> ReaderStatus:
        """Give the state now, without waiting for the device."""

    def start(self, on_event: Callable[[CardEvent], None]) -> None:
        """Begin to watch."""

    def stop(self) -> None:
        """End the watch and free the device. May be called twice."""
