"""Making a machine a real terminal: its key, what the hub says that it is, and its store.

Nothing on the way may cost the code: the seed of the key that brings it stands in the key store before the hub is
asked, under the code's own hash, and is forgotten last. Whatever ends in between, the same command with the same code
brings the same key, to which the hub gives the same answer.
"""

from __future__ import annotations

import base64
import hashlib
import os
import platform
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk import __version__
from kiosk.clock import Clock
from kiosk.config import FILE_NAME, load_config, settings_text
from kiosk.crypto.signing import SigningKey
from kiosk.errors import ConfigError, ErrorCode, HubError
from kiosk.paths import DATABASE_FILE
from kiosk.ports.keys import KeyProvider
from kiosk.store.files import replace_durably, storage_errors
from kiosk.store.watermark import note_series
from kiosk.wiring.counter import make_client
from kiosk.wiring.foundation import (
    KEY_BYTES,
    KEY_FILE,
    SIGNING_SEED_NAME,
    keyring_of,
    lay_foundation,
    prepare_folder,
)
from kiosk.wiring.hub_keys import keep_given
from kiosk.wiring.instance import only_instance
from kiosk.wiring.terminals import TerminalKey, trust_terminals
from sync.answers import HubAnswerError
from sync.client import HubClient, Identity
from sync.messages import Enrolled, EnrolledStation

_NEXT_SEED_NAME = "next-signing-seed"
_UNNAMED = "new"
"""Who asks before the hub has said it; also where the key store keeps seeds until then."""
_CA_FILE = "hub-ca.pem"
_PAUSES_S = (1.0, 3.0)
_PROBE_S = 45.0
"""How often a hub that is away is asked: ten thousand terminals do so at once when it comes back."""
_DEVICES = {
    "readers": [{"kind": "pcsc"}],
    "printer": {"kind": "folder", "name": "PDF"},
    "camera": {"kind": "none"},
}
"""What a new terminal has until its technician says more: nothing made up, and papers that come out in any case."""


@dataclass(frozen=True)
class HubAddress:
    """Where the hub is; with `ca`, a PEM file, only its authorities vouch for that."""

    url: str
    ca: Path | None = None


def enrol(data_dir: Path, hub: HubAddress, code: str, clock: Clock) -> EnrolledStation:
    """Enrol this machine for a one-time code, or give a terminal a new key for a new code; gives what it is now.

    Raises:
        ConfigError: ENROLMENT_IN_TRAINING, ENROLMENT_OF_ANOTHER, CONFIG_INVALID, or the folder or the key store is not
            right.
        HubError: ENROLMENT_CODE_REFUSED, or the hub does not answer as one.
        StoreError: STORE_IN_USE, or the store cannot be made.
    """
    prepare_folder(data_dir)
    with only_instance(data_dir):
        if load_config(data_dir).training and ((data_dir / KEY_FILE).exists() or (data_dir / DATABASE_FILE).exists()):
            raise ConfigError(ErrorCode.ENROLMENT_IN_TRAINING)
        waiting, name = keyring_of(_UNNAMED), _name_of(code)
        seed = _kept_seed(waiting, name)
        answer = _ask(hub, code, SigningKey(seed), clock, _present(data_dir))
        _settle(data_dir, hub, answer, seed)
        if answer.series and not (data_dir / DATABASE_FILE).exists():
            note_series(data_dir, answer.series)
        with lay_foundation(data_dir, clock).store():
            waiting.delete(name)
    return answer.station


def renew_key(data_dir: Path, clock: Clock) -> None:
    """Give this terminal a new key, signed in by the present one.

    The new seed stands in the key store before the hub hears of its key, and the present one holds at the hub until the
    new one is used: whatever ends in between, the same command goes on with the same seed.

    Raises:
        HubError: NOT_ENROLLED, or the hub does not answer or refuses.
        ConfigError: the folder or the key store is not right.
        StoreError: STORE_IN_USE, or the list of known terminals cannot be written.
    """
    with only_instance(data_dir):
        foundation = lay_foundation(data_dir, clock)
        if foundation.config.training:
            raise HubError(ErrorCode.NOT_ENROLLED)
        keys = keyring_of(foundation.config.station.terminal_id)
        seed = _kept_seed(keys, _NEXT_SEED_NAME)
        if seed != foundation.signing_seed:
            # What this terminal has sealed so far is to be known as its own afterwards, too.
            own = TerminalKey(foundation.config.station.terminal_id, foundation.signing_key.public.hex())
            trust_terminals(data_dir, (own,))
            with closing(make_client(foundation, foundation.config.hub.url)) as client:
                keep_given(data_dir, client.renew_key(SigningKey(seed)))
            keys.put(SIGNING_SEED_NAME, seed)
        keys.delete(_NEXT_SEED_NAME)
        with closing(make_client(lay_foundation(data_dir, clock), foundation.config.hub.url)) as client:
            client.hello()  # the first use, which ends the key before


def _name_of(code: str) -> str:
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _kept_seed(keys: KeyProvider, name: str) -> bytes:
    seed = keys.get(name)
    if seed is None:
        seed = os.urandom(KEY_BYTES)
        keys.put(name, seed)
    return seed


def _present(data_dir: Path) -> str:
    """Name the terminal whose cases may lie in the folder, empty for none yet."""
    config = load_config(data_dir)
    return "" if config.training else config.station.terminal_id


def _ask(hub: HubAddress, code: str, key: SigningKey, clock: Clock, present: str) -> Enrolled:
    """Bring the code and the key, and have the hub prove in the same breath that it knows us and owns its own key."""
    stranger = HubClient(hub.url, Identity(_UNNAMED, key), __version__, clock, ca=hub.ca)
    try:
        answer = _patiently(lambda: stranger.enrol(code, platform.platform()[:200], present))
    except HubAnswerError as exc:
        if exc.problem_code == "code_refused":
            raise ConfigError(ErrorCode.ENROLMENT_CODE_REFUSED) from exc
        if exc.problem_code == "code_of_another":
            raise ConfigError(ErrorCode.ENROLMENT_OF_ANOTHER, own=present) from exc
        raise
    finally:
        stranger.close()
    known = Identity(answer.station.terminal_id, key, base64.b64decode(answer.hub_key), answer.certificate)
    terminal = HubClient(hub.url, known, __version__, clock, ca=hub.ca)
    try:
        terminal.hello()
    finally:
        terminal.close()
    return answer


def _patiently(ask: Callable[[], Enrolled]) -> Enrolled:
    """Ask again a little later when the hub is busy: a person stands there, and nothing else would do it."""
    for pause_s in _PAUSES_S:
        try:
            return ask()
        except HubAnswerError as exc:
            if exc.code is not ErrorCode.HUB_BUSY:
                raise
            time.sleep(pause_s)
    return ask()


def _settle(data_dir: Path, hub: HubAddress, answer: Enrolled, seed: bytes) -> None:
    """Keep the key and the settings; the key first, so that settings never name a terminal without one."""
    given = answer.station.terminal_id
    present = _present(data_dir)
    if present not in {"", given}:  # a hub that does not know how to refuse it
        raise ConfigError(ErrorCode.ENROLMENT_OF_ANOTHER, own=present)
    settings = settings_text(
        data_dir,
        {"devices": _DEVICES, "hub": {"probe_s": _PROBE_S}},
        {
            "training": False,
            "station": msgspec.structs.asdict(answer.station),
            "hub": {"url": hub.url, "key": answer.hub_key, "ca": _CA_FILE if hub.ca else ""},
            "keys": {"kind": "keyring"},
        },
    )
    keyring_of(given).put(SIGNING_SEED_NAME, seed)
    with storage_errors():
        if hub.ca is not None:
            replace_durably(data_dir / _CA_FILE, hub.ca.read_bytes())
        replace_durably(data_dir / FILE_NAME, settings)
    keep_given(data_dir, answer)
