"""Reviews of a local safeguarding children board (LSCB) that were published on their own.

The report has the form of the part on the board in a report of the single inspection framework: the judgement
is a sentence on the first page, and the findings are numbered.
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

#: Headings that concern the authority in a full inspection, and the board in these reports.
HEADINGS = (
    heading(r"executive summary", Role.SUMMARY, "lscb"),
    heading(r"recommendations", Role.RECOMMENDATION, "lscb"),
    heading(r"inspection findings", Role.FINDING, "lscb"),
    *inspection.HEADINGS,
)


def extract_lscb_review(lines: Sequence[Line], _published: date | None) -> Extraction:
    """Parse the review of a board."""
    body = BodyParser(lines, HEADINGS)
    body.area = "lscb"
    cover_page = CoverPageParser(body)
    body.parse(body.text_indices[cover_page.read() :])
    extraction = body.extraction
    extraction.lead_inspector = lead_inspector_name(extraction.inspectors)
    extract_judgements(extraction, FRAMEWORKS["lscb_review"], sentences=cover_page.sentences)
    return extraction
