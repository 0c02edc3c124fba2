"""The key file of a training store."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from devices.keystore.training_file import FILE_NAME, TrainingFileKeyProvider
from kiosk.errors import ConfigError, ErrorCode

KEY, OTHER = bytes(range(32)), bytes(32)


def code_of(provider: TrainingFileKeyProvider) -> ErrorCode:
    """Give the code with which a question fails."""
    with pytest.raises(ConfigError) as raised:
        provider.get("data")
    return raised.value.code


def test_keys_are_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    """A key comes back as it was from a provider made anew; others stay when one goes."""
    provider = TrainingFileKeyProvider(tmp_path / "new")
    assert provider.get("data") is None
    provider.delete("data")
    provider.put("data", OTHER)
    provider.put("data", KEY)
    provider.put("other", OTHER)
    assert TrainingFileKeyProvider(tmp_path / "new").get("data") == KEY
    provider.delete("data")
    assert (provider.get("data"), provider.get("other")) == (None, OTHER)


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    """The file has mode 0600 whatever the umask, and nothing else is left in the folder."""
    before = os.umask(0)
    try:
        TrainingFileKeyProvider(tmp_path).put("data", KEY)
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    """Wider permissions are KEY-03, to read as to write, and the file stays as it is."""
    provider = TrainingFileKeyProvider(tmp_path)
    provider.put("data", KEY)
    (tmp_path / FILE_NAME).chmod(mode)
    before = (tmp_path / FILE_NAME).read_bytes()
    assert code_of(provider) is ErrorCode.KEY_STORE_UNSAFE
    with pytest.raises(ConfigError):
        provider.put("data", OTHER)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_link_is_refused(tmp_path: Path) -> None:
    """A link in the file's place is KEY-03, even to a file that would do."""
    TrainingFileKeyProvider(tmp_path / "elsewhere").put("data", KEY)
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "elsewhere" / FILE_NAME)
    assert code_of(TrainingFileKeyProvider(tmp_path)) is ErrorCode.KEY_STORE_UNSAFE


@pytest.mark.parametrize("text", ["", "[]", "{", '{"data": 1}', '{"data": "AAAA"}', '{"data": "%%%%"}', "\udcff"])
def test_a_damaged_file_is_never_taken_for_an_empty_one(tmp_path: Path, text: str) -> None:
    """Damage is KEY-02, so that no new key is made over one that may be mended."""
    path = tmp_path / FILE_NAME
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    assert code_of(TrainingFileKeyProvider(tmp_path)) is ErrorCode.KEY_STORE_UNAVAILABLE


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the folder should be is KEY-02."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as raised:
        TrainingFileKeyProvider(tmp_path / "file").put("data", KEY)
    assert raised.value.code is ErrorCode.KEY_STORE_UNAVAILABLE


def test_only_keys_of_32_bytes_are_kept(tmp_path: Path) -> None:
    """Another length is a mistake of the program and raises as one."""
    with pytest.raises(ValueError, match="32"):
        TrainingFileKeyProvider(tmp_path).put("data", b"short")
