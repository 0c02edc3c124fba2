"""What every command and the screen stand on: settings, key, rules, and a way to open the store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import Clock, SystemClock
from kiosk.config import FILE_NAME as CONFIG_FILE
from kiosk.config import Config, load_config
from kiosk.errors import ConfigError, ErrorCode
from kiosk.ids import OperatorId
from kiosk.paths import DATABASE_FILE
from kiosk.ports.keys import KeyProvider
from kiosk.wiring.instance import FILE_NAME as LOCK_FILE
from kiosk.wiring.rule_book import RuleBook

if TYPE_CHECKING:
    from kiosk.crypto.signing import SigningKey
    from kiosk.domain.paper import StationFacts
    from kiosk.services.intake import Terminal
    from kiosk.store.store import SqliteStore

KEY_FILE = "training-keys.json"
KEY_NAME = "data-key"
SIGNING_SEED_NAME = "signing-seed"
TRAINING_OPERATOR = OperatorId("training")
TRAINING_PASSWORD = "training"  # noqa: S105  shown on the sign-in page of a training counter
KEY_BYTES = 32


@dataclass(frozen=True)
class Foundation:
    """A prepared data folder. Immutable: any thread may open its own store from it."""

    data_dir: Path
    config: Config
    clock: Clock
    key: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)
    rules: RuleBook
    """What every judgement rests on."""

    @cached_property
    def signing_key(self) -> SigningKey:
        """What this terminal signs papers and messages with; others know its public half by the terminal's id."""
        from kiosk.crypto.signing import SigningKey

        return SigningKey(self.signing_seed)

    @property
    def terminal(self) -> Terminal:
        """Who takes in."""
        from kiosk.ports.store import NumberFrame
        from kiosk.services.intake import Terminal

        station = self.config.station
        return Terminal(station.id, station.terminal_id, NumberFrame(station.division, station.terminal_code))

    @property
    def station_facts(self) -> StationFacts:
        """What papers say of this place."""
        from kiosk.domain.paper import StationFacts

        station = self.config.station
        return StationFacts(
            title=station.title,
            window=station.window,
            phone=station.phone,
            complaint_phone=station.complaint_phone,
            address=station.address,
            promise_working_days=self.config.intake.promise_working_days,
        )

    def open_store(self) -> SqliteStore:
        """Open the store for the calling thread, which closes it; in training it knows the training operator.

        Raises:
            StoreError: as `kiosk.store.store.open_store`.
        """
        from kiosk.store.store import open_store

        store = open_store(
            self.data_dir,
            self.key,
            self.clock,
            terminal_id=self.config.station.terminal_id,
            recount=self.rules.recount,
        )
        if self.config.training and store.operators.get(TRAINING_OPERATOR) is None:
            _provide_training_operator(store)
        return store

    @contextmanager
    def store(self) -> Iterator[SqliteStore]:
        """Open the store for the calling thread, for a block."""
        store = self.open_store()
        try:
            yield store
        finally:
            store.close()


def lay_foundation(data_dir: Path, clock: Clock | None = None) -> Foundation:
    """Prepare a data folder; an empty or missing one becomes a training store.

    Raises:
        ConfigError: the settings, the key store or the folder are not right.
    """
    clock = clock or SystemClock()
    prepare_folder(data_dir)
    config = load_config(data_dir)
    keys = _key_provider(config, data_dir)
    rules = RuleBook(data_dir, config)
    return Foundation(data_dir, config, clock, _data_key(keys, data_dir), _signing_seed(keys), rules)


def prepare_folder(data_dir: Path) -> None:
    """Make the data folder if need be.

    Raises:
        ConfigError: DATA_FOLDER_UNWRITABLE, DATA_FOLDER_FOREIGN.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {path.name for path in data_dir.iterdir()}
    except OSError as exc:
        raise ConfigError(ErrorCode.DATA_FOLDER_UNWRITABLE) from exc
    ours = {CONFIG_FILE, DATABASE_FILE, KEY_FILE, LOCK_FILE, "hub"}
    unfinished = f"{KEY_FILE}."  # all that a first start leaves when it ends before the key is in place
    if names and not names & ours and not any(name.startswith(unfinished) for name in names):
        raise ConfigError(ErrorCode.DATA_FOLDER_FOREIGN)


def _key_provider(config: Config, data_dir: Path) -> KeyProvider:
    if config.keys.kind == "training-file":
        from devices.keystore.training_file import TrainingFileKeyProvider

        return TrainingFileKeyProvider(data_dir)
    return keyring_of(config.station.terminal_id)


def keyring_of(name: str) -> KeyProvider:
    """Give a part of the system's own key store: a terminal's.

    Raises:
        ConfigError: KEY_STORE_UNAVAILABLE, KEY_STORE_UNSAFE.
    """
    from devices.keystore.keyring_provider import KeyringKeyProvider, system_backend

    return KeyringKeyProvider(f"yizhan/{name}", system_backend())


def _data_key(keys: KeyProvider, data_dir: Path) -> bytes:
    key = keys.get(KEY_NAME)
    if key is None:
        if (data_dir / DATABASE_FILE).exists():
            raise ConfigError(ErrorCode.KEY_MISSING)
        key = os.urandom(KEY_BYTES)
        keys.put(KEY_NAME, key)
    return key


def _signing_seed(keys: KeyProvider) -> bytes:
    """Give the terminal's seed; a terminal that has none, or lost it, gets a new one under a new public key."""
    seed = keys.get(SIGNING_SEED_NAME)
    if seed is None:
        seed = os.urandom(KEY_BYTES)
        keys.put(SIGNING_SEED_NAME, seed)
    return seed


def _provide_training_operator(store: SqliteStore) -> None:
    from kiosk.crypto.passwords import hash_password
    from kiosk.ports.store import OperatorRecord

    store.operators.put(OperatorRecord(TRAINING_OPERATOR, "测试己", "clerk", hash_password(TRAINING_PASSWORD)))
