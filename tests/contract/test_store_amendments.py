"""Changing a case in the store: all of it or nothing, with its event, its files and its line in the journal."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from store_rigs import NOW, after, application_of, file_of, take_in

from kiosk.domain.case import CaseMaterial, CaseState, Delivery, MaterialStatus, MatterState
from kiosk.domain.lifecycle import MatterEvent
from kiosk.errors import ErrorCode, InputError, StoreError
from kiosk.ids import AttachmentId, CaseId, MaterialId, MatterId, OperatorId, uuid7
from kiosk.ports.store import Amendment, Store
from kiosk.ports.sync import Change, DeliveryOutcome, OutcomeStatus

BOTH = (MatterId("04"), MatterId("12"))


def withdrawal(case_id: CaseId, *matters: MatterId) -> Amendment:
    """Take matters back."""
    return Amendment(case_id, "case_withdrawn", MatterEvent.WITHDRAWN, OperatorId("0301"), matters, "另有安排")


def ask(store: Store, case_id: CaseId, matter_id: str, seq: int = 1) -> None:
    """Let a department ask for a correction."""
    body = {"matter_id": matter_id, "state": "correction_requested", "words": "请补", "at": NOW, "due": "2026-12-01"}
    wanted = {"fields": ["payee.account"], "materials": ["household_register"]}
    assert store.outbox.apply([Change(seq, "matter_state", case_id, json.dumps(body | wanted).encode())], "c", NOW) == 1


def test_a_request_says_what_is_wanted_and_an_answer_clears_it(store: Store) -> None:
    """Fields, materials and day stand at the matter until it is corrected; look-ups follow the new names."""
    taken = take_in(store)
    ask(store, taken.case_id, "04")
    matter = store.cases.get(taken.case_number).matters[0]
    assert (matter.wanted_fields, matter.wanted_materials) == (("payee.account",), ("household_register",))
    assert store.cases.all()[0].correction_due == "2026-12-01"
    attachment, data = file_of(material="household_register")
    register = CaseMaterial(
        material_id=MaterialId("household_register"), name="户口簿", status=MaterialStatus.SUPPLIED, pages=1
    )
    certificate = CaseMaterial(
        material_id=MaterialId("death_certificate"), name="死亡证明", status=MaterialStatus.SUPPLIED, pages=3
    )
    amendment = replace(
        withdrawal(taken.case_id, MatterId("04")),
        kind="case_corrected",
        move=MatterEvent.CORRECTED,
        words="",
        application=application_of("测试新名"),
        materials=(register, certificate),
        files=((attachment, data),),
    )
    lines = store.journal.verify()
    event_id = store.amendments.amend(amendment, lambda rev: b'{"rev":%d}' % rev)
    case = store.cases.get(taken.case_number)
    matter = case.matters[0]
    assert (matter.state, matter.words, matter.correction_due) == (MatterState.TAKEN_IN, "", None)
    assert (matter.wanted_fields, matter.wanted_materials) == ((), ())
    assert (case.rev, case.state, case.delivery) == (2, CaseState.TAKEN_IN, Delivery.PENDING)
    pages = {material.material_id: material.pages for material in case.materials}
    assert pages == {"deceased_id": 0, "death_certificate": 3, "household_register": 1}
    assert store.cases.read_attachment(AttachmentId(attachment.attachment_id)) == data
    assert [found.case_number for found in store.cases.find("测试新名")] == [taken.case_number]
    first, second = store.outbox.due(after(1), max_items=9, max_bytes=1 << 20)
    assert (first.rev, second.event_id, second.payload) == (1, event_id, b'{"rev":2}')
    assert [manifest.sha256 for manifest in second.attachments] == [attachment.sha256]
    assert store.journal.verify() == lines + 1


@pytest.mark.parametrize(
    ("matters", "code"),
    [((*BOTH, MatterId("23")), ErrorCode.CASE_MOVE_NOT_ALLOWED), ((MatterId("99"),), ErrorCode.MATTER_UNKNOWN)],
)
def test_a_move_that_is_no_longer_allowed_changes_nothing(
    store: Store, matters: tuple[MatterId, ...], code: ErrorCode
) -> None:
    """A department ended one of the matters meanwhile, or there is none: no matter moves, no event waits."""
    taken = take_in(store)
    body = {"matter_id": "23", "state": "finished", "at": NOW}
    store.outbox.apply([Change(1, "matter_state", taken.case_id, json.dumps(body).encode())], "c", NOW)
    before, lines = store.cases.get(taken.case_number), store.journal.verify()
    with pytest.raises(InputError) as refused:
        store.amendments.amend(withdrawal(taken.case_id, *matters), lambda _: b"{}")
    assert refused.value.code is code
    assert store.cases.get(taken.case_number) == before
    assert (len(store.outbox.queue()), store.journal.verify()) == (1, lines)


def test_a_case_that_is_not_here_is_not_amended(store: Store) -> None:
    """There is nothing to change."""
    with pytest.raises(StoreError) as refused:
        store.amendments.amend(withdrawal(CaseId(uuid7())), lambda _: b"{}")
    assert refused.value.code is ErrorCode.CASE_NOT_FOUND


def test_a_case_is_delivered_when_all_that_was_said_of_it_is(store: Store) -> None:
    """A withdrawal that waits, or that the hub refuses, is the case's own delivery; its first day of delivery stays."""
    taken = take_in(store)
    (first,) = store.outbox.due(after(1), max_items=9, max_bytes=1 << 20)
    store.outbox.record([DeliveryOutcome(first.event_id, OutcomeStatus.RECEIVED)], NOW, retry_at=lambda _: NOW)
    assert store.cases.get(taken.case_number).delivery is Delivery.DELIVERED
    event_id = store.amendments.amend(withdrawal(taken.case_id, *BOTH), lambda _: b"{}")
    waiting = store.cases.get(taken.case_number)
    assert (waiting.delivery, waiting.delivered_at) == (Delivery.PENDING, NOW)
    refusal = DeliveryOutcome(event_id, OutcomeStatus.REJECTED, "payload_invalid", "内容不对")
    store.outbox.record([refusal], NOW, retry_at=lambda _: NOW)
    assert store.cases.get(taken.case_number).delivery is Delivery.NEEDS_ATTENTION
    assert store.cases.all()[0].delivery is Delivery.NEEDS_ATTENTION


def test_an_end_that_came_before_the_withdrawal_is_taken_and_a_stale_report_is_not(store: Store) -> None:
    """The hub's 办结 stands; its older 办理中 is set aside with its reason."""
    taken = take_in(store)
    store.amendments.amend(withdrawal(taken.case_id, *BOTH), lambda _: b"{}")
    for seq, (matter_id, state, applied) in enumerate((("04", "finished", 1), ("12", "in_progress", 0)), 1):
        body = json.dumps({"matter_id": matter_id, "state": state, "at": NOW}).encode()
        assert store.outbox.apply([Change(seq, "matter_state", taken.case_id, body)], "c", NOW) == applied
    states = [matter.state for matter in store.cases.get(taken.case_number).matters]
    assert states == [MatterState.FINISHED, MatterState.WITHDRAWN, MatterState.TAKEN_IN]
