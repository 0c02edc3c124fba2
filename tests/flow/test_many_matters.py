"""A case far larger than any family's, and a name as long as the register allows."""

from __future__ import annotations

from pathlib import Path

import pypdf
from command_rigs import case_file, kiosk

_MANY = 41
_LONGEST = "测试" + "汗" * 28 + "·" + "江" * 29
_ROW = """
[[matter]]
id = "X{number}"
name = "测试事项第 {number} 项"
department = "住建"
mode = "inquiry"
when = [{{ reason = "测试：这一项都要办" }}]
otherwise = "不用办"
fields = ["F09"]
materials = ["death_certificate", "household_register"]
due_words = "由办理机构告知"
result = "查询结果"
follow_up = "由办理机构答复。"
basis = "测试"
basis_ref = []
weak = true
"""


def test_two_uploads_serve_forty_one_more_matters_and_a_name_of_sixty_characters(tmp_path: Path) -> None:
    """All matters are taken in, each file is kept once, and the receipt names every matter over its pages."""
    data = tmp_path / "d"
    assert len(_LONGEST) == 60
    assert kiosk("case", "list", "--json", "--data", data).code == 0
    (data / "catalog").mkdir(exist_ok=True)
    (data / "catalog" / "after_death.toml").write_text(
        "".join(_ROW.format(number=number) for number in range(1, _MANY + 1)), "utf-8"
    )
    file = case_file(
        tmp_path / "in", deceased={"name": _LONGEST}, applicant={"name": _LONGEST}, payee={"name": _LONGEST}
    )
    taken = kiosk("case", "submit", file, "--json", "--data", data)
    assert taken.code == 0, taken.json
    number = taken.json["case_number"]
    shown = kiosk("case", "show", number, "--json", "--data", data).json
    assert len(shown["matters"]) > _MANY
    assert [item["material"] for item in shown["attachments"]] == ["death_certificate", "household_register"]
    out = tmp_path / "receipt.pdf"
    assert kiosk("paper", number, "--kind", "receipt_of_materials", "--out", out, "--data", data).code == 0
    words = "".join(page.extract_text() for page in pypdf.PdfReader(out).pages).replace("\n", "").replace(" ", "")
    assert [n for n in range(1, _MANY + 1) if f"测试事项第{n}项" not in words] == []


def test_a_name_of_sixty_one_characters_is_refused_in_words(tmp_path: Path) -> None:
    """The sentence names the limit; nothing is kept."""
    file = case_file(tmp_path / "in", applicant={"name": _LONGEST + "汗"})
    refused = kiosk("case", "submit", file, "--json", "--data", tmp_path / "d")
    assert (refused.code, refused.error) == (1, "CAS-02")
    assert "60" in refused.json["error"]["what"]
    assert kiosk("case", "list", "--json", "--data", tmp_path / "d").json == {"cases": []}
