"""Sealed packets: where they lie, what is still to be sealed, and what comes of carrying them on a stick."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from kiosk.ids import AttachmentId, EventId
from kiosk.ports.sync import OutboxEntry


class PacketFolder(Protocol):
    """A folder of packets and receipts, the terminal's own or one on a stick. Any thread may use it.

    What lies there is whole or not there. Every call raises `StoreError`, RELAY_FOLDER for a stick's.
    """

    def event_ids(self) -> list[EventId]:
        """List the packets, the oldest first."""

    def has(self, event_id: EventId) -> bool:
        """Tell whether an event's packet is there."""

    def add(self, event_id: EventId, write: Callable[[BinaryIO], None]) -> None:
        """Put a packet there, in the place of one that is there; durable when this returns."""

    def open(self, event_id: EventId) -> AbstractContextManager[BinaryIO]:
        """Open a packet for reading."""

    def remove(self, event_id: EventId) -> None:
        """Remove a packet and its receipt, if they are there."""

    def receipts(self) -> list[EventId]:
        """List the events that a receipt lies there for."""

    def read_receipt(self, event_id: EventId) -> bytes:
        """Give a receipt's file."""

    def keep_receipt(self, event_id: EventId, receipt: bytes) -> None:
        """Put a receipt beside its packet; durable when this returns."""

    def read_index(self) -> bytes | None:
        """Give the list of what was put there, None without one."""

    def keep_index(self, index: bytes) -> None:
        """Write that list."""


class PacketSource(Protocol):
    """The events of the store, as they are sealed; used by the thread that opened it."""

    def to_seal(self, after_seq: int, since: str, *, limit: int) -> list[tuple[int, EventId]]:
        """Give events behind a seq that are not delivered, or were not before `since`, by (seq, event).

        Nothing is given that the number watermark does not cover.
        """

    def entry(self, event_id: EventId) -> OutboxEntry:
        """Give an event as captured."""

    def read_chunk(self, attachment_id: AttachmentId, offset: int, length: int) -> bytes:
        """Give bytes of an attachment."""

    def delivered(self, event_ids: Collection[EventId], before: str) -> set[EventId]:
        """Give those that the hub has acknowledged whole before a time."""

    def settled(self, event_ids: Collection[EventId]) -> set[EventId]:
        """Give those that nothing is to be sent of: acknowledged whole, superseded, or taken back here."""

    def case_numbers(self, event_ids: Collection[EventId]) -> list[str]:
        """Give the numbers of the cases that these belong to, each once, in order."""

    def payload_sha256(self, event_id: EventId) -> str | None:
        """Give the hash of an event's payload, None when it is not here."""


@dataclass(frozen=True)
class Exported:
    """What was written on a stick.

    `undelivered` of the cases are known not to be delivered; None when the store could not say. `damaged` events could
    not be written: their packet, or what it is to be made from, cannot be read; `left` are their cases' numbers, as far
    as the store could say.
    """

    cases: int
    packets: int
    size: int
    damaged: int = 0
    undelivered: int | None = None
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Carried:
    """What the hub said to packets from a stick, counted by packets unless it says cases.

    `cases` are those that the hub has whole now; `waiting` packets are for the next time. `code` is a support code when
    it ended early, `words` are the hub's for what it refused.
    """

    cases: int = 0
    packets: int = 0
    refused: int = 0
    waiting: int = 0
    damaged: int = 0
    missing: int = 0
    """Packets that the list names and that are not there."""
    code: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Closed:
    """What receipts from a stick did here: cases that are delivered now, refused ones, receipts that prove nothing."""

    cases: int = 0
    refused: int = 0
    unproven: int = 0


@dataclass(frozen=True)
class BroughtIn:
    """What an import did, both ways."""

    carried: Carried
    closed: Closed


class Relay(Protocol):
    """Carrying by stick, for the screen. Every method returns at once; `done` is called in another thread."""

    def sticks(self) -> Sequence[Path]:
        """Give the sticks that are plugged in."""

    def export(self, stick: Path, done: Callable[[Exported | str], None]) -> None:
        """Write what is not delivered; `done` hears what was, or a support code."""

    def bring_in(self, stick: Path, done: Callable[[BroughtIn | str], None]) -> None:
        """Hand others' packets to the hub and take our receipts."""
