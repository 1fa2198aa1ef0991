"""The first reader: extract the lines of a PDF and their bounding boxes with pdfium.

pdfium splits the text of a page into segments, which are mostly whole lines. The text of a page is fetched
in one call. Box, size, weight and slant are requested for the first and last character of each segment only.
This module then merges segments that pdfium separates (a superscript, a paragraph number) and splits lines
that it joins at a hyphen, so that a ``Line`` is one line as displayed. What a line means belongs to
``assets.parsing``; whether it is displayed, to ``display``.
"""

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as api
from PIL import Image

from assets.pdf.text import BROKEN_WORD_HYPHEN, BULLET, POINT_MARKS, SYMBOL_FONT, clean_line, with_bullet

#: Font weights from here on count as bold. They run from 100 to 900; 400 is regular, 700 is bold.
MIN_BOLD_WEIGHT = 600
#: Names of bold fonts. The weight of a standard font that the file does not embed is not known.
_BOLD_FONT = re.compile(rb"bold", re.IGNORECASE)
#: The bit of a font's flags that marks an italic font, and the names of italic fonts.
_ITALIC_FLAG = 1 << 6
_ITALIC_FONT = re.compile(rb"italic|oblique", re.IGNORECASE)
_MAX_FONT_NAME = 128
#: A matrix that slants characters by more than this share of their height makes them italic. Word slants a
#: font that has no italic style by a third.
MIN_SLANT = 0.1
#: A character smaller than this share of its neighbours' size is a superscript: 8 points in a footnote of 10,
#: but not a bullet or paragraph number of 10 points in a text of 12.
MAX_SUPERSCRIPT_RATIO = 0.81
#: The longest report has about sixty pages. A file with more than this is rejected: it takes minutes to read.
MAX_PAGES = 500

_WHITE = (255, 255, 255, 255)

#: x0, top, x1, bottom
Edges = tuple[float, float, float, float]

#: The text between two line breaks, also broken after a word-breaking hyphen.
_SEGMENT = re.compile(f"[^\r\n{BROKEN_WORD_HYPHEN}]+{BROKEN_WORD_HYPHEN}?|{BROKEN_WORD_HYPHEN}")
#: A possible reference to a footnote: the '1' of 'Board1' or 'improve?1'. An expression that starts with a
#: digit is searched for faster than one that starts with a condition.
_FOOTNOTE_REFERENCE = re.compile(r"\d(?<=[^\W\d_]\d|[.,;:?!)’”']\d)\d?(?=$|[\s.,;:)])")
#: A paragraph number or bullet on its own: '12.', '1 2.', '•'.
_PARAGRAPH_MARKER = re.compile(rf"(?:\d{{1,3}} ?\d?\.?|[{BULLET}{''.join(POINT_MARKS)}])$")
#: Largest gap between a paragraph number or bullet and its text, in points.
_MAX_MARKER_GAP = 48.0
#: Largest gap between two segments of one line, as a share of the larger font size.
_MAX_SEGMENT_GAP = 0.6
#: Largest offset between a line and the same line drawn again, as a share of its height.
_MAX_REPRINT_OFFSET = 0.6


class UnreadableError(Exception):
    """No lines can be read from the file; ``code`` is the code of the resulting extraction issue.

    ``unreadable``: the file cannot be opened (not a PDF, damaged or encrypted); ``too_many_pages``: it has
    more than ``MAX_PAGES`` pages; ``no_text``: no page has text.
    """

    def __init__(self, message: str, code: str = "unreadable") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, as displayed.

    The bounding box is in PDF points from the top left of the page as displayed. ``page`` and ``line`` count
    from 1. ``size`` is the font size of the first character, in points. ``bold`` and ``italic`` are true if
    the first and the last character are. ``starts_with_superscript`` is true if the line starts with a
    superscript number, as footnotes do. ``direction`` is the angle at which the line is displayed, in degrees
    counter-clockwise and a multiple of 90: 0 for upright text.
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
    italic: bool = False
    direction: int = 0

    @property
    def height(self) -> float:
        """Height of the bounding box, in points."""
        return self.bottom - self.top


class Document:
    """An opened PDF.

    The first page stays loaded until the document is closed: it is read first, and its display is checked
    after all pages are read.

    Raises:
        UnreadableError: the file cannot be opened.
    """

    def __init__(self, pdf: bytes) -> None:
        try:
            self._document = pdfium.PdfDocument(pdf)
        except pdfium.PdfiumError as error:
            reason = "it has no pages" if _has_no_pages(pdf) else str(error)
            raise UnreadableError(f"pdfium cannot open the file: {reason}") from error
        self._is_rendered = False

    def __len__(self) -> int:
        return len(self._document)

    def page(self, number: int) -> AbstractContextManager["Page"]:
        """Open a page by its number, from 1."""
        return nullcontext(self._first_page) if number == 1 else closing(self._load(number))

    @cached_property
    def _first_page(self) -> "Page":
        return self._load(1)

    def _load(self, number: int) -> "Page":
        return Page(self._document[number - 1])

    def render(self, page: "Page", scale: float, top: float, bottom: float) -> Image.Image:
        """Render a page in shades of grey between two heights; the rest of the picture is black.

        Args:
            page: A page of the document.
            scale: Pixels per point.
            top: The upper height, in points from the top of the page.
            bottom: The lower height.
        """
        self._is_rendered = True
        width, height = (math.ceil(size * scale) for size in page.raw.get_size())
        first = min(max(0, math.floor(top * scale)), height - 1)
        last = min(max(first + 1, math.ceil(bottom * scale)), height)
        bitmap = pdfium.PdfBitmap.new_native(width, last - first, api.FPDFBitmap_Gray)
        bitmap.fill_rect(_WHITE, 0, 0, width, last - first)
        flags = api.FPDF_GRAYSCALE | api.FPDF_ANNOT
        api.FPDF_RenderPageBitmap(bitmap, page.raw, 0, -first, width, height, 0, flags)
        picture = Image.new("L", (width, height))
        picture.paste(bitmap.to_pil(), (0, first))
        return picture

    def close(self) -> None:
        """Close the document and its pages.

        pdfium is reset after rendering, which adapts the substitutes of fonts that a file does not embed:
        later files would get other widths. No other document may be open then.
        """
        self._document.close()
        if self._is_rendered:
            api.FPDF_DestroyLibrary()
            api.FPDF_InitLibrary()


@contextmanager
def open_pdf(pdf: bytes | Document) -> Iterator[Document]:
    """Open a PDF. A document that is open already stays open.

    Raises:
        UnreadableError: the file cannot be opened.
    """
    if isinstance(pdf, Document):
        yield pdf
    else:
        with closing(Document(pdf)) as document:
            yield document


def read_lines(pdf: bytes | Document) -> tuple[int, list[Line]]:
    """Return the number of pages of a PDF and its lines in reading order.

    Raises:
        UnreadableError: the file cannot be opened, has too many pages, or has no text.
    """
    with open_pdf(pdf) as document:
        pages = len(document)
        if pages > MAX_PAGES:
            message = f"the file has {pages} pages; the limit is {MAX_PAGES}"
            raise UnreadableError(message, "too_many_pages")
        lines = [line for number in range(1, pages + 1) for line in _page_lines(document, number)]
        if not lines:
            raise UnreadableError(f"none of the {pages} pages has text", "no_text")
        return pages, lines


def _has_no_pages(pdf: bytes) -> bool:
    """Return whether a file is a valid PDF without pages.

    pypdfium2 refuses such a file too, but its message is then that of an earlier, unrelated error.
    """
    handle = api.FPDF_LoadMemDocument64(pdf, len(pdf), None)
    if handle:
        api.FPDF_CloseDocument(handle)
    return bool(handle)


def _page_lines(document: Document, number: int) -> Iterator[Line]:
    merged: list[Line] = []
    try:
        with document.page(number) as page:
            for segment in page.segments(number):
                if merged and _continues_line(merged[-1], segment):
                    merged[-1] = _merge(merged[-1], segment)
                else:
                    merged.append(segment)
    except pdfium.PdfiumError as error:
        raise UnreadableError(f"pdfium cannot read page {number}: {error}") from error
    cleaned = [_with_text(line, clean_line(line.text)) for line in _sort_top_to_bottom(merged)]
    # Lines of nothing but control characters are dropped.
    distinct = without_reprints([line for line in cleaned if line.text])
    for position, line in enumerate(distinct, start=1):
        yield _numbered(line, position)


def _with_text(line: Line, text: str) -> Line:
    """Return a line with another text; the same line if the text is the same, since copies cost time."""
    return line if text == line.text else replace(line, text=text)


def _numbered(line: Line, number: int) -> Line:
    """Return a line with its number on the page. There are many lines, and ``replace`` is slow."""
    return Line(
        page=line.page,
        line=number,
        text=line.text,
        x0=line.x0,
        top=line.top,
        x1=line.x1,
        bottom=line.bottom,
        size=line.size,
        bold=line.bold,
        starts_with_superscript=line.starts_with_superscript,
        italic=line.italic,
        direction=line.direction,
    )


class _Style(NamedTuple):
    """The style of a character; ``direction`` is as in ``Line``. ``symbol``: its font draws symbols."""

    bold: bool
    italic: bool
    symbol: bool
    direction: int


@lru_cache(maxsize=1024)
def _font_style(name: bytes, flags: int, weight: int) -> tuple[bool, bool, bool]:
    """Return whether a font is bold, italic, and draws symbols. A report has few fonts."""
    bold = weight >= MIN_BOLD_WEIGHT or _BOLD_FONT.search(name) is not None
    italic = bool(flags & _ITALIC_FLAG) or _ITALIC_FONT.search(name) is not None
    return bold, italic, SYMBOL_FONT.search(name.decode(errors="replace")) is not None


class Page:
    """A page with its text, and the size, style and box of each character.

    Positions are indices into ``text``. The handles of pdfium are valid until ``close``.
    """

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.raw = page
        self._text_page = page.get_textpage()
        self._handle = self._text_page.raw
        self._rect = api.FS_RECTF()
        self._matrix = api.FS_MATRIX()
        self._font_name = ctypes.create_string_buffer(_MAX_FONT_NAME)
        self._font_flags = ctypes.c_int()
        self._count = self._text_page.count_chars()
        self.text = self._text_page.get_text_range(errors="replace") if self._count else ""
        self._indices_match = len(self.text) == self._count
        self._left, bottom, right, self._top = page.get_cropbox()
        self.rotation = page.get_rotation()
        self._width, self._height = right - self._left, self._top - bottom

    def close(self) -> None:
        """Close the handles of pdfium."""
        self._text_page.close()
        self.raw.close()

    def segments(self, page: int) -> Iterator[Line]:
        """Yield the segments of the page as lines without a line number, in the order of the file."""
        for match in _SEGMENT.finditer(self.text):
            raw = match.group()
            text = raw.strip()
            if not text:
                continue
            first = match.start() + len(raw) - len(raw.lstrip())
            last = first + len(text) - 1
            size = self._size(first)
            starts_with_superscript = text[0].isdigit() and self._is_superscript(first, len(text))
            x0, top, x1, bottom = self._box(first, last)
            bold, italic, symbol, direction = self._style(first)
            if bold or italic:
                end = self._style(last)
                bold, italic = bold and end.bold, italic and end.italic
            text = self._remove_footnote_references(text, first, size)
            text = with_bullet(text) if symbol else text
            yield Line(
                page, 0, text, x0, top, x1, bottom, size, bold, starts_with_superscript, italic, direction
            )

    def _char_index(self, position: int) -> int:
        """Return pdfium's index of a character; on a few pages it differs from the position in the text."""
        if self._indices_match:
            return position
        return int(api.FPDFText_GetCharIndexFromTextIndex(self._handle, position))

    def position_at(self, x: float, y: float, tolerance: tuple[float, float]) -> int:
        """Return the position of the character at a point of a page that is not rotated; -1 if none is near.

        The point is from the top left of the page; ``tolerance`` is horizontal and vertical, in points.
        """
        index = int(api.FPDFText_GetCharIndexAtPos(self._handle, self._left + x, self._top - y, *tolerance))
        if index < 0 or self._indices_match:
            return index
        # Characters without text have no position; the next one that has counts.
        positions = (
            int(api.FPDFText_GetTextIndexFromCharIndex(self._handle, later))
            for later in range(index, self._count)
        )
        return next((position for position in positions if position >= 0), -1)

    def _size(self, position: int) -> float:
        index = self._char_index(position)
        size = api.FPDFText_GetFontSize(self._handle, index)
        # Some files set the font size to 1 and scale the text with its matrix.
        if size <= 2 and api.FPDFText_GetMatrix(self._handle, index, ctypes.byref(self._matrix)):
            size *= abs(self._matrix.d) or abs(self._matrix.b)
        return round(float(size), 1)

    def _style(self, position: int) -> _Style:
        """Return the style of a character, by its font and its matrix; each is requested once."""
        index, matrix = self._char_index(position), self._matrix
        self._font_name.value, self._font_flags.value = b"", 0
        api.FPDFText_GetFontInfo(
            self._handle, index, self._font_name, _MAX_FONT_NAME, ctypes.byref(self._font_flags)
        )
        weight = api.FPDFText_GetFontWeight(self._handle, index)
        bold, italic, symbol = _font_style(self._font_name.value, self._font_flags.value, weight)
        if not api.FPDFText_GetMatrix(self._handle, index, ctypes.byref(matrix)):
            return _Style(bold, italic, symbol, 0)
        a, b, c, d = matrix.a, matrix.b, matrix.c, matrix.d
        # A rotation is not a slant.
        is_slanted = abs(a * c + b * d) > MIN_SLANT * (a * a + b * b)
        return _Style(bold, italic or is_slanted, symbol, text_direction(a, b, self.rotation))

    def _is_superscript(self, first: int, length: int) -> bool:
        """Return whether the digits at the start of a line are smaller than the letters after them."""
        for position in range(first + 1, first + min(length, 5)):
            if self.text[position].isalpha():
                return self._size(first) < MAX_SUPERSCRIPT_RATIO * self._size(position)
        return length < 3

    def _remove_footnote_references(self, text: str, first: int, size: float) -> str:
        """Remove the superscript numbers that refer to footnotes."""
        references = [
            match
            for match in _FOOTNOTE_REFERENCE.finditer(text)
            if self._size(first + match.start()) < MAX_SUPERSCRIPT_RATIO * size
        ]
        for reference in reversed(references):
            text = text[: reference.start()] + text[reference.end() :]
        return text

    def _box(self, first: int, last: int) -> Edges:
        """Return the bounding box of the first and last character of a segment."""
        left, top, right, bottom = self.char_box(first)
        x0, y0, x1, y1 = self.char_box(last)
        return (
            round(min(left, x0), 2),
            round(min(top, y0), 2),
            round(max(right, x1), 2),
            round(max(bottom, y1), 2),
        )

    def char_box(self, position: int) -> Edges:
        """Return the box of a character, from the top left of the page as displayed."""
        rect = self._rect
        api.FPDFText_GetLooseCharBox(self._handle, self._char_index(position), ctypes.byref(rect))
        x0, x1 = rect.left - self._left, rect.right - self._left
        y0, y1 = self._top - rect.top, self._top - rect.bottom
        if not self.rotation:
            return x0, y0, x1, y1
        return _rotate_box((x0, y0, x1, y1), self.rotation, self._width, self._height)


def text_direction(a: float, b: float, rotation: int = 0) -> int:
    """Return the direction of text with the matrix ``[a b …]``; ``rotation`` is that of the page."""
    if b == 0 and a > 0:  # nearly all text, without the arithmetic
        return -rotation % 360
    return (90 * round(math.degrees(math.atan2(b, a)) / 90) - rotation) % 360


def without_reprints(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page without those that are printed again over themselves.

    Some files draw text twice, in the same position or with a small offset.
    """
    first_prints: dict[str, list[Line]] = {}
    distinct = []
    for line in lines:
        same_text = first_prints.setdefault(line.text, [])
        if not (same_text and any(_is_reprint(line, first) for first in same_text)):
            same_text.append(line)
            distinct.append(line)
    return distinct


def _is_reprint(line: Line, first: Line) -> bool:
    """Return whether a line covers an earlier one with the same text."""
    offset = max(abs(line.top - first.top), abs(line.x0 - first.x0))
    return offset < _MAX_REPRINT_OFFSET * min(line.height, first.height)


def _rotate_box(box: Edges, degrees: int, width: float, height: float) -> Edges:
    """Rotate a box clockwise about a page of the given size, as the page is rotated when displayed."""
    x0, y0, x1, y1 = box
    rotated = {
        90: (height - y1, x0, height - y0, x1),
        180: (width - x1, height - y1, width - x0, height - y0),
        270: (y0, width - x1, y1, width - x0),
    }
    return rotated[degrees]


def _sort_top_to_bottom(lines: list[Line]) -> list[Line]:
    """Return lines in reading order, which can differ from the order in which the file draws them.

    Runs of consecutive lines that do not go up the page are sorted as a whole. Columns that are side by side
    overlap vertically and keep their order.
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
        position = len(ordered)
        while position and bottom <= min(line.top for line in ordered[position - 1]) + 2:
            position -= 1
        ordered.insert(position, run)
    return [line for run in ordered for line in run]


def _continues_line(line: Line, segment: Line) -> bool:
    """Return whether a segment is on the same line as the text before it and directly to its right."""
    overlap = min(line.bottom, segment.bottom) - max(line.top, segment.top)
    if overlap < 0.5 * min(line.height, segment.height):
        return False
    is_marker = _PARAGRAPH_MARKER.match(clean_line(line.text)) and line.size < segment.size + 1
    max_gap = _MAX_MARKER_GAP if is_marker else _MAX_SEGMENT_GAP * max(line.size, segment.size)
    return -2 <= segment.x0 - line.x1 <= max_gap


def _merge(line: Line, segment: Line) -> Line:
    """Append a segment to a line, without the reference to a footnote that the segment may start with."""
    text = segment.text
    if segment.starts_with_superscript and segment.size < MAX_SUPERSCRIPT_RATIO * line.size:
        text = text.lstrip("0123456789").lstrip()
    if not text:
        return replace(line, x1=segment.x1)
    is_adjacent = text == segment.text and segment.x0 - line.x1 < 0.12 * line.size
    separator = "" if text[0] in ",.;:)’”" or is_adjacent else " "
    return replace(
        line,
        text=line.text + separator + text,
        top=min(line.top, segment.top),
        x1=segment.x1,
        bottom=max(line.bottom, segment.bottom),
    )
