"""Sentences of the screen."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.errors import KioskError
from kiosk.messages import describe
from ui.desk import Desk

Say = Callable[..., str]
"""A dotted key of the sentences and its facts, in the language of the screen."""


def explain(error: KioskError, desk: Desk) -> str:
    """Put a known failure into one line: what happened, what to do, the support code."""
    words = describe(error, desk.parts.screen.language)
    return desk.say("new_case.failure", what=words.what, do=words.do, code=words.code)
