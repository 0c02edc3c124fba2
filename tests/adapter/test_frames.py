"""Sample pages and files that a scanner left."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from devices.frames.folder import ImportFolder, plugged_sticks
from devices.frames.sample import SampleFrames
from kiosk.errors import DeviceError, ErrorCode, InputError
from kiosk.ports.pages import ImportSource
from kiosk.ports.training import FrameSource
from tools.sample_pages import PAGES, draw

MATERIALS = (
    "deceased_id",
    "applicant_id",
    "household_register",
    "death_certificate",
    "cremation_certificate",
    "social_card",
    "bank_account",
)


def test_the_sample_camera_gives_every_page_in_turn() -> None:
    """Seven pages come one after the other as JPEG of a camera's size, then the first again."""
    camera: FrameSource = SampleFrames("演示高拍仪")
    assert camera.name == "演示高拍仪"
    pictures = [camera.capture() for _ in range(8)]
    assert len(set(pictures)) == 7
    assert pictures[7] == pictures[0]
    for picture in pictures:
        image = Image.open(io.BytesIO(picture))
        assert image.format == "JPEG"
        assert min(image.size) > 800
        assert 50_000 < len(picture) < 250_000


def test_a_page_can_be_laid_under_the_sample_camera() -> None:
    """Laying a material's page makes it the next picture; a page that does not exist is refused."""
    camera = SampleFrames("演示高拍仪")
    assert camera.pages() == MATERIALS
    pictures = {material: camera.capture() for material in MATERIALS}
    camera.lay("social_card")
    assert camera.capture() == pictures["social_card"]
    assert camera.capture("household_register") == pictures["household_register"]
    assert camera.capture("a material without a page") == pictures["death_certificate"]
    with pytest.raises(DeviceError) as raised:
        camera.lay("../secret")
    assert raised.value.code is ErrorCode.CAMERA_NO_PICTURE


def test_a_sample_camera_without_pages(tmp_path: Path) -> None:
    """An installation without its pages says so and does not fall over."""
    with pytest.raises(DeviceError) as raised:
        SampleFrames("演示高拍仪", tmp_path).capture()
    assert raised.value.code is ErrorCode.CAMERA_NO_PICTURE


def test_the_shipped_pages_are_those_the_program_draws() -> None:
    """Every page that is drawn is shipped, and what is shipped is what the program draws."""
    shipped = SampleFrames("演示高拍仪")
    assert shipped.pages() == tuple(page.material for page in PAGES)
    card = PAGES[-1]
    shipped.lay(card.material)
    drawn, picture = draw(card), Image.open(io.BytesIO(shipped.capture()))
    assert picture.size == drawn.size
    difference = ImageStat.Stat(ImageChops.difference(picture.convert("L"), drawn.convert("L")))
    assert difference.mean[0] < 4  # of 255: the grain is drawn anew each time


def test_files_of_known_kinds_are_listed_newest_first(tmp_path: Path) -> None:
    """Pictures and PDFs directly in the folder are listed with their size; everything else is left out."""
    for age, name in enumerate(("扫描 1.JPG", "b.jpeg", "c.png", "d.pdf", "e.exe", ".hidden.jpg", "f.pdf.lnk")):
        (tmp_path / name).write_bytes(b"x" * (age + 1))
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "folder.pdf").mkdir()
    files = ImportFolder(tmp_path).list()
    assert [(file.name, file.size) for file in files] == [("扫描 1.JPG", 1), ("b.jpeg", 2), ("c.png", 3), ("d.pdf", 4)]
    assert [ImportFolder(tmp_path).read(file.id) for file in files] == [b"x", b"xx", b"xxx", b"xxxx"]


def test_links_and_pipes_are_neither_listed_nor_read(tmp_path: Path) -> None:
    """A link out of the folder, one within it and a pipe are refused, also when they come after the listing."""
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"secret")
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "link.pdf").symlink_to(secret)
    os.mkfifo(folder / "pipe.pdf")
    (folder / "a.pdf").write_bytes(b"a")
    imports = ImportFolder(folder)
    (listed,) = imports.list()
    assert listed.name == "a.pdf"
    (folder / "a.pdf").unlink()
    (folder / "a.pdf").symlink_to(secret)
    assert code_of(imports, listed.id) is ErrorCode.ATTACHMENT_UNREADABLE


@pytest.mark.parametrize("file_id", ["", "../secret.pdf", "/etc/passwd", "a.pdf", "0" * 32])
def test_a_file_is_never_found_by_its_path(tmp_path: Path, file_id: str) -> None:
    """Only ids from the listing open anything."""
    (tmp_path / "a.pdf").write_bytes(b"a")
    assert code_of(ImportFolder(tmp_path), file_id) is ErrorCode.ATTACHMENT_UNREADABLE


def test_a_file_that_is_too_large_or_gone(tmp_path: Path) -> None:
    """More than the limit is refused without being read whole; a pulled stick is an empty list and a clear refusal."""
    (tmp_path / "a.pdf").write_bytes(b"x" * (1 << 20) + b"x")
    (tmp_path / "b.pdf").write_bytes(b"x" * (1 << 20))
    imports = ImportFolder(tmp_path, limit_mb=1)
    ids = {file.name: file.id for file in imports.list()}
    assert code_of(imports, ids["a.pdf"]) is ErrorCode.ATTACHMENT_TOO_LARGE
    assert len(imports.read(ids["b.pdf"])) == 1 << 20
    (tmp_path / "b.pdf").unlink()
    assert code_of(imports, ids["b.pdf"]) is ErrorCode.ATTACHMENT_UNREADABLE
    assert ImportFolder(tmp_path / "nowhere").list() == ()


def test_files_of_a_stick_stand_beside_those_of_the_scanner(tmp_path: Path) -> None:
    """A stick is named, files of one name are told apart, and a pulled stick leaves the folder's own files."""
    folder, stick = tmp_path / "scans", tmp_path / "TEST STICK"
    for age, place in enumerate((folder, stick)):
        place.mkdir()
        (place / "a.pdf").write_bytes(place.name.encode())
        os.utime(place / "a.pdf", (1_000_000 + age, 1_000_000 + age))
    plugged = [stick]
    imports: ImportSource = ImportFolder(folder, sticks=lambda: plugged)
    newer, older = imports.list()
    assert [(file.name, file.place) for file in (newer, older)] == [("a.pdf", "TEST STICK"), ("a.pdf", "")]
    assert (imports.read(newer.id), imports.read(older.id)) == (b"TEST STICK", b"scans")
    plugged.clear()
    assert [file.id for file in imports.list()] == [older.id]
    assert code_of(imports, newer.id) is ErrorCode.ATTACHMENT_UNREADABLE


def test_looking_for_sticks_finds_mounted_folders_only() -> None:
    """Whatever is plugged in here, each is a place of its own."""
    assert all(path.is_mount() for path in plugged_sticks())


def code_of(imports: ImportSource, file_id: str) -> ErrorCode:
    """Give the code with which a file is refused."""
    with pytest.raises(InputError) as raised:
        imports.read(file_id)
    return raised.value.code
