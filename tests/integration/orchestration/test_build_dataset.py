"""The whole job with Dagster itself: the replica serves a few reports of the sample, a warehouse fills."""

import csv
import hashlib
import re
import shutil
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow as pa
import pytest
from PIL import Image

from assets.database import sql_checks
from assets.extraction import corrections, incremental
from assets.parsing.invariants import CODES
from assets.partitions import FIRST_YEAR, YEARS
from assets.publications.listing import ListingError
from assets.schema.tables import REPORT_TABLES, TABLES
from assets.storage import parquet_store
from orchestration.checks import BLOCKING_CHECKS
from tests.support import sample
from tests.support.fake_site import folders
from tests.support.runs import (
    NOW,
    metadata,
    parquet,
    read,
    run,
    running,
    site_of,
)

GONE, VISIT, INSPECTION, LATEST = "50004190", "59000055", "50177455", "50294205"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A site of four publications, one of them without its file."""
    return site_of(tmp_path_factory.mktemp("site"), GONE, VISIT, INSPECTION, LATEST)


@pytest.fixture(scope="module")
def built(folder, tmp_path_factory):
    """A warehouse that was built once, what that run said, and the site it came from."""
    warehouse = tmp_path_factory.mktemp("warehouse")
    with running(folder, warehouse) as replica:
        yield warehouse, run(), replica


@pytest.fixture
def copy(built, tmp_path, folder):
    """A copy of the warehouse, for a test that changes it, with the site beside."""
    shutil.copytree(built[0], tmp_path / "warehouse")
    with running(folder, tmp_path / "warehouse") as replica:
        yield tmp_path / "warehouse", replica


# --- a first run -------------------------------------------------------------------------------------------


def test_every_listed_publication_is_a_report(built):
    warehouse, result, _ = built
    reports = {row["report_id"]: row for row in parquet_store.read(warehouse, "reports").to_pylist()}
    assert {report_id: row["status"] for report_id, row in reports.items()} == {
        GONE: "missing",
        VISIT: "complete",
        INSPECTION: "complete",
        LATEST: "complete",
    }
    assert reports[INSPECTION]["source_url"] == f"https://files.ofsted.gov.uk/v1/file/{INSPECTION}"
    archived = warehouse / "archive" / "files" / f"{reports[INSPECTION]['sha256']}.pdf"
    assert archived.read_bytes() == sample.pdf(INSPECTION)
    assert read(result) == 3
    # Nothing of this machine, or of the stand-in, is in the dataset.
    detail = parquet_store.read(warehouse, "extraction_issues").to_pylist()[0]["detail"]
    assert detail == f"https://files.ofsted.gov.uk/v1/file/{GONE} answered with the page 'Report not found'"


def test_the_rows_are_those_that_the_file_gives(built):
    warehouse, _, _ = built
    for name in REPORT_TABLES:
        stored = [
            row for row in parquet_store.read(warehouse, name).to_pylist() if row["report_id"] == INSPECTION
        ]
        expected = sample.tables(INSPECTION)[name]
        if name == "reports":
            expected = [
                row | {key: stored[0][key] for key in ("sha256", "size_bytes", "retrieved_at")}
                for row in expected
            ]
        assert sorted(map(str, stored)) == sorted(map(str, expected))


def test_partition_keys_are_folders(built):
    warehouse, _, _ = built
    assert YEARS.get_partition_keys()[0] == str(FIRST_YEAR)
    for name in REPORT_TABLES:
        keys = {
            path.name.removeprefix("publication_year=") for path in (warehouse / "parquet" / name).iterdir()
        }
        assert keys == {"2012", "2022", "2026"}
        assert keys <= set(YEARS.get_partition_keys())
    reports = duckdb.sql(
        f"SELECT DISTINCT publication_year FROM read_parquet('{warehouse}/parquet/reports/*/*.parquet',"
        " hive_partitioning = true) ORDER BY 1"
    )
    assert reports.fetchall() == [(2012,), (2022,), (2026,)]


def test_the_database_holds_it_all(built):
    warehouse, _, _ = built
    with duckdb.connect(str(warehouse / "inspections.duckdb"), read_only=True) as database:
        for name in TABLES:
            found = database.sql(f"SELECT count(*) FROM {name}").fetchone()[0]
            assert found == parquet_store.read(warehouse, name).num_rows
        latest = database.sql(
            "SELECT DISTINCT report_id FROM latest_judgements WHERE report_id IS NOT NULL ORDER BY 1"
        ).fetchall()
    assert latest == [(INSPECTION,), (LATEST,)]


def test_every_row_leads_to_its_file(built):
    """By one join: which file, fetched when from where, read by which code."""
    warehouse, _, _ = built
    with duckdb.connect(str(warehouse / "inspections.duckdb"), read_only=True) as database:
        for name in REPORT_TABLES:
            own = f"{name} JOIN provenance AS p USING (report_id)"
            origins = database.sql(f"SELECT DISTINCT p.* FROM {own}").to_arrow_table().to_pylist()
            count = database.sql(f"SELECT count(*) FROM {own}").fetchone()[0]
            assert count == parquet_store.read(warehouse, name).num_rows
            for origin in origins:
                assert origin["source_url"] == f"https://files.ofsted.gov.uk/v1/file/{origin['report_id']}"
                assert (origin["sha256"] is None) is (origin["status"] == "missing")
                if origin["sha256"]:
                    file = (warehouse / origin["archived_as"]).read_bytes()
                    assert hashlib.sha256(file).hexdigest() == origin["sha256"]
                    assert origin["retrieved_at"].isoformat()[:19] == NOW
                    assert origin["extractor_version"] == incremental.extractor_version()


def test_the_checks_say_which_report_breaks_what(built):
    _, result, _ = built
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    of_sql = {check.name for check in sql_checks.load_checks()}
    assert checks.keys() == {*CODES, *(key.name for key in BLOCKING_CHECKS), *of_sql}
    assert {name for name in of_sql if not checks[name].blocking} == {"official_comparison_explained"}
    assert {name for name, check in checks.items() if not check.passed} == {"missing"}
    assert checks["missing"].severity == dg.AssetCheckSeverity.ERROR
    assert checks["missing"].metadata.keys() == {GONE, f"{GONE}, source"}
    assert checks["lead_inspector_missing"].severity == dg.AssetCheckSeverity.WARN
    blocking = {name for name, check in checks.items() if check.blocking}
    assert blocking - of_sql == {key.name for key in BLOCKING_CHECKS}
    assert checks["missing"].description.startswith(
        "Reports with this: 1, of 2012. The site lists the report"
    )
    assert "launch years for its year" in checks["missing"].description
    source = f"https://files.ofsted.gov.uk/v1/file/{GONE}"
    assert checks["missing"].metadata[f"{GONE}, source"].value == source


def test_every_table_tells_its_rows(built):
    warehouse, result, _ = built
    for name in TABLES:
        assert (
            metadata(result, name)["dagster/row_count"].value == parquet_store.read(warehouse, name).num_rows
        )
    assert metadata(result, "inspections_database")["size_bytes"].value > 0


# --- further runs ------------------------------------------------------------------------------------------


def test_a_rerun_changes_no_byte_reads_no_file_and_asks_for_none(built):
    warehouse, _, replica = built
    before, asked = parquet(warehouse), len(replica.requests)
    result = run()
    assert parquet(warehouse) == before
    assert read(result) == 0
    requests = replica.paths()[asked:]
    assert not [path for path in requests if path.startswith("/v1/file/")]
    assert len([path for path in requests if path.startswith("/provider/")]) == 4


def test_one_year_is_made_again_alone(copy):
    warehouse, replica = copy
    shutil.rmtree(warehouse / "parquet" / "findings" / "publication_year=2022")
    shutil.rmtree(warehouse / "parquet" / "findings" / "publication_year=2026")
    (warehouse / "inspections.duckdb").unlink()  # rows_kept would compare with it
    before = parquet(warehouse)
    result = run(partition="2022", only=["report_files", *REPORT_TABLES])
    after = parquet(warehouse)
    assert read(result) == 2
    assert replica.requests == []
    assert after.keys() - before.keys() == {"parquet/findings/publication_year=2022/part-0.parquet"}
    assert {path: after[path] for path in before} == before


def test_a_file_of_the_store_that_is_broken_is_made_again(copy, built):
    warehouse, _ = copy
    file = parquet_store.table_path(warehouse, "findings", 2026)
    file.write_bytes(b"PAR1 and no more")
    assert read(run(partition="2026", only=REPORT_TABLES)) == 1
    assert file.read_bytes() == parquet_store.table_path(built[0], "findings", 2026).read_bytes()


def test_a_run_that_was_cut_off_between_two_tables_is_made_good(copy, built):
    """What tells that a report is read is written last; here a run got no further than the first table."""
    warehouse, _ = copy
    for name in REPORT_TABLES:
        if name != "judgements":
            parquet_store.table_path(warehouse, name, 2022).unlink()
    assert read(run(partition="2022", only=REPORT_TABLES)) == 2
    for name in REPORT_TABLES:
        assert parquet_store.read(warehouse, name, 2022) == parquet_store.read(built[0], name, 2022)


def test_reports_that_are_asked_for_are_read_again(copy):
    warehouse, _ = copy
    before = parquet(warehouse)
    assert (
        read(
            run(report_tables={"report_ids": [INSPECTION, LATEST, "1"]}, partition="2022", only=REPORT_TABLES)
        )
        == 1
    )
    assert parquet(warehouse) == before


def test_other_code_reads_everything_again(copy, monkeypatch):
    warehouse, _ = copy
    before = parquet(warehouse)
    monkeypatch.setattr(incremental, "extractor_version", lambda: "0" * 12)
    assert read(run(partition="2022", only=REPORT_TABLES)) == 2
    assert parquet(warehouse) == before  # the workers are of this code


def test_what_is_new_is_fetched_and_read_and_no_more(built, folder, tmp_path):
    """A week on a report is new; its year is brought up to date."""
    shutil.copytree(built[0], tmp_path / "warehouse")
    shutil.copytree(folder, tmp_path / "site")
    shutil.copy(sample.reports()["50189673"][1], tmp_path / "site" / "50189673.pdf")
    with (folder / "publications.csv").open(encoding="utf-8", newline="") as listing:
        rows = list(csv.DictReader(listing))
    new = rows[-1] | {"file_id": "50189673", "published": "2022-07-29", "path": "50189673.pdf"}
    folders.write(tmp_path / "site", [*rows, new])
    before = parquet(tmp_path / "warehouse")
    with running(tmp_path / "site", tmp_path / "warehouse") as replica:
        result = run(partition="2022", at="2026-09-09T03:00:00")
        files = {path.removeprefix("/v1/file/") for path in replica.paths("/v1/file/")}
    assert files == {"50189673"}
    assert read(result) == 1
    after = parquet(tmp_path / "warehouse")
    changed = {
        path.split("/")[2] for path in after if after[path] != before.get(path) and path.count("/") == 3
    }
    assert changed == {"publication_year=2022"}
    assert parquet_store.read(tmp_path / "warehouse", "reports").num_rows == 5


def test_a_shorter_listing_waits_for_a_person(copy, built, tmp_path):
    warehouse, _ = copy
    listing = parquet_store.table_path(warehouse, "publications").read_bytes()
    shorter = site_of(tmp_path / "shorter", VISIT, LATEST)
    with running(shorter, warehouse):
        with pytest.raises(ListingError, match=r"run it once with min_retained_share: 0 .*launchpad"):
            run(only=["publications"], at="2026-09-02T12:00:00")
        assert parquet_store.table_path(warehouse, "publications").read_bytes() == listing
        run(only=["publications"], at="2026-09-02T12:00:00", publications={"min_retained_share": 0.0})
    listed = {
        row["report_id"]: row["is_listed"]
        for row in parquet_store.read(warehouse, "publications").to_pylist()
    }
    assert listed == {GONE: False, INSPECTION: False, VISIT: True, LATEST: True}


# --- corrections and evidence -------------------------------------------------------------------------------

CORRECTIONS = "table,key,column,printed,corrected,reason,source,date\n"
MISPRINT = f"judgements,{INSPECTION} leadership,grade,inadequate,good,Misprinted,Its letter,2026-08-01\n"
ITS_RANK = f"judgements,{INSPECTION} leadership,grade_rank,4,2,Misprinted,Its letter,2026-08-01\n"


def test_a_correction_is_applied_recorded_and_taken_back(copy, monkeypatch):
    warehouse, _ = copy
    before = parquet(warehouse)
    file = warehouse / "corrections.csv"
    monkeypatch.setattr(corrections, "FILE", file)
    file.write_text(CORRECTIONS + MISPRINT + ITS_RANK + MISPRINT.replace(INSPECTION, "1"), encoding="utf-8")
    # Of a year that is not read again nothing is corrected yet.
    assert metadata(run(only=["corrections"]), "corrections")["dagster/row_count"].value == 0
    assert read(run(partition="2022", only=[*REPORT_TABLES, "corrections", "inspections_database"])) == 1
    with duckdb.connect(warehouse / "inspections.duckdb", read_only=True) as database:
        found = database.sql(
            "SELECT report_id, area, grade, printed FROM judgements"
            " JOIN corrections ON \"table\" = 'judgements' AND key = report_id || ' ' || area"
            " WHERE \"column\" = 'grade'"
        ).fetchall()
    assert found == [(INSPECTION, "leadership", "good", "inadequate")]
    corrected = parquet(warehouse)
    assert read(run(partition="2022", only=[*REPORT_TABLES, "corrections"])) == 0
    assert parquet(warehouse) == corrected
    file.write_text(CORRECTIONS, encoding="utf-8")
    assert read(run(partition="2022", only=[*REPORT_TABLES, "corrections"])) == 1
    assert {path: data for path, (data, _) in parquet(warehouse).items()} == {
        path: data for path, (data, _) in before.items()
    }


def test_a_correction_that_does_not_fit_stops_the_run_and_writes_nothing(copy, monkeypatch):
    warehouse, _ = copy
    before = parquet(warehouse)
    monkeypatch.setattr(corrections, "FILE", warehouse / "corrections.csv")
    (warehouse / "corrections.csv").write_text(
        CORRECTIONS + MISPRINT.replace("inadequate", "outstanding"), encoding="utf-8"
    )
    with pytest.raises(
        corrections.CorrectionError, match="it replaces 'outstanding', but the report has 'inadequate'"
    ):
        run(partition="2022", only=[*REPORT_TABLES, "corrections"])
    assert parquet(warehouse) == before


def test_the_page_where_something_is_wrong_is_shown_with_the_check(copy):
    """A report that the site lists on another authority's page."""
    warehouse, _ = copy
    listed = parquet_store.read(warehouse, "authorities").to_pylist()
    renamed = [
        row | {"name": "Elsewhere"} if row["name"].startswith("Bournemouth, C") else row for row in listed
    ]
    parquet_store.write(
        warehouse, "authorities", pa.Table.from_pylist(renamed, schema=TABLES["authorities"].schema)
    )
    result = run(report_tables={"report_ids": [INSPECTION]}, partition="2022", only=REPORT_TABLES)
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    found = checks["authority_not_named"].metadata
    assert found.keys() == {INSPECTION, *(f"{INSPECTION}, {what}" for what in ("source", "file", "page 1"))}
    assert Path(found[f"{INSPECTION}, file"].value).read_bytes() == sample.pdf(INSPECTION)
    assert "'Elsewhere' is not in the title" in found[INSPECTION].value
    shown = re.fullmatch(r"!\[page\]\(data:image/png;base64,([^)]+)\)", found[f"{INSPECTION}, page 1"].value)
    image = Image.open(BytesIO(b64decode(shown[1])))
    assert image.format == "PNG"
    assert len(shown[1]) < 100_000
    assert GONE in checks["missing"].metadata
