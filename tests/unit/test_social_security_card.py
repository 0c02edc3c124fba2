from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards.apdu import exchange, find_tlv, read_tlvs
from devices.cards.card_explainer import explain_chain, explain_exchange, explain_name
from devices.cards.driver_text import read_driver_line
from devices.cards.simulated_social_card import SimulatedSocialCard
from devices.cards.social_security_card import AID, SELECT_APPLICATION, read_card
from kiosk.errors import DeviceError, ErrorCode

_PERSON = {
    "card_id": "37010000D156000005000000000000AA",
    "card_type": "1",
    "version": "2.0",
    "institution": "915637010021100000000000",
    "issue_date": "20160518",
    "valid_until": "FFFFFFFF",
    "card_no": "T00000001",
    "id_no": "370100194001019991",
    "name": "测试甲",
    "sex": "1",
    "nation": "01",
    "birth_place": "370100",
    "birth": "19400101",
}
_READ_06 = bytes.fromhex("00B2060006")


@pytest.mark.parametrize("version", ["1.00", "2.0", "3.00"])
@pytest.mark.parametrize("t0", [True, False], ids=["T=0", "T=1"])
def test_card_of_each_version(version: str, *, t0: bool) -> None:
    """Every version must read alike; an empty date is empty."""
    readout = read_card(SimulatedSocialCard({**_PERSON, "version": version}, t0=t0).answer)
    assert (readout.name, readout.sex, readout.nation, readout.birth) == ("测试甲", "1", "01", "1940-01-01")
    assert (readout.layout, readout.valid_from, readout.valid_until) == (version, "2016-05-18", "")
    assert (readout.document_type, readout.warnings) == ("111", ())


@pytest.mark.parametrize("name", ["测" * 14 + "𠅤" + "试", "测试" * 8 + "䶮" * 3, "测" * 14 + "A𬱖"])
def test_character_across_the_two_name_records(name: str) -> None:
    """A name that goes on in the second record must be joined before it is decoded."""
    readout = read_card(SimulatedSocialCard({**_PERSON, "name": name}).answer)
    assert readout.name == name


@pytest.mark.parametrize(
    ("number", "kind"), [("91156019800101999X", "553"), ("810000199001019996", "X01"), ("370100194001019991", "111")]
)
def test_document_type_by_number(number: str, kind: str) -> None:
    """The first digits tell whose number it is."""
    card = SimulatedSocialCard({**_PERSON, "id_no": number, "birth": number[6:14]})
    assert read_card(card.answer).document_type == kind


def test_wrong_check_digit_and_birth() -> None:
    """A number that is wrong or does not fit the birth date must be warned of."""
    card = SimulatedSocialCard({**_PERSON, "id_no": "370100194001019992", "birth": "19400102"})
    assert read_card(card.answer).warnings == ("check:id_no", "birth_mismatch")


def test_card_that_wants_the_terminal_authenticated() -> None:
    """A guarded person file must be told apart from a bad card."""
    with pytest.raises(DeviceError) as failure:
        read_card(SimulatedSocialCard(_PERSON, guarded=True).answer)
    assert failure.value.code is ErrorCode.CARD_NEEDS_TERMINAL_AUTH


@pytest.mark.parametrize("answer", [b"\x6c\x10", b"\x61\x10"])
def test_card_that_asks_for_ever(answer: bytes) -> None:
    """A card that answers 6Cxx or 61xx without end must not hang the reader."""
    with pytest.raises(DeviceError):
        read_card(lambda _: answer)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=12))
def test_any_answers(answers: list[bytes]) -> None:
    """No answers may crash the reading: it gives a card or a known failure."""
    turn = iter(answers * 40)
    with pytest.raises(DeviceError):
        read_card(lambda _: next(turn, b"\x6a\x83"))


@given(st.binary(max_size=60), st.binary(max_size=80))
def test_any_exchange(command: bytes, answer: bytes) -> None:
    """No bytes may crash the explainers."""
    explain_exchange(command, answer)
    explain_chain([(command, answer), (b"\x00\xc0\x00\x00\x10", answer)])
    explain_name(command, answer)
    exchange(lambda _: answer, command)
    list(read_tlvs(answer))
    find_tlv(answer, 0x6F, 0xA5)


@given(st.text())
def test_any_driver_line(line: str) -> None:
    """No text may crash the reading of a driver's line."""
    assert (read_driver_line(line) is None) == ("|" not in line)


def test_all_records_at_once() -> None:
    """The answer with all records of EF05 must be cut by tags, an ASCII year kept as it is."""
    records = bytes.fromhex(
        "0110430299D156000005000000133A05F2E30201330304312E30300404915643020504323031320604FFFFFFFF0709423030303030313331"
    )
    explained = explain_exchange(bytes.fromhex("00B2010500"), records + b"\x90\x00")
    assert explained["card_type"] == "3"
    assert explained["version"] == "1.00"
    assert explained["card_no"] == "B00000131"
    assert explained["region"] == "430299"
    assert explained["issue_date"] == "2012"
    assert explained["valid_until"] is None
    assert explained["records"] == {
        "01": "430299D156000005000000133A05F2E3",
        "02": "33",
        "03": "312E3030",
        "04": "91564302",
        "05": "32303132",
        "06": "FFFFFFFF",
        "07": "423030303030313331",
    }


@pytest.mark.parametrize(
    ("command", "answer", "expected"),
    [
        (_READ_06, "0604FFFFFFFF9000", {"tag": "06", "date": None, "error": None}),
        (_READ_06, "0604203505189000", {"tag": "06", "date": "2035-05-18", "error": None}),
        (_READ_06, "0604203502309000", {"tag": "06", "date": "20350230", "error": None}),
        (_READ_06, "6982", {"sw": "6982", "tag": "06", "value": None, "error": "needs_terminal_auth"}),
        (_READ_06, "6A83", {"sw": "6A83", "tag": "06", "value": None, "error": None}),
        (_READ_06, "6C0A", {"sw": "6C0A", "value": None, "error": None}),
        (_READ_06, "06FF20359000", {"value": None, "error": "length"}),
        (_READ_06, "90", {"sw": None, "error": "no_status_word"}),
        (bytes.fromhex("00B20B0003"), "0B01019000", {"tag": "0B", "value": "01"}),
        (bytes.fromhex("00B2030006"), "0304322E30009000", {"tag": "03", "text": "2.0"}),
        (SELECT_APPLICATION, "6A82", {"error": "not_a_social_security_card"}),
        (SELECT_APPLICATION, "6D00", {"error": "not_a_social_security_card"}),
        (SELECT_APPLICATION, "6118", {"sw": "6118", "error": None}),
        (bytes.fromhex("00A4000002EF06"), "6982", {"sw": "6982", "error": "needs_terminal_auth"}),
        (bytes.fromhex("00A4040008A000000333010101"), "6A82", {"sw": "6A82", "error": None}),
        (bytes.fromhex("00C0000006"), "0D04194912319000", {"tag": "0D", "date": "1949-12-31"}),
        (bytes.fromhex("00C0000007"), "6F05A50388011E9000", {"sfi": 30, "error": None}),
        (bytes.fromhex("00C0000007"), "6985", {"sw": "6985", "error": None}),
        (b"", "9000", {"sw": "9000", "error": None}),
    ],
)
def test_explained_exchange(command: bytes, answer: str, expected: dict[str, object]) -> None:
    """Each answer must be explained by the command it belongs to."""
    explained = explain_exchange(command, bytes.fromhex(answer))
    assert {key: explained.get(key, "missing") for key in expected} == expected


def test_chain_over_61_and_6c() -> None:
    """An answer in pieces must be explained as one, by the command that began it."""
    select = bytes.fromhex("6F16840F") + AID + bytes.fromhex("A50388011E9000")
    explained = explain_chain([(SELECT_APPLICATION, b"\x61\x18"), (bytes.fromhex("00C0000018"), select)])
    assert (explained["sfi"], explained["df_name"]) == (30, "sx1.sh.社会保障")
    record = bytes.fromhex("0D04194912319000")
    explained = explain_chain([(bytes.fromhex("00B20D0000"), b"\x6c\x06"), (bytes.fromhex("00B20D0006"), record)])
    assert explained["date"] == "1949-12-31"
    assert explain_chain([])["error"] == "no_status_word"


def test_name_records_as_records_and_as_values() -> None:
    """Both name records must be joined whether they come whole, as values, or not at all."""
    whole = "测" * 14 + "𠅤"
    data = whole.encode("gb18030")
    first, rest = data[:30], data[30:].ljust(20, b"\0")
    assert explain_name(first, rest)["name"] == whole
    assert explain_name(b"\x09\x1e" + first + b"\x90\x00", b"\x4e\x14" + rest)["name"] == whole
    assert explain_name("测试".encode("gb18030").ljust(30, b"\0"), b"\x6a\x83")["name"] == "测试"
