"""Operators' passwords: argon2id, the low-memory profile of RFC 9106 §4 (3 passes, 64 MiB, 4 lanes)."""

from __future__ import annotations

import unicodedata

import argon2
from argon2.exceptions import Argon2Error, InvalidHashError

from kiosk.errors import ErrorCode, InputError

MAX_CHARACTERS = 128
_PROFILE = argon2.profiles.RFC_9106_LOW_MEMORY
_HASHER = argon2.PasswordHasher.from_parameters(_PROFILE)
_WORK_LIMIT = 4
"""Hashes may come from outside; one that asks for more than this many times our own work is not tried."""


def hash_password(password: str) -> str:
    """Give the encoded argon2id hash of a password; blanks count, full-width forms equal their usual ones (NFKC).

    Raises:
        InputError: INPUT_INVALID, empty or longer than 128 characters.
    """
    secret = _normal(password)
    if secret is None:
        raise InputError(ErrorCode.INPUT_INVALID, place="password")
    return _HASHER.hash(secret)


def verify_password(encoded: str, password: str) -> bool:
    """Say whether a password fits an encoded hash, in bounded time whatever is given.

    An empty or over-long password costs as much as a wrong one.
    """
    secret = _normal(password)
    try:
        parameters = argon2.extract_parameters(encoded)
        if _work(parameters) > _WORK_LIMIT * _work(_PROFILE):
            return False
        fits = _HASHER.verify(encoded, secret or b"\0")
    except (Argon2Error, InvalidHashError):
        return False
    return fits and secret is not None


def _normal(password: str) -> bytes | None:
    if not 0 < len(password) <= MAX_CHARACTERS:  # before NFKC, whose cost grows with the length
        return None
    text = unicodedata.normalize("NFKC", password)
    return text.encode("utf-8", "surrogatepass") if len(text) <= MAX_CHARACTERS else None


def _work(parameters: argon2.Parameters) -> int:
    return parameters.time_cost * parameters.memory_cost
