"""What the training dock can do, on the mock devices and the link."""

from __future__ import annotations

from collections.abc import Sequence

from devices.cards.mock import MockCardReader
from devices.printers.mock import MockPrinter
from kiosk.wiring.devices import Devices


class TrainingDock:
    """Moves the mock devices of a training counter; a real device among them is left alone."""

    def __init__(self, devices: Devices) -> None:
        """Find the mocks among the devices; the network starts plugged in."""
        self._readers = [reader for reader in devices.readers if isinstance(reader, MockCardReader)]
        self._printer = devices.printer if isinstance(devices.printer, MockPrinter) else None
        self._network = True

    def network_up(self) -> bool:
        """Tell whether the link is plugged in."""
        return self._network

    def sample_cards(self) -> Sequence[tuple[str, str]]:
        """List sample cards as (id, words)."""
        from devices.cards.samples import sample_cards

        return [(card.card_id, card.words) for card in sample_cards().values()]

    def insert_card(self, card_id: str) -> None:
        """Lay a sample card on the mock reader."""
        for reader in self._readers[:1]:
            reader.insert(card_id)

    def remove_card(self) -> None:
        """Lift it."""
        for reader in self._readers:
            reader.remove()

    def set_network(self, up: bool) -> None:
        """Cut or restore the link to the hub."""
        self._network = up

    def set_paper(self, present: bool) -> None:
        """Empty or fill the mock printer's tray."""
        if self._printer is not None:
            self._printer.set_paper(present)
