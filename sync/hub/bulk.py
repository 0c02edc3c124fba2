"""Many rows at once: PostgreSQL takes them as one COPY, SQLite as one prepared statement.

A batch of 100 cases is more than a thousand rows; as bound parameters of a statement they would cost a worker more than
all the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from math import inf
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    any_,
    literal,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

_INT4 = 2**31 - 1
_Value = TypeVar("_Value", str, int)
_TYPES = ((Boolean, "bool"), (BigInteger, "int8"), (Integer, "int4"), (LargeBinary, "bytea"))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of one shape.

    Raises:
        IntegrityError, DataError: a row cannot stand there; none of them does then.
    """
    if not rows:
        return
    names = tuple(rows[0])
    values = (tuple(row.values()) for row in rows)
    if connection.dialect.name != "postgresql":
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of our tables
        connection.exec_driver_sql(statement, list(values))
        return
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    cursor: Any = connection.connection.cursor()  # the driver's own; SQLAlchemy knows no COPY
    driver: Any = connection.dialect.loaded_dbapi
    try:
        with cursor.copy(statement) as copy:
            copy.set_types([_type(table.c[name]) for name in names])
            for row in values:
                copy.write_row(row)
    except driver.Error as exc:
        raise DBAPIError.instance(statement, None, exc, driver.Error, hide_parameters=True) from exc
    finally:
        cursor.close()


def among(connection: Connection, column: ColumnElement[_Value], values: Collection[_Value]) -> ColumnElement[bool]:
    """Say that a column's value is one of many; PostgreSQL takes them as one parameter and keeps one statement."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(values)


def fits(table: Table, row: Mapping[str, object]) -> bool:
    """Tell whether each value can stand in its column on either database (SQLite alone would not mind)."""
    bounds = _bounds(table)
    for name, value in row.items():
        if isinstance(value, str):
            if len(value) > bounds[name] or "\0" in value:
                return False
        elif isinstance(value, int) and abs(value) > bounds[name]:
            return False
    return True


@cache
def _bounds(table: Table) -> dict[str, float]:
    """Give, for each column, how long a text or how large a number may be."""
    return {column.name: _bound(column.type) for column in table.columns}


def _bound(kind: TypeEngine[object]) -> float:
    if isinstance(kind, String):
        return kind.length or inf
    return _INT4 if isinstance(kind, Integer) and not isinstance(kind, BigInteger) else inf


def _type(column: Column[object]) -> str:
    return next((name for kind, name in _TYPES if isinstance(column.type, kind)), "text")
