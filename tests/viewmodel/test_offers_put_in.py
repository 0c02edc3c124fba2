"""补正通办 over real stores: a correction that another station took, put into the case here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from asked_case import ACTOR, ask, page_of, take_in
from command_rigs import JPEG
from offer_rigs import SAID_AT, hub_tells, store_of
from wizard_rig import Rig

from kiosk.domain.case import Case, CaseState, MatterState
from kiosk.errors import InputError
from kiosk.ids import AttachmentId, MaterialId, uuid7
from kiosk.packets.canonical import sha256_hex
from kiosk.packets.events import CaseCorrected
from kiosk.services.amendments import Correction

ACCOUNT = "payee.account"


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
        "at": SAID_AT,
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
        results.keep_part(wanted.result_id, data[:100], SAID_AT)
        assert rig.services.offers.put_in() == 0
        results.keep_part(wanted.result_id, data[100:], SAID_AT)


def corrections(rig: Rig) -> list[CaseCorrected]:
    """Read the corrections that are queued."""
    due = store_of(rig).outbox.due(SAID_AT, max_items=99, max_bytes=1 << 20)
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
    results.refuse(wanted.result_id, "result_unknown", SAID_AT)
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
    results.keep_part(wanted.result_id, bytes(len(JPEG)), SAID_AT)
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
    body: dict[str, Any] = {"offer_id": uuid7(), "terminal_id": "T", "station": "S", "operator": "1", "at": SAID_AT}
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
