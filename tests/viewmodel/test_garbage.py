"""View models in cycles are destroyed on the thread they live on."""

from __future__ import annotations

import gc
import threading
from time import monotonic

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from ui.garbage import GarbageCollection

_ENOUGH = 200_000
"""Objects that make Python's own collector run many times."""


def _allocate() -> None:
    for _ in range(_ENOUGH):
        cycle: list[object] = []
        cycle.append(cycle)


def test_the_gui_thread_collects_what_a_worker_would_have(qapp: QGuiApplication) -> None:
    """However much another thread allocates, the object goes later, on the thread it was made on."""
    collection = GarbageCollection(qapp)
    collection.start()
    try:
        model, destroyed_on = QObject(), list[int]()
        model.destroyed.connect(lambda: destroyed_on.append(threading.get_ident()), Qt.ConnectionType.DirectConnection)
        vars(model)["itself"] = model
        del model
        worker = threading.Thread(target=_allocate)
        worker.start()
        worker.join()
        assert destroyed_on == []
        until = monotonic() + 10
        while not destroyed_on and monotonic() < until:
            QTest.qWait(20)
        assert destroyed_on == [threading.get_ident()]
    finally:
        collection.stop()
        collection.deleteLater()


def test_a_stopped_collection_leaves_python_its_own(qapp: QGuiApplication) -> None:
    """Nothing of the program stays behind in a process that goes on."""
    collection = GarbageCollection(qapp)
    collection.start()
    assert not gc.isenabled()
    collection.stop()
    assert gc.isenabled()
    collection.deleteLater()
