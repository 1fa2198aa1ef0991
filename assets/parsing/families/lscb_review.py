"""A review of a local safeguarding children board that was published by itself.

It runs as the part on the board runs in a report under the single framework: the judgement is a sentence on
the first page, the findings are numbered.
"""

from collections.abc import Sequence
from datetime import date

from assets.parsing.families import inspection
from assets.parsing.families.cover_page import CoverPageParser
from assets.parsing.frameworks import FRAMEWORKS
from assets.parsing.grammar.inspectors import lead_inspector_name
from assets.parsing.grammar.judgements import extract_judgements
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.models import Extraction, Role
from assets.pdf.pdfium_lines import Line

#: Chapters that belong to an authority's report there, and to the board's here.
HEADINGS = (
    heading(r"executive summary", Role.SUMMARY, "lscb"),
    heading(r"recommendations", Role.RECOMMENDATION, "lscb"),
    heading(r"inspection findings", Role.FINDING, "lscb"),
    *inspection.HEADINGS,
)


def extract_lscb_review(lines: Sequence[Line], _published: date | None) -> Extraction:
    """Read a review of a board."""
    sections = BodyParser(lines, HEADINGS)
    sections.area = "lscb"
    front = CoverPageParser(sections)
    sections.parse(sections.text_indices[front.read() :])
    out = sections.extraction
    out.lead_inspector = lead_inspector_name(out.inspectors)
    extract_judgements(out, FRAMEWORKS["lscb_review"], sentences=front.sentences)
    return out
