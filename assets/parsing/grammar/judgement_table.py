"""Tables of areas and grades, read from their words.

Labels and grades stand in two columns and may wrap, each on its own; pdfium may give both cells of a row
as one line. Within a column the order is the page's, so labels and grades are collected apart, each until
its words are complete, and paired in order: a grade beside the first or the last line of its label is
all the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assets.parsing.frameworks import GRADE_WORDS, NOT_JUDGED, Area, Grade, letters_only, read_grade
from assets.parsing.grammar.layout import bounding_box
from assets.parsing.models import Box
from assets.pdf.pdfium_lines import Line

_PIECES = (
    *GRADE_WORDS.values(),
    NOT_JUDGED,
    "requires? improvement to",
    "requires?",
    "improvement to be good",
    "improvement",
    "to be good",
    "be good",
)
_GRADE_CELL = re.compile(rf"(?:^|\s)((?:{'|'.join(_PIECES)})(?: grade [1-4])?)\.?$", re.IGNORECASE)
_COLUMN_HEADS = {"judgementgrade", "keyjudgementjudgementgrade", "judgement", "grade", "keyjudgement"}


@dataclass(frozen=True)
class TableRow:
    """A row of a table: the area, its label and grade as printed, and where."""

    area: Area
    label: str
    grade: Grade
    box: Box


def is_column_header(text: str) -> bool:
    """Tell whether a line heads the columns of such a table ('Judgement Grade')."""
    return letters_only(text) in _COLUMN_HEADS


def may_start_table(line: Line, areas: Sequence[Area]) -> bool:
    """Tell whether a line may be the first of such a table: its columns' head, or the first label."""
    label = letters_only(_GRADE_CELL.sub("", line.text))
    spellings = (spelling for area in areas for spelling in area.spellings)
    return is_column_header(line.text) or (
        len(label) > 14 and any(each.startswith(label) for each in spellings)
    )


class _Column:
    """One column while it is read: cells that are complete, and the one that is not yet."""

    def __init__(self) -> None:
        self.cells: list[tuple[str, list[int]]] = []
        self.open = False

    def add(self, text: str, place: int, *, to_last: bool) -> None:
        if to_last and self.cells:
            before, places = self.cells[-1]
            self.cells[-1] = (f"{before} {text}", [*places, place])
        else:
            self.cells.append((text, [place]))


def read_table(lines: Sequence[Line], areas: Sequence[Area]) -> tuple[list[TableRow], int]:
    """Read a table that starts with the first of these lines.

    Returns its rows and the number of lines that belong to it: those up to the first line that neither goes
    on with a label of these areas nor holds a grade. No rows where labels and grades do not pair.
    """
    spellings = {spelling: area for area in areas for spelling in area.spellings}
    labels, grades = _Column(), _Column()
    taken = 0
    for place, line in enumerate(lines):
        if not (is_column_header(line.text) or _take(line, place, labels, grades, spellings)):
            break
        taken = place + 1
    rows = _paired(lines, labels, grades, spellings)
    return rows, taken if rows else 0


def _take(line: Line, place: int, labels: _Column, grades: _Column, spellings: dict[str, Area]) -> bool:
    """Take a line into the columns, if it is part of the table."""
    match = _GRADE_CELL.search(line.text)
    label = line.text[: match.start()].strip() if match else line.text
    if label:
        last = letters_only(labels.cells[-1][0]) if labels.cells else ""
        if last and _begins(last + letters_only(label), spellings):
            labels.add(label, place, to_last=True)
        elif _begins(letters_only(label), spellings) and (not last or last in spellings):
            labels.add(label, place, to_last=False)
        else:
            return False
    if match:
        goes_on = bool(grades.cells) and read_grade(f"{grades.cells[-1][0]} {match.group(1)}") is not None
        unfinished = bool(grades.cells) and read_grade(grades.cells[-1][0]) is None
        grades.add(match.group(1), place, to_last=goes_on or unfinished)
    return True


def _begins(beginning: str, spellings: dict[str, Area]) -> bool:
    return any(spelling.startswith(beginning) for spelling in spellings)


def _paired(
    lines: Sequence[Line], labels: _Column, grades: _Column, spellings: dict[str, Area]
) -> list[TableRow]:
    read = [(spellings.get(letters_only(label)), read_grade(grade)) for (label, _), (grade, _) in
            zip(labels.cells, grades.cells, strict=False)]  # fmt: skip
    if len(labels.cells) != len(grades.cells) or not all(area and grade for area, grade in read):
        return []
    rows = []
    for (label, own), (_, beside), (area, grade) in zip(labels.cells, grades.cells, read, strict=True):
        assert area is not None
        assert grade is not None
        if not _side_by_side([lines[place] for place in own], [lines[place] for place in beside]):
            return []
        rows.append(TableRow(area, label, grade, bounding_box([lines[place] for place in {*own, *beside}])))
    return rows


def _side_by_side(label: Sequence[Line], grade: Sequence[Line]) -> bool:
    """Tell whether two cells share some height, as cells of one row do."""
    top, bottom = min(line.top for line in label), max(line.bottom for line in label)
    return min(line.top for line in grade) < bottom and top < max(line.bottom for line in grade)
