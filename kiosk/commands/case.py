"""`kiosk case`: take in a case from a file, list cases, show one, correct it, take it back and go on with it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import ErrorCode, InputError
from kiosk.ids import MaterialId

if TYPE_CHECKING:
    from kiosk.domain.application import AgentEntry, ApplicantEntry, DeceasedEntry
    from kiosk.domain.case import Case
    from kiosk.ports.store import CaseSummary

_EARLIER_NAMED = 3
"""How many earlier cases of the same person are named in words."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("case", help="take in, list, show, correct, take back cases")
    commands = parser.add_subparsers(dest="case_command", required=True, metavar="COMMAND")
    submit = commands.add_parser("submit", help="take in a case; answers once it is durable")
    submit.add_argument("file", type=Path, metavar="FILE.json", help="the case, or - for standard input")
    submit.set_defaults(run=_submit)
    listing = commands.add_parser("list", help="list the cases of this store")
    listing.set_defaults(run=_list)
    show = commands.add_parser("show", help="show one case")
    show.add_argument("number", metavar="NUMBER")
    show.set_defaults(run=_show)
    revoke = commands.add_parser("revoke", help="end what an agent was authorised to do in a case")
    revoke.add_argument("number", metavar="NUMBER")
    revoke.add_argument("--reason", required=True, help="why, in the applicant's words")
    revoke.set_defaults(run=_revoke)
    correct = commands.add_parser("correct", help="put a case right, or answer what a department asked for")
    correct.add_argument("--field", action="append", default=[], metavar="PATH=VALUE", help="a value; repeatable")
    correct.add_argument("--file", action="append", default=[], metavar="MATERIAL=FILE", help="a file; repeatable")
    correct.add_argument("--words", default="", help="a remark to the departments")
    correct.set_defaults(run=_correct)
    withdraw = commands.add_parser("withdraw", help="take back all matters that have not ended")
    withdraw.set_defaults(run=_withdraw)
    reopen = commands.add_parser("reopen", help="go on with the matters that were taken back")
    reopen.set_defaults(run=_reopen)
    for parser in (withdraw, reopen):
        parser.add_argument("--reason", required=True, help="why, in the family's words")
    for parser in (correct, withdraw, reopen):
        parser.add_argument("number", metavar="NUMBER")
    for parser in (submit, listing, show, revoke, correct, withdraw, reopen):
        parser.add_argument("--json", action="store_true", help="as JSON (the only form so far)")


def _submit(args: argparse.Namespace) -> int:
    from kiosk.domain.application import decode
    from kiosk.messages import text
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        case = counter.store.cases.get(counter.submit_file(args.file))
        found = counter.services.intake.earlier(decode(case.application), case.case_id)
        remarks = counter.remarks(case)
    for remark in remarks:
        print(remark, file=sys.stderr)
    if found:
        named = "、".join(duplicate.case.case_number for duplicate in found[:_EARLIER_NAMED])
        print(text("duplicates.earlier", numbers=named), file=sys.stderr)
    _print(
        {
            "case_number": case.case_number,
            "state": case.state.value,
            "delivery": case.delivery.value,
            "matters": [{"id": matter.matter_id, "state": matter.state.value} for matter in case.matters],
            "earlier_cases": len(found),
            "warnings": list(remarks),
        }
    )
    return 0


def _list(args: argparse.Namespace) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        cases = counter.store.cases.all(limit=10_000)
    _print({"cases": [_summary(case) for case in cases]})
    return 0


def _show(args: argparse.Namespace) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        case = counter.services.cases.open(args.number, counter.technician)
        papers = counter.services.papers.printed(case.case_number)
    answer = _case(case)
    answer["papers"] = [{"kind": paper.kind, "copies": paper.copies, "last_at": paper.last_at} for paper in papers]
    _print(answer)
    return 0


def _revoke(args: argparse.Namespace) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        case = counter.services.authorizations.revoke(args.number, args.reason, counter.technician)
    _print(_case(case))
    return 0


def _correct(args: argparse.Namespace) -> int:
    from kiosk.services.amendments import Correction
    from kiosk.wiring.counter import open_counter

    fields, files = dict(map(_pair, args.field)), list(map(_pair, args.file))
    with open_counter(args.data, hub_url=args.hub_url) as counter:
        clean = tuple((MaterialId(name), counter.clean_file(Path(path))) for name, path in files)
        correction = Correction(fields, clean, args.words)
        _print(_case(counter.services.amendments.correct(args.number, correction, counter.technician)))
    return 0


def _withdraw(args: argparse.Namespace) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        _print(_case(counter.services.amendments.withdraw(args.number, args.reason, counter.technician)))
    return 0


def _reopen(args: argparse.Namespace) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        _print(_case(counter.services.amendments.reopen(args.number, args.reason, counter.technician)))
    return 0


def _pair(text: str) -> tuple[str, str]:
    """Read `NAME=VALUE`.

    Raises:
        InputError: INPUT_INVALID, it is no such pair.
    """
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise InputError(ErrorCode.INPUT_INVALID, place="NAME=VALUE")
    return name, value


def _summary(case: CaseSummary) -> dict[str, Any]:
    from kiosk.domain.masks import mask_name

    return {
        "case_number": case.case_number,
        "state": case.state,
        "delivery": case.delivery.value,
        "taken_in_at": case.taken_in_at,
        "promise_due": case.promise_due,
        "deceased": mask_name(case.deceased_name),
        "applicant": mask_name(case.applicant_name),
        "matters_total": case.matters_total,
        "matters_finished": case.matters_finished,
        "attention": case.attention,
    }


def _case(case: Case) -> dict[str, Any]:
    from msgspec.structs import asdict

    from kiosk.domain.application import decode
    from kiosk.domain.masks import Place, mask_name, mask_number

    application = decode(case.application)

    def masked(person: DeceasedEntry | ApplicantEntry | AgentEntry) -> dict[str, str]:
        number = mask_number(person.document_number or "", Place.PUBLIC)
        return {
            "name": mask_name(person.name or ""),
            "document_type": person.document_type,
            "document_number": number,
        }

    return {
        "case_number": case.case_number,
        "case_id": case.case_id,
        "service": case.service,
        "state": case.state.value,
        "delivery": case.delivery.value,
        "rev": case.rev,
        "taken_in_at": case.taken_in_at,
        "operator": case.operator,
        "station": case.station,
        "promise_due": case.promise_due,
        "promise_provisional": case.promise_provisional,
        "official_number": case.official_number,
        "delivered_at": case.delivered_at,
        "catalog_version": case.catalog_version,
        "rating": case.rating and asdict(case.rating),
        "deceased": masked(application.deceased),
        "applicant": masked(application.applicant),
        "agent": masked(application.agent) | _authorization(application.agent) if application.agent else None,
        "consents": application.consents,
        "matters": [
            {
                "id": matter.matter_id,
                "name": matter.name,
                "department": matter.department,
                "mode": matter.mode,
                "state": matter.state.value,
                "reason": matter.reason,
                "due": matter.due,
                "due_text": matter.due_text,
                "due_provisional": matter.due_provisional,
                "words": matter.words,
                "correction_due": matter.correction_due,
                "wanted_fields": matter.wanted_fields,
                "wanted_materials": matter.wanted_materials,
            }
            for matter in case.matters
        ],
        "materials": [
            {"id": item.material_id, "status": item.status.value, "pages": item.pages, "due": item.due}
            for item in case.materials
        ],
        "attachments": [
            {
                "id": item.attachment_id,
                "material": item.material_id,
                "media_type": item.media_type,
                "size": item.size,
                "sha256": item.sha256,
            }
            for item in case.attachments
        ],
    }


def _authorization(agent: AgentEntry) -> dict[str, Any]:
    from kiosk.clock import SystemClock, local
    from kiosk.domain.authorization import standing

    return {
        "scope": list(agent.scope),
        "powers": list(agent.powers),
        "valid_until": agent.valid_until,
        "authorization": standing(agent, local(SystemClock().now()).date()).value,
        "revoked_at": agent.revoked_at,
    }


def _print(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)
