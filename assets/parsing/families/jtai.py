"""Joint targeted area inspections: letters of several inspectorates to a local partnership.

Those of 2016 to 2020 have a theme, looked into in a 'deep dive', and open with their headlines; those
since 2022 have a heading for each part. Neither has a judgement or names inspectors.
"""

import re
from collections.abc import Sequence
from datetime import date

from assets.parsing.families.letters import SENTENCE_END, find_opening, read_form
from assets.parsing.frameworks import framework_in_force
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.paragraphs import UNNUMBERED, has_numbered_paragraphs, split_paragraphs
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.models import Extraction, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import join_lines

HEADINGS = (
    heading(r"headline findings", Role.SUMMARY, kind="headline"),
    heading(r"(?:case|practice) study\b|places and spaces", Role.FINDING, boxed=True),
    heading(r"areas? for priority actions?\b", Role.RECOMMENDATION, kind="priority_action"),
    heading(r"what needs? to improve\b|areas? for improvement", Role.RECOMMENDATION, kind="improvement"),
    heading(r"(?:key |multi-agency |early help )?strengths\b", Role.FINDING),
    heading(r"context\b", Role.ABOUT),
    heading(r"main findings|.*safeguarding (?:children )?partnership\b", Role.FINDING),
    heading(r"next steps", Role.ABOUT),
    heading(r"ofsted care quality commission", Role.LETTER_FORM),
)

_TITLE = re.compile(r"joint (?:targeted )?area", re.IGNORECASE)
_DATES = re.compile(r"\b(?:between|from|on)\s+(\d{1,2}\b.*?)(?=,?\s+Ofsted\b|\.|$)", re.IGNORECASE)
#: How a letter words its theme, the plainest first: the title names it, or the deep dive does.
_THEMES = (
    re.compile(r"response to (?!abuse and neglect)(.+)"),
    re.compile(r"deep dive[’'] focus on (?:the (?:multi-agency )?(?:response|responses) to )?(.+)"),
    re.compile(r"multi-agency (?:identification and )?(?:response|arrangements|practice) (?:to|for) (.+)"),
    re.compile(r"the (?:effectiveness of|multi-agency) (.+)"),
)
#: The place at a theme's end, or before a clause of it: 'children and families in Surrey who need help'.
_PLACE = re.compile(
    r" in (?:the )?[A-Z][\w’-]*(?: (?:and|of|upon|with|[A-Z][\w’-]*))*(?P<clause> who\b.*)?.*$"
)
#: Paragraphs of an opening that speak of the inspection, not of what it found.
_ON_THE_INSPECTION = re.compile(
    r"between \d|from \d|this (?:letter|inspection|jtai|joint)"
    r"|the (?:joint|inspection|jtai|inspectorates|secretar)|inspectors\b"
    r"|in (?:the|this) inspection|alongside this",
    re.IGNORECASE,
)


def extract_jtai(lines: Sequence[Line], published: date | None) -> Extraction:
    """Read the letter of a joint inspection; ``published`` gives the year where none is printed."""
    sections = BodyParser(lines, HEADINGS, numbered=has_numbered_paragraphs(lines))
    begun = read_form(sections, _TITLE)
    opening = find_opening(sections, begun)
    places = sections.text_indices[begun:opening]
    out = sections.extraction
    text = join_lines([lines[place].text for place in places])
    title = join_lines(
        [lines[place].text for place in sections.text_indices[:begun] if out.roles[place] is Role.TITLE]
    )
    if (match := _DATES.search(text)) and (period := read_period(match.group(1), published)):
        out.inspection_start, out.inspection_end = period
    out.theme = read_theme(title, text)
    out.framework = framework_in_force("jtai", out.inspection_start or published)
    for paragraph in _split(lines, places):
        about = _ON_THE_INSPECTION.match(lines[paragraph[0]].text)
        sections.role = Role.ABOUT if about else Role.SUMMARY
        sections.kind = "headline"
        sections.parse_text(paragraph)
    sections.parse(sections.text_indices[opening:])
    return out


def _split(lines: Sequence[Line], places: Sequence[int]) -> list[list[int]]:
    """Split an opening into paragraphs, which not every letter sets off by a gap.

    A sentence that begins a line then begins a paragraph: rather one paragraph too many than a headline
    hidden behind words on the inspection.
    """
    split: list[list[int]] = []
    for paragraph in split_paragraphs(lines, places, UNNUMBERED):
        for place in paragraph.indices:
            first = place == paragraph.indices[0]
            if first or _begins_anew([lines[each] for each in split[-1]], lines[place]):
                split.append([place])
            else:
                split[-1].append(place)
    return split


def _begins_anew(run: Sequence[Line], line: Line) -> bool:
    """Tell whether a line leaves words on the inspection for what was found."""
    on_the_inspection = _ON_THE_INSPECTION.match(run[0].text) and not _ON_THE_INSPECTION.match(line.text)
    return bool(on_the_inspection) and run[-1].text.endswith(".") and line.text[0].isupper()


def read_theme(title: str, opening: str) -> str | None:
    """Read what the inspection looked into: from the title, else the deep dive, else the opening."""
    for pattern in _THEMES:
        for text in (title, *SENTENCE_END.split(opening)):
            if match := pattern.search(text):
                theme = match.group(1).strip(" .,’‘").removeprefix("the ")
                return _PLACE.sub(r"\g<clause>", theme)
    return None
