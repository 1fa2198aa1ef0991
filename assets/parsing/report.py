"""One report from its file to its rows: what a worker does with a file, whatever is in it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from textwrap import shorten
from typing import Any

import pdfminer
import pdfplumber
import pyarrow as pa
import pypdfium2 as pdfium

import assets.parsing
import assets.pdf
from assets.parsing import invariants
from assets.parsing.families.area_send import extract_area_send
from assets.parsing.families.inspection import extract_inspection
from assets.parsing.families.jtai import extract_jtai
from assets.parsing.families.letters import extract_letter
from assets.parsing.families.looked_after import extract_looked_after
from assets.parsing.families.lscb_review import extract_lscb_review
from assets.parsing.frameworks import titled_framework
from assets.parsing.models import Extraction, Finding, Issue, Judgement, Recommendation, Role
from assets.pdf import pdfplumber_lines
from assets.pdf.pdfium_lines import Line, UnreadableError, read_lines
from assets.schema.sanitize import sanitize_text
from assets.schema.tables import REPORT_TABLES, TABLES

#: How each family of reports is read; a family without an entry gets its row in ``reports`` and no more.
FAMILIES: Mapping[str, Callable[[Sequence[Line], date | None], Extraction]] = {
    "inspection": extract_inspection,
    "focused_visit": extract_letter,
    "monitoring_visit": extract_letter,
    "jtai": extract_jtai,
    "area_send": extract_area_send,
}

#: How the frameworks are read whose reports name themselves on their first page.
TITLED: Mapping[str, Callable[[Sequence[Line], date | None], Extraction]] = {
    "looked_after_2013": extract_looked_after,
    "lscb_review": extract_lscb_review,
}


#: A report with more pages is read once only: the second reader needs up to half a second for each.
MAX_PAGES_PDFPLUMBER = 100


@dataclass(frozen=True)
class Publication:
    """What is known of a report before it is read; hash, size and time only of a file in the archive."""

    report_id: str
    urn: int
    authority: str
    family: str
    title: str
    published: date | None
    publication_year: int
    source_url: str
    sha256: str | None = None
    size_bytes: int | None = None
    retrieved_at: datetime | None = None
    missing: str = ""  # why there is no file
    corrections: str = ""  # fingerprint of the corrections of its rows


@cache
def extractor_version() -> str:
    """Return a fingerprint of the code that reads.

    It changes with its source and with the libraries that read PDFs, never by hand.
    """
    readers = (pdfium.PYPDFIUM_INFO.version, pdfplumber.__version__, pdfminer.__version__)
    digest = hashlib.sha256(" ".join(readers).encode())
    for package in (assets.pdf, assets.parsing):
        folder = Path(package.__path__[0])
        for source in sorted(folder.rglob("*.py")):
            name = source.relative_to(folder.parent).as_posix()
            digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def read_report(pdf: bytes, publication: Publication, once: str = "") -> dict[str, pa.Table]:
    """Read a report's file into the rows of every table that it fills, by table name.

    A report that breaks an invariant is read again by the second reader; ``once`` says why it is not to be.
    """
    try:
        pages, lines = read_lines(pdf)
    except UnreadableError as error:
        return empty_tables(publication, "unreadable", Issue(error.code, str(error)))
    if publication.family not in FAMILIES:
        unread = Extraction(pages=pages, lines=lines, roles=[Role.OTHER] * len(lines))
        return _tables(publication, unread, "not_extracted")
    extraction = _extract(pages, lines, publication)
    if invariants.errors(extraction):
        if pages > MAX_PAGES_PDFPLUMBER:
            once = once or f"it has {pages} pages, more than {MAX_PAGES_PDFPLUMBER}"
        extraction = _unasked(extraction, once) if once else _read_again(pdf, publication, extraction)
    status = "partial" if invariants.errors(extraction) else "complete"
    return _tables(publication, extraction, status)


def _extract(pages: int, lines: Sequence[Line], publication: Publication) -> Extraction:
    """Give a report's lines their roles and read its rows, with an issue for each invariant it breaks."""
    title = titled_framework(" ".join(line.text for line in lines if line.page == 1))
    titled = title is not None and title.family == publication.family
    extract = TITLED[title.code] if title and titled else FAMILIES[publication.family]
    extraction = extract(lines, publication.published)
    extraction.pages = pages
    extraction.issues += invariants.broken_invariants(
        extraction, publication.family, publication.authority, publication.published
    )
    return extraction


def _read_again(pdf: bytes, publication: Publication, first: Extraction) -> Extraction:
    """Have the second reader read a report, and return the better of the two extractions."""
    try:
        second = _extract(*pdfplumber_lines.read_lines(pdf), publication)
    except Exception as error:  # noqa: BLE001 it may fail on a file in any way; the first reading stands
        return _unasked(first, shorten(f"{type(error).__name__}: {error}", 200))
    before, after = invariants.errors(first), invariants.errors(second)
    if not before > after:
        return first
    settled = ", ".join(f"{code} ({count})" for code, count in sorted((before - after).items()))
    second.issues.append(Issue("second_reader", f"its reading is kept; it settled {settled}"))
    return second


def _unasked(first: Extraction, why: str) -> Extraction:
    first.issues.append(Issue("second_reader", f"it was of no help: {why}"))
    return first


def empty_tables(publication: Publication, status: str, issue: Issue) -> dict[str, pa.Table]:
    """Return the rows of a report of which nothing could be read: its own, and the issue that says why."""
    return _tables(publication, Extraction(issues=[issue]), status)


def _tables(publication: Publication, extraction: Extraction, status: str) -> dict[str, pa.Table]:
    shared = {
        "report_id": publication.report_id,
        "urn": publication.urn,
        "publication_year": publication.publication_year,
    }
    rows: dict[str, list[dict[str, Any]]] = {
        "reports": [_report(publication, extraction, status)],
        "judgements": [_boxed(judgement) for judgement in extraction.judgements],
        "sections": [asdict(section) for section in extraction.sections],
        "findings": [
            {**_boxes(finding), "page_end": finding.boxes[-1].page} for finding in extraction.findings
        ],
        "recommendations": [_boxes(each) for each in extraction.recommendations],
        "inspectors": [asdict(inspector) for inspector in extraction.inspectors],
        "extraction_issues": [
            {**asdict(issue), "detail": detail, "severity": invariants.CODES[issue.code][0]}
            for (_, detail), issue in _told_once(extraction.issues).items()
        ],
    }
    tables = {
        name: pa.Table.from_pylist(
            [{"ordinal": place, **row, **shared} for place, row in enumerate(rows[name], start=1)],
            schema=TABLES[name].schema,
        )
        for name in REPORT_TABLES
        if name != "report_lines"
    }
    return {**tables, "report_lines": _lines(publication, extraction)}


def _told_once(issues: Sequence[Issue]) -> dict[tuple[str, str], Issue]:
    """Return issues by what they say, which may be in the words of a library, or of the file."""
    return {(issue.code, sanitize_text(issue.detail)): issue for issue in issues}


def _report(publication: Publication, extraction: Extraction, status: str) -> dict[str, Any]:
    return {
        **asdict(publication),
        "framework": extraction.framework,
        "inspection_start": extraction.inspection_start,
        "inspection_end": extraction.inspection_end,
        "previous_start": extraction.previous_start,
        "previous_end": extraction.previous_end,
        "inspection_type": extraction.inspection_type,
        "theme": extraction.theme,
        "lead_inspector": extraction.lead_inspector,
        "pages": extraction.pages,
        "status": status,
        "text_coverage": invariants.text_coverage(extraction) if extraction.lines else None,
        "extractor_version": extractor_version() + publication.corrections,
    }


def _boxed(row: Judgement) -> dict[str, Any]:
    columns = asdict(row)
    return {**columns, **(row.box._asdict() if row.box else {})}


def _boxes(row: Finding | Recommendation) -> dict[str, Any]:
    return {**asdict(row), "page": row.boxes[0].page, "boxes": [box._asdict() for box in row.boxes]}


def _lines(publication: Publication, extraction: Extraction) -> pa.Table:
    """Build the lines' table by columns: it has a thousand rows where the others have ten."""
    schema = TABLES["report_lines"].schema
    lines = extraction.lines
    columns: dict[str, list[Any]] = {
        name: [getattr(line, name) for line in lines]
        for name in ("page", "line", "text", "x0", "top", "x1", "bottom", "size", "bold")
    }
    columns["role"] = [role.value for role in extraction.roles]
    columns["report_id"] = [publication.report_id] * len(lines)
    columns["publication_year"] = [publication.publication_year] * len(lines)
    return pa.table([columns[name] for name in schema.names], schema=schema)
