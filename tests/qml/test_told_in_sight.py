"""What a page has to say or to ask next stands in sight, however long the page is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asked_case import page_of, take_in
from page_fit import RIBBON
from page_window import PageWindow, show_page
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from wizard_rig import FILLERS, Rig, lay, open_rig, sample

from ui.viewmodels.new_case import NewCaseViewModel

SIZE = (1366, 768)


@pytest.fixture
def rig(tmp_path: Path, qapp: QGuiApplication) -> Iterator[Rig]:
    """A counter on a fresh folder."""
    assert qapp is not None
    with open_rig(tmp_path) as opened:
        yield opened


def test_why_a_correction_was_refused_is_told_where_the_clerk_looks(rig: Rig, tmp_path: Path) -> None:
    """Sent from a field far down, a change of the matters is refused in sight, and nothing entered is lost."""
    page = page_of(rig, take_in(rig, tmp_path))
    sheet = page.amendment
    sheet.open("correct")
    with show_page("pages/CasePage.qml", page, SIZE) as shown:
        sheet.write("参保填错了")
        sheet.entry.edit("applicant.phone", "13800000039")
        for insurance in ("enterprise_pension", "resident_pension"):
            sheet.entry.openChoices("deceased.insurance")
            sheet.entry.choose(insurance)
        sheet.entry.closeChoices()
        account = shown.find("payee.account")
        area: Any = _area_of(account)  # its functions are opaque to the type checker
        area.show(account)
        shown.comes_to_rest(lambda: _in_sight(shown, account))
        sheet.send()
        assert "CAS-17" in sheet.notice
        told = next(item for item in shown.items() if item.property("text") == sheet.notice and _area_of(item))
        shown.comes_to_rest(lambda: _in_sight(shown, told))
    assert sheet.remark == "参保填错了"
    assert sheet.entry.values()["applicant.phone"] == "13800000039"
    assert "resident_pension" in sheet.entry.values()["deceased.insurance"]


def test_the_reasons_for_a_low_level_are_in_sight_below_two_papers(rig: Rig) -> None:
    """On the small screen, too, where number, papers, levels and reasons do not stand on it at once."""
    wizard = _with_an_agent(rig)
    FILLERS[4](wizard)
    wizard.confirm.signing.turnToCase()
    wizard.confirm.signing.addStroke("0.2 0.3 0.6 0.7")
    wizard.goOn()
    page = rig.taken_in(rig.went[-1][1])
    page.start()
    for _ in range(2):
        rig.services.papers.work()
    page.look()
    page.stop()
    assert len(page.property("papers").rows()) == 2
    with show_page("pages/TakenInPage.qml", page, (SIZE[0], SIZE[1] - RIBBON)) as shown:
        page.chooseLevel(2)
        shown.comes_to_rest(
            lambda: all(_in_sight(shown, _saying(shown, row.text)) for row in page.property("reasons").rows()),
        )


def test_who_acts_for_the_applicant_signs_on_a_pad_in_sight(rig: Rig) -> None:
    """After the letter the case is signed on the same place; what else stands there pushes it off no small screen."""
    wizard = _with_an_agent(rig)
    with show_page("pages/NewCasePage.qml", wizard, (SIZE[0], SIZE[1] - RIBBON)) as shown:
        for letter in (True, False):
            (wizard.confirm.signing.turnToLetter if letter else wizard.confirm.signing.turnToCase)()
            shown.comes_to_rest(lambda: _in_sight(shown, _pad(shown)))
            assert _pad(shown).height() >= 60
        assert _in_sight(shown, _saying(shown, "不能写字"))


def _with_an_agent(rig: Rig) -> NewCaseViewModel:
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    wizard.identity.chooseRelation("30")
    wizard.identity.addAgent()
    lay(wizard, sample("minority"))
    wizard.goOn()
    for filler in FILLERS[1:3]:
        filler(wizard)
        if wizard.step == 2:
            wizard.information.edit("agent.phone", "13800000023")
            wizard.information.openChoices("agent.valid_until")
            wizard.information.choose("20270331")
        wizard.goOn()
    FILLERS[3](wizard)
    wizard.goOn()
    assert wizard.step == 4, wizard.hint
    return wizard


def _pad(shown: PageWindow) -> QQuickItem:
    return next(item for item in shown.items() if item.metaObject().className().startswith("SignaturePad"))


def _saying(shown: PageWindow, words: str) -> QQuickItem:
    return next(item for item in shown.items() if item.property("text") == words)


def _area_of(item: QQuickItem) -> QQuickItem | None:
    """Give the innermost area that the item lies in."""
    area = item.parentItem()
    while area is not None and not area.metaObject().className().startswith("ScrollArea"):
        area = area.parentItem()
    return area


def _in_sight(shown: PageWindow, item: QQuickItem) -> bool:
    """Say whether all of the item is inside everything that clips it."""
    place = shown.place(item)
    above = item.parentItem()
    while above:
        if above.clip() and not shown.place(above).adjusted(-1, -1, 1, 1).contains(place):
            return False
        above = above.parentItem()
    return True
