"""Page layout, independent of what a report says: page furniture, headings and bounding boxes.

Page furniture is the page numbers, running headers and footers, letterheads and footnotes. It gets its role
first and is skipped afterwards, so that a paragraph that continues on the next page is one run of lines.
Headings are distinguished from text by weight and size. What a heading means belongs to ``sections``.

Positions are in PDF points from the top of the page; the pages are A4, 842 points high.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from assets.parsing.models import Box, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, DASH

#: Running headers end above this position.
HEADER_BOTTOM = 60.0
#: A line above ``HEADER_BOTTOM`` that is smaller than this share of the text is a running header even if no
#: other page repeats it.
_MAX_HEADER_SIZE = 0.9
#: The letterhead of a letter is above this position on the first page, often after the text in reading order.
LETTERHEAD_BOTTOM = 180.0
#: Page numbers, running footers and the last lines of footnotes start below this position.
FOOTER_TOP = 770.0
#: On shorter pages, running footers in small print start below this position.
_SMALL_FOOTER_TOP = 700.0
#: No footnote starts below this position.
FOOTNOTE_BOTTOM = 788.0
#: '12. Children', '12 Children', or '12.' on its own
PARAGRAPH_NUMBER = re.compile(r"^(\d{1,3})(?:\.\s+(?=\S)|\s+(?=[A-Z‘“])|\.$)")
#: Ofsted's addresses, telephone numbers and links: 'Piccadilly Gate', 'T 0300 123 1231', 'www.gov.uk/ofsted'.
_LETTERHEAD = re.compile(
    r"ofsted$|piccadilly gate|store st|manchester(?: m1 2wd)?$|m1 2wd|t:? 0\d|text ?phone|\S*enquiries|e:"
    r"|(?:w: ?)?www\.|clive house|70 petty france|aviation house|royal exchange|\S+ ?@\S+$",
    re.IGNORECASE,
)
#: A line this many points larger than the text is in larger print.
_MIN_LARGER_PRINT = 1.5
#: Lines whose sizes differ by more points are not of the same print.
_SIZE_TOLERANCE = 0.6
#: The mark of a footnote is smaller than this share of the text.
_MAX_MARK_SIZE = 0.75
_PAGE_NUMBER = re.compile(r"^\d{1,3}$")
#: The line pitch of a report with too few lines to measure it, in multiples of the font size.
DEFAULT_LINE_PITCH = 1.21
#: Larger distances are those between paragraphs.
_MAX_LINE_PITCH = 2.0
#: Left edges that differ by more points are those of two columns.
_MIN_COLUMN_WIDTH = 80
#: A distance that exceeds the line pitch by more than this, in font sizes, separates paragraphs.
_MIN_PARAGRAPH_GAP = 0.3


def body_font_size(lines: Sequence[Line]) -> float:
    """Return the font size of most of the report's characters, in points."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def line_pitch(lines: Sequence[Line], body_size: float) -> float:
    """Return the most common distance from line to line in the text, in multiples of the font size."""
    distances: Counter[float] = Counter()
    for above, line in pairwise(lines):
        if above.page == line.page and above.size == line.size == body_size > 0:
            distances[round((line.top - above.top) / body_size, 2)] += 1
    plausible = [pitch for pitch, _ in distances.most_common() if 0.9 < pitch < _MAX_LINE_PITCH]
    return plausible[0] if plausible else DEFAULT_LINE_PITCH


def is_paragraph_gap(above: Line, line: Line, pitch: float) -> bool:
    """Return whether the distance between two lines of a page is wider than inside a paragraph.

    Superscripts and glyphs of other fonts shift the top or the bottom of a line, but rarely both.
    """
    distance = min(line.top - above.top, line.bottom - above.bottom)
    return distance > (pitch + _MIN_PARAGRAPH_GAP) * line.size


def furniture_roles(lines: Sequence[Line], body_size: float) -> list[Role | None]:
    """Return the role of each line that is page furniture, and None for each other line."""
    roles: list[Role | None] = [None] * len(lines)
    footnote_page = 0
    headers = _repeated_texts([line for line in lines if line.bottom < HEADER_BOTTOM], 2)
    footers = _repeated_texts([line for line in lines if line.top > FOOTER_TOP], 3)
    small_footers = _repeated_texts([line for line in lines if _is_small_at_foot(line, body_size)], 3) - {""}
    for index, line in enumerate(lines):
        is_at_foot = line.top > FOOTER_TOP or _is_own_page_number(line)
        if (
            is_at_foot
            and _PAGE_NUMBER.match(line.text)
            and not _is_footnote_mark(line, lines[index + 1 : index + 2], body_size)
        ):
            roles[index] = Role.PAGE_NUMBER
        elif _is_header(line, body_size, headers) or _is_footer(line, body_size, footers, small_footers):
            roles[index] = Role.RUNNING_HEADER
        elif (
            line.starts_with_superscript and line.size < _MAX_MARK_SIZE * body_size and line.text[0].isdigit()
        ):
            roles[index] = Role.FOOTNOTE
            footnote_page = line.page
        elif line.page == footnote_page and line.size <= body_size - 0.9:
            roles[index] = Role.FOOTNOTE
    return roles


def _repeated_texts(lines: Sequence[Line], pages: int) -> set[str]:
    """Return the texts that are repeated on so many pages or more, reduced to their letters."""
    counts = Counter(text for _, text in {(line.page, _letters(line.text)) for line in lines})
    return {text for text, count in counts.items() if count >= pages or not text}


def _letters(text: str) -> str:
    """Return the letters of a header or footer, without the numbers that change from page to page."""
    return "".join(filter(str.isalpha, text))


def _is_footer(line: Line, body_size: float, footers: set[str], small_footers: set[str]) -> bool:
    """Return whether a line is a running footer, not the last line of a footnote at the same height."""
    if _is_small_at_foot(line, body_size) and _letters(line.text) in small_footers:
        return True
    if line.starts_with_superscript or line.top <= FOOTER_TOP:
        return False
    if _letters(line.text) in footers:
        return True
    is_other_size = line.size < 0.78 * body_size or line.size > body_size + 4
    return is_other_size or (line.top > FOOTNOTE_BOTTOM and line.size < 0.9 * body_size)


def _is_small_at_foot(line: Line, body_size: float) -> bool:
    """Return whether a line is in small print near the foot of a page, and no footnote."""
    is_small = line.size < _MAX_HEADER_SIZE * body_size
    return is_small and line.top > _SMALL_FOOTER_TOP and not line.starts_with_superscript


def _is_header(line: Line, body_size: float, headers: set[str]) -> bool:
    """Return whether a line is a running header, or part of a letterhead.

    Text that starts near the top of a page is in the size of the text and no other page repeats it.
    """
    if line.page == 1 and line.bottom < LETTERHEAD_BOTTOM:
        is_small = line.size < 0.85 * body_size
        return is_small or line.bottom < HEADER_BOTTOM or _LETTERHEAD.match(line.text) is not None
    is_small = line.size < _MAX_HEADER_SIZE * body_size
    return line.bottom < HEADER_BOTTOM and (is_small or _letters(line.text) in headers)


def _is_own_page_number(line: Line) -> bool:
    """Return whether a line is the number of its page, at a lower limit than for other numbers."""
    return line.top > 0.9 * FOOTER_TOP and line.text == str(line.page)


def _is_footnote_mark(line: Line, following: Sequence[Line], body_size: float) -> bool:
    """Return whether a number is the mark of the footnote beside it, as a line of its own."""
    return line.size < _MAX_MARK_SIZE * body_size and any(
        below.page == line.page
        and below.x0 > line.x0
        and below.top < line.bottom
        and line.size < below.size < body_size
        for below in following
    )


def looks_like_heading(line: Line, body_size: float) -> bool:
    """Return whether a line is bold or larger than the text, and neither a list item nor a paragraph."""
    is_bold = line.bold and line.size >= body_size - 1.1
    if not (is_bold or line.size >= body_size + _MIN_LARGER_PRINT):
        return False
    is_item = line.text[0] in (BULLET, DASH) or PARAGRAPH_NUMBER.match(line.text) is not None
    return not is_item and any(map(str.isalpha, line.text))


def is_larger_print(line: Line, body_size: float) -> bool:
    """Return whether a line is larger than the text and not bold: a heading, or text in larger print."""
    return not line.bold and line.size >= body_size + _MIN_LARGER_PRINT


def have_same_print(above: Line, line: Line) -> bool:
    """Return whether two lines have the same size, weight and slant."""
    same_font = (above.bold, above.italic) == (line.bold, line.italic)
    return same_font and abs(above.size - line.size) <= _SIZE_TOLERANCE


def continues_heading(above: Line, line: Line) -> bool:
    """Return whether two heading lines are one heading that wraps, or a table label and its cell."""
    if above.page != line.page or abs(above.size - line.size) > _SIZE_TOLERANCE:
        return False
    return line.top - above.bottom < 0.62 * line.size


def second_column_start(lines: Sequence[Line]) -> float:
    """Return the left edge of the second column, which follows the widest gap between left edges.

    The result is 0 if the gap is too narrow for a column.
    """
    left_edges = sorted({line.x0 for line in lines})
    gaps = [(right - left, right) for left, right in pairwise(left_edges)]
    gap, edge = max(gaps, default=(0.0, 0.0))
    return edge if gap > _MIN_COLUMN_WIDTH else 0.0


def bounding_box(lines: Sequence[Line]) -> Box:
    """Return the bounding box of lines, which must all be on one page."""
    return Box(
        lines[0].page,
        min(line.x0 for line in lines),
        min(line.top for line in lines),
        max(line.x1 for line in lines),
        max(line.bottom for line in lines),
    )
