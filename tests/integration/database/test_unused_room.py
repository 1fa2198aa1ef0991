"""DuckDB's unused room, cleared: the rows stay, nothing else does, and what is no such file is refused."""

import duckdb
import pytest

from assets.database.build import STORAGE_VERSION, database_path
from assets.database.unused_room import LayoutError, clear
from assets.schema.tables import TABLES

#: A text that is nowhere in the data, but was in the memory of the process that wrote it.
SCRAP = "Scraps of memory are no data. " * 100


@pytest.fixture
def path(tmp_path):
    """A database whose strings fill several blocks, written where other strings had been before."""
    path = tmp_path / "some.duckdb"
    config = {
        "storage_compatibility_version": STORAGE_VERSION,
        "disabled_compression_methods": "fsst",
    }
    with duckdb.connect(path, config=config) as connection:
        connection.execute("CREATE TABLE scraps AS SELECT $1 || i AS text FROM range(3000) AS r(i)", [SCRAP])
        connection.execute("CHECKPOINT")
        connection.execute("DROP TABLE scraps")
        connection.execute(
            "CREATE TABLE texts AS SELECT i, repeat(chr(97 + (i % 26)::INT), (i * 37) % 3000) AS text,"
            " ['few', 'words'][i % 2 + 1] AS word FROM range(2000) AS r(i)"
        )
        connection.execute("CHECKPOINT")
    return path


def rows(path):
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute("SELECT * FROM texts ORDER BY i").fetchall()


def test_rows_stay_and_clearing_again_changes_nothing(path):
    before, kept = path.read_bytes(), rows(path)
    clear(path)
    once = path.read_bytes()
    assert len(once) == len(before)
    assert once != before
    assert rows(path) == kept
    clear(path)
    assert path.read_bytes() == once


def test_a_file_of_another_layout_is_refused_and_keeps_its_rows(path, tmp_path):
    """Blocks of another size, as DuckDB can write them too."""
    other = tmp_path / "other.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(f"ATTACH '{other}' AS other (BLOCK_SIZE 16384)")
        connection.execute("CREATE TABLE other.texts AS FROM texts")
    with pytest.raises(LayoutError, match=r"other.duckdb: (it ends before its )?block \d+"):
        clear(other)
    assert rows(other) == rows(path)


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "none.duckdb").write_bytes(b"none" * 10_000)
    with pytest.raises(duckdb.Error):
        clear(tmp_path / "none.duckdb")


def test_every_segment_of_the_database_is_of_a_kind_that_is_known(released):
    """Another way of compressing may leave room, too: look at it before it is let in."""
    with duckdb.connect(database_path(released), read_only=True) as connection:
        kinds = {
            kind
            for name in TABLES
            for (kind,) in connection.execute(
                "SELECT DISTINCT compression FROM pragma_storage_info(?)", [name]
            ).fetchall()
        }
    assert kinds <= {"Constant", "Dictionary", "RLE", "Uncompressed", "Roaring", "Empty Validity"}
