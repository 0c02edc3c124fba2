"""Whether the province has the case, what it refused of it, and the way on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from kiosk.domain.case import Case, Delivery, Refusal
from kiosk.packets.events import EventKind
from kiosk.ports.sync import ATTACHMENT_DAMAGED
from ui.desk import Desk
from ui.qml_element import STRINGS, qml_element
from ui.typed_property import Property
from ui.viewmodels.staff_words import moment_words

TONES = {
    Delivery.DELIVERED: "green",
    Delivery.NEEDS_ATTENTION: "amber",
    Delivery.IN_FLIGHT: "slate",
    Delivery.PENDING: "neutral",
    Delivery.WITHDRAWN: "neutral",
}
NAMED_KINDS = frozenset(
    {EventKind.CASE_TAKEN_IN, EventKind.CASE_CORRECTED, EventKind.CORRECTION_OFFERED, EventKind.RATING_GIVEN}
)
"""Kinds of events that have a word of their own."""
UNMENDED = frozenset({"case_number_taken", "attachment_id_reused", "attachment_too_large"})
"""Refusals of what a correction does not change: the number, and files that are there."""


def never_arrived(case: Case) -> bool:
    """Tell whether the hub refused the case itself, and another event can still be made in its stead."""
    return case.correctable and any(
        refusal.kind == EventKind.CASE_TAKEN_IN and not refusal.superseded for refusal in case.refusals
    )


def refused_words(case: Case | None, asking: str, desk: Desk) -> str:
    """Say what `correct` or `withdraw` means for a case that the hub refused; empty for any other."""
    refusal = _standing(case)
    if case is None or refusal is None or not case.correctable:
        return ""
    if asking == "correct":
        return desk.say("screen.refused.correct_words", words=_said(refusal, desk))
    return desk.say("screen.refused.withdraw_words") if asking == "withdraw" and never_arrived(case) else ""


def _standing(case: Case | None) -> Refusal | None:
    """Give the first refusal that nothing has superseded."""
    return next((refusal for refusal in case.refusals if not refusal.superseded), None) if case else None


def _said(refusal: Refusal, desk: Desk) -> str:
    return refusal.words.rstrip("。.") or desk.say("screen.refused.no_words", code=refusal.code)


@qml_element
class CaseDeliveryViewModel(QObject):
    """The panel of the delivery."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case: Case | None = None

    def show(self, case: Case | None) -> None:
        """Take the case that is open."""
        self._case = case
        self.changed.emit()

    @Property(str, notify=changed)
    def state(self) -> str:
        """Delivery in a word."""
        return self._desk.say(f"screen.sync.{self._case.delivery.value}") if self._case else ""

    @Property(str, notify=changed)
    def tone(self) -> str:
        """`green`, `amber`, `slate` or `neutral`."""
        return TONES.get(self._case.delivery, "neutral") if self._case else "neutral"

    @Property(str, notify=changed)
    def words(self) -> str:
        """Delivery in a sentence; of what was refused in the hub's own words, and whom to ask."""
        case, say = self._case, self._desk.say
        if case is None:
            return ""
        refusal = _standing(case)
        if case.delivery is Delivery.NEEDS_ATTENTION and refusal:
            damaged = refusal.code == ATTACHMENT_DAMAGED
            key = "words_damaged" if damaged else "words" if self.mayCorrect else "words_call"
            phone = self._desk.parts.station.phone
            return say(f"screen.refused.{key}", words=_said(refusal, self._desk), phone=phone)
        at = case.delivered_at
        when = moment_words(at, self._desk.clock.now(), say) if at else ""
        return say(f"screen.case.delivery_{case.delivery.value}", when=when)

    @Property(STRINGS, notify=changed)
    def earlier(self) -> list[str]:
        """What the hub refused before, and what became of it."""
        say, now = self._desk.say, self._desk.clock.now()
        return [
            say(
                "screen.refused.superseded" if refusal.superseded else "screen.refused.kept_back",
                when=moment_words(refusal.occurred_at, now, say),
                kind=say(f"screen.sync.kinds.{refusal.kind if refusal.kind in NAMED_KINDS else 'other'}"),
                words=_said(refusal, self._desk),
            )
            for refusal in (self._case.refusals if self._case else ())
            if refusal.superseded or (self._case and self._case.delivery is Delivery.WITHDRAWN)
        ]

    @Property(bool, notify=changed)
    def needsPerson(self) -> bool:
        """Whether the hub refused something."""
        return self._case is not None and self._case.delivery is Delivery.NEEDS_ATTENTION

    @Property(bool, notify=changed)
    def mayCorrect(self) -> bool:
        """Whether a correction can mend it, most often by taking the place of what was refused."""
        case, refusal = self._case, _standing(self._case)
        if case is None or refusal is None:
            return False
        return refusal.code == ATTACHMENT_DAMAGED or (case.correctable and refusal.code not in UNMENDED)

    @Property(bool, notify=changed)
    def mayWithdraw(self) -> bool:
        """Whether the case can be taken back here alone."""
        return self._case is not None and never_arrived(self._case)

    @Property(str, notify=changed)
    def official(self) -> str:
        """The hub's number, empty until it gave one."""
        number = self._case.official_number if self._case else None
        return self._desk.say("screen.case.official", number=number) if number else ""
