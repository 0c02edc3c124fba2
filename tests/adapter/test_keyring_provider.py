"""Keys in a real secret service, and every way in which it may fail."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from secret_service import Session, keyring_daemon, session_bus

from devices.keystore.keyring_provider import KeyringKeyProvider, system_backend
from kiosk.errors import ConfigError, ErrorCode

PROGRAM = """
import json, sys, time
from devices.keystore.keyring_provider import KeyringKeyProvider, system_backend
from kiosk.errors import ConfigError

provider = KeyringKeyProvider("yizhan-test", system_backend(), limit_s=float(sys.argv[1]))
said, began = [], time.monotonic()
for step in sys.argv[2:]:
    verb, _, rest = step.partition(" ")
    name, _, key = rest.partition(" ")
    try:
        answer = getattr(provider, verb)(name, *([bytes.fromhex(key)] if key else []))
        said.append(answer.hex() if answer else answer)
    except ConfigError as error:
        said.append(error.code.value)
        print(error, repr(error.__cause__), file=sys.stderr)
print(json.dumps([said, time.monotonic() - began]))
"""
KEY, OTHER = "00ff" * 16, "ab" * 32


def ask(session: Session, *steps: str, limit_s: float = 5.0) -> list[str | None]:
    """Run steps such as `put data 00ff…` in the session and give the answers or support codes."""
    said, took_s = json.loads(session.run(PROGRAM, str(limit_s), *steps))
    assert took_s < limit_s * len(steps) + 2
    return list(said)


def test_keys_are_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    """A key comes back as it was, also in a later session with the same password; no key is None, not an error."""
    session = Session(tmp_path)
    with session_bus(session):
        with keyring_daemon(session, "测试口令"):
            steps = ("get data", f"put data {KEY}", "get data", f"put other {OTHER}", f"put data {OTHER}", "get data")
            assert ask(session, *steps) == [None, None, KEY, None, None, OTHER]
            assert ask(session, "delete other", "get other", "delete other") == [None, None, None]
        with keyring_daemon(session, "测试口令"):
            assert ask(session, "get data") == [OTHER]


def test_a_locked_key_store_says_so(tmp_path: Path) -> None:
    """A collection that a wrong password left locked is KEY-04 for every call, and no key is made in its place."""
    session = Session(tmp_path)
    with session_bus(session):
        with keyring_daemon(session, "right"):
            assert ask(session, f"put data {KEY}") == [None]
        with keyring_daemon(session, "wrong"):
            assert ask(session, "get data", f"put data {OTHER}", "delete data") == ["KEY-04"] * 3
        with keyring_daemon(session, "right"):
            assert ask(session, "get data") == [KEY]


def test_a_machine_without_a_session_bus(tmp_path: Path) -> None:
    """No D-Bus at all is KEY-02 at once."""
    assert ask(Session(tmp_path), "get data", f"put data {KEY}") == ["KEY-02", "KEY-02"]


def test_a_session_without_a_secret_service(tmp_path: Path) -> None:
    """A bus without a secret service, and a bus that has gone, are KEY-02 within the limit."""
    session = Session(tmp_path)
    with session_bus(session):
        assert ask(session, "get data") == ["KEY-02"]
    assert ask(session, "get data") == ["KEY-02"]  # the bus has gone too


def test_a_key_store_that_hangs(tmp_path: Path) -> None:
    """A service that takes the question and never answers, as an unseen prompt does, is KEY-02 at the limit."""
    session = Session(tmp_path)
    with session_bus(session), keyring_daemon(session, "pw") as daemon:
        daemon.send_signal(signal.SIGSTOP)
        try:
            assert ask(session, "get data", limit_s=0.5) == ["KEY-02"]
        finally:
            daemon.send_signal(signal.SIGCONT)


def test_the_environment_cannot_choose_another_back_end(tmp_path: Path) -> None:
    """`PYTHON_KEYRING_BACKEND` and keyringrc.cfg have no say: the pinned back-end is asked and is not there."""
    session = Session(tmp_path)
    session.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    assert ask(session, "get data") == ["KEY-02"]


class PlaintextKeyring(KeyringBackend):
    """A back-end that writes plain files, as `keyrings.alt` has one."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        """Never asked."""
        raise AssertionError(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Never asked."""
        raise AssertionError(service, username, password)


class Keyring(PlaintextKeyring):
    """One that bears the name of the pinned class."""


UNSAFE: list[Callable[[], KeyringBackend]] = [
    PlaintextKeyring,
    Keyring,
    ChainerBackend,
    keyring.backends.null.Keyring,
    keyring.backends.fail.Keyring,
]


@pytest.mark.parametrize("make", UNSAFE)
def test_a_back_end_that_is_not_the_systems_own_is_refused(make: Callable[[], KeyringBackend]) -> None:
    """Plain files, chains and stand-ins are KEY-03 before anything is asked of them."""
    with pytest.raises(ConfigError) as raised:
        KeyringKeyProvider("yizhan-test", make())
    assert raised.value.code is ErrorCode.KEY_STORE_UNSAFE


def test_only_keys_of_32_bytes_are_kept() -> None:
    """Another length is a mistake of the program and raises as one."""
    with pytest.raises(ValueError, match="32"):
        KeyringKeyProvider("yizhan-test", system_backend()).put("data", b"short")
