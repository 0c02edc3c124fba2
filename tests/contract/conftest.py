"""A store for its contract, and a hub on each database on which it must keep its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hub_postgres import PostgresServer, postgres_server
from hub_rigs import QUICK, RunningHub, identity, running_hub
from hub_talk import case, told
from offer_talk import WANTS, says
from store_rigs import SetClock, store_in

from kiosk.clock import SystemClock
from kiosk.ports.store import Store
from kiosk.ports.sync import OutboxEntry
from sync.client import HubClient
from sync.hub.database import HubDatabase, default_url, open_database

_KINDS = ("sqlite", "postgresql")


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


def _address(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """Give the address of an empty database; PostgreSQL runs only where it is asked for."""
    if kind == "sqlite":
        return default_url(folder / "hub")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(scope="module", params=_KINDS)
def hub_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of a database of each kind, which a module's tests share."""
    return _address(request.param, tmp_path_factory.mktemp("hub"), request)


@pytest.fixture(params=_KINDS)
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of each kind, which no other test sees."""
    return _address(request.param, tmp_path, request)


@pytest.fixture
def hub(own_database: str) -> Iterator[RunningHub]:
    """Run a hub on each database."""
    with running_hub(own_database) as running:
        yield running


@pytest.fixture
def database(hub: RunningHub) -> Iterator[HubDatabase]:
    """Look into its database as another worker."""
    with closing(open_database(hub.database_url)) as opened:
        yield opened


@pytest.fixture
def client(hub: RunningHub) -> Iterator[HubClient]:
    """Speak as the terminal T-1."""
    with closing(HubClient(hub.url, identity(), "0.1.0", SystemClock(), timeouts=QUICK)) as speaker:
        yield speaker


@pytest.fixture
def elsewhere(hub: RunningHub) -> Iterator[HubClient]:
    """Speak as T-2, a terminal of another station."""
    with closing(HubClient(hub.url, identity("T-2"), "0.1.0", SystemClock(), timeouts=QUICK)) as speaker:
        speaker.hello()
        yield speaker


@pytest.fixture
def waiting(client: HubClient, database: HubDatabase) -> OutboxEntry:
    """Have a case of T-1 at the hub, of which matter 04 waits for a correction."""
    entry = case()
    told(client, entry)
    says(database, entry, WANTS)
    return entry
