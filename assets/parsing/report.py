"""Entry point of the parser: from the bytes of one report to its rows in every table.

``read_report`` chooses the reader and the family; ``_tables`` turns an ``Extraction`` into Arrow tables.
Parsing itself is in ``families`` and ``grammar``; running it over files is in ``assets.extraction``.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from pathlib import Path
from textwrap import shorten
from typing import Any

import pdfminer
import pdfplumber
import pyarrow as pa
import pypdfium2 as pdfium

import assets.parsing
import assets.pdf
from assets.parsing import accounting
from assets.parsing.families.area_send import extract_area_send
from assets.parsing.families.area_send_letters import extract_area_send_letter
from assets.parsing.families.inspection import extract_inspection
from assets.parsing.families.jtai import extract_jtai
from assets.parsing.families.letters import extract_letter
from assets.parsing.families.looked_after import extract_looked_after
from assets.parsing.families.lscb_review import extract_lscb_review
from assets.parsing.frameworks import titled_framework
from assets.parsing.invariants import codes
from assets.parsing.invariants.checks import broken_invariants
from assets.parsing.invariants.wording import text_coverage
from assets.parsing.models import Extraction, Finding, Issue, Judgement, Recommendation, Role
from assets.pdf import pdfplumber_lines
from assets.pdf.display import undisplayed_lines
from assets.pdf.pdfium_lines import Document, Line, UnreadableError, open_pdf, read_lines
from assets.schema.sanitize import sanitize_text
from assets.schema.tables import REPORT_TABLES, TABLES

#: The parser of each family. Of a family without a parser only ``reports`` and ``report_lines`` have rows.
FAMILY_PARSERS: Mapping[str, Callable[[Sequence[Line], date | None], Extraction]] = {
    "inspection": extract_inspection,
    "focused_visit": extract_letter,
    "monitoring_visit": extract_letter,
    "jtai": extract_jtai,
    "area_send": extract_area_send,
}

#: The parsers of frameworks that are recognised by the title on the first page.
FRAMEWORK_PARSERS: Mapping[str, Callable[[Sequence[Line], date | None], Extraction]] = {
    "looked_after_2013": extract_looked_after,
    "lscb_review": extract_lscb_review,
    "area_send_2016": extract_area_send_letter,
    "area_send_revisit": extract_area_send_letter,
}

#: Reports with more pages are not read by pdfplumber, which needs up to half a second per page.
MAX_PAGES_PDFPLUMBER = 100

#: Roles of lines from which grades, dates and names are read.
_ROLES_WITH_VALUES = frozenset((Role.TITLE, Role.DETAILS, Role.JUDGEMENT, Role.JUDGEMENT_TABLE))
#: Of other lines on the same pages, one of so many is checked to be displayed as it was read.
SAMPLE_INTERVAL = 20

#: The suffixes of the files on which the rows depend: source, and known wording.
_VERSIONED_FILES = (".py", ".txt")


@dataclass(frozen=True)
class Publication:
    """What is known about a report before it is read: its listing and, if there is one, its archived file."""

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
    missing: str = ""  # the reason why there is no file
    listed_as: str = ""  # other publications of the same file; empty if there is none
    corrections: str = ""  # hash of what else its rows depend on, with a leading "+"


@cache
def extractor_version() -> str:
    """Return a hash of the files of ``parsing/`` and ``pdf/`` and of the versions of the PDF libraries.

    Reports are read again when it changes. Code of other packages is not part of it.
    """
    libraries = (pdfium.PYPDFIUM_INFO.version, pdfplumber.__version__, pdfminer.__version__)
    digest = hashlib.sha256(" ".join(libraries).encode())
    for package in (assets.pdf, assets.parsing):
        folder = Path(package.__path__[0])
        for source in sorted(path for path in folder.rglob("*") if path.suffix in _VERSIONED_FILES):
            name = source.relative_to(folder.parent).as_posix()
            digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def read_report(pdf: bytes, publication: Publication, skip_pdfplumber: str = "") -> dict[str, pa.Table]:
    """Read a report and return its rows by table name.

    pdfium reads every report. If the result breaks an invariant, pdfplumber reads the report too, and the
    better result is used.

    Args:
        pdf: The content of the file.
        publication: The listing of the report.
        skip_pdfplumber: The reason why pdfplumber must not be used; empty if it may.
    """
    try:
        with open_pdf(pdf) as document:
            pages, lines = read_lines(document)
            if publication.family not in FAMILY_PARSERS:
                lines_only = Extraction(pages=pages, lines=lines, roles=[Role.OTHER] * len(lines))
                lines_only.unaccounted = accounting.unaccounted_text(lines_only, publication.authority)
                return _tables(publication, lines_only, "not_extracted")
            extraction = _extract(pages, lines, publication)
            if codes.may_be_misread(extraction):
                extraction = _read_again(pdf, publication, extraction, skip_pdfplumber)
            extraction.issues += _undisplayed_text(document, extraction)
    except UnreadableError as error:
        return empty_tables(publication, "unreadable", Issue(error.code, str(error)))
    if publication.listed_as:
        extraction.issues.append(Issue("file_listed_twice", publication.listed_as))
    status = "partial" if codes.errors(extraction) else "complete"
    return _tables(publication, extraction, status)


def _undisplayed_text(document: Document, extraction: Extraction) -> list[Issue]:
    """Return an issue for each line that yields a grade, date or name, or is in the sample, and is hidden."""
    pages = {1, *(judgement.box.page for judgement in extraction.judgements if judgement.box)}
    checked = [
        line
        for line, role in zip(extraction.lines, extraction.roles, strict=True)
        if line.page in pages
        and (
            role in _ROLES_WITH_VALUES
            or (role is Role.ABOUT and any(character.isdigit() for character in line.text))
            or (role is not Role.LETTER_FORM and line.line % SAMPLE_INTERVAL == 0)
        )
    ]
    try:
        undisplayed = undisplayed_lines(document, checked)
    except pdfium.PdfiumError as error:
        return [Issue("not_as_displayed", f"the display of the page cannot be checked: {error}", 1)]
    return [Issue("not_as_displayed", f"{reason}: {line.text}", line.page) for line, reason in undisplayed]


def _extract(pages: int, lines: Sequence[Line], publication: Publication) -> Extraction:
    """Parse the lines of a report and add an issue for every invariant that does not hold."""
    framework = titled_framework(" ".join(line.text for line in lines if line.page == 1))
    if framework and framework.family == publication.family:
        extract = FRAMEWORK_PARSERS[framework.code]
    else:
        extract = FAMILY_PARSERS[publication.family]
    extraction = extract(lines, publication.published)
    extraction.pages = pages
    extraction.unaccounted = accounting.unaccounted_text(extraction, publication.authority)
    extraction.issues += broken_invariants(
        extraction, publication.family, publication.authority, publication.published
    )
    return extraction


def _read_again(
    pdf: bytes, publication: Publication, from_pdfium: Extraction, skip_pdfplumber: str
) -> Extraction:
    """Read a report with pdfplumber, if it may be used, and return the better of the two extractions.

    pdfplumber's is better if its errors are a proper subset of those of pdfium's, counted by code.
    """
    if (from_pdfium.pages or 0) > MAX_PAGES_PDFPLUMBER:
        skip_pdfplumber = skip_pdfplumber or f"{from_pdfium.pages} pages are more than {MAX_PAGES_PDFPLUMBER}"
    if skip_pdfplumber:
        _report_unused_pdfplumber(from_pdfium, skip_pdfplumber)
        return from_pdfium
    try:
        from_pdfplumber = _extract(*pdfplumber_lines.read_lines(pdf), publication)
    except Exception as error:  # noqa: BLE001 (a hostile file can raise anything; the pdfium result is kept)
        _report_unused_pdfplumber(from_pdfium, shorten(f"{type(error).__name__}: {error}", 200))
        return from_pdfium
    before, after = codes.errors(from_pdfium), codes.errors(from_pdfplumber)
    if not before > after:
        return from_pdfium
    resolved = ", ".join(f"{code} ({count})" for code, count in sorted((before - after).items()))
    detail = f"the pdfplumber reading was used; it resolved {resolved}"
    from_pdfplumber.issues.append(Issue("second_reader", detail))
    return from_pdfplumber


def _report_unused_pdfplumber(extraction: Extraction, reason: str) -> None:
    extraction.issues.append(Issue("second_reader", f"pdfplumber was not used: {reason}"))


def empty_tables(publication: Publication, status: str, issue: Issue) -> dict[str, pa.Table]:
    """Return the rows of a report without content: its row in ``reports`` and one issue with the reason."""
    return _tables(publication, Extraction(issues=[issue]), status)


def _tables(publication: Publication, extraction: Extraction, status: str) -> dict[str, pa.Table]:
    shared = {
        "report_id": publication.report_id,
        "urn": publication.urn,
        "publication_year": publication.publication_year,
    }
    counting = _counting_columns(extraction, status)
    rows: dict[str, list[dict[str, Any]]] = {
        "reports": [{**_report_row(publication, extraction, status), **counting}],
        "judgements": [{**_row_with_box(judgement), **counting} for judgement in extraction.judgements],
        "sections": [_columns(section) for section in extraction.sections],
        "findings": [
            {**_row_with_boxes(finding), "page_end": finding.boxes[-1].page}
            for finding in extraction.findings
        ],
        "recommendations": [_row_with_boxes(recommendation) for recommendation in extraction.recommendations],
        "inspectors": [_columns(inspector) for inspector in extraction.inspectors],
        "extraction_issues": [
            {
                **_columns(issue),
                "detail": detail,
                "severity": codes.CODES[issue.code].severity,
                "disqualifies": codes.CODES[issue.code].disqualifies,
            }
            for (_, detail), issue in _unique_issues(extraction.issues).items()
        ],
    }
    tables = {
        name: pa.Table.from_pylist(
            [{"ordinal": ordinal, **row, **shared} for ordinal, row in enumerate(rows[name], start=1)],
            schema=TABLES[name].schema,
        )
        for name in REPORT_TABLES
        if name != "report_lines"
    }
    return {**tables, "report_lines": _line_table(publication, extraction)}


def _counting_columns(extraction: Extraction, status: str) -> dict[str, Any]:
    """Return whether a report counts, and why not: columns of both ``reports`` and ``judgements``."""
    reason = codes.not_counted_reason(issue.code for issue in extraction.issues)
    if status == "not_extracted":
        reason = "Reports of this kind are not extracted"
    return {"counts": reason is None, "not_counted_reason": reason}


def _unique_issues(issues: Sequence[Issue]) -> dict[tuple[str, str], Issue]:
    """Return the issues by code and sanitized detail, which can contain text of a library or of the file."""
    return {(issue.code, sanitize_text(issue.detail)): issue for issue in issues}


def _report_row(publication: Publication, extraction: Extraction, status: str) -> dict[str, Any]:
    return {
        **_columns(publication),
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
        "partial_reason": codes.partial_reason(extraction.issues) if status == "partial" else None,
        "text_coverage": text_coverage(extraction) if extraction.lines else None,
        "extractor_version": extractor_version() + publication.corrections,
    }


def _columns(row: Any) -> dict[str, Any]:  # noqa: ANN401 (any dataclass)
    """Return the fields of a dataclass without copying their values, as ``asdict`` would."""
    return {name: getattr(row, name) for name in _field_names(row.__class__)}


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _row_with_box(row: Judgement) -> dict[str, Any]:
    return {**_columns(row), **(row.box._asdict() if row.box else {})}


def _row_with_boxes(row: Finding | Recommendation) -> dict[str, Any]:
    return {**_columns(row), "page": row.boxes[0].page, "boxes": [box._asdict() for box in row.boxes]}


def _line_table(publication: Publication, extraction: Extraction) -> pa.Table:
    """Build the table ``report_lines`` by column, because it has about a hundred times more rows."""
    schema = TABLES["report_lines"].schema
    lines = extraction.lines
    columns: dict[str, list[Any]] = {
        name: list(map(attrgetter(name), lines))
        for name in ("page", "line", "text", "x0", "top", "x1", "bottom", "size", "bold")
    }
    columns["role"] = [role.value for role in extraction.roles]
    columns["unaccounted"] = accounting.unaccounted_characters(extraction)
    columns["report_id"] = [publication.report_id] * len(lines)
    columns["publication_year"] = [publication.publication_year] * len(lines)
    return pa.table([columns[name] for name in schema.names], schema=schema)
