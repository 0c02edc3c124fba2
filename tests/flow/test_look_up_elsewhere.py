"""全省通办 from outside: a case taken in at one terminal, asked for at another with a screen, a hub between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_rigs import case_file, hub_process, kiosk
from PySide6.QtCore import QCoreApplication, QEventLoop, QSize
from screen_rigs import model_of, until
from staff_situations import come_to_rest

from kiosk.wiring.foundation import TRAINING_OPERATOR, TRAINING_PASSWORD
from kiosk.wiring.screen import ScreenChoice, open_screen
from ui.desk import Page
from ui.engine import make_application
from ui.parts import UiParts
from ui.program import Program
from ui.viewmodels.elsewhere import ElsewhereViewModel
from ui.viewmodels.look_up import LookUpViewModel
from ui.viewmodels.sign_in import SignInViewModel

SECRET = "246810"
APPLICANT = "370100196803159995"
"""On the sample card `applicant`."""


def station(folder: Path, letter: str) -> Path:
    """Make the data folder of a station's terminal."""
    folder.mkdir()
    settings = f'[station]\nid = "{letter}"\nterminal_id = "370100-{letter}-W01"\nterminal_code = "{letter}01"\n'
    (folder / "config.toml").write_text(settings, "utf-8")
    return folder


@contextmanager
def counter(data: Path, hub: str) -> Iterator[tuple[UiParts, Program]]:
    """Open the screen of a terminal, with its operator signed in and the hub met."""
    with open_screen(data, ScreenChoice(), hub_url=hub) as parts:
        program = Program(make_application(["test"]), parts)
        program.start(QSize(1366, 768))
        try:
            model = model_of(program.shell)
            assert isinstance(model, SignInViewModel)
            model.typeOperator(TRAINING_OPERATOR)
            model.enter(TRAINING_PASSWORD)
            until(lambda: program.shell.property("page") == int(Page.WORK_LIST))
            yield parts, program
            come_to_rest(program)
        finally:
            program.stop()
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def look_for(program: Program, number: str) -> ElsewhereViewModel:
    """Type a number into the look-up, and go where it points."""
    program.shell.go(Page.LOOK_UP, "")
    model = model_of(program.shell)
    assert isinstance(model, LookUpViewModel)
    model.type(number)
    model.search()
    until(lambda: bool(model.property("foreign")))
    model.lookElsewhere()
    page = model_of(program.shell)
    assert isinstance(page, ElsewhereViewModel)
    return page


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("qapp")
def test_a_family_asks_at_another_station(tmp_path: Path) -> None:
    """The deceased's card opens nothing, the applicant's or a supervisor does; offline it says so; nothing stays."""
    first, second = station(tmp_path / "a", "A"), station(tmp_path / "b", "B")
    file = case_file(tmp_path / "in", applicant={"document_number": APPLICANT})
    with hub_process(tmp_path / "h", "--accept-after", "0", "--step-after", "3600") as hub:
        number = kiosk("case", "submit", file, "--json", "--data", first).json["case_number"]
        assert "A01" in number
        assert kiosk("sync", "once", "--json", "--data", first, "--hub", hub).json["delivered"] == 1
        matters = kiosk("case", "show", number, "--json", "--data", first).json["matters"]
        supervisor = ("sup", "--name", "测试庚", "--role", "supervisor", "--station", "")  # of terminals without a code
        kiosk("hub", "operator", *supervisor, "--data", tmp_path / "h", stdin=f"{SECRET}\n".encode())
        kiosk("sync", "once", "--json", "--data", second, "--hub", hub)
        with counter(second, hub) as (parts, program):
            assert parts.training is not None
            page = look_for(program, number)
            parts.training.insert_card("elder")
            until(lambda: "ELS-01" in page.property("message"))
            assert not page.property("open")
            parts.training.remove_card()
            parts.training.insert_card("applicant")
            until(lambda: bool(page.property("open")))
            shown = page.property("matters").rows()
            assert sorted(row.name for row in shown) == sorted(matter["name"] for matter in matters)
            assert all(row.standing for row in shown)
            assert page.property("people") == ["测*甲 370100********9991", "测*乙 370100********9995"]
            page.back()
            assert not page.property("open")
            parts.training.remove_card()

            page = look_for(program, number)
            page.vouch("sup", SECRET[:-1])
            until(lambda: "ACC-03" in page.property("message"))
            page.vouch("sup", SECRET)
            until(lambda: bool(page.property("open")))
            page.back()

            parts.training.set_network(False)
            page = look_for(program, number)
            parts.training.insert_card("applicant")
            until(lambda: "12345" in page.property("message"))
            parts.sync_now()
            until(lambda: bool(page.property("away")))
        listed = kiosk("case", "list", "--json", "--data", second)
        assert number not in str(listed.json)
    seen = [path for path in second.rglob("*") if path.is_file()]
    assert [path for path in seen if any(secret in path.read_bytes() for secret in secrets(number))] == []


def secrets(number: str) -> list[bytes]:
    """List what must not lie in the second terminal's folder."""
    return [text.encode() for text in (number, APPLICANT, "370100194001019991", "测试甲", "测*甲")]
