"""What the lines of the change feed say: one body for each kind of line, named as in `docs/protocol.md`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from kiosk.domain.case import Attachment
from kiosk.ids import MatterId
from sync.messages import Count, Moment, Sha256, Uuid, Words


class _Body(Struct, frozen=True, kw_only=True):
    """A body."""


class RatingHandled(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """Body of `rating_handled` (差评整改): by when a low rating is put right, and then what was done."""

    due: Annotated[str, Meta(max_length=40)]
    at: Moment
    answer: Words = ""


class CaseAccepted(_Body, frozen=True, kw_only=True):
    """Body of `case_accepted`: 受理, with the official number."""

    official_number: str
    at: Moment


class ResultDocument(_Body, frozen=True, kw_only=True):
    """A document that a department gives as a result."""

    result_id: Uuid
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    media_type: Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9.+-]{1,60}$(?!\n)")]
    size: Annotated[int, Meta(ge=0, le=20 << 20)]
    sha256: Sha256


class MatterMoved(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """Body of `matter_state`; `state` is a `MatterState`.

    With `correction_requested`: by which day, which fields (paths in the application) and which materials are wanted;
    when none is named the words say what is missing. Otherwise `due` is the department's own day for the matter.
    """

    matter_id: str
    state: str
    words: Words
    at: Moment
    due: Annotated[str, Meta(max_length=40)] | None = None
    fields: Annotated[tuple[str, ...], Meta(max_length=40)] = ()
    materials: Annotated[tuple[str, ...], Meta(max_length=40)] = ()
    results: Annotated[tuple[ResultDocument, ...], Meta(max_length=20)] = ()
    """Documents that the department has given; their bytes: `GET /v1/results/{id}`."""


class CaseMoved(_Body, frozen=True, kw_only=True):
    """Body of `case_state`; `state` is a `CaseState`."""

    state: str
    words: Words
    at: Moment


class DayCounted(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """Body of `day_counted`: what the hub held of the range of a `day_closed` event (`event_id`) when it took it.

    `digest` as in `DayClosed`, of the events that the hub has, with or without their files. `signature` is the hub's
    (Ed25519, base64) over `yizhan/day_counted`, a line feed, and the canonical JSON of the rest, without it; with the
    terminal's own under `day_closed` the day is signed by both.
    """

    event_id: Uuid
    cases: Count
    events: Count
    digest: Sha256
    at: Moment
    signature: str = ""


class CorrectionWaits(_Body, frozen=True, kw_only=True):
    """Body of `correction_offered`: what a family brought at another station, for the case's own terminal to put in.

    `files` are fetched as results are, each under its `attachment_id`; the line comes when the hub has them all.
    """

    offer_id: Uuid
    terminal_id: str
    station: Words
    operator: Annotated[str, Meta(max_length=64)]
    at: Moment
    matters: Annotated[tuple[MatterId, ...], Meta(min_length=1, max_length=40)]
    fields: Annotated[dict[str, Words], Meta(max_length=40)]
    files: Annotated[tuple[Attachment, ...], Meta(max_length=100)]
    words: Words


class OfferEnded(_Body, frozen=True, kw_only=True):
    """Body of `offer_ended`: `settled`, the case's own terminal has put it in; `lapsed`, the case went on without."""

    outcome: Literal["settled", "lapsed"]
    words: Words
    at: Moment


_READY = msgspec.json.Decoder(
    tuple[RatingHandled, CaseAccepted, MatterMoved, CaseMoved, DayCounted, CorrectionWaits, OfferEnded]
)  # decision 28
