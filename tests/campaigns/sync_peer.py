"""A terminal's drain beside what the fastest peer known does: PouchDB replicating to its HTTP server, in turns.

The peer keeps and sends documents in the clear, without signatures or an answer for each. Needs Node.js, npm and a
registry of packages.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).parents[1] / "rigs"))

from hub_postgres import postgres_server

from kiosk.commands.bench import _application
from kiosk.commands.bench_sync import SMALL, _case, a_terminal, hub_worker

DOCUMENTS, BYTES, BATCH, TURNS = 5_000, 900, 100, 7
_PEER = Path(__file__).parent / "peer"
_INSTALL_S = 300


def prove(folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure in turns; a missed aim is written down, it may be the machine's."""
    return _measured_in_turns(folder, say, TURNS)


def try_out(folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Do the same once."""
    return _measured_in_turns(folder, say, 1)


def _measured_in_turns(folder: Path, say: Callable[[str], None], turns: int) -> dict[str, Any]:
    own: list[float] = []
    peers: list[float] = []
    with ExitStack() as stack:
        replicate = stack.enter_context(_peer(folder))
        server = stack.enter_context(postgres_server())
        hub_url = stack.enter_context(hub_worker(server.new_database()))
        drain = stack.enter_context(a_terminal(folder / "terminal", hub_url, _application()))
        # Once each beforehand: both compile and open what they work with.
        replicate()
        drain(DOCUMENTS, SMALL)
        for _ in range(turns):
            peers.append(DOCUMENTS / replicate())
            own.append(drain(DOCUMENTS, SMALL))
            say(f"{own[-1]:6.0f} cases/s, the peer {peers[-1]:6.0f} documents/s")
    ratio = round(median(one / other for one, other in zip(own, peers, strict=True)), 2)
    return {
        "documents": DOCUMENTS,
        "document_bytes": BYTES,
        "case_bytes": len(_case(1, SMALL).payload),
        "drained_per_s": round(median(own)),
        "peer_per_s": round(median(peers)),
        "of_peer": ratio,
        "missed": [] if ratio >= 1 else ["of_peer"],
    }


@contextmanager
def _peer(folder: Path) -> Iterator[Callable[[], float]]:
    """Run the peer's server and client; gives what replicates once and says how many seconds it took."""
    home = shutil.copytree(_PEER, folder / "peer")
    quiet = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(quiet, cwd=home, check=True, timeout=_INSTALL_S)
    for name in ("there", "here"):
        (home / name).mkdir()
    with _node(home, "server.js", "there") as server:
        port = _line(server.stdout)
        with _node(home, "client.js", "here", port, str(DOCUMENTS), str(BYTES), str(BATCH)) as client:

            def replicate() -> float:
                assert client.stdin is not None
                client.stdin.write("again\n")
                client.stdin.flush()
                return float(_line(client.stdout))

            yield replicate


@contextmanager
def _node(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        ["node", *words], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _line(output: IO[str] | None) -> str:
    assert output is not None
    line = output.readline().strip()
    if not line:
        message = "the peer has ended"
        raise RuntimeError(message)
    return line
