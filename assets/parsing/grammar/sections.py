"""The body of a report: headings open sections, and the section of a line decides its role.

Each family declares its headings as a table of ``Heading``; ``BodyParser`` applies the table to the lines.
The role of a section follows from its heading alone, not from its position. A heading that the table does not
list is a sub-heading: the section around it continues. Cover pages, and which headings a family uses, belong
to ``families``.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

from assets.parsing.frameworks import Area, Grade, closing_grade, read_grade
from assets.parsing.grammar import layout
from assets.parsing.grammar.inspectors import read_inspectors
from assets.parsing.grammar.judgement_table import is_column_header, may_start_table, read_table
from assets.parsing.grammar.national_framework import read_citations
from assets.parsing.grammar.paragraphs import (
    UNNUMBERED,
    Paragraph,
    paragraph_boxes,
    paragraph_number,
    paragraph_text,
    split_paragraphs,
    split_titled_list,
    starts_with_bullet,
)
from assets.parsing.grammar.sentences import CLAUSE_END
from assets.parsing.models import ROW_ROLES, Box, Extraction, Finding, Recommendation, Role, Section
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, join_lines

#: As the area of a ``Heading``: the section has the area of the section before it.
INHERIT = "inherit"

#: Roles whose headings give no row in ``sections``.
_ROLES_WITHOUT_SECTIONS = (Role.CONTENTS, Role.BOILERPLATE, Role.ABOUT, Role.CONTEXT, Role.LETTER_FORM)
#: The longest judgement table of a chapter has this many lines.
_MAX_CHAPTER_TABLE_LINES = 9
#: The longest heading that is larger than the text, but not bold, has this many lines.
_MAX_HEADING_LINES = 3
#: A sub-heading in the font of the text has this many points more space above it than other lines, and as
#: many again below it.
_MIN_SUBHEADING_GAP = 2.0
#: A line this many points to the left of a box is below the box.
_BOX_TOLERANCE = 3
#: A heading this many points smaller than that of boilerplate or of a letter's form is a sub-heading of it.
_SMALLER_HEADING = 0.6
#: The text below a sub-heading of boilerplate on what the grades mean: 'The local authority', 'The LSCB'.
_GRADE_DEFINITION = re.compile(r"an outstanding (?:local authority|lscb|board)\b", re.IGNORECASE)

#: Headings that some reports set in the font of the text: 'Recommendations', 'What needs to improve?'.
_PLAIN_HEADING = re.compile(
    "|".join(
        (
            r"(?:executive )?summary|overview|contents|context|next steps|recommendations",
            r"inspection findings|(?:headline |main )?findings|(?:key |multi-agency )?strengths",
            r"areas for improvement:?|areas for priority action|priority (?:and immediate )?actions?:?",
            r"what needs to improve(?: in this area of social work practice)?[?:]?",
            r"what (?:does|do|is|are) (?:the|it) (?:[\w’'/()-]+ ){2,25}[\w()]+\?",
            r"(?:case|practice) study: [^.]{1,60}",
            r"information about (?:this|the) (?:[\w’']+ ){0,3}(?:inspection|review|area|partnership|board)",
            r"the effectiveness of the (?:lscb|local safeguarding children board) (?:is|requires) [a-z ]+",
        )
    ),
    re.IGNORECASE,
)
#: A sub-heading in the font of the text: 'Quality of planning'. It is short, and neither a sentence nor the
#: introduction of a list.
_PLAIN_SUBHEADING = re.compile(r"[A-Z][^.?!:;]{2,78}[^.?!:;,)]")
#: A note on the report itself among its findings: 'All names are pseudonyms.'
_EDITORIAL_NOTE = re.compile(r"all names are pseudonyms\.?", re.IGNORECASE)
#: Sentences that every report of the single inspection framework prints among its findings.
_FORM_SENTENCES = re.compile(
    r"(?:(?:it is ofsted[’']s expectation that,? (?:as a minimum,? )?all children and young people"
    r" receive[^.]*"
    r"|the judge?ments on (?:the )?areas of the service that contribute to overall effectiveness are"
    r"|this executive summary should be read alongside the recommendations[^.]*"
    r"|each recommendation is clearly linked to the relevant paragraph[^.]*)[.:]? ?)+",
    re.IGNORECASE,
)
#: The first line of Ofsted's closing page, whatever section is open.
_CLOSING_PAGE = re.compile(
    r"the office for standards in education|any complaints about the inspection|if you would like a copy of"
    r"|if you are not happy with the inspection|this report is available at|piccadilly gate"
    r"|© crown copyright|aviation house",
    re.IGNORECASE,
)
#: The closing paragraphs of a letter, on what happens next: 'Ofsted will take these findings into account …'.
_LETTER_CLOSING = re.compile(
    rf"{BULLET}? ?(?:(?:we|ofsted) will (?:take|share) (?:the|these) findings"
    r"|we have notified the (?:department for education|dfe)\b"
    r"|where a (?:focused|monitoring) visit results in an area for priority action, ofsted requires"
    r"|(?:a copy of )?this letter will be (?:shared|copied|sent))",
    re.IGNORECASE,
)
#: The closing words of a letter: 'I am copying this letter to …', 'Thank you and your staff for …'.
_LETTER_ENDING = re.compile(
    r"(?:i am|we are|i have|we have) (?:copying|copied|sending|sent) (?:a copy of )?this letter"
    r"|this letter (?:will|is to) be published|the letter will be published"
    r"|thank you (?:and|to|for|,)|(?:i|we) (?:would|should) like to thank\b"
    r"|please (?:pass on|extend|convey) (?:my|our) thanks|i hope (?:that )?you find|i look forward to",
    re.IGNORECASE,
)
SIGNATURE = re.compile(r"yours? (?:sincerely|faithfully)", re.IGNORECASE)


class _Ending(NamedTuple):
    """Text that ends the report whatever section is open: its beginning, and the role of what follows.

    A sentence may continue on the next line, and starts where another sentence ends.
    """

    pattern: re.Pattern[str]
    role: Role
    is_sentence: bool


_ENDINGS = (
    _Ending(_CLOSING_PAGE, Role.BOILERPLATE, is_sentence=False),
    _Ending(_LETTER_CLOSING, Role.BOILERPLATE, is_sentence=True),
    _Ending(_LETTER_ENDING, Role.LETTER_FORM, is_sentence=True),
    _Ending(SIGNATURE, Role.LETTER_FORM, is_sentence=False),
)
#: A statement in place of recommendations: 'There are no areas for priority action.', 'No recommendations …'.
_NO_RECOMMENDATION = re.compile(
    r"(?:there (?:are|were) no|no|the inspection did not (?:find|identify) any)"
    r" (?:areas?|recommendations?|priority)\b"
    r"|the areas for (?:improvement|priority action) .*\b(?:remain|continue)\b",
    re.IGNORECASE,
)
#: A line below the title of a second document in the file.
_DETAILS = re.compile(r"(?:inspection dates?|dates? of inspection|report published)\s*:", re.IGNORECASE)
#: So many paragraphs must be numbered before and after a place where the numbering restarts from 1.
_MIN_RESTARTED_NUMBERS = 3
#: The introduction of a list of recommendations: '… should take the following actions:'.
_LIST_INTRODUCTION = re.compile(r"\bthe following actions?[.:]?$", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A heading that opens a section.

    Attributes:
        pattern: matches the beginning of the title.
        role: role of the lines below it. None keeps the current role, for a heading that only names an area.
        area: area of the section. None is no area; ``INHERIT`` keeps the current area.
        kind: overrides the default kind of the rows below this heading. With a kind, text also becomes rows
            if its role usually has none.
        boxed: whether the text below it is in an indented box. The section around the box continues below it.
    """

    pattern: re.Pattern[str]
    role: Role | None
    area: str | None = INHERIT
    kind: str = ""
    boxed: bool = False


def heading(
    pattern: str, role: Role | None, area: str | None = INHERIT, kind: str = "", *, boxed: bool = False
) -> Heading:
    """Declare a heading by a regular expression for the beginning of its title, in any case."""
    return Heading(re.compile(pattern, re.IGNORECASE), role, area, kind, boxed)


class Topic(NamedTuple):
    """A sub-heading that names the area of the rows below it: 'Care leavers' among the recommendations."""

    area: str
    pattern: re.Pattern[str]


class _Block(Enum):
    """What a run of lines of the body is."""

    TEXT = auto()
    HEADING = auto()
    SUBHEADING = auto()  # a heading in the font of the text, which never names an area or a role


class _EnclosingSection(NamedTuple):
    """The section around a box, and the left edge of the box's heading."""

    x0: float
    role: Role
    area: str | None
    kind: str
    has_rows: bool
    ordinal: int


class BodyParser:
    """Parser of the body of a report: sets the role of each line and collects the rows.

    Lines are addressed by their index in ``lines``. Set ``role``, ``area`` and ``kind`` to define the section
    of the lines before the first heading.

    Args:
        lines: all lines of the report.
        headings: the headings of the family; the first that matches a title applies.
        chapter_areas: areas that may be introduced by a small judgement table instead of a heading.
        topics: sub-headings of the summary and of the recommendations of the whole report that name an area.
        numbered: whether the report numbers its paragraphs.
        subheadings: whether a short line on its own, in the font of the text, is a sub-heading.

    Attributes:
        body_size: font size of the text, in points.
        line_pitch: distance from line to line inside a paragraph, in multiples of the font size.
        text_indices: indices of the lines that are not page furniture.
        extraction: the rows and roles so far. Lines that no section covers have the role ``OTHER``.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        headings: Sequence[Heading],
        chapter_areas: Sequence[Area] = (),
        *,
        topics: Sequence[Topic] = (),
        numbered: bool = True,
        subheadings: bool = True,
    ) -> None:
        self.lines = lines
        self.body_size = layout.body_font_size(lines)
        self.line_pitch = layout.line_pitch(lines, self.body_size)
        furniture = layout.furniture_roles(lines, self.body_size)
        self.extraction = Extraction(
            body_size=self.body_size, lines=list(lines), roles=[role or Role.OTHER for role in furniture]
        )
        self.text_indices = [index for index, role in enumerate(furniture) if role is None]
        self._headings = headings
        self._chapter_areas = chapter_areas
        self._topics = topics
        self._subheadings = subheadings
        self._last_number = 0 if numbered else UNNUMBERED
        self._part = 1
        self._is_second_document = False
        # The open section.
        self.role = Role.OTHER
        self.area: str | None = None
        self.kind = ""
        self._topic: str | None = None  # the area named by the last sub-heading, if the section has no area
        self._has_rows = False
        self._ordinal = 0
        self._enclosing: _EnclosingSection | None = None
        self._heading_size = 0.0
        self._contents_page = 0
        self._has_list = False  # whether the current run of text has numbered paragraphs or list items

    def match_heading(self, title: str) -> Heading | None:
        """Return the first heading of the family that matches a title."""
        return next((heading for heading in self._headings if heading.pattern.match(title)), None)

    def set_role(self, indices: Sequence[int], role: Role) -> None:
        """Set the role of lines."""
        for index in indices:
            self.extraction.roles[index] = role

    def parse(self, indices: Sequence[int]) -> None:
        """Parse the lines of a body, headings and text, in reading order."""
        text: list[int] = []
        for block, block_indices in self._blocks(indices):
            if block is _Block.HEADING or (block is _Block.SUBHEADING and self._gives_rows()):
                self.parse_text(text)
                text = []
            if block is _Block.HEADING:
                self._open_section(block_indices)
            elif block is _Block.SUBHEADING and self._gives_rows():
                self._add_subheading(block_indices)
            else:
                text += block_indices
        self.parse_text(text)

    def parse_text(self, indices: Sequence[int]) -> None:
        """Parse a run of text without headings: set the role of the open section and add its rows."""
        start = 0
        for position, index in enumerate(indices):
            if self._is_below_box(self.lines[index]):
                self._add_text(indices[start:position])
                self._leave_box()
                start = position
            if ending := self._ending(indices, position):
                self._add_text(indices[start:position])
                self.role, self._has_rows, self._enclosing, start = ending, False, None, position
        self._add_text(indices[start:])

    def _ending(self, indices: Sequence[int], position: int) -> Role | None:
        """Return the role of the lines of a text from a position on if they end the report."""
        texts = [self.lines[index].text for index in indices[position : position + 2]]
        joined = join_lines(texts)
        for ending in _ENDINGS:
            text = joined if ending.is_sentence else texts[0]
            if ending.role is not self.role and ending.pattern.match(text):
                is_start = not position or CLAUSE_END.search(self.lines[indices[position - 1]].text)
                return ending.role if is_start or not ending.is_sentence else None
        return None

    def _add_text(self, indices: Sequence[int]) -> None:
        """Set the role of a run of lines of one section, and add the rows of its paragraphs."""
        self.set_role(indices, self.role)
        if self.role is Role.ABOUT:
            text = join_lines([self.lines[index].text for index in indices])
            self.extraction.inspectors += read_inspectors(text)
        if self._gives_rows():
            if indices and self._restarts_numbering(indices[0]):
                self._last_number = 0
                self._part += 1
            paragraphs = split_paragraphs(self.lines, indices, self._last_number, self.line_pitch)
            self._has_list = any(paragraph.number or paragraph.is_item for paragraph in paragraphs)
            for paragraph in paragraphs:
                self._add_paragraph(paragraph)
        elif any(self._is_next_paragraph(self.lines[index]) for index in indices):
            self._add_numbered_paragraphs(indices)

    def _restarts_numbering(self, index: int) -> bool:
        """Return whether a line is the first paragraph of a second document, which is numbered from 1.

        No later paragraph continues the numbering so far, and those that follow have the numbers 2 and 3.
        """
        if paragraph_number(self.lines[index]) != 1 or self._last_number < _MIN_RESTARTED_NUMBERS:
            return False
        next_number = 1
        for later in self.text_indices[bisect_left(self.text_indices, index) :]:
            number = paragraph_number(self.lines[later])
            if number == self._last_number + 1 and next_number <= self._last_number:
                return False
            next_number += number == next_number
        return next_number > _MIN_RESTARTED_NUMBERS

    def _gives_rows(self) -> bool:
        """Return whether the paragraphs of the open section become rows."""
        return self.role in ROW_ROLES or self._has_rows

    def _add_numbered_paragraphs(self, indices: Sequence[int]) -> None:
        """Add the paragraphs that continue the numbering of the report in a section that gives no rows."""
        role = self.role
        for paragraph in split_paragraphs(self.lines, indices, self._last_number, self.line_pitch):
            if self._is_next_paragraph(self.lines[paragraph.indices[0]]):
                self.role = Role.FINDING
                self.set_role(paragraph.indices, self.role)
                self._add_paragraph(paragraph)
                self.role = role

    # --- headings -------------------------------------------------------------------------------

    def _blocks(self, indices: Sequence[int]) -> list[tuple[_Block, list[int]]]:
        """Group lines into headings, each with all its lines, and the runs of text between them."""
        blocks: list[tuple[_Block, list[int]]] = []
        position = 0
        while position < len(indices):
            line = self.lines[indices[position]]
            last_block, last_indices = blocks[-1] if blocks else (None, [])
            table = indices[position : position + _MAX_CHAPTER_TABLE_LINES]
            table_length = self._table_length(table, below_heading=last_block is _Block.HEADING)
            if table_length:
                block, count = _Block.HEADING, table_length
            else:
                block, count = self._block_at(indices, position, in_text=last_block is _Block.TEXT)
            wraps = bool(last_indices) and layout.continues_heading(self.lines[last_indices[-1]], line)
            if block is last_block and (block is _Block.TEXT or (wraps and not table_length)):
                last_indices.extend(indices[position : position + count])
            else:
                blocks.append((block, list(indices[position : position + count])))
            position += count
        return blocks

    def _table_length(self, indices: Sequence[int], *, below_heading: bool) -> int:
        """Return the number of lines of the chapter's judgement table that starts with the first line.

        A table below a heading may have no column header, and its label may be in the font of the text. A
        list of grades is not a table, and neither is the first sentence of a paragraph.
        """
        is_header = is_column_header(self.lines[indices[0]].text)
        if not (is_header or below_heading):
            return 0
        lines = [self.lines[index] for index in indices]
        if not (is_header or self._is_first_label(lines)):
            return 0
        _, length = read_table(lines, self._chapter_areas)
        return max(1, length) if is_header else length

    def _is_first_label(self, lines: Sequence[Line]) -> bool:
        """Return whether the first of the lines below a heading may be the first label of a table."""
        is_heading = layout.looks_like_heading(lines[0], self.body_size)
        is_list_item = not lines[0].text[0].isalnum()
        is_sentence = lines[0].text.endswith(".") and not self._is_above_gap(lines)
        is_plain = not (is_heading or is_list_item or is_sentence)
        return is_plain and may_start_table(lines[0], self._chapter_areas)

    def _is_above_gap(self, lines: Sequence[Line]) -> bool:
        """Return whether the first line is a paragraph of its own."""
        return len(lines) < 2 or layout.is_paragraph_gap(lines[0], lines[1], self.line_pitch)

    def _block_at(self, indices: Sequence[int], position: int, *, in_text: bool) -> tuple[_Block, int]:
        """Return the kind of the block that starts with a line, and the number of its lines found so far.

        Args:
            indices: indices of the lines of the body.
            position: position of the line in ``indices``.
            in_text: whether the line above is text.
        """
        line = self.lines[indices[position]]
        above = self.lines[indices[position - 1]] if position else None
        following = indices[position : position + _MAX_HEADING_LINES + 1]
        if layout.is_larger_print(line, self.body_size):
            run = self._run_of_same_print(following)
            continues = in_text and above is not None and self._continues_larger_print(above, line)
            is_text = continues or self._is_text_in_larger_print(run)
            if is_text or not self.is_heading(line, above):
                return _Block.TEXT, 1
            return _Block.HEADING, len(run)
        if self.is_heading(line, above):
            return _Block.HEADING, 1
        if line.italic:
            run = self._run_of_same_print(following)
            below = [self.lines[index] for index in indices[position + len(run) : position + len(run) + 1]]
            if self._is_italic_subheading(above if in_text else None, run, below):
                return _Block.SUBHEADING, len(run)
        below = [self.lines[index] for index in indices[position + 1 : position + 2]]
        if in_text and above and below and self._is_set_off(above, line, below[0]):
            return _Block.SUBHEADING, 1
        return _Block.TEXT, 1

    def _run_of_same_print(self, indices: Sequence[int]) -> list[Line]:
        """Return the first lines that have one size, weight and slant and follow each other without a gap.

        Args:
            indices: indices of one line more than the longest heading has.
        """
        run = [self.lines[indices[0]]]
        for index in indices[1:]:
            line = self.lines[index]
            if not (layout.have_same_print(run[-1], line) and layout.continues_heading(run[-1], line)):
                break
            run.append(line)
        return run

    def _continues_larger_print(self, above: Line, line: Line) -> bool:
        """Return whether a line in larger print continues the text above it."""
        ends_sentence = CLAUSE_END.search(above.text) is not None
        if above.page != line.page:
            return layout.have_same_print(above, line) and not ends_sentence
        is_next_line = not layout.is_paragraph_gap(above, line, self.line_pitch)
        return is_next_line and (layout.have_same_print(above, line) or not ends_sentence)

    def _is_text_in_larger_print(self, run: Sequence[Line]) -> bool:
        """Return whether lines in larger print are text: a sentence without a grade, or too many lines."""
        is_sentence = run[-1].text.endswith(".") and not closing_grade(
            join_lines([line.text for line in run])
        )
        return is_sentence or len(run) > _MAX_HEADING_LINES

    def _is_italic_subheading(
        self, text_above: Line | None, run: Sequence[Line], below: Sequence[Line]
    ) -> bool:
        """Return whether lines in italics are a sub-heading: a title on lines of its own above other text."""
        if not self._may_be_subheading(run):
            return False
        is_start = (
            text_above is None
            or text_above.page != run[0].page
            or CLAUSE_END.search(text_above.text) is not None
            or layout.is_paragraph_gap(text_above, run[0], self.line_pitch)
        )
        is_end = not below or (
            not below[0].italic
            and (below[0].page != run[-1].page or self._starts_paragraph(below[0], run[-1]))
        )
        return is_start and is_end

    def _starts_paragraph(self, line: Line, above: Line) -> bool:
        is_marked = starts_with_bullet(line) or paragraph_number(line) is not None
        return is_marked or layout.is_paragraph_gap(above, line, self.line_pitch)

    def _is_set_off(self, above: Line, line: Line, below: Line) -> bool:
        """Return whether a line in the font of the text is a sub-heading by the space around it.

        It follows a sentence at more than the line pitch, and the distance to the text below is wider still.
        At the top of a page only the distance to the text below is known.
        """
        if line.page != below.page:
            return False
        if above.page != line.page:
            is_apart = layout.is_paragraph_gap(line, below, self.line_pitch)
        else:
            excess = line.top - above.top - self.line_pitch * line.size
            excess_below = below.top - line.top - self.line_pitch * line.size
            is_apart = excess > _MIN_SUBHEADING_GAP and excess_below > excess + _MIN_SUBHEADING_GAP
        is_between_sentences = CLAUSE_END.search(above.text) is not None and not below.text[0].islower()
        return is_apart and is_between_sentences and self._may_be_subheading([line])

    def _may_be_subheading(self, run: Sequence[Line]) -> bool:
        """Return whether lines read as a sub-heading in the font of the text: 'Quality of planning'."""
        title = join_lines([line.text for line in run])
        is_title = self._subheadings and run[0].page > 1 and _PLAIN_SUBHEADING.fullmatch(title) is not None
        return is_title and not any(ending.pattern.match(title) for ending in _ENDINGS)

    def is_heading(self, line: Line, above: Line | None) -> bool:
        """Return whether a line is a heading, by its font or, in the font of the text, by a known title."""
        is_separate = above is None or above.page != line.page or line.top - above.bottom > 0.55 * line.size
        if layout.looks_like_heading(line, self.body_size):
            # A bold line inside a sentence starts in lower case. The second line of a heading may do so too.
            follows_heading = above is not None and layout.looks_like_heading(above, self.body_size)
            return is_separate or follows_heading or line.text[0].isupper()
        return is_separate and _PLAIN_HEADING.fullmatch(line.text) is not None

    def _open_section(self, indices: Sequence[int]) -> None:
        """Open the section of a heading."""
        lines = [self.lines[index] for index in indices]
        title = join_lines([line.text for line in lines])
        grade = closing_grade(title)
        if is_column_header(title):
            self.set_role(indices, Role.JUDGEMENT_TABLE)
            return
        if self._is_on_second_cover(indices, title):
            return
        rows, table_length = read_table(lines, self._chapter_areas)
        if rows and table_length == len(lines) and not rows[0].label.endswith(":"):
            title, grade = rows[0].label, rows[0].grade
        known = self.match_heading(title)
        if self._is_inside_section(indices, title, known):
            self.set_role(indices, self.role)
            return
        if self._is_grade_of_section(indices, title):
            return
        known = self._known_unless_topic(title, known, grade)
        self._heading_size = lines[0].size
        continues_numbering = self._is_above_next_paragraph(indices)
        self._enter_section(lines[0], known, continues_numbering=continues_numbering)
        self.set_role(indices, Role.CONTENTS if self.role is Role.CONTENTS else Role.HEADING)
        if self.role is Role.CONTENTS:
            self._contents_page = lines[0].page
            return
        is_section = self.role not in _ROLES_WITHOUT_SECTIONS or self._has_rows or continues_numbering
        if is_section and not self._is_table_header(title):
            level = 1 if known and known.area != INHERIT else 2
            self._add_section(title, grade, level, layout.bounding_box(lines))

    def _enter_section(self, line: Line, known: Heading | None, *, continues_numbering: bool) -> None:
        """Set role, area and kind below a heading, of which ``line`` is the first."""
        if self._is_below_box(line) or (known and known.boxed):
            self._leave_box()
        if not known and continues_numbering and not self._gives_rows():
            self.role = Role.FINDING
        if known:
            self._enclosing = self._enclosing_section(line.x0) if known.boxed else None
            self.role = known.role or self.role
            # The cover of a second document names its area above the contents.
            keeps_area = known.role is Role.CONTENTS and self._is_second_document
            self.area = self.area if known.area == INHERIT or keeps_area else known.area
            self.kind, self._has_rows = known.kind, bool(known.kind)

    def _add_subheading(self, indices: Sequence[int]) -> None:
        """Add a sub-heading in the font of the text as a section. It names no role, and at most a topic."""
        lines = [self.lines[index] for index in indices]
        if self._is_below_box(lines[0]):
            self._leave_box()
        self.set_role(indices, Role.HEADING)
        title = join_lines([line.text for line in lines])
        self._topic = self._topic_named(title)
        self._add_section(title, None, 2, layout.bounding_box(lines))

    def _known_unless_topic(self, title: str, known: Heading | None, grade: Grade | None) -> Heading | None:
        """Set the topic, and return the declared heading of a title unless the title only names a topic.

        The chapter on an area has a longer title ('The experiences and progress of …') or states a grade.
        """
        names_area = known is not None and known.area not in (None, INHERIT)
        is_short = _PLAIN_SUBHEADING.fullmatch(title) is not None and not title.startswith("The ")
        topic = self._topic_named(title)
        if names_area and is_short and not grade and topic:
            known = None
        self._topic = None if known else topic
        return known

    def _topic_named(self, title: str) -> str | None:
        """Return the area that a sub-heading outside of chapters names; None if it names none or several."""
        if self.area is not None or self.role not in (Role.SUMMARY, Role.RECOMMENDATION):
            return None
        areas = {topic.area for topic in self._topics if topic.pattern.search(title)}
        return areas.pop() if len(areas) == 1 else None

    def _row_area(self) -> str | None:
        """Return the area of the rows of the open section."""
        return self.area or self._topic

    def _is_inside_section(self, indices: Sequence[int], title: str, known: Heading | None) -> bool:
        """Return whether a heading is part of contents, boilerplate or a letter form and does not end it."""
        line = self.lines[indices[0]]
        if self.role is Role.CONTENTS:
            return known is None or line.page == self._contents_page or title[-1:].isdigit()
        if self.role not in (Role.BOILERPLATE, Role.LETTER_FORM):
            return False
        if known is None:
            return not self._is_above_next_paragraph(indices)
        if any(_GRADE_DEFINITION.match(below.text) for below in self._below(indices)):
            return True
        return known.role is self.role and line.size < self._heading_size - _SMALLER_HEADING

    def _is_grade_of_section(self, indices: Sequence[int], title: str) -> bool:
        """Return whether a heading is the grade of the section above it, after adding it to the section."""
        grade = read_grade(title)
        if not (self.extraction.sections and grade):
            return False
        self.set_role(indices, Role.HEADING)
        self.extraction.sections[-1] = replace(
            self.extraction.sections[-1], grade=grade.name, grade_printed=grade.printed
        )
        return True

    def _is_on_second_cover(self, indices: Sequence[int], title: str) -> bool:
        """Return whether a heading is part of the cover page of a second document, after setting its role.

        The title of the document is in boilerplate, and as large as that of the report. It opens a section.
        """
        if self.role is Role.BOILERPLATE and self._is_large_as_the_title(self.lines[indices[0]]):
            self.set_role(indices, Role.TITLE)
            self.role, self.area, self.kind, self._has_rows = Role.SUMMARY, None, "", False
            self._is_second_document = True
            box = layout.bounding_box([self.lines[index] for index in indices])
            self._add_section(title, None, 1, box)
            return True
        if _DETAILS.match(title):
            self.set_role(indices, Role.DETAILS)
            return True
        return False

    def _is_large_as_the_title(self, line: Line) -> bool:
        """Return whether a line is larger than headings are, and as large as the title of the report."""
        pairs = zip(self.lines, self.extraction.roles, strict=True)
        title_sizes = [other.size for other, role in pairs if role is Role.TITLE]
        is_large = bool(title_sizes) and line.size >= max(title_sizes) - _SMALLER_HEADING
        return is_large and line.size > self._heading_size

    def _below(self, indices: Sequence[int]) -> Sequence[Line]:
        """Return the line below a heading, as a list that is empty at the end of the report."""
        position = bisect_right(self.text_indices, indices[-1])
        return [self.lines[index] for index in self.text_indices[position : position + 1]]

    def _is_above_next_paragraph(self, indices: Sequence[int]) -> bool:
        return any(map(self._is_next_paragraph, self._below(indices)))

    def _is_next_paragraph(self, line: Line) -> bool:
        """Return whether a line starts with the number after that of the last numbered paragraph."""
        return 0 < self._last_number < UNNUMBERED and line.text.startswith(f"{self._last_number + 1}. ")

    def _is_table_header(self, title: str) -> bool:
        """Return whether a heading is the header of a table of recommendations.

        Such a header repeats the title of its section directly below it.
        """
        ordinal, section_title = self._section()
        last_sections = {finding.section for finding in self.extraction.findings[-1:]}
        last_sections |= {row.section for row in self.extraction.recommendations[-1:]}
        repeats_title = section_title is not None and title.casefold().endswith(section_title.casefold())
        return self.role is Role.RECOMMENDATION and repeats_title and ordinal not in last_sections

    def _add_section(self, title: str, grade: Grade | None, level: int, box: Box) -> None:
        name, printed = (grade.name, grade.printed) if grade else (None, None)
        self.extraction.sections.append(Section(title, self._row_area(), name, level, box.page, box, printed))
        self._ordinal = len(self.extraction.sections)

    def _enclosing_section(self, x0: float) -> _EnclosingSection:
        """Return the open section, to be restored below a box whose heading starts at ``x0``."""
        return _EnclosingSection(x0, self.role, self.area, self.kind, self._has_rows, self._ordinal)

    def _is_below_box(self, line: Line) -> bool:
        """Return whether a box is open and a line is to the left of it, and thus below it."""
        return self._enclosing is not None and line.x0 < self._enclosing.x0 - _BOX_TOLERANCE

    def _leave_box(self) -> None:
        """Restore the section around the open box, if there is one."""
        if self._enclosing:
            _, self.role, self.area, self.kind, self._has_rows, self._ordinal = self._enclosing
            self._enclosing = None

    # --- text -----------------------------------------------------------------------------------

    def _add_paragraph(self, paragraph: Paragraph) -> None:
        """Add a paragraph as a finding, a recommendation, both, or a sub-heading."""
        text = paragraph_text(self.lines, paragraph)
        boxes = paragraph_boxes(self.lines, paragraph)
        self._last_number = paragraph.number or self._last_number
        if not text and not paragraph.number:
            return
        if _EDITORIAL_NOTE.fullmatch(text):
            self.set_role(paragraph.indices, Role.ABOUT)
            return
        if paragraph.number is None and _FORM_SENTENCES.fullmatch(text):
            self.set_role(paragraph.indices, Role.BOILERPLATE)
            return
        if self._is_subheading(paragraph):
            self.set_role(paragraph.indices, Role.HEADING)
            self._topic = self._topic_named(text)
            self._add_section(text, None, 2, boxes[0])
            return
        kind = self._finding_kind(paragraph, text)
        area = self._row_area()
        if kind == "recommendation":
            title, points = split_titled_list(self.lines, paragraph)
            area = area or self._topic_named(title)
            for request in points or [paragraph]:
                self._add_recommendation(request, area)
        if kind != "recommendation" or paragraph.number:
            self.extraction.findings.append(
                Finding(*self._section(), area, paragraph.number, kind, text, boxes, self._part)
            )

    def _add_recommendation(self, request: Paragraph, area: str | None) -> None:
        text, boxes = paragraph_text(self.lines, request), paragraph_boxes(self.lines, request)
        self.extraction.recommendations.append(
            Recommendation(
                self.kind or "recommendation",
                area,
                request.number,
                text,
                *read_citations(text),
                boxes,
                *self._section(),
                self._part,
            )
        )

    def _is_subheading(self, paragraph: Paragraph) -> bool:
        """Return whether a paragraph is a sub-heading in the font of the text, on a line of its own."""
        is_plain_line = len(paragraph.indices) == 1 and paragraph.number is None and not paragraph.is_item
        return is_plain_line and self._may_be_subheading([self.lines[paragraph.indices[0]]])

    def _finding_kind(self, paragraph: Paragraph, text: str) -> str:
        """Return the value of ``findings.kind`` for a paragraph of the open section."""
        if self.role is Role.RECOMMENDATION:
            is_request = not (_NO_RECOMMENDATION.match(text) or _LIST_INTRODUCTION.search(text))
            if is_request and (paragraph.number or paragraph.is_item or not self._has_list):
                return "recommendation"
            return "finding" if paragraph.number else "summary"
        if self.role is Role.SUMMARY and paragraph.number and self.area not in (None, "lscb"):
            # Some chapters have no heading between their summary and their numbered findings.
            self.set_role(paragraph.indices, Role.FINDING)
            return "finding"
        return self.kind or str(self.role)

    def _section(self) -> tuple[int | None, str | None]:
        """Return the ordinal and the title of the open section, or None for both before the first section."""
        if not self._ordinal:
            return None, None
        return self._ordinal, self.extraction.sections[self._ordinal - 1].title
