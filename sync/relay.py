"""Carrying sealed packets, of whichever terminal, to the hub; its receipts go back the way the packets came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

import msgspec

from kiosk.errors import ErrorCode, HubError, InputError
from kiosk.ids import EventId
from kiosk.messages import text
from kiosk.packets.package import read_index
from kiosk.packets.receipts import PacketReceipt, is_hubs_receipt, read_receipt
from kiosk.packets.sealed import PacketHead, SealedPacket
from kiosk.ports.relay import Carried, PacketFolder
from kiosk.ports.sync import OutcomeStatus
from sync.answers import HubAnswerError
from sync.messages import Hello
from sync.policy import Behaviour

_TAKEN = {OutcomeStatus.RECEIVED.value, OutcomeStatus.DUPLICATE.value}
_REFUSED = {OutcomeStatus.REJECTED.value, OutcomeStatus.CONFLICT.value}


class PacketTaker(Protocol):
    """What carrying needs of the hub."""

    def hello(self) -> Hello:
        """Ask who is there."""

    def hand_over(self, packet: BinaryIO) -> PacketReceipt:
        """Hand over a packet."""


@dataclass
class _Tally:
    cases: set[str] = field(default_factory=set)
    packets: int = 0
    refused: int = 0
    damaged: int = 0
    words: dict[str, None] = field(default_factory=dict)
    """The hub's, each once, in the order they came."""

    def refuse(self, words: str) -> None:
        self.refused += 1
        if words:
            self.words[words] = None


def carry(hub: PacketTaker, package: PacketFolder, hub_key: bytes) -> Carried:
    """Hand over every packet that has no receipt yet, and lay the hub's receipts beside them.

    Packets of a case may lie in any order: one that the hub cannot take before another comes again after it. What the
    hub refuses stands in its receipt, which goes back too. Nothing is removed. When the hub fails, what was taken until
    then is kept, and the rest waits for the next time.

    Raises:
        StoreError: RELAY_FOLDER.
    """
    tally = _Tally()
    answered = {event_id for event_id in package.receipts() if _is_answered(package, event_id, hub_key)}
    waiting = [event_id for event_id in package.event_ids() if event_id not in answered]
    code = ""
    try:
        limit = hub.hello().limits.packet_bytes if waiting else 0
        before = len(waiting) + 1
        while waiting and len(waiting) < before:
            before = len(waiting)
            later: list[EventId] = []
            while waiting:
                if not _hand_over(hub, package, waiting[0], hub_key, limit, tally):
                    later.append(waiting[0])
                del waiting[0]
            waiting = later
    except HubError as exc:
        code = exc.code.value
    return Carried(
        cases=len(tally.cases),
        packets=tally.packets,
        refused=tally.refused,
        waiting=len(waiting),
        damaged=tally.damaged,
        missing=_missing(package),
        code=code,
        words=tuple(tally.words),
    )


def _hand_over(
    hub: PacketTaker, package: PacketFolder, event_id: EventId, hub_key: bytes, limit: int, tally: _Tally
) -> bool:
    """Hand one over; False when it shall come again."""
    try:
        with package.open(event_id) as file:
            packet = SealedPacket(file)
            packet.verify()
            if packet.bytes_total > limit:
                tally.refuse(text("hub.too_large"))
                return True
            receipt = hub.hand_over(file)
    except InputError:
        tally.damaged += 1
        return True
    except HubAnswerError as exc:
        if exc.behaviour is not Behaviour.HALVE:
            raise
        tally.refuse(exc.words)
        return True
    _require_ours(receipt, packet.head, hub_key)
    if receipt.status in _TAKEN:
        tally.cases.add(packet.head.case_id)
        tally.packets += 1
    elif receipt.status in _REFUSED:
        tally.refuse(receipt.words)
    else:
        return False
    package.keep_receipt(event_id, msgspec.json.encode(receipt))
    return True


def _require_ours(receipt: PacketReceipt, head: PacketHead, hub_key: bytes) -> None:
    """Check that the hub gave this receipt, for this packet.

    Raises:
        HubError: NOT_A_HUB.
    """
    same = (receipt.terminal_id, receipt.event_id) == (head.terminal_id, head.event_id)
    if not same or not is_hubs_receipt(receipt, hub_key):
        raise HubError(ErrorCode.NOT_A_HUB)


def _is_answered(package: PacketFolder, event_id: EventId, hub_key: bytes) -> bool:
    try:
        receipt = read_receipt(package.read_receipt(event_id))
    except InputError:
        return False
    return receipt.event_id == event_id and is_hubs_receipt(receipt, hub_key)


def _missing(package: PacketFolder) -> int:
    try:
        data = package.read_index()
        return 0 if data is None else len(set(read_index(data).packets).difference(package.event_ids()))
    except InputError:
        return 0
