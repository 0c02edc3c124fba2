"""The tour as `dev.py run` takes it without a display, and a real window on a virtual screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from families import DATA
from PIL import Image

from kiosk.wiring.foundation import lay_foundation

LIMIT_S = 90


def test_tour_leaves_pictures_papers_and_what_the_hub_holds(tmp_path: Path) -> None:
    """One case goes from sign-in to delivered on the real pages, without a word of trouble on the way."""
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    command = [sys.executable, "-m", "kiosk", "tour", "--out", str(tmp_path), "--size", "1366x768"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert json.loads(done.stdout) == summary
    assert summary["case_number"].startswith("SHS370100T01A")
    scenario = next(one for one in DATA["scenario"] if "kiosk tour" in one["title"])
    assert summary["matters"] == scenario["applies"]
    held = summary["hub"]
    assert (held["cases"], held["complete_cases"]) == (1, 1)
    assert held["attachments"] == held["verified_attachments"] > 0
    assert len(summary["pictures"]) >= 20
    for name in summary["pictures"]:
        with Image.open(tmp_path / name) as picture:
            assert picture.size == (1366, 768)
            assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 20, f"{name} is blank"
    (paper,) = summary["papers"]
    words = pypdf.PdfReader(tmp_path / "papers" / paper).pages[0].extract_text()
    assert summary["case_number"] in words.replace(" ", "").replace("\n", "")


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait(10)


def test_real_window_takes_real_keys(tmp_path: Path, display: str) -> None:
    """On a virtual screen the program shows its window, and an operator signs in by keyboard alone."""
    data = tmp_path / "data"
    environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
    command = [sys.executable, "-m", "kiosk", "run", "--data", str(data), "--size", "1366x768"]
    program = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    signed_in = ""
    try:
        window = _wait_for(lambda: _xdotool(environment, "search", "--onlyvisible", "--name", "居民身后一件事"))
        if window:
            for keys in (("type", "training"), ("key", "Tab"), ("type", "training"), ("key", "Return")):
                _xdotool(environment, *keys)
            signed_in = _wait_for(lambda: "signed_in" if _signed_in(data) else "")
        ended = program.poll()
    finally:
        program.terminate()
        _, words = program.communicate(timeout=30)
    assert window, f"no window, ended with {ended}: {words}"
    assert signed_in, f"nobody signed in: {words}"
    assert "Traceback" not in words, words


def _signed_in(data: Path) -> bool:
    with lay_foundation(data).store() as store:
        return any(line["kind"] == "signed_in" for line in store.journal.lines())


def _xdotool(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["xdotool", *arguments], env=environment, capture_output=True, text=True, timeout=20, check=False
    )
    return done.stdout.strip()


def _wait_for(ask: Callable[[], str], limit_s: float = 40.0) -> str:
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        answer = ask()
        if answer:
            return str(answer)
        time.sleep(0.3)
    return ""
