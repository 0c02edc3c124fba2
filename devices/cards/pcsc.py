"""Social security cards over PC/SC, with a watcher of our own.

The monitor threads of pyscard end for good when the PC/SC service stops, and on Windows it stops with the last reader.
"""

from __future__ import annotations

from smartcard import scard

from devices.cards.monitored_reader import MonitoredReader
from devices.cards.social_security_card import read_card
from devices.cards.traffic import trace
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ports.cards import CardFailed, CardPresented, CardRead, CardReadout, CardRemoved, ReaderStatus

_POLL_MS = 500
_SERVICE_RETRY_S = 1.0
_READER_RETRY_S = 0.5
_SHARING_LIMIT_S = 2.0
_SHARING_RETRY_S = 0.1
_REMOVAL_SEEN_S = 0.8
"""The service notices a removal 0.15 to 0.35 s after the transfer has failed."""

_EVENT_COUNT_SHIFT = 16
"""The upper half of an event state counts insertions and removals."""

_CODES: dict[int, ErrorCode] = {
    scard.SCARD_W_REMOVED_CARD: ErrorCode.CARD_REMOVED_EARLY,
    scard.SCARD_E_NO_SMARTCARD: ErrorCode.CARD_REMOVED_EARLY,
    scard.SCARD_E_SHARING_VIOLATION: ErrorCode.READER_IN_USE,
    scard.SCARD_E_READER_UNAVAILABLE: ErrorCode.READER_ABSENT,
    scard.SCARD_E_UNKNOWN_READER: ErrorCode.READER_ABSENT,
    scard.SCARD_E_NO_SERVICE: ErrorCode.READER_SERVICE_DOWN,
    scard.SCARD_E_SERVICE_STOPPED: ErrorCode.READER_SERVICE_DOWN,
    scard.SCARD_E_INVALID_HANDLE: ErrorCode.READER_SERVICE_DOWN,
    scard.SCARD_F_COMM_ERROR: ErrorCode.READER_SERVICE_DOWN,
    scard.SCARD_E_NOT_TRANSACTED: ErrorCode.CARD_UNREADABLE,
    scard.SCARD_W_RESET_CARD: ErrorCode.CARD_UNREADABLE,
    scard.SCARD_W_UNPOWERED_CARD: ErrorCode.CARD_UNREADABLE,
    scard.SCARD_W_UNRESPONSIVE_CARD: ErrorCode.CARD_UNREADABLE,
    scard.SCARD_W_UNSUPPORTED_CARD: ErrorCode.CARD_UNREADABLE,
}

_MAYBE_GONE = frozenset({ErrorCode.CARD_UNREADABLE, ErrorCode.CARD_GARBLED})
"""What a card that is taken away looks like at first: a failed transfer, or with some drivers an empty answer."""


class PcscCardReader(MonitoredReader):
    """Every PC/SC slot whose system name contains a text, as one reader.

    A service that is down is asked for each second; slots come and go. When the service or the slot goes while a card
    lies there, `CardRemoved` is given, and the card is read anew when they are back. The slot is opened exclusively
    for the fraction of a second that a reading takes, so that no other program can change the selected file in
    between; a slot that another program keeps gives READER_IN_USE after 2 s, and that program is left alone.
    """

    def __init__(self, name: str, slot_name: str = "") -> None:
        """Watch slots whose name contains `slot_name`; an empty text means all."""
        super().__init__(name)
        self._slot_name = slot_name
        self._context: int | None = None
        self._laid: dict[str, int] = {}

    def _wake(self) -> None:
        context = self._context
        if context is not None:
            scard.SCardCancel(context)

    def _reset(self) -> None:
        self._laid.clear()

    def _watch(self) -> None:
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if result != scard.SCARD_S_SUCCESS:
            self._forget_cards(set())
            self._become(ReaderStatus.SERVICE_DOWN, ErrorCode.READER_SERVICE_DOWN)
            self._pause(_SERVICE_RETRY_S)
            return
        self._context = context
        try:
            self._follow_slots(context)
        finally:
            self._context = None
            scard.SCardReleaseContext(context)
        # A service that answers but fails at once must not be asked without end.
        self._pause(_READER_RETRY_S)

    def _follow_slots(self, context: int) -> None:
        """Follow the slots until the service fails."""
        states: dict[str, int] = {}
        while self._going():
            result, names = scard.SCardListReaders(context, [])
            if result == scard.SCARD_E_NO_READERS_AVAILABLE:
                names = []
            elif result != scard.SCARD_S_SUCCESS:
                return
            slots = [name for name in names if self._slot_name in name]
            self._forget_cards(set(slots))
            if not slots:
                states.clear()
                self._become(ReaderStatus.ABSENT, ErrorCode.READER_ABSENT)
                self._pause(_READER_RETRY_S)
                continue
            self._become(ReaderStatus.READY)
            known = [(slot, states.get(slot, scard.SCARD_STATE_UNAWARE)) for slot in slots]
            result, seen = scard.SCardGetStatusChange(context, _POLL_MS, known)
            if result == scard.SCARD_E_TIMEOUT:
                continue
            if result != scard.SCARD_S_SUCCESS:
                return
            for slot, state, _atr in seen:
                states[slot] = state & ~scard.SCARD_STATE_CHANGED
                self._see(context, slot, state)

    def _see(self, context: int, slot: str, state: int) -> None:
        present = bool(state & scard.SCARD_STATE_PRESENT)
        count = state >> _EVENT_COUNT_SHIFT
        if slot in self._laid and (not present or self._laid[slot] != count):
            del self._laid[slot]
            self._emit(CardRemoved(self.name))
        if present and slot not in self._laid:
            self._laid[slot] = count
            self._emit(CardPresented(self.name))
            self._status = ReaderStatus.READING
            self._emit(self._read(context, slot))
            self._status = ReaderStatus.READY

    def _forget_cards(self, slots: set[str]) -> None:
        for slot in [slot for slot in self._laid if slot not in slots]:
            del self._laid[slot]
            self._emit(CardRemoved(self.name))

    def _read(self, context: int, slot: str) -> CardRead | CardFailed:
        try:
            return CardRead(self.name, self._read_slot(context, slot))
        except DeviceError as exc:
            gone = exc.code in _MAYBE_GONE and self._is_gone(context, slot)
            return CardFailed(self.name, ErrorCode.CARD_REMOVED_EARLY if gone else exc.code)

    def _read_slot(self, context: int, slot: str) -> CardReadout:
        card, protocol = self._connect(context, slot)
        try:
            return read_card(lambda command: _transmit(card, protocol, command))
        finally:
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)

    def _connect(self, context: int, slot: str) -> tuple[int, int]:
        """Open the slot for us alone; others (Windows looks at each new card itself) get a little time to end."""
        tries = int(_SHARING_LIMIT_S / _SHARING_RETRY_S)
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        while True:
            result, card, protocol = scard.SCardConnect(context, slot, scard.SCARD_SHARE_EXCLUSIVE, protocols)
            tries -= 1
            if result != scard.SCARD_E_SHARING_VIOLATION or not tries or not self._pause(_SHARING_RETRY_S):
                break
        _check(result)
        return card, protocol

    def _is_gone(self, context: int, slot: str) -> bool:
        """Say whether the card has left the slot, giving the service time to notice."""
        unaware = scard.SCARD_STATE_UNAWARE
        result, seen = scard.SCardGetStatusChange(context, 0, [(slot, unaware)])
        if result == scard.SCARD_S_SUCCESS and seen[0][1] & scard.SCARD_STATE_PRESENT:
            now = seen[0][1] & ~scard.SCARD_STATE_CHANGED
            result, seen = scard.SCardGetStatusChange(context, int(_REMOVAL_SEEN_S * 1000), [(slot, now)])
        return result == scard.SCARD_S_SUCCESS and not seen[0][1] & scard.SCARD_STATE_PRESENT


def _transmit(card: int, protocol: int, command: bytes) -> bytes:
    trace("C>", command)
    result, answer = scard.SCardTransmit(card, protocol, list(command))
    _check(result)
    trace("R<", bytes(answer))
    return bytes(answer)


def _check(result: int) -> None:
    if result != scard.SCARD_S_SUCCESS:
        code = _CODES.get(result, ErrorCode.CARD_UNREADABLE)
        raise DeviceError(code, result=f"{result & 0xFFFFFFFF:08X}")
