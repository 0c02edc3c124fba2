"""What the hub refused, at the counter: the words, the ways on, and what each of them does to the queue."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_rigs import case_file
from wizard_rig import Rig

from kiosk.domain.application import decode
from kiosk.domain.case import Case, Delivery
from kiosk.ids import EventId, OperatorId
from kiosk.ports.sync import DeliveryOutcome, OutcomeStatus
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.sync_centre import SyncCentreViewModel

NOW = "2026-11-18T02:00:00.000Z"


def refuse(rig: Rig, event: EventId, code: str = "payload_invalid", hub_rev: int | None = None) -> None:
    """Let the hub refuse an event in words."""
    status = OutcomeStatus.CONFLICT if hub_rev else OutcomeStatus.REJECTED
    outcome = DeliveryOutcome(event, status, code, "内容有误。", hub_rev=hub_rev)
    with rig.foundation.store() as store:
        store.outbox.mark_in_flight([event], NOW)
        store.outbox.record([outcome], NOW, retry_at=lambda _: NOW)


@pytest.fixture
def case(rig: Rig, tmp_path: Path) -> Case:
    """Take in a case that the hub refuses."""
    file = case_file(tmp_path / "in", attachments=[])
    number = rig.services.intake.submit(decode(file.read_bytes()), {}, OperatorId("training")).case_number
    refuse(rig, rig.services.queue.lines()[0].event_id)
    return rig.services.cases.look_again(number)


@pytest.fixture
def page(rig: Rig, case: Case) -> CaseViewModel:
    """Open its page."""
    page = CaseViewModel(rig.desk)
    page.show(case.case_number)
    return page


@pytest.fixture
def centre(rig: Rig, case: Case) -> SyncCentreViewModel:
    """Open the sync centre."""
    assert case.delivery is Delivery.NEEDS_ATTENTION
    centre = SyncCentreViewModel(rig.desk)
    centre.refresh()
    return centre


def counts(centre: SyncCentreViewModel) -> dict[str, str]:
    """Look at the queue again and give the counts as they are shown."""
    centre.refresh()
    return {row.label: row.value for row in centre.property("counts").rows()}


def test_the_page_says_what_the_hub_said_and_what_can_be_done(page: CaseViewModel, rig: Rig) -> None:
    """In the hub's words, with the number to call; both ways on are offered."""
    delivery = page.delivery
    assert (delivery.property("state"), delivery.property("tone")) == ("需要处理", "amber")
    assert "没有收下：内容有误。" in delivery.property("words")
    assert rig.desk.parts.station.phone in delivery.property("words")
    assert (delivery.property("mayCorrect"), delivery.property("mayWithdraw")) == (True, True)
    assert delivery.property("earlier") == []


def test_a_correction_of_a_refused_case_takes_its_place(page: CaseViewModel, rig: Rig, case: Case) -> None:
    """The sheet says so; sent, the case waits to go under its number, and the page keeps what was refused."""
    page.amendment.open("correct")
    assert "内容有误" in page.amendment.words
    assert "编号不变" in page.amendment.words
    page.amendment.write("已与家属核对")
    page.amendment.send()
    assert page.amendment.asking == ""
    assert page.delivery.property("state") == "待发"
    (said,) = page.delivery.property("earlier")
    assert said.endswith("收件没有被收下（内容有误），已被更正取代。")
    assert (page.delivery.property("mayCorrect"), page.delivery.property("mayWithdraw")) == (False, False)
    assert [line.kind for line in rig.services.queue.lines()] == ["case_taken_in", "case_corrected"]
    assert rig.services.cases.look_again(case.case_number).case_number == case.case_number


def test_a_refused_case_is_taken_back_at_the_counter(
    page: CaseViewModel, centre: SyncCentreViewModel, rig: Rig, case: Case
) -> None:
    """The sheet says what that means; afterwards nothing waits, and page and counts say that it never arrived."""
    page.amendment.open("withdraw")
    assert "不再报送" in page.amendment.words
    page.amendment.chooseReason("other_plans")
    page.amendment.send()
    assert page.delivery.property("state") == "未送达，已撤回"
    assert "不再报送" in page.delivery.property("words")
    (said,) = page.delivery.property("earlier")
    assert "已撤回" in said
    assert rig.services.queue.lines() == []
    shown = counts(centre)
    assert (shown["未送达，已撤回"], shown["已送达"], shown["需要处理"]) == ("1 件", "0 件", "0 件")
    assert rig.services.cases.look_again(case.case_number).delivery is Delivery.WITHDRAWN
    today = rig.services.cases.worklist(OperatorId("training")).today
    assert (today.taken_in, today.delivered, today.on_the_way) == (1, 0, 0)


def test_what_follows_a_case_that_arrived_is_taken_back_there(page: CaseViewModel, rig: Rig, case: Case) -> None:
    """Only a case that never arrived ends here alone: of one that did, the withdrawal goes to the hub."""
    (first,) = rig.services.queue.lines()
    with rig.foundation.store() as store:
        store.outbox.send_again(first.event_id, NOW)
        store.outbox.record([DeliveryOutcome(first.event_id, OutcomeStatus.RECEIVED)], NOW, retry_at=lambda _: NOW)
    page.show(case.case_number)
    page.amendment.open("correct")
    page.amendment.write("补充说明")
    page.amendment.send()
    refuse(rig, rig.services.queue.lines()[0].event_id)
    page.refresh()
    assert (page.delivery.property("mayCorrect"), page.delivery.property("mayWithdraw")) == (True, False)
    page.amendment.open("withdraw")
    assert "已办结的不变" in page.amendment.words
    page.amendment.chooseReason("other_plans")
    page.amendment.send()
    assert [line.kind for line in rig.services.queue.lines()] == ["case_corrected", "case_withdrawn"]


def test_the_sync_centre_offers_each_way_in_words(centre: SyncCentreViewModel, rig: Rig) -> None:
    """Correct, take back, send again, call; no count of what was taken back while there is none."""
    (row,) = centre.property("lines").rows()
    assert (row.correctable, row.withdrawable, row.again) == (True, True, True)
    assert all(word in row.way for word in ("更正", "撤回", "再报一次", "payload_invalid"))
    assert rig.desk.parts.station.phone in row.way
    assert counts(centre)["需要处理"] == "1 件"
    assert "未送达，已撤回" not in counts(centre)


def test_what_the_hub_has_another_of_is_nothing_to_correct(centre: SyncCentreViewModel, rig: Rig) -> None:
    """Two cases under one id: only people can say what becomes of them, and the line says whom to call."""
    (line,) = rig.services.queue.lines()
    refuse(rig, line.event_id, "rev_taken", hub_rev=1)
    centre.refresh()
    (row,) = centre.property("lines").rows()
    assert (row.correctable, row.withdrawable, row.again) == (False, False, False)
    assert "以平台的为准" in row.way
    assert rig.desk.parts.station.phone in row.way


def test_a_number_that_is_taken_is_no_matter_of_correcting(page: CaseViewModel, rig: Rig) -> None:
    """It stays the case's own: the case is taken back and taken in once more, or somebody is called."""
    (line,) = rig.services.queue.lines()
    refuse(rig, line.event_id, "case_number_taken")
    page.refresh()
    assert (page.delivery.property("mayCorrect"), page.delivery.property("mayWithdraw")) == (False, True)
    assert "请打" in page.delivery.property("words")
    centre = SyncCentreViewModel(rig.desk)
    centre.refresh()
    (row,) = centre.property("lines").rows()
    assert (row.correctable, row.withdrawable, row.again) == (False, True, False)


@pytest.mark.parametrize("sheet", ["correct", "withdraw"])
def test_a_case_is_opened_with_a_sheet(rig: Rig, case: Case, sheet: str) -> None:
    """From the sync centre one touch leads to the sheet; coming again by the number alone, it is closed."""
    page = CaseViewModel(rig.desk)
    page.show(f"{case.case_number} {sheet}")
    assert page.amendment.asking == sheet
    page.show(case.case_number)
    assert page.amendment.asking == ""
