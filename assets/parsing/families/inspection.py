"""Full inspections of an authority's children's services: single inspection framework (SIF) and ILACS.

The first page has title, dates and judgements: a table or, in SIF reports, a sentence on the overall
judgement and a list. The section headings repeat the grade of each area, which serves as a check. Inspections
of looked after children (2013) and reviews of a board have their own modules.
"""

import re
from collections.abc import Sequence
from datetime import date

from assets.parsing.families.cover_page import BOARD, CoverPageParser
from assets.parsing.frameworks import FRAMEWORKS, Area, Framework, letters_only
from assets.parsing.grammar.inspectors import lead_inspector_name
from assets.parsing.grammar.judgement_table import TableRow
from assets.parsing.grammar.judgements import extract_judgements
from assets.parsing.grammar.sections import BodyParser, Heading, Topic, heading
from assets.parsing.models import Extraction, Issue, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import join_lines
from assets.schema.vocabularies import AREAS

#: The frameworks of this family that are recognised by their areas.
_FRAMEWORKS = tuple(FRAMEWORKS[code] for code in ("sif", "ilacs_2018", "ilacs_2023", "ilacs_2026"))
#: Areas of the table on the first page; the board is judged in sentences only.
_AREAS = tuple(area for framework in _FRAMEWORKS for area in framework.areas if area.name != "lscb")
#: Areas of the small tables at the start of a chapter, which print the label without its number.
_CHAPTERS = (
    *_AREAS,
    Area("help_and_protection", "The experiences and progress of children who need help and protection"),
    Area("in_care", "The experiences and progress of children looked after and achieving permanence"),
    Area("leadership", "Leadership, management and governance"),
)

_AREA_NAME = r"(?:this area|\S+)$"
HEADINGS: tuple[Heading, ...] = (
    heading(r"contents$", Role.CONTENTS, None),
    heading(r"what the .*judge?ments mean", Role.BOILERPLATE, None),
    heading(r"the (?:lscb|local authority) is likely to be", Role.BOILERPLATE),
    heading(r"information about (?:this|the) .*\barea", Role.CONTEXT, None),
    heading(rf"(?:children|child protection|children and young people)\b.* in {_AREA_NAME}", Role.CONTEXT),
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
#: Areas without a pattern above are recognised by their printed label. A headline area has no section.
HEADINGS += tuple(
    heading(re.escape(label), Role.FINDING, area.name)
    for area in _AREAS
    if area.name not in {known.area for known in HEADINGS} and not AREAS[area.name].is_headline
    for label in (area.label, *area.also)
)

#: Sub-headings of the summary and recommendations that name an area: 'Care leavers', 'Early help'.
TOPICS = tuple(
    Topic(area, re.compile(words, re.IGNORECASE))
    for area, words in (
        ("leadership", r"leadership|governance"),
        ("help_and_protection", r"help and protection|child protection|early help|children in need"),
        ("in_care", r"looked[- ]after|children in care|permanence"),
        ("care_leavers", r"care leavers|leaving care"),
        ("adoption", r"adoption"),
    )
)
#: The title of a report of the single inspection framework.
_SIF_TITLE = re.compile(r"children in need of help and protection", re.IGNORECASE)
#: So many headings with a grade identify the framework of a report without a table of judgements.
_MIN_GRADED_HEADINGS = 2

_MAX_SHORT_INSPECTION_DAYS = 7


def extract_inspection(lines: Sequence[Line], published: date | None) -> Extraction:
    """Parse the report of a full inspection. ``published`` is used if no inspection date is found."""
    body = BodyParser(lines, HEADINGS, _CHAPTERS, topics=TOPICS)
    cover_page = CoverPageParser(body, _AREAS)
    body.parse(body.text_indices[cover_page.read() :])
    extraction = body.extraction
    start, end = extraction.inspection_start, extraction.inspection_end
    extraction.lead_inspector = lead_inspector_name(extraction.inspectors)
    day = start or published
    framework = _framework_of_table(cover_page.rows, day) or _framework_of_headings(extraction, day)
    if framework is None:
        return extraction
    extract_judgements(extraction, framework, cover_page.rows, cover_page.sentences)
    if not cover_page.rows:
        extraction.issues.append(Issue("judgement_table_unread", "no table of judgements found", 1))
    if framework.code != "sif" and start and end:
        is_short = (end - start).days + 1 <= _MAX_SHORT_INSPECTION_DAYS
        extraction.inspection_type = "short" if is_short else "standard"
    return extraction


def _framework_of_table(rows: Sequence[TableRow], day: date | None) -> Framework | None:
    """Return the framework in force on a day that has all areas of the table, or None.

    If several match, the one with the fewest areas is used, because it leaves the fewest areas without a row.
    """
    labels = {letters_only(row.label) for row in rows}
    matches = [
        framework
        for framework in _FRAMEWORKS
        if labels and labels <= {spelling for area in framework.areas for spelling in area.spellings}
        and (day is None or framework.begins <= day)
    ]  # fmt: skip
    return min(matches, key=lambda framework: len(framework.areas), default=None)


def _framework_of_headings(extraction: Extraction, day: date | None) -> Framework | None:
    """Return the framework by the title of the report and the headings with a grade, or None.

    It is used if the table of judgements was not read. The newest framework that judges the areas of the
    headings and was in force on the day is chosen. No framework is chosen if a heading with a grade names no
    known area: the report may be of a framework that is not declared. Headings on the board do not count.
    """
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    title = join_lines([line.text for line, role in pairs if role is Role.TITLE])
    graded = [section for section in extraction.sections if section.grade and section.area != "lscb"]
    areas = {section.area for section in graded}
    matches = [
        framework
        for framework in _FRAMEWORKS
        if (framework.code == "sif") == (_SIF_TITLE.search(title) is not None)
        and areas <= {area.name for area in framework.areas}
        and (day is None or framework.begins <= day)
    ]
    if len(areas) < _MIN_GRADED_HEADINGS or any(section.level > 1 for section in graded):
        return None
    return max(matches, key=lambda framework: framework.begins, default=None)
