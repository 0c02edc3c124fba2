"""Every paper of a case through the service that counts and prints it, over a real store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import dossier_cases as cases
import paper_cases
import pytest
import segno
from pypdf import PdfReader
from store_rigs import FRAME, SetClock, store_in
from test_papers import modules_drawn

from devices.printers.folder import FolderPrinter
from kiosk.clock import parse
from kiosk.domain.application import encode
from kiosk.domain.case import CaseMatter
from kiosk.domain.paper import Issue, PaperKind
from kiosk.domain.paper_seal import Verdict
from kiosk.errors import ErrorCode, PaperError
from kiosk.ids import CaseId, EventId, OperatorId, uuid7
from kiosk.ports.printers import PaperSize
from kiosk.ports.store import Intake, OperatorRecord, TakenIn
from kiosk.ports.sync import Change
from kiosk.services.papers import PaperService
from kiosk.store import SqliteStore

CLERK, OTHER = OperatorId("clerk"), OperatorId("other")
BEFORE = {
    PaperKind.RECEIPT_OF_MATERIALS,
    PaperKind.MATERIAL_LIST,
    PaperKind.AUTHORIZATION_LETTER,
    PaperKind.COMMITMENT_LETTER,
    PaperKind.DEFERRAL_PROMISE,
    PaperKind.JOINT_FORM,
    PaperKind.NOTARY_REFERRAL,
}
"""Papers that need no word of the hub."""


@pytest.fixture
def clock() -> SetClock:
    """The time of the test."""
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[SqliteStore]:
    """A store with two operators."""
    opened = store_in(tmp_path, clock=clock)
    for operator, name in ((CLERK, "测试己"), (OTHER, "测试庚")):
        opened.operators.put(OperatorRecord(operator, name, "clerk", "x"))
    yield opened
    opened.close()


@pytest.fixture
def service(store: SqliteStore, tmp_path: Path, clock: SetClock) -> PaperService:
    """The service with a printer that writes files."""
    printer = FolderPrinter("folder", tmp_path / "printed", PaperSize.A4)
    return PaperService(store, printer, paper_cases.STATION, clock, paper_cases.SEALS, training=True)


@pytest.fixture
def taken(store: SqliteStore) -> TakenIn:
    """A case with an agent and several heirs, taken in by the clerk."""
    dossier = cases.dossier_of(agent=True, heirs=True)
    application = dossier.application
    intake = Intake(
        case_id=CaseId(uuid7()),
        event_id=EventId(uuid7()),
        service="after_death",
        operator_id=CLERK,
        station="TEST",
        taken_in_at=cases.TAKEN_IN,
        promise_due="2026-11-27",
        promise_provisional=False,
        catalog_version="1",
        application=encode(application),
        deceased_name=application.deceased.name or "",
        deceased_document=application.deceased.document_number or "",
        applicant_name=application.applicant.name or "",
        applicant_document=application.applicant.document_number or "",
        matters=dossier.case.matters,
        materials=dossier.case.materials,
    )
    return store.cases.take_in(intake, FRAME, lambda number: f'{{"case_number":"{number}"}}'.encode())


def _accept(store: SqliteStore, taken: TakenIn, at: str = "2026-11-19T01:00:00Z") -> None:
    body = f'{{"official_number":"SL20261119000001","at":"{at}"}}'
    _tell(store, taken, "case_accepted", body)
    for matter in ("04", "05", "08"):
        _move(store, taken, matter, "accepted", "已受理", "2026-11-30")


def _move(store: SqliteStore, taken: TakenIn, matter: str, state: str, words: str, due: str | None = None) -> None:
    more = f',"due":"{due}"' if due else ""
    body = f'{{"matter_id":"{matter}","state":"{state}","words":"{words}","at":"2026-11-20T01:00:00Z"{more}}}'
    _tell(store, taken, "matter_state", body)


def _tell(store: SqliteStore, taken: TakenIn, kind: str, body: str) -> None:
    seq = len(store.journal.lines(limit=10_000)) + 1
    assert store.outbox.apply([Change(seq, kind, taken.case_id, body.encode())], str(seq), cases.TAKEN_IN) == 1


def _matters(store: SqliteStore, taken: TakenIn) -> dict[str, CaseMatter]:
    return {str(matter.matter_id): matter for matter in store.cases.get(taken.case_number).matters}


def _issuable(service: PaperService, taken: TakenIn) -> set[PaperKind]:
    told = set(service.issuable(taken.case_number))
    refused = {}
    for kind in PaperKind:
        try:
            service.issue(taken.case_number, kind, CLERK)
        except PaperError as error:
            refused[kind] = error.code
    assert set(refused.values()) <= {ErrorCode.PAPER_NOT_ISSUABLE}
    issued = set(PaperKind) - set(refused)
    assert told - {PaperKind.DELIVERY_RECEIPT} == issued - {PaperKind.DELIVERY_RECEIPT}
    return issued


def test_each_state_of_a_case_gives_its_papers(store: SqliteStore, service: PaperService, taken: TakenIn) -> None:
    """Each kind can be issued once the case gives ground for it, and not before; what is refused is not counted."""
    issuable = _issuable(service, taken)
    assert issuable == {*BEFORE, PaperKind.DELIVERY_RECEIPT}
    assert {paper.kind for paper in service.printed(taken.case_number)} == issuable
    _accept(store, taken)
    now = {PaperKind.ACCEPTANCE_NOTICE, PaperKind.RESULT_LIST}
    assert _issuable(service, taken) == issuable | now
    _move(store, taken, "19", "correction_requested", "请补认定表", "2026-12-08")
    assert _issuable(service, taken) == issuable | now | {PaperKind.CORRECTION_NOTICE}
    _move(store, taken, "28", "refused", "没有参保")
    assert _issuable(service, taken) == set(PaperKind)
    for kind in PaperKind:
        pdf = service.render(taken.case_number, kind, PaperSize.A4, CLERK)
        words = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
        assert not [secret for secret in (paper_cases.DECEASED_NUMBER, paper_cases.PHONE, "测试甲") if secret in words]


def test_the_limit_and_the_day_of_the_correction_are_two(store: SqliteStore, taken: TakenIn) -> None:
    """The department's day for what is missing leaves the matter's own limit alone, and goes when it is mended."""
    _accept(store, taken)
    before = _matters(store, taken)
    assert (before["04"].due, before["04"].due_text) == ("2026-11-30", "11 月 30 日前")
    _move(store, taken, "19", "correction_requested", "请补认定表", "2026-12-08")
    asked = _matters(store, taken)["19"]
    assert (asked.correction_due, asked.due) == ("2026-12-08", before["19"].due)
    _move(store, taken, "19", "in_progress", "")
    mended = _matters(store, taken)["19"]
    assert (mended.correction_due, mended.due) == (None, before["19"].due)


def test_the_acceptance_notice_has_the_hubs_time_and_dates(
    store: SqliteStore, service: PaperService, taken: TakenIn
) -> None:
    """受理 counts from the hub's moment, not from the printing."""
    _accept(store, taken)
    pdf = service.render(taken.case_number, PaperKind.ACCEPTANCE_NOTICE, PaperSize.A4, CLERK)
    words = "".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert "2026年11月19日09:00" in words
    assert "11月30日前" in words
    assert "SL20261119000001" in words


def test_a_moment_of_the_hub_that_is_none(store: SqliteStore, service: PaperService, taken: TakenIn) -> None:
    """No time is made up for a notice."""
    _accept(store, taken, at="soon")
    with pytest.raises(PaperError):
        service.render(taken.case_number, PaperKind.ACCEPTANCE_NOTICE, PaperSize.A4, CLERK)


def test_the_copy_names_who_printed_it_in_the_size_asked_for(
    store: SqliteStore, service: PaperService, taken: TakenIn, tmp_path: Path
) -> None:
    """Someone else's reprint is not laid at the first clerk's door, and a large copy stays large."""
    for actor, large in ((CLERK, False), (OTHER, True)):
        job = service.issue(taken.case_number, PaperKind.JOINT_FORM, actor, large_print=large)
        assert (job.actor, job.large_print) == (actor, large)
    while service.work():
        pass
    assert [job.copy for job in service.jobs(taken.case_number)] == [1, 2]
    printed = sorted((tmp_path / "printed").glob("*.pdf"), key=lambda path: path.name)
    first, second = ("".join(page.extract_text() for page in PdfReader(path).pages) for path in printed)
    assert "测试己" in first
    assert "测试庚" in second
    assert "测试己" not in second
    assert "-DJ-2" in second
    assert len(PdfReader(printed[1]).pages) > len(PdfReader(printed[0]).pages)
    assert store.journal.verify() > 0


def test_a_roll_takes_every_paper(service: PaperService, taken: TakenIn) -> None:
    """A counter that has only a roll printer hands out the same papers."""
    for kind in sorted(BEFORE):
        pdf = service.render(taken.case_number, kind, PaperSize.ROLL_80, CLERK)
        assert len(PdfReader(BytesIO(pdf)).pages) == 1


def test_each_copy_carries_its_own_seal(service: PaperService, store: SqliteStore, taken: TakenIn) -> None:
    """The code on a copy holds a seal that any counter which knows the key finds genuine, with that copy's code."""
    kind = PaperKind.RECEIPT_OF_MATERIALS
    for copy in (1, 2):
        pdf = service.render(taken.case_number, kind, PaperSize.A4, CLERK)
        job = service.jobs(taken.case_number)[-1]
        issue = Issue("测试己", copy, parse(job.created_at), job.verification, training=True)
        words = service._paper(store.cases.get(taken.case_number), kind, issue)
        code = paper_cases.SEALS.seal(taken.case_number, kind, issue, words)
        matrix = segno.make(code, error="m", micro=False, boost_error=False).matrix
        assert modules_drawn(pdf, len(matrix)) == [[cell == 1 for cell in row] for row in matrix]
        check = service.check(code)
        assert check.verdict is Verdict.GENUINE
        assert check.seal is not None
        assert (check.seal.copy_no, check.seal.code) == (copy, job.verification)


def test_the_journal_names_the_copy(service: PaperService, store: SqliteStore, taken: TakenIn) -> None:
    """Its line has the kind, the number of the copy and the code that stands on it."""
    job = service.issue(taken.case_number, PaperKind.MATERIAL_LIST, CLERK)
    line = store.journal.lines(limit=1)[0]
    assert (line["kind"], line["subject"]) == ("paper_issued", taken.case_number)
    assert json.loads(str(line["detail"])) == {"kind": "material_list", "copy": 1, "code": job.verification}
