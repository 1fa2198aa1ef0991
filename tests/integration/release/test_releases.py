"""Releases: their content, when one is made, and that only a complete and valid one becomes current."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import duckdb
import pyarrow.parquet as pq
import pytest

from assets.database import build_info, sql_checks
from assets.database.build import build_database
from assets.database.sql_files import sql_folder
from assets.release import releases
from assets.release.formats.base import PUBLISHED_VIEWS
from assets.release.validation import ReleaseError, validate_release
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.storage.locking import warehouse_lock
from tests.support import warehouses

GRADE = ("50294205", "leadership")
NEXT = "50189673"


@pytest.fixture
def warehouse(released, tmp_path):
    """A released warehouse that the test may change."""
    return shutil.copytree(released, tmp_path / "warehouse")


@pytest.fixture
def changed_warehouse(changed, tmp_path):
    """A released warehouse with a changed grade, which the test may change further."""
    return shutil.copytree(changed, tmp_path / "warehouse")


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def index(folder):
    return json.loads((folder / "index.json").read_bytes())


def changes(folder):
    return json.loads((folder / "changes.json").read_bytes())


def latest(warehouse):
    return json.loads((warehouse / "releases" / "latest.json").read_bytes())


# --- what is in a release ----------------------------------------------------------------------------------


def test_release_has_every_format_and_lists_every_file(folder):
    files = contents(folder)
    documents = [
        "CHANGELOG.md",
        "DATA_DICTIONARY.md",
        "LICENSE.md",
        "SHA256SUMS",
        "changes.json",
        "croissant.json",
    ]
    documents += [
        "datapackage.json",
        "dataset.jsonld",
        "index.json",
        "inspections.duckdb",
        "inspections.xlsx",
    ]
    assert sorted(path for path in files if "/" not in path) == sorted(documents)
    assert {path.removeprefix("parquet/") for path in files if path.startswith("parquet/")} == {
        f"{name}.parquet" for name in (*TABLES, *PUBLISHED_VIEWS)
    }
    assert {path.removeprefix("csv/") for path in files if path.startswith("csv/")} == {
        f"{name}.csv" for name in (*TABLES, *PUBLISHED_VIEWS) if name != "report_lines"
    }
    assert "stata/authority_year_panel.dta" in files
    assert "parquet_by_year/judgements/publication_year=2022/part-0.parquet" in files
    listed = {file["path"]: (file["bytes"], file["sha256"]) for file in index(folder)["files"]}
    assert listed == {
        path: (len(data), hashlib.sha256(data).hexdigest())
        for path, data in files.items()
        if path != "index.json"
    }
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {path: sha256 for path, (_, sha256) in listed.items() if path != "SHA256SUMS"}


def test_index_has_row_counts_and_hashes_of_all_tables(released, folder):
    tables = index(folder)["tables"]
    assert {name: table["rows"] for name, table in tables.items()} == {
        name: parquet_store.count_rows(released, name) for name in TABLES
    }
    assert tables["findings"]["rows"] > 50
    assert len({table["sha256"] for table in tables.values() if table["rows"]}) == sum(
        table["rows"] > 0 for table in tables.values()
    )


def test_table_hash_can_be_recomputed_from_its_documented_form(folder):
    rows = pq.read_table(folder / "parquet" / "judgements.parquet")
    lines = [rows.column_names, *(list(row.values()) for row in rows.to_pylist())]
    text = "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str) + "\n" for line in lines
    )
    assert hashlib.sha256(text.encode()).hexdigest() == index(folder)["tables"]["judgements"]["sha256"]


def test_software_version_and_commit_are_recorded(folder):
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        recorded = connection.execute("SELECT software_version, software_commit FROM about").fetchone()
    package = json.loads((folder / "datapackage.json").read_bytes())
    for software in (index(folder)["software"], package["software"]):
        assert (software["version"], software["commit"]) == recorded
    assert recorded == (build_info.read_build_info().software_version, recorded[1])


def test_rows_equal_the_store(released, folder):
    for name in TABLES:
        assert parquet_store.read(released, name).equals(
            duckdb.read_parquet(str(folder / "parquet" / f"{name}.parquet"))
            .fetch_arrow_table()
            .cast(TABLES[name].schema)
        )


def test_partitions_have_the_rows_of_the_table(folder):
    for name in ("judgements", "report_lines"):
        partition = duckdb.sql(
            f"SELECT count(*) FROM read_parquet('{folder}/parquet_by_year/{name}/*/*.parquet',"
            " hive_partitioning = true) WHERE publication_year = 2022"
        )
        complete = duckdb.sql(
            f"SELECT count(*) FROM '{folder}/parquet/{name}.parquet' WHERE publication_year = 2022"
        )
        assert partition.fetchall() == complete.fetchall() != [(0,)]


@pytest.mark.slow
def test_version_is_the_date_of_the_newest_change(released, warehouse):
    assert latest(released) == {"version": "2026.09.01", "path": "2026.09.01"}
    assert index(releases.current(released))["previous"] is None
    # A file may be downloaded days after it was listed.
    warehouses.change(warehouse, "reports", ("50177455",), retrieved_at=datetime(2026, 9, 4, 1))
    assert releases.publish(warehouse).name == "2026.09.04"


def test_release_needs_a_database_with_publications(tmp_path, warehouse):
    with pytest.raises(
        ReleaseError, match=r"^there is no database at .* to release: build the dataset first$"
    ):
        releases.publish(tmp_path / "nowhere")
    shutil.rmtree(warehouse / "releases")
    shutil.rmtree(warehouse / "parquet")
    warehouses.add(warehouse)
    with pytest.raises(ReleaseError, match="there is nothing to release"):
        releases.publish(warehouse)
    assert releases.current(warehouse) is None


# --- reproducibility --------------------------------------------------------------------------------------

SCRIPT = """
import sys
from pathlib import Path
from assets.database.build import build_database
from assets.release import releases
build_database(Path(sys.argv[1]))
print(releases.publish(Path(sys.argv[1])))
"""


@pytest.mark.slow
def test_build_in_another_process_is_reproducible(released, folder, tmp_path):
    """Parquet, CSV and XLSX have equal bytes on another date and for another commit; tables equal hashes."""
    shutil.copytree(released / "parquet", tmp_path / "parquet")
    environment = {
        "TZ": "Pacific/Kiritimati" if datetime.now(UTC).hour >= 10 else "Etc/GMT+12",
        "INSPECTIONS_COMMIT": "another",
    }
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    other = releases.current(tmp_path)
    # DuckDB shows a progress bar in a slow interactive session, which a script of ``-c`` is.
    assert process.stdout.splitlines()[-1].strip() == str(other)
    files, other_files = contents(folder), contents(other)
    assert files.keys() == other_files.keys()
    differing = {path for path, data in files.items() if data != other_files[path]}
    # The database, the documents with its hash, and those that name the commit.
    assert differing <= {
        "inspections.duckdb",
        "SHA256SUMS",
        "datapackage.json",
        "dataset.jsonld",
        "index.json",
        "DATA_DICTIONARY.md",
    }
    assert index(folder)["tables"] == index(other)["tables"]
    assert index(other)["software"]["commit"] == "another"


def test_no_file_contains_the_date_of_the_build(folder):
    today = datetime.now(UTC).date()
    for path, data in contents(folder).items():
        assert today.isoformat().encode() not in data, path
    with zipfile.ZipFile(folder / "inspections.xlsx") as book:
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")


# --- changes ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_release_without_a_change(warehouse):
    before = contents(warehouse / "releases")
    warehouses.add(warehouse)
    assert releases.publish(warehouse) is None
    # Nor for another parser version with the same results.
    warehouses.change(warehouse, "reports", ("50177455",), extractor_version="another")
    assert releases.publish(warehouse) is None
    assert contents(warehouse / "releases") == before


@pytest.mark.slow
def test_changes_are_listed_by_key(warehouse):
    first = contents(releases.current(warehouse))
    seen = datetime(2026, 9, 8, 12)
    warehouses.add(warehouse, NEXT, seen=seen)
    warehouses.change(warehouse, "judgements", GRADE, grade="good", grade_rank=2)
    kept = [
        row for row in parquet_store.read(warehouse, "inspectors", 2022).to_pylist() if row["ordinal"] == 1
    ]
    removed = parquet_store.count_rows(warehouse, "inspectors")
    warehouses.put(warehouse, "inspectors", kept, 2022)
    removed -= parquet_store.count_rows(warehouse, "inspectors")
    warehouses.add(warehouse)
    folder = releases.publish(warehouse)
    assert (folder.name, index(folder)["previous"]) == ("2026.09.08", "2026.09.01")
    listed = changes(folder)
    assert (listed["version"], listed["previous"]) == ("2026.09.08", "2026.09.01")
    judgements = listed["tables"]["judgements"]
    assert judgements["key"] == ["report_id", "area"]
    assert judgements["changed"] == 1
    assert judgements["changed_keys"] == [{"key": list(GRADE), "columns": ["grade", "grade_rank"]}]
    assert judgements["added"] == len(judgements["added_keys"])
    assert {report_id for report_id, _ in judgements["added_keys"]} <= {NEXT}
    assert listed["tables"]["publications"]["added_keys"] == [[NEXT]]
    assert (
        listed["tables"]["inspectors"]["removed"]
        == removed
        == len(listed["tables"]["inspectors"]["removed_keys"])
    )
    assert listed["tables"]["authorities"] == {
        "key": ["urn"],
        "added": 0,
        "changed": 0,
        "removed": 0,
        **{
            key: []
            for key in ("columns_added", "columns_removed", "added_keys", "changed_keys", "removed_keys")
        },
    }
    log = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    assert log.index("## 2026.09.08") < log.index("## 2026.09.01")
    assert f"({NEXT})" in log
    assert "leadership: now good (50294205)" in log.replace("\\", "")
    assert contents(warehouse / "releases" / "2026.09.01") == first


#: Files that differ between a release and a first release of the same data.
OF_THIS_RELEASE = {"CHANGELOG.md", "SHA256SUMS", "changes.json", "index.json"}


@pytest.mark.slow
def test_next_release_shares_what_did_not_change_and_equals_one_from_scratch(warehouse):
    first = releases.current(warehouse)
    warehouses.add(warehouse, NEXT, seen=datetime(2026, 9, 8, 12))
    folder = releases.publish(warehouse)
    shared = {
        path
        for path in contents(folder)
        if (first / path).is_file() and (folder / path).samefile(first / path)
    }
    old, new = contents(first), contents(folder)
    assert shared == {path for path in new if new[path] == old.get(path)}
    assert {"parquet/authorities.parquet", "csv/authorities.csv", "LICENSE.md"} <= shared
    years = {path for path in old if path.startswith("parquet_by_year/findings/")}
    assert years - shared == {"parquet_by_year/findings/publication_year=2022/part-0.parquet"} < years
    shutil.rmtree(warehouse / "releases")
    scratch = contents(releases.publish(warehouse))
    assert {path for path in new if new[path] != scratch[path]} <= OF_THIS_RELEASE
    assert new.keys() == scratch.keys()


def year_of_findings(year):
    return f"parquet_by_year/findings/publication_year={year}/part-0.parquet"


@pytest.mark.slow
def test_files_of_unchanged_rows_are_linked_without_being_written(warehouse):
    first, path = releases.current(warehouse), year_of_findings(2014)
    # The same rows in other bytes: a file that is written again differs from it.
    pq.write_table(pq.read_table(first / path), first / path, compression="gzip")
    rewrite_index(first)
    before, damaged = contents(first), year_of_findings(2026)
    flip_bit(first / damaged)
    warehouses.add(warehouse, NEXT, seen=datetime(2026, 9, 8, 12))
    folder = releases.publish(warehouse)
    assert (folder / path).samefile(first / path)
    assert (folder / damaged).read_bytes() == before[damaged]
    validate_release(folder)


@pytest.mark.slow
def test_files_of_another_writer_are_written_again(warehouse):
    first, path = releases.current(warehouse), year_of_findings(2014)
    before = contents(first)
    pq.write_table(pq.read_table(first / path), first / path, compression="gzip")
    rewrite_index(first, writer="another")
    warehouses.add(warehouse, NEXT, seen=datetime(2026, 9, 8, 12))
    assert (releases.publish(warehouse) / path).read_bytes() == before[path]


@pytest.mark.slow
def test_release_is_complete_without_hard_links(changed_warehouse, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    folder = releases.publish(changed_warehouse)
    validate_release(folder)
    assert (folder / "LICENSE.md").stat().st_nlink == 1


def test_all_rows_of_the_first_release_are_new(folder):
    first = changes(folder)
    assert first["previous"] is None
    assert first["tables"]["findings"]["added"] == index(folder)["tables"]["findings"]["rows"]
    assert first["tables"]["findings"]["added_keys"] is None
    assert "The first release" in (folder / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_changed_view_is_a_reason_for_a_release(warehouse, monkeypatch, tmp_path):
    sql = shutil.copytree(sql_folder(), tmp_path / "sql")
    (sql / "views" / "novelty.sql").write_text(
        "-- Is anything new?\n--\n-- Columns:\n-- x: One\nSELECT 1 AS x\n"
    )
    build_database(warehouse, sql)
    folder = releases.publish(warehouse)
    assert changes(folder)["definitions"] == {"added": ["novelty"], "changed": [], "removed": []}
    assert "novelty" in (folder / "DATA_DICTIONARY.md").read_text(encoding="utf-8")


# --- validity ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_rerun_repairs_killed_release(twice_released, tmp_path):
    """Killed before the release is in place, then before it is current. Its version has the next suffix."""
    warehouse = shutil.copytree(twice_released, tmp_path / "warehouse")
    warehouses.change(warehouse, "judgements", GRADE, grade="requires_improvement", grade_rank=3)
    published = warehouse / "releases"
    for step in ("validate_new_release", "_set_current"):
        script = (
            "import os, signal, sys; from pathlib import Path; from assets.release import releases;"
            f"setattr(releases, {step!r}, lambda *_: os.kill(os.getpid(), signal.SIGKILL));"
            "releases.publish(Path(sys.argv[1]))"
        )
        killed = subprocess.run([sys.executable, "-c", script, str(warehouse)], check=False)
        assert killed.returncode == -signal.SIGKILL
        assert latest(warehouse)["version"] == "2026.09.01.1"
        validate_release(releases.current(warehouse))
        assert (published / "2026.09.01.2").exists() == (step == "_set_current")
    with warehouse_lock(warehouse, pytest.fail):
        assert releases.publish(warehouse) is None
    assert latest(warehouse)["version"] == "2026.09.01.2"
    validate_release(releases.current(warehouse))
    assert sorted(path.name for path in published.iterdir()) == [
        "2026.09.01",
        "2026.09.01.1",
        "2026.09.01.2",
        "latest.json",
    ]


def flip_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


TAMPERINGS = {
    "a bit of Parquet": (
        lambda folder: flip_bit(folder / "parquet/judgements.parquet"),
        "does not match its SHA-256",
    ),
    "a bit of the database": (
        lambda folder: flip_bit(folder / "inspections.duckdb"),
        "does not match its SHA-256",
    ),
    "a bit of the workbook": (
        lambda folder: flip_bit(folder / "inspections.xlsx"),
        "does not match its SHA-256",
    ),
    "a missing file": (lambda folder: (folder / "csv/reports.csv").unlink(), "csv/reports.csv is missing"),
    "an additional file": (lambda folder: (folder / "more.txt").write_text("x"), "more.txt is not listed"),
    "no index": (lambda folder: (folder / "index.json").unlink(), "cannot be read"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_validation_finds_damaged_files(warehouse, tampering):
    tamper, sentence = TAMPERINGS[tampering]
    tamper(releases.current(warehouse))
    with pytest.raises(ReleaseError, match=sentence):
        validate_release(warehouse / "releases" / "2026.09.01")


def rewrite_index(folder, **changed):
    """List the files with their current hashes, and change further entries of the index."""
    document = index(folder)
    files = [
        file | {"sha256": hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest()}
        for file in document["files"]
    ]
    (folder / "index.json").write_text(json.dumps(document | {"files": files} | changed), encoding="utf-8")


def test_validation_finds_rows_that_differ_between_formats(warehouse):
    folder = releases.current(warehouse)
    path = folder / "csv" / "judgements.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("requires_improvement", "good"), encoding="utf-8"
    )
    rewrite_index(folder)
    with pytest.raises(ReleaseError, match=r"judgements\.csv, rows that differ: \d+ rows, expected 0"):
        validate_release(folder)


def test_validation_finds_rows_that_do_not_match_the_recorded_hash(warehouse):
    folder = releases.current(warehouse)
    with duckdb.connect(folder / "inspections.duckdb") as connection:
        connection.execute("UPDATE judgements SET page = page + 1 WHERE area = 'leadership'")
    rewrite_index(folder)
    with pytest.raises(ReleaseError, match=r"judgements: the rows do not match the hash in index\.json"):
        validate_release(folder)


@pytest.mark.slow
def test_failed_check_stops_the_release(changed_warehouse, monkeypatch, tmp_path):
    sql = shutil.copytree(sql_folder(), tmp_path / "sql")
    (sql / "checks" / "no_authority.sql").write_text(
        "-- None.\n--\n-- Severity: blocking\nSELECT urn FROM authorities WHERE urn = 80418;\n"
    )
    monkeypatch.setattr(sql_checks, "sql_folder", lambda: sql)
    before = contents(changed_warehouse / "releases")
    with pytest.raises(ReleaseError, match=r"^check no_authority failed: \(80418,\)$"):
        releases.publish(changed_warehouse)
    assert contents(changed_warehouse / "releases") == before


def test_invalid_pointer_is_an_error(warehouse):
    pointer = warehouse / "releases" / "latest.json"
    for text, sentence in (
        ("{", "cannot be read"),
        ('{"path": "2020.01.01"}', "names 2020.01.01, which does not exist"),
    ):
        pointer.write_text(text)
        with pytest.raises(ReleaseError, match=sentence):
            releases.publish(warehouse)


def test_there_is_no_current_release_before_the_first(tmp_path):
    assert releases.current(tmp_path) is None
