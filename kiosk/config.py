"""What a station is set to: `config.toml` in the data folder over the shipped defaults.

Every key is known and typed; an unknown one or a wrong type is refused with its place, so that a typing error is never
silently a default.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from kiosk.errors import ConfigError, ErrorCode
from kiosk.paths import resource

FILE_NAME = "config.toml"
_LINE = re.compile(r"at line (\d+)")
_AT = re.compile(r" - at `\$\.?([^`]*)`")
_FIELD = re.compile(r"field `(\w+)`")


class StationConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """站点 and 终端. `division` is GB/T 2260, `terminal_code` three characters unique within it."""

    id: str
    title: str
    window: str
    division: str
    terminal_code: str
    terminal_id: str
    phone: str
    complaint_phone: str
    address: str


class ScreenConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The screen. `keyboard` says when the on-screen keyboard shows."""

    mode: Literal["window", "helper", "self-service"]
    language: Literal["zh", "en"]
    large_text: bool
    keyboard: Literal["auto", "always", "never"]
    lock_after_s: int


class DeviceConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device: which adapter, and where it is."""

    kind: str
    address: str = ""
    name: str = ""
    paper: Literal["a4", "roll_80"] = "a4"


class DevicesConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Devices by role. `import_folder` is where a scanner leaves files; empty means in the data folder."""

    readers: tuple[DeviceConfig, ...]
    printer: DeviceConfig
    camera: DeviceConfig
    import_folder: str


class HubConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """省级平台. An empty `url` in training means: start the reference hub as a child. Times in seconds.

    `key` is what the hub signs its answers with (Ed25519, base64), from the enrolment; `ca` the file of the authorities
    (PEM) that may vouch for its address, within the data folder unless it is absolute; empty: those that are shipped.
    """

    url: str
    key: Annotated[str, Meta(pattern="^([A-Za-z0-9+/]{43}=)?$")]
    ca: str
    probe_s: float


class IntakeConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The case's own promise and the office hours' end."""

    promise_working_days: Annotated[int, Meta(ge=0, le=3660)]
    cut_off: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class KeysConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the data key is kept."""

    kind: Literal["training-file", "keyring"]


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it. `training` marks every page and paper 演示 and is the only mode in which mocks may run."""

    training: bool
    station: StationConfig
    screen: ScreenConfig
    devices: DevicesConfig
    hub: HubConfig
    intake: IntakeConfig
    keys: KeysConfig


def load_config(data_dir: Path) -> Config:
    """Read the station's settings over the shipped training defaults.

    Raises:
        ConfigError: CONFIG_INVALID with the place, or MOCK_OUTSIDE_TRAINING.
    """
    return _checked(_own(data_dir))


def fault_place(name: str, fault: Exception) -> str:
    """Say where in a file a parser found its fault: the key or the line, without the parser's own words."""
    words = str(fault)
    line, at, field = (pattern.search(words) for pattern in (_LINE, _AT, _FIELD))
    key = ".".join(found[1] for found in (at, field) if found and found[1])
    return name + (f":{line[1]}" if line else "") + (f" {key}" if key else "")


def settings_text(data_dir: Path, beneath: Mapping[str, object], above: Mapping[str, object]) -> bytes:
    """Write the station's settings anew: its own ones over those `beneath`, and those `above` over all; TOML.

    Raises:
        ConfigError: as `load_config`, for what is there and for what would be.
    """
    settings = _merge(_merge(beneath, _own(data_dir)), above)
    _checked(settings)
    tables = {name: value for name, value in settings.items() if isinstance(value, dict)}
    lines = [f"{name} = {_toml(value)}" for name, value in settings.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    return ("\n".join(lines) + "\n").encode()


def _own(data_dir: Path) -> dict[str, object]:
    path = data_dir / FILE_NAME
    return _read(path) if path.exists() else {}


def _checked(own: Mapping[str, object]) -> Config:
    merged = _merge(_read(resource("defaults.toml")), own)
    try:
        config = msgspec.convert(merged, Config)
    except msgspec.ValidationError as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place=fault_place(FILE_NAME, exc)) from exc
    if not config.training:
        _refuse_mocks(config)
    return config


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place=fault_place(path.name, exc)) from exc


def _toml(value: object) -> str:
    """Write a value as TOML; a JSON string is one, but for the one control character that JSON leaves as it is."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool():
            return str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case _:
            return str(value)


def _merge(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def _refuse_mocks(config: Config) -> None:
    devices = [*config.devices.readers, config.devices.printer, config.devices.camera]
    for device in devices:
        if device.kind in {"mock", "sample"}:
            raise ConfigError(ErrorCode.MOCK_OUTSIDE_TRAINING, device=device.kind)
    if config.keys.kind == "training-file":
        raise ConfigError(ErrorCode.MOCK_OUTSIDE_TRAINING, device=config.keys.kind)
