"""The embedded sample for tests. Files, lines and rows are cached for the test process."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from assets.parsing.report import Publication, read_report
from assets.pdf.pdfium_lines import Line, read_lines
from orchestration import report_folder

FOLDER = Path(__file__).parents[2] / "warehouse" / "sample"

Rows = list[dict[str, Any]]


@cache
def reports() -> dict[str, tuple[Publication, Path]]:
    """Return the publication and the path of every report with a file, by report id."""
    return {
        publication.report_id: (publication, path)
        for publication, path in report_folder.read_publications(FOLDER)
    }


def listing() -> list[dict[str, str]]:
    """Return the rows of the sample's publications.csv."""
    with (FOLDER / "publications.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def pdf(report_id: str) -> bytes:
    """Return the content of a report's file."""
    return reports()[report_id][1].read_bytes()


@cache
def lines(report_id: str) -> list[Line]:
    """Return the lines of a report as read by pdfium."""
    return read_lines(pdf(report_id))[1]


@cache
def tables(report_id: str) -> dict[str, Rows]:
    """Return the rows of a report by table."""
    extracted = read_report(pdf(report_id), reports()[report_id][0])
    return {name: table.to_pylist() for name, table in extracted.items()}
