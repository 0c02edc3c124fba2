"""A small edition of the campaign that `dev.py proof sync-machine` runs in full, by the same code."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
import sync_machine

SEQUENCES = 200


@pytest.mark.timeout(600)
def test_any_faults_between_any_steps(expect_log: Callable[[str], None]) -> None:
    """Whatever happens to terminal, hub and the road between them, what was shown arrives once or is told about."""
    expect_log("yizhan.hub")  # its database fails on purpose
    seed = int(os.environ.get("YIZHAN_SEED") or random.SystemRandom().randrange(2**32))
    print(f"YIZHAN_SEED={seed}")  # noqa: T201  pytest shows it when a test fails
    done = sync_machine.run(SEQUENCES, seed)
    assert done["sequences"] >= SEQUENCES
