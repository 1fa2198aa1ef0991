"""A review of a local safeguarding children board that was published by itself.

It runs as the part on the board runs in a report under the single framework: the judgement is a sentence on
the first page, the findings are numbered.
"""

from collections.abc import Sequence
from datetime import date

from assets.extraction import inspection
from assets.extraction.frameworks import FRAMEWORKS
from assets.extraction.front import Front
from assets.extraction.inspectors import first_lead
from assets.extraction.judgements import judge
from assets.extraction.rows import Extraction, Role
from assets.extraction.sections import Sections, heading
from assets.reading.lines import Line

#: Chapters that belong to an authority's report there, and to the board's here.
HEADINGS = (
    heading(r"executive summary", Role.SUMMARY, "lscb"),
    heading(r"recommendations", Role.RECOMMENDATION, "lscb"),
    heading(r"inspection findings", Role.FINDING, "lscb"),
    *inspection.HEADINGS,
)


def extract_lscb_review(lines: Sequence[Line], _published: date | None) -> Extraction:
    """Read a review of a board."""
    sections = Sections(lines, HEADINGS)
    sections.area = "lscb"
    front = Front(sections)
    sections.read(sections.text[front.read() :])
    out = sections.out
    out.lead_inspector = first_lead(out.inspectors)
    judge(out, FRAMEWORKS["lscb_review"], sentences=front.sentences)
    return out
