"""Signing on the confirm page: the case, and before it the letter of authorisation where somebody acts for another."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from kiosk.clock import iso, local, parse
from kiosk.domain import consent
from kiosk.domain.application import Strokes
from kiosk.domain.authorization import LETTER, sign_letter, signed_here
from kiosk.domain.case import MaterialStatus
from kiosk.domain.consent import SIGNED, WITHOUT_WRITING
from ui.qml_element import qml_element
from ui.typed_property import Property
from ui.viewmodels.working_case import WorkingCase


@qml_element
class SigningViewModel(QObject):
    """One place to sign and whose turn it is: the principal's on the letter, or of who stands at the counter."""

    changed = Signal()

    def __init__(self, case: WorkingCase, frozen: Callable[[], bool]) -> None:
        super().__init__()
        self._case = case
        self._say = case.say
        self._frozen = frozen
        self._letter_turn = False
        case.changed.connect(self._refresh)
        self._refresh()

    # ---- what the page asks
    @property
    def missing(self) -> str:
        """The sentence of the signature that is missing; empty when none is."""
        application = self._case.application
        if self.letterWanted and not signed_here(application):
            return self._say("new_case.signing.missing_letter", name=application.applicant.name or "")
        if not consent.is_signed(application):
            return self._say("new_case.signing.missing", name=self._signer())
        return ""

    # ---- what a person does
    @Slot()
    def turnToLetter(self) -> None:
        """Let the principal sign the letter."""
        self._letter_turn = True
        self.changed.emit()

    @Slot()
    def turnToCase(self) -> None:
        """Let who stands at the counter sign the case."""
        self._letter_turn = False
        self.changed.emit()

    @Slot(str)
    def addStroke(self, fractions: str) -> None:
        """Keep a stroke of the signature: `x0 y0 x1 y1 …`, fractions of the area."""
        numbers = tuple(min(max(float(part), 0.0), 1.0) for part in fractions.split())
        if self._frozen() or len(numbers) < 4 or len(numbers) % 2:
            return
        application, now = self._case.application, iso(self._case.clock.now())
        strokes = (*self._strokes, numbers)
        if self.letterTurn:
            covered = [matter.matter_id for matter in self._case.chosen]
            self._case.change(sign_letter(application, strokes, covered, now))
        else:
            consents = {SIGNED: now} | application.consents
            self._case.change(msgspec.structs.replace(application, signature=strokes, consents=consents))

    @Slot()
    def signAgain(self) -> None:
        """Wipe the signature whose turn it is, or the answer that there is none."""
        application = self._case.application
        self._case.change(sign_letter(application, (), (), "") if self.letterTurn else consent.unsigned(application))

    @Slot(str)
    def signWithoutWriting(self, way: str) -> None:
        """Note that the person cannot write: a `fingerprint` on the paper, or a `witness` signs it."""
        if way in WITHOUT_WRITING and not self._frozen():
            bare = consent.unsigned(self._case.application)
            consents = bare.consents | {way: iso(self._case.clock.now())}
            self._case.change(msgspec.structs.replace(bare, consents=consents))

    # ---- what is shown
    @Property(bool, notify=changed)
    def letterWanted(self) -> bool:
        """Whether the principal signs the letter of authorisation here."""
        needs = self._case.assessment.materials
        return any(need.material_id == LETTER and need.status is MaterialStatus.PROMISED for need in needs)

    @Property(bool, notify=changed)
    def letterTurn(self) -> bool:
        """Whether it is the principal's turn."""
        return self._letter_turn and self.letterWanted

    @Property(str, notify=changed)
    def title(self) -> str:
        """Who is asked to sign, and what."""
        if self.letterTurn:
            return self._say("new_case.signing.letter", name=self._case.application.applicant.name or "")
        return self._say("new_case.signing.here", name=self._signer())

    @Property(str, notify=changed)
    def path(self) -> str:
        """The signature whose turn it is, as a path in units of 1/1000 of the area."""
        return " ".join(_path(stroke) for stroke in self._strokes)

    @Property(str, notify=changed)
    def words(self) -> str:
        """That it is signed and when, or how it will be; empty while it is not."""
        application = self._case.application
        if self.letterTurn:
            at = application.agent.signed_at if application.agent else None
        else:
            way = next((way for way in WITHOUT_WRITING if way in application.consents), "")
            if way:
                return self._say(f"new_case.signing.without_{way}")
            at = application.consents.get(SIGNED) if application.signature else None
        return self._say("new_case.signing.signed", time=local(parse(at)).strftime("%H:%M")) if at else ""

    # ---- inside
    @property
    def _strokes(self) -> Strokes:
        application = self._case.application
        if self.letterTurn:
            return application.agent.signature if application.agent else ()
        return application.signature

    def _signer(self) -> str:
        person = self._case.application.agent or self._case.application.applicant
        return person.name or ""

    @Slot()
    def _refresh(self) -> None:
        """Begin with the letter where there is one."""
        if not self.letterWanted:
            self._letter_turn = True
        self.changed.emit()


def _path(stroke: tuple[float, ...]) -> str:
    points = [f"{x * 1000:.0f} {y * 1000:.0f}" for x, y in zip(stroke[::2], stroke[1::2], strict=True)]
    return "M" + " L".join(points)
