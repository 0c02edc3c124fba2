"""A program that takes in cases and prints each number once it may be shown; tests kill it.

`store_writer.py FOLDER COUNT FILES BYTES` opens the store in FOLDER and takes in COUNT cases (0: without end).
`store_writer.py --serve` reads such lines from standard input and forks a child for each, with all modules loaded: the
child stops until it is told to continue, and keeps its numbers in FOLDER/printed, or `!` and the code of a failure. The
child's process id is answered when it has stopped, `done` when it has ended.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from store_rigs import file_of, store_in, take_in

from kiosk.errors import StoreError

_PR_SET_PTRACER, _ANYONE = 0x59616D61, -1


def write_cases(folder: Path, count: int, files: int, size: int, output: int) -> None:
    """Take in cases and write their numbers to a descriptor, unbuffered."""
    store = store_in(folder)
    for done in itertools.count(1):
        taken = take_in(store, *(file_of(size) for _ in range(files)))
        os.write(output, f"{taken.case_number}\n".encode())
        if done == count:
            break
    store.close()


def serve() -> None:
    """Fork a writer for each line of standard input."""
    for line in sys.stdin:
        folder, count, files, size = line.split()
        child = os.fork()
        if child == 0:
            output = os.open(f"{folder}/printed", os.O_WRONLY | os.O_CREAT)
            ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYONE, 0, 0, 0)  # a tracer that is no ancestor may attach
            os.kill(os.getpid(), signal.SIGSTOP)
            try:
                write_cases(Path(folder), int(count), int(files), int(size), output)
            except StoreError as error:
                os.write(output, f"!{error.code.value}\n".encode())
            os._exit(0)
        os.waitpid(child, os.WUNTRACED)
        print(child, flush=True)  # noqa: T201  the answer
        os.waitpid(child, 0)
        print("done", flush=True)  # noqa: T201  the answer


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve()
    else:
        write_cases(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), 1)
