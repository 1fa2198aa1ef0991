"""The first page of a full inspection: title, dates, inspectors and judgements.

Judgements are in a table, in sentences, or in both. The body starts at the first heading or paragraph of
prose after them. The first page of letters and of area SEND reports is parsed in their own modules.
"""

import re
from collections.abc import Sequence

from assets.parsing.frameworks import Area, closing_grade
from assets.parsing.grammar import judgement_table, layout
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.inspectors import read_inspectors
from assets.parsing.grammar.sections import BodyParser
from assets.parsing.models import Box, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import join_lines

#: Pattern for a local safeguarding children board; most reports abbreviate its name ('the BSCB').
BOARD = r"(?:local safeguarding children.{0,2} board|\b[a-z]{0,3}scb\b)"

_DETAILS = re.compile(
    r"inspection dates?\b|dates? of (?:(?:the )?inspection|publication)|report published|published\b"
    r"|lead inspectors?\b|reporting inspectors?\b|report authors?\b",
    re.IGNORECASE,
)
_DATES = re.compile(
    r"(?:inspection dates?|dates? of (?:the )?inspection)\s*:?(.*?)"
    r"(?:report published|(?:date of )?publication|published|(?:lead|reporting) inspector|report author|$)",
    re.IGNORECASE,
)
#: Start of a sentence on the first page that judges an area.
_JUDGEMENT_SENTENCES = {
    "overall_effectiveness": re.compile(
        r"the overall judgement\b|children[’']s services (?:in|for|is|are|requires?)\b", re.IGNORECASE
    ),
    "lscb": re.compile(
        rf"the (?:judgement|effectiveness|arrangements)\b.*{BOARD}"
        rf"|the {BOARD}(?: \(\w+\))? (?:is (?:outstanding|good|inadequate)|requires improvement)",
        re.IGNORECASE,
    ),
}
#: A line of at least this many characters in the size of the body text is not part of the title or details.
_MIN_PROSE_LENGTH = 50
#: A table on the first page is at most this many lines long.
_MAX_TABLE_LINES = 60


class CoverPageParser:
    """Parser of the first page, up to the start of the body.

    After ``read``, ``rows`` holds the rows of the table of judgements and ``sentences`` the judgements that
    are stated in sentences. ``areas`` are the areas whose labels the table can contain.
    """

    def __init__(self, body: BodyParser, areas: Sequence[Area] = ()) -> None:
        self.rows: list[judgement_table.TableRow] = []
        self._body = body
        self._areas = areas
        self._sentences: dict[str, list[int]] = {}

    @property
    def sentences(self) -> dict[str, tuple[str, Box]]:
        """The sentence that judges each area, with its bounding box."""
        lines_by_area = {
            area: [self._line(index) for index in indices] for area, indices in self._sentences.items()
        }
        return {
            area: (join_lines([line.text for line in lines]), layout.bounding_box(lines))
            for area, lines in lines_by_area.items()
        }

    def read(self) -> int:
        """Set the roles of the lines before the body and return their number."""
        indices = self._body.text_indices
        role, position = Role.TITLE, 0
        self._body.role = Role.SUMMARY
        while position < len(indices) and self._line(indices[position]).page == 1:
            rows, length = self._read_table(indices[position:])
            if rows:
                self.rows, role = rows, Role.SUMMARY
                self._body.set_role(indices[position : position + length], Role.JUDGEMENT_TABLE)
                position += length
                continue
            if role is Role.SUMMARY and self._is_section_heading(indices[position]):
                break
            role = self._role(indices[position], role)
            if role is Role.SUMMARY:
                length = self._prose_before_next_judgement(indices[position:])
                if not length:
                    break
                self._body.parse_text(indices[position : position + length])
                position += length
                continue
            self._body.set_role([indices[position]], role)
            if role is Role.JUDGEMENT:
                self._add_to_sentence(indices[position])
            position += 1
        self._read_details()
        return position

    def _line(self, index: int) -> Line:
        return self._body.lines[index]

    def _read_table(self, indices: Sequence[int]) -> tuple[list[judgement_table.TableRow], int]:
        """Return the rows of a table that starts at the first line, and its number of lines."""
        if self.rows or not judgement_table.may_start_table(self._line(indices[0]), self._areas):
            return [], 0
        lines = [self._line(index) for index in indices[:_MAX_TABLE_LINES]]
        return judgement_table.read_table(lines, self._areas)

    def _is_section_heading(self, index: int) -> bool:
        line = self._line(index)
        return (
            layout.looks_like_heading(line, self._body.body_size)
            and self._body.match_heading(line.text) is not None
        )

    def _role(self, index: int, previous: Role) -> Role:
        line = self._line(index)
        if _DETAILS.match(line.text):
            return Role.DETAILS
        if self._judged_area(line):
            return Role.JUDGEMENT
        if previous is Role.JUDGEMENT and line.text[0].isupper() and self._is_sentence_graded():
            return Role.SUMMARY
        is_large = line.bold or line.size > self._body.body_size + 0.5
        is_short = previous in (Role.TITLE, Role.DETAILS) and len(line.text) < _MIN_PROSE_LENGTH
        return previous if is_large or is_short else Role.SUMMARY

    def _judged_area(self, line: Line) -> str | None:
        """Return the area that is judged by a sentence starting with this line, or None."""
        matches = (area for area, pattern in _JUDGEMENT_SENTENCES.items() if pattern.match(line.text))
        area = next(matches, None)
        return None if area == "overall_effectiveness" and self.rows else area

    def _is_sentence_graded(self) -> bool:
        """Return whether the sentence that was last added to ends with its grade: more text is its reason."""
        lines = [self._line(index).text for index in next(reversed(self._sentences.values()), [])]
        return closing_grade(join_lines(lines)) is not None

    def _prose_before_next_judgement(self, indices: Sequence[int]) -> int:
        """Return the number of lines of prose before the next judgement on the page; 0 if none follows."""
        for count, index in enumerate(indices):
            line = self._line(index)
            if line.page > 1 or (count and self._is_section_heading(index)):
                break
            starts_table = not self.rows and judgement_table.may_start_table(line, self._areas)
            if count and (starts_table or self._judged_area(line)):
                return count
        return 0

    def _add_to_sentence(self, index: int) -> None:
        """Add a line to the sentence that it starts or, if the sentence wraps, continues."""
        area = self._judged_area(self._line(index))
        if area:
            self._sentences.setdefault(area, [index])
        elif self._sentences:
            current = next(reversed(self._sentences.values()))
            if layout.continues_heading(self._line(current[-1]), self._line(index)):
                current.append(index)

    def _read_details(self) -> None:
        extraction = self._body.extraction
        pairs = zip(extraction.lines, extraction.roles, strict=True)
        text = join_lines([line.text for line, role in pairs if role is Role.DETAILS])
        if (match := _DATES.search(text)) and (period := read_period(match.group(1))):
            extraction.inspection_start, extraction.inspection_end = period
        extraction.inspectors = read_inspectors(text)
