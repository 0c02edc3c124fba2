"""`kiosk paper` from outside."""

from __future__ import annotations

from pathlib import Path

import pypdf
from command_rigs import case_file, kiosk


def test_papers_of_a_case_come_as_files_and_one_too_early_is_refused(tmp_path: Path) -> None:
    """Any kind is a file away; 受理 is not said before the hub has said it."""
    data = ("--data", tmp_path / "d")
    number = kiosk("case", "submit", case_file(tmp_path), "--json", *data).json["case_number"]
    out = tmp_path / "form.pdf"
    made = kiosk("paper", number, "--kind", "joint_form", "--large-print", "--out", out, *data)
    assert (made.code, made.json["kind"]) == (0, "joint_form")
    words = "".join("".join(page.extract_text() for page in pypdf.PdfReader(out).pages).split())
    assert f"{number}-DJ-1" in words
    early = kiosk("paper", number, "--kind", "acceptance_notice", "--out", tmp_path / "early.pdf", *data)
    assert (early.code, early.json["error"]["code"]) == (1, "PAP-02")
    assert not (tmp_path / "early.pdf").exists()
