"""Joint targeted area inspections (JTAI): letters of several inspectorates to a local partnership.

Letters of 2016 to 2020 examine a theme in a 'deep dive' and start with headline findings. Letters since 2022
have a heading for each part. Neither has judgements or names inspectors.
"""

import re
from collections.abc import Sequence
from datetime import date

from assets.parsing.families.letters import SENTENCE_END, find_opening_end, read_form
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
#: Wordings of the theme in the title or opening, the most specific first; the group is the theme.
_THEMES = (
    re.compile(r"response to (?!abuse and neglect)(.+)"),
    re.compile(r"deep dive[’'] focus on (?:the (?:multi-agency )?(?:response|responses) to )?(.+)"),
    re.compile(r"multi-agency (?:identification and )?(?:response|arrangements|practice) (?:to|for) (.+)"),
    re.compile(r"the (?:effectiveness of|multi-agency) (.+)"),
)
#: The name of the area at the end of a theme or before a clause ('families in Surrey who need help').
_AREA_NAME = re.compile(
    r" in (?:the )?[A-Z][\w’-]*(?: (?:and|of|upon|with|[A-Z][\w’-]*))*(?P<clause> who\b.*)?.*$"
)
#: Start of a paragraph of the opening that describes the inspection and not its findings.
_ABOUT_THE_INSPECTION = re.compile(
    r"between \d|from \d|this (?:letter|inspection|jtai|joint)"
    r"|the (?:joint|inspection|jtai|inspectorates|secretar)|inspectors\b"
    r"|in (?:the|this) inspection|alongside this",
    re.IGNORECASE,
)


def extract_jtai(lines: Sequence[Line], published: date | None) -> Extraction:
    """Parse the letter of a joint inspection. ``published`` supplies the year if none is printed."""
    body = BodyParser(lines, HEADINGS, numbered=has_numbered_paragraphs(lines))
    extraction = body.extraction
    opening_start = read_form(body, _TITLE)
    opening_end = find_opening_end(body, opening_start)
    opening = body.text_indices[opening_start:opening_end]
    text = join_lines([lines[index].text for index in opening])
    form = body.text_indices[:opening_start]
    title = join_lines([lines[index].text for index in form if extraction.roles[index] is Role.TITLE])
    if (match := _DATES.search(text)) and (period := read_period(match.group(1), published)):
        extraction.inspection_start, extraction.inspection_end = period
    extraction.theme = read_theme(title, text)
    extraction.framework = framework_in_force("jtai", extraction.inspection_start or published)
    for paragraph in _split_opening(lines, opening, body.line_pitch):
        is_about = _ABOUT_THE_INSPECTION.match(lines[paragraph[0]].text)
        body.role = Role.ABOUT if is_about else Role.SUMMARY
        body.kind = "headline"
        body.parse_text(paragraph)
    body.parse(body.text_indices[opening_end:])
    return extraction


def _split_opening(lines: Sequence[Line], indices: Sequence[int], pitch: float) -> list[list[int]]:
    """Split an opening into paragraphs, given as line indices.

    Some letters have no gaps between paragraphs. There a line that starts a sentence about findings starts a
    paragraph: one paragraph too many is better than a headline hidden in a description of the inspection.
    """
    result: list[list[int]] = []
    for paragraph in split_paragraphs(lines, indices, UNNUMBERED, pitch):
        for index in paragraph.indices:
            is_first = index == paragraph.indices[0]
            if is_first or _starts_findings([lines[above] for above in result[-1]], lines[index]):
                result.append([index])
            else:
                result[-1].append(index)
    return result


def _starts_findings(above: Sequence[Line], line: Line) -> bool:
    """Return whether a line starts a sentence on findings after sentences about the inspection."""
    if not _ABOUT_THE_INSPECTION.match(above[0].text) or _ABOUT_THE_INSPECTION.match(line.text):
        return False
    return above[-1].text.endswith(".") and line.text[0].isupper()


def read_theme(title: str, opening: str) -> str | None:
    """Return the theme of the inspection as worded in the title, the deep dive or the opening, or None."""
    for pattern in _THEMES:
        for text in (title, *SENTENCE_END.split(opening)):
            if match := pattern.search(text):
                theme = match.group(1).strip(" .,’‘").removeprefix("the ")
                return _AREA_NAME.sub(r"\g<clause>", theme)
    return None
