"""Words from outside stay words: what looks like SQL, HTML, a formula or a path is kept as it was printed."""

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.storage import parquet_store
from tests.support.fault_table import Theme, proves
from tests.support.rows import rows

WORDS = [
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
    given = rows("frameworks", *({"framework": words, "name": words} for words in WORDS))
    parquet_store.write(warehouse, "families", rows("families", {}))
    parquet_store.write(warehouse, "frameworks", given)
    build_database(warehouse)
    with duckdb.connect(database_path(warehouse), read_only=True) as opened:
        yield opened


@proves(
    "Words in a page or a file that look like SQL, HTML, a formula or a path",
    theme=Theme.HOSTILE,
    does="keeps them as words, from Parquet to the database: no statement and no path is made of them",
)
def test_words_stay_words(connection):
    found = connection.sql("SELECT framework, name FROM frameworks").fetchall()
    assert sorted(found) == sorted((words, words) for words in WORDS)
    assert connection.sql("SELECT count(*) FROM reports").fetchone() == (0,)
