"""Check every QML file with qmllint, against types generated from the Python view models.

The types are written from what Qt itself knows of the classes (their meta-objects), so that a property, signal or slot
that QML cannot see is not in them. Run by `python -m ui.lint`; any warning fails.
"""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QByteArray, QMetaMethod, QMetaObject, QObject

import ui.viewmodels
from ui.engine import QML_ROOT

MODULE = "Yizhan.ViewModels"
_NAMES = {"qlonglong": "int", "PyObject": "QVariant"}


def view_model_classes() -> list[type[QObject]]:
    """Give every class that is made known to QML under the view models' module, bases first."""
    for module in pkgutil.iter_modules(ui.viewmodels.__path__):
        importlib.import_module(f"ui.viewmodels.{module.name}")
    importlib.import_module("ui.rows")
    found: list[type[QObject]] = []
    waiting = list(QObject.__subclasses__())
    while waiting:
        cls = waiting.pop(0)
        waiting.extend(cls.__subclasses__())
        if cls.__module__.startswith("ui.") and cls not in found:
            found.append(cls)
    return found


def describe_types(classes: list[type[QObject]]) -> str:
    """Write the classes as a qmltypes file."""
    return "import QtQuick.tooling 1.2\nModule {\n" + "".join(_component(cls) for cls in classes) + "}\n"


def write_module(folder: Path) -> None:
    """Write the module of the view models, types only, below an import folder."""
    place = folder / Path(*MODULE.split("."))
    place.mkdir(parents=True)
    (place / "qmldir").write_text(
        f"module {MODULE}\ntypeinfo types.qmltypes\nimport QtQml\nimport QtQml.Models\n", "utf-8"
    )
    (place / "types.qmltypes").write_text(describe_types(view_model_classes()), "utf-8")


def main() -> int:
    """Lint; give the exit code."""
    files = sorted(str(path) for path in QML_ROOT.rglob("*.qml"))
    with tempfile.TemporaryDirectory() as folder:
        write_module(Path(folder))
        command = [str(Path(sys.executable).parent / "pyside6-qmllint"), "--max-warnings", "0", "-I", folder]
        return subprocess.run([*command, "-I", str(QML_ROOT), *files], check=False).returncode


def _component(cls: type[QObject]) -> str:
    meta: QMetaObject = cls.staticMetaObject  # type: ignore[attr-defined]  # the stubs do not know it
    base = meta.superClass()
    lines = [
        f'name: "{cls.__name__}"',
        'accessSemantics: "reference"',
        f'prototype: "{base.className() if base else "QObject"}"',
        f'exports: ["{MODULE}/{cls.__name__} 1.0"]',
        "exportMetaObjectRevisions: [256]",
        "isCreatable: false",
    ]
    lines += [_enum(meta, index) for index in range(meta.enumeratorOffset(), meta.enumeratorCount())]
    lines += [_property(meta, index) for index in range(meta.propertyOffset(), meta.propertyCount())]
    lines += [_method(meta.method(index)) for index in range(meta.methodOffset(), meta.methodCount())]
    return "Component {\n" + "\n".join(lines) + "\n}\n"


def _enum(meta: QMetaObject, index: int) -> str:
    enum = meta.enumerator(index)
    values = ", ".join(f'"{_text(enum.key(place))}"' for place in range(enum.keyCount()))
    return f'Enum {{ name: "{_text(enum.name())}"; values: [{values}] }}'


def _property(meta: QMetaObject, index: int) -> str:
    prop = meta.property(index)
    kind = str(prop.typeName())
    parts = [f'name: "{_text(prop.name())}"', f'type: "{_type(kind)}"', f'read: "{_text(prop.name())}"']
    if kind.endswith("*"):
        parts.append("isPointer: true")
    if prop.hasNotifySignal():
        parts.append(f'notify: "{_text(prop.notifySignal().name())}"')
    if prop.isConstant():
        parts.append("isPropertyConstant: true")
    if not prop.isWritable():
        parts.append("isReadonly: true")
    return "Property { " + "; ".join(parts) + " }"


def _method(method: QMetaMethod) -> str:
    kind = "Signal" if method.methodType() == QMetaMethod.MethodType.Signal else "Method"
    types = [_text(name) for name in method.parameterTypes()]
    parameters = "".join(
        f' Parameter {{ name: "a{place}"; type: "{_type(name)}" }}' for place, name in enumerate(types, 1)
    )
    result = _type(str(method.typeName()))
    return f'{kind} {{ name: "{_text(method.name())}"; type: "{result or "void"}";{parameters} }}'


def _type(name: str) -> str:
    bare = name.rstrip("*")
    return _NAMES.get(bare, bare)


def _text(name: object) -> str:
    if isinstance(name, QByteArray):
        return bytes(name.data()).decode()
    return name.decode() if isinstance(name, bytes) else str(name)


if __name__ == "__main__":
    sys.exit(main())
