"""`kiosk matters FACTS.json`: which matters apply on these facts, why, and by when."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.domain.application import Application
    from kiosk.domain.assessment import Assessment, Limit, MatterAnswer, Problem


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `matters`."""
    parser = subparsers.add_parser("matters", help="say which matters apply on facts given as JSON")
    parser.add_argument("file", type=Path, metavar="FACTS.json", help="the facts; - reads standard input")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Judge the facts by this station's rules and print the answer."""
    from kiosk.clock import SystemClock
    from kiosk.config import load_config
    from kiosk.services.reference import newest_pack
    from kiosk.services.rules import load_rules

    application = _read(args.file)
    # What the facts do not say is not known: a household near this station makes nobody a local resident here.
    rules = replace(load_rules(args.data, load_config(args.data), newest_pack(args.data)), division="")
    assessment = rules.assess(application, SystemClock().now())
    _refuse_unknown_facts(application, set(rules.services[application.service].facts))
    for problem in _odd(assessment):
        sys.stderr.write(f"{problem.words}\n")
    if args.json:
        sys.stdout.write(json.dumps(as_json(assessment), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{_line(answer)}\n" for answer in assessment.matters))
    return 0


def _read(path: Path) -> Application:
    import msgspec

    from kiosk.domain.application import decode
    from kiosk.domain.facts import moment_of
    from kiosk.errors import ErrorCode, InputError

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as exc:
        raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
    try:
        application = decode(data)
    except msgspec.ValidationError as exc:
        # The message names the place (`$.deceased.death_at`) and the form that is wanted, not what stood there.
        raise InputError(ErrorCode.INPUT_INVALID, place=_place(str(exc))) from exc
    except msgspec.DecodeError as exc:
        raise InputError(ErrorCode.INPUT_NOT_JSON) from exc
    moments = {"taken_in_at": application.taken_in_at, "deceased.death_at": application.deceased.death_at}
    for place, moment in moments.items():
        if moment and moment_of(moment) is None:
            raise InputError(ErrorCode.INPUT_INVALID, place=place)
    return application


def _place(fault: str) -> str:
    """Give the place of a fault by its path; the whole of the file when the parser names none."""
    return fault.rpartition(" - at ")[2].strip("`") if " - at " in fault else "$"


def _refuse_unknown_facts(application: Application, known: set[str]) -> None:
    from kiosk.errors import ErrorCode, InputError

    for fact in application.deceased.facts:
        if fact not in known:
            raise InputError(ErrorCode.CATALOG_KEY_UNKNOWN, key=fact)


def as_json(assessment: Assessment) -> dict[str, Any]:
    """Give the published form of an assessment."""
    return {
        "service": assessment.service,
        "matters": [_matter(answer) for answer in assessment.matters],
        "questions": [{"fact": question.fact, "text": question.text} for question in assessment.questions],
        "problems": [
            {"path": problem.path, "text": problem.words, "holds": problem.holds} for problem in _odd(assessment)
        ],
        "promise_due": assessment.promise_due,
        "promise_text": assessment.promise_text,
        "catalog_version": assessment.catalog_version,
    }


def _odd(assessment: Assessment) -> list[Problem]:
    """List what does not fit about the facts; that a form is not filled in yet is no fault of them."""
    from kiosk.domain.problems import MISSING

    return [problem for problem in assessment.problems if problem.code != MISSING]


def _matter(answer: MatterAnswer) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": answer.matter_id,
        "name": answer.name,
        "department": answer.department,
        "state": answer.state.value,
        "mode": answer.mode.value,
        "reason": answer.reason,
        "legal_limit": _limit(answer.legal_limit),
        "promised_limit": _limit(answer.promised_limit),
        "due": answer.due,
        "due_text": answer.due_text,
        "due_provisional": answer.due_provisional,
        "note": answer.note,
        "fields": list(answer.fields),
        "materials": list(answer.materials),
        "after": list(answer.after),
        "result": answer.result,
        "follow_up": answer.follow_up,
        "weak": answer.weak,
    }
    if answer.via:
        found["via"] = answer.via
    if answer.automatic_part:
        found["automatic_part"] = answer.automatic_part
    if answer.alternative_to:
        found["alternative_to"] = list(answer.alternative_to)
    return found


def _limit(limit: Limit | None) -> dict[str, Any] | None:
    return {"count": limit.count, "unit": limit.unit, "basis": limit.basis} if limit else None


def _line(answer: MatterAnswer) -> str:
    head = f"{answer.matter_id} {answer.state.value:8} {answer.department} {answer.name}"
    note = f"（{answer.note}）" if answer.note else ""
    return f"{head}：{answer.reason} {answer.due_text}{note}".rstrip()
