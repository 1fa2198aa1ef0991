"""Rules on the printed numbers of paragraphs: they run from 1 without a gap, and each number has its row."""

import re
from collections.abc import Iterator
from textwrap import shorten

from assets.parsing.models import FURNITURE_ROLES, ROW_ROLES, Extraction, Issue, Role

#: The number of a paragraph: '12. The board'.
_PARAGRAPH_NUMBER = re.compile(r"(\d{1,3})\. ?(?=[A-Z‘“(]|$)")
#: Roles whose lines may start with numbers that are not paragraph numbers: chapters, dates, notes, pages.
_ROLES_WITH_OTHER_NUMBERS = FURNITURE_ROLES | {Role.CONTENTS, Role.DETAILS}


def check_paragraphs(extraction: Extraction) -> Iterator[Issue]:
    """Check that there are findings, and that their numbers run from 1 in every document of the file."""
    if not any(finding.kind in ("finding", "headline") for finding in extraction.findings):
        yield Issue("no_findings", "no findings found")
    is_numbered = any(finding.paragraph is not None for finding in extraction.findings)
    expected, part = 1, 1
    for finding in extraction.findings:
        if finding.paragraph is None:
            if not any(map(str.isalpha, finding.text)):
                yield Issue("paragraph_empty", f"'{finding.text}'", finding.boxes[0].page)
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


def check_numbers_outside_rows(extraction: Extraction) -> Iterator[Issue]:
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
