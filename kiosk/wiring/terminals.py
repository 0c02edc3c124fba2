"""Other terminals whose papers can be checked here: `terminals.json` in the data folder, by their public keys.

The same form is what a terminal hands out about itself, and what is taken in from others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.config import fault_place
from kiosk.domain.paper_seal import KnownTerminals, scanner_form
from kiosk.errors import ConfigError, ErrorCode
from kiosk.store.files import replace_durably, storage_errors

FILE_NAME = "terminals.json"


class TerminalKey(Struct, frozen=True):
    """A terminal and one of its public keys (Ed25519, hexadecimal)."""

    terminal_id: Annotated[str, Meta(min_length=1, max_length=64)]
    public_key: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class TerminalList(Struct, frozen=True):
    """The file's content."""

    terminals: tuple[TerminalKey, ...]


def known_terminals(data_dir: Path) -> KnownTerminals:
    """Read who is known; nobody when there is no file.

    Raises:
        ConfigError: CONFIG_INVALID with the place.
    """
    path = data_dir / FILE_NAME
    known: dict[str, list[bytes]] = {}
    for terminal in read_terminals(path) if path.exists() else ():
        known.setdefault(scanner_form(terminal.terminal_id), []).append(bytes.fromhex(terminal.public_key))
    return known


def read_terminals(path: Path) -> tuple[TerminalKey, ...]:
    """Read a list of terminals.

    Raises:
        ConfigError: CONFIG_INVALID with the place.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=TerminalList).terminals
    except (OSError, msgspec.DecodeError) as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place=fault_place(path.name, exc)) from exc


def trust_terminals(data_dir: Path, more: tuple[TerminalKey, ...]) -> tuple[TerminalKey, ...]:
    """Add terminals to those known, and give the new ones; a terminal's earlier keys stay, for its earlier papers.

    Raises:
        ConfigError: CONFIG_INVALID, what is there cannot be read.
        StoreError: STORE_IO, STORE_FULL.
    """
    path = data_dir / FILE_NAME
    present = read_terminals(path) if path.exists() else ()
    new = tuple(terminal for terminal in dict.fromkeys(more) if terminal not in present)
    content = msgspec.json.format(msgspec.json.encode(TerminalList((*present, *new))), indent=1)
    with storage_errors():
        replace_durably(path, content)
    return new
