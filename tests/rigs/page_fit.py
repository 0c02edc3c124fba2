"""Whether a page fits its window: nothing cut, nothing outside, nothing upon another, every target large enough."""

from __future__ import annotations

from page_window import PageWindow
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

SIZES = {"1920": (1920, 1080), "1366": (1366, 768), "1024": (1024, 768), "portrait": (1080, 1920)}
RIBBON = 36
"""Height of the ribbon of training, in pixels of normal text."""
_SMALLEST = {False: 60, True: 88}


def class_of(item: QQuickItem) -> str:
    """Name the QML type of an item."""
    return item.metaObject().className().split("_QML")[0]


def _inside_width(shown: PageWindow) -> list[str]:
    """Name what sticks out at a side; what scrolls may be longer than the window, never wider."""
    width = shown.window.width()
    out = []
    for item in shown.items():
        place = shown.place(item)
        if item.width() > 0 and (place.left() < -8 or place.right() > width + 8):
            out.append(f"{class_of(item)} {item.objectName()} {place.left():.0f}–{place.right():.0f}")
    return out


def cut_words(shown: PageWindow) -> list[str]:
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
        f"{class_of(item)} {item.property('text')} {item.width():.0f}×{item.height():.0f}"
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
            if within(one, "QQuickFlickable") is not within(other, "QQuickFlickable"):
                continue  # what scrolls passes under what stays
            if within(one, "Sheet") is not within(other, "Sheet"):
                continue  # a sheet covers what it lies on
            if first.intersects(second) and visible.contains(first) and visible.contains(second):
                pairs.append(f"{one.property('text')} / {other.property('text')}")
    return pairs


def within(item: QQuickItem, kind: str) -> QQuickItem | None:
    """Give the nearest item of a kind around this one."""
    parent = item.parentItem()
    while parent is not None and not (parent.inherits(kind) or class_of(parent).endswith(kind)):
        parent = parent.parentItem()
    return parent


def check_fits(shown: PageWindow, *, large: bool) -> None:
    """Check all of it."""
    assert _inside_width(shown) == []
    assert cut_words(shown) == []
    assert _small_targets(shown, _SMALLEST[large]) == []
    assert _overlaps(shown) == []
