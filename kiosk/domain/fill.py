"""Small steps from one application to the next: a card, an answer, a typed value. Each gives a new value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, TypeVar

from msgspec.structs import replace

from kiosk.domain.application import (
    AgentEntry,
    ApplicantEntry,
    Application,
    DeceasedEntry,
    MaterialChoice,
    PayeeEntry,
    Source,
)
from kiosk.domain.facts import INSURANCES, day_of
from kiosk.domain.identity import normalise_number
from kiosk.ids import MaterialId, MatterId

Role = Literal["deceased", "applicant", "agent"]
_Holder = TypeVar("_Holder", DeceasedEntry, ApplicantEntry)

_DOTS = str.maketrans(dict.fromkeys("\u2022\u30fb\uff0e\u2027\u00b7\u22c5", "\u00b7"))
_POWERS: tuple[Literal["file", "receive_money"], ...] = ("file", "receive_money")
_DAYS = ("valid_until", "cremated_on", "birth")
"""Places of days, which may be typed as eight digits."""
_SPACED = {"deceased.name", "applicant.name", "agent.name", "payee.name", "postal_address"}


def from_card(  # noqa: PLR0913 - what a card says, each value by its name
    application: Application,
    role: Role,
    *,
    name: str,
    document_type: str,
    document_number: str,
    sex: str = "",
    birth: str = "",
    nation: str = "",
    address: str = "",
    warnings: tuple[str, ...] = (),
) -> Application:
    """Fill a person from a card; what the card does not say is cleared, what was decided about the person stays."""
    number = normalise_number(document_number)
    card = {"name": normalise_name(name), "document_type": document_type, "document_number": number}
    match role:
        case "deceased":
            entry = replace(
                application.deceased,
                **card,
                sex=sex or None,
                birth=birth or None,
                nation=nation or None,
                address=address or None,
                source=Source.CARD,
                warnings=warnings,
            )
            return replace(application, deceased=entry)
        case "applicant":
            applicant = replace(
                application.applicant,
                **card,
                address=address or None,
                age=None,
                source=Source.CARD,
                warnings=warnings,
            )
            return replace(application, applicant=applicant)
        case "agent":
            return replace(application, agent=replace(application.agent or AgentEntry(), **card, source=Source.CARD))


def clear_person(application: Application, role: Role) -> Application:
    """Take a person's particulars away; the rest of the case stays."""
    match role:
        case "deceased":
            old = application.deceased
            kept = DeceasedEntry(
                death_at=old.death_at,
                circumstance=old.circumstance,
                certificate_in_hand=old.certificate_in_hand,
                disposition=old.disposition,
                insurance=old.insurance,
                facts=old.facts,
            )
            return replace(application, deceased=kept)
        case "applicant":
            entry = ApplicantEntry(phone=application.applicant.phone, relation=application.applicant.relation)
            return replace(application, applicant=entry)
        case "agent":
            return replace(application, agent=None)


def swap_persons(application: Application) -> Application:
    """Exchange the documents of deceased and applicant: the cards were laid down the wrong way round."""
    old, other = application.deceased, application.applicant
    deceased = replace(
        old,
        name=other.name,
        document_type=other.document_type,
        document_number=other.document_number,
        address=other.address,
        sex=None,
        birth=None,
        nation=None,
        source=other.source,
        warnings=other.warnings,
    )
    applicant = replace(
        other,
        name=old.name,
        document_type=old.document_type,
        document_number=old.document_number,
        address=old.address,
        age=None,
        source=old.source,
        warnings=old.warnings,
    )
    return replace(application, deceased=deceased, applicant=applicant)


def answer_fact(application: Application, fact: str, answer: bool | None) -> Application:
    """Answer a question; None takes the answer back."""
    deceased = application.deceased
    if fact == "certificate_in_hand":
        return replace(application, deceased=replace(deceased, certificate_in_hand=answer))
    facts = {key: value for key, value in deceased.facts.items() if key != fact}
    if answer is not None:
        facts[fact] = answer
    if fact in INSURANCES and deceased.insurance is not None:
        # A known roll becomes single answers, so that one of them can be changed.
        known: Mapping[str, bool] = {name: name in deceased.insurance for name in INSURANCES if name != fact}
        return replace(application, deceased=replace(deceased, facts={**known, **facts}, insurance=None))
    return replace(application, deceased=replace(deceased, facts=facts))


def normalise_name(text: str) -> str:
    """Bring a name into its stored form: one kind of dot, single spaces, no control characters; NFC, never NFKC."""
    clean = unicodedata.normalize("NFC", text).translate(_DOTS)
    clean = "".join(mark for mark in clean if unicodedata.category(mark) not in ("Cc", "Cf"))
    clean = re.sub(r"[\s\u3000]+", " ", clean).strip()
    # Full-width spaces stand between the characters of short names on forms; between Latin words they are real.
    return clean if re.search(r"[A-Za-z]", clean) else clean.replace(" ", "")


def set_field(application: Application, path: str, text: str) -> Application:
    """Put a typed value at a field's path, brought into its stored form; an empty text takes it away.

    Raises:
        KeyError: the path is not one a person types (a bug).
    """
    value = _normalise(path, text) or None
    part, _, name = path.rpartition(".")
    if not can_type(path):
        raise KeyError(path)
    match part:
        case "deceased":
            return replace(application, deceased=_set_deceased(application.deceased, name, value))
        case "applicant":
            person = replace(application.applicant, **{name: value or ("111" if name == "document_type" else None)})
            return replace(application, applicant=_typed(person, name))
        case "agent":
            return replace(application, agent=_set_agent(application.agent or AgentEntry(), name, value))
        case "payee":
            return replace(application, payee=replace(application.payee or PayeeEntry(), **{name: value}))
        case _:
            return replace(application, postal_address=value)


def can_type(path: str) -> bool:
    """Say whether a path is one a person may type a value at."""
    part, _, name = path.rpartition(".")
    return name in _TYPED.get(part, ())


def _set_deceased(entry: DeceasedEntry, name: str, value: str | None) -> DeceasedEntry:
    if name == "insurance":
        chosen = tuple(key for key in INSURANCES if key in re.split(r"[、,\s]+", value or ""))
        cleared = {key: answer for key, answer in entry.facts.items() if key not in INSURANCES}
        return replace(entry, insurance=chosen, facts=cleared)
    if name == "death_time":
        return replace(entry, death_at=moment_at(entry.death_at, value or ""))
    return _typed(replace(entry, **{name: value or ("111" if name == "document_type" else None)}), name)


def _set_agent(entry: AgentEntry, name: str, value: str | None) -> AgentEntry:
    if name == "powers":
        wanted = (value or _POWERS[0]).split("、")
        return replace(entry, powers=tuple(power for power in _POWERS if power in wanted))
    return replace(entry, **{name: value or ("111" if name == "document_type" else None)})


_TYPED = {
    "deceased": {
        "name",
        "document_type",
        "document_number",
        "address",
        "sex",
        "birth",
        "nation",
        "certificate_number",
        "death_at",
        "death_time",
        "circumstance",
        "disposition",
        "cremation_number",
        "cremated_on",
        "funeral_home",
        "insurance",
    },
    "applicant": {"name", "document_type", "document_number", "phone", "relation", "address"},
    "agent": {"name", "document_type", "document_number", "phone", "valid_until", "powers"},
    "payee": {"name", "bank", "account"},
    "": {"postal_address"},
}
"""What a person may type, by part of the application."""


def _typed(entry: _Holder, name: str) -> _Holder:
    """Note that the document is no longer the card's once its name or number is typed over."""
    return replace(entry, source=Source.TYPED) if name in ("name", "document_number", "document_type") else entry


def moment_at(moment: str | None, time: str) -> str | None:
    """Put a time of day in China (`0310`, `03:10`) to the day of a written moment; without one the day alone is left.

    What is no time of day leaves the moment as it is.
    """
    day = day_of(moment)
    if day is None:
        return moment
    digits = time.replace(":", "").replace("：", "")
    if not digits:
        return day.isoformat()
    if not re.fullmatch(r"(?:[01][0-9]|2[0-3])[0-5][0-9]", digits):
        return moment
    return f"{day.isoformat()}T{digits[:2]}:{digits[2:]}:00+08:00"


def _normalise(path: str, text: str) -> str:
    if path in _SPACED:
        return normalise_name(text) if path != "postal_address" else re.sub(r"\s+", " ", text).strip()
    if path.endswith(("document_number", "phone", "account", "certificate_number", "cremation_number")):
        return normalise_number(text)
    plain = unicodedata.normalize("NFC", text).strip()
    if path.endswith(_DAYS) and re.fullmatch(r"[0-9]{8}", plain):
        return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    return plain


def choose_material(application: Application, material: MaterialId, choice: MaterialChoice | None) -> Application:
    """Decide how a material is met without a file; None takes the decision back."""
    choices = {key: value for key, value in application.material_choices.items() if key != material}
    if choice is not None:
        choices[material] = choice
    return replace(application, material_choices=choices)


def decline_matter(application: Application, matter: MatterId, reason: str | None) -> Application:
    """Untick a matter with a reason; None ticks it again."""
    declined = {key: value for key, value in application.declined.items() if key != matter}
    if reason is not None:
        declined[matter] = reason
    return replace(application, declined=declined)
