"""The counter behind the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from wizard_rig import Rig, open_rig


@pytest.fixture
def rig(tmp_path: Path, qapp: QGuiApplication) -> Iterator[Rig]:
    """A counter on a fresh folder."""
    assert qapp is not None
    with open_rig(tmp_path) as opened:
        yield opened
