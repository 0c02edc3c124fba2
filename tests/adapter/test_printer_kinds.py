"""What is particular to one kind of printer, and the choice among them."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from devices.printers.folder import FolderPrinter, file_name
from devices.printers.ipp_http import parse_address
from devices.printers.mock import CONTROL_FILE, MockPrinter
from devices.printers.registry import KINDS, make_printer
from devices.printers.windows_spooler import Pywin32Spooler, SpooledJob, WindowsPrinter, rasterise, read_bits
from kiosk.clock import SystemClock
from kiosk.errors import ConfigError, DeviceError, ErrorCode
from kiosk.ids import JobId, uuid7
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState

MM = 72 / 25.4


def page(width_mm: float = 210, height_mm: float = 297, pages: int = 1) -> bytes:
    """Make a PDF with a black square of 10 mm in the upper left corner of each page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(width_mm * MM, height_mm * MM))
    for _ in range(pages):
        canvas.rect(0, (height_mm - 10) * MM, 10 * MM, 10 * MM, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def new_job() -> JobId:
    """Make a job id."""
    return JobId(uuid7())


# Folder


def test_a_file_is_named_by_the_title_and_nothing_else() -> None:
    """Separators, dots and control characters of a title do not reach the name; an empty title has a name too."""
    job = JobId("01a20013-9cc5-7661-b845-dca370126c5e")
    assert file_name(job, "370100-2026-000001-receipt-1") == "370100-2026-000001-receipt-1-dca370126c5e.pdf"
    assert file_name(job, "../../收件 凭证\n.pdf") == "收件-凭证-pdf-dca370126c5e.pdf"
    assert file_name(job, "///") == "paper-dca370126c5e.pdf"
    assert len(file_name(job, "长" * 500).encode()) < 255


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    """After a document was written there is the document and nothing beside it."""
    printer = FolderPrinter("测试", tmp_path / "a" / "b", PaperSize.A4)
    pdf = page()
    handle = printer.submit(new_job(), "title", pdf)
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == [handle]
    assert (tmp_path / "a" / "b" / handle).read_bytes() == pdf


def test_a_folder_that_cannot_be_written_is_offline(tmp_path: Path) -> None:
    """A file in the folder's place is an offline printer that takes nothing."""
    (tmp_path / "file").touch()
    printer = FolderPrinter("测试", tmp_path / "file", PaperSize.A4)
    assert printer.status() == PrinterReport(PrinterStatus.OFFLINE)
    with pytest.raises(DeviceError) as raised:
        printer.submit(new_job(), "title", page())
    assert raised.value.code is ErrorCode.PRINTER_UNREACHABLE


# Mock


@pytest.mark.parametrize("status", list(PrinterStatus))
def test_the_mock_can_be_brought_into_every_state(tmp_path: Path, status: PrinterStatus) -> None:
    """Every state can be set by the dock and by hand in the control file, and is gone when it is put right."""
    printer = MockPrinter("测试", tmp_path, PaperSize.A4)
    printer.set_status(status)
    assert printer.status().status is status
    (tmp_path / CONTROL_FILE).write_text(f" {status.value}\n", "utf-8")
    assert printer.status().status is status
    printer.set_paper(True)
    assert printer.status() == PrinterReport(PrinterStatus.READY)


def test_the_mock_runs_low_and_has_words_of_its_own(tmp_path: Path) -> None:
    """`paper_low` still prints; a word nobody knows is a problem with that word."""
    printer = MockPrinter("测试", tmp_path, PaperSize.A4)
    (tmp_path / CONTROL_FILE).write_text("paper_low", "utf-8")
    assert printer.status() == PrinterReport(PrinterStatus.READY, paper_low=True)
    assert printer.job(printer.submit(new_job(), "title", page())) is PrintJobState.DONE
    (tmp_path / CONTROL_FILE).write_text("on-fire", "utf-8")
    assert printer.status() == PrinterReport(PrinterStatus.OTHER, keyword="on-fire")


def test_a_mock_that_is_switched_off_takes_and_answers_nothing(tmp_path: Path) -> None:
    """Offline fails like a printer without power, and what it had printed is still there afterwards."""
    printer = MockPrinter("测试", tmp_path, PaperSize.A4)
    handle = printer.submit(new_job(), "title", page())
    printer.set_status(PrinterStatus.OFFLINE)
    calls: list[Callable[[], object]] = [
        lambda: printer.submit(new_job(), "title", page()),
        lambda: printer.job(handle),
        lambda: printer.cancel(handle),
    ]
    for call in calls:
        with pytest.raises(DeviceError) as raised:
            call()
        assert raised.value.code is ErrorCode.PRINTER_UNREACHABLE
    printer.set_paper(True)
    assert printer.job(handle) is PrintJobState.DONE


# Windows


class Queue:
    """A spooler's queue that keeps jobs until they are taken out."""

    def __init__(self) -> None:
        self.bits = (0, 0)
        self.rows: list[SpooledJob] = []
        self.pages: list[Image.Image] = []
        self.hangs: threading.Event | None = None

    def state(self, queue: str) -> tuple[int, int]:
        """Give the bits."""
        assert queue == "POS-80"
        if self.hangs is not None:
            self.hangs.wait(10)
        return self.bits

    def jobs(self, queue: str) -> Sequence[SpooledJob]:
        """List the jobs."""
        assert queue == "POS-80"
        return list(self.rows)

    def print_pages(self, queue: str, document: str, pages: Sequence[Image.Image], dots_per_inch: int) -> int:
        """Keep a job."""
        assert (queue, dots_per_inch) == ("POS-80", 203)
        self.pages.extend(pages)
        self.rows.append(SpooledJob(len(self.pages), document, 0x0008))
        return self.rows[-1].number

    def delete(self, queue: str, number: int) -> None:
        """Drop a job."""
        assert queue == "POS-80"
        self.rows = [row for row in self.rows if row.number != number]


def windows(queue: Queue, limit_s: float = 5.0) -> WindowsPrinter:
    """Make the adapter."""
    return WindowsPrinter("测试", "POS-80", PaperSize.ROLL_80, queue, limit_s=limit_s)


def test_a_windows_job_is_followed_until_the_spooler_forgets_it() -> None:
    """The spooler's bits are our states, a job that has gone is done, and a restarted program finds one that waits."""
    queue = Queue()
    job = new_job()
    handle = windows(queue).submit(job, "title", page(80, 120))
    printer = windows(queue)
    assert printer.submit(job, "title", page(80, 120)) == handle
    assert len(queue.pages) == 1
    states = []
    for bits in (0, 0x0008, 0x0010, 0x0040, 0x0200, 0x0002, 0x0080, 0x1000, 0x0004):
        queue.rows = [SpooledJob(1, queue.rows[0].document, bits)]
        states.append(printer.job(handle).value)
    assert states == ["queued", "printing", "printing", "held", "held", "failed", "done", "done", "cancelled"]
    queue.rows = [SpooledJob(1, "another program's page", 0x0010)]
    assert printer.job(handle) is PrintJobState.DONE
    printer.cancel(handle)
    assert queue.rows
    assert printer.submit(job, "title", page(80, 120)) == handle
    assert len(queue.pages) == 1


def test_a_windows_job_is_withdrawn() -> None:
    """A job that still waits is taken out of the queue."""
    queue = Queue()
    printer = windows(queue)
    handle = printer.submit(new_job(), "title", page(80, 120))
    printer.cancel(handle)
    assert queue.rows == []


def test_a_windows_spooler_that_hangs_is_offline_at_the_limit() -> None:
    """A network printer that blocks the spooler's call does not block ours."""
    queue = Queue()
    queue.hangs = threading.Event()
    try:
        assert windows(queue, limit_s=0.2).status() == PrinterReport(PrinterStatus.OFFLINE)
    finally:
        queue.hangs.set()


@pytest.mark.parametrize(
    ("bits", "attributes", "status"),
    [
        (0, 0, PrinterStatus.READY),
        (0x00000010, 0, PrinterStatus.PAPER_OUT),
        (0x00000018, 0, PrinterStatus.PAPER_OUT),
        (0x00000008, 0, PrinterStatus.JAM),
        (0x00400000, 0, PrinterStatus.COVER_OPEN),
        (0x00040000, 0, PrinterStatus.SUPPLY_EMPTY),
        (0x00000080, 0, PrinterStatus.OFFLINE),
        (0, 0x00000400, PrinterStatus.OFFLINE),
        (0x00000001, 0, PrinterStatus.PAUSED),
        (0x00000002, 0, PrinterStatus.OTHER),
        (0x00000400, 0, PrinterStatus.READY),  # printing
        (0x00020000, 0, PrinterStatus.READY),  # toner low
    ],
)
def test_the_spoolers_bits_are_states(bits: int, attributes: int, status: PrinterStatus) -> None:
    """PRINTER_STATUS and PRINTER_ATTRIBUTE bits give the state that comes first in the port's order."""
    assert read_bits(bits, attributes).status is status


def test_pages_become_pictures_of_their_true_size() -> None:
    """An A4 page at 300 dpi and a roll page at 203 dpi have their dots, grey, and what was drawn is where it was."""
    sheets = rasterise(page(pages=2), 300)
    assert len(sheets) == 2
    assert all(abs(sheet.width - 2480) <= 1 and abs(sheet.height - 3508) <= 1 for sheet in sheets)
    (slip,) = rasterise(page(80, 120), 203)
    assert slip.mode == "L"
    assert abs(slip.width - 639) <= 1
    assert slip.getpixel((20, 20)) == 0
    assert slip.getpixel((300, 300)) == 255


def test_what_is_no_pdf_is_refused() -> None:
    """Other bytes are PRINTER_REFUSED_FORMAT."""
    with pytest.raises(DeviceError) as raised:
        windows(Queue()).submit(new_job(), "title", b"hello")
    assert raised.value.code is ErrorCode.PRINTER_REFUSED_FORMAT


def test_the_windows_spooler_elsewhere_is_a_setting_that_is_wrong() -> None:
    """Only Windows has it."""
    with pytest.raises(ConfigError) as raised:
        Pywin32Spooler()
    assert raised.value.code is ErrorCode.CONFIG_INVALID


# Registry


@pytest.mark.parametrize(
    ("kind", "address"),
    [("ipp", "192.0.2.7"), ("cups", "receipt"), ("cups", "print-server:631/receipt"), ("folder", ""), ("mock", "")],
)
def test_settings_make_a_printer(tmp_path: Path, kind: str, address: str) -> None:
    """Each kind is made from its settings, without the device being there."""
    printer = make_printer(kind, address, "一号打印机", "roll_80", data_dir=tmp_path, clock=SystemClock())
    assert (printer.name, printer.paper_size) == ("一号打印机", PaperSize.ROLL_80)


@pytest.mark.parametrize(
    ("kind", "address", "paper"),
    [
        ("laser", "", "a4"),
        ("ipp", "", "a4"),
        ("cups", "", "a4"),
        ("windows", "HP", "a4"),
        ("mock", "", "a5"),
        ("ipp", "ipp://host:port", "a4"),
        ("ipp", "ftp://host", "a4"),
        ("ipp", "ipp://", "a4"),
    ],
)
def test_settings_that_make_no_printer_are_refused(tmp_path: Path, kind: str, address: str, paper: str) -> None:
    """A wrong kind, paper or address is CONFIG_INVALID with its place."""
    with pytest.raises(ConfigError) as raised:
        make_printer(kind, address, "", paper, data_dir=tmp_path, clock=SystemClock())
    assert raised.value.code is ErrorCode.CONFIG_INVALID
    assert "devices.printer" in str(raised.value)


def test_addresses_are_read_with_their_defaults() -> None:
    """Port 631 and `/ipp/print` are assumed; IPv6 addresses keep their brackets in the URI."""
    assert parse_address("printer").uri == "ipp://printer:631/ipp/print"
    assert parse_address("ipp://printer:8631/a/b").uri == "ipp://printer:8631/a/b"
    assert parse_address("ipp://[::1]/").uri == "ipp://[::1]:631/ipp/print"


def test_the_kinds_are_those_of_the_settings() -> None:
    """The settings' documentation and the registry name the same kinds."""
    assert KINDS == ("ipp", "cups", "windows", "folder", "mock")
