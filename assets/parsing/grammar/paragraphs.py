"""Lines put together to paragraphs, across lines, pages and what stands between their halves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assets.parsing.grammar.layout import PARAGRAPH_NUMBER, bounding_box
from assets.parsing.models import Box
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, DASH, join_lines

_ENDS = re.compile(r"[.?!:;][’”)\]]*$")


#: As ``last_number``: these lines have no numbered paragraphs, whatever number a line may open with.
UNNUMBERED = 1000


@dataclass(frozen=True)
class Paragraph:
    """A run of lines that belong together; ``number`` is printed, ``bullet`` says that it is an item."""

    number: int | None
    bullet: bool
    indices: tuple[int, ...]


def bulleted(line: Line) -> bool:
    """Tell whether a line opens an item of a list."""
    return line.text[0] == BULLET


def paragraph_number(line: Line) -> int | None:
    """Return the number a line opens with, if it looks like that of a paragraph."""
    match = PARAGRAPH_NUMBER.match(line.text)
    return int(match.group(1)) if match else None


def has_numbered_paragraphs(lines: Iterable[Line]) -> bool:
    """Tell whether a letter numbers its paragraphs, as few do: lines open with '1.', '2.', '3.' in turn."""
    due = 1
    for line in lines:
        due += line.text.startswith(f"{due}. ")
    return due > 3


def split_paragraphs(lines: Sequence[Line], places: Iterable[int], last_number: int) -> list[Paragraph]:
    """Split a run of lines into paragraphs.

    A number opens a paragraph if it is the next after ``last_number`` (one skipped number is let pass:
    the gap then shows in the numbering); a bullet opens an item, but inside a numbered paragraph it goes
    on with it. Unnumbered text is split where the gap between lines is wider than within a paragraph.
    """
    runs: list[tuple[int | None, bool, list[int]]] = []
    for place in places:
        line = lines[place]
        number = paragraph_number(line)
        run = [lines[each] for each in runs[-1][2]] if runs else []
        above = run[-1] if run else None
        if number is not None and last_number < number <= last_number + 2 and _opens(line, run):
            runs.append((number, False, [place]))
            last_number = number
        elif runs and runs[-1][0] is not None and not _leaves(lines, runs[-1][2], line):
            runs[-1][2].append(place)
        elif bulleted(line):
            runs.append((None, True, [place]))
        elif above is None or _parted(above, line, lines, runs[-1][1]):
            runs.append((None, False, [place]))
        else:
            runs[-1][2].append(place)
    return [Paragraph(number, bullet, tuple(run)) for number, bullet, run in runs]


def _opens(line: Line, run: Sequence[Line]) -> bool:
    """Tell a paragraph's number from one that happens to begin a line inside a paragraph."""
    if not run or run[-1].page != line.page or line.top - run[-1].bottom > 0.55 * line.size:
        return True
    if len(run) == 1:
        return line.x0 < run[0].x0 + 4  # else indented behind its number, as a paragraph's second line is
    return abs(line.x0 - run[-1].x0) >= 4


def _leaves(lines: Sequence[Line], run: list[int], line: Line) -> bool:
    """Tell whether unnumbered text behind a numbered paragraph is no longer part of it."""
    first, above = lines[run[0]], lines[run[-1]]
    if bulleted(line) or line.x0 > first.x0 + 8 or not _ENDS.search(above.text):
        return False
    return above.page != line.page or line.top - above.bottom > 0.6 * line.size


def _parted(above: Line, line: Line, lines: Sequence[Line], in_item: bool) -> bool:
    """Tell whether a paragraph ends between two lines."""
    if line.text[0] == DASH:
        return False
    if above.page == line.page and line.top >= above.top:
        return line.top - above.bottom > 0.55 * line.size
    if not _ENDS.search(above.text):
        return False
    if in_item:
        return line.x0 < above.x0 - 4
    right = max(other.x1 for other in lines if other.page == above.page)
    word = len(line.text.split(" ", 1)[0]) + 1
    letter = (above.x1 - above.x0) / max(len(above.text), 1)
    return above.x1 + word * letter < right


def paragraph_text(lines: Sequence[Line], paragraph: Paragraph) -> str:
    """Return a paragraph's words without the number or bullet it opens with."""
    texts = [lines[place].text for place in paragraph.indices]
    if paragraph.number is not None:
        texts[0] = PARAGRAPH_NUMBER.sub("", texts[0], count=1)
    elif paragraph.bullet:
        texts[0] = texts[0].removeprefix(BULLET)
    return join_lines([stripped for text in texts if (stripped := text.strip()) and stripped != BULLET])


def paragraph_boxes(lines: Sequence[Line], paragraph: Paragraph) -> tuple[Box, ...]:
    """Return one box per unbroken run of lines on a page."""
    runs: list[list[Line]] = []
    for place in paragraph.indices:
        line = lines[place]
        if runs and runs[-1][-1].page == line.page and line.line <= runs[-1][-1].line + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return tuple(bounding_box(run) for run in runs)
