"""Releases: what is in them, when there is one, and that nothing but a whole one is ever named."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import duckdb
import pytest

from assets.database import sql_checks
from assets.database.build import build_database
from assets.database.sql_files import sql_folder
from assets.release import releases
from assets.release.validation import ReleaseError, validate_release
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.storage.locking import warehouse_lock
from tests.support import warehouses

GRADE = ("50294205", "leadership")
NEXT = "50189673"


@pytest.fixture
def warehouse(released, tmp_path):
    """A released warehouse of the test's own."""
    return shutil.copytree(released, tmp_path / "warehouse")


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


def test_a_release_has_every_form_and_names_every_file(folder):
    there = contents(folder)
    papers = [
        "CHANGELOG.md",
        "DATA_DICTIONARY.md",
        "LICENSE.md",
        "SHA256SUMS",
        "changes.json",
        "croissant.json",
    ]
    papers += ["datapackage.json", "dataset.jsonld", "index.json", "inspections.duckdb", "inspections.xlsx"]
    assert sorted(path for path in there if "/" not in path) == sorted(papers)
    assert {path.removeprefix("parquet/") for path in there if path.startswith("parquet/")} == {
        f"{name}.parquet" for name in TABLES
    }
    assert {path.removeprefix("csv/") for path in there if path.startswith("csv/")} == {
        *(f"{name}.csv" for name in TABLES if name != "report_lines"),
        "latest_judgements.csv",
        "judgement_history.csv",
    }
    assert "parquet_by_year/judgements/publication_year=2022/part-0.parquet" in there
    listed = {file["path"]: (file["bytes"], file["sha256"]) for file in index(folder)["files"]}
    assert listed == {
        path: (len(data), hashlib.sha256(data).hexdigest())
        for path, data in there.items()
        if path != "index.json"
    }
    sums = dict(line.split("  ")[::-1] for line in there["SHA256SUMS"].decode().splitlines())
    assert sums == {path: sha256 for path, (_, sha256) in listed.items() if path != "SHA256SUMS"}


def test_rows_are_those_of_the_store(released, folder):
    assert index(folder)["tables"] == {name: parquet_store.count_rows(released, name) for name in TABLES}
    assert index(folder)["tables"]["findings"] > 50
    for name in TABLES:
        assert parquet_store.read(released, name).equals(
            duckdb.read_parquet(str(folder / "parquet" / f"{name}.parquet"))
            .fetch_arrow_table()
            .cast(TABLES[name].schema)
        )


def test_years_are_the_same_rows_by_folder(folder):
    for name in ("judgements", "report_lines"):
        found = duckdb.sql(
            f"SELECT count(*) FROM read_parquet('{folder}/parquet_by_year/{name}/*/*.parquet',"
            " hive_partitioning = true) WHERE publication_year = 2022"
        )
        whole = duckdb.sql(
            f"SELECT count(*) FROM '{folder}/parquet/{name}.parquet' WHERE publication_year = 2022"
        )
        assert found.fetchall() == whole.fetchall() != [(0,)]


def test_the_version_is_the_day_of_the_newest_news(released, warehouse):
    assert latest(released) == {"version": "2026.09.01", "path": "2026.09.01"}
    assert index(releases.current(released))["previous"] is None
    # A file may be fetched days after it was listed.
    warehouses.change(warehouse, "reports", ("50177455",), retrieved_at=datetime(2026, 9, 4, 1))
    assert releases.publish(warehouse).name == "2026.09.04"


def test_without_a_database_or_publications_there_is_no_release(tmp_path, warehouse):
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


# --- the same bytes ----------------------------------------------------------------------------------------

SCRIPT = """
import sys
from pathlib import Path
from assets.release import releases
database.build(Path(sys.argv[1]))
print(releases.publish(Path(sys.argv[1])))
"""


def test_another_build_of_the_same_data_is_the_same(folder, tmp_path):
    """Built in another process, where it is another day."""
    warehouses.build(tmp_path)
    environment = {"TZ": "Pacific/Kiritimati" if datetime.now(UTC).hour >= 10 else "Etc/GMT+12"}
    made = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    again = contents(releases.current(tmp_path))
    assert made.stdout.strip() == str(releases.current(tmp_path))
    assert {path for path, data in contents(folder).items() if data != again.pop(path, b"")} == set()
    assert not again


def test_no_file_knows_the_day_on_which_it_was_made(folder):
    today = datetime.now(UTC).date()
    for path, data in contents(folder).items():
        assert today.isoformat().encode() not in data, path
    with zipfile.ZipFile(folder / "inspections.xlsx") as book:
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")


# --- news --------------------------------------------------------------------------------------------------


def test_without_news_there_is_no_release(warehouse):
    before = contents(warehouse / "releases")
    database = (warehouse / "inspections.duckdb").read_bytes()
    warehouses.add(warehouse)
    assert releases.publish(warehouse) is None
    # Another reader of the same files is no news.
    warehouses.change(warehouse, "reports", ("50177455",), extractor_version="another")
    assert database != (warehouse / "inspections.duckdb").read_bytes()
    assert releases.publish(warehouse) is None
    assert contents(warehouse / "releases") == before


def test_what_changed_is_told_by_key(warehouse):
    first = contents(releases.current(warehouse))
    seen = datetime(2026, 9, 8, 12)
    warehouses.add(warehouse, NEXT, seen=seen)
    warehouses.change(warehouse, "judgements", GRADE, grade="good", grade_rank=2)
    kept = [
        row for row in parquet_store.read(warehouse, "inspectors", 2022).to_pylist() if row["ordinal"] == 1
    ]
    gone = parquet_store.count_rows(warehouse, "inspectors")
    warehouses.put(warehouse, "inspectors", kept, 2022)
    gone -= parquet_store.count_rows(warehouse, "inspectors")
    warehouses.add(warehouse)
    folder = releases.publish(warehouse)
    assert (folder.name, index(folder)["previous"]) == ("2026.09.08", "2026.09.01")
    told = changes(folder)
    assert (told["version"], told["previous"]) == ("2026.09.08", "2026.09.01")
    judgements = told["tables"]["judgements"]
    assert judgements["key"] == ["report_id", "area"]
    assert judgements["changed"] == 1
    assert judgements["changed_keys"] == [{"key": list(GRADE), "columns": ["grade", "grade_rank"]}]
    assert judgements["added"] == len(judgements["added_keys"])
    assert {report_id for report_id, _ in judgements["added_keys"]} <= {NEXT}
    assert told["tables"]["publications"]["added_keys"] == [[NEXT]]
    assert (
        told["tables"]["inspectors"]["removed"] == gone == len(told["tables"]["inspectors"]["removed_keys"])
    )
    assert told["tables"]["authorities"] == {
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


def test_the_first_release_is_new_as_a_whole(folder):
    told = changes(folder)
    assert told["previous"] is None
    assert told["tables"]["findings"]["added"] == index(folder)["tables"]["findings"]
    assert told["tables"]["findings"]["added_keys"] is None
    assert "The first release" in (folder / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_second_release_of_one_day_is_numbered(warehouse):
    for version, grade, rank in (("2026.09.01.1", "good", 2), ("2026.09.01.2", "requires_improvement", 3)):
        warehouses.change(warehouse, "judgements", GRADE, grade=grade, grade_rank=rank)
        assert releases.publish(warehouse).name == version
        assert latest(warehouse)["version"] == version
    validate_release(releases.current(warehouse))


def test_a_view_that_changed_is_news(warehouse, monkeypatch, tmp_path):
    sql = shutil.copytree(sql_folder(), tmp_path / "sql")
    (sql / "views" / "novelty.sql").write_text(
        "-- Is anything new?\n--\n-- Columns:\n-- x: One\nSELECT 1 AS x\n"
    )
    build_database(warehouse, sql)
    folder = releases.publish(warehouse)
    assert changes(folder)["definitions"] == {"added": ["novelty"], "changed": [], "removed": []}
    assert "novelty" in (folder / "DATA_DICTIONARY.md").read_text(encoding="utf-8")


# --- whole, or not at all ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["validate_release", "_name"])
def test_a_run_killed_at_any_step_is_made_good_by_the_next(warehouse, step):
    warehouses.change(warehouse, "judgements", GRADE, grade="good", grade_rank=2)
    script = (
        "import os, signal, sys; from pathlib import Path; from assets.release import releases;"
        f"setattr(releases, {step!r}, lambda *_: os.kill(os.getpid(), signal.SIGKILL));"
        "releases.publish(Path(sys.argv[1]))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(warehouse)], check=False)
    assert killed.returncode == -9
    assert latest(warehouse)["version"] == "2026.09.01"
    validate_release(releases.current(warehouse))
    with warehouse_lock(warehouse, pytest.fail):
        releases.publish(warehouse)
    assert latest(warehouse)["version"] == "2026.09.01.1"
    validate_release(releases.current(warehouse))
    assert sorted(path.name for path in (warehouse / "releases").iterdir()) == [
        "2026.09.01",
        "2026.09.01.1",
        "latest.json",
    ]


def _flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


TAMPERINGS = {
    "a bit of Parquet": (lambda folder: _flip(folder / "parquet/judgements.parquet"), "is not what it was"),
    "a bit of the database": (lambda folder: _flip(folder / "inspections.duckdb"), "is not what it was"),
    "a bit of the workbook": (lambda folder: _flip(folder / "inspections.xlsx"), "is not what it was"),
    "a file gone": (lambda folder: (folder / "csv/reports.csv").unlink(), "csv/reports.csv is not there"),
    "a file more": (lambda folder: (folder / "more.txt").write_text("x"), "more.txt is not listed"),
    "no index": (lambda folder: (folder / "index.json").unlink(), "cannot be read again"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_whatever_is_not_as_it_was_is_found(warehouse, tampering):
    tamper, sentence = TAMPERINGS[tampering]
    tamper(releases.current(warehouse))
    with pytest.raises(ReleaseError, match=sentence):
        validate_release(warehouse / "releases" / "2026.09.01")


def test_rows_that_differ_between_forms_are_found_though_the_sums_agree(warehouse):
    folder = releases.current(warehouse)
    path = folder / "csv" / "judgements.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("requires_improvement", "good"), encoding="utf-8"
    )
    document = index(folder)
    document["files"] = [
        file | {"sha256": hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest()}
        for file in document["files"]
    ]
    (folder / "index.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(
        ReleaseError, match=r"judgements\.csv, rows that differ: \d+ rows where there should be 0"
    ):
        validate_release(folder)


def test_what_a_check_of_sql_finds_stops_the_release_and_leaves_nothing(warehouse, monkeypatch, tmp_path):
    sql = shutil.copytree(sql_folder(), tmp_path / "sql")
    (sql / "checks" / "no_authority.sql").write_text(
        "-- None.\n--\n-- Severity: blocking\nSELECT urn FROM authorities WHERE urn = 80418;\n"
    )
    monkeypatch.setattr(sql_checks, "sql_folder", lambda: sql)
    warehouses.change(warehouse, "judgements", GRADE, grade="good", grade_rank=2)
    before = contents(warehouse / "releases")
    with pytest.raises(ReleaseError, match=r"^check no_authority finds rows: \(80418,\)$"):
        releases.publish(warehouse)
    assert contents(warehouse / "releases") == before


def test_a_pointer_that_is_broken_is_named(warehouse):
    pointer = warehouse / "releases" / "latest.json"
    for text, sentence in (
        ("{", "cannot be read"),
        ('{"path": "2020.01.01"}', "names 2020.01.01, which is not"),
    ):
        pointer.write_text(text)
        with pytest.raises(ReleaseError, match=sentence):
            releases.publish(warehouse)


def test_a_release_is_checked_from_the_command_line(warehouse):
    folder = releases.current(warehouse)
    command = [sys.executable, "-m", "assets.release.validation", str(folder)]
    held = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (held.returncode, held.stdout, held.stderr) == (0, "Release 2026.09.01 holds.\n", "")
    _flip(folder / "inspections.xlsx")
    broken = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (broken.returncode, broken.stderr) == (
        1,
        "release 2026.09.01: inspections.xlsx is not what it was\n",
    )


def test_current_is_nothing_before_the_first(tmp_path):
    assert releases.current(tmp_path) is None
