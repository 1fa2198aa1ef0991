"""Reads a release over HTTP: a server with range requests, and queries of several readers.

``python -m tests.readers.remote FOLDER`` prints the cost of each query: requests, kilobytes, their share of
the file, and seconds, of which about half a second is the start of the reader.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, Response, request, send_from_directory

from orchestration.local_site.server import serve_app

ROOT = Path(__file__).parents[2]

#: Loads DuckDB's HTTP extension from a package instead of downloading it.
_DUCKDB = """
import duckdb, duckdb_extension_httpfs, pathlib
connection = duckdb.connect()
[extension] = pathlib.Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
connection.execute(f"LOAD '{extension}'")
def first_row(query):
    return connection.execute(query).fetchall()[0]
"""
_ATTACHED = f"""
{_DUCKDB}
connection.execute(f"ATTACH '{{url}}' AS released (READ_ONLY)")
connection.execute("USE released")
"""

JUDGEMENTS, FINDINGS = "parquet/judgements.parquet", "parquet/findings.parquet"
LINES, DATABASE = "parquet/report_lines.parquet", "inspections.duckdb"


@dataclass(frozen=True)
class RemoteQuery:
    """A query of a file by a reader; the script assigns a row count and a sum to ``result``."""

    reader: str
    subject: str
    path: str
    script: str


REMOTE_QUERIES = (
    RemoteQuery(
        "DuckDB 1.5, Parquet",
        "grades of one area",
        JUDGEMENTS,
        f"""{_DUCKDB}
result = first_row(f"SELECT count(*), sum(grade_rank) FROM '{{url}}' WHERE area = 'leadership'")""",
    ),
    RemoteQuery(
        "DuckDB 1.5, Parquet",
        "words in findings",
        FINDINGS,
        f"""{_DUCKDB}
result = first_row(f"SELECT count(*), sum(page) FROM '{{url}}' WHERE text ILIKE '%caseload%'")""",
    ),
    RemoteQuery(
        "DuckDB 1.5, Parquet",
        "lines of one report",
        LINES,
        f"""{_DUCKDB}
result = first_row(f"SELECT count(*), sum(page) FROM '{{url}}' WHERE report_id = '50177455'")""",
    ),
    RemoteQuery(
        "DuckDB 1.5, attached",
        "latest judgements",
        DATABASE,
        f"""{_ATTACHED}
result = first_row("SELECT count(*), sum(urn) FROM latest_judgements")""",
    ),
    RemoteQuery(
        "DuckDB 1.5, attached",
        "words in findings",
        DATABASE,
        f"""{_ATTACHED}
result = first_row("SELECT count(*), sum(page) FROM findings WHERE text ILIKE '%caseload%'")""",
    ),
    RemoteQuery(
        "polars",
        "grades of one area",
        JUDGEMENTS,
        """
import polars
rows = polars.scan_parquet(url).filter(polars.col("area") == "leadership").select("grade_rank").collect()
result = (rows.height, rows["grade_rank"].sum())""",
    ),
    RemoteQuery(
        "polars",
        "all findings with their boxes",
        FINDINGS,
        """
import polars
rows = polars.read_parquet(url)
result = (rows.height, rows["boxes"].list.len().sum())""",
    ),
    RemoteQuery(
        "pandas",
        "all judgements",
        JUDGEMENTS,
        """
import pandas
rows = pandas.read_parquet(url)
result = (len(rows), int(rows["grade_rank"].sum()))""",
    ),
    RemoteQuery(
        "Arrow C++ (as in R)",
        "words in findings",
        FINDINGS,
        """
import fsspec, pyarrow.compute as pc, pyarrow.parquet as pq
rows = pq.read_table(fsspec.open(url).open(), columns=["text", "page"])
rows = rows.filter(pc.match_substring(rows["text"], "caseload", ignore_case=True))
result = (rows.num_rows, pc.sum(rows["page"]).as_py())""",
    ),
    RemoteQuery(
        "fastparquet",
        "all judgements",
        JUDGEMENTS,
        """
import fsspec, fastparquet
rows = fastparquet.ParquetFile(fsspec.open(url).open()).to_pandas()
result = (len(rows), int(rows["grade_rank"].sum()))""",
    ),
)


@dataclass
class ServedFolder:
    """A folder that is served at ``url``, and its responses so far: method, path, status, bytes."""

    url: str = ""
    responses: list[tuple[str, str, int, int]] = field(default_factory=list)


@contextmanager
def serve_files(folder: Path) -> Iterator[ServedFolder]:
    """Serve the files of a folder, with range requests, on a free loopback port during the context."""
    app = Flask(__name__, static_folder=None)

    @app.get("/<path:path>")
    def file(path: str) -> Response:
        return send_from_directory(folder.resolve(), path, conditional=True)

    served = ServedFolder()

    @app.after_request
    def record(response: Response) -> Response:
        length = 0 if request.method == "HEAD" else response.content_length or 0
        served.responses.append((request.method, request.path, response.status_code, length))
        return response

    with serve_app(app) as served.url:
        yield served


def python(environment: str) -> Path:
    """Return the interpreter of a reader's environment; ``make test-readers`` creates it."""
    return ROOT / ".clients" / environment / "bin" / "python"


def run(environment: str, script: str, **variables: str) -> Any:
    """Run a script in a reader's environment with these variables; return the value of ``result``."""
    assignments = "\n".join(f"{name} = {value!r}" for name, value in variables.items())
    # The process exits without cleaning up: threads of a reader that are still running would abort it.
    output = "import json, os\nprint(json.dumps(result, default=str), flush=True)\nos._exit(0)"
    program = f"{assignments}\n{script}\n{output}"
    process = subprocess.run(
        [str(python(environment)), "-c", program], capture_output=True, text=True, check=False, timeout=600
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])


def main() -> int:
    """Run the command line."""
    folder = Path(sys.argv[1])
    print(f"{'':52}{'requests':>9}{'kB':>9}{'of file':>9}{'seconds':>9}")
    with serve_files(folder) as served:
        for query in REMOTE_QUERIES:
            before, start = len(served.responses), perf_counter()
            run("readers", query.script, url=f"{served.url}/{query.path}")
            seconds = perf_counter() - start
            responses = served.responses[before:]
            size = sum(response[3] for response in responses)
            share = size / (folder / query.path).stat().st_size
            title = f"{query.reader}: {query.subject}"
            print(f"{title:52}{len(responses):9}{size / 1000:9.0f}{share:9.0%}{seconds:9.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
