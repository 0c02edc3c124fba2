"""What goes out on a stick, and what the receipts that come back on it close."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from kiosk.clock import Clock, iso
from kiosk.errors import InputError
from kiosk.ids import EventId
from kiosk.packets.package import PackageIndex, read_index, write_index
from kiosk.packets.receipts import PacketReceipt, is_hubs_receipt, read_receipt
from kiosk.packets.sealed import PacketHead, SealedPacket
from kiosk.ports.relay import Closed, Exported, PacketFolder, PacketSource
from kiosk.ports.sync import DeliveryOutcome, Outbox, OutcomeStatus
from kiosk.services.sealing import unsealed

_TAKEN = {OutcomeStatus.RECEIVED, OutcomeStatus.DUPLICATE}
_FINAL = {*_TAKEN, OutcomeStatus.REJECTED, OutcomeStatus.CONFLICT}


@dataclass(frozen=True)
class RelayService:
    """One terminal's packets on their way by stick. Used by the thread that owns source and outbox."""

    own: PacketFolder
    source: PacketSource
    outbox: Outbox
    terminal_id: str
    clock: Clock

    def export(self, package: PacketFolder) -> Exported:
        """Copy every packet that is still to be sent into a package, and name what is to be sent and has none.

        Raises:
            StoreError: RELAY_FOLDER, or own folder or store cannot be read; what was copied until then is whole.
        """
        there = self.own.event_ids()
        done = self.source.settled(there)
        waiting = [event_id for event_id in there if event_id not in done]
        exported, damaged = export_packets(waiting, self.own, package, self.terminal_id, self.clock)
        bare = unsealed(self.source, self.own, iso(self.clock.now()))
        left = damaged + sorted(set(bare) - self.source.settled(bare))
        return replace(
            exported, damaged=len(left), undelivered=exported.cases, left=tuple(self.source.case_numbers(left))
        )

    def take_receipts(self, package: PacketFolder, hub_key: bytes) -> Closed:
        """Close what the hub's receipts in a package say of this terminal's events.

        What was taken is removed from the package. An event that an older copy of the database does not know needs its
        packet no longer once the hub has it; one that the hub refused keeps it.

        Raises:
            StoreError: RELAY_FOLDER, or the store cannot be written; receipts that were not taken can be taken again.
        """
        cases: set[str] = set()
        taken: set[EventId] = set()
        refused = unproven = 0
        for event_id in package.receipts():
            receipt = _receipt(package, event_id)
            if receipt is not None and receipt.terminal_id != self.terminal_id:
                continue  # another terminal's, on the same stick
            kept = self.source.payload_sha256(event_id)
            if (
                receipt is None
                or receipt.event_id != event_id
                or not is_hubs_receipt(receipt, hub_key)
                or kept not in {None, receipt.payload_sha256}
            ):
                unproven += 1
                continue
            status = OutcomeStatus(receipt.status)
            if kept is not None:
                self._record(event_id, status, receipt)
            if status in _TAKEN:
                cases.add(receipt.case_id)
                if kept is None:
                    self.own.remove(event_id)
            else:
                refused += 1
                if kept is None:
                    continue
            package.remove(event_id)
            taken.add(event_id)
        if taken:
            _strike(package, taken)
        return Closed(len(cases), refused, unproven)

    def _record(self, event_id: EventId, status: OutcomeStatus, receipt: PacketReceipt) -> None:
        now = iso(self.clock.now())
        outcome = DeliveryOutcome(
            event_id,
            status,
            receipt.code,
            receipt.words,
            hub_case_number=receipt.hub_case_number,
            acknowledged_at=receipt.at,
        )
        self.outbox.record([outcome], now, retry_at=lambda _: now)


def export_packets(
    event_ids: Sequence[EventId], own: PacketFolder, package: PacketFolder, terminal_id: str, clock: Clock
) -> tuple[Exported, list[EventId]]:
    """Copy packets into a package, in this order, and write its list; gives also those that are damaged.

    Raises:
        StoreError: as `RelayService.export`.
    """
    cases: set[str] = set()
    damaged: list[EventId] = []
    packets = size = 0
    for event_id in event_ids:
        try:
            head, length = _copy(own, package, event_id)
        except InputError:
            damaged.append(event_id)
            continue
        cases.add(head.case_id)
        packets += 1
        size += length
    if packets:
        index = PackageIndex(terminal_id=terminal_id, made_at=iso(clock.now()), packets=tuple(package.event_ids()))
        package.keep_index(write_index(index))
    return Exported(len(cases), packets, size, len(damaged)), damaged


def _strike(package: PacketFolder, taken: Collection[EventId]) -> None:
    """Take events off a package's list, if it has one."""
    data = package.read_index()
    if data is None:
        return
    try:
        index = read_index(data)
    except InputError:
        return
    left = tuple(event_id for event_id in index.packets if event_id not in taken)
    package.keep_index(write_index(structs.replace(index, packets=left)))


def _copy(own: PacketFolder, package: PacketFolder, event_id: EventId) -> tuple[PacketHead, int]:
    with own.open(event_id) as file:
        packet = SealedPacket(file)
        packet.verify()
        file.seek(0)
        package.add(event_id, lambda out: shutil.copyfileobj(file, out))
    return packet.head, packet.bytes_total


def _receipt(package: PacketFolder, event_id: EventId) -> PacketReceipt | None:
    try:
        receipt = read_receipt(package.read_receipt(event_id))
    except InputError:
        return None
    return receipt if receipt.status in _FINAL else None
