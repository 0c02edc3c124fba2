"""Card readers by the kind named in the station's settings; only the kinds that are used are imported."""

from __future__ import annotations

from pathlib import Path

from kiosk.config import DeviceConfig
from kiosk.errors import ConfigError, ErrorCode
from kiosk.ports.cards import CardReader

KINDS = ("mock", "pcsc", "samv-serial", "samv-tcp")
MOCK_FOLDER = "reader"
_NAMES = {"mock": "演示读卡器", "pcsc": "社保卡读卡器", "samv-serial": "身份证读卡器", "samv-tcp": "身份证读卡器"}


def open_card_reader(config: DeviceConfig, data_dir: Path) -> CardReader:
    """Make the reader that the settings name; nothing is opened before `start`.

    `address` is for `mock` the folder (empty: `reader` in the data folder), for `pcsc` a part of the slot's system name
    (empty: all), for `samv-serial` the port (`/dev/ttyUSB0`, `COM3`), for `samv-tcp` `host:port`.

    Raises:
        ConfigError: CONFIG_INVALID, the kind is unknown or the address does not fit it.
    """
    name = config.name or _NAMES.get(config.kind, "")
    match config.kind:
        case "mock":
            from devices.cards.mock import MockCardReader

            return MockCardReader(name, Path(config.address) if config.address else data_dir / MOCK_FOLDER)
        case "pcsc":
            from devices.cards.pcsc import PcscCardReader

            return PcscCardReader(name, config.address)
        case "samv-serial" if config.address:
            from devices.cards.samv_reader import SamvCardReader
            from devices.cards.samv_transports import SerialTransport

            return SamvCardReader(name, SerialTransport(config.address))
        case "samv-tcp":
            from devices.cards.samv_reader import SamvCardReader
            from devices.cards.samv_transports import TcpTransport

            host, colon, port = config.address.rpartition(":")
            if host and colon and port.isdecimal() and int(port) <= 0xFFFF:
                return SamvCardReader(name, TcpTransport(host.strip("[]"), int(port)))
        case _:
            pass
    raise ConfigError(ErrorCode.CONFIG_INVALID, place=f"devices.readers {config.kind} {config.address}".strip())
