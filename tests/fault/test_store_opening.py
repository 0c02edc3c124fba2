"""Databases that cannot be opened, and why; none is ever made anew over what is there."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from store_rigs import KEY, OTHER_KEY, file_of, store_in, take_in

from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import AttachmentId


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a closed store that has a case."""
    store = store_in(tmp_path)
    take_in(store, file_of(50_000))
    store.close()
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    """Give the content of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def refused(folder: Path, code: ErrorCode, key: bytes = KEY) -> None:
    """Expect opening to be refused with this code, and every file to be as it was."""
    before = files(folder)
    with pytest.raises(StoreError) as caught:
        store_in(folder, key)
    assert caught.value.code is code
    assert files(folder) == before


def test_wrong_key(folder: Path) -> None:
    """A wrong key is said to be a wrong key, the files stay, and the right key still opens them."""
    refused(folder, ErrorCode.STORE_KEY_REJECTED, OTHER_KEY)
    store = store_in(folder)
    assert len(store.cases.all()) == 1
    store.close()


def test_wrong_key_without_the_record_of_it(folder: Path) -> None:
    """Without store.json a wrong key is still refused; the right one opens and writes the record again."""
    record = folder / "store.json"
    content = record.read_bytes()
    record.unlink()
    refused(folder, ErrorCode.STORE_KEY_REJECTED, OTHER_KEY)
    store_in(folder).close()
    assert record.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"salt": 1, "key_check": "zz"}'])
def test_record_of_the_key_garbled(folder: Path, content: bytes) -> None:
    """A garbled store.json stops nothing and is put right."""
    (folder / "store.json").write_bytes(content)
    store_in(folder).close()
    assert set(json.loads((folder / "store.json").read_bytes())) == {"format", "salt", "key_check"}


def test_nothing_is_printed_about_a_wrong_key(folder: Path) -> None:
    """The cipher library keeps quiet on standard error."""
    program = (
        "import sys; from pathlib import Path; from kiosk.store.database import open_database\n"
        "try: open_database(Path(sys.argv[1]), bytes(32))\nexcept Exception as e: print(e.code)"
    )
    (folder / "store.json").unlink()  # so that the driver is asked
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder / "kiosk.db")],
        capture_output=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.stdout.strip(), done.stderr) == (b"STO-01", b"")


def flip(path: Path, offset: int) -> None:
    """Change one byte of a file."""
    content = bytearray(path.read_bytes())
    content[offset] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("offset", [0, 15, 16, 100, 4000])
def test_first_page_damaged(folder: Path, offset: int) -> None:
    """Damage to the salt or the first page is told from a wrong key."""
    flip(folder / "kiosk.db", offset)
    refused(folder, ErrorCode.STORE_DAMAGED)
    refused(folder, ErrorCode.STORE_KEY_REJECTED, OTHER_KEY)


def read_everything(folder: Path) -> None:
    """Open a store and read all that is in it.

    Raises:
        StoreError: something was not as it was written.
    """
    store = store_in(folder)
    try:
        for case in store.cases.all():
            for attachment in store.cases.get(case.case_number).attachments:
                store.cases.read_attachment(AttachmentId(attachment.attachment_id))
        if store.check()["cipher_integrity_check"] != "ok":
            raise StoreError(ErrorCode.STORE_DAMAGED)
    finally:
        store.close()


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_page_damaged_near_the_start(folder: Path, page: int) -> None:
    """Damage to what is read first of all, the list of migrations among it, is damage and no crash."""
    flip(folder / "kiosk.db", 8192 * page + 500)
    with pytest.raises(StoreError) as caught:
        read_everything(folder)
    assert caught.value.code is ErrorCode.STORE_DAMAGED


@pytest.mark.parametrize("from_end", [1, 2, 4, 6])
def test_page_damaged_in_the_middle(folder: Path, from_end: int) -> None:
    """Damage to any page is found, as damage, and the file is left alone."""
    path = folder / "kiosk.db"
    flip(path, path.stat().st_size - 8192 * from_end + 500)
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        read_everything(folder)
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    assert path.read_bytes() == before


def test_file_cut_short(folder: Path) -> None:
    """A file that lost its end is found damaged."""
    path = folder / "kiosk.db"
    path.write_bytes(path.read_bytes()[: 8192 * 5])
    with pytest.raises(StoreError) as caught:
        read_everything(folder)
    assert caught.value.code is ErrorCode.STORE_DAMAGED


def make_plain(path: Path) -> None:
    """Put a database without encryption in place."""
    path.unlink()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("create table cases (x)")
        plain.commit()


def make_folder(path: Path) -> None:
    """Put a folder in place."""
    path.unlink()
    path.mkdir()


def cut_to(size: int) -> Callable[[Path], None]:
    """Cut a file."""

    def cut(path: Path) -> None:
        path.write_bytes(path.read_bytes()[:size])

    return cut


@pytest.mark.parametrize("spoil", [make_plain, make_folder, cut_to(0), cut_to(15), cut_to(16), cut_to(5000)])
def test_something_else_in_its_place(folder: Path, spoil: Callable[[Path], None]) -> None:
    """A plain SQLite file, a folder, an empty or a short file is refused as damage, with or without store.json."""
    spoil(folder / "kiosk.db")
    refused(folder, ErrorCode.STORE_DAMAGED)
    if (folder / "kiosk.db").is_file() and (folder / "kiosk.db").stat().st_size in (0, 15):
        (folder / "store.json").unlink()
        refused(folder, ErrorCode.STORE_DAMAGED)


def test_database_gone_and_its_log_left(folder: Path) -> None:
    """A log without its database is not played into a new one."""
    store = store_in(folder)
    take_in(store)
    shutil.copy(folder / "kiosk.db-wal", folder / "saved")
    store.close()
    (folder / "kiosk.db").unlink()
    (folder / "saved").rename(folder / "kiosk.db-wal")
    refused(folder, ErrorCode.STORE_DAMAGED)


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    """A data folder that cannot be one is a storage fault, not a crash."""
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        store_in(tmp_path / "data")
    assert caught.value.code in {ErrorCode.STORE_IO, ErrorCode.STORE_DAMAGED}


def test_mark_garbled(folder: Path) -> None:
    """A garbled series.json stops the store: to guess would risk a number given twice."""
    for content in (b"", b"{}", b'{"epoch": "x", "series": "AB", "seq": 1}', b'{"epoch": "x", "series": "A"}'):
        (folder / "series.json").write_bytes(content)
        refused(folder, ErrorCode.STORE_DAMAGED)


def test_path_with_chinese_blanks_and_percent(tmp_path: Path) -> None:
    """A data folder's name may hold anything that a file system allows."""
    folder = tmp_path / "数据 文件夹 100%?#x'"
    store = store_in(folder)
    number = take_in(store).case_number
    store.close()
    store = store_in(folder)
    assert store.cases.get(number).case_number == number
    store.close()
    assert sorted(path.name for path in folder.iterdir()) == ["kiosk.db", "series.json", "store.json"]


def test_folder_that_is_made(tmp_path: Path) -> None:
    """A new data folder belongs to its user alone."""
    store_in(tmp_path / "a" / "b").close()
    assert (tmp_path / "a" / "b").stat().st_mode & 0o077 == 0
