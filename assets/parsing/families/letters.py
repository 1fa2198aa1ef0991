"""Letters to an authority: focused visits, and monitoring visits to authorities judged inadequate.

A letter has no judgements. Its opening states the dates, the inspectors and the theme of the visit. Findings
are bullets until 2021 and paragraphs since. In the letter of a monitoring visit, the opening also states how
progress stands, and the theme is below the heading 'Areas covered by the visit'. The parser has not been
tested on a real letter of a monitoring visit: what concerns them follows the description of the framework.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

from assets.parsing.frameworks import framework_in_force
from assets.parsing.grammar import layout
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.inspectors import (
    is_list_of_people,
    lead_inspector_name,
    post_of_group,
    read_people,
    singular_role,
)
from assets.parsing.grammar.paragraphs import (
    UNNUMBERED,
    has_numbered_paragraphs,
    paragraph_boxes,
    split_paragraphs,
)
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.grammar.sentences import SENTENCE_BREAK
from assets.parsing.models import Extraction, Finding, Inspector, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, join_lines

HEADINGS = (
    heading(
        r"(?:headline findings|overview|summary(?: of (?:the )?findings)?)\b", Role.SUMMARY, kind="headline"
    ),
    heading(r"(?:areas? for )?priority\b.*\bactions?\b", Role.RECOMMENDATION, kind="priority_action"),
    heading(r"what needs? to improve\b|areas? for improvement", Role.RECOMMENDATION, kind="improvement"),
    heading(r"areas covered by the visit", Role.ABOUT),  # monitoring visits; not tested on a real file
    heading(r"(?:main )?findings\b|findings and evaluation of progress", Role.FINDING),
    heading(
        r"evaluation of progress|progress\b", Role.FINDING
    ),  # monitoring visits; not tested on a real file
)

#: The heading of a monitoring visit's letter above the paragraph that states the theme.
_AREAS_COVERED = re.compile(r"areas? covered by (?:the|this) (?:monitoring )?visit", re.IGNORECASE)
_MONITORING_VISIT = re.compile(r"\bmonitoring visit\b", re.IGNORECASE)
#: Start of a paragraph of the opening that describes the visit. In the letter of a monitoring visit, other
#: paragraphs state how progress stands.
_ABOUT_THE_VISIT = re.compile(
    r"(?:this|the) (?:letter|was|is the|visit|monitoring|inspectors?|inspection|methodology|lead)\b"
    r"|(?:his|her) majesty|inspectors\b|we (?:looked|considered|reviewed|spoke|met)|dear\b"
    r"|(?:during|at|in|on|for) (?:the (?:course|visit)|this (?:visit|monitoring))|in addition\b|they also\b"
    r"|an? (?:wide |broad )?range of",
    re.IGNORECASE,
)
#: Start of a sentence on practice, which is a finding: 'Social workers have continued to support children'.
_PRACTICE = re.compile(
    r"(?:(?:all|most|many|some|few|too many|the majority of|a (?:small )?number of) )?(?:senior |frontline )?"
    r"(?:social workers|children(?: in care)?|care leavers|young people|parents|families|(?:foster )?carers"
    r"|leaders|managers|practitioners|staff|personal advisers) (?:\w+ly )?"
    r"(?:are|have|do|can|receive|benefit|know|see|visit|understand|experience|live|make|feel|continue)\b",
    re.IGNORECASE,
)
#: Words of a sentence that describes the visit, the letter or the arrangements for them.
_OF_THE_VISIT = re.compile(
    r"\b(?:inspectors?|inspection|(?:this|the) (?:visit|letter)|ofsted|framework)\b", re.I
)
_TITLE = re.compile(r"(?:focused|monitoring) visit\b", re.IGNORECASE)
_DATES = re.compile(
    r"\b(?:on|between|from|over|of)\s+(?:the )?(?:[a-z]+day )?(\d{1,2}(?:st|nd|rd|th)?\b.*)", re.IGNORECASE
)
_TEAM = re.compile(r"\b(?:carried out|undertaken|conducted) by\b|\binspectors?\b[^.]*?\b(?:were|was)\b", re.I)
_QUALITY_ASSURANCE = re.compile(r"\b(quality assurance manager)(?: for (?:this|the) visit)? was\b", re.I)
_NEXT_SENTENCE = re.compile(r"(?<!Majesty’s) Inspectors (?:\w+ )?(?:looked|considered|evaluated|reviewed)\b")
_POST = re.compile(r"Majesty[’']?s[’']? Inspector|\bHMIs?\b|\binspectors? (?:were|was)\b", re.IGNORECASE)

_EXAMINED = r"(?:looked (?:closely )?at|considered|reviewed|evaluated|examined|assessed|focused on)"
#: 'in the following areas of concern identified at the last inspection: • …', 'in respect of care leavers'
_IN_AREAS = (
    r"(?:in|for|on|with|by)\b(?: respect of\b| relation to\b)?(?: the\b)?"
    r"(?: (?:a number of )?(?:(?:following|key) )*areas?\b(?: of(?: concern| practice)?\b)?"
    r"(?: identified [^:,•]{0,80})?)?(?: the\b)?:?"
)
#: Wordings of the theme, the most specific first; the group is the theme.
_THEMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"areas covered (?:by|at|during) (?:this|the) (?:monitoring )?visit (?:are|were):? ?(.+)",
        (
            rf"(?:inspectors|we|visit) (?:\w+ )?{_EXAMINED} (?:the )?progress (?:that (?:has|had) been )?"
            rf"(?:made )?(?:since [^,:]{{0,80}}?,? )?{_IN_AREAS} ?(.+)"
        ),
        (
            rf"inspectors (?:\w+ )?{_EXAMINED} (?:[^,;]{{0,80}}[’'] ?s? |the )?arrangements (?:and support )?"
            r"(?:for|to|in relation to|of|at)(?: the)?(?: following(?: areas)?)?:? (.+)"
        ),
        (
            r"(?:the focus of (?:this|the) (?:monitoring )?visit was"
            r"|th(?:is|e) (?:focused |monitoring )?visit (?:was )?(?:focused|looked))"
            rf"(?: specifically)?(?: on| at)?(?: the)?(?: progress (?:made )?{_IN_AREAS})? ?(.+)"
        ),
        rf"(?:inspectors|we) (?:\w+ )?{_EXAMINED}:? (?!a (?:broad |wide )?range of)(.+)",
        r"(how England[’']s social care system .+)",
        r"adapted to reflect the (.+? context)",
    )
)
#: The clause that names the framework of the visit.
_FRAMEWORK_CLAUSE = re.compile(r",? (?:carried out |conducted |undertaken )?in (?:accordance|line) with\b.*$")
#: The introduction of a list at the end of a theme, with the list.
_THEME_TAIL = re.compile(
    r"(?:,? (?:with|and|which included|including)(?: an?| the)?(?: particular| specific)? focus on(?: the)?"
    r"|,? focus(?:ing|ed)(?: specifically| particularly)? on(?: the)?"
    r"|,? including|,? in particular|,? namely|,? specifically(?: in the following areas)?)?(?::.*)?$"
)
#: Punctuation at the end of a theme, before or after a closing quote: '‘front door’.’', '‘front door.’'
_END_IN_QUOTES = re.compile(r"(?<=[’”])[.,]+[’”]$|[.,]+([’”])$")
#: Where the subject of a theme ends and the description of its aspects begins.
_ASPECTS = re.compile(
    r",? (?:including|(?:with|and)(?: an?| the)?(?: particular| specific)? focus on|in particular)\b",
    re.IGNORECASE,
)

#: Words in a theme that identify its judgement area.
_AREAS = (
    ("in_care_and_care_leavers", r"children in care and (?:young people|care leavers)"),
    ("care_leavers", r"care leavers|leaving care|care-experienced"),
    (
        "in_care",
        (
            r"children in care|looked[ -]after|permanence|placement|(?<!private )(?<!privately )foster|adopti"
            r"|in long-term care"
        ),
    ),
    (
        "help_and_protection",
        (
            r"in need|protection|front door|contacts|referral|early help|exploit|missing|neglect"
            r"|pre-proceedings|domestic abuse|vulnerable adolescents|safeguarding hub|section 47"
            r"|extra-familial"
        ),
    ),
    ("leadership", r"leadership|leaders|performance management|quality assurance"),
)


def extract_letter(lines: Sequence[Line], published: date | None) -> Extraction:
    """Parse the letter of a visit. ``published`` supplies the year if none is printed."""
    body = BodyParser(lines, HEADINGS, numbered=has_numbered_paragraphs(lines))
    start = read_form(body, _TITLE)
    end = find_opening_end(body, start, declared_only=not start)
    opening = body.text_indices[start:end]
    theme_indices: list[int] = []
    if end < len(body.text_indices) and _AREAS_COVERED.match(lines[body.text_indices[end]].text):
        heading_position, end = end, find_opening_end(body, end + 1, declared_only=False)
        body.set_role([body.text_indices[heading_position]], Role.HEADING)
        theme_indices = body.text_indices[heading_position + 1 : end]
    body.set_role([*opening, *theme_indices], Role.ABOUT if start else Role.OTHER)
    _read_opening(body, opening, theme_indices, published)
    title = [index for index in body.text_indices if body.extraction.roles[index] is Role.TITLE]
    if _MONITORING_VISIT.search(join_lines([lines[index].text for index in title])):
        _read_progress(body, opening)
    else:
        _read_practice(body, opening)
    body.role, body.kind = Role.OTHER, ""
    body.parse(body.text_indices[end:])
    return body.extraction


def read_form(body: BodyParser, title: re.Pattern[str]) -> int:
    """Set the roles of date, address, salutation and title, and return the number of their lines.

    Without a title the form of the letter is unknown: the result is 0, and no role is set.
    """
    in_title = False
    for position, index in enumerate(body.text_indices):
        line = body.lines[index]
        is_heading = layout.looks_like_heading(line, body.body_size)
        is_title = is_heading and (in_title or bool(title.match(line.text)))
        if in_title and not is_title:
            return position
        in_title = in_title or is_title
        body.set_role([index], Role.TITLE if in_title else Role.LETTER_FORM)
    body.set_role(body.text_indices, Role.OTHER)
    return 0


def find_opening_end(body: BodyParser, start: int, *, declared_only: bool = True) -> int:
    """Return the position of the first heading from ``start`` on, where the opening ends.

    ``declared_only`` ignores headings that the family does not declare.
    """
    lines = [body.lines[index] for index in body.text_indices]
    for position in range(start, len(lines)):
        above = lines[position - 1] if position else None
        is_known = not declared_only or body.match_heading(lines[position].text) is not None
        if body.is_heading(lines[position], above) and is_known:
            return position
    return len(lines)


def _read_opening(
    body: BodyParser, indices: Sequence[int], theme_indices: Sequence[int], published: date | None
) -> None:
    """Read dates, inspectors, theme and framework from the opening.

    ``theme_indices`` are the lines of the opening below the heading 'Areas covered by the visit'.
    """
    extraction = body.extraction
    sentences, theme_sentences = _sentences(body, indices), _sentences(body, theme_indices)
    extraction.inspection_start, extraction.inspection_end = _read_period(sentences, published)
    extraction.inspectors = _read_team(sentences)
    extraction.lead_inspector = lead_inspector_name(extraction.inspectors)
    extraction.theme = read_theme(theme_sentences) or read_theme(sentences)
    body.area = theme_area(extraction.theme)
    extraction.framework = framework_in_force("inspection", extraction.inspection_start or published)


def _sentences(body: BodyParser, indices: Sequence[int]) -> list[str]:
    """Return the sentences of a part of the opening. A list ends its sentence, even without a full stop."""
    texts: list[str] = []
    in_list = False
    for paragraph in split_paragraphs(body.lines, indices, UNNUMBERED, body.line_pitch):
        if in_list and not paragraph.is_item and not texts[-1].endswith("."):
            texts[-1] = texts[-1].rstrip(";,") + "."
        in_list = paragraph.is_item
        texts += [body.lines[index].text for index in paragraph.indices]
    return SENTENCE_BREAK.split(join_lines(texts))


def _read_progress(body: BodyParser, indices: Sequence[int]) -> None:
    """Add the paragraphs of the opening that do not describe the visit as headline findings."""
    for paragraph in split_paragraphs(body.lines, indices, UNNUMBERED, body.line_pitch):
        if not _ABOUT_THE_VISIT.match(body.lines[paragraph.indices[0]].text):
            body.role, body.kind = Role.SUMMARY, "headline"
            body.parse_text(paragraph.indices)


def _read_practice(body: BodyParser, indices: Sequence[int]) -> None:
    """Add the sentences on practice that end a paragraph of the opening as headline findings.

    Such a sentence can start inside a line. This line keeps its role, the lines below it are findings.
    """
    for paragraph in split_paragraphs(body.lines, indices, UNNUMBERED, body.line_pitch):
        texts = [body.lines[index].text for index in paragraph.indices]
        text = join_lines(texts)
        starts = [0, *(match.end() for match in SENTENCE_BREAK.finditer(text))]
        start = next((start for start in starts if _PRACTICE.match(text, start)), None)
        if start is None or _OF_THE_VISIT.search(text, start):
            continue
        line_ends = [len(join_lines(texts[: count + 1])) for count in range(len(texts))]
        first = bisect_right(line_ends, start)
        starts_line = text[:start].rstrip() == join_lines(texts[:first])
        body.set_role(paragraph.indices[first if starts_line else first + 1 :], Role.SUMMARY)
        boxes = paragraph_boxes(body.lines, replace(paragraph, indices=paragraph.indices[first:]))
        body.extraction.findings.append(Finding(None, None, body.area, None, "headline", text[start:], boxes))


def _read_team(sentences: Sequence[str]) -> list[Inspector]:
    """Read the inspectors from the sentences that name them. A full stop can separate two names."""
    team: list[Inspector] = []
    for position, sentence in enumerate(sentences):
        if (match := _TEAM.search(sentence)) and _POST.search(sentence):
            names = [_NEXT_SENTENCE.split(sentence[match.end() :])[0]]
            names += takewhile(is_list_of_people, sentences[position + 1 :])
            team += read_people(" ".join(names), "Inspector", post_of_group(sentence[: match.end()]))
        elif match := _QUALITY_ASSURANCE.search(sentence):
            team += read_people(sentence[match.end() :], singular_role(match[1]))
    return team


def _read_period(sentences: Sequence[str], published: date | None) -> tuple[date, date] | tuple[None, None]:
    for sentence in sentences:
        if (match := _DATES.search(sentence)) and (period := read_period(match.group(1), published)):
            return period
    return None, None


def read_theme(sentences: Sequence[str]) -> str | None:
    """Return the theme of a visit: the match of the most specific pattern, in the first sentence with one."""
    for pattern in _THEMES:
        for sentence in sentences:
            if match := pattern.search(sentence):
                introduction, *items = re.split(rf" ?{BULLET} ?", match.group(1))
                theme = _FRAMEWORK_CLAUSE.sub("", introduction)
                theme = _THEME_TAIL.sub("", theme).strip(" .,:;") or _join_items(items)
                return _END_IN_QUOTES.sub(r"\1", theme) or None
    return None


def _join_items(items: Sequence[str]) -> str:
    """Join the items of a list to one text."""
    return ", ".join(re.sub(r"[;,.]?(?: and)?$", "", item.strip()) for item in items if item.strip())


def theme_area(theme: str | None) -> str | None:
    """Return the judgement area of a theme; None if it matches no area or several.

    If a theme with all its aspects matches several areas, its subject decides: the text before 'including' or
    'with a focus on'.
    """
    if not theme:
        return None
    areas = _areas_named(theme)
    if len(areas) > 1:
        areas = _areas_named(_ASPECTS.split(theme)[0])
    return areas[0] if len(areas) == 1 else None


def _areas_named(text: str) -> list[str]:
    areas = [area for area, words in _AREAS if re.search(words, text, re.IGNORECASE)]
    if "in_care_and_care_leavers" in areas:
        areas = [area for area in areas if area not in ("in_care", "care_leavers")]
    return areas
