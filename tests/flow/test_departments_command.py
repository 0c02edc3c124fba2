"""A hub, a department's service and a terminal as programs of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command_rigs import case_file, hub_process, kiosk

from kiosk.errors import ErrorCode

ROOT = Path(__file__).parents[2]


@contextmanager
def department(folder: Path, name: str) -> Iterator[str]:
    """Run a training department beside the hub of a folder; gives its table for the hub's file."""
    command = [sys.executable, "-m", "kiosk", "hub", "department", name, "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        try:
            yield "".join(child.stdout.readline() for _ in range(4))
        finally:
            child.terminate()


def matters(number: str, *data: str | Path) -> list[dict[str, Any]]:
    """Give a case's matters as the terminal has them."""
    found: list[dict[str, Any]] = kiosk("case", "show", number, *data).json["matters"]
    return found


@pytest.mark.timeout(100)
def test_a_department_with_a_service_finishes_its_matters_and_the_terminal_hears_of_the_result(tmp_path: Path) -> None:
    """公安 answers over HTTP, the clerk holds all others; a registered death begins a case of its own, once."""
    data = ("--data", str(tmp_path / "terminal"))
    number = kiosk("case", "submit", case_file(tmp_path / "in"), *data).json["case_number"]
    addresses = tmp_path / "departments.toml"
    with department(tmp_path / "hub", "公安") as table:
        addresses.write_text(table, "utf-8")
        options = ("--accept-after", "0", "--step-after", "3600", "--departments", str(addresses))
        with hub_process(tmp_path / "hub", *options) as url:
            end = time.monotonic() + 60
            while True:
                kiosk("sync", "once", "--json", "--hub", url, *data)
                own = {matter["state"] for matter in matters(number, *data) if matter["department"] == "公安"}
                if own == {"finished"}:
                    break
                assert time.monotonic() < end, own
        others = {matter["state"] for matter in matters(number, *data) if matter["department"] != "公安"}
        assert "finished" not in others
        words = next(matter["words"] for matter in matters(number, *data) if matter["department"] == "公安")
        assert "办理结果" in words
    death = ("370100195001019997", "--name", "测试亡者", "--on", "2026-11-10", "--fact", "driving_licence")
    registered = kiosk("hub", "death", *death, "--data", str(tmp_path / "hub"))
    assert registered.json["case_number"].startswith("MS")
    assert kiosk("hub", "death", *death, "--data", str(tmp_path / "hub")).json["case_number"] is None


@pytest.mark.parametrize("text", ["[[department]]\nname = '公安'\n", "x", "[[department]]\nname=1\nurl='a'\nkey='b'\n"])
def test_a_file_of_departments_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    """The hub does not begin with half of its departments."""
    path = tmp_path / "departments.toml"
    path.write_text(text, "utf-8")
    refused = kiosk("hub", "serve", "--departments", str(path), "--data", str(tmp_path / "d"))
    assert refused.error == ErrorCode.HUB_CANNOT_START.value
