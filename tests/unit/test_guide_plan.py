"""The guide for one family: the rules of a case on a few answers, nothing kept."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from kiosk.domain.application import Application, DeceasedEntry
from kiosk.domain.assessment import Applicability
from kiosk.domain.guide import HOTLINE
from kiosk.messages import text
from kiosk.services.guide import GuideService
from kiosk.services.rules import shipped_rules

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


class StillClock:
    """One moment."""

    def now(self) -> datetime:
        """Give it."""
        return NOW

    def monotonic(self) -> float:
        """Give nothing."""
        return 0.0


GUIDE = GuideService(shipped_rules, StillClock())
ASKED = Application(
    deceased=DeceasedEntry(
        circumstance="hospital",
        disposition="cremation",
        household_division="370102",
        certificate_in_hand=True,
        insurance=("enterprise_pension", "employee_medical"),
        facts={"married": True, "old_age_allowance": True, "work_death": False},
    )
)


def test_the_plan_lists_what_a_case_of_the_same_facts_would_take() -> None:
    """The guide and a case are judged by the same rules: the same matters, pending ones apart, the same materials."""
    plan, judged = GUIDE.plan(ASKED), shipped_rules().assess(ASKED, NOW)
    applies = [answer.matter_id for answer in judged.matters if answer.state is Applicability.APPLIES]
    pending = [answer.matter_id for answer in judged.matters if answer.state is Applicability.PENDING]
    assert [matter.matter_id for matter in plan.matters] == applies
    assert [matter.matter_id for matter in plan.perhaps] == pending
    assert [material.material_id for material in plan.materials] == [need.material_id for need in judged.materials]
    assert {"04", "09", "12", "17"} <= set(applies)


def test_every_matter_of_a_plan_says_how_long_it_takes_and_whom_to_call() -> None:
    """No answer is left open: a department without a number of its own is reached by the hotline."""
    plan = GUIDE.plan(ASKED)
    assert all(matter.how_long and matter.reason and matter.phone for matter in plan.matters)
    phones = {matter.department: matter.phone for matter in plan.matters}
    assert phones["人社"] == "12333"
    assert phones["公安"] == HOTLINE


def test_what_was_told_is_repeated_in_words_and_names_nobody() -> None:
    """The sheet starts from what the person said; a name that came along is not in it."""
    named = msgspec.structs.replace(ASKED, deceased=msgspec.structs.replace(ASKED.deceased, name="测试甲"))
    plan = GUIDE.plan(named)
    assert plan.told[:2] == ("在医院去世", "火化")
    assert {"企业职工养老保险", "职工医保", "有配偶", "死亡证明已经拿到"} <= set(plan.told)
    assert "因工作受伤去世，已认定工伤" not in plan.told
    assert "测试甲" not in str(plan)


@pytest.mark.parametrize("words", text("screen.guide.everyday").split(" "))
def test_what_people_ask_for_most_is_found(words: str) -> None:
    """The words that the page offers to touch each lead somewhere, with department, basis and telephone."""
    found = GUIDE.search(words)
    assert found
    assert all(entry.department and entry.basis and entry.phone for entry in found)
