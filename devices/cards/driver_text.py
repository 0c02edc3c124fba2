"""The line that the ministry's driver library (`iReadCardBas` of SSCardDriver) gives for a social security card."""

from __future__ import annotations

from devices.cards.rare_characters import restore

_FIELDS = ("region", "id_no", "card_no", "card_id", "name", "atr", "version", "issue_date", "valid_until")
_PUBLISHED = ("region", "id_no", "card_no", "card_id", "name", "version")


def read_driver_line(line: str) -> dict[str, str | None] | None:
    """Read the line of items between bars; None when it is none. An item that is missing or empty is None."""
    if "|" not in line:
        return None
    items = dict(zip(_FIELDS, (restore(item.strip()).text for item in line.split("|")), strict=False))
    if number := items.get("id_no"):
        items["id_no"] = number.upper()
    return {name: items.get(name) or None for name in _PUBLISHED}
