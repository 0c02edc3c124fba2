"""What taking in itself demands, whatever a page let through: consents by purpose, signatures, the letter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from wizard_rig import Rig, fill_confirm, walk_to

from kiosk.clock import iso
from kiosk.domain.application import AgentEntry, Application, Source, decode, encode
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import OperatorId
from kiosk.ports.store import Draft

ACTOR = OperatorId("training")


def _whole(rig: Rig) -> tuple[Draft, Application]:
    """Fill a case to its last touch, on the pages."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    fill_confirm(wizard)
    draft = wizard._case.draft
    return draft, decode(draft.application)


def _without(application: Application, *keys: str) -> Application:
    kept = {key: at for key, at in application.consents.items() if key not in keys}
    return replace(application, consents=kept)


def _take_in(rig: Rig, draft: Draft, application: Application) -> Application:
    """Take in and give what was kept."""
    taken = rig.services.intake.take_in(Draft(draft.case_id, draft.operator_id, draft.step, encode(application)), ACTOR)
    return decode(rig.services.cases.look_again(taken.case_number).application)


def _agent(application: Application) -> Application:
    agent = AgentEntry(name="测试丁", document_number="370100198501019996", phone="13800000023", source=Source.CARD)
    return replace(application, agent=agent)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda case: _without(case, "truth"), "内容属实"),
        (lambda case: _without(case, "share"), "发送办理部门"),
        (lambda case: _without(case, "account"), "使用收款账户"),
        (lambda case: replace(case, consents={"stated": case.consents["truth"]}), "内容属实"),
        (lambda case: replace(case, signature=()), "签名"),
        (_agent, "授权委托书"),
    ],
)
def test_what_was_not_agreed_to_is_not_taken_in(
    rig: Rig, spoil: Callable[[Application], Application], named: str
) -> None:
    """The refusal names the purpose; nothing is taken in and the draft stays."""
    draft, application = _whole(rig)
    with pytest.raises(InputError) as refused:
        _take_in(rig, draft, spoil(application))
    assert refused.value.code is ErrorCode.CASE_INCOMPLETE
    assert named in str(refused.value.facts["place"])
    assert rig.services.cases.worklist(ACTOR).in_progress == ()
    assert [row.case_id for row in rig.services.intake.drafts(ACTOR)] == [draft.case_id]


def test_text_messages_are_a_free_choice(rig: Rig) -> None:
    """A case without that consent is taken in, and what is kept says so."""
    draft, application = _whole(rig)
    kept = _take_in(rig, draft, _without(application, "notify"))
    assert set(kept.consents) == {"truth", "share", "account", "signed"}


def test_a_consent_of_tomorrow_is_refused(rig: Rig) -> None:
    """Nobody agreed to anything in the future."""
    draft, application = _whole(rig)
    rig.clock.pass_by(hours=-1)
    with pytest.raises(InputError) as refused:
        _take_in(rig, draft, application)
    assert refused.value.code is ErrorCode.INPUT_INVALID


def test_a_file_without_consents_is_kept_as_the_statement_of_who_submits_it(rig: Rig) -> None:
    """Consents that nobody gave on the screen are never made up; the statement has its own name and time."""
    _, application = _whole(rig)
    bare = replace(application, consents={}, signature=(), attachments=())
    taken = rig.services.intake.submit(bare, {}, ACTOR)
    kept = decode(rig.services.cases.look_again(taken.case_number).application)
    assert kept.consents == {"stated": iso(rig.clock.now())}


def test_a_file_that_names_consents_must_name_all(rig: Rig) -> None:
    """A partial list is no statement: it says that the rest was not agreed to."""
    _, application = _whole(rig)
    partial = replace(_without(application, "share", "account"), attachments=())
    with pytest.raises(InputError) as refused:
        rig.services.intake.submit(partial, {}, ACTOR)
    assert refused.value.code is ErrorCode.CASE_INCOMPLETE
    assert refused.value.facts["count"] == 2
