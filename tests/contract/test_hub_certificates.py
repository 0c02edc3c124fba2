"""Mutual TLS where TLS ends at the hub: whose certificate a connection shows, beside the signature of each request."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from certificates import Authority
from command_rigs import hub_process
from cryptography import x509
from hub_rigs import (
    HUB_KEY,
    QUICK,
    TERMINAL,
    RunningHub,
    enrol,
    identity,
    listening,
    read_request,
    running_hub,
)
from hub_talk import case, told

from kiosk.clock import SystemClock
from kiosk.crypto.certificates import ClientAuthority, certified_key
from kiosk.crypto.signing import SigningKey
from kiosk.errors import ErrorCode, HubError
from kiosk.ids import uuid7
from sync.answers import HubAnswerError
from sync.client import HubClient, Identity
from sync.digest import HEADER, content_digest
from sync.hub.database import open_database
from sync.hub.desk import HubTerms
from sync.hub.enrolment import issue_code
from sync.hub.openapi import operations
from sync.messages import TERMINAL_HEADER, UPLOAD_OFFSET, Enrolled, EnrolledStation, KeyTaken
from sync.signatures import Message, key_id_of, sign_request
from sync.wire import Answer, Wire

HERE = "127.0.0.1"
OURS = ClientAuthority(HUB_KEY)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder."""
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(place: Path) -> Authority:
    """Make the authority that vouches for the hub's address."""
    return Authority(place, "ours")


@pytest.fixture(scope="module")
def hub(place: Path, authority: Authority) -> Iterator[RunningHub]:
    """Run a hub at which TLS ends."""
    with running_hub(place, tls=authority.certify(HERE)) as running:
        with closing(open_database(running.database_url)) as database:
            enrol(database, "T-2")
        yield running


def real(terminal_id: str = TERMINAL, certificate: str = "") -> Identity:
    """Give a terminal that believes the one hub."""
    return replace(identity(terminal_id), hub_key=HUB_KEY.public, certificate=certificate)


def own(who: Identity) -> str:
    """Give the certificate that the hub gave it."""
    return OURS.certify(who.terminal_id, who.key.public)


@contextmanager
def client_of(port: int, authority: Authority, who: Identity) -> Iterator[tuple[HubClient, list[str]]]:
    """Make a client and a list of the certificates that it is given to keep."""
    kept: list[str] = []

    def keep(answer: Enrolled | KeyTaken) -> None:
        kept.append(answer.certificate)

    url = f"https://{HERE}:{port}"
    with closing(HubClient(url, who, "0.1.0", SystemClock(), ca=authority.file, timeouts=QUICK, keep=keep)) as client:
        yield client, kept


def signed(who: Identity, method: str, path: str, body: bytes = b"", **more: str) -> dict[str, str]:
    """Sign a request."""
    headers = {TERMINAL_HEADER: who.terminal_id, HEADER: content_digest(body), **more}
    key_id = key_id_of(who.key.public)
    return headers | sign_request(Message(method, path, headers), key_id, who.key, SystemClock().now())


def greet(port: int, authority: Authority, who: Identity, shows: tuple[str, SigningKey] | None) -> Answer:
    """Greet over a connection that shows what it is told to, whoever signs."""
    with closing(Wire(f"https://{HERE}:{port}", lambda: True, QUICK, authority.file)) as wire:
        if shows is not None:
            wire.show(*shows)
        return wire.exchange("GET", "/v1/hello", signed(who, "GET", "/v1/hello"), b"")


def test_a_certificate_names_the_terminal_and_its_key_and_is_always_the_same() -> None:
    """A second worker, or a hub that was restored, makes the very same one; it serves to begin connections alone."""
    key = identity().key
    certificate = OURS.certify(TERMINAL, key.public)
    assert certificate == ClientAuthority(SigningKey(bytes(range(64, 96)))).certify(TERMINAL, key.public)
    assert certificate != ClientAuthority(SigningKey(bytes(32))).certify(TERMINAL, key.public)
    assert certified_key(certificate) == key.public
    read = x509.load_pem_x509_certificate(certificate.encode())
    assert read.subject.rfc4514_string() == f"CN={TERMINAL}"
    purposes = read.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH]
    read.verify_directly_issued_by(x509.load_pem_x509_certificate(OURS.certificate.encode()))
    for other in ("", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "测试"):
        assert certified_key(other) == b""


def test_a_terminal_without_a_certificate_asks_for_it_and_goes_on(hub: RunningHub, authority: Authority) -> None:
    """One enrolled before there were any, one that lost the file, one with that of another key: once is enough."""
    who = real()
    for certificate in ("", "damaged", own(real("T-2"))):
        with client_of(hub.port, authority, replace(who, certificate=certificate)) as (client, kept):
            assert client.hello().protocol.min == 1
            assert client.changes("").has_more is False
            assert kept == [own(who)]
    with client_of(hub.port, authority, replace(who, certificate=kept[0])) as (client, kept):
        assert [one.status for one in told(client, case())] == ["received"]
        assert kept == []


def test_a_signature_alone_opens_nothing(hub: RunningHub, authority: Authority) -> None:
    """Without a certificate, or with that of another terminal, the same signed request is refused in words."""
    first, second = real(), real("T-2")
    assert greet(hub.port, authority, first, (own(first), first.key)).status == 200
    for shows in (None, (own(second), second.key)):
        answer = greet(hub.port, authority, first, shows)
        assert answer.status == 401
        assert b'"code":"certificate_wanted"' in answer.body


def test_no_operation_of_a_terminal_does_without(hub: RunningHub, authority: Authority) -> None:
    """Each that there is, but for those two at which certificates are to be had."""
    without = {"/v1/enrol", "/v1/keys"}
    asked = [one for one in operations(HubTerms()) if one.by_terminal and one.path not in without]
    assert len(asked) > 8
    with closing(Wire(f"https://{HERE}:{hub.port}", lambda: True, QUICK, authority.file)) as wire:
        for operation in asked:
            method, path = operation.method.upper(), re.sub(r"\{\w+\}", uuid7(), operation.path)
            body = b"x" if operation.content else b""
            more = {UPLOAD_OFFSET: "0"} if method == "PATCH" else {}
            answer = wire.exchange(method, path, signed(real(), method, path, body, **more), body)
            assert answer.status == 401, operation
            assert method == "HEAD" or b'"code":"certificate_wanted"' in answer.body, operation


def test_what_nobody_signs_needs_no_certificate(hub: RunningHub, authority: Authority) -> None:
    """Monitors and browsers have none."""
    with closing(Wire(f"https://{HERE}:{hub.port}", lambda: True, QUICK, authority.file)) as wire:
        assert [wire.exchange("GET", path, {}, b"").status for path in ("/health", "/v1/openapi.json")] == [200, 200]


def test_a_certificate_that_the_hub_did_not_give_ends_the_connection(hub: RunningHub, authority: Authority) -> None:
    """No request is read. A terminal that comes with one is not locked out: it doubts it, and asks for another."""
    who = real()
    strange = ClientAuthority(SigningKey(bytes(32))).certify(TERMINAL, who.key.public)
    with client_of(hub.port, authority, replace(who, certificate=strange)) as (client, kept):
        for _ in range(2):
            with pytest.raises(HubError) as caught:
                client.hello()
            assert caught.value.code is ErrorCode.HUB_UNREACHABLE
        assert client.hello().protocol.min == 1
        assert kept == [own(who)]
        assert client.changes("").has_more is False


def test_a_revoked_key_is_worth_nothing_with_its_certificate(hub: RunningHub, authority: Authority) -> None:
    """It signs nothing any more, and its connection carries no other key's requests."""
    station = EnrolledStation(terminal_id="T-3", division="370100", terminal_code="T03")
    keys = [SigningKey(bytes([seed]) * 32) for seed in (21, 22)]
    given = []
    for key in keys:
        with closing(open_database(hub.database_url)) as database:
            code = issue_code(database, station, SystemClock().now())
        with client_of(hub.port, authority, Identity("T-3", key, HUB_KEY.public)) as (client, _):
            given.append(client.enrol(code, "test").certificate)
    old, new = (Identity("T-3", key, HUB_KEY.public) for key in keys)
    answer = greet(hub.port, authority, old, (given[0], old.key))
    assert (answer.status, b'"code":"key_unknown"' in answer.body) == (401, True)
    answer = greet(hub.port, authority, new, (given[0], old.key))
    assert (answer.status, b'"code":"certificate_wanted"' in answer.body) == (401, True)
    assert greet(hub.port, authority, new, (given[1], new.key)).status == 200


def test_a_new_key_comes_with_its_certificate(hub: RunningHub, authority: Authority) -> None:
    """Old key and certificate serve until the new ones are used, then they are worth nothing."""
    with closing(open_database(hub.database_url)) as database:
        enrol(database, "T-4")
    who, key = real("T-4"), SigningKey(bytes([23]) * 32)
    with client_of(hub.port, authority, replace(who, certificate=own(who))) as (client, _):
        answer = client.renew_key(key)
        assert certified_key(answer.certificate) == key.public
        assert client.hello().protocol.min == 1
        after = replace(who, key=key, certificate=answer.certificate)
        with client_of(hub.port, authority, after) as (renewed, kept):
            entry = case(terminal="T-4")
            assert [one.status for one in told(renewed, entry)] == ["received"]
            assert kept == []
        with pytest.raises(HubAnswerError) as caught:
            client.hello()
        assert caught.value.code is ErrorCode.HUB_KEY_REFUSED


def test_a_training_terminal_is_enrolled_and_certified_in_passing(hub: RunningHub, authority: Authority) -> None:
    """It knows no hub and no certificate, and is answered all the same."""
    with client_of(hub.port, authority, Identity("T-5", SigningKey(bytes([24]) * 32))) as (client, kept):
        assert client.hello().protocol.min == 1
        assert [certified_key(one) for one in kept] == [SigningKey(bytes([24]) * 32).public] * 2


@contextmanager
def gateway(hub: RunningHub, authority: Authority, newest: ssl.TLSVersion) -> Iterator[tuple[int, list[bool]]]:
    """Put a gateway before a hub that ends TLS and knows other certificates than the hub's; says who showed one."""
    tls = authority.certify(HERE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    context.load_verify_locations(cadata=ClientAuthority(SigningKey(bytes(32))).certificate)
    context.verify_mode, context.maximum_version = ssl.CERT_OPTIONAL, newest
    shown: list[bool] = []

    def serve(peer: Any) -> None:  # noqa: ANN401 - a socket of either kind
        with suppress(OSError), context.wrap_socket(peer, server_side=True) as client:
            shown.append(bool(client.getpeercert(binary_form=True)))
            while request := read_request(client):
                head = request[0].decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ")
                headers = dict(line.split(": ", 1) for line in head[1:] if line)
                with closing(Wire(hub.url, lambda: True, QUICK)) as behind:
                    answer = behind.exchange(method, path, headers, request[1])
                lines = [
                    f"HTTP/1.1 {answer.status} OK",
                    *(f"{name}: {value}" for name, value in answer.headers.items()),
                ]
                client.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body)

    with listening(serve) as port:
        yield port, shown


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2])
def test_behind_a_gateway_signatures_are_enough(tmp_path: Path, authority: Authority, newest: ssl.TLSVersion) -> None:
    """The hub gives out no certificate; one from before that the gateway refuses is put away and nothing is lost."""
    who = real()
    with running_hub(tmp_path) as hub, gateway(hub, authority, newest) as (port, shown):
        with client_of(port, authority, who) as (client, kept):
            assert client.hello().protocol.min == 1
            assert [one.status for one in told(client, case())] == ["received"]
            assert client.renew_key(who.key).certificate == ""
        with client_of(port, authority, replace(who, certificate=own(who))) as (client, after):
            for _ in range(2):
                with pytest.raises(HubError):
                    client.hello()
            assert client.hello().protocol.min == 1
        assert (kept, after) == ([], [""])
        assert not any(shown)


@pytest.mark.parametrize("options", [("--workers", "2"), ("--gateway",)])
def test_a_hub_process_wants_certificates_unless_a_gateway_stands_before_it(
    tmp_path: Path, authority: Authority, options: tuple[str, ...]
) -> None:
    """Every worker does, and each gives out the same; with --gateway none does, though its own line is TLS."""
    tls, who = authority.certify(HERE), Identity("T-9", SigningKey(bytes([25]) * 32))
    files = ("--tls-cert", str(tls.certificate), "--tls-key", str(tls.key))
    wanted = options != ("--gateway",)
    with hub_process(tmp_path, *files, *options) as url:
        port = urlsplit(url).port or 0
        with client_of(port, authority, who) as (client, kept):
            client.enrol("", "test")
            assert client.hello().protocol.min == 1
        assert len(set(kept)) == 1
        assert bool(kept[0]) is wanted
        for _ in range(6):
            assert greet(port, authority, who, None).status == (401 if wanted else 200)
            assert greet(port, authority, who, (kept[0], who.key) if wanted else None).status == 200
