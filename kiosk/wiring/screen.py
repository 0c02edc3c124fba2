"""A counter with a screen: all parts, started in order and stopped in reverse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from devices.frames.folder import ImportFolder, plugged_sticks
from devices.frames.sample import SampleFrames
from kiosk.config import ScreenConfig
from kiosk.messages import text
from kiosk.ports.training import FrameSource
from kiosk.wiring.delivery import Delivery
from kiosk.wiring.devices import make_devices
from kiosk.wiring.foundation import TRAINING_OPERATOR, TRAINING_PASSWORD, Foundation, lay_foundation
from kiosk.wiring.instance import only_instance
from kiosk.wiring.look_up_desk import LookUpDesk
from kiosk.wiring.relay_desk import RelayDesk
from kiosk.wiring.training import TrainingDock
from ui.parts import UiParts

if TYPE_CHECKING:
    from kiosk.domain.application import Application
    from kiosk.domain.assessment import Assessment
    from kiosk.services.bundle import Services
    from kiosk.store.store import SqliteStore


@dataclass(frozen=True)
class ScreenChoice:
    """What the command line says over the settings; None leaves them."""

    mode: str | None = None
    large_text: bool | None = None
    language: str | None = None
    keyboard: str | None = None


@contextmanager
def open_screen(data_dir: Path, choice: ScreenChoice, *, hub_url: str | None = None) -> Iterator[UiParts]:
    """Open a counter with a screen on a data folder; delivery runs from the opening of the services until the end.

    Raises:
        StoreError: STORE_IN_USE, the program is open already.
        KioskError: something else of it is not right.
    """
    foundation = lay_foundation(data_dir)
    with ExitStack() as stack:
        stack.enter_context(only_instance(data_dir))
        devices = make_devices(foundation)
        dock = TrainingDock(devices) if foundation.config.training else None
        link_up = dock.network_up if dock else lambda: True
        delivery = Delivery(foundation, hub_url or foundation.config.hub.url, link_up)
        stack.callback(delivery.stop)
        relay = RelayDesk(foundation, lambda: delivery.hub_address)
        stack.callback(relay.stop)
        elsewhere = LookUpDesk(foundation, lambda: delivery.hub_address, link_up)
        stack.callback(elsewhere.stop)
        stores: list[SqliteStore] = []

        def open_services() -> Services:
            from kiosk.wiring.counter import make_services, open_cleaner
            from kiosk.wiring.sealing import Sealing

            stores.append(foundation.open_store())
            delivery.start()
            sealing = Sealing(foundation)
            stack.callback(sealing.stop)
            sealing.start()

            def notice_event() -> None:
                sealing.notice_event()
                delivery.notice_event()

            return make_services(foundation, stores[-1], devices, open_cleaner(stack), delivery.contact, notice_event)

        yield UiParts(
            open_services=open_services,
            close_services=lambda _services: stores.pop().close(),
            assess=lambda application: _assess(foundation, application),
            readers=devices.readers,
            frames=_frames(foundation),
            imports=ImportFolder(
                Path(foundation.config.devices.import_folder or data_dir / "import"), sticks=plugged_sticks
            ),
            training=dock,
            station=foundation.config.station,
            screen=_over(foundation, choice),
            clock=foundation.clock,
            watch_sync=delivery.watch,
            sync_now=delivery.retry_now,
            relay=relay,
            elsewhere=elsewhere,
            facts=lambda: _facts(foundation),
            sign_in_hint=_hint(foundation),
        )


def _frames(foundation: Foundation) -> FrameSource | None:
    camera = foundation.config.devices.camera
    return SampleFrames(camera.name or text("training.camera")) if camera.kind == "sample" else None


def _over(foundation: Foundation, choice: ScreenChoice) -> ScreenConfig:
    chosen = {name: value for name, value in asdict(choice).items() if value is not None}
    return msgspec.convert(msgspec.to_builtins(foundation.config.screen) | chosen, ScreenConfig)


def _assess(foundation: Foundation, application: Application) -> Assessment:
    return foundation.rules.of(application.pack).assess(application, foundation.clock.now())


def _facts(foundation: Foundation) -> tuple[str, ...]:
    rules = foundation.rules.of()
    return (
        text("health.catalog") + " " + text("health.catalog_words", version=rules.catalog_version),
        text("health.calendar") + text("health.calendar_words", until=rules.calendar_until.isoformat()),
    )


def _hint(foundation: Foundation) -> str:
    if not foundation.config.training:
        return ""
    return text("training.sign_in_hint", operator=TRAINING_OPERATOR, password=TRAINING_PASSWORD)
