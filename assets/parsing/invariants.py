"""What must hold of every report that was read, and the code of the issue where it does not.

Nothing here is ever loosened to let a report pass: a report that breaks an invariant is `partial`, and the
issue says what is wrong with it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from assets.parsing.frameworks import FRAMEWORKS, letters_only
from assets.parsing.models import Extraction, Issue, Role
from assets.pdf.pdfium_lines import MAX_PAGES

#: Share of a report's letters whose lines may have no known role.
MAX_OTHER_SHARE = 0.005

#: Every issue's code: how grave it is, and what it means.
CODES: Mapping[str, tuple[str, str]] = {
    "unreadable": ("error", "The file cannot be opened: it is no PDF, damaged, or encrypted"),
    "no_text": ("error", "No page of the file has text: they are pictures, or empty"),
    "too_many_pages": ("error", f"The file has more than {MAX_PAGES} pages, which no report has"),
    "crashed": ("error", "Reading the file ran out of time or memory, or failed"),
    "missing": ("error", "The site lists the report, but its file could not be had"),
    "no_framework": ("error", "Neither judgements nor dates are those of a known framework"),
    "judgement_missing": ("error", "An area that the framework judges was not found"),
    "grade_off_scale": ("error", "A grade is printed that the framework does not give"),
    "area_off_framework": ("error", "A heading grades an area that the framework does not judge"),
    "judgement_contradicted": ("error", "Two places of the report give different grades"),
    "numbering_gap": ("error", "The paragraphs' numbers do not run from 1 without gap or repeat"),
    "no_findings": ("error", "No paragraph of findings was found"),
    "dates_missing": ("error", "The inspection's dates were not found"),
    "dates_out_of_order": ("error", "The inspection does not come before its publication"),
    "authority_not_named": ("error", "The title names another authority than the one that lists the report"),
    "role_unknown": ("error", f"More than {MAX_OTHER_SHARE:.1%} of the text has no known role"),
    "page_without_text": ("error", "A page between others has no text: it is a picture, damaged or blank"),
    "theme_missing": ("error", "What the visit or joint inspection looked at was not found"),
    "inspectors_missing": ("error", "A letter that names its inspectors was read without any"),
    "columns_joined": ("error", "A line runs on from one column of a table into the next"),
    "lead_inspector_missing": ("warning", "No lead inspector is named"),
    "paragraph_empty": ("warning", "A paragraph's number is printed without any words"),
    "ends_without_text": ("warning", "The last page has no text: it is a picture, damaged or blank"),
    "second_reader": ("warning", "The second reader's reading is kept, or could not be had where it was due"),
}

#: Words of a title that name no authority.
_COMMON = frozenset(
    (
        "and of the with upon to in for on by as at from its is an "
        "council city county borough district metropolitan royal london unitary local authority "
        "inspection children childrens services social care need help protection looked after leavers "
        "review effectiveness safeguarding board single focused monitoring visit joint targeted send "
        "partnership multi agency response"
    ).split()
)


def errors(extraction: Extraction) -> Counter[str]:
    """Count what makes a report partial, by code."""
    return Counter(issue.code for issue in extraction.issues if CODES[issue.code][0] == "error")


def text_coverage(extraction: Extraction) -> float:
    """Return the share of a report's letters that stand in lines of a known role, 0 to 1."""
    total = sum(len(line.text) for line in extraction.lines)
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    unknown = sum(len(line.text) for line, role in pairs if role is Role.OTHER)
    return round(1 - unknown / total, 6) if total else 0.0


#: What reports of each family must hold beside what all must.
_THEMED = ("focused_visit", "monitoring_visit", "jtai")
_SIGNED = ("focused_visit", "monitoring_visit", "area_send")
_LED = ("inspection", "area_send")


def broken_invariants(
    extraction: Extraction, family: str, authority: str, published: date | None
) -> Iterator[Issue]:
    """Give an issue for each invariant of a report that does not hold."""
    yield from _judgements(extraction, family)
    yield from _paragraphs(extraction)
    yield from _dates(extraction, published)
    yield from _authority(extraction, authority)
    yield from _pages(extraction)
    if (coverage := text_coverage(extraction)) < 1 - MAX_OTHER_SHARE:
        yield Issue("role_unknown", f"{1 - coverage:.2%} of its text")
    if family in _THEMED and not extraction.theme:
        yield Issue("theme_missing", "none was found", 1)
    if family in _SIGNED and not extraction.inspectors:
        yield Issue("inspectors_missing", "none was found", 1)
    if family in _LED and extraction.lead_inspector is None:
        yield Issue("lead_inspector_missing", "none is named")


def _authority(extraction: Extraction, authority: str) -> Iterator[Issue]:
    """Compare the authority with the one the title names, or, of a letter, with whom it is addressed to."""
    title, address = _first_page(extraction, {Role.TITLE}), _first_page(extraction, _ADDRESSED)
    ours, named = _words(authority), _words(title)
    agree = bool(ours and named) and (ours <= named or named <= ours)
    addressed = bool(ours) and ours <= _words(address)
    spelled_out = re.search(rf"\b{re.escape(authority)}\b", title, re.IGNORECASE)
    if not (agree or addressed or spelled_out):
        yield Issue("authority_not_named", f"'{authority}' is not in the title '{title}'", 1)


_ADDRESSED = {Role.LETTER_FORM, Role.ABOUT}


def _first_page(extraction: Extraction, roles: set[Role]) -> str:
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    return " ".join(line.text for line, role in pairs if line.page == 1 and role in roles)


def _judgements(extraction: Extraction, family: str) -> Iterator[Issue]:
    framework = FRAMEWORKS.get(extraction.framework or "")
    if framework is None:
        yield Issue("no_framework", "none was found", 1)
    elif framework.family == family:  # a visit judges nothing
        found = {each.area for each in extraction.judgements if each.status != "not_found"}
        headed = {section.area: section for section in reversed(extraction.sections)}
        title = letters_only(_first_page(extraction, {Role.TITLE}))
        for area in framework.areas:
            due = area.required or area.name in headed or letters_only(area.label) in title
            if due and area.name not in found:
                section = headed.get(area.name)
                yield Issue("judgement_missing", area.name, section.page if section else None)
        judged = {area.name for area in framework.areas}
        for section in extraction.sections:
            if section.grade and section.area not in judged:
                yield Issue("area_off_framework", f"{section.area}: '{section.title}'", section.page)


def _paragraphs(extraction: Extraction) -> Iterator[Issue]:
    if not any(finding.kind in ("finding", "headline") for finding in extraction.findings):
        yield Issue("no_findings", "none")
    expected = 1
    for finding in extraction.findings:
        if finding.paragraph is None:
            continue
        page = finding.boxes[0].page
        if finding.paragraph != expected:
            yield Issue("numbering_gap", f"paragraph {finding.paragraph} where {expected} was due", page)
        if not finding.text:
            yield Issue("paragraph_empty", f"paragraph {finding.paragraph}", page)
        expected = finding.paragraph + 1


def _dates(extraction: Extraction, published: date | None) -> Iterator[Issue]:
    if extraction.inspection_start is None or extraction.inspection_end is None:
        yield Issue("dates_missing", "none were found", 1)
    elif published and extraction.inspection_end >= published:
        yield Issue(
            "dates_out_of_order", f"inspected to {extraction.inspection_end}, published {published}", 1
        )


def _pages(extraction: Extraction) -> Iterator[Issue]:
    """Tell of pages without text: what they say is lost, and nothing else would show it."""
    with_text = {line.page for line in extraction.lines}
    last = extraction.pages or max(with_text, default=0)
    for page in sorted(set(range(1, last + 1)) - with_text):
        between = page < max(with_text, default=0)
        yield Issue("page_without_text" if between else "ends_without_text", f"page {page} of {last}", page)


def _words(name: str) -> set[str]:
    spelled = "".join(character if character.isalnum() else " " for character in name.casefold())
    return {word for word in spelled.split() if word not in _COMMON and len(word) > 1}
