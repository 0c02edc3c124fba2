"""The page after taking in."""

from __future__ import annotations

import pytest
from wizard_rig import Rig, fill_circumstance, fill_confirm, fill_information, fill_materials, walk_to

from kiosk.ports.printers import PrinterStatus
from ui.viewmodels.taken_in import TakenInViewModel


@pytest.fixture
def number(rig: Rig) -> str:
    """A case that was taken in."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    fill_confirm(wizard)
    wizard.goOn()
    return rig.went[-1][1]


def _open(rig: Rig, number: str) -> TakenInViewModel:
    page = rig.taken_in(number)
    page.start()
    page._poll.stop()
    return page


def _look(rig: Rig, page: TakenInViewModel) -> None:
    rig.services.papers.work()
    rig.services.papers.work()
    page.look()


def test_the_number_stands_in_groups_with_a_code(rig: Rig, number: str) -> None:
    """Head and tail are the whole number; names are masked."""
    page = _open(rig, number)
    assert (page.numberHead + page.numberTail).replace(" ", "") == number
    assert page.qrSide >= 21
    assert page.qrPath.startswith("M")
    assert "测*甲" in page.who
    assert page.savedWords == "14:06 已收件，已存好"


def test_the_receipt_shows_its_real_state(rig: Rig, number: str) -> None:
    """Queued, then out of the printer."""
    page = _open(rig, number)
    assert [row.stage for row in page._papers.rows()] == ["排在后面"]
    assert "还在打印" in page.hint
    _look(rig, page)
    assert [row.stage for row in page._papers.rows()] == ["已出纸"]
    assert page.hint == "纸已出好，请交给家属"


def test_a_printer_without_paper_is_said_and_prints_on_when_filled(rig: Rig, number: str) -> None:
    """The case is safe all the while."""
    rig.printer.set_status(PrinterStatus.PAPER_OUT)
    page = _open(rig, number)
    _look(rig, page)
    assert page._papers.rows()[0].stage == "缺纸已停"
    assert page.paperWords == "打印机缺纸，处理好后会接着打"
    assert page.paperTrouble
    rig.printer.set_status(PrinterStatus.READY)
    _look(rig, page)
    assert page._papers.rows()[0].stage == "已出纸"
    assert not page.paperTrouble


def test_one_more_copy_is_counted(rig: Rig, number: str) -> None:
    """Copies have their numbers."""
    page = _open(rig, number)
    page.printAgain()
    page._poll.stop()
    assert [row.copies for row in page._papers.rows()] == ["第 1 张", "第 2 张"]


def test_what_comes_next_begins_today_and_names_every_matter(rig: Rig, number: str) -> None:
    """Each line has its day or its occasion."""
    page = _open(rig, number)
    rows = page._next.rows()
    assert rows[0].now
    assert rows[0].when == "今天"
    case = rig.services.cases.open(number, rig.desk.operator_id)
    assert all(row.when and row.what for row in rows)
    assert sum(row.what.count("、") + 1 for row in rows[1:]) == len(case.matters)


def test_a_good_rating_is_kept_at_once(rig: Rig, number: str) -> None:
    """Nothing is preselected, and there is one rating a case."""
    page = _open(rig, number)
    assert not any(row.chosen for row in page._levels.rows())
    page.chooseLevel(4)
    assert page.rated
    page.chooseLevel(1)
    assert [row.key for row in page._levels.rows() if row.chosen] == ["4"]


def test_a_low_rating_needs_a_reason(rig: Rig, number: str) -> None:
    """Until then it is not kept and can still be changed."""
    page = _open(rig, number)
    page.chooseLevel(2)
    assert page.property("needsReason")
    assert not page.property("rated")
    assert page.hint == "选一个原因，评价就记下了"
    page.chooseReason("waiting")
    assert page.rated
    assert not page.needsReason


def test_not_rating_is_an_answer(rig: Rig, number: str) -> None:
    """It is thanked for no more than it should be."""
    page = _open(rig, number)
    page.declineRating()
    assert page.rated
    assert page.ratingWords == "好的，不评价"


def test_finishing_leaves_and_opening_shows_the_case(rig: Rig, number: str) -> None:
    """Both stop the watch over the papers."""
    page = _open(rig, number)
    heard: list[str] = []
    page.finished.connect(lambda: heard.append("finished"))
    page.opened.connect(heard.append)
    page.openCase()
    page.finish()
    assert heard == [number, "finished"]
    assert not page._poll.isActive()


def test_heirs_who_share_a_sum_get_the_referral_with_the_receipt(rig: Rig) -> None:
    """It is queued by itself, once, and counts as a copy of its own."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    fill_circumstance(wizard)
    for fact in ("pension_account_balance", "several_heirs"):
        wizard.circumstance.toggleTag(fact)
    wizard.goOn()
    fill_information(wizard)
    wizard.goOn()
    wizard.materials.openDeferral("inheritance_proof")
    wizard.materials.defer()
    fill_materials(wizard)
    wizard.goOn()
    fill_confirm(wizard)
    wizard.goOn()
    page = rig.taken_in(rig.went[-1][1])
    page.start()
    page.stop()
    kinds = sorted(job.kind for job in rig.services.papers.jobs(rig.went[-1][1]))
    assert kinds == ["notary_referral", "receipt_of_materials"]
