"""What follows in a case, at every hub: corrections with files, withdrawals, low ratings, the list of the deceased."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from hub_rigs import QUICK, RunningHub, identity
from hub_talk import ask, case, event, refusal, told, verdict
from store_rigs import file_of

from kiosk.clock import SystemClock, iso
from kiosk.domain.case import Attachment, MatterState
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, CaseId, MatterId
from kiosk.packets.events import (
    CaseCorrected,
    CaseReopened,
    CaseWithdrawn,
    amendment_payload,
    rating_given_payload,
)
from kiosk.ports.sync import AttachmentManifest, OutboxEntry
from sync.client import HubClient
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.database import open_database
from sync.hub.departments import Said, say


def corrected(case_id: CaseId, rev: int, matters: list[str], *files: tuple[Attachment, bytes]) -> OutboxEntry:
    """Make the event of a correction."""
    payload = amendment_payload(
        CaseCorrected(
            case_number="X",
            operator="0301",
            corrected_at="2026-11-18T02:00:00.000Z",
            matters=tuple(MatterId(matter) for matter in matters),
            fields={},
            materials=(),
            attachments=tuple(attachment for attachment, _ in files),
            words="",
        )
    )
    manifest = tuple(
        AttachmentManifest(AttachmentId(a.attachment_id), a.sha256, a.size, a.media_type, a.pages) for a, _ in files
    )
    return event("case_corrected", case_id, rev, payload, manifest)


def moved(kind: str, case_id: CaseId, rev: int, matters: list[str]) -> OutboxEntry:
    """Make the event of a withdrawal, or of going on."""
    names = tuple(MatterId(matter) for matter in matters)
    at, reason = "2026-11-18T02:00:00.000Z", "家属另有安排"
    if kind == "case_withdrawn":
        body: CaseWithdrawn | CaseReopened = CaseWithdrawn(
            case_number="X", operator="0301", withdrawn_at=at, matters=names, reason=reason
        )
    else:
        body = CaseReopened(case_number="X", operator="0301", reopened_at=at, matters=names, reason=reason)
    return event(kind, case_id, rev, amendment_payload(body))


def matters_of(hub: RunningHub, case_id: CaseId) -> dict[str, str]:
    """Give the states of a case's matters."""
    held = next(one for one in hub.contents()["cases"] if one["case_id"] == case_id)
    return {matter["id"]: matter["state"] for matter in held["matters"]}


def department_says(hub: RunningHub, case_id: CaseId, matter_id: str, state: MatterState) -> None:
    """Let a department speak."""
    with closing(open_database(hub.database_url)) as database, database.write() as connection:
        say(connection, case_id, matter_id, Said(state, "请补"), iso(SystemClock().now()))


def clerk(hub: RunningHub) -> None:
    """Let the clerk do all that is due."""
    with closing(open_database(hub.database_url)) as database:
        desk = TrainingClerk(database, SystemClock(), ClerkScript(accept_s=0, step_s=0, put_right_s=0))
        for _ in range(40):
            if not desk.work():
                return


def upload(client: HubClient, file: tuple[Attachment, bytes]) -> None:
    """Hand over a file."""
    attachment, data = file
    client.upload(attachment.attachment_id, 0, data, attachment.size)


def lines(client: HubClient) -> list[tuple[str, str, dict[str, object]]]:
    """Read the whole feed."""
    answer = client.changes("")
    return [(line.kind, line.case_id, json.loads(bytes(line.body))) for line in answer.changes]


def test_a_correction_answers_once_its_files_are_whole(client: HubClient, hub: RunningHub) -> None:
    """Received is not answered: the department goes on when every byte is there."""
    entry = case()
    told(client, entry)
    matter_id = next(iter(matters_of(hub, entry.case_id)))
    department_says(hub, entry.case_id, matter_id, MatterState.CORRECTION_REQUESTED)
    file = file_of()
    (answer,) = told(client, corrected(entry.case_id, 2, [matter_id], file))
    assert answer.missing == (file[0].attachment_id,)
    assert matters_of(hub, entry.case_id)[matter_id] == "correction_requested"
    upload(client, file)
    assert matters_of(hub, entry.case_id)[matter_id] == "taken_in"


def test_an_earlier_correction_does_not_answer_a_later_request(client: HubClient, hub: RunningHub) -> None:
    """What came before the department asked again is not an answer to it."""
    entry = case()
    told(client, entry)
    matter_id = next(iter(matters_of(hub, entry.case_id)))
    department_says(hub, entry.case_id, matter_id, MatterState.CORRECTION_REQUESTED)
    told(client, corrected(entry.case_id, 2, [matter_id]))
    department_says(hub, entry.case_id, matter_id, MatterState.CORRECTION_REQUESTED)
    told(client, corrected(entry.case_id, 3, []))
    assert matters_of(hub, entry.case_id)[matter_id] == "correction_requested"


def test_a_correction_that_announces_other_files_than_it_names_is_refused(client: HubClient) -> None:
    """The case stays as it was, and the next right rev is still taken."""
    entry = case()
    told(client, entry)
    wrong = corrected(entry.case_id, 2, [], file_of())
    bare = event("case_corrected", entry.case_id, 2, wrong.payload)
    assert verdict(told(client, bare)[0]) == ("rejected", "manifest_differs")
    assert verdict(told(client, corrected(entry.case_id, 2, []))[0]) == ("received", "")


def test_matters_are_taken_back_and_those_that_ended_are_told_as_they_are(client: HubClient, hub: RunningHub) -> None:
    """A matter that nobody knows is passed over; one that had ended stays, and the terminal hears of it again."""
    entry = case()
    told(client, entry)
    first, *others = matters_of(hub, entry.case_id)
    department_says(hub, entry.case_id, first, MatterState.FINISHED)
    before = len(lines(client))
    names = [first, *others, "nobody"]
    assert verdict(told(client, moved("case_withdrawn", entry.case_id, 2, names))[0]) == ("received", "")
    assert matters_of(hub, entry.case_id) == {first: "finished"} | dict.fromkeys(others, "withdrawn")
    told_again = [body["state"] for kind, case_id, body in lines(client)[before:] if case_id == entry.case_id]
    assert told_again == ["finished"]
    told(client, moved("case_reopened", entry.case_id, 3, others))
    assert set(matters_of(hub, entry.case_id).values()) == {"finished", "taken_in"}


def test_a_case_taken_back_before_its_files_are_whole_is_not_accepted(client: HubClient, hub: RunningHub) -> None:
    """It comes to the clerk's desk when it is whole, and ends there as it was taken back."""
    file = file_of()
    entry = case(file)
    told(client, entry)
    names = list(matters_of(hub, entry.case_id))
    told(client, moved("case_withdrawn", entry.case_id, 2, names), moved("case_reopened", entry.case_id, 3, names))
    clerk(hub)
    assert set(matters_of(hub, entry.case_id).values()) <= {"taken_in", "awaiting_verification"}
    told(client, moved("case_withdrawn", entry.case_id, 4, names))
    upload(client, file)
    clerk(hub)
    held = next(one for one in hub.contents()["cases"] if one["case_id"] == entry.case_id)
    assert (held["state"], held["official_number"]) == ("withdrawn", None)


def test_a_department_cannot_make_a_move_that_is_not_in_the_table(client: HubClient, hub: RunningHub) -> None:
    """What is finished is not accepted afterwards; an unknown matter is none."""
    entry = case()
    told(client, entry)
    matter_id = next(iter(matters_of(hub, entry.case_id)))
    department_says(hub, entry.case_id, matter_id, MatterState.FINISHED)
    for wrong, state in ((matter_id, MatterState.ACCEPTED), ("nobody", MatterState.FINISHED)):
        with pytest.raises(InputError) as refused:
            department_says(hub, entry.case_id, wrong, state)
        assert refused.value.code in {ErrorCode.CASE_MOVE_NOT_ALLOWED, ErrorCode.MATTER_UNKNOWN}


def test_a_low_rating_gets_one_day_and_one_answer(client: HubClient, hub: RunningHub) -> None:
    """A second one changes nothing and is received all the same; a good one asks for nothing."""
    entry, glad = case(), case()
    told(client, entry, glad)
    for rev in (2, 3):
        payload = rating_given_payload("X", 1, "等得太久", "2026-11-18T02:00:00.000Z")
        assert verdict(told(client, event("rating_given", entry.case_id, rev, payload))[0]) == ("received", "")
    told(client, event("rating_given", glad.case_id, 2, rating_given_payload("X", 5, "", "2026-11-18T02:00:00.000Z")))
    clerk(hub)
    clerk(hub)
    bodies = [(case_id, body) for kind, case_id, body in lines(client) if kind == "rating_handled"]
    assert [(case_id, "answer" in body) for case_id, body in bodies] == [(entry.case_id, False), (entry.case_id, True)]


def test_the_list_of_the_deceased_refuses_a_place_that_is_none(hub: RunningHub) -> None:
    """Only a number is a place."""
    assert refusal(ask(hub, "GET", "/v1/digests?after=x")) == (422, "request_invalid")


def test_the_list_gives_each_case_of_others_once_in_order(client: HubClient, hub: RunningHub) -> None:
    """Our own cases are left out, and still the place moves on."""
    told(client, case(), case())
    mine = client.digests(0)
    assert mine.lines == ()
    other = HubClient(hub.url, identity("T-2"), "0.1.0", SystemClock(), timeouts=QUICK)
    with closing(other):
        page = other.digests(0)
        numbers = {json.loads(bytes(line))["case_number"] for line in page.lines}
        assert len(numbers) == len(page.lines) >= 2
        assert page.next_after == mine.next_after
        assert other.digests(page.next_after).lines == ()
        told(client, case())
        assert len(other.digests(page.next_after).lines) == 1
