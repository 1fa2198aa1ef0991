"""The first reader: a PDF's lines with their boxes, by pdfium.

pdfium segments a page's text into lines itself. Its text is taken once a page; letters are asked for
their box, size and weight only at the two ends of each line, which is why reading a page costs little more
than decoding it. What pdfium tears apart (a superscript, a paragraph's number) is put together again here,
and what it glues (two lines around a hyphen) is parted, so that a ``Line`` is a line as one sees it.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as api

from assets.pdf.text import BROKEN_WORD_HYPHEN, BULLET, DASH, clean_line

BOLD = 600  # font weights run from 100 to 900; 400 is regular, 700 bold

_SEGMENT = re.compile(f"[^\r\n{BROKEN_WORD_HYPHEN}]*{BROKEN_WORD_HYPHEN}|[^\r\n{BROKEN_WORD_HYPHEN}]+")
_FOOTNOTE_MARK = re.compile(r"(?<=[^\W\d_]|[.,;:?!)’”'])\d{1,2}(?=$|[\s.,;:)])")
_MARKER = re.compile(rf"(?:\d{{1,3}} ?\d?\.?|[{BULLET}{DASH}])$")


#: x0, top, x1, bottom
Edges = tuple[float, float, float, float]


#: No report has more than sixty; a file with more pages than this is none, and would be read for minutes.
MAX_PAGES = 500


class UnreadableError(Exception):
    """The file gives no lines; ``code`` says in a word why.

    ``unreadable``: it cannot be opened (no PDF, damaged, encrypted); ``too_many_pages``: it has more than
    ``MOST_PAGES``; ``no_text``: no page has any.
    """

    def __init__(self, message: str, code: str = "unreadable") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, as printed.

    The box is in PDF points from the top left of the page as displayed; ``size`` is that of the first letter;
    ``bold`` speaks of the first and the last. ``raised`` says that the line opens with a superscript number,
    as footnotes do.
    """

    page: int
    line: int
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    starts_with_superscript: bool = False

    @property
    def height(self) -> float:
        """Height of the box, in points."""
        return self.bottom - self.top


def read_lines(pdf: bytes) -> tuple[int, list[Line]]:
    """Return a PDF's number of pages and its lines in reading order.

    Raises:
        UnreadableError: it cannot be opened, has too many pages, or no text at all.
    """
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as error:
        reason = "it has no pages" if _is_empty(pdf) else str(error)
        raise UnreadableError(f"pdfium cannot open it: {reason}") from error
    with document:
        if len(document) > MAX_PAGES:
            why = f"it has {len(document)} pages, more than {MAX_PAGES}"
            raise UnreadableError(why, "too_many_pages")
        lines = [line for number in range(len(document)) for line in _page_lines(document, number)]
        if not lines:
            raise UnreadableError(f"none of its {len(document)} pages has text", "no_text")
        return len(document), lines


def _is_empty(pdf: bytes) -> bool:
    """Tell a file without pages from a broken one, of which pypdfium2 says what was wrong with another."""
    handle = api.FPDF_LoadMemDocument64(pdf, len(pdf), None)
    if handle:
        api.FPDF_CloseDocument(handle)
    return bool(handle)


def _page_lines(document: pdfium.PdfDocument, number: int) -> Iterator[Line]:
    try:
        page = document[number]
        letters = _Letters(page)
    except pdfium.PdfiumError as error:
        raise UnreadableError(f"pdfium cannot read page {number + 1}: {error}") from error
    merged: list[Line] = []
    for segment in letters.segments(number + 1):
        if merged and _continues(merged[-1], segment):
            merged[-1] = _merge(merged[-1], segment)
        else:
            merged.append(segment)
    letters.close()
    page.close()
    lines = (replace(line, text=clean_line(line.text)) for line in _from_top_to_bottom(merged))
    # What had nothing but control characters is no line.
    for place, line in enumerate((line for line in lines if line.text), start=1):
        yield replace(line, line=place)


class _Letters:
    """One page's text and the boxes of its letters; pdfium's handles live and die with it."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._text_page = page.get_textpage()
        self._handle = self._text_page.raw
        self._rect = api.FS_RECTF()
        self._matrix = api.FS_MATRIX()
        self.count = self._text_page.count_chars()
        self.text = self._text_page.get_text_range(errors="replace") if self.count else ""
        self._aligned = len(self.text) == self.count
        left, bottom, right, top = page.get_cropbox()
        self._origin = (left, top)
        self._turn = page.get_rotation()
        self._width, self._height = right - left, top - bottom

    def close(self) -> None:
        self._text_page.close()

    def segments(self, page: int) -> Iterator[Line]:
        for match in _SEGMENT.finditer(self.text):
            raw = match.group()
            text = raw.strip()
            if not text:
                continue
            first = match.start() + len(raw) - len(raw.lstrip())
            last = first + len(text) - 1
            size = self._size(first)
            raised = text[0].isdigit() and self._rises(first, len(text))
            x0, top, x1, bottom = self._box(first, last)
            bold = self._bold(first) and self._bold(last)
            text = self._without_marks(text, first, size)
            yield Line(page, 0, text, x0, top, x1, bottom, size, bold, raised)

    def _index(self, place: int) -> int:
        """Return pdfium's own number of a letter; they differ from places in the text only on odd pages."""
        return place if self._aligned else api.FPDFText_GetCharIndexFromTextIndex(self._handle, place)

    def _size(self, place: int) -> float:
        index = self._index(place)
        size = api.FPDFText_GetFontSize(self._handle, index)
        if size <= 2 and api.FPDFText_GetMatrix(self._handle, index, ctypes.byref(self._matrix)):
            size *= abs(self._matrix.d) or abs(self._matrix.b)
        return round(float(size), 1)

    def _bold(self, place: int) -> bool:
        return bool(api.FPDFText_GetFontWeight(self._handle, self._index(place)) >= BOLD)

    def _rises(self, first: int, length: int) -> bool:
        """Tell whether a line's opening digits are smaller than the letters behind them."""
        for place in range(first + 1, first + min(length, 5)):
            if self.text[place].isalpha():
                return self._size(first) < 0.8 * self._size(place)
        return length < 3

    def _without_marks(self, text: str, first: int, size: float) -> str:
        """Drop the superscript numbers that point at footnotes."""
        marks = [m for m in _FOOTNOTE_MARK.finditer(text) if self._size(first + m.start()) < 0.8 * size]
        for mark in reversed(marks):
            text = text[: mark.start()] + text[mark.end() :]
        return text

    def _box(self, first: int, last: int) -> Edges:
        corners = [self._corners(first), self._corners(last)]
        x0, top = min(c[0] for c in corners), min(c[1] for c in corners)
        x1, bottom = max(c[2] for c in corners), max(c[3] for c in corners)
        return round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2)

    def _corners(self, place: int) -> Edges:
        rect = self._rect
        api.FPDFText_GetLooseCharBox(self._handle, self._index(place), ctypes.byref(rect))
        left, top = self._origin
        x0, x1 = rect.left - left, rect.right - left
        y0, y1 = top - rect.top, top - rect.bottom
        if not self._turn:
            return x0, y0, x1, y1
        return _turned((x0, y0, x1, y1), self._turn, self._width, self._height)


def _turned(box: Edges, turn: int, width: float, height: float) -> Edges:
    """Turn a box as the page is turned when displayed: ``turn`` degrees clockwise."""
    x0, y0, x1, y1 = box
    turned = {
        90: (height - y1, x0, height - y0, x1),
        180: (width - x1, height - y1, width - x0, height - y0),
        270: (y0, width - x1, y1, width - x0),
    }
    return turned[turn]


def _from_top_to_bottom(lines: list[Line]) -> list[Line]:
    """Bring runs of lines into the order of the page: a box may be drawn after the text it stands above.

    Columns beside each other overlap in height and keep the order they have.
    """
    runs: list[list[Line]] = []
    for line in lines:
        if runs and line.top > runs[-1][-1].top - 0.5 * line.height:
            runs[-1].append(line)
        else:
            runs.append([line])
    ordered: list[list[Line]] = []
    for run in runs:
        bottom = max(line.bottom for line in run)
        place = len(ordered)
        while place and bottom <= min(line.top for line in ordered[place - 1]) + 2:
            place -= 1
        ordered.insert(place, run)
    return [line for run in ordered for line in run]


def _continues(line: Line, segment: Line) -> bool:
    """Tell whether a segment stands on the same line, right behind what came before it."""
    overlap = min(line.bottom, segment.bottom) - max(line.top, segment.top)
    if overlap < 0.5 * min(line.height, segment.height):
        return False
    marks = _MARKER.match(clean_line(line.text)) and line.size < segment.size + 1
    reach = 48 if marks else 0.6 * max(line.size, segment.size)
    return -2 <= segment.x0 - line.x1 <= reach


def _merge(line: Line, segment: Line) -> Line:
    """Put a line together again; a superscript number at the seam is a footnote's mark, and goes."""
    text = segment.text
    if segment.starts_with_superscript and segment.size < 0.8 * line.size:
        text = text.lstrip("0123456789").lstrip()
    if not text:
        return replace(line, x1=segment.x1)
    touches = text == segment.text and segment.x0 - line.x1 < 0.12 * line.size
    blank = "" if text[0] in ",.;:)’”" or touches else " "
    return replace(
        line,
        text=line.text + blank + text,
        top=min(line.top, segment.top),
        x1=segment.x1,
        bottom=max(line.bottom, segment.bottom),
    )
