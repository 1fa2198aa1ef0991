"""Typeset test documents as PDF files: headings, paragraphs and lists on as many pages as they need.

For kinds of reports of which the sample has none; the wording follows public descriptions of them. Pages with
given positions belong to ``pdf_builder``.
"""

import textwrap
from collections.abc import Iterator

from tests.support import pdf_builder

_SIZE, _PITCH, _PARAGRAPH_GAP = 12.0, 14.5, 14.5
_LEFT, _TOP, _BOTTOM, _NEW_PAGE_TOP = 71.0, 190.0, 740.0, 80.0
_CHARACTERS_PER_LINE = 82
_COLUMN, _RIGHT_COLUMN = " | ", 320.0


def typeset(*blocks: str) -> bytes:
    """Return a PDF of the given blocks, from top to bottom.

    ``**text`` is a bold heading, ``• text`` a list item, ``left | right`` a row of a table, whose cells have
    one or more lines, and any other text a paragraph. Blocks are separated by a gap, except list items and
    rows, which follow each other as lines do.
    """
    pages, top = [b""], _TOP
    for block in blocks:
        top += 0 if block.startswith("•") or _COLUMN in block else _PARAGRAPH_GAP
        if _COLUMN in block:
            top = _add_row(pages, top, block)
            continue
        for x, text, font in _lines(block):
            top = _with_space(pages, top)
            pages[-1] += pdf_builder.draw_text(x, top, text, _SIZE, font)
            top += _PITCH
    return pdf_builder.build_pdf(pages)


def _with_space(pages: list[bytes], top: float, height: float = 0) -> float:
    """Return where to continue: at ``top``, or at the top of a new page if this one is full."""
    if top + height <= _BOTTOM:
        return top
    pages.append(b"")
    return _NEW_PAGE_TOP


def _add_row(pages: list[bytes], top: float, block: str) -> float:
    """Draw a row, one cell after the other, and return the position below it."""
    cells = [cell.split("\n") for cell in block.split(_COLUMN)]
    height = _PITCH * max(map(len, cells))
    top = _with_space(pages, top, height)
    for x, lines in zip((_LEFT, _RIGHT_COLUMN), cells, strict=True):
        for number, text in enumerate(lines):
            pages[-1] += pdf_builder.draw_text(x, top + number * _PITCH, text, _SIZE)
    return top + height


def _lines(block: str) -> Iterator[tuple[float, str, bytes]]:
    """Yield the left edge, the text and the font of each line of a block."""
    is_item = block.startswith("•")
    font = pdf_builder.BOLD if block.startswith("**") else pdf_builder.REGULAR
    lines = textwrap.wrap(block.strip("* "), _CHARACTERS_PER_LINE)
    for number, text in enumerate(lines):
        yield _LEFT + (18 if is_item and number else 0), text, font
