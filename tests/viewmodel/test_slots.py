"""What a signal calls on a view model is a slot of its class.

Connected to a plain method, PySide gives that one object a class description of its own, which goes with the object.
QML remembers descriptions by their address: the next object whose description comes to lie there would be read with
the places of the other's properties.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from wizard_rig import open_rig

import ui

_UI = Path(ui.__file__).parent


class _Sender(QObject):
    said = Signal()


class _Receiver(QObject):
    def plain(self) -> None:
        """Hear it as a method."""

    @Slot()
    def slot(self) -> None:
        """Hear it as a slot."""


def _description(of: QObject) -> int:
    """Give where the class description lies."""
    address: int = shiboken6.getCppPointer(of.metaObject())[0]
    return address


def _connected(tree: ast.AST, *, own: bool) -> set[str]:
    """Name the attributes that are handed to `connect`, those of `self` or those of others."""
    names = set()
    for found in ast.walk(tree):
        match found:
            case ast.Call(func=ast.Attribute(attr="connect"), args=[ast.Attribute(value=whose, attr=name), *_]):
                if own is (isinstance(whose, ast.Name) and whose.id == "self"):
                    names.add(name)
    return names


def _is_slot(method: ast.FunctionDef) -> bool:
    return any(
        isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "Slot"
        for mark in method.decorator_list
    )


def _is_qobject(found: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.startswith("Q") for base in found.bases)


def test_every_method_that_a_signal_calls_is_a_slot() -> None:
    """In all classes of the screens that Qt knows."""
    trees = {path.name: ast.parse(path.read_text("utf-8")) for path in sorted(_UI.rglob("*.py"))}
    others = set[str]().union(*(_connected(tree, own=False) for tree in trees.values()))
    assert "show_sync" in others
    classes = [
        (file, found)
        for file, tree in trees.items()
        for found in ast.walk(tree)
        if isinstance(found, ast.ClassDef) and _is_qobject(found)
    ]
    plain = [
        f"{file} {found.name}.{method.name}"
        for file, found in classes
        for method in found.body
        if isinstance(method, ast.FunctionDef)
        and method.name in others | _connected(found, own=True)
        and not _is_slot(method)
    ]
    assert not plain


@pytest.mark.parametrize(("method", "shared"), [("slot", True), ("plain", False)])
def test_only_a_slot_leaves_the_class_description_shared(method: str, shared: bool) -> None:
    """The ground of the rule: should a later PySide share it for a plain method too, the rule may go."""
    sender, one, two = _Sender(), _Receiver(), _Receiver()
    sender.said.connect(getattr(one, method))
    assert (_description(one) == _description(two)) is shared


def test_two_wizards_share_the_descriptions_of_their_classes(tmp_path: Path, qapp: QGuiApplication) -> None:
    """The wizard and each of its steps, with all that they are connected to."""
    assert qapp is not None
    with open_rig(tmp_path) as rig:
        one, two = rig.wizard(), rig.wizard()
        for name in ("identity", "circumstance", "information", "materials", "confirm"):
            assert _description(getattr(one, name)) == _description(getattr(two, name)), name
        assert _description(one) == _description(two)
