"""The embedded sample, for tests: real reports, each read at most once in a run of the tests."""

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
    """Return every report that has a file, and where it lies, by id."""
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
    return reports()[report_id][1].read_bytes()


@cache
def lines(report_id: str) -> list[Line]:
    return read_lines(pdf(report_id))[1]


@cache
def tables(report_id: str) -> dict[str, Rows]:
    """Return a report's rows by table."""
    read = read_report(pdf(report_id), reports()[report_id][0])
    return {name: table.to_pylist() for name, table in read.items()}
