"""Documents that departments give as results: asked for, looked at, printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.clock import Clock, iso
from kiosk.errors import DeviceError, ErrorCode, InputError
from kiosk.ids import JobId, OperatorId, uuid7
from kiosk.ports.pages import MAX_PAGES, PageCleaner
from kiosk.ports.printers import PaperSize, PrinterStatus, ReceiptPrinter
from kiosk.ports.results import ResultFile
from kiosk.ports.store import Store

_TEXT = "text/plain"


@dataclass(frozen=True)
class ShownResult:
    """A document made anew as PDF: nothing of the department's file but its looks."""

    result_id: str
    pages: int
    pdf: bytes = field(repr=False)


class ResultService:
    """Gives documents of departments to people. Called on the thread that owns the store.

    Asking returns at once, with or without a network: the document comes with an exchange with the hub. One that is
    here is shown and printed offline. The one that is open is held in memory until it is closed.
    """

    def __init__(self, store: Store, printer: ReceiptPrinter, cleaner: PageCleaner, clock: Clock) -> None:
        """Show documents of this store, print them on this printer."""
        self._store = store
        self._printer = printer
        self._cleaner = cleaner
        self._clock = clock
        self._open: ShownResult | None = None

    def of_case(self, case_number: str) -> list[ResultFile]:
        """List a case's documents, in the order in which departments gave them."""
        return self._store.results.of_case(case_number)

    def ask(self, result_id: str, actor: OperatorId) -> None:
        """Have a document fetched with the next exchange; the journal says who asked.

        Raises:
            StoreError: CASE_NOT_FOUND, there is none of this id.
        """
        self._store.results.want(result_id, actor, self._now())

    def open(self, result: ResultFile, actor: OperatorId) -> ShownResult:
        """Make a document that is here ready for showing and printing; the journal says who looked.

        Raises:
            StoreError: CASE_NOT_FOUND when it is not here, STORE_DAMAGED.
            InputError: as `PageCleaner.clean`, when it is of a kind that is not shown here.
            PaperError: CHARACTER_NOT_IN_FONTS, in plain text.
        """
        if self._open is None or self._open.result_id != result.result_id:
            data = self._store.results.read(result.result_id, actor, self._now())
            self._open = self._made_anew(result, data)
        return self._open

    def picture(self, shown: ShownResult, page: int, long_side: int) -> bytes:
        """Give a page (counted from 0) as JPEG, its longer side at most `long_side` pixels.

        Raises:
            InputError: as `PageCleaner.picture`.
        """
        return self._cleaner.picture(shown.pdf, page, long_side)

    def print(self, result: ResultFile, actor: OperatorId) -> int:
        """Print a copy at once and count it; gives its number.

        Raises:
            DeviceError: PRINTER_NOT_READY; PRINTER_REFUSED_FORMAT when it holds a roll; or it did not take it.
            KioskError: as `open`.
        """
        shown = self.open(result, actor)
        if self._printer.paper_size is not PaperSize.A4:
            raise DeviceError(ErrorCode.PRINTER_REFUSED_FORMAT)
        status = self._printer.status().status
        if status is not PrinterStatus.READY:
            raise DeviceError(ErrorCode.PRINTER_NOT_READY, status=status.value)
        self._printer.submit(JobId(uuid7()), result.result_id, shown.pdf)
        return self._store.results.note_printed(result.result_id, actor, self._now())

    def close(self) -> None:
        """Hold nothing in memory any more."""
        self._open = None

    def _made_anew(self, result: ResultFile, data: bytes) -> ShownResult:
        from kiosk.papers.documents import picture_page, text_pages  # noqa: PLC0415  reportlab costs start-up time

        if result.media_type == _TEXT:
            try:
                pdf, pages = text_pages(data.decode("utf-8-sig").replace("\r\n", "\n").expandtabs())
            except UnicodeDecodeError as exc:
                raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
            if pages > MAX_PAGES:
                raise InputError(ErrorCode.ATTACHMENT_TOO_MANY_PAGES, pages=pages, limit=MAX_PAGES)
            return ShownResult(result.result_id, pages, pdf)
        clean = self._cleaner.clean(data)
        pdf = picture_page(clean.data) if clean.media_type == "image/jpeg" else clean.data
        return ShownResult(result.result_id, clean.pages, pdf)

    def _now(self) -> str:
        return iso(self._clock.now())
