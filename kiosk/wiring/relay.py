"""Carrying by stick: a terminal's packets out, others' to the hub, receipts home."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from functools import reduce
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.config import load_config
from kiosk.errors import ErrorCode, InputError, StoreError
from kiosk.ports.relay import BroughtIn, Carried, Closed, Exported
from kiosk.services.relay import RelayService, export_packets
from kiosk.store.packets import FOLDER, FilePackets
from kiosk.store.store import SqliteStore
from kiosk.wiring.counter import make_client
from kiosk.wiring.foundation import Foundation
from kiosk.wiring.hub_keys import find_hub_keys, hub_keys
from kiosk.wiring.sealing import make_sealer, own_packets
from sync.relay import carry

PACKAGES = "yizhan-relay"
"""The folder on a stick; in it one of each terminal."""
_LOG = logging.getLogger("yizhan.relay")


def export(foundation: Foundation, stick: Path) -> Exported:
    """Write all that is not delivered, as it stands now, on a stick; what cannot be sealed now holds up nothing.

    Raises:
        HubError: HUB_KEYS_UNKNOWN.
        KioskError: RELAY_FOLDER, or the store or the own packets cannot be read.
    """
    hub_keys(foundation.data_dir)
    with foundation.store() as store:
        sealer = make_sealer(foundation, store)
        try:
            while sealer is not None and sealer.seal_some():
                pass
        except StoreError as exc:
            _LOG.error("packets could not be sealed: %s", exc)
        return _service(foundation, store).export(_package(stick, foundation.config.station.terminal_id))


def export_without_store(data_dir: Path, stick: Path) -> Exported:
    """Write every packet there is on a stick, although the store or its key is lost: the newest first.

    What was delivered is among them, nobody can tell which; the newest are the least likely to be.

    Raises:
        KioskError: RELAY_FOLDER, or the settings or the own packets cannot be read.
    """
    terminal_id = load_config(data_dir).station.terminal_id
    own = FilePackets(data_dir / FOLDER)
    package = _package(stick, terminal_id)
    return export_packets(own.event_ids()[::-1], own, package, terminal_id, SystemClock())[0]


def bring_in(foundation: Foundation, hub_url: str, stick: Path) -> BroughtIn:
    """Hand what lies on a stick to the hub, and take the receipts that are for this terminal.

    Raises:
        InputError: RELAY_NOTHING.
        HubError: HUB_KEYS_UNKNOWN, NOT_ENROLLED.
        StoreError: RELAY_FOLDER. When it is the store that fails, its code stands in what was carried, and the receipts
            stay on the stick.
    """
    packages = find_packages(stick)
    if not hub_url:
        waiting = sum(len(set(package.event_ids()).difference(package.receipts())) for package in packages)
        carried = Carried(waiting=waiting, code=ErrorCode.HUB_UNREACHABLE.value if waiting else "")
    else:
        with closing(make_client(foundation, hub_url)) as client:
            if find_hub_keys(foundation.data_dir) is None:
                client.hello()  # in training it brings them
            keys = hub_keys(foundation.data_dir)
            carried = reduce(_both, (carry(client, package, keys.signing_bytes) for package in packages))
    try:
        return BroughtIn(carried, take_receipts(foundation, stick))
    except StoreError as exc:
        if exc.code is ErrorCode.RELAY_FOLDER:
            raise
        _LOG.error("receipts could not be taken: %s", exc)
        return BroughtIn(replace(carried, code=carried.code or exc.code.value), Closed())


def take_receipts(foundation: Foundation, stick: Path) -> Closed:
    """Take the receipts on a stick that are for this terminal.

    Raises:
        InputError: RELAY_NOTHING.
        HubError: HUB_KEYS_UNKNOWN.
        StoreError: RELAY_FOLDER, or the store cannot be written.
    """
    keys = hub_keys(foundation.data_dir)
    closed = Closed()
    with foundation.store() as store:
        for package in find_packages(stick):
            more = _service(foundation, store).take_receipts(package, keys.signing_bytes)
            closed = Closed(closed.cases + more.cases, closed.refused + more.refused, closed.unproven + more.unproven)
    return closed


def find_packages(stick: Path) -> list[FilePackets]:
    """Find the packages on a stick, or the one that is this folder itself.

    Raises:
        InputError: RELAY_NOTHING.
        StoreError: RELAY_FOLDER.
    """
    below = stick / PACKAGES
    try:
        places = [stick, *(sorted(path for path in below.iterdir() if path.is_dir()) if below.is_dir() else ())]
    except OSError as exc:
        raise StoreError(ErrorCode.RELAY_FOLDER) from exc
    packages = [FilePackets(place, stick=True) for place in places]
    found = [package for package in packages if package.event_ids() or package.receipts()]
    if not found:
        raise InputError(ErrorCode.RELAY_NOTHING)
    return found


def _service(foundation: Foundation, store: SqliteStore) -> RelayService:
    return RelayService(
        own_packets(foundation),
        store.packets,
        store.outbox,
        foundation.config.station.terminal_id,
        foundation.clock,
    )


def _package(stick: Path, terminal_id: str) -> FilePackets:
    if not stick.is_dir():
        raise StoreError(ErrorCode.RELAY_FOLDER)
    return FilePackets(stick / PACKAGES / terminal_id, stick=True)


def _both(one: Carried, other: Carried) -> Carried:
    return Carried(
        cases=one.cases + other.cases,
        packets=one.packets + other.packets,
        refused=one.refused + other.refused,
        waiting=one.waiting + other.waiting,
        damaged=one.damaged + other.damaged,
        missing=one.missing + other.missing,
        code=one.code or other.code,
        words=tuple(dict.fromkeys((*one.words, *other.words))),
    )
