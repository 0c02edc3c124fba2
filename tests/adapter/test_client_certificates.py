"""A terminal's certificate at the terminal: how its key gets into a handshake, and what comes when it is not taken."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from certificates import Authority
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hub_rigs import HUB_KEY, QUICK, identity, listening, problem_answer, raw_answer, read_request

from kiosk.clock import SystemClock
from kiosk.crypto.certificates import ClientAuthority, certified_key
from kiosk.crypto.signing import SigningKey
from kiosk.errors import ErrorCode, HubError
from kiosk.ports.sync import HubReach
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.messages import KeyTaken
from sync.policy import Behaviour, reach_of
from sync.signatures import key_id_of
from sync.wire import Wire, load_certificate

HERE = "127.0.0.1"
OURS = ClientAuthority(HUB_KEY)
WHO = identity()
CERTIFICATE = OURS.certify(WHO.terminal_id, WHO.key.public)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make the authority that vouches for the hub's address."""
    return Authority(tmp_path_factory.mktemp("authority"), "ours")


def wire_to(port: int, authority: Authority) -> Wire:
    """Prepare a line to a port of this machine."""
    return Wire(f"https://{HERE}:{port}", lambda: True, QUICK, authority.file)


def outcome(wire: Wire) -> ErrorCode | None:
    """Ask something and give how it failed."""
    try:
        wire.exchange("GET", "/v1/hello", {}, b"")
    except HubError as exc:
        return exc.code
    return None


def test_the_private_key_is_on_disk_encrypted_alone_and_then_gone() -> None:
    """What the TLS library reads cannot be used without a password that stands nowhere, and is not there afterwards."""
    seen: list[tuple[Path, bytes, Any]] = []

    class Watching(ssl.SSLContext):
        def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:  # noqa: ANN401 - as its base
            assert Path(certfile).parent.stat().st_mode & 0o077 == 0
            seen.append((Path(certfile), Path(certfile).read_bytes(), password))
            super().load_cert_chain(certfile, keyfile, password)

    seed = bytes(range(32))
    key = SigningKey(seed)
    for _ in range(2):
        load_certificate(Watching(ssl.PROTOCOL_TLS_CLIENT), ClientAuthority(key).certify("T-1", key.public), key)
    (file, content, password), (_, _, other) = seen
    assert not file.exists()
    assert not file.parent.exists()
    assert seed not in load_der(content)
    with pytest.raises(TypeError, match="encrypted"):
        load_pem_private_key(content, None)
    opened = load_pem_private_key(content, password.encode())
    assert isinstance(opened, Ed25519PrivateKey)
    assert opened.private_bytes_raw() == seed
    assert password != other


def load_der(content: bytes) -> bytes:
    """Give what the key's PEM block holds."""
    block = content.partition(b"-----END ENCRYPTED PRIVATE KEY-----")[0].partition(b"-----\n")[2]
    assert block
    return ssl.PEM_cert_to_DER_cert(f"-----BEGIN CERTIFICATE-----\n{block.decode()}-----END CERTIFICATE-----\n")


def test_a_certificate_is_doubted_after_three_connections_in_a_row(authority: Authority) -> None:
    """Not before, not when an answer came between, and neither without one nor while nobody is there."""
    tls = authority.certify(HERE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    acts: list[bool] = []

    def serve(peer: Any) -> None:  # noqa: ANN401 - a socket of either kind
        with suppress(OSError), context.wrap_socket(peer, server_side=True) as client:
            if acts.pop(0) and read_request(client):
                client.sendall(raw_answer("200 OK", b"{}", Connection="close"))

    gone, wants = ErrorCode.HUB_UNREACHABLE, ErrorCode.HUB_WANTS_CERTIFICATE
    with listening(serve) as port, closing(wire_to(port, authority)) as wire:
        acts[:] = [False] * 4
        assert [outcome(wire) for _ in range(4)] == [gone] * 4
        wire.show(CERTIFICATE, WHO.key)
        acts[:] = [False, False, True, False, False, False]
        assert [outcome(wire) for _ in range(6)] == [gone, gone, None, gone, gone, wants]
    with closing(wire_to(port, authority)) as wire:
        wire.show(CERTIFICATE, WHO.key)
        assert [outcome(wire) for _ in range(4)] == [gone] * 4


@pytest.mark.parametrize(("at_keys", "asked"), [("401 No", 2), ("200 OK", 3)])
def test_a_hub_that_wants_a_certificate_and_gives_none_pauses_sync(at_keys: str, asked: int) -> None:
    """It is asked once for one, and once more what it was asked at first: then a person is called."""
    taken, seen = KeyTaken(key_id=key_id_of(WHO.key.public)), []

    def serve(peer: socket.socket) -> None:
        with suppress(OSError):
            while request := read_request(peer):
                seen.append(request[0].split(b" ")[1])
                if seen[-1] == b"/v1/keys" and at_keys == "200 OK":
                    peer.sendall(raw_answer(at_keys, msgspec.json.encode(taken)))
                else:
                    peer.sendall(problem_answer(401, "certificate_wanted"))

    with (
        listening(serve) as port,
        closing(HubClient(f"http://{HERE}:{port}", WHO, "0.1.0", SystemClock(), timeouts=QUICK)) as client,
    ):
        with pytest.raises(HubAnswerError) as caught:
            client.hello()
        assert (caught.value.code, caught.value.behaviour) == (ErrorCode.HUB_WANTS_CERTIFICATE, Behaviour.PAUSE)
        assert reach_of(caught.value.code) is HubReach.REFUSED
        assert len(seen) == asked


def test_tls_1_2_carries_the_certificate_too(authority: Authority) -> None:
    """Ed25519 keys are shown in either version (RFC 8422 §5.10)."""
    tls = authority.certify(HERE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    context.load_verify_locations(cadata=OURS.certificate)
    context.verify_mode, context.maximum_version = ssl.CERT_REQUIRED, ssl.TLSVersion.TLSv1_2
    shown: list[bytes] = []

    def serve(peer: Any) -> None:  # noqa: ANN401 - a socket of either kind
        with suppress(OSError), context.wrap_socket(peer, server_side=True) as client:
            shown.append(certified_key(ssl.DER_cert_to_PEM_cert(client.getpeercert(binary_form=True) or b"")))

    with listening(serve) as port, closing(wire_to(port, authority)) as wire:
        wire.show(CERTIFICATE, WHO.key)
        assert outcome(wire) is not None
    assert shown == [WHO.key.public]
