"""Documents of departments on the page of a case: asked for, shown page by page, printed, and in words when not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from wizard_rig import Rig, fill_confirm, walk_to

from kiosk.domain.case import Case
from kiosk.ids import uuid7
from kiosk.ports.printers import PrinterStatus
from kiosk.ports.sync import Change
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.case_results import CaseResultsViewModel, ResultLine

NOW = "2026-11-18T07:00:00.000Z"


def _pdf(pages: int) -> bytes:
    with pypdfium2.PdfDocument.new() as document:
        for _ in range(pages):
            document.new_page(595, 842)
        out = BytesIO()
        document.save(out)
        return out.getvalue()


def _jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "JPEG")
    return out.getvalue()


Give = Callable[[str, bytes], str]


@pytest.fixture
def case(rig: Rig) -> Case:
    """Take in a case."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    fill_confirm(wizard)
    wizard.goOn()
    return rig.services.cases.look_again(rig.went[-1][1])


@pytest.fixture
def page(rig: Rig, case: Case) -> CaseViewModel:
    """Open its page."""
    model = CaseViewModel(rig.desk)
    model.show(case.case_number)
    return model


@pytest.fixture
def give(rig: Rig, case: Case, page: CaseViewModel) -> Give:
    """Let a department name a document, and the page hear of it; gives its id."""

    def name(media_type: str, data: bytes) -> str:
        result = uuid7()
        document = {
            "result_id": result,
            "name": "户口注销证明",
            "media_type": media_type,
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        body = {"matter_id": "04", "state": "accepted", "words": "", "at": NOW, "results": [document]}
        with rig.foundation.store() as store:
            store.outbox.apply([Change(1, "matter_state", case.case_id, json.dumps(body).encode())], "1", NOW)
        page.refresh()
        return result

    return name


def _arrive(rig: Rig, page: CaseViewModel, result: str, data: bytes) -> None:
    """Let the sync thread have fetched it."""
    with rig.foundation.store() as store:
        store.outbox.results.keep_part(result, data, NOW)
    page.refresh()


def _here(rig: Rig, page: CaseViewModel, give: Give, media_type: str, data: bytes) -> str:
    result = give(media_type, data)
    page.results.fetch(result)
    _arrive(rig, page, result, data)
    return result


def _row(model: CaseResultsViewModel) -> ResultLine:
    (row,) = model._rows.rows()
    return row


def test_a_case_without_documents_shows_no_list(page: CaseViewModel) -> None:
    """Most cases have none yet."""
    assert not page.results.any


def test_a_document_is_asked_for_and_the_hub_at_once(rig: Rig, page: CaseViewModel, give: Give) -> None:
    """Said in words that hold with and without a network; the button is gone until something has come of it."""
    result = give("application/pdf", _pdf(1))
    row = _row(page.results)
    assert (row.name, row.words, row.fetchText, row.here) == ("户口注销证明", "公安给的，还没有取到本机", "取回", False)
    assert rig.rounds == []
    page.results.fetch(result)
    assert len(rig.rounds) == 1
    row = _row(page.results)
    assert (row.fetchText, row.here) == ("", False)
    assert "接通后会自动取回" in row.words
    assert "到公安领取" in row.words


def test_a_document_that_is_here_is_shown_page_by_page(rig: Rig, page: CaseViewModel, give: Give) -> None:
    """From the first to the last, and nothing of it is left when it is closed."""
    result = _here(rig, page, give, "application/pdf", _pdf(3))
    results = page.results
    assert (_row(results).words, _row(results).here) == ("已存在本机，打过 0 次", True)
    results.view(result)
    assert (results.title, results.position) == ("户口注销证明", "第 1 页，共 3 页")
    assert results.picture.startswith("data:image/jpeg;base64,")
    assert (results.hasPrevious, results.hasNext) == (False, True)
    results.turn(1)
    results.turn(1)
    results.turn(1)
    assert (results.position, results.hasPrevious, results.hasNext) == ("第 3 页，共 3 页", True, False)
    results.closeView()
    assert (results.viewing, results.picture, rig.services.results._open) == ("", "", None)


@pytest.mark.parametrize(
    ("media_type", "data", "pages"),
    [("image/jpeg", _jpeg(), 1), ("text/plain", "测试结果：已注销\r\n第二行".encode() * 60, 2)],
    ids=["picture", "text"],
)
def test_pictures_and_plain_text_are_shown_and_printed_too(
    rig: Rig, page: CaseViewModel, give: Give, media_type: str, data: bytes, pages: int
) -> None:
    """As pages that a printer takes."""
    result = _here(rig, page, give, media_type, data)
    page.results.view(result)
    assert page.results.position == f"第 1 页，共 {pages} 页"
    page.results.printOut(result)
    (printed,) = (rig.import_folder.parent / "papers").glob("*.pdf")
    with pypdfium2.PdfDocument(printed) as document:
        assert len(document) == pages
        assert [round(side) for side in document[0].get_size()] == [595, 842]


def test_each_copy_is_counted_and_stands_in_the_journal(rig: Rig, page: CaseViewModel, give: Give, case: Case) -> None:
    """Who printed which copy of which document of which case; the document's name is in no line."""
    result = _here(rig, page, give, "application/pdf", _pdf(1))
    page.results.printOut(result)
    page.results.printOut(result)
    assert page.results.notice == "户口注销证明：第 2 份已送往打印机"
    assert _row(page.results).words == "已存在本机，打过 2 次"
    assert len(list((rig.import_folder.parent / "papers").glob("*.pdf"))) == 2
    with rig.foundation.store() as store:
        lines = [line for line in store.journal.lines() if line["kind"] == "result_printed"]
    told = [(line["actor"], line["subject"], json.loads(str(line["detail"]))) for line in lines]
    assert told == [("training", case.case_number, {"result": result, "copy": copy}) for copy in (2, 1)]


def test_a_printer_without_paper_is_said_and_nothing_is_counted(rig: Rig, page: CaseViewModel, give: Give) -> None:
    """The document can be printed when there is paper."""
    result = _here(rig, page, give, "application/pdf", _pdf(1))
    rig.printer.set_status(PrinterStatus.PAPER_OUT)
    page.results.printOut(result)
    assert "PRN-01" in page.results.notice
    assert _row(page.results).words == "已存在本机，打过 0 次"
    assert not page.results.busy


def test_a_document_of_another_kind_says_what_to_do(rig: Rig, page: CaseViewModel, give: Give) -> None:
    """HTML, a script or anything else is not opened."""
    result = _here(rig, page, give, "application/pdf", b"<html><script>alert(1)</script></html>")
    page.results.view(result)
    assert page.results.viewing == ""
    assert page.results.notice.startswith("这份文书在这里打不开（CAS-06）")


def test_a_document_that_the_hub_does_not_give_can_be_asked_for_again(
    rig: Rig, page: CaseViewModel, give: Give
) -> None:
    """The reason and the way on stand in the row."""
    result = give("application/pdf", _pdf(1))
    page.results.fetch(result)
    with rig.foundation.store() as store:
        store.outbox.results.refuse(result, "result_unknown", NOW)
    page.refresh()
    row = _row(page.results)
    assert (row.needsPerson, row.fetchText) == (True, "再取一次")
    assert "result_unknown" in row.words
    assert "联系公安" in row.words
    page.results.fetch(result)
    assert not _row(page.results).needsPerson


def test_another_case_does_not_show_the_document_of_the_first(rig: Rig, page: CaseViewModel, give: Give) -> None:
    """Leaving the page closes what is open."""
    result = _here(rig, page, give, "application/pdf", _pdf(1))
    page.results.view(result)
    page.leave()
    assert (page.results.any, page.results.viewing, page.results.picture) == (False, "", "")
    assert rig.services.results._open is None
