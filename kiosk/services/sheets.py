"""Prints sheets about the station: the guide, the figures, the working list, the day's end."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.clock import Clock, iso
from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.paper import Issue, StationFacts
from kiosk.domain.sections import SectionedPaper
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ids import JobId, OperatorId, uuid7
from kiosk.journal import JournalKind
from kiosk.ports.printers import PaperSize, PrinterStatus, ReceiptPrinter
from kiosk.ports.store import JournalLine, Store

WriteSheet = Callable[[SheetFrame], SectionedPaper]


class SheetService:
    """Hands sheets to the printer at once: they belong to no case, are not counted, and can be printed again at will.

    A printer that is not ready refuses with its reason and nothing waits. Called on the thread that owns the store.
    """

    def __init__(
        self, store: Store, printer: ReceiptPrinter, station: StationFacts, clock: Clock, *, training: bool
    ) -> None:
        """Print on this printer for this station."""
        self._store = store
        self._printer = printer
        self._station = station
        self._clock = clock
        self._training = training

    def print(self, write: WriteSheet, actor: OperatorId, *, large_print: bool = False) -> None:
        """Print a sheet and note in the journal who did.

        Raises:
            DeviceError: the printer is not ready, or did not take it.
            PaperError: a character is in none of the fonts.
        """
        status = self._printer.status().status
        if status is not PrinterStatus.READY:
            raise DeviceError(ErrorCode.PRINTER_NOT_READY, status=status.value)
        sheet = write(self._frame(actor))
        pdf = _render(sheet, self._printer.paper_size, large_print=large_print)
        self._printer.submit(JobId(uuid7()), sheet.kind.value, pdf)
        line = JournalLine(JournalKind.SHEET_PRINTED, actor, sheet.kind.value, (("number", sheet.head.number),))
        self._store.journal.append(line, iso(self._clock.now()))

    def pdf(self, write: WriteSheet, actor: OperatorId, size: PaperSize, *, large_print: bool = False) -> bytes:
        """Give a sheet as PDF instead of printing it.

        Raises:
            PaperError: as for `print`.
        """
        return _render(write(self._frame(actor)), size, large_print=large_print)

    def _frame(self, actor: OperatorId) -> SheetFrame:
        operator = self._store.operators.get(actor)
        issue = Issue(operator.name if operator else "", 0, self._clock.now(), "", self._training)
        return SheetFrame(self._station, issue)


def _render(sheet: SectionedPaper, size: PaperSize, *, large_print: bool) -> bytes:
    from kiosk.papers.render import render  # noqa: PLC0415  reportlab costs start-up time until a sheet is wanted

    return render(sheet, size, large_print=large_print)
