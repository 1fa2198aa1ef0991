"""The rows expected of the sample's reports: one file per report, one JSON object per line and row.

``python -m tests.support.expectations REPORT_ID…`` writes ``tests/expected/<report_id>.jsonl`` (all reports
with ``--all``). A person runs it, compares the diff with the pages of the report (``inspections evidence``)
and commits it. Tests only compare; no test writes expectations.

Every line starts with the name of the table, then the row's columns in the order of ``COLUMNS``. Texts are
complete, so that a diff shows what changed. ``report_lines`` is left out: its lines are in the other tables.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.support import sample

FOLDER = Path(__file__).parents[1] / "expected"

_BOX = ("page", "x0", "top", "x1", "bottom")

#: The expected tables and, in order, their columns that are read from the file. Left out are columns which
#: come from the listing, from the download, or from another table.
COLUMNS = {
    "reports": (
        "framework", "inspection_start", "inspection_end", "previous_start", "previous_end",
        "inspection_type", "theme", "lead_inspector", "pages", "status", "text_coverage",
    ),
    "judgements": ("area", "label", "grade", "grade_printed", "grade_rank", "status", "evidence", *_BOX),
    "sections": ("ordinal", "title", "area", "grade", "level", "page"),
    "recommendations": (
        "ordinal", "kind", "area", "paragraph", "text", "outcomes", "enablers", "principles", "page", "boxes",
        "responsible_body",
    ),
    "inspectors": ("ordinal", "name", "role", "post"),
    "extraction_issues": ("code", "detail", "severity", "page"),
    "findings": (
        "ordinal", "section", "area", "paragraph", "kind", "text", "page", "page_end", "boxes",
    ),
}  # fmt: skip


def report_ids() -> list[str]:
    """Return the ids of all reports of the sample that have a file."""
    return list(sample.reports())


def expectation_file(report_id: str) -> Path:
    """Return the path of the expectation file of a report."""
    return FOLDER / f"{report_id}.jsonl"


def extracted_rows(report_id: str) -> list[str]:
    """Extract a report of the sample and return its rows as lines of JSON."""
    tables = sample.tables(report_id)
    return [
        json.dumps({"table": table} | {name: _to_json(row[name]) for name in columns}, ensure_ascii=False)
        for table, columns in COLUMNS.items()
        for row in tables[table]
    ]


def expected_rows(report_id: str) -> list[str]:
    """Return the lines of a report's expectation file."""
    return expectation_file(report_id).read_text(encoding="utf-8").splitlines()


def _to_json(value: Any) -> Any:
    """Convert a value of a row; a box becomes [page, x0, top, x1, bottom]."""
    match value:
        case dict():
            return [value[name] for name in _BOX]
        case list():
            return [_to_json(item) for item in value]
        case None | int() | float() | str():
            return value
        case _:
            return str(value)


def main() -> None:
    """Write the expectation files of the reports named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.expectations")
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("report_ids", nargs="*", default=[], metavar="REPORT_ID")
    group.add_argument("--all", action="store_true", help="all reports of the sample")
    arguments = parser.parse_args()
    for report_id in report_ids() if arguments.all else arguments.report_ids:
        rows = extracted_rows(report_id)
        expectation_file(report_id).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        sys.stdout.write(f"{expectation_file(report_id)}\n")


if __name__ == "__main__":
    main()
