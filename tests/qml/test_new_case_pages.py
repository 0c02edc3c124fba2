"""The pages of a new case in their sizes: nothing cut, nothing outside, every target large enough, no warning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from page_fit import RIBBON, SIZES, check_fits, class_of, within
from page_window import PageWindow, show_page
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from wizard_rig import FILLERS, Rig, lay, open_rig, sample, walk_to

LOW = 860
"""Below this height, in pixels of normal text, a tile shows one page of a material."""
WIZARD = "pages/NewCasePage.qml"


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_each_step_fits_its_window(rig: Rig, size: str, large: bool) -> None:
    """Before and after it is filled in."""
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, SIZES[size], large=large) as shown:
        for step, fill in enumerate(FILLERS):
            assert wizard.step == step
            shown.settle(150)
            check_fits(shown, large=large)
            fill(wizard)
            shown.settle(150)
            check_fits(shown, large=large)
            if step < 4:
                wizard.goOn()


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768 - RIBBON)], ids=["1920", "1366"])
def test_each_step_of_the_standard_case_takes_one_screen(rig: Rig, size: tuple[int, int]) -> None:
    """Before and after it is filled in nothing that is asked or read lies below an edge, under the ribbon of training.

    The list of matters at the side of the large screen may be longer than its panel.
    """
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, size) as shown:
        for step, fill in enumerate(FILLERS):
            assert wizard.step == step
            _in_one_screen(shown)
            fill(wizard)
            _in_one_screen(shown)
            if step < 4:
                wizard.goOn()


@pytest.mark.parametrize(("size", "most"), [("1366", 4), ("1024", 5)])
def test_large_text_takes_few_screens(rig: Rig, size: str, most: int) -> None:
    """However large the letters, a step of the standard case is gone through with a few turns."""
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, SIZES[size], large=True) as shown:
        for step, fill in enumerate(FILLERS):
            assert wizard.step == step
            fill(wizard)
            shown.comes_to_rest(lambda: max(area.property("screens") for area in _areas(shown)) <= most)
            if step < 4:
                wizard.goOn()


def test_the_labels_of_the_questions_keep_to_one_line(rig: Rig) -> None:
    """However many answers stand beside them, also where these break."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    with show_page(WIZARD, wizard, SIZES["portrait"], large=True) as shown:
        labels = ("去世日期", "死亡证明", "安葬方式", "参保情况")
        lines = {
            item.property("text"): item.property("lineCount") for item in shown.items() if class_of(item) == "Words"
        }
        assert {label: lines[label] for label in labels} == dict.fromkeys(labels, 1)


def _in_one_screen(shown: PageWindow) -> None:
    shown.comes_to_rest(
        lambda: not any(area.property("overflows") for area in _areas(shown) if not within(area, "MattersPanel"))
    )


def _areas(shown: PageWindow) -> list[QQuickItem]:
    areas = [item for item in shown.items() if class_of(item) == "ScrollArea"]
    assert areas
    return areas


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_the_number_fits_its_window(rig: Rig, size: str, large: bool) -> None:
    """With a printed receipt, and with the question for a reason."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    FILLERS[4](wizard)
    wizard.goOn()
    page = rig.taken_in(rig.went[-1][1])
    page.start()
    rig.services.papers.work()
    rig.services.papers.work()
    page.look()
    page.stop()
    with show_page("pages/TakenInPage.qml", page, SIZES[size], large=large) as shown:
        check_fits(shown, large=large)
        page.chooseLevel(1)
        shown.settle(150)
        check_fits(shown, large=large)


@pytest.mark.parametrize("size", SIZES)
def test_three_people_with_long_and_rare_names_fit(rig: Rig, size: str) -> None:
    """A name of sixty characters with a dot, one with a private-use character, an agent who waits."""
    wizard = rig.wizard()
    long = "测试" + "古丽阿依努尔汗" * 4 + "·" + "买买提依布拉音江" * 3 + "阿卜杜拉"
    long += "汗" * (60 - len(long))
    lay(wizard, replace(sample("minority"), name=long))
    lay(wizard, sample("private-use"))
    wizard.identity.addAgent()
    with show_page(WIZARD, wizard, SIZES[size]) as shown:
        check_fits(shown, large=False)


@pytest.mark.parametrize("size", SIZES)
def test_sheets_over_a_step_fit(rig: Rig, size: str) -> None:
    """Reasons for leaving a matter out, the banks, the day a material follows by, a consent's whole text."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    with show_page(WIZARD, wizard, SIZES[size]) as shown:
        FILLERS[1](wizard)
        wizard.circumstance.matter_list.toggle(wizard.circumstance.matter_list.ticked[0].matter_id)
        shown.settle(150)
        assert wizard.circumstance.matter_list.asking != ""
        check_fits(shown, large=False)
        wizard.circumstance.matter_list.keep()
        wizard.goOn()
        wizard.information.openChoices("payee.bank")
        shown.settle(150)
        check_fits(shown, large=False)
        wizard.information.closeChoices()
        FILLERS[2](wizard)
        wizard.goOn()
        wizard.materials.openDeferral("cremation_certificate")
        shown.settle(150)
        check_fits(shown, large=False)
        wizard.materials.defer()
        FILLERS[3](wizard)
        wizard.goOn()
        wizard.confirm.read("share")
        shown.settle(150)
        check_fits(shown, large=False)


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_keys_never_cover_the_field_they_write_into(
    tmp_path: Path, qapp: QGuiApplication, size: str, large: bool
) -> None:
    """It stands under the head, where there is one, and over the keys; these take about half of the height at most."""
    assert qapp is not None
    with open_rig(tmp_path, keyboard="always") as rig:
        wizard = rig.wizard()
        walk_to(wizard, 2)
        with show_page(WIZARD, wizard, SIZES[size], large=large) as shown:
            wizard.focusWanted.emit("payee.account")
            shown.settle(250)
            places = {class_of(item): shown.place(item) for item in shown.items()}
            band = places["KeysBand"]
            top = places["StepHeader"].bottom() if "StepHeader" in places else 0
            box = shown.place(shown.find("payee.account"))
            assert band.height() <= (0.55 if large else 0.48) * shown.window.height()
            assert top <= box.top()
            assert box.bottom() <= band.top()
            check_fits(shown, large=large)


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_captured_pages_fit_their_tile_and_are_shown_large(rig: Rig, size: str, large: bool) -> None:
    """More pages than the tile shows, a long file name to choose, a refused file, one page over the whole step."""
    in_tile = 1 if SIZES[size][1] / (1.4 if large else 1) < LOW else 4
    wizard = rig.wizard()
    walk_to(wizard, 3)
    pages = wizard.materials.pages
    for _ in range(6):
        pages.capture("household_register")
    (rig.import_folder / f"{'很长的文件名' * 6}.jpg").write_bytes(b"no picture")
    with show_page(WIZARD, wizard, SIZES[size], large=large) as shown:
        shown.settle(250)
        check_fits(shown, large=large)
        assert _pictures(shown) == in_tile
        pages.openFiles("bank_account")
        shown.settle(150)
        check_fits(shown, large=large)
        pages.chooseFile(pages._files.rows()[0].fileId)
        shown.settle(150)
        check_fits(shown, large=large)
        pages.view("household_register")
        pages.turn(1)
        shown.settle(250)
        check_fits(shown, large=large)
        assert _pictures(shown) == in_tile + 1


def _pictures(shown: PageWindow) -> int:
    """Count the photographs that are drawn."""
    return sum(
        class_of(item) == "QQuickImage"
        and item.property("source").toString().startswith("data:")
        and item.property("paintedWidth") > 20
        for item in shown.items()
    )


@pytest.mark.parametrize("size", ["1366", "portrait"])
def test_a_case_with_an_agent_fits_its_window(rig: Rig, size: str) -> None:
    """Three people, the terms of the authorisation, five consents, the letter and the case to be signed in turn."""
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, SIZES[size]) as shown:
        lay(wizard, sample("elder"))
        lay(wizard, sample("applicant"))
        wizard.identity.chooseRelation("50")  # odd: the words about it stand under the relations
        wizard.identity.addAgent()
        lay(wizard, sample("minority"))
        shown.settle(150)
        check_fits(shown, large=False)
        wizard.goOn()
        FILLERS[1](wizard)
        wizard.goOn()
        FILLERS[2](wizard)
        wizard.information.edit("agent.phone", "13800000023")
        wizard.information.openChoices("agent.valid_until")
        wizard.information.choose("20270230")
        shown.settle(150)
        check_fits(shown, large=False)
        wizard.information.choose("20270331")
        shown.settle(150)
        check_fits(shown, large=False)
        wizard.goOn()
        wizard.materials.decide("social_card", "promised")
        FILLERS[3](wizard)
        wizard.goOn()
        assert wizard.step == 4, wizard.hint
        shown.settle(150)
        check_fits(shown, large=False)
        FILLERS[4](wizard)
        wizard.confirm.signing.turnToCase()
        shown.settle(150)
        check_fits(shown, large=False)


@pytest.mark.parametrize("name", ["测试江·买买提", "测试买买提·阿卜杜拉"])
def test_a_name_of_two_parts_takes_no_second_screen(rig: Rig, name: str) -> None:
    """On the small screen, under the ribbon of training, all relations are in view, in columns of one width."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, replace(sample("minority"), name=name))
    with show_page(WIZARD, wizard, (1366, 768 - RIBBON)) as shown:
        shown.settle(150)
        scroll = next(item for item in shown.items() if class_of(item) == "ScrollArea")
        assert not scroll.property("overflows")
        widths = {round(item.width()) for item in shown.items() if class_of(item) == "SegmentButton"}
        assert max(widths) - min(widths) <= 1
        check_fits(shown, large=False)
