"""The parser's data model: the rows of one report, before they are written to tables.

Field names are the column names of ``assets.schema.tables``. ``report`` adds the columns that identify the
report (``report_id``, ``urn``, ``publication_year``) and each row's ``ordinal``.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from assets.pdf.pdfium_lines import Line


class Role(StrEnum):
    """The role of a line in its report. Each line has exactly one."""

    TITLE = "title"
    DETAILS = "details"  # dates, lead inspector and publication date on the first page
    JUDGEMENT = "judgement"  # a sentence on the first page that states a judgement
    JUDGEMENT_TABLE = "judgement_table"
    LETTER_FORM = "letter_form"  # date, address, salutation and signature of a letter
    CONTENTS = "contents"
    HEADING = "heading"
    SUMMARY = "summary"
    FINDING = "finding"
    RECOMMENDATION = "recommendation"
    CONTEXT = "context"  # facts about the local area
    ABOUT = "about"  # how the inspection was carried out, and by whom
    FOOTNOTE = "footnote"
    RUNNING_HEADER = "running_header"  # at the top or bottom of a page
    PAGE_NUMBER = "page_number"
    BOILERPLATE = "boilerplate"  # text that Ofsted prints in every report
    OTHER = "other"  # unknown


#: Roles of lines that become findings and recommendations.
ROW_ROLES = (Role.SUMMARY, Role.FINDING, Role.RECOMMENDATION)
#: Roles of lines at the top and bottom of a page.
HEADER_ROLES = frozenset((Role.RUNNING_HEADER, Role.PAGE_NUMBER))
#: Roles of lines that interrupt the text that runs from page to page.
FURNITURE_ROLES = HEADER_ROLES | {Role.FOOTNOTE}


class Box(NamedTuple):
    """A bounding box on a page, in PDF points from the top left of the page as displayed."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The grade of an area, with the printed text and its position.

    ``status`` is graded, not_judged or not_found. ``grade_rank`` is 1 for the best grade of the scale.
    ``evidence`` lists where the report states the judgement: table, sentence, heading.
    """

    area: str
    label: str | None
    grade: str | None
    grade_printed: str | None
    grade_rank: int | None
    status: str
    evidence: str | None
    box: Box | None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the body. ``level`` is 1 if its heading opens a chapter, else 2.

    ``grade_printed`` is the grade as the heading, or a table in its place, prints it.
    """

    title: str
    area: str | None
    grade: str | None
    level: int
    page: int
    box: Box
    grade_printed: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A paragraph of the body.

    ``section`` is the ordinal of its section, from 1, and ``paragraph`` its printed number; both may be null.
    ``part`` counts the documents of the file, each of which numbers its paragraphs from 1.
    ``boxes`` has a bounding box for each page and each uninterrupted run of lines.
    """

    section: int | None
    section_title: str | None
    area: str | None
    paragraph: int | None
    kind: str
    text: str
    boxes: tuple[Box, ...]
    part: int = 1


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An action that the inspectors recommend or require.

    ``outcomes``, ``enablers`` and ``principles`` are the numbers of the national framework that it cites.
    ``section`` is the ordinal of its section, whose title may state a deadline ('Within three months:').
    ``responsible_body`` is whom a table of recommendations names next to it.
    """

    kind: str
    area: str | None
    paragraph: int | None
    text: str
    outcomes: tuple[int, ...]
    enablers: tuple[int, ...]
    principles: tuple[int, ...]
    boxes: tuple[Box, ...]
    section: int | None = None
    section_title: str | None = None
    part: int = 1
    responsible_body: str | None = None


@dataclass(frozen=True, slots=True)
class Inspector:
    """A person whom the report names as a member of the inspection team."""

    name: str
    role: str | None
    post: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem found while parsing; ``code`` is one of ``invariants.codes.CODES``."""

    code: str
    detail: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """An uninterrupted run of words that are in no row and belong to no known wording.

    ``words`` are printed words; ``lines`` has the index of the line of each of them.
    """

    role: Role
    page: int
    words: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(slots=True)
class Extraction:
    """All rows parsed from one report.

    ``roles`` has one role for each of ``lines``, in the same order. ``body_size`` is the font size of
    most of the text, in points; 0 without lines.
    """

    framework: str | None = None
    inspection_start: date | None = None
    inspection_end: date | None = None
    previous_start: date | None = None
    previous_end: date | None = None
    inspection_type: str | None = None
    theme: str | None = None
    lead_inspector: str | None = None
    pages: int | None = None
    body_size: float = 0.0
    lines: list[Line] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    inspectors: list[Inspector] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    unaccounted: list[Unaccounted] = field(default_factory=list)
