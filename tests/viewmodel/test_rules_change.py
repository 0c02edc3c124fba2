"""A pack of the hub that arrives while the counter works: the case on the counter, the next one, and the foot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pack_rigs import settings, signed
from wizard_rig import Rig, fill_confirm, fill_information, fill_materials, walk_to

from kiosk.domain.application import decode
from kiosk.ports.store import Draft
from kiosk.wiring.packs import HubPacks
from kiosk.wiring.rule_book import RuleBook
from ui.viewmodels.new_case import NewCaseViewModel

OLD_NAME, NEW_NAME = "户口注销（含居民身份证缴销）", "户口注销（新）"
NEW = f'[[matter]]\nid = "04"\nname = "{NEW_NAME}"\nshort_name = "新的户口注销"\n'


@pytest.fixture
def arrive(rig: Rig) -> Callable[[int], None]:
    """Give a new version to the running counter, as its thread of rounds does."""
    foundation = rig.foundation
    packs = HubPacks(foundation.data_dir, settings(foundation.data_dir), foundation.rules, rig.clock)
    return lambda version: packs.offer(signed(version, {"catalog/after_death.toml": NEW}))


def _matter_names(wizard: NewCaseViewModel) -> set[str]:
    return {matter.name for matter in wizard.circumstance._case.assessment.matters}


def _kept(rig: Rig, wizard: NewCaseViewModel) -> Draft:
    return rig.services.intake.resume(wizard.circumstance._case.draft.case_id)


def test_the_case_on_the_counter_goes_on_and_the_next_one_is_new(rig: Rig, arrive: Callable[[int], None]) -> None:
    """Half way through a case the rules change: not a word of it changes, and the next family gets the new ones."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    arrive(1)
    wizard.circumstance._case.judge_again()
    assert OLD_NAME in _matter_names(wizard)
    for fill in (fill_information, fill_materials, fill_confirm):
        fill(wizard)
        wizard.goOn()
    (_, number) = rig.went[-1]
    old = rig.services.cases.look_again(number)
    assert old.catalog_version == "2026.11.1"
    assert OLD_NAME in {matter.name for matter in old.matters}
    following = rig.wizard()
    walk_to(following, 2)
    assert following.circumstance._case.assessment.catalog_version == "2026.11.1+1"
    assert NEW_NAME in _matter_names(following)


def test_a_draft_that_was_left_goes_on_under_its_rules_after_a_new_start(
    rig: Rig, arrive: Callable[[int], None]
) -> None:
    """A draft names its pack; two packs and a new start later it is judged as it was begun, and answers taken back."""
    arrive(1)
    wizard = rig.wizard()
    walk_to(wizard, 2)
    draft = _kept(rig, wizard)
    packs = HubPacks(rig.foundation.data_dir, settings(rig.foundation.data_dir), rig.foundation.rules, rig.clock)
    packs.offer(signed(2, {}))
    again = RuleBook(rig.foundation.data_dir, rig.foundation.config)
    application = decode(draft.application)
    judged = again.of(application.pack).assess(application, rig.clock.now())
    assert again.of().pack == 2
    assert NEW_NAME in {matter.name for matter in judged.matters}
    wizard.circumstance.forget()
    assert NEW_NAME in _matter_names(wizard)


def test_a_draft_in_which_nothing_was_entered_is_still_nothing(rig: Rig, arrive: Callable[[int], None]) -> None:
    """That it names its pack does not keep it."""
    arrive(1)
    wizard = rig.wizard()
    assert wizard.circumstance._case.blank
    wizard.leave()
    assert rig.services.intake.drafts(rig.desk.operator_id) == []
