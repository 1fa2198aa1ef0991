"""The body of a report: headings open sections, and a section says what its lines are.

Every family declares its headings as a table of ``Heading``; this module walks the lines with it. What a
line is follows from the section it stands in, and what a section is follows from its heading alone, never
from its place. A heading that the table does not know is the title of a part: the section around it goes on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from assets.parsing.frameworks import Area, closing_grade, read_grade
from assets.parsing.grammar import layout
from assets.parsing.grammar.inspectors import read_inspectors
from assets.parsing.grammar.judgement_table import is_column_header, read_table
from assets.parsing.grammar.paragraphs import (
    UNNUMBERED,
    Paragraph,
    paragraph_boxes,
    paragraph_text,
    split_paragraphs,
)
from assets.parsing.models import Box, Extraction, Finding, Recommendation, Role, Section
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, join_lines

INHERIT = "keep"

#: Sections whose paragraphs are rows; the lines of the others only have a role.
_ROLES_WITH_ROWS = (Role.SUMMARY, Role.FINDING, Role.RECOMMENDATION)
_ROLES_WITHOUT_SECTIONS = (Role.CONTENTS, Role.BOILERPLATE, Role.ABOUT, Role.CONTEXT, Role.LETTER_FORM)

#: Titles that are known even where they are set like text.
_PLAIN_TITLE = re.compile(
    r"(?:executive )?summary|inspection findings|recommendations|contents|areas for improvement:?"
    r"|priority (?:and immediate )?actions?:?|areas for priority action|overview"
    r"|(?:headline |main )?findings|what needs to improve(?: in this area of social work practice)?[?:]?",
    re.IGNORECASE,
)
#: The title of a part that is set like text: short, and neither a sentence nor the lead-in of a list.
_PART_TITLE = re.compile(r"[A-Z][^.?!:;]{2,78}[^.?!:;,)]")
#: What a report says of itself between its findings.
_ASIDE = re.compile(r"all names are pseudonyms\.?", re.IGNORECASE)
#: Where Ofsted's closing page begins, whatever stands above it.
_CLOSING = re.compile(
    r"the office for standards in education|any complaints about the inspection|if you would like a copy of"
    r"|if you are not happy with the inspection|this report is available at|piccadilly gate"
    r"|© crown copyright|aviation house",
    re.IGNORECASE,
)
#: Where a letter has told what was found, and says what comes of it.
_LAST_WORDS = re.compile(
    rf"{BULLET}? ?(?:ofsted will take (?:the|these) findings"
    r"|we have notified the (?:department for education|dfe)\b"
    r"|(?:a copy of )?this letter will be (?:shared|copied|sent))",
    re.IGNORECASE,
)
#: What ends a report whatever section it stands in.
_ENDINGS = (
    (_CLOSING, Role.BOILERPLATE),
    (_LAST_WORDS, Role.BOILERPLATE),
    (re.compile(r"yours? (?:sincerely|faithfully)", re.IGNORECASE), Role.LETTER_FORM),
)
#: Items of a list of requests that say there are none.
_NO_REQUEST = re.compile(
    r"(?:there (?:are|were) no|no|the inspection did not (?:find|identify) any)"
    r" (?:areas?|recommendations?|priority)\b"
    r"|the areas for (?:improvement|priority action) .*\b(?:remain|continue)\b",
    re.IGNORECASE,
)
#: What leads in a list of requests, and is none itself.
_LEADS_IN = re.compile(r"\bthe following actions?[.:]?$", re.IGNORECASE)
_LINK = re.compile(r"\(([^()]*\bnational framework\b[^()]*)\)", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_OUTCOMES = re.compile(
    rf"\boutcomes?\s+((?:(?:\d|{'|'.join(_NUMBERS)})\b[\s,&]*(?:and\s+)?)+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Heading:
    """A heading that opens a section: what its text is, and the area it speaks of (``INHERIT``: as before).

    ``role`` is null for a heading that names an area and leaves open what the text is. ``kind`` is that of
    the recommendations below it, or, where the text is told as findings, of those if it is not the role's
    own; text whose role is not told is so all the same below a heading with a kind. ``boxed`` says that
    the text stands in a box, set in from the section around it, which goes on below.
    """

    pattern: re.Pattern[str]
    role: Role | None
    area: str | None = INHERIT
    kind: str = ""
    boxed: bool = False


def heading(
    pattern: str, role: Role | None, area: str | None = INHERIT, kind: str = "", *, boxed: bool = False
) -> Heading:
    """Declare a heading by how its title begins, in any case of letters."""
    return Heading(re.compile(pattern, re.IGNORECASE), role, area, kind, boxed)


class _Around(NamedTuple):
    """The section that goes on below a box, and where the box's text begins from the left."""

    x0: float
    role: Role
    area: str | None
    kind: str
    tells: bool
    ordinal: int


class BodyParser:
    """A report's body while it is read: the roles of its lines so far, its rows, the section that is open.

    ``role``, ``area`` and ``kind`` may be set to say what the lines before the first heading are.
    ``chapters`` are areas whose label, with its grade, may stand in a small table in place of a heading;
    ``numbered`` says whether such reports number their paragraphs, ``part_titles`` whether a short line that
    stands alone titles a part.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        headings: Sequence[Heading],
        chapters: Sequence[Area] = (),
        *,
        numbered: bool = True,
        part_titles: bool = True,
    ) -> None:
        self.lines = lines
        self.body_size = layout.body_font_size(lines)
        furniture = layout.furniture_roles(lines, self.body_size)
        self.extraction = Extraction(lines=list(lines), roles=[role or Role.OTHER for role in furniture])
        self.text_indices = [place for place, role in enumerate(furniture) if role is None]
        self.role = Role.OTHER
        self._headings = headings
        self._chapters = chapters
        self.area: str | None = None
        self.kind = ""
        self._tells = False
        self._number = 0 if numbered else UNNUMBERED
        self._part_titles = part_titles
        self._listed = False
        self._ordinal = 0
        self._around: _Around | None = None
        self._heading_size = 0.0
        self._contents_page = 0

    def match_heading(self, title: str) -> Heading | None:
        """Find the heading that a title is."""
        return next((known for known in self._headings if known.pattern.match(title)), None)

    def set_role(self, places: Sequence[int], role: Role) -> None:
        """Give lines their role."""
        for place in places:
            self.extraction.roles[place] = role

    def parse(self, places: Sequence[int]) -> None:
        """Read the lines of a body, given by their places, in order."""
        for is_heading, block in self._blocks(places):
            (self._open if is_heading else self.parse_text)(block)

    def parse_text(self, places: Sequence[int]) -> None:
        """Give a run of text the role of the open section, and keep what it says."""
        begun = 0
        for count, place in enumerate(places):
            if self._leaves_box(self.lines[place]):
                self._keep(places[begun:count])
                self._leave_box()
                begun = count
            if ending := self._ending(place):
                self._keep(places[begun:count])
                self.role, self._tells, self._around, begun = ending, False, None, count
        self._keep(places[begun:])

    def _ending(self, place: int) -> Role | None:
        """Return what a line begins that ends a report whatever stands above it, if it does."""
        text = self.lines[place].text
        return next((role for pattern, role in _ENDINGS if pattern.match(text) and role != self.role), None)

    def _keep(self, places: Sequence[int]) -> None:
        self.set_role(places, self.role)
        if self.role is Role.ABOUT:
            self.extraction.inspectors += read_inspectors(
                join_lines([self.lines[place].text for place in places])
            )
        if self.role in _ROLES_WITH_ROWS or self._tells:
            told = split_paragraphs(self.lines, places, self._number)
            self._listed = any(paragraph.number or paragraph.bullet for paragraph in told)
            for paragraph in told:
                self._tell(paragraph)

    # --- headings -------------------------------------------------------------------------------

    def _blocks(self, places: Sequence[int]) -> list[tuple[bool, list[int]]]:
        """Group places: each heading by itself with all its lines, and the text between headings."""
        blocks: list[tuple[bool, list[int]]] = []
        done = 0
        while done < len(places):
            line = self.lines[places[done]]
            above = self.lines[places[done - 1]] if done else None
            taken, is_heading = 1, self.is_heading(line, above)
            if is_column_header(line.text):
                rows = [self.lines[place] for place in places[done : done + 9]]
                taken, is_heading = max(1, read_table(rows, self._chapters)[1]), True
            last = self.lines[blocks[-1][1][-1]] if blocks else line
            wraps = taken == 1 and layout.continues_heading(last, line)
            if blocks and blocks[-1][0] == is_heading and (wraps or not is_heading):
                blocks[-1][1].append(places[done])
            else:
                blocks.append((is_heading, list(places[done : done + taken])))
            done += taken
        return blocks

    def is_heading(self, line: Line, above: Line | None) -> bool:
        """Tell a heading by its look, or, where it looks like text, by a known title that stands alone."""
        alone = above is None or above.page != line.page or line.top - above.bottom > 0.55 * line.size
        if layout.looks_like_heading(line, self.body_size):
            # Words in bold that a sentence wraps are no heading; those that a heading wraps are.
            wrapped = above is not None and layout.looks_like_heading(above, self.body_size)
            return alone or wrapped or line.text[0].isupper()
        return alone and _PLAIN_TITLE.fullmatch(line.text) is not None

    def _open(self, places: Sequence[int]) -> None:
        """Open the section that a heading names."""
        lines = [self.lines[place] for place in places]
        title = join_lines([line.text for line in lines])
        grade = closing_grade(title)
        if is_column_header(title):
            self.set_role(places, Role.JUDGEMENT_TABLE)
            return
        rows, taken = read_table(lines, self._chapters)
        if rows and taken == len(lines) and not rows[0].label.endswith(":"):
            title, grade = rows[0].label, rows[0].grade
        known = self.match_heading(title)
        if self._goes_on(lines[0], title, known):
            self.set_role(places, self.role)
            return
        if self.extraction.sections and (below := read_grade(title)):
            self.set_role(places, Role.HEADING)
            self.extraction.sections[-1] = replace(self.extraction.sections[-1], grade=below.name)
            return
        self._heading_size = lines[0].size
        if self._leaves_box(lines[0]) or (known and known.boxed):
            self._leave_box()
        if known:
            self._around = self._here(lines[0].x0) if known.boxed else None
            self.role = known.role or self.role
            self.area = self.area if known.area == INHERIT else known.area
            self.kind, self._tells = known.kind, bool(known.kind)
        self.set_role(places, Role.CONTENTS if self.role is Role.CONTENTS else Role.HEADING)
        if self.role is Role.CONTENTS:
            self._contents_page = lines[0].page
        elif (self.role not in _ROLES_WITHOUT_SECTIONS or self._tells) and not self._heads_a_table(title):
            level = 1 if known and known.area != INHERIT else 2
            self._add_section(title, grade.name if grade else None, level, layout.bounding_box(lines))

    def _goes_on(self, line: Line, title: str, known: Heading | None) -> bool:
        """Tell whether a heading stands inside contents or boilerplate, which do not end with it."""
        if self.role is Role.CONTENTS:
            return known is None or line.page == self._contents_page or title[-1:].isdigit()
        if self.role in (Role.BOILERPLATE, Role.LETTER_FORM):
            return known is None or line.size < self._heading_size - 0.6
        return False

    def _heads_a_table(self, title: str) -> bool:
        """Tell the head of a table of requests: it says again what stands above it, with nothing between."""
        section, above = self._section()
        told = {row.section for row in self.extraction.findings[-1:]}
        told |= {row.section for row in self.extraction.recommendations[-1:]}
        again = above is not None and title.casefold().endswith(above.casefold())
        return self.role is Role.RECOMMENDATION and again and section not in told

    def _add_section(self, title: str, grade: str | None, level: int, box: Box) -> None:
        self.extraction.sections.append(Section(title, self.area, grade, level, box.page, box))
        self._ordinal = len(self.extraction.sections)

    def _here(self, x0: float) -> _Around:
        return _Around(x0, self.role, self.area, self.kind, self._tells, self._ordinal)

    def _leaves_box(self, line: Line) -> bool:
        """Tell whether a line stands left of the box that is open, and so below it."""
        return self._around is not None and line.x0 < self._around.x0 - 3

    def _leave_box(self) -> None:
        """Go on with the section around the box that is open, if one is."""
        if self._around:
            _, self.role, self.area, self.kind, self._tells, self._ordinal = self._around
            self._around = None

    # --- text -----------------------------------------------------------------------------------

    def _tell(self, paragraph: Paragraph) -> None:
        """Make a paragraph the row, or rows, that it is."""
        text, boxes = paragraph_text(self.lines, paragraph), paragraph_boxes(self.lines, paragraph)
        self._number = paragraph.number or self._number
        if not text and not paragraph.number:
            return
        if _ASIDE.fullmatch(text):
            self.set_role(paragraph.indices, Role.ABOUT)
            return
        if self._titles_a_part(paragraph, text):
            self.set_role(paragraph.indices, Role.HEADING)
            self._add_section(text, None, 2, boxes[0])
            return
        kind = self._kind_of(paragraph, text)
        if kind == "recommendation":
            self.extraction.recommendations.append(
                Recommendation(
                    self.kind or kind,
                    self.area,
                    paragraph.number,
                    text,
                    read_outcomes(text),
                    boxes,
                    *self._section(),
                )
            )
        if kind != "recommendation" or paragraph.number:
            self._add_finding(paragraph, kind, text, boxes)

    def _titles_a_part(self, paragraph: Paragraph, text: str) -> bool:
        """Tell the title of a part that is set like text, on a line of its own."""
        alone = (
            self._part_titles
            and len(paragraph.indices) == 1
            and paragraph.number is None
            and not paragraph.bullet
        )
        return alone and self.lines[paragraph.indices[0]].page > 1 and bool(_PART_TITLE.fullmatch(text))

    def _kind_of(self, paragraph: Paragraph, text: str) -> str:
        """Return the kind of finding that a paragraph of this section is."""
        if self.role is Role.RECOMMENDATION:
            asks = not (_NO_REQUEST.match(text) or _LEADS_IN.search(text))
            if asks and (paragraph.number or paragraph.bullet or not self._listed):
                return "recommendation"
            return "finding" if paragraph.number else "summary"
        if self.role is Role.SUMMARY and paragraph.number and self.area not in (None, "lscb"):
            # Some chapters have no heading between their summary and their numbered findings.
            self.set_role(paragraph.indices, Role.FINDING)
            return "finding"
        return self.kind or str(self.role)

    def _add_finding(self, paragraph: Paragraph, kind: str, text: str, boxes: tuple[Box, ...]) -> None:
        self.extraction.findings.append(
            Finding(*self._section(), self.area, paragraph.number, kind, text, boxes)
        )

    def _section(self) -> tuple[int | None, str | None]:
        """Return the ordinal and the title of the section that is open."""
        if not self._ordinal:
            return None, None
        return self._ordinal, self.extraction.sections[self._ordinal - 1].title


def read_outcomes(text: str) -> tuple[int, ...]:
    """Read the outcomes of the national framework that a recommendation names ('(outcomes 1 and 3, …)')."""
    links = (link.group(1) for link in _LINK.finditer(text))
    words = (word for link in links for found in _OUTCOMES.findall(link) for word in found.split())
    bare = (word.strip(",&").casefold() for word in words)
    return tuple(_NUMBERS.get(word) or int(word) for word in bare if word in _NUMBERS or word.isdigit())
