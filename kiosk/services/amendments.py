"""What is changed in a case after it was taken in: correction (补正), withdrawal (撤回), going on after all."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from kiosk.clock import Clock, iso, parse
from kiosk.domain import fill
from kiosk.domain.application import Application, AttachmentEntry, decode, encode
from kiosk.domain.assessment import FieldAnswer, FieldState
from kiosk.domain.case import Attachment, Case, CaseMaterial, CaseMatter, MaterialStatus, MatterState
from kiosk.domain.form import complete, read_path
from kiosk.domain.lifecycle import MatterEvent, counter_may
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, MaterialId, OperatorId
from kiosk.messages import text
from kiosk.packets.events import CaseCorrected, CaseReopened, CaseWithdrawn, EventKind, amendment_payload
from kiosk.ports.offers import BroughtOffer
from kiosk.ports.pages import CleanFile
from kiosk.ports.store import Amendment, Store
from kiosk.services.pages import describe
from kiosk.services.rules import RulesOf


@dataclass(frozen=True)
class CorrectionForm:
    """What can be put right in a case, or brought.

    When a department asked, `matters` are those that wait and only what they named stands here; when it named nothing,
    or when nobody asked, everything does.
    """

    application: Application
    matters: tuple[CaseMatter, ...]
    fields: tuple[FieldAnswer, ...]
    materials: tuple[CaseMaterial, ...]
    named: bool
    """Whether the fields and materials are the ones a department named: then all of them are needed."""

    @property
    def due(self) -> str | None:
        """The first day by which a department wants it; None when none was said."""
        return min((matter.correction_due for matter in self.matters if matter.correction_due), default=None)


@dataclass(frozen=True)
class Correction:
    """What staff put right: a value as typed for each path, clean files for materials, a remark to the department."""

    fields: Mapping[str, str]
    files: Sequence[tuple[MaterialId, CleanFile]] = ()
    words: str = ""
    offer: BroughtOffer | None = None
    """The offer of another station that this is: of its matters alone, and of nothing that nobody asked for."""


class AmendmentService:
    """Changes cases. Called on the thread that owns the store; `amended` is called after each commit."""

    def __init__(self, store: Store, rules: RulesOf, clock: Clock, amended: Callable[[], None]) -> None:
        """Work by the rules that each case was begun under; `amended` wakes the delivery."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._amended = amended

    def form(self, case_number: str) -> CorrectionForm:
        """Give what is asked for, with the values as they are now.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        return self._form(self._store.cases.get(case_number))

    def _form(self, case: Case, offer: BroughtOffer | None = None) -> CorrectionForm:
        application = decode(case.application)
        asking = tuple(
            matter
            for matter in case.matters
            if matter.state is MatterState.CORRECTION_REQUESTED and (offer is None or matter.matter_id in offer.matters)
        )
        typed = self._typed(application, case)
        paths = {path for matter in asking for path in matter.wanted_fields}
        ids = list(dict.fromkeys(material for matter in asking for material in matter.wanted_materials))
        fields = tuple(answer for answer in typed if answer.path in paths)
        materials = tuple(self._material(case, material_id) for material_id in ids)
        named = bool(fields or materials)
        shown = (fields, materials) if named else (typed, case.materials)
        return CorrectionForm(application, asking, *shown, named=named)

    def correct(self, case_number: str, correction: Correction, actor: OperatorId) -> Case:
        """Put a case right and queue it for the hub; matters that waited for it are with their departments again.

        Raises:
            InputError: CORRECTION_INCOMPLETE, something that was named is missing; CORRECTION_EMPTY, nothing was
                changed or brought; INPUT_INVALID, a value does not fit, a path is of no field that can be put right, or
                nobody knows a material; OFFER_GONE, nobody waits for the offer any more;
                CORRECTION_CHANGES_MATTERS, with these values the case would be another one, unless a department asked.
            StoreError: CASE_NOT_FOUND, or nothing was kept.
        """
        case, offer = self._store.cases.get(case_number), correction.offer
        form = self._form(case, offer)
        if offer and not (form.matters and form.named):
            raise InputError(ErrorCode.OFFER_GONE)
        known = {answer.path for answer in self._typed(form.application, case)}
        unknown = [path for path in correction.fields if path not in known]
        if unknown:
            raise InputError(ErrorCode.INPUT_INVALID, place=text("amendments.no_field", paths="、".join(unknown)))
        self._expect_known(case, form, [material for material, _ in correction.files])
        now = iso(self._clock.now())
        changed = {
            answer.path: value
            for answer in form.fields
            if (value := correction.fields.get(answer.path, answer.value).strip()) != answer.value
        }
        files = tuple((describe(material, file), file.data) for material, file in correction.files)
        self._expect_enough(form, correction, changed, files)
        application = self._corrected(case, changed, files)
        if not form.named:
            self._expect_same_matters(case, application)
        names = dict.fromkeys(material for material, _ in correction.files)
        lost = tuple(file for file in self._store.amendments.lost_files(case.case_id) if file.material_id in names)
        brought = tuple(self._brought(case, files, lost, material) for material in names)
        payload = amendment_payload(
            CaseCorrected(
                case_number=case.case_number,
                operator=actor,
                corrected_at=now,
                matters=tuple(matter.matter_id for matter in form.matters),
                fields={path: read_path(application, path) for path in changed},
                materials=brought,
                attachments=tuple(attachment for attachment, _ in files),
                words=correction.words.strip(),
                replaces=tuple(AttachmentId(file.attachment_id) for file in lost),
                offer_id=offer.offer_id if offer else "",
            )
        )
        amendment = Amendment(
            case_id=case.case_id,
            kind=EventKind.CASE_CORRECTED,
            move=MatterEvent.CORRECTED,
            actor=actor,
            matters=tuple(matter.matter_id for matter in form.matters),
            application=encode(application),
            materials=brought,
            files=files,
            offer_id=offer.offer_id if offer else "",
        )
        return self._amend(case.case_number, amendment, payload)

    def withdraw(self, case_number: str, reason: str, actor: OperatorId) -> Case:
        """Take back all matters of a case that have not ended.

        Raises:
            InputError: INPUT_INVALID without a reason; CASE_MOVE_NOT_ALLOWED when everything has ended.
            StoreError: CASE_NOT_FOUND, or nothing was kept.
        """
        return self._move(case_number, MatterEvent.WITHDRAWN, reason, actor)

    def reopen(self, case_number: str, reason: str, actor: OperatorId) -> Case:
        """Go on with the matters of a case that were taken back.

        Raises:
            InputError: INPUT_INVALID without a reason; CASE_MOVE_NOT_ALLOWED when nothing was taken back.
            StoreError: CASE_NOT_FOUND, or nothing was kept.
        """
        return self._move(case_number, MatterEvent.REOPENED, reason, actor)

    def _typed(self, application: Application, case: Case) -> tuple[FieldAnswer, ...]:
        """Give the fields that can be put right on their own."""
        known = self._rules(application.pack).assess(application, parse(case.taken_in_at)).fields
        return tuple(as_held(answer) for answer in known if fill.can_type(answer.path))

    def _move(self, case_number: str, move: MatterEvent, reason: str, actor: OperatorId) -> Case:
        reason = reason.strip()
        if not reason:
            raise InputError(ErrorCode.INPUT_INVALID, place="reason")
        case = self._store.cases.get(case_number)
        matters = tuple(matter.matter_id for matter in case.matters if counter_may(matter.state, move))
        if not matters:
            raise InputError(ErrorCode.CASE_MOVE_NOT_ALLOWED, state=case.state.value)
        now = iso(self._clock.now())
        if move is MatterEvent.WITHDRAWN:
            kind = EventKind.CASE_WITHDRAWN
            payload = amendment_payload(
                CaseWithdrawn(
                    case_number=case.case_number, operator=actor, withdrawn_at=now, matters=matters, reason=reason
                )
            )
        else:
            kind = EventKind.CASE_REOPENED
            payload = amendment_payload(
                CaseReopened(
                    case_number=case.case_number, operator=actor, reopened_at=now, matters=matters, reason=reason
                )
            )
        return self._amend(case.case_number, Amendment(case.case_id, kind, move, actor, matters, reason), payload)

    def _amend(self, case_number: str, amendment: Amendment, payload: bytes) -> Case:
        self._store.amendments.amend(amendment, lambda _rev: payload)
        self._amended()
        return self._store.cases.get(case_number)

    def _corrected(
        self, case: Case, changed: Mapping[str, str], files: Sequence[tuple[Attachment, bytes]]
    ) -> Application:
        """Write the application as corrected.

        Raises:
            InputError: INPUT_INVALID, a value that was changed does not fit, or is gone although it is needed.
        """
        application = decode(case.application)
        for path, value in changed.items():
            application = fill.set_field(application, path, value)
        for material in dict.fromkeys(attachment.material_id for attachment, _ in files):
            application = fill.choose_material(application, material, None)
        entries = tuple(
            AttachmentEntry(
                material=attachment.material_id,
                attachment_id=AttachmentId(attachment.attachment_id),
                media_type=attachment.media_type,
                pages=attachment.pages,
            )
            for attachment, _ in files
        )
        application = msgspec.structs.replace(application, attachments=(*application.attachments, *entries))
        rules = self._rules(application.pack)
        application = complete(application, rules.codes, self._clock.now())
        assessment = rules.assess(application, parse(case.taken_in_at))
        held = next((problem for problem in assessment.problems if problem.holds and problem.path in changed), None)
        if held:
            label = next((field.label for field in assessment.fields if field.path == held.path), held.path)
            raise InputError(ErrorCode.INPUT_INVALID, place=text("amendments.held", label=label, words=held.words))
        return application

    def _expect_known(self, case: Case, form: CorrectionForm, materials: Sequence[MaterialId]) -> None:
        """Let nothing be brought under a name that nobody will look for: of the catalogue, the case or a department."""
        catalogue = self._rules(form.application.pack).services[case.service].materials
        known = {*catalogue, *(material.material_id for material in (*case.materials, *form.materials))}
        strange = [material for material in materials if material not in known]
        if strange:
            raise InputError(ErrorCode.INPUT_INVALID, place=text("amendments.no_material", names="、".join(strange)))

    def _expect_same_matters(self, case: Case, corrected: Application) -> None:
        """Nobody was asked about matters that apply only now, and those that were filed rest on what was said."""
        taken_in_at, held = parse(case.taken_in_at), decode(case.application)
        before = self._rules(held.pack).assess(held, taken_in_at).chosen()
        after = self._rules(held.pack).assess(corrected, taken_in_at).chosen()
        filed = {matter.matter_id for matter in case.matters}
        still, known = {m.matter_id for m in after}, {m.matter_id for m in before}
        gained = [m.name for m in after if m.matter_id not in known | filed]
        lost = [m.name for m in before if m.matter_id in filed - still]
        words = [
            text(f"amendments.{key}", names="、".join(names))
            for key, names in (("gained", gained), ("lost", lost))
            if names
        ]
        if words:
            raise InputError(ErrorCode.CORRECTION_CHANGES_MATTERS, matters="；".join(words))

    def _expect_enough(
        self,
        form: CorrectionForm,
        correction: Correction,
        changed: Mapping[str, str],
        files: Sequence[tuple[Attachment, bytes]],
    ) -> None:
        if not form.named:
            if not (changed or files or correction.words.strip()):
                raise InputError(ErrorCode.CORRECTION_EMPTY)
            return
        brought = {attachment.material_id for attachment, _ in files}
        expect_all(form, correction.fields, brought)

    def _brought(
        self,
        case: Case,
        files: Sequence[tuple[Attachment, bytes]],
        lost: Sequence[Attachment],
        material_id: MaterialId,
    ) -> CaseMaterial:
        """Give a material as it stands with what was brought, in the stead of what was lost."""
        old = self._material(case, material_id)
        pages = sum(attachment.pages for attachment, _ in files if attachment.material_id == material_id)
        gone = sum(attachment.pages for attachment in lost if attachment.material_id == material_id)
        before = max(old.pages - gone, 0) if old.status is MaterialStatus.SUPPLIED else 0
        return msgspec.structs.replace(old, status=MaterialStatus.SUPPLIED, pages=before + pages, due=None)

    def _material(self, case: Case, material_id: MaterialId) -> CaseMaterial:
        """Give a material of the case; one that it did not have is missing, under the catalogue's name."""
        for material in case.materials:
            if material.material_id == material_id:
                return material
        row = self._rules(decode(case.application).pack).services[case.service].materials.get(material_id)
        return CaseMaterial(
            material_id=material_id, name=row.name if row else material_id, status=MaterialStatus.MISSING
        )


def expect_all(form: CorrectionForm, fields: Mapping[str, str], brought: Container[MaterialId]) -> None:
    """Check that everything that departments named is there.

    Raises:
        InputError: CORRECTION_INCOMPLETE.
    """
    missing = [field.label for field in form.fields if not fields.get(field.path, field.value).strip()]
    missing += [material.name for material in form.materials if material.material_id not in brought]
    if missing:
        raise InputError(ErrorCode.CORRECTION_INCOMPLETE, count=len(missing), place="、".join(missing))


def as_held(answer: FieldAnswer) -> FieldAnswer:
    """Give a field with what the case holds: of one that was not needed the assessment says why instead."""
    return replace(answer, value="") if answer.state is FieldState.NOT_NEEDED else answer
