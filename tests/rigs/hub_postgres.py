"""A real PostgreSQL of our own: in a folder that is thrown away, on a socket in it, durable as in production."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_OWNER = "postgres"
"""The account that Debian's package makes: the server refuses to run as root."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server; every test asks for a database of its own."""

    folder: Path
    owner: str

    @property
    def pid(self) -> int:
        """The process whose children serve the connections."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def new_database(self) -> str:
        """Make an empty database; gives its address for SQLAlchemy."""
        name = f"hub_{uuid.uuid4().hex}"
        where = f"host={self.folder} user={self.owner} dbname=postgres"
        with closing(psycopg.connect(where, autocommit=True)) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql+psycopg:///{name}?host={self.folder}&user={self.owner}"


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server with its default settings (fsync and synchronous commit on)."""
    root = os.name == "posix" and os.geteuid() == 0
    owner = _OWNER if root else "hub"
    drop: dict[str, Any] = {"user": _OWNER, "group": _OWNER, "extra_groups": []} if root else {}
    folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
    try:
        if root:
            shutil.chown(folder, _OWNER, _OWNER)
        data = folder / "data"
        make = [_program("initdb"), "-D", str(data), "-U", owner, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=60, **drop)
        control = [_program("pg_ctl"), "-D", str(data), "-w", "-t", "60"]
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        start = [*control, "-l", str(folder / "log"), "-o", options, "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=90, **drop)
        try:
            yield PostgresServer(folder, owner)
        finally:
            stop = [*control, "-m", "immediate", "stop"]
            with suppress(subprocess.TimeoutExpired):
                subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=90, **drop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Find a program of the newest installed version; Debian keeps them off the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    assert found, "PostgreSQL is not installed: `python3 dev.py setup` does it"
    return found
