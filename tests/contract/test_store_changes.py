"""What every `Store` must do with what the hub tells of a case."""

from __future__ import annotations

import json

from store_rigs import (
    NOW,
    matter_of,
    take_in,
)

from kiosk.domain.case import CaseState, Delivery, MatterState
from kiosk.ids import uuid7
from kiosk.ports.store import Store
from kiosk.ports.sync import Change, DeliveryOutcome, OutcomeStatus


def test_change_feed_moves_a_case(store: Store) -> None:
    """The hub's words reach the case and its matters, once, and the cursor is kept with them."""
    taken = take_in(store)
    changes = [
        Change(1, "case_accepted", taken.case_id, b'{"official_number":"37-1","at":"2026-11-19T01:00:00Z"}'),
        Change(
            2,
            "matter_state",
            taken.case_id,
            '{"matter_id":"04","state":"accepted","words":"已受理","at":"2026-11-19T01:00:00Z","due":"2026-11-30"}'.encode(),
        ),
    ]
    assert store.outbox.apply(changes, "c2", NOW) == 2
    assert store.outbox.apply(changes, "c2", NOW) == 0
    case = store.cases.get(taken.case_number)
    assert (case.state, case.official_number) == (CaseState.ACCEPTED, "37-1")
    assert (case.matters[0].state, case.matters[0].words, case.matters[0].due) == (
        MatterState.ACCEPTED,
        "已受理",
        "2026-11-30",
    )
    assert store.outbox.state().cursor == "c2"
    assert store.cases.find("37-1")[0].case_number == taken.case_number
    assert store.journal.verify() == 4


def test_changes_that_cannot_be_applied(store: Store) -> None:
    """An unknown case, kind, matter or state, or a garbled body, is set aside, and what follows is applied."""
    taken = take_in(store)
    changes = [
        Change(1, "case_accepted", uuid7(), b'{"official_number":"1","at":"x"}'),
        Change(2, "case_danced", taken.case_id, b"{}"),
        Change(3, "matter_state", taken.case_id, b'{"matter_id":"99","state":"accepted","at":"x"}'),
        Change(4, "matter_state", taken.case_id, b'{"matter_id":"04","state":"eaten","at":"x"}'),
        Change(5, "matter_state", taken.case_id, b"\xff["),
        Change(6, "case_state", taken.case_id, b"[]"),
        Change(7, "matter_state", taken.case_id, b'{"matter_id":"12","state":"accepted","at":"x"}'),
    ]
    assert store.outbox.apply(changes, "c7", NOW) == 1
    assert store.outbox.state().cursor == "c7"
    case = store.cases.get(taken.case_number)
    assert [matter.state.value for matter in case.matters] == ["taken_in", "accepted", "taken_in"]
    reasons = [line["detail"] for line in store.journal.lines() if line["kind"] == "change_set_aside"]
    assert len(reasons) == 6


def test_feed_of_a_hub_that_was_set_up_anew(store: Store) -> None:
    """Other changes under numbers that are known are not taken for repetitions."""
    taken = take_in(store)
    store.outbox.apply([Change(1, "case_accepted", uuid7(), b"{}")], "a", NOW)
    body = b'{"official_number":"37-2","at":"2026-11-19T01:00:00Z"}'
    assert store.outbox.apply([Change(1, "case_accepted", taken.case_id, body)], "b", NOW) == 1


def matter_change(seq: int, case_id: str, matter: str, state: MatterState, words: str = "") -> Change:
    """Report a matter's state."""
    body = {"matter_id": matter, "state": state.value, "words": words, "at": "2026-11-19T01:00:00Z"}
    return Change(seq, "matter_state", case_id, json.dumps(body).encode())


def test_case_follows_its_matters(store: Store) -> None:
    """The whole case stands where its matters stand; once accepted it does not fall back to taken in."""
    taken = take_in(store, matters=(matter_of("04"), matter_of("12")))
    body = b'{"official_number":"37-1","at":"2026-11-19T01:00:00Z"}'
    steps = [
        (Change(1, "case_accepted", taken.case_id, body), CaseState.ACCEPTED),
        (matter_change(2, taken.case_id, "04", MatterState.CORRECTION_REQUESTED), CaseState.CORRECTION_REQUESTED),
        (matter_change(3, taken.case_id, "04", MatterState.TAKEN_IN), CaseState.ACCEPTED),
        (matter_change(4, taken.case_id, "12", MatterState.IN_PROGRESS), CaseState.IN_PROGRESS),
        (matter_change(5, taken.case_id, "12", MatterState.FINISHED), CaseState.IN_PROGRESS),
        (matter_change(6, taken.case_id, "04", MatterState.REFUSED), CaseState.FINISHED),
    ]
    for change, state in steps:
        assert store.outbox.apply([change], f"c{change.seq}", NOW) == 1
        assert store.cases.get(taken.case_number).state is state
    assert store.cases.counts()["finished"] == 1
    assert store.cases.all()[0].matters_finished == 1


def test_move_that_is_not_allowed(store: Store) -> None:
    """A matter does not go a way that the rules do not know; the change is set aside."""
    taken = take_in(store)
    changes = [
        matter_change(1, taken.case_id, "04", MatterState.FINISHED),
        matter_change(2, taken.case_id, "04", MatterState.ACCEPTED),
        Change(3, "case_state", taken.case_id, b'{"state":"draft","at":"x"}'),
        Change(4, "case_state", taken.case_id, b'{"state":"withdrawn","at":"x","words":"w"}'),
    ]
    assert store.outbox.apply(changes, "c", NOW) == 2
    case = store.cases.get(taken.case_number)
    assert (case.state, case.matters[0].state) == (CaseState.WITHDRAWN, MatterState.FINISHED)


def test_received_is_not_accepted(store: Store) -> None:
    """The hub's own number in its answer does not make the case an accepted one."""
    taken = take_in(store)
    entry = store.outbox.due(NOW, max_items=1, max_bytes=1)[0]
    outcome = DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED, hub_case_number="HUB-1")
    store.outbox.record([outcome], NOW, retry_at=lambda _: NOW)
    store.outbox.apply([matter_change(1, taken.case_id, "04", MatterState.TAKEN_IN)], "c", NOW)
    assert store.cases.get(taken.case_number).state is CaseState.TAKEN_IN


def test_correction_needs_a_person(store: Store) -> None:
    """A matter that must be corrected brings its case to the top with the department's words."""
    taken = take_in(store)
    take_in(store)
    body = '{"matter_id":"04","state":"correction_requested","words":"照片不清楚","at":"2026-11-19T01:00:00Z"}'
    store.outbox.apply([Change(1, "matter_state", taken.case_id, body.encode())], "c", NOW)
    assert [(case.case_number, case.attention) for case in store.cases.all(limit=1)] == [
        (taken.case_number, "照片不清楚")
    ]


def test_official_number_from_the_answer(store: Store) -> None:
    """The hub's own number that comes with its answer is linked to the case."""
    taken = take_in(store)
    entry = store.outbox.due(NOW, max_items=1, max_bytes=1)[0]
    outcome = DeliveryOutcome(entry.event_id, OutcomeStatus.RECEIVED, hub_case_number="HUB-1")
    store.outbox.record([outcome], NOW, retry_at=lambda _: NOW)
    case = store.cases.get(taken.case_number)
    assert (case.official_number, case.delivery, case.delivered_at) == ("HUB-1", Delivery.DELIVERED, NOW)
