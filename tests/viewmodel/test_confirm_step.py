"""Step e, 确认, and taking in."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from wizard_rig import (
    Rig,
    fill_circumstance,
    fill_confirm,
    fill_information,
    fill_materials,
    fill_people,
    lay,
    sample,
    walk_to,
)

from kiosk.domain.application import decode
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import OperatorId
from kiosk.ports.printers import PrinterStatus
from ui.desk import Page
from ui.viewmodels.new_case import NewCaseViewModel


def _at_step(rig: Rig) -> NewCaseViewModel:
    wizard = rig.wizard()
    walk_to(wizard, 4)
    return wizard


def _cases(rig: Rig) -> int:
    return len(rig.services.cases.worklist(OperatorId("training")).in_progress)


def test_names_and_numbers_are_masked_until_revealed(rig: Rig, qtbot: QtBot) -> None:
    """Five seconds later they are masked again; the account shows its last four."""
    wizard = _at_step(rig)
    step = wizard.confirm
    people = step._people.rows()
    assert people[0].name == "测*甲"
    assert people[0].number == "370100********9991"
    assert "女儿" in people[1].line
    assert any("尾号 5566" in fact.value for fact in step._facts.rows())
    step._reveal.setInterval(30)
    step.reveal()
    assert step._people.rows()[0].name == "测试甲"
    qtbot.waitUntil(lambda: step._people.rows()[0].name == "测*甲", timeout=2_000)


def test_consents_for_each_purpose_and_a_signature_are_needed(rig: Rig) -> None:
    """Nothing is ticked at first; the account has a line of its own; the text message is a free choice."""
    wizard = _at_step(rig)
    assert not any(consent.ticked for consent in wizard.confirm._consents.rows())
    assert [line.key for line in wizard.confirm._consents.rows()] == ["truth", "share", "account", "notify"]
    assert wizard.hint == "请申请人逐条看过并同意，还差 3 条"
    for key in ("truth", "share", "account"):
        wizard.confirm.toggleConsent(key)
    assert "请测试乙签名" in wizard.hint
    wizard.confirm.signing.addStroke("0.1 0.1 0.4 0.5 0.6 0.2")
    assert wizard.ready
    assert wizard.confirm.signing.words == "已签，14:06"
    wizard.confirm.signing.signAgain()
    assert not wizard.ready


def test_a_change_after_the_signature_wants_it_anew(rig: Rig) -> None:
    """Who goes back and changes something signs what is read then; the consents stay."""
    wizard = _at_step(rig)
    fill_confirm(wizard)
    assert wizard.ready
    wizard.information.edit("applicant.phone", "13800000022")
    assert "请测试乙签名" in wizard.hint
    assert all(line.ticked for line in wizard.confirm._consents.rows())


def _with_agent(rig: Rig) -> NewCaseViewModel:
    """Go to the last step with an agent whose card was read."""
    wizard = rig.wizard()
    fill_people(wizard)
    wizard.identity.addAgent()
    lay(wizard, sample("minority"))
    wizard.goOn()
    fill_circumstance(wizard)
    wizard.goOn()
    fill_information(wizard)
    wizard.information.edit("agent.phone", "13800000023")
    wizard.information.openChoices("agent.valid_until")
    wizard.information.choose("2027-02-18")
    wizard.goOn()
    fill_materials(wizard)
    wizard.goOn()
    assert wizard.step == 4, wizard.hint
    return wizard


def test_an_authorisation_is_signed_by_the_principal_before_the_agent_signs(rig: Rig) -> None:
    """The letter, which is no promise, can be read whole; it covers the matters; what is kept bears both signatures."""
    wizard = _with_agent(rig)
    for line in wizard.confirm._consents.rows():
        wizard.confirm.toggleConsent(line.key)
    letter = next(row for row in wizard.materials.material_rows() if row.materialId == "authorization_letter")
    assert (letter.badge, "1 样当场签" in wizard.materials.subtitle) == ("当场签", True)
    assert "承诺" not in wizard.materials.subtitle
    signing = wizard.confirm.signing
    assert (signing.letterWanted, signing.letterTurn) == (True, True)
    assert wizard.hint == "请测试乙先签授权委托书"
    wizard.confirm.read("letter")
    assert "不代收款项" in wizard.confirm.readingText
    assert "期限：到 2027 年 2 月 18 日止。" in wizard.confirm.readingText
    signing.addStroke("0.1 0.1 0.4 0.5")
    assert wizard.hint.startswith("请测试江·买买提签名")
    signing.turnToCase()
    signing.addStroke("0.2 0.2 0.5 0.5")
    assert wizard.ready
    wizard.goOn()
    kept = decode(rig.services.cases.look_again(rig.went[-1][1]).application)
    assert kept.agent is not None
    assert (len(kept.agent.signature), len(kept.signature)) == (1, 1)
    assert set(kept.agent.scope) == {m.matter_id for m in rig.services.cases.look_again(rig.went[-1][1]).matters}


def test_a_matter_added_after_the_letter_wants_the_letter_anew(rig: Rig) -> None:
    """The scope that was signed never grows by itself."""
    wizard = _with_agent(rig)
    wizard.confirm.signing.addStroke("0.1 0.1 0.4 0.5")
    wizard.circumstance.toggleTag("driving_licence")
    assert wizard._case.application.agent is not None
    assert (wizard._case.application.agent.signature, wizard._case.application.agent.scope) == ((), ())


def test_a_person_who_cannot_write_has_two_other_ways(rig: Rig) -> None:
    """A fingerprint or a witness on the paper stands for the signature."""
    wizard = _at_step(rig)
    for key in ("truth", "share", "account"):
        wizard.confirm.toggleConsent(key)
    wizard.confirm.signing.signWithoutWriting("witness")
    assert wizard.ready
    assert "见证人" in wizard.confirm.signing.words


def test_a_consent_can_be_read_whole_and_taken_back(rig: Rig) -> None:
    """The full text names the purpose."""
    wizard = _at_step(rig)
    wizard.confirm.read("share")
    assert "只用于办理" in wizard.confirm.readingText
    wizard.confirm.read("")
    assert wizard.confirm.readingTitle == ""
    wizard.confirm.toggleConsent("truth")
    wizard.confirm.toggleConsent("truth")
    assert "truth" not in wizard._case.application.consents


def test_ten_fast_taps_take_in_one_case(rig: Rig) -> None:
    """The page of the number is opened once."""
    wizard = _at_step(rig)
    fill_confirm(wizard)
    rig.tasks.held = True
    for _ in range(10):
        wizard.goOn()
    assert wizard.hint == "正在收件，请稍等"
    rig.tasks.held = False
    rig.tasks.work()
    for _ in range(3):
        wizard.goOn()
    assert _cases(rig) == 1
    assert [page for page, _ in rig.went] == [Page.TAKEN_IN]


def test_a_case_that_was_not_taken_in_says_why_and_can_be_tried_again(rig: Rig) -> None:
    """The draft is as it was."""
    wizard = _at_step(rig)
    fill_confirm(wizard)
    rig.tasks.trouble = StoreError(ErrorCode.STORE_FULL)
    wizard.goOn()
    assert "STO-04" in wizard.confirm.notice
    assert wizard.ready
    rig.tasks.trouble = None
    wizard.goOn()
    assert _cases(rig) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [(PrinterStatus.PAPER_OUT, "打印机缺纸；可以先收件，凭证之后补打"), (PrinterStatus.OFFLINE, "打印机没有连上")],
)
def test_a_printer_in_trouble_is_said_before_and_never_hinders(rig: Rig, status: PrinterStatus, words: str) -> None:
    """The case is taken in all the same."""
    rig.printer.set_status(status)
    wizard = _at_step(rig)
    fill_confirm(wizard)
    assert wizard.hint.startswith(words)
    assert wizard.hintNeedsPerson
    assert wizard.ready
    wizard.goOn()
    assert _cases(rig) == 1


def test_a_draft_is_gone_once_the_case_is_taken_in(rig: Rig) -> None:
    """And no late save brings it back."""
    wizard = _at_step(rig)
    fill_confirm(wizard)
    wizard.goOn()
    wizard.confirm.toggleConsent("notify")
    assert rig.services.intake.drafts(OperatorId("training")) == []


def test_the_promise_for_the_whole_is_read_out_with_what_takes_longer(rig: Rig) -> None:
    """Seven working days from Wednesday 18 November, one matter until 9 December; beyond the calendar provisional."""
    assert _at_step(rig).confirm.mattersLine == "日期为预计，整件 7 个工作日，11 月 27 日前；1 项更久，最晚 12 月 9 日"
    rig.clock.pass_by(days=36)
    assert "1 月 5 日前（暂定）" in _at_step(rig).confirm.mattersLine
