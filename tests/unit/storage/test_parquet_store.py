"""The Parquet store: bytes that depend on the rows alone, and errors that name the file."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.schema.tables import TABLES, field_metadata
from assets.schema.validation import ViolationsError
from assets.storage import parquet_store
from assets.storage.atomic_write import WriteError, atomic_write
from tests.support.disks import limited_file_size
from tests.support.rows import YEAR, rows


def test_rows_are_read_sorted_by_key(tmp_path):
    given_rows = rows("sections", {"ordinal": 2}, {"report_id": "a", "ordinal": 9}, {"ordinal": 1})
    assert parquet_store.write(tmp_path, "sections", given_rows, YEAR)
    stored = parquet_store.read(tmp_path, "sections", YEAR)
    assert stored.schema.equals(TABLES["sections"].schema, check_metadata=True)
    assert [(row["report_id"], row["ordinal"]) for row in stored.to_pylist()] == [
        ("a", 9),
        ("x", 1),
        ("x", 2),
    ]


PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cf", "Co", "Cs")), max_size=5)
keys = st.tuples(st.text("019", min_size=1, max_size=3), st.integers(1, 9), st.integers(1, 9))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    entries=st.dictionaries(keys, st.tuples(PRINTABLE, st.floats() | st.none())),
    seed=st.randoms(use_true_random=False),
    cut=st.integers(0, 9),
)
def test_equal_rows_in_any_order_and_chunks_give_equal_bytes(tmp_path, entries, seed, cut):
    given_rows = [
        {"report_id": key[0], "page": key[1], "line": key[2], "text": text, "size": size}
        for key, (text, size) in entries.items()
    ]
    parquet_store.delete(tmp_path, "report_lines", YEAR)
    path = parquet_store.table_path(tmp_path, "report_lines", YEAR)
    assert parquet_store.write(tmp_path, "report_lines", rows("report_lines", *given_rows), YEAR)
    before, written_at = path.read_bytes(), path.stat().st_mtime_ns
    seed.shuffle(given_rows)
    pieces = [rows("report_lines", *piece) for piece in (given_rows[:cut], given_rows[cut:])]
    assert not parquet_store.write(tmp_path, "report_lines", pa.concat_tables(pieces), YEAR)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, written_at)
    ordered = [
        (row["report_id"], row["page"], row["line"])
        for row in parquet_store.read(tmp_path, "report_lines").to_pylist()
    ]
    assert ordered == sorted(entries)


def test_change_replaces_the_file_without_leftovers(tmp_path):
    path = parquet_store.table_path(tmp_path, "frameworks")
    assert parquet_store.write(tmp_path, "frameworks", rows("frameworks", {"name": "one"}))
    assert parquet_store.write(tmp_path, "frameworks", rows("frameworks", {"name": "two"}))
    assert parquet_store.read(tmp_path, "frameworks")["name"].to_pylist() == ["two"]
    assert list(path.parent.iterdir()) == [path]


def test_file_has_its_path_compression_and_descriptions(tmp_path):
    parquet_store.write(tmp_path, "judgements", rows("judgements", {}), YEAR)
    path = tmp_path / "parquet/judgements/publication_year=2022/part-0.parquet"
    file = pq.ParquetFile(path)
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    for field in TABLES["judgements"].schema:
        assert field_metadata(file.schema_arrow.field(field.name)) == field_metadata(field)


def test_row_groups_have_one_size(tmp_path):
    lines = [{"line": line} for line in range(parquet_store.ROW_GROUP_ROWS + 5)]
    random.Random(1).shuffle(lines)
    parquet_store.write(tmp_path, "report_lines", rows("report_lines", *lines), YEAR)
    metadata = pq.ParquetFile(parquet_store.table_path(tmp_path, "report_lines", YEAR)).metadata
    assert [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)] == [
        parquet_store.ROW_GROUP_ROWS,
        5,
    ]


def test_all_years_are_read_sorted_by_key(tmp_path):
    for year, report_id in ((2023, "1"), (2021, "2")):
        given_rows = rows("sections", {"report_id": report_id, "publication_year": year})
        parquet_store.write(tmp_path, "sections", given_rows, year)
    assert parquet_store.stored_years(tmp_path, "sections") == (2021, 2023)
    assert parquet_store.read(tmp_path, "sections")["report_id"].to_pylist() == ["1", "2"]
    assert parquet_store.delete(tmp_path, "sections", 2021)
    assert not parquet_store.delete(tmp_path, "sections", 2021)
    assert parquet_store.stored_years(tmp_path, "sections") == (2023,)


@pytest.mark.parametrize(
    ("table_name", "year"), [("sections", None), ("sections", YEAR), ("frameworks", None)]
)
def test_unwritten_table_is_empty_with_its_schema(tmp_path, table_name, year):
    assert parquet_store.read(tmp_path, table_name, year).equals(TABLES[table_name].schema.empty_table())


def test_year_is_required_for_partitioned_tables_only(tmp_path):
    with pytest.raises(ValueError, match="sections is stored by year"):
        parquet_store.write(tmp_path, "sections", rows("sections", {}))
    with pytest.raises(ValueError, match="frameworks is not stored by year"):
        parquet_store.read(tmp_path, "frameworks", YEAR)


def test_invalid_rows_leave_the_file_unchanged(tmp_path):
    parquet_store.write(tmp_path, "frameworks", rows("frameworks", {"framework": "sif"}))
    before = parquet_store.table_path(tmp_path, "frameworks").read_bytes()
    with pytest.raises(
        ViolationsError, match=r"frameworks\.family: 'picnic' is not one of inspection, .*framework sif"
    ):
        parquet_store.write(
            tmp_path, "frameworks", rows("frameworks", {"framework": "sif", "family": "picnic"})
        )
    assert parquet_store.table_path(tmp_path, "frameworks").read_bytes() == before


def test_error_names_a_folder_that_cannot_be_created(tmp_path):
    warehouse = tmp_path / "warehouse"
    warehouse.write_text("a file where a folder should be")
    with pytest.raises(WriteError) as error:
        parquet_store.write(warehouse, "frameworks", rows("frameworks", {}))
    assert (
        str(error.value)
        == f"cannot write {parquet_store.table_path(warehouse, 'frameworks')}: Not a directory"
    )


def test_full_disk_leaves_the_file_unchanged(tmp_path):
    parquet_store.write(tmp_path, "frameworks", rows("frameworks", {"name": "one"}))
    path = parquet_store.table_path(tmp_path, "frameworks")
    before = path.read_bytes()
    with limited_file_size(500), pytest.raises(WriteError) as error:
        parquet_store.write(tmp_path, "frameworks", rows("frameworks", {"name": "two"}))
    assert str(error.value) == f"cannot write {path}: File too large"
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_error_names_a_broken_file(tmp_path):
    path = parquet_store.table_path(tmp_path, "frameworks")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1 but not for long")
    with pytest.raises(parquet_store.ReadError, match=f"cannot read {path}: "):
        parquet_store.read(tmp_path, "frameworks")


def test_error_names_a_file_with_another_schema(tmp_path):
    path = parquet_store.table_path(tmp_path, "frameworks")
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"framework": ["sif"]}), path)
    with pytest.raises(
        parquet_store.ReadError, match=f"{path} does not fit the declaration of its table, rebuild it: "
    ):
        parquet_store.read(tmp_path, "frameworks")


def test_new_column_is_null_in_older_files(tmp_path):
    older = rows("publications", {"report_id": "1"}).drop_columns(["changed_at"])
    path = parquet_store.table_path(tmp_path, "publications")
    path.parent.mkdir(parents=True)
    pq.write_table(older, path)
    read = parquet_store.read(tmp_path, "publications")
    assert read["changed_at"].to_pylist() == [None]
    assert read.drop_columns(["changed_at"]).equals(older)


def test_exception_in_the_block_leaves_the_file_unchanged(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail_half_way():
        with atomic_write(path) as temporary:
            temporary.write_text("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
