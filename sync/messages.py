"""The messages of the protocol, shared by the terminal and the reference hub.

Field names are the protocol's own. Whoever reads a message ignores fields that it does not know; what it does know must
have the right type and size, else the message is refused as a whole.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

PROTOCOL = 1
"""The version that this program speaks; it stands in every path (`/v1/…`)."""

TERMINAL_HEADER = "Yizhan-Terminal"
"""Which terminal asks; the signature proves it."""

UPLOAD_OFFSET = "Upload-Offset"
UPLOAD_COMPLETE = "Upload-Complete"
CHUNK_MEDIA_TYPE = "application/partial-upload"
PACKET_MEDIA_TYPE = "application/octet-stream"
PROBLEM_MEDIA_TYPE = "application/problem+json"
JSON_MEDIA_TYPE = "application/json"
DIGEST_MISMATCH = 460
"""The status for content that did not arrive as it was sent (as in tus 1.0, checksum extension)."""

RECONCILE_NAMED = 256
"""Events that a reconciliation names at most; a range with more is halved."""

Uuid = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", max_length=36)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]
TerminalId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,63}$(?!\n)")]
Epoch = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$", max_length=32)]
Kind = Annotated[str, Meta(pattern=r"^[a-z][a-z_]{0,63}$(?!\n)")]
Moment = Annotated[str, Meta(min_length=10, max_length=40)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Ordinal = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Words = Annotated[str, Meta(max_length=2_000)]
Cursor = Annotated[str, Meta(max_length=200)]
Seconds = Annotated[float, Meta(ge=0)]
Milliseconds = Annotated[int, Meta(ge=-(2**53 - 1), le=2**53 - 1)]


class _Message(Struct, frozen=True, kw_only=True):
    """Common shape: immutable."""


class VersionRange(_Message, frozen=True, kw_only=True):
    """Protocol versions that the hub speaks, both ends included."""

    min: Ordinal
    max: Ordinal


class Limits(_Message, frozen=True, kw_only=True):
    """What the hub takes at once: items and bytes of a batch; bytes of a chunk, an attachment, a sealed packet."""

    batch_items: Ordinal = 400
    batch_bytes: Ordinal = 1 << 20
    chunk_max: Ordinal = 1 << 20
    attachment_bytes: Ordinal = 64 << 20
    packet_bytes: Ordinal = 1 << 30


class Pacing(_Message, frozen=True, kw_only=True):
    """When to ask again, over how long the terminals are spread, and whether the hub asks for silence."""

    next_poll_s: Seconds = 300.0
    spread_s: Seconds = 0.0
    paused: bool = False


class Seen(_Message, frozen=True, kw_only=True):
    """What the hub last saw of this terminal; empty for a new one. `files` are those whole there, null: not counted."""

    epoch: str = ""
    last_seq: Count = 0
    cursor: Cursor = ""
    files: Count | None = None


class Hello(_Message, frozen=True, kw_only=True):
    """`GET /v1/hello`.

    `schemas` gives event kind → schema numbers that the hub reads. `catalog` is the version of the pack in decimal,
    `station` that of what `GET /v1/station` says; `calendar` is kept free. Empty: there is nothing to fetch.
    """

    server_time: Moment
    protocol: VersionRange
    schemas: dict[str, tuple[int, ...]]
    catalog: str = ""
    calendar: str = ""
    digests: str = ""
    station: Annotated[str, Meta(max_length=64)] = ""
    limits: Limits = field(default_factory=Limits)
    codings: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    """Content codings (RFC 9110 §8.4.1) in which the hub also reads batches and reconciliations."""
    pacing: Pacing = field(default_factory=Pacing)
    seen: Seen = field(default_factory=Seen)
    min_app: str = ""


class ManifestEntry(_Message, frozen=True, kw_only=True):
    """An attachment as announced."""

    attachment_id: Uuid
    sha256: Sha256
    size: Count
    media_type: Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9.+-]{1,60}$(?!\n)")]
    pages: Count


class BatchItem(_Message, frozen=True, kw_only=True):
    """One event. `payload` is its canonical JSON as captured; `clock_offset_ms` the hub's time minus ours, if known.

    `previous` is the terminal's event with the `seq` before this one, if it still has it; `follows` the nearest event
    before this one that the hub has, or that is on its way there, as far as the terminal knows.
    """

    event_id: Uuid
    seq: Ordinal
    kind: Kind
    schema: Ordinal
    case_id: Uuid
    rev: Ordinal
    occurred_at: Moment
    clock_offset_ms: Milliseconds | None
    payload: Raw
    payload_sha256: Sha256
    attachments: Annotated[tuple[ManifestEntry, ...], Meta(max_length=200)] = ()
    previous: Uuid | None = None
    follows: Uuid | None = None


class ItemName(_Message, frozen=True, kw_only=True):
    """The least that an item must have to be answered on its own."""

    event_id: Uuid


class Batch(_Message, frozen=True, kw_only=True):
    """`POST /v1/batches`, as written by the terminal."""

    terminal_id: TerminalId
    epoch: Epoch
    app: str
    items: tuple[BatchItem, ...]


class BatchEnvelope(_Message, frozen=True, kw_only=True):
    """The same as read by the hub: items stay raw, so that one bad item spoils only itself."""

    terminal_id: TerminalId
    epoch: Epoch
    app: Annotated[str, Meta(max_length=40)]
    items: tuple[Raw, ...]


class ItemResult(_Message, frozen=True, kw_only=True, omit_defaults=True):
    """The hub's answer to one event. `status`: received, duplicate, retry, rejected, conflict; others mean retry.

    `missing` names those of the event's own attachments that are not whole yet; `words` are for people at the counter;
    `hub_rev` comes with `conflict`: the highest that the hub has of the case.
    """

    event_id: str
    status: str
    code: Annotated[str, Meta(max_length=100)] = ""
    words: Words = ""
    missing: tuple[str, ...] = ()
    hub_case_number: Annotated[str, Meta(max_length=100)] | None = None
    hub_rev: int | None = None
    retry_after_s: Seconds | None = None


class BatchAnswer(_Message, frozen=True, kw_only=True):
    """The answer to a batch."""

    server_time: Moment
    results: tuple[ItemResult, ...]


class Enrol(_Message, frozen=True, kw_only=True):
    """`POST /v1/enrol`, signed with the key that it brings. Without a code only where terminals come for training.

    `terminal_id` is who it thinks it is; with a code, the code says it. `public_key` is Ed25519, `device` for the hub's
    staff, `present` the terminal that the machine is already: a code of another is refused then, and stays good.
    """

    code: Annotated[str, Meta(max_length=40)] = ""
    terminal_id: TerminalId
    public_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    device: Annotated[str, Meta(max_length=200)] = ""
    app: Annotated[str, Meta(max_length=40)]
    present: Annotated[str, Meta(max_length=64)] = ""


class EnrolledStation(_Message, frozen=True, kw_only=True):
    """What a terminal is, as the hub's staff said when they made the code; names as in the settings' `station`."""

    terminal_id: TerminalId
    id: Words = ""
    title: Words = ""
    window: Words = ""
    division: Annotated[str, Meta(pattern=r"^([0-9]{6})?$")] = ""
    terminal_code: Annotated[str, Meta(pattern=r"^([0-9A-Z]{3})?$")] = ""
    phone: Words = ""
    complaint_phone: Words = ""
    address: Words = ""


Certificate = Annotated[str, Meta(max_length=16_384)]
"""X.509 (PEM): a terminal's own, and behind it what leads to the authority that the hub knows, if anything does."""


class Enrolled(_Message, frozen=True, kw_only=True):
    """The answer to `Enrol`: who the terminal is now, and the key that the hub signs its answers with.

    `hub_key` is Ed25519, `packet_key` X25519, for sealed packets; both are base64 of 32 bytes. `series` is the last
    series letter that the terminal may have used, here or elsewhere: a new database begins after it. `certificate`
    (PEM) is for the key that was brought; empty where TLS does not end at the hub.
    """

    server_time: Moment
    station: EnrolledStation
    hub_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    packet_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    series: Annotated[str, Meta(pattern=r"^[A-Z]?$")] = ""
    certificate: Certificate = ""


class NewKey(_Message, frozen=True, kw_only=True):
    """`POST /v1/keys`, signed with the present key: the key that follows it, once it is first used.

    Who names the present key itself changes nothing, and gets its certificate once more. `proof` is the new key's
    signature over `yizhan-v1 key TERMINAL_ID THUMBPRINT`: who brings it has its private half.
    """

    public_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    proof: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{86}==$")]


class KeyTaken(_Message, frozen=True, kw_only=True):
    """The answer to `NewKey`: the name under which the new key signs."""

    key_id: Annotated[str, Meta(max_length=43)]
    certificate: Certificate = ""
    """For the key that was named; empty where TLS does not end at the hub."""


class OperatorLine(_Message, frozen=True, kw_only=True):
    """Who may sign in at a station; `password_hash` is an encoded argon2id hash that was made at the hub."""

    operator_id: Annotated[str, Meta(pattern=r"^[0-9A-Za-z._-]{1,64}$(?!\n)")]
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    role: Literal["clerk", "supervisor", "technician", "auditor"]
    password_hash: Annotated[str, Meta(pattern=r"^\$argon2id\$", max_length=200)]


class NoticeLine(_Message, frozen=True, kw_only=True):
    """What the hub's staff say to a counter, or the hub itself."""

    words: Words
    since: Moment


class StationAnswer(_Message, frozen=True, kw_only=True):
    """`GET /v1/station`: all that holds for the terminal's station; it takes the place of what was said before.

    Whom an earlier answer named and this one does not may not sign in any more. A higher `resync` than before asks to
    read and compare everything anew.
    """

    version: Annotated[str, Meta(max_length=64)]
    operators: Annotated[tuple[OperatorLine, ...], Meta(max_length=1000)] = ()
    notices: Annotated[tuple[NoticeLine, ...], Meta(max_length=20)] = ()
    resync: Count = 0


class Pack(_Message, frozen=True, kw_only=True):
    """`GET /v1/packs/current`: overlays of catalogue, code tables and calendar for every terminal, as one.

    `files` gives path → TOML; `signature` is the hub's over `yizhan-v1 pack `, with a space at its end, and the
    canonical JSON of `files` and `version`. `version` only grows.
    """

    version: Ordinal
    files: Annotated[dict[str, str], Meta(max_length=64)]
    signature: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{86}==$")]


class Reconcile(_Message, frozen=True, kw_only=True, omit_defaults=True):
    """`POST /v1/reconcile`: what the terminal believes to be at the hub, of a range of its seq, both ends included.

    `count` is of the events that the hub received. `digest` is SHA-256 over event_id ‖ payload_sha256, in the order of
    seq, of those that are delivered: there with all their files. `events` names these, once the range has been halved
    until it holds no more than 256.
    """

    terminal_id: TerminalId
    epoch: Epoch
    app: Annotated[str, Meta(max_length=40)]
    first_seq: Ordinal
    last_seq: Ordinal
    count: Count
    digest: Sha256
    events: Annotated[tuple[Uuid, ...], Meta(max_length=RECONCILE_NAMED)] | None = None


class ReconcileAnswer(_Message, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the hub holds the same; if events were named, which are `missing` there or `unknown` to the terminal.

    `missing` are those named that the hub does not have whole: they are sent again. `unknown` are those that the hub
    received and that were not named: an older copy of the terminal's database lost them, or they are still under way.
    """

    ok: bool
    missing: tuple[Uuid, ...] = ()
    unknown: tuple[Uuid, ...] = ()


class ChangeLine(_Message, frozen=True, kw_only=True):
    """One line of the change feed; `body` by kind."""

    seq: Ordinal
    kind: Kind
    case_id: str
    body: Raw


class ChangesAnswer(_Message, frozen=True, kw_only=True):
    """`GET /v1/changes`."""

    changes: tuple[ChangeLine, ...]
    next_cursor: Cursor
    has_more: bool


class DigestLine(_Message, frozen=True, kw_only=True):
    """A case of another terminal, without its people: `digest` is the deceased's, `station` as in `CaseTakenIn`."""

    digest: Sha256
    service: Annotated[str, Meta(max_length=64)]
    station: Annotated[str, Meta(max_length=64)]
    case_number: Annotated[str, Meta(max_length=64)]
    taken_in_at: Moment


class DigestEnvelope(_Message, frozen=True, kw_only=True):
    """A page of `GET /v1/digests` as read by the terminal: lines stay raw, so that one bad line spoils only itself."""

    key: Sha256
    lines: tuple[Raw, ...]
    next_after: Count
    has_more: bool


class DigestPage(_Message, frozen=True, kw_only=True):
    """`GET /v1/digests?after=…`: who was taken in elsewhere, from a place in the list on."""

    key: Sha256
    lines: tuple[DigestLine, ...]
    next_after: Count
    has_more: bool


class ProblemDocument(_Message, frozen=True, kw_only=True):
    """A refusal (RFC 9457). `code` is stable, `title` is for people; `server_time` comes with `clock_skew`."""

    type: Annotated[str, Meta(max_length=200)]
    title: Words
    status: int
    code: Annotated[str, Meta(max_length=100)]
    server_time: Moment | UnsetType = UNSET


_READY = msgspec.json.Decoder(
    tuple[
        Hello,
        ItemName,
        Batch,
        BatchEnvelope,
        BatchAnswer,
        Enrol,
        Enrolled,
        NewKey,
        KeyTaken,
        StationAnswer,
        Pack,
        Reconcile,
        ReconcileAnswer,
        ChangesAnswer,
        DigestEnvelope,
        DigestPage,
        ProblemDocument,
    ]
)  # decision 28
