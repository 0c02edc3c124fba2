"""The pages of a new case in their sizes: nothing cut, nothing outside, every target large enough, no warning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from page_window import PageWindow, show_page
from PySide6.QtCore import QMetaObject, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from wizard_rig import FILLERS, Rig, lay, open_rig, sample, walk_to

SIZES = {"1920": (1920, 1080), "1366": (1366, 768), "1024": (1024, 768), "portrait": (1080, 1920)}
SMALLEST = {False: 60, True: 88}
LOW = 860
"""Below this height, in pixels of normal text, a tile shows one page of a material."""
RIBBON = 36
"""Height of the ribbon of training, in pixels of normal text."""
WIZARD = "pages/NewCasePage.qml"
BUTTON = "QQuickAbstractButton"


@pytest.fixture
def rig(tmp_path: Path, qapp: QGuiApplication) -> Iterator[Rig]:
    """A counter on a fresh folder."""
    assert qapp is not None
    with open_rig(tmp_path) as opened:
        yield opened


def _class(item: QQuickItem) -> str:
    return item.metaObject().className().split("_QML")[0]


def _inside_width(shown: PageWindow) -> list[str]:
    """Name what sticks out at a side; what scrolls may be longer than the window, never wider."""
    width = shown.window.width()
    out = []
    for item in shown.items():
        place = shown.place(item)
        if item.width() > 0 and (place.left() < -8 or place.right() > width + 8):
            out.append(f"{_class(item)} {item.objectName()} {place.left():.0f}–{place.right():.0f}")
    return out


def _cut_words(shown: PageWindow) -> list[str]:
    """Name texts that are elided or taller than their place."""
    cut = []
    for item in shown.items():
        text = item.property("text")
        if item.inherits("QQuickText") and text:
            clipped = item.property("truncated") or item.property("contentWidth") > item.width() + 1.5
            if clipped or item.property("contentHeight") > item.height() + 1.5:
                cut.append(str(text))
    return cut


def _small_targets(shown: PageWindow, smallest: int) -> list[str]:
    """Name buttons under the size of a finger."""
    return [
        f"{_class(item)} {item.property('text')} {item.width():.0f}×{item.height():.0f}"
        for item in shown.items()
        if item.inherits("QQuickAbstractButton")
        and item.isEnabled()
        and min(item.width(), item.height()) < smallest - 1
    ]


def _overlaps(shown: PageWindow) -> list[str]:
    """Name pairs of buttons that lie upon each other."""
    buttons = [item for item in shown.items() if item.inherits("QQuickAbstractButton") and item.isEnabled()]
    places = [(item, shown.place(item).adjusted(1, 1, -1, -1)) for item in buttons]
    visible = QRectF(0, 0, shown.window.width(), shown.window.height())
    pairs = []
    for index, (one, first) in enumerate(places):
        for other, second in places[index + 1 :]:
            if _within(one, "QQuickFlickable") is not _within(other, "QQuickFlickable"):
                continue  # what scrolls passes under what stays
            if _within(one, "Sheet") is not _within(other, "Sheet"):
                continue  # a sheet covers what it lies on
            if first.intersects(second) and visible.contains(first) and visible.contains(second):
                pairs.append(f"{one.property('text')} / {other.property('text')}")
    return pairs


def _within(item: QQuickItem, kind: str) -> QQuickItem | None:
    parent = item.parentItem()
    while parent is not None and not (parent.inherits(kind) or _class(parent).endswith(kind)):
        parent = parent.parentItem()
    return parent


def _check(shown: PageWindow, *, large: bool) -> None:
    assert _inside_width(shown) == []
    assert _cut_words(shown) == []
    assert _small_targets(shown, SMALLEST[large]) == []
    assert _overlaps(shown) == []


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_each_step_fits_its_window(rig: Rig, size: str, large: bool) -> None:
    """Before and after it is filled in."""
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, SIZES[size], large=large) as shown:
        for step, fill in enumerate(FILLERS):
            assert wizard.step == step
            shown.settle(150)
            _check(shown, large=large)
            fill(wizard)
            shown.settle(150)
            _check(shown, large=large)
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
        lines = {item.property("text"): item.property("lineCount") for item in shown.items() if _class(item) == "Words"}
        assert {label: lines[label] for label in labels} == dict.fromkeys(labels, 1)


def _in_one_screen(shown: PageWindow) -> None:
    shown.comes_to_rest(
        lambda: not any(area.property("overflows") for area in _areas(shown) if not _within(area, "MattersPanel"))
    )


def _areas(shown: PageWindow) -> list[QQuickItem]:
    areas = [item for item in shown.items() if _class(item) == "ScrollArea"]
    assert areas
    return areas


def test_where_it_is_low_the_matters_are_behind_their_count(rig: Rig) -> None:
    """A touch on the count lists them, one on a tick asks why over the list, and the answer leaves the matter out."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    FILLERS[1](wizard)
    matters = wizard.circumstance.matter_list
    first = matters.ticked[0]
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        for words in ("一共要办 9 项", first.short_name, "这次先不办"):
            shown.settle(200)
            button = [item for item in shown.items() if item.property("text") == words and item.inherits(BUTTON)][-1]
            place = shown.place(button).center().toPoint()
            QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=place)
        assert first.matter_id not in {matter.matter_id for matter in matters.ticked}


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
        _check(shown, large=large)
        page.chooseLevel(1)
        shown.settle(150)
        _check(shown, large=large)


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
        _check(shown, large=False)


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
        _check(shown, large=False)
        wizard.circumstance.matter_list.keep()
        wizard.goOn()
        wizard.information.openChoices("payee.bank")
        shown.settle(150)
        _check(shown, large=False)
        wizard.information.closeChoices()
        FILLERS[2](wizard)
        wizard.goOn()
        wizard.materials.openDeferral("cremation_certificate")
        shown.settle(150)
        _check(shown, large=False)
        wizard.materials.defer()
        FILLERS[3](wizard)
        wizard.goOn()
        wizard.confirm.read("share")
        shown.settle(150)
        _check(shown, large=False)


@pytest.mark.parametrize("last", range(5))
def test_a_step_that_is_left_at_once_does_nothing_more(rig: Rig, last: int) -> None:
    """Through the steps, and away, without a turn of the loop: what a step meant to do soon goes with it."""
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, SIZES["1366"]):
        walk_to(wizard, last)
        FILLERS[last](wizard)
        wizard.focusWanted.emit("payee.account")


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_keys_never_cover_the_field_they_write_into(
    tmp_path: Path, qapp: QGuiApplication, size: str, large: bool
) -> None:
    """Label, box and message stand between the head and the keys, which take about half of the height at most."""
    assert qapp is not None
    with open_rig(tmp_path, keyboard="always") as rig:
        wizard = rig.wizard()
        walk_to(wizard, 2)
        with show_page(WIZARD, wizard, SIZES[size], large=large) as shown:
            wizard.focusWanted.emit("payee.account")
            shown.settle(250)
            head, band = (
                shown.place(next(item for item in shown.items() if _class(item) == kind))
                for kind in ("StepHeader", "KeysBand")
            )
            box = shown.place(shown.find("payee.account"))
            assert band.height() <= (0.55 if large else 0.48) * shown.window.height()
            assert head.bottom() <= box.top()
            assert box.bottom() <= band.top()
            _check(shown, large=large)


def _type(shown: PageWindow, digits: str) -> None:
    for digit in digits:
        QTest.keyClick(shown.window, Qt.Key(ord(digit)))


def test_a_keyboard_alone_fills_the_fields_and_goes_on(rig: Rig) -> None:
    """Enter leads to the next field, what is typed is kept, Ctrl+Enter does what the lower right button says."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    with show_page(WIZARD, wizard, SIZES["1920"]) as shown:
        wizard.focusWanted.emit("applicant.phone")
        shown.settle()
        _type(shown, "13800000021")
        QTest.keyClick(shown.window, Qt.Key.Key_Return)
        _type(shown, "6222000000005566")
        shown.settle()
        values = {row.path: row.value for row in wizard.information.field_rows()}
        assert values["applicant.phone"] == "138 0000 0021"
        assert values["payee.account"] == "6222 0000 0000 5566"
        wizard.information.openChoices("payee.bank")
        wizard.information.choose("中国银行")
        shown.settle()
        QTest.keyClick(shown.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        shown.settle()
        assert wizard.step == 3


def test_a_waiting_button_moves_the_focus_to_what_is_missing(rig: Rig) -> None:
    """After the touch the first open field has it."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        wizard.information.edit("applicant.phone", "13800000021")
        wizard.information.edit("payee.bank", "中国银行")
        wizard.goOn()
        shown.settle()
        assert shown.find("payee.account").property("editing")
        assert wizard.hintNeedsPerson


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
        _check(shown, large=large)
        assert _pictures(shown) == in_tile
        pages.openFiles("bank_account")
        shown.settle(150)
        _check(shown, large=large)
        pages.chooseFile(pages._files.rows()[0].fileId)
        shown.settle(150)
        _check(shown, large=large)
        pages.view("household_register")
        pages.turn(1)
        shown.settle(250)
        _check(shown, large=large)
        assert _pictures(shown) == in_tile + 1


def _pictures(shown: PageWindow) -> int:
    """Count the photographs that are drawn."""
    return sum(
        _class(item) == "QQuickImage"
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
        _check(shown, large=False)
        wizard.goOn()
        FILLERS[1](wizard)
        wizard.goOn()
        FILLERS[2](wizard)
        wizard.information.edit("agent.phone", "13800000023")
        wizard.information.openChoices("agent.valid_until")
        wizard.information.choose("20270230")
        shown.settle(150)
        _check(shown, large=False)
        wizard.information.choose("20270331")
        shown.settle(150)
        _check(shown, large=False)
        wizard.goOn()
        wizard.materials.decide("social_card", "promised")
        FILLERS[3](wizard)
        wizard.goOn()
        assert wizard.step == 4, wizard.hint
        shown.settle(150)
        _check(shown, large=False)
        FILLERS[4](wizard)
        wizard.confirm.signing.turnToCase()
        shown.settle(150)
        _check(shown, large=False)


def test_signing_on_a_low_screen_leaves_the_signature_where_it_is(rig: Rig) -> None:
    """The words that say it was signed take no room from it."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        pad = next(item for item in shown.items() if _class(item) == "SignaturePad")
        before = shown.place(pad)
        FILLERS[4](wizard)
        shown.settle(150)
        assert wizard.confirm.signing.words
        assert shown.place(pad) == before


def test_the_second_half_of_a_double_tap_leaves_the_page_of_the_number_open(rig: Rig) -> None:
    """For a moment the button under the finger does nothing; after that it ends the visit."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    FILLERS[4](wizard)
    wizard.goOn()
    page = rig.taken_in(rig.went[-1][1])
    ended: list[bool] = []
    page.finished.connect(lambda: ended.append(True))
    with show_page("pages/TakenInPage.qml", page, SIZES["1920"]) as shown:
        moment = shown.page.findChild(QObject, "secondTap")
        assert moment is not None
        assert moment.setProperty("interval", 60_000)
        assert QMetaObject.invokeMethod(moment, "restart")
        done = next(item for item in shown.items() if item.property("text") == "完成，接下一位")
        place = shown.place(done).center().toPoint()
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert not ended
        assert QMetaObject.invokeMethod(moment, "stop")
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert ended


@pytest.mark.parametrize("name", ["测试江·买买提", "测试买买提·阿卜杜拉"])
def test_a_name_of_two_parts_takes_no_second_screen(rig: Rig, name: str) -> None:
    """On the small screen, under the ribbon of training, all relations are in view, in columns of one width."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, replace(sample("minority"), name=name))
    with show_page(WIZARD, wizard, (1366, 768 - RIBBON)) as shown:
        shown.settle(150)
        scroll = next(item for item in shown.items() if _class(item) == "ScrollArea")
        assert not scroll.property("overflows")
        widths = {round(item.width()) for item in shown.items() if _class(item) == "SegmentButton"}
        assert max(widths) - min(widths) <= 1
        _check(shown, large=False)


def test_a_relation_that_is_missing_is_asked_for_with_all_its_buttons_in_view(rig: Rig) -> None:
    """Where a very long name takes a second screen, going on brings the whole question up, not half of it."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, replace(sample("minority"), name="测试" + "古丽阿依努尔汗" * 4))
    with show_page(WIZARD, wizard, (1366, 768 - RIBBON)) as shown:
        shown.settle(150)
        scroll = next(item for item in shown.items() if _class(item) == "ScrollArea")
        assert scroll.property("overflows")
        wizard.goOn()
        shown.settle(150)
        view = shown.place(scroll).adjusted(0, -1, 0, 1)
        buttons = [shown.place(item) for item in shown.items() if _class(item) == "SegmentButton"]
        assert len(buttons) == 8
        assert all(view.top() <= place.top() and place.bottom() <= view.bottom() for place in buttons)
