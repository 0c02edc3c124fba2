"""What the screen is made of; the composition root fills it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the first page does not wait for all that the later ones handle
    from kiosk.clock import Clock
    from kiosk.config import ScreenConfig, StationConfig
    from kiosk.domain.application import Application
    from kiosk.domain.assessment import Assessment
    from kiosk.ports.cards import CardReader
    from kiosk.ports.elsewhere import Elsewhere
    from kiosk.ports.pages import ImportSource
    from kiosk.ports.relay import Relay
    from kiosk.ports.sync import SyncReport
    from kiosk.ports.training import FrameSource, TrainingControls
    from kiosk.services.bundle import Services


@dataclass(frozen=True)
class UiParts:
    """Everything the screen needs from the other rooms.

    `open_services` and `close_services` are called on the worker thread, which alone uses what they give. `assess` is
    pure and may be called on any thread. `watch_sync` hands over a callback that the sync thread calls after each
    round; `sync_now` asks for a round and returns at once. `relay` carries by stick, `elsewhere` asks for cases of
    other stations. `readers` are started and stopped by the screen. `facts` gives short words for the foot of the
    screen, such as the catalogue's version; `sign_in_hint` says who may sign in, in training only.
    """

    open_services: Callable[[], Services]
    close_services: Callable[[Services], None]
    assess: Callable[[Application], Assessment]
    readers: tuple[CardReader, ...]
    frames: FrameSource | None
    imports: ImportSource
    training: TrainingControls | None
    station: StationConfig
    screen: ScreenConfig
    clock: Clock
    watch_sync: Callable[[Callable[[SyncReport], None]], None]
    sync_now: Callable[[], None]
    relay: Relay | None = None
    elsewhere: Elsewhere | None = None
    facts: Callable[[], tuple[str, ...]] = tuple
    sign_in_hint: str = ""
