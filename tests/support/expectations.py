"""Write down what a report of the sample is read as: ``python -m tests.extraction.expect REPORT_ID…``.

A person runs this, looks at the report's pages (``make evidence``) and reads what was written before it is
committed; ``test_expected`` compares and never writes. Judgements, sections, requests and people are
written in full; of a finding, where it stands, how it begins and ends, and a fingerprint of all its words.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from tests.support import sample

FOLDER = Path(__file__).parents[1] / "expected"

#: Columns of ``reports`` that follow from the reading alone.
REPORT = (
    "framework",
    "inspection_start",
    "inspection_end",
    "previous_start",
    "previous_end",
    "inspection_type",
    "theme",
    "lead_inspector",
    "pages",
    "status",
    "text_coverage",
)
IN_FULL = {
    "judgements": ("area", "label", "grade", "grade_printed", "grade_rank", "status", "evidence", "page"),
    "sections": ("ordinal", "title", "area", "grade", "level", "page"),
    "recommendations": ("ordinal", "kind", "area", "paragraph", "text", "outcomes", "page"),
    "inspectors": ("ordinal", "name", "role", "post"),
    "extraction_issues": ("code", "detail", "severity", "page"),
}
FINDING = ("ordinal", "section", "area", "paragraph", "kind", "page", "page_end")


def report_ids() -> list[str]:
    """Return every report of the sample that has a file."""
    return list(sample.reports())


def rows_of(report_id: str) -> dict[str, Any]:
    """Read a report of the sample into what is written down of it."""
    tables = sample.tables(report_id)
    findings = tables["findings"]
    return {
        "report": {name: _plain(tables["reports"][0][name]) for name in REPORT},
        **{
            name: [[row[column] for column in columns] for row in tables[name]]
            for name, columns in IN_FULL.items()
        },
        "findings": [
            [*(row[column] for column in FINDING), row["text"][:60], row["text"][-40:]] for row in findings
        ],
        "words": hashlib.sha256("\n".join(row["text"] for row in findings).encode()).hexdigest(),
    }  # fmt: skip


def expected(report_id: str) -> Path:
    """Return where the rows of a report are written down."""
    return FOLDER / f"{report_id}.json"


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _lines(rows: dict[str, Any]) -> str:
    """Write a table's row on a line of its own, so that a change of one is a change of one line."""
    parts = []
    for name, value in rows.items():
        if isinstance(value, list):
            body = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(f'"{name}": [\n{body}\n]')
        else:
            parts.append(f'"{name}": {json.dumps(value, ensure_ascii=False, indent=1)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Run the command line."""
    FOLDER.mkdir(exist_ok=True)
    for report_id in sys.argv[1:]:
        expected(report_id).write_text(_lines(rows_of(report_id)), encoding="utf-8")
        print(expected(report_id))


if __name__ == "__main__":
    main()
