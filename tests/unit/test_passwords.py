"""Operators' passwords."""

from __future__ import annotations

import time

import argon2
import pytest

from kiosk.crypto.passwords import hash_password, verify_password
from kiosk.errors import ErrorCode, InputError

ENCODED = hash_password("测试 pass ｗｏｒｄ１")


def test_profile() -> None:
    """Hashes are argon2id with 64 MiB, 3 passes, 4 lanes, and salted."""
    parameters = argon2.extract_parameters(ENCODED)
    assert (parameters.type, parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (
        argon2.Type.ID,
        65536,
        3,
        4,
    )
    assert hash_password("测试") != hash_password("测试")


@pytest.mark.parametrize("password", ["测试 pass ｗｏｒｄ１", "测试 pass word1"])
def test_right_password(password: str) -> None:
    """Full-width and usual forms of a character are the same password."""
    assert verify_password(ENCODED, password)


@pytest.mark.parametrize(
    "password", ["", "测试 pass word1 ", "测试 Pass word1", "\ud800", "🙂" * 64, "x" * 129, "ﷺ" * 100]
)
def test_wrong_password(password: str) -> None:
    """A blank more, another case, nothing, a lone surrogate and too much are all refused, without an exception."""
    assert not verify_password(ENCODED, password)


def test_megabytes_as_password() -> None:
    """Ten million characters cost no more than a wrong password."""
    started = time.monotonic()
    verify_password(ENCODED, "wrong")
    usual = time.monotonic() - started
    started = time.monotonic()
    assert not verify_password(ENCODED, "ﷺ" * 10_000_000)
    assert time.monotonic() - started < 4 * usual + 0.5


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "plain",
        "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$",
        "$argon2id$v=19$m=4194304,t=9,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_hash_that_is_none_of_ours(encoded: str) -> None:
    """A damaged hash, or one that asks for gigabytes, is refused at once."""
    started = time.monotonic()
    assert not verify_password(encoded, "x")
    assert time.monotonic() - started < 1


def test_hash_that_no_password_fits() -> None:
    """An empty password does not fit a hash of something else, however it is tried."""
    assert not verify_password(hash_password("\0"), "")


@pytest.mark.parametrize("password", ["", "x" * 129])
def test_unusable_new_password(password: str) -> None:
    """An empty or over-long password cannot be set."""
    with pytest.raises(InputError) as caught:
        hash_password(password)
    assert caught.value.code is ErrorCode.INPUT_INVALID
