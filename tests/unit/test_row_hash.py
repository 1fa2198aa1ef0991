"""The hash of a table's rows: that of the canonical form, whatever the order in which the rows are stored."""

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime

import duckdb
import pyarrow as pa
import pytest

from assets.release.row_hash import hash_rows
from assets.schema.tables import Table

SCHEMA = pa.schema(
    [
        pa.field("line", pa.int32()),
        pa.field("text", pa.string()),
        pa.field("share", pa.float64()),
        pa.field("counts", pa.bool_()),
        pa.field("day", pa.date32()),
        pa.field("time", pa.timestamp("us")),
        pa.field("boxes", pa.list_(pa.struct([pa.field("page", pa.int32()), pa.field("x0", pa.float64())]))),
    ]
)
TABLE = Table(name="rows", description="Rows", schema=SCHEMA, key=("line",))
ROWS = [
    [1, "“café” 'a' \"b\"\n\tc\\ / </script>", 0.1, True, "2022-02-11", "2022-02-11T09:00:00.000001", []],
    [2, "", 1e-7, False, "2022-02-11", "2022-02-11T09:00:00.000000", [{"page": 1, "x0": 71.25}]],
    [3, None, None, None, None, None, None],
    [10, "\u2029 \U0001f600", 100.0, None, None, None, [{"page": 2, "x0": 1.0}, {"page": 3, "x0": 0.3}]],
]


def stored(rows):
    """Return a connection to a database with the rows, in this order."""
    columns = list(zip(*rows, strict=True))
    days = [date.fromisoformat(value) if value else None for value in columns[4]]
    times = [datetime.fromisoformat(value) if value else None for value in columns[5]]
    arrow = pa.table(
        [
            pa.array(column, field.type)
            for column, field in zip([*columns[:4], days, times, columns[6]], SCHEMA, strict=True)
        ],
        schema=SCHEMA,
    )
    connection = duckdb.connect()
    connection.register("arrow", arrow)
    connection.execute("CREATE TABLE rows AS SELECT * FROM arrow")
    return connection


def test_hash_is_that_of_the_canonical_form():
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in [SCHEMA.names, *ROWS]]
    # JSON writers differ in small numbers only.
    text = "".join(f"{line}\n" for line in lines).replace("1e-07", "1e-7")
    assert hash_rows(stored(ROWS), TABLE).all == hashlib.sha256(text.encode()).hexdigest()


def test_order_of_storage_does_not_matter():
    assert hash_rows(stored(ROWS[::-1]), TABLE) == hash_rows(stored(ROWS), TABLE)


def test_each_year_has_the_hash_of_its_rows_alone():
    years = [2022, 2021, 2022, 2023]
    table = replace(TABLE, schema=SCHEMA.append(pa.field("publication_year", pa.int32())), by_year=True)

    def hashes(kept):
        connection = stored(ROWS)
        connection.execute("ALTER TABLE rows ADD COLUMN publication_year INTEGER")
        for row, year in zip(ROWS, years, strict=True):
            connection.execute("UPDATE rows SET publication_year = ? WHERE line = ?", [year, row[0]])
        connection.execute("DELETE FROM rows WHERE publication_year NOT IN (SELECT unnest(?))", [kept])
        return hash_rows(connection, table)

    assert hashes(years).years == {year: hashes([year]).all for year in sorted(set(years))}
    assert not hash_rows(stored(ROWS), TABLE).years


@pytest.mark.parametrize("column", range(len(SCHEMA)))
def test_every_column_counts(column):
    changed = [list(row) for row in ROWS]
    changed[1][column] = ROWS[0][column] if SCHEMA.names[column] != "day" else "2021-01-01"
    assert hash_rows(stored(changed), TABLE) != hash_rows(stored(ROWS), TABLE)
