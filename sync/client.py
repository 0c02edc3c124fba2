"""The terminal's side of the protocol's requests: messages out, messages in, refusals as errors."""

from __future__ import annotations

import base64
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from kiosk.clock import Clock
from kiosk.crypto.signing import SigningKey
from kiosk.errors import ErrorCode, HubError
from kiosk.packets.canonical import range_digest
from kiosk.packets.receipts import PacketReceipt
from kiosk.ports.elsewhere import LookedUp, LookUp
from kiosk.ports.sync import HeldRange, OutboxEntry
from sync import coding, digest, policy
from sync.address import base_of
from sync.answers import HubAnswerError, UploadState, decoded, offset_ms, upload_state
from sync.batches import batch_of
from sync.hub_calls import Content
from sync.messages import (
    CHUNK_MEDIA_TYPE,
    DIGEST_MISMATCH,
    JSON_MEDIA_TYPE,
    PACKET_MEDIA_TYPE,
    PROBLEM_MEDIA_TYPE,
    TERMINAL_HEADER,
    UPLOAD_OFFSET,
    BatchAnswer,
    ChangesAnswer,
    DigestEnvelope,
    Enrol,
    Enrolled,
    Hello,
    KeyTaken,
    NewKey,
    Pack,
    ProblemDocument,
    Reconcile,
    ReconcileAnswer,
    StationAnswer,
)
from sync.policy import Behaviour, Endpoint
from sync.signatures import Message, check_answer, key_id_of, key_proof, sign_request
from sync.wire import Answer, Timeouts, Wire

_T = TypeVar("_T")
_KEYS = "/v1/keys"
_NOT_SHOWN = {
    "case_not_shown": ErrorCode.LOOK_UP_REFUSED,
    "look_ups_too_many": ErrorCode.LOOK_UPS_TOO_MANY,
    "no_such_page": ErrorCode.LOOK_UP_NOT_OFFERED,
}
_BY_PACKING = {400, 413, 415, 422, DIGEST_MISMATCH}
"""What a hub may say to packed content that something on the way has touched."""


@dataclass(frozen=True)
class Identity:
    """Who asks: the terminal, its key, and what the hub gave out when it enrolled us: its key and our certificate.

    In training there is no `hub_key`: any hub is believed, and one that does not know us enrols us for nothing. A
    `certificate` (PEM) that is not of our key is none.
    """

    terminal_id: str
    key: SigningKey
    hub_key: bytes | None = None
    certificate: str = ""


class HubClient:
    """The hub over HTTP.

    Contract: one thread at a time, except `abort` and `batch`. A call gives the hub's own verified answer or raises
    `HubError` (`HUB_UNREACHABLE`, `NOT_A_HUB`: a link fault) or `HubAnswerError` (the status, by the table in
    `sync.policy`).
    """

    def __init__(
        self,
        url: str,
        identity: Identity,
        app: str,
        clock: Clock,
        *,
        ca: Path | None = None,
        link_up: Callable[[], bool] = lambda: True,
        timeouts: Timeouts | None = None,
        keep: Callable[[Enrolled | KeyTaken], object] | None = None,
    ) -> None:
        """Prepare, without connecting.

        Args:
            url: the hub's address: `https`, or `http` on this machine.
            identity: who we are.
            app: this program's version.
            clock: for `Retry-After` dates.
            ca: the authorities (PEM) that may vouch for the address; None: those that are shipped.
            link_up: the training dock's switch for the network cable.
            timeouts: other limits than the protocol's, for tests.
            keep: hears what the hub gives out: a certificate and, in training, all; the terminal then enrols before its
                first hello.

        Raises:
            HubError: HUB_ADDRESS_UNSAFE.
            ConfigError: CONFIG_INVALID, `ca` is no such file.
        """
        self._identity = identity
        self._terminal_id = identity.terminal_id
        self._key_id = key_id_of(identity.key.public)
        self._offset = timedelta()
        """The hub's time minus ours, from its own answers: what we sign with."""
        self._app = app
        self._clock = clock
        self._keep = keep
        self._is_met = keep is None or identity.hub_key is not None
        self._codings: tuple[str, ...] = ()
        """What the hub said it reads."""
        self._packs = True
        """Nothing on the way to the hub minds packed content, as far as we know."""
        self._wire = Wire(base_of(url), link_up, timeouts or Timeouts(), ca)
        if identity.certificate:
            self._wire.show(identity.certificate, identity.key)

    def hello(self) -> Hello:
        """Ask who is there and what holds.

        Raises:
            HubError: as all; HUB_VERSION also when the hub wants a newer program than this one.
        """
        if self._keep is not None and not self._is_met:
            self._keep(self.enrol("", platform.platform()[:200]))
            self._is_met = True
        hello = self._json(Endpoint.HELLO, "GET", "/v1/hello", Hello)
        self._note_time(hello.server_time)
        self._codings = hello.codings
        if policy.older(self._app, hello.min_app):
            raise HubError(ErrorCode.HUB_VERSION)
        return hello

    def batch(self, epoch: str, entries: Sequence[OutboxEntry]) -> Content:
        """Write a batch of events as it will be sent; asks nobody, also while another thread does."""
        return self._content(batch_of(self._terminal_id, self._app, epoch, entries))

    def announce(self, batch: Content) -> BatchAnswer:
        """Hand over a batch of events."""
        return self._post(Endpoint.BATCHES, "/v1/batches", BatchAnswer, batch)

    def upload_state(self, attachment_id: str, size: int) -> UploadState:
        """Ask how far an attachment is there."""
        answer = self._exchange(Endpoint.ATTACHMENT, "HEAD", _attachment(attachment_id), {}, b"")
        return upload_state(answer, size)

    def upload(self, attachment_id: str, offset: int, chunk: bytes, size: int) -> UploadState:
        """Hand over bytes of an attachment; the chunk's checksum is the request's Content-Digest."""
        headers = {"Content-Type": CHUNK_MEDIA_TYPE, UPLOAD_OFFSET: str(offset)}
        answer = self._exchange(Endpoint.ATTACHMENT, "PATCH", _attachment(attachment_id), headers, chunk)
        return upload_state(answer, size)

    def changes(self, cursor: str) -> ChangesAnswer:
        """Read a page of the change feed."""
        path = f"/v1/changes?cursor={quote(cursor, safe='')}"
        return self._json(Endpoint.CHANGES, "GET", path, ChangesAnswer)

    def digests(self, after: int) -> DigestEnvelope:
        """Read a page of who was taken in elsewhere."""
        return self._json(Endpoint.CHANGES, "GET", f"/v1/digests?after={after}", DigestEnvelope)

    def station(self) -> StationAnswer:
        """Read what holds for this terminal's station."""
        return self._json(Endpoint.CHANGES, "GET", "/v1/station", StationAnswer)

    def pack(self) -> Pack:
        """Read the overlays of catalogue, code tables and calendar."""
        return self._json(Endpoint.CHANGES, "GET", "/v1/packs/current", Pack)

    def result(self, result_id: str, offset: int, length: int) -> bytes:
        """Read bytes of a department's document; whether they are enough and the right ones is for the caller.

        Raises:
            HubError: as all; with `Behaviour.HALVE` this document alone is refused.
        """
        path = f"/v1/results/{quote(result_id, safe='')}?offset={offset}&length={length}"
        answer = self._exchange(Endpoint.RESULTS, "GET", path, {}, b"")
        if answer.status != 200:
            raise HubError(ErrorCode.NOT_A_HUB)
        return answer.body

    def renew_key(self, key: SigningKey) -> KeyTaken:
        """Name the key that follows ours; ours holds until the new one is first used, so that this may be repeated.

        Naming our own changes nothing; the answer has its certificate.

        Raises:
            HubError: as all; NOT_A_HUB when the hub names another key.
        """
        proof = key.sign(key_proof(self._terminal_id, key.public))
        message = NewKey(public_key=base64.b64encode(key.public).decode(), proof=base64.b64encode(proof).decode())
        answer = self._json(Endpoint.ENROL, "POST", _KEYS, KeyTaken, msgspec.json.encode(message))
        if answer.key_id != key_id_of(key.public):
            raise HubError(ErrorCode.NOT_A_HUB)
        return answer

    def look_up(self, question: LookUp) -> LookedUp:
        """Ask how a case of another station stands.

        Raises:
            HubError: as all; LOOK_UP_REFUSED, LOOK_UPS_TOO_MANY; LOOK_UP_NOT_OFFERED, it is an older hub.
        """
        try:
            return self._json(Endpoint.LOOK_UPS, "POST", "/v1/look-ups", LookedUp, msgspec.json.encode(question))
        except HubAnswerError as exc:
            code = _NOT_SHOWN.get(exc.problem_code)
            if code is None:
                raise
            raise HubError(code) from exc

    def reconcile(self, epoch: str, held: HeldRange, *, named: bool) -> ReconcileAnswer:
        """Compare what we believe to be there with what is."""
        message = Reconcile(
            terminal_id=self._terminal_id,
            epoch=epoch,
            app=self._app,
            first_seq=held.first_seq,
            last_seq=held.last_seq,
            count=held.received,
            digest=range_digest(held.events),
            events=tuple(event_id for event_id, _ in held.events) if named else None,
        )
        return self._post(Endpoint.RECONCILE, "/v1/reconcile", ReconcileAnswer, self._content(message))

    def hand_over(self, packet: BinaryIO) -> PacketReceipt:
        """Hand over a sealed packet as it is; whether the receipt is the hub's is for the caller to check.

        Raises:
            HubError: as all; with `Behaviour.HALVE` this packet alone is refused.
        """
        headers = {"Content-Type": PACKET_MEDIA_TYPE}
        answer = self._exchange(Endpoint.PACKETS, "POST", "/v1/packets", headers, packet)
        receipt = decoded(answer, JSON_MEDIA_TYPE, PacketReceipt)
        if receipt is None:
            raise HubError(ErrorCode.NOT_A_HUB)
        return receipt

    def abort(self) -> None:
        """Make a running call fail at once; any thread may call this."""
        self._wire.abort()

    def close(self) -> None:
        """Free the connection."""
        self._wire.close()

    def _content(self, message: Struct) -> Content:
        """Write a message packed as well where the hub reads that."""
        plain = msgspec.json.encode(message)
        worth = self._packs and coding.GZIP in self._codings and len(plain) >= coding.WORTH_BYTES
        return Content(plain, coding.packed(plain) if worth else None)

    def _post(self, endpoint: Endpoint, path: str, shape: type[_T], content: Content) -> _T:
        """Send a message packed, and as it is where that is not taken.

        When only the plain message gets through, whatever stands between minds packed ones: no more are sent.
        """
        packed = content.packed if self._packs else None
        if packed is not None:
            try:
                return self._json(endpoint, "POST", path, shape, packed, coding.GZIP)
            except HubError as exc:
                if not _may_be_by_packing(exc):
                    raise
        answer = self._json(endpoint, "POST", path, shape, content.plain)
        self._packs = self._packs and packed is None
        return answer

    def _json(
        self,
        endpoint: Endpoint,
        method: str,
        path: str,
        shape: type[_T],
        body: bytes = b"",
        encoding: str = coding.IDENTITY,
    ) -> _T:
        headers = {"Content-Type": JSON_MEDIA_TYPE} if body else {}
        if encoding != coding.IDENTITY:
            headers[coding.HEADER] = encoding
        answer = self._exchange(endpoint, method, path, headers, body)
        message = decoded(answer, JSON_MEDIA_TYPE, shape)
        if answer.status != 200 or message is None:
            raise HubError(ErrorCode.NOT_A_HUB)
        return message

    def enrol(self, code: str, device: str, present: str = "") -> Enrolled:
        """Give the hub our public key; a lost answer costs nothing, the code may be used again with the same key.

        A machine that is the terminal `present` already gets no other's name.

        Raises:
            HubError: HUB_REFUSED for a code that it does not take.
        """
        message = Enrol(
            code=code,
            terminal_id=self._terminal_id,
            public_key=base64.b64encode(self._identity.key.public).decode(),
            device=device,
            app=self._app,
            present=present,
        )
        return self._json(Endpoint.ENROL, "POST", "/v1/enrol", Enrolled, msgspec.json.encode(message))

    def _exchange(
        self, endpoint: Endpoint, method: str, path: str, headers: dict[str, str], body: bytes | BinaryIO
    ) -> Answer:
        """Ask, and once more for each thing that the hub only missed: the time, our certificate, a training key."""
        cured: set[ErrorCode] = set()
        while True:
            try:
                return self._ask(endpoint, method, path, headers, body)
            except HubError as exc:
                if exc.code in cured or not self._is_cured(exc, path):
                    raise
                cured.add(exc.code)

    def _is_cured(self, error: HubError, path: str) -> bool:
        """Give the hub what it missed, if that is all."""
        if error.code is ErrorCode.HUB_WANTS_CERTIFICATE and path != _KEYS:
            key = self._identity.key
            self._wire.show("", key)  # it may be just this one that they do not take
            answer = self.renew_key(key)
            self._wire.show(answer.certificate, key)
            if self._keep is not None:
                self._keep(answer)
        elif not isinstance(error, HubAnswerError):
            return False
        elif error.code is ErrorCode.HUB_CLOCK and error.server_time is not None:
            self._note_time(error.server_time)
        elif error.problem_code == "key_unknown" and self._identity.hub_key is None:
            self.enrol("", platform.platform()[:200])
        else:
            return False
        return True

    def _ask(
        self, endpoint: Endpoint, method: str, path: str, headers: dict[str, str], body: bytes | BinaryIO
    ) -> Answer:
        sent = {
            "Accept": f"{JSON_MEDIA_TYPE}, {PROBLEM_MEDIA_TYPE}",
            "Accept-Encoding": "identity",
            "User-Agent": f"yizhan/{self._app}",
            TERMINAL_HEADER: self._terminal_id,
            digest.HEADER: digest.content_digest(body) if isinstance(body, bytes) else digest.file_digest(body),
            **headers,
        }
        now = self._clock.now() + self._offset
        sent |= sign_request(Message(method, path, sent), self._key_id, self._identity.key, now)
        answer = self._wire.exchange(method, path, sent, body)
        behaviour = policy.behaviour(endpoint, answer.status)
        if not answer.vouched:  # nobody else's wish to wait counts either
            raise HubError(ErrorCode.NOT_A_HUB)
        if self._identity.hub_key is not None:
            check_answer(Message(method, path, sent), answer.status, answer.headers, self._identity.hub_key)
        if behaviour is Behaviour.READ:
            return answer
        problem = decoded(answer, PROBLEM_MEDIA_TYPE, ProblemDocument)
        if problem is not None and problem.code == "replayed":
            behaviour = Behaviour.WAIT  # our own are never the same twice: the line has doubled this one
        retry = policy.parse_retry_after(answer.headers.get("retry-after"), self._clock.now())
        raise HubAnswerError(behaviour, answer.status, problem, retry)

    def _note_time(self, server_time: str) -> None:
        offset = offset_ms(server_time, self._clock)
        if offset is not None:
            self._offset = timedelta(milliseconds=offset)


def _may_be_by_packing(error: HubError) -> bool:
    if isinstance(error, HubAnswerError):
        by_gateway = error.status in {500, 502} and not error.problem_code
        return by_gateway or error.status in _BY_PACKING
    return error.code is ErrorCode.NOT_A_HUB  # a gateway speaks


def _attachment(attachment_id: str) -> str:
    return f"/v1/attachments/{quote(attachment_id, safe='')}"
