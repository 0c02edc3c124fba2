"""The devices that the settings name."""

from __future__ import annotations

from dataclasses import dataclass

from devices.cards.registry import open_card_reader
from devices.printers.registry import make_printer
from kiosk.ports.cards import CardReader
from kiosk.ports.printers import ReceiptPrinter
from kiosk.wiring.foundation import Foundation


@dataclass(frozen=True)
class Devices:
    """The station's devices; nothing is opened before it is used."""

    readers: tuple[CardReader, ...]
    printer: ReceiptPrinter


def make_devices(foundation: Foundation) -> Devices:
    """Make the devices that the settings name.

    Raises:
        ConfigError: CONFIG_INVALID.
    """
    devices, printer = foundation.config.devices, foundation.config.devices.printer
    return Devices(
        readers=tuple(open_card_reader(reader, foundation.data_dir) for reader in devices.readers),
        printer=make_printer(
            printer.kind,
            printer.address,
            printer.name,
            printer.paper,
            data_dir=foundation.data_dir,
            clock=foundation.clock,
        ),
    )
