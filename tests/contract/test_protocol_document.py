"""`docs/protocol.md` says what the code does: its examples are messages, its tables the policy, its lists complete."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import msgspec
import pytest

from kiosk.crypto.signing import SigningKey, is_signed_by
from kiosk.packets import events
from kiosk.packets.canonical import canonical_json, sha256_hex
from kiosk.packets.events import EventKind
from kiosk.ports import elsewhere
from sync import feed_bodies, messages, policy
from sync.digest import content_digest
from sync.hub.connector_http import department_document
from sync.hub.desk import HubTerms
from sync.hub.openapi import document, operations
from sync.policy import Behaviour, Endpoint
from sync.signatures import TAG, WINDOW_S, Message, key_id_of, read_request

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "protocol.md").read_text("utf-8")
MODULES = (messages, elsewhere, events, feed_bodies)
SEED = bytes(range(32))
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
    """Whoever builds a hub can try their canonical form with it."""
    item = json.loads(dict(BLOCKS)["BatchItem"])
    assert sha256_hex(canonical_json(item["payload"])) == item["payload_sha256"]


def test_the_worked_signature_holds() -> None:
    """Seed, base, headers and signature belong together, and our own reader agrees."""
    key = SigningKey(SEED)
    assert base64.b64encode(key.public).decode() in TEXT
    assert key_id_of(key.public) in TEXT
    start, *lines = dict(BLOCKS)["signed request"].splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    method, target, _ = start.split(" ")
    base = dict(BLOCKS)["signature base"]
    signature = base64.b64decode(headers["Signature"].removeprefix("yizhan=:").removesuffix(":"))
    assert is_signed_by(key.public, base.encode(), signature)
    assert headers["Signature-Input"].removeprefix("yizhan=") == base.splitlines()[-1].split(": ", 1)[1]
    assert headers["Content-Digest"] == content_digest(BODY)
    signed = read_request(Message(method, target, headers), lambda _: key.public)
    assert signed is not None
    assert (signed.key_id, TAG in base, str(WINDOW_S) in TEXT) == (key_id_of(key.public), True, True)


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
