"""One person of the case as a tile: waiting for a card, being typed, or filled."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.clock import local
from kiosk.domain.application import AgentEntry, ApplicantEntry, Application, DeceasedEntry, Source
from kiosk.domain.fill import Role
from kiosk.domain.masks import Place, mask_number
from ui.qml_element import qml_element
from ui.typed_property import Property
from ui.viewmodels.dates import age_at, day_of, full_date
from ui.viewmodels.working_case import WorkingCase

ROLES: tuple[Role, ...] = ("deceased", "applicant", "agent")
REVEAL_MS = 5_000
_CITIZEN_TYPES = frozenset({"111", "112", "X01"})
_FIELD_WORDS = frozenset({"name", "address", "issuer", "id_no", "document_number", "birth", "valid_from", "valid_to"})

Entry = DeceasedEntry | ApplicantEntry | AgentEntry


def entry_of(application: Application, role: str) -> Entry | None:
    """Give the person of a role; the agent may be absent."""
    entry: Entry | None = getattr(application, role)
    return entry


@qml_element
class PersonTile(QObject):
    """逝者, 申请人 or 代办人."""

    changed = Signal()

    def __init__(self, role: str, case: WorkingCase) -> None:
        super().__init__()
        self._role = role
        self._case = case
        self._say = case.say
        self._state = "empty"
        self._expired_on: date | None = None
        self._revealed = False
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.setInterval(REVEAL_MS)
        self._reveal.timeout.connect(self.conceal)
        case.changed.connect(self.changed)

    def stand(self, state: str) -> None:
        """Take a state: `empty`, `waiting`, `reading`, `editing`, `filled`."""
        if state != self._state:
            self._state = state
            self.conceal()
            self.changed.emit()

    def note_validity(self, valid_until: str) -> None:
        """Remember that the card had run out when it was read; an unknown end is no end."""
        end = day_of(valid_until)
        today = local(self._case.clock.now()).date()
        self._expired_on = end if end and end < today else None

    @property
    def person(self) -> Entry | None:
        """The person as entered so far."""
        return entry_of(self._case.application, self._role)

    @property
    def complete(self) -> bool:
        """Whether name and number are there and nothing about them holds the case."""
        person = self.person
        return bool(person and person.name and person.document_number) and not self.held_by()

    def held_by(self) -> str:
        """Give the words of what is wrong with name or number; empty when nothing is."""
        paths = (f"{self._role}.name", f"{self._role}.document_number", f"{self._role}.document_type")
        if not (self.person and self.person.document_number):
            return ""
        for problem in self._case.assessment.problems:
            if problem.holds and problem.path in paths and problem.code != "missing":
                return problem.words
        return ""

    @Slot()
    def reveal(self) -> None:
        """Show the whole number for five seconds."""
        self._revealed = True
        self._reveal.start()
        self.changed.emit()

    @Slot()
    def conceal(self) -> None:
        """Mask the number again."""
        self._reveal.stop()
        if self._revealed:
            self._revealed = False
            self.changed.emit()

    @Property(str, constant=True)
    def role(self) -> str:
        """Which person."""
        return self._role

    @Property(str, constant=True)
    def title(self) -> str:
        """The role in words."""
        return self._say(f"new_case.roles.{self._role}")

    @Property(str, notify=changed)
    def state(self) -> str:
        """`empty`, `waiting`, `reading`, `editing` or `filled`."""
        return self._state

    @Property(str, notify=changed)
    def name(self) -> str:
        """The name as entered."""
        return (self.person.name if self.person else None) or ""

    @Property(str, notify=changed)
    def number(self) -> str:
        """The document number, masked unless it is being revealed."""
        number = (self.person.document_number if self.person else None) or ""
        return number if self._revealed else mask_number(number, Place.STAFF_SCREEN) if number else ""

    @Property(bool, notify=changed)
    def revealed(self) -> bool:
        """Whether the whole number is being shown."""
        return self._revealed

    @Property(str, notify=changed)
    def documentType(self) -> str:
        """The kind of document in words."""
        kind = self.person.document_type if self.person else "111"
        return self._say(f"new_case.document_types.{kind}")

    @Property(str, notify=changed)
    def sex(self) -> str:
        """Male or female in words, empty when not known."""
        code = sex_of(self.person)
        return self._say(f"new_case.sexes.{code}") if code else ""

    @Property(str, notify=changed)
    def birth(self) -> str:
        """The date of birth in words."""
        day = birth_of(self.person)
        return full_date(day, self._say) if day else ""

    @Property(str, notify=changed)
    def age(self) -> str:
        """Full years, at death for the deceased when the day is known."""
        day = birth_of(self.person)
        if day is None:
            return ""
        at = local(self._case.clock.now()).date()
        if isinstance(self.person, DeceasedEntry):
            at = day_of(self.person.death_at) or at
        return self._say("new_case.identity.years", years=age_at(day, at))

    @Property(str, notify=changed)
    def address(self) -> str:
        """The registered address, where the document gives one."""
        return getattr(self.person, "address", None) or ""

    @Property(str, notify=changed)
    def badge(self) -> str:
        """The state in words."""
        if self._state != "filled":
            return self._say(f"new_case.identity.state_{self._state}")
        if self.warnings:
            return self._say("new_case.identity.state_check")
        read = self.person is not None and self.person.source is Source.CARD
        return self._say("new_case.identity.state_read" if read else "new_case.identity.state_typed")

    @Property(str, notify=changed)
    def tone(self) -> str:
        """`slate` while something is awaited, `amber` when a person must look, `green` when done."""
        if self._state != "filled":
            return "slate"
        return "amber" if self.warnings else "green"

    @Property(str, notify=changed)
    def warnings(self) -> str:
        """What a person must look at, one sentence a line."""
        if self._state != "filled":
            return ""
        lines = [self._warning(code) for code in getattr(self.person, "warnings", ())]
        if self._expired_on:
            key = "expired_deceased" if self._role == "deceased" else "expired"
            lines.append(self._say(f"new_case.card_warnings.{key}", date=full_date(self._expired_on, self._say)))
        lines += [
            problem.words
            for problem in self._case.assessment.problems
            if not problem.holds and problem.path in (f"{self._role}.name", f"{self._role}.document_number")
        ]
        held = self.held_by()
        return "\n".join(dict.fromkeys(line for line in [held, *lines] if line))

    @Property(str, notify=changed)
    def prompt(self) -> str:
        """The imperative of a tile that waits."""
        return self._say(
            "new_case.identity.reading" if self._state == "reading" else f"new_case.identity.lay_{self._role}"
        )

    def _warning(self, code: str) -> str:
        kind, _, place = code.partition(":")
        if kind == "pua_mapped":
            return ""
        field = self._say(f"new_case.card_fields.{place if place in _FIELD_WORDS else 'other'}")
        known = ("pua", "bad_utf16", "check", "date", "birth_mismatch", "district_unknown")
        return self._say(f"new_case.card_warnings.{kind if kind in known else 'other'}", field=field)


def sex_of(person: Entry | None) -> str:
    """Give the sex code (GB/T 2261.1) a card or a citizen number tells, empty when neither does."""
    if person is None:
        return ""
    told = getattr(person, "sex", None)
    if told in ("1", "2"):
        return str(told)
    number = person.document_number or ""
    if person.document_type in _CITIZEN_TYPES and len(number) == 18 and number[16].isdigit():
        return "1" if int(number[16]) % 2 else "2"
    return ""


def birth_of(person: Entry | None) -> date | None:
    """Give the date of birth a card or a citizen number tells."""
    if person is None:
        return None
    told = day_of(getattr(person, "birth", None))
    if told:
        return told
    number = person.document_number or ""
    if person.document_type in _CITIZEN_TYPES and len(number) == 18:
        return day_of(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    return None
