"""The screen: Qt Quick pages and their view models. Knows services, never the store."""

from __future__ import annotations

import ctypes
import sys

_TRUE = bool(1)

if sys.version_info < (3, 12):
    # WORKAROUND(PySide6, 6.12.0): `Signal.emit` gives back a reference of True that it never took, so that after some
    # thousand signals the interpreter ends with "bool_dealloc". From Python 3.12 on True is immortal by itself; before,
    # so many references are added here that no program lives to see their end (the count is a CPython object's first
    # word). Remove when `sys.getrefcount(True)` no longer falls with each emit.
    ctypes.c_ssize_t.from_address(id(_TRUE)).value += 1 << 48
