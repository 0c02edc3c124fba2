"""The steps of a new case as self-service shows them, upright too: the bar below and the keys leave all to be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_fit import RIBBON, check_fits, class_of
from page_window import PageWindow, show_page
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication
from wizard_rig import FILLERS, Rig, open_rig, walk_to

from ui.viewmodels.taken_in import TakenInViewModel

UPRIGHT = (1080, 1920)
SIZES = {"upright": UPRIGHT, "1920": (1920, 1080), "1366": (1366, 768)}
WIZARD = "pages/NewCasePage.qml"
SELF_SERVICE = "self-service"


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_each_step_of_self_service_fits_its_window(rig: Rig, size: str, large: bool) -> None:
    """Before and after it is filled in; the bar below holds its hint and its buttons whole."""
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, SIZES[size], large=large, mode=SELF_SERVICE) as shown:
        for step, fill in enumerate(FILLERS):
            assert wizard.step == step
            _fits(shown, large=large)
            fill(wizard)
            _fits(shown, large=large)
            if step < 4:
                wizard.goOn()


def _fits(shown: PageWindow, *, large: bool) -> None:
    shown.settle(150)
    check_fits(shown, large=large)
    bar = next(item for item in shown.items() if class_of(item) == "BottomBar")
    around = shown.place(bar).adjusted(0, -1, 0, 1)
    within_bar = [item for item in shown.items(bar) if item.inherits("QQuickText") or item.inherits("QQuickControl")]
    assert [item.property("text") for item in within_bar if not around.contains(shown.place(item))] == []


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mode", ["window", SELF_SERVICE])
def test_what_is_written_is_read_whole_above_the_keys(
    tmp_path: Path, qapp: QGuiApplication, mode: str, size: str, large: bool
) -> None:
    """The box of the field and every digit in it stand in the window, over the keys, under the ribbon of training."""
    assert qapp is not None
    with open_rig(tmp_path, keyboard="always") as rig:
        wizard = rig.wizard()
        walk_to(wizard, 2)
        wizard.information.edit("payee.account", "6222020000000005561")
        wizard.information.leave("payee.account")
        width, height = SIZES[size]
        height -= round(RIBBON * (1.4 if large else 1) * (1.4 if mode == SELF_SERVICE else 1))
        with show_page(WIZARD, wizard, (width, height), large=large, mode=mode) as shown:
            wizard.focusWanted.emit("payee.account")
            shown.settle(250)
            band = next(item for item in shown.items() if class_of(item) == "KeysBand")
            field = shown.find("payee.account")
            written = next(item for item in shown.items(field) if item.inherits("QQuickTextInput"))
            box = written.parentItem()
            assert box is not None
            above = QRectF(0, 0, width, shown.place(band).top() + 1)
            assert above.contains(shown.place(box))
            assert written.property("contentWidth") <= written.width()
            check_fits(shown, large=large)


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_the_number_fits_self_service(rig: Rig, size: str, large: bool) -> None:
    """With its bar below."""
    with show_page("pages/TakenInPage.qml", _taken_in(rig), SIZES[size], large=large, mode=SELF_SERVICE) as shown:
        _fits(shown, large=large)


def test_what_comes_next_takes_few_screens_of_large_text_and_one_touch_shows_it_all(rig: Rig) -> None:
    """On the small screen the nearest three stand there; the others come when they are asked for."""
    page = _taken_in(rig)
    stops = len(page._next.rows())
    assert stops > 3
    with show_page("pages/TakenInPage.qml", page, SIZES["1366"], large=True) as shown:
        area = next(item for item in shown.items() if class_of(item) == "ScrollArea")
        shown.comes_to_rest(lambda: area.property("screens") <= 4 and _lines(shown) == 3)
        button = next(item for item in shown.items() if item.property("text") == f"看全部 {stops} 条")
        button.metaObject().invokeMethod(button, "click")
        shown.comes_to_rest(lambda: _lines(shown) == stops)


def _taken_in(rig: Rig) -> TakenInViewModel:
    wizard = rig.wizard()
    walk_to(wizard, 4)
    FILLERS[4](wizard)
    wizard.goOn()
    page = rig.taken_in(rig.went[-1][1])
    page.start()
    page.stop()
    return page


def _lines(shown: PageWindow) -> int:
    return sum(class_of(item) == "NextLine" for item in shown.items())
