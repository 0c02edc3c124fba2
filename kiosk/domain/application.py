"""What the counter has collected of one case so far: the draft, and the file that `kiosk case submit` reads.

The JSON names are those of the published command format. Every value may be absent while the case is a draft; an absent
fact is unknown, which is not the same as false.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from kiosk.ids import AttachmentId, MaterialId, MatterId

Insurance = Literal["enterprise_pension", "public_pension", "resident_pension", "employee_medical", "resident_medical"]
Circumstance = Literal["hospital", "outside", "abnormal", "abroad", "declared", "executed"]
Disposition = Literal["cremation", "burial", "donation", "sea_burial", "tree_burial"]

Strokes = tuple[tuple[float, ...], ...]
"""A signature: strokes, each x0, y0, x1, y1 … as fractions of the signing area, y downwards."""


class Source(StrEnum):
    """Where a person's particulars came from."""

    CARD = "card"
    TYPED = "typed"


class _Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Common shape of the parts: immutable, absent values left out of the JSON, contents kept out of `repr`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class DeceasedEntry(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """逝者; in a service about the living, the person it is about."""

    name: str | None = None
    document_type: str = "111"
    document_number: str | None = None
    address: str | None = None
    sex: str | None = None
    birth: str | None = None
    nation: str | None = None
    certificate_number: str | None = None
    death_at: str | None = None
    circumstance: Circumstance | None = None
    certificate_in_hand: bool | None = None
    disposition: Disposition | None = None
    cremation_number: str | None = None
    cremated_on: str | None = None
    funeral_home: str | None = None
    household_division: str | UnsetType | None = UNSET
    """Six-digit division; null means no 户籍; absent means not known (derived from a citizen number)."""
    insurance: tuple[Insurance, ...] | None = None
    facts: dict[str, bool] = field(default_factory=dict)
    source: Source | None = None
    warnings: tuple[str, ...] = ()


class ApplicantEntry(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """申请人."""

    name: str | None = None
    document_type: str = "111"
    document_number: str | None = None
    phone: str | None = None
    relation: str | None = None
    """GB/T 4761 code: the applicant is the deceased's …."""
    age: int | None = None
    address: str | None = None
    source: Source | None = None
    warnings: tuple[str, ...] = ()


class AgentEntry(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """代办人, with what the principal authorised."""

    name: str | None = None
    document_type: str = "111"
    document_number: str | None = None
    phone: str | None = None
    scope: tuple[MatterId, ...] = ()
    powers: tuple[Literal["file", "receive_money"], ...] = ("file",)
    valid_until: str | None = None
    source: Source | None = None
    signature: Strokes = ()
    """The principal's, on the letter of authorisation, where it was given on the screen."""
    signed_at: str | None = None
    revoked_at: str | None = None


class PayeeEntry(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """收款账户."""

    name: str | None = None
    bank: str | None = None
    account: str | None = None


class AttachmentEntry(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """One captured or imported file of a material.

    `path` is what a submitted file names; `attachment_id` is set once the bytes lie in the store.
    """

    material: MaterialId
    path: str | None = None
    attachment_id: AttachmentId | None = None
    media_type: str | None = None
    pages: int = 1


class MaterialChoice(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """What was decided for a material that is not supplied as a file."""

    status: Literal["card", "shared", "promised", "deferred"]
    due: str | None = None


class ServiceWords(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """What papers say of a service other than the first, as it was when the case was taken in."""

    subject: str
    parting: str = ""
    promise_working_days: int = 0


class Application(_Entry, frozen=True, kw_only=True, omit_defaults=True):
    """All of it."""

    service: str = "after_death"
    taken_in_at: str | None = None
    channel: str = "counter"
    deceased: DeceasedEntry = field(default_factory=DeceasedEntry)
    subject: DeceasedEntry | None = None
    """What files of a service about the living write instead of `deceased`; `decode` puts it there."""
    applicant: ApplicantEntry = field(default_factory=ApplicantEntry)
    agent: AgentEntry | None = None
    payee: PayeeEntry | None = None
    attachments: tuple[AttachmentEntry, ...] = ()
    material_choices: dict[MaterialId, MaterialChoice] = field(default_factory=dict)
    matters: Literal["all"] | tuple[MatterId, ...] = "all"
    declined: dict[MatterId, str] = field(default_factory=dict)
    """Matters that apply and were unticked, each with the reason."""
    consents: dict[str, str] = field(default_factory=dict)
    """Purpose (`kiosk.domain.consent`) → time given (ISO 8601)."""
    signature: Strokes = ()
    delivery_way: Literal["collect", "post", "message"] = "collect"
    postal_address: str | None = None
    file_apart_reason: str | None = None
    """Why this is filed although the same deceased was taken in before."""
    service_words: ServiceWords | None = None
    pack: int | None = None
    """The hub's pack of overlays that it was begun under and is judged by, 0 for none; None is the newest. Files that
    are submitted do not say."""


def decode(data: bytes | str) -> Application:
    """Read an application from JSON.

    Raises:
        msgspec.ValidationError: a value has the wrong form; the message names the place.
        msgspec.DecodeError: not JSON, or nested too deeply to be one of ours.
    """
    try:
        application = msgspec.json.decode(data, type=Application)
    except RecursionError as exc:
        message = "nested too deeply"
        raise msgspec.DecodeError(message) from exc
    if application.subject is not None:
        application = msgspec.structs.replace(application, deceased=application.subject, subject=None)
    return application


def encode(application: Application) -> bytes:
    """Write an application as JSON."""
    return msgspec.json.encode(application)


_READY = msgspec.json.Decoder(tuple[Application])  # decision 28
