"""What a printer's own words mean: IPP `printer-state-reasons` (RFC 8011 §5.4.12, PWG 5100.9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kiosk.ports.printers import PrinterReport, PrinterStatus

_SUFFIXES = ("-report", "-warning", "-error")

_STOPS: dict[str, PrinterStatus] = {
    "media-empty": PrinterStatus.PAPER_OUT,
    "media-needed": PrinterStatus.PAPER_OUT,
    "media-jam": PrinterStatus.JAM,
    "cover-open": PrinterStatus.COVER_OPEN,
    "door-open": PrinterStatus.COVER_OPEN,
    "interlock-open": PrinterStatus.COVER_OPEN,
    "toner-empty": PrinterStatus.SUPPLY_EMPTY,
    "marker-supply-empty": PrinterStatus.SUPPLY_EMPTY,
    "offline": PrinterStatus.OFFLINE,
    "shutdown": PrinterStatus.OFFLINE,
    "connecting-to-device": PrinterStatus.OFFLINE,
    "timed-out": PrinterStatus.OFFLINE,
    "paused": PrinterStatus.PAUSED,
    "moving-to-paused": PrinterStatus.PAUSED,
}

_GOES_ON = frozenset(
    {
        "",
        "none",
        "media-low",
        "toner-low",
        "marker-supply-low",
        "developer-low",
        "marker-waste-almost-full",
        "output-area-almost-full",
        "opc-near-eol",
        "hibernate",
        "identify-printer-requested",
        "wifi-not-configured",
    }
)
"""Keywords that stop nothing. CUPS adds bookkeeping words of its own under `cups-`."""

_CUPS_STOPS = frozenset({"cups-missing-filter", "cups-insecure-filter"})

_ORDER = list(PrinterStatus)


class Reasons(NamedTuple):
    """What a list of keywords says.

    Attributes:
        ready: whether it would print now.
        problem: the first status that holds, in the order of `PrinterStatus`; `READY` when none does.
        notice: paper runs low.
        keyword: the device's own words for a problem that is `OTHER`.
    """

    ready: bool
    problem: PrinterStatus
    notice: bool
    keyword: str

    def report(self) -> PrinterReport:
        """Give the same as the port's value."""
        return PrinterReport(self.problem, self.notice, self.keyword)


def read_reasons(keywords: Iterable[str]) -> Reasons:
    """Say what `printer-state-reasons` mean.

    The severity suffix is dropped: devices send `-report` when idle and `-warning` while printing for what does stop
    them, so it does not tell whether printing stops.
    """
    stems = [_stem(word) for word in keywords]
    found = {status: stem for stem in reversed(stems) if (status := _status(stem)) is not PrinterStatus.READY}
    problem = min(found, key=_ORDER.index, default=PrinterStatus.READY)
    keyword = found[problem] if problem is PrinterStatus.OTHER else ""
    return Reasons(problem is PrinterStatus.READY, problem, "media-low" in stems, keyword)


def _stem(word: str) -> str:
    word = word.strip().lower()
    for suffix in _SUFFIXES:
        word = word.removesuffix(suffix)
    return word


def _status(stem: str) -> PrinterStatus:
    if stem in _STOPS:
        return _STOPS[stem]
    if stem in _GOES_ON or (stem.startswith("cups-") and stem not in _CUPS_STOPS):
        return PrinterStatus.READY
    return PrinterStatus.OTHER
