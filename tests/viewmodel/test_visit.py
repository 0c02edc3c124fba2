"""What stays of a visit that was left."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from wizard_rig import Rig, lay, sample

from kiosk.ids import OperatorId
from ui.viewmodels.new_case import NewCaseViewModel
from ui.viewmodels.visit import Visit


def opened(rig: Rig, visit: Visit) -> NewCaseViewModel:
    """Begin a case as F2 does."""
    visit.open_draft("")
    assert visit.new_case is not None
    assert len(drafts(rig)) == 1
    return visit.new_case


def drafts(rig: Rig) -> list[str]:
    """Give the drafts that the work list would show."""
    return [draft.case_id for draft in rig.services.intake.drafts(OperatorId("training"))]


@pytest.fixture
def visit(rig: Rig, qapp: QObject) -> Visit:
    """The visits of this counter."""
    return Visit(rig.desk, qapp, lambda _page: None)


def test_a_case_that_was_begun_and_left_with_nothing_entered_leaves_no_draft(rig: Rig, visit: Visit) -> None:
    """The empty tile of an agent is nothing, either."""
    opened(rig, visit).identity.addAgent()
    visit.close_new_case()
    assert drafts(rig) == []


def test_a_case_in_which_one_letter_was_typed_stays(rig: Rig, visit: Visit) -> None:
    """It is found again on the work list."""
    wizard = opened(rig, visit)
    wizard.identity.typeIn("deceased")
    wizard.identity.entry.typeName("测")
    visit.close_new_case()
    assert len(drafts(rig)) == 1


def test_a_case_for_which_a_card_was_read_stays(rig: Rig, visit: Visit) -> None:
    """One card is enough."""
    lay(opened(rig, visit), sample("minority"))
    visit.close_new_case()
    assert len(drafts(rig)) == 1


def test_beginning_twice_at_once_leaves_one_draft(rig: Rig, visit: Visit) -> None:
    """The page that the second touch replaced held nothing."""
    opened(rig, visit)
    opened(rig, visit)
