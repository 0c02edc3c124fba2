"""Services that are data alone, about people who are alive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.domain.application import Application, decode, encode
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Assessment, FieldState
from kiosk.domain.catalog_check import catalog_faults
from kiosk.domain.form import complete
from kiosk.services.reference import load_calendar, load_codes, load_service, read_service, service_names

CALENDAR, CODES = load_calendar(), load_codes()
NOW = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)
LIVING = ("old_age_allowance", "disability_support")
ELDER = {"name": "测试甲", "document_type": "111", "document_number": "370100194001019991"}


def judge(
    service: str,
    *,
    facts: Mapping[str, bool] | None = None,
    subject: Mapping[str, str] | None = None,
    applicant: Mapping[str, str] | None = None,
) -> Assessment:
    """Judge a file of one of the services: an old person who applies for themselves, with the given parts changed."""
    person = {**ELDER, **(subject or {}), "facts": facts or {}}
    own = applicant or {"relation": "01", "phone": "13800000021"}
    application = decode(json.dumps({"service": service, "subject": person, "applicant": own}))
    return assess(load_service(service), complete(application, CODES, NOW), NOW, CALENDAR, CODES)


def states(assessment: Assessment) -> dict[str, str]:
    """Give the state of each matter."""
    return {str(answer.matter_id): answer.state.value for answer in assessment.matters}


@pytest.mark.parametrize("name", LIVING)
def test_the_further_services_are_whole_and_data_alone(name: str) -> None:
    """No fault in the data, every weak row says so, and no line of the program knows the service's name."""
    service = read_service(name)
    assert catalog_faults(service) == []
    assert service.subject.living
    assert all(matter.basis and matter.basis_ref and matter.weak for matter in service.matters.values())
    root = Path(__file__).parents[2]
    programs = [path for part in ("kiosk", "ui", "devices", "sync") for path in (root / part).rglob("*.py")]
    assert programs
    assert not [path for path in programs if f'"{name}"' in path.read_text("utf-8")]


def test_the_shipped_services() -> None:
    """Three of them."""
    assert service_names() == ["after_death", "disability_support", "old_age_allowance"]


def test_an_old_person_applies_for_themselves_with_one_card() -> None:
    """86 years, here registered, not on the roll: the allowance applies, and nothing is asked twice."""
    facts = {"local_resident": True, "receives_allowance": False, "old_age_card": True, "pensioner": False}
    found = judge("old_age_allowance", facts=facts | {"low_income": False}, subject={"source": "card"})
    assert states(found) == {
        "01": "applies", "02": "not", "03": "not", "04": "not", "05": "not", "06": "not", "07": "not",
    }  # fmt: skip
    assert [need.material_id for need in found.materials if need.status.value == "missing"] == [
        "household_register", "bank_account",
    ]  # fmt: skip
    asked = [answer.path for answer in found.fields if answer.state is FieldState.ASKED and answer.required]
    assert asked == ["payee.bank", "payee.account"]
    assert not found.questions
    assert not [problem for problem in found.problems if problem.code != "missing"]
    assert {problem.words for problem in found.problems} == {"还没有填开户银行", "还没有填收款账号"}


def test_a_yearly_review_of_an_allowance_that_is_drawn() -> None:
    """Review and payout change apply; a new application does not."""
    facts = {"receives_allowance": True, "local_resident": True, "account_changed": True}
    found = states(judge("old_age_allowance", facts=facts))
    assert (found["01"], found["02"], found["03"], found["04"]) == ("not", "applies", "applies", "not")


def test_a_roll_that_is_not_connected_leaves_matters_open() -> None:
    """Unknown is pending, as in the first service, and asked with one tile."""
    found = judge("old_age_allowance")
    assert states(found)["01"] == "pending"
    assert "receives_allowance" in {question.fact for question in found.questions}


def test_a_severely_disabled_person_gets_both_allowances() -> None:
    """On minimum living, level one: both allowances, both insurance subsidies, the free ride."""
    facts = {
        "severe": True, "local_resident": True, "minimum_living": True, "living_allowance": False, "destitute": False,
        "nursing_allowance": False, "work_injury_care": False, "resident_pension": True, "resident_medical": True,
        "wants_work": False, "needs_aid": False, "card_replace": False,
    }  # fmt: skip
    found = states(judge("disability_support", facts=facts, subject={"document_number": "37010019800101999X"}))
    assert {key for key, state in found.items() if state == "applies"} == {"03", "04", "06", "07", "11"}
    assert not [key for key, state in found.items() if state == "pending"]


@pytest.mark.parametrize("service", LIVING)
def test_the_one_who_applies_may_be_the_one_it_is_about(service: str) -> None:
    """The same document is no mistake when the relation says 本人, and is one when it says anything else."""
    same = {"relation": "01", "document_type": "111", "document_number": ELDER["document_number"]}
    assert not {problem.code for problem in judge(service, applicant=same).problems} - {"missing"}
    child = judge(service, applicant=same | {"relation": "20"})
    assert "applicant_is_deceased" in {problem.code for problem in child.problems if problem.holds}
    other = judge(service, applicant={"relation": "01", "document_number": "370100197401019994"})
    assert "relation_not_self" in {problem.code for problem in other.problems if problem.holds}


def test_a_child_who_is_older_is_told_so_in_the_services_words() -> None:
    """Sentences name the person as the service does."""
    found = judge("old_age_allowance", subject={"document_number": "37010019800101999X"},
                  applicant={"relation": "20", "document_number": "370100197401019994"})  # fmt: skip
    assert "申请人比老人年长，请核对与老人的关系" in {problem.words for problem in found.problems}


@pytest.mark.parametrize("service", LIVING)
def test_nobody_who_has_died_applies_for_what_is_for_the_living(service: str) -> None:
    """A file with a time of death is for the other service, and is held with its reason."""
    [held] = [
        one for one in judge(service, subject={"death_at": "2026-11-18"}).problems if one.path.endswith("death_at")
    ]
    assert (held.code, held.holds) == ("died_but_living", True)
    assert "在世才能办" in held.words


def test_no_word_of_death_reaches_the_living() -> None:
    """Whatever the answers, no sentence of these services speaks of the deceased."""
    for service in LIVING:
        found = judge(service)
        words = [w for a in found.matters for w in (a.reason, a.follow_up, a.due_text, a.name)]
        words += [q.text + q.hint for q in found.questions] + [p.words for p in found.problems]
        words += [a.label + a.hint for a in found.fields] + [n.name + n.fact for n in found.materials]
        assert not [word for word in words if any(mark in word for mark in ("逝者", "去世", "死亡", "火化"))]


def test_a_file_may_say_subject_and_comes_back_whole() -> None:
    """`subject` and `deceased` are the same place; what is stored has one name for it."""
    application = decode(json.dumps({"service": LIVING[0], "subject": ELDER}))
    assert application.deceased.name == "测试甲"
    assert isinstance(application, Application)
    assert decode(encode(application)) == application


def test_the_matters_command_judges_a_further_service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The published form is the same for every service."""
    file = tmp_path / "facts.json"
    facts = {"local_resident": True, "receives_allowance": False}
    taken_in = "2026-11-20T10:15:00+08:00"
    content = {"service": LIVING[0], "taken_in_at": taken_in, "subject": {**ELDER, "facts": facts}}
    file.write_text(json.dumps(content), "utf-8")
    assert main(["matters", str(file), "--json", "--data", str(tmp_path / "d")]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["service"] == LIVING[0]
    row = next(matter for matter in answer["matters"] if matter["id"] == "01")
    assert (row["state"], row["department"], row["due"]) == ("applies", "民政", "2026-12-18")
