"""What `kiosk bench catalog query` measures: how long the rules take, and looking things up among very many cases.

Unlike the other subjects these have aims in milliseconds, at the 99th percentile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.domain.application import Application

SCALE_SUBJECTS = ("catalog", "query")
CASES = 200_000
_WARM_UP = 5
_FILED = ("04", "05", "08", "09", "17", "28", "34", "36", "37")


@dataclass(frozen=True)
class Latency:
    """Timings of one thing, in seconds, sorted: by the wall clock, and the processor's time of the thread alone.

    `aim_ms` is for the 99th percentile by the wall clock, None where there is no aim. On a busy machine the two differ
    by what other programs took.
    """

    name: str
    aim_ms: float | None
    wall: tuple[float, ...]
    processor: tuple[float, ...]

    def report(self) -> dict[str, Any]:
        """Say it as JSON values; times in milliseconds."""
        p99 = _p99(self.wall)
        return {
            "name": self.name,
            "rounds": len(self.wall),
            "median_ms": round(self.wall[len(self.wall) // 2] * 1000, 3),
            "p99_ms": round(p99 * 1000, 3),
            "processor_p99_ms": round(_p99(self.processor) * 1000, 3),
            "aim_ms": self.aim_ms,
            "met": self.aim_ms is None or p99 * 1000 < self.aim_ms,
        }


def _p99(times: tuple[float, ...]) -> float:
    return times[min(len(times) - 1, len(times) * 99 // 100)]


def measure_noise(rounds: int) -> list[Latency]:
    """Time a bare loop of about five milliseconds: how far its 99th percentile lies off is the machine's own unrest."""

    def loop() -> None:
        for _ in range(200_000):
            pass

    return [_measured("a bare loop, for the machine's own unrest", None, rounds, lambda _: loop())]


def measure_catalog(application: Application, rounds: int) -> list[Latency]:
    """Load each service with its rules, and judge a case again and again."""
    from kiosk.clock import SystemClock
    from kiosk.domain.assess import assess
    from kiosk.domain.facts import known_facts, read_people, resolve
    from kiosk.domain.rules import judge
    from kiosk.services.reference import load_calendar, load_codes, load_service, service_names

    now, codes, calendar = SystemClock().now(), load_codes(), load_calendar()
    service = load_service(application.service)

    def eligibility() -> None:
        facts = resolve(service, known_facts(application, read_people(application, now, codes), now, codes))
        for row in service.matters.values():
            judge(row.when, facts)

    loads = [
        _measured(f"load and compile {name}", 50, rounds, lambda _, name=name: load_service(name))  # type: ignore[misc]  # mypy infers no lambda with a default
        for name in service_names()
    ]
    return [
        *loads,
        _measured("eligibility of a case", 1, rounds * 20, lambda _: eligibility()),
        _measured(
            "whole assessment of a case: questions, fields, materials, problems, days",
            16,
            rounds * 20,
            lambda _: assess(service, application, now, calendar, codes),
        ),
    ]


def measure_query(folder: Path, application: Application, rounds: int, count: int) -> list[Latency]:
    """Fill a store with very many cases, then ask for what the pages ask for."""
    import msgspec

    from kiosk.clock import SystemClock
    from kiosk.ids import MatterId
    from kiosk.paths import DATABASE_FILE
    from kiosk.services.statistics import StatisticsService
    from kiosk.store.bulk import multiply
    from kiosk.wiring.counter import open_counter
    from kiosk.wiring.foundation import lay_foundation

    with open_counter(folder) as counter:
        # Nine matters: more only make the store larger, and it is large.
        sample = msgspec.structs.replace(application, matters=tuple(MatterId(key) for key in _FILED))
        number = counter.services.intake.submit(sample, {}, counter.technician).case_number
    key = lay_foundation(folder).key
    multiply(folder / DATABASE_FILE, key, number, count)
    with open_counter(folder) as counter:
        store, cases = counter.store, counter.services.cases
        statistics = StatisticsService(store.statistics, SystemClock())
        seen = store.cases.all(limit=rounds, offset=count // 2)
        documents = [_document(store.cases.get(case.case_number).application) for case in seen[:1]]
        people = [
            f"370100{1925 + place % 40}01{place % 28 + 1:02d}{place % 10_000:04d}" for place in _spread(rounds, count)
        ]
        since = statistics.period(until=None).until
        year = statistics.period(f"{int(since[:4]) - 1}{since[4:]}", since)
        return [
            _measured("work list", 50, rounds, lambda _: cases.worklist(counter.technician)),
            _measured("look-up by number", 50, rounds, lambda place: cases.find(seen[place].case_number)),
            _measured(
                "look-up by the number's end", 50, rounds, lambda place: cases.find(seen[place].case_number[-9:])
            ),
            _measured("look-up by document number", 50, rounds, lambda place: cases.find(people[place])),
            _measured("look-up by name", 50, rounds, lambda place: cases.find(seen[place].deceased_name)),
            _measured("look-up by the beginning of a name that 9,000 bear", 50, rounds, lambda _: cases.find("测试甲")),
            _measured(
                "earlier cases of a person", 50, rounds, lambda _: store.cases.of_person("after_death", documents[0])
            ),
            _measured("open a case", 50, rounds, lambda place: store.cases.get(seen[place].case_number)),
            _measured("officer's working list", 50, rounds, lambda _: statistics.working_list()),
            _measured(
                "family's result list", 50, rounds, lambda place: statistics.result_list(seen[place].case_number)
            ),
            _measured("statistics of a year, all tables", 50, rounds, lambda _: statistics.report(year)),
        ]


def _spread(rounds: int, count: int) -> list[int]:
    return [place * count // rounds for place in range(rounds)]


def _document(application: bytes) -> str:
    from kiosk.domain.application import decode

    return decode(application).deceased.document_number or ""


def _measured(name: str, aim_ms: float | None, rounds: int, work: Callable[[int], object]) -> Latency:
    for place in range(min(_WARM_UP, rounds)):
        work(place)
    wall, processor = [], []
    for place in range(rounds):
        started, began = time.perf_counter(), time.thread_time()
        work(place)
        wall.append(time.perf_counter() - started)
        processor.append(time.thread_time() - began)
    return Latency(name, aim_ms, tuple(sorted(wall)), tuple(sorted(processor)))
