from __future__ import annotations

import pytest

from kiosk.domain.codes import TABLE_FILES, parse_codes
from kiosk.errors import CatalogError
from kiosk.paths import resource
from kiosk.services.reference import load_codes

CODES = load_codes()


def test_there_are_56_nations_and_two_more_codes() -> None:
    """GB/T 3304 has 56 nations; 97 and 98 stand beside them."""
    assert len(CODES.nations) == 58
    assert (CODES.nations["01"], CODES.nations["56"]) == ("汉族", "基诺族")


def test_every_relation_button_and_group_code_has_a_name() -> None:
    """No button and no group names a code that the table does not know."""
    grouped = {code for codes in CODES.relation_groups.values() for code in codes}
    assert grouped | set(CODES.relation_buttons) <= set(CODES.relations)
    assert len(CODES.relation_buttons) == 8


@pytest.mark.parametrize(
    ("code", "group"), [("10", "spouse"), ("20", "child"), ("38", "in_law"), ("97", "other"), ("", None)]
)
def test_relations_fall_into_groups(code: str, group: str | None) -> None:
    """Rules look at groups, not at single codes."""
    assert CODES.relation_group(code) == group


@pytest.mark.parametrize("table", ["relations", "relations_or_self"])
def test_a_relation_is_called_as_its_button_calls_it(table: str) -> None:
    """女儿 and not the standard's 女; a code without a button has the standard's name."""
    words = [CODES.label(table, code) for code in ("30", "28", "32", "00")]
    assert words == ["女儿", "儿媳、女婿", "长女", "00"]


def test_division_names_are_whole() -> None:
    """A name runs from the province down; other provinces stop there."""
    assert CODES.divisions.name("370102") == "山东省济南市历下区"
    assert CODES.divisions.name("370100") == "山东省济南市"
    assert CODES.divisions.name("330113") == "浙江省"
    assert CODES.divisions.name("000000") == ""


def test_no_two_banks_claim_one_prefix() -> None:
    """A card number is recognised by at most one bank; a short or unknown one by none."""
    prefixes = [prefix for bank in CODES.banks for prefix in bank.prefixes]
    assert len(prefixes) == len(set(prefixes))
    assert CODES.bank_of("6222020000000000000") == "中国工商银行"
    assert CODES.bank_of("622202") is None
    assert CODES.bank_of("9999990000000000") is None


def test_an_overlay_adds_and_overrules() -> None:
    """A later text of a table adds rows and overrules earlier ones, the rest stays."""
    texts = {name: [resource(f"codes/{name}.toml").read_text("utf-8")] for name in TABLE_FILES}
    texts["banks"].append('[[bank]]\nname = "测试银行"\nprefixes = ["000000"]\n')
    texts["divisions"].append('[current]\n330113 = "临平区"\n')
    codes = parse_codes(texts)
    assert codes.bank_of("0000001234567890") == "测试银行"
    assert codes.divisions.known("330113")
    assert codes.divisions.known("330106")  # one district that was added makes no odd ones of the province's others
    texts["divisions"].append('[current]\n330100 = "杭州市"\n')
    assert not parse_codes(texts).divisions.known("330106")
    assert codes.divisions.name("370102") == "山东省济南市历下区"


def test_a_broken_table_names_its_place() -> None:
    """A file that is not TOML is refused with its name and line."""
    texts = {name: [resource(f"codes/{name}.toml").read_text("utf-8")] for name in TABLE_FILES}
    texts["nations"] = ["[names\n"]
    with pytest.raises(CatalogError) as caught:
        parse_codes(texts)
    assert "nations.toml" in str(caught.value.facts["place"])


@pytest.mark.parametrize(
    ("table", "text", "why"),
    [
        ("common", "[sexes]\n1 = 5\n", "[sexes] 1"),
        ("divisions", '[current]\n330113 = ""\n', "[current] 330113"),
        ("divisions", '[current]\n11010 = "东城区"\n', "11010 应是 6 位数字"),
        ("divisions", '[abolished]\n110103 = "宣武区"\n', "[abolished] 110103"),
        ("relations", '[buttons]\n9 = "邻居"\n', "[names] 里没有 9"),
        ("relations", '[groups]\nsibling = ["700"]\n', "[names] 里没有 700"),
        ("common", '[channel]\ntv = "电视办"\n', "不认识的键 channel"),
        ("banks", '[[banks]]\nname = "测试银行"\n', "不认识的键 banks，应是 bank"),
        ("banks", "[[bank]]\nprefixes = []\n", "name"),
        ("banks", '[[bank]]\nname = "测试银行"\nprefixes = "6222"\n', "测试银行"),
    ],
)
def test_a_row_of_the_wrong_form_is_named(table: str, text: str, why: str) -> None:
    """Words are words, codes have their digits and their names, tables are ours; the row is said."""
    texts = {name: [resource(f"codes/{name}.toml").read_text("utf-8")] for name in TABLE_FILES}
    texts[table].append(text)
    with pytest.raises(CatalogError) as caught:
        parse_codes(texts)
    assert why in str(caught.value.facts["place"])
