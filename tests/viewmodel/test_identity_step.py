"""Step a, 身份."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from command_rigs import case_file
from pytestqt.qtbot import QtBot
from standard_case import born
from wizard_rig import Rig, lay, sample

from kiosk.domain.application import decode
from kiosk.errors import ErrorCode
from kiosk.ids import OperatorId
from kiosk.ports.cards import CardFailed, CardPresented


def test_a_card_fills_the_tile_that_waits(rig: Rig) -> None:
    """The first card is the deceased's, the second the applicant's, and the step stays until it is touched."""
    wizard = rig.wizard()
    assert wizard.identity.deceased.state == "waiting"
    lay(wizard, sample("elder"))
    assert wizard.identity.deceased.state == "filled"
    assert wizard.identity.deceased.name == "测试甲"
    assert wizard.identity.applicant.state == "waiting"
    lay(wizard, sample("applicant"))
    assert wizard.identity.applicant.state == "filled"
    assert wizard.step == 0


def test_a_laid_card_shows_that_it_is_being_read(rig: Rig) -> None:
    """Between laying and reading the tile says so."""
    wizard = rig.wizard()
    wizard.on_card(CardPresented("mock"))
    assert wizard.identity.deceased.state == "reading"
    assert "不要拿开" in wizard.identity.deceased.prompt


def test_a_tile_chosen_for_reading_gets_the_next_card(rig: Rig) -> None:
    """The applicant may be read first."""
    wizard = rig.wizard()
    wizard.identity.readAgain("applicant")
    lay(wizard, sample("applicant"))
    assert wizard.identity.applicant.name == "测试乙"
    assert wizard.identity.deceased.state == "waiting"


def test_the_same_card_twice_is_said_and_fills_nothing(rig: Rig) -> None:
    """The second tile stays empty and the words name whose card it was."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, sample("elder"))
    assert wizard.identity.applicant.state == "waiting"
    assert "逝者" in wizard.identity.notice
    assert "请放上申请人的身份证" in wizard.identity.notice


def test_a_third_card_replaces_nobody(rig: Rig) -> None:
    """With both tiles filled a further card only gets words."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    lay(wizard, sample("minority"))
    assert wizard.identity.deceased.name == "测试甲"
    assert "重新读卡" in wizard.identity.notice


def test_swapped_cards_change_places_and_lose_nothing(rig: Rig) -> None:
    """Swapping twice gives the first application again, what only the card told included."""
    draft = rig.draft()
    wizard = rig.wizard(draft)
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    before = decode(rig.services.intake.resume(draft.case_id).application)
    wizard.identity.swap()
    assert wizard.identity.deceased.name == "测试乙"
    assert wizard.identity.applicant.name == "测试甲"
    wizard.identity.swap()
    assert decode(rig.services.intake.resume(draft.case_id).application) == before


def test_clearing_a_tile_lets_it_wait_again(rig: Rig) -> None:
    """The other tile is left alone."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    wizard.identity.clear("deceased")
    assert wizard.identity.deceased.state == "waiting"
    assert wizard.identity.applicant.name == "测试乙"


def test_a_failed_reading_says_what_to_do(rig: Rig) -> None:
    """The support code stands behind the words, and the tile waits on."""
    wizard = rig.wizard()
    wizard.on_card(CardPresented("mock"))
    wizard.on_card(CardFailed("mock", ErrorCode.CARD_REMOVED_EARLY))
    assert wizard.identity.notice == "卡拿得太早，没有读完。请把卡重新放上，停一秒再拿开（RDR-02）"
    assert wizard.identity.deceased.state == "waiting"
    wizard.identity.quiet()
    assert wizard.identity.notice == ""


def test_a_private_use_character_asks_a_person_to_check_the_name(rig: Rig) -> None:
    """The tile is amber and says which field."""
    wizard = rig.wizard()
    lay(wizard, sample("private-use"))
    assert wizard.identity.deceased.tone == "amber"
    assert "请人工核对姓名" in wizard.identity.deceased.warnings


def test_an_expired_card_of_the_applicant_asks_for_a_new_one(rig: Rig) -> None:
    """For the deceased the same card does not matter, and says so."""
    wizard = rig.wizard()
    card = replace(sample("expired"))
    lay(wizard, card)
    assert "不影响办理" in wizard.identity.deceased.warnings
    wizard.identity.clear("deceased")
    wizard.identity.readAgain("applicant")
    lay(wizard, card)
    assert "有没有新证" in wizard.identity.applicant.warnings


def test_the_number_is_masked_and_shown_for_five_seconds(rig: Rig, qtbot: QtBot) -> None:
    """After the time it is masked again by itself."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    tile = wizard.identity.deceased
    assert tile.number == "370100********9991"
    tile._reveal.setInterval(30)
    tile.reveal()
    assert tile.number == "370100194001019991"
    qtbot.waitUntil(lambda: not tile.revealed, timeout=2_000)
    assert tile.number == "370100********9991"


def test_a_wrong_check_digit_is_said_on_leaving_and_keeps_entry_open(rig: Rig) -> None:
    """Nothing is said while it is being typed."""
    wizard = rig.wizard()
    step = wizard.identity
    step.typeIn("")
    step.entry.typeName("测试丙")
    step.entry.typeNumber("370100194001019992")
    assert step.entry.numberMessage == ""
    step.entry.leave("document_number")
    assert step.entry.numberMessage != ""
    assert not step.entry.complete
    step.entry.finish()
    assert step.entry.editing == "deceased"


def test_a_message_comes_after_a_pause_in_typing(rig: Rig, qtbot: QtBot) -> None:
    """600 ms in the program; the test shortens the wait."""
    wizard = rig.wizard()
    step = wizard.identity
    assert step.entry._pause.interval() == 600
    step.entry._pause.setInterval(20)
    step.typeIn("deceased")
    step.entry.typeNumber("370100194001019992")
    qtbot.waitUntil(lambda: step.entry.numberMessage != "", timeout=2_000)


def test_manual_entry_takes_lower_case_x_and_spaces(rig: Rig) -> None:
    """The stored form has neither, and the filled tile says that it was typed."""
    wizard = rig.wizard()
    step = wizard.identity
    step.typeIn("deceased")
    step.entry.typeName("测试丁")
    step.entry.typeNumber("370100 19400101 9991")
    assert step.entry.number == "370100194001019991"
    assert step.entry.complete
    step.entry.finish()
    assert step.deceased.state == "filled"
    assert step.deceased.badge == "已录入，信息完整"


def test_another_document_is_not_held_to_eighteen_digits(rig: Rig) -> None:
    """A passport number is taken as it is."""
    wizard = rig.wizard()
    step = wizard.identity
    step.typeIn("deceased")
    step.entry.chooseType("414")
    step.entry.typeName("测试戊")
    step.entry.typeNumber("E12345678")
    step.entry.leave("document_number")
    assert step.entry.numberMessage == ""
    assert not step.entry.citizen
    assert step.entry.complete


def test_deceased_and_applicant_with_one_number_hold_the_step(rig: Rig) -> None:
    """Typing the same number for both is said on the applicant's tile."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    wizard.identity.typeIn("applicant")
    wizard.identity.entry.typeName("测试甲")
    wizard.identity.entry.typeNumber("370100194001019991")
    wizard.identity.entry.leave("document_number")
    assert wizard.identity.entry.numberMessage != ""
    assert not wizard.ready


def test_the_eight_relations_have_none_chosen_at_first(rig: Rig) -> None:
    """One touch chooses one, a child's spouse by the applicant's sex."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    rows = wizard.identity._relations.rows()
    assert len(rows) == 8
    assert not any(row.chosen for row in rows)
    assert wizard.hint == "请选申请人是逝者的什么人"
    wizard.identity.chooseRelation("in_law")
    sex = wizard.identity.applicant.sex
    assert wizard._case.application.applicant.relation == {"男": "28", "女": "38"}[sex]
    assert [row.key for row in wizard.identity._relations.rows() if row.chosen] == ["in_law"]


def test_an_agent_is_a_third_tile_that_waits_and_can_go(rig: Rig) -> None:
    """Without the agent's card the step is not complete."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    wizard.identity.chooseRelation("30")
    assert wizard.property("ready")
    wizard.identity.addAgent()
    assert wizard.identity.agentShown
    assert wizard.identity.agent.state == "waiting"
    assert not wizard.property("ready")
    wizard.identity.clear("agent")
    assert wizard.property("ready")


def test_what_does_not_fit_about_the_relation_stands_under_it(rig: Rig) -> None:
    """A grandparent younger than the deceased may go on after a look; a spouse of a minor may not."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    wizard.identity.chooseRelation("30")
    assert wizard.identity.relationMessage == ""
    wizard.identity.chooseRelation("50")
    assert "年轻" in wizard.identity.relationMessage
    assert wizard.ready
    young = sample("elder")
    wizard.identity.readAgain("deceased")
    lay(wizard, replace(young, document_number=born("20200101"), birth="2020-01-01"))
    wizard.identity.chooseRelation("10")
    assert wizard.hint == "逝者去世时未满 18 岁，申请人不能是配偶，请核对关系"
    assert not wizard.ready


def test_who_came_before_is_not_asked_for_the_telephone_again(rig: Rig, tmp_path: Path) -> None:
    """The station knows it from the earlier case, says so in the journal, and asks nobody else's."""
    card = sample("applicant")
    file = case_file(tmp_path / "in", attachments=[], applicant={"document_number": card.document_number})
    earlier = rig.services.intake.submit(decode(file.read_bytes()), {}, OperatorId("training"))
    wizard = rig.wizard()
    phones = []
    for laid in (sample("elder"), card):
        lay(wizard, laid)
        phones.append(wizard._case.application.applicant.phone)
    assert phones == [None, "13800000021"]
    with rig.foundation.store() as store:
        newest = store.journal.lines(limit=1)[0]
    assert (newest["kind"], newest["subject"]) == ("case_opened", earlier.case_number)
    assert rig.services.intake.phone_of("370100194001019991", OperatorId("training")) == ""
