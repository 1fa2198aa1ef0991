"""Invariants of a single report, and the codes of all extraction issues.

A report that breaks an invariant of severity ``error`` is ``partial``. An invariant is never loosened to let
a report pass. Rules for a table are in ``schema.validation``, rules across tables in ``sql/checks``.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from assets.parsing.frameworks import FRAMEWORKS, letters_only
from assets.parsing.models import Extraction, Issue, Role
from assets.pdf.pdfium_lines import MAX_PAGES

#: Maximum share of a report's characters in lines without a known role.
MAX_UNKNOWN_SHARE = 0.005

#: Severity and description of every issue code.
CODES: Mapping[str, tuple[str, str]] = {
    "unreadable": ("error", "The file cannot be opened: it is not a PDF, damaged or encrypted"),
    "no_text": ("error", "No page of the file has text: the pages are images or empty"),
    "too_many_pages": ("error", f"The file has more than {MAX_PAGES} pages, more than any report"),
    "crashed": ("error", "Reading the file exceeded the time or memory limit, or failed"),
    "missing": ("error", "The site lists the report, but its file could not be downloaded"),
    "no_framework": ("error", "Neither the judgements nor the dates match a known framework"),
    "judgement_missing": ("error", "The judgement of an area that the framework requires was not found"),
    "grade_off_scale": ("error", "A printed grade is not on the scale of the framework"),
    "area_off_framework": ("error", "A heading grades an area that this framework does not judge"),
    "judgement_contradicted": ("error", "The report states different grades for the same area"),
    "numbering_gap": ("error", "The paragraph numbers are not consecutive from 1"),
    "no_findings": ("error", "No findings were found"),
    "dates_missing": ("error", "The inspection dates were not found"),
    "dates_out_of_order": ("error", "The inspection does not end before the publication date"),
    "authority_not_named": (
        "error",
        "The title names a different authority from the one that lists the report",
    ),
    "role_unknown": ("error", f"More than {MAX_UNKNOWN_SHARE:.1%} of the text has no known role"),
    "page_without_text": (
        "error",
        "A page before the last page with text has no text: it is an image, damaged or blank",
    ),
    "theme_missing": ("error", "The theme of the visit or joint inspection was not found"),
    "inspectors_missing": ("error", "No inspector was found in a report of a family that names inspectors"),
    "columns_joined": ("error", "A line spans two columns of a table"),
    "lead_inspector_missing": ("warning", "No lead inspector is named"),
    "paragraph_empty": ("warning", "A paragraph number has no text"),
    "ends_without_text": ("warning", "The last page has no text: it is an image, damaged or blank"),
    "second_reader": ("warning", "The pdfplumber reading was used, or was not available when it was needed"),
}

#: Words of a title that do not identify an authority.
_COMMON_WORDS = frozenset(
    (
        "and of the with upon to in for on by as at from its is an "
        "council city county borough district metropolitan royal london unitary local authority "
        "inspection children childrens services social care need help protection looked after leavers "
        "review effectiveness safeguarding board single focused monitoring visit joint targeted send "
        "partnership multi agency response"
    ).split()
)


def errors(extraction: Extraction) -> Counter[str]:
    """Count the issues of severity error, by code. A report with any is partial."""
    return Counter(issue.code for issue in extraction.issues if CODES[issue.code][0] == "error")


def text_coverage(extraction: Extraction) -> float:
    """Return the share of a report's characters in lines with a known role, from 0 to 1."""
    total = sum(len(line.text) for line in extraction.lines)
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    unknown = sum(len(line.text) for line, role in pairs if role is Role.OTHER)
    return round(1 - unknown / total, 6) if total else 0.0


#: Families whose reports must state a theme, inspectors or a lead inspector.
_FAMILIES_WITH_THEME = ("focused_visit", "monitoring_visit", "jtai")
_FAMILIES_WITH_INSPECTORS = ("focused_visit", "monitoring_visit", "area_send")
_FAMILIES_WITH_LEAD_INSPECTOR = ("inspection", "area_send")

#: Roles of the lines of a letter that name its addressee.
_ADDRESS_ROLES = {Role.LETTER_FORM, Role.ABOUT}


def broken_invariants(
    extraction: Extraction, family: str, authority: str, published: date | None
) -> Iterator[Issue]:
    """Yield an issue for every invariant that does not hold.

    Args:
        extraction: The parsed report.
        family: Its family, by the listing.
        authority: The name of the authority whose page lists the report.
        published: The publication date, by the listing.
    """
    yield from _check_judgements(extraction, family)
    yield from _check_paragraphs(extraction)
    yield from _check_dates(extraction, published)
    yield from _check_authority(extraction, authority)
    yield from _check_pages(extraction)
    if (coverage := text_coverage(extraction)) < 1 - MAX_UNKNOWN_SHARE:
        yield Issue("role_unknown", f"{1 - coverage:.2%} of the text")
    if family in _FAMILIES_WITH_THEME and not extraction.theme:
        yield Issue("theme_missing", "no theme found", 1)
    if family in _FAMILIES_WITH_INSPECTORS and not extraction.inspectors:
        yield Issue("inspectors_missing", "no inspectors found", 1)
    if family in _FAMILIES_WITH_LEAD_INSPECTOR and extraction.lead_inspector is None:
        yield Issue("lead_inspector_missing", "no lead inspector found")


def _check_authority(extraction: Extraction, authority: str) -> Iterator[Issue]:
    """Check that the title, or the address of a letter, names the authority."""
    title = _first_page_text(extraction, {Role.TITLE})
    address = _first_page_text(extraction, _ADDRESS_ROLES)
    expected, in_title = _identifying_words(authority), _identifying_words(title)
    title_matches = bool(expected and in_title) and (expected <= in_title or in_title <= expected)
    address_matches = bool(expected) and expected <= _identifying_words(address)
    literal = re.search(rf"\b{re.escape(authority)}\b", title, re.IGNORECASE)
    if not (title_matches or address_matches or literal):
        yield Issue("authority_not_named", f"'{authority}' is not in the title '{title}'", 1)


def _first_page_text(extraction: Extraction, roles: set[Role]) -> str:
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    return " ".join(line.text for line, role in pairs if line.page == 1 and role in roles)


def _check_judgements(extraction: Extraction, family: str) -> Iterator[Issue]:
    framework = FRAMEWORKS.get(extraction.framework or "")
    if framework is None:
        yield Issue("no_framework", "no framework found", 1)
    elif framework.family == family:  # visits have the framework of an inspection, but no judgements
        found = {judgement.area for judgement in extraction.judgements if judgement.status != "not_found"}
        first_sections = {section.area: section for section in reversed(extraction.sections)}
        title = letters_only(_first_page_text(extraction, {Role.TITLE}))
        for area in framework.areas:
            has_section = area.name in first_sections
            expected = area.required or has_section or letters_only(area.label) in title
            if expected and area.name not in found:
                section = first_sections.get(area.name)
                yield Issue("judgement_missing", area.name, section.page if section else None)
        judged = {area.name for area in framework.areas}
        for section in extraction.sections:
            if section.grade and section.area not in judged:
                yield Issue("area_off_framework", f"{section.area}: '{section.title}'", section.page)


def _check_paragraphs(extraction: Extraction) -> Iterator[Issue]:
    if not any(finding.kind in ("finding", "headline") for finding in extraction.findings):
        yield Issue("no_findings", "no findings found")
    expected = 1
    for finding in extraction.findings:
        if finding.paragraph is None:
            continue
        page = finding.boxes[0].page
        if finding.paragraph != expected:
            yield Issue("numbering_gap", f"paragraph {finding.paragraph} instead of {expected}", page)
        if not finding.text:
            yield Issue("paragraph_empty", f"paragraph {finding.paragraph}", page)
        expected = finding.paragraph + 1


def _check_dates(extraction: Extraction, published: date | None) -> Iterator[Issue]:
    if extraction.inspection_start is None or extraction.inspection_end is None:
        yield Issue("dates_missing", "no dates found", 1)
    elif published and extraction.inspection_end >= published:
        yield Issue(
            "dates_out_of_order", f"inspected until {extraction.inspection_end}, published {published}", 1
        )


def _check_pages(extraction: Extraction) -> Iterator[Issue]:
    """Report pages without text: their content is lost, and no other invariant detects that."""
    pages_with_text = {line.page for line in extraction.lines}
    last_with_text = max(pages_with_text, default=0)
    pages = extraction.pages or last_with_text
    for page in sorted(set(range(1, pages + 1)) - pages_with_text):
        code = "page_without_text" if page < last_with_text else "ends_without_text"
        yield Issue(code, f"page {page} of {pages}", page)


def _identifying_words(name: str) -> set[str]:
    """Return the words of a name that identify an authority, folded to lower case."""
    words = "".join(character if character.isalnum() else " " for character in name.casefold())
    return {word for word in words.split() if word not in _COMMON_WORDS and len(word) > 1}
