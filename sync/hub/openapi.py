"""The hub's own description: an OpenAPI 3.1 document of every operation, its messages, examples and refusals."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from kiosk.packets.receipts import PacketReceipt
from kiosk.ports.elsewhere import LookedUp, LookUp
from sync.digest import HEADER, content_digest
from sync.feed_bodies import (
    CaseAccepted,
    CaseMoved,
    CorrectionWaits,
    DayCounted,
    MatterMoved,
    OfferEnded,
    RatingHandled,
)
from sync.hub import examples
from sync.hub.desk import HubTerms
from sync.hub.intake import READS
from sync.hub.problems import Problem
from sync.messages import (
    CHUNK_MEDIA_TYPE,
    DIGEST_MISMATCH,
    JSON_MEDIA_TYPE,
    PACKET_MEDIA_TYPE,
    PROBLEM_MEDIA_TYPE,
    TERMINAL_HEADER,
    UPLOAD_COMPLETE,
    UPLOAD_OFFSET,
    BatchAnswer,
    BatchEnvelope,
    BatchItem,
    ChangesAnswer,
    DigestPage,
    Enrol,
    Enrolled,
    Hello,
    KeyTaken,
    Limits,
    NewKey,
    Pack,
    ProblemDocument,
    Reconcile,
    ReconcileAnswer,
    StationAnswer,
)
from sync.signatures import key_id_of

_CURSOR = {"type": "string", "maxLength": 200}
_PLACE = {"type": "string", "pattern": "^[0-9]{1,15}$"}
_BYTES = {"type": "string", "pattern": "^[0-9]{1,9}$"}
_FEED = (CaseMoved, CaseAccepted, MatterMoved, RatingHandled, CorrectionWaits, OfferEnded, DayCounted)
_READ = (
    (401, "terminal_unknown"),
    (401, "key_unknown"),
    (401, "signature_invalid"),
    (401, "certificate_wanted"),
    (401, "clock_skew"),
    (401, "replayed"),
    (403, "terminal_differs"),
    (DIGEST_MISMATCH, "digest_differs"),
    (413, "too_large"),
    (415, "coding_unknown"),
    (503, "busy"),
)
"""What every operation of a terminal may be refused with."""
_COMMON = ((405, "method_unknown"), (500, "unexpected"))


@dataclass(frozen=True)
class Operation:
    """One operation: what it is for, what comes in, what goes out, with what it may be refused."""

    method: str
    path: str
    name: str
    words: str
    answer: Mapping[str, Any]
    problems: tuple[tuple[int, str], ...] = ()
    """Beside what every operation of a terminal, and every operation at all, may be refused with."""
    parameters: tuple[Mapping[str, Any], ...] = ()
    content: Mapping[str, Any] | None = None
    status: int = 200
    by_terminal: bool = True

    def document(self) -> dict[str, Any]:
        """Write it as an Operation Object."""
        problems = self.problems + (_READ if self.by_terminal else ()) + _COMMON
        refusals: dict[int, list[str]] = {}
        for status, code in problems:
            refusals.setdefault(status, []).append(code)
        own = (_TERMINAL, _DIGEST) if self.by_terminal else ()
        document: dict[str, Any] = {
            "operationId": self.name,
            "summary": self.words,
            "parameters": [*own, *self.parameters],
            "responses": {str(self.status): self.answer}
            | {
                str(status): _refusal(status, codes, bodiless=self.method == "head")
                for status, codes in sorted(refusals.items())
            },
        }
        if self.by_terminal:
            document["security"] = [{"signature": []}, {"signature": [], "certificate": []}]
        return document if self.content is None else document | {"requestBody": self.content}


@cache
def document(terms: HubTerms) -> bytes:
    """Write the document as JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations(terms):
        paths.setdefault(operation.path, {})[operation.method] = operation.document()
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Yizhan hub",
            "version": "1",
            "summary": "What a terminal says to the provincial hub, and what the hub answers.",
            "description": "JSON as in RFC 8785: integers have no fraction. What follows when: `docs/protocol.md`.",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(terms.limits),
            "securitySchemes": {"signature": _SIGNATURE, "certificate": _CERTIFICATE},
        },
    }
    return msgspec.json.encode(whole)


def operations(terms: HubTerms) -> tuple[Operation, ...]:
    """List every operation."""
    upload = {UPLOAD_OFFSET: _header("Bytes that are here.", "integer"), UPLOAD_COMPLETE: _header("?1 when whole.")}
    attachment = _parameter("path", "attachment_id", "Which.", {"type": "string", "pattern": "^[0-9a-f-]{36}$"})
    start = _parameter("header", UPLOAD_OFFSET, "Where the chunk begins.", {"type": "integer", "minimum": 0})
    start["schema"]["maximum"] = 10**15 - 1
    chunk = {"schema": {"type": "string", "format": "binary", "minLength": 1, "maxLength": terms.limits.chunk_max}}
    packet = {"schema": {"type": "string", "format": "binary", "maxLength": terms.limits.packet_bytes}}
    cursor = _parameter("query", "cursor", "From the page before; none for the beginning.", _CURSOR)
    unknown = (404, "attachment_unknown")
    return (
        Operation(
            "post",
            "/v1/enrol",
            "enrol",
            "Bring a public key, for a one-time code, under a signature of that very key",
            _json(Enrolled, examples.ENROLLED),
            (
                (403, "code_wanted"),
                (403, "code_refused"),
                (403, "code_of_another"),
                (403, "key_of_another"),
                (403, "key_revoked"),
                (422, "enrol_invalid"),
            ),
            content=_json_content("Enrol", None),
        ),
        Operation(
            "get",
            "/v1/hello",
            "hello",
            "Who is there, what holds, what was seen of us",
            _json(Hello, examples.hello(terms)),
        ),
        Operation(
            "post",
            "/v1/batches",
            "batches",
            "Hand over events; each is answered on its own",
            _json(BatchAnswer, examples.BATCH_ANSWER),
            ((400, "coding_damaged"), (413, "batch_too_long"), (422, "batch_invalid"), (422, "request_invalid")),
            content=_json_content("Batch", examples.batch()) | _MAY_BE_PACKED,
        ),
        Operation(
            "head",
            "/v1/attachments/{attachment_id}",
            "attachment_state",
            "How far an attachment is",
            _plain("How far it is.", upload),
            (unknown,),
            (attachment,),
        ),
        Operation(
            "patch",
            "/v1/attachments/{attachment_id}",
            "attachment_chunk",
            "Hand over bytes at the offset that is due",
            _plain("Taken; where it stands now.", upload),
            (
                unknown,
                (400, "chunk_invalid"),
                (409, "offset_differs"),
                (413, "beyond_size"),
                (422, "attachment_hash"),
            ),
            (attachment, start),
            {"required": True, "content": {CHUNK_MEDIA_TYPE: chunk}},
            status=204,
        ),
        Operation(
            "get",
            "/v1/changes",
            "changes",
            "What happened to our cases, from a cursor on",
            _json(ChangesAnswer, examples.CHANGES),
            ((410, "cursor_unknown"),),
            (cursor,),
        ),
        Operation(
            "get",
            "/v1/results/{result_id}",
            "result",
            "A department's result of one of our cases",
            _plain("Its bytes, under its own media type.", {})
            | {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
            ((400, "part_invalid"), (404, "result_unknown")),
            (
                _parameter("path", "result_id", "As the feed named it.", {"type": "string", "maxLength": 36}),
                _parameter("query", "offset", "Of the first byte; none for 0.", _BYTES),
                _parameter("query", "length", "Of bytes at most; none for all.", _BYTES),
            ),
        ),
        Operation(
            "get",
            "/v1/digests",
            "known_deceased",
            "Who was taken in elsewhere, without names",
            _json(DigestPage, DigestPage(key="0" * 64, lines=(), next_after=0, has_more=False)),
            ((422, "request_invalid"),),
            (_parameter("query", "after", "A place in the list; none for its beginning.", _PLACE),),
        ),
        Operation(
            "post",
            "/v1/look-ups",
            "look_up",
            "How a case of another terminal stands, for a person of it or a supervisor",
            _json(LookedUp, examples.LOOKED_UP),
            ((404, "case_not_shown"), (422, "request_invalid"), (429, "look_ups_too_many")),
            content=_json_content("LookUp", msgspec.to_builtins(examples.LOOK_UP)),
        ),
        Operation(
            "get",
            "/v1/station",
            "station",
            "All that holds for the terminal's station: operators, notices, the wish to begin anew",
            _json(StationAnswer, examples.STATION),
        ),
        Operation(
            "get",
            "/v1/packs/current",
            "pack",
            "The overlays of catalogue, code tables and calendar, signed",
            _json(Pack, Pack(version=3, files={"calendar.toml": "…"}, signature=base64.b64encode(bytes(64)).decode())),
            ((404, "no_such_page"),),
        ),
        Operation(
            "post",
            "/v1/keys",
            "keys",
            "Name the key that follows the present one from its first use on, or the present one for its certificate",
            _json(KeyTaken, KeyTaken(key_id=key_id_of(bytes(32)))),
            ((403, "key_unproven"), (403, "key_of_another"), (403, "key_revoked"), (422, "key_invalid")),
            content=_json_content("NewKey", None),
        ),
        Operation(
            "post",
            "/v1/reconcile",
            "reconcile",
            "Compare a range of events by count and digest",
            _json(ReconcileAnswer, ReconcileAnswer(ok=True)),
            ((400, "coding_damaged"), (422, "reconcile_invalid"), (422, "request_invalid")),
            content=_json_content("Reconcile", None) | _MAY_BE_PACKED,
        ),
        Operation(
            "post",
            "/v1/packets",
            "packets",
            "Hand over a sealed packet as it is, of whichever terminal; the receipt is signed for that one",
            _json(PacketReceipt, examples.RECEIPT),
            ((422, "packet_invalid"), (422, "packet_foreign"), (422, "packet_signer"), (422, "request_invalid")),
            content={"required": True, "content": {PACKET_MEDIA_TYPE: packet}},
        ),
        Operation("get", "/v1/openapi.json", "openapi", "This document", _object("OpenAPI 3.1."), by_terminal=False),
        Operation(
            "get",
            "/health",
            "health",
            "Whether hub and database answer, what of the hub does not get on, and what is set aside",
            _object("They do; `status` is `ok` or `degraded`."),
            ((503, "busy"),),
            by_terminal=False,
        ),
        Operation(
            "get",
            "/metrics",
            "metrics",
            "Figures for Prometheus",
            {"description": "Text format 0.0.4.", "content": {"text/plain": {"schema": {"type": "string"}}}},
            ((503, "busy"),),
            by_terminal=False,
        ),
    )


def _parameter(place: str, name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    required = place != "query"
    return {"name": name, "in": place, "required": required, "description": words, "schema": schema}


def _header(words: str, kind: str = "string") -> dict[str, Any]:
    return {"description": words, "required": True, "schema": {"type": kind}}


_TERMINAL = _parameter(
    "header",
    TERMINAL_HEADER,
    "Which terminal asks.",
    {"type": "string", "pattern": "^[0-9A-Za-z][0-9A-Za-z-]{0,63}$", "examples": ["T-1"]},
)
_SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": "HTTP Message Signatures (RFC 9421), Ed25519, with `Signature-Input`: "
    "over @method, @path, @query, content-digest, yizhan-terminal and, with PATCH, upload-offset; parameters created, "
    "keyid (RFC 7638 thumbprint), nonce, tag `yizhan-v1`. The hub signs its answers, too: see `docs/protocol.md`.",
}
_CERTIFICATE = {
    "type": "mutualTLS",
    "description": "Where TLS ends at the hub, beside the signature and but for enrol and keys: the certificate of the "
    "key that signs, as enrol and keys give it out.",
}
_MAY_BE_PACKED = {"description": "With `Content-Encoding: gzip` as one gzip member; `Content-Digest` is of that."}
_DIGEST = _parameter(
    "header",
    HEADER,
    "RFC 9530 with sha-256, also of no content.",
    {"type": "string", "examples": [content_digest(b"")]},
)


def _plain(words: str, headers: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": words, "headers": {HEADER: _header("RFC 9530."), **headers}}


def _json(shape: type, example: object) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{shape.__name__}"}
    content = {"schema": schema, "example": msgspec.json.decode(msgspec.json.encode(example))}
    return _plain(f"`{shape.__name__}`.", {}) | {"content": {JSON_MEDIA_TYPE: content}}


def _object(words: str) -> dict[str, Any]:
    return _plain(words, {}) | {"content": {JSON_MEDIA_TYPE: {"schema": {"type": "object"}}}}


def _json_content(schema: str, example: object | None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    if example is not None:
        content["example"] = example
    return {"required": True, "content": {JSON_MEDIA_TYPE: content}}


def _refusal(status: int, codes: list[str], *, bodiless: bool) -> dict[str, Any]:
    answer = _plain(", ".join(codes), {"Retry-After": _header("Seconds.", "integer")} if status in {429, 503} else {})
    if bodiless:
        return answer
    examples = {code: {"value": msgspec.to_builtins(Problem(status, code).document())} for code in codes}
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return answer | {"content": {PROBLEM_MEDIA_TYPE: {"schema": schema, "examples": examples}}}


def _schemas(limits: Limits) -> dict[str, Any]:
    payloads = tuple(shape for shapes in READS.values() for shape in shapes.values())
    shapes = (Hello, BatchEnvelope, BatchItem, BatchAnswer, ChangesAnswer, Reconcile, ReconcileAnswer)
    others = (DigestPage, Enrol, Enrolled, NewKey, KeyTaken, StationAnswer, Pack, PacketReceipt, ProblemDocument)
    asked = (LookUp, LookedUp)
    _, schemas = msgspec.json.schema_components(
        (*shapes, *others, *asked, *_FEED, *payloads), ref_template="#/components/schemas/{name}"
    )
    kinds = ", ".join(f"`{kind}`: {'/'.join(one.__name__ for one in read.values())}" for kind, read in READS.items())
    schemas["BatchItem"]["properties"]["payload"] = {"type": "object", "description": f"By kind; {kinds}."}
    batch = schemas["Batch"] = schemas.pop("BatchEnvelope")
    batch["description"] = "`POST /v1/batches`. An item that is not of the form of `BatchItem` is refused alone."
    items = {"type": "array", "items": {"$ref": "#/components/schemas/BatchItem"}, "maxItems": limits.batch_items}
    batch["properties"]["items"] = items
    feed = ", ".join(f"`{shape.__name__}`" for shape in _FEED)
    schemas["ChangeLine"]["properties"]["body"] = {"type": "object", "description": f"By kind: {feed}."}
    return schemas
