"""The reference hub as a child process of a training counter, apart from the screen's interpreter."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from kiosk.errors import ErrorCode, HubError
from kiosk.paths import own_command
from kiosk.wiring.foundation import Foundation

_START_LIMIT_S = 30.0
_END_LIMIT_S = 10.0


@contextmanager
def hub_address(foundation: Foundation, url: str) -> Iterator[str]:
    """Give the address of the hub: the one that is set or, in training, a hub that runs meanwhile.

    Raises:
        HubError: NOT_ENROLLED, HUB_UNREACHABLE.
    """
    if url:
        yield url
    elif foundation.config.training:
        with training_hub(foundation.data_dir) as address:
            yield address
    else:
        raise HubError(ErrorCode.NOT_ENROLLED)


@contextmanager
def training_hub(data_dir: Path) -> Iterator[str]:
    """Run the reference hub on loopback, its store in the data folder's `hub`; give its address.

    Raises:
        HubError: HUB_UNREACHABLE, it did not come up in time.
    """
    child = subprocess.Popen(
        own_command("hub", "serve", "--data", str(data_dir), "--with-parent", str(os.getpid()), "--ask-for-missing"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address_of(child)
    finally:
        child.terminate()
        try:
            child.wait(_END_LIMIT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _address_of(child: subprocess.Popen[str]) -> str:
    lines: SimpleQueue[str] = SimpleQueue()
    stdout = child.stdout
    Thread(target=lambda: lines.put(stdout.readline() if stdout else ""), daemon=True).start()
    try:
        return str(json.loads(lines.get(timeout=_START_LIMIT_S))["url"])
    except (Empty, ValueError, KeyError) as exc:
        raise HubError(ErrorCode.HUB_UNREACHABLE) from exc
