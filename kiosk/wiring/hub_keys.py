"""What the hub gave out when this terminal enrolled, in the data folder, outside the database.

`hub-keys.json` has the hub's keys, `terminal.pem` the certificate of this terminal's own; nothing of it is secret.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.config import fault_place
from kiosk.errors import ConfigError, ErrorCode, HubError
from kiosk.store.files import replace_durably, storage_errors
from sync.messages import Enrolled, KeyTaken

FILE_NAME = "hub-keys.json"
CERTIFICATE_FILE = "terminal.pem"
_KEY = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class HubKeys(Struct, frozen=True):
    """The key that the hub signs with (Ed25519) and the one that packets are sealed to (X25519); base64."""

    signing: _KEY
    sealing: _KEY

    @property
    def signing_bytes(self) -> bytes:
        """32 bytes."""
        return base64.b64decode(self.signing)

    @property
    def sealing_bytes(self) -> bytes:
        """32 bytes."""
        return base64.b64decode(self.sealing)


def keep_given(data_dir: Path, answer: Enrolled | KeyTaken) -> None:
    """Keep what the hub gave out.

    Raises:
        StoreError: STORE_FULL, STORE_IO.
    """
    with storage_errors():
        if isinstance(answer, Enrolled):
            keys = HubKeys(answer.hub_key, answer.packet_key)
            replace_durably(data_dir / FILE_NAME, msgspec.json.format(msgspec.json.encode(keys), indent=1))
        if answer.certificate:  # none where TLS ends before the hub
            replace_durably(data_dir / CERTIFICATE_FILE, answer.certificate.encode())


def find_certificate(data_dir: Path) -> str:
    """Read the certificate (PEM) of this terminal's key; empty for none, or for a file that is damaged.

    Without it the hub is asked again for one: it is no reason to stop.
    """
    try:
        return (data_dir / CERTIFICATE_FILE).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def find_hub_keys(data_dir: Path) -> HubKeys | None:
    """Read what was kept, None before the terminal has enrolled.

    Raises:
        ConfigError: CONFIG_INVALID with the place.
    """
    try:
        return msgspec.json.decode((data_dir / FILE_NAME).read_bytes(), type=HubKeys)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place=fault_place(FILE_NAME, exc)) from exc


def hub_keys(data_dir: Path) -> HubKeys:
    """Read what was kept.

    Raises:
        HubError: HUB_KEYS_UNKNOWN; ConfigError: as `find_hub_keys`.
    """
    keys = find_hub_keys(data_dir)
    if keys is None:
        raise HubError(ErrorCode.HUB_KEYS_UNKNOWN)
    return keys
