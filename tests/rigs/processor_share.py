"""Processes that may use only a share of one core, by control groups (Linux, root)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_NAME = "yizhan-share"
_PERIOD_US = 100_000


def controller() -> str:
    """Say which control groups this machine has for that: `cgroup2` (cpu.max) or `cgroup1` (cpu.cfs_quota_us)."""
    own = _ROOT / "cgroup.controllers"
    return "cgroup2" if own.exists() and "cpu" in own.read_text().split() else "cgroup1"


@contextmanager
def processor_share(pid: int, cores: float) -> Iterator[None]:
    """Hold a process, with all its threads, to a share of one core while the block lasts; it may end meanwhile.

    Raises:
        OSError: control groups cannot be made here.
    """
    quota = round(cores * _PERIOD_US)
    if controller() == "cgroup2":
        (_ROOT / "cgroup.subtree_control").write_text("+cpu")
        home, limits = _ROOT, {"cpu.max": f"{quota} {_PERIOD_US}"}
    else:
        home, limits = _ROOT / "cpu", {"cpu.cfs_period_us": str(_PERIOD_US), "cpu.cfs_quota_us": str(quota)}
    group = home / f"{_NAME}-{pid}"
    group.mkdir()
    try:
        for name, value in limits.items():
            (group / name).write_text(value)
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        for left in (group / "cgroup.procs").read_text().split():
            (home / "cgroup.procs").write_text(left)
        _remove(group)


def processor_seconds(pid: int) -> float:
    """Give the processor's time that a process has used, with its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def family_seconds(pid: int) -> float:
    """Give the same with its children that still run."""
    seconds = processor_seconds(pid)
    for child in children(pid):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            seconds += processor_seconds(child)
    return seconds


def children(pid: int) -> set[int]:
    """List a process's children."""
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def _remove(group: Path) -> None:
    """Remove a group; the kernel may need a moment until it counts as empty."""
    for _ in range(50):
        try:
            return group.rmdir()
        except OSError:
            time.sleep(0.1)
    return group.rmdir()
