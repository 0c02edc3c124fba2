"""The journal's chain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import journal
from kiosk.errors import ErrorCode, StoreError
from kiosk.journal import ChainedLine

KEY = b"j" * 32


def chain(length: int, key: bytes = KEY) -> list[ChainedLine]:
    """Make a chain that fits."""
    lines: list[ChainedLine] = []
    previous = journal.GENESIS
    for seq in range(1, length + 1):
        line = ChainedLine(
            seq, "2026-11-18T02:00:00.000Z", "case_opened", "op", f"n{seq}", journal.detail_text((("a", seq),))
        )
        previous = journal.seal(key, previous, line)
        lines.append(replace(line, mac=previous))
    return lines


def broken_at(lines: list[ChainedLine], key: bytes = KEY) -> object:
    """Verify a chain that must not fit, and give the line that is blamed."""
    with pytest.raises(StoreError) as caught:
        journal.verify(key, lines)
    assert caught.value.code is ErrorCode.JOURNAL_BROKEN
    return caught.value.facts["seq"]


def test_untouched_chain() -> None:
    """A chain as written verifies, and its length is given."""
    assert journal.verify(KEY, chain(20)) == 20
    assert journal.verify(KEY, []) == 0


@pytest.mark.parametrize("name", ["at", "kind", "actor", "subject", "detail"])
def test_edited_line(name: str) -> None:
    """A change to any field of a line is found at that line."""
    lines = chain(9)
    lines[4] = replace(lines[4], **{name: "x"})  # type: ignore[arg-type]  # every one of these fields is text
    assert broken_at(lines) == 5


def test_line_edited_and_sealed_again_by_someone_without_the_key() -> None:
    """A forger who knows the method but not the key is found."""
    lines = chain(5)
    forged = replace(lines[2], actor="someone else", mac="")
    lines[2] = replace(forged, mac=journal.seal(b"guess" * 7, lines[1].mac, forged))
    assert broken_at(lines) == 3


def test_missing_line() -> None:
    """A gap is found where it is, also when the numbers are closed up."""
    lines = chain(9)
    del lines[3]
    assert broken_at(lines) == 4
    closed = [replace(line, seq=place) for place, line in enumerate(lines, 1)]
    assert broken_at(closed) == 4


def test_swapped_lines() -> None:
    """Two lines that changed places are found at the first, with or without their numbers."""
    lines = chain(9)
    lines[5], lines[6] = lines[6], lines[5]
    assert broken_at(lines) == 6
    assert broken_at([replace(line, seq=place) for place, line in enumerate(lines, 1)]) == 6


def test_fields_that_flow_into_each_other() -> None:
    """Text moved from one field to the next changes the hash."""
    one = ChainedLine(1, "t", "kind", "ab", "c", "{}")
    assert journal.seal(KEY, journal.GENESIS, one) != journal.seal(
        KEY, journal.GENESIS, replace(one, actor="a", subject="bc")
    )


def test_facts_in_any_order() -> None:
    """A line's facts have one spelling."""
    assert journal.detail_text((("b", 1), ("a", "测"))) == journal.detail_text((("a", "测"), ("b", 1)))
