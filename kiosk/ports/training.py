"""Cameras, and what training mode can do to the mock devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class FrameSource(Protocol):
    """A camera or document scanner (高拍仪) that gives still pictures."""

    @property
    def name(self) -> str:
        """Give its name for people."""

    def capture(self, subject: str = "") -> bytes:
        """Take one picture as JPEG; `subject` says which material is to be seen, for cameras that only play.

        Raises:
            DeviceError: no picture could be taken.
        """


class TrainingControls(Protocol):
    """What the training dock can do to the mock devices and the link (training mode only)."""

    def sample_cards(self) -> Sequence[tuple[str, str]]:
        """List sample cards as (id, words)."""

    def insert_card(self, card_id: str) -> None:
        """Lay a sample card on the mock reader."""

    def remove_card(self) -> None:
        """Lift it."""

    def set_network(self, up: bool) -> None:
        """Cut or restore the link to the hub."""

    def set_paper(self, present: bool) -> None:
        """Empty or fill the mock printer's tray."""
