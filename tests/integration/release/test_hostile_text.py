"""Text that looks like SQL, HTML, a formula or a path is stored unchanged and never interpreted."""

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.storage import parquet_store
from tests.support.fault_table import Theme, proves
from tests.support.rows import rows

TEXTS = [
    "'; DROP TABLE reports; --",
    "\"); ATTACH '/etc/passwd' AS x; --",
    "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "=HYPERLINK(A1)",
    "../../../etc/passwd",
    "$(reboot) `reboot` %s {} {0} \\",
]


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    warehouse = tmp_path_factory.mktemp("warehouse")
    given = rows("frameworks", *({"framework": text, "name": text} for text in TEXTS))
    parquet_store.write(warehouse, "families", rows("families", {}))
    parquet_store.write(warehouse, "frameworks", given)
    build_database(warehouse)
    with duckdb.connect(database_path(warehouse), read_only=True) as opened:
        yield opened


@proves(
    "Text in a page or a file that looks like SQL, HTML, a formula or a path",
    theme=Theme.HOSTILE,
    does="stores it unchanged in Parquet and in the database; it never becomes part of a statement or path",
)
def test_hostile_text_is_stored_unchanged(connection):
    stored = connection.sql("SELECT framework, name FROM frameworks").fetchall()
    assert sorted(stored) == sorted((text, text) for text in TEXTS)
    assert connection.sql("SELECT count(*) FROM reports").fetchone() == (0,)
