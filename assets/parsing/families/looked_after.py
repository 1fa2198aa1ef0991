"""Inspections of services for looked after children and care leavers, summer 2013.

All paragraphs are numbered; those on the inspection and the area are of the kind ``summary``. The judgements
are in a table at the end ('Record of main findings') and below the headings ('Grade 3 (Adequate)').
Recommendations are grouped by deadline: 'Immediately:' and 'Within three months:' are sections.
"""

import re
from collections.abc import Sequence
from datetime import date

from assets.parsing.families.cover_page import CoverPageParser
from assets.parsing.frameworks import FRAMEWORKS
from assets.parsing.grammar import judgement_table
from assets.parsing.grammar.inspectors import lead_inspector_name
from assets.parsing.grammar.judgements import extract_judgements
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.models import Extraction, Issue, Role
from assets.pdf.pdfium_lines import Line

FRAMEWORK = FRAMEWORKS["looked_after_2013"]
HEADINGS = (
    heading(r"contents$", Role.CONTENTS, None),
    heading(r"about this inspection", Role.ABOUT, None, kind="summary"),
    heading(r"the inspection judgements and what they mean", Role.BOILERPLATE, None, kind="summary"),
    heading(r"service information", Role.CONTEXT, None, kind="summary"),
    heading(r"areas for improvement", Role.RECOMMENDATION, None),
    heading(r"overall effectiveness", Role.FINDING, "overall_effectiveness"),
    heading(r"capacity to improve", Role.FINDING, "capacity_to_improve"),
    heading(r"outcomes for looked after children", Role.FINDING, "outcomes_for_looked_after_children"),
    heading(r"quality of provision", Role.FINDING, "quality_of_provision"),
    heading(r"leadership and management", Role.FINDING, "leadership_and_management"),
    heading(r"record of main findings", Role.JUDGEMENT_TABLE, None),
)
_RECORD_TITLE = re.compile(r"record of main findings", re.IGNORECASE)
#: The last line of the imprint, which is as low on the page as a running footer.
_IMPRINT = re.compile(r"further copies of this report are obtainable\b", re.IGNORECASE)


def extract_looked_after(lines: Sequence[Line], _published: date | None) -> Extraction:
    """Parse the report of an inspection of 2013."""
    body = BodyParser(lines, HEADINGS)
    start = CoverPageParser(body).read()
    rows, record_indices = _read_record(body)
    body.parse([index for index in body.text_indices[start:] if index not in record_indices])
    body.set_role(record_indices, Role.JUDGEMENT_TABLE)
    imprint_indices = [index for index, line in enumerate(lines) if _IMPRINT.match(line.text)]
    body.set_role(imprint_indices, Role.BOILERPLATE)
    extraction = body.extraction
    extraction.lead_inspector = lead_inspector_name(extraction.inspectors)
    extract_judgements(extraction, FRAMEWORK, rows)
    if not rows:
        extraction.issues.append(Issue("judgement_table_unread", "no record of main findings found"))
    return extraction


def _read_record(body: BodyParser) -> tuple[list[judgement_table.TableRow], list[int]]:
    """Read the record of main findings; return its rows and the indices of its lines.

    The table starts below the line that consists of its title only.
    """
    lines = [body.lines[index] for index in body.text_indices]
    titles = (position for position, line in enumerate(lines) if _RECORD_TITLE.fullmatch(line.text))
    for position in range(next(titles, len(lines)), len(lines)):
        if judgement_table.may_start_table(lines[position], FRAMEWORK.areas):
            rows, length = judgement_table.read_table(lines[position:], FRAMEWORK.areas)
            return rows, body.text_indices[position : position + length]
    return [], []
