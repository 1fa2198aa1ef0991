"""Other programs read a release, locally and over HTTP: DuckDB versions, Parquet readers, validators."""

import csv
import json
import re
import subprocess
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pytest

from assets.schema.tables import TABLES
from assets.schema.vocabularies import GRADES
from tests.browser.conftest import require_program
from tests.readers import remote

GUIDE = (Path(__file__).parents[2] / "docs" / "data-access.md").read_text(encoding="utf-8")


def code_blocks(language):
    """Return the blocks of code in a language on the page on data access."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


#: The Python code of that page: one snippet per statement that reads a file.
PYTHON_SNIPPETS = [
    f"{imports}\n{statement}"
    for block in code_blocks("python")
    for imports, _, body in [block.partition("\n\n")]
    for statement in re.split(r"\n(?=\S)", body.strip())
]

SUMMARY = """
import duckdb
connection = duckdb.connect(path, read_only=True)
def fetch(query): return connection.execute(query).fetchall()
tables = [name for (name,) in fetch("SELECT table_name FROM duckdb_tables()")]
views = [
    name
    for name, sql in fetch("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal")
    if not any(table in sql for table in unreadable.split())
]
result = {name: fetch(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables + views}
result["a comment"] = fetch("SELECT comment FROM duckdb_tables() WHERE table_name = 'judgements'")[0][0]
result["version"] = duckdb.__version__
"""


@pytest.fixture
def run_in():
    """Return a function that runs a script in a reader's environment, or skips the test without it."""

    def run(environment, script, **variables):
        if not remote.python(environment).exists():
            pytest.skip("make test-readers creates the environment")
        return remote.run(environment, script, **variables)

    return run


@pytest.fixture(scope="module")
def served(folder):
    with remote.serve_files(folder) as files:
        yield files


@pytest.mark.parametrize(("environment", "version"), [("duckdb_1_0", "1.0.0"), ("duckdb_1_1", "1.1.3")])
def test_older_duckdb_opens_the_database(folder, run_in, environment, version):
    path = folder / "inspections.duckdb"
    # DuckDB 1.0.0 cannot read a list column without any element, nor a view of one.
    unreadable = empty_list_tables(folder) if environment == "duckdb_1_0" else set()
    found = run_in(environment, SUMMARY, path=str(path), unreadable=" ".join(unreadable))
    assert found["version"] == version
    assert found["a comment"].startswith(f"{TABLES['judgements'].description}. Key: report_id, area")
    with duckdb.connect(path, read_only=True) as connection:
        for name in found.keys() - {"version", "a comment"}:
            assert [(found[name],)] == connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()
    assert found.keys() >= TABLES.keys()


#: The hash of each table's rows, from their documented form, without the code of the project.
HASHES = """
import duckdb, hashlib, json
connection = duckdb.connect(path, read_only=True)
result = {}
for name, key in json.loads(keys).items():
    order = ", ".join(f'"{column}"' for column in key)
    rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY {order}')
    lines = [[column[0] for column in rows.description], *rows.fetchall()]
    isoformat = lambda value: value.isoformat(*["T", "microseconds"] if hasattr(value, "hour") else [])
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=isoformat).encode
    text = "".join(f"{encode(line)}\\n" for line in lines)
    result[name] = hashlib.sha256(text.encode()).hexdigest()
"""


@pytest.mark.parametrize("environment", ["duckdb_1_0", "duckdb_1_1", "readers"])
def test_every_duckdb_gives_the_recorded_hashes(folder, run_in, environment):
    # DuckDB 1.0.0 cannot read a list column without any element.
    unreadable = empty_list_tables(folder) if environment == "duckdb_1_0" else set()
    keys = json.dumps({name: table.key for name, table in TABLES.items() if name not in unreadable})
    hashes = run_in(environment, HASHES, path=str(folder / "inspections.duckdb"), keys=keys)
    tables = json.loads((folder / "index.json").read_bytes())["tables"]
    assert hashes == {name: table["sha256"] for name, table in tables.items() if name not in unreadable}
    assert len(hashes) > len(TABLES) / 2


def empty_list_tables(folder):
    """Return the tables with rows in which a list column has no elements."""
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        return {
            name
            for name, table in TABLES.items()
            for field in table.schema
            if pa.types.is_list(field.type)
            and connection.execute(f'SELECT sum(len("{field.name}")) FROM "{name}"').fetchone() == (0,)
        }


@pytest.mark.parametrize("query", remote.REMOTE_QUERIES, ids=lambda query: f"{query.reader}: {query.subject}")
def test_readers_get_the_same_result_over_http(folder, served, run_in, query):
    before = len(served.responses)
    result = run_in("readers", query.script, url=f"{served.url}/{query.path}")
    # DuckDB also looks for the WAL file of a database.
    assert {path for _, path, status, _ in served.responses[before:] if status < 400} == {f"/{query.path}"}
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert tuple(result) == connection.execute(EXPECTED[query.subject]).fetchone()


#: The same queries for the local database.
EXPECTED = {
    "grades of one area": "SELECT count(*), sum(grade_rank)::INT FROM judgements WHERE area = 'leadership'",
    "words in findings": "SELECT count(*), sum(page)::INT FROM findings WHERE text ILIKE '%caseload%'",
    "lines of one report": "SELECT count(*), sum(page)::INT FROM report_lines WHERE report_id = '50177455'",
    "latest judgements": "SELECT count(*), sum(urn)::BIGINT FROM latest_judgements",
    "all findings with their boxes": "SELECT count(*), sum(len(boxes))::INT FROM findings",
    "all judgements": "SELECT count(*), sum(grade_rank)::INT FROM judgements",
}


def test_duckdb_reads_ranges(served, run_in):
    before = len(served.responses)
    attached = next(query for query in remote.REMOTE_QUERIES if query.path == remote.DATABASE)
    run_in("readers", attached.script, url=f"{served.url}/{attached.path}")
    assert {
        status for method, _, status, _ in served.responses[before:] if method == "GET" and status < 400
    } == {206}


#: Runs a snippet of the documentation in a folder; the result is the type and size of what it assigned last.
SNIPPET = """
import os
os.chdir(folder)
variables = {}
exec(snippet, variables)
value = variables.get("panel", variables.get("frame"))
result = [type(value).__module__.partition(".")[0], len(value)]
"""


@pytest.mark.parametrize(
    "snippet", PYTHON_SNIPPETS, ids=lambda snippet: snippet.splitlines()[-1].strip()[:60]
)
def test_python_snippets_of_the_documentation_run(folder, run_in, tmp_path, snippet):
    """Each reads a release in the folder in which it runs, or the database of a warehouse."""
    for path in folder.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "warehouse").symlink_to(folder)
    library, rows = run_in("readers", SNIPPET, folder=str(tmp_path), snippet=snippet)
    assert library == ("polars" if "polars" in snippet else "pandas")
    view = "judgement_history" if "judgement_history" in snippet else "authority_year_panel"
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert (rows,) == connection.execute(f"SELECT count(*) FROM {view}").fetchone()


def run_r(folder, *lines):
    """Return the lines that an R script prints which runs in a folder."""
    script = "\n".join(lines)
    output = subprocess.run(
        [require_program("Rscript", "run the R snippets"), "-e", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert output.returncode == 0, output.stderr
    return output.stdout.splitlines()


#: Prints what an R snippet read: rows, columns, missing values of a number and of a text, and a sum.
R_SUMMARY = """
missing <- function(column) sum(is.na(column) | column == "")
cat(nrow(panel), ncol(panel), missing(panel$overall_effectiveness_rank), missing(panel$in_care_grade),
    round(sum(panel$overall_effectiveness_rank, na.rm = TRUE), 4), sep = "\\n")
"""


@pytest.mark.parametrize("snippet", [line for block in code_blocks("r") for line in block.splitlines()])
def test_r_snippets_of_the_documentation_run(folder, snippet):
    printed = run_r(folder, snippet, R_SUMMARY)
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        expected = connection.execute(
            "SELECT count(*), len((SELECT list(column_name) FROM (DESCRIBE authority_year_panel))),"
            " count(*) - count(overall_effectiveness_rank), count(*) - count(in_care_grade),"
            " sum(overall_effectiveness_rank) FROM authority_year_panel"
        ).fetchone()
    assert [float(number) for number in printed] == pytest.approx(list(expected))


def test_columns_of_the_stata_snippet_identify_its_rows(folder):
    [block] = code_blocks("stata")
    path, key = re.fullmatch(r'use "(.+)", clear\nxtset (\w+ \w+)\n', block).groups()
    unit, time = key.split()
    label, *found = run_r(
        folder,
        f"panel <- haven::read_dta('{path}')",
        f"cat(attr(panel${time}, 'label'), class(panel${unit}), class(panel${time}),",
        f"    sum(is.na(panel${unit}) | is.na(panel${time})), anyDuplicated(panel[c('{unit}', '{time}')]),",
        "    sep = '\\n')",
    )
    assert found == ["numeric", "numeric", "0", "0"]
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert (label,) == connection.execute(
            "SELECT comment FROM duckdb_columns()"
            " WHERE table_name = 'authority_year_panel' AND column_name = ?",
            [time],
        ).fetchone()


def test_excel_and_power_bi_snippets_name_what_exists(folder):
    [lookup] = re.findall(r"=XLOOKUP\(([^)]+)\)", GUIDE)
    value, table, key, column = re.fullmatch(r'"(.+)",\s+(\w+)\[(\w+)\],\s+\2\[(\w+)\]', lookup).groups()
    workbook = openpyxl.load_workbook(folder / "inspections.xlsx")
    [(sheet, found)] = [(sheet, sheet.tables[table]) for sheet in workbook if table in sheet.tables]
    header, *rows = [[cell.value for cell in row] for row in sheet[found.ref]]
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        expected = {
            code: grade and GRADES[grade].label
            for code, grade in connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
        }
    assert value in expected
    assert any(expected.values())
    assert {row[header.index(key)]: row[header.index(column)] for row in rows} == expected
    [document] = re.findall(r'Parquet\.Document\(File\.Contents\("C:\\data\\(.+?)"\)\)', GUIDE)
    named = [document.replace("\\", "/"), *re.findall(r"`((?:csv|parquet|stata)/\w+\.\w+)`", GUIDE)]
    assert [path for path in named if not (folder / path).is_file()] == []


def test_libreoffice_opens_the_csv_files(folder, tmp_path):
    program = require_program("soffice", "open the CSV files")
    source = folder / "csv" / "latest_judgements.csv"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [
            *(program, profile, "--headless"),
            # Comma, double quotes, UTF-8: what the import dialog recognises by the byte order mark.
            *("--infilter=CSV:44,34,76", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(source)),
        ],
        check=True,
        capture_output=True,
    )
    sheet = openpyxl.load_workbook(tmp_path / "latest_judgements.xlsx").active
    header, *rows = sheet.iter_rows(values_only=True)
    with source.open(encoding="utf-8-sig", newline="") as file:
        expected_header, *expected = csv.reader(file)
    assert list(header) == expected_header
    assert len(rows) == len(expected)
    published = header.index("publication_date")
    dates = [row[published] and f"{row[published]:%Y-%m-%d}" for row in rows]
    assert dates == [row[published] or None for row in expected]


VALID = """
import frictionless
report = frictionless.validate(path + "/datapackage.json")
result = {"valid": report.valid, "errors": report.flatten(["title", "message"]), "tasks": len(report.tasks)}
"""

CROISSANT = """
import logging, mlcroissant
messages = []
handler = logging.Handler(logging.WARNING)
handler.emit = lambda record: messages.append(record.getMessage())
logging.getLogger().addHandler(handler)
dataset = mlcroissant.Dataset(path + "/croissant.json")
issues = dataset.metadata.ctx.issues
result = {
    "errors": sorted(issues.errors),
    "warnings": [*sorted(issues.warnings), *messages],
    "judgements": sum(1 for _ in dataset.records("judgements")),
    "box": list(next(iter(dataset.records("findings")))["findings/boxes"][0]),
}
"""


def test_data_package_is_valid(folder, run_in):
    found = run_in("validators", VALID, path=str(folder))
    assert found["errors"] == []
    assert found["valid"]
    assert found["tasks"] > 2 * len(TABLES)


def test_validator_finds_an_unknown_grade(folder, run_in, tmp_path):
    for path in ("datapackage.json", *(f"csv/{file.name}" for file in (folder / "csv").iterdir())):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        text = (folder / path).read_text(encoding="utf-8")
        (tmp_path / path).write_text(
            text.replace(",inadequate,", ",bad,") if "judgements.csv" in path else text
        )
    found = run_in("validators", VALID, path=str(tmp_path))
    assert any('constraint "enum"' in message for _, message in found["errors"])


def test_croissant_is_valid_and_leads_to_the_records(folder, run_in):
    found = run_in("validators", CROISSANT, path=str(folder))
    assert (found["errors"], found["warnings"]) == ([], [])
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM judgements").fetchone() == (found["judgements"],)
    assert found["box"] == [f"findings/boxes/{part}" for part in ("page", "x0", "top", "x1", "bottom")]
