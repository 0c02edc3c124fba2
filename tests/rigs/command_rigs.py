"""The `kiosk` program as a child process, and a case file for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.__main__ import main

LIMIT_S = 60


def _picture(width: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, 300), "white").save(file, "JPEG")
    return file.getvalue()


JPEG = _picture(400)
PAGES = {"certificate.jpg": JPEG, "register.jpg": _picture(500)}


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    json: dict[str, Any]
    words: str

    @property
    def error(self) -> str:
        """The support code of a refusal; empty when there is none."""
        return str(self.json.get("error", {}).get("code", ""))


def kiosk(*arguments: object, stdin: bytes = b"") -> Answer:
    """Run a command to its end."""
    command = [sys.executable, "-m", "kiosk", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=LIMIT_S, check=False, env=_environment())
    words = done.stderr.decode()
    assert "Traceback" not in words, words
    return Answer(done.returncode, json.loads(done.stdout or b"{}"), words)


def kiosk_here(*arguments: object) -> Answer:
    """Run a command in this process: quicker, for what a test needs done and does not look at."""
    out, words = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(words):
        code = main([str(argument) for argument in arguments])
    return Answer(code, json.loads(out.getvalue() or "{}"), words.getvalue())


@contextmanager
def hub_process(folder: Path, *options: str) -> Iterator[str]:
    """Run the reference hub as a process of its own; give its address."""
    command = [sys.executable, "-m", "kiosk", "hub", "serve", "--data", str(folder), *options]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment())
    assert child.stdout is not None
    try:
        yield str(json.loads(child.stdout.readline())["url"])
    finally:
        child.terminate()
        child.wait(LIMIT_S)
        child.stdout.close()


def case_file(folder: Path, name: str = "case.json", **changes: object) -> Path:
    """Write a case that can be taken in, with the given parts changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for page, data in PAGES.items():
        (folder / page).write_bytes(data)
    case: dict[str, Any] = {
        "service": "after_death",
        "deceased": {
            "name": "测试甲",
            "document_type": "111",
            "document_number": "370100194001019991",
            "address": "测试市测试路 1 号",
            "certificate_number": "370100194001019991",
            "death_at": "2026-11-18T03:10:00+08:00",
            "circumstance": "hospital",
            "certificate_in_hand": True,
            "disposition": "cremation",
            "household_division": "370102",
            "insurance": ["enterprise_pension", "employee_medical"],
            "facts": {"household_head": True, "married": True, "driving_licence": False, "unemployment_benefit": False},
        },
        "applicant": {
            "name": "测试乙",
            "document_type": "111",
            "document_number": "370100197401019994",
            "phone": "13800000021",
            "relation": "20",
            "age": 52,
        },
        "payee": {"name": "测试乙", "bank": "中国测试银行", "account": "6222000000005566"},
        "agent": None,
        "attachments": [
            {"material": "death_certificate", "path": "certificate.jpg"},
            {"material": "household_register", "path": "register.jpg"},
        ],
        "matters": "all",
    }
    file = folder / name
    file.write_text(json.dumps(_changed(case, changes), ensure_ascii=False), "utf-8")
    return file


def _changed(value: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    for key, change in changes.items():
        deeper = isinstance(change, dict) and isinstance(value.get(key), dict)
        value[key] = _changed(value[key], change) if deeper else change
    return value


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONWARNINGS": "error"}
