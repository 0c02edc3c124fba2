"""What the pages of one counter share."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from kiosk.errors import Fact, KioskError
from kiosk.ids import OperatorId
from kiosk.messages import text
from kiosk.ports.store import OperatorRecord
from ui.parts import UiParts
from ui.tasks import Tasks


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

    def say(self, key: str, **facts: Fact) -> str:
        """Give a sentence in the language of the screen."""
        return text(key, self.parts.screen.language, **facts)
