"""Grouping of lines into paragraphs, across pages and across page furniture.

Paragraphs are numbered, list items, or plain text separated by gaps. Which kind of row a paragraph becomes
belongs to ``sections``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assets.parsing.grammar.layout import (
    DEFAULT_LINE_PITCH,
    PARAGRAPH_NUMBER,
    bounding_box,
    is_paragraph_gap,
)
from assets.parsing.grammar.sentences import CLAUSE_END
from assets.parsing.models import Box
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, DASH, POINT_MARKS, join_lines

#: Bullets this many points to the right of that of a list item mark its points.
_MIN_POINT_INDENT = 8
#: The title of a list: 'Quality and effectiveness of practice'. It ends neither a sentence nor in a colon.
_LIST_TITLE = re.compile(r"[A-Z][^.?!:;]{2,118}[^.?!:;,)]")
#: As ``last_number``: the paragraphs have no numbers, so a number at the start of a line is part of the text.
UNNUMBERED = 1000


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, as indices into the lines of the report.

    ``number`` is the printed number, or None. ``is_item`` is true for an item of a list: one outside a
    numbered paragraph or, with the number of that paragraph, one that is a request of its own.
    """

    number: int | None
    is_item: bool
    indices: tuple[int, ...]


def starts_with_bullet(line: Line) -> bool:
    """Return whether a line is the first of a list item."""
    return line.text[0] == BULLET


def starts_with_point(line: Line) -> bool:
    """Return whether a line is the first of a point inside a list item: '– permanence for children'."""
    return line.text[0] == DASH or line.text.split(" ", 1)[0] in POINT_MARKS


def paragraph_number(line: Line) -> int | None:
    """Return the number at the start of a line if it looks like a paragraph number."""
    match = PARAGRAPH_NUMBER.match(line.text)
    return int(match.group(1)) if match else None


def has_numbered_paragraphs(lines: Iterable[Line]) -> bool:
    """Return whether a letter numbers its paragraphs: lines start with '1.', '2.' and '3.' in order."""
    next_number = 1
    for line in lines:
        next_number += line.text.startswith(f"{next_number}. ")
    return next_number > 3


def split_paragraphs(
    lines: Sequence[Line], indices: Iterable[int], last_number: int, pitch: float = DEFAULT_LINE_PITCH
) -> list[Paragraph]:
    """Split a run of lines into paragraphs.

    A number starts a paragraph if it follows ``last_number``. One missing number is accepted, and is reported
    later as a gap in the numbering. A bullet starts a list item, except inside a numbered paragraph, to which
    it then belongs. Unnumbered text is split where the gap between two lines is wider than inside a
    paragraph. Points belong to their list item, whether their mark is a dash or an indented bullet.

    Args:
        lines: all lines of the report.
        indices: indices of the lines to split, in reading order.
        last_number: number of the last numbered paragraph before these lines, or ``UNNUMBERED``.
        pitch: distance from line to line inside a paragraph, in multiples of the font size.
    """
    paragraphs: list[tuple[int | None, bool, list[int]]] = []
    for index in indices:
        line = lines[index]
        number = paragraph_number(line)
        current = [lines[previous] for previous in paragraphs[-1][2]] if paragraphs else []
        above = current[-1] if current else None
        if (
            number is not None
            and last_number < number <= last_number + 2
            and _is_at_paragraph_start(line, current, pitch)
        ):
            paragraphs.append((number, False, [index]))
            last_number = number
        elif current and _continues_current(paragraphs[-1][0], current, line, pitch):
            paragraphs[-1][2].append(index)
        elif starts_with_bullet(line):
            paragraphs.append((None, True, [index]))
        elif above is None or _is_paragraph_break(above, line, lines, pitch, in_item=paragraphs[-1][1]):
            paragraphs.append((None, False, [index]))
        else:
            paragraphs[-1][2].append(index)
    return [Paragraph(number, is_item, tuple(run)) for number, is_item, run in paragraphs]


def _is_at_paragraph_start(line: Line, current: Sequence[Line], pitch: float) -> bool:
    """Return whether a number at the start of a line is a paragraph number, not part of the current text."""
    if not current or current[-1].page != line.page or is_paragraph_gap(current[-1], line, pitch):
        return True
    if len(current) == 1:
        # The second line of a numbered paragraph is indented to the right of its number.
        return line.x0 < current[0].x0 + 4
    return abs(line.x0 - current[-1].x0) >= 4


def _continues_current(number: int | None, current: Sequence[Line], line: Line, pitch: float) -> bool:
    """Return whether a line continues a numbered paragraph, or is a point of a list item."""
    continues_numbered = number is not None and not _leaves_numbered(current, line, pitch)
    return continues_numbered or _is_point(line, current)


def _is_point(line: Line, current: Sequence[Line]) -> bool:
    """Return whether a bullet marks a point of the current list item, which introduces it with a colon."""
    is_nested = starts_with_bullet(current[0]) and line.x0 > current[0].x0 + _MIN_POINT_INDENT
    return starts_with_bullet(line) and is_nested and any(above.text.endswith(":") for above in current)


def _leaves_numbered(current: Sequence[Line], line: Line, pitch: float) -> bool:
    """Return whether unnumbered text after a numbered paragraph is no longer part of it."""
    first, above = current[0], current[-1]
    if starts_with_bullet(line) or line.x0 > first.x0 + 8 or not CLAUSE_END.search(above.text):
        return False
    return above.page != line.page or is_paragraph_gap(above, line, pitch)


def _is_paragraph_break(
    above: Line, line: Line, lines: Sequence[Line], pitch: float, *, in_item: bool
) -> bool:
    """Return whether an unnumbered paragraph ends between two lines."""
    if starts_with_point(line):
        return False
    if above.page == line.page and line.top >= above.top:
        return is_paragraph_gap(above, line, pitch)
    # The second line is on the next page or in the next column.
    if not CLAUSE_END.search(above.text):
        return False
    if in_item:
        return line.x0 < above.x0 - 4
    # A line that has space for the first word of the next line is the last of its paragraph.
    right_margin = max(other.x1 for other in lines if other.page == above.page)
    word_length = len(line.text.split(" ", 1)[0]) + 1
    character_width = (above.x1 - above.x0) / max(len(above.text), 1)
    return above.x1 + word_length * character_width < right_margin


def split_titled_list(lines: Sequence[Line], paragraph: Paragraph) -> tuple[str, list[Paragraph]]:
    """Split a numbered paragraph that is a title with a list: '1. Quality of practice • … • …'.

    Returns the title and one paragraph per list item, each with the number of the whole. If the text before
    the list is no title but a sentence or the introduction of the list ('Ensure that:'), or there is no list,
    returns an empty title and no paragraphs.
    """
    starts = [
        position for position, index in enumerate(paragraph.indices) if starts_with_bullet(lines[index])
    ]
    if paragraph.number is None or not starts or not starts[0]:
        return "", []
    title = paragraph_text(lines, replace(paragraph, indices=paragraph.indices[: starts[0]]))
    if not _LIST_TITLE.fullmatch(title):
        return "", []
    ends = [*starts[1:], len(paragraph.indices)]
    return title, [
        Paragraph(paragraph.number, True, paragraph.indices[start:end])
        for start, end in zip(starts, ends, strict=True)
    ]


def paragraph_text(lines: Sequence[Line], paragraph: Paragraph) -> str:
    """Return the text of a paragraph without its number or bullet."""
    texts = [lines[index].text for index in paragraph.indices]
    if paragraph.is_item:
        texts[0] = texts[0].removeprefix(BULLET)
    elif paragraph.number is not None:
        texts[0] = PARAGRAPH_NUMBER.sub("", texts[0], count=1)
    return join_lines([stripped for text in texts if (stripped := text.strip()) and stripped != BULLET])


def paragraph_boxes(lines: Sequence[Line], paragraph: Paragraph) -> tuple[Box, ...]:
    """Return one bounding box for each uninterrupted run of the paragraph's lines on a page."""
    runs: list[list[Line]] = []
    for index in paragraph.indices:
        line = lines[index]
        if runs and runs[-1][-1].page == line.page and line.line <= runs[-1][-1].line + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return tuple(bounding_box(run) for run in runs)
