from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards.samv_text import IdCardText, compose_text_block, derive_old_number, number_is_sound, read_text_block

_CITIZEN = {
    "name": "测试甲",
    "sex": "1",
    "nation": "01",
    "birth": "19400101",
    "address": "测试省测试市",
    "id_no": "370100194001019991",
    "issuer": "测试市公安局",
    "valid_from": "20200101",
    "valid_to": "长期",
}
_FOREIGNER = {
    "name": "测试丁",
    "sex": "1",
    "renewals": "02",
    "birth": "19800101",
    "name_en": "TEST-SPECIMEN-WITH-A-VERY-LONG-NAME, ALMA",
    "id_no": "91156019800101999X",
    "valid_from": "20240101",
    "valid_to": "20340101",
    "country": "UTO",
    "old_no_link": "009",
}


def _read(kind: str, values: dict[str, str]) -> IdCardText:
    text = read_text_block(compose_text_block(kind, values))
    assert text is not None
    return text


def test_foreigner_with_an_older_card() -> None:
    """The 2023 layout must give the name over both its places and the old number with its ICAO check digit."""
    text = _read("Y", _FOREIGNER)
    assert text.kind == "Y"
    assert text.values["name_en"] == _FOREIGNER["name_en"]
    assert text.values["country"] == "UTO"
    assert text.values["renewals"] == "02"
    assert text.values["old_no"] == "UTO110080010192"
    assert text.warnings == ()
    readout = text.readout()
    assert (readout.document_type, readout.nation, readout.layout) == ("553", "UTO", "Y")


def test_old_number_of_the_published_example() -> None:
    """The derivation must give a number whose check digit the published example confirms."""
    assert derive_old_number("911398199012310019", "KAZ", "000") == "KAZ110090123105"
    assert number_is_sound("KAZ110090123105")


@pytest.mark.parametrize("link", ["", "0", "00"])
def test_foreigner_without_an_older_card(link: str) -> None:
    """A blank or broken link must give no old number."""
    assert _read("Y", {**_FOREIGNER, "old_no_link": link}).values["old_no"] is None


def test_foreigner_card_of_2017() -> None:
    """The 2017 layout must be told by its letter, and its number checked by its own rule."""
    values = {
        "name_en": "TEST, SPECIMEN",
        "sex": "2",
        "id_no": "UTO110080010192",
        "country": "UTO",
        "name": "",
        "valid_from": "20180601",
        "valid_to": "20280601",
        "birth": "19800101",
        "version": "01",
        "authority": "1500",
    }
    text = _read("I", values)
    assert text.warnings == ()
    assert text.values["authority"] == "1500"
    assert text.readout().name == "TEST, SPECIMEN"
    assert _read("I", {**values, "id_no": "UTO110080010193"}).warnings == ("check:id_no",)


def test_resident_permit() -> None:
    """A Hong Kong resident's permit must carry its own document type."""
    values = {**_CITIZEN, "id_no": "810000199001019996", "birth": "19900101", "pass_no": "H00000000"}
    text = _read("J", {key: value for key, value in values.items() if key != "nation"})
    assert text.values["pass_no"] == "H00000000"
    assert text.readout().document_type == "X01"
    assert text.warnings == ()


def test_unknown_letter_is_a_citizen() -> None:
    """Any other letter at the type's place must be read as a citizen's card."""
    block = compose_text_block("CN", _CITIZEN)
    text = read_text_block(block[:248] + "Z".encode("utf-16-le") + block[250:])
    assert text is not None
    assert text.kind == "CN"


def test_firmware_that_pads_with_nul() -> None:
    """Padding with NUL must read like padding with spaces."""
    block = compose_text_block("CN", _CITIZEN).replace(b"\x20\x00", b"\x00\x00")
    text = read_text_block(block)
    assert text is not None
    assert text.values == _read("CN", _CITIZEN).values


def test_birth_that_differs_from_the_number() -> None:
    """A birth date that is not the number's must be warned of."""
    assert _read("CN", {**_CITIZEN, "birth": "19400102"}).warnings == ("birth_mismatch",)


def test_codes_that_no_table_has() -> None:
    """An unknown nation or sex must show as its code."""
    values = _read("CN", {**_CITIZEN, "nation": "77", "sex": "5"}).values
    assert (values["nation_text"], values["sex_text"]) == ("77", "5")


@pytest.mark.parametrize(
    ("raw", "shown", "warning"),
    [
        ("测试\ue863", "测试\u4dae", "pua_mapped:name"),
        ("测试\ue78d", "测试\ufe10", "pua_mapped:name"),
        ("测试\ue5a1", "测试\ue5a1", "pua:name"),
        ("测试\ud83d", "测试\ufffd", "bad_utf16:name"),
        ("测\udc00试", "测\ufffd试", "bad_utf16:name"),
    ],
)
def test_doubtful_characters(raw: str, shown: str, warning: str) -> None:
    """A character that was replaced, that nobody has published, or that is broken must be warned of."""
    block = bytearray(compose_text_block("CN", {**_CITIZEN, "name": ""}))
    data = raw.encode("utf-16-le", "surrogatepass")
    block[: len(data)] = data
    text = read_text_block(bytes(block))
    assert text is not None
    assert text.values["name"] == shown
    assert text.warnings == (warning,)


def test_character_beyond_the_first_plane() -> None:
    """A surrogate pair is one character, and no warning."""
    text = _read("CN", {**_CITIZEN, "name": "测试𬱖𠅤"})
    assert (text.values["name"], text.warnings) == ("测试𬱖𠅤", ())


@pytest.mark.parametrize("size", [0, 255, 257, 512])
def test_block_of_another_size(size: int) -> None:
    """Anything but 256 bytes must be no text block."""
    assert read_text_block(bytes(size)) is None


def test_value_longer_than_its_field() -> None:
    """A sample card that cannot exist must be refused."""
    with pytest.raises(ValueError, match="name"):
        compose_text_block("CN", {"name": "测" * 16})


@given(st.binary(min_size=256, max_size=256), st.sampled_from(["I", "J", "Y", " "]))
def test_any_256_bytes(block: bytes, letter: str) -> None:
    """No bytes may crash the reader or leave a lone surrogate in its text."""
    text = read_text_block(block[:248] + letter.encode("utf-16-le") + block[250:])
    assert text is not None
    "".join(value or "" for value in text.values.values()).encode()
    text.readout()
