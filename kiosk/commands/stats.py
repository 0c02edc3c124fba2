"""`kiosk stats`: the figures of a period, the officer's working list, a family's result list."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.ports.statistics import CaseFigures, MatterFigures, NotFiledLine, WorkLine
    from kiosk.services.statistics import Report

_HOUR_S = 3600


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("stats", help="figures of a period, the working list, a family's result list")
    parser.add_argument("--since", metavar="DAY", help="first day of taking in (1 January)")
    parser.add_argument("--until", metavar="DAY", help="last day of taking in (today)")
    parser.add_argument("--service", default="", metavar="NAME", help="one service instead of all")
    parser.add_argument("--working-list", action="store_true", help="open matters, the most urgent first, instead")
    parser.add_argument("--department", default="", metavar="NAME", help="of the working list, one department")
    parser.add_argument("--results", metavar="NUMBER", help="what became of one case's matters, instead")
    parser.add_argument("--export", action="store_true", help="write the figures for a spreadsheet, and say where")
    parser.add_argument("--json", action="store_true", help="as JSON (the only form so far)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is asked for."""
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        statistics = counter.services.statistics
        answer: dict[str, Any]
        if args.results:
            answer = {"results": [asdict(line) for line in statistics.result_list(args.results)]}
        elif args.working_list:
            answer = {"working_list": [_work(line) for line in statistics.working_list(args.department)]}
        elif args.export:
            report = statistics.report(statistics.period(args.since, args.until, args.service))
            answer = {"file": str(counter.services.reporting.export(report))}
        else:
            answer = as_json(statistics.report(statistics.period(args.since, args.until, args.service)))
    print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 0


def as_json(report: Report) -> dict[str, Any]:
    """Give the published form of a report; names are masked, durations are mean hours."""
    return {
        "since": report.period.since,
        "until": report.period.until,
        "service": report.period.service or None,
        "total": _cases(report.total),
        "by_day": [_cases(line) for line in report.by_day],
        "by_channel": [_cases(line) for line in report.by_channel],
        "by_service": [_cases(line) for line in report.by_service],
        "by_matter": [_matters(line) for line in report.by_matter],
        "by_department": [_matters(line) for line in report.by_department],
        "by_mode": [_matters(line) for line in report.by_mode],
        "not_filed": [_not_filed(line) for line in report.not_filed],
        "low_ratings": [asdict(line) for line in report.low_ratings],
    }


def _cases(line: CaseFigures) -> dict[str, Any]:
    *levels, declined = line.ratings
    rated = sum(levels)
    return {
        "key": line.key,
        "taken_in": line.taken_in,
        "finished": line.finished,
        "on_time": line.on_time,
        "on_time_of": line.promised,
        "mean_hours": _hours(line.duration_s, line.finished),
        "ratings": {str(level): count for level, count in enumerate(levels, start=1)} | {"declined": declined},
        "mean_rating": round(sum(level * n for level, n in enumerate(levels, start=1)) / rated, 2) if rated else None,
    }


def _matters(line: MatterFigures) -> dict[str, Any]:
    return {
        "key": line.key,
        "name": line.name,
        "filed": line.filed,
        "not_filed": line.not_filed,
        "finished": line.finished,
        "refused": line.refused,
        "on_time": line.on_time,
        "on_time_of": line.limited,
        "mean_hours": _hours(line.duration_s, line.finished),
        "corrections": line.corrections,
    }


def _hours(seconds: int, count: int) -> float | None:
    return round(seconds / count / _HOUR_S, 1) if count else None


def _not_filed(line: NotFiledLine) -> dict[str, Any]:
    from kiosk.domain.masks import mask_name

    return asdict(line) | {"applicant_name": mask_name(line.applicant_name)}


def _work(line: WorkLine) -> dict[str, Any]:
    from kiosk.domain.masks import mask_name

    return asdict(line) | {"deceased_name": mask_name(line.deceased_name)}
