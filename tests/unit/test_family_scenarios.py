from __future__ import annotations

from typing import Any

import pytest
from families import DATA, RESULTS, SERVICE, judged, results

NUMBERS_THAT_TELL_NOTHING = ("215", "414", "516", "无")


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
    names = {need.material_id: need.name for need in assessment.materials}
    assert names.items() >= scenario.get("called", {}).items()
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
                assert (
                    field.state.value != "asked" or scenario["deceased"]["document_type"] in NUMBERS_THAT_TELL_NOTHING
                )


def test_there_are_forty_families_and_all_that_the_service_must_know() -> None:
    """At least forty scenarios, each with its basis, none told twice; every matter applies to one of them."""
    scenarios = DATA["scenario"]
    titles = [scenario["title"] for scenario in scenarios]
    assert len(titles) == len(set(titles)) >= 40
    assert all(scenario["basis"] for scenario in scenarios)
    met = {a.matter_id for scenario in scenarios for a in judged(scenario).matters if a.state.value == "applies"}
    assert {matter.matter_id for matter in SERVICE.matters.values() if matter.enabled} == met


def test_the_results_are_those_that_were_read() -> None:
    """Matters, dates, questions, materials and papers of every family stand word for word in the kept results.

    After a wanted change: `python tests/golden/keep_families.py`, then let somebody of the service read the difference.
    """
    assert results() == RESULTS.read_text("utf-8")
