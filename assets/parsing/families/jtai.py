"""Joint targeted area inspections (JTAI): letters of several inspectorates to a local partnership.

Letters of 2016 to 2020 examine a theme in a 'deep dive' and start with headline findings. Letters since 2022
have a heading for each part. Neither has judgements or names inspectors.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from assets.parsing.families.letters import find_opening_end, read_form
from assets.parsing.frameworks import framework_in_force
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.paragraphs import UNNUMBERED, has_numbered_paragraphs, split_paragraphs
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.grammar.sentences import SENTENCE_BREAK
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
    r" in (?:the )?[A-Z][\w’-]*(?:,? (?:and|of|upon|with|&|[A-Z][\w’-]*))*(?P<clause> who\b.*)?.*$"
)
#: What follows a theme in the same sentence, or in the next one if no space separates them.
_THEME_TAIL = re.compile(r"(?:\.(?=[A-Z])|,? (?:which|carried out|undertaken|conducted)\b).*$")
#: Start of a paragraph of the opening that describes the inspection, unless it states what was found.
_ABOUT_THE_INSPECTION = re.compile(
    r"(?!(?:inspectors|the (?:joint )?(?:inspection|jtai)|this (?:joint )?(?:inspection|jtai))"
    r" (?:also |has |have )?(?:found|identified|highlighted|showed|saw|noted|recognised)\b)"
    r"(?:between \d|from \d|this (?:letter|inspection|jtai|joint)"
    r"|the (?:joint|inspection|jtai|inspectorates|secretar)|inspectors\b"
    r"|in (?:the|this) inspection|alongside this)",
    re.IGNORECASE,
)
#: Start of a sentence that directly follows the full stop of the sentence before it: 'this letter.The'.
_UNSPACED_SENTENCE = re.compile(r"(?<=[a-z]\.)(?=[A-Z][a-z]* )")


class _OpeningPart(NamedTuple):
    """A paragraph of the opening. Its text starts at a position in its first line.

    The text before that position is the end of the paragraph above.
    """

    indices: list[int]
    start: int = 0


def extract_jtai(lines: Sequence[Line], published: date | None) -> Extraction:
    """Parse the letter of a joint inspection. ``published`` supplies the year if none is printed."""
    body = BodyParser(lines, HEADINGS, numbered=has_numbered_paragraphs(lines))
    extraction = body.extraction
    opening_start = read_form(body, _TITLE)
    opening_end = find_opening_end(body, opening_start)
    form = body.text_indices[:opening_start]
    title = join_lines([lines[index].text for index in form if extraction.roles[index] is Role.TITLE])
    about = _read_opening(body, body.text_indices[opening_start:opening_end]) if opening_start else ""
    if (match := _DATES.search(about)) and (period := read_period(match.group(1), published)):
        extraction.inspection_start, extraction.inspection_end = period
    extraction.theme = read_theme(title, about)
    extraction.framework = framework_in_force("jtai", extraction.inspection_start or published)
    body.parse(body.text_indices[opening_end:])
    return extraction


def _read_opening(body: BodyParser, indices: Sequence[int]) -> str:
    """Add the headline findings of the opening, and return its text about the inspection."""
    about: list[str] = []
    findings = body.extraction.findings
    body.kind = "headline"
    for part in _split_opening(body.lines, indices, body.line_pitch):
        first_text = body.lines[part.indices[0]].text
        is_about = _ABOUT_THE_INSPECTION.match(first_text[part.start :]) is not None
        if is_about:
            about += [body.lines[index].text for index in part.indices]
        elif part.start:
            about.append(first_text[: part.start])
        body.role = Role.ABOUT if is_about else Role.SUMMARY
        count = len(findings)
        body.parse_text(part.indices)
        if part.start and len(findings) > count:
            findings[count] = replace(findings[count], text=findings[count].text[part.start :])
    return join_lines(about)


def _split_opening(lines: Sequence[Line], indices: Sequence[int], pitch: float) -> list[_OpeningPart]:
    """Split an opening into paragraphs.

    Some letters have no gaps between paragraphs, or no space. There a sentence about findings starts a
    paragraph: one paragraph too many is better than a headline hidden in a description of the inspection.
    """
    parts: list[_OpeningPart] = []
    for paragraph in split_paragraphs(lines, indices, UNNUMBERED, pitch):
        for index in paragraph.indices:
            above = [lines[above] for above in parts[-1].indices] if parts else []
            unspaced = _UNSPACED_SENTENCE.search(lines[index].text)
            if index == paragraph.indices[0] or _starts_findings(above, lines[index]):
                parts.append(_OpeningPart([index]))
            elif unspaced and _ABOUT_THE_INSPECTION.match(above[0].text):
                parts.append(_OpeningPart([index], unspaced.start()))
            else:
                parts[-1].indices.append(index)
    return parts


def _starts_findings(above: Sequence[Line], line: Line) -> bool:
    """Return whether a line starts a sentence on findings after sentences about the inspection."""
    if not _ABOUT_THE_INSPECTION.match(above[0].text) or _ABOUT_THE_INSPECTION.match(line.text):
        return False
    return above[-1].text.endswith(".") and line.text[0].isupper()


def read_theme(title: str, opening: str) -> str | None:
    """Return the theme of the inspection as worded in the title, the deep dive or the opening, or None."""
    for pattern in _THEMES:
        for text in (title, *SENTENCE_BREAK.split(opening)):
            if match := pattern.search(text):
                theme = _THEME_TAIL.sub("", match.group(1)).strip(" .,’‘").removeprefix("the ")
                return _AREA_NAME.sub(r"\g<clause>", theme)
    return None
