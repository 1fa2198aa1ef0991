"""Rows for tests: a test gives the values that matter to it, the declaration fills in the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from assets.schema.tables import TABLES, allowed_values

FILLERS: Mapping[pa.DataType, Any] = {
    pa.string(): "x",
    pa.int32(): 1,
    pa.float64(): 1.0,
    pa.bool_(): True,
    pa.date32(): date(2022, 1, 1),
    pa.timestamp("us"): datetime(2022, 1, 1, tzinfo=UTC).replace(tzinfo=None),
}
YEAR = 2022
#: Columns whose values must fit other values or a pattern.
VALUES: Mapping[str, Any] = {
    "publication_year": YEAR,
    "disqualifies": False,
    "year_end": "03-31",
    "area_code": "E92000001",
    "abbreviation": "MASH",
}


def rows(table_name: str, *given: Mapping[str, Any]) -> pa.Table:
    """Return rows of a table; required columns that are not given have a filler value."""
    schema = TABLES[table_name].schema
    filled = {field.name: filler(field) for field in schema if not field.nullable}
    return pa.Table.from_pylist([{**filled, **row} for row in given], schema=schema)


def filler(field: pa.Field[Any]) -> Any:
    if field.name in VALUES:
        return VALUES[field.name]
    if vocabulary := allowed_values(field):
        return vocabulary[0]
    return [] if pa.types.is_list(field.type) else FILLERS[field.type]
