"""Step b, 情形."""

from __future__ import annotations

from wizard_rig import Rig, fill_circumstance, walk_to

from ui.viewmodels.new_case import NewCaseViewModel


def _at_step(rig: Rig) -> NewCaseViewModel:
    wizard = rig.wizard()
    walk_to(wizard, 1)
    return wizard


def _insurance(wizard: NewCaseViewModel) -> tuple[str, ...] | None:
    return wizard._case.application.deceased.insurance


def test_nothing_is_chosen_at_first_and_the_hint_counts_the_questions(rig: Rig) -> None:
    """The first open question is named."""
    wizard = _at_step(rig)
    assert wizard.hint == "还有 6 个问题没有答，先选去世情形"
    assert wizard.circumstance.next == "circumstance"
    for tiles in wizard.circumstance._tiles.values():
        assert not any(tile.chosen for tile in tiles.rows())


def test_the_standard_case_takes_eight_touches_and_no_typing(rig: Rig) -> None:
    """After them the step is complete and lists matters of several departments."""
    wizard = _at_step(rig)
    fill_circumstance(wizard)
    assert wizard.ready
    rows = wizard.circumstance.matter_list._rows.rows()
    assert len(rows) >= 8
    assert {"公安", "民政", "人社", "医保"} <= {row.department for row in rows}
    assert all(row.reason and row.badge for row in rows)


def test_quick_days_are_the_last_three(rig: Rig) -> None:
    """Choosing one needs no typing and says its weekday."""
    wizard = _at_step(rig)
    days = wizard.circumstance._quick.rows()
    assert [(day.name, day.date) for day in days] == [
        ("今天", "11 月 18 日"),
        ("昨天", "11 月 17 日"),
        ("前天", "11 月 16 日"),
    ]
    wizard.circumstance.chooseDay(days[2].iso)
    assert "2026 年 11 月 16 日星期一去世" in wizard.circumstance.person


def test_the_calendar_offers_no_day_ahead(rig: Rig) -> None:
    """Tomorrow is closed, yesterday open, and turning back reaches earlier months."""
    wizard = _at_step(rig)
    calendar = wizard.circumstance.calendar
    cells = {cell.iso: cell.openDay for cell in calendar._cells.rows() if cell.iso}
    assert cells["2026-11-18"]
    assert not cells["2026-11-19"]
    assert not calendar.canGoForward
    calendar.choose("2026-11-19")
    assert wizard.circumstance.dayText == ""
    calendar.back()
    assert calendar.title == "2026 年 10 月"
    calendar.choose("2026-10-05")
    assert wizard.circumstance.dayText == "2026 年 10 月 5 日"
    assert wizard.circumstance.dayElsewhere


def test_undecided_is_an_answer_that_stays_open_in_the_application(rig: Rig) -> None:
    """The tile is chosen, the application says nothing."""
    wizard = _at_step(rig)
    wizard.circumstance.chooseDisposition("undecided")
    chosen = [tile.key for tile in wizard.circumstance._tiles["dispositions"].rows() if tile.chosen]
    assert chosen == ["undecided"]
    assert wizard._case.application.deceased.disposition is None


def test_nobody_is_in_two_pensions(rig: Rig) -> None:
    """Choosing a second pension takes the first one's place; a medical insurance stands beside it."""
    wizard = _at_step(rig)
    for key in ("enterprise_pension", "employee_medical", "resident_pension"):
        wizard.circumstance.chooseInsurance(key)
    assert _insurance(wizard) == ("resident_pension", "employee_medical")
    wizard.circumstance.chooseInsurance("none")
    assert _insurance(wizard) == ()
    wizard.circumstance.chooseInsurance("unknown")
    assert _insurance(wizard) is None


def test_touching_a_tag_takes_no_tile_away(rig: Rig) -> None:
    """All tiles stay where they are; a second touch takes the answer back."""
    wizard = _at_step(rig)
    fill_circumstance(wizard)
    before = [tile.key for tile in wizard.circumstance._tiles["tags"].rows()]
    wizard.circumstance.toggleTag("driving_licence")
    tiles = wizard.circumstance._tiles["tags"].rows()
    assert [tile.key for tile in tiles][: len(before)] == before
    assert wizard._case.application.deceased.facts["driving_licence"] is True
    wizard.circumstance.toggleTag("driving_licence")
    assert "driving_licence" not in wizard._case.application.deceased.facts


def test_the_rest_not_clear_leaves_matters_to_the_departments(rig: Rig) -> None:
    """They stand in the foot line and not in the list."""
    wizard = _at_step(rig)
    fill_circumstance(wizard)
    assert wizard.circumstance.restIsNo
    wizard.circumstance.restUnknown()
    assert wizard.circumstance.restIsUnknown
    assert "待" in wizard.circumstance.matter_list.foot
    assert wizard.ready


def test_unticking_a_matter_asks_for_a_reason(rig: Rig) -> None:
    """Without a reason it stays; with one it is left out and says why; ticking again needs none."""
    wizard = _at_step(rig)
    fill_circumstance(wizard)
    matters = wizard.circumstance.matter_list
    first = matters.ticked[0]
    matters.toggle(first.matter_id)
    assert matters.asking == first.name
    matters.keep()
    assert matters.asking == ""
    assert first.matter_id not in wizard._case.application.declined
    matters.toggle(first.matter_id)
    matters.decline("done_already")
    row = next(row for row in matters._rows.rows() if row.matterId == first.matter_id)
    assert not row.ticked
    assert row.reason == "不办：已经办过了"
    matters.toggle(first.matter_id)
    assert wizard._case.application.declined == {}


def test_two_matters_that_exclude_each_other_hold_the_step(rig: Rig) -> None:
    """The words name both; leaving one out opens the way."""
    wizard = _at_step(rig)
    fill_circumstance(wizard)
    wizard.circumstance.toggleTag("unemployment_benefit")
    matters = wizard.circumstance.matter_list
    assert matters.clash != ""
    assert wizard.hint == matters.clash
    other = next(matter for matter in matters.ticked if matter.alternative_to)
    matters.toggle(other.matter_id)
    matters.decline("not_our_case")
    assert matters.clash == ""
    assert wizard.ready


def test_a_matter_says_when_it_takes_longer_and_when_its_basis_is_weak(rig: Rig) -> None:
    """Fifteen working days against the promised seven are said beside the reason; nothing weak is told as certain."""
    wizard = _at_step(rig)
    fill_circumstance(wizard)
    reasons = {row.matterId: row.reason for row in wizard.circumstance.matter_list._rows.rows()}
    assert reasons["19"].endswith("；这一项要 15 个工作日，比整件承诺的时间长")
    assert reasons["37"].endswith("；依据待本地确认")
    assert "；" not in reasons["04"]
