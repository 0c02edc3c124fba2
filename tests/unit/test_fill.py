from __future__ import annotations

import pytest

from kiosk.domain import fill
from kiosk.domain.application import (
    AgentEntry,
    ApplicantEntry,
    Application,
    DeceasedEntry,
    PayeeEntry,
    Source,
    decode,
    encode,
)
from kiosk.domain.form import read_path


def test_a_card_fills_a_person_and_keeps_what_was_decided() -> None:
    """Name, number and address come from the card; relation, phone and the circumstances stay."""
    case = Application(
        deceased=DeceasedEntry(death_at="2026-11-16", facts={"married": True}, sex="2"),
        applicant=ApplicantEntry(phone="13800000021", relation="30", age=40),
    )
    case = fill.from_card(
        case,
        "deceased",
        name=" 测　试甲 ",
        document_type="111",
        document_number="37010019400101999１",
        sex="1",
        birth="1940-01-01",
        address="测试路",
        warnings=("pua:name",),
    )
    case = fill.from_card(case, "applicant", name="测试乙", document_type="111", document_number="37010019800101999x")
    assert (case.deceased.name, case.deceased.document_number) == ("测试甲", "370100194001019991")
    assert (case.deceased.sex, case.deceased.source, case.deceased.warnings) == ("1", Source.CARD, ("pua:name",))
    assert (case.deceased.death_at, case.deceased.facts) == ("2026-11-16", {"married": True})
    assert (case.applicant.document_number, case.applicant.phone, case.applicant.relation) == (
        "37010019800101999X",
        "13800000021",
        "30",
    )
    assert case.applicant.age is None


def test_swapping_twice_changes_nothing_but_derived_values() -> None:
    """Cards laid down the wrong way round are put right with one touch."""
    case = Application(
        deceased=DeceasedEntry(
            name="测试甲", document_number="370100194001019991", source=Source.CARD, death_at="2026-11-16"
        ),
        applicant=ApplicantEntry(
            name="测试乙", document_number="37010019800101999X", source=Source.TYPED, relation="30"
        ),
    )
    swapped = fill.swap_persons(case)
    assert (swapped.deceased.name, swapped.applicant.name) == ("测试乙", "测试甲")
    assert (swapped.deceased.source, swapped.deceased.death_at, swapped.applicant.relation) == (
        Source.TYPED,
        "2026-11-16",
        "30",
    )
    assert fill.swap_persons(swapped) == case


def test_clearing_a_person_keeps_the_case() -> None:
    """Another card can be laid down; phone, relation and circumstances stay."""
    case = Application(
        deceased=DeceasedEntry(name="测试甲", disposition="burial"),
        applicant=ApplicantEntry(name="测试乙", phone="13800000021"),
    )
    cleared = fill.clear_person(fill.clear_person(case, "deceased"), "applicant")
    assert cleared.deceased == DeceasedEntry(disposition="burial")
    assert cleared.applicant == ApplicantEntry(phone="13800000021")
    assert fill.clear_person(case, "agent").agent is None


@pytest.mark.parametrize(
    ("path", "typed", "stored"),
    [
        ("deceased.name", " 买买提•测试 ", "买买提·测试"),
        ("deceased.name", "测 试 甲", "测试甲"),
        ("deceased.name", "JOHN   TEST", "JOHN TEST"),
        ("applicant.document_number", "37010019800101999x", "37010019800101999X"),
        ("applicant.phone", "138 0000 0021", "13800000021"),
        ("payee.account", "6222 0200 0000 0000 008", "6222020000000000008"),
        ("postal_address", " 测试省  测试市 ", "测试省 测试市"),
        ("deceased.death_at", "2026-11-16", "2026-11-16"),
        ("agent.name", "测试丁", "测试丁"),
    ],
)
def test_typed_values_are_brought_into_form(path: str, typed: str, stored: str) -> None:
    """Spaces, full-width digits and other dots never reach the store; an empty value takes it away."""
    filled = fill.set_field(Application(), path, typed)
    part, _, name = path.rpartition(".")
    assert getattr(getattr(filled, part) if part else filled, name) == stored
    emptied = fill.set_field(filled, path, "")
    assert getattr(getattr(emptied, part) if part else emptied, name) is None


def test_insurances_are_chosen_together() -> None:
    """The chosen ones replace single answers."""
    case = fill.answer_fact(Application(), "resident_pension", answer=True)
    case = fill.set_field(case, "deceased.insurance", "enterprise_pension、employee_medical")
    assert case.deceased.insurance == ("enterprise_pension", "employee_medical")
    assert case.deceased.facts == {}
    changed = fill.answer_fact(case, "employee_medical", answer=None)
    assert changed.deceased.insurance is None
    assert changed.deceased.facts["enterprise_pension"] is True
    assert "employee_medical" not in changed.deceased.facts


def test_a_path_that_nobody_types_is_a_bug() -> None:
    """Facts and consents have setters of their own."""
    with pytest.raises(KeyError):
        fill.set_field(Application(), "deceased.facts", "x")


def test_an_application_reads_as_it_was_written() -> None:
    """The JSON of a draft gives the same draft."""
    case = fill.set_field(Application(payee=PayeeEntry(name="测试乙")), "payee.account", "6222020000000000008")
    case = fill.answer_fact(case, "certificate_in_hand", answer=False)
    assert decode(encode(case)) == case


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0310", "2026-11-16T03:10:00+08:00"),
        ("23：59", "2026-11-16T23:59:00+08:00"),
        ("", "2026-11-16"),
        ("2460", "2026-11-16"),
        ("3", "2026-11-16"),
    ],
)
def test_a_time_of_day_is_put_to_the_day_of_death(typed: str, kept: str) -> None:
    """In China's time; taken away again the day is left, and what is no time changes nothing."""
    known = Application(deceased=DeceasedEntry(death_at="2026-11-16"))
    timed = fill.set_field(known, "deceased.death_time", typed)
    assert timed.deceased.death_at == kept
    assert read_path(timed, "deceased.death_time") == ("" if len(kept) == 10 else kept[11:16])
    assert fill.set_field(Application(), "deceased.death_time", typed) == Application()


def test_the_agent_s_powers_and_last_day_are_filled_in() -> None:
    """Filing is always among the powers; eight digits are a day."""
    filled = fill.set_field(Application(), "agent.valid_until", "20270331")
    filled = fill.set_field(filled, "agent.powers", "file、receive_money")
    assert filled.agent == AgentEntry(valid_until="2027-03-31", powers=("file", "receive_money"))
    assert fill.set_field(filled, "agent.powers", "").agent == AgentEntry(valid_until="2027-03-31")
