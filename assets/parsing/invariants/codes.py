"""The codes of all extraction issues, and what follows from the issues of a report.

A report with an issue of severity ``error`` is partial. Some errors disqualify a report: its rows are
published but do not count. The rules that raise the issues are in the other modules of this package.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from assets.parsing.invariants.wording import MAX_UNKNOWN_SHARE
from assets.parsing.models import Extraction, Issue
from assets.pdf.pdfium_lines import MAX_PAGES


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
    "small_print_in_row": IssueCode(
        "error", "Text may be mixed up: a finding or recommendation contains small print, such as a footnote"
    ),
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
        "Text may be missing or mixed up: the pages are not in the order in which they were printed",
        reread=False,
    ),
    "text_overprinted": IssueCode("error", "Text may be mixed up: lines are printed over each other"),
    "theme_missing": IssueCode("error", "The topic of the visit or joint inspection was not found"),
    "inspectors_missing": IssueCode("error", "Names of inspectors were not found"),
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
