"""Rules on single rows: headings do not read as text, no text is repeated, recommendations are whole."""

import re
from collections import Counter
from collections.abc import Iterator
from textwrap import shorten

from assets.parsing.grammar.sentences import SENTENCE_BREAK
from assets.parsing.models import ROW_ROLES, Extraction, Issue

#: The longest heading of a chapter, and of another section, in characters.
MAX_CHAPTER_HEADING, MAX_HEADING = 140, 120
#: Shorter rows may be repeated on a page: 'The local authority should:'.
_MIN_REPEATED = 40
#: Small print is this many points smaller than the text, or more.
_MIN_SMALLER_PRINT = 1.5
#: A citation of a numbered outcome in a recommendation: 'outcome 1', 'Outcomes two and four'.
_NUMBERED_OUTCOME = re.compile(r"\boutcomes?\W{0,3}(?:\d|one|two|three|four)\b", re.IGNORECASE)


def check_headings(extraction: Extraction) -> Iterator[Issue]:
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
            or SENTENCE_BREAK.search(section.title)
            or texts_below.get(ordinal, "")[:1].islower()
        ):
            title = shorten(section.title, 100, placeholder=" …")
            yield Issue("heading_implausible", f"'{title}'", section.page)


def check_repeated_rows(extraction: Extraction) -> Iterator[Issue]:
    """Check that no text is twice on its page, as a finding or as a recommendation."""
    for rows in (extraction.findings, extraction.recommendations):
        counts = Counter((row.boxes[0].page, row.text) for row in rows if len(row.text) >= _MIN_REPEATED)
        for (page, text), count in counts.items():
            if count > 1:
                yield Issue("row_repeated", f"'{shorten(text, 100, placeholder=' …')}'", page)


def check_small_print(extraction: Extraction) -> Iterator[Issue]:
    """Check that no line of a row is in small print, except for a bullet or a number at its start."""
    max_size = extraction.body_size - _MIN_SMALLER_PRINT
    for line, role in zip(extraction.lines, extraction.roles, strict=True):
        if role in ROW_ROLES and line.text[0].isalpha() and line.size <= max_size:
            yield Issue("small_print_in_row", f"'{shorten(line.text, 100, placeholder=' …')}'", line.page)


def check_recommendations(extraction: Extraction) -> Iterator[Issue]:
    """Check that recommendations have the list that they introduce, and the outcomes that they cite."""
    for recommendation in extraction.recommendations:
        if recommendation.text.endswith(":"):
            yield Issue(
                "recommendation_incomplete", f"'{recommendation.text[-100:]}'", recommendation.boxes[0].page
            )
        citation = _NUMBERED_OUTCOME.search(recommendation.text)
        if citation and not recommendation.outcomes:
            yield Issue("outcomes_unread", f"'{recommendation.text[-100:]}'", recommendation.boxes[0].page)
