"""People: kinship, heirs, agents and payees, consents by purpose, and what a signature covers."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from standard_case import STANDARD, applicant, born, codes_of, deceased, judge

from kiosk.domain import authorization, consent, fill
from kiosk.domain.application import AgentEntry, ApplicantEntry, Application, AttachmentEntry, PayeeEntry, Source
from kiosk.domain.application import MaterialChoice as Choice
from kiosk.domain.authorization import LETTER, Standing
from kiosk.domain.case import MaterialStatus
from kiosk.domain.consent import Purpose
from kiosk.ids import MaterialId, MatterId

AGENT = AgentEntry(name="测试丁", document_number=born("19850101"), source=Source.CARD)
STROKES = ((0.1, 0.1, 0.5, 0.5),)
AT = "2026-11-18T06:00:00.000Z"
ACCOUNT = "6222020000000000000"


def with_agent(**values: object) -> Application:
    """Give the standard case with an agent, both cards read."""
    return replace(STANDARD, agent=replace(AGENT, **values))


def paid_to(name: str, application: Application = STANDARD) -> Application:
    """Have the money paid to someone."""
    return replace(application, payee=PayeeEntry(name=name, account=ACCOUNT))


def letter_of(application: Application) -> MaterialStatus:
    """Say how the letter of authorisation stands."""
    return next(need.status for need in judge(application).materials if need.material_id == LETTER)


@pytest.mark.parametrize(
    ("application", "code", "holds"),
    [
        (applicant(relation="10,20"), "relation_unknown", True),
        (applicant(relation="00"), "relation_unknown", True),
        (replace(deceased(document_number=born("20150101")), applicant=applicant(relation="10").applicant),
         "spouse_minor", True),
        (applicant(relation="30", document_number=born("19450101")), "generations_close", False),
        (applicant(relation="50", document_number=born("19350101")), "generations_close", False),
        (applicant(relation="20", document_number="370100197001019987"), "relation_sex", False),
        (applicant(relation="70"), "later_heir", False),
        (applicant(document_number=None, age=99), "child_older", False),
        (applicant(document_number=None, age=80), "generations_close", False),
        (applicant(relation="50", document_number=None, age=60), "parent_younger", False),
        (replace(STANDARD, agent=replace(AGENT, document_number="370100194001019991")), "agent_is_deceased", True),
        (replace(STANDARD, agent=replace(AGENT, powers=("receive_money",))), "agent_may_not_file", True),
        (replace(STANDARD, agent=replace(AGENT, valid_until="soon")), "date", True),
    ],
)  # fmt: skip
def test_what_does_not_fit_about_people_is_said(application: Application, code: str, holds: bool) -> None:
    """Each has a sentence of its own; what nature or law excludes holds the case, what is rare is for a person."""
    found = codes_of(application)
    assert found.get(code) is holds
    assert all(problem.words for problem in judge(application).problems)


def test_a_fitting_family_gets_no_remark() -> None:
    """A son of 46 years, a wife of the same age, a mother: nothing is said of kinship."""
    kin = {"child_older", "generations_close", "relation_sex", "parent_younger", "spouse_minor", "later_heir"}
    fitting = [
        applicant(relation="20", document_number=born("19700101")),
        applicant(relation="10", document_number=born("19420101")),
        replace(
            deceased(document_number=born("19800101"), facts={}),
            applicant=ApplicantEntry(name="测试乙", document_number=born("19550101"), relation="50"),
        ),
    ]
    for case in fitting:
        assert not kin & set(codes_of(case))


def test_money_for_another_needs_the_letter() -> None:
    """Without the letter the case is held; supplied, or to follow by a day, it goes on."""
    case = paid_to("测试丙")
    assert codes_of(case)["payee_unauthorised"]
    supplied = replace(case, attachments=(AttachmentEntry(material=LETTER),))
    deferred = fill.choose_material(case, LETTER, Choice(status="deferred"))
    for covered in (supplied, deferred):
        assert "payee_unauthorised" not in codes_of(covered)
    assert "payee_unauthorised" not in codes_of(paid_to("测试甲"))
    assert "payee_unauthorised" not in codes_of(STANDARD)


def test_an_agent_with_the_power_may_be_the_payee() -> None:
    """The power to receive money stands for the account holder's authorisation."""
    assert codes_of(paid_to("测试丁", with_agent()))["agent_money"]
    empowered = with_agent(powers=("file", "receive_money"), source=None)
    assert not {"agent_money", "payee_unauthorised"} & set(codes_of(paid_to("测试丁", empowered)))
    assert codes_of(paid_to("测试丙", empowered))["payee_unauthorised"]


def test_the_letter_is_signed_here_only_with_both_cards() -> None:
    """Read cards of principal and agent make it possible; typed persons bring it on paper; a later day stays chosen."""
    assert letter_of(with_agent()) is MaterialStatus.PROMISED
    assert letter_of(with_agent(source=Source.TYPED)) is MaterialStatus.MISSING
    typed = replace(with_agent(), applicant=replace(STANDARD.applicant, source=Source.TYPED))
    assert letter_of(typed) is MaterialStatus.MISSING
    assert letter_of(paid_to("测试丙", with_agent())) is MaterialStatus.MISSING
    later = fill.choose_material(with_agent(), LETTER, Choice(status="deferred"))
    assert letter_of(later) is MaterialStatus.DEFERRED


def test_a_signed_letter_covers_the_matters_of_that_moment() -> None:
    """A matter that is added afterwards lies outside its scope."""
    matters = (MatterId("04"), MatterId("19"))
    signed = authorization.sign_letter(with_agent(), STROKES, matters, AT)
    assert signed.agent is not None
    assert (signed.agent.scope, signed.agent.signed_at) == (matters, AT)
    assert "agent_scope" not in codes_of(replace(signed, matters=matters))
    assert codes_of(replace(signed, matters=(*matters, MatterId("28"))))["agent_scope"]
    assert authorization.sign_letter(signed, (), matters, AT) == with_agent()


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (None, Standing.NONE),
        (AGENT, Standing.VALID),
        (replace(AGENT, valid_until="2026-11-18"), Standing.VALID),
        (replace(AGENT, valid_until="2026-11-17"), Standing.EXPIRED),
        (replace(AGENT, valid_until="2026-11-17", revoked_at=AT), Standing.REVOKED),
    ],
)
def test_an_authorisation_stands_until_its_last_day_or_its_end(agent: AgentEntry | None, expected: Standing) -> None:
    """The last day counts; revoking goes before everything."""
    assert authorization.standing(agent, date(2026, 11, 18)) is expected


def asked(application: Application) -> tuple[Purpose, ...]:
    """List the purposes that are asked for."""
    return consent.purposes(application, judge(application).materials)


def test_account_and_promise_are_asked_only_where_there_is_one() -> None:
    """No account, no question about it; a promise asks for the promise."""
    assert asked(STANDARD) == (Purpose.TRUTH, Purpose.SHARE, Purpose.ACCOUNT, Purpose.NOTIFY)
    assert asked(replace(STANDARD, payee=None)) == (Purpose.TRUTH, Purpose.SHARE, Purpose.NOTIFY)
    promised = fill.choose_material(STANDARD, MaterialId("social_card"), Choice(status="promised"))
    assert Purpose.PROMISE in asked(promised)


def test_a_promise_is_recorded_material_by_material() -> None:
    """A promise that comes later is not covered by the earlier agreement."""
    one = fill.choose_material(STANDARD, MaterialId("social_card"), Choice(status="promised"))
    given = dict.fromkeys(("truth", "share", "account", "promise:social_card"), AT)
    agreed = replace(one, consents=given)
    assert consent.lacking(agreed, judge(agreed).materials) == ()
    two = fill.choose_material(agreed, MaterialId("bank_account"), Choice(status="promised"))
    assert consent.lacking(two, judge(two).materials) == (Purpose.PROMISE,)


def test_agreement_to_what_is_gone_is_dropped() -> None:
    """What was agreed about an account does not outlive the account."""
    agreed = replace(STANDARD, payee=None, consents={"truth": AT, "account": AT, "signed": AT})
    assert consent.asked_only(agreed, judge(agreed).materials).consents == {"truth": AT, "signed": AT}


def test_a_change_of_the_content_voids_both_signatures() -> None:
    """What was signed is what was read; agreeing or signing itself is no change of the content."""
    signed = authorization.sign_letter(with_agent(), STROKES, (MatterId("04"),), AT)
    signed = replace(signed, signature=STROKES, consents={"truth": AT, "signed": AT})
    assert consent.voided(with_agent(), signed) == signed
    changed = consent.voided(signed, replace(signed, payee=None))
    assert changed.agent == AGENT
    assert (changed.signature, changed.consents) == ((), {"truth": AT})
    assert not consent.is_signed(changed)
    assert consent.is_signed(replace(changed, consents={"witness": AT}))
