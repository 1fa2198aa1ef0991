"""A release behind a plain server that answers ranges, and readers that ask it.

``python -m tests.clients.remote FOLDER``

prints what each question costs over HTTP: requests, bytes, what share of the file that is, and seconds,
of which about half a second is the reader's start.
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

#: How DuckDB speaks HTTP without fetching the extension from its own server.
_DUCKDB = """
import duckdb, duckdb_extension_httpfs, pathlib
connection = duckdb.connect()
[extension] = pathlib.Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
connection.execute(f"LOAD '{extension}'")
def ask(query):
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
class Question:
    """What is asked of a file, and by whom; the script leaves a count of rows and a sum in ``found``."""

    reader: str
    what: str
    path: str
    script: str


QUESTIONS = (
    Question(
        "DuckDB 1.5, Parquet",
        "grades of one area",
        JUDGEMENTS,
        f"""{_DUCKDB}
found = ask(f"SELECT count(*), sum(grade_rank) FROM '{{url}}' WHERE area = 'leadership'")""",
    ),
    Question(
        "DuckDB 1.5, Parquet",
        "words in findings",
        FINDINGS,
        f"""{_DUCKDB}
found = ask(f"SELECT count(*), sum(page) FROM '{{url}}' WHERE text ILIKE '%caseload%'")""",
    ),
    Question(
        "DuckDB 1.5, Parquet",
        "lines of one report",
        LINES,
        f"""{_DUCKDB}
found = ask(f"SELECT count(*), sum(page) FROM '{{url}}' WHERE report_id = '50177455'")""",
    ),
    Question(
        "DuckDB 1.5, attached",
        "latest judgements",
        DATABASE,
        f"""{_ATTACHED}
found = ask("SELECT count(*), sum(urn) FROM latest_judgements")""",
    ),
    Question(
        "DuckDB 1.5, attached",
        "words in findings",
        DATABASE,
        f"""{_ATTACHED}
found = ask("SELECT count(*), sum(page) FROM findings WHERE text ILIKE '%caseload%'")""",
    ),
    Question(
        "polars",
        "grades of one area",
        JUDGEMENTS,
        """
import polars
rows = polars.scan_parquet(url).filter(polars.col("area") == "leadership").select("grade_rank").collect()
found = (rows.height, rows["grade_rank"].sum())""",
    ),
    Question(
        "polars",
        "all findings with their boxes",
        FINDINGS,
        """
import polars
rows = polars.read_parquet(url)
found = (rows.height, rows["boxes"].list.len().sum())""",
    ),
    Question(
        "pandas",
        "all judgements",
        JUDGEMENTS,
        """
import pandas
rows = pandas.read_parquet(url)
found = (len(rows), int(rows["grade_rank"].sum()))""",
    ),
    Question(
        "Arrow C++ (as in R)",
        "words in findings",
        FINDINGS,
        """
import fsspec, pyarrow.compute as pc, pyarrow.parquet as pq
rows = pq.read_table(fsspec.open(url).open(), columns=["text", "page"])
rows = rows.filter(pc.match_substring(rows["text"], "caseload", ignore_case=True))
found = (rows.num_rows, pc.sum(rows["page"]).as_py())""",
    ),
    Question(
        "fastparquet",
        "all judgements",
        JUDGEMENTS,
        """
import fsspec, fastparquet
rows = fastparquet.ParquetFile(fsspec.open(url).open()).to_pandas()
found = (len(rows), int(rows["grade_rank"].sum()))""",
    ),
)


@dataclass
class Served:
    """A folder that is served: where, and what was answered so far: method, path, status, bytes."""

    url: str = ""
    answers: list[tuple[str, str, int, int]] = field(default_factory=list)


@contextmanager
def serve_files(folder: Path) -> Iterator[Served]:
    """Serve a folder's files, whole or in ranges, on a free loopback port while the context lasts."""
    app = Flask(__name__, static_folder=None)

    @app.get("/<path:path>")
    def file(path: str) -> Response:
        return send_from_directory(folder.resolve(), path, conditional=True)

    served = Served()

    @app.after_request
    def note(response: Response) -> Response:
        length = 0 if request.method == "HEAD" else response.content_length or 0
        served.answers.append((request.method, request.path, response.status_code, length))
        return response

    with serve_app(app) as served.url:
        yield served


def python(client: str) -> Path:
    """Return the interpreter of a client's environment, which is there once ``make clients`` ran."""
    return ROOT / ".clients" / client / "bin" / "python"


def run(client: str, script: str, **given: str) -> Any:
    """Run a script in a client's environment, with these names; return what it leaves in ``found``."""
    names = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    # It leaves without tidying up: threads of a reader may still be at work then, and would abort it.
    told = "import json, os\nprint(json.dumps(found, default=str), flush=True)\nos._exit(0)"
    program = f"{names}\n{script}\n{told}"
    ran = subprocess.run(
        [str(python(client)), "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def main() -> int:
    """Run the command line."""
    folder = Path(sys.argv[1])
    print(f"{'':52}{'requests':>9}{'kB':>9}{'of file':>9}{'seconds':>9}")
    with serve_files(folder) as served:
        for question in QUESTIONS:
            before, began = len(served.answers), perf_counter()
            run("readers", question.script, url=f"{served.url}/{question.path}")
            seconds = perf_counter() - began
            answers = served.answers[before:]
            size = sum(answer[3] for answer in answers)
            share = size / (folder / question.path).stat().st_size
            said = f"{question.reader}: {question.what}"
            print(f"{said:52}{len(answers):9}{size / 1000:9.0f}{share:9.0%}{seconds:9.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
