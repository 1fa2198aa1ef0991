import shutil
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.database import sql_files
from assets.database.build import DatabaseError, build_database, database_path
from assets.database.sql_files import SqlFileError, read_definitions, read_sql_files, sql_folder
from assets.reference.loaders import read_reference_tables
from assets.schema.tables import TABLES, field_metadata
from assets.storage import parquet_store
from assets.storage.atomic_write import WriteError
from tests.support.disks import limited_file_size
from tests.support.rows import YEAR, rows


@pytest.fixture(scope="module")
def reference():
    return read_reference_tables()


@pytest.fixture
def warehouse(tmp_path, reference):
    """A store that the test may change."""
    return fill_store(tmp_path, reference)


@pytest.fixture(scope="module")
def built(tmp_path_factory, reference):
    """A store with its database; read only."""
    warehouse = fill_store(tmp_path_factory.mktemp("built"), reference)
    build_database(warehouse)
    return warehouse


@pytest.fixture
def rebuildable(built, tmp_path):
    """A store with its database that the test may change."""
    return shutil.copytree(built, tmp_path / "warehouse")


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory):
    """The database of a store without tables; read only."""
    warehouse = tmp_path_factory.mktemp("empty")
    build_database(warehouse)
    return database_path(warehouse)


def fill_store(warehouse, reference):
    """Store the reference tables, and a report with a judgement, a section and two findings."""
    for name, table in reference.items():
        parquet_store.write(warehouse, name, table)
    parquet_store.write(warehouse, "publications", rows("publications", {"report_id": "1", "urn": 80418}))
    for name, given in (
        ("reports", [{"urn": 80418}]),
        ("judgements", [{"urn": 80418, "area": "leadership", "grade": "good", "grade_rank": 2}]),
        ("sections", [{"ordinal": 1}]),
        (
            "findings",
            [{"urn": 80418, "ordinal": 2, "section": 1, "boxes": [BOX]}, {"urn": 80418, "ordinal": 1}],
        ),
        ("recommendations", [{"urn": 80418, "ordinal": 1, "outcomes": [1, 4]}]),
    ):
        parquet_store.write(warehouse, name, rows(name, *({"report_id": "1", **row} for row in given)), YEAR)
    return warehouse


BOX = {"page": 1, "x0": 1.0, "top": 2.0, "x1": 3.0, "bottom": 4.5}


@pytest.fixture
def sql(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sql")
    (folder / "views").mkdir()
    return folder


def query(warehouse, sql, *parameters):
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def test_every_table_has_its_rows(warehouse, reference):
    counts = build_database(warehouse)
    assert list(counts) == list(TABLES)
    assert counts["authorities"] == reference["authorities"].num_rows
    assert counts["findings"] == 2
    assert counts["inspectors"] == 0
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        stored = {name: connection.table(name).count("*").fetchone()[0] for name in counts}
    assert stored == counts


def test_values_are_complete_and_in_key_order(built):
    assert query(built, "SELECT ordinal, section, boxes FROM findings") == [(1, None, []), (2, 1, [BOX])]
    assert query(built, "SELECT outcomes FROM recommendations") == [([1, 4],)]
    assert query(built, "SELECT last_day FROM successions WHERE successor_urn = 2532283") == [
        (date(2019, 3, 31),)
    ]


def test_columns_have_declared_types_and_comments(built):
    found = query(
        built,
        "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns()",
    )
    columns = {(table, column): rest for table, column, *rest in found}
    for name, declared in TABLES.items():
        for field in declared.schema:
            _, nullable, comment = columns[name, field.name]
            assert nullable is field.nullable
            assert comment.startswith(f"{field_metadata(field)} [{field_metadata(field, 'unit')}]")
    assert columns["reports", "retrieved_at"][0] == "TIMESTAMP"
    assert columns["reports", "size_bytes"][0] == "BIGINT"
    assert columns["publications", "is_listed"][0] == "BOOLEAN"
    boxes = "STRUCT(page INTEGER, x0 DOUBLE, top DOUBLE, x1 DOUBLE, bottom DOUBLE)[]"
    assert columns["findings", "boxes"][0].replace('"', "") == boxes
    assert columns["judgements", "status"][2].endswith(": graded, not_judged, not_found")
    comments = dict(query(built, "SELECT table_name, comment FROM duckdb_tables()"))
    assert comments.pop("build_info")
    search_tables = {file.name: file.documentation for file in read_sql_files(sql_folder() / "tables")}
    assert comments == {name: table_comment(table) for name, table in TABLES.items()} | search_tables


def test_no_table_has_an_index(built):
    assert query(built, "SELECT table_name FROM duckdb_tables() WHERE index_count > 0") == []
    assert query(built, "SELECT index_name FROM duckdb_indexes()") == []


@pytest.mark.parametrize(
    "name",
    [
        "findings",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("report_lines", "theme_matches", "authority_indicators", "authorities")
        ),
    ],
)
def test_duplicate_key_is_refused(rebuildable, name):
    if name not in ("findings", "authorities"):
        store_rows(rebuildable, "indicators", rows("indicators", {"year_end": "03-31"}))
        given = {"report_id": "1", "urn": 80418, "ordinal": 1, "area_code": "E10000020"}
        own = {key: value for key, value in given.items() if key in TABLES[name].schema.names}
        store_rows(rebuildable, name, rows(name, own))
    path = parquet_store.table_path(rebuildable, name, YEAR if TABLES[name].by_year else None)
    stored = pq.read_table(path, partitioning=None)
    pq.write_table(pa.concat_tables([stored, stored]), path)
    key = ", ".join(TABLES[name].key)
    message = rf"^{name}.{key}: the key is a duplicate \(first at .*; rows: {stored.num_rows}\)"
    with pytest.raises(DatabaseError, match=message):
        build_database(rebuildable)
    assert query(rebuildable, "SELECT count(*) FROM findings") == [(2,)]


def test_damaged_file_is_named(rebuildable):
    path = parquet_store.table_path(rebuildable, "findings", YEAR)
    content = path.read_bytes()
    path.write_bytes(content[:4] + bytes(len(content) // 2) + content[4 + len(content) // 2 :])
    with pytest.raises(parquet_store.ReadError, match=f"^cannot read {path}: "):
        build_database(rebuildable)
    assert query(rebuildable, "SELECT count(*) FROM findings") == [(2,)]


@pytest.mark.slow
def test_columns_that_an_older_file_lacks_are_null(rebuildable):
    path = parquet_store.table_path(rebuildable, "recommendations", YEAR)
    stored = pq.read_table(path, partitioning=None)
    pq.write_table(stored.drop_columns(["responsible_body"]), path)
    build_database(rebuildable)
    assert query(rebuildable, "SELECT ordinal, responsible_body FROM recommendations") == [(1, None)]


def store_rows(warehouse, name, table):
    parquet_store.write(warehouse, name, table, YEAR if TABLES[name].by_year else None)


def table_comment(table):
    """Return the description, the key and the references of a table, from its declaration."""
    comment = f"{table.description}. Key: {', '.join(table.key)}"
    references = [
        f"{', '.join(reference.columns)} in {reference.table} ({', '.join(reference.key)})"
        for reference in table.references
    ]
    return f"{comment}. References: {'; '.join(references)}" if references else comment


def test_views_and_their_columns_have_comments(built):
    documented = {file.name: file for file in read_sql_files(sql_folder() / "views")}
    views = dict(query(built, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"))
    assert views == {name: file.documentation for name, file in documented.items()}
    found = query(
        built,
        "SELECT table_name, column_name, comment FROM duckdb_columns() ORDER BY table_name, column_index",
    )
    columns = {view: [column for table, column, _ in found if table == view] for view in views}
    assert columns == {name: list(file.columns) for name, file in documented.items()}
    assert [row for row in found if row[0] in views and not row[2]] == []


def test_storage_version_is_the_oldest(built):
    # Bytes 12 to 20 of a file hold its storage version: 64 is what DuckDB 0.10.0 to 1.1.3 wrote.
    header = database_path(built).read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_rebuild_replaces_the_database_and_leaves_no_files(rebuildable):
    with duckdb.connect(database_path(rebuildable), read_only=True) as reader:
        parquet_store.delete(rebuildable, "findings", YEAR)
        build_database(rebuildable)
        assert reader.execute("SELECT count(*) FROM findings").fetchall() == [(2,)]
    assert query(rebuildable, "SELECT count(*) FROM findings") == [(0,)]
    assert sorted(path.name for path in rebuildable.iterdir()) == ["inspections.duckdb", "parquet"]


def test_dangling_reference_keeps_the_old_database(rebuildable):
    parquet_store.delete(rebuildable, "sections", YEAR)
    with pytest.raises(
        DatabaseError,
        match=r"^findings.report_id, section: '1', 1 is not in sections"
        r" \(first at report_id 1, ordinal 2; rows: 1\)$",
    ) as raised:
        build_database(rebuildable)
    assert "\n" not in str(raised.value)
    assert query(rebuildable, "SELECT count(*) FROM sections") == [(1,)]


@pytest.mark.slow
def test_warehouse_path_is_quoted(warehouse):
    odd = warehouse.parent / "it's [a] *; DROP TABLE authorities; --"
    warehouse.rename(odd)
    build_database(odd)
    assert query(odd, "SELECT count(*) FROM authorities") == [(158,)]


@pytest.mark.parametrize(
    "limit",
    [
        pytest.param(10_000, id="nothing fits"),
        pytest.param(50_000, id="header fits", marks=pytest.mark.slow),
        pytest.param(200_000, id="log fits", marks=pytest.mark.slow),
    ],
)
def test_full_disk_keeps_the_old_database(tmp_path, empty_database, limit):
    # Without rows DuckDB writes to its WAL file first, and ignores an error when it closes the database.
    shutil.copy(empty_database, tmp_path)
    before = database_path(tmp_path).read_bytes()
    with limited_file_size(limit), pytest.raises(WriteError) as raised:
        build_database(tmp_path)
    assert str(raised.value).startswith(f"cannot write {database_path(tmp_path)}: ")
    assert "\n" not in str(raised.value)
    assert database_path(tmp_path).read_bytes() == before
    assert list(tmp_path.iterdir()) == [database_path(tmp_path)]


def test_definitions_are_ordered_by_dependency(sql):
    (sql / "views/a.sql").write_text("-- First by name.\nSELECT x FROM b JOIN c USING (x)")
    (sql / "views/b.sql").write_text("-- Uses the last.\nWITH n AS (SELECT 1 AS x) SELECT n.x FROM n, main.c")
    (sql / "views/c.sql").write_text("-- Uses none.\n--\n-- Columns:\n-- x: A number\nSELECT 1 AS x;\n")
    views = read_definitions(sql)
    assert [view.name for view in views] == ["c", "b", "a"]
    assert (views[0].documentation, views[0].columns) == ("Uses none.", {"x": "A number"})
    assert views[0].query == "SELECT 1 AS x"


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("SELECT 1 AS x", r"v\.sql: the file does not start with a comment"),
        ("-- Two.\nSELECT 1 AS x; SELECT 2 AS x", "v: the file is not one query"),
        ("-- None.\nDROP TABLE authorities", "v: Only SELECT statements"),
        ("-- Misspelt.\nSELEC 1", "v: syntax error at or near"),
        ("-- No such table.\nSELECT * FROM nowhere", r"views/v\.sql: .*nowhere"),
        ("-- No such column.\n--\n-- Columns:\n-- y: Why\nSELECT 1 AS x", r"views/v\.sql: .*y"),
        (
            "-- Reads a file.\nSELECT * FROM read_csv('/etc/hostname')",
            r"views/v\.sql: .*file system operations are disabled",
        ),
    ],
)
def test_invalid_view_keeps_the_old_database(rebuildable, sql, file, message):
    (sql / "views/v.sql").write_text(file)
    with pytest.raises((DatabaseError, SqlFileError), match=message) as raised:
        build_database(rebuildable, sql)
    assert "\n" not in str(raised.value)
    assert query(rebuildable, "SELECT count(*) FROM latest_judgements") == [(153,)]


def test_circular_dependency_is_an_error(sql):
    (sql / "views/a.sql").write_text("-- Uses b.\nSELECT * FROM b")
    (sql / "views/b.sql").write_text("-- Uses a.\nSELECT * FROM a")
    with pytest.raises(SqlFileError, match=r"^circular dependency between SQL files: (a → b → a|b → a → b)$"):
        read_definitions(sql)


def test_sql_folder_of_an_installed_package(tmp_path, monkeypatch):
    module = tmp_path / "site-packages/assets/database/sql_files.py"
    shutil.copytree(sql_folder(), module.parent / "sql")
    monkeypatch.setattr(sql_files, "__file__", str(module))
    assert sql_folder() == module.parent / "sql"
    shutil.rmtree(module.parent / "sql")
    with pytest.raises(SqlFileError, match="no folder of SQL views at "):
        sql_folder()
