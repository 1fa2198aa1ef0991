"""Other readers open a release, here and over HTTP: older and newer DuckDBs, Parquet readers, validators."""

import duckdb
import pytest

from assets.schema.tables import TABLES
from tests.readers import remote

COUNTS = """
import duckdb
connection = duckdb.connect(path, read_only=True)
def ask(query): return connection.execute(query).fetchall()
tables = [name for (name,) in ask("SELECT table_name FROM duckdb_tables()")]
views = [name for (name,) in ask("SELECT view_name FROM duckdb_views() WHERE NOT internal")]
found = {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables + views}
found["a comment"] = ask("SELECT comment FROM duckdb_tables() WHERE table_name = 'judgements'")[0][0]
found["keys"] = ask("SELECT count(*) FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'")[0][0]
found["version"] = duckdb.__version__
"""


@pytest.fixture
def ask():
    """Run a script in a client's environment; continuous integration installs them all."""

    def run(client, script, **given):
        if not remote.python(client).exists():
            pytest.skip("make clients installs what this asks")
        return remote.run(client, script, **given)

    return run


@pytest.fixture(scope="module")
def served(folder):
    with remote.serve_files(folder) as files:
        yield files


@pytest.mark.parametrize(("client", "version"), [("duckdb_1_0", "1.0.0"), ("duckdb_1_1", "1.1.3")])
def test_older_duckdbs_open_the_database(folder, ask, client, version):
    path = folder / "inspections.duckdb"
    found = ask(client, COUNTS, path=str(path))
    assert found["version"] == version
    assert found["a comment"] == TABLES["judgements"].description
    assert found["keys"] >= len(TABLES)
    with duckdb.connect(path, read_only=True) as connection:
        for name in found.keys() - {"version", "a comment", "keys"}:
            assert [(found[name],)] == connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()
    assert found.keys() >= TABLES.keys()


@pytest.mark.parametrize("question", remote.QUESTIONS, ids=lambda each: f"{each.reader}: {each.what}")
def test_readers_find_the_same_over_http(folder, served, ask, question):
    before = len(served.answers)
    there = ask("readers", question.script, url=f"{served.url}/{question.path}")
    # DuckDB looks for a log beside a database, too.
    assert {path for _, path, status, _ in served.answers[before:] if status < 400} == {f"/{question.path}"}
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert tuple(there) == connection.execute(EXPECTED[question.what]).fetchone()


#: What the questions ask, of the database at hand.
EXPECTED = {
    "grades of one area": "SELECT count(*), sum(grade_rank)::INT FROM judgements WHERE area = 'leadership'",
    "words in findings": "SELECT count(*), sum(page)::INT FROM findings WHERE text ILIKE '%caseload%'",
    "lines of one report": "SELECT count(*), sum(page)::INT FROM report_lines WHERE report_id = '50177455'",
    "latest judgements": "SELECT count(*), sum(urn)::BIGINT FROM latest_judgements",
    "all findings with their boxes": "SELECT count(*), sum(len(boxes))::INT FROM findings",
    "all judgements": "SELECT count(*), sum(grade_rank)::INT FROM judgements",
}


def test_duckdb_asks_for_ranges_and_gets_them(served, ask):
    before = len(served.answers)
    attached = next(each for each in remote.QUESTIONS if each.path == remote.DATABASE)
    ask("readers", attached.script, url=f"{served.url}/{attached.path}")
    assert {
        status for method, _, status, _ in served.answers[before:] if method == "GET" and status < 400
    } == {206}


VALID = """
import frictionless
report = frictionless.validate(path + "/datapackage.json")
found = {"valid": report.valid, "errors": report.flatten(["title", "message"]), "tasks": len(report.tasks)}
"""

CROISSANT = """
import logging, mlcroissant
said = []
handler = logging.Handler(logging.WARNING)
handler.emit = lambda record: said.append(record.getMessage())
logging.getLogger().addHandler(handler)
dataset = mlcroissant.Dataset(path + "/croissant.json")
issues = dataset.metadata.ctx.issues
found = {
    "errors": sorted(issues.errors),
    "warnings": [*sorted(issues.warnings), *said],
    "judgements": sum(1 for _ in dataset.records("judgements")),
    "box": list(next(iter(dataset.records("findings")))["findings/boxes"][0]),
}
"""


def test_the_data_package_is_valid_and_so_are_its_data(folder, ask):
    found = ask("validators", VALID, path=str(folder))
    assert found["errors"] == []
    assert found["valid"]
    assert found["tasks"] > 2 * len(TABLES)


def test_a_grade_that_is_none_is_found_by_the_validator(folder, ask, tmp_path):
    for path in ("datapackage.json", *(f"csv/{file.name}" for file in (folder / "csv").iterdir())):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        text = (folder / path).read_text(encoding="utf-8")
        (tmp_path / path).write_text(
            text.replace(",inadequate,", ",bad,") if "judgements.csv" in path else text
        )
    found = ask("validators", VALID, path=str(tmp_path))
    assert any('constraint "enum"' in message for _, message in found["errors"])


def test_the_croissant_description_is_valid_and_leads_to_the_records(folder, ask):
    found = ask("validators", CROISSANT, path=str(folder))
    assert (found["errors"], found["warnings"]) == ([], [])
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM judgements").fetchone() == (found["judgements"],)
    assert found["box"] == [f"findings/boxes/{part}" for part in ("page", "x0", "top", "x1", "bottom")]
