"""What every `ReceiptPrinter` must do, against real printer processes wherever there are any."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from cups_server import QUEUE, cups_queue
from ipp_printer import EMPTY, FULL, IppPrinterProcess, ipp_printer, service_discovery
from reportlab.pdfgen.canvas import Canvas
from waiting import wait_for

from devices.printers.cups import CupsPrinter
from devices.printers.folder import FolderPrinter
from devices.printers.ipp import IppPrinter
from devices.printers.mock import MockPrinter
from kiosk.clock import SystemClock
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ids import JobId, uuid7
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState, ReceiptPrinter

READY = PrinterReport(PrinterStatus.READY)
NO_PAPER = PrinterReport(PrinterStatus.PAPER_OUT)


def page(words: str) -> bytes:
    """Make a PDF of one page."""
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 720, words)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def words_of(path: Path) -> str:
    """Give the text of a PDF file."""
    return "".join(sheet.extract_text() for sheet in pypdf.PdfReader(path).pages).strip()


def new_job() -> JobId:
    """Make a job id."""
    return JobId(uuid7())


@dataclass
class Rig:
    """A printer under test: how to make its adapter anew, what came out of it, and what can be done to it."""

    make: Callable[[], ReceiptPrinter]
    printed: Callable[[], list[Path]]
    process: IppPrinterProcess | None = None
    mock: MockPrinter | None = None

    def set_paper(self, present: bool) -> None:
        """Fill or empty the tray."""
        if self.process is not None:
            self.process.set_paper(FULL if present else EMPTY)
        elif self.mock is not None:
            self.mock.set_paper(present)

    def set_jam(self, jammed: bool) -> None:
        """Jam the next page, or clear the jam."""
        if self.process is not None:
            self.process.jam(jammed)
        elif self.mock is not None:
            self.mock.set_status(PrinterStatus.JAM if jammed else PrinterStatus.READY)

    def came_out(self, words: str) -> bool:
        """Say whether a document with these words came out, once."""
        found = [path for path in self.printed() if words_of(path) == words]
        assert len(found) <= 1
        return bool(found)


@pytest.fixture(scope="module")
def real_printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IppPrinterProcess]:
    """Run one IPP printer for the module."""
    with service_discovery(), ipp_printer(tmp_path_factory.mktemp("printer")) as printer:
        yield printer


@pytest.fixture(scope="module")
def real_queue(real_printer: IppPrinterProcess) -> Iterator[str]:
    """Run one CUPS server in front of it."""
    with cups_queue(real_printer) as server:
        yield server


with_a_tray = pytest.mark.parametrize("rig", ["ipp", "cups", "mock"], indirect=True)


@pytest.fixture(params=["ipp", "cups", "folder", "mock"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """Give each kind of printer in turn, ready and with paper."""
    kind = request.param
    with ExitStack() as after:
        if kind in {"ipp", "cups"}:
            process: IppPrinterProcess = request.getfixturevalue("real_printer")
            if process.process is None:
                process.start()
            process.set_paper(FULL)
            after.callback(process.jam, jammed=False)
            if kind == "ipp":
                yield Rig(lambda: IppPrinter("测试打印机", process.address, PaperSize.A4), process.printed, process)
            else:
                server: str = request.getfixturevalue("real_queue")
                yield Rig(
                    lambda: CupsPrinter("测试打印机", QUEUE, PaperSize.A4, SystemClock(), server=server),
                    process.printed,
                    process,
                )
        elif kind == "folder":
            yield Rig(
                lambda: FolderPrinter("测试打印机", tmp_path, PaperSize.A4), lambda: sorted(tmp_path.glob("*.pdf"))
            )
        else:
            mock = MockPrinter("测试打印机", tmp_path, PaperSize.A4)
            yield Rig(
                lambda: MockPrinter("测试打印机", tmp_path, PaperSize.A4),
                lambda: sorted(tmp_path.glob("*.pdf")),
                mock=mock,
            )


def submit(printer: ReceiptPrinter, job: JobId, title: str, pdf: bytes) -> str:
    """Hand over a document, again while the printer says that it is busy with an earlier one."""
    handles: list[str] = []

    def taken() -> bool:
        try:
            handles.append(printer.submit(job, title, pdf))
        except DeviceError as error:
            if error.code is not ErrorCode.PRINTER_NOT_READY:
                raise
        return bool(handles)

    wait_for(taken, "the printer to take a document")
    return handles[0]


def wait_for_state(printer: ReceiptPrinter, handle: str, state: PrintJobState) -> None:
    """Wait until a job has a state."""
    wait_for(lambda: printer.job(handle) is state, f"job {state.value}")


def test_a_ready_printer_prints_what_it_is_given(rig: Rig) -> None:
    """A submitted page comes out with its words, and the job ends as done."""
    printer = rig.make()
    words = f"slip {uuid7()}"
    assert printer.status() == READY
    handle = submit(printer, new_job(), "370100-2026-000001-receipt-1", page(words))
    wait_for_state(printer, handle, PrintJobState.DONE)
    wait_for(lambda: rig.came_out(words), "the page")


def test_the_same_job_twice_prints_once(rig: Rig) -> None:
    """A job id that comes again gives the same handle and nothing more comes out."""
    printer = rig.make()
    job, words = new_job(), f"slip {uuid7()}"
    handle = submit(printer, job, "title", page(words))
    assert printer.submit(job, "title", page(words)) == handle
    wait_for_state(printer, handle, PrintJobState.DONE)
    assert printer.submit(job, "title", page(words)) == handle
    other = submit(printer, new_job(), "title", page(f"other {words}"))
    wait_for_state(printer, other, PrintJobState.DONE)
    wait_for(lambda: rig.came_out(f"other {words}"), "the other page")
    assert rig.came_out(words)  # asserts that there is one only


def test_the_same_job_from_two_threads_prints_once(rig: Rig) -> None:
    """Two threads that hand over the same job at the same time get one handle, and one page comes out."""
    printer = rig.make()
    job, words = new_job(), f"slip {uuid7()}"
    pdf = page(words)
    with ThreadPoolExecutor(4) as threads:
        handles = set(threads.map(lambda _: submit(printer, job, "title", pdf), range(4)))
    assert len(handles) == 1
    wait_for_state(printer, handles.pop(), PrintJobState.DONE)
    wait_for(lambda: rig.came_out(words), "the page")


def test_a_restarted_program_finds_its_job_again(rig: Rig) -> None:
    """An adapter made anew gives the same handle for the same job id and prints nothing more."""
    job, words = new_job(), f"slip {uuid7()}"
    handle = submit(rig.make(), job, "title", page(words))
    later = rig.make()
    assert later.submit(job, "title", page(words)) == handle
    wait_for_state(later, handle, PrintJobState.DONE)
    assert rig.make().submit(job, "title", page(words)) == handle
    wait_for(lambda: rig.came_out(words), "the page")


def test_two_jobs_of_the_same_title_both_come_out(rig: Rig) -> None:
    """A title is no identity: two job ids are two pages."""
    printer = rig.make()
    one, two = f"one {uuid7()}", f"two {uuid7()}"
    handles = [submit(printer, new_job(), "same title", page(words)) for words in (one, two)]
    assert handles[0] != handles[1]
    for handle in handles:
        wait_for_state(printer, handle, PrintJobState.DONE)
    wait_for(lambda: rig.came_out(one) and rig.came_out(two), "both pages")


@with_a_tray
def test_a_job_that_waits_for_paper_comes_out_when_there_is_some(rig: Rig) -> None:
    """A job handed over to an empty printer waits, the printer says why, and paper lets it go on."""
    printer = rig.make()
    rig.set_paper(present=False)
    words = f"slip {uuid7()}"
    handle = submit(printer, new_job(), "title", page(words))
    wait_for(lambda: printer.status() == NO_PAPER, "paper out")
    assert printer.job(handle) in {PrintJobState.QUEUED, PrintJobState.PRINTING, PrintJobState.HELD}
    assert not rig.came_out(words)
    rig.set_paper(present=True)
    wait_for_state(printer, handle, PrintJobState.DONE)
    wait_for(lambda: rig.came_out(words), "the page")
    wait_for(lambda: printer.status() == READY, "ready again")


@with_a_tray
def test_a_jam_is_seen_and_its_job_can_be_withdrawn(rig: Rig) -> None:
    """A jam during a job shows; the withdrawn job stays withdrawn when the jam is cleared and the printer is ready."""
    printer = rig.make()
    rig.set_jam(jammed=True)
    words = f"slip {uuid7()}"
    handle = submit(printer, new_job(), "title", page(words))
    wait_for(lambda: printer.status().status is PrinterStatus.JAM, "the jam")
    assert printer.job(handle) in {PrintJobState.PRINTING, PrintJobState.HELD}
    printer.cancel(handle)
    rig.set_jam(jammed=False)
    wait_for_state(printer, handle, PrintJobState.CANCELLED)
    wait_for(lambda: printer.status() == READY, "ready again")
    printer.cancel(handle)
    assert printer.job(handle) is PrintJobState.CANCELLED
    next_words = f"next {words}"
    wait_for_state(printer, submit(printer, new_job(), "title", page(next_words)), PrintJobState.DONE)
    wait_for(lambda: rig.came_out(next_words), "the next page")


def test_withdrawing_a_job_that_has_ended_does_nothing(rig: Rig) -> None:
    """A page that came out is not taken back."""
    printer = rig.make()
    handle = submit(printer, new_job(), "title", page(f"slip {uuid7()}"))
    wait_for_state(printer, handle, PrintJobState.DONE)
    printer.cancel(handle)
    assert printer.job(handle) is PrintJobState.DONE


def test_an_unknown_handle_is_said_to_be_unknown(rig: Rig) -> None:
    """A handle that is none of this printer's is PRINTER_JOB_UNKNOWN, and cancelling it does nothing to others."""
    printer = rig.make()
    known = submit(printer, new_job(), "title", page(f"slip {uuid7()}"))
    number = known.partition(":")[0]
    for handle in ("nonsense", "999999:nobody", f"{number}:{new_job()}", "../etc/passwd", ""):
        with pytest.raises(DeviceError) as raised:
            printer.job(handle)
        assert raised.value.code is ErrorCode.PRINTER_JOB_UNKNOWN
    wait_for_state(printer, known, PrintJobState.DONE)


def test_a_long_title_with_odd_characters_is_printed(rig: Rig) -> None:
    """A title may be long, Chinese and full of separators; nothing is written outside and the page comes out."""
    printer = rig.make()
    words = f"slip {uuid7()}"
    handle = submit(printer, new_job(), "../收件凭证/\\:*?<>|\n" + "很长" * 200, page(words))
    wait_for_state(printer, handle, PrintJobState.DONE)
    wait_for(lambda: rig.came_out(words), "the page")


def test_every_question_is_answered_within_its_limit(rig: Rig) -> None:
    """State questions to a printer that is well take far less than the ten seconds they may."""
    printer = rig.make()
    began = time.monotonic()
    assert printer.status() == READY
    assert printer.name == "测试打印机"
    assert printer.paper_size is PaperSize.A4
    assert time.monotonic() - began < 5
