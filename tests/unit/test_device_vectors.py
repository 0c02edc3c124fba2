from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from devices.cards.rare_characters import restore
from devices.cards.samv_text import nations
from kiosk.commands import decode

_VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "device_cases.json").read_text("utf-8"))
_CASES: list[dict[str, Any]] = _VECTORS["cases"]


def test_all_sixty_vectors_are_there() -> None:
    """The published set must be whole."""
    assert len(_CASES) == 60


def test_code_tables_agree_with_the_vectors() -> None:
    """Nations and private-use places must be those that the vectors were made with."""
    assert [nations()[f"{code:02d}"] for code in range(1, 57)] == _VECTORS["nation_codes"]
    for place, character in _VECTORS["pua_map"].items():
        assert restore(chr(int(place, 16))).text == chr(int(character, 16))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["id"])
def test_published_vector(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command must answer a published vector with at least what the vector expects."""
    given = case["input"]
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))
    assert decode.run(argparse.Namespace(kind=case["kind"])) == 0
    _assert_holds(case["expect"], json.loads(capsys.readouterr().out))


def _assert_holds(expected: object, actual: object) -> None:
    if isinstance(expected, dict):
        assert isinstance(actual, dict)
        for key, value in expected.items():
            assert key in actual
            if key == "fields":
                assert actual[key] == value
            _assert_holds(value, actual[key])
    elif isinstance(expected, list):
        assert isinstance(actual, list)
        assert len(actual) == len(expected)
        for want, have in zip(expected, actual, strict=True):
            _assert_holds(want, have)
    else:
        assert actual == expected
