"""The whole job from outside, as an acceptance engineer would try it: real processes, real HTTP, real files."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from command_rigs import PAGES, case_file, hub_process, kiosk
from PIL import Image

from devices.frames.cleaning import clean


def test_case_taken_in_without_a_network_reaches_the_hub_once_when_it_returns(tmp_path: Path) -> None:
    """The number is given offline; after one round the hub holds one case with every attachment's hash."""
    taken = kiosk("case", "submit", case_file(tmp_path / "in"), "--json", "--data", tmp_path / "d")
    assert (taken.code, taken.json["state"], taken.json["delivery"]) == (0, "taken_in", "pending")
    waiting = kiosk("sync", "status", "--json", "--data", tmp_path / "d", "--hub", "http://127.0.0.1:9")
    assert (waiting.json["pending"], waiting.json["delivered"], waiting.json["hub"]) == (1, 0, "unreachable")
    with hub_process(tmp_path / "h", "--accept-after", "0") as url:
        for _ in range(2):
            delivered = kiosk("sync", "once", "--json", "--data", tmp_path / "d", "--hub", url)
            assert (delivered.json["pending"], delivered.json["delivered"]) == (0, 1)
        assert delivered.json["hub"] == "reachable"
        assert delivered.json["last_acknowledged_at"] is not None
    held = kiosk("hub", "show", "--json", "--data", tmp_path / "h").json
    assert (held["counts"]["cases"], held["counts"]["complete_cases"]) == (1, 1)
    hashes = {item["sha256"] for item in held["cases"][0]["attachments"]}
    assert hashes == {hashlib.sha256(clean(page).data).hexdigest() for page in PAGES.values()}
    shown = kiosk("case", "show", taken.json["case_number"], "--json", "--data", tmp_path / "d").json
    assert shown["delivery"] == "delivered"


def test_the_training_hub_rests_between_rounds(tmp_path: Path) -> None:
    """It ends with the round that it ran for: nothing is out of order, and what arrived last is said."""
    data = tmp_path / "d"
    fresh = kiosk("sync", "status", "--json", "--data", data).json
    assert (fresh["hub"], "送达" in fresh["words"]) == ("resting", False)
    kiosk("case", "submit", case_file(tmp_path / "in"), "--json", "--data", data)
    once = kiosk("sync", "once", "--json", "--data", data).json
    assert (once["hub"], once["delivered"]) == ("reachable", 1)
    status = kiosk("sync", "status", "--json", "--data", data).json
    assert status["hub"] == "resting"
    assert "kiosk sync once" in status["words"]
    assert "最近一次送达 20" in status["words"]
    [hub] = [one for one in kiosk("doctor", "--json", "--data", data).json["checks"] if one["id"] == "hub"]
    assert hub["state"] == "ok"
    assert status["words"].startswith(hub["words"])


def test_a_damaged_page_of_the_database_is_said_with_what_to_do(tmp_path: Path) -> None:
    """The other lines are still there, and nothing was changed by looking."""
    file = case_file(tmp_path / "in")
    Image.effect_noise((1500, 1500), 100).save(tmp_path / "in" / "certificate.jpg", quality=95)
    kiosk("case", "submit", file, "--json", "--data", tmp_path / "d")
    database = tmp_path / "d" / "kiosk.db"
    data = bytearray(database.read_bytes())
    data[len(data) // 2] ^= 1  # within that photograph, by far the largest thing here
    database.write_bytes(data)
    looked = kiosk("doctor", "--json", "--data", tmp_path / "d")
    checks = {check["id"]: check for check in looked.json["checks"]}
    assert looked.code == 1
    assert checks["database"]["state"] == "fault"
    assert "kiosk relay export" in checks["database"]["advice"]
    assert checks["calendar"]["state"] == "ok"
    assert database.read_bytes() == data


def test_hub_acceptance_comes_back_to_the_terminal(tmp_path: Path) -> None:
    """受理 is the hub's word: the official number and the state arrive with the change feed."""
    with hub_process(tmp_path / "h", "--accept-after", "0", "--step-after", "0") as url:
        number = kiosk("case", "submit", case_file(tmp_path), "--json", "--data", tmp_path / "d").json["case_number"]
        for _ in range(20):
            kiosk("sync", "once", "--json", "--data", tmp_path / "d", "--hub", url)
            shown = kiosk("case", "show", number, "--json", "--data", tmp_path / "d").json
            if shown["official_number"]:
                break
    assert shown["official_number"]
    assert shown["state"] in {"accepted", "in_progress", "finished", "correction_requested"}


def test_two_matters_that_are_granted_once_are_said_to_be(tmp_path: Path) -> None:
    """While the roll is not checked both are in the case: the counter and the family hear that one will go on."""
    file = case_file(tmp_path)
    case = json.loads(file.read_bytes())
    del case["deceased"]["facts"]["unemployment_benefit"]
    file.write_text(json.dumps(case), "utf-8")
    taken = kiosk("case", "submit", file, "--json", "--data", tmp_path / "d").json
    states = {matter["id"]: matter["state"] for matter in taken["matters"]}
    assert {states["19"], states["25"]} == {"awaiting_verification"}
    out = tmp_path / "receipt.pdf"
    kiosk("paper", taken["case_number"], "--kind", "receipt_of_materials", "--out", out, "--data", tmp_path / "d")
    words = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(out).pages)
    assert "只能领一份，核对后办其中一项" in words


def test_receipt_names_the_case_and_hides_the_people(tmp_path: Path) -> None:
    """The paper carries the number in groups, what it is not, and no whole name or document number."""
    number = kiosk("case", "submit", case_file(tmp_path), "--json", "--data", tmp_path / "d").json["case_number"]
    for size in ("a4", "roll_80"):
        out = tmp_path / f"{size}.pdf"
        printed = kiosk(
            "paper", number, "--kind", "receipt_of_materials", "--size", size, "--out", out, "--data", tmp_path / "d"
        )
        assert printed.code == 0
        words = "".join(page.extract_text() for page in pypdf.PdfReader(out).pages)
        packed = words.replace(" ", "").replace("\n", "")
        assert number in packed
        assert "受理" in packed
        assert "演示" in packed
        assert "测试甲" not in packed
        assert "370100194001019991" not in packed
    copies = kiosk("case", "show", number, "--json", "--data", tmp_path / "d").json["papers"]
    assert [(paper["kind"], paper["copies"]) for paper in copies] == [("receipt_of_materials", 2)]


def test_help_starts_without_the_screen(tmp_path: Path) -> None:
    """`kiosk --help` and the commands of a technician import no Qt."""
    probe = (
        "import sys, runpy; sys.argv = ['kiosk', 'case', 'list', '--data', sys.argv[1]]\n"
        "try: runpy.run_module('kiosk', run_name='__main__')\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "assert not [name for name in sys.modules if name.startswith('PySide6')]\n"
    )
    subprocess.run([sys.executable, "-c", probe, str(tmp_path / "d")], check=True, timeout=60, capture_output=True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"deceased": {"document_number": "370100194001019992"}}, "CAS-02"),
        ({"applicant": {"document_number": "370100194001019991"}}, "CAS-02"),
        ({"deceased": {"death_at": "1930-01-01"}}, "CAS-02"),
        ({"deceased": {"facts": {"unemployment_benefit": True, "work_death": False}}}, "CAS-07"),
        ({"matters": ["99"]}, "CAS-08"),
        ({"matters": []}, "CAS-03"),
        ({"service": "no_such_service"}, "CAT-04"),
        ({"attachments": [{"material": "death_certificate", "path": "no such file"}]}, "CAS-04"),
        ({"attachments": [{"material": "death_certificate", "path": "case.json"}]}, "CAS-06"),
        ({"deceased": {"circumstance": "elsewhere"}}, "CAS-02"),
        ({"taken_in_at": "yesterday"}, "CAS-02"),
    ],
)
def test_case_with_a_fault_is_refused_with_words(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    """Each fault has its code, what happened and what to do; nothing is stored and the next case goes in."""
    refused = kiosk("case", "submit", case_file(tmp_path, **changes), "--json", "--data", tmp_path / "d")
    assert (refused.code, refused.error) == (1, code)
    assert refused.json["error"]["what"]
    assert refused.json["error"]["do"]
    assert "37010019400101999" not in json.dumps(refused.json)
    assert kiosk("case", "list", "--json", "--data", tmp_path / "d").json == {"cases": []}
    assert kiosk("case", "submit", case_file(tmp_path), "--json", "--data", tmp_path / "d").code == 0


@pytest.mark.parametrize(
    ("name", "number", "taken_in"),
    [
        ("", None, False),
        (" ", "", False),
        (None, None, False),
        ("测试甲", "", True),
        ("", "370100194001019991", True),
    ],
)
def test_a_case_about_nobody_is_refused(
    tmp_path: Path, name: str | None, number: str | None, *, taken_in: bool
) -> None:
    """Of the deceased a name or a number is needed; either is enough, and what is wanted is said."""
    file = case_file(tmp_path)
    case = json.loads(file.read_bytes())
    case["deceased"] |= {"name": name, "document_number": number}
    case["deceased"] = {key: value for key, value in case["deceased"].items() if value is not None}
    file.write_text(json.dumps(case), "utf-8")
    answer = kiosk("case", "submit", file, "--json", "--data", tmp_path / "d")
    if taken_in:
        assert answer.code == 0
    else:
        assert (answer.code, answer.error) == (1, "CAS-02")
        assert "逝者的姓名和证件号码都没有填" in answer.json["error"]["what"]
        assert "deceased.name、deceased.document_number" in answer.json["error"]["what"]


def _long_pdf(path: Path) -> None:
    writer = pypdf.PdfWriter()
    for _ in range(30):
        writer.add_blank_page(595, 842)
    writer.write(path)


def _huge_picture(path: Path) -> None:
    path.write_bytes(PAGES["register.jpg"])
    os.truncate(path, 200 << 20)


@pytest.mark.parametrize(("make", "code"), [(_long_pdf, "CAS-10"), (_huge_picture, "CAS-05")])
def test_case_with_a_file_that_cannot_be_kept_is_refused_whole(
    tmp_path: Path, make: Callable[[Path], None], code: str
) -> None:
    """Thirty pages, two hundred megabytes: one sentence each, and no half of a case."""
    file = case_file(tmp_path / "in")
    make(tmp_path / "in" / "register.jpg")
    refused = kiosk("case", "submit", file, "--json", "--data", tmp_path / "d")
    assert (refused.code, refused.error) == (1, code)
    assert kiosk("case", "list", "--json", "--data", tmp_path / "d").json == {"cases": []}


def test_garbage_instead_of_a_case_is_refused_with_words(tmp_path: Path) -> None:
    """What is no JSON is told so."""
    for garbage in (b"", b"\xff\xfe", b"[1", b"null", b'{"deceased": 5}'):
        refused = kiosk("case", "submit", "-", "--json", "--data", tmp_path / "d", stdin=garbage)
        assert refused.code == 1
        assert refused.error in {"CAS-01", "CAS-02"}


def test_store_with_another_key_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A wrong key is told apart from damage; the file keeps every byte and the right key opens it again."""
    data = tmp_path / "d"
    kiosk("case", "submit", case_file(tmp_path), "--json", "--data", data)
    keys, database = data / "training-keys.json", data / "kiosk.db"
    right, before = keys.read_bytes(), database.read_bytes()
    keys.unlink()
    assert kiosk("case", "list", "--json", "--data", data).error == "KEY-01"
    kiosk("case", "list", "--json", "--data", tmp_path / "other")
    keys.write_bytes((tmp_path / "other" / "training-keys.json").read_bytes())
    keys.chmod(0o600)
    assert kiosk("case", "list", "--json", "--data", data).error == "STO-01"
    assert database.read_bytes() == before
    keys.write_bytes(right)
    assert len(kiosk("case", "list", "--json", "--data", data).json["cases"]) == 1


def test_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A wrong `--data` never makes a store among other people's files."""
    (tmp_path / "letter.txt").write_text("x")
    assert kiosk("case", "list", "--json", "--data", tmp_path).error == "CFG-05"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ("[station]\nwindo = 'x'\n", "config.toml station.windo"),
        ("[station]\nwindow = 3\n", "config.toml station.window"),
        ("colour = 1\n", "config.toml colour"),
        ("[station]\nwindow 3\n", "config.toml:2"),
    ],
)
def test_settings_with_a_typing_error_are_refused_with_the_place(tmp_path: Path, settings: str, place: str) -> None:
    """An unknown key is never silently a default; the sentence is in one language."""
    (tmp_path / "config.toml").write_text(settings)
    refused = kiosk("doctor", "--json", "--data", tmp_path)
    assert refused.error == "CFG-01"
    assert refused.json["error"]["what"] == f"设置文件有错：{place}"


def test_hub_on_another_machine_is_never_reached_unencrypted(tmp_path: Path) -> None:
    """Cases leave this machine by https alone."""
    for url in ("http://192.0.2.1:80", "ftp://127.0.0.1"):
        assert kiosk("sync", "once", "--json", "--data", tmp_path / "d", "--hub", url).error == "SYN-06"
