"""Printers by the kind that a station's settings name; only the kind that is used is imported."""

from __future__ import annotations

from pathlib import Path

from kiosk.clock import Clock
from kiosk.errors import ConfigError, ErrorCode
from kiosk.ports.printers import PaperSize, ReceiptPrinter

KINDS = ("ipp", "cups", "windows", "folder", "mock")


def make_printer(kind: str, address: str, name: str, paper: str, *, data_dir: Path, clock: Clock) -> ReceiptPrinter:
    """Make the printer of a station; nothing is asked of the device yet.

    `address` is by kind: `ipp` the printer's `ipp://host[:port][/path]`; `cups` the queue's name, or
    `host[:port]/queue`; `windows` the queue's name; `folder` and `mock` a folder, within the data folder unless it is
    absolute (`papers` when empty). `name` is for people and falls back to the address.

    Raises:
        ConfigError: CONFIG_INVALID, no such kind, paper or address, or `windows` elsewhere.
    """
    if kind not in KINDS:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place="devices.printer.kind")
    if paper not in {size.value for size in PaperSize}:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place="devices.printer.paper")
    size = PaperSize(paper)
    title = name or address or kind
    folder = data_dir / (address or "papers")
    if kind == "folder":
        from devices.printers.folder import FolderPrinter

        return FolderPrinter(title, folder, size)
    if kind == "mock":
        from devices.printers.mock import MockPrinter

        return MockPrinter(title, folder, size)
    if not address:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place="devices.printer.address")
    if kind == "ipp":
        from devices.printers.ipp import IppPrinter

        return IppPrinter(title, address, size)
    if kind == "cups":
        from devices.printers.cups import CupsPrinter

        server, _, queue = address.rpartition("/")
        return CupsPrinter(title, queue, size, clock, server=server)
    from devices.printers.windows_spooler import Pywin32Spooler, WindowsPrinter

    return WindowsPrinter(title, address, size, Pywin32Spooler())
