"""The first page of a full inspection: title, dates, who led, and the judgements it gives.

Judgements stand in a table, in sentences, or in both; the body begins where a heading or plain prose does.
"""

import re
from collections.abc import Sequence

from assets.parsing.frameworks import Area
from assets.parsing.grammar import judgement_table, layout
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.inspectors import read_inspectors
from assets.parsing.grammar.sections import BodyParser
from assets.parsing.models import Box, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import join_lines

#: How reports call a local safeguarding children board; most have a name of their own ('the BSCB').
BOARD = r"(?:local safeguarding children.{0,2} board|\b[a-z]{0,3}scb\b)"

_DETAILS = re.compile(
    r"inspection dates?\b|dates? of (?:inspection|publication)|report published|published\b"
    r"|lead inspectors?\b|reporting inspectors?\b|report authors?\b",
    re.IGNORECASE,
)
_DATES = re.compile(
    r"inspection dates?\s*:?(.*?)(?:report published|lead inspector|reporting inspector|$)", re.IGNORECASE
)
#: How a sentence begins that judges an area on the first page.
_SENTENCES = {
    "overall_effectiveness": re.compile(
        r"the overall judgement\b|children[’']s services (?:in|for)\b", re.IGNORECASE
    ),
    "lscb": re.compile(
        rf"the (?:judgement|effectiveness|arrangements)\b.*{BOARD}"
        rf"|the {BOARD}(?: \(\w+\))? (?:is (?:outstanding|good|inadequate)|requires improvement)",
        re.IGNORECASE,
    ),
}
_PROSE = 50  # a line this long, in the size of the text, is no longer title or dates


class CoverPageParser:
    """The first page while it is read: what it says before the body begins.

    ``rows`` are those of its table of these areas; ``sentences`` are judgements given in words, by area.
    """

    def __init__(self, sections: BodyParser, areas: Sequence[Area] = ()) -> None:
        self.sections = sections
        self.rows: list[judgement_table.TableRow] = []
        self._areas = areas
        self._sentences: dict[str, list[int]] = {}

    @property
    def sentences(self) -> dict[str, tuple[str, Box]]:
        """Each area's sentence and its box."""
        found = {area: [self._line(place) for place in places] for area, places in self._sentences.items()}
        return {
            area: (join_lines([line.text for line in lines]), layout.bounding_box(lines))
            for area, lines in found.items()
        }

    def read(self) -> int:
        """Give the first page's lines their roles, up to where the body begins; return how many they are."""
        sections, text = self.sections, self.sections.text_indices
        role, place = Role.TITLE, 0
        sections.role = Role.SUMMARY
        while place < len(text) and self._line(text[place]).page == 1:
            rows, taken = self._table(text[place:])
            if rows:
                self.rows, role = rows, Role.SUMMARY
                sections.set_role(text[place : place + taken], Role.JUDGEMENT_TABLE)
                place += taken
                continue
            if role is Role.SUMMARY and self._titles_a_section(text[place]):
                break
            role = self._role(text[place], role)
            if role is Role.SUMMARY:
                count = self._interlude(text[place:])
                if not count:
                    break
                sections.parse_text(text[place : place + count])
                place += count
                continue
            sections.set_role([text[place]], role)
            if role is Role.JUDGEMENT:
                self._add_to_sentence(text[place])
            place += 1
        self._read_details()
        return place

    def _line(self, place: int) -> Line:
        return self.sections.lines[place]

    def _table(self, places: Sequence[int]) -> tuple[list[judgement_table.TableRow], int]:
        if self.rows or not judgement_table.may_start_table(self._line(places[0]), self._areas):
            return [], 0
        return judgement_table.read_table([self._line(place) for place in places[:60]], self._areas)

    def _titles_a_section(self, place: int) -> bool:
        line = self._line(place)
        return (
            layout.looks_like_heading(line, self.sections.body_size)
            and self.sections.match_heading(line.text) is not None
        )

    def _role(self, place: int, before: Role) -> Role:
        line = self._line(place)
        if _DETAILS.match(line.text):
            return Role.DETAILS
        if self._judged(line):
            return Role.JUDGEMENT
        large = line.bold or line.size > self.sections.body_size + 0.5
        opening = before in (Role.TITLE, Role.DETAILS) and len(line.text) < _PROSE
        return before if large or opening else Role.SUMMARY

    def _judged(self, line: Line) -> str | None:
        """Return the area that a sentence judges which begins with this line, if one does."""
        area = next((area for area, pattern in _SENTENCES.items() if pattern.match(line.text)), None)
        return None if area == "overall_effectiveness" and self.rows else area

    def _interlude(self, places: Sequence[int]) -> int:
        """Count the lines of prose before a further judgement on the first page; none if none follows."""
        for count, place in enumerate(places):
            line = self._line(place)
            if line.page > 1 or (count and self._titles_a_section(place)):
                break
            table = not self.rows and judgement_table.may_start_table(line, self._areas)
            if count and (table or self._judged(line)):
                return count
        return 0

    def _add_to_sentence(self, place: int) -> None:
        """Collect the sentences that give judgements; they may wrap."""
        area = self._judged(self._line(place))
        if area:
            self._sentences.setdefault(area, [place])
        elif self._sentences:
            last = next(reversed(self._sentences.values()))
            if layout.continues_heading(self._line(last[-1]), self._line(place)):
                last.append(place)

    def _read_details(self) -> None:
        out = self.sections.extraction
        pairs = zip(out.lines, out.roles, strict=True)
        text = join_lines([line.text for line, role in pairs if role is Role.DETAILS])
        if (match := _DATES.search(text)) and (period := read_period(match.group(1))):
            out.inspection_start, out.inspection_end = period
        out.inspectors = read_inspectors(text)
