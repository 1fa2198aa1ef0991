"""Rows are compared as multisets, whatever their order."""

import pytest

from assets.database.comparison import count_differences, definitions_of, rows_equal
from assets.database.connection import connect


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("VALUES (1, 'a'), (2, NULL)", "VALUES (2, NULL), (1, 'a')", (0, 0)),
        ("VALUES (1, 'a'), (1, 'a')", "VALUES (1, 'a')", (1, 0)),
        ("VALUES (1, 'a')", "VALUES (1, NULL)", (1, 1)),
        ("VALUES (1, ['a', NULL])", "VALUES (1, ['a'])", (1, 1)),
        ("SELECT * FROM (VALUES (1), (2)) ORDER BY 1 DESC", "VALUES (1), (2), (3)", (0, 1)),
        ("SELECT 1 WHERE false", "SELECT 1 WHERE false", (0, 0)),
    ],
)
def test_differences_count_repeated_rows(first, second, expected):
    with connect() as connection:
        assert count_differences(connection, first, second) == expected
        assert rows_equal(connection, first, second) is (expected == (0, 0))


def test_definitions_are_equal_after_the_database_was_opened_again(tmp_path):
    columns = "1 AS urn, 2 AS local_authority, 3 AS region_name, 4 AS grade"
    view = f"SELECT reports.* EXCLUDE (urn, local_authority, region_name) FROM (SELECT {columns}) AS reports"
    path = tmp_path / "written.duckdb"
    with connect(path) as connection:
        connection.execute(f"CREATE VIEW grades AS {view} CROSS JOIN (SELECT 5 AS other) AS others")
        written = definitions_of(connection, "written")
    with connect(path) as connection:
        assert definitions_of(connection, "written") == written != {}
        connection.execute("CREATE OR REPLACE VIEW grades AS SELECT 4 AS grade, 5 AS other")
        assert definitions_of(connection, "written") != written
