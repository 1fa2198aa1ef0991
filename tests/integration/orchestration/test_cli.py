"""The command line as a whole, and the commands that read a built warehouse."""

import csv
import json
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import requests
from PIL import Image

from orchestration.commands import query
from orchestration.commands.serve import create_server
from orchestration.local_site.server import running
from tests.support import sample
from tests.support.runs import site_of


def test_help_lists_the_commands(invoke):
    result = invoke("--help")
    assert result.exit_code == 0
    listed = re.findall(r"^  ([\w-]+)  ", result.stdout.partition("Commands:")[2], re.MULTILINE)
    expected = "build query verify evidence release website serve ui accuracy check-site"
    assert listed == expected.split()
    assert "..." not in result.stdout.partition("Commands:")[2]


def test_help_imports_no_heavy_module():
    script = (
        "import sys; from orchestration.cli import main; main(['--help'], standalone_mode=False);"
        " print(sorted({'dagster', 'duckdb', 'pyarrow', 'flask'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version(invoke):
    assert re.fullmatch(r"inspections, version \d+\.\d+\.\d+\n", invoke("--version").stdout)


def test_usage_errors(invoke):
    for arguments in (
        ["frobnicate"],
        ["query"],
        ["query", "SELECT 1", "--csv", "--json"],
        ["evidence", "1", "--page", "1", "--area", "leadership"],
        ["serve", "--port", "-1"],
    ):
        assert invoke(*arguments).exit_code == 2


# --- query -------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(invoke, released):
    def run(*arguments, **options):
        return invoke("query", *arguments, "--warehouse", released, **options)

    return run


def test_query_prints_a_table(ask):
    result = ask("SELECT 1 AS number, NULL AS nothing, 'x' AS text UNION ALL SELECT 20, NULL, 'y' ORDER BY 1")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "  number  nothing    text\n"
        "--------  ---------  ------\n"
        "       1  NULL       x\n"
        "      20  NULL       y\n"
    )


def test_query_prints_wide_rows_as_records(ask):
    text = "word " * 60 + "end"
    result = ask(
        f"SELECT 1 AS n, '{text}' AS text, [1, 2] AS list UNION ALL SELECT 2, 'a\nb', NULL ORDER BY n"
    )
    assert result.stdout == (
        f"-- row 1 --\nn    | 1\ntext | {text}\nlist | [1, 2]\n\n"
        "-- row 2 --\nn    | 2\ntext | a\n       b\nlist | NULL\n"
    )


def test_query_prints_every_column(ask):
    result = ask("SELECT * FROM reports LIMIT 1")
    assert result.stdout.startswith("-- row 1 --\nreport_id ")
    assert "publication_year " in result.stdout


def test_query_formats(ask, tmp_path):
    sql = "SELECT 1 AS n, [1, 2] AS list, DATE '2022-01-31' AS day, 'a,b' AS text, NULL AS nothing"
    assert json.loads(ask(sql, "--json").stdout) == [
        {"n": 1, "list": [1, 2], "day": "2022-01-31", "text": "a,b", "nothing": None}
    ]
    assert list(csv.reader(StringIO(ask(sql, "--csv").stdout))) == [
        ["n", "list", "day", "text", "nothing"],
        ["1", "[1, 2]", "2022-01-31", "a,b", ""],
    ]
    result = ask(sql, "--parquet", tmp_path / "result.parquet")
    assert (result.stdout, result.stderr) == ("", f"Wrote 1 row to {tmp_path / 'result.parquet'}.\n")
    assert pq.read_table(tmp_path / "result.parquet")["list"].to_pylist() == [[1, 2]]
    result = ask(sql, "--parquet", tmp_path / "nowhere" / "result.parquet")
    assert result.exit_code == 1
    assert "result.parquet cannot be written" in result.stderr


def test_query_from_stdin(ask):
    assert ask("-", "--csv", stdin="SELECT 1 AS n").stdout == "n\n1\n"


def test_query_without_rows(ask):
    assert ask("SELECT * FROM reports WHERE false").stdout == "0 rows\n"
    assert ask("SELECT 1 AS n WHERE false", "--json").stdout == "[]\n"
    assert ask("SELECT 1 AS n WHERE false", "--csv").stdout == "n\n"


def test_query_error_is_complete(ask):
    result = ask("SELECT nothing FROM reports")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Binder Error: ")
    assert result.stderr.splitlines()[-2:] == ["LINE 1: SELECT nothing FROM reports", "               ^"]


def test_query_cannot_write(ask):
    result = ask("DELETE FROM reports")
    assert result.exit_code == 1
    assert "read-only" in result.stderr


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{file}'",
        "SELECT 1; COPY (SELECT 1) TO '{file}'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
        "explain copy (SELECT 1) TO '{file}'",
        "ATTACH '{file}' AS other",
        "EXPORT DATABASE '{file}'",
        "SET profiling_output = '{file}'",
    ],
)
def test_query_writes_no_file(ask, tmp_path, sql):
    result = ask(sql.format(file=tmp_path / "file"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "can write files, so it is refused here" in result.stderr
    assert not list(tmp_path.iterdir())


def test_query_explains(ask):
    assert "physical_plan" in ask("EXPLAIN SELECT * FROM reports").stdout


def test_query_without_a_database(invoke, tmp_path):
    result = invoke("query", "SELECT 1", "--warehouse", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{tmp_path}/inspections.duckdb does not exist: build the dataset first (inspections build)\n"
    )


def test_query_table_uses_a_wide_terminal():
    rows = [("a" * 150, 1)]
    assert query.render(["text", "n"], rows, 200).startswith("text ")
    assert query.render(["text", "n"], rows).startswith("-- row 1 --")


# --- evidence, examples, accuracy
# ----------------------------------------------------------------------------


def test_evidence_draws_rows_and_pages(invoke, sample_warehouse, tmp_path):
    def draw(*options):
        return invoke("evidence", "50177455", *options, "--to", tmp_path, "--warehouse", sample_warehouse)

    result = draw("--area", "leadership")
    [image] = result.stdout.splitlines()
    assert re.fullmatch(rf"{tmp_path}/50177455-judgements-leadership-page-\d+\.png", image)
    with Image.open(image) as png:
        assert png.format == "PNG"
    assert draw("--page", "1").stdout == f"{tmp_path}/50177455-page-1.png\n"
    assert len(draw().stdout.splitlines()) >= 1
    result = draw("--finding", "9999")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "50177455" in result.stderr


def test_examples_renders_the_page(invoke, released):
    result = invoke("examples", "--warehouse", released)
    assert result.exit_code == 0
    assert result.stdout.startswith("# ")
    assert "```sql" in result.stdout


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    """A truth of one report of the sample, in the form that independent readers wrote it."""
    folder = tmp_path_factory.mktemp("truth")
    report_id = "50294205"
    tables = sample.tables(report_id)
    framework = tables["reports"][0]["framework"]
    lines = ["report_id,framework,area,grade"]
    lines += [f"{report_id},{framework},{row['area']},{row['grade']}" for row in tables["judgements"]]
    (folder / "judgements.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return site_of(tmp_path_factory.mktemp("corpus"), "50294205")


@pytest.mark.slow
def test_accuracy_of_equal_cells(invoke, corpus, truth):
    result = invoke("accuracy", corpus, truth)
    cells = len((truth / "judgements.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert result.exit_code == 0
    assert result.stdout.startswith("1 reports read\n  inspection ")
    assert f"Differing: 0 of {cells} cells" in result.stdout


def test_accuracy_lists_differences(invoke, corpus, truth, tmp_path):
    text = (truth / "judgements.csv").read_text(encoding="utf-8").rstrip("\n")
    (tmp_path / "judgements.csv").write_text(text.rpartition(",")[0] + ",splendid\n", encoding="utf-8")
    result = invoke("accuracy", corpus, tmp_path)
    assert result.exit_code == 1
    assert re.search(
        r"Differing: 1 of \d+ cells\n  50294205 \w+ judgement \w+: truth 'splendid', read", result.stdout
    )


def test_accuracy_of_a_folder_without_reports(invoke, tmp_path):
    result = invoke("accuracy", tmp_path, tmp_path)
    assert (result.exit_code, result.stderr) == (1, f"{tmp_path} has no publications.csv\n")


# --- serve -------------------------------------------------------------------------------------------------


def test_serve_sends_types_and_headers(tmp_path):
    (tmp_path / "index.html").write_text("<p>A page</p>", encoding="utf-8")
    (tmp_path / "duckdb.wasm").write_bytes(b"\0asm")
    for name in ("feed.xml", "sitemap.xml"):
        (tmp_path / name).touch()
    with running(create_server(tmp_path, 0)) as address:
        page, wasm, feed, sitemap = (
            requests.get(f"{address}/{path}", timeout=60)
            for path in ("", "duckdb.wasm", "feed.xml", "sitemap.xml")
        )
        connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
        connection.request("GET", "/../../etc/passwd")
        assert connection.getresponse().status == 404
        connection.close()
    assert (page.text, page.headers["Content-Type"]) == ("<p>A page</p>", "text/html")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert wasm.headers["Content-Type"] == "application/wasm"
    assert feed.headers["Content-Type"] == "application/atom+xml"
    assert sitemap.headers["Content-Type"] == "application/xml"


@pytest.fixture
def served(tmp_path):
    """The address of a served folder with a file of ten bytes and a page for missing addresses."""
    (tmp_path / "index.html").touch()
    (tmp_path / "404.html").write_text("<p>Nothing here</p>", encoding="utf-8")
    (tmp_path / "ten.parquet").write_bytes(b"0123456789")
    with running(create_server(tmp_path, 0)) as address:
        yield address


@pytest.mark.parametrize(
    ("requested", "content", "content_range"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99", b"789", "bytes 7-9/10"),
        ("bytes=-4", b"6789", "bytes 6-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_serve_sends_ranges(served, requested, content, content_range):
    response = requests.get(f"{served}/ten.parquet", headers={"Range": requested}, timeout=60)
    assert (response.status_code, response.content) == (206, content)
    assert response.headers["Content-Range"] == content_range
    assert response.headers["Content-Type"] == "application/vnd.apache.parquet"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("requested", ["bytes=-", "bytes=1-2,4-5", "lines=1-2", "nonsense"])
def test_serve_sends_the_file_for_other_ranges(served, requested):
    response = requests.get(f"{served}/ten.parquet", headers={"Range": requested}, timeout=60)
    assert (response.status_code, response.content) == (200, b"0123456789")
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("requested", ["bytes=10-", "bytes=4-3", "bytes=-0"])
def test_serve_refuses_ranges_outside_the_file(served, requested):
    response = requests.get(f"{served}/ten.parquet", headers={"Range": requested}, timeout=60)
    assert (response.status_code, response.content) == (416, b"")
    assert response.headers["Content-Range"] == "bytes */10"


@pytest.mark.parametrize("path", ["/missing", "/missing/page/", "/%2e%2e/%2e%2e/etc/passwd"])
def test_serve_sends_the_404_page(served, path):
    response = requests.get(f"{served}{path}", timeout=60)
    assert (response.status_code, response.text) == (404, "<p>Nothing here</p>")


def test_serve_says_whether_it_draws_printed_pages(tmp_path):
    (tmp_path / "website" / "static").mkdir(parents=True)
    (tmp_path / "website" / "static" / "server.json").write_text('{"evidence": false}', encoding="utf-8")
    for warehouse in (None, tmp_path):
        with running(create_server(tmp_path / "website", 0, warehouse)) as address:
            answer = requests.get(f"{address}/static/server.json", timeout=60).json()
            assert answer == {"evidence": warehouse is not None}
            for path in ("1/findings/1/1.png", "1/reports/1/1.png", "%2e%2e/findings/1/1.png"):
                assert requests.get(f"{address}/evidence/{path}", timeout=60).status_code == 404


def test_serve_without_a_website(invoke, tmp_path):
    result = invoke("serve", "--warehouse", tmp_path)
    assert (result.exit_code, result.stderr) == (
        1,
        f"{tmp_path}/website does not exist: build the website first (inspections website)\n",
    )


def test_serve_on_a_port_in_use(invoke, tmp_path):
    (tmp_path / "website").mkdir()
    (tmp_path / "website" / "index.html").touch()
    with create_server(tmp_path, 0) as server:
        result = invoke("serve", "--port", server.server_port, "--warehouse", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == f"Port {server.server_port} cannot be used: Address already in use\n"


def test_remote_warehouse_with_an_unknown_scheme(invoke):
    result = invoke("query", "SELECT 1", "--warehouse", "nowhere://bucket")
    assert result.exit_code == 1
    assert result.stderr.startswith("The warehouse nowhere://bucket cannot be used: ")


# --- ui ----------------------------------------------------------------------------------------------------

CHILD = """
import os, subprocess
process = subprocess.Popen(["sleep", "600"])
print(os.getpid(), process.pid, flush=True)
process.wait()
"""
GROUP = f"""
import os, sys
from orchestration.commands.ui import run_group
child = {CHILD!r}
sys.exit(run_group([sys.executable, "-c", child], os.environ))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_all_processes_of_the_ui(number):
    with subprocess.Popen([sys.executable, "-c", GROUP], stdout=subprocess.PIPE, text=True) as process:
        pids = process.stdout.readline().split()
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
    assert len(pids) == 2
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_ui_ends_with_its_server(monkeypatch, invoke):
    commands = []
    monkeypatch.setattr("orchestration.commands.ui.run_group", lambda *call: commands.append(call) or 3)
    result = invoke("ui", "--site", "live", "--port", "3999", REPORTS_SITE_URL=None)
    assert (result.exit_code, result.stderr) == (1, "The UI ended with exit code 3\n")
    [(command, environment)] = commands
    assert command[1:] == [
        *("-m", "orchestration.deploy.webserver", "--host", "127.0.0.1", "--port", "3999"),
        *("--module-name", "orchestration.definitions"),
    ]
    assert environment["REPORTS_SITE_URL"] == "https://reports.ofsted.gov.uk"
    assert environment["AUTOMATIC"] == "false"


def test_ui_that_is_not_installed(monkeypatch, invoke):
    monkeypatch.setattr("orchestration.commands.ui.find_spec", lambda _name: None)
    result = invoke("ui")
    assert result.exit_code == 1
    assert result.stderr.startswith("The UI is not installed: pip install")
