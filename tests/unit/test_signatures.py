"""Signatures of requests and answers."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.crypto.signing import SigningKey, is_signed_by
from kiosk.errors import HubError
from sync.digest import HEADER, content_digest
from sync.messages import TERMINAL_HEADER, UPLOAD_OFFSET
from sync.signatures import Message, Signed, check_answer, read_request, sign_answer, sign_request

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
KEY = SigningKey(bytes(range(32)))
HUB = SigningKey(bytes(range(1, 33)))
OTHER = SigningKey(bytes(range(2, 34)))


def asked(method: str = "GET", target: str = "/v1/changes?cursor=7", body: bytes = b"", **more: str) -> Message:
    """Make a request that is signed."""
    headers = {HEADER: content_digest(body), TERMINAL_HEADER: "T-1", **more}
    bare = Message(method, target, headers)
    return replace(bare, headers={**headers, **sign_request(bare, "key-1", KEY, NOW)})


def known(key_id: str) -> bytes | None:
    """Know one key."""
    return KEY.public if key_id == "key-1" else None


def test_a_signed_request_says_who_and_when() -> None:
    """Key, time and a nonce come out as they went in; a nonce is never used twice."""
    first, second = read_request(asked(), known), read_request(asked(), known)
    assert first == Signed("key-1", NOW, first.nonce if first else "")
    assert first
    assert second
    assert first.nonce != second.nonce


def test_the_signature_is_what_the_standard_writes() -> None:
    """The signature base written by hand, as RFC 9421 §2.5 has it, verifies with the public key."""
    request = asked(body=b"{}")
    parameters = request.headers["Signature-Input"].removeprefix("yizhan=")
    base = "\n".join(
        (
            '"@method": GET',
            '"@path": /v1/changes',
            '"@query": ?cursor=7',
            f'"content-digest": {content_digest(b"{}")}',
            '"yizhan-terminal": T-1',
            f'"@signature-params": {parameters}',
        )
    )
    signature = base64.b64decode(request.headers["Signature"].removeprefix("yizhan=").strip(":"))
    assert parameters.startswith('("@method" "@path" "@query" "content-digest" "yizhan-terminal");created=1794967200')
    assert is_signed_by(KEY.public, base.encode(), signature)


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "HEAD"},
        {"target": "/v1/changes?cursor=8"},
        {"target": "/v1/hello?cursor=7"},
        {"headers": {HEADER: content_digest(b"x")}},
        {"headers": {TERMINAL_HEADER: "T-2"}},
        {"headers": {"Signature": "yizhan=:AAAA:"}},
        {"headers": {"Signature-Input": "none"}},
    ],
)
def test_a_changed_request_is_nobodys(changed: dict[str, Any]) -> None:
    """Whatever is covered cannot be changed on the way."""
    request = asked()
    headers = {**request.headers, **changed.get("headers", {})}
    assert read_request(replace(request, **{**changed, "headers": headers}), known) is None


def test_an_unsigned_request_and_a_strangers_are_nobodys() -> None:
    """Without a signature, or with an unknown key."""
    request = asked()
    bare = {name: value for name, value in request.headers.items() if not name.startswith("Signature")}
    assert read_request(replace(request, headers=bare), known) is None
    assert read_request(request, lambda _key_id: None) is None
    assert read_request(request, lambda _key_id: OTHER.public) is None


def test_a_chunk_s_offset_must_be_covered() -> None:
    """A chunk that names its offset outside the signature could be put elsewhere."""
    chunk = asked("PATCH", "/v1/attachments/a", b"x", **{UPLOAD_OFFSET: "5"})
    assert read_request(chunk, known)
    assert read_request(replace(chunk, headers={**chunk.headers, UPLOAD_OFFSET: "6"}), known) is None
    bare = asked("PATCH", "/v1/attachments/a", b"x")
    assert read_request(replace(bare, headers={**bare.headers, UPLOAD_OFFSET: "6"}), known) is None


def test_an_answer_is_the_hubs_and_to_this_request() -> None:
    """Another status, other content, another key, or the answer to another request prove nothing."""
    request, later = asked(), asked()
    headers = {HEADER: content_digest(b"{}")}
    headers |= sign_answer(request, 200, headers, "hub", HUB, NOW)
    check_answer(request, 200, headers, HUB.public)
    wrong = [
        (request, 403, headers, HUB.public),
        (request, 200, {**headers, HEADER: content_digest(b"[]")}, HUB.public),
        (request, 200, headers, OTHER.public),
        (later, 200, headers, HUB.public),
        (request, 200, {HEADER: content_digest(b"{}")}, HUB.public),
    ]
    for case in wrong:
        with pytest.raises(HubError):
            check_answer(*case)
