"""What the terminal's rounds ask a hub for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.ports.sync import HeldRange, OutboxEntry
from sync.answers import UploadState
from sync.messages import BatchAnswer, ChangesAnswer, DigestEnvelope, Hello, Pack, ReconcileAnswer, StationAnswer


@dataclass(frozen=True)
class Content:
    """A message as it will be sent: plain, and packed where that is worth it and the hub reads it."""

    plain: bytes = field(repr=False)
    packed: bytes | None = field(repr=False)


class Hub(Protocol):
    """The hub's endpoints; every call raises `HubError` and has then changed nothing here."""

    def hello(self) -> Hello:
        """Ask who is there and what holds."""

    def batch(self, epoch: str, entries: Sequence[OutboxEntry]) -> Content:
        """Write a batch of events as it will be sent; asks nobody, also while another thread does."""

    def announce(self, batch: Content) -> BatchAnswer:
        """Hand over a batch of events."""

    def upload_state(self, attachment_id: str, size: int) -> UploadState:
        """Ask how far an attachment is there."""

    def upload(self, attachment_id: str, offset: int, chunk: bytes, size: int) -> UploadState:
        """Hand over bytes of an attachment."""

    def changes(self, cursor: str) -> ChangesAnswer:
        """Read a page of the change feed."""

    def digests(self, after: int) -> DigestEnvelope:
        """Read a page of who was taken in elsewhere."""

    def station(self) -> StationAnswer:
        """Read what holds for this terminal's station."""

    def pack(self) -> Pack:
        """Read the overlays of catalogue, code tables and calendar."""

    def result(self, result_id: str, offset: int, length: int) -> bytes:
        """Read bytes of a department's document."""

    def reconcile(self, epoch: str, held: HeldRange, *, named: bool) -> ReconcileAnswer:
        """Compare what we believe to be there with what is; `named` sends the names beside the digest."""
