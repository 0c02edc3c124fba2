"""The shipped mock reader: driven by files, so that a script or the training dock can act on a running program."""

from __future__ import annotations

import os
from pathlib import Path

from devices.cards.monitored_reader import MonitoredReader
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ports.cards import CardFailed, CardPresented, CardRead, CardRemoved, ReaderStatus

_INSERTED = "inserted"
_UNPLUGGED = "unplugged"
_POLL_S = 0.05

_Laid = tuple[str, int]
"""Card id, and the time of its file: the same card laid anew is another laying."""


class MockCardReader(MonitoredReader):
    """A reader in a folder.

    The file `inserted` holds the id of a sample card while that card lies on the reader; an id that no sample has is a
    foreign card. A file `unplugged` makes the reader absent. The card that fails with RDR-02 is taken away by itself.
    """

    def __init__(self, name: str, folder: Path, reading_s: float = 0.4) -> None:
        """Use a folder, which is made if it is missing; a reading takes `reading_s` seconds."""
        super().__init__(name)
        self._folder = folder
        self._reading_s = reading_s
        self._laid: _Laid | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def insert(self, card_id: str) -> None:
        """Lay a card on the reader; one that lies there is exchanged."""
        draft = self._folder / f"{_INSERTED}.new"
        draft.write_text(card_id, "utf-8")
        draft.replace(self._folder / _INSERTED)

    def remove(self) -> None:
        """Lift the card; nothing happens if there is none."""
        (self._folder / _INSERTED).unlink(missing_ok=True)

    def set_plugged(self, plugged: bool) -> None:
        """Pull the reader's plug, or put it back."""
        if plugged:
            (self._folder / _UNPLUGGED).unlink(missing_ok=True)
        else:
            (self._folder / _UNPLUGGED).touch()

    def _reset(self) -> None:
        self._laid = None

    def _watch(self) -> None:
        while self._going():
            if (self._folder / _UNPLUGGED).exists():
                self._exchange(None)
                self._become(ReaderStatus.ABSENT, ErrorCode.READER_ABSENT)
            else:
                self._become(ReaderStatus.READY)
                self._exchange(self._look())
            self._pause(_POLL_S)

    def _look(self) -> _Laid | None:
        try:
            with (self._folder / _INSERTED).open(encoding="utf-8", errors="replace") as file:
                card_id, laid_at = file.read().strip(), os.fstat(file.fileno()).st_mtime_ns
        except OSError:
            # Not there, or just being exchanged on Windows.
            return None
        # A file that is still empty is being written by a script.
        return (card_id, laid_at) if card_id else None

    def _exchange(self, laid: _Laid | None) -> None:
        if laid == self._laid:
            return
        if self._laid is not None:
            self._emit(CardRemoved(self.name))
        self._laid = laid
        if laid is not None:
            self._status = ReaderStatus.READING
            self._emit(CardPresented(self.name))
            self._emit(self._read(laid))
            self._status = ReaderStatus.READY

    def _read(self, laid: _Laid) -> CardRead | CardFailed:
        self._pause(self._reading_s)
        from devices.cards.samples import sample_cards  # noqa: PLC0415  reads the cards and their codecs

        card = sample_cards().get(laid[0])
        if card is None:
            return CardFailed(self.name, ErrorCode.CARD_UNKNOWN)
        try:
            readout = card.read()
        except DeviceError as exc:
            if exc.code is ErrorCode.CARD_REMOVED_EARLY:
                self.remove()
            return CardFailed(self.name, exc.code)
        if self._look() != laid:
            return CardFailed(self.name, ErrorCode.CARD_REMOVED_EARLY)
        return CardRead(self.name, readout)
