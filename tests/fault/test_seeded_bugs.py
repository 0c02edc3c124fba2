"""The tests of sync are tested: a bug that is sown breaks a promise, and without it the same story keeps them all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sync_bugs import BUGS, Bug, told


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS.keys())
def test_sown_bug_is_found(bug: Bug, tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    """The story ends well with the program as it is, and not with the bug in it."""
    expect_log("yizhan.hub")
    told(bug.story, tmp_path / "right")
    with bug.sown(), pytest.raises(AssertionError):
        told(bug.story, tmp_path / "wrong")
