"""Taking in cases under `kill -9`: every number that was shown is in the store and reaches the hub once.

Three ways to die: at random moments of a loop of intakes, at random moments of the real command, and at every write and
sync of one intake. After each death the store is opened as the next start does and examined; in the end everything goes
to a real hub, with the delivery killed on its way too. Last, the network is cut before a case is taken in.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import intake_child
import network_cut
from command_rigs import hub_process
from intake_look import SubmittedCase, look_at_hub, look_at_store, submitted_case

Say = Callable[[str], None]
Figures = dict[str, int | float]

ROOT = Path(__file__).parents[2]
CALLS = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "link")
"""What changes a disk."""
LOOP_S, DELIVERY_S = 1.0, 4.0
"""A random kill comes at most so long after the start, or after the first number of a loop, in seconds."""
_LIMIT_S = 600
_FIRST_S, _LOOK_S = 60.0, 0.01
_ROUNDS = 10
_NUMBER = re.compile(r"SHS[0-9A-Z]{23}")


@dataclass(frozen=True)
class Size:
    """How many kills at random moments, and at how many writing calls of an intake (None: at every one)."""

    loop_kills: int
    command_kills: int
    delivery_kills: int
    points: int | None = None
    first_points: int | None = None


FULL = Size(loop_kills=50, command_kills=50, delivery_kills=10)


def prove(folder: Path, chance: random.Random, say: Say, size: Size = FULL) -> Figures:
    """Do all of it in an empty folder; give the figures.

    Raises:
        AssertionError: a promise was broken.
    """
    case = submitted_case(folder / "in")
    with children() as forked:
        killer = Killer(forked, folder, case, chance, say)
        figures = killer.many_intakes(size) | killer.first_intakes(size.first_points)
    say("cutting the network")
    return figures | network_cut.prove(folder / "cut", case)


@dataclass
class Shown:
    """The numbers that programs have shown."""

    numbers: set[str] = field(default_factory=set)

    def add(self, output: Path) -> int:
        """Add what a program wrote; give how many numbers that is. None may ever come twice."""
        found = _NUMBER.findall(output.read_text()) if output.exists() else []
        assert len(found) == len(set(found)), "a number was shown twice"
        assert not self.numbers & set(found), "a number was shown again"
        self.numbers |= set(found)
        output.unlink(missing_ok=True)
        return len(found)


class Children:
    """Starts programs that take in cases, by a process that has all modules loaded."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        """Talk to `intake_child`."""
        self._orders, self._answers = orders, answers

    def start(self, act: str, data: Path, file: Path, output: Path, *, held: bool = False) -> int:
        """Start one; give its process id."""
        order = {"act": act, "data": str(data), "file": str(file), "output": str(output), "held": held}
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()
        return int(self._answers.readline())

    def ended(self) -> int:
        """Wait for its end; give its exit code, or minus the signal that killed it."""
        return os.waitstatus_to_exitcode(int(self._answers.readline()))

    def submit(self, data: Path, file: Path, output: Path, *options: str) -> int:
        """Let `kiosk case submit` run under strace with these options; give how it ended."""
        child = self.start("submit", data, file, output, held=True)
        command = ["strace", "-f", "-p", str(child), "-e", f"trace={','.join(CALLS)}", *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
            assert tracer.stderr is not None
            assert b"attached" in tracer.stderr.readline()
            os.kill(child, signal.SIGCONT)
            code = self.ended()
            tracer.wait(_LIMIT_S)
        return code


@contextmanager
def children() -> Iterator[Children]:
    """Run the process that starts programs."""
    command = [sys.executable, "-m", "intake_child"]
    path = os.pathsep.join(map(str, (ROOT, Path(intake_child.__file__).parent)))
    environment = os.environ | {"PYTHONPATH": path, "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Children(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(_LIMIT_S)


@dataclass
class Killer:
    """Kills programs and looks at what is left."""

    forked: Children
    folder: Path
    case: SubmittedCase
    chance: random.Random
    say: Say

    @property
    def output(self) -> Path:
        """What a program shows."""
        return self.folder / "shown"

    @property
    def trace(self) -> Path:
        """What strace writes."""
        return self.folder / "trace"

    def submit(self, data: Path, injection: str = "") -> int:
        """Let `kiosk case submit` run, with an injection of strace; give how it ended."""
        options = ["-e", f"inject={injection}"] if injection else []
        return self.forked.submit(data, self.case.file, self.output, "-o", str(self.trace), *options)

    def many_intakes(self, size: Size) -> Figures:
        """Kill what takes in and what delivers, all on one store and one hub."""
        data, hub, shown = self.folder / "counter", self.folder / "hub", Shown()
        assert self.submit(data) == 0
        shown.add(self.output)
        figures = self.kill_loop(data, shown, size.loop_kills)
        figures |= self.kill_command(data, shown, size.command_kills)
        figures |= self.kill_at_each_call(data, shown, size.points)
        kept = look_at_store(data, self.case, shown.numbers)
        with hub_process(hub, "--accept-after", "3600") as url:
            figures |= self.kill_delivery(data, url, size.delivery_kills)
            self.deliver(data, url)
        look_at_hub(hub, self.case, kept)
        assert look_at_store(data, self.case, shown.numbers) == kept
        return figures | {
            "numbers_shown": len(shown.numbers),
            "numbers_lost": len(shown.numbers - kept),
            "cases_kept_unshown": len(kept - shown.numbers),
            "cases_at_the_hub": len(kept),
        }

    def kill_loop(self, data: Path, shown: Shown, kills: int) -> Figures:
        """Kill a program that takes in case after case."""
        before, kept = len(shown.numbers), len(look_at_store(data, self.case, shown.numbers))
        for count in range(kills):
            child = self.forked.start("loop", data, self.case.file, self.output)
            if count % 5:  # every fifth dies while it starts
                self._await_number()
            time.sleep(self.chance.uniform(0, LOOP_S))
            os.kill(child, signal.SIGKILL)
            assert self.forked.ended() == -signal.SIGKILL
            new, had = shown.add(self.output), kept
            kept = len(look_at_store(data, self.case, shown.numbers))
            assert new <= kept - had <= new + 1, "there is more than the one case whose number was about to be shown"
            self.say(f"loop: kill {count + 1} of {kills}, {new} numbers shown")
        return {"loop_kills": kills, "loop_numbers_shown": len(shown.numbers) - before}

    def _await_number(self) -> None:
        """Wait until the program has shown one more number."""
        until, size = time.monotonic() + _FIRST_S, _size(self.output)
        while _size(self.output) == size:
            assert time.monotonic() < until
            time.sleep(_LOOK_S)

    def kill_command(self, data: Path, shown: Shown, kills: int) -> Figures:
        """Kill `kiosk case submit`, a process of its own, at random moments from its start to its end."""
        command = _kiosk("case", "submit", self.case.file, "--json", "--data", data)
        started, died = time.monotonic(), 0
        with self.output.open("wb") as output:
            assert _killed(command, _LIMIT_S, output) == 0
        whole_s = time.monotonic() - started
        shown.add(self.output)
        while died < kills:
            with self.output.open("wb") as output:
                code = _killed(command, self.chance.uniform(0, whole_s), output)
            died += code != 0
            new = shown.add(self.output)
            look_at_store(data, self.case, shown.numbers)
            self.say(f"command: kill {died} of {kills}, {'survived' if code == 0 else 'killed'}, {new} shown")
        return {"command_kills": died}

    def kill_at_each_call(self, data: Path, shown: Shown, points: int | None) -> Figures:
        """Kill `kiosk case submit` at each writing call of one intake."""
        assert self.submit(data) == 0
        shown.add(self.output)
        calls = _calls_in(self.trace)
        kept = len(look_at_store(data, self.case, shown.numbers))

        def dies(injection: str) -> bool:
            nonlocal kept
            code = self.submit(data, injection)
            new, had = shown.add(self.output), kept
            kept = len(look_at_store(data, self.case, shown.numbers))
            assert new <= kept - had <= 1
            assert code != 0 or new == 1
            return code != 0

        return self._at_each_call("intake", calls, points, dies)

    def kill_delivery(self, data: Path, url: str, kills: int) -> Figures:
        """Kill `kiosk sync once` at random moments."""
        command = _kiosk("sync", "once", "--json", "--data", data, "--hub", url)
        for count in range(kills):
            with Path(os.devnull).open("wb") as output:
                _killed(command, self.chance.uniform(0, DELIVERY_S), output)
            self.say(f"delivery: kill {count + 1} of {kills}")
        return {"delivery_kills": kills}

    def first_intakes(self, points: int | None) -> Figures:
        """Kill the very first `kiosk case submit` of a data folder, which makes the key and the store, at each call."""
        data = self.folder / "fresh"
        assert self.submit(data) == 0
        calls = _calls_in(self.trace)
        self.output.unlink()
        shutil.rmtree(data)
        delivered = False

        def dies(injection: str) -> bool:
            nonlocal delivered
            shown = Shown()
            code = self.submit(data, injection)
            new = shown.add(self.output)
            assert self.submit(data) == 0, "the next start failed"
            assert shown.add(self.output) == 1
            kept = look_at_store(data, self.case, shown.numbers, series="AB")
            assert 1 + new <= len(kept) <= 2
            if new and code != 0 and not delivered:  # once: nothing that follows is special to the first intake
                self.deliver(data)
                look_at_hub(data, self.case, kept)
                delivered = True
            shutil.rmtree(data)
            return code != 0

        return self._at_each_call("first_intake", calls, points, dies)

    def deliver(self, data: Path, url: str = "") -> None:
        """Deliver everything, to the data folder's own training hub when there is no other."""
        command = _kiosk("sync", "once", "--json", "--data", data, *(("--hub", url) if url else ()))
        for _ in range(_ROUNDS):
            done = subprocess.run(command, stdout=subprocess.PIPE, timeout=_LIMIT_S, check=True, cwd=ROOT)
            answer = json.loads(done.stdout)
            assert answer["needs_attention"] == 0
            if answer["pending"] + answer["in_flight"] == 0:
                return
        message = f"something does not reach the hub: {answer}"
        raise AssertionError(message)

    def _at_each_call(self, name: str, calls: Counter[str], points: int | None, dies: Callable[[str], bool]) -> Figures:
        """Call `dies` with an injection for each call of each kind until it survives, or for `points` of them; count.

        `calls` is how many there are in a run that nothing kills.
        """
        deaths = Counter[str]()
        if points is None:
            for call in CALLS:
                while dies(_death_at(call, deaths[call] + 1)):
                    deaths[call] += 1
                self.say(f"{name}: killed at {deaths[call]} calls of {call}")
        else:
            places = [(call, place) for call in CALLS for place in range(1, calls[call] + 1)]
            for call, place in self.chance.sample(places, points):
                deaths[call] += dies(_death_at(call, place))
            self.say(f"{name}: killed at {dict(deaths)}")
        syncs = deaths["fsync"] + deaths["fdatasync"]
        return {f"{name}_points": deaths.total(), f"{name}_writes": deaths["pwrite64"], f"{name}_syncs": syncs}


def _calls_in(trace: Path) -> Counter[str]:
    """Count the calls of a run of one thread."""
    return Counter(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.MULTILINE))


def _death_at(call: str, place: int) -> str:
    return f"{call}:signal=SIGKILL:when={place}"


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _kiosk(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "kiosk", *map(str, arguments)]


def _killed(command: list[str], after_s: float, output: IO[bytes]) -> int:
    """Run a command and kill it after a time; give how it ended."""
    with subprocess.Popen(command, stdout=output, cwd=ROOT) as child:
        with suppress(subprocess.TimeoutExpired):
            child.wait(after_s)
        child.kill()
    assert child.returncode in {0, -signal.SIGKILL}
    return child.returncode
