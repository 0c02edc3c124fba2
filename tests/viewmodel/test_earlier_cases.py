"""The same person a second time, in the wizard: told at once, decided before the case is taken in."""

from __future__ import annotations

from pathlib import Path

from command_rigs import case_file
from wizard_rig import Rig, fill_confirm, fill_people, walk_to

from kiosk.domain.application import decode
from kiosk.ids import OperatorId
from kiosk.packets.deceased import person_digest, shared_digest
from kiosk.ports.sync import KnownCase
from ui.desk import Page
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.new_case import Step

ACTOR = OperatorId("training")
KEY = "a" * 64


def take_in_elder(rig: Rig, folder: Path) -> str:
    """Take in the person of the first sample card, who died the day that the wizard will be told."""
    wizard = rig.wizard()
    fill_people(wizard)
    number = wizard._case.application.deceased.document_number
    rig.services.intake.discard(wizard._case.draft.case_id)
    died = {"document_number": number, "death_at": "2026-11-16T03:10:00+08:00", "certificate_number": number}
    file = case_file(folder, deceased=died, attachments=[])
    return rig.services.intake.submit(decode(file.read_bytes()), {}, ACTOR).case_number


def know_elder(rig: Rig, number: str) -> None:
    """Let the hub tell of a case of the same person elsewhere."""
    digest = shared_digest(KEY, person_digest("111", number))
    known = KnownCase(digest, "after_death", "3702", "SHS370200T01A2026110100012", "2026-11-01T02:00:00.000Z")
    with rig.foundation.store() as store:
        store.outbox.note_known(KEY, [known], 1)


def test_an_earlier_case_is_told_when_the_person_is_known_and_can_be_gone_to(rig: Rig, tmp_path: Path) -> None:
    """The banner comes with the card; joining opens what adds to the earlier case, and the draft stays."""
    number = take_in_elder(rig, tmp_path / "in")
    wizard = rig.wizard()
    assert wizard.earlierBanner == ""
    fill_people(wizard)
    assert "收过 1 件" in wizard.earlierBanner
    wizard.earlier.ask()
    (line,) = wizard.earlier.property("lines").rows()
    assert (line.number, line.way) == (number, "join")
    wizard.earlier.goOn(number)
    page, subject = rig.went[-1]
    assert page is Page.CASE
    earlier = CaseViewModel(rig.desk)
    earlier.show(subject)
    assert (earlier.property("number").replace(" ", ""), earlier.amendment.asking) == (number, "correct")
    assert earlier.apart == ""
    assert [draft.case_id for draft in rig.services.intake.drafts(ACTOR)] == [wizard._case.draft.case_id]


def test_the_case_is_not_taken_in_before_it_is_decided_and_keeps_the_reason(rig: Rig, tmp_path: Path) -> None:
    """The last button opens the question; the answer travels with the second case, whose page tells it."""
    take_in_elder(rig, tmp_path / "in")
    wizard = rig.wizard()
    walk_to(wizard, Step.CONFIRM)
    wizard.goOn()
    assert wizard.earlier.open
    wizard.earlier.fileApart("other_heir")
    fill_confirm(wizard)
    assert (wizard.earlier.open, wizard.earlierBanner, wizard.ready) == (False, "", True)
    wizard.goOn()
    page, second = rig.went[-1]
    assert page is Page.TAKEN_IN
    kept = decode(rig.services.cases.look_again(second).application)
    assert kept.file_apart_reason == "另一位家属单独申请"
    told = CaseViewModel(rig.desk)
    told.show(second)
    assert told.apart == "另收的一件：另一位家属单独申请"


def test_a_case_elsewhere_is_told_without_a_way_here(rig: Rig) -> None:
    """Station and day are said; there is nothing to open at this counter."""
    wizard = rig.wizard()
    fill_people(wizard)
    number = wizard._case.application.deceased.document_number
    assert number is not None
    know_elder(rig, number)
    again = rig.wizard()
    fill_people(again)
    (line,) = again.earlier.property("lines").rows()
    assert (line.way, "3702" in line.words) == ("", True)
    again.earlier.goOn(line.number)
    assert rig.went == []


def test_another_person_takes_the_question_and_its_answer_away(rig: Rig, tmp_path: Path) -> None:
    """A reason belongs to the person it was given for."""
    take_in_elder(rig, tmp_path / "in")
    wizard = rig.wizard()
    fill_people(wizard)
    wizard.earlier.fileApart("other_matters")
    wizard.identity.swap()
    assert wizard.earlierBanner == ""
    assert wizard._case.application.file_apart_reason is None
