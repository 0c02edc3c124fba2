"""`kiosk paper verify`, `key` and `trust` from outside: two counters, one checks the other's paper."""

from __future__ import annotations

import json
from pathlib import Path

from command_rigs import kiosk

from kiosk.clock import SystemClock, local
from kiosk.domain.paper import Issue, PaperKind
from kiosk.domain.paper_seal import PaperSeals
from kiosk.wiring.foundation import lay_foundation

NUMBER = "SHS370100T01A202611180012E"


def code_of(folder: Path, terminal_id: str) -> str:
    """Write a receipt's code as the terminal of a folder would, under a given name."""
    issue = Issue("测试己", 1, SystemClock().now(), "7Q4MK2X9AB", training=True)
    seals = PaperSeals(terminal_id, lay_foundation(folder).signing_key)
    return seals.seal(NUMBER, PaperKind.RECEIPT_OF_MATERIALS, issue, ("测试",))


def neighbour(folder: Path) -> Path:
    """Set a training counter's own name."""
    folder.mkdir()
    (folder / "config.toml").write_text('[station]\nterminal_id = "370100-TRAIN-T02"\n', "utf-8")
    return folder


def test_a_neighbour_s_paper_once_its_key_is_taken_in(tmp_path: Path) -> None:
    """Unknown before, genuine after, forged when altered; the journal names the terminal, once."""
    here, there = tmp_path / "here", neighbour(tmp_path / "there")
    code = code_of(there, "370100-TRAIN-T02")
    assert kiosk("paper", "verify", code, "--data", here).json == {
        "verdict": "unknown_terminal",
        "case_number": NUMBER,
        "kind": "receipt_of_materials",
        "copy": 1,
        "code": "7Q4MK2X9AB",
        "issued_on": local(SystemClock().now()).date().isoformat(),
        "terminal_id": "370100-TRAIN-T02",
        "digest": kiosk("paper", "verify", code, "--data", there).json["digest"],
    }
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(kiosk("paper", "key", "--data", there).json), "utf-8")
    assert kiosk("paper", "trust", keys, "--data", here).json == {"terminals": 1, "new": 1}
    assert kiosk("paper", "trust", keys, "--data", here).json == {"terminals": 1, "new": 0}
    scanned = kiosk("paper", "verify", "--data", here, stdin=f"{code}\r\n".encode())
    assert (scanned.code, scanned.json["verdict"]) == (0, "genuine")
    assert kiosk("paper", "verify", code.replace(".1.7Q", ".2.7Q"), "--data", here).json["verdict"] == "forged"
    with lay_foundation(here).store() as store:
        trusted = [line["subject"] for line in store.journal.lines() if line["kind"] == "terminal_trusted"]
    assert trusted == ["370100-TRAIN-T02"]


def test_a_list_that_is_no_list(tmp_path: Path) -> None:
    """It is refused with its place, and nobody becomes known."""
    keys = tmp_path / "keys.json"
    keys.write_text('{"terminals": [{"terminal_id": "X", "public_key": "12"}]}', "utf-8")
    refused = kiosk("paper", "trust", keys, "--data", tmp_path / "d")
    assert (refused.code, refused.error) == (1, "CFG-01")
    assert not (tmp_path / "d" / "terminals.json").exists()


def test_a_list_that_was_damaged_in_place(tmp_path: Path) -> None:
    """A paper is not judged by half a list: the failure is said."""
    kiosk("paper", "key", "--data", tmp_path / "d")
    code = code_of(tmp_path / "d", "370100-TRAIN-T01")
    (tmp_path / "d" / "terminals.json").write_text('{"terminals": [', "utf-8")
    assert kiosk("paper", "verify", code, "--data", tmp_path / "d").error == "CFG-01"


def test_wrong_usage(tmp_path: Path) -> None:
    """A number without a file, or trust without one, is refused as usage; nothing is made."""
    for arguments in (("paper", NUMBER), ("paper", "trust"), ("paper", "key", "more")):
        assert kiosk(*arguments, "--data", tmp_path / "d").code == 2
    assert not (tmp_path / "d").exists()
