"""What the program's memory is kept from."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_LOOK = """
import ctypes, json, resource
from kiosk.__main__ import main
try:
    main(["--version"])
except SystemExit:
    pass
print(json.dumps([resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own means")
def test_no_image_of_the_memory_is_written() -> None:
    """After any command has begun, the process can write no core file and is not dumpable, not even into a pipe."""
    done = subprocess.run([sys.executable, "-c", _LOOK], capture_output=True, check=True, timeout=60, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [[0, 0], 0]
