"""Printers that die, lie, hang or are not there: the case is never in danger, and nothing prints twice."""

from __future__ import annotations

import http.client
import io
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cups_server import QUEUE, cups_queue
from ipp_printer import EMPTY, FULL, IppPrinterProcess, free_port, ipp_printer, service_discovery
from odd_servers import Answer, drip, raw_server, scripted_server, stay_silent
from reportlab.pdfgen.canvas import Canvas
from waiting import wait_for

from devices.printers.cups import CupsPrinter
from devices.printers.ipp import IppPrinter
from devices.printers.ipp_codec import STATUS_ERRORS, GroupTag, Operation, ValueTag, attribute, encode
from kiosk.clock import SystemClock
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ids import JobId, uuid7
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState, ReceiptPrinter

OFFLINE = PrinterReport(PrinterStatus.OFFLINE)


def page() -> bytes:
    """Make a PDF of one page."""
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 720, "slip")
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def new_job() -> JobId:
    """Make a job id."""
    return JobId(uuid7())


def ipp(address: str, limit_s: float = 9.0) -> IppPrinter:
    """Make an adapter."""
    return IppPrinter("测试打印机", address, PaperSize.A4, limit_s=limit_s)


def code_of(printer: ReceiptPrinter, handle: str) -> ErrorCode:
    """Give the support code with which a question after a job fails."""
    with pytest.raises(DeviceError) as raised:
        printer.job(handle)
    return raised.value.code


@pytest.fixture(scope="module")
def discovery() -> Iterator[None]:
    """Have service discovery for the module."""
    with service_discovery():
        yield


@pytest.fixture
def printer(discovery: None, tmp_path: Path) -> Iterator[IppPrinterProcess]:
    """Run a printer of its own for a test that kills it."""
    del discovery
    with ipp_printer(tmp_path / "printer") as process:
        yield process


def test_an_idle_printer_without_paper_says_so_before_anything_is_submitted(printer: IppPrinterProcess) -> None:
    """Paper out is seen while nothing prints, so that the family hears it before the case is taken in."""
    adapter = ipp(printer.address)
    assert adapter.status() == PrinterReport(PrinterStatus.READY)
    printer.set_paper(EMPTY)
    assert adapter.status() == PrinterReport(PrinterStatus.PAPER_OUT)
    assert printer.received() == []
    printer.set_paper(FULL)
    assert adapter.status() == PrinterReport(PrinterStatus.READY)


def test_a_printer_that_runs_low_still_prints(printer: IppPrinterProcess) -> None:
    """Little paper is a notice and no obstacle."""
    adapter = ipp(printer.address)
    printer.set_paper(5)
    assert adapter.status() == PrinterReport(PrinterStatus.READY, paper_low=True)


def test_a_printer_whose_plug_is_pulled_during_a_job(printer: IppPrinterProcess) -> None:
    """The printer is offline, its job cannot be asked for; back with an empty memory it does not know the job.

    The number it then gives to someone else's page is not taken for ours, neither to read nor to cancel.
    """
    adapter = ipp(printer.address)
    printer.jam(jammed=True)
    handle = adapter.submit(new_job(), "title", page())
    wait_for(lambda: adapter.status().status is PrinterStatus.JAM, "the jam")
    printer.kill()
    assert adapter.status() == OFFLINE
    assert code_of(adapter, handle) is ErrorCode.PRINTER_UNREACHABLE
    with pytest.raises(DeviceError) as raised:
        adapter.submit(new_job(), "title", page())
    assert raised.value.code is ErrorCode.PRINTER_UNREACHABLE

    printer.start()
    assert code_of(adapter, handle) is ErrorCode.PRINTER_JOB_UNKNOWN
    stranger = ipp(printer.address)
    theirs = stranger.submit(new_job(), "another program's page", page())
    assert theirs.partition(":")[0] == handle.partition(":")[0]
    assert code_of(adapter, handle) is ErrorCode.PRINTER_JOB_UNKNOWN
    adapter.cancel(handle)
    printer.jam(jammed=False)
    wait_for(lambda: stranger.job(theirs) is PrintJobState.DONE, "the stranger's page")


def test_a_job_that_was_not_taken_is_printed_at_the_next_try(printer: IppPrinterProcess) -> None:
    """A job id whose first try failed is not believed to be printed."""
    adapter = ipp(printer.address)
    printer.kill()
    job = new_job()
    with pytest.raises(DeviceError):
        adapter.submit(job, "title", page())
    printer.start()
    handle = adapter.submit(job, "title", page())
    wait_for(lambda: adapter.job(handle) is PrintJobState.DONE, "the page")
    assert len(printer.printed()) == 1


def test_an_answer_that_is_lost_does_not_print_twice(printer: IppPrinterProcess) -> None:
    """The printer took the page but its answer never came: the next try finds the page at the printer."""
    lost: list[int] = []

    def relay(body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", printer.port, timeout=5)
        connection.request("POST", "/ipp/print", body, {"Content-Type": "application/ipp"})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if struct.unpack(">H", body[2:4])[0] == Operation.PRINT_JOB:
            lost.append(answer.status)
            return None
        return answer.status, said

    with scripted_server(relay) as port:
        adapter = ipp(f"127.0.0.1:{port}")
        job = new_job()
        with pytest.raises(DeviceError) as raised:
            adapter.submit(job, "title", page())
        assert raised.value.code is ErrorCode.PRINTER_UNREACHABLE
        handle = adapter.submit(job, "title", page())
        wait_for(lambda: adapter.job(handle) is PrintJobState.DONE, "the page")
    assert lost == [200]
    assert len(printer.received()) == 1


def test_a_printer_that_cannot_read_pdf(discovery: None, tmp_path: Path) -> None:
    """A raster printer refuses a PDF with the code that calls for a technician."""
    del discovery
    with ipp_printer(tmp_path / "printer", formats="image/pwg-raster") as process:
        with pytest.raises(DeviceError) as raised:
            ipp(process.address).submit(new_job(), "title", page())
        assert raised.value.code is ErrorCode.PRINTER_REFUSED_FORMAT
        assert process.received() == []


def test_a_vanished_printer_behind_cups_ends_its_job_at_our_limit(printer: IppPrinterProcess) -> None:
    """CUPS would try for ever: the job is withdrawn after our limit and says that it was stuck."""
    with cups_queue(printer) as server:
        adapter = CupsPrinter("测试", QUEUE, PaperSize.A4, SystemClock(), server=server, stuck_after_s=1.0)
        printer.kill()
        handle = adapter.submit(new_job(), "title", page())
        wait_for(lambda: adapter.status() == OFFLINE, "offline")
        began = time.monotonic()
        codes: list[ErrorCode] = []

        def stuck() -> bool:
            try:
                adapter.job(handle)
            except DeviceError as error:
                codes.append(error.code)
            return bool(codes)

        wait_for(stuck, "the job to be given up", limit_s=10)
        assert codes == [ErrorCode.PRINTER_JOB_STUCK]
        assert time.monotonic() - began < 5
        wait_for(lambda: adapter.job(handle) is PrintJobState.CANCELLED, "the job to be withdrawn")
        printer.start()
        patient = CupsPrinter("测试", QUEUE, PaperSize.A4, SystemClock(), server=server)
        again = patient.submit(new_job(), "title", page())
        wait_for(lambda: patient.job(again) is PrintJobState.DONE, "the next page")


def test_a_job_behind_cups_that_waits_for_paper_is_not_given_up(printer: IppPrinterProcess) -> None:
    """Waiting for a person is not being stuck, however long it takes."""
    with cups_queue(printer) as server:
        adapter = CupsPrinter("测试", QUEUE, PaperSize.A4, SystemClock(), server=server, stuck_after_s=0.5)
        printer.set_paper(EMPTY)
        handle = adapter.submit(new_job(), "title", page())
        wait_for(lambda: adapter.status().status is PrinterStatus.PAPER_OUT, "paper out")
        until = time.monotonic() + 1.2
        wait_for(lambda: adapter.job(handle) is not PrintJobState.PRINTING or time.monotonic() > until, "some time")
        assert adapter.job(handle) is PrintJobState.PRINTING
        patient = CupsPrinter("测试", QUEUE, PaperSize.A4, SystemClock(), server=server)
        printer.set_paper(FULL)
        wait_for(lambda: patient.job(handle) is PrintJobState.DONE, "the page")


def test_a_cups_queue_that_does_not_exist(printer: IppPrinterProcess) -> None:
    """A queue's name that is wrong does not look like a printer that is ready."""
    with cups_queue(printer) as server:
        adapter = CupsPrinter("测试", "no-such-queue", PaperSize.A4, SystemClock(), server=server)
        assert adapter.status().status is PrinterStatus.OTHER
        with pytest.raises(DeviceError):
            adapter.submit(new_job(), "title", page())


@pytest.mark.parametrize("address", ["127.0.0.1:{closed}", "no-such-printer.invalid:631"])
def test_an_address_where_nobody_is(address: str) -> None:
    """A printer that is not there is offline within the limit, and takes nothing."""
    adapter = ipp(address.format(closed=free_port()), limit_s=2.0)
    began = time.monotonic()
    assert adapter.status() == OFFLINE
    with pytest.raises(DeviceError) as raised:
        adapter.submit(new_job(), "title", page())
    assert raised.value.code is ErrorCode.PRINTER_UNREACHABLE
    assert time.monotonic() - began < 2 * 2.0 + 1


@pytest.mark.parametrize("talk", [stay_silent, drip])
def test_a_printer_that_never_finishes_its_answer(talk: object) -> None:
    """Silence and an answer that drips for ever both end at the limit, for every call."""
    limit_s = 0.4
    with raw_server(stay_silent if talk is stay_silent else drip) as port:
        adapter = ipp(f"127.0.0.1:{port}", limit_s=limit_s)
        calls = (
            lambda: adapter.submit(new_job(), "title", page()),
            lambda: adapter.job(f"1:{new_job()}"),
            lambda: adapter.cancel(f"1:{new_job()}"),
        )
        began = time.monotonic()
        assert adapter.status() == OFFLINE
        for call in calls:
            with pytest.raises(DeviceError) as raised:
                call()
            assert raised.value.code is ErrorCode.PRINTER_UNREACHABLE
        assert time.monotonic() - began < 4 * limit_s + 1


def answer_with(status: int) -> bytes:
    """Write an IPP answer that has a status and nothing else."""
    charset = attribute(ValueTag.CHARSET, "attributes-charset", "utf-8")
    return encode(status, 1, [(GroupTag.OPERATION, [charset])])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, b"<html>welcome</html>"), ErrorCode.PRINTER_BAD_ANSWER),
        ((200, b""), ErrorCode.PRINTER_BAD_ANSWER),
        ((200, answer_with(0)), ErrorCode.PRINTER_BAD_ANSWER),
        ((200, b"\2\0\0\0\0\0\0\1" + b"\4" * (1 << 20)), ErrorCode.PRINTER_BAD_ANSWER),
        ((404, b""), ErrorCode.PRINTER_BAD_ANSWER),
        ((500, b"<html>oops</html>"), ErrorCode.PRINTER_BAD_ANSWER),
        ((401, b""), ErrorCode.PRINTER_REFUSED),
        ((200, answer_with(0x0999)), ErrorCode.PRINTER_BAD_ANSWER),
        *(((200, answer_with(status)), code) for status, code in STATUS_ERRORS.items()),
    ],
)
def test_an_answer_that_makes_no_sense_or_refuses(answer: tuple[int, bytes], code: ErrorCode) -> None:
    """Each odd answer is a known failure with its support code; the state is then no `READY`, and nothing raises."""
    with scripted_server(lambda _: answer) as port:
        adapter = ipp(f"127.0.0.1:{port}")
        assert code_of(adapter, f"1:{new_job()}") is code
        report = adapter.status()
        assert report.status is (
            PrinterStatus.OFFLINE if code is ErrorCode.PRINTER_UNREACHABLE else PrinterStatus.OTHER
        )
        assert report.keyword == ("" if code is ErrorCode.PRINTER_UNREACHABLE else code.value)


def test_a_printer_that_lists_no_jobs_prints_all_the_same() -> None:
    """Get-Jobs may be missing at a simple device: it then prints, without the guard after a restart."""
    job = encode(0, 1, [(GroupTag.JOB, [attribute(ValueTag.INTEGER, "job-id", 7)])])

    def answer(body: bytes) -> Answer:
        operation = struct.unpack(">H", body[2:4])[0]
        return 200, job if operation == Operation.PRINT_JOB else answer_with(0x0501)

    with scripted_server(answer) as port:
        job_id = new_job()
        assert ipp(f"127.0.0.1:{port}").submit(job_id, "title", page()) == f"7:{job_id}"
