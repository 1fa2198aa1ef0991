"""The second reader: a PDF's lines by pdfplumber, asked where the first reader's lines do not add up.

pdfium gives text in the order in which a page was drawn, and a table's row as one line or as several.
pdfplumber goes by where words stand: here they are put together to lines, those of a ruled table cell by
cell and row by row, so that a label comes before its grade however the page was drawn. It takes some sixty
times as long, so it is asked for a report only, never for all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pdfplumber
from pdfplumber.page import Page

from assets.pdf.pdfium_lines import Edges, Line, UnreadableError
from assets.pdf.text import BULLET, DASH, clean_line

_COLUMNS_APART = 2.5  # sizes, at least, between the words of two columns
_MARKER_REACH = 48.0  # points, at most, from a paragraph's number or bullet to its text
_ATTRIBUTES = ["fontname", "size"]  # a word ends where they change
_CLINGS = 0.12  # sizes, at most, between two parts of one word
_SMALL = 0.8  # of its line's size, at most, has a superscript
_MARKER = re.compile(rf"(?:\d{{1,3}}\.?|[{BULLET}{DASH}])$")
_MARK = re.compile(r"\d{1,2}")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)

Word = dict[str, Any]
Row = list[Word]


def read_lines(pdf: bytes) -> tuple[int, list[Line]]:
    """Return a PDF's number of pages and its lines in reading order, as the first reader's ``read_lines``.

    Raises:
        UnreadableError: none of its pages has text.
        Exception: of any kind; pdfminer takes a damaged file as it comes.
    """
    lines: list[Line] = []
    with pdfplumber.open(BytesIO(pdf)) as document:
        for page in document.pages:
            lines += _page_lines(page)
            page.close()
        if not lines:
            raise UnreadableError(f"none of its {len(document.pages)} pages has text", "no_text")
        return len(document.pages), lines


def _page_lines(page: Page) -> Iterator[Line]:
    place = 0
    for row in _reading_order(page):
        line = _line(row, page)
        if line.text:
            place += 1
            yield replace(line, line=place)


def _reading_order(page: Page) -> Iterator[Row]:
    """Give a page's rows of words from its top; a ruled table's cell by cell, where the table begins."""
    words = page.extract_words(x_tolerance_ratio=0.15, extra_attrs=_ATTRIBUTES)
    blocks: list[tuple[float, list[Row]]] = []
    for table in page.find_tables():
        lattice = [[cell for cell in row.cells if cell] for row in table.rows]
        if sum(len(cells) > 1 for cells in lattice) < 2:
            continue  # a frame, or text marked line by line
        cells = [cell for row in lattice for cell in row]
        rows: list[Row] = []
        for cell in cells:
            rows += _rows([word for word in words if _within(word, cell)])
            words = [word for word in words if not _within(word, cell)]
        blocks.append((table.bbox[1], rows))
    blocks += [(min(row[0]["top"] for row in rows), rows) for rows in _levels(words)]
    for _, rows in sorted(blocks, key=lambda block: block[0]):
        yield from rows


def _within(word: Word, cell: Edges) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3])


def _rows(words: Sequence[Word]) -> list[Row]:
    return [row for rows in _levels(words) for row in rows]


def _levels(words: Sequence[Word]) -> list[list[Row]]:
    """Put words together to lines, those beside each other from left to right.

    The words of a line share most of their height, with no column's gap between.
    """
    levels: list[Row] = []
    for word in sorted(words, key=lambda each: (each["bottom"], each["x0"])):
        level = next((each for each in reversed(levels[-4:]) if _beside(each, word)), None)
        if level is None:
            levels.append([word])
        else:
            level.append(word)
    return [_parted(level) for level in levels]


def _parted(level: Row) -> list[Row]:
    """Part the words of one height where a column's gap is between them."""
    rows: list[Row] = []
    for word in sorted(level, key=lambda each: float(each["x0"])):
        if rows and not _apart(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _beside(level: Row, word: Word) -> bool:
    """Tell whether a word shares most of its height with all words of a line."""
    return all(
        min(each["bottom"], word["bottom"]) - max(each["top"], word["top"])
        > 0.5 * min(each["height"], word["height"])
        for each in level
    )


def _apart(row: Row, word: Word) -> bool:
    """Tell whether a word stands in another column than those to its left."""
    gap = word["x0"] - row[-1]["x1"]
    if len(row) == 1 and _MARKER.match(clean_line(_text(row))):
        return bool(gap > _MARKER_REACH)
    return bool(gap > _COLUMNS_APART * max(row[-1]["size"], word["size"]))


def _line(row: Row, page: Page) -> Line:
    left, upper = _corner(page)
    return Line(
        page=page.page_number,
        line=0,
        text=clean_line(_text(row)),
        x0=round(row[0]["x0"] - left, 2),
        top=round(min(word["top"] for word in row) - upper, 2),
        x1=round(max(word["x1"] for word in row) - left, 2),
        bottom=round(max(word["bottom"] for word in row) - upper, 2),
        size=round(row[0]["size"], 1),
        bold=all(_BOLD.search(word["fontname"]) for word in (row[0], row[-1])),
        starts_with_superscript=_raised(row),
    )


def _corner(page: Page) -> tuple[float, float]:
    """Return where the page as displayed begins, its crop box turned with it, as pdfplumber counts."""
    pairs = zip(page.page_obj.mediabox, page.page_obj.cropbox, strict=True)
    left, bottom, right, top = (abs(media - crop) for media, crop in pairs)
    cut = {0: (left, top), 90: (bottom, left), 180: (right, bottom), 270: (top, right)}[page.rotation]
    return page.mediabox[0] + cut[0], page.mediabox[1] + cut[1]


def _text(row: Row) -> str:
    """Return a row's words without the superscript numbers that point at footnotes."""
    text = ""
    for place, word in enumerate(row):
        clings = place > 0 and _clings(row[place - 1], word)
        if clings and _MARK.fullmatch(word["text"]) and word["size"] < _SMALL * row[0]["size"]:
            continue
        text += word["text"] if clings or not text else f" {word['text']}"
    return text


def _clings(before: Word, word: Word) -> bool:
    """Tell whether two words are one, set in two fonts."""
    set_alike = all(before[each] == word[each] for each in _ATTRIBUTES)
    return not set_alike and bool(word["x0"] - before["x1"] < _CLINGS * word["size"])


def _raised(row: Row) -> bool:
    """Tell whether a row opens with a superscript number, or is nothing but a short number."""
    if not row[0]["text"][0].isdigit():
        return False
    words = [word for word in row[1:3] if word["text"][0].isalpha()]
    return row[0]["size"] < _SMALL * words[0]["size"] if words else len(_text(row)) < 3
