"""The hub's client before machines that answer anything at all."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hub_rigs import QUICK, TERMINAL, identity, listening, read_request
from hub_rigs import raw_answer as raw
from store_rigs import SetClock

from kiosk.errors import ErrorCode, HubError
from sync.address import base_of
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.digest import content_digest
from sync.messages import Hello, VersionRange
from sync.policy import Behaviour
from sync.wire import Timeouts

HELLO = json.dumps(
    {"server_time": "2026-11-18T02:00:00.000Z", "protocol": {"min": 1, "max": 1}, "schemas": {}, "new": {"field": [1]}}
).encode()
Say = Callable[[socket.socket, bytes], None]


def problem(status: int, code: str = "test", **more: str) -> bytes:
    """Write a problem document."""
    return json.dumps({"type": f"urn:{code}", "title": "测试", "status": status, "code": code, **more}).encode()


@contextmanager
def answering(*answers: bytes | Say, timeouts: Timeouts = QUICK) -> Iterator[tuple[HubClient, list[bytes]]]:
    """Answer requests in turn, the last answer again and again; gives a client and the heads it sent."""
    heads: list[bytes] = []

    def serve(client: socket.socket) -> None:
        try:
            while request := read_request(client):
                answer = answers[min(len(heads), len(answers) - 1)]
                heads.append(request[0])
                if isinstance(answer, bytes):
                    client.sendall(answer)
                else:
                    answer(client, request[0])
        except OSError:
            return

    with listening(serve) as port:
        client = HubClient(f"http://127.0.0.1:{port}", identity(), "0.1.0", SetClock(), timeouts=timeouts)
        try:
            yield client, heads
        finally:
            client.close()


def shut(client: socket.socket, _head: bytes) -> None:
    """Hang up."""
    client.shutdown(socket.SHUT_RDWR)


def test_the_hubs_own_hello_is_read_and_unknown_fields_are_ignored() -> None:
    """A newer hub may say more than we know."""
    with answering(raw("200 OK", HELLO)) as (client, heads):
        hello = client.hello()
    assert hello == Hello(server_time="2026-11-18T02:00:00.000Z", protocol=VersionRange(min=1, max=1), schemas={})
    sent = heads[0].decode().lower()
    assert f"yizhan-terminal: {TERMINAL.lower()}" in sent
    assert "content-digest: sha-256=:47deqpj8hbsa+/timw+5jceuqerkm5nmpjwzg3hsufu=:" in sent


HTML = b"<html><body>Please log in</body></html>"
STRANGERS = {
    "a login page": raw("200 OK", HTML, kind="text/html", vouch=False),
    "a login page that calls itself JSON": raw("200 OK", HTML),
    "nothing at all": raw("200 OK", b"", vouch=False),
    "vouched nothing": raw("200 OK", b""),
    "another digest": raw("200 OK", HELLO, vouch=False, Content_Digest=content_digest(b"other")),
    "an unreadable digest": raw("200 OK", HELLO, vouch=False, Content_Digest="sha-256=:!!!:"),
    "another algorithm": raw("200 OK", HELLO, vouch=False, Content_Digest="md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"),
    "null": raw("200 OK", b"null"),
    "a list": raw("200 OK", b"[]"),
    "wrong types": raw("200 OK", HELLO.replace(b'"min": 1', b'"min": "1"')),
    "NaN": raw("200 OK", HELLO.replace(b'"max": 1', b'"max": NaN')),
    "a number that is too large": raw("200 OK", HELLO.replace(b'"max": 1', b'"max": 1e400')),
    "broken UTF-8": raw("200 OK", HELLO.replace(b"2026-11-18T", b"2026-11-18\xff")),
    "a JSON bomb": raw("200 OK", b'{"new":' + b"[" * 200_000),
    "a body of another type": raw("200 OK", HELLO, kind="text/plain"),
    "a packed body": raw("200 OK", gzip.compress(HELLO), Content_Encoding="gzip"),
    "a redirect": raw("302 Found", Location="http://192.0.2.1/login"),
    "a permanent redirect": raw("308 Permanent Redirect", vouch=False, Location="http://192.0.2.1/"),
    "a portal's own refusal": raw("511 Network Authentication Required", HTML, kind="text/html", vouch=False),
    "a proxy's 403": raw("403 Forbidden", HTML, kind="text/html", vouch=False),
    "a proxy's 404": raw("404 Not Found", HTML, kind="text/html", vouch=False),
    "a proxy's 413": raw("413 Too Large", HTML, kind="text/html", vouch=False),
    "an odd status": raw("299 Odd", HELLO),
    "created": raw("201 Created", HELLO),
    "no content": raw("204 No Content"),
    "content that changed on its way to the hub": raw("460 Mismatch", problem(460), kind="application/problem+json"),
}


@pytest.mark.parametrize("answer", STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_not_our_hub_is_a_link_fault(answer: bytes) -> None:
    """Any answer that the hub cannot have given: SYN-02."""
    with answering(answer) as (client, _), pytest.raises(HubError) as caught:
        client.hello()
    assert caught.value.code is ErrorCode.NOT_A_HUB


def huge(client: socket.socket, _head: bytes) -> None:
    """Send without end."""
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n")
    while True:
        client.sendall(b" " * 65536)


def test_a_body_without_end_is_cut_off() -> None:
    """Not more is read than the longest answer of the protocol."""
    began = time.monotonic()
    with answering(huge) as (client, _), pytest.raises(HubError) as caught:
        client.hello()
    assert caught.value.code is ErrorCode.NOT_A_HUB
    assert time.monotonic() - began < QUICK.wall_s


def then_hang_up(data: bytes) -> Say:
    """Send bytes and hang up."""

    def say(client: socket.socket, head: bytes) -> None:
        client.sendall(data)
        shut(client, head)

    return say


OK = b"HTTP/1.1 200 OK\r\n"
BROKEN = {
    "hangs up": shut,
    "a truncated body": then_hang_up(raw("200 OK", HELLO)[:-5]),
    "a truncated head": then_hang_up(OK + b"Conte"),
    "no HTTP": then_hang_up(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a broken chunk": then_hang_up(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "a negative length": then_hang_up(OK + b"Content-Length: -5\r\n\r\n"),
    "a hundred thousand headers": then_hang_up(OK + b"X: y\r\n" * 100_000 + b"\r\n"),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_that_breaks_off_is_a_link_fault(answer: Say) -> None:
    """No whole answer, no change."""
    with answering(answer) as (client, _), pytest.raises(HubError) as caught:
        client.hello()
    assert caught.value.code in {ErrorCode.HUB_UNREACHABLE, ErrorCode.NOT_A_HUB}


def test_nobody_listening_is_unreachable() -> None:
    """A refused connection: SYN-01."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    client = HubClient(f"http://127.0.0.1:{port}", identity(), "0.1.0", SetClock(), timeouts=QUICK)
    with pytest.raises(HubError) as caught:
        client.hello()
    client.close()
    assert caught.value.code is ErrorCode.HUB_UNREACHABLE


def drip(client: socket.socket, _head: bytes) -> None:
    """Send a byte now and then, for ever."""
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000:
        client.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [drip, lambda client, _head: client.recv(1)], ids=["dripping", "silent"])
def test_a_peer_that_stalls_is_cut_at_the_limit(answer: Say) -> None:
    """Neither silence nor a byte now and then holds the worker beyond its limits."""
    began = time.monotonic()
    quick = Timeouts(connect_s=1, read_s=0.6, wall_s=0.8)
    with answering(answer, timeouts=quick) as (client, _), pytest.raises(HubError) as caught:
        client.hello()
    assert caught.value.code is ErrorCode.HUB_UNREACHABLE
    assert time.monotonic() - began < 2.5


def test_another_thread_can_cut_a_running_request() -> None:
    """Stopping the program does not wait for a silent peer."""
    reached = threading.Event()

    def silent(client: socket.socket, _head: bytes) -> None:
        reached.set()
        client.recv(1)

    with answering(silent) as (client, _):

        def cut() -> None:
            reached.wait(5)
            client.abort()

        cutter = threading.Thread(target=cut)
        cutter.start()
        began = time.monotonic()
        with pytest.raises(HubError):
            client.hello()
        assert time.monotonic() - began < 3
        cutter.join()


def test_a_hub_that_wants_a_newer_program_pauses() -> None:
    """`min_app` in hello: SYN-05."""
    with answering(raw("200 OK", HELLO.replace(b'"new"', b'"min_app": "0.2.0", "new"'))) as (client, _):
        with pytest.raises(HubError) as caught:
            client.hello()
        assert caught.value.code is ErrorCode.HUB_VERSION


STATUSES = [
    (400, Behaviour.PAUSE, ErrorCode.HUB_REFUSED),
    (401, Behaviour.PAUSE, ErrorCode.HUB_REFUSED),
    (403, Behaviour.PAUSE, ErrorCode.HUB_REFUSED),
    (404, Behaviour.PAUSE, ErrorCode.HUB_REFUSED),
    (413, Behaviour.PAUSE, ErrorCode.HUB_REFUSED),
    (422, Behaviour.PAUSE, ErrorCode.HUB_REFUSED),
    (426, Behaviour.VERSION, ErrorCode.HUB_VERSION),
    (429, Behaviour.WAIT, ErrorCode.HUB_BUSY),
    (500, Behaviour.WAIT, ErrorCode.HUB_BUSY),
    (503, Behaviour.WAIT, ErrorCode.HUB_BUSY),
]


@pytest.mark.parametrize(("status", "behaviour", "code"), STATUSES)
def test_each_refusal_of_the_hub_has_its_meaning(status: int, behaviour: Behaviour, code: ErrorCode) -> None:
    """The status decides, the problem document says it in words."""
    answer = raw(f"{status} No", problem(status, "why"), kind="application/problem+json")
    with answering(answer) as (client, _), pytest.raises(HubAnswerError) as caught:
        client.hello()
    error = caught.value
    assert (error.behaviour, error.code, error.status) == (behaviour, code, status)
    assert (error.problem_code, error.words) == ("why", "测试")


def test_a_clock_that_is_off_is_named() -> None:
    """401 `clock_skew` carries the hub's time."""
    body = problem(401, "clock_skew", server_time="2026-11-18T03:00:00.000Z")
    with (
        answering(raw("401 No", body, kind="application/problem+json")) as (client, _),
        pytest.raises(HubAnswerError) as caught,
    ):
        client.hello()
    assert caught.value.code is ErrorCode.HUB_CLOCK
    assert caught.value.server_time == "2026-11-18T03:00:00.000Z"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("99999999999999", 3600.0),
        ("-1", None),
        ("soon", None),
        ("Wed, 18 Nov 2026 02:00:30 GMT", 30.0),
        ("Wed, 18 Nov 2020 02:00:30 GMT", 1.0),
        ("Wed, 99 Foo 2026 02:00:30 GMT", None),
        ("１２", None),
    ],
)
def test_a_hubs_retry_after_is_kept_within_bounds(header: str, seconds: float | None) -> None:
    """Seconds or a date, from 1 s to 1 h; nonsense is no wish."""
    if not header.isascii():
        header = header.encode().decode("latin-1")
    answer = raw("503 Busy", problem(503, "busy"), kind="application/problem+json").replace(
        b"\r\n\r\n", f"\r\nRetry-After: {header}\r\n\r\n".encode("latin-1"), 1
    )
    with answering(answer) as (client, _), pytest.raises(HubAnswerError) as caught:
        client.hello()
    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize("status", ["429 Slow", "500 No", "502 No", "503 Busy", "504 Late"])
def test_a_strangers_wish_to_wait_is_a_link_fault(status: str) -> None:
    """A portal's or a proxy's page without the hub's digest says nothing of the hub, whatever `Retry-After` it has."""
    answer = raw(status, HTML, kind="text/html", vouch=False, Retry_After="3600")
    with answering(answer) as (client, _), pytest.raises(HubError) as caught:
        client.hello()
    assert caught.value.code is ErrorCode.NOT_A_HUB
    assert not isinstance(caught.value, HubAnswerError)


@pytest.mark.parametrize(
    ("offset", "complete"),
    [("-1", "?0"), ("x", "?0"), ("101", "?1"), ("50", "?1"), ("100", "?0"), ("9" * 30, "?0"), ("", ""), ("5", "yes")],
)
def test_an_offset_that_cannot_be_is_a_link_fault(offset: str, complete: str) -> None:
    """An upload's place is within the file, and whole exactly at its end."""
    answer = raw("204 No Content", Upload_Offset=offset, Upload_Complete=complete)
    with answering(answer) as (client, _), pytest.raises(HubError) as caught:
        client.upload("a", 0, b"x", 100)
    assert caught.value.code is ErrorCode.NOT_A_HUB


def test_a_portals_cookies_are_not_kept() -> None:
    """What another machine wants remembered is forgotten."""
    with answering(raw("200 OK", HELLO, Set_Cookie="track=1; Path=/")) as (client, heads):
        client.hello()
        client.hello()
    assert b"cookie" not in heads[1].lower()


def test_the_environment_cannot_send_us_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxy variables are not followed."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with answering(raw("200 OK", HELLO)) as (client, _):
        assert client.hello().protocol.max == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1:80",
        "http://hub.example",
        "http://127.0.0.1@192.0.2.1/",
        "https://127.0.0.1@192.0.2.1/",
        "http://192.0.2.1\\@127.0.0.1/",
        "https://192.0.2.1\\@127.0.0.1/",
        "https://hub.example/elsewhere",
        "https://hub.example?x",
        "https://hub..example",
        "https://hub_example",
        "https://",
        "ftp://127.0.0.1",
        "http://0.0.0.0:1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/elsewhere",
        "127.0.0.1:80",
        "",
    ],
)
def test_another_machine_is_reached_by_a_private_line_alone(url: str) -> None:
    """Plain HTTP leaves this machine never, and an address that two readers could read differently is none."""
    with pytest.raises(HubError) as caught:
        HubClient(url, identity(), "0.1.0", SetClock())
    assert caught.value.code is ErrorCode.HUB_ADDRESS_UNSAFE


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://HUB.example", "https://hub.example:443"),
        ("https://192.0.2.1:8443/", "https://192.0.2.1:8443"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]:443"),
        ("http://localhost:81", "http://localhost:81"),
    ],
)
def test_an_address_is_spelled_anew_from_its_parts(url: str, base: str) -> None:
    """Host and port, as everybody reads them."""
    assert base_of(url) == base


def test_a_cut_link_refuses_and_a_mended_one_answers() -> None:
    """The training switch acts on the connection itself, also on one that was open."""
    up = [True]
    with listening(_serve_hello) as port:
        client = HubClient(
            f"http://127.0.0.1:{port}", identity(), "0.1.0", SetClock(), link_up=lambda: up[0], timeouts=QUICK
        )
        client.hello()
        up[0] = False
        with pytest.raises(HubError) as caught:
            client.hello()
        assert caught.value.code is ErrorCode.HUB_UNREACHABLE
        up[0] = True
        client.hello()
        client.close()


def _serve_hello(client: socket.socket) -> None:
    while read_request(client):
        client.sendall(raw("200 OK", HELLO))
