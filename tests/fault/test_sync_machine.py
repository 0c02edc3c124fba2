"""A small edition of the campaign that `dev.py proof sync-machine` runs in full, by the same code."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import sync_machine

SEQUENCES = 200
SEED = "2026"
"""A gate says the same of the same code; the campaign is what looks for new ways."""


@pytest.mark.timeout(600)
def test_any_faults_between_any_steps(expect_log: Callable[[str], None]) -> None:
    """Whatever happens to terminal, hub and the road between them, what was shown arrives once or is told about."""
    expect_log("yizhan.hub")  # its database fails on purpose
    done = sync_machine.run(SEQUENCES, int(os.environ.get("YIZHAN_SEED", SEED)))
    assert done["sequences"] >= SEQUENCES
