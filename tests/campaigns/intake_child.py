"""Programs that take in cases through the product's own path, to be killed.

Reads orders from standard input, one JSON object a line, and forks a child for each, with all modules loaded:
`{"act": "loop" | "submit", "data": …, "file": …, "output": …, "held": bool}`. The child's standard output is the file
`output`. `loop` opens a counter once, takes in the case of `file` again and again and writes each number right after it
was given; `submit` is the command `kiosk case submit`. A held child has stopped and may be traced by anyone; it goes on
when it is told to continue. Answers: the child's process id, then, when it has ended, its wait status.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import devices.keystore.training_file  # noqa: F401  loaded before the forks, like the next
import kiosk.commands.case  # noqa: F401
from kiosk.__main__ import main
from kiosk.wiring.counter import open_counter

_PR_SET_PTRACER, _ANYONE = 0x59616D61, -1


def serve() -> None:
    """Fork a child for each order."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _obey(order)
        if order["held"]:
            os.waitpid(child, os.WUNTRACED)
        _answer(child)
        _answer(os.waitpid(child, 0)[1])


def _obey(order: dict[str, Any]) -> None:
    os.dup2(os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 1)
    if order["held"]:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYONE, 0, 0, 0)  # a tracer that is no ancestor may attach
        os.kill(os.getpid(), signal.SIGSTOP)
    if order["act"] == "loop":
        take_in_for_ever(Path(order["data"]), Path(order["file"]))
    code = main(["case", "submit", order["file"], "--json", "--data", order["data"]])
    os._exit(code)


def take_in_for_ever(data: Path, file: Path) -> None:
    """Take in one case after the other until killed."""
    with open_counter(data) as counter:
        while True:
            os.write(1, f"{counter.submit_file(file)}\n".encode())


def _answer(value: int) -> None:
    os.write(1, f"{value}\n".encode())


if __name__ == "__main__":
    serve()
