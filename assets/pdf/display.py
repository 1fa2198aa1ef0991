"""Whether lines are displayed as they were read: find text that a page contains but does not show.

pdfium returns the text of a page whether or not a reader can see it. A page is therefore rendered twice, as
it is and without the text of the lines in question. A word is displayed if the pictures differ where it is,
and nothing else is drawn there if the second picture is blank there. This covers every way to hide or replace
text: invisible or white text, clipping, layers, covering shapes, pictures and annotations, text printed over
it, and a line through it.
"""

import ctypes
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as api
from PIL import Image, ImageChops

from assets.pdf.pdfium_lines import Document, Edges, Line, Page, open_pdf

#: Pixels per point of the pictures.
_SCALE = 0.75
#: The least difference of a pixel that a reader sees, of 255.
_VISIBLE_CONTRAST = 48
#: Smaller text cannot be read, in points.
_MIN_SIZE = 3.0
#: A page with more pixels is not rendered. An A4 page has half a million.
_MAX_PIXELS = 10_000_000
#: What is drawn above or below the middle of a word, as a share of its height, is a border or an underline;
#: what is drawn at its sides, in points, is the border of a table or box.
_MARGIN = 0.3
_SIDE_MARGIN = 1.5
#: Words that overlap by more points are printed on top of each other; kerning moves letters by less.
_MIN_OVERLAP = 3.0
#: Horizontal tolerance for finding the first character of a line, in points.
_TOLERANCE = 2.0
#: A word, or the end of a line.
_WORD_OR_BREAK = re.compile(r"[^\W_]+|[\r\n]")
#: Objects nested deeper in forms are not looked for.
_MAX_DEPTH = 15

NOT_DISPLAYED = "is in the file, but is not displayed"
OVERPRINTED = "has something else printed over it"
TOO_SMALL = "is too small to be read"
TOO_LARGE = "is on a page that is too large to be checked"


class _Word(NamedTuple):
    """A word of a line: its position among the given lines, its text and its box on the page."""

    position: int
    text: str
    box: Edges


def undisplayed_lines(pdf: bytes | Document, lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Return those of some lines that are not displayed as they were read, each with the reason.

    The reason completes a sentence whose subject is a word of the line. Lines of pages that are rotated are
    not checked.

    Args:
        pdf: The content of the file, or the opened file.
        lines: Lines of it, in any order.
    """
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    undisplayed: list[tuple[Line, str]] = []
    with open_pdf(pdf) as document:
        for number, page_lines in sorted(by_page.items()):
            with document.page(number) as page:
                undisplayed += _undisplayed_on_page(document, page, page_lines)
    return undisplayed


def _undisplayed_on_page(document: Document, page: Page, lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    if page.rotation:
        return
    width, height = page.raw.get_size()
    if width * height * _SCALE**2 > _MAX_PIXELS:
        yield from ((line, f"'{line.text}' {TOO_LARGE}") for line in lines)
        return
    words = list(_words(page, lines))
    boxes = [*map(_edges, lines), *(word.box for word in words)]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes) + 1
    displayed = document.render(page, _SCALE, top, bottom)
    _deactivate_text(page, lines)
    without = document.render(page, _SCALE, top, bottom)
    difference = ImageChops.difference(displayed, without)
    pixels = difference.tobytes()
    blank = {position for position, line in enumerate(lines) if _is_blank(without, _edges(line))}
    overlapped = {index for pair in _overlapping(words) for index in pair}
    reasons: dict[int, str] = {}
    for index, word in enumerate(words):
        if lines[word.position].size < _MIN_SIZE:
            reason = TOO_SMALL
        elif not all(_is_displayed(difference, pixels, part) for part in _parts(word.box)):
            reason = NOT_DISPLAYED
        elif index in overlapped or (word.position not in blank and not _is_blank(without, word.box)):
            reason = OVERPRINTED
        else:
            continue
        reasons.setdefault(word.position, f"'{word.text}' {reason}")
    yield from ((lines[position], reason) for position, reason in sorted(reasons.items()))


def _overlapping(words: Sequence[_Word]) -> Iterator[tuple[int, int]]:
    """Yield the indices of each pair of words that are printed on top of each other."""
    from_left = sorted((word.box, index) for index, word in enumerate(words))
    for position, ((_, top, x1, bottom), first) in enumerate(from_left, start=1):
        for (other_x0, other_top, other_x1, other_bottom), second in from_left[position:]:
            if other_x0 > x1 - _MIN_OVERLAP:
                break
            overlap = min(bottom, other_bottom) - max(top, other_top)
            is_side_by_side = min(x1, other_x1) - other_x0 < _MIN_OVERLAP
            if overlap > 0.5 * min(bottom - top, other_bottom - other_top) and not is_side_by_side:
                yield first, second


def _parts(box: Edges) -> Iterator[Edges]:
    """Yield the parts of a word's box, each about as wide as it is high."""
    x0, top, x1, bottom = box
    count = max(1, round((x1 - x0) / (bottom - top)))
    width = (x1 - x0) / count
    for index in range(count):
        yield x0 + index * width, top, x0 + (index + 1) * width, bottom


def _edges(line: Line) -> Edges:
    return line.x0, line.top, line.x1, line.bottom


def _is_blank(picture: Image.Image, box: Edges) -> bool:
    """Return whether nothing is drawn in the middle of a box."""
    x0, top, x1, bottom = box
    margin = _MARGIN * (bottom - top)
    inside = (x0 + _SIDE_MARGIN, top + margin, x1 - _SIDE_MARGIN, bottom - margin)
    return _contrast(picture, inside) < _VISIBLE_CONTRAST


def _is_displayed(difference: Image.Image, pixels: bytes, box: Edges) -> bool:
    """Return whether the text of a part of a page makes a difference that a reader sees.

    Args:
        difference: The difference between the pictures with and without the text.
        pixels: Its pixels. The row in the middle of a part mostly decides, and is cheaper than a part.
        box: The part.
    """
    x0, top, x1, bottom = _in_pixels(box)
    start = (top + bottom) // 2 * difference.width
    if min(start, x0) >= 0 and x1 <= difference.width:
        row = pixels[start + x0 : start + x1]
        if row and max(row) - min(row) >= _VISIBLE_CONTRAST:
            return True
    return _contrast(difference, box) >= _VISIBLE_CONTRAST


def _contrast(picture: Image.Image, box: Edges) -> int:
    """Return the difference between the lightest and the darkest pixel of a part of a picture."""
    lowest, highest = picture.crop(_in_pixels(box)).getextrema()
    return int(highest - lowest)  # type: ignore[operator]


def _in_pixels(box: Edges) -> tuple[int, int, int, int]:
    """Return a box in pixels of the pictures; it has one pixel or more."""
    x0, top, x1, bottom = box
    left, first = int(x0 * _SCALE), int(top * _SCALE)
    return left, first, max(int(x1 * _SCALE + 0.5), left + 1), max(int(bottom * _SCALE + 0.5), first + 1)


def _deactivate_text(page: Page, lines: Sequence[Line]) -> None:
    """Hide the text objects of lines from the next rendering of the page."""
    left, _, _, top = page.raw.get_cropbox()
    boxes = [(left + line.x0, top - line.bottom, left + line.x1, top - line.top) for line in lines]
    edges = [ctypes.c_float() for _ in range(4)]
    pointers = [ctypes.byref(edge) for edge in edges]
    for text in _text_objects(page.raw):
        api.FPDFPageObj_GetBounds(text, *pointers)
        x0, y0, x1, y1 = [edge.value for edge in edges]
        middle = (y0 + y1) / 2
        for box_x0, box_y0, box_x1, box_y1 in boxes:
            if box_y0 <= middle <= box_y1 and x0 < box_x1 and x1 > box_x0:
                api.FPDFPageObj_SetIsActive(text, False)
                break


def _text_objects(
    parent: Any,  # noqa: ANN401 (a handle of pdfium)
    count: Callable[[Any], int] = api.FPDFPage_CountObjects,
    get: Callable[[Any, int], Any] = api.FPDFPage_GetObject,
    depth: int = 1,
) -> Iterator[Any]:
    """Yield the handles of the text objects of a page and of its forms.

    This is ``PdfPage.get_objects`` without an instance for each object, which takes three times as long.
    """
    for index in range(count(parent)):
        item = get(parent, index)
        kind = api.FPDFPageObj_GetType(item)
        if kind == api.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == api.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            yield from _text_objects(item, api.FPDFFormObj_CountObjects, api.FPDFFormObj_GetObject, depth + 1)


def _words(page: Page, lines: Sequence[Line]) -> Iterator[_Word]:
    """Yield the words of lines with their boxes, as pdfium locates their characters."""
    for position, line in enumerate(lines):
        middle = (line.top + line.bottom) / 2
        start = page.position_at(line.x0 + 1, middle, (_TOLERANCE, line.height / 2))
        if start < 0:
            continue
        for match in _WORD_OR_BREAK.finditer(page.text, start):
            word = match.group()
            if word in "\r\n":
                break
            first, last = page.char_box(match.start()), page.char_box(match.end() - 1)
            if not (first[1] <= middle <= first[3] and first[0] < line.x1):
                break
            # The number of a list item or paragraph is not a word.
            is_number = word.isdigit() and page.text.startswith(".", match.end())
            if not (is_number and first[0] < line.x0 + 1):
                box = (first[0], min(first[1], last[1]), last[2], max(first[3], last[3]))
                yield _Word(position, word, box)
