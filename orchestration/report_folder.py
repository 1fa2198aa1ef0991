"""A folder of reports: ``publications.csv`` and the PDF files it names, shaped like the embedded sample."""

import csv
from datetime import date
from pathlib import Path

from assets.parsing.report import Publication
from assets.publications.report_types import report_family
from assets.reference.loaders import read_reference_tables


def read_publications(folder: Path) -> list[tuple[Publication, Path]]:
    """Return every publication of ``publications.csv`` that has a file, with the file's path."""
    names = {row["urn"]: row["name"] for row in read_reference_tables()["authorities"].to_pylist()}
    with (folder / "publications.csv").open(newline="", encoding="utf-8") as file:
        return [
            (_publication(row, names), folder / row["path"]) for row in csv.DictReader(file) if row["path"]
        ]


def _publication(row: dict[str, str], names: dict[int, str]) -> Publication:
    published = date.fromisoformat(row["published"])
    title = " ".join(row["title"].split())
    return Publication(
        report_id=row["file_id"],
        urn=int(row["urn"]),
        authority=names[int(row["urn"])],
        family=report_family(title),
        title=title,
        published=published,
        publication_year=published.year,
        source_url=f"https://files.ofsted.gov.uk/v1/file/{row['file_id']}",
    )
