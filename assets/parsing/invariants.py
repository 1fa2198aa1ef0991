"""Invariants of a single report, and the codes of all extraction issues.

A report that breaks an invariant of severity ``error`` is ``partial``. An invariant is never loosened to let
a report pass. Rules for a table are in ``schema.validation``, rules across tables in ``sql/checks``.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import attrgetter
from textwrap import shorten
from typing import NamedTuple

from assets.parsing import accounting
from assets.parsing.frameworks import FRAMEWORKS, letters_only
from assets.parsing.models import ROW_ROLES, Extraction, Issue, Role, Unaccounted
from assets.pdf.pdfium_lines import MAX_PAGES, Line
from assets.schema.vocabularies import AREAS

#: Maximum share of a report's characters in lines without a known role.
MAX_UNKNOWN_SHARE = 0.005


class WordLimit(NamedTuple):
    """How many words of a role may be unaccounted: in one run, and in the whole report."""

    run: int
    report: int


#: Text that becomes rows has no unaccounted words. Reports describe the area, the team and the visit in their
#: own words, and explain terms in footnotes; their other text is the same in all reports, apart from names.
MAX_UNACCOUNTED_WORDS: Mapping[Role, WordLimit] = {
    **dict.fromkeys(Role, WordLimit(14, 14)),
    **dict.fromkeys(ROW_ROLES, WordLimit(3, 14)),
    Role.ABOUT: WordLimit(45, 100),
    Role.FOOTNOTE: WordLimit(60, 100),
    Role.CONTEXT: WordLimit(75, 200),
}


class IssueCode(NamedTuple):
    """The declaration of an issue code.

    ``meaning`` is a sentence without full stop, written for readers of the published tables and pages.
    ``disqualifies`` is whether a report with this issue does not count: its rows are published, but no view,
    page, feed or statistic uses them (``not_counted_reason``). ``reread`` is whether the
    second reader, which takes sixty times as long, may resolve an error with this code.
    """

    severity: str
    meaning: str
    disqualifies: bool = False
    reread: bool = True


#: Every issue code. A report with an issue of severity ``error`` is partial.
CODES: Mapping[str, IssueCode] = {
    "unreadable": IssueCode(
        "error", "The file cannot be opened: it is not a PDF, damaged or encrypted", disqualifies=True
    ),
    "no_text": IssueCode(
        "error", "No page of the file has text: the pages are images or empty", disqualifies=True
    ),
    "too_many_pages": IssueCode(
        "error", f"The file has more than {MAX_PAGES} pages, more than any report", disqualifies=True
    ),
    "crashed": IssueCode(
        "error", "Reading the file exceeded the time or memory limit, or failed", disqualifies=True
    ),
    "missing": IssueCode(
        "error", "The site lists the report, but its PDF is not available", disqualifies=True
    ),
    "no_framework": IssueCode(
        "error", "The inspection framework of the report is not known", disqualifies=True
    ),
    "judgement_missing": IssueCode("error", "A judgement that the framework requires was not found"),
    "judgement_table_unread": IssueCode(
        "error", "The table of judgements was not read: the grades are those of the headings"
    ),
    "another_document": IssueCode(
        "error",
        "Fewer than half of the areas that the framework judges were found: it may be a different document",
        disqualifies=True,
    ),
    "grade_off_scale": IssueCode("error", "A printed grade is not on the scale of the framework"),
    "area_off_framework": IssueCode("error", "A heading grades an area that this framework does not judge"),
    "judgement_contradicted": IssueCode(
        "error", "The report states different grades for the same area", disqualifies=True
    ),
    "numbering_gap": IssueCode(
        "error", "Paragraphs may be missing: their numbers are not consecutive from 1"
    ),
    "numbering_restarts": IssueCode(
        "error",
        "The paragraph numbers start again from 1: the file holds more than one document",
        reread=False,
    ),
    "no_findings": IssueCode("error", "No findings were found"),
    "area_without_findings": IssueCode("error", "No findings were found in an area that is judged"),
    "headline_missing": IssueCode("error", "The headline findings of a joint inspection were not found"),
    "dates_missing": IssueCode("error", "The inspection dates were not found", disqualifies=True),
    "dates_out_of_order": IssueCode(
        "error",
        "The dates of the inspection and of its publication are not in order",
        disqualifies=True,
        reread=False,
    ),
    "dates_implausible": IssueCode(
        "error", "The dates of the inspection are implausible: one of them may be misprinted", reread=False
    ),
    "authority_not_named": IssueCode(
        "error", "The title does not name the authority under which the report is listed", disqualifies=True
    ),
    "role_unknown": IssueCode(
        "error", f"Text may be missing: more than {MAX_UNKNOWN_SHARE:.1%} of it has no known role"
    ),
    "not_as_displayed": IssueCode(
        "error",
        "The page does not show what was read: text is hidden, covered, struck through or printed over",
        disqualifies=True,
    ),
    "overall_contradicts_parts": IssueCode(
        "error", "The overall grade contradicts the grades of the areas", disqualifies=True, reread=False
    ),
    "text_unaccounted": IssueCode(
        "error",
        "Text may be missing: words of the report are in no row and in no wording that reports share",
        reread=False,
    ),
    "number_without_row": IssueCode(
        "error", "A paragraph may be missing: the next paragraph number is printed in text that gives no rows"
    ),
    "number_not_read": IssueCode("error", "A numbered paragraph was read without its number"),
    "row_repeated": IssueCode("error", "A page contains the same text twice", reread=False),
    "recommendation_incomplete": IssueCode(
        "error", "A recommendation ends with a colon: its list was not read", reread=False
    ),
    "heading_implausible": IssueCode(
        "error",
        "Text may have been read as a heading: it reads as a sentence, or the text below continues it",
        reread=False,
    ),
    "page_without_text": IssueCode(
        "error", "The text of a page is missing: the page is an image, damaged or blank"
    ),
    "page_not_upright": IssueCode(
        "error", "Text may be missing or mixed up: a page is displayed sideways or upside down"
    ),
    "pages_out_of_order": IssueCode(
        "error",
        "Text may be missing or mixed up: the pages are not in the order of their printed numbers",
        reread=False,
    ),
    "text_overprinted": IssueCode("error", "Text may be mixed up: lines are printed over each other"),
    "theme_missing": IssueCode("error", "The topic of the visit or joint inspection was not found"),
    "inspectors_missing": IssueCode("error", "The names of the inspectors were not found"),
    "columns_joined": IssueCode("error", "Text may be mixed up: a line spans two columns of a table"),
    "lead_inspector_missing": IssueCode("warning", "No lead inspector is named"),
    "outcomes_unread": IssueCode(
        "error", "A recommendation cites an outcome of the national framework whose number was not read"
    ),
    "file_listed_twice": IssueCode(
        "error",
        "The site lists the same file under another number, or under another authority",
        reread=False,
    ),
    "paragraph_empty": IssueCode("error", "A paragraph number has no text", reread=False),
    "ends_without_text": IssueCode("warning", "The last page has no text: it is an image, damaged or blank"),
    "second_reader": IssueCode(
        "warning", "The pdfplumber reading was used, or was not available when it was needed"
    ),
}

#: The longest visit or joint inspection, and the longest inspection, in days from the first to the last. An
#: inspection can consist of two stays that are three months apart.
MAX_VISIT_DAYS = 14
MAX_INSPECTION_DAYS = 120
#: The longest time from the end of an inspection to the publication of its report, in days.
MAX_DAYS_TO_PUBLICATION = 243
#: Roles of lines that can be printed over each other: a page number and a footer, the lines of an address.
_FORM_ROLES = frozenset((Role.RUNNING_HEADER, Role.PAGE_NUMBER, Role.FOOTNOTE, Role.LETTER_FORM))
#: Maximum share of a page's characters in lines that are not upright.
MAX_TURNED_SHARE = 0.05
#: Lines that overlap by more than this share of the smaller one, in height and in width, are overprinted.
MAX_OVERPRINT = 0.6
#: The longest heading of a chapter, and of another section, in characters.
MAX_CHAPTER_HEADING, MAX_HEADING = 140, 120
#: Shorter rows may be repeated on a page: 'The local authority should:'.
_MIN_REPEATED = 40
#: The end of a sentence within a heading: 'are good. Since the'.
_SENTENCE_BREAK = re.compile(r"[a-z]{2}[.?!][’”]? [A-Z]")
#: The number of a paragraph: '12. The board'.
_PARAGRAPH_NUMBER = re.compile(r"(\d{1,3})\. ?(?=[A-Z‘“(]|$)")
#: A line with the number of its page, and the roles of such lines: '3', '13 to 17 June 2022 3'.
_PRINTED_PAGE_NUMBER = re.compile(r"(|.* )(\d{1,3})")
_ROLES_OF_PAGE_NUMBERS = frozenset((Role.PAGE_NUMBER, Role.RUNNING_HEADER))
#: Roles whose lines may start with numbers that are not paragraph numbers: chapters, dates, notes, pages.
_ROLES_WITH_OTHER_NUMBERS = frozenset(
    (Role.CONTENTS, Role.FOOTNOTE, Role.PAGE_NUMBER, Role.RUNNING_HEADER, Role.DETAILS)
)

#: Areas whose judgement summarises the report: they need no findings of their own.
_HEADLINE_AREAS = frozenset(code for code, area in AREAS.items() if area.is_headline)
#: A citation of a numbered outcome in a recommendation: 'outcome 1', 'Outcomes two and four'.
_NUMBERED_OUTCOME = re.compile(r"\boutcomes?\W{0,3}(?:\d|one|two|three|four)\b", re.IGNORECASE)

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
    return Counter(issue.code for issue in extraction.issues if CODES[issue.code].severity == "error")


def may_be_misread(extraction: Extraction) -> bool:
    """Return whether the report has an error that another reading of its pages could resolve."""
    return any(CODES[code].reread for code in errors(extraction))


def not_counted_reason(codes: Iterable[str]) -> str | None:
    """Return why a report with issues of these codes does not count; None if it counts.

    This is the only rule that decides which reports count. A report counts if its title names the authority
    under which it is listed, its framework and dates are known and in order, no two of its statements
    contradict each other on a grade, and nothing else shows that it is another document. The reason is one
    sentence without full stop.
    """
    present = set(codes)
    return _sentence(code.meaning for name, code in CODES.items() if code.disqualifies and name in present)


def partial_reason(issues: Iterable[Issue]) -> str | None:
    """Return what of a report was not read or is uncertain; None if there is no error among its issues.

    The reason is one sentence without full stop, written for readers of the published tables and pages.
    """
    details: dict[str, list[str]] = {}
    for issue in issues:
        details.setdefault(issue.code, []).append(issue.detail)
    meanings = []
    for name, code in CODES.items():
        if name in details and code.severity == "error":
            areas = ", ".join(sorted(details[name])).replace("_", " ")
            meanings.append(f"{code.meaning} ({areas})" if name == "judgement_missing" else code.meaning)
    return _sentence(meanings)


def _sentence(clauses: Iterable[str]) -> str | None:
    """Join clauses to one sentence, of which only the first clause starts with a capital."""
    first, *others = [*clauses, ""]
    return "; ".join([first, *(clause[0].lower() + clause[1:] for clause in others if clause)]) or None


def text_coverage(extraction: Extraction) -> float:
    """Return the share of a report's characters that are accounted for, from 0 to 1."""
    total = sum(len(line.text) for line in extraction.lines)
    unaccounted = sum(accounting.unaccounted_characters(extraction))
    return round(1 - unaccounted / total, 6) if total else 0.0


def _unknown_share(extraction: Extraction) -> float:
    """Return the share of a report's characters in lines with no known role, from 0 to 1."""
    total = sum(len(line.text) for line in extraction.lines)
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    unknown = sum(len(line.text) for line, role in pairs if role is Role.OTHER)
    return unknown / total if total else 1.0


#: Families whose reports must state a theme, inspectors or a lead inspector.
_FAMILIES_WITH_THEME = ("focused_visit", "monitoring_visit", "jtai")
_FAMILIES_WITH_INSPECTORS = ("focused_visit", "monitoring_visit", "area_send")
_FAMILIES_WITH_LEAD_INSPECTOR = ("inspection", "area_send")

#: Words that distinguish an authority from the neighbour whose name its own contains: Lincolnshire is neither
#: North Lincolnshire nor North East Lincolnshire.
_COMPASS_WORDS = frozenset(("north", "south", "east", "west", "central"))
#: Bodies that are inspected under other frameworks, as the titles of their reports name them.
_OTHER_BODY = re.compile(
    r"\b(?:school|academy|college|nursery|preschool|pre-school|childminder|children[’']s home"
    r"|(?:fostering|adoption) (?:agency|service)|secure training centre|university)s?\b",
    re.IGNORECASE,
)

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
    yield from _check_overall(extraction)
    yield from _check_paragraphs(extraction)
    yield from _check_recommendations(extraction)
    yield from _check_dates(extraction, published)
    yield from _check_plausible_dates(extraction, family, published)
    yield from _check_authority(extraction, authority)
    yield from _check_pages(extraction)
    yield from _check_page_numbers(extraction)
    yield from _check_words(extraction)
    yield from _check_headings(extraction)
    yield from _check_repeated_rows(extraction)
    if family in _FAMILIES_WITH_THEME and not extraction.theme:
        yield Issue("theme_missing", "no theme found", 1)
    if family == "jtai" and not any(finding.kind == "headline" for finding in extraction.findings):
        yield Issue("headline_missing", "no headline found", 1)
    if family in _FAMILIES_WITH_INSPECTORS and not extraction.inspectors:
        yield Issue("inspectors_missing", "no inspectors found", 1)
    if family in _FAMILIES_WITH_LEAD_INSPECTOR and extraction.lead_inspector is None:
        yield Issue("lead_inspector_missing", "no lead inspector found")


def _check_authority(extraction: Extraction, authority: str) -> Iterator[Issue]:
    """Check that the title names the authority and no other body.

    Titles shorten the name of an authority (Hull, East Riding) or add to it (a council's full name, a theme).
    A title that contains no name at all is accepted if the address of the letter names the authority.
    """
    title = _first_page_text(extraction, {Role.TITLE})
    address = _first_page_text(extraction, _ADDRESS_ROLES)
    expected, in_title = _identifying_words(authority), _identifying_words(title)
    title_matches = bool(expected and in_title) and (expected <= in_title or in_title <= expected)
    names_a_place = any(word[:1].isupper() and _identifying_words(word) for word in title.split()[1:])
    address_matches = not names_a_place and bool(expected) and expected <= _identifying_words(address)
    literal = re.search(rf"\b{re.escape(authority)}\b", title, re.IGNORECASE)
    neighbour = (expected < in_title and in_title & _COMPASS_WORDS - expected) or (
        in_title < expected and expected & _COMPASS_WORDS - in_title
    )
    other_body = neighbour or _OTHER_BODY.search(title)
    if other_body or not (title_matches or address_matches or literal):
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
        required = {area.name for area in framework.areas if area.required}
        if len(required) > 1 and 2 * len(required & found) < len(required):
            yield Issue("another_document", f"{len(required & found)} of {len(required)} areas were found", 1)
        with_findings = {finding.area for finding in extraction.findings}
        for judgement in extraction.judgements:
            needs_findings = judgement.status == "graded" and judgement.area not in _HEADLINE_AREAS
            if needs_findings and judgement.area not in with_findings:
                page = judgement.box.page if judgement.box else None
                yield Issue("area_without_findings", judgement.area, page)
        judged = {area.name for area in framework.areas}
        for section in extraction.sections:
            if section.grade and section.area not in judged:
                yield Issue("area_off_framework", f"{section.area}: '{section.title}'", section.page)


def _check_overall(extraction: Extraction) -> Iterator[Issue]:
    """Check that the overall grade is no better than the best area and no worse than the worst one.

    Where the help and protection of children is inadequate, so is the overall grade.
    """
    framework = FRAMEWORKS.get(extraction.framework or "")
    required = {area.name for area in framework.areas if area.required} if framework else set()
    graded = {row.area: row for row in extraction.judgements if row.grade_rank and row.area in required}
    parts = [row for area, row in graded.items() if area not in _HEADLINE_AREAS]
    for overall in (row for area, row in graded.items() if area in _HEADLINE_AREAS and parts):
        ranks = [row.grade_rank or 0 for row in parts]
        best, worst = min(ranks), max(ranks)
        if (protection := graded.get("help_and_protection")) and protection.grade == "inadequate":
            best = protection.grade_rank or worst
        if not best <= (overall.grade_rank or 0) <= worst:
            grades = ", ".join(f"{row.area} {row.grade}" for row in (overall, *parts))
            yield Issue("overall_contradicts_parts", grades, overall.box.page if overall.box else None)


def _check_paragraphs(extraction: Extraction) -> Iterator[Issue]:
    if not any(finding.kind in ("finding", "headline") for finding in extraction.findings):
        yield Issue("no_findings", "no findings found")
    is_numbered = any(finding.paragraph is not None for finding in extraction.findings)
    expected, part = 1, 1
    for finding in extraction.findings:
        if finding.paragraph is None:
            if is_numbered and _PARAGRAPH_NUMBER.match(finding.text):
                detail = f"'{shorten(finding.text, 80, placeholder=' …')}'"
                yield Issue("number_not_read", detail, finding.boxes[0].page)
            continue
        page = finding.boxes[0].page
        if finding.part != part:
            detail = f"paragraph {finding.paragraph} follows paragraph {expected - 1}"
            yield Issue("numbering_restarts", detail, page)
            expected, part = 1, finding.part
        if finding.paragraph != expected:
            yield Issue("numbering_gap", f"paragraph {finding.paragraph} instead of {expected}", page)
        if not finding.text:
            yield Issue("paragraph_empty", f"paragraph {finding.paragraph}", page)
        expected = finding.paragraph + 1


def _check_words(extraction: Extraction) -> Iterator[Issue]:
    """Check that no text is lost by its role: that every word is in a row or in known wording."""
    if (unknown := _unknown_share(extraction)) > MAX_UNKNOWN_SHARE:
        yield Issue("role_unknown", f"{unknown:.2%} of the text")
    runs_by_role: dict[Role, list[Unaccounted]] = defaultdict(list)
    for run in extraction.unaccounted:
        if run.role is not Role.OTHER:
            runs_by_role[run.role].append(run)
    for role, runs in runs_by_role.items():
        longest = max(runs, key=lambda run: len(run.words))
        limit, count = MAX_UNACCOUNTED_WORDS[role], sum(len(run.words) for run in runs)
        too_long = [run for run in runs if len(run.words) > limit.run]
        for run in too_long or ([longest] if count > limit.report else []):
            words = shorten(" ".join(run.words), 100, placeholder=" …")
            yield Issue("text_unaccounted", f"{role}: '{words}'", run.page)
    yield from _check_numbers_outside_rows(extraction)


def _check_numbers_outside_rows(extraction: Extraction) -> Iterator[Issue]:
    """Check that the number after that of a paragraph is not printed in text that gives no rows."""
    numbers = [finding.paragraph for finding in extraction.findings if finding.paragraph is not None]
    if not numbers:
        return
    expected = 1
    for line, role in zip(extraction.lines, extraction.roles, strict=True):
        match = _PARAGRAPH_NUMBER.match(line.text)
        if not match or role in _ROLES_WITH_OTHER_NUMBERS:
            continue
        number = int(match.group(1))
        if role in ROW_ROLES:
            expected = number + 1
        elif number == expected and number > 1 and number not in numbers:
            yield Issue("number_without_row", f"'{shorten(line.text, 80, placeholder=' …')}'", line.page)


def _check_headings(extraction: Extraction) -> Iterator[Issue]:
    """Check that headings do not read as text, and that the text below them does not continue them.

    A heading that opens a chapter can be a sentence with a grade.
    """
    texts_below: dict[int | None, str] = {}
    for finding in extraction.findings:
        texts_below.setdefault(finding.section, finding.text)
    for ordinal, section in enumerate(extraction.sections, start=1):
        if (
            section.title[:1].islower()
            or (section.title.endswith(".") and section.level > 1)
            or len(section.title) > (MAX_CHAPTER_HEADING if section.level == 1 else MAX_HEADING)
            or _SENTENCE_BREAK.search(section.title)
            or texts_below.get(ordinal, "")[:1].islower()
        ):
            title = shorten(section.title, 100, placeholder=" …")
            yield Issue("heading_implausible", f"'{title}'", section.page)


def _check_repeated_rows(extraction: Extraction) -> Iterator[Issue]:
    """Check that no text is twice on its page, as a finding or as a recommendation."""
    for rows in (extraction.findings, extraction.recommendations):
        counts = Counter((row.boxes[0].page, row.text) for row in rows if len(row.text) >= _MIN_REPEATED)
        for (page, text), count in counts.items():
            if count > 1:
                yield Issue("row_repeated", f"'{shorten(text, 100, placeholder=' …')}'", page)


def _check_recommendations(extraction: Extraction) -> Iterator[Issue]:
    for recommendation in extraction.recommendations:
        if recommendation.text.endswith(":"):
            yield Issue(
                "recommendation_incomplete", f"'{recommendation.text[-100:]}'", recommendation.boxes[0].page
            )
        citation = _NUMBERED_OUTCOME.search(recommendation.text)
        if citation and not recommendation.outcomes:
            yield Issue("outcomes_unread", f"'{recommendation.text[-100:]}'", recommendation.boxes[0].page)


def _check_dates(extraction: Extraction, published: date | None) -> Iterator[Issue]:
    if extraction.inspection_start is None or extraction.inspection_end is None:
        yield Issue("dates_missing", "no dates found", 1)
    elif extraction.inspection_start > extraction.inspection_end:
        period = f"{extraction.inspection_start} to {extraction.inspection_end}"
        yield Issue("dates_out_of_order", f"inspected from {period}", 1)
    elif published and extraction.inspection_end >= published:
        yield Issue(
            "dates_out_of_order", f"inspected until {extraction.inspection_end}, published {published}", 1
        )


def _check_plausible_dates(extraction: Extraction, family: str, published: date | None) -> Iterator[Issue]:
    start, end = extraction.inspection_start, extraction.inspection_end
    if start is None or end is None:
        return
    days = (end - start).days + 1
    if days > (MAX_VISIT_DAYS if family in _FAMILIES_WITH_THEME else MAX_INSPECTION_DAYS):
        yield Issue("dates_implausible", f"inspected from {start} to {end}: {days} days", 1)
    if published and (published - end).days > MAX_DAYS_TO_PUBLICATION:
        yield Issue("dates_implausible", f"inspected until {end}, published {published}", 1)


def _check_pages(extraction: Extraction) -> Iterator[Issue]:
    """Check that every page has text that is upright and printed once."""
    pages_with_text = {line.page for line in extraction.lines}
    last_with_text = max(pages_with_text, default=0)
    pages = extraction.pages or last_with_text
    for page in sorted(set(range(1, pages + 1)) - pages_with_text):
        code = "page_without_text" if page < last_with_text else "ends_without_text"
        yield Issue(code, f"page {page} of {pages}", page)
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    for page, group in groupby(pairs, key=lambda pair: pair[0].page):
        text_lines = [line for line, role in group if role not in _FORM_ROLES]
        turned = sum(len(line.text) for line in text_lines if line.direction)
        if turned > MAX_TURNED_SHARE * sum(len(line.text) for line in text_lines):
            yield Issue("page_not_upright", f"page {page} of {pages}", page)
        if overprinted := next(_overprinted(text_lines), None):
            yield Issue("text_overprinted", f"'{shorten(overprinted.text, 80)}'", page)


def _check_page_numbers(extraction: Extraction) -> Iterator[Issue]:
    """Check that the page numbers do not descend: those that are printed with the same words, or alone."""
    printed: dict[str, int] = {}
    for line, role in zip(extraction.lines, extraction.roles, strict=True):
        match = _PRINTED_PAGE_NUMBER.fullmatch(line.text) if role in _ROLES_OF_PAGE_NUMBERS else None
        if match:
            words, number = match[1], int(match[2])
            if number < printed.get(words, 0):
                yield Issue("pages_out_of_order", f"page {number} follows page {printed[words]}", line.page)
            printed[words] = number


def _overprinted(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines of a page that cover most of another line."""
    above: list[Line] = []
    for line in sorted(lines, key=attrgetter("top")):
        above = [other for other in above if other.bottom > line.top]
        for other in above:
            height = min(line.bottom, other.bottom) - line.top
            width = min(line.x1, other.x1) - max(line.x0, other.x0)
            if height > MAX_OVERPRINT * min(line.height, other.height) and width > (
                MAX_OVERPRINT * min(line.x1 - line.x0, other.x1 - other.x0)
            ):
                yield line
        above.append(line)


def _identifying_words(name: str) -> set[str]:
    """Return the words of a name that identify an authority, folded to lower case."""
    words = "".join(character if character.isalnum() else " " for character in name.casefold())
    return {word for word in words.split() if word not in _COMMON_WORDS and len(word) > 1}
