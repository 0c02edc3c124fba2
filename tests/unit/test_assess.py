from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from standard_case import CODES, NOW, SERVICE, STANDARD, applicant, born, codes_of, deceased, field, judge

from kiosk.domain import fill
from kiosk.domain.application import (
    AgentEntry,
    ApplicantEntry,
    Application,
    AttachmentEntry,
    DeceasedEntry,
    MaterialChoice,
    PayeeEntry,
)
from kiosk.domain.assess import is_chosen
from kiosk.domain.assessment import FieldState
from kiosk.domain.case import MaterialStatus
from kiosk.domain.form import complete
from kiosk.ids import MaterialId, MatterId


def test_a_standard_case_asks_for_next_to_nothing() -> None:
    """With both cards read, phone and account typed, nothing is left to ask and nothing holds."""
    assessment = judge(STANDARD)
    assert [answer.path for answer in assessment.fields if answer.state is FieldState.ASKED and answer.required] == []
    assert [problem for problem in assessment.problems if problem.holds] == []
    assert len({answer.field_id for answer in assessment.fields}) <= 24


def test_only_phone_and_account_are_typed() -> None:
    """From two cards and the circumstances, at most three boxes are asked: phone, bank, account."""
    bare = replace(applicant(phone=None), payee=None)
    asked = [answer.path for answer in judge(bare).fields if answer.state is FieldState.ASKED and answer.required]
    assert asked == ["applicant.phone", "payee.bank", "payee.account"]


def test_numbers_and_cards_fill_what_they_know() -> None:
    """Sex, birth, certificate, account name and bank follow from other values."""
    derived = {answer.path: answer.value for answer in judge(STANDARD).fields if answer.state is FieldState.DERIVED}
    assert derived["deceased.sex"] == "1"
    assert derived["deceased.birth"] == "1940-01-01"
    assert derived["deceased.certificate_number"] == "370100194001019991"
    assert derived["payee.name"] == "测试乙"
    assert derived["payee.bank"] == "中国工商银行"
    assert field(STANDARD, "deceased.circumstance").shown == "院内"
    assert field(STANDARD, "deceased.insurance").shown == "企业职工养老保险、职工医保"


def test_a_death_before_july_2026_asks_for_the_old_certificate_number() -> None:
    """The old form has a number of its own, so it is asked, and 17 digits are taken."""
    old = deceased(death_at="2026-06-30")
    assert field(old, "deceased.certificate_number").state is FieldState.ASKED
    assert "certificate_form" not in codes_of(deceased(death_at="2026-06-30", certificate_number="12345678901234567"))


def test_complete_writes_what_was_derived() -> None:
    """Before taking in, derived values become part of the form."""
    whole = complete(STANDARD, CODES, NOW)
    assert (whole.deceased.sex, whole.applicant.age) == ("1", 56)
    assert whole.payee == PayeeEntry(name="测试乙", bank="中国工商银行", account="6222020000000000000")
    assert whole.deceased.insurance == STANDARD.deceased.insurance


@pytest.mark.parametrize(
    ("application", "code", "holds"),
    [
        (deceased(document_number="370100194001019992"), "check", True),
        (deceased(death_at="1939-12-31"), "died_before_birth", True),
        (deceased(death_at="2026-11-19"), "died_ahead", True),
        (deceased(death_at="2026-02-30"), "date", True),
        (deceased(cremated_on="2026-11-15"), "cremated_before_death", True),
        (deceased(cremated_on="2026-11-20"), "cremated_ahead", True),
        (deceased(document_number=born("18950101")), "very_old", False),
        (deceased(document_number=born("18950101")), "born_before_1900", False),
        (deceased(sex="2"), "sex_mismatch", False),
        (deceased(birth="1941-01-01"), "birth_mismatch", False),
        (deceased(certificate_number=born("19500101")), "certificate_other_person", True),
        (deceased(certificate_number="12345678901234567"), "certificate_old_form", False),
        (deceased(certificate_number="1" * 22), "certificate_issuer", False),
        (deceased(certificate_number="无"), "certificate_form", False),
        (deceased(certificate_number="证" * 41), "certificate_long", True),
        (deceased(facts={"old_age_allowance": True}, document_number=born("19800101")), "fact_doubtful", False),
        (deceased(facts={"no_such_thing": True}), "fact_unknown", True),
        (deceased(disposition="burial", cremated_on="2026-11-17"), "cremated_otherwise", True),
        (deceased(death_at="2026-11-18T23:59:00+08:00"), "died_ahead", True),
        (deceased(household_division="379999"), "division_unknown", False),
        (deceased(name="测" * 61), "name_long", True),
        (deceased(name="测试1"), "name_characters", True),
        (deceased(name="测试\ue863"), "name_private", False),
        (applicant(document_number="370100194001019991"), "applicant_is_deceased", True),
        (applicant(document_number=born("20100101")), "under_age", True),
        (applicant(document_number=born("19350101")), "child_older", False),
        (applicant(relation="50"), "parent_younger", False),
        (applicant(relation="01"), "relation_self", True),
        (applicant(relation="97"), "not_near", False),
        (deceased(document_type="999"), "document_type_unknown", False),
        (applicant(document_type="0"), "document_type_unknown", False),
        (replace(STANDARD, channel="pigeon"), "channel_unknown", True),
        (applicant(phone="12345"), "phone", True),
        (replace(STANDARD, payee=PayeeEntry(account="1234567")), "account", True),
        (replace(STANDARD, payee=PayeeEntry(account="123456789012")), "account_short", False),
        (replace(STANDARD, payee=PayeeEntry(account="6222020000000000001")), "account_luhn", False),
        (replace(STANDARD, payee=PayeeEntry(name="测试丙", account="6222020000000000000")), "other_payee", False),
        (replace(STANDARD, material_choices={"other": MaterialChoice(status="shared")}), "material_unknown", False),
        (
            replace(STANDARD, material_choices={"household_register": MaterialChoice(status="promised")}),
            "material_choice",
            False,
        ),
        (replace(STANDARD, matters=()), "no_matter", True),
        (replace(STANDARD, agent=AgentEntry()), "agent_unknown", True),
    ],
)
def test_what_does_not_fit_is_said(application: Application, code: str, holds: bool) -> None:
    """Each contradiction has its own sentence; only real ones keep the case from being taken in."""
    problems = {problem.code: problem for problem in judge(application).problems}
    assert code in problems
    assert problems[code].holds is holds
    assert len(problems[code].words) > 5
    assert code not in codes_of(STANDARD)


def test_spouse_and_no_spouse_contradict() -> None:
    """Who is the spouse cannot apply for someone who had none."""
    facts = {**STANDARD.deceased.facts, "married": False}
    odd = replace(deceased(facts=facts), applicant=replace(STANDARD.applicant, relation="10"))
    assert codes_of(odd)["spouse_unmarried"]


@pytest.mark.parametrize("name", ["买买提·测试", "测试 JOHN O'TEST-SMITH", "䶮㛃𬱖𠅤", "无", "测" * 60])
def test_names_of_every_kind_are_taken(name: str) -> None:
    """Minority, foreign, rare and long names are names."""
    assert not {"name_long", "name_characters", "name_private"} & set(codes_of(deceased(name=name)))


@pytest.mark.parametrize("phone", ["13800000021", "+85212345678", "+85312345678", "+886912345678", "+12025550123"])
def test_phones_from_elsewhere_are_taken(phone: str) -> None:
    """Relatives live in Hong Kong, Macao, Taiwan and abroad, too."""
    assert "phone" not in codes_of(applicant(phone=phone))


def test_an_agent_stays_within_the_authorisation() -> None:
    """Scope, period and powers are checked against what is to be done."""
    agent = AgentEntry(
        name="测试丁", document_number=born("19850101"), scope=(MatterId("04"),), valid_until="2026-11-01"
    )
    case = replace(STANDARD, agent=agent, payee=PayeeEntry(name="测试丁", account="6222020000000000000"))
    assert {"agent_scope", "agent_expired", "agent_money"} <= {key for key, holds in codes_of(case).items() if holds}
    fitting = replace(agent, scope=(), valid_until="2026-12-31", powers=("file", "receive_money"))
    assert not {"agent_scope", "agent_expired", "agent_money"} & set(codes_of(replace(case, agent=fitting)))
    assert "authorization_letter" in {str(need.material_id) for need in judge(case).materials}


def test_two_grants_for_one_funeral_are_refused_until_one_is_declined() -> None:
    """Alternatives both apply; taking in both is a problem, declining one ends it."""
    facts = {**STANDARD.deceased.facts, "unemployment_benefit": True}
    both = deceased(facts=facts)
    assert codes_of(both)["alternatives"]
    assert not any("只能领一份" in answer.note for answer in judge(both).matters)
    one = fill.decline_matter(both, MatterId("25"), "选另一项")
    assert "alternatives" not in codes_of(one)
    chosen = {str(answer.matter_id) for answer in judge(one).matters if is_chosen(answer, one)}
    assert "19" in chosen
    assert "25" not in chosen


def test_two_grants_that_wait_for_the_roll_say_that_one_will_go_on() -> None:
    """While it is not known which of them applies, both rows name the other; once one is excluded, neither does."""
    notes = {str(answer.matter_id): answer.note for answer in judge(deceased(facts={})).matters}
    assert "和失业期间丧葬补助和抚恤金只能领一份" in notes["19"]
    assert "和丧葬补助金和抚恤金只能领一份" in notes["25"]
    without = deceased(facts={"unemployment_benefit": False})
    assert not any("只能领一份" in answer.note for answer in judge(without).matters)


def test_what_is_declined_asks_for_nothing() -> None:
    """Fields and materials are those of the chosen matters only."""
    only = replace(STANDARD, matters=(MatterId("04"),))
    assert "payee.account" not in {answer.path for answer in judge(only).fields}
    assert {str(need.material_id) for need in judge(only).materials} == {
        "deceased_id",
        "applicant_id",
        "household_register",
        "death_certificate",
    }


def test_materials_say_how_they_stand() -> None:
    """Cards, files, shared data, promises and later days each give their status and one line."""
    case = replace(STANDARD, attachments=(AttachmentEntry(material=MaterialId("household_register"), pages=3),))
    choices = {
        "death_certificate": MaterialChoice(status="shared"),
        "social_card": MaterialChoice(status="promised"),
        "cremation_certificate": MaterialChoice(status="deferred"),
    }
    for material, choice in choices.items():
        case = fill.choose_material(case, MaterialId(material), choice)
    needs = {str(need.material_id): need for need in judge(case).materials}
    assert needs["deceased_id"].status is MaterialStatus.CARD
    assert (needs["household_register"].status, needs["household_register"].pages) == (MaterialStatus.SUPPLIED, 3)
    assert needs["death_certificate"].status is MaterialStatus.SHARED
    assert needs["social_card"].status is MaterialStatus.PROMISED
    assert needs["cremation_certificate"].status is MaterialStatus.DEFERRED
    assert needs["cremation_certificate"].due == "2026-12-02"
    assert needs["cremation_certificate"].fact == "火化后补，12 月 2 日前"
    assert needs["bank_account"].status is MaterialStatus.MISSING
    assert needs["commitment_letter"].status is MaterialStatus.PROMISED


def test_a_choice_that_a_material_does_not_allow_counts_for_nothing() -> None:
    """An applicant's own card cannot be promised instead of shown."""
    case = fill.choose_material(applicant(source=None), MaterialId("applicant_id"), MaterialChoice(status="promised"))
    needs = {str(need.material_id): need for need in judge(case).materials}
    assert needs["applicant_id"].status is MaterialStatus.MISSING


def test_dates_are_said_as_people_say_them() -> None:
    """Month and day without zeros, expected until accepted, and longer ones say so."""
    rows = {str(answer.matter_id): answer for answer in judge(STANDARD).matters}
    assert rows["19"].due_text == "12 月 9 日前（预计）"
    assert rows["12"].due_text == "12 月起"
    assert rows["09"].due_text == "火化当天"
    assert rows["19"].note == "这一项要 15 个工作日，比整件承诺的时间长"
    assert not rows["04"].note
    assert judge(STANDARD).promise_text == "整件 7 个工作日，11 月 27 日前（预计）"


def test_beyond_the_calendar_the_date_is_provisional_and_says_so() -> None:
    """A case of late December reaches into a year without a notice."""
    assessment = judge(deceased(death_at="2026-12-28"), NOW + timedelta(days=42))
    assert assessment.promise_provisional
    assert assessment.promise_text == "整件 7 个工作日，2027 年 1 月 11 日前（暂定）"


def test_answers_move_from_open_to_tapped() -> None:
    """A tapped tile stays in its place with its answer, and taking it back opens it again."""
    order = [question.fact for question in judge(STANDARD).tiles]
    tapped = fill.answer_fact(STANDARD, "housing_fund", answer=True)
    assert "housing_fund" in {question.fact for question in judge(STANDARD).questions}
    assert {question.fact: question.answer for question in judge(tapped).answered}["housing_fund"] is True
    assert [question.fact for question in judge(tapped).tiles if question.fact in order] == order
    assert fill.answer_fact(tapped, "housing_fund", answer=None) == STANDARD


def test_an_empty_application_is_judged_without_complaint() -> None:
    """A draft may hold nothing at all."""
    assessment = judge(Application())
    assert len(assessment.matters) == 37
    assert all(problem.code in ("missing", "no_matter") for problem in assessment.problems)


texts = st.none() | st.text(max_size=40) | st.sampled_from(["2026-11-16", "0001-01-01T00:00+14:00", "9999-12-31", "无"])
anything = st.builds(
    Application,
    taken_in_at=texts,
    deceased=st.builds(
        DeceasedEntry,
        name=texts,
        document_type=st.sampled_from(["111", "X01", "553", "990", "414", "?"]),
        document_number=texts | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True),
        birth=texts,
        sex=texts,
        certificate_number=texts,
        death_at=texts,
        cremated_on=texts,
        circumstance=st.sampled_from([None, "hospital", "declared"]),
        facts=st.dictionaries(st.sampled_from([*SERVICE.facts, "x"]), st.booleans(), max_size=6),
    ),
    applicant=st.builds(ApplicantEntry, name=texts, document_number=texts, phone=texts, relation=texts),
    agent=st.none() | st.builds(AgentEntry, name=texts, document_number=texts, valid_until=texts),
    payee=st.none() | st.builds(PayeeEntry, name=texts, bank=texts, account=texts),
    postal_address=texts,
)


@given(anything)
def test_whatever_is_typed_is_judged(application: Application) -> None:
    """No text, however odd, breaks the judgement: it gives 37 answers and sentences."""
    assessment = judge(application)
    assert len(assessment.matters) == 37
    assert all(problem.words for problem in assessment.problems)
    assert complete(application, CODES, NOW).deceased.facts == application.deceased.facts


def test_a_case_is_judged_as_of_its_taking_in() -> None:
    """Dates that lie ahead are those after the taking-in, whatever the clock says later or earlier."""
    late = replace(deceased(death_at="2026-11-20"), taken_in_at="2026-11-20T10:15:00+08:00")
    assert "died_ahead" not in codes_of(late)
    assert "died_ahead" in codes_of(replace(late, taken_in_at="2026-11-19T10:15:00+08:00"))
    assert judge(late).promise_due == "2026-12-01"
