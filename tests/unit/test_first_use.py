"""Message types are made ready by the thread that imports them (docs/decisions/0028)."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any, get_args

import msgspec
import pytest

MODULES = (
    "kiosk.domain.application",
    "kiosk.packets.events",
    "kiosk.packets.package",
    "kiosk.packets.receipts",
    "kiosk.packets.sealed",
    "kiosk.ports.elsewhere",
    "kiosk.services.reference",
    "kiosk.store.inbox",
    "kiosk.store.offers",
    "sync.feed_bodies",
    "sync.hub.connectors",
    "sync.messages",
)


def _reached(shape: Any, found: set[type]) -> set[type]:  # noqa: ANN401 - any of msgspec's descriptions
    """Collect the struct types that a type's description holds."""
    if isinstance(shape, msgspec.inspect.StructType):
        if shape.cls in found:
            return found
        found.add(shape.cls)
        for field in shape.fields:
            _reached(field.type, found)
    for part in (*getattr(shape, "types", ()), *getattr(shape, "item_types", ())):
        _reached(part, found)
    for name in ("item_type", "key_type", "value_type", "type"):
        if isinstance(part := getattr(shape, name, None), msgspec.inspect.Type):
            _reached(part, found)
    return found


@pytest.mark.parametrize("name", MODULES)
def test_every_shape_of_a_module_is_made_ready(name: str) -> None:
    """A type that is left out is made ready by whoever uses it first, perhaps two threads at once."""
    module: ModuleType = import_module(name)
    own = {
        shape
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct) and shape.__module__ == name
    }
    ready: set[type] = set()
    for root in get_args(module._READY.type):
        _reached(msgspec.inspect.type_info(root), ready)
    assert {shape.__name__ for shape in own if shape.__struct_fields__} <= {shape.__name__ for shape in ready}
