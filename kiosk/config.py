"""What a station is set to: `config.toml` in the data folder over the shipped defaults.

Every key is known and typed; an unknown one or a wrong type is refused with its place, so that a typing error is never
silently a default.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.errors import ConfigError, ErrorCode
from kiosk.paths import resource

FILE_NAME = "config.toml"


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
    """省级平台. An empty `url` in training means: start the reference hub as a child. Times in seconds."""

    url: str
    probe_s: float


class IntakeConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The case's own promise and the office hours' end."""

    promise_working_days: int
    cut_off: str


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
    merged = _read(resource("defaults.toml"))
    own = data_dir / FILE_NAME
    if own.exists():
        merged = _merge(merged, _read(own))
    try:
        config = msgspec.convert(merged, Config)
    except msgspec.ValidationError as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place=str(exc)) from exc
    if not config.training:
        _refuse_mocks(config)
    return config


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place=f"{path.name}: {exc}") from exc


def _merge(base: dict[str, object], over: dict[str, object]) -> dict[str, object]:
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
