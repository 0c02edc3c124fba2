"""The private line to a hub on another machine: whose certificate is believed, and what else answers there."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from certificates import DAY, Authority
from command_rigs import hub_process, kiosk
from hub_rigs import QUICK, identity, listening, raw_answer, running_hub

from kiosk.clock import SystemClock
from kiosk.errors import ConfigError, ErrorCode, HubError
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.wire import Timeouts

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make the authority that the terminals trust."""
    return Authority(tmp_path_factory.mktemp("authority"), "ours")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("stranger"), "theirs")


def client_of(port: int, authority: Authority | None, timeouts: Timeouts = QUICK) -> HubClient:
    """Make a client that trusts an authority; None: those that are shipped."""
    ca = authority.file if authority else None
    return HubClient(f"https://{HERE}:{port}", identity(), "0.1.0", SystemClock(), ca=ca, timeouts=timeouts)


def failure(act: Callable[[], object]) -> ErrorCode:
    """Give the code of what must fail."""
    with pytest.raises(HubError) as caught:
        act()
    return caught.value.code


def test_a_hub_with_the_right_certificate_is_spoken_with(authority: Authority, tmp_path: Path) -> None:
    """Over a kept connection, request after request, also after it was cut."""
    with running_hub(tmp_path, tls=authority.certify(HERE)) as hub:
        client = client_of(hub.port, authority)
        assert client.hello().protocol.min == 1
        assert client.changes("").has_more is False
        client.abort()
        assert client.hello().protocol.min == 1
        client.close()


@pytest.mark.parametrize(
    ("address", "ends", "code"),
    [
        ("192.0.2.7", DAY, ErrorCode.HUB_CERTIFICATE_NAME),
        (HERE, -DAY / 2, ErrorCode.HUB_CERTIFICATE_TIME),
        (HERE, 3 * DAY, ErrorCode.HUB_CERTIFICATE_TIME),
    ],
)
def test_a_certificate_for_another_place_or_time_is_not_believed(
    authority: Authority, tmp_path: Path, address: str, ends: timedelta, code: ErrorCode
) -> None:
    """Each says what is wrong, and no request was sent."""
    with running_hub(tmp_path, tls=authority.certify(address, ends=ends)) as hub:
        client = client_of(hub.port, authority)
        assert failure(client.hello) is code
        client.close()


@pytest.mark.parametrize("trusts_ours", [True, False])
def test_a_certificate_of_an_authority_that_is_not_ours_is_not_believed(
    authority: Authority, stranger: Authority, tmp_path: Path, *, trusts_ours: bool
) -> None:
    """Neither by who trusts ours alone, nor by who trusts the shipped ones; the environment has no say."""
    with pytest.MonkeyPatch.context() as environment, running_hub(tmp_path, tls=stranger.certify(HERE)) as hub:
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            environment.setenv(name, str(stranger.file))
        client = client_of(hub.port, authority if trusts_ours else None)
        assert failure(client.hello) is ErrorCode.HUB_CERTIFICATE_UNKNOWN
        client.close()


def test_what_does_not_speak_tls_is_no_hub() -> None:
    """A plain web server on that port, and one that goes away in the middle of the greeting."""

    def plain(peer: socket.socket) -> None:
        peer.recv(4096)
        peer.sendall(raw_answer("200 OK", b"{}"))
        with suppress(OSError):  # the terminal may have hung up first
            peer.shutdown(socket.SHUT_RDWR)

    def gone(peer: socket.socket) -> None:
        peer.recv(4096)
        peer.shutdown(socket.SHUT_RDWR)

    for serve, code in ((plain, ErrorCode.NOT_A_HUB), (gone, ErrorCode.HUB_UNREACHABLE)):
        with listening(serve) as port:
            client = client_of(port, None)
            assert failure(client.hello) is code
            client.close()


@pytest.mark.parametrize("silent", [True, False])
def test_a_greeting_that_never_ends_is_cut(*, silent: bool) -> None:
    """A peer that says nothing, or a byte now and then, holds nobody longer than the wall limit."""
    stop = threading.Event()

    def drip(peer: socket.socket) -> None:
        peer.recv(4096)
        head = b"\x16\x03\x03\x40\x00"
        for byte in head + bytes(1000):
            if stop.wait(0.05) or silent:
                break
            peer.sendall(bytes([byte]))
        stop.wait(10)

    with listening(drip) as port:
        client = client_of(port, None, Timeouts(connect_s=2, read_s=2, wall_s=1))
        began = time.monotonic()
        assert failure(client.hello) is ErrorCode.HUB_UNREACHABLE
        assert time.monotonic() - began < 3
        stop.set()
        client.close()


def test_old_tls_is_not_spoken(authority: Authority) -> None:
    """Below TLS 1.2 nothing is agreed."""
    tls = authority.certify(HERE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.deprecated_call():
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    def serve(peer: socket.socket) -> None:
        try:
            context.wrap_socket(peer, server_side=True).close()
        except OSError:
            return

    with listening(serve) as port:
        client = client_of(port, authority)
        assert failure(client.hello) in {ErrorCode.NOT_A_HUB, ErrorCode.HUB_UNREACHABLE}
        client.close()


def test_authorities_that_are_no_file_are_said_at_once(tmp_path: Path) -> None:
    """A missing file, or one that holds no certificate, is a fault of the settings."""
    (tmp_path / "empty.pem").write_bytes(b"")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(ConfigError) as caught:
            HubClient(f"https://{HERE}", identity(), "0.1.0", SystemClock(), ca=tmp_path / name)
        assert caught.value.facts == {"place": "hub.ca"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - that is what is refused
def test_a_hub_does_not_serve_others_unencrypted(tmp_path: Path, host: str) -> None:
    """It says so and does not start, nor with a certificate that is none."""
    assert kiosk("hub", "serve", "--data", tmp_path, "--host", host).error == "SYN-15"
    (tmp_path / "x.pem").write_text("x")
    files = ("--tls-cert", tmp_path / "x.pem", "--tls-key", tmp_path / "x.pem")
    assert kiosk("hub", "serve", "--data", tmp_path, "--host", "127.0.0.1", *files).error == "SYN-09"


@pytest.mark.timeout(60)
def test_a_hub_for_others_enrols_nobody_without_a_code(authority: Authority, tmp_path: Path) -> None:
    """Whatever is left unsaid; who wishes it otherwise in so many words is told why not."""
    tls = authority.certify(HERE)
    files = ("--host", "0.0.0.0", "--tls-cert", str(tls.certificate), "--tls-key", str(tls.key))  # noqa: S104 - the case
    assert kiosk("hub", "serve", "--data", tmp_path, *files, "--no-codes").error == "SYN-17"
    with hub_process(tmp_path, *files) as url:
        client = client_of(urlsplit(url).port or 0, authority)
        with pytest.raises(HubAnswerError) as caught:
            client.enrol("", "test")
        client.close()
    assert (caught.value.status, caught.value.problem_code) == (403, "code_wanted")
