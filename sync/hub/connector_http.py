"""The plain HTTP connector: a department's small service, asked by the hub. Its OpenAPI document stands here too.

The hub asks, the department never calls: it needs no way into the hub's network. Requests and answers are signed like
those between terminal and hub (RFC 9421), with `hub` as who asks and the department's key for the answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.clock import Clock
from kiosk.crypto.signing import SigningKey
from kiosk.errors import HubError
from sync import policy
from sync.address import base_of
from sync.digest import HEADER, content_digest
from sync.feed_bodies import ResultDocument
from sync.hub.connectors import ConnectorError, HandOver, HandOverAnswer, News, ResultError, read_news
from sync.messages import JSON_MEDIA_TYPE, TERMINAL_HEADER, ProblemDocument
from sync.signatures import Message, check_answer, key_id_of, sign_request
from sync.wire import Answer, Timeouts, Wire

HUB = "hub"
"""Who asks, in the header that names a terminal elsewhere."""
BYTES_MEDIA_TYPE = "application/octet-stream"
_UNREACHABLE, _NOT_IT, _WRONG_BYTES = "unreachable", "answer_not_the_departments", "result_differs"
_NO_RESULT = {"status_404", "status_410"}
_T = TypeVar("_T")


class HttpConnector:
    """A department's service. One thread at a time; keeps one connection open."""

    def __init__(
        self,
        url: str,
        department_key: bytes,
        key: SigningKey,
        clock: Clock,
        *,
        poll_s: float = 10.0,
        ca: Path | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """Prepare, without connecting.

        Args:
            url: HTTPS, or plain HTTP to this machine.
            department_key: Ed25519 public key, 32 bytes; only answers signed with it are believed.
            key: the hub's own.
            clock: the time.
            poll_s: how often to listen.
            ca: PEM; only its authorities vouch for the address.
            timeouts: other limits than a terminal has.

        Raises:
            HubError: HUB_ADDRESS_UNSAFE.
            ConfigError: `ca` is no such file.
        """
        self.poll_s = poll_s
        self._wire = Wire(base_of(url), lambda: True, timeouts or Timeouts(), ca)
        self._department_key = department_key
        self._key = key
        self._key_id = key_id_of(key.public)
        self._clock = clock

    def hand_over(self, matter: HandOver, bytes_of: Callable[[str], bytes]) -> None:
        """Hand over what the matter is, then the bytes that the department asks for."""
        path = f"/v1/matters/{matter.case_id}/{matter.matter_id}/{matter.rev}"
        body = msgspec.json.encode(matter)
        answer = self._ask("PUT", path, body, JSON_MEDIA_TYPE)
        missing = _read(answer, lambda content: msgspec.json.decode(content, type=HandOverAnswer)).missing
        own = {file.attachment_id for file in matter.attachments}
        for attachment_id in missing:
            if attachment_id not in own:
                raise ConnectorError(_NOT_IT)
            self._ask("PUT", f"/v1/attachments/{attachment_id}", bytes_of(attachment_id), BYTES_MEDIA_TYPE)

    def news(self, cursor: str) -> News:
        """Read a page of the department's feed."""
        return _read(self._ask("GET", f"/v1/news?after={cursor}"), lambda body: read_news(body, cursor))

    def result(self, document: ResultDocument) -> bytes:
        """Fetch a result."""
        try:
            body = self._ask("GET", f"/v1/results/{document.result_id}").body
        except ConnectorError as exc:
            if exc.code in _NO_RESULT:
                raise ResultError(exc.code) from exc
            raise
        if len(body) != document.size or hashlib.sha256(body).hexdigest() != document.sha256:
            raise ResultError(_WRONG_BYTES)
        return body

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    def _ask(self, method: str, path: str, body: bytes = b"", media_type: str = "") -> Answer:
        headers = {HEADER: content_digest(body), TERMINAL_HEADER: HUB}
        if media_type:
            headers["Content-Type"] = media_type
        bare = Message(method, path, headers)
        signed = headers | sign_request(bare, self._key_id, self._key, self._clock.now())
        try:
            answer = self._wire.exchange(method, path, signed, body)
            check_answer(Message(method, path, signed), answer.status, answer.headers, self._department_key)
        except HubError as exc:
            raise ConnectorError(_UNREACHABLE) from exc
        if not answer.vouched:
            raise ConnectorError(_NOT_IT)
        if answer.status not in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
            wish = policy.parse_retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
            code = f"status_{answer.status}"
            raise ConnectorError(code, wish)
        return answer


def _read(answer: Answer, read: Callable[[bytes], _T]) -> _T:
    try:
        return read(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ConnectorError(_NOT_IT) from exc


def department_document() -> bytes:
    """Write the OpenAPI 3.1 document of what a department's service answers."""
    _, schemas = msgspec.json.schema_components(
        (HandOver, HandOverAnswer, News, ProblemDocument), ref_template="#/components/schemas/{name}"
    )
    case, matter, attachment, result = (
        _parameter("path", name) for name in ("case_id", "matter_id", "attachment_id", "result_id")
    )
    rev = _parameter("path", "rev", {"type": "integer", "minimum": 1})
    after = _parameter("query", "after", {"type": "string", "maxLength": 200})
    octets = {BYTES_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "A department's service for the Yizhan hub",
            "version": "1",
            "description": "Every request is signed by the hub, every answer by the department: `docs/protocol.md`.",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/v1/matters/{case_id}/{matter_id}/{rev}": {
                "put": _operation(
                    "hand_over",
                    "Take a matter; the same again changes nothing",
                    (case, matter, rev),
                    _json("HandOverAnswer"),
                    {"required": True, "content": _json("HandOver")},
                    (409, "hand_over_differs"),
                )
            },
            "/v1/attachments/{attachment_id}": {
                "put": _operation(
                    "attachment",
                    "Take the bytes of a file that was missing",
                    (attachment,),
                    None,
                    {"required": True, "content": octets},
                    (404, "attachment_unknown"),
                    (422, "attachment_hash"),
                )
            },
            "/v1/news": {"get": _operation("news", "Say what happened, from a cursor on", (after,), _json("News"))},
            "/v1/results/{result_id}": {
                "get": _operation("result", "Give a result's bytes", (result,), octets, None, (404, "result_unknown"))
            },
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"signature": {"type": "apiKey", "in": "header", "name": "Signature"}},
        },
    }
    return msgspec.json.encode(whole)


def _parameter(place: str, name: str, schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema or {"type": "string"}}


def _json(name: str) -> dict[str, Any]:
    return {JSON_MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _operation(
    name: str,
    words: str,
    parameters: tuple[dict[str, Any], ...],
    answer: Mapping[str, Any] | None,
    content: Mapping[str, Any] | None = None,
    *problems: tuple[int, str],
) -> dict[str, Any]:
    taken = (
        {"204": {"description": "Taken."}} if answer is None else {"200": {"description": "Well.", "content": answer}}
    )
    refused = {
        str(status): {"description": code, "content": _json("ProblemDocument")}
        for status, code in (*problems, (401, "signature_invalid"), (460, "digest_differs"), (503, "busy"))
    }
    document: dict[str, Any] = {
        "operationId": name,
        "summary": words,
        "parameters": list(parameters),
        "responses": taken | refused,
        "security": [{"signature": []}],
    }
    return document if content is None else document | {"requestBody": content}
