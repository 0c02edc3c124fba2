"""The pages about the station: the guide, the figures, the day's end."""

from __future__ import annotations

import json
from gc import collect
from pathlib import Path

import pytest
from command_rigs import case_file
from counter_rigs import busy_day
from screen_rigs import framed, model_of, sign_in
from wizard_rig import Rig

from kiosk.domain.application import decode
from kiosk.errors import ErrorCode
from kiosk.ids import OperatorId
from kiosk.messages import text
from kiosk.ports.sync import Change
from ui.desk import Page
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.day_end import DayEndViewModel
from ui.viewmodels.guide import GuideViewModel
from ui.viewmodels.statistics import LOW_RATINGS, MATTERS, NOT_FILED, WORKING, StatisticsViewModel

ACTOR = OperatorId("training")


@pytest.fixture
def guide(rig: Rig) -> GuideViewModel:
    """The guide as somebody opens it."""
    return GuideViewModel(rig.desk)


def taken_in(rig: Rig, folder: Path, **changes: object) -> str:
    """Take in a case; give its number."""
    application = decode(case_file(folder, "case.json", attachments=[], **changes).read_bytes())
    return rig.services.intake.submit(application, {}, ACTOR).case_number


def printed(rig: Rig) -> list[str]:
    """Name the files that the printer has made."""
    return sorted(path.name for path in (rig.foundation.data_dir.parent / "papers").glob("*.pdf"))


# ---- the guide
def test_the_guide_lists_nothing_before_anything_was_answered(guide: GuideViewModel) -> None:
    """An empty guide says what to do; it does not show every matter there is."""
    assert not guide.planned
    assert guide.matters.rowCount() == 0
    assert guide.planTitle == text("screen.guide.plan_empty")


def test_a_few_taps_give_matters_materials_and_how_long(guide: GuideViewModel) -> None:
    """Each tap changes the plan at once; taken back, it is empty again."""
    guide.circumstance.chooseCircumstance("hospital")
    guide.chooseHousehold("local")
    names = {row.name for row in guide.matters.rows()}
    assert "户口注销（含居民身份证缴销）" in names
    assert "开具火化证明" not in names
    guide.circumstance.chooseDisposition("cremation")
    row = next(row for row in guide.matters.rows() if row.name == "开具火化证明")
    assert (row.department, row.howLong) == ("民政", "火化当天")
    assert "死亡证明" in {row.name for row in guide.bring.rows()}
    assert [tile.key for tile in guide.households.rows() if tile.chosen] == ["local"]
    guide.begin()
    assert not guide.planned
    assert not [tile for tile in guide.households.rows() if tile.chosen]


def test_no_household_here_takes_the_deregistration_out(guide: GuideViewModel) -> None:
    """Somebody from Hong Kong has no register to be taken off; somebody from elsewhere has."""
    for key, wanted in (("none", False), ("elsewhere", True)):
        guide.chooseHousehold(key)
        assert ("户口注销（含居民身份证缴销）" in {row.name for row in guide.matters.rows()}) is wanted


def test_asking_in_the_guide_leaves_nothing_behind(rig: Rig, guide: GuideViewModel) -> None:
    """No draft is made: it was only a question."""
    guide.circumstance.chooseCircumstance("hospital")
    guide.ask("丧葬费")
    assert rig.services.intake.drafts(ACTOR) == []


@pytest.mark.parametrize("words", ["丧葬费", "sangzangfei", "szf"])
def test_words_pinyin_and_initials_find_the_matter(guide: GuideViewModel, words: str) -> None:
    """Each answer has its department, what to bring, how long, basis and telephone."""
    guide.ask(words)
    assert guide.asked
    first = guide.answers.rows()[0]
    assert "丧葬" in first.name
    assert all((first.department, first.bring, first.howLong, first.basis, first.phone, first.badge))
    guide.forgetWords()
    assert not guide.asked


def test_what_is_not_found_is_said(guide: GuideViewModel) -> None:
    """Nothing found is an answer; empty words go back to the questions."""
    guide.ask("xyzxyz")
    assert (guide.answers.rowCount(), guide.foundTitle) == (0, "没有找到“xyzxyz”")
    guide.ask("  ")
    assert not guide.asked


def test_the_guide_is_printed_and_a_printer_without_paper_says_why(rig: Rig, guide: GuideViewModel) -> None:
    """The sheet goes to the printer at once and into the journal; a refusal is said beside the button."""
    guide.circumstance.chooseCircumstance("hospital")
    rig.printer.set_paper(present=False)
    guide.printSheet()
    refused = (guide.printing.refused, guide.printing.words)
    assert refused[0]
    assert ErrorCode.PRINTER_NOT_READY.value in refused[1]
    assert printed(rig) == []
    rig.printer.set_paper(present=True)
    guide.printSheet()
    assert (guide.printing.refused, guide.printing.words) == (False, text("screen.sheet.printed"))
    assert len(printed(rig)) == 1


def test_an_answer_that_comes_after_the_page_has_gone_harms_nothing() -> None:
    """The sheet is on its way to the printer when somebody goes back to the work list."""
    with framed(busy_day()) as frame:
        sign_in(frame.shell)
        frame.shell.go(Page.GUIDE, "")
        guide = model_of(frame.shell)
        assert isinstance(guide, GuideViewModel)
        guide.ask("丧葬费")
        guide.printSheet()
        del guide
        frame.shell.go(Page.WORK_LIST, "")
        collect()
        frame.settle()
        assert not frame.failures


# ---- the figures
def test_figures_count_what_was_taken_in_and_list_what_was_not_filed(rig: Rig, tmp_path: Path) -> None:
    """The sentence counts, bars have their numbers, what was left out stands with its reason and leads to the case."""
    number = taken_in(rig, tmp_path, declined={"05": "以后再办"})
    page = StatisticsViewModel(rig.desk)
    page.refresh()
    assert page.title == "今年收了 1 件，办结 0 件"
    assert [(row.label, row.value, row.share) for row in page.bars.rows()] == [("11 月", "1", 1.0)]
    page.chooseView(NOT_FILED)
    [row] = page.lines.rows()
    assert (row.words, row.number) == ("公安，以后再办", number)
    assert "测试" not in row.person
    page.openCase(row.number)
    assert rig.went[-1] == (Page.CASE, number)


def test_the_working_list_says_what_is_overdue(rig: Rig, tmp_path: Path) -> None:
    """What is open stands by its day; once the day is over the list says so in words."""
    taken_in(rig, tmp_path)
    page = StatisticsViewModel(rig.desk)
    page.chooseView(WORKING)
    page.refresh()
    assert page.lines.rowCount() > 3
    assert not [row for row in page.lines.rows() if row.urgent]
    rig.clock.pass_by(days=60)
    page.refresh()
    assert page.lines.rows()[0].urgent
    assert page.lines.rows()[0].whenWords.startswith("已过")


def test_low_ratings_stand_with_their_day_and_what_was_done(rig: Rig, tmp_path: Path) -> None:
    """To be put right, then late, then put right; the line leads to its case."""
    number = taken_in(rig, tmp_path)
    page = StatisticsViewModel(rig.desk)
    page.chooseView(LOW_RATINGS)
    page.refresh()
    assert page.listTitle == "没有差评"
    rig.services.ratings.rate(number, 2, "等得太久", ACTOR)

    def said(answer: str) -> None:
        now = "2026-11-20T02:00:00.000Z"
        body = json.dumps({"due": "2026-12-09", "at": now, "answer": answer}).encode()
        with rig.foundation.store() as store:
            case_id = store.cases.get(number).case_id
            assert store.outbox.apply([Change(1, "rating_handled", case_id, body)], answer or "1", now) == 1
        page.refresh()

    said("")
    [row] = page.lines.rows()
    assert (row.matter, row.words, row.urgent) == ("不满意：等得太久", "待整改", False)
    assert page.listTitle == "差评 1 件，还有 1 件没有整改"
    rig.clock.pass_by(days=30)
    page.refresh()
    assert page.lines.rows()[0].urgent
    said("已改进")
    [row] = page.lines.rows()
    assert (row.words, row.whenWords, row.urgent, row.number) == ("已整改：已改进", "", False, number)
    assert page.listTitle == "差评 1 件，都已整改"
    case_page = CaseViewModel(rig.desk)
    case_page.show(number)
    assert case_page.property("rating") == ["不满意：等得太久", "已整改（11 月 20 日 10:00）：已改进", "green"]


def test_the_period_is_written_as_it_is_read_and_corrections_say_what_they_count(rig: Rig) -> None:
    """The year stands once, a day alone; a request is counted for each matter that waits for it."""
    page = StatisticsViewModel(rig.desk)
    page.refresh()
    assert page.words == "2026 年 1 月 1 日 至 11 月 18 日"
    page.chooseSpan(0)
    assert page.words == "2026 年 11 月 18 日"
    assert {row.label: row.value for row in page.facts.rows()}["补正"] == "0 项次"


def test_a_short_period_leaves_older_cases_out(rig: Rig, tmp_path: Path) -> None:
    """Today's figures are today's; the table of matters follows."""
    taken_in(rig, tmp_path)
    rig.clock.pass_by(days=1)
    page = StatisticsViewModel(rig.desk)
    page.chooseView(MATTERS)
    page.refresh()
    assert page.table.rowCount() > 3
    page.chooseSpan(0)
    assert page.title == "今天还没有收件"
    assert not [row for row in page.table.rows() if not row.head]


def test_figures_are_exported_and_printed(rig: Rig, tmp_path: Path) -> None:
    """The page says where the file lies; figures and working list are two different sheets."""
    taken_in(rig, tmp_path)
    page = StatisticsViewModel(rig.desk)
    page.refresh()
    page.export()
    [file] = (rig.foundation.data_dir / "export").iterdir()
    assert str(file) in page.exported
    page.printSheet()
    page.chooseView(WORKING)
    page.printSheet()
    assert len(printed(rig)) == 2
    with rig.foundation.store() as store:
        kinds = [line["subject"] for line in store.journal.lines() if line["kind"] == "sheet_printed"]
    assert kinds == ["working_list", "statistics"]


# ---- the day's end
def test_a_day_is_closed_once_and_waits_for_the_hubs_count(rig: Rig, tmp_path: Path) -> None:
    """Closed, nothing is left to close; the row waits until the hub has counted, then says how both stand."""
    taken_in(rig, tmp_path)
    page = DayEndViewModel(rig.desk)
    page.refresh()
    assert page.title == "还没有日结过，一共收了 1 件"
    assert page.listTitle == ""
    page.closeDay()
    assert not page.closable
    [row] = page.closes.rows()
    assert (row.count, row.standing) == ("1 件", "等平台点数")
    page.closeDay()
    assert page.closes.rowCount() == 1
    page.printClose(row.eventId)
    assert len(printed(rig)) == 1


def test_a_day_end_names_who_closed_it(rig: Rig, tmp_path: Path) -> None:
    """By name, as its sheet does; the number that somebody signs in with says nothing to the next shift."""
    taken_in(rig, tmp_path)
    rig.services.day_end.close(ACTOR)
    with rig.foundation.store() as store:
        operator = store.operators.get(ACTOR)
    assert operator is not None
    page = DayEndViewModel(rig.desk)
    page.refresh()
    [row] = page.closes.rows()
    assert row.words.startswith(f"{operator.name}，")


def test_words_that_mean_no_matter_give_nothing_to_print(guide: GuideViewModel) -> None:
    """Until something is found, or enough was answered."""
    guide.ask("没有这样的事")
    assert guide.asked
    assert not guide.printable
    guide.ask("丧葬费")
    assert guide.printable
