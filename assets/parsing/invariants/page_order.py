"""Rules on the order of pages: printed page numbers ascend, sentences continue on the next page.

Both raise ``pages_out_of_order``. Pages in another order leave all text in rows; what changes is the order of
the rows, and the section of those at the top of a page. If no page number is printed, and all pages begin and
end alike (in the middle of a sentence, or with a sentence of their own), nothing printed shows the order, and
no rule can find it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from assets.parsing.grammar.paragraphs import paragraph_number, starts_with_bullet, starts_with_point
from assets.parsing.grammar.sections import SIGNATURE
from assets.parsing.grammar.sentences import SENTENCE_END
from assets.parsing.models import FURNITURE_ROLES, HEADER_ROLES, ROW_ROLES, Extraction, Issue, Role
from assets.pdf.pdfium_lines import Line

#: A line with the number of its page: '3', '13 to 17 June 2022 3'.
_PRINTED_PAGE_NUMBER = re.compile(r"(|.* )(\d{1,3})")
#: A word in lower case that does not start a sentence. Web addresses and names such as 'iPad' may do so.
_WORD_INSIDE_SENTENCE = re.compile(r"(?!www\b)[a-z]+[ ,;]")
#: A line that ends with a comma, or with a word that does not end a sentence or an item of a list.
_UNFINISHED = re.compile(
    r",$|\b(?:the|an?|of|to|for|with|in|by|from|on|at|as|into|than|that|which|who|whose|is|are|was|were|be|been"
    r"|has|have|had|not|their|its|this|these|they|it|when|where|while|because|although|if)$"
)

_Pages = dict[int, list[tuple[Line, Role]]]
#: The page numbers that are printed on each page, each with the words before it.
_PrintedNumbers = dict[int, list[tuple[str, int]]]


def check_page_order(extraction: Extraction) -> Iterator[Issue]:
    """Check that the pages are in the order in which they were printed."""
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    pages = {page: list(group) for page, group in groupby(pairs, key=lambda pair: pair[0].page)}
    numbers = {page: _printed_numbers(lines) for page, lines in pages.items()}
    yield from _check_page_numbers(numbers)
    yield from _check_sentences(pages, numbers)
    yield from _check_closing(pages)


def _check_page_numbers(printed: _PrintedNumbers) -> Iterator[Issue]:
    """Check that the page numbers do not descend: those that are printed with the same words, or alone."""
    last: dict[str, int] = {}
    for page, numbers in printed.items():
        for words, number in numbers:
            if number < last.get(words, 0):
                yield Issue("pages_out_of_order", f"page {number} follows page {last[words]}", page)
            last[words] = number


def _printed_numbers(lines: Sequence[tuple[Line, Role]]) -> list[tuple[str, int]]:
    """Return the page numbers that are printed on a page, each with the words before it."""
    matches = [_PRINTED_PAGE_NUMBER.fullmatch(line.text) for line, role in lines if role in HEADER_ROLES]
    return [(match[1], int(match[2])) for match in matches if match]


def _check_sentences(pages: _Pages, printed: _PrintedNumbers) -> Iterator[Issue]:
    """Check that a sentence that runs to the end of a page continues on the next one.

    The end of a paragraph may be misprinted. Consecutive page numbers therefore count for more.
    """
    for (above, lines_above), (page, lines) in pairwise(pages.items()):
        numbers = dict(printed[page])
        if any(numbers.get(words) == number + 1 for words, number in printed[above]):
            continue
        ends = [(line, role) for line, role in lines_above if role not in FURNITURE_ROLES][-1:]
        starts = [(line, role) for line, role in lines if role not in FURNITURE_ROLES][:1]
        for (last, last_role), (first, first_role) in zip(ends, starts, strict=False):
            are_rows = last_role in ROW_ROLES and first_role in (*ROW_ROLES, Role.HEADING)
            if are_rows and not _may_follow(last, first, is_heading=first_role is Role.HEADING):
                detail = (
                    f"page {page} does not continue page {above}: '{last.text[-40:]}' | '{first.text[:40]}'"
                )
                yield Issue("pages_out_of_order", detail, page)


def _may_follow(last: Line, first: Line, *, is_heading: bool) -> bool:
    """Return whether the first line of a page can follow the last line of the page before it."""
    starts_anew = is_heading or starts_with_bullet(first) or _is_numbered(first)
    starts_inside = not starts_with_point(first) and _WORD_INSIDE_SENTENCE.match(first.text)
    is_finished, is_unfinished = SENTENCE_END.search(last.text), _UNFINISHED.search(last.text)
    return not (is_finished and starts_inside) and not (is_unfinished and starts_anew)


def _is_numbered(line: Line) -> bool:
    return paragraph_number(line) is not None and re.match(r"\d+\. ", line.text) is not None


def _check_closing(pages: _Pages) -> Iterator[Issue]:
    """Check that no findings are on a page after the signature of a letter."""
    signed = 0
    for page, lines in pages.items():
        if signed and any(role in ROW_ROLES for _, role in lines):
            yield Issue("pages_out_of_order", f"page {page} follows the signature on page {signed}", page)
            return
        if any(role is Role.LETTER_FORM and SIGNATURE.match(line.text) for line, role in lines):
            signed = signed or page
