"""The screen: Qt Quick pages and their view models. Knows services, never the store."""

from __future__ import annotations

import ctypes
import sys

if sys.version_info < (3, 12):
    # WORKAROUND(PySide6, 6.12.0): `Signal.emit` gives back a reference of True that it never took, and some calls one
    # of None, so that after some thousand signals the interpreter ends with "bool_dealloc". From Python 3.12 on these
    # are immortal by themselves; before, so many references are added here that no program lives to see their end (the
    # count is a CPython object's first word). Remove when `sys.getrefcount(True)` no longer falls with each emit.
    for _constant in (True, False, None):
        ctypes.c_ssize_t.from_address(id(_constant)).value += 1 << 48
