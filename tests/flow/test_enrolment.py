"""A machine becomes a real terminal: code, key in a real key store, settings, store, first case delivered."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from certificates import Authority
from command_rigs import Answer, case_file, hub_process, kiosk, kiosk_here
from hub_rigs import Fault, faulty_link
from secret_service import Session, keyring_daemon, session_bus

TERMINAL = "370100-SHS01-W03"
_DYING = """
import os, sys
from kiosk.__main__ import main
from kiosk.wiring import enrolment

def die(*_):
    os._exit(9)

setattr(enrolment, sys.argv[1], die)
main(sys.argv[2:])
"""
_DYING_LATER = """
import os, sys
from kiosk.__main__ import main
from kiosk.wiring import enrolment
from devices.keystore.keyring_provider import KeyringKeyProvider

def die(*_):
    os._exit(9)

step, calls = sys.argv[1], []
if step == "_delete":
    KeyringKeyProvider.delete = die
elif step == "lay_foundation":
    first = enrolment.lay_foundation

    def second_dies(*arguments):
        calls.append(1)
        return first(*arguments) if len(calls) == 1 else die()

    enrolment.lay_foundation = second_dies
else:
    setattr(enrolment, step, die)
main(sys.argv[2:])
"""
_SIGN_IN = """
import sys
from pathlib import Path
from kiosk.errors import AccessError
from kiosk.services.session import SessionService
from kiosk.wiring.foundation import lay_foundation

foundation = lay_foundation(Path(sys.argv[1]))
with foundation.store() as store:
    try:
        print(SessionService(store, foundation.clock).sign_in(sys.argv[2], sys.argv[3]).role)
    except AccessError as error:
        print(error.code.value)
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Open a desktop session with an unlocked key store."""
    session = Session(tmp_path_factory.mktemp("session"))
    with session_bus(session), keyring_daemon(session, "测试口令"):
        yield session


@pytest.fixture(scope="module")
def hub_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the hub's folder."""
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def hub(hub_folder: Path) -> Iterator[str]:
    """Run a hub that wants codes."""
    with hub_process(hub_folder, "--codes") as url:
        yield url


def at(session: Session, *arguments: object) -> Answer:
    """Run a command in the session."""
    command = [sys.executable, "-m", "kiosk", *map(str, arguments)]
    done = subprocess.run(command, env=session.environment, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return Answer(done.returncode, json.loads(done.stdout or b"{}"), done.stderr.decode())


def code_for(hub_folder: Path, terminal_id: str, terminal_code: str, **changes: str) -> str:
    """Have the hub's staff make a code."""
    told = {"station": "SHS01", "title": '测试殡仪馆 "东厅"', "division": "370100", "terminal-code": terminal_code}
    options = [f"--{name}={value}" for name, value in (told | changes).items()]
    answer = kiosk_here("hub", "code", terminal_id, *options, "--data", hub_folder)
    assert answer.code == 0, answer.words
    return str(answer.json["code"])


def held(hub_folder: Path) -> dict[str, Any]:
    """Ask what the hub holds."""
    return kiosk_here("hub", "show", "--json", "--data", hub_folder).json


def test_a_real_terminal_from_the_code_to_the_first_delivered_case(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path
) -> None:
    """Nothing of training is left, the key stays in the key store, and the case stands at the hub under its name."""
    data = tmp_path / "real"
    enrolled = at(session, "enrol", code_for(hub_folder, TERMINAL, "W03"), "--hub", hub, "--data", data)
    assert enrolled.json == {"terminal_id": TERMINAL, "station": '测试殡仪馆 "东厅"'}
    assert not (data / "training-keys.json").exists()
    checks = {check["id"]: check["state"] for check in at(session, "doctor", "--json", "--data", data).json["checks"]}
    assert (checks["database"], checks["hub"]) == ("ok", "ok")
    taken = at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", data)
    assert taken.json["case_number"].startswith("SHS370100W03")
    assert at(session, "sync", "once", "--json", "--data", data).json["delivered"] == 1
    holders = {case["case_number"]: case["terminal_id"] for case in held(hub_folder)["cases"]}
    assert holders[taken.json["case_number"]] == TERMINAL


def test_the_commands_of_a_real_terminal_apply_the_hubs_pack(session: Session, tmp_path: Path) -> None:
    """Brought by a round, in force for the next case, named by it and by doctor; the case before keeps what it had."""
    data, folder, pack = tmp_path / "real", tmp_path / "hub", tmp_path / "pack"
    (pack / "catalog").mkdir(parents=True)
    (pack / "catalog" / "after_death.toml").write_text('[[matter]]\nid = "04"\nname = "户口注销（新）"\n', "utf-8")
    with hub_process(folder, "--codes") as hub:
        at(session, "enrol", code_for(folder, "T-pack", "K01"), "--hub", hub, "--data", data)
        numbers = [_submitted(session, data, tmp_path / "old")]
        assert kiosk("hub", "pack", pack, "--data", folder).json["version"] == 1
        assert at(session, "sync", "once", "--json", "--data", data).json["hub"] == "reachable"
        numbers.append(_submitted(session, data, tmp_path / "new"))
        cases = [at(session, "case", "show", number, "--json", "--data", data).json for number in numbers]
        assert [case["catalog_version"].partition("+")[2] for case in cases] == ["", "1"]
        named = [next(matter["name"] for matter in case["matters"] if matter["id"] == "04") for case in cases]
        assert named == ["户口注销（含居民身份证缴销）", "户口注销（新）"]
        (check,) = [
            one for one in at(session, "doctor", "--json", "--data", data).json["checks"] if one["id"] == "catalog"
        ]
        assert check["state"] == "ok"
        assert "含省级第 1 号更新" in check["words"]
        assert "起用" in check["words"]


def _submitted(session: Session, data: Path, folder: Path) -> str:
    answer = at(session, "case", "submit", case_file(folder), "--json", "--data", data)
    return str(answer.json["case_number"])


def test_only_the_hub_that_enrolled_it_is_believed(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path
) -> None:
    """Another hub, even one that would enrol anybody, is no hub of ours, and gets no key of ours."""
    data = tmp_path / "real"
    at(session, "enrol", code_for(hub_folder, "T-believes", "B01"), "--hub", hub, "--data", data)
    with hub_process(tmp_path / "other") as other:
        assert at(session, "sync", "once", "--json", "--data", data, "--hub", other).json["hub"] == "not_a_hub"
    assert held(tmp_path / "other")["counts"]["terminals"] == 0


def test_over_tls_the_authority_is_kept(session: Session, tmp_path: Path) -> None:
    """The file that was named at the enrolment is kept beside the settings and vouches from then on."""
    authority = Authority(tmp_path, "ours")
    tls, data = authority.certify("127.0.0.1"), tmp_path / "real"
    files = ("--tls-cert", str(tls.certificate), "--tls-key", str(tls.key))
    with hub_process(tmp_path / "hub", "--codes", *files) as url:
        assert url.startswith("https://")
        code = code_for(tmp_path / "hub", "T-private", "P01")
        assert at(session, "enrol", code, "--hub", url, "--data", data).error == "SYN-14"
        assert at(session, "enrol", code, "--hub", url, "--ca", authority.file, "--data", data).code == 0
        authority.file.unlink()
        assert at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", data).code == 0
        assert at(session, "sync", "once", "--json", "--data", data).json["delivered"] == 1


def test_where_tls_ends_at_the_hub_a_terminal_shows_its_certificate(session: Session, tmp_path: Path) -> None:
    """It came with the code, is fetched when it is gone, comes anew with a new key; each time a case arrives."""
    tls, data, folder = Authority(tmp_path, "ours"), tmp_path / "real", tmp_path / "hub"
    files = tls.certify("127.0.0.1")
    with hub_process(folder, "--codes", "--tls-cert", str(files.certificate), "--tls-key", str(files.key)) as url:
        code = code_for(folder, "T-shows", "C01")
        assert at(session, "enrol", code, "--hub", url, "--ca", tls.file, "--data", data).code == 0
        file, shown = data / "terminal.pem", []
        renewal = partial(at, session, "enrol", "--renew", "--data", data)
        changes: list[Callable[[], object]] = [lambda: None, file.unlink, renewal]
        for count, change in enumerate(changes, start=1):
            change()
            _submitted(session, data, tmp_path / "case")
            assert at(session, "sync", "once", "--json", "--data", data).json["delivered"] == count
            shown.append(file.read_text("ascii"))
        assert shown[0] == shown[1] != shown[2]


def test_a_lost_answer_costs_no_code(session: Session, hub: str, hub_folder: Path, tmp_path: Path) -> None:
    """The hub has taken the key and nobody heard of it: the same code brings the same key again."""
    code, data = code_for(hub_folder, "T-unlucky", "U01"), tmp_path / "real"
    with faulty_link(int(hub.rpartition(":")[2])) as link:
        link.plan = lambda _method, _path, _size: Fault.LOSE_ANSWER
        assert at(session, "enrol", code, "--hub", link.url, "--data", data).error == "SYN-01"
        assert not (data / "config.toml").exists()
    again = at(session, "enrol", code.replace("-", "").lower(), "--hub", hub, "--data", data)
    assert again.json["terminal_id"] == "T-unlucky"


@pytest.mark.parametrize("step", ["_settle", "settings_text", "replace_durably", "lay_foundation"])
def test_a_program_killed_on_the_way_goes_on_with_the_same_code(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path, step: str
) -> None:
    """Whatever was reached, the same command ends it."""
    terminal_id = f"T-killed-{step.replace('_', '')}"
    code, data = code_for(hub_folder, terminal_id, f"K0{len(step) % 10}"), tmp_path / "real"
    killed = subprocess.run(
        [sys.executable, "-c", _DYING, step, "enrol", code, "--hub", hub, "--data", str(data)],
        env=session.environment, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert killed.returncode == 9, killed.stderr
    assert at(session, "enrol", code, "--hub", hub, "--data", data).json["terminal_id"] == terminal_id
    assert at(session, "sync", "once", "--json", "--data", data).json["hub"] == "reachable"


def test_a_new_code_gives_a_terminal_a_new_key_and_leaves_its_settings(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path
) -> None:
    """Cases, epoch, letter and the technician's devices stay."""
    data = tmp_path / "real"
    first = code_for(hub_folder, "T-again", "A01")
    assert at(session, "enrol", first, "--hub", hub, "--data", data).code == 0
    settings = (data / "config.toml").read_text("utf-8").replace('"PDF"', '"前台"')
    (data / "config.toml").write_text(settings, "utf-8")
    assert at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", data).code == 0
    mark = (data / "series.json").read_bytes()
    assert at(session, "enrol", code_for(hub_folder, "T-again", "A01"), "--hub", hub, "--data", data).code == 0
    assert 'name = "前台"' in (data / "config.toml").read_text("utf-8")
    assert (data / "series.json").read_bytes() == mark
    assert at(session, "sync", "once", "--json", "--data", data).json["delivered"] == 1


def test_a_code_of_another_terminal_is_refused_before_it_is_used(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path
) -> None:
    """The waiting case stays this terminal's, the other terminal keeps its key, and the code is as good as before."""
    here, there, code = tmp_path / "here", tmp_path / "there", code_for(hub_folder, "T-here", "H01")
    assert at(session, "enrol", code, "--hub", hub, "--data", here).code == 0
    assert at(session, "enrol", code_for(hub_folder, "T-there", "H02"), "--hub", hub, "--data", there).code == 0
    assert at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", here).code == 0
    before = {path.name: path.read_bytes() for path in here.glob("*.*") if path.suffix in {".toml", ".json"}}
    code = code_for(hub_folder, "T-there", "H02")
    refused = at(session, "enrol", code, "--hub", hub, "--data", here)
    assert (refused.error, "T-here" in refused.words) == ("ENR-03", True)
    assert {name: (here / name).read_bytes() for name in before} == before
    assert at(session, "sync", "once", "--json", "--data", there).json["hub"] == "reachable"
    assert at(session, "enrol", code, "--hub", hub, "--data", there).json["terminal_id"] == "T-there"
    assert at(session, "sync", "once", "--json", "--data", here).json["delivered"] == 1


def test_a_new_machine_numbers_apart_from_the_one_before(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path
) -> None:
    """Cases that were never delivered lie on the old machine: the new one begins with the next letter, every time."""
    letters = []
    for machine in ("first", "second", "third"):
        code, data = code_for(hub_folder, "T-replaced", "R01"), tmp_path / machine
        assert at(session, "enrol", code, "--hub", hub, "--data", data).code == 0
        taken = at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", data)
        letters.append(taken.json["case_number"][12])
    assert letters == ["A", "B", "C"]
    for lost in (tmp_path / "first").glob("kiosk.db*"):  # the first is mended; of its store only the mark is left
        lost.unlink()
    code, data = code_for(hub_folder, "T-replaced", "R01"), tmp_path / "first"
    assert at(session, "enrol", code, "--hub", hub, "--data", data).code == 0
    taken = at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", data)
    assert taken.json["case_number"][12] == "D"
    assert at(session, "sync", "once", "--json", "--data", tmp_path / "second").json["delivered"] == 1


def test_what_stands_in_the_way_is_said(session: Session, hub: str, hub_folder: Path, tmp_path: Path) -> None:
    """A wrong code, a used one, a training folder, no address, no key store: each has its words and makes nothing."""
    code, data = code_for(hub_folder, "T-words", "X01"), tmp_path / "real"
    assert at(session, "enrol", "WRONG-CODE", "--hub", hub, "--data", data).error == "ENR-01"
    assert at(session, "enrol", code, "--data", data).error == "CAS-02"
    training = tmp_path / "training"
    assert at(session, "case", "list", "--json", "--data", training).code == 0
    assert at(session, "enrol", code, "--hub", hub, "--data", training).error == "ENR-02"
    bare = Session(tmp_path / "bare")
    assert at(bare, "enrol", code, "--hub", hub, "--data", data).error == "KEY-02"
    assert not (data / "config.toml").exists()
    assert at(session, "enrol", code, "--hub", hub, "--data", data).code == 0
    assert at(session, "enrol", code, "--hub", hub, "--data", tmp_path / "twin").error == "ENR-01"


def test_a_real_store_that_was_never_enrolled_works_and_says_so(session: Session, tmp_path: Path) -> None:
    """Cases are taken in; no hub is started for it or believed."""
    data = tmp_path / "real"
    data.mkdir()
    devices = 'readers = []\nprinter = { kind = "folder" }\ncamera = { kind = "none" }\n'
    settings = f'training = false\n[devices]\n{devices}[keys]\nkind = "keyring"\n[station]\nterminal_id = "T-hand"\n'
    (data / "config.toml").write_text(settings, "utf-8")
    assert at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", data).code == 0
    assert at(session, "sync", "once", "--json", "--data", data).error == "SYN-11"
    assert (
        at(session, "sync", "status", "--json", "--data", data, "--hub", "http://127.0.0.1:9").json["hub"] == "refused"
    )


def test_no_seed_is_left_in_the_folder(session: Session, hub: str, hub_folder: Path, tmp_path: Path) -> None:
    """Neither key stands in any file, in no spelling."""
    data = tmp_path / "real"
    at(session, "enrol", code_for(hub_folder, "T-tidy", "Y01"), "--hub", hub, "--data", data)
    program = """
import sys
from kiosk.wiring.foundation import keyring_of
keys = keyring_of(sys.argv[1])
print(keys.get("signing-seed").hex(), keys.get("data-key").hex())
"""
    for secret in map(bytes.fromhex, session.run(program, "T-tidy").split()):
        for path in filter(Path.is_file, data.rglob("*")):
            content = path.read_bytes()
            assert not any(form in content for form in (secret, secret.hex().encode(), base64.b64encode(secret)))
    assert (data / "config.toml").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("step", ["", "SigningKey", "lay_foundation", "_delete"])
def test_a_new_key_comes_whole_or_not_at_all(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path, step: str
) -> None:
    """Whatever ends on the way, the terminal still speaks with its hub, and the same command ends it."""
    own, data = f"N{len(step):02}", tmp_path / "real"
    code = code_for(hub_folder, f"T-renews-{own}", own)
    assert at(session, "enrol", code, "--hub", hub, "--data", data).code == 0
    assert at(session, "case", "submit", case_file(tmp_path / "case"), "--json", "--data", data).code == 0
    before = at(session, "paper", "key", "--data", data).json
    if step:
        killed = subprocess.run(
            [sys.executable, "-c", _DYING_LATER, step, "enrol", "--renew", "--data", str(data)],
            env=session.environment, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert killed.returncode == 9, killed.stderr
        assert at(session, "sync", "status", "--json", "--data", data).json["hub"] == "reachable"
    assert at(session, "enrol", "--renew", "--data", data).code == 0
    after = at(session, "paper", "key", "--data", data).json
    assert before["terminals"][0] != after["terminals"][0]
    assert before["terminals"][0] in json.loads((data / "terminals.json").read_bytes())["terminals"]
    assert at(session, "sync", "once", "--json", "--data", data).json["delivered"] == 1


def test_operators_of_the_hub_sign_in_at_a_real_terminal(
    session: Session, hub: str, hub_folder: Path, tmp_path: Path
) -> None:
    """Nobody can before the hub has said who; then only with the right password, and not after it was taken back."""
    data = tmp_path / "real"
    at(session, "enrol", code_for(hub_folder, "T-signs", "S01", station="SHS77"), "--hub", hub, "--data", data)
    operator = ("hub", "operator", "w03", "--station", "SHS77", "--data", hub_folder)
    assert session.run(_SIGN_IN, str(data), "w03", "测试口令一") == "ACC-01"
    assert kiosk(*operator, "--name", "测试己", "--role", "supervisor", stdin="测试口令一\n".encode()).code == 0
    assert kiosk(*operator, "--name", "测试己", "--role", "boss", stdin=b"x\n").error == "CAS-02"
    at(session, "sync", "once", "--json", "--data", data)
    assert session.run(_SIGN_IN, str(data), "w03", "测试口令一") == "supervisor"
    assert session.run(_SIGN_IN, str(data), "w03", "wrong") == "ACC-01"
    assert kiosk("hub", "tell", "T-signs", "今晚升级", "--data", hub_folder).code == 0
    assert kiosk(*operator, "--remove").code == 0
    at(session, "sync", "once", "--json", "--data", data)
    assert session.run(_SIGN_IN, str(data), "w03", "测试口令一") == "ACC-01"
    notices = [c for c in at(session, "doctor", "--json", "--data", data).json["checks"] if c["id"] == "notice"]
    assert [notice["words"] for notice in notices] == ["今晚升级"]
