"""What the events say to the hub: their payloads in the protocol's own names, apart from the draft's.

A payload is written once, when the person acts, and travels as captured. A new field needs no new schema number (who
reads ignores what it does not know); a changed meaning does.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from kiosk.clock import parse
from kiosk.domain.application import Application, decode
from kiosk.domain.case import Attachment, CaseMaterial, CaseMatter, MatterState
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, MatterId
from kiosk.packets.canonical import canonical_json
from kiosk.ports.store import Intake


class EventKind(StrEnum):
    """Kinds of events that a terminal sends."""

    CASE_TAKEN_IN = "case_taken_in"
    CASE_CORRECTED = "case_corrected"
    CASE_WITHDRAWN = "case_withdrawn"
    CASE_REOPENED = "case_reopened"
    CORRECTION_OFFERED = "correction_offered"
    AUTHORIZATION_REVOKED = "authorization_revoked"
    PAPER_ISSUED = "paper_issued"
    RATING_GIVEN = "rating_given"
    DAY_CLOSED = "day_closed"


SCHEMAS: dict[EventKind, int] = {
    EventKind.CASE_TAKEN_IN: 1,
    EventKind.CASE_CORRECTED: 1,
    EventKind.CASE_WITHDRAWN: 1,
    EventKind.CASE_REOPENED: 1,
    EventKind.CORRECTION_OFFERED: 1,
    EventKind.AUTHORIZATION_REVOKED: 1,
    EventKind.PAPER_ISSUED: 1,
    EventKind.RATING_GIVEN: 1,
    EventKind.DAY_CLOSED: 1,
}
"""The schema number that this program writes, per kind."""


Moment = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$(?!\n)", max_length=40)
]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$(?!\n)", max_length=40)]
"""A day in China, or a minute of it."""
FIRST_STATES = frozenset({MatterState.TAKEN_IN, MatterState.AWAITING_VERIFICATION})
"""Where a counter may say that a matter stands when it is taken in; all else is for departments to say."""


class _Payload(Struct, frozen=True, kw_only=True):
    """Common shape of the payloads: immutable, defaults written out, contents kept out of `repr`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class _Event(_Payload, frozen=True, kw_only=True):
    """What was captured of an act; the moments that it names are in the calendar, whoever wrote it."""

    def __post_init__(self) -> None:
        for name in _moments(type(self)):
            parse(getattr(self, name))


@cache
def _moments(shape: type[_Event]) -> tuple[str, ...]:
    """Name the moments of an event."""
    return tuple(name for name in shape.__struct_fields__ if name.endswith("_at"))


class Deceased(_Payload, frozen=True, kw_only=True):
    """逝者. Codes as GA/T 517, GB/T 2261.1, GB/T 3304 and GB/T 2260; a fact that is absent is unknown."""

    name: str
    document_number: str
    document_type: str = "111"
    sex: str | None = None
    birth: str | None = None
    nation: str | None = None
    address: str | None = None
    household_division: str | UnsetType | None = UNSET
    certificate_number: str | None = None
    death_at: str | None = None
    circumstance: str | None = None
    certificate_in_hand: bool | None = None
    disposition: str | None = None
    cremation_number: str | None = None
    cremated_on: str | None = None
    funeral_home: str | None = None
    insurance: tuple[str, ...] | None = None
    facts: dict[str, bool] = field(default_factory=dict)
    source: str | None = None
    warnings: tuple[str, ...] = ()


class Applicant(_Payload, frozen=True, kw_only=True):
    """申请人. `relation` is GB/T 4761: the applicant is the deceased's …."""

    name: str
    document_number: str
    document_type: str = "111"
    phone: str | None = None
    relation: str | None = None
    age: int | None = None
    address: str | None = None
    source: str | None = None
    warnings: tuple[str, ...] = ()


class Agent(_Payload, frozen=True, kw_only=True):
    """代办人, with what the principal authorised."""

    name: str
    document_number: str
    document_type: str = "111"
    phone: str | None = None
    scope: tuple[MatterId, ...] = ()
    powers: tuple[str, ...] = ("file",)
    valid_until: str | None = None
    source: str | None = None
    signature: tuple[tuple[float, ...], ...] = ()
    """The principal's, on the letter of authorisation; strokes as in the case's own signature."""
    signed_at: str | None = None


class Payee(_Payload, frozen=True, kw_only=True):
    """收款账户."""

    name: str | None = None
    bank: str | None = None
    account: str | None = None


_P = TypeVar("_P", bound=_Payload)


class CaseTakenIn(_Event, frozen=True, kw_only=True):
    """A case was taken in: all that was asked, answered, promised and handed over.

    `attachments` tie the announced files to their materials; bytes and hashes are those of the announcement.
    `operator` is a staff number, empty at self-service. Times are ISO 8601 in UTC. Matters stand at their beginning
    (`taken_in` or `awaiting_verification`), their `due` is a day in China, or a minute of it, as `promise_due`.
    """

    case_number: str
    service: str
    station: str
    terminal: str
    operator: str
    channel: str
    taken_in_at: Moment
    catalog_version: str
    deceased: Deceased
    applicant: Applicant
    agent: Agent | None
    payee: Payee | None
    matters: Annotated[tuple[CaseMatter, ...], Meta(min_length=1)]
    materials: tuple[CaseMaterial, ...]
    attachments: tuple[Attachment, ...]
    declined: dict[MatterId, str]
    consents: dict[str, str]
    signature: tuple[tuple[float, ...], ...]
    delivery_way: str
    postal_address: str | None
    promise_due: Day | None
    promise_provisional: bool
    file_apart_reason: str | None

    def __post_init__(self) -> None:
        super().__post_init__()
        for due in {self.promise_due, *(matter.due for matter in self.matters)}:  # most are the same day
            if due is not None:
                parse(msgspec.convert(due, Day))
        if any(matter.state not in FIRST_STATES for matter in self.matters):
            message = "a counter moves no matter"
            raise ValueError(message)


class CaseCorrected(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """补正: what was put right or brought; `matters` are those whose department had asked, none at the counter's own.

    `fields` maps a path in the application (`payee.account`) to its new value as text; `materials` are those brought,
    as they stand now; `attachments` tie the announced files to them. `replaces` names attachments of the case that the
    terminal cannot read any more: these files stand in their stead. `offer_id` names the offer of another station that
    this makes true; `operator` is then who took it there. Both are left out where there is nothing to name.
    """

    case_number: str
    operator: str
    corrected_at: Moment
    matters: tuple[MatterId, ...]
    fields: dict[str, str]
    materials: tuple[CaseMaterial, ...]
    attachments: tuple[Attachment, ...]
    words: str
    replaces: Annotated[tuple[AttachmentId, ...], Meta(max_length=100)] = ()
    offer_id: Annotated[str, Meta(max_length=36)] = ""


class CorrectionOffered(_Event, frozen=True, kw_only=True):
    """补正通办: what a family brought at another station than the case's own, for these matters that wait for it.

    `reason` and `proof` are the right by which it was brought, as in a `LookUp`; the rest is as in `CaseCorrected`.
    """

    case_number: Annotated[str, Meta(min_length=1, max_length=64)]
    operator: Annotated[str, Meta(max_length=64)]
    reason: Literal["card", "supervisor"]
    proof: Annotated[str, Meta(min_length=1, max_length=64)]
    offered_at: Moment
    matters: Annotated[tuple[MatterId, ...], Meta(min_length=1, max_length=40)]
    fields: Annotated[dict[str, Annotated[str, Meta(max_length=2_000)]], Meta(max_length=40)]
    attachments: Annotated[tuple[Attachment, ...], Meta(max_length=100)]
    words: Annotated[str, Meta(max_length=2_000)]


class CaseWithdrawn(_Event, frozen=True, kw_only=True):
    """撤回: the family takes back these matters; one that had ended before the hub hears of it stays as it ended."""

    case_number: str
    operator: str
    withdrawn_at: Moment
    matters: tuple[MatterId, ...]
    reason: str


class CaseReopened(_Event, frozen=True, kw_only=True):
    """The family goes on with matters that it had taken back."""

    case_number: str
    operator: str
    reopened_at: Moment
    matters: tuple[MatterId, ...]
    reason: str


class AuthorizationRevoked(_Event, frozen=True, kw_only=True):
    """撤回授权: from this moment nobody acts for the applicant any more; what was done before stands.

    `matters` are those the authorisation had covered.
    """

    case_number: str
    operator: str
    revoked_at: Moment
    matters: tuple[MatterId, ...]
    reason: str


class PaperIssued(_Event, frozen=True, kw_only=True):
    """A copy of a paper was issued; `copy` counts from 1, `verification` is the code printed on it."""

    case_number: str
    kind: str
    copy: int
    verification: str
    issued_at: Moment


class RatingGiven(_Event, frozen=True, kw_only=True):
    """好差评: `level` 1 to 5, or null for 不评价; a level of 1 or 2 has a reason."""

    case_number: str
    level: Literal[1, 2, 3, 4, 5] | None
    reason: str
    given_at: Moment


class DayClosed(_Event, frozen=True, kw_only=True):
    """日结: what the terminal holds of a range of its events, both ends included; `cases` of them were takings-in.

    It follows the newest event of the range, as a further event of that case, whose number it names. `digest` is
    SHA-256 over event_id ‖ payload_sha256, in the order of seq, of those that the hub has not refused, delivered or
    not. `signature` (Ed25519, base64) is the terminal's over `yizhan/day_closed`, a line feed, and this
    payload in canonical form with an empty signature.
    """

    case_number: str
    station: str
    terminal: str
    operator: str
    closed_at: Moment
    first_seq: int
    last_seq: int
    cases: int
    events: int
    digest: str
    signature: str


def case_taken_in_payload(case_number: str, intake: Intake, terminal: str) -> bytes:
    """Write the payload of a case that is being taken in, as canonical JSON.

    Raises:
        InputError: INPUT_INVALID, a person's name or number is missing or a value cannot be written.
        msgspec.ValidationError: the intake holds no application (a bug).
    """
    application = decode(intake.application)
    files = intake.attachments + tuple(attachment for attachment, _ in intake.files)
    return canonical_json(
        CaseTakenIn(
            case_number=case_number,
            service=intake.service,
            station=intake.station,
            terminal=terminal,
            operator=intake.operator_id,
            channel=application.channel,
            taken_in_at=intake.taken_in_at,
            catalog_version=intake.catalog_version,
            **people_of(application),
            matters=intake.matters,
            materials=intake.materials,
            attachments=files,
            declined=application.declined,
            consents=application.consents,
            signature=application.signature,
            delivery_way=application.delivery_way,
            promise_due=intake.promise_due,
            promise_provisional=intake.promise_provisional,
            file_apart_reason=application.file_apart_reason,
        )
    )


def people_of(application: Application) -> dict[str, Any]:
    """Give what a correction can change of what was taken in."""
    return {
        "deceased": _as(application.deceased, Deceased),
        "applicant": _as(application.applicant, Applicant),
        "agent": None if application.agent is None else _as(application.agent, Agent),
        "payee": None if application.payee is None else _as(application.payee, Payee),
        "postal_address": application.postal_address,
    }


def _as(entry: Struct, shape: type[_P]) -> _P:
    """Carry a part of the application over to the payload's shape of the same names."""
    try:
        return msgspec.convert(msgspec.to_builtins(entry), shape)
    except msgspec.ValidationError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place=shape.__name__.lower()) from exc


def paper_issued_payload(case_number: str, kind: str, copy: int, verification: str, issued_at: str) -> bytes:
    """Write the payload of an issued paper, as canonical JSON."""
    return canonical_json(
        PaperIssued(case_number=case_number, kind=kind, copy=copy, verification=verification, issued_at=issued_at)
    )


def rating_given_payload(case_number: str, level: Literal[1, 2, 3, 4, 5] | None, reason: str, given_at: str) -> bytes:
    """Write the payload of a rating, as canonical JSON."""
    return canonical_json(RatingGiven(case_number=case_number, level=level, reason=reason, given_at=given_at))


def amendment_payload(
    event: CaseCorrected | CaseWithdrawn | CaseReopened | CorrectionOffered | AuthorizationRevoked,
) -> bytes:
    """Write the payload of what was changed in a case, as canonical JSON.

    Raises:
        InputError: INPUT_INVALID, a value cannot be written.
    """
    return canonical_json(event)


_READY = msgspec.json.Decoder(
    tuple[
        CaseTakenIn,
        CaseCorrected,
        CaseWithdrawn,
        CaseReopened,
        CorrectionOffered,
        AuthorizationRevoked,
        PaperIssued,
        RatingGiven,
        DayClosed,
    ]
)  # decision 28
