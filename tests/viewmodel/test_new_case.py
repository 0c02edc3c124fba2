"""The wizard: draft, steps, what is missing."""

from __future__ import annotations

import pytest
from wizard_rig import Rig, fill_circumstance, fill_people, lay, sample, walk_to

from kiosk.domain.application import decode
from kiosk.errors import ErrorCode, StoreError
from ui.desk import Page


def test_every_change_is_in_the_store_at_once(rig: Rig) -> None:
    """The draft read back is what the screen shows, and the head says when it was saved."""
    draft = rig.draft()
    wizard = rig.wizard(draft)
    lay(wizard, sample("elder"))
    assert decode(rig.services.intake.resume(draft.case_id).application).deceased.name == "测试甲"
    assert wizard.savedWords == "草稿已存 14:06"
    rig.clock.pass_by(minutes=3)
    wizard.identity.chooseRelation("30")
    assert decode(rig.services.intake.resume(draft.case_id).application).applicant.relation == "30"
    assert wizard.savedWords == "草稿已存 14:09"


def test_changes_made_while_saving_go_with_the_next_save(rig: Rig) -> None:
    """One save is under way at a time and the last change is not lost."""
    draft = rig.draft()
    wizard = rig.wizard(draft)
    rig.tasks.held = True
    for relation in ("10", "20", "30", "50"):
        wizard.identity.chooseRelation(relation)
    assert rig.tasks.work() == 1
    assert rig.tasks.work() == 1
    assert rig.tasks.work() == 0
    assert decode(rig.services.intake.resume(draft.case_id).application).applicant.relation == "50"


def test_a_save_that_fails_is_said_and_mended_by_the_next(rig: Rig) -> None:
    """The work on the screen goes on."""
    draft = rig.draft()
    wizard = rig.wizard(draft)
    rig.tasks.trouble = StoreError(ErrorCode.STORE_FULL)
    wizard.identity.chooseRelation("10")
    assert wizard.savedWords == "草稿没有存上：磁盘空间不够，没有保存"
    rig.tasks.trouble = None
    wizard.identity.chooseRelation("20")
    assert wizard.savedWords == "草稿已存 14:06"
    assert decode(rig.services.intake.resume(draft.case_id).application).applicant.relation == "20"


def test_a_waiting_button_explains_and_leads_to_what_is_missing(rig: Rig) -> None:
    """The step does not change, the hint wants to be read, the focus goes to the tile."""
    wizard = rig.wizard()
    places: list[str] = []
    wizard.focusWanted.connect(places.append)
    assert not wizard.ready
    assert not wizard.property("hintNeedsPerson")
    wizard.goOn()
    assert wizard.step == 0
    assert wizard.hintNeedsPerson
    assert places == ["tile.deceased"]
    lay(wizard, sample("elder"))
    assert not wizard.hintNeedsPerson


def test_going_back_loses_nothing(rig: Rig) -> None:
    """Steps reached stay reachable, later ones do not open by themselves."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    wizard.goBack()
    assert wizard.step == 1
    assert wizard.ready
    wizard.goTo(0)
    assert wizard.identity.deceased.name == "测试甲"
    wizard.goTo(4)
    assert wizard.step == 0
    wizard.goTo(2)
    assert wizard.step == 2


def test_a_resumed_draft_opens_where_it_was_left(rig: Rig) -> None:
    """Answers that leave no trace in the application count as given once the step was passed."""
    draft = rig.draft()
    wizard = rig.wizard(draft)
    fill_people(wizard)
    wizard.goOn()
    fill_circumstance(wizard)
    wizard.circumstance.chooseDisposition("undecided")
    wizard.circumstance.restUnknown()
    wizard.goOn()
    wizard.later()
    assert rig.went == [(Page.WORK_LIST, "")]
    again = rig.wizard(rig.services.intake.resume(draft.case_id))
    assert again.step == 2
    again.goBack()
    assert again.ready
    assert again.circumstance.restIsUnknown


def test_a_card_after_the_first_step_changes_nothing(rig: Rig) -> None:
    """Cards belong to the step of the people."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    lay(wizard, sample("minority"))
    assert wizard.identity.deceased.name == "测试甲"
    assert wizard.identity.notice == ""


@pytest.mark.parametrize(("step", "text"), [(0, "下一步：情形"), (1, "下一步：信息"), (3, "下一步：确认"), (4, "收件")])
def test_the_button_says_what_it_does(rig: Rig, step: int, text: str) -> None:
    """The last step takes in."""
    wizard = rig.wizard()
    walk_to(wizard, step)
    assert wizard.primaryText == text
