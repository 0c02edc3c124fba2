"""Step c, 信息."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from wizard_rig import Rig, fill_information, walk_to

from ui.viewmodels.information import FieldRow, InformationViewModel


def _row(step: InformationViewModel, path: str) -> FieldRow:
    return next(row for row in step.field_rows() if row.path == path)


def test_only_what_nobody_knows_is_asked(rig: Rig) -> None:
    """With two cards these are a phone, a bank and an account."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    assert [row.path for row in wizard.information.field_rows()] == ["applicant.phone", "payee.bank", "payee.account"]
    assert wizard.information.title == "只填这 3 样"


def test_the_standard_case_is_typed_with_at_most_forty_characters(rig: Rig) -> None:
    """All of them are digits."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    fill_information(wizard)
    typed = "".join(row.value.replace(" ", "") for row in wizard.information.field_rows() if row.kind != "bank")
    assert len(typed) <= 40
    assert typed.isdigit()
    assert wizard.ready


def test_a_filled_field_stays_where_it_was(rig: Rig) -> None:
    """The set of fields only grows while the step is open."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    before = [row.path for row in wizard.information.field_rows()]
    fill_information(wizard)
    assert [row.path for row in wizard.information.field_rows()] == before


def test_digits_are_shown_in_groups_and_kept_without(rig: Rig) -> None:
    """As people read them out."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    wizard.information.edit("applicant.phone", "13800000021")
    wizard.information.edit("payee.account", "6222 0000 0000 5566")
    assert _row(wizard.information, "applicant.phone").value == "138 0000 0021"
    assert _row(wizard.information, "payee.account").value == "6222 0000 0000 5566"
    payee = wizard._case.application.payee
    assert payee is not None
    assert payee.account == "6222000000005566"


def test_a_short_phone_number_is_judged_on_leaving_and_not_before(rig: Rig) -> None:
    """The words say what to mend, and the bottom bar repeats them."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    wizard.information.edit("applicant.phone", "1380000")
    assert _row(wizard.information, "applicant.phone").message == ""
    wizard.information.leave("applicant.phone")
    row = _row(wizard.information, "applicant.phone")
    assert row.tone == "amber"
    assert row.message != ""
    assert row.message in wizard.hint
    wizard.information.edit("applicant.phone", "13800000021")
    wizard.information.leave("applicant.phone")
    assert _row(wizard.information, "applicant.phone").message == "11 位，号码可用"


def test_a_pause_judges_what_was_typed(rig: Rig, qtbot: QtBot) -> None:
    """600 ms in the program; the test shortens the wait."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    step = wizard.information
    assert step._pause.interval() == 600
    step._pause.setInterval(20)
    step.edit("payee.account", "12345")
    qtbot.waitUntil(lambda: _row(step, "payee.account").tone == "amber", timeout=2_000)


def test_an_account_that_fails_its_check_warns_and_lets_one_go_on(rig: Rig) -> None:
    """Passbooks fail it, too."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    fill_information(wizard)
    wizard.information.edit("payee.account", "6222000000005567")
    wizard.information.leave("payee.account")
    assert _row(wizard.information, "payee.account").tone == "amber"
    assert wizard.ready


def test_a_bank_is_chosen_from_a_list(rig: Rig) -> None:
    """No typing; the list closes by itself."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    step = wizard.information
    step.openChoices("payee.bank")
    assert step.choosing == "开户银行"
    bank = step._choices.rows()[0]
    step.choose(bank.key)
    assert step.choosing == ""
    assert _row(step, "payee.bank").value == bank.text


def test_known_values_show_no_whole_number(rig: Rig) -> None:
    """Document numbers are masked, codes are words."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    wizard.information.toggleKnown()
    values = {row.label: row.value for row in wizard.information._known.rows()}
    assert len(values) > 8
    assert not any("370100194001019991" in value for value in values.values())
    assert values["逝者性别"] == "男"
    assert values["去世日期"] == "2026 年 11 月 16 日"
