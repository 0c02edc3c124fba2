"""`kiosk day` and the export, as a technician uses them."""

from __future__ import annotations

from pathlib import Path

from command_rigs import case_file, kiosk
from pypdf import PdfReader


def test_a_day_is_closed_told_to_the_hub_and_written_as_a_sheet(tmp_path: Path) -> None:
    """Both counts agree after two rounds with the training hub; the sheet says so; closed twice is refused."""
    data, sheet = tmp_path / "d", tmp_path / "day.pdf"
    assert kiosk("case", "submit", case_file(tmp_path), "--json", "--data", data).code == 0
    assert kiosk("day", "--data", data).json["open"]["cases"] == 1
    assert kiosk("day", "--close", "--data", data).json["closes"][0]["hub_cases"] is None
    for _ in range(2):
        assert kiosk("sync", "once", "--data", data).code == 0
    again = kiosk("day", "--pdf", sheet, "--data", data)
    assert again.json["closes"][0]["agrees"]
    words = "".join(page.extract_text() for page in PdfReader(sheet).pages).replace(" ", "")
    assert "两边一致" in words
    assert "测试甲" not in words
    assert kiosk("day", "--close", "--data", data).code != 0


def test_figures_are_exported_and_the_file_is_named(tmp_path: Path) -> None:
    """The command says where the file lies."""
    data = tmp_path / "d"
    assert kiosk("case", "submit", case_file(tmp_path), "--json", "--data", data).code == 0
    file = Path(kiosk("stats", "--export", "--data", data).json["file"])
    assert file.parent == data / "export"
    assert "收件（件）" in file.read_text("utf-8-sig")
