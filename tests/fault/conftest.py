"""A hub, a link before it that may fail, and a terminal before the link."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_rigs import FaultyLink, RunningHub, Terminal, faulty_link, running_hub, terminal


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub."""
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def link(hub: RunningHub) -> Iterator[FaultyLink]:
    """Put a link before it."""
    with faulty_link(hub.port) as between:
        yield between


@pytest.fixture
def counter(tmp_path: Path, link: FaultyLink) -> Iterator[Terminal]:
    """Put a terminal before the link."""
    with terminal(tmp_path / "terminal", link.url) as station:
        yield station
