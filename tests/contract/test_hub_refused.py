"""What the hub refused is put right at the counter, or taken back: over real HTTP, at a hub on each database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_rigs import FaultyLink, RunningHub, Terminal, faulty_link, problem_answer, terminal
from hub_talk import event
from store_rigs import application_of, file_of

from kiosk.clock import iso
from kiosk.domain import fill
from kiosk.domain.application import decode, encode
from kiosk.domain.case import Attachment, Case, Delivery
from kiosk.domain.lifecycle import MatterEvent
from kiosk.ids import CaseId, EventId, OperatorId
from kiosk.packets.events import (
    CaseCorrected,
    CaseReopened,
    CaseWithdrawn,
    EventKind,
    amendment_payload,
    rating_given_payload,
)
from kiosk.ports.store import Amendment, JournalLine

ACTOR = OperatorId("0301")
WRONG, RIGHT = "13800000000", "13900000001"
"""Telephone numbers; what holds the wrong one does not get through to the hub."""
_File = tuple[Attachment, bytes]


@pytest.fixture
def link(hub: RunningHub) -> Iterator[FaultyLink]:
    """Put a link before it that refuses, as a hub would, whatever holds the wrong number."""
    with faulty_link(hub.port) as between:
        between.poison, between.poison_answer = WRONG.encode(), problem_answer(422, "payload_invalid")
        yield between


@pytest.fixture
def counter(tmp_path: Path, link: FaultyLink) -> Iterator[Terminal]:
    """Put a terminal before it."""
    with terminal(tmp_path / "terminal", link.url) as station:
        yield station


def taken_in(counter: Terminal, *files: _File, phone: str = WRONG) -> Case:
    """Take in a case and do a round."""
    application = encode(fill.set_field(decode(application_of()), "applicant.phone", phone))
    at = iso(counter.clock.now())
    taken = counter.take_in(*files, application=application, taken_in_at=at)
    counter.round()
    return counter.store.cases.get(taken.case_number)


def correct(counter: Terminal, case: Case, phone: str, *files: _File) -> EventId:
    """Correct a telephone number, and perhaps bring files."""
    payload = amendment_payload(
        CaseCorrected(
            case_number=case.case_number,
            operator=ACTOR,
            corrected_at=iso(counter.clock.now()),
            matters=(),
            fields={"applicant.phone": phone},
            materials=(),
            attachments=tuple(attachment for attachment, _ in files),
            words="",
        )
    )
    application = encode(fill.set_field(decode(case.application), "applicant.phone", phone))
    amendment = Amendment(
        case.case_id, EventKind.CASE_CORRECTED, MatterEvent.CORRECTED, ACTOR, application=application, files=files
    )
    return counter.store.amendments.amend(amendment, lambda _rev: payload)


def move(counter: Terminal, case: Case, kind: EventKind) -> None:
    """Take all matters of a case back, or go on with them."""
    matters = tuple(matter.matter_id for matter in case.matters)
    at, number = iso(counter.clock.now()), case.case_number
    moved: CaseWithdrawn | CaseReopened
    if kind is EventKind.CASE_WITHDRAWN:
        step = MatterEvent.WITHDRAWN
        moved = CaseWithdrawn(case_number=number, operator=ACTOR, withdrawn_at=at, matters=matters, reason="测试")
    else:
        step = MatterEvent.REOPENED
        moved = CaseReopened(case_number=number, operator=ACTOR, reopened_at=at, matters=matters, reason="测试")
    amendment = Amendment(case.case_id, kind, step, ACTOR, matters, "测试")
    counter.store.amendments.amend(amendment, lambda _rev: amendment_payload(moved))


def rate(counter: Terminal, case: Case) -> None:
    """Rate a case."""
    payload = rating_given_payload(case.case_number, 5, "", iso(counter.clock.now()))
    line = JournalLine(EventKind.RATING_GIVEN, ACTOR, case.case_number)
    counter.store.cases.append_event(case.case_id, EventKind.RATING_GIVEN, lambda _rev: payload, line)


def events(counter: Terminal, case: Case) -> list[dict[str, Any]]:
    """List a case's events here, in the order in which they were made."""
    return counter.store._database.rows(
        "select event_id, kind, rev, state, attempts from outbox where case_id = ? order by seq", (case.case_id,)
    )


def at_hub(hub: RunningHub, case_id: CaseId) -> dict[str, Any] | None:
    """Give what the hub has of a case."""
    return next((one for one in hub.contents()["cases"] if one["case_id"] == case_id), None)


def kinds_at_hub(hub: RunningHub, case: Case) -> list[tuple[str, int]]:
    """List kind and rev of a case's events at the hub."""
    held = at_hub(hub, case.case_id)
    assert held is not None
    assert held["case_number"] == case.case_number
    assert all(file["verified"] for file in held["attachments"])
    return [(one["kind"], one["rev"]) for one in sorted(held["events"], key=lambda one: int(one["rev"]))]


def test_a_case_that_was_refused_is_corrected_and_arrives_whole(counter: Terminal, hub: RunningHub) -> None:
    """Under its number, with the files of then and of now; the refused event is kept and never sent again."""
    case = taken_in(counter, file_of())
    assert counter.states() == [("needs_attention", "payload_invalid")]
    correct(counter, case, RIGHT, file_of(2000, "household_register"))
    assert [(e["kind"], e["rev"], e["state"]) for e in events(counter, case)] == [
        ("case_taken_in", 1, "superseded"),
        ("case_taken_in", 1, "pending"),
        ("case_corrected", 2, "pending"),
    ]
    assert counter.round().code == ""
    assert counter.states() == []
    assert kinds_at_hub(hub, case) == [("case_taken_in", 1), ("case_corrected", 2)]
    now = counter.store.cases.get(case.case_number)
    assert (now.delivery, now.delivered_at is not None) == (Delivery.DELIVERED, True)
    assert [(refusal.code, refusal.superseded) for refusal in now.refusals] == [("payload_invalid", True)]
    counts = counter.store.outbox.counts()
    assert (counts.delivered, counts.needs_attention, counts.bytes_left) == (1, 0, 0)


def test_nothing_brings_a_superseded_event_on_its_way_again(counter: Terminal, hub: RunningHub) -> None:
    """Not a person, not a comparison, not a hub that says it misses it; and both sides' digests agree without it."""
    case = taken_in(counter)
    old = EventId(events(counter, case)[0]["event_id"])
    correct(counter, case, RIGHT)
    counter.round()
    outbox, now = counter.store.outbox, iso(counter.clock.now())
    outbox.requeue([old], now)
    outbox.send_again(old, now)
    outbox.retry_now(now)
    outbox.recover()
    outbox.shelve(old, now, code="x", words="")
    assert events(counter, case)[0]["state"] == "superseded"
    assert old not in {event_id for event_id, _ in outbox.held(1, 99).events}
    assert counter.store.packets.settled([old]) == {old}
    assert old not in {event_id for _, event_id in counter.store.packets.to_seal(0, "", limit=99)}
    counter.clock.move(days=2)
    counter.round()
    assert events(counter, case)[0] | {"event_id": ""} == {
        "event_id": "",
        "kind": "case_taken_in",
        "rev": 1,
        "state": "superseded",
        "attempts": 1,
    }
    assert kinds_at_hub(hub, case) == [("case_taken_in", 1), ("case_corrected", 2)]


def test_what_waited_behind_a_refused_case_follows_it(counter: Terminal, hub: RunningHub) -> None:
    """A rating and a correction that waited go behind it in their order, and the newest value is the last word."""
    case = taken_in(counter)
    rate(counter, case)
    correct(counter, case, WRONG, file_of())
    rate(counter, case)
    counter.round()
    states = [state for state, _ in counter.states()]
    assert states == ["needs_attention", "needs_attention", "pending", "pending"]
    correct(counter, counter.store.cases.get(case.case_number), RIGHT)
    assert counter.round().code == ""
    assert counter.states() == []
    assert kinds_at_hub(hub, case) == [
        ("case_taken_in", 1),
        ("rating_given", 2),
        ("case_corrected", 3),
        ("rating_given", 4),
        ("case_corrected", 5),
    ]
    superseded = [e["kind"] for e in events(counter, case) if e["state"] == "superseded"]
    assert superseded == ["case_taken_in", "case_taken_in", "case_corrected"]


def test_a_correction_that_was_refused_is_corrected(counter: Terminal, hub: RunningHub) -> None:
    """It is written anew in its place with the value as it is now and with its files, and the next one follows."""
    case = taken_in(counter, phone=RIGHT)
    correct(counter, case, WRONG, file_of())
    counter.round()
    assert counter.states() == [("needs_attention", "payload_invalid")]
    correct(counter, counter.store.cases.get(case.case_number), RIGHT)
    counter.round()
    assert counter.states() == []
    assert kinds_at_hub(hub, case) == [("case_taken_in", 1), ("case_corrected", 2), ("case_corrected", 3)]
    assert counter.store.cases.get(case.case_number).delivery is Delivery.DELIVERED


def test_a_place_that_is_taken_at_the_hub_is_left_to_it(counter: Terminal, hub: RunningHub) -> None:
    """What an older copy of the database lost stays; what was refused for it goes behind the hub's highest rev."""
    case = taken_in(counter, phone=RIGHT)
    for rev in (2, 3):
        lost = event("rating_given", case.case_id, rev, rating_given_payload("X", 5, "", "2026-11-18T02:00:00.000Z"))
        assert [one.status for one in counter.client.announce(counter.client.batch("f" * 32, [lost])).results] == [
            "received"
        ]
    correct(counter, case, RIGHT, file_of())
    counter.round()
    assert counter.states() == [("needs_attention", "rev_taken")]
    correct(counter, counter.store.cases.get(case.case_number), RIGHT)
    counter.round()
    assert counter.states() == []
    assert kinds_at_hub(hub, case)[3:] == [("case_corrected", 4), ("case_corrected", 5)]


def test_what_says_nothing_of_a_case_gives_its_place_up(counter: Terminal, hub: RunningHub, link: FaultyLink) -> None:
    """A rating that the hub refuses does not hold up the corrections behind it."""
    case = taken_in(counter, phone=RIGHT)
    link.poison = b"rating_given"
    rate(counter, case)
    counter.round()
    assert counter.states() == [("needs_attention", "payload_invalid")]
    correct(counter, case, RIGHT)
    counter.round()
    assert counter.states() == []
    assert kinds_at_hub(hub, case) == [("case_taken_in", 1), ("case_corrected", 2)]


def test_a_case_that_never_arrived_is_taken_back_here(counter: Terminal, hub: RunningHub, link: FaultyLink) -> None:
    """Nothing of it is sent any more, not what comes later either; it is counted and kept, and no day waits for it."""
    case = taken_in(counter, file_of())
    move(counter, case, EventKind.CASE_WITHDRAWN)
    rate(counter, case)
    link.seen.clear()
    counter.round()
    assert ("POST", "/v1/batches") not in link.seen
    assert {e["state"] for e in events(counter, case)} == {"withdrawn"}
    assert at_hub(hub, case.case_id) is None
    counts = counter.store.outbox.counts()
    assert (counts.withdrawn, counts.delivered, counts.needs_attention, counts.pending) == (1, 0, 0, 0)
    assert counts.bytes_left == 0
    now = counter.store.cases.get(case.case_number)
    assert (now.delivery, now.correctable) == (Delivery.WITHDRAWN, False)
    assert [refusal.code for refusal in now.refusals] == ["payload_invalid"]
    count = counter.store.day_ends.count()
    assert (count.cases, count.events, count.news) == (0, 0, 0)
    kinds = [str(line["kind"]) for line in counter.store.journal.lines()]
    assert kinds.count("case_withdrawn") == 1


def test_a_day_that_was_closed_behind_a_case_that_never_arrived_is_closed_with_the_next(counter: Terminal) -> None:
    """The day end went nowhere with the case that it hung on: the next one begins where that one began."""
    good, bad = taken_in(counter, phone=RIGHT), taken_in(counter)
    ends = counter.store.day_ends
    counter.store.outbox.send_again(EventId(events(counter, bad)[0]["event_id"]), iso(counter.clock.now()))
    closed = ends.close(lambda _count, _digest, _now: (b"{}", ""), ACTOR)
    assert (closed.first_seq, closed.cases) == (1, 2)
    assert [e["kind"] for e in events(counter, bad)] == ["case_taken_in", "day_closed"]
    counter.round()
    move(counter, bad, EventKind.CASE_WITHDRAWN)
    count = ends.count()
    assert (count.first_seq, count.cases, count.delivered) == (1, 1, 1)
    assert count.last_case == (good.case_id, good.case_number)
    again = ends.close(lambda _count, _digest, _now: (b"{}", ""), ACTOR)
    assert (again.first_seq, again.cases, again.last_seq > closed.last_seq) == (1, 1, True)
    assert ends.count().first_seq == again.last_seq + 1


def test_a_family_goes_on_after_all_with_a_case_that_never_arrived(counter: Terminal, hub: RunningHub) -> None:
    """It is sent once more, refused once more, put right, and arrives with all that happened to it."""
    case = taken_in(counter)
    move(counter, case, EventKind.CASE_WITHDRAWN)
    move(counter, case, EventKind.CASE_REOPENED)
    counter.round()
    assert [state for state, _ in counter.states()] == ["needs_attention", "pending", "pending"]
    correct(counter, counter.store.cases.get(case.case_number), RIGHT)
    counter.round()
    assert counter.states() == []
    assert [kind for kind, _ in kinds_at_hub(hub, case)] == [
        "case_taken_in",
        "case_withdrawn",
        "case_reopened",
        "case_corrected",
    ]


def test_a_case_that_was_taken_back_here_and_is_at_the_hub_is_taken_back_there(
    counter: Terminal, hub: RunningHub
) -> None:
    """A stick had carried it: as soon as the hub speaks of it, the withdrawal goes there."""
    case = taken_in(counter)
    entry = counter.store.outbox.entry(EventId(events(counter, case)[0]["event_id"]))
    move(counter, case, EventKind.CASE_WITHDRAWN)
    with terminal(counter.folder.with_name("stick"), hub.url) as stick:
        stick.client.announce(stick.client.batch(counter.store.outbox.state().epoch, [entry]))
    assert counter.round().changes >= 1
    counter.speak_with(stick.client)  # the line lets everything through now
    counter.round()
    assert counter.states() == []
    assert kinds_at_hub(hub, case) == [("case_taken_in", 1), ("case_withdrawn", 2)]
    held = at_hub(hub, case.case_id)
    assert held is not None
    assert {matter["state"] for matter in held["matters"]} == {"withdrawn"}


def test_a_refused_event_that_is_at_the_hub_all_the_same_has_its_place_again(
    counter: Terminal, hub: RunningHub, link: FaultyLink
) -> None:
    """A stick had carried it: what was written anew gives way, and the correction behind it says what is different."""
    case = taken_in(counter, file_of())
    old = EventId(events(counter, case)[0]["event_id"])
    entry = counter.store.outbox.entry(old)
    correct(counter, case, RIGHT)
    with terminal(counter.folder.with_name("stick"), hub.url) as stick:
        stick.client.announce(stick.client.batch(counter.store.outbox.state().epoch, [entry]))
    counter.round()
    assert counter.states() == [("needs_attention", "rev_taken")]
    assert not counter.store.cases.get(case.case_number).correctable
    link.poison = b""
    counter.round()
    assert counter.states() == []
    assert [e["state"] for e in events(counter, case)] == ["delivered", "superseded", "delivered"]
    assert kinds_at_hub(hub, case) == [("case_taken_in", 1), ("case_corrected", 2)]
    assert counter.store._database.rows("select 1 from hub_only where event_id = ?", (old,)) == []


def test_a_hub_that_names_two_events_of_one_place_changes_nothing_the_second_time(counter: Terminal) -> None:
    """It went back in time between: the place has one event at every moment, and the round goes on."""
    case = taken_in(counter)
    correct(counter, case, WRONG)
    counter.round()
    correct(counter, counter.store.cases.get(case.case_number), RIGHT)
    first, second = [EventId(e["event_id"]) for e in events(counter, case) if e["state"] == "superseded"][:2]
    now = iso(counter.clock.now())
    counter.store.outbox.note_reconciled([first], now)
    counter.store.outbox.note_reconciled([second], now)
    places = [(e["event_id"], e["state"]) for e in events(counter, case) if e["rev"] == 1]
    assert [event_id for event_id, state in places if state != "superseded"] == [first]


def test_what_was_refused_on_the_way_and_is_at_the_hub_is_found_there(counter: Terminal, hub: RunningHub) -> None:
    """A gateway refused what the hub had taken before: the daily comparison finds it, and it counts as delivered."""
    case = taken_in(counter, file_of())
    entry = counter.store.outbox.entry(EventId(events(counter, case)[0]["event_id"]))
    with terminal(counter.folder.with_name("before"), hub.url) as before:
        before.client.announce(before.client.batch(counter.store.outbox.state().epoch, [entry]))
    assert counter.states() == [("needs_attention", "payload_invalid")]
    counter.speak_with(before.client)  # the line lets everything through now
    counter.clock.move(days=2)
    counter.round()
    assert counter.states() == []
    assert kinds_at_hub(hub, case) == [("case_taken_in", 1)]


def test_a_case_in_whose_place_the_hub_has_another_waits_for_people(counter: Terminal) -> None:
    """A draft of an older copy of the database, taken in once more: no correction may pass for the other case's."""
    counter.round()
    first = counter.take_in(taken_in_at=iso(counter.clock.now()))
    entry = counter.store.outbox.entry(EventId(counter.store.outbox.queue()[0].event_id))
    twin = event("case_taken_in", first.case_id, 1, entry.payload.replace(first.case_number.encode(), b"SHS-TWIN-1"))
    twin_number = json.loads(twin.payload)["case_number"]
    assert twin_number == "SHS-TWIN-1"
    counter.client.announce(counter.client.batch("e" * 32, [twin]))
    counter.round()
    (line,) = counter.store.outbox.queue()
    assert (line.error_code, line.correctable, line.withdrawable) == ("rev_taken", False, False)
    correct(counter, counter.store.cases.get(first.case_number), RIGHT)
    counter.round()
    assert counter.states() == [("needs_attention", "rev_taken"), ("pending", "")]


def test_what_is_refused_again_is_superseded_again(counter: Terminal, hub: RunningHub) -> None:
    """However often it takes, one event of each place is at the hub."""
    case = taken_in(counter)
    for _ in range(3):
        correct(counter, counter.store.cases.get(case.case_number), WRONG)
        counter.round()
        assert counter.states()[0] == ("needs_attention", "payload_invalid")
    correct(counter, counter.store.cases.get(case.case_number), RIGHT)
    counter.round()
    assert counter.states() == []
    assert [rev for _, rev in kinds_at_hub(hub, case)] == [1, 2, 3, 4, 5]
    assert counter.store.journal.verify() > 0
