"""The hub is what it says it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hub_postgres import PostgresServer
from hub_rigs import RunningHub, running_hub
from hub_talk import ask
from litestar.handlers import HTTPRouteHandler

from sync.hub import app
from sync.hub.desk import HubTerms
from sync.hub.openapi import operations

ROOT = Path(__file__).resolve().parents[2]
RIGS = ROOT / "tests" / "rigs"


@pytest.fixture
def hub(postgres: PostgresServer) -> Iterator[RunningHub]:
    """Run a hub on PostgreSQL, which minds what it is given."""
    with running_hub(postgres.new_database()) as running:
        yield running


def test_every_endpoint_is_described_and_nothing_else() -> None:
    """Whoever adds an endpoint describes it."""
    handlers = [one for one in vars(app).values() if isinstance(one, HTTPRouteHandler)]
    there = {
        (method.lower(), path.replace(":str}", "}"))
        for handler in handlers
        for method in handler.http_methods
        for path in handler.paths
        if method != "OPTIONS"
    }
    assert {(one.method, one.path) for one in operations(HubTerms())} == there


def test_the_document_has_examples_and_refusals_in_words(hub: RunningHub) -> None:
    """OpenAPI 3.1; each refusal has its code and sentence, each message its shape."""
    document = ask(hub, "GET", "/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    batches = document["paths"]["/v1/batches"]["post"]
    refused = batches["responses"]["413"]["content"]["application/problem+json"]["examples"]
    assert {"too_large", "batch_too_long"} == set(refused)
    assert all(one["value"]["title"] for one in refused.values())
    assert batches["requestBody"]["content"]["application/json"]["example"]["items"]
    assert {"Hello", "Batch", "BatchItem", "CaseTakenIn", "ProblemDocument"} <= set(document["components"]["schemas"])


@pytest.mark.timeout(180)
def test_requests_by_the_hundred_made_from_the_document_find_no_contradiction(
    hub: RunningHub, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    """Right requests are taken, wrong ones refused, answers have the announced form, nothing ends in a 500."""
    expect_log("uvicorn.error")  # what is no HTTP at all
    document = ask(hub, "GET", "/v1/openapi.json").json()
    for operation in (one for path in document["paths"].values() for one in path.values()):
        operation.pop("security", None)  # the rig signs whatever is sent; what unsigned requests get is tried elsewhere
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(document))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(RIGS / "hub_schemathesis.toml")]
    command += ["run", str(described), "--url", hub.url, "--max-examples", "6", "--no-color", "--continue-on-failure"]
    ended = subprocess.run(
        [*command, "--generation-database", "none"],
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "hub_schemathesis", "PYTHONPATH": f"{ROOT}{os.pathsep}{RIGS}"},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
