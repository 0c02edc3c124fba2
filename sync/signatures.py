"""HTTP Message Signatures (RFC 9421) of requests and of the hub's answers, with Ed25519.

A gateway of the province may end TLS; the signature still proves the terminal, and can be kept as evidence. Covered
are method, path, query, Content-Digest, the terminal's name and, for a chunk, its offset; not the authority, which a
gateway may rename. An answer also covers the signature of its request, so that an older answer proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)

from kiosk.crypto.signing import SigningKey, is_signed_by
from kiosk.errors import ErrorCode, HubError
from kiosk.packets.canonical import canonical_json
from sync.digest import HEADER as DIGEST_HEADER
from sync.messages import TERMINAL_HEADER, UPLOAD_OFFSET

TAG = "yizhan-v1"
LABEL = "yizhan"
WINDOW_S = 300
"""Seconds that a request's `created` may lie from the hub's time, either way."""
NONCE_MAX = 64
_REQUEST = ("@method", "@path", "@query", DIGEST_HEADER.lower(), TERMINAL_HEADER.lower())
_ANSWER = ("@status", DIGEST_HEADER.lower(), '"signature";req')


@dataclass(frozen=True)
class Message:
    """A request as it is signed: `target` is path and query."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def url(self) -> str:
        """The target with an authority that nothing covers."""
        return f"http://hub.invalid{self.target}"


@dataclass(frozen=True)
class _Answer:
    status_code: int
    headers: Mapping[str, str]
    request: Message


@dataclass(frozen=True)
class Signed:
    """Who signed a request, when by its own clock, and its one-time word."""

    key_id: str
    created: datetime
    nonce: str


class _Ed25519(HTTPSignatureAlgorithm):
    """The library's algorithm over the product's own key handling."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: Any = None, private_key: Any = None, password: bytes | None = None) -> None:  # noqa: ANN401 - the library's own signature
        del password
        self._public: bytes = public_key
        self._private: SigningKey = private_key

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def verify(self, signature: bytes, message: bytes) -> None:
        if not is_signed_by(self._public, message, signature):
            text = "the signature does not fit"
            raise InvalidSignature(text)


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, public_of: Callable[[str], bytes | None], private: SigningKey | None = None) -> None:
        self._public_of = public_of
        self._private = private

    def resolve_public_key(self, key_id: str) -> Any:  # noqa: ANN401 - the library's own signature
        return self._public_of(key_id)

    def resolve_private_key(self, key_id: str) -> Any:  # noqa: ANN401 - the same
        del key_id
        return self._private


class _Verifier(HTTPMessageVerifier):
    """Leaves time to those who know the hub's clock."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:  # noqa: ANN401 - the library's own signature
        del max_age
        if type(sig_input.params.get("created")) is not int:
            text = "created is missing"
            raise InvalidSignature(text)


def key_id_of(public: bytes) -> str:
    """Name a key by its JWK thumbprint (RFC 7638, RFC 8037 §2), base64url."""
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'
    return base64.urlsafe_b64encode(hashlib.sha256(jwk.encode()).digest()).rstrip(b"=").decode()


def key_proof(terminal_id: str, public: bytes) -> bytes:
    """Give what a new key signs, so that nobody can bring a key of somebody else."""
    return f"yizhan-v1 key {terminal_id} {key_id_of(public)}".encode()


def pack_proof(version: int, files: Mapping[str, str]) -> bytes:
    """Give what the hub signs of a pack."""
    return b"yizhan-v1 pack " + canonical_json({"version": version, "files": dict(files)})


def sign_request(request: Message, key_id: str, key: SigningKey, now: datetime) -> dict[str, str]:
    """Give the headers that sign a request; `now` is the hub's time as far as we know it."""
    headers = dict(request.headers)
    covered = (*_REQUEST, UPLOAD_OFFSET.lower()) if UPLOAD_OFFSET in headers else _REQUEST
    _signer(key).sign(
        Message(request.method, request.target, headers),
        key_id=key_id,
        created=now,
        nonce=secrets.token_urlsafe(16),
        label=LABEL,
        tag=TAG,
        covered_component_ids=covered,
        use_existing_digest=True,
    )
    return _signature_headers(headers)


def read_request(request: Message, public_of: Callable[[str], bytes | None]) -> Signed | None:
    """Verify who signed a request; None when nobody known did, or not all that must be covered is.

    Whether the time is right and the nonce is new is for the caller to judge.
    """
    must = (*_REQUEST, UPLOAD_OFFSET.lower()) if request.method == "PATCH" else _REQUEST
    params = _verified(request, public_of, must)
    if params is None or not isinstance(params.get("nonce"), str) or not 0 < len(params["nonce"]) <= NONCE_MAX:
        return None
    try:
        created = datetime.fromtimestamp(params["created"], UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Signed(params["keyid"], created, params["nonce"])


def sign_answer(
    request: Message, status: int, headers: Mapping[str, str], key_id: str, key: SigningKey, now: datetime
) -> dict[str, str]:
    """Give the headers that sign the hub's answer to a signed request; none where the request has no possible form."""
    signed = dict(headers)
    try:
        _signer(key).sign(
            _Answer(status, signed, request),
            key_id=key_id,
            created=now,
            label=LABEL,
            tag=TAG,
            covered_component_ids=_ANSWER,
            use_existing_digest=True,
        )
    except HTTPMessageSignaturesException:
        return {}
    return _signature_headers(signed)


def check_answer(request: Message, status: int, headers: Mapping[str, str], hub_key: bytes) -> None:
    """Insist that the hub signed this answer to this request.

    Raises:
        HubError: NOT_A_HUB.
    """
    if _verified(_Answer(status, headers, request), lambda _key_id: hub_key, _ANSWER) is None:
        raise HubError(ErrorCode.NOT_A_HUB)


def _signer(key: SigningKey) -> HTTPMessageSigner:
    return HTTPMessageSigner(signature_algorithm=_Ed25519, key_resolver=_Keys(lambda _: None, key))


def _verified(
    message: Message | _Answer, public_of: Callable[[str], bytes | None], must: tuple[str, ...]
) -> dict[str, Any] | None:
    verifier = _Verifier(signature_algorithm=_Ed25519, key_resolver=_Keys(public_of))
    try:
        results = verifier.verify(message, max_age=None, expect_tag=TAG, require_components=must)
    except (InvalidSignature, HTTPMessageSignaturesException):
        return None
    return dict(results[0].parameters) if len(results) == 1 else None


def _signature_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("Signature-Input", "Signature")}
