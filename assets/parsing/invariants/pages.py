"""Rules on pages: each has text that is upright and printed once. The order of pages is in ``page_order``."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from textwrap import shorten

from assets.parsing.models import FURNITURE_ROLES, Extraction, Issue, Role
from assets.pdf.pdfium_lines import Line

#: Roles of lines that can be printed over each other: a page number and a footer, the lines of an address.
_FORM_ROLES = FURNITURE_ROLES | {Role.LETTER_FORM}
#: Maximum share of a page's characters in lines that are not upright.
MAX_TURNED_SHARE = 0.05
#: Lines that overlap by more than this share of the smaller one, in height and in width, are overprinted.
MAX_OVERPRINT = 0.6


def check_pages(extraction: Extraction) -> Iterator[Issue]:
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
