"""全省通办: a case of another station, shown to who proves a right to it, and forgotten with the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.clock import iso, local
from kiosk.domain.numbering import grouped
from kiosk.errors import ErrorCode, HubError, KioskError
from kiosk.messages import describe
from kiosk.ports.cards import CardEvent, CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from kiosk.ports.elsewhere import LookedUp, LookUp
from kiosk.ports.offers import MadeOffer, OfferState
from kiosk.ports.sync import HubReach
from kiosk.services.amendments import Correction, CorrectionForm
from ui.desk import Desk, Page
from ui.qml_element import STRINGS, qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.amendment import AmendmentViewModel
from ui.viewmodels.case_lines import AttentionLine, MatterLine, attention_lines, matter_lines
from ui.viewmodels.staff_words import day_words, due_day, moment_words
from ui.viewmodels.sync_words import SyncNews

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

_SAID = {ErrorCode.LOOK_UP_REFUSED, ErrorCode.LOOK_UPS_TOO_MANY, ErrorCode.LOOK_UP_NOT_OFFERED}
"""Failures whose own words say what to do; of all others of the hub, the family is sent to the telephone."""
_AWAY = {HubReach.UNREACHABLE, HubReach.NOT_A_HUB, HubReach.REFUSED}


@qml_element
class ElsewhereViewModel(QObject):
    """The page of a case that is not this station's. What the hub said of it is nowhere but here, until `leave`."""

    changed = Signal()
    cleared = Signal()
    """The password is to be forgotten."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._number = ""
        self._case: LookedUp | None = None
        self._right: LookUp | None = None
        """By what right the case is shown, and a correction taken."""
        self._asked_at = ""
        self._form: CorrectionForm | None = None
        self._offer: MadeOffer | None = None
        self._amendment = AmendmentViewModel(desk, self)
        self._amendment.amended.connect(self._look_at_offers)
        self._question = 0
        """Counts questions and pages: an answer to an earlier one comes too late."""
        self._busy = False
        self._reading = False
        self._message = ""
        self._away = False
        self._matters: Rows[MatterLine] = Rows(MatterLine, self)
        self._stopped: Rows[AttentionLine] = Rows(AttentionLine, self)

    def show(self, number: str) -> None:
        """Ask by what right the case of this number is wanted."""
        self.leave()
        self._number = number
        self.changed.emit()

    def leave(self) -> None:
        """Know nothing of the case any more."""
        self._number = ""
        self._case = self._right = self._form = self._offer = None
        self._amendment.open("")
        self._question += 1
        self._busy = self._reading = False
        self._message = ""
        self._matters.show([])
        self._stopped.show([])
        self.cleared.emit()
        self.changed.emit()

    @Slot(object)
    def show_sync(self, news: SyncNews) -> None:
        """Take whether the hub can be asked."""
        self._away = news.contact.reach in _AWAY
        self._look_at_offers()
        self.changed.emit()

    def on_card(self, event: CardEvent) -> None:
        """Take the reader's news: a card is a right to ask."""
        if not self._number or self._case is not None or self._busy:
            return
        match event:
            case CardPresented():
                self._reading = True
                self._message = ""
            case CardRead(readout=readout):
                self._reading = False
                number, actor = self._number, self._desk.operator_id
                self._ask(lambda services: services.elsewhere.by_card(number, readout, actor))
            case CardFailed(code=code):
                self._reading = False
                self._message = self._words_of(KioskError(code))
            case CardRemoved():
                self._reading = False
            case ReaderChanged():
                return
        self.changed.emit()

    # ---- what a person does
    @Slot(str, str)
    def vouch(self, operator: str, secret: str) -> None:
        """Let a supervisor stand for it; the password goes to the check and is kept nowhere."""
        if self._busy or not self._number:
            return
        if not operator.strip() or not secret:
            key = "need_password" if operator.strip() else "need_operator"
            self._message = self._desk.say(f"screen.signin.{key}")
            self.changed.emit()
            return
        number, actor = self._number, self._desk.operator_id
        self._ask(lambda services: services.elsewhere.by_supervisor(number, operator, secret, actor))

    @Slot()
    def bring(self) -> None:
        """Open the sheet of a correction, for what departments asked for."""
        right, shown, form = self._right, self._case, self._form
        if right and shown and form and self.correctable:

            def keep(services: Services, correction: Correction) -> None:
                services.offers.make(right, shown, correction)

            self._amendment.bring(form, keep)

    @Slot()
    def back(self) -> None:
        """Go back to the look-up."""
        self._desk.go(Page.LOOK_UP, "")

    # ---- what the page shows
    @Property(bool, notify=changed)
    def open(self) -> bool:
        """Whether a case is shown."""
        return self._case is not None

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether the hub is being asked."""
        return self._busy

    @Property(bool, notify=changed)
    def reading(self) -> bool:
        """Whether a card is being read."""
        return self._reading

    @Property(bool, notify=changed)
    def away(self) -> bool:
        """Whether the hub cannot be reached now."""
        return self._away

    @Property(str, notify=changed)
    def message(self) -> str:
        """Why the case is not shown, and what to do."""
        return self._message

    @Property(str, notify=changed)
    def number(self) -> str:
        """The case number in groups."""
        return grouped(self._number)

    @Property(str, notify=changed)
    def standing(self) -> str:
        """How the case as a whole stands."""
        return self._desk.say(f"screen.case.state.{self._case.state.value}") if self._case else ""

    @Property(str, notify=changed)
    def station(self) -> str:
        """Where and when it was taken in."""
        if self._case is None:
            return ""
        when = moment_words(self._case.taken_in_at, self._desk.clock.now(), self._desk.say)
        return self._desk.say("screen.elsewhere.station", station=self._case.station, when=when)

    @Property(str, notify=changed)
    def wayOn(self) -> str:
        """What is done here and what is not, and whom to ask for more."""
        if self._case is None:
            return ""
        phone, say = self._case.phone, self._desk.say
        here = say(f"screen.elsewhere.{'corrected_here' if self.correctable else 'only_shown'}")
        return here + say("screen.elsewhere.call" if phone else "screen.elsewhere.call_unknown", phone=phone)

    @Property(bool, notify=changed)
    def correctable(self) -> bool:
        """Whether what departments asked for can be brought here."""
        return bool(self._form and self._form.matters) and not self._under_way

    @Property(str, notify=changed)
    def offered(self) -> str:
        """How a correction stands that was brought, here or elsewhere; empty without one."""
        if self._case is None or not (self._offer or self._case.offers == "open"):
            return ""
        if self._offer is None:
            return self._desk.say("screen.offer.open")
        when = moment_words(self._offer.made_at, self._desk.clock.now(), self._desk.say)
        said = self._desk.say(f"screen.offer.{self._offer.state.value}", words=self._offer.words)
        return self._desk.say("screen.offer.here", when=when, words=said)

    @Property(AmendmentViewModel, constant=True)
    def amendment(self) -> AmendmentViewModel:
        """The sheet of a correction."""
        return self._amendment

    @Property(STRINGS, notify=changed)
    def facts(self) -> list[str]:
        """What else is to be told: the hub's number, the promised day, what is not shown, the rating."""
        case, say = self._case, self._desk.say
        if case is None:
            return []
        day = due_day(case.promise_due)
        promised = day_words(day, local(self._desk.clock.now()).date(), say) if day else ""
        return [
            words
            for words in (
                say("screen.case.official", number=case.official_number) if case.official_number else "",
                say("screen.elsewhere.promised", day=promised) if promised else "",
                say("screen.elsewhere.partial") if case.partial else "",
                say(f"screen.elsewhere.{'rated' if case.rated else 'not_rated'}"),
            )
            if words
        ]

    @Property(STRINGS, notify=changed)
    def people(self) -> list[str]:
        """The deceased and the applicant, masked by the hub."""
        return [self._case.deceased, self._case.applicant] if self._case else ["", ""]

    @Property(STRINGS, notify=changed)
    def results(self) -> list[str]:
        """Documents that departments gave, each with its matter."""
        if self._case is None:
            return []
        names = {matter.matter_id: matter.name for matter in self._case.matters}
        return [f"{names.get(result.matter_id, '')}　{result.name}".strip("　") for result in self._case.results]

    @Property(STRINGS, constant=True)
    def stages(self) -> list[str]:
        """The four stages."""
        return self._desk.say("screen.case.stages").split(" ")

    @Property(bool, notify=changed)
    def attention(self) -> bool:
        """Whether a department waits for something."""
        return self._stopped.rowCount() > 0

    @Property(QObject, constant=True)
    def stopped(self) -> QObject:
        """What departments wait for or refused, each with their words and by when."""
        return self._stopped

    @Property(QObject, constant=True)
    def matters(self) -> QObject:
        """The matters, stopped ones on top."""
        return self._matters

    def _ask(self, right: Callable[[Services], LookUp]) -> None:
        self._busy = True
        self._message = ""
        self._question += 1
        question = self._question
        self.cleared.emit()
        self.changed.emit()

        def take(answer: LookedUp | KioskError) -> None:
            if question == self._question:
                self._take(answer)

        def heard(answer: LookedUp | KioskError) -> None:
            self._desk.tasks.run(lambda _: answer, take)

        def send(asked: LookUp) -> None:
            if question == self._question:
                self._right = asked
            elsewhere = self._desk.parts.elsewhere
            if elsewhere is None:
                take(HubError(ErrorCode.HUB_UNREACHABLE))
            else:
                elsewhere.ask(asked, heard)

        self._desk.tasks.run(right, send, take)

    def _take(self, answer: LookedUp | KioskError) -> None:
        self._busy = False
        if isinstance(answer, KioskError):
            self._message = self._words_of(answer)
        else:
            self._case = answer
            self._asked_at = iso(self._desk.clock.now())
            self._matters.show(matter_lines(answer.matters, self._desk, arrived=True))
            self._stopped.show(attention_lines(answer.matters, answer.names, self._desk))
            self._look_at_offers()
        self.changed.emit()

    @property
    def _under_way(self) -> bool:
        """Whether what the page shows is answered: an offer is open, or was made since the case was asked for."""
        if self._offer is None:
            return False
        return self._offer.state in {OfferState.WAITING, OfferState.DELIVERED} or self._offer.made_at > self._asked_at

    @Slot()
    def _look_at_offers(self) -> None:
        """See what can be brought for the case, and what was brought here already."""
        shown, question = self._case, self._question
        if shown is None:
            return

        def look(services: Services) -> tuple[CorrectionForm, MadeOffer | None]:
            made = (offer for offer in services.offers.made() if offer.case_number == shown.case_number)
            return services.offers.form(shown), next(made, None)

        def take(seen: tuple[CorrectionForm, MadeOffer | None]) -> None:
            if question == self._question:
                self._form, self._offer = seen
                self.changed.emit()

        self._desk.tasks.run(look, take)

    def _words_of(self, error: KioskError) -> str:
        words = describe(error, self._desk.parts.screen.language)
        by_telephone = isinstance(error, HubError) and error.code not in _SAID
        way_on = self._desk.say("screen.elsewhere.telephone") if by_telephone else words.do
        return f"{words.what}。{way_on}（{words.code}）"
