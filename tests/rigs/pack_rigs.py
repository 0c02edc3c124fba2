"""Packs of overlays as a hub signs them, and a terminal that knows this hub's key."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
from hub_rigs import HUB_KEY

from kiosk.config import Config, load_config
from kiosk.crypto.signing import SigningKey
from sync.messages import Pack
from sync.signatures import pack_proof


def settings(folder: Path) -> Config:
    """Give the settings of a terminal that knows the hub's key."""
    config = load_config(folder)
    key = base64.b64encode(HUB_KEY.public).decode()
    return msgspec.structs.replace(config, hub=msgspec.structs.replace(config.hub, key=key))


def signed(version: int, files: dict[str, str], key: SigningKey = HUB_KEY) -> Pack:
    """Sign a pack."""
    signature = base64.b64encode(key.sign(pack_proof(version, files))).decode()
    return Pack(version=version, files=files, signature=signature)
