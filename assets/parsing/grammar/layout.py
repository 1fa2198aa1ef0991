"""What stands where on a page, whatever the report says: furniture, headings, runs of text.

Families share this: page numbers, running headers and footnotes are set aside first, so that a paragraph
that runs across a page is one run of lines again; headings are told from text by weight and size.
"""

import re
from collections import Counter
from collections.abc import Sequence

from assets.parsing.models import Box, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, DASH

#: Running headers and page numbers stand below ``FOOT`` or above ``HEAD``, body text between (A4: 842 high).
HEAD = 60.0
LOWEST = 788.0  # no footnote stands below
#: A letter's printed head stands at the top of its first page, often behind the text in reading order.
LETTERHEAD = 180.0
FOOT = 770.0
PARAGRAPH_NUMBER = re.compile(r"^(\d{1,3})(?:\.\s+(?=\S)|\s+(?=[A-Z‘“])|\.$)")
_LETTERHEAD = re.compile(
    r"ofsted$|piccadilly gate|store st|manchester(?: m1 2wd)?$|m1 2wd|t:? 0\d|text ?phone|\S*enquiries|e:"
    r"|(?:w: ?)?www\.|clive house|70 petty france|aviation house|royal exchange|\S+ ?@\S+$",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"^\d{1,3}$")


def body_font_size(lines: Sequence[Line]) -> float:
    """Return the size most of the report's letters have, in points."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def furniture_roles(lines: Sequence[Line], body: float) -> list[Role | None]:
    """Tell page numbers, running headers and footnotes from the rest, which is None."""
    roles: list[Role | None] = [None] * len(lines)
    footnotes_on = 0
    repeated = _repeated_at_the_foot(lines)
    for place, line in enumerate(lines):
        if _PAGE_NUMBER.match(line.text) and (line.top > FOOT or _numbers_its_page(line)):
            roles[place] = Role.PAGE_NUMBER
        elif _heads_a_page(line, body) or _foots_a_page(line, body, repeated):
            roles[place] = Role.RUNNING_HEADER
        elif line.starts_with_superscript and line.size < 0.75 * body and line.text[0].isdigit():
            roles[place] = Role.FOOTNOTE
            footnotes_on = line.page
        elif line.page == footnotes_on and line.size <= body - 0.9:
            roles[place] = Role.FOOTNOTE
    return roles


def _repeated_at_the_foot(lines: Sequence[Line]) -> set[str]:
    """Return what stands at the foot of three pages or more, numbers aside."""
    counts = Counter(_unnumbered(line.text) for line in lines if line.top > FOOT)
    return {text for text, count in counts.items() if count > 2 or not text}


def _unnumbered(text: str) -> str:
    """Return a footer without what changes from page to page: its letters."""
    return "".join(filter(str.isalpha, text))


def _foots_a_page(line: Line, body: float, repeated: set[str]) -> bool:
    """Tell a running footer from a footnote's last lines, which may reach as low."""
    if line.starts_with_superscript or line.top <= FOOT:
        return False
    if _unnumbered(line.text) in repeated:
        return True
    return line.size < 0.78 * body or line.size > body + 4 or (line.top > LOWEST and line.size < 0.9 * body)


def _heads_a_page(line: Line, body: float) -> bool:
    """Tell a running header, or a letter's printed head, from the text below."""
    if line.page == 1 and line.bottom < LETTERHEAD:
        small = line.size < 0.85 * body
        return small or line.bottom < HEAD or _LETTERHEAD.match(line.text) is not None
    return line.bottom < HEAD


def _numbers_its_page(line: Line) -> bool:
    return line.text == str(line.page) and line.top > 0.9 * FOOT


def looks_like_heading(line: Line, body: float) -> bool:
    """Tell whether a line looks like a heading: heavier or larger than the text, and no item of a list."""
    if line.text[0] in (BULLET, DASH) or not any(map(str.isalpha, line.text)):
        return False
    if line.bold and line.size >= body - 1.1:
        return PARAGRAPH_NUMBER.match(line.text) is None
    return line.size >= body + 1.5 and PARAGRAPH_NUMBER.match(line.text) is None


def continues_heading(above: Line, line: Line) -> bool:
    """Tell whether two heading lines are one heading that wraps (or a table's cell beside its label)."""
    if above.page != line.page or abs(above.size - line.size) > 0.6:
        return False
    return line.top - above.bottom < 0.62 * line.size


def bounding_box(lines: Sequence[Line]) -> Box:
    """Return the bounding box of lines, which must all be on one page."""
    return Box(
        lines[0].page,
        min(line.x0 for line in lines),
        min(line.top for line in lines),
        max(line.x1 for line in lines),
        max(line.bottom for line in lines),
    )
