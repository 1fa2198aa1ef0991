"""Typeset test documents as PDF files: headings, paragraphs and lists on as many pages as they need.

For kinds of reports of which the sample has none; the wording follows public descriptions of them. Pages with
given positions belong to ``pdf_builder``.
"""

import textwrap
from collections.abc import Iterator

from tests.support import pdf_builder

_SIZE, _PITCH, _PARAGRAPH_GAP = 12.0, 14.5, 14.5
_LEFT, _TOP, _BOTTOM = 71.0, 190.0, 740.0
_CHARACTERS_PER_LINE = 82


def typeset(*blocks: str) -> bytes:
    """Return a PDF of the given blocks, from top to bottom.

    ``**text`` is a bold heading, ``• text`` a list item, and any other text a paragraph. Blocks are separated
    by a gap, except list items, which follow each other as lines do.
    """
    pages, top = [b""], _TOP
    for block in blocks:
        top += 0 if block.startswith("•") else _PARAGRAPH_GAP
        for x, text, font in _lines(block):
            if top > _BOTTOM:
                pages.append(b"")
                top = 80.0
            pages[-1] += pdf_builder.draw_text(x, top, text, _SIZE, font)
            top += _PITCH
    return pdf_builder.build_pdf(pages)


def _lines(block: str) -> Iterator[tuple[float, str, bytes]]:
    """Yield the left edge, the text and the font of each line of a block."""
    is_item = block.startswith("•")
    font = pdf_builder.BOLD if block.startswith("**") else pdf_builder.REGULAR
    lines = textwrap.wrap(block.strip("* "), _CHARACTERS_PER_LINE)
    for number, text in enumerate(lines):
        yield _LEFT + (18 if is_item and number else 0), text, font
