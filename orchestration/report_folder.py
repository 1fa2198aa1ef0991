"""Reads a folder of reports: ``publications.csv`` and the PDF files that it names, like the embedded sample.

``closed_authorities.csv``, which a folder need not have, names authorities that the site lists as closed and
of which the folder has no report.

This is the only reader of ``publications.csv``. The local site serves its rows; the accuracy report and the
benchmarks parse the files without a crawl.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.parsing.report import Publication
from assets.publications.report_types import report_family
from assets.reference.loaders import read_reference_tables

LISTING = "publications.csv"
CLOSED_AUTHORITIES = "closed_authorities.csv"
#: The columns that are read; a file may have others.
COLUMNS = ("urn", "name", "title", "published", "inspected", "file_id", "path")
#: An optional column: "closed" for the reports of an authority that no longer exists.
STATUS = "authority_status"


class ReportFolderError(ValueError):
    """A folder cannot be used as a folder of reports; the message names the file and the line."""


@dataclass(frozen=True)
class ListedReport:
    """A row of ``publications.csv``.

    ``inspected`` is None if the date is unknown. ``path`` is relative to the folder, and empty if the report
    is listed but its file no longer exists. ``is_closed`` states whether the authority no longer exists.
    """

    urn: int
    name: str
    title: str
    published: date
    inspected: date | None
    file_id: str
    path: str
    is_closed: bool = False


def read_listing(folder: Path) -> list[ListedReport]:
    """Return the rows of a folder's ``publications.csv``, in the order of the file.

    Raises:
        ReportFolderError: The folder or file is missing, or the file is unreadable or has an invalid cell.
    """
    path = folder / LISTING
    if not folder.is_dir():
        raise ReportFolderError(f"{folder} is not a folder")
    if not path.is_file():
        raise ReportFolderError(f"{folder} has no {LISTING}")
    return [_listed_report(row, location) for row, location in _read_rows(path, COLUMNS)]


def read_closed_authorities(folder: Path) -> dict[int, str]:
    """Return the names of the closed authorities without reports, by URN; empty if the folder names none.

    Raises:
        ReportFolderError: The file is unreadable or has an invalid cell.
    """
    path = folder / CLOSED_AUTHORITIES
    if not path.is_file():
        return {}
    return {_urn(row, location): row["name"] or "" for row, location in _read_rows(path, ("urn", "name"))}


def _read_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[dict[str, str | None], str]]:
    """Yield the rows of a CSV file with at least these columns, each with its location for messages."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise ReportFolderError(f"{path} has no column {', '.join(missing)}")
            for row in reader:
                yield row, f"{path}, line {reader.line_num}"
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReportFolderError(f"{path} is not a CSV file in UTF-8: {error}") from error


def read_publications(folder: Path) -> list[tuple[Publication, Path]]:
    """Return the parser's input: every publication of a folder that has a file, with the path of the file.

    Raises:
        ReportFolderError: As ``read_listing``, or a URN is not in the reference data.
    """
    names = {row["urn"]: row["name"] for row in read_reference_tables()["authorities"].to_pylist()}
    reports = [report for report in read_listing(folder) if report.path]
    unknown = sorted({report.urn for report in reports} - names.keys())
    if unknown:
        raise ReportFolderError(f"{folder / LISTING} has unknown URNs: {', '.join(map(str, unknown))}")
    return [(_publication(report, names[report.urn]), folder / report.path) for report in reports]


def _listed_report(row: dict[str, str | None], location: str) -> ListedReport:
    cells = {column: row[column] or "" for column in COLUMNS}
    if not cells["file_id"]:
        raise ReportFolderError(f"{location}: file_id is empty")
    urn = _urn(row, location)
    published = _date(cells["published"], "published", location)
    inspected = _date(cells["inspected"], "inspected", location) if cells["inspected"] else None
    status = row.get(STATUS) or "open"
    if status not in ("open", "closed"):
        raise ReportFolderError(f"{location}: {STATUS} is not open or closed: {status!r}")
    return ListedReport(
        urn,
        cells["name"],
        cells["title"],
        published,
        inspected,
        cells["file_id"],
        cells["path"],
        status == "closed",
    )


def _urn(row: dict[str, str | None], location: str) -> int:
    text = row["urn"] or ""
    try:
        return int(text)
    except ValueError:
        raise ReportFolderError(f"{location}: urn is not a number: {text!r}") from None


def _date(text: str, column: str, location: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ReportFolderError(f"{location}: {column} is not a date (YYYY-MM-DD): {text!r}") from None


def _publication(report: ListedReport, authority: str) -> Publication:
    title = " ".join(report.title.split())
    return Publication(
        report_id=report.file_id,
        urn=report.urn,
        authority=authority,
        family=report_family(title),
        title=title,
        published=report.published,
        publication_year=report.published.year,
        source_url=f"https://files.ofsted.gov.uk/v1/file/{report.file_id}",
    )
