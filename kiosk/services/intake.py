"""Drafts, and taking in a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from kiosk.clock import Clock, iso, parse
from kiosk.domain import consent
from kiosk.domain.application import Application, AttachmentEntry, decode, encode
from kiosk.domain.assessment import Applicability, Assessment, FieldState
from kiosk.domain.authorization import LETTER, signed_here
from kiosk.domain.case import Attachment, CaseMaterial, CaseMatter, MaterialStatus, MatterState
from kiosk.domain.form import complete
from kiosk.domain.problems import MISSING
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, CaseId, EventId, MatterId, OperatorId, uuid7
from kiosk.journal import JournalKind
from kiosk.messages import text
from kiosk.packets.events import case_taken_in_payload
from kiosk.ports.pages import CleanFile
from kiosk.ports.store import Draft, DraftSummary, Intake, JournalLine, NotFiled, NumberFrame, Store, TakenIn
from kiosk.ports.sync import KnownCase
from kiosk.services.duplicates import Duplicate, DuplicateService
from kiosk.services.pages import describe
from kiosk.services.rules import RulesOf


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
        self, store: Store, rules: RulesOf, terminal: Terminal, clock: Clock, taken_in: Callable[[], None]
    ) -> None:
        """Work by the rules that each case was begun under; `taken_in` is called after each commit, for delivery."""
        self._store = store
        self._rules = rules
        self._terminal = terminal
        self._clock = clock
        self._taken_in = taken_in
        self._duplicates = DuplicateService(store, rules, clock)

    def begin(self, operator_id: OperatorId) -> Draft:
        """Start a draft, under the rules in force."""
        return self.save(Draft(CaseId(uuid7()), operator_id, 0, encode(Application(pack=self._rules().pack))))

    def save(self, draft: Draft) -> Draft:
        """Keep a draft; give it with the time it was kept."""
        kept = replace(draft, updated_at=iso(self._clock.now()))
        self._store.drafts.save(kept)
        return kept

    def resume(self, case_id: CaseId) -> Draft:
        """Give a draft, with the rules that it goes on under read already.

        Raises:
            StoreError: DRAFT_NOT_FOUND.
            CatalogError: those rules cannot be read.
        """
        draft = self._store.drafts.get(case_id)
        self._rules(decode(draft.application).pack)
        return draft

    def drafts(self, operator_id: OperatorId) -> list[DraftSummary]:
        """List an operator's drafts, newest first."""
        return self._store.drafts.of_operator(operator_id)

    def discard(self, case_id: CaseId) -> None:
        """Delete a draft and all that was captured for it."""
        self._store.drafts.discard(case_id)

    def earlier(self, application: Application, case_id: CaseId) -> tuple[Duplicate, ...]:
        """Find cases of the same person that were taken in before, newest first; works offline.

        They are told, never a wall: a person decides whether to join, to correct, or to file apart.
        """
        return self._duplicates.find(self._complete(application), case_id)

    def earlier_elsewhere(self, application: Application) -> tuple[KnownCase, ...]:
        """Find cases of the same person at other terminals, as the hub last told; newest first."""
        return self._duplicates.elsewhere(self._complete(application))

    def phone_of(self, document_number: str, operator_id: OperatorId) -> str:
        """Give the telephone that an applicant gave when they came before, empty when they did not.

        Which case it was read from is noted in the journal like any look at a case.
        """
        for found in self._store.cases.find(document_number):
            applicant = decode(self._store.cases.get(found.case_number).application).applicant
            if applicant.document_number == document_number and applicant.phone:
                line = JournalLine(JournalKind.CASE_OPENED, operator_id, found.case_number)
                self._store.journal.append(line, iso(self._clock.now()))
                return applicant.phone
        return ""

    def take_in(self, draft: Draft, operator_id: OperatorId) -> TakenIn:
        """Take in a draft that is complete, agreed to for each purpose, and signed.

        Raises:
            InputError: CASE_INCOMPLETE with the places, or what `submit` raises.
            StoreError: nothing was taken in; the draft is as it was.
        """
        application = self._complete(decode(draft.application))
        assessment = self._rules(application.pack).assess(application, self._clock.now())
        missing = [
            answer.label for answer in assessment.fields if answer.required and answer.state is FieldState.ASKED
        ] + [need.name for need in assessment.materials if need.status is MaterialStatus.MISSING]
        missing += _unagreed(application, assessment)
        if missing:
            raise InputError(ErrorCode.CASE_INCOMPLETE, count=len(missing), place="、".join(missing))
        return self._commit(draft.case_id, application, assessment, operator_id, ())

    def submit(self, application: Application, files: Mapping[str, CleanFile], operator_id: OperatorId) -> TakenIn:
        """Take in a case that comes whole from a file; `files` maps the paths it names to what was made of them.

        What is missing is kept as missing; what is wrong is refused, and so is a case about nobody: with neither a
        name nor a number of the person it is about. A file that names no consents is taken as the
        statement of who submits it that they lie signed on paper, and is kept as just that; one that names some must
        name all that the case asks for.

        Raises:
            InputError: something is wrong with it; CASE_INCOMPLETE with the consents that its own list lacks.
            StoreError: nothing was taken in.
        """
        rules, now = self._rules(), self._clock.now()
        described = tuple(
            (describe(entry.material, files[entry.path]), files[entry.path].data)
            for entry in application.attachments
            if entry.path is not None
        )
        entries = tuple(_entry_of(attachment) for attachment, _ in described)
        application = msgspec.structs.replace(application, attachments=entries, pack=rules.pack)
        application = consent.stated(self._complete(application), iso(now))
        assessment = rules.assess(application, now)
        person = application.deceased
        if not ((person.name or "").strip() or (person.document_number or "").strip()):
            subject = rules.service_words(application.service).subject
            raise InputError(ErrorCode.INPUT_INVALID, place=text("intake.nobody", subject=subject))
        lacking = consent.lacking(application, assessment.materials)
        if lacking and consent.STATED not in application.consents:
            words = "、".join(text(f"consents.{purpose}") for purpose in lacking)
            raise InputError(ErrorCode.CASE_INCOMPLETE, count=len(lacking), place=words)
        return self._commit(CaseId(uuid7()), application, assessment, operator_id, described)

    def _commit(
        self,
        case_id: CaseId,
        application: Application,
        assessment: Assessment,
        operator_id: OperatorId,
        files: tuple[tuple[Attachment, bytes], ...],
    ) -> TakenIn:
        matters = self._matters(application, assessment)
        if not matters:
            raise InputError(ErrorCode.CASE_INCOMPLETE, count=1, place=text("intake.no_matter"))
        held = [problem.words for problem in assessment.problems if problem.holds and problem.code != MISSING]
        if held:
            raise InputError(ErrorCode.INPUT_INVALID, place="；".join(held))
        now = self._clock.now()
        if consent.untimely(application, now):
            raise InputError(ErrorCode.INPUT_INVALID, place="consents")
        application = consent.asked_only(application, assessment.materials)
        named = {entry.attachment_id for entry in application.attachments}
        stored = tuple(item for item in self._store.drafts.attachments(case_id) if item.attachment_id in named)
        words = self._rules(application.pack).service_words(application.service)
        kept = msgspec.structs.replace(application, service_words=words)
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
            files=files,
            channel=application.channel,
            not_filed=_not_filed(application, assessment, {matter.matter_id for matter in matters}),
        )
        terminal_id = self._terminal.terminal_id
        taken = self._store.cases.take_in(
            intake, self._terminal.frame, lambda number: case_taken_in_payload(number, intake, terminal_id)
        )
        self._taken_in()
        return taken

    def _complete(self, application: Application) -> Application:
        return complete(application, self._rules(application.pack).codes, self._clock.now())

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


def _entry_of(attachment: Attachment) -> AttachmentEntry:
    return AttachmentEntry(
        material=attachment.material_id,
        attachment_id=AttachmentId(attachment.attachment_id),
        media_type=attachment.media_type,
        pages=attachment.pages,
    )


def _unagreed(application: Application, assessment: Assessment) -> list[str]:
    """Name the consents and signatures that are still to be given at the counter."""
    unagreed = [text(f"consents.{purpose}") for purpose in consent.lacking(application, assessment.materials)]
    letter = next((need for need in assessment.materials if need.material_id == LETTER), None)
    if letter and letter.status is MaterialStatus.PROMISED and not signed_here(application):
        unagreed.append(text("consents.letter"))
    if not consent.is_signed(application):
        unagreed.append(text("consents.signature"))
    return unagreed


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
