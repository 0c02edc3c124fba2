"""Drafts, captured pages, and taking in a case."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from kiosk.clock import Clock, iso, parse
from kiosk.domain.application import Application, decode, encode
from kiosk.domain.assessment import Applicability, Assessment, FieldState
from kiosk.domain.case import Attachment, CaseMaterial, CaseMatter, MaterialStatus, MatterState
from kiosk.domain.form import complete
from kiosk.domain.problems import MISSING
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, CaseId, EventId, MaterialId, MatterId, OperatorId, uuid7
from kiosk.packets.events import case_taken_in_payload
from kiosk.ports.store import Draft, DraftSummary, Intake, NotFiled, NumberFrame, Store, TakenIn
from kiosk.services.duplicates import Duplicate, DuplicateService
from kiosk.services.rules import Rules

MAX_FILE_MB = 20
_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


@dataclass(frozen=True)
class Terminal:
    """Who takes in: the station's id, the terminal's id, and its part of the case number."""

    station: str
    terminal_id: str
    frame: NumberFrame


class IntakeService:
    """Takes in cases. Called on the thread that owns the store.

    `take_in` returns after the one transaction has committed; printing and delivery come after it and cannot undo it.
    """

    def __init__(
        self, store: Store, rules: Rules, terminal: Terminal, clock: Clock, taken_in: Callable[[], None]
    ) -> None:
        """Work by these rules; `taken_in` is called after each commit, to wake the delivery."""
        self._store = store
        self._rules = rules
        self._terminal = terminal
        self._clock = clock
        self._taken_in = taken_in
        self._duplicates = DuplicateService(store, rules, clock)

    def begin(self, operator_id: OperatorId) -> Draft:
        """Start a draft."""
        return self.save(Draft(CaseId(uuid7()), operator_id, 0, encode(Application())))

    def save(self, draft: Draft) -> Draft:
        """Keep a draft; give it with the time it was kept."""
        kept = replace(draft, updated_at=iso(self._clock.now()))
        self._store.drafts.save(kept)
        return kept

    def resume(self, case_id: CaseId) -> Draft:
        """Give a draft.

        Raises:
            StoreError: DRAFT_NOT_FOUND.
        """
        return self._store.drafts.get(case_id)

    def drafts(self, operator_id: OperatorId) -> list[DraftSummary]:
        """List an operator's drafts, newest first."""
        return self._store.drafts.of_operator(operator_id)

    def discard(self, case_id: CaseId) -> None:
        """Delete a draft and all that was captured for it."""
        self._store.drafts.discard(case_id)

    def add_page(self, case_id: CaseId, material_id: MaterialId, data: bytes) -> Attachment:
        """Keep a captured or imported file of a material.

        Raises:
            InputError: not a JPEG, PNG or PDF by its content, empty, or larger than `MAX_FILE_MB`.
        """
        attachment = describe_file(material_id, data)
        self._store.drafts.add_attachment(case_id, attachment, data)
        return attachment

    def remove_page(self, attachment_id: AttachmentId) -> None:
        """Delete a captured file of a draft."""
        self._store.drafts.remove_attachment(attachment_id)

    def read_page(self, attachment_id: AttachmentId) -> bytes:
        """Give a captured file's bytes."""
        return self._store.cases.read_attachment(attachment_id)

    def earlier(self, application: Application, case_id: CaseId) -> tuple[Duplicate, ...]:
        """Find cases of the same person that were taken in before, newest first; works offline.

        They are told, never a wall: a person decides whether to join, to correct, or to file apart.
        """
        return self._duplicates.find(complete(application, self._rules.codes, self._clock.now()), case_id)

    def take_in(self, draft: Draft, operator_id: OperatorId) -> TakenIn:
        """Take in a draft that is complete.

        Raises:
            InputError: CASE_INCOMPLETE with the places, or what `submit` raises.
            StoreError: nothing was taken in; the draft is as it was.
        """
        now = self._clock.now()
        application = complete(decode(draft.application), self._rules.codes, now)
        assessment = self._rules.assess(application, now)
        missing = [
            answer.label for answer in assessment.fields if answer.required and answer.state is FieldState.ASKED
        ] + [need.name for need in assessment.materials if need.status is MaterialStatus.MISSING]
        if missing:
            raise InputError(ErrorCode.CASE_INCOMPLETE, count=len(missing), place="、".join(missing))
        return self._commit(draft.case_id, application, assessment, operator_id, {})

    def submit(self, application: Application, files: Mapping[str, bytes], operator_id: OperatorId) -> TakenIn:
        """Take in a case that comes whole from a file; `files` maps the paths it names to their bytes.

        What is missing is kept as missing; what is wrong is refused.

        Raises:
            InputError: something is wrong with it.
            StoreError: nothing was taken in.
        """
        now = self._clock.now()
        application = complete(application, self._rules.codes, now)
        assessment = self._rules.assess(application, now)
        return self._commit(CaseId(uuid7()), application, assessment, operator_id, files)

    def _commit(
        self,
        case_id: CaseId,
        application: Application,
        assessment: Assessment,
        operator_id: OperatorId,
        files: Mapping[str, bytes],
    ) -> TakenIn:
        matters = self._matters(application, assessment)
        held = [problem for problem in assessment.problems if problem.holds and problem.code != MISSING]
        if held:
            raise InputError(ErrorCode.INPUT_INVALID, place=held[0].words)
        now = self._clock.now()
        described = tuple(
            (entry, describe_file(entry.material, files[entry.path]), files[entry.path])
            for entry in application.attachments
            if entry.path is not None
        )
        named = {entry.attachment_id for entry in application.attachments}
        stored = tuple(item for item in self._store.drafts.attachments(case_id) if item.attachment_id in named)
        kept = msgspec.structs.replace(
            application,
            attachments=tuple(
                msgspec.structs.replace(entry, path=None, attachment_id=AttachmentId(attachment.attachment_id))
                for entry, attachment, _ in described
            )
            + tuple(entry for entry in application.attachments if entry.path is None),
            service_words=self._rules.service_words(application.service),
        )
        intake = Intake(
            case_id=case_id,
            event_id=EventId(uuid7()),
            service=application.service,
            operator_id=operator_id,
            station=self._terminal.station,
            taken_in_at=_moment(application.taken_in_at, now),
            promise_due=assessment.promise_due,
            promise_provisional=assessment.promise_provisional,
            catalog_version=assessment.catalog_version,
            application=encode(kept),
            deceased_name=application.deceased.name or "",
            deceased_document=application.deceased.document_number or "",
            applicant_name=application.applicant.name or "",
            applicant_document=application.applicant.document_number or "",
            matters=matters,
            materials=_materials(assessment),
            attachments=stored,
            files=tuple((attachment, data) for _, attachment, data in described),
            channel=application.channel,
            not_filed=_not_filed(application, assessment, {matter.matter_id for matter in matters}),
        )
        terminal_id = self._terminal.terminal_id
        taken = self._store.cases.take_in(
            intake, self._terminal.frame, lambda number: case_taken_in_payload(number, intake, terminal_id)
        )
        self._taken_in()
        return taken

    def _matters(self, application: Application, assessment: Assessment) -> tuple[CaseMatter, ...]:
        chosen = {answer.matter_id: answer for answer in assessment.chosen(frozenset(application.declined))}
        if application.matters != "all":
            for matter_id in application.matters:
                if matter_id not in chosen:
                    raise InputError(ErrorCode.MATTER_UNKNOWN, matter=matter_id)
            chosen = {matter_id: answer for matter_id, answer in chosen.items() if matter_id in application.matters}
        for answer in chosen.values():
            for other in answer.alternative_to:
                if other in chosen and chosen[other].state is Applicability.APPLIES is answer.state:
                    raise InputError(
                        ErrorCode.MATTERS_EXCLUDE_EACH_OTHER, one=answer.short_name, other=chosen[other].short_name
                    )
        return tuple(
            CaseMatter(
                matter_id=answer.matter_id,
                name=answer.name,
                department=answer.department,
                mode=answer.mode.value,
                state=MatterState.TAKEN_IN
                if answer.state is Applicability.APPLIES
                else MatterState.AWAITING_VERIFICATION,
                reason=answer.reason,
                due=answer.due,
                due_text=answer.due_text,
                due_provisional=answer.due_provisional,
            )
            for answer in chosen.values()
        )


def describe_file(material_id: MaterialId, data: bytes) -> Attachment:
    """Describe a file by its content, never by its name.

    Raises:
        InputError: empty, of another kind than JPEG, PNG and PDF, or larger than `MAX_FILE_MB`.
    """
    if not data:
        raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
    if len(data) > MAX_FILE_MB * 1024 * 1024:
        raise InputError(ErrorCode.ATTACHMENT_TOO_LARGE, limit_mb=MAX_FILE_MB)
    media_type = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if media_type is None:
        raise InputError(ErrorCode.ATTACHMENT_KIND)
    return Attachment(
        attachment_id=uuid7(),
        material_id=material_id,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _materials(assessment: Assessment) -> tuple[CaseMaterial, ...]:
    return tuple(
        CaseMaterial(material_id=need.material_id, name=need.name, status=need.status, pages=need.pages, due=need.due)
        for need in assessment.materials
    )


def _not_filed(application: Application, assessment: Assessment, filed: set[MatterId]) -> tuple[NotFiled, ...]:
    """List what applies and is left out; of alternatives only when none of them is filed."""
    return tuple(
        NotFiled(
            matter_id=answer.matter_id,
            name=answer.name,
            department=answer.department,
            mode=answer.mode.value,
            reason=application.declined.get(answer.matter_id, ""),
        )
        for answer in assessment.matters
        if answer.state is Applicability.APPLIES and not filed & {answer.matter_id, *answer.alternative_to}
    )


def _moment(stated: str | None, now: datetime) -> str:
    try:
        return iso(parse(stated) if stated else now)
    except ValueError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place="taken_in_at") from exc
