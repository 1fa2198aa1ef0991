"""A folder of reports shaped like the sample, as work for the reading: what accuracy and bench share."""

import csv
from datetime import date
from pathlib import Path

from assets.authorities.reference import read_reference_tables
from assets.extraction.report import Publication
from assets.publications.families import family


def publications(folder: Path) -> list[tuple[Publication, Path]]:
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
        family=family(title),
        title=title,
        published=published,
        publication_year=published.year,
        source_url=f"https://files.ofsted.gov.uk/v1/file/{row['file_id']}",
    )
