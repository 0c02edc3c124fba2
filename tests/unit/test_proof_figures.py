"""Measured figures in the documents come from `docs/proof`, where the campaigns write what they found.

A document cites a figure as a link whose target names file, figure and value, and whose words show the value:
`[50 kills](docs/proof/intake-kill.json#loop_kills=50)`. Under a heading that says "Proof" or "实测", every paragraph,
list item and table row with a figure has such a link.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_LINK = re.compile(
    r"\[(?P<words>[^\]]*)\]\((?P<path>[^)#\s]*proof/[a-z0-9-]+\.json)(?:#(?P<name>\w+)=(?P<value>[^)]+))?\)"
)
_CODE = re.compile(r"`[^`]*`")
_ITEM = re.compile(r"^\s*\d+\.")
_HEADING = re.compile(r"(#+) +(.*)")
_MEASURED = re.compile(r"\bproof\b|实测", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """A document and the folder its links start from."""

    words: str
    folder: Path

    def faults(self) -> list[str]:
        """List what is claimed without proof."""
        words = _CODE.sub("", self.words)
        return [fault for link in _LINK.finditer(words) if (fault := self._fault(link))] + self._bare(words)

    def _fault(self, link: re.Match[str]) -> str:
        path = self.folder / link["path"]
        if not path.is_file():
            return f"{link[0]}: there is no such proof"
        if link["name"] is None:
            return ""
        proof: dict[str, Any] = json.loads(path.read_bytes())
        if proof["outcome"] != "passed":
            return f"{link[0]}: that campaign failed"
        found = proof["figures"].get(link["name"])
        if str(found) != link["value"]:
            return f"{link[0]}: the proof says {found}"
        if not re.search(rf"(?<![\d.]){re.escape(link['value'])}(?![\d.]*\d)", link["words"]):
            return f"{link[0]}: the words show another figure"
        return ""

    @staticmethod
    def _bare(words: str) -> list[str]:
        """List blocks with a figure and no proof, under headings that promise proof."""
        bare: list[str] = []
        promised = 0  # the level of the heading that promises; 0: none
        for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.|#))", words):
            heading = _HEADING.match(block.strip())
            if heading:
                level = len(heading[1])
                if promised == 0 or level <= promised:
                    promised = level if _MEASURED.search(heading[2]) else 0
            elif promised and re.search(r"\d", _ITEM.sub("", _LINK.sub("", block))):
                bare.append(f"{block.strip()}: a figure without proof")
        return bare


def documents() -> list[Path]:
    """List all documents of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_document_claims_only_what_was_proven(path: Path) -> None:
    """Every cited figure stands in a proof that passed, with this value."""
    assert Document(path.read_text("utf-8"), path.parent).faults() == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "proof").glob("*.json")), ids=lambda path: path.stem)
def test_proof_says_how_to_repeat_it(path: Path) -> None:
    """A proof that is kept has passed, and names version, date, seed and figures."""
    proof = json.loads(path.read_bytes())
    assert (proof["name"], proof["outcome"]) == (path.stem, "passed")
    assert re.fullmatch(r"\d+\.\d+\.\d+", proof["version"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", proof["date"])
    assert isinstance(proof["seed"], int)
    assert proof["figures"]


PROOF = {"outcome": "passed", "figures": {"kills": 50, "took_s": 0.3}}


@pytest.mark.parametrize(
    "words",
    [
        "No figure at all.",
        "Some [50 kills](proof/p.json#kills=50) were survived.",
        "It took [0.3 s](proof/p.json#took_s=0.3).",
        "See [the proof](proof/p.json).",
        "# Proof\n\n1. [50](proof/p.json#kills=50) times `kill -9`\n2. well\n\n# Other\n\n7 things",
    ],
)
def test_words_that_are_proven_pass(tmp_path: Path, words: str) -> None:
    """A figure that the proof holds is no fault."""
    assert Document(words, folder_with(tmp_path, PROOF)).faults() == []


@pytest.mark.parametrize(
    "words",
    [
        "[51 kills](proof/p.json#kills=51)",
        "[150 kills](proof/p.json#kills=50)",
        "[5 deaths](proof/p.json#deaths=5)",
        "[5 deaths](proof/other.json#deaths=5)",
        "[other](proof/other.json)",
        "# Proof\n\nwell\n\n- 50 kills were survived",
        "# Proof\n\n[50 kills](proof/p.json#kills=50) in 3 s",
        "## 实测\n\n### 断电\n\n| 次数 | 50 |",
    ],
)
def test_words_without_proof_are_refused(tmp_path: Path, words: str) -> None:
    """Another value, another name, no such file, or no reference where one is promised."""
    assert len(Document(words, folder_with(tmp_path, PROOF)).faults()) == 1


def test_figure_of_a_failed_campaign_is_refused(tmp_path: Path) -> None:
    """A failed campaign proves nothing."""
    folder = folder_with(tmp_path, PROOF | {"outcome": "failed"})
    assert len(Document("[50 kills](proof/p.json#kills=50)", folder).faults()) == 1


def folder_with(folder: Path, proof: dict[str, Any]) -> Path:
    """Keep a proof; give the folder that documents lie in."""
    (folder / "proof").mkdir()
    (folder / "proof" / "p.json").write_text(json.dumps(proof))
    return folder
