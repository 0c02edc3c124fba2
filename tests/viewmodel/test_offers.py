"""补正通办 over real stores: a correction taken for a case of another station, and one that is put into a case here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from asked_case import ACTOR, ask, page_of, take_in
from command_rigs import JPEG
from province import FOREIGN, Province, case_to_correct
from wizard_rig import Rig, sample

from kiosk.domain.case import Case, CaseState, MatterState
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, MaterialId, MatterId, uuid7
from kiosk.packets.canonical import sha256_hex
from kiosk.packets.events import CaseCorrected, CorrectionOffered
from kiosk.ports.cards import CardRead
from kiosk.ports.offers import OfferState
from kiosk.ports.sync import Change, DeliveryOutcome, OutcomeStatus
from kiosk.services.amendments import Correction
from kiosk.store import SqliteStore
from ui.desk import Page
from ui.viewmodels.elsewhere import ElsewhereViewModel
from ui.viewmodels.sync_centre import SyncCentreViewModel

NUMBER, ACCOUNT = "deceased.cremation_number", "payee.account"
NOW = "2026-11-18T06:06:00.000Z"


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


def store_of(rig: Rig) -> SqliteStore:
    """Give the store that the services work on."""
    store = rig.services.offers._store
    assert isinstance(store, SqliteStore)
    return store


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
    outbox.mark_in_flight([outcome.event_id for outcome in outcomes], NOW)
    outbox.record(outcomes, NOW, retry_at=lambda _: NOW)


def hub_tells(rig: Rig, kind: str, case_id: str, body: dict[str, Any]) -> int:
    """Let a line of the feed come; gives whether it was applied."""
    store = store_of(rig)
    seq = len(store.journal.lines(limit=500))
    return store.outbox.apply([Change(seq, kind, case_id, json.dumps(body).encode())], str(seq), NOW)


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
    (entry,) = store.outbox.due(NOW, max_items=9, max_bytes=1 << 20)
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
    (entry,) = store_of(rig).outbox.due(NOW, max_items=9, max_bytes=1 << 20)
    centre = SyncCentreViewModel(rig.desk)
    hub_says(rig, DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED))
    assert opened(rig).property("offered") == "在这里 14:06 交的：补正已交到省级平台，等原受理点并入"
    ended = {"outcome": "settled", "words": "原受理点已并入", "at": NOW}
    assert hub_tells(rig, "offer_ended", entry.case_id, ended) == 1
    assert hub_tells(rig, "offer_ended", "nobody", ended) == 0
    assert hub_tells(rig, "offer_ended", entry.case_id, ended | {"outcome": "waiting"}) == 0
    centre.refresh()
    assert [(row.number, row.words) for row in centre.property("offers").rows()] == [(FOREIGN, "补正已由原受理点并入")]
    again = opened(rig)
    assert again.property("offered").endswith("补正已由原受理点并入")
    assert again.property("correctable")


def test_an_offer_that_the_hub_refused_is_sent_again_or_put_away(rig: Rig, page: ElsewhereViewModel) -> None:
    """It opens no case of ours, for there is none; put away, it is not sent and not counted any more."""
    bring(page)
    (entry,) = store_of(rig).outbox.due(NOW, max_items=9, max_bytes=1 << 20)
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


# ---- at the case's own counter


@pytest.fixture
def case(rig: Rig, tmp_path: Path) -> Case:
    """Take in a case, of which two departments want something."""
    case = take_in(rig, tmp_path)
    ask(rig, case.case_id, case.matters[0].matter_id, materials=["household_register"], fields=[ACCOUNT])
    return rig.services.cases.look_again(case.case_number)


def brought(rig: Rig, case: Case, *files: bytes, change: Callable[[dict[str, Any]], None] = lambda _: None) -> str:
    """Let the feed tell of an offer; gives its id."""
    body: dict[str, Any] = {
        "offer_id": uuid7(),
        "terminal_id": "370103-W01",
        "station": "测试市第二便民服务中心",
        "operator": "0302",
        "at": NOW,
        "matters": [case.matters[0].matter_id],
        "fields": {ACCOUNT: "6222020000000005561"},
        "files": [described(data) for data in files],
        "words": "家属送来",
    }
    change(body)
    assert hub_tells(rig, "correction_offered", case.case_id, body) == 1
    return str(body["offer_id"])


def described(data: bytes) -> dict[str, Any]:
    """Describe a page of the household register."""
    told = {"attachment_id": uuid7(), "material_id": "household_register", "media_type": "image/jpeg", "pages": 1}
    return told | {"size": len(data), "sha256": sha256_hex(data)}


def fetch(rig: Rig, *files: bytes) -> None:
    """Let the files come, in two parts each."""
    results = store_of(rig).outbox.results
    for data in files:
        wanted = results.wanted()
        assert wanted is not None
        results.keep_part(wanted.result_id, data[:100], NOW)
        assert rig.services.offers.put_in() == 0
        results.keep_part(wanted.result_id, data[100:], NOW)


def corrections(rig: Rig) -> list[CaseCorrected]:
    """Read the corrections that are queued."""
    due = store_of(rig).outbox.due(NOW, max_items=99, max_bytes=1 << 20)
    return [msgspec.json.decode(one.payload, type=CaseCorrected) for one in due if one.kind == "case_corrected"]


def test_an_offer_is_put_in_once_when_its_files_are_here(rig: Rig, case: Case) -> None:
    """As if the family stood here: values, pages, matters; the journal names who took it, and nothing is left of it."""
    offer_id = brought(rig, case, JPEG)
    page = page_of(rig, case)
    coming = page.property("brought")
    assert ("正在传来" in coming, "收款账号" in coming, "6222" in coming) == (True, True, False)
    page.reveal()
    assert "6222020000000005561" in page.property("brought")
    assert rig.services.results.of_case(case.case_number) == []
    fetch(rig, JPEG)
    assert rig.services.offers.put_in() == 1
    assert rig.services.offers.put_in() == 0
    (event,) = corrections(rig)
    assert (event.offer_id, event.operator, event.words) == (offer_id, "0302@370103-W01", "家属送来")
    assert event.fields == {ACCOUNT: "6222020000000005561"}
    after = rig.services.cases.look_again(case.case_number)
    assert (after.rev, after.state) == (2, CaseState.TAKEN_IN)
    store = store_of(rig)
    (file,) = event.attachments
    assert store.cases.read_attachment(AttachmentId(file.attachment_id)) == JPEG
    assert store._database.value("select count(*) from results") == 0
    assert store._database.value("select count(*) from result_parts") == 0
    kept = next(line for line in store.journal.lines() if line["kind"] == "case_corrected")
    assert kept["actor"] == "0302@370103-W01"
    page.refresh()
    assert (page.property("brought"), page.property("attention")) == ("", False)


def test_a_line_that_comes_again_brings_nothing_again(rig: Rig, case: Case) -> None:
    """The feed is read from its beginning after the hub was restored."""
    bodies: list[dict[str, Any]] = []

    def change(body: dict[str, Any]) -> None:
        body.update(fields={}, files=[described(JPEG)])
        bodies.append(body)

    brought(rig, case, change=change)
    hub_tells(rig, "correction_offered", case.case_id, bodies[0])
    with pytest.raises(InputError):
        put_in_twice(rig, case)
    assert len(rig.services.offers.brought(case.case_number)) == 1


def put_in_twice(rig: Rig, case: Case) -> None:
    """Put an offer in that says it is another's."""
    (offer,) = rig.services.offers.brought(case.case_number)
    strange = replace(offer, offer_id="nobody", fields={ACCOUNT: "6222020000000005561"})
    file = rig.services.pages.clean(JPEG)
    correction = Correction(strange.fields, [(MaterialId("household_register"), file)], "", strange)
    rig.services.amendments.correct(case.case_number, correction, ACTOR)


def test_what_cannot_be_put_in_waits_for_a_person_with_the_reason(rig: Rig, case: Case) -> None:
    """Others go on; once the clerk has corrected the case it is forgotten."""
    brought(rig, case)
    assert rig.services.offers.put_in() == 0
    page = page_of(rig, case)
    assert page.property("broughtAside")
    assert "没能自动并入" in page.property("brought")
    assert "CAS-15" in page.property("brought")
    page.putIn()
    assert page.property("broughtAside")
    assert corrections(rig) == []
    page.amendment.open("correct")
    page.amendment.capture("household_register")
    page.amendment.send()
    assert page.property("brought") == ""
    assert [event.offer_id for event in corrections(rig)] == [""]
    assert rig.services.offers.put_in() == 0


def test_a_file_that_the_hub_does_not_give_is_asked_for_again(rig: Rig, case: Case) -> None:
    """A person sees why nothing comes, and may ask once more."""
    brought(rig, case, JPEG)
    results = store_of(rig).outbox.results
    wanted = results.wanted()
    assert wanted is not None
    results.refuse(wanted.result_id, "result_unknown", NOW)
    assert rig.services.offers.put_in() == 0
    page = page_of(rig, case)
    assert page.property("broughtAside")
    page.putIn()
    assert not page.property("broughtAside")
    fetch(rig, JPEG)
    assert rig.services.offers.put_in() == 1


def test_other_bytes_than_were_named_are_not_taken(rig: Rig, case: Case) -> None:
    """The hash that the feed said is what counts."""
    brought(rig, case, JPEG)
    results = store_of(rig).outbox.results
    wanted = results.wanted()
    assert wanted is not None
    results.keep_part(wanted.result_id, bytes(len(JPEG)), NOW)
    assert rig.services.offers.put_in() == 0
    assert page_of(rig, case).property("broughtAside")
    assert corrections(rig) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"matters": []},
        {"fields": 3},
        {"files": [{"attachment_id": "x"}]},
        {"files": [described(b"x") | {"size": 21 << 20}]},
        {"offer_id": ""},
    ],
)
def test_a_line_that_is_none_is_set_aside(rig: Rig, case: Case, wrong: dict[str, Any]) -> None:
    """With its reason, and nothing else happens."""
    body: dict[str, Any] = {"offer_id": uuid7(), "terminal_id": "T", "station": "S", "operator": "1", "at": NOW}
    body |= {"matters": ["04"], "fields": {}, "files": [], "words": ""}
    assert hub_tells(rig, "correction_offered", case.case_id, body | wrong) == 0
    assert rig.services.offers.brought(case.case_number) == []


def test_an_offer_leaves_other_matters_alone(rig: Rig, case: Case) -> None:
    """Another department waits for something else: that one goes on waiting, and this is put in without it."""
    other = case.matters[1].matter_id
    ask(rig, case.case_id, other, words="请补", materials=["death_certificate"])
    brought(rig, case, JPEG)
    fetch(rig, JPEG)
    assert rig.services.offers.put_in() == 1
    states = {m.matter_id: m.state for m in rig.services.cases.look_again(case.case_number).matters}
    assert states[other] is MatterState.CORRECTION_REQUESTED
    assert states[case.matters[0].matter_id] is MatterState.TAKEN_IN


def test_an_offers_payload_hides_what_it_says() -> None:
    """As every payload does."""
    offer = CorrectionOffered(
        case_number=FOREIGN,
        operator="1",
        reason="card",
        proof="p",
        offered_at=NOW,
        matters=(MatterId("04"),),
        fields={ACCOUNT: "6222020000000005561"},
        attachments=(),
        words="",
    )
    assert "6222" not in repr(offer)
