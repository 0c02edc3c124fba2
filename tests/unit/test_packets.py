from __future__ import annotations

import base64
import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_rigs import NOW, file_of, intake_of

from kiosk.domain.application import AgentEntry, ApplicantEntry, Application, DeceasedEntry, PayeeEntry, encode
from kiosk.domain.fill import can_type
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import MatterId
from kiosk.packets.canonical import canonical_json, recanonical, sha256_hex
from kiosk.packets.events import (
    SCHEMAS,
    Agent,
    Applicant,
    CaseTakenIn,
    Deceased,
    EventKind,
    Payee,
    case_taken_in_payload,
    paper_issued_payload,
    rating_given_payload,
)
from kiosk.services.reference import load_service, service_names
from sync.digest import content_digest, verifies

NUMBER = "SHS370100T01A2026111800011"
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def application(**changes: object) -> Application:
    """Make an application with everything in it."""
    whole = Application(
        deceased=DeceasedEntry(
            name="测试逝者",
            document_number="370100194001019991",
            household_division=None,
            insurance=(),
            facts={"married": True, "housing_fund": False},
        ),
        applicant=ApplicantEntry(name="测试家属", document_number="91156019800101999X", relation="20"),
        agent=AgentEntry(name="测试代办", document_number="370100197001019996", scope=(MatterId("04"),)),
        payee=PayeeEntry(name="测试家属", account="6222020000000000000"),
        declined={MatterId("12"): "家属自行办理"},
        consents={"notices": "2026-11-18T02:00:00.000Z"},
        signature=((0.1, 0.25, 1 / 3, 0.5),),
    )
    return msgspec.structs.replace(whole, **changes)


def test_a_payload_says_all_in_the_protocols_names() -> None:
    """Defaults are written out, unknown stays apart from none, files are tied to their materials."""
    file = file_of(10)
    payload = case_taken_in_payload(NUMBER, intake_of(file, application=encode(application())), "T-1")
    said = json.loads(payload)
    assert said["case_number"] == NUMBER
    assert (said["station"], said["terminal"], said["operator"]) == ("TRAIN", "T-1", "training")
    assert said["deceased"]["document_type"] == said["applicant"]["document_type"] == "111"
    assert said["deceased"]["household_division"] is None
    assert said["deceased"]["insurance"] == []
    assert said["deceased"]["facts"] == {"married": True, "housing_fund": False}
    assert said["agent"]["scope"] == ["04"]
    assert said["declined"] == {"12": "家属自行办理"}
    assert [matter["matter_id"] for matter in said["matters"]] == ["04", "12", "23"]
    assert said["attachments"][0]["material_id"] == "death_certificate"
    assert said["attachments"][0]["sha256"] == file[0].sha256


@pytest.mark.parametrize("name", service_names())
def test_all_that_is_typed_is_sent(name: str) -> None:
    """No field of a catalogue is asked for and then left out of what the hub gets."""
    paths = {box.path for field in load_service(name).fields.values() for box in field.inputs if can_type(box.path)}
    sent = {"deceased": Deceased, "applicant": Applicant, "agent": Agent, "payee": Payee, "": CaseTakenIn}
    parts = {path: path.rpartition(".") for path in paths - {"deceased.death_time"}}  # a part of `death_at`
    assert [path for path, (part, _, field) in parts.items() if field not in sent[part].__struct_fields__] == []
    assert paths


def test_what_is_not_known_is_absent_or_null() -> None:
    """An absent household division is unknown, null is 无户籍."""
    entry = DeceasedEntry(name="测试逝者", document_number="370100194001019991")
    payload = case_taken_in_payload(NUMBER, intake_of(application=encode(application(deceased=entry))), "T-1")
    said = json.loads(payload)["deceased"]
    assert "household_division" not in said
    assert said["insurance"] is None


def test_a_payload_is_canonical_and_reads_back() -> None:
    """The bytes are RFC 8785, so their hash means the same everywhere."""
    payload = case_taken_in_payload(NUMBER, intake_of(application=encode(application())), "T-1")
    assert recanonical(payload) == payload
    event = msgspec.json.decode(payload, type=CaseTakenIn)
    assert event.signature == ((0.1, 0.25, 1 / 3, 0.5),)
    assert repr(event) == "CaseTakenIn(…)"
    assert "测试" not in repr(event.deceased)


@pytest.mark.parametrize("part", ["deceased", "applicant"])
def test_a_person_without_a_name_is_not_sent(part: str) -> None:
    """The case is refused at the counter, not at the hub."""
    broken = application(**{part: DeceasedEntry() if part == "deceased" else ApplicantEntry()})
    with pytest.raises(InputError) as caught:
        case_taken_in_payload(NUMBER, intake_of(application=encode(broken)), "T-1")
    assert caught.value.code is ErrorCode.INPUT_INVALID
    assert caught.value.facts["place"] == part


def test_ratings_and_papers_have_payloads() -> None:
    """Small ones, in canonical form; every kind has a schema number."""
    assert rating_given_payload(NUMBER, None, "", NOW) == (
        b'{"case_number":"%s","given_at":"%s","level":null,"reason":""}' % (NUMBER.encode(), NOW.encode())
    )
    assert json.loads(paper_issued_payload(NUMBER, "receipt_of_materials", 2, "8F3K", NOW))["copy"] == 2
    assert set(SCHEMAS) == set(EventKind)


@given(json_values)
def test_canonical_json_is_json_and_a_fixed_point(value: object) -> None:
    """It says the same, and is not changed by being made canonical again."""
    text = canonical_json(value)
    assert json.loads(text) == value
    assert recanonical(text) == text
    assert recanonical(json.dumps(value, indent=2).encode()) == text


@pytest.mark.parametrize("value", [2**60, float("nan"), float("inf"), "\ud800", {"\udfff": 1}])
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    """A number that others would round, or a broken character."""
    with pytest.raises(InputError):
        canonical_json({"value": value})


@pytest.mark.parametrize("document", [b"", b"{", b"\xff", b"[" * 100_000, b"1e400"])
def test_what_is_no_json_has_no_canonical_form(document: bytes) -> None:
    """Refused, whatever it is."""
    with pytest.raises(InputError):
        recanonical(document)


@given(st.binary(max_size=2000))
def test_a_digest_vouches_for_its_bytes_only(content: bytes) -> None:
    """It fits its content, and no other."""
    header = content_digest(content)
    assert verifies(header, content)
    assert not verifies(header, content + b"x")
    assert sha256_hex(content) == hashlib.sha256(content).hexdigest()


def test_digests_beside_others_are_found() -> None:
    """Other algorithms may stand before or after; unknown ones alone vouch for nothing."""
    right = content_digest(b"x")
    other = f"md5=:{base64.b64encode(bytes(16)).decode()}:"
    assert verifies(f"{other}, {right}", b"x")
    assert verifies(f"{right}, {other}", b"x")
    for header in (None, "", other, right[:-1], right.replace("sha-256", "sha-512"), right[:20] + " " + right[21:]):
        assert not verifies(header, b"x")
