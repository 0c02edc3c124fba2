from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.rules import RuleFaultError, holds, judge, read_rule

FACTS = ("one", "two", "three")
conditions = st.dictionaries(st.sampled_from(FACTS), st.booleans(), min_size=1)
rules = st.lists(conditions, min_size=1, max_size=4)
known = st.dictionaries(st.sampled_from(FACTS), st.booleans())


def worlds(facts: dict[str, bool]) -> list[dict[str, bool]]:
    """Give every way in which the unknown facts may turn out."""
    found = [facts]
    for fact in FACTS:
        if fact not in facts:
            found = [{**world, fact: value} for world in found for value in (True, False)]
    return found


@given(rules, known)
def test_what_is_certain_stays_so_whatever_turns_out(rows: list[dict[str, Any]], facts: dict[str, bool]) -> None:
    """A true or false answer never changes when an unknown fact becomes known."""
    rule = read_rule(rows)
    answer = holds(rule, facts)
    if answer is not None:
        assert {holds(rule, world) for world in worlds(facts)} == {answer}


@given(rules, known)
def test_with_every_fact_known_the_answer_is_known(rows: list[dict[str, Any]], facts: dict[str, bool]) -> None:
    """Unknown comes only from unknown facts, and the open ones are named."""
    rule = read_rule(rows)
    assert all(holds(rule, world) is not None for world in worlds(facts))
    verdict = judge(rule, facts)
    assert (verdict.answer is None) == bool(verdict.open_facts)
    assert not set(verdict.open_facts) & set(facts)


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("x", "x", True),
        ("x", "y", False),
        (["x", "y"], "y", True),
        ({"not": ["x"]}, "y", True),
        ({"not": ["x"]}, "x", False),
        ({"min": 60}, 60, True),
        ({"min": 60}, 59, False),
        ({"max": 17}, 18, False),
        ({"min": 16, "max": 17}, 17, True),
        (True, None, None),
        ({"min": 60}, None, None),
        ({"not": ["x"]}, None, None),
    ],
)
def test_conditions(condition: object, value: str | int | None, expected: bool | None) -> None:
    """One value, one of several, none of several, a span; unknown stays unknown."""
    assert holds(read_rule([{"fact": condition}]), {"fact": value}) is expected


def test_the_reason_of_the_first_row_that_holds_is_given() -> None:
    """Rows stand in order of how well they say it."""
    rule = read_rule([{"one": True, "two": True, "reason": "both"}, {"one": True, "reason": "one"}])
    verdict = judge(rule, {"one": True, "two": False})
    assert verdict.row is not None
    assert verdict.row.reason == "one"


def test_a_row_that_only_words_it_better_asks_nothing() -> None:
    """A stricter row beside a looser one cannot change the answer, so its facts are not open."""
    rule = read_rule([{"one": True, "two": True, "reason": "both"}, {"one": True, "reason": "one"}])
    assert judge(rule, {}).open_facts == ("one",)


@pytest.mark.parametrize(
    "rows", [["x"], [{"fact": []}], [{"fact": {}}], [{"fact": {"about": 3}}], [{"fact": {"min": "x"}}]]
)
def test_a_condition_of_another_form_is_refused(rows: list[Any]) -> None:
    """A typing error in a rule is a fault, never a rule that silently does nothing."""
    with pytest.raises(RuleFaultError):
        read_rule(rows)
