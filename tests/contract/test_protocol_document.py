"""`docs/protocol.md` says what the code does: its examples are messages, its tables the policy, its lists complete."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import msgspec
import pytest

from kiosk.crypto.content import ContentCipher
from kiosk.crypto.sealing import OpeningKey
from kiosk.crypto.signing import SigningKey, is_signed_by
from kiosk.domain.numbering import parse_case_number
from kiosk.packets import events
from kiosk.packets.canonical import canonical_json, range_digest, sha256_hex
from kiosk.packets.events import EventKind
from kiosk.ports import elsewhere
from sync import feed_bodies, messages, policy
from sync.digest import content_digest
from sync.feed_bodies import DayCounted, RatingHandled
from sync.hub.connector_http import department_document
from sync.hub.desk import HubTerms
from sync.hub.openapi import document, operations
from sync.policy import Behaviour, Endpoint
from sync.signatures import TAG, WINDOW_S, Message, check_answer, key_id_of, read_request

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "protocol.md").read_text("utf-8")
MODULES = (messages, elsewhere, events, feed_bodies)
SEED = bytes(range(32))
HUB_SEED = bytes(range(32, 64))
BODY = b'{"hello":"world"}'
BLOCKS = re.findall(r"<!-- ([\w ]+) -->\n```\w*\n(.*?)\n```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("name", "body"), [pair for pair in BLOCKS if pair[0][0].isupper()], ids=lambda one: one[:20])
def test_an_example_is_a_message_of_its_name(name: str, body: str) -> None:
    """It decodes as the code decodes it, and holds no field that the code does not know."""
    shape = next(getattr(module, name) for module in MODULES if hasattr(module, name))
    known = {field.encode_name for field in msgspec.structs.fields(shape)}
    msgspec.json.decode(body, type=shape)
    assert set(json.loads(body)) <= known


def test_every_kind_of_example_is_there() -> None:
    """None was lost while editing."""
    names = {name for name, _ in BLOCKS}
    assert names >= {"Hello", "BatchItem", "BatchAnswer", "ChangesAnswer", "Reconcile", "ProblemDocument"}


def test_the_example_of_an_event_has_the_hash_that_it_says() -> None:
    """Whoever builds a hub can try canonical form, check character and the digest of a range with it."""
    item = json.loads(dict(BLOCKS)["BatchItem"])
    assert sha256_hex(canonical_json(item["payload"])) == item["payload_sha256"]
    assert str(parse_case_number(item["payload"]["case_number"])) == item["payload"]["case_number"]
    compared = json.loads(dict(BLOCKS)["Reconcile"])
    assert compared["digest"] == range_digest([(item["event_id"], item["payload_sha256"])])
    assert (compared["first_seq"], compared["last_seq"], compared["count"]) == (item["seq"], item["seq"], 1)


def _signed(block: str) -> tuple[str, dict[str, str]]:
    """Give the first line of a block and its headers."""
    start, *lines = dict(BLOCKS)[block].splitlines()
    return start, dict(line.split(": ", 1) for line in lines if line)


def _signs(key: SigningKey, base: str, headers: dict[str, str]) -> bool:
    """Tell whether headers hold the key's signature of a base."""
    params = base.splitlines()[-1].split(": ", 1)[1]
    signature = base64.b64decode(headers["Signature"].removeprefix("yizhan=:").removesuffix(":"))
    same = headers["Signature-Input"] == f"yizhan={params}" and headers["Content-Digest"] == content_digest(BODY)
    return same and is_signed_by(key.public, base.encode(), signature)


def test_the_worked_signatures_hold() -> None:
    """Seeds, bases, headers and signatures belong together, and our own readers agree."""
    key, hub = SigningKey(SEED), SigningKey(HUB_SEED)
    start, headers = _signed("signed request")
    method, target, _ = start.split(" ")
    assert _signs(key, dict(BLOCKS)["signature base"], headers)
    request = Message(method, target, headers)
    signed = read_request(request, lambda _: key.public)
    assert signed is not None
    assert signed.key_id == key_id_of(key.public)
    assert TAG in headers["Signature-Input"]
    assert str(WINDOW_S) in TEXT
    digest, rest = _signed("signed answer")
    answered = rest | dict([digest.split(": ", 1)])
    assert _signs(hub, dict(BLOCKS)["answer base"], answered)
    check_answer(request, 200, answered, hub.public)
    for text in (base64.b64encode(key.public).decode(), key_id_of(key.public), base64.b64encode(hub.public).decode()):
        assert text in TEXT


def test_the_sealed_example_opens() -> None:
    """Whoever builds a hub can try HPKE and the chunks of a packet with it."""
    example = json.loads(dict(BLOCKS)["sealed"])
    opening = OpeningKey(bytes.fromhex(example["secret_of_the_hub"]))
    assert base64.b64encode(opening.public).decode() == example["sealed_to"]
    key = opening.open(base64.b64decode(example["sealed_key"]), b"yizhan/packet")
    assert key.hex() == example["content_key"]
    chunk = ContentCipher(key).open(example["event_id"], example["index"], base64.b64decode(example["chunk"]))
    assert chunk.decode() == example["content"]


def test_every_body_of_the_feed_is_described() -> None:
    """The page names bodies as the OpenAPI document does, and the cursor of the example is one that this allows."""
    described = json.loads(document(HubTerms()))
    table = TEXT[TEXT.index("| kind | body |") : TEXT.index("States of a matter:")]
    bodies = re.findall(r"^\| `\w+` \| `(\w+)` \|", table, re.MULTILINE)
    assert {RatingHandled.__name__, DayCounted.__name__} < set(bodies) <= set(described["components"]["schemas"])
    for body in bodies:
        assert f"`{body}`" in described["components"]["schemas"]["ChangeLine"]["properties"]["body"]["description"]
    (cursor,) = (p for p in described["paths"]["/v1/changes"]["get"]["parameters"] if p["name"] == "cursor")
    assert re.search(cursor["schema"].get("pattern", ""), json.loads(dict(BLOCKS)["ChangesAnswer"])["next_cursor"])


def test_every_operation_and_every_refusal_is_named() -> None:
    """A path, a code of a problem, a code of an item or a kind that the page leaves out would be a gap."""
    for operation in operations(HubTerms()):
        path = operation.path.replace("{attachment_id}", "{id}")
        assert operation.path in TEXT or path in TEXT, operation.path
        for _, code in operation.problems:
            assert f"`{code}`" in TEXT, code
    described = json.loads(document(HubTerms()))
    codes = set(re.findall(r'"code":\s*"(\w+)"', json.dumps(described)))
    assert {code for code in codes if f"`{code}`" not in TEXT} <= {"rev_taken"}
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "sync" / "hub").glob("*.py"))
    for code in re.findall(r'NotTaken\(\s*OutcomeStatus\.\w+,\s*"(\w+)"', sources):
        assert f"`{code}`" in TEXT, code
    for kind in EventKind:
        assert f"`{kind.value}`" in TEXT, kind
    for kind in re.findall(r'tell\([^)]*?"(\w+)",', sources):
        assert f"`{kind}`" in TEXT, kind
    for path in json.loads(department_document())["paths"]:
        assert path in TEXT, path


def _meaning(status: int) -> str:
    table = TEXT[TEXT.index("## What an HTTP status") :]
    rows = re.findall(r"^\| ([0-9, ]+) \| (.*?) \|(.*?)\|$", table, re.MULTILINE)
    return next(str(words) for numbers, words, _ in rows if str(status) in numbers.replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Behaviour.WAIT, "wait"),
        (Behaviour.PAUSE, "pauses"),
        (Behaviour.VERSION, "versions do not fit"),
        (Behaviour.READ, "answer"),
        (Behaviour.LINK_FAULT, "link fault"),
    ],
)
def test_the_table_of_statuses_is_the_policys(behaviour: Behaviour, words: str) -> None:
    """What the page says of a status everywhere is what a terminal does at hello."""
    for status in (200, 400, 401, 403, 404, 408, 413, 422, 426, 429, 460, 500, 502, 503, 504):
        if policy.behaviour(Endpoint.HELLO, status) is behaviour:
            assert words in _meaning(status), status


def test_figures_of_the_policy_are_those_of_the_page() -> None:
    """Numbers that somebody may build by."""
    assert (policy.CHUNK_MIN, policy.CHUNK_MAX) == (16 << 10, 1 << 20)
    assert "16 KiB and 1 MiB" in TEXT
    assert (policy.BACKOFF_MAX_S, policy.BACKOFF_BASE_S) == (300, 2)
    assert "random(0, min(300 s, 2 s · 2^n))" in TEXT
    assert messages.RECONCILE_NAMED == 256
    assert "at most 256" in TEXT
