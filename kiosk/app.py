"""The Qt program around the parts: what `kiosk run` and `kiosk tour` start."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication

from kiosk.errors import KioskError
from ui.engine import make_application
from ui.parts import UiParts
from ui.program import Program

_LOG = logging.getLogger("yizhan")


@contextmanager
def running_program(
    parts: UiParts, size: tuple[int, int] | None, *, full_screen: bool
) -> Iterator[tuple[QGuiApplication, Program]]:
    """Start the program, give it, and stop it in reverse order."""
    application = make_application(sys.argv[:1], parts.screen.language)
    program = Program(application, parts)
    _guard(program)
    try:
        program.start(QSize(*size) if size else None, full_screen=full_screen)
        yield application, program
    finally:
        program.stop()
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__


def run_program(
    parts: UiParts, size: tuple[int, int] | None = None, *, full_screen: bool = False, exit_when_ready: bool = False
) -> int:
    """Show the program until its window is closed; give the exit code.

    `exit_when_ready` ends it soon and prints moments of the machine's monotonic clock in seconds: `page`, the first
    page was on the screen and took input; `services`, a job on the services was done.

    Raises:
        KioskError: with `exit_when_ready`, why the services could not be opened.
    """
    with running_program(parts, size, full_screen=full_screen) as (application, program):
        if exit_when_ready:
            return _run_until_ready(application, program)
        return application.exec()


def _run_until_ready(application: QGuiApplication, program: Program) -> int:
    moments: dict[str, float] = {}
    refusals: list[KioskError] = []

    def note(what: str) -> None:
        moments.setdefault(what, time.monotonic())
        if len(moments) == 2:
            application.quit()

    def refuse(error: KioskError) -> None:
        refusals.append(error)
        application.exit(1)

    program.window.frameSwapped.connect(lambda: note("page"), Qt.ConnectionType.QueuedConnection)
    program.tasks.run(lambda _services: "services", note, refuse)
    code = application.exec()
    for error in refusals:
        raise error
    # Only here, once: frames that wait in the queue are still told after `quit`.
    sys.stdout.write(json.dumps(moments) + "\n")
    sys.stdout.flush()
    return code


def _guard(program: Program) -> None:
    """Make a bug a logged stack without values and a calm page; the draft is in the store already."""

    def on_bug(kind: type[BaseException], stack: TracebackType | None) -> None:
        # Only where it happened: the exception's text and values may be what a person entered.
        _LOG.critical("unexpected %s\n%s", kind.__name__, "".join(traceback.format_tb(stack)))
        program.crash()

    sys.excepthook = lambda kind, _value, stack: on_bug(kind, stack)
    threading.excepthook = lambda args: on_bug(args.exc_type, args.exc_traceback)
