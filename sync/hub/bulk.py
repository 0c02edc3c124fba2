"""Many rows in one statement with one parameter: the rows travel as a JSON text that the database takes apart.

A batch of 100 cases is more than a thousand rows; as bound parameters they would cost a worker more than all the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from math import inf
from typing import TypeVar

import msgspec
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
    text,
)
from sqlalchemy.types import TypeEngine

_INT4 = 2**31 - 1
_Value = TypeVar("_Value", str, int)
_TYPES = ((Boolean, "boolean"), (BigInteger, "bigint"), (Integer, "integer"))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of one shape; a column of bytes is given as text and stored in UTF-8.

    Raises:
        IntegrityError, DataError: a row cannot stand there; none of them does then.
    """
    if rows:
        statement = _statement(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(text(statement), {"rows": msgspec.json.encode(rows).decode()})


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


@cache
def _statement(dialect: str, table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(names)
    binary = {name for name in names if isinstance(table.c[name].type, LargeBinary)}
    if dialect == "postgresql":
        values = ", ".join(f"convert_to(r.{name}, 'UTF8')" if name in binary else f"r.{name}" for name in names)
        shape = ", ".join(f"{name} {_type(table.c[name])}" for name in names)
        source = f"json_to_recordset(CAST(:rows AS json)) AS r({shape})"
    else:
        values = ", ".join(
            f"CAST(json_extract(value, '$.{name}') AS BLOB)" if name in binary else f"json_extract(value, '$.{name}')"
            for name in names
        )
        source = "json_each(:rows)"
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {source}"  # noqa: S608 - names of our tables


def _type(column: Column[object]) -> str:
    return next((name for kind, name in _TYPES if isinstance(column.type, kind)), "text")
