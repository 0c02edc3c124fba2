"""A store for its contract, and the databases on which the reference hub must keep its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_postgres import PostgresServer, postgres_server
from store_rigs import SetClock, store_in

from kiosk.ports.store import Store
from sync.hub.database import default_url


@pytest.fixture
def clock() -> SetClock:
    """A clock that the test moves."""
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    """An empty store."""
    opened = store_in(tmp_path, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run one PostgreSQL for all tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def hub_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of an empty database of each kind."""
    if request.param == "sqlite":
        return default_url(tmp_path_factory.mktemp("hub"))
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()
