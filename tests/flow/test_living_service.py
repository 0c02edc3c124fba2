"""A service of data alone, from the file to the paper, as a technician would try it."""

from __future__ import annotations

import json
from pathlib import Path

import pypdf
from command_rigs import kiosk


def test_an_allowance_is_applied_for_and_receipted_in_its_own_words(tmp_path: Path) -> None:
    """The case is durable, its matters are the service's, its paper names the old person and wishes them well."""
    case = {
        "service": "old_age_allowance",
        "subject": {
            "name": "测试甲",
            "document_type": "111",
            "document_number": "370100194001019991",
            "household_division": "370102",
            "facts": {"local_resident": True, "receives_allowance": False, "old_age_card": True},
        },
        "applicant": {"relation": "01", "phone": "13800000021"},
        "payee": {"bank": "中国测试银行", "account": "6222000000005566"},
        "attachments": [],
    }
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case, ensure_ascii=False), "utf-8")
    taken = kiosk("case", "submit", file, "--json", "--data", tmp_path / "d")
    assert taken.code == 0, taken.json
    states = {matter["id"]: matter["state"] for matter in taken.json["matters"]}
    assert (states["01"], "02" in states) == ("taken_in", False)
    out = tmp_path / "receipt.pdf"
    assert kiosk("paper", taken.json["case_number"], "--out", out, "--data", tmp_path / "d").code == 0
    words = "".join(page.extract_text() for page in pypdf.PdfReader(out).pages).replace(" ", "").replace("\n", "")
    for said in ("老人", "本人", "高龄津贴申请", "祝老人安康", "承诺受理后20个工作日"):
        assert said in words, words
    for unsaid in ("逝者", "节哀", "370100194001019991", "测试甲"):
        assert unsaid not in words
