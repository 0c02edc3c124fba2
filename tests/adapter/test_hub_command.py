"""`kiosk hub` as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from hub_rigs import QUICK, Terminal, identity, terminal
from store_rigs import file_of

from kiosk.clock import SystemClock, iso, local
from kiosk.errors import ErrorCode, HubError
from sync.answers import HubAnswerError
from sync.client import HubClient

ROOT = Path(__file__).resolve().parents[2]


def kiosk(*arguments: str) -> list[str]:
    """Give the command line of the hub command, as the program runs it."""
    return [sys.executable, "-m", "kiosk", "hub", *arguments]


@contextmanager
def serving(data: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start `kiosk hub serve`; gives the process and the address it printed."""
    child = subprocess.Popen(
        kiosk("serve", "--data", str(data), *more),
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    try:
        yield child, json.loads(child.stdout.readline())["url"]
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def gone(pid: int, within_s: float = 10.0) -> bool:
    """Wait until a process that is not our child has ended."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_it_says_where_it_answers_and_ends_cleanly(tmp_path: Path) -> None:
    """Ready when the address is printed; SIGTERM and SIGINT end it with 0."""
    for ending in (signal.SIGTERM, signal.SIGINT):
        with serving(tmp_path / "data") as (child, url):
            assert requests.get(f"{url}/health", timeout=5).json() == {"status": "ok"}
            child.send_signal(ending)
            assert child.wait(10) == 0


def test_an_operator_asks_the_terminals_for_silence(tmp_path: Path) -> None:
    """With a pause ahead nothing is delivered and the terminal hears how long it lasts; one that is over is none."""
    now = SystemClock().now()
    with terminal(tmp_path / "terminal", "http://127.0.0.1:9") as counter:
        counter.take_in()
        soon = local(now + timedelta(minutes=30)).replace(tzinfo=None).isoformat(timespec="seconds")
        with serving(tmp_path / "data", "--pause-until", soon) as (_, url), pytest.raises(HubAnswerError) as refusal:
            speaks_to(counter, url).round()
        assert refusal.value.code is ErrorCode.HUB_BUSY
        assert 1_700 < (refusal.value.retry_after_s or 0) <= 1_800
        with serving(tmp_path / "data", "--pause-until", iso(now)) as (_, url):
            assert speaks_to(counter, url).round().delivered == 1


def test_an_operator_wants_a_newer_program(tmp_path: Path) -> None:
    """A terminal with an older one is told so and keeps its cases; the version of this one will do."""
    with terminal(tmp_path / "terminal", "http://127.0.0.1:9") as counter:
        counter.take_in()
        with serving(tmp_path / "data", "--min-app", "0.1.1") as (_, url), pytest.raises(HubError) as refusal:
            speaks_to(counter, url).round()
        assert refusal.value.code is ErrorCode.HUB_VERSION
        with serving(tmp_path / "data", "--min-app", "0.1.0", "--workers", "2") as (_, url):
            assert speaks_to(counter, url).round().delivered == 1


@pytest.mark.parametrize("option", [("--min-app", "newest"), ("--pause-until", "tomorrow")])
def test_terms_that_say_nothing_are_refused(tmp_path: Path, option: tuple[str, str]) -> None:
    """The hub does not start with a version or a time that no terminal would ever heed."""
    command = kiosk("serve", "--data", str(tmp_path), *option)
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert (ended.returncode != 0, option[0] in ended.stderr) == (True, True)


def speaks_to(counter: Terminal, url: str) -> Terminal:
    """Send a terminal to another address."""
    counter.client.close()
    counter.speak_with(HubClient(url, identity(), "0.1.0", SystemClock(), timeouts=QUICK))
    return counter


def test_a_case_goes_the_whole_way_and_the_hub_shows_it(tmp_path: Path) -> None:
    """Delivered, accepted by the clerk, told back; `hub show` hashes what lies in the database."""
    with (
        serving(tmp_path / "data", "--accept-after", "0", "--step-after", "0.1") as (_, url),
        terminal(tmp_path / "terminal", url) as counter,
    ):
        taken = counter.take_in(file_of(40_000), file_of(500))
        assert counter.round().delivered == 1
        until = time.monotonic() + 20
        while counter.store.cases.get(taken.case_number).state != "finished":
            assert time.monotonic() < until
            time.sleep(0.05)
            counter.round()
        shown = subprocess.run(
            kiosk("show", "--data", str(tmp_path / "data"), "--json"),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        held = json.loads(shown.stdout)
        case = counter.store.cases.get(taken.case_number)
    assert held["counts"]["cases"] == held["counts"]["complete_cases"] == 1
    assert held["counts"]["attachments"] == held["counts"]["verified_attachments"] == 2
    assert held["cases"][0]["case_number"] == taken.case_number
    assert held["cases"][0]["official_number"] == case.official_number
    assert {a["sha256"] for a in held["cases"][0]["attachments"]} == {a.sha256 for a in case.attachments}
    assert all(a["verified"] for a in held["cases"][0]["attachments"])
    assert "测试" not in shown.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="looks at /proc")
def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """A training hub does not outlive the counter that started it."""
    script = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({kiosk('serve', '--data', str(tmp_path), '--with-parent')!r})\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    hub = int(parent.stdout.readline())
    assert "url" in json.loads(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(hub)


def test_a_folder_without_a_hub_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    """Showing makes nothing."""
    shown = subprocess.run(
        kiosk("show", "--data", str(tmp_path), "--json"), capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (shown.returncode, json.loads(shown.stdout)["error"]["code"]) == (1, "SYN-10")
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_and_an_unusable_database_are_said(tmp_path: Path) -> None:
    """Exit 1 and a support code, no stack."""
    with serving(tmp_path / "data") as (_, url):
        port = url.rsplit(":", 1)[1]
        for more in (["--port", port], ["--db", f"sqlite:///{tmp_path}"], ["--db", "?"]):
            ended = subprocess.run(
                kiosk("serve", "--data", str(tmp_path / "other"), *more),
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
                cwd=ROOT,
            )
            assert ended.returncode == 1
            assert json.loads(ended.stdout)["error"]["code"] == "SYN-09"
            assert "Traceback" not in ended.stderr


@pytest.mark.timeout(60)
def test_the_printed_link_opens_the_staffs_pages_of_every_worker(tmp_path: Path) -> None:
    """Whoever has the address alone stays outside."""
    command = kiosk("serve", "--data", str(tmp_path), "--workers", "2")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        try:
            said = json.loads(child.stdout.readline())
            assert requests.get(f"{said['url']}/staff", timeout=10).status_code == 403
            for _ in range(6):
                with requests.Session() as browser:
                    assert browser.get(said["staff"], timeout=10).status_code == 200
        finally:
            child.terminate()
            child.wait(20)
