"""Builds small folders of reports for tests: ``publications.csv``, and a PDF with one empty page per row."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pypdfium2

COLUMNS = ("urn", "name", "family", "title", "published", "inspected", "file_id", "path", "authority_status")


def row(urn: int, file_id: str, **cells: str) -> dict[str, str]:
    """Return a row of publications.csv: a full inspection of 'Authority URN', with some cells replaced."""
    return {
        "urn": str(urn),
        "name": f"Authority {urn}",
        "family": "inspection",
        "title": "Children's services inspection",
        "published": "2022-02-11",
        "inspected": "2021-12-06",
        "file_id": file_id,
        "path": f"{file_id}.pdf",
        "authority_status": "open",
    } | cells


def write(folder: Path, rows: Iterable[dict[str, str]]) -> Path:
    """Write publications.csv, and a PDF for each path that does not exist yet; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(rows)
    with (folder / "publications.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="")
        table.writeheader()
        table.writerows(rows)
    for number, path in enumerate(folder / row["path"] for row in rows if row["path"]):
        if not path.exists():
            write_pdf(path, width=400 + number)
    return folder


def write_pdf(path: Path, width: float = 595) -> None:
    """Write a PDF with one empty page."""
    document = pypdfium2.PdfDocument.new()
    document.new_page(width, 842)
    document.save(path)
    document.close()
