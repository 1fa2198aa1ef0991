"""What reading one report gives: rows, not yet tied to a report.

Field names are the columns of ``assets.schema.tables``; ``report`` adds the report's id, the authority,
the year and each row's place.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from assets.pdf.pdfium_lines import Line


class Role(StrEnum):
    """The one part a line plays in its report."""

    TITLE = "title"
    DETAILS = "details"  # dates, lead inspector, day of publication on the first page
    JUDGEMENT = "judgement"  # a judgement given in a sentence of its own
    JUDGEMENT_TABLE = "judgement_table"
    LETTER_FORM = "letter_form"  # date, address, salutation and signature of a letter
    CONTENTS = "contents"
    HEADING = "heading"
    SUMMARY = "summary"
    FINDING = "finding"
    RECOMMENDATION = "recommendation"
    CONTEXT = "context"  # facts about the area, written with the authority
    ABOUT = "about"  # how the inspection was done, and by whom
    FOOTNOTE = "footnote"
    RUNNING_HEADER = "running_header"  # at a page's head or foot
    PAGE_NUMBER = "page_number"
    BOILERPLATE = "boilerplate"  # words that Ofsted prints in every report
    OTHER = "other"  # not understood


class Box(NamedTuple):
    """A part of a page, in PDF points from the top left of the page as displayed."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """An area and its grade, with what was printed and where."""

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
    """A heading of the report's body."""

    title: str
    area: str | None
    grade: str | None
    level: int
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Finding:
    """A paragraph; ``section`` is the ordinal of the section it stands in."""

    section: int | None
    section_title: str | None
    area: str | None
    paragraph: int | None
    kind: str
    text: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Something inspectors ask for; ``outcomes`` are numbers of the national framework.

    ``section`` is the ordinal of the section it stands in, whose title may say by when ('Within three
    months:').
    """

    kind: str
    area: str | None
    paragraph: int | None
    text: str
    outcomes: tuple[int, ...]
    boxes: tuple[Box, ...]
    section: int | None = None
    section_title: str | None = None


@dataclass(frozen=True, slots=True)
class Inspector:
    """Someone the report names as having inspected."""

    name: str
    role: str | None
    post: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that could not be read or does not agree; ``code`` is one of ``invariants.CODES``."""

    code: str
    detail: str
    page: int | None = None


@dataclass(slots=True)
class Extraction:
    """Everything one report says. ``roles`` runs beside ``lines``."""

    framework: str | None = None
    inspection_start: date | None = None
    inspection_end: date | None = None
    previous_start: date | None = None
    previous_end: date | None = None
    inspection_type: str | None = None
    theme: str | None = None
    lead_inspector: str | None = None
    pages: int | None = None
    lines: list[Line] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    inspectors: list[Inspector] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
