"""Sealed packets in tests: a terminal that seals, a folder that is a stick, somebody who carries it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from hub_rigs import HUB_KEY, QUICK, RunningHub, Terminal, identity

from kiosk.clock import SystemClock
from kiosk.crypto.sealing import OpeningKey
from kiosk.domain.case import Attachment
from kiosk.packets.sealed import PacketOrigin, write_packet
from kiosk.ports.relay import Closed
from kiosk.ports.sync import OutboxEntry
from kiosk.services.relay import RelayService
from kiosk.services.sealing import Sealer
from kiosk.store.packets import FilePackets
from sync.client import HubClient
from sync.wire import Timeouts

OPENING = OpeningKey(HUB_KEY.derive("packets"))
"""What the hub of the rigs opens packets with."""
EPOCH = "0123456789abcdef" * 2


def origin_of(terminal_id: str, hub_key: bytes = OPENING.public) -> PacketOrigin:
    """Seal in a terminal's name."""
    return PacketOrigin(terminal_id, identity(terminal_id).key, "0.1.0", hub_key)


@contextmanager
def packet_of(
    entry: OutboxEntry, *files: tuple[Attachment, bytes], origin: PacketOrigin, cut: int | None = None
) -> Iterator[BinaryIO]:
    """Seal an event with its files, if wished only so many bytes of it."""
    data = {file.attachment_id: content for file, content in files}
    with TemporaryFile() as out:
        write_packet(out, origin, EPOCH, entry, lambda name, offset, length: data[name][offset : offset + length])
        if cut is not None:
            out.truncate(cut)
        out.seek(0)
        yield out


def own_packets(station: Terminal) -> FilePackets:
    """Give the terminal's own packets."""
    return FilePackets(station.folder / "packets")


def sealer_of(station: Terminal) -> Sealer:
    """Make the terminal's sealer."""
    store = station.store
    origin = origin_of(store.outbox.state().terminal_id)
    return Sealer(store.packets, own_packets(station), origin, store.outbox.state().epoch, station.clock)


def relay_of(station: Terminal) -> RelayService:
    """Give the terminal's side of carrying."""
    store = station.store
    terminal_id = store.outbox.state().terminal_id
    return RelayService(own_packets(station), store.packets, store.outbox, terminal_id, station.clock)


def export(station: Terminal, stick: Path) -> FilePackets:
    """Seal what is new and write what is not delivered on a stick; gives the package."""
    sealer = sealer_of(station)
    while sealer.seal_some():
        pass
    package = FilePackets(stick, stick=True)
    relay_of(station).export(package)
    return package


def receipts_home(station: Terminal, package: FilePackets) -> Closed:
    """Take the receipts that came back."""
    return relay_of(station).take_receipts(package, HUB_KEY.public)


@contextmanager
def carrier(hub: RunningHub, terminal_id: str = "T-2", timeouts: Timeouts = QUICK) -> Iterator[HubClient]:
    """Be another terminal, which has the network."""
    client = HubClient(hub.url, identity(terminal_id), "0.1.0", SystemClock(), timeouts=timeouts)
    try:
        client.hello()  # a training hub enrols it
        yield client
    finally:
        client.close()
