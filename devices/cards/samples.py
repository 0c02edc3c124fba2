"""Sample cards of made-up people, for training: `resources/samples/cards/*.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from devices.cards.samv_text import compose_text_block, read_text_block
from devices.cards.simulated_social_card import SimulatedSocialCard
from devices.cards.social_security_card import read_card
from kiosk.errors import ConfigError, DeviceError, ErrorCode
from kiosk.paths import resource
from kiosk.ports.cards import CardReadout

SAM_ID = "05.01-20240101-0000000001-0000000001"


@dataclass(frozen=True)
class SampleCard:
    """A card that can be laid on the mock reader.

    Attributes:
        card_id: name of its file.
        words: what it shows, for the training dock.
    """

    card_id: str
    words: str
    _kind: str
    _values: dict[str, str]
    _fails: str
    _guarded: bool

    def read(self) -> CardReadout:
        """Read it by the same parsers as a real one.

        Raises:
            DeviceError: the failure that this card is there to show.
        """
        if self._fails:
            raise DeviceError(ErrorCode(self._fails))
        if self._kind == "social_security_card":
            return read_card(SimulatedSocialCard(self._values, guarded=self._guarded).answer)
        text = read_text_block(compose_text_block(self._kind, self._values))
        if text is None:
            raise DeviceError(ErrorCode.CARD_GARBLED)
        return text.readout(sam_id=SAM_ID)


@cache
def sample_cards() -> dict[str, SampleCard]:
    """Give the shipped cards by id, in the order of their file names.

    Raises:
        ConfigError: CONFIG_INVALID, a file is not in order.
    """
    cards = (_load(path) for path in sorted(resource("samples/cards").glob("*.toml")))
    return {card.card_id: card for card in cards}


def _load(path: Path) -> SampleCard:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return SampleCard(
            path.stem.partition("-")[2],
            table["words"],
            table.get("kind", "CN"),
            table.get("values", {}),
            table.get("fails", ""),
            table.get("guarded", False),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as exc:
        raise ConfigError(ErrorCode.CONFIG_INVALID, place=path.name) from exc
