"""The least that a worker can do with a batch, to measure the hub against: the same bytes, one insert for each case.

No signature, no check, no answer per item, nothing noted of the terminal; the same server, database and durability.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing

import msgspec
import uvicorn
from litestar import Litestar, Request, Response, post
from litestar.datastructures import State
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, insert

from kiosk.ids import uuid7
from sync.hub.database import HubDatabase, open_database
from sync.hub.server import HOST, open_door, server_config
from sync.messages import BatchEnvelope

_KEPT = Table(
    "bench_bare", MetaData(), Column("id", String(36), primary_key=True), Column("payload", LargeBinary, nullable=False)
)


@post("/bare", status_code=200)
async def bare(request: Request[None, None, State]) -> Response[bytes]:
    """Insert each item of a batch as it came, in one transaction."""
    body = await request.body()
    database: HubDatabase = request.app.state.database

    def work() -> None:
        items = msgspec.json.decode(body, type=BatchEnvelope).items
        with database.write() as connection:
            for item in items:
                connection.execute(insert(_KEPT).values(id=uuid7(), payload=bytes(item)))

    await asyncio.to_thread(work)
    return Response(b"{}", media_type="application/json")


def serve_bare(database_url: str, on_ready: Callable[[str], None]) -> None:
    """Serve until told to stop.

    Raises:
        HubDatabaseError: the database cannot be opened.
    """
    with closing(open_database(database_url)) as database, open_door(0) as door:
        with database.write() as connection:
            _KEPT.create(connection, checkfirst=True)
        app = Litestar([bare], state=State({"database": database}), openapi_config=None, logging_config=None)
        on_ready(f"http://{HOST}:{door.getsockname()[1]}")
        uvicorn.Server(server_config(app)).run(sockets=[door])
