"""Verification of a warehouse: each kind of damage is reported, and nothing else."""

import re
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from assets.database.build import database_path
from assets.database.sql_files import read_sql_files, sql_folder
from assets.release import releases
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from orchestration.verification import (
    FETCH_LOG,
    FETCH_LOG_RULES,
    MAX_LISTED,
    PARTS,
    verify_by_part,
    verify_warehouse,
)
from tests.support.fault_table import Theme, proves
from tests.support.runs import run, serving, site_of

GONE, INSPECTION, LATEST = "50004190", "50177455", "50294205"
YEAR = {GONE: 2012, INSPECTION: 2022, LATEST: 2026}
#: The judgements of the two inspections.
GRADED = [
    *((INSPECTION, "help_and_protection"), (INSPECTION, "in_care_and_care_leavers")),
    *((INSPECTION, "leadership"), (INSPECTION, "overall_effectiveness")),
    *((LATEST, "care_leavers"), (LATEST, "help_and_protection"), (LATEST, "in_care")),
    *((LATEST, "leadership"), (LATEST, "overall_effectiveness")),
]
REPORTING_YEARS = next(
    file.query for file in read_sql_files(sql_folder() / "views") if file.name == "reporting_years"
)
#: Parts of a warehouse that a damage concerns: what was built, what was fetched, and what was released.
BUILT = ("tables_valid", "equals_tables")
FETCHED = ("archive_valid",)
LOGGED = ("archive_valid", "tables_valid")
RELEASED = ("files_valid",)
ALL = tuple(part.check for part in PARTS)
#: A grade that Ofsted's statistics confirm has no judgement.
UNCONFIRMED = "Rule violated: every grade in Ofsted's statistics with a matching report is confirmed"


@pytest.fixture(scope="module")
def undamaged(build_once, tmp_path_factory):
    """A warehouse of two inspections, and one whose file is gone."""

    def make(warehouse):
        with serving(site_of(tmp_path_factory.mktemp("site"), *YEAR), warehouse):
            run(since="2012")
        releases.publish(warehouse)

    return build_once("undamaged", make)


@pytest.fixture
def warehouse(undamaged, tmp_path):
    return Path(shutil.copytree(undamaged, tmp_path / "warehouse"))


def sha256(warehouse, report_id=INSPECTION):
    rows = parquet_store.read(warehouse, "reports").to_pylist()
    return next(row["sha256"] for row in rows if row["report_id"] == report_id)


def archived(warehouse):
    return warehouse / "archive" / "files" / f"{sha256(warehouse)}.pdf"


def write_past_the_store(warehouse, name, change, year=2022):
    """Write other rows to a table, or a year of it, without the checks of the store."""
    path = parquet_store.table_path(warehouse, name, year if TABLES[name].by_year else None)
    pq.write_table(change(pq.ParquetFile(path).read()), path)


def having(**values):
    """Return a change that sets columns of a table's first row."""

    def change(table):
        rows = table.to_pylist()
        rows[0] |= values
        return pa.Table.from_pylist(rows, schema=table.schema)

    return change


def without_first(table):
    return table.slice(1)


def in_log(change):
    def damage(warehouse):
        path = warehouse / "archive" / "fetches.parquet"
        pq.write_table(change(pq.read_table(path)), path)

    return damage


def in_table(name, change, year=2022):
    return lambda warehouse: write_past_the_store(warehouse, name, change, year)


def in_database(*statements):
    def damage(warehouse):
        with duckdb.connect(database_path(warehouse)) as connection:
            for statement in statements:
                connection.execute(statement)

    return damage


def flip(path):
    """Change one byte of a file, and not its size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.slow
def test_built_warehouse_is_valid(undamaged):
    assert verify_warehouse(undamaged) == []


def damage(name, apply, *sentences, parts=BUILT, lost=None):
    """Declare a damage, the start of each sentence that reports it, and the parts that are verified."""
    declared = proves(
        name,
        theme=Theme.WAREHOUSE,
        does="`inspections verify` reports it",
        lost=lost or "nothing that the archive does not have",
    )
    return pytest.param(apply, sentences, parts, id=name, marks=declared)


DAMAGES = [
    damage(
        "A byte of an archived file changed",
        lambda warehouse: flip(archived(warehouse)),
        r"archive/files/.* (report 50177455): its SHA-256 does not match its name",
        parts=FETCHED,
        lost="the file; once it is removed, the next build fetches it again",
    ),
    damage(
        "An archived file was cut short",
        lambda warehouse: archived(warehouse).write_bytes(b"%PDF-"),
        "archive/files/.* (report 50177455): it has 5 bytes, not",
        parts=FETCHED,
        lost="the file; the next build fetches it again",
    ),
    damage(
        "An archived file is missing",
        lambda warehouse: archived(warehouse).unlink(),
        "archive/files/.* (report 50177455): the file is missing",
        parts=FETCHED,
        lost="the file; the next build fetches it again",
    ),
    damage(
        "A file in the archive that is not in the fetch log",
        lambda warehouse: (warehouse / "archive/files/stray.pdf").write_bytes(b"%PDF-"),
        "archive/files/stray.pdf: the file is not in the fetch log",
        parts=FETCHED,
    ),
    damage(
        "The fetch log is not a Parquet file",
        lambda warehouse: (warehouse / "archive/fetches.parquet").write_bytes(b"PAR1"),
        ".*fetches.parquet cannot be read",
        "archive/files/.*: the file is not in the fetch log",
        "archive/files/.*: the file is not in the fetch log",
        "Rule violated: the fetch log records the file .* (report_id 50177455)",
        "Rule violated: the fetch log records the file .* (report_id 50294205)",
        parts=LOGGED,
        lost="the times and addresses of fetches",
    ),
    damage(
        "A duplicate row in the fetch log",
        in_log(lambda log: pa.concat_tables([log, log.slice(0, 1)])),
        "archive/fetches.parquet: fetches.report_id, requested_at: the key is a duplicate",
        parts=FETCHED,
    ),
    damage(
        "The fetch log lost a row",
        in_log(lambda log: log.filter(pc.not_equal(log["report_id"], INSPECTION))),
        "archive/files/.*: the file is not in the fetch log",
        "Rule violated: the fetch log records the file .* (report_id 50177455)",
        parts=LOGGED,
    ),
    damage(
        "A report was read from a file that is not the last",
        in_log(
            lambda log: pa.concat_tables(
                [
                    log,
                    having(requested_at=pc.max(log["requested_at"]).as_py().replace(year=2027))(
                        log.filter(pc.equal(log["report_id"], LATEST))
                    ).set_column(0, log.schema.field(0), [[INSPECTION]]),
                ]
            )
        ),
        "Rule violated: a report is read from the file that was fetched last (report_id 50177455)",
        parts=LOGGED,
    ),
    damage(
        "A Parquet file is broken",
        lambda warehouse: parquet_store.table_path(warehouse, "findings", 2022).write_bytes(
            b"PAR1 and no more"
        ),
        r"parquet/findings/publication_year=2022/part-0.parquet: cannot read",
        lost="the year, until it is built again from the archive",
    ),
    damage(
        "A Parquet file has another column",
        in_table("inspectors", lambda table: table.rename_columns({"name": "title"})),
        r"parquet/inspectors/publication_year=2022/part-0.parquet: .* the column is missing",
    ),
    damage(
        "A Parquet file is missing",
        lambda warehouse: parquet_store.table_path(warehouse, "frameworks").unlink(),
        "parquet/frameworks: there is no file",
        "parquet/framework_areas.framework: '.*' is not in frameworks",
        *(
            f"Rule violated: every grade is on the scale .* (report_id {report_id}, area {area}"
            for report_id, area in GRADED
        ),
        "inspections.duckdb: table frameworks: .* rows are not in the Parquet files",
    ),
    damage(
        "An unknown grade",
        in_table("judgements", having(grade="splendid")),
        "parquet/judgements/.*: judgements.grade: 'splendid' is not one of outstanding",
        "Rule violated: every grade is on the scale .* (report_id 50177455, .* grade splendid",
        UNCONFIRMED,
        "inspections.duckdb: table judgements: 1 rows are not in the Parquet files",
        "inspections.duckdb: table judgements: 1 rows of the Parquet files are missing",
    ),
    damage(
        "A grade of an area that was not graded",
        in_table("judgements", having(status="not_found")),
        "Rule violated: a judgement has a grade .* (report_id 50177455",
        UNCONFIRMED,
        "inspections.duckdb: table judgements: 1 rows are not in",
        "inspections.duckdb: table judgements: 1 rows of the Parquet files",
    ),
    damage(
        "A duplicate key",
        in_table("judgements", lambda table: pa.concat_tables([table, table.slice(0, 1)])),
        "parquet/judgements.report_id, area: the key is a duplicate",
        "inspections.duckdb: table judgements: 1 rows of the Parquet files are missing",
    ),
    damage(
        "A report in two years",
        lambda warehouse: shutil.copytree(
            parquet_store.table_path(warehouse, "reports", 2022).parent,
            parquet_store.table_path(warehouse, "reports", 2021).parent,
        ),
        "parquet/reports/publication_year=2021/.*: reports.publication_year: 2022 is not the partition's",
        "parquet/reports.report_id: the key is a duplicate",
        "Rule violated: every current authority has exactly one row in latest_judgements, .* row_count 2",
        "Rule violated: every authority has exactly one row in authority_year_panel .* row_count 10",
        *["Rule violated: every finding and recommendation .* is in the search index exactly once"]
        * (MAX_LISTED + 1),
        "inspections.duckdb: table reports: 1 rows of the Parquet files are missing",
    ),
    damage(
        "A row lost from a Parquet file",
        in_table("report_lines", without_first),
        "Rule violated: line numbers run from 1 on each page, without gaps (report_id 50177455, page 1",
        "inspections.duckdb: table report_lines: 1 rows are not in the Parquet files",
    ),
    damage(
        "A finding lost",
        in_table("findings", without_first),
        "Rule violated: ordinals of .* run from 1 in each .* (table_name findings, report_id 50177455",
        "inspections.duckdb: table findings: 1 rows are not in the Parquet files",
    ),
    damage(
        "A report lost",
        in_table("reports", without_first, 2012),
        "parquet/extraction_issues.report_id: '50004190' is not in reports",
        UNCONFIRMED,
        "Rule violated: every publication has a row in reports, .* (report_id 50004190",
        "inspections.duckdb: table reports: 1 rows are not in the Parquet files",
    ),
    damage(
        "A section that findings refer to is missing",
        in_table("sections", lambda table: table.slice(0, table.num_rows - 1)),
        "parquet/findings.report_id, section: '50177455', .* is not in sections",
        "inspections.duckdb: table sections: 1 rows are not in the Parquet files",
    ),
    damage(
        "A finding with the URN of another authority",
        in_table("findings", having(urn=80450)),
        "Rule violated: rows extracted from a report have .* (table_name findings, report_id 50177455",
        "inspections.duckdb: table findings: 1 rows are not in",
        "inspections.duckdb: table findings: 1 rows of the Parquet files",
    ),
    damage(
        "A finding on a page that its report does not have",
        in_table("findings", having(page=400)),
        "Rule violated: a row refers to a page .* (table_name findings, report_id 50177455, page 400",
        "inspections.duckdb: table findings: 1 rows are not in",
        "inspections.duckdb: table findings: 1 rows of the Parquet files",
    ),
    damage(
        "A report with the hash of another file",
        in_table("reports", having(sha256="0" * 64)),
        "Rule violated: the fetch log records the file .* (report_id 50177455)",
        "Rule violated: a report is read from the file that was fetched last (report_id 50177455)",
        "inspections.duckdb: table reports: 1 rows are not in",
        "inspections.duckdb: table reports: 1 rows of the Parquet files",
        parts=ALL,
    ),
    damage(
        "A report that was read, without an extractor version",
        in_table("reports", having(extractor_version=None)),
        "Rule violated: all reports were read by the same version .* (parser_version .*, reports 2",
        "Rule violated: all reports were read by the same version .* (reports 1, .* 50177455",
        "Rule violated: a report that was read has a file with .* (report_id 50177455",
        "inspections.duckdb: table reports: 1 rows are not in",
        "inspections.duckdb: table reports: 1 rows of the Parquet files",
    ),
    damage(
        "A partial report without an issue",
        in_table("reports", having(status="partial")),
        "Rule violated: a report is partial, unreadable or missing .* (report_id 50177455, status partial",
        "inspections.duckdb: table reports: 1 rows are not in",
        "inspections.duckdb: table reports: 1 rows of the Parquet files",
    ),
    damage(
        "A missing report with rows",
        in_table("reports", having(status="missing")),
        "Rule violated: a report counts if, and only if, it was read, .* (report_id 50177455, status missing",
        "Rule violated: a missing report has no file, .* (report_id 50177455, status missing",
        "Rule violated: a report is partial, unreadable or missing .* (report_id 50177455, status missing",
        *(
            f"Rule violated: a missing or unreadable report .* (table_name {name}, report_id 50177455"
            for name in (
                "findings",
                "inspectors",
                "judgements",
                "recommendations",
                "report_lines",
                "sections",
            )
        ),
        "inspections.duckdb: table reports: 1 rows are not in",
        "inspections.duckdb: table reports: 1 rows of the Parquet files",
    ),
    damage(
        "A read report without lines",
        in_table("report_lines", lambda table: table.slice(0, 0)),
        "Rule violated: a report that was read has lines (report_id 50177455",
        r"inspections.duckdb: table report_lines: \d+ rows are not in the Parquet files",
    ),
    damage(
        "A listing with another title for a report",
        in_table("publications", having(title="Another")),
        "Rule violated: a report has the family, title, .* (report_id 50004190",
        "inspections.duckdb: table publications: 1 rows are not in",
        "inspections.duckdb: table publications: 1 rows of the Parquet files",
    ),
    damage(
        "The database lost a row",
        in_database("DELETE FROM inspectors WHERE report_id = '50177455' AND ordinal = 1"),
        "inspections.duckdb: table inspectors: 1 rows of the Parquet files are missing",
        parts=("equals_tables",),
        lost="the row, until the database is built again from the Parquet files",
    ),
    damage(
        "The database has another grade",
        in_database(
            "UPDATE judgements SET grade = 'good' WHERE report_id = '50177455' AND area = 'leadership'"
        ),
        "inspections.duckdb: table judgements: 1 rows are not in",
        "inspections.duckdb: table judgements: 1 rows of the Parquet files",
    ),
    damage(
        "The database lost a table and got another",
        in_database("DROP TABLE inspectors", "CREATE TABLE notes (text VARCHAR)"),
        "inspections.duckdb: there is no table inspectors",
        "inspections.duckdb: notes is an unknown table",
    ),
    damage(
        "The search index lost a word",
        in_database("DELETE FROM search_postings WHERE word = 'care'"),
        "inspections.duckdb: table search_postings: 1 rows of the table built again are missing",
    ),
    damage(
        "A table of the database has another column",
        in_database("ALTER TABLE search_spellings ADD COLUMN note VARCHAR"),
        "inspections.duckdb: table search_spellings: its columns are not those of the table built again",
    ),
    damage(
        "A view of the database has another definition",
        in_database(f"CREATE OR REPLACE VIEW reporting_years AS FROM ({REPORTING_YEARS}) WHERE year > 2022"),
        "inspections.duckdb: view reporting_years: 1 rows of the view built again are missing",
    ),
    damage(
        "The database lost a view that another view uses",
        in_database("DROP VIEW provenance", "DROP VIEW judgement_history"),
        "inspections.duckdb: there is no view .*",
        "inspections.duckdb: there is no view .*",
        "inspections.duckdb: view .*",
    ),
    damage(
        "The database is not a database file",
        lambda warehouse: database_path(warehouse).write_bytes(b"DUCK and no more" * 500),
        "inspections.duckdb: IO Error",
        parts=("equals_tables",),
        lost="the database, until it is built again from the Parquet files",
    ),
    damage(
        "The database is missing",
        lambda warehouse: database_path(warehouse).unlink(),
        "inspections.duckdb: there is no database",
        parts=("equals_tables",),
        lost="the database, until it is built again from the Parquet files",
    ),
    damage(
        "A file of a release changed",
        lambda warehouse: next(warehouse.glob("releases/*/csv/judgements.csv")).write_bytes(b"none"),
        "release .*: csv/judgements.csv does not match its SHA-256",
        parts=RELEASED,
    ),
    damage(
        "A file of a release is missing",
        lambda warehouse: next(warehouse.glob("releases/*/inspections.xlsx")).unlink(),
        "release .*: inspections.xlsx is missing",
        parts=RELEASED,
        lost="the file; the database remains for the next release",
    ),
    damage(
        "The current release is missing",
        lambda warehouse: shutil.rmtree(releases.current(warehouse)),
        ".*/releases/latest.json names .*, which does not exist",
        parts=RELEASED,
        lost="the release; the database remains for the next one",
    ),
    damage(
        "A run left temporary files",
        lambda warehouse: [
            (warehouse / name).write_bytes(b"")
            for name in ("inspections.duckdb.tmp", "archive/download.part", "parquet/findings/part-1.parquet")
        ],
        "archive/download.part: unknown file or folder",
        "inspections.duckdb.tmp: unknown file or folder",
        "parquet/findings/part-1.parquet: unknown file or folder",
        parts=ALL,
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("apply", "sentences", "parts"), DAMAGES)
def test_damage_is_reported(warehouse, apply, sentences, parts):
    apply(warehouse)
    found = verify_by_part(warehouse, [part for part in PARTS if part.check in parts])
    problems = [problem for one in found.values() for problem in one]
    patterns = [sentence.replace("(", r"\(").replace(")", r"\)") for sentence in sentences]
    assert len(problems) == len(patterns), problems
    for problem, pattern in zip(problems, patterns, strict=True):
        assert re.match(pattern, problem), (problem, pattern)


@pytest.mark.slow
def test_violations_are_listed_up_to_a_maximum(warehouse):
    """The problems name the first rows that violate a rule, and count the others."""
    listed = parquet_store.read(warehouse, "publications")
    more = [listed.to_pylist()[0] | {"report_id": f"6000{number:04}"} for number in range(MAX_LISTED + 3)]
    write_past_the_store(
        warehouse,
        "publications",
        lambda table: pa.concat_tables([table, pa.Table.from_pylist(more, table.schema)]),
    )
    rule = (
        "Rule violated: every publication has a row in reports, even if its file is missing; if not, run"
        " build_dataset for its year"
    )
    tables = [part for part in PARTS if part.check == "tables_valid"]
    found = verify_by_part(warehouse, tables)["tables_valid"]
    lines = [line for line in found if line.startswith(rule)]
    assert len(lines) == MAX_LISTED + 1
    assert lines[0].startswith(f"{rule} (report_id 60000000, title ")
    assert lines[-1] == f"{rule} (and 3 more)"


def test_rules_about_the_fetch_log_hold_without_rows():
    with duckdb.connect() as connection:
        for name, declared in TABLES.items():
            connection.register(name, declared.schema.empty_table())
        connection.register("fetches", FETCH_LOG.schema.empty_table())
        assert [rule for rule, query in FETCH_LOG_RULES.items() if connection.execute(query).fetchall()] == []


def test_command_verifies_a_release(invoke, released, tmp_path):
    release = Path(shutil.copytree(releases.current(released), tmp_path / "2026.09.01"))
    result = invoke("verify", release)
    assert (result.exit_code, result.stdout) == (0, "Release 2026.09.01 is valid.\n")
    (release / "SHA256SUMS").unlink()
    result = invoke("verify", release)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "SHA256SUMS" in result.stderr


@pytest.mark.slow
def test_command_verifies_a_warehouse(invoke, warehouse):
    result = invoke("verify", WAREHOUSE=str(warehouse))
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.match(rf"{warehouse} is valid: \d+ files, {len(TABLES)} tables, ", result.stdout)
    database_path(warehouse).unlink()
    result = invoke("verify", warehouse)
    assert (result.exit_code, result.stdout) == (1, "inspections.duckdb: there is no database\n")


def test_command_without_a_folder(invoke, tmp_path):
    result = invoke("verify", tmp_path / "nowhere")
    assert (result.exit_code, result.stderr) == (1, f"{tmp_path}/nowhere is not a folder\n")
