"""The training dock: cards, network and paper instead of real devices."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.ports.training import TrainingControls
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows


@dataclass(frozen=True)
class SampleCard:
    """A card that can be laid on the reader."""

    cardId: str
    label: str
    laid: bool


@qml_element
class DockViewModel(QObject):
    """What the trainer does to the mock devices."""

    changed = Signal()

    def __init__(self, desk: Desk, controls: TrainingControls | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._controls = controls
        self._open = False
        self._laid = ""
        self._network = True
        self._paper = True
        self._cards: Rows[SampleCard] = Rows(SampleCard, self)  # filled when the dock opens

    @Slot()
    def toggle(self) -> None:
        """Open or close the dock."""
        self._open = not self._open
        if self._open:
            self._write()
        self.changed.emit()

    @Slot(str)
    def lay(self, card_id: str) -> None:
        """Lay a card, in place of one that lies there."""
        if self._controls:
            if self._laid:
                self._controls.remove_card()
            self._controls.insert_card(card_id)
            self._laid = card_id
            self._write()

    @Slot()
    def lift(self) -> None:
        """Lift the card."""
        if self._controls and self._laid:
            self._controls.remove_card()
            self._laid = ""
            self._write()

    @Slot(bool)
    def setNetwork(self, up: bool) -> None:
        """Cut or restore the network."""
        if self._controls:
            self._controls.set_network(up)
            self._network = up
            self.changed.emit()

    @Slot(bool)
    def setPaper(self, present: bool) -> None:
        """Empty or fill the paper tray."""
        if self._controls:
            self._controls.set_paper(present)
            self._paper = present
            self.changed.emit()

    @Property(bool, constant=True)
    def available(self) -> bool:
        """Whether this is training."""
        return self._controls is not None

    @Property(bool, notify=changed)
    def open(self) -> bool:
        """Whether the dock is open."""
        return self._open

    @Property(bool, notify=changed)
    def cardLies(self) -> bool:
        """Whether a card lies on the reader."""
        return bool(self._laid)

    @Property(bool, notify=changed)
    def network(self) -> bool:
        """Whether the network is up."""
        return self._network

    @Property(bool, notify=changed)
    def paper(self) -> bool:
        """Whether there is paper."""
        return self._paper

    @Property(QObject, constant=True)
    def cards(self) -> QObject:
        """The sample cards."""
        return self._cards

    def _write(self) -> None:
        cards = self._controls.sample_cards() if self._controls else ()
        self._cards.show([SampleCard(card_id, words, card_id == self._laid) for card_id, words in cards])
        self.changed.emit()
