"""Inspections of services for looked after children and care leavers, summer 2013.

Every paragraph is numbered, those on the inspection and on the area too, which are told as ``summary``. The
judgements stand in a table at the end, the 'Record of main findings', and below the headings ('Grade 3
(Adequate)'). What is to be done is listed by when: 'Immediately:', 'Within three months:' are sections.
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
from assets.parsing.models import Extraction, Role
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
_RECORD = re.compile(r"record of main findings", re.IGNORECASE)
#: The last line of the imprint stands as low as a running footer would.
_IMPRINT = re.compile(r"further copies of this report are obtainable\b", re.IGNORECASE)


def extract_looked_after(lines: Sequence[Line], _published: date | None) -> Extraction:
    """Read the report of an inspection of 2013."""
    sections = BodyParser(lines, HEADINGS)
    begun = CoverPageParser(sections).read()
    rows, record = _record(sections)
    sections.parse([place for place in sections.text_indices[begun:] if place not in record])
    sections.set_role(record, Role.JUDGEMENT_TABLE)
    imprint = [place for place, line in enumerate(lines) if _IMPRINT.match(line.text)]
    sections.set_role(imprint, Role.BOILERPLATE)
    out = sections.extraction
    out.lead_inspector = lead_inspector_name(out.inspectors)
    extract_judgements(out, FRAMEWORK, rows)
    return out


def _record(sections: BodyParser) -> tuple[list[judgement_table.TableRow], list[int]]:
    """Read the table below the title that stands alone on its line; give its rows and its lines' places."""
    lines = [sections.lines[place] for place in sections.text_indices]
    titles = (count for count, line in enumerate(lines) if _RECORD.fullmatch(line.text))
    for count in range(next(titles, len(lines)), len(lines)):
        if judgement_table.may_start_table(lines[count], FRAMEWORK.areas):
            rows, taken = judgement_table.read_table(lines[count:], FRAMEWORK.areas)
            return rows, sections.text_indices[count : count + taken]
    return [], []
