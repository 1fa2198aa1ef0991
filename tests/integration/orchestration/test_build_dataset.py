"""The job build_dataset: a served site of a few reports of the sample, and the warehouse it fills."""

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
from assets.parsing.invariants.codes import CODES
from assets.partitions import FIRST_YEAR, YEARS
from assets.publications.history import HISTORY_FILE, read_history, rebuild
from assets.publications.listing import ListingError
from assets.schema.tables import REPORT_TABLES, TABLES
from assets.storage import parquet_store
from orchestration.checks import BLOCKING_CHECKS
from tests.support import sample
from tests.support.fake_site import folders
from tests.support.fault_table import Theme, proves
from tests.support.runs import (
    NOW,
    metadata,
    parquet_files,
    reports_read,
    run,
    serving,
    site_of,
)

GONE, VISIT, INSPECTION, LATEST = "50004190", "59000055", "50177455", "50294205"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A site of four publications, one of them without a file."""
    return site_of(tmp_path_factory.mktemp("site"), GONE, VISIT, INSPECTION, LATEST)


@pytest.fixture(scope="module")
def built(folder, tmp_path_factory):
    """A warehouse that was built once, the result of that run, and the site; read only."""
    warehouse = tmp_path_factory.mktemp("warehouse")
    with serving(folder, warehouse) as fake_site:
        yield warehouse, run(since="2012", sql_checks=True), fake_site


@pytest.fixture
def copy(built, tmp_path, folder):
    """A copy of the warehouse for a test that changes it, and the site."""
    shutil.copytree(built[0], tmp_path / "warehouse")
    with serving(folder, tmp_path / "warehouse") as fake_site:
        yield tmp_path / "warehouse", fake_site


# --- a first run ----------------------------------------------------------------------------------------


def test_every_publication_has_a_report(built):
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
    assert reports_read(result) == 3
    # The dataset contains public addresses, not those of the fake site.
    detail = parquet_store.read(warehouse, "extraction_issues").to_pylist()[0]["detail"]
    assert detail == f"https://files.ofsted.gov.uk/v1/file/{GONE} answered with the page 'Report not found'"


def test_rows_are_those_of_the_parser(built):
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


def test_database_has_every_row(built):
    warehouse, _, _ = built
    with duckdb.connect(str(warehouse / "inspections.duckdb"), read_only=True) as database:
        for name in TABLES:
            found = database.sql(f"SELECT count(*) FROM {name}").fetchone()[0]
            assert found == parquet_store.read(warehouse, name).num_rows
        latest = database.sql(
            "SELECT DISTINCT report_id FROM latest_judgements WHERE report_id IS NOT NULL ORDER BY 1"
        ).fetchall()
    assert latest == [(INSPECTION,), (LATEST,)]


def test_provenance_of_every_row(built):
    """One join gives the file, its address, the time of the fetch and the extractor version."""
    warehouse, _, _ = built
    with duckdb.connect(str(warehouse / "inspections.duckdb"), read_only=True) as database:
        for name in REPORT_TABLES:
            joined = f"{name} JOIN provenance AS p USING (report_id)"
            origins = database.sql(f"SELECT DISTINCT p.* FROM {joined}").to_arrow_table().to_pylist()
            count = database.sql(f"SELECT count(*) FROM {joined}").fetchone()[0]
            assert count == parquet_store.read(warehouse, name).num_rows
            for origin in origins:
                assert origin["source_url"] == f"https://files.ofsted.gov.uk/v1/file/{origin['report_id']}"
                assert (origin["sha256"] is None) is (origin["status"] == "missing")
                if origin["sha256"]:
                    file = (warehouse / origin["archived_as"]).read_bytes()
                    assert hashlib.sha256(file).hexdigest() == origin["sha256"]
                    assert origin["retrieved_at"].isoformat()[:19] == NOW
                    assert origin["extractor_version"] == incremental.extractor_version()


def test_check_results(built):
    _, result, _ = built
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    sql_check_names = {check.name for check in sql_checks.load_checks()}
    of_tables = {key.name for key in BLOCKING_CHECKS}
    assert checks.keys() == {*CODES, *of_tables, *sql_check_names, "rows_kept"}
    assert {name for name in sql_check_names if not checks[name].blocking} == {
        check.name for check in sql_checks.load_checks() if not sql_checks.is_blocking(check)
    }
    assert {name for name, check in checks.items() if not check.passed} == set()
    assert checks["missing"].severity == dg.AssetCheckSeverity.ERROR
    assert checks["missing"].metadata.keys() == {GONE, f"{GONE}, source"}
    assert checks["lead_inspector_missing"].severity == dg.AssetCheckSeverity.WARN
    blocking = {name for name, check in checks.items() if check.blocking}
    assert blocking - sql_check_names == {*of_tables, "rows_kept"}
    assert checks["missing"].description.startswith("No report has the issue: The site lists the report")
    assert checks["missing"].description.endswith(f". Acknowledged in reports {GONE}")
    source = f"https://files.ofsted.gov.uk/v1/file/{GONE}"
    assert checks["missing"].metadata[f"{GONE}, source"].value == source


def test_reports_that_were_read_are_linked_under_one_key(built):
    """Keys that name a report would be new in each run; the UI plots the values of one key over time."""
    found = metadata(built[1], "report_lines")
    assert set(found) - set(metadata(built[1], "findings")) == {"reports"}
    for report_id in (VISIT, INSPECTION, LATEST):
        assert f"- {report_id}, " in found["reports"].value
        assert f"(https://files.ofsted.gov.uk/v1/file/{report_id})" in found["reports"].value


def test_row_counts_in_metadata(built):
    warehouse, result, _ = built
    for name in TABLES:
        assert (
            metadata(result, name)["dagster/row_count"].value == parquet_store.read(warehouse, name).num_rows
        )
    assert metadata(result, "inspections_database")["size_bytes"].value > 0


# --- further runs ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_rerun_changes_nothing(built):
    warehouse, _, fake_site = built
    before, asked = parquet_files(warehouse), len(fake_site.requests)
    result = run()
    assert parquet_files(warehouse) == before
    assert reports_read(result) == 0
    requests = fake_site.paths()[asked:]
    assert not [path for path in requests if path.startswith("/v1/file/")]
    assert len([path for path in requests if path.startswith("/provider/")]) == 4


def test_one_year_is_rebuilt_alone(copy):
    warehouse, fake_site = copy
    shutil.rmtree(warehouse / "parquet" / "findings" / "publication_year=2022")
    shutil.rmtree(warehouse / "parquet" / "findings" / "publication_year=2026")
    (warehouse / "inspections.duckdb").unlink()  # rows_kept would compare with it
    before = parquet_files(warehouse)
    result = run(partition="2022", only=["report_files", *REPORT_TABLES])
    after = parquet_files(warehouse)
    assert reports_read(result) == 2
    assert fake_site.requests == []
    assert after.keys() - before.keys() == {"parquet/findings/publication_year=2022/part-0.parquet"}
    assert {path: after[path] for path in before} == before


@pytest.mark.slow
def test_broken_parquet_file_is_rebuilt(copy, built):
    warehouse, _ = copy
    file = parquet_store.table_path(warehouse, "findings", 2026)
    file.write_bytes(b"PAR1 and no more")
    assert reports_read(run(partition="2026", only=REPORT_TABLES)) == 1
    assert file.read_bytes() == parquet_store.table_path(built[0], "findings", 2026).read_bytes()


@pytest.mark.slow
def test_rerun_repairs_run_interrupted_between_two_tables(copy, built):
    """The table reports is written last; here the run wrote only the first table."""
    warehouse, _ = copy
    for name in REPORT_TABLES:
        if name != "judgements":
            parquet_store.table_path(warehouse, name, 2022).unlink()
    assert reports_read(run(partition="2022", only=REPORT_TABLES)) == 2
    for name in REPORT_TABLES:
        assert parquet_store.read(warehouse, name, 2022) == parquet_store.read(built[0], name, 2022)


@pytest.mark.slow
def test_requested_reports_are_read_again(copy):
    warehouse, _ = copy
    before = parquet_files(warehouse)
    config = {"report_ids": [INSPECTION, LATEST, "1"]}
    assert reports_read(run(report_tables=config, partition="2022", only=REPORT_TABLES)) == 1
    assert parquet_files(warehouse) == before


@pytest.mark.slow
def test_changed_extractor_version_reads_everything_again(copy, monkeypatch):
    warehouse, _ = copy
    before = parquet_files(warehouse)
    monkeypatch.setattr(incremental, "extractor_version", lambda: "0" * 12)
    assert reports_read(run(partition="2022", only=REPORT_TABLES)) == 2
    assert parquet_files(warehouse) == before  # the workers run the unchanged code


@pytest.mark.slow
def test_only_new_report_is_fetched_and_read(built, folder, tmp_path):
    """A week later the site lists a new report."""
    shutil.copytree(built[0], tmp_path / "warehouse")
    shutil.copytree(folder, tmp_path / "site")
    shutil.copy(sample.reports()["50189673"][1], tmp_path / "site" / "50189673.pdf")
    with (folder / "publications.csv").open(encoding="utf-8", newline="") as listing:
        rows = list(csv.DictReader(listing))
    new = rows[-1] | {"file_id": "50189673", "published": "2022-07-29", "path": "50189673.pdf"}
    folders.write(tmp_path / "site", [*rows, new])
    before = parquet_files(tmp_path / "warehouse")
    with serving(tmp_path / "site", tmp_path / "warehouse") as fake_site:
        result = run(
            partition="2022",
            at="2026-09-09T03:00:00",
            only=["publications", "listing_issues", "report_files", *REPORT_TABLES],
        )
        files = {path.removeprefix("/v1/file/") for path in fake_site.paths("/v1/file/")}
    assert files == {"50189673"}
    assert reports_read(result) == 1
    after = parquet_files(tmp_path / "warehouse")
    changed = {
        path.split("/")[2] for path in after if after[path] != before.get(path) and path.count("/") == 3
    }
    assert changed == {"publication_year=2022"}
    assert parquet_store.read(tmp_path / "warehouse", "reports").num_rows == 5


@pytest.mark.slow
def test_shorter_listing_needs_an_override(copy, built, tmp_path):
    warehouse, _ = copy
    listing = parquet_store.table_path(warehouse, "publications").read_bytes()
    shorter = site_of(tmp_path / "shorter", VISIT, LATEST)
    with serving(shorter, warehouse):
        with pytest.raises(ListingError, match=r"run it once with min_retained_share: 0 .*launchpad"):
            run(only=["publications", "listing_issues"], at="2026-09-02T12:00:00")
        assert parquet_store.table_path(warehouse, "publications").read_bytes() == listing
        run(
            only=["publications", "listing_issues"],
            at="2026-09-02T12:00:00",
            publications={"min_retained_share": 0.0},
        )
    listed = {
        row["report_id"]: row["is_listed"]
        for row in parquet_store.read(warehouse, "publications").to_pylist()
    }
    assert listed == {GONE: False, INSPECTION: False, VISIT: True, LATEST: True}


# --- corrections and evidence -------------------------------------------------------------------------------

CORRECTIONS = "table,key,column,printed,corrected,reason,source,date\n"
MISPRINT = f"judgements,{INSPECTION} leadership,grade,inadequate,good,Misprinted,Its letter,2026-08-01\n"
ITS_RANK = f"judgements,{INSPECTION} leadership,grade_rank,4,2,Misprinted,Its letter,2026-08-01\n"


@pytest.mark.slow
def test_correction_is_applied_recorded_and_withdrawn(copy, monkeypatch):
    warehouse, _ = copy
    before = parquet_files(warehouse)
    file = warehouse / "corrections.csv"
    monkeypatch.setattr(corrections, "FILE", file)
    file.write_text(CORRECTIONS + MISPRINT + ITS_RANK + MISPRINT.replace(INSPECTION, "1"), encoding="utf-8")
    # A year that is not read again is not corrected.
    assert metadata(run(only=["corrections"]), "corrections")["dagster/row_count"].value == 0
    assert (
        reports_read(run(partition="2022", only=[*REPORT_TABLES, "corrections", "inspections_database"])) == 1
    )
    with duckdb.connect(warehouse / "inspections.duckdb", read_only=True) as database:
        found = database.sql(
            "SELECT report_id, area, grade, printed FROM judgements"
            " JOIN corrections ON \"table\" = 'judgements' AND key = report_id || ' ' || area"
            " WHERE \"column\" = 'grade'"
        ).fetchall()
    assert found == [(INSPECTION, "leadership", "good", "inadequate")]
    corrected = parquet_files(warehouse)
    assert reports_read(run(partition="2022", only=[*REPORT_TABLES, "corrections"])) == 0
    assert parquet_files(warehouse) == corrected
    file.write_text(CORRECTIONS, encoding="utf-8")
    assert reports_read(run(partition="2022", only=[*REPORT_TABLES, "corrections"])) == 1
    assert {path: data for path, (data, _) in parquet_files(warehouse).items()} == {
        path: data for path, (data, _) in before.items()
    }


def test_correction_that_does_not_match_fails_the_run(copy, monkeypatch):
    warehouse, _ = copy
    before = parquet_files(warehouse)
    monkeypatch.setattr(corrections, "FILE", warehouse / "corrections.csv")
    (warehouse / "corrections.csv").write_text(
        CORRECTIONS + MISPRINT.replace("inadequate", "outstanding"), encoding="utf-8"
    )
    with pytest.raises(
        corrections.CorrectionError, match="it replaces 'outstanding', but the report has 'inadequate'"
    ):
        run(partition="2022", only=[*REPORT_TABLES, "corrections"])
    assert parquet_files(warehouse) == before


@pytest.mark.slow
def test_check_shows_the_page_of_an_issue(copy):
    """The site lists the report on the page of another authority."""
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
    assert checks["authority_not_named"].description.startswith(
        "Reports with the issue: 1, of 2022. The title"
    )
    assert "launch update_reports for the years" in checks["authority_not_named"].description


@pytest.mark.slow
@proves(
    "A file of the archive has changed, in its size or not, when it is read",
    theme=Theme.WAREHOUSE,
    does="keeps the rows, moves the file to `archive/quarantine`, names it, and downloads it in the next run",
)
def test_damaged_file_is_named_quarantined_and_fetched_again(copy):
    warehouse, fake_site = copy
    before = {row["report_id"]: row for row in parquet_store.read(warehouse, "reports").to_pylist()}
    path = warehouse / "archive" / "files" / f"{before[INSPECTION]['sha256']}.pdf"
    content = path.read_bytes()
    path.write_bytes(content[:-1000] + bytes(900) + content[-100:])
    lines = parquet_store.read(warehouse, "report_lines").num_rows
    run(since="2022", report_tables={"report_ids": [INSPECTION]})
    assert parquet_store.read(warehouse, "report_lines").num_rows == lines
    assert (warehouse / "archive" / "quarantine" / path.name).is_file()
    assert not path.exists()
    fake_site.requests.clear()
    result = run(since="2022", at="2026-09-02T12:00:00")
    assert fake_site.paths("/v1/file") == [f"/v1/file/{INSPECTION}"]
    assert path.read_bytes() == content
    assert reports_read(result) == 1
    after = {row["report_id"]: row for row in parquet_store.read(warehouse, "reports").to_pylist()}
    assert after[INSPECTION] == before[INSPECTION] | {"retrieved_at": after[INSPECTION]["retrieved_at"]}


LATER = "2026-09-03T12:00:00"


@proves(
    "The table `publications` is lost or truncated",
    theme=Theme.WAREHOUSE,
    does="rebuilds it, with all times and withdrawals, from `archive/listing_history.parquet`",
)
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-40])])
def test_listing_is_rebuilt_from_its_history(copy, damage):
    warehouse, _ = copy
    path = parquet_store.table_path(warehouse, "publications")
    content = path.read_bytes()
    damage(path)
    run(only=["publications", "listing_issues"], at=LATER)
    assert path.read_bytes() == content


@proves(
    "The history of the listing is lost or truncated",
    theme=Theme.WAREHOUSE,
    does="starts it again from the table `publications`",
)
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_history_of_the_listing_is_rebuilt_from_the_table(copy, damage):
    warehouse, _ = copy
    table = parquet_store.read(warehouse, "publications")
    damage(warehouse / "archive" / HISTORY_FILE)
    run(only=["publications", "listing_issues"], at=LATER)
    assert rebuild(read_history(warehouse / "archive")).equals(table)


@proves(
    "The table `publications` and its history are both damaged",
    theme=Theme.WAREHOUSE,
    does="stops with an error that says what to restore",
    lost="when reports were first seen, without a backup or a release",
)
def test_loss_of_listing_and_history_fails_with_advice(copy):
    warehouse, _ = copy
    for path in (parquet_store.table_path(warehouse, "publications"), warehouse / "archive" / HISTORY_FILE):
        path.write_bytes(b"damaged")
    with pytest.raises(dg.Failure, match=r"history would be lost: restore .* of a release"):
        run(only=["publications", "listing_issues"], at=LATER)
