"""Fixtures of the view models' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from counter_rigs import Counter, busy_day
from PySide6.QtGui import QGuiApplication
from screen_rigs import Frame, framed, sign_in
from wizard_rig import Rig, open_rig


@pytest.fixture
def rig(tmp_path: Path, qapp: QGuiApplication) -> Iterator[Rig]:
    """A counter on a fresh folder, with time moved by hand."""
    assert qapp is not None
    with open_rig(tmp_path) as opened:
        yield opened


@pytest.fixture
def counter() -> Counter:
    """A counter in the middle of a day."""
    return busy_day()


@pytest.fixture
def frame(counter: Counter) -> Iterator[Frame]:
    """Its frame, with the operator signed in."""
    with framed(counter) as frame:
        sign_in(frame.shell)
        frame.settle()
        yield frame
