"""补正通办 over real stores: a correction that is taken here for a case of another station."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from asked_case import ACTOR, take_in
from offer_rigs import SAID_AT, hub_tells, store_of
from province import FOREIGN, Province, case_to_correct
from wizard_rig import Rig, sample

from kiosk.domain.case import MatterState
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import MatterId
from kiosk.packets.events import CorrectionOffered
from kiosk.ports.cards import CardRead
from kiosk.ports.offers import OfferState
from kiosk.ports.sync import DeliveryOutcome, OutcomeStatus
from ui.desk import Page
from ui.viewmodels.elsewhere import ElsewhereViewModel
from ui.viewmodels.sync_centre import SyncCentreViewModel
from ui.viewmodels.sync_words import NOTHING, Contact, sync_news

NUMBER, ACCOUNT = "deceased.cremation_number", "payee.account"


@pytest.fixture
def page(rig: Rig) -> ElsewhereViewModel:
    """See a case of another station that waits for a correction."""
    rig.desk.parts = replace(rig.desk.parts, elsewhere=Province(case_to_correct()))
    return opened(rig)


def opened(rig: Rig) -> ElsewhereViewModel:
    """Open the page of the case by the applicant's card."""
    model = ElsewhereViewModel(rig.desk)
    model.show(FOREIGN)
    model.on_card(CardRead("r", sample("applicant")))
    assert model.property("open")
    return model


def bring(page: ElsewhereViewModel) -> None:
    """Enter all that is asked for and send it."""
    page.bring()
    page.amendment.entry.edit(NUMBER, "20261118001")
    page.amendment.entry.edit(ACCOUNT, "6222020000000005561")
    page.amendment.capture("household_register")
    page.amendment.send()


def hub_says(rig: Rig, *outcomes: DeliveryOutcome) -> None:
    """Let the hub answer events."""
    outbox = store_of(rig).outbox
    outbox.mark_in_flight([outcome.event_id for outcome in outcomes], SAID_AT)
    outbox.record(outcomes, SAID_AT, retry_at=lambda _: SAID_AT)


def test_what_departments_ask_for_is_entered_and_queued(rig: Rig, page: ElsewhereViewModel) -> None:
    """All of it is needed and of the right form; then it is durable, is said, and is not taken twice."""
    assert (page.property("correctable"), page.property("offered")) == (True, "")
    assert "可以在这里交" in page.property("wayOn")
    page.bring()
    sheet = page.amendment
    assert [row.path for row in sheet.entry.field_rows()] == [NUMBER, ACCOUNT]
    assert [row.name for row in sheet.property("materials").rows()] == ["户口簿"]
    assert (sheet.property("doText"), "请在 11 月 25 日前补齐" in sheet.words) == ("提交补正", True)
    sheet.send()
    assert "户口簿" in sheet.notice
    sheet.capture("household_register")
    sheet.entry.edit(NUMBER, "20261118001")
    sheet.entry.edit(ACCOUNT, "12")
    sheet.send()
    assert "账号应是" in sheet.notice
    sheet.entry.edit(ACCOUNT, "6222020000000005561")
    sheet.write("家属送来")
    sheet.send()
    assert (sheet.asking, page.property("correctable")) == ("", False)
    assert page.property("offered").endswith("补正已在本机存好，正在送往省级平台")
    (line,) = rig.services.queue.lines()
    assert (line.kind, line.case_number, line.correctable, line.withdrawable) == (
        "correction_offered",
        FOREIGN,
        False,
        False,
    )
    store = store_of(rig)
    (entry,) = store.outbox.due(SAID_AT, max_items=9, max_bytes=1 << 20)
    offer = json.loads(entry.payload)
    assert offer["fields"] == {NUMBER: "20261118001", ACCOUNT: "6222020000000005561"}
    assert (offer["case_number"], offer["words"], offer["reason"], entry.rev) == (FOREIGN, "家属送来", "card", 1)
    assert [file["attachment_id"] for file in offer["attachments"]] == [
        file.attachment_id for file in entry.attachments
    ]
    counts = rig.services.queue.counts()
    assert (counts.pending, counts.delivered) == (1, 0)
    assert store.packets.case_numbers([entry.event_id]) == [FOREIGN]
    assert store.cases.all() == []
    assert store.cases.find(FOREIGN) == []


@pytest.mark.parametrize(("offers", "said"), [("open", "已有一次补正交来，等原受理点并入"), ("none", "")])
def test_a_hub_that_takes_none_is_offered_none(rig: Rig, offers: Literal["open", "none"], said: str) -> None:
    """One where an earlier one is open, an older one."""
    answer = msgspec.structs.replace(case_to_correct(), offers=offers)
    rig.desk.parts = replace(rig.desk.parts, elsewhere=Province(answer))
    page = opened(rig)
    assert (page.property("correctable"), page.property("offered")) == (False, said)
    page.bring()
    assert page.amendment.asking == ""


def test_what_this_program_does_not_know_is_left_to_the_cases_own_station(rig: Rig) -> None:
    """A matter with such a field is not taken; one whose department named nothing neither."""
    shown = case_to_correct()
    waits = next(one for one in shown.matters if one.state is MatterState.CORRECTION_REQUESTED)
    for wants in ((*waits.wanted_fields, "deceased.never_heard_of"), ()):
        changed = msgspec.structs.replace(waits, wanted_fields=wants, wanted_materials=())
        assert rig.services.offers.form(msgspec.structs.replace(shown, matters=(changed,))).matters == ()


def test_leaving_the_page_forgets_what_was_entered(page: ElsewhereViewModel) -> None:
    """As all else of the case."""
    page.bring()
    page.amendment.entry.edit(NUMBER, "20261118001")
    page.leave()
    assert (page.amendment.asking, page.amendment.entry.values()) == ("", {})
    page.bring()
    assert page.amendment.asking == ""


def test_how_an_offer_fares_is_said_on_both_pages(rig: Rig, page: ElsewhereViewModel) -> None:
    """Delivered, then put in by the case's own station: told by the hub, whatever page is open."""
    bring(page)
    (entry,) = store_of(rig).outbox.due(SAID_AT, max_items=9, max_bytes=1 << 20)
    centre = SyncCentreViewModel(rig.desk)
    hub_says(rig, DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED))
    assert opened(rig).property("offered") == "在这里 14:06 交的：补正已交到省级平台，等原受理点并入"
    ended = {"outcome": "settled", "words": "原受理点已并入", "at": SAID_AT}
    assert hub_tells(rig, "offer_ended", entry.case_id, ended) == 1
    assert hub_tells(rig, "offer_ended", "nobody", ended) == 0
    assert hub_tells(rig, "offer_ended", entry.case_id, ended | {"outcome": "waiting"}) == 0
    page.show_sync(sync_news(NOTHING, Contact(), rig.desk))
    assert page.property("offered").endswith("补正已由原受理点并入")
    centre.refresh()
    assert [(row.number, row.words) for row in centre.property("offers").rows()] == [(FOREIGN, "补正已由原受理点并入")]
    again = opened(rig)
    assert again.property("offered").endswith("补正已由原受理点并入")
    assert again.property("correctable")


def test_an_offer_that_the_hub_refused_is_sent_again_or_put_away(rig: Rig, page: ElsewhereViewModel) -> None:
    """It opens no case of ours, for there is none; put away, it is not sent and not counted any more."""
    bring(page)
    (entry,) = store_of(rig).outbox.due(SAID_AT, max_items=9, max_bytes=1 << 20)
    words = "这一件已有别处交来的补正"
    hub_says(rig, DeliveryOutcome(entry.event_id, OutcomeStatus.REJECTED, "offer_open", words))
    centre = SyncCentreViewModel(rig.desk)
    centre.refresh()
    (row,) = centre.property("lines").rows()
    assert (row.kind, row.words, row.again, row.correctable, row.withdrawable) == ("异地补正", words, True, False, True)
    assert "可以撤回" in row.way
    gone: list[tuple[Page, str]] = []
    rig.desk.go = lambda page, subject: gone.append((page, subject))
    centre.openCase(row.number)
    assert gone == [(Page.ELSEWHERE, FOREIGN)]
    assert store_of(rig).cases.all() == []
    centre.openSheet(row.number, "withdraw")
    assert centre.property("lines").rows() == ()
    assert [offer.state for offer in rig.services.offers.made()] == [OfferState.PUT_AWAY]
    assert rig.services.queue.counts().withdrawn == 0
    assert opened(rig).property("correctable")


def test_a_day_ends_behind_an_offer(rig: Rig, page: ElsewhereViewModel, tmp_path: Path) -> None:
    """It is one of the day's events, and no case that the day end could belong to."""
    bring(page)
    with pytest.raises(InputError) as nothing:
        rig.services.day_end.close(ACTOR)
    assert nothing.value.code is ErrorCode.NOTHING_TO_CLOSE
    case = take_in(rig, tmp_path)
    closed = rig.services.day_end.close(ACTOR)
    assert (closed.cases, closed.events) == (1, 2)
    assert rig.services.cases.look_again(case.case_number).rev == 2


def test_an_offers_payload_hides_what_it_says() -> None:
    """As every payload does."""
    offer = CorrectionOffered(
        case_number=FOREIGN,
        operator="1",
        reason="card",
        proof="p",
        offered_at=SAID_AT,
        matters=(MatterId("04"),),
        fields={ACCOUNT: "6222020000000005561"},
        attachments=(),
        words="",
    )
    assert "6222" not in repr(offer)


def test_a_page_that_was_asked_for_before_the_offer_takes_no_second_one(rig: Rig, page: ElsewhereViewModel) -> None:
    """Put in or not, what it shows is answered; asked for anew, the case says what is wanted then."""
    rig.clock.pass_by(minutes=1)
    bring(page)
    (entry,) = store_of(rig).outbox.due("2026-11-18T06:08:00.000Z", max_items=9, max_bytes=1 << 20)
    hub_says(rig, DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED))
    hub_tells(rig, "offer_ended", entry.case_id, {"outcome": "settled", "words": "原受理点已并入", "at": SAID_AT})
    page.show_sync(sync_news(NOTHING, Contact(), rig.desk))
    assert page.property("offered").endswith("补正已由原受理点并入")
    assert not page.property("correctable")
    rig.clock.pass_by(minutes=1)
    assert opened(rig).property("correctable")
