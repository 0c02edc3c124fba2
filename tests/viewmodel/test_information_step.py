"""Step c, 信息."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from wizard_rig import Rig, fill_circumstance, fill_information, fill_people, lay, sample, walk_to

from ui.viewmodels.field_rows import FieldRow
from ui.viewmodels.information import InformationViewModel
from ui.viewmodels.new_case import NewCaseViewModel


def _row(step: InformationViewModel, path: str) -> FieldRow:
    return next(row for row in step.field_rows() if row.path == path)


def test_only_what_nobody_knows_is_asked(rig: Rig) -> None:
    """With two cards these are a phone, a bank and an account; the payee is there to be changed, the hour is free."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    rows = wizard.information.field_rows()
    assert [row.path for row in rows if not row.value and row.required] == [
        "applicant.phone",
        "payee.bank",
        "payee.account",
    ]
    assert [(row.path, row.value) for row in rows if row.value] == [("payee.name", "测试乙")]
    assert [row.path for row in rows if not row.required] == ["deceased.death_time"]
    assert wizard.information.title == "只填这 3 样"
    assert wizard.information.title == "只填这 3 样"


def test_the_standard_case_is_typed_with_at_most_forty_characters(rig: Rig) -> None:
    """All of them are digits."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    fill_information(wizard)
    typed = "".join(row.value.replace(" ", "") for row in wizard.information.field_rows() if row.kind != "choice")
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


def _chosen(wizard: NewCaseViewModel, path: str, answer: str) -> None:
    wizard.information.openChoices(path)
    wizard.information.choose(answer)


def test_another_payee_is_chosen_from_the_people_or_written(rig: Rig) -> None:
    """The deceased's own account needs nothing; another person's asks for the letter of authorisation."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    wizard.information.openChoices("payee.name")
    assert [choice.key for choice in wizard.information._choices.rows()] == ["测试乙", "测试甲"]
    wizard.information.choose("测试甲")
    letter = {"authorization_letter"}
    assert not letter & {str(need.material_id) for need in wizard._case.assessment.materials}
    _chosen(wizard, "payee.name", "测试丁")
    row = next(row for row in wizard.information.field_rows() if row.path == "payee.name")
    assert (row.value, row.tone) == ("测试丁", "amber")
    assert "授权委托书" in row.message
    assert letter & {str(need.material_id) for need in wizard._case.assessment.materials}


def test_the_hour_of_death_is_written_in_four_digits(rig: Rig) -> None:
    """What is no hour is said and keeps the list open; the day stays whatever is written."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    _chosen(wizard, "deceased.death_time", "2561")
    assert "没有这个钟点" in wizard.information.writingMessage
    assert wizard.information.choosing == "去世钟点"
    wizard.information.choose("2110")
    assert wizard._case.application.deceased.death_at == "2026-11-16T21:10:00+08:00"
    wizard.circumstance.chooseDay("2026-11-15")
    assert wizard._case.application.deceased.death_at == "2026-11-15T21:10:00+08:00"


def test_an_agent_is_asked_for_phone_and_last_day(rig: Rig) -> None:
    """Periods are offered, another day can be written; powers have an answer and can be widened."""
    wizard = rig.wizard()
    fill_people(wizard)
    wizard.identity.addAgent()
    lay(wizard, sample("minority"))
    wizard.goOn()
    fill_circumstance(wizard)
    wizard.goOn()
    rows = {row.path: row for row in wizard.information.field_rows()}
    assert {"agent.phone", "agent.valid_until", "agent.powers"} <= set(rows)
    wizard.information.openChoices("agent.valid_until")
    offered = [choice.key for choice in wizard.information._choices.rows()]
    assert offered == ["2026-12-18", "2027-02-18", "2027-05-18"]
    wizard.information.choose("20270230")
    assert "没有这一天" in wizard.information.writingMessage
    wizard.information.choose("20270331")
    _chosen(wizard, "agent.powers", "file、receive_money")
    agent = wizard._case.application.agent
    assert agent is not None
    assert (agent.valid_until, agent.powers) == ("2027-03-31", ("file", "receive_money"))
    row = next(row for row in wizard.information.field_rows() if row.path == "agent.valid_until")
    assert row.value == "2027 年 3 月 31 日"


def test_a_certificate_number_is_covered_once_it_is_left(rig: Rig) -> None:
    """Old ones are typed, and may be a person's number all the same; touched again it is written anew."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    fill_circumstance(wizard)
    wizard.circumstance.chooseDay("2026-06-20")
    wizard.goOn()
    path = "deceased.certificate_number"

    def shown() -> tuple[str, str]:
        return next((row.kind, row.value) for row in wizard.information.field_rows() if row.path == path)

    wizard.information.edit(path, "12345678901234567")
    assert shown() == ("text", "12345678901234567")
    wizard.information.leave(path)
    assert shown() == ("choice", "123456*******4567")
    wizard.information.openChoices(path)
    assert shown() == ("text", "")
    wizard.information.edit(path, "12345678901234567")
    wizard.information.leave(path)
    wizard.information.enter()
    assert shown() == ("choice", "123456*******4567")
