"""The second reader: extract the lines of a PDF with pdfplumber, where pdfium is inconsistent.

pdfium returns text in the order in which a page is drawn, and a table row as one line or as several.
pdfplumber returns words with their positions. This module groups words into lines by position, and reads a
ruled table cell by cell and row by row, so that a label comes before its grade in whatever order the page is
drawn. It takes about sixty times as long as pdfium, so it is used only for reports that break an invariant.
The decision when to use it belongs to ``assets.parsing.report``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pdfplumber
from pdfplumber.page import Page

from assets.pdf.pdfium_lines import (
    MAX_SUPERSCRIPT_RATIO,
    MIN_SLANT,
    Edges,
    Line,
    UnreadableError,
    text_direction,
    without_reprints,
)
from assets.pdf.text import BULLET, POINT_MARKS, SYMBOL_FONT, clean_line, with_bullet

_MIN_COLUMN_GAP = 2.5  # between the words of two columns, in multiples of the font size
_MAX_MARKER_GAP = 48.0  # between a paragraph number or bullet and its text, in points
_MAX_FRAGMENT_GAP = 0.12  # between two fragments of one word, in multiples of the font size
_FONT_ATTRIBUTES = ["fontname", "size"]  # pdfplumber starts a new word where these change
#: Levels that a word is compared with, counted from the last one.
_RECENT_LEVELS = 4
#: A paragraph number or bullet on its own: '12.', '•'.
_PARAGRAPH_MARKER = re.compile(rf"(?:\d{{1,3}}\.?|[{BULLET}{''.join(POINT_MARKS)}])$")
_FOOTNOTE_REFERENCE = re.compile(r"\d{1,2}")
_ITALIC_FONT = re.compile(r"italic|oblique", re.IGNORECASE)
_BOLD_FONT = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)

#: A word as pdfplumber returns it, with the keys text, x0, x1, top, bottom, height, fontname, size and chars.
Word = dict[str, Any]
#: The words of one line, from left to right.
Row = list[Word]


def read_lines(pdf: bytes) -> tuple[int, list[Line]]:
    """Return the number of pages of a PDF and its lines in reading order, like ``pdfium_lines.read_lines``.

    Raises:
        UnreadableError: no page has text.
        Exception: of any type, because pdfminer does not validate damaged files.
    """
    lines: list[Line] = []
    with pdfplumber.open(BytesIO(pdf)) as document:
        for page in document.pages:
            lines += _page_lines(page)
            page.close()
        if not lines:
            raise UnreadableError(f"none of the {len(document.pages)} pages has text", "no_text")
        return len(document.pages), lines


def _page_lines(page: Page) -> Iterator[Line]:
    # Some files draw every character twice.
    lines = [_line(row, page) for row in _rows_in_reading_order(page.dedupe_chars())]
    for number, line in enumerate(without_reprints([line for line in lines if line.text]), start=1):
        yield replace(line, line=number)


def _rows_in_reading_order(page: Page) -> Iterator[Row]:
    """Yield the rows of a page from top to bottom, with those of a ruled table cell by cell."""
    words = page.extract_words(x_tolerance_ratio=0.15, extra_attrs=_FONT_ATTRIBUTES, return_chars=True)
    blocks: list[tuple[float, list[Row]]] = []
    for table in page.find_tables():
        cells_by_row = [[cell for cell in row.cells if cell] for row in table.rows]
        if sum(len(cells) > 1 for cells in cells_by_row) < 2:
            continue  # a frame, or text highlighted line by line
        rows: list[Row] = []
        for cell in (cell for cells in cells_by_row for cell in cells):
            rows += _group_into_rows([word for word in words if _is_in_cell(word, cell)])
            words = [word for word in words if not _is_in_cell(word, cell)]
        blocks.append((table.bbox[1], rows))
    blocks += [(min(row[0]["top"] for row in rows), rows) for rows in _group_into_levels(words)]
    for _, rows in sorted(blocks, key=lambda block: block[0]):
        yield from rows


def _is_in_cell(word: Word, cell: Edges) -> bool:
    """Return whether the centre of a word is inside a cell."""
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3])


def _group_into_rows(words: Sequence[Word]) -> list[Row]:
    return [row for rows in _group_into_levels(words) for row in rows]


def _group_into_levels(words: Sequence[Word]) -> list[list[Row]]:
    """Group words by height on the page, and each group into the rows of its columns, from left to right.

    The words of a row share most of their height and are not separated by a column gap.
    """
    levels: list[Row] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        recent = reversed(levels[-_RECENT_LEVELS:])
        level = next((level for level in recent if _is_on_level(level, word)), None)
        if level is None:
            levels.append([word])
        else:
            level.append(word)
    return [_split_at_column_gaps(level) for level in levels]


def _split_at_column_gaps(level: Row) -> list[Row]:
    rows: list[Row] = []
    for word in sorted(level, key=lambda word: float(word["x0"])):
        if rows and not _is_in_next_column(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _is_on_level(level: Row, word: Word) -> bool:
    """Return whether a word shares most of its height with every word of a level."""
    return all(
        min(other["bottom"], word["bottom"]) - max(other["top"], word["top"])
        > 0.5 * min(other["height"], word["height"])
        for other in level
    )


def _is_in_next_column(row: Row, word: Word) -> bool:
    """Return whether a column gap separates a word from the row to its left."""
    gap = word["x0"] - row[-1]["x1"]
    if len(row) == 1 and _PARAGRAPH_MARKER.match(clean_line(_row_text(row))):
        return bool(gap > _MAX_MARKER_GAP)
    return bool(gap > _MIN_COLUMN_GAP * max(row[-1]["size"], word["size"]))


def _line(row: Row, page: Page) -> Line:
    """Return a row as a line without a line number, in the coordinates of the page as displayed."""
    left, upper = _displayed_origin(page)
    return Line(
        page=page.page_number,
        line=0,
        text=clean_line(_row_text(row)),
        x0=round(row[0]["x0"] - left, 2),
        top=round(min(word["top"] for word in row) - upper, 2),
        x1=round(max(word["x1"] for word in row) - left, 2),
        bottom=round(max(word["bottom"] for word in row) - upper, 2),
        size=round(row[0]["size"], 1),
        bold=all(_BOLD_FONT.search(word["fontname"]) for word in (row[0], row[-1])),
        starts_with_superscript=_starts_with_superscript(row),
        italic=all(_is_italic(word) for word in (row[0], row[-1])),
        direction=text_direction(*row[0]["chars"][0]["matrix"][:2]),
    )


def _is_italic(word: Word) -> bool:
    """Return whether a word is of an italic font, or slanted by the matrix of its characters."""
    a, b, c, d = word["chars"][0]["matrix"][:4]
    is_slanted = abs(a * c + b * d) > MIN_SLANT * (a**2 + b**2)
    return is_slanted or _ITALIC_FONT.search(word["fontname"]) is not None


def _displayed_origin(page: Page) -> tuple[float, float]:
    """Return the top left corner of the rotated crop box, in pdfplumber's coordinates."""
    pairs = zip(page.page_obj.mediabox, page.page_obj.cropbox, strict=True)
    left, bottom, right, top = (abs(media - crop) for media, crop in pairs)
    margins = {0: (left, top), 90: (bottom, left), 180: (right, bottom), 270: (top, right)}[page.rotation]
    return page.mediabox[0] + margins[0], page.mediabox[1] + margins[1]


def _row_text(row: Row) -> str:
    """Return the text of a row without the superscript numbers that refer to footnotes."""
    text = ""
    for index, word in enumerate(row):
        continues_word = index > 0 and _is_same_word(row[index - 1], word)
        is_small = word["size"] < MAX_SUPERSCRIPT_RATIO * row[0]["size"]
        if continues_word and is_small and _FOOTNOTE_REFERENCE.fullmatch(word["text"]):
            continue
        text += word["text"] if continues_word or not text else f" {word['text']}"
    return with_bullet(text) if SYMBOL_FONT.search(row[0]["fontname"]) else text


def _is_same_word(previous: Word, word: Word) -> bool:
    """Return whether two adjacent fragments are one word set in two fonts or sizes."""
    same_font = all(previous[attribute] == word[attribute] for attribute in _FONT_ATTRIBUTES)
    return not same_font and bool(word["x0"] - previous["x1"] < _MAX_FRAGMENT_GAP * word["size"])


def _starts_with_superscript(row: Row) -> bool:
    """Return whether a row starts with a superscript number, or is nothing but a short number."""
    if not row[0]["text"][0].isdigit():
        return False
    words = [word for word in row[1:3] if word["text"][0].isalpha()]
    if not words:
        return len(_row_text(row)) < 3
    return bool(row[0]["size"] < MAX_SUPERSCRIPT_RATIO * words[0]["size"])
