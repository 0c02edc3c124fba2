"""Resident ID card readers with a SAM_V module (GA 467), over any wire."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from devices.cards.monitored_reader import MonitoredReader
from devices.cards.rare_characters import from_utf16
from devices.cards.samv_frame import (
    Answer,
    AnswerParser,
    Command,
    FrameFault,
    Status,
    frame,
    read_sam_id,
    split_record,
)
from devices.cards.samv_text import LAYOUTS, IdCardText, read_text_block
from devices.cards.samv_transports import SamvTransport
from devices.cards.traffic import trace
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ports.cards import CardFailed, CardPresented, CardRead, CardReadout, CardRemoved, ReaderStatus

_CODES = {
    Status.CARD_REFUSED_SAM: ErrorCode.CARD_REFUSED_READER,
    Status.SAM_REFUSED_CARD: ErrorCode.CARD_REFUSED_READER,
    Status.SAM_SELF_TEST_FAILED: ErrorCode.CARD_REFUSED_READER,
    Status.SAM_NOT_AUTHORISED: ErrorCode.CARD_REFUSED_READER,
    Status.UNKNOWN_CARD_TYPE: ErrorCode.CARD_UNKNOWN,
    Status.REQUEST_SUM_WRONG: ErrorCode.CARD_GARBLED,
    Status.INFORMATION_CHECK_FAILED: ErrorCode.CARD_GARBLED,
}
"""What an answer to select or read means; any other one is a card that cannot be read."""

_READER_LOST = frozenset({ErrorCode.READER_ABSENT, ErrorCode.READER_IN_USE, ErrorCode.READER_SILENT})
_ADDRESS_SIZE = 70


@dataclass(frozen=True)
class SamvTiming:
    """Waits in seconds. Vendors ask for at least 0.3 between two searches; a reading takes up to 2.8."""

    find_every_s: float = 0.3
    answer_limit_s: float = 3.0
    reconnect_s: float = 1.0


class SamvCardReader(MonitoredReader):
    """An ID card reader that is searched for cards again and again.

    On success a card gives one `CardRead` and is then left alone until it is lifted. After an error it must be lifted
    too. When the wire is gone the reader is `ABSENT` and is opened anew each second; one that does not answer within
    3 s or answers only rubbish is `FAULT` and is opened anew as well. The photo is read with the text, because the
    module gives no text without it, and dropped at once; fingerprints are never asked for.
    """

    def __init__(self, name: str, transport: SamvTransport, timing: SamvTiming | None = None) -> None:
        """Use a wire that nobody else uses."""
        super().__init__(name)
        self._transport = transport
        self._timing = timing or SamvTiming()
        self._sam_id = ""
        self._lying = False
        self._block: bytes | None = None
        """Text block of the lying card if it was read; None after an error."""

    def _reset(self) -> None:
        self._lying = False
        self._block = None

    def _watch(self) -> None:
        try:
            self._transport.open()
            self._attend()
        except DeviceError as exc:
            self._lift()
            absent = exc.code is ErrorCode.READER_ABSENT
            self._become(ReaderStatus.ABSENT if absent else ReaderStatus.FAULT, exc.code)
        finally:
            self._transport.close()
        self._pause(self._timing.reconnect_s)

    def _attend(self) -> None:
        """Search for cards until the reader is lost."""
        answer = self._ask(Command.SAM_ID)
        self._sam_id = read_sam_id(answer.data) or ""
        self._become(ReaderStatus.READY)
        while self._going():
            if self._lying:
                self._look_after_lying_card()
            elif self._finds_card():
                self._take_card()
            self._pause(self._timing.find_every_s)

    def _finds_card(self) -> bool:
        return self._ask(Command.FIND).sw3 == Status.FOUND

    def _take_card(self) -> None:
        self._present()
        try:
            block, text = self._read()
        except DeviceError as exc:
            self._emit(CardFailed(self.name, exc.code))
            if exc.code in _READER_LOST:
                raise
            self._status = ReaderStatus.READY
        else:
            self._accept(block, text)

    def _present(self) -> None:
        self._lying = True
        self._emit(CardPresented(self.name))
        self._status = ReaderStatus.READING

    def _accept(self, block: bytes, text: IdCardText) -> None:
        self._block = block
        self._emit(CardRead(self.name, self._with_newest_address(text)))
        self._status = ReaderStatus.READY

    def _look_after_lying_card(self) -> None:
        """Tell whether the card still lies there.

        Most readers do not find a card that was read until it was lifted, but go on answering about it; some find it
        again at once. A card that is found although it no longer answers may be another one: its text tells.
        """
        if self._block is not None and self._ask(Command.READ_NEWEST_ADDRESS).sw3 in {Status.OK, Status.NOT_ON_CARD}:
            return
        if not self._finds_card():
            self._lift()
        elif self._block is not None:
            self._compare()

    def _compare(self) -> None:
        """Read the card that was found in the place of one that was read, and tell if it is another one."""
        try:
            block, text = self._read()
        except DeviceError as exc:
            if exc.code in _READER_LOST:
                raise
            if exc.code is ErrorCode.CARD_REMOVED_EARLY:
                self._lift()
            # Otherwise the card that was read well must not fail now: look again.
            return
        if block != self._block:
            self._lift()
            self._present()
            self._accept(block, text)

    def _lift(self) -> None:
        if self._lying:
            self._reset()
            self._emit(CardRemoved(self.name))

    def _read(self) -> tuple[bytes, IdCardText]:
        """Select and read the card that was found.

        Raises:
            DeviceError: why not.
        """
        for command in (Command.SELECT, Command.READ_BASE):
            answer = self._ask(command)
            if not answer.ok:
                raise DeviceError(self._why(answer), sw=f"{answer.sw3:02X}")
        record = split_record(answer.data)
        text = read_text_block(record.text) if record else None
        if record is None or text is None:
            raise DeviceError(ErrorCode.CARD_GARBLED)
        return record.text, text

    def _why(self, answer: Answer) -> ErrorCode:
        """Say why select or read failed: a card that is no longer found was taken away."""
        if not self._finds_card():
            return ErrorCode.CARD_REMOVED_EARLY
        return _CODES.get(answer.sw3, ErrorCode.CARD_UNREADABLE)

    def _with_newest_address(self, text: IdCardText) -> CardReadout:
        """Ask for the address that was written onto the card later; the reading is good without it."""
        readout = text.readout(sam_id=self._sam_id)
        if "address" not in LAYOUTS[text.kind]:
            return readout
        try:
            answer = self._ask(Command.READ_NEWEST_ADDRESS)
        except DeviceError:
            return readout
        address = from_utf16(answer.data[-_ADDRESS_SIZE:]) if answer.ok else None
        if address is None or not address.text:
            return readout
        kept = tuple(word for word in text.warnings if not word.endswith(":address"))
        return replace(readout, address=address.text, warnings=kept + address.warnings("address"))

    def _ask(self, command: bytes) -> Answer:
        """Send a request and wait for its answer; one that came garbled is asked for again, a reading is not.

        Raises:
            DeviceError: READER_ABSENT, READER_SILENT, CARD_GARBLED.
        """
        try:
            return self._ask_once(command)
        except DeviceError as exc:
            if exc.code is not ErrorCode.CARD_GARBLED or command == Command.READ_BASE:
                raise
            return self._ask_once(command)

    def _ask_once(self, command: bytes) -> Answer:
        self._transport.discard()
        request = frame(command)
        trace("C>", request)
        self._transport.write(request)
        parser = AnswerParser()
        came = False
        deadline = time.monotonic() + self._timing.answer_limit_s
        while self._going() and time.monotonic() < deadline:
            data = self._transport.read()
            trace("R<", data)
            came = came or bool(data)
            found = parser.feed(data)
            answer = next((one for one in found if isinstance(one, Answer)), None)
            if answer is not None:
                return answer
            if FrameFault.CHECKSUM in found:
                break
        raise DeviceError(ErrorCode.CARD_GARBLED if came else ErrorCode.READER_SILENT)
