"""What the pages of one counter share."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from kiosk.errors import Fact, KioskError
from kiosk.ids import OperatorId
from kiosk.messages import text
from ui.parts import UiParts
from ui.tasks import Tasks

if TYPE_CHECKING:
    from kiosk.ports.store import OperatorRecord


class Page(IntEnum):
    """Pages, as the navigation names them."""

    SIGN_IN = 0
    WORK_LIST = 1
    LOOK_UP = 2
    SYNC = 3
    DEVICES = 4
    CASE = 5
    NEW_CASE = 6
    TAKEN_IN = 7
    TROUBLE = 8
    GUIDE = 9
    STATISTICS = 10
    DAY_END = 11
    ELSEWHERE = 12


UNDER = {
    Page.CASE: Page.LOOK_UP,
    Page.ELSEWHERE: Page.LOOK_UP,
    Page.GUIDE: Page.WORK_LIST,
    Page.STATISTICS: Page.WORK_LIST,
    Page.DAY_END: Page.WORK_LIST,
}
"""Pages with the head that are not places themselves, and the place they belong to."""
PAGE_FILES = {
    Page.SIGN_IN: "SignInPage",
    Page.WORK_LIST: "WorkListPage",
    Page.LOOK_UP: "LookUpPage",
    Page.SYNC: "SyncPage",
    Page.DEVICES: "DevicesPage",
    Page.CASE: "CasePage",
    Page.NEW_CASE: "NewCasePage",
    Page.TAKEN_IN: "TakenInPage",
    Page.TROUBLE: "TroublePage",
    Page.GUIDE: "GuidePage",
    Page.STATISTICS: "StatisticsPage",
    Page.DAY_END: "DayEndPage",
    Page.ELSEWHERE: "ElsewherePage",
}
"""The page's file, without its ending."""

Navigate = Callable[[Page, str], None]
"""A page and what it shows: a case number, a draft's case id, or nothing."""


class Desk:
    """The counter as its pages see it: parts, the worker, the way to other pages, who is signed in. GUI thread only."""

    def __init__(self, parts: UiParts, tasks: Tasks, navigate: Navigate, fail: Callable[[KioskError], None]) -> None:
        self.parts = parts
        self.tasks = tasks
        self.clock = parts.clock
        self.go = navigate
        self.fail = fail
        self.operator: OperatorRecord | None = None

    @property
    def operator_id(self) -> OperatorId:
        """The operator who is signed in; empty when nobody is."""
        return self.operator.operator_id if self.operator else OperatorId("")

    @property
    def keys_on_touch(self) -> bool:
        """Whether keys are shown on the screen for a field that was touched."""
        return self.parts.screen.keyboard != "never"

    @property
    def text_keys(self) -> bool:
        """Whether the on-screen letters are there: the input method is the virtual keyboard."""
        return os.environ.get("QT_IM_MODULE") == "qtvirtualkeyboard"

    def say(self, key: str, **facts: Fact) -> str:
        """Give a sentence in the language of the screen."""
        return text(key, self.parts.screen.language, **facts)
