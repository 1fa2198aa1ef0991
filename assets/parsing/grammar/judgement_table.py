"""Tables of areas and grades, read from the lines of a page.

Labels and grades are printed in two columns, and either can wrap. pdfium may return both cells of a table row
as one line. Within a column, the lines are in page order. Labels and grades are therefore collected in
separate lists, each cell until its text is complete, and are then paired in order. A grade may thus be
printed beside any line of its label. Comparing the judgements with other parts of the report belongs to
``judgements``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assets.parsing.frameworks import GRADE_WORDS, NOT_JUDGED, Area, Grade, letters_only, read_grade
from assets.parsing.grammar.layout import bounding_box
from assets.parsing.models import Box
from assets.pdf.pdfium_lines import Line

#: The grade that wraps, by word; a line can start and end at any of them.
_WRAPPING_GRADE = ("requires?", "improvement", "to", "be", "good")
#: A grade, or one line of a grade that wraps, the longest first.
_GRADE_PARTS = (
    *GRADE_WORDS.values(),
    NOT_JUDGED,
    *(
        " ".join(_WRAPPING_GRADE[start : start + length])
        for length in range(len(_WRAPPING_GRADE), 0, -1)
        for start in range(len(_WRAPPING_GRADE) - length + 1)
    ),
)
#: A grade or part of a grade at the end of a line, without quotes: 'Overall effectiveness Good', 'Adequate
#: Grade 3', '‘Good’'.
_GRADE_CELL = re.compile(
    rf"(?:^|\s)[‘“'(]?((?:{'|'.join(_GRADE_PARTS)})(?: grade [1-4])?)[’”')]?\*?\.?$", re.IGNORECASE
)
#: Letters of the column headers: 'Judgement Grade', 'Key judgement'.
_COLUMN_HEADERS = {
    "judgementgrade",
    "keyjudgementjudgementgrade",
    "keyjudgementinspectiongrade",
    "inspectiongrade",
    "judgement",
    "grade",
    "keyjudgement",
}
#: A shorter beginning of a label, such as 'The experiences', is too common to start a table.
_MAX_AMBIGUOUS_LETTERS = 14


@dataclass(frozen=True)
class TableRow:
    """A row of a judgement table: the area, its label and grade as printed, and their bounding box."""

    area: Area
    label: str
    grade: Grade
    box: Box


def is_column_header(text: str) -> bool:
    """Return whether a line is the header of the columns of a judgement table ('Judgement Grade')."""
    return letters_only(text) in _COLUMN_HEADERS


def may_start_table(line: Line, areas: Sequence[Area]) -> bool:
    """Return whether a line can be the first of a judgement table: its column header or its first label."""
    label = letters_only(_GRADE_CELL.sub("", line.text))
    spellings = (spelling for area in areas for spelling in area.spellings)
    return is_column_header(line.text) or (
        len(label) > _MAX_AMBIGUOUS_LETTERS and any(spelling.startswith(label) for spelling in spellings)
    )


@dataclass
class _Cell:
    """The text of a cell so far, and the indices of its lines."""

    text: str
    indices: list[int]


def read_table(lines: Sequence[Line], areas: Sequence[Area]) -> tuple[list[TableRow], int]:
    """Read the judgement table that starts with the first of the given lines.

    Returns the rows and the number of lines of the table. The table ends before the first line that neither
    belongs to a label of these areas nor holds a grade. If labels and grades do not pair, the result is no
    rows and no lines.
    """
    areas_by_spelling = {spelling: area for area in areas for spelling in area.spellings}
    labels: list[_Cell] = []
    grades: list[_Cell] = []
    count = 0
    for index, line in enumerate(lines):
        if not (is_column_header(line.text) or _add_line(line, index, labels, grades, areas_by_spelling)):
            break
        count = index + 1
    rows = _pair_cells(lines, labels, grades, areas_by_spelling)
    return rows, count if rows else 0


def _add_line(
    line: Line, index: int, labels: list[_Cell], grades: list[_Cell], spellings: Mapping[str, Area]
) -> bool:
    """Add a line to the cells of the table. Return False if it is not part of the table."""
    match = _GRADE_CELL.search(line.text)
    label = line.text[: match.start()].strip() if match else line.text
    if label:
        last = letters_only(labels[-1].text) if labels else ""
        if last and _starts_a_label(last + letters_only(label), spellings):
            _add_to_column(labels, label, index, to_last_cell=True)
        elif _starts_a_label(letters_only(label), spellings) and (not last or last in spellings):
            _add_to_column(labels, label, index, to_last_cell=False)
        else:
            return False
    if match:
        continues = bool(grades) and _is_start_of_grade(f"{grades[-1].text} {match.group(1)}")
        incomplete = bool(grades) and read_grade(grades[-1].text) is None
        _add_to_column(grades, match.group(1), index, to_last_cell=continues or incomplete)
    return True


def _is_start_of_grade(text: str) -> bool:
    """Return whether a text is the grade that wraps, or its first words."""
    words = text.casefold().split()
    pairs = zip(words, _WRAPPING_GRADE, strict=False)
    return len(words) <= len(_WRAPPING_GRADE) and all(re.fullmatch(part, word) for word, part in pairs)


def _starts_a_label(letters: str, spellings: Mapping[str, Area]) -> bool:
    return any(spelling.startswith(letters) for spelling in spellings)


def _add_to_column(column: list[_Cell], text: str, index: int, *, to_last_cell: bool) -> None:
    if to_last_cell and column:
        column[-1].text += f" {text}"
        column[-1].indices.append(index)
    else:
        column.append(_Cell(text, [index]))


def _pair_cells(
    lines: Sequence[Line], labels: Sequence[_Cell], grades: Sequence[_Cell], spellings: Mapping[str, Area]
) -> list[TableRow]:
    """Pair labels and grades in order. Return no rows unless all are complete and vertically aligned."""
    if len(labels) != len(grades):
        return []
    rows = []
    for label, grade_cell in zip(labels, grades, strict=True):
        area, grade = spellings.get(letters_only(label.text)), read_grade(grade_cell.text)
        if area is None or grade is None or not _overlap_vertically(lines, label, grade_cell):
            return []
        box = bounding_box([lines[index] for index in {*label.indices, *grade_cell.indices}])
        rows.append(TableRow(area, label.text, grade, box))
    return rows


def _overlap_vertically(lines: Sequence[Line], label: _Cell, grade: _Cell) -> bool:
    """Return whether two cells overlap vertically, as the cells of one row do."""
    label_lines = [lines[index] for index in label.indices]
    grade_lines = [lines[index] for index in grade.indices]
    top, bottom = min(line.top for line in label_lines), max(line.bottom for line in label_lines)
    return min(line.top for line in grade_lines) < bottom and top < max(line.bottom for line in grade_lines)
