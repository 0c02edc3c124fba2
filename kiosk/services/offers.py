"""补正通办: a correction taken for a case of another station, and one that another station took for a case of ours."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.clock import Clock, iso
from kiosk.domain import fill
from kiosk.domain.application import Application
from kiosk.domain.assessment import FieldAnswer
from kiosk.domain.case import CaseMaterial, MaterialStatus, MatterState
from kiosk.errors import ErrorCode, InputError, KioskError, StoreError
from kiosk.ids import MaterialId, OperatorId
from kiosk.messages import describe, text
from kiosk.packets.events import CorrectionOffered, amendment_payload
from kiosk.ports.elsewhere import LookedUp, LookUp
from kiosk.ports.offers import BroughtOffer, MadeOffer
from kiosk.ports.store import Store
from kiosk.services.amendments import AmendmentService, Correction, CorrectionForm, as_held, expect_all
from kiosk.services.pages import describe as describe_file
from kiosk.services.rules import RulesOf

_LOST = {ErrorCode.STORE_DAMAGED, ErrorCode.CASE_NOT_FOUND}
"""What reading a file says when its bytes are not there; trouble of the disk passes for all offers alike."""


class OfferService:
    """Takes offers and puts them in. Called on the thread that owns the store; `made` is called after each commit."""

    def __init__(
        self, store: Store, rules: RulesOf, amendments: AmendmentService, clock: Clock, made: Callable[[], None]
    ) -> None:
        """Put offers in as corrections of `amendments`; `made` wakes the delivery."""
        self._store = store
        self._rules = rules
        self._amendments = amendments
        self._clock = clock
        self._made = made

    # ---- at the counter where a family is
    def form(self, shown: LookedUp) -> CorrectionForm:
        """Give what departments asked for that can be entered here, without any value: those are at the case's own.

        A matter whose department named nothing, or a field that this program does not know, is left out.
        """
        fields = self._fields(shown.service)
        asking = tuple(
            matter
            for matter in shown.matters
            if matter.state is MatterState.CORRECTION_REQUESTED
            and (matter.wanted_fields or matter.wanted_materials)
            and fields.keys() >= set(matter.wanted_fields)
        )
        paths = dict.fromkeys(path for matter in asking for path in matter.wanted_fields)
        ids = dict.fromkeys(material for matter in asking for material in matter.wanted_materials)
        return CorrectionForm(
            Application(service=shown.service),
            asking if shown.offers == "free" else (),
            tuple(fields[path] for path in paths),
            tuple(_missing(material, shown) for material in ids),
            named=True,
        )

    def make(self, right: LookUp, shown: LookedUp, correction: Correction) -> None:
        """Queue what was brought for the hub, by the right that the case was opened with.

        Raises:
            InputError: OFFER_NOT_TAKEN, nothing can be brought for it here; CORRECTION_INCOMPLETE, something that was
                named is missing; INPUT_INVALID, a value does not fit.
            StoreError: nothing was kept.
        """
        form = self.form(shown)
        if not form.matters:
            raise InputError(ErrorCode.OFFER_NOT_TAKEN)
        files = tuple((describe_file(material, file), file.data) for material, file in correction.files)
        values = {field.path: correction.fields.get(field.path, "").strip() for field in form.fields}
        expect_all(form, values, {attachment.material_id for attachment, _ in files})
        self._expect_fit(form, values)
        payload = amendment_payload(
            CorrectionOffered(
                case_number=shown.case_number,
                operator=right.operator,
                reason=right.reason,
                proof=right.proof,
                offered_at=iso(self._clock.now()),
                matters=tuple(matter.matter_id for matter in form.matters),
                fields=values,
                attachments=tuple(attachment for attachment, _ in files),
                words=correction.words.strip(),
            )
        )
        self._store.offers.make(shown.case_number, OperatorId(right.operator), payload, files)
        self._made()

    def made(self) -> list[MadeOffer]:
        """List the offers that were taken here, newest first."""
        return self._store.offers.made()

    def put_away(self, case_number: str, actor: OperatorId) -> None:
        """Send what the hub refused of the offers for a case no more."""
        self._store.offers.put_away(case_number, actor)

    # ---- at the case's own counter
    def brought(self, case_number: str) -> list[BroughtOffer]:
        """List the offers that wait to be put into a case."""
        return [offer for offer in self._store.offers.brought() if offer.case_number == case_number]

    def put_in(self) -> int:
        """Put in every offer that is here whole, as if the family stood here; gives how many that were.

        One that cannot be put in is set aside with the reason, for a person; the others go on.
        """
        count = 0
        for offer in self._store.offers.brought():
            if offer.aside or not (offer.here or offer.lost):
                continue
            try:
                self._put_in(offer)
            except KioskError as error:
                if isinstance(error, StoreError) and error.code not in _LOST:
                    raise
                words = describe(error, "zh")
                self._store.offers.set_aside(offer.offer_id, f"{words.what}（{words.code}）")
            else:
                count += 1
        return count

    def take_up(self, offer_id: str) -> int:
        """Try an offer again that was set aside; gives whether that put it in."""
        self._store.offers.take_up(offer_id)
        return self.put_in()

    def _put_in(self, offer: BroughtOffer) -> None:
        files = self._store.offers.files_of(offer)
        materials = (file.material_id for file in offer.files)
        correction = Correction(offer.fields, tuple(zip(materials, files, strict=True)), offer.words, offer)
        self._amendments.correct(offer.case_number, correction, OperatorId(f"{offer.operator}@{offer.terminal_id}"))

    def _fields(self, service: str) -> dict[str, FieldAnswer]:
        rules = self._rules()
        if service not in rules.services:
            return {}
        known = rules.assess(Application(service=service), self._clock.now()).fields
        return {answer.path: as_held(answer) for answer in known if fill.can_type(answer.path)}

    def _expect_fit(self, form: CorrectionForm, values: dict[str, str]) -> None:
        """Check the form of what was typed; what it means in the case is for the case's own counter.

        Raises:
            InputError: INPUT_INVALID.
        """
        application = form.application
        for path, value in values.items():
            application = fill.set_field(application, path, value)
        problems = self._rules().assess(application, self._clock.now()).problems
        held = next((problem for problem in problems if problem.holds and problem.path in values), None)
        if held:
            label = next(field.label for field in form.fields if field.path == held.path)
            raise InputError(ErrorCode.INPUT_INVALID, place=text("amendments.held", label=label, words=held.words))


def _missing(material: MaterialId, shown: LookedUp) -> CaseMaterial:
    return CaseMaterial(material_id=material, name=shown.names.get(material, material), status=MaterialStatus.MISSING)
