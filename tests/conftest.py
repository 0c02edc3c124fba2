"""Rules for every test: nothing goes wrong silently, no window opens on the developer's screen."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")


_FIRST = (
    "test_sync_machine",
    "test_enrolment",
    "test_new_case_pages",
    "test_staff_pages_shown",
    "test_upright_kiosk",
    "test_store_kill",
    "test_tour",
    "test_intake_kill",
)
"""Files that take half a minute and more: at the end the other processes would wait for them."""
_LAST = ("golden", "unit")
"""Folders whose files take a second or two each: they fill up the processes that would wait at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the drawn order, but for what takes longest first and what is short last."""
    middle = len(_FIRST)

    def turn(item: pytest.Item) -> int:
        stem = item.path.stem
        return _FIRST.index(stem) if stem in _FIRST else middle + (item.path.parent.name in _LAST)

    items.sort(key=turn)


class _Collector(logging.Handler):
    """Keeps records at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """The application of the pages; whichever test comes first, all share one of this kind."""
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415  tests without a screen do not wait for Qt

    return QGuiApplication


@pytest.fixture(autouse=True)
def _garbage_is_collected_here() -> Iterator[None]:
    """Collect on this thread once Qt is there: no other one may destroy what a page has left (decision 12)."""
    if "PySide6.QtCore" not in sys.modules:
        yield
        return
    gc.disable()
    yield
    gc.disable()  # a program that has ended gave the collection back
    full = (age for age in (2, 1, 0) if gc.get_count()[age] > gc.get_threshold()[age])
    if (age := next(full, None)) is not None:
        gc.collect(age)


@pytest.fixture
def expected_logs() -> list[str]:
    """Names of loggers whose warnings the test announces; others still fail it."""
    return []


@pytest.fixture(autouse=True)
def _no_unexpected_log(expected_logs: list[str]) -> Iterator[None]:
    """Fail the test when something was logged at WARNING or above that it did not announce."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        yield
    finally:
        root.removeHandler(collector)
    stray = [
        f"{record.name} {record.levelname}: {record.getMessage()}"
        for record in collector.records
        if not any(record.name == name or record.name.startswith(name + ".") for name in expected_logs)
    ]
    assert not stray, "unexpected logs:\n" + "\n".join(stray)


@pytest.fixture
def expect_log(expected_logs: list[str]) -> Callable[[str], None]:
    """Announce that a logger may warn in this test."""
    return expected_logs.append
