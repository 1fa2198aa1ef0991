"""Ranges of a key give all rows of a table in the order of the key."""

import random

import pyarrow as pa
import pytest

from assets.database.connection import connect
from assets.database.ordered_rows import ordered_queries
from assets.schema.tables import Table

TABLE = Table(
    "lines",
    "Lines",
    ("source", "page"),
    pa.schema([("source", pa.string()), ("page", pa.int32()), ("text", pa.string())]),
)
#: Quotes, and texts whose order differs from that of numbers.
SOURCES = ("it's", "10", "9", "Ä", "a")
ROWS = [(source, page, f"{source} {page}") for source in sorted(SOURCES) for page in range(-3, 20)]


@pytest.fixture
def database():
    shuffled = random.Random(1).sample(ROWS, len(ROWS))
    with connect() as connection:
        connection.execute("CREATE TABLE lines (source VARCHAR, page INTEGER, text VARCHAR)")
        connection.executemany("INSERT INTO lines VALUES (?, ?, ?)", shuffled)
        yield connection


@pytest.mark.parametrize("range_rows", [1, 7, 23, 50, len(ROWS), 1000])
def test_ranges_give_all_rows_in_order(database, range_rows):
    ranges = [
        database.execute(query).fetchall()
        for query in ordered_queries(database, TABLE, range_rows=range_rows)
    ]
    assert [row for rows in ranges for row in rows] == ROWS
    assert max(map(len, ranges)) <= range_rows


def test_ranges_of_selected_rows_and_columns(database):
    queries = ordered_queries(
        database, TABLE, columns="text", condition="page < 0 OR page > 18", range_rows=4
    )
    texts = [text for query in queries for (text,) in database.execute(query).fetchall()]
    assert texts == [text for _, page, text in ROWS if page < 0 or page > 18]
    assert len(queries) == 5


def test_no_rows_give_one_query(database):
    (query,) = ordered_queries(database, TABLE, condition="false", range_rows=4)
    assert database.execute(query).fetchall() == []
