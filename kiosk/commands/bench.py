"""`kiosk bench`: how much slower than bare work the counter is.

Machines differ and are never quiet, so that only ratios tell something: in every round the counter's work and the bare
work are timed one after the other, and the median of the rounds' ratios counts. Times are printed for information.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from kiosk.commands.bench_scale import CASES, SCALE_SUBJECTS, Latency, measure_catalog, measure_noise, measure_query
from kiosk.commands.bench_sync import DRAINED, measure_drain
from kiosk.commands.bench_wire import Carried, measure_wire

if TYPE_CHECKING:
    from kiosk.domain.application import Application, AttachmentEntry
    from kiosk.domain.paper import ReceiptOfMaterials
    from kiosk.wiring.counter import Counter

SUBJECTS = ("start", "intake", "receipt")
QUEUE_SUBJECT = "queue"
_PAGE_BYTES = 1024 * 1024
_MATERIALS = ("applicant_id", "household_register", "death_certificate", "cremation_certificate", "bank_account")
_NO_HUB = "http://127.0.0.1:9"
"""The discard port, closed: a counter with a hub that is away, as on a bad day; the training hub would take a core."""
_START_LIMIT_S = 60.0


@dataclass
class Comparison:
    """Timings of one piece of work and of the bare one, in seconds, pair by pair."""

    name: str
    counter: str
    bare: str
    aim: float
    times: list[tuple[float, float]] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return median(counter / bare for counter, bare in self.times)

    def report(self) -> dict[str, Any]:
        """Say it as JSON values; times in milliseconds."""
        return {
            "name": self.name,
            "counter": self.counter,
            "bare": self.bare,
            "ratio": round(self.ratio, 2),
            "aim": self.aim,
            "rounds": len(self.times),
            "counter_ms": round(median(counter for counter, _ in self.times) * 1000, 1),
            "bare_ms": round(median(bare for _, bare in self.times) * 1000, 1),
        }


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help="measure start, taking in and a receipt against bare work")
    parser.add_argument(
        "subjects",
        nargs="*",
        type=_subject,
        metavar="SUBJECT",
        help=f"{' '.join(SUBJECTS)} (these), queue, catalog, query, sync",
    )
    parser.add_argument("--rounds", type=int, default=9, metavar="N", help="rounds, each both ways (9)")
    parser.add_argument(
        "--cases", type=int, default=CASES, metavar="N", help=f"cases to query among or in the queue ({CASES:,})"
    )
    parser.add_argument("--db", metavar="URL", help="the hub's database for sync (SQLite in a folder of its own)")
    parser.add_argument("--drain", type=int, default=DRAINED, metavar="N", help=f"cases to drain by sync ({DRAINED:,})")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=run)


def _subject(name: str) -> str:
    # The choices of argparse would refuse that none is named.
    if name not in (*SUBJECTS, QUEUE_SUBJECT, *SCALE_SUBJECTS, "sync"):
        raise ValueError(name)
    return name


def run(args: argparse.Namespace) -> int:
    """Measure and print; a missed aim is no failure, since it may be the machine's."""
    rounds = max(1, args.rounds)
    subjects = args.subjects or SUBJECTS
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as folder:
        measures: dict[str, Callable[[Path, int], list[Comparison]]] = {
            "start": measure_start,
            "intake": measure_intake,
            "receipt": measure_receipt,
            QUEUE_SUBJECT: partial(measure_queue, count=args.cases),
        }
        reports = [
            comparison.report()
            for subject, measure in measures.items()
            if subject in subjects
            for comparison in measure(Path(folder) / subject, rounds)
        ]
        latencies: list[Latency] = measure_noise(rounds) if set(subjects) & set(SCALE_SUBJECTS) else []
        if "catalog" in subjects:
            latencies += measure_catalog(_application(), rounds)
        if "query" in subjects:
            latencies += measure_query(Path(folder) / "query", _application(), rounds, args.cases)
        drain, wire = None, list[Carried]()
        if "sync" in subjects:
            drain = measure_drain(Path(folder) / "sync", args.db, _application(), rounds, args.drain)
            wire = measure_wire(Path(folder) / "wire", _application())
    if args.json:
        print(
            json.dumps(
                {
                    "machine": _machine(),
                    "comparisons": reports,
                    "latencies": [latency.report() for latency in latencies],
                    "sync": None if drain is None else drain.report(),
                    "wire": [carried.report() for carried in wire],
                },
                ensure_ascii=False,
            )
        )
        return 0
    print(" · ".join(str(value) for value in _machine().values()))
    for report in reports:
        print(f"\n{report['name']}: {report['ratio']:.2f} times, aim {report['aim']} ({report['rounds']} rounds)")
        print(f"  {report['counter_ms']:8.1f} ms  {report['counter']}")
        print(f"  {report['bare_ms']:8.1f} ms  {report['bare']}")
    for latency in latencies:
        measured = latency.report()
        aim = f" of {latency.aim_ms}" if latency.aim_ms else ""
        times = f"{measured['p99_ms']:9.2f} ms{aim} at the 99th percentile, median {measured['median_ms']:.2f}"
        print(f"{times}: {latency.name}")
    if drain is not None:
        print("\n" + "\n".join(f"{name}: {value}" for name, value in drain.report().items()))
    for carried in wire:
        print("\n" + "\n".join(f"{name}: {value}" for name, value in carried.report().items()))
    return 0


def measure_start(folder: Path, rounds: int) -> list[Comparison]:
    """Start the program and a bare window, each in a process of its own.

    Raises:
        InputError: INPUT_INVALID, the bundle has no bare window to start.
    """
    from kiosk.commands.run import has_display
    from kiosk.errors import ErrorCode, InputError
    from kiosk.paths import own_command

    if getattr(sys, "frozen", False):
        raise InputError(ErrorCode.INPUT_INVALID, place="bench start")
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # it would compile only our own modules anew
    if not has_display():
        environment |= {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    program = own_command("run", "--exit-when-ready", "--data", str(folder), "--hub", _NO_HUB)
    window = [sys.executable, "-m", "ui.baseline"]
    _seconds_to_page(program, environment)  # makes the store and warms the disk
    _seconds_to_page(window, environment)
    comparison = Comparison(
        "start",
        "kiosk run, from the start of the process until the first page is on the screen and takes input",
        "a bare Qt Quick window with the Qt imports and fonts of the pages, until its first frame",
        1.5,
    )
    for _ in range(rounds):
        comparison.times.append((_seconds_to_page(program, environment), _seconds_to_page(window, environment)))
    return [comparison]


def measure_intake(folder: Path, rounds: int) -> list[Comparison]:
    """Take in cases with five attachments of 1 MB, and keep the same bytes in one bare transaction."""
    from kiosk.domain.application import AttachmentEntry
    from kiosk.ids import MaterialId
    from kiosk.ports.pages import CleanFile
    from kiosk.store.baseline import BareTable

    bare_words = "one bare sqlcipher3 transaction of the same bytes, same key length and pragmas"
    whole = Comparison("intake", "a case taken in together with five files of 1 MB", bare_words, 1.5)
    from_draft = Comparison(
        "intake of a draft", "a case taken in whose five files of 1 MB lie in its draft", bare_words, 1.5
    )
    with _counter(folder) as counter:
        bare = BareTable(folder / "bare.db")
        for _ in range(rounds):
            pages = _pages()
            clean = (CleanFile("image/jpeg", 1, page) for page in pages)  # made when it was captured, not when taken in
            files = dict(zip((f"{name}.jpg" for name in _MATERIALS), clean, strict=True))
            case = _application(
                tuple(AttachmentEntry(material=MaterialId(name), path=f"{name}.jpg") for name in _MATERIALS)
            )
            took = _seconds(counter.services.intake.submit, case, files, counter.technician)
            kept = _seconds(bare.write, pages)
            whole.times.append((took, kept))
            take_in = _drafted(counter, pages)
            from_draft.times.append((_seconds(take_in), _seconds(bare.write, pages)))
        bare.close()
    return [whole, from_draft]


def measure_queue(folder: Path, rounds: int, count: int) -> list[Comparison]:
    """Take in cases while very many events wait to be delivered, and beside them where none waits."""
    from kiosk.paths import DATABASE_FILE
    from kiosk.store.bulk import multiply
    from kiosk.wiring.foundation import lay_foundation

    comparison = Comparison(
        "taking in behind a queue",
        f"a case taken in while {count:,} events wait to be delivered",
        f"a case taken in among {count:,} cases that are all delivered",
        1.1,
    )
    full, empty = folder / "full", folder / "empty"
    for place, waiting in ((full, True), (empty, False)):
        with _counter(place) as counter:
            number = counter.services.intake.submit(_application(), {}, counter.technician).case_number
        multiply(place / DATABASE_FILE, lay_foundation(place).key, number, count, waiting=waiting)
    with _counter(full) as behind, _counter(empty) as alone:

        def took(counter: Counter) -> float:
            return _seconds(counter.services.intake.submit, _application(), {}, counter.technician)

        for counter in (behind, alone):
            took(counter)  # what is read for the first time
        comparison.times += [(took(behind), took(alone)) for _ in range(10 * rounds)]
    return [comparison]


def measure_receipt(folder: Path, rounds: int) -> list[Comparison]:
    """Make receipts, and repeat their calls on a bare reportlab canvas."""
    from kiosk.clock import parse
    from kiosk.domain.application import decode
    from kiosk.domain.paper import Issue, StationFacts
    from kiosk.domain.receipt import receipt_of
    from kiosk.papers.baseline import BareDrawing
    from kiosk.papers.render import render
    from kiosk.ports.printers import PaperSize

    comparisons = []
    with _counter(folder) as counter:
        number = counter.services.intake.submit(_application(), {}, counter.technician).case_number
        case = counter.store.cases.get(number)
        station = StationFacts("测试窗口", "1 号窗口", "0000 0000", "12345", "测试路 1 号")

        def make(size: PaperSize) -> bytes:
            return render(receipt(), size)

        def receipt() -> ReceiptOfMaterials:
            return receipt_of(
                case,
                decode(case.application),
                station,
                Issue("测试己", 1, parse(case.taken_in_at), "7Q4M", training=True),
            )

        for size in PaperSize:
            drawing = BareDrawing(receipt(), size)
            comparison = Comparison(
                f"receipt {size.value}",
                "the receipt of a case as PDF, from the case",
                "the same calls on a bare reportlab canvas",
                2.0,
            )
            for _ in range(rounds):
                made = _seconds(make, size)
                comparison.times.append((made, _seconds(drawing.make)))
            comparisons.append(comparison)
    return comparisons


def _seconds(work: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def _seconds_to_page(command: list[str], environment: dict[str, str]) -> float:
    from kiosk.errors import ErrorCode, KioskError

    started = time.monotonic()
    child = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False, timeout=_START_LIMIT_S)
    if child.returncode:
        raise KioskError(ErrorCode.UNEXPECTED, command=Path(command[0]).name)
    return float(json.loads(child.stdout)["page"]) - started


@contextmanager
def _counter(folder: Path) -> Iterator[Counter]:
    from kiosk.wiring.counter import open_counter

    with open_counter(folder) as counter:
        yield counter


def _pages() -> list[bytes]:
    """Make files of random bytes: they do not compress, and no round finds those of another."""
    return [b"\xff\xd8\xff" + secrets.token_bytes(_PAGE_BYTES - 3) for _ in _MATERIALS]


def _drafted(counter: Counter, pages: list[bytes]) -> Callable[[], object]:
    """Keep a draft with its files; give what takes it in."""
    from kiosk.domain.application import AttachmentEntry, encode
    from kiosk.ids import AttachmentId, MaterialId
    from kiosk.ports.pages import CleanFile
    from kiosk.services.pages import describe

    intake = counter.services.intake
    draft = intake.begin(counter.technician)
    entries = []
    for name, page in zip(_MATERIALS, pages, strict=True):
        kept = describe(MaterialId(name), CleanFile("image/jpeg", 1, page))
        counter.store.drafts.add_attachment(draft.case_id, kept, page)
        entries.append(AttachmentEntry(material=MaterialId(name), attachment_id=AttachmentId(kept.attachment_id)))
    draft = intake.save(replace(draft, application=encode(_application(tuple(entries)))))
    return lambda: intake.take_in(draft, counter.technician)


def _application(attachments: tuple[AttachmentEntry, ...] = ()) -> Application:
    """Make a case of constructed people, complete but for what the attachments prove."""
    from kiosk.clock import SystemClock, iso
    from kiosk.domain.application import ApplicantEntry, Application, DeceasedEntry, PayeeEntry, Source

    died = SystemClock().now() - timedelta(days=2)
    return Application(
        deceased=DeceasedEntry(
            name="测试甲",
            source=Source.CARD,
            document_number="370100194001019991",
            address="测试路 1 号",
            certificate_number="37010020260001",
            death_at=iso(died),
            circumstance="hospital",
            certificate_in_hand=True,
            disposition="cremation",
            household_division="370102",
            insurance=("enterprise_pension", "employee_medical"),
            facts=dict.fromkeys(("household_head", "married", "pensioner", "local_resident"), True),
        ),
        applicant=ApplicantEntry(
            name="测试乙", document_number="370100197401019994", phone="13800000021", relation="20", age=52
        ),
        payee=PayeeEntry(name="测试乙", bank="中国工商银行", account="6222020000000005566"),
        attachments=attachments,
        consents=dict.fromkeys(("truth", "share", "account", "witness"), iso(died)),
        file_apart_reason="测试：每一轮都是同一位逝者",
    )


def _machine() -> dict[str, Any]:
    """Describe the machine by what matters to the figures; nothing of its owner."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("PySide6-Essentials", "sqlcipher3", "reportlab")},
    }


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:  # the bundle has no package list
        return package
