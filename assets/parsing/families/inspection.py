"""Full inspections of an authority's children's services: the single framework (sif) and ILACS.

The first page gives title, dates and the judgements: a table, or, under the single framework, a sentence on
the whole and a list. The sections behind it repeat each area's grade in their headings, which checks it.
"""

from collections.abc import Sequence
from datetime import date

from assets.parsing.families.cover_page import BOARD, CoverPageParser
from assets.parsing.frameworks import FRAMEWORKS, Area, Framework, letters_only
from assets.parsing.grammar.inspectors import lead_inspector_name
from assets.parsing.grammar.judgement_table import TableRow
from assets.parsing.grammar.judgements import extract_judgements
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.models import Extraction, Role
from assets.pdf.pdfium_lines import Line

#: Frameworks of this module.
OWN = tuple(FRAMEWORKS[code] for code in ("sif", "ilacs_2018", "ilacs_2023", "ilacs_2026"))
#: Areas of the table on the first page; sentences alone judge the board.
_AREAS = tuple(area for framework in OWN for area in framework.areas if area.name != "lscb")
#: A chapter's own small table names its area without the number that the list on the first page gives it.
_CHAPTERS = (
    *_AREAS,
    Area("help_and_protection", "The experiences and progress of children who need help and protection"),
    Area("in_care", "The experiences and progress of children looked after and achieving permanence"),
    Area("leadership", "Leadership, management and governance"),
)

_PLACE = r"(?:this area|\S+)$"
HEADINGS = (
    heading(r"contents$", Role.CONTENTS, None),
    heading(r"what the .*judge?ments mean", Role.BOILERPLATE, None),
    heading(r"the (?:lscb|local authority) is likely to be", Role.BOILERPLATE),
    heading(r"information about (?:this|the) .*\barea", Role.CONTEXT, None),
    heading(rf"(?:children|child protection|children and young people)\b.* in {_PLACE}", Role.CONTEXT),
    heading(r"(?:other|previous) ofsted inspections|other information about", Role.CONTEXT),
    heading(r"the casework model|in the last \d+ months", Role.CONTEXT),
    heading(r"information about (?:this|the .*) (?:inspection|review)|the inspection team", Role.ABOUT),
    heading(r"(?:areas for )?priority\b.*\bactions?\b", Role.RECOMMENDATION, kind="priority_action"),
    heading(r"what needs to improve", Role.RECOMMENDATION, kind="improvement"),
    heading(rf"what .*{BOARD}.* need.* improve", Role.RECOMMENDATION, "lscb"),
    heading(r"what .*\bneed.*\bimprove|areas? for improvement|recommendations?\b", Role.RECOMMENDATION),
    heading(r"executive summary|summary\b", Role.SUMMARY),
    heading(r"section \d.* summary of findings", Role.SUMMARY, None),
    heading(rf"inspection (?:findings|judge?ments?).*{BOARD}", Role.FINDING, "lscb"),
    heading(r"inspection findings", Role.FINDING),
    heading(r"inspection judge?ments? about the local authority", Role.FINDING, None),
    heading(r"(?:section 1\W*)?the local authority$", Role.SUMMARY, None),
    heading(rf"key strengths and weaknesses of .*{BOARD}", Role.FINDING, "lscb"),
    heading(r"(?:the|this) local authority(?:[’']s| has the following) strengths", Role.SUMMARY),
    heading(r"progress since the (?:last|previous) inspection", Role.SUMMARY),
    heading(r".*\bbecause:?$", None),
    heading(rf".*{BOARD}", Role.FINDING, "lscb"),
    heading(r".*(?:adoption performance|graded judge?ment.*\badoption\b)", Role.FINDING, "adoption"),
    heading(r".*children in care and care leavers", Role.FINDING, "in_care_and_care_leavers"),
    heading(r".*care leavers", Role.FINDING, "care_leavers"),
    heading(r".*(?:in care|looked after and achieving permanence)", Role.FINDING, "in_care"),
    heading(r".*need help and protection", Role.FINDING, "help_and_protection"),
    heading(r".*(?:impact of leaders|leadership, management and gov)", Role.FINDING, "leadership"),
)

_SHORT_STAY = 7  # days on site, at most, of a short inspection


def extract_inspection(lines: Sequence[Line], published: date | None) -> Extraction:
    """Read a full inspection's report. ``published`` stands in where no date of inspection is printed."""
    sections = BodyParser(lines, HEADINGS, _CHAPTERS)
    front = CoverPageParser(sections, _AREAS)
    sections.parse(sections.text_indices[front.read() :])
    out = sections.extraction
    out.lead_inspector = lead_inspector_name(out.inspectors)
    framework = _framework(front.rows, out.inspection_start or published)
    if framework is None:
        return out
    extract_judgements(out, framework, front.rows, front.sentences)
    if framework.code == "sif":
        return out
    if out.inspection_start and out.inspection_end:
        stay = (out.inspection_end - out.inspection_start).days + 1
        out.inspection_type = "short" if stay <= _SHORT_STAY else "standard"
    return out


def _framework(rows: Sequence[TableRow], day: date | None) -> Framework | None:
    """Find the framework whose areas are those of the table, among those in force on a day.

    Of several that fit, the one with the fewest areas leaves the least unaccounted for.
    """
    labels = {letters_only(row.label) for row in rows}
    fitting = [
        framework
        for framework in OWN
        if labels and labels <= {spelling for area in framework.areas for spelling in area.spellings}
        and (day is None or framework.begins <= day)
    ]  # fmt: skip
    return min(fitting, key=lambda framework: len(framework.areas), default=None)
