"""The hub's own numbers."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, Text, cast, exc, insert, update

from kiosk.clock import local, parse
from sync.hub.tables import META


def official_number(connection: Connection, now: str) -> str:
    """Draw the next official number of the day: `SL` + yyyymmdd + six digits."""
    day = f"{local(parse(now)):%Y%m%d}"
    key = f"official_{day}"
    following = (
        update(META)
        .where(META.c.key == key)
        .values(value=cast(cast(META.c.value, Integer) + 1, Text))
        .returning(META.c.value)
    )
    drawn = connection.execute(following).scalar_one_or_none()
    if drawn is None:
        try:
            with connection.begin_nested():
                drawn = connection.execute(insert(META).values(key=key, value="1").returning(META.c.value)).scalar_one()
        except exc.IntegrityError:  # another worker drew the day's first number
            drawn = connection.execute(following).scalar_one()
    return f"SL{day}{int(drawn):06d}"
