"""The databases on which the reference hub must keep its contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hub_postgres import PostgresServer, postgres_server

from sync.hub.database import default_url


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
