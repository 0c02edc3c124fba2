from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.application import decode
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Assessment
from kiosk.services.reference import load_calendar, load_codes, load_service

DATA = tomllib.loads((Path(__file__).parents[1] / "vectors" / "family_scenarios.toml").read_text("utf-8"))
SERVICE, CALENDAR, CODES = load_service("after_death"), load_calendar(), load_codes()
NOW = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)


def judged(scenario: dict[str, Any]) -> Assessment:
    """Judge a scenario over the base; the word unknown takes a fact away, none makes it null."""
    base = DATA["base"]
    deceased = {**base["deceased"], **scenario.get("deceased", {})}
    deceased = {key: None if value == "none" else value for key, value in deceased.items() if value != "unknown"}
    facts = {
        "taken_in_at": scenario.get("taken_in_at", base["taken_in_at"]),
        "deceased": deceased,
        "applicant": {**base["applicant"], **scenario.get("applicant", {})},
    }
    return assess(SERVICE, decode(json.dumps(facts)), NOW, CALENDAR, CODES)


@pytest.mark.parametrize("scenario", DATA["scenario"], ids=lambda scenario: str(scenario["title"]))
def test_a_family_gets_what_the_scenario_says(scenario: dict[str, Any]) -> None:
    """Matters, dates, papers and questions are those that are written down."""
    assessment = judged(scenario)
    rows = {str(answer.matter_id): answer for answer in assessment.matters}
    assert len(rows) == 37
    expected = {matter: state for state in ("applies", "pending", "not") for matter in scenario.get(state, [])}
    assert {matter: rows[matter].state.value for matter in expected} == expected
    assert {matter: rows[matter].due for matter in scenario.get("due", {})} == scenario.get("due", {})
    assert all(rows[matter].due_provisional for matter in scenario.get("provisional", []))
    wanted = scenario.get("alternatives", {})
    assert {matter: list(rows[matter].alternative_to) for matter in wanted} == wanted
    materials = {str(need.material_id) for need in assessment.materials}
    assert set(scenario.get("materials", [])) <= materials
    assert not set(scenario.get("without", [])) & materials
    questions = {question.fact for question in assessment.questions}
    assert set(scenario.get("asked", [])) <= questions
    assert not set(scenario.get("not_asked", [])) & questions


@pytest.mark.parametrize("scenario", DATA["scenario"], ids=lambda scenario: str(scenario["title"]))
def test_every_answer_speaks(scenario: dict[str, Any]) -> None:
    """Each of the 37 has a reason in words, what applies has a deadline in words, what does not needs nothing."""
    for answer in judged(scenario).matters:
        assert answer.reason
        assert "{" not in answer.reason
        if answer.state.value == "not":
            assert (answer.fields, answer.materials, answer.due) == ((), (), None)
        else:
            assert answer.due_text
            assert answer.fields


def test_no_family_is_asked_for_more_than_the_form() -> None:
    """In no scenario is there a box outside the 24 fields, and what numbers tell is never asked."""
    for scenario in DATA["scenario"]:
        for field in judged(scenario).fields:
            assert field.field_id in SERVICE.fields
            if field.path in ("deceased.sex", "deceased.birth"):
                assert field.state.value != "asked" or scenario["deceased"]["document_type"] in ("414", "无")
