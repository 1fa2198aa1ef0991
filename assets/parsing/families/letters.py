"""Letters to one authority: focused visits, and monitoring visits to authorities judged inadequate.

A letter has no judgement. Its opening says when inspectors came, who they were and what they looked at (the
theme); findings are bullets until 2021 and paragraphs since. No letter of a monitoring visit was at hand when
this was written: its headings follow the framework's description and are marked below.
"""

import re
from collections.abc import Sequence
from datetime import date

from assets.parsing.frameworks import framework_in_force
from assets.parsing.grammar import layout
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.inspectors import read_people
from assets.parsing.grammar.paragraphs import has_numbered_paragraphs
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.models import Extraction, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, join_lines

HEADINGS = (
    heading(r"(?:headline findings|overview)\b", Role.SUMMARY, kind="headline"),
    heading(r"(?:areas? for )?priority\b.*\bactions?\b", Role.RECOMMENDATION, kind="priority_action"),
    heading(r"what needs? to improve\b|areas? for improvement", Role.RECOMMENDATION, kind="improvement"),
    heading(r"areas covered by the visit", Role.ABOUT),  # monitoring visits; not seen on a real file
    heading(r"(?:main )?findings\b|findings and evaluation of progress", Role.FINDING),
    heading(r"evaluation of progress|progress\b", Role.FINDING),  # monitoring visits; likewise
)

_TITLE = re.compile(r"(?:focused|monitoring) visit\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_DATES = re.compile(r"\b(?:on|between|from|over|of)\s+(?:the )?(\d{1,2}\b.*)", re.IGNORECASE)
_TEAM = re.compile(r"\b(?:carried out|undertaken|conducted) by\b|\binspectors?\b[^.]*?\b(?:were|was)\b", re.I)
_NEXT_SENTENCE = re.compile(r"(?<!Majesty’s) Inspectors (?:\w+ )?(?:looked|considered|evaluated|reviewed)\b")
_NAMES_A_POST = re.compile(
    r"Majesty[’']?s[’']? Inspector|\bHMIs?\b|\binspectors? (?:were|was)\b", re.IGNORECASE
)

_LOOKED = r"(?:looked (?:closely )?at|considered|reviewed|evaluated|examined|assessed|focused on)"
#: How a letter words its theme, the plainest first; the group is the theme.
_THEMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"inspectors (?:\w+ )?{_LOOKED} .{{0,90}}?arrangements (?:and support )?"
            r"(?:for|to|in relation to|of|at)(?: the)? (.+)"
        ),
        (
            r"(?:the focus of (?:this|the) visit was"
            r"|th(?:is|e) (?:focused )?visit (?:was )?(?:focused|looked))"
            r"(?: specifically)?(?: on| at)?(?: the)? (.+)"
        ),
        rf"inspectors (?:\w+ )?{_LOOKED} (?!a (?:broad |wide )?range of)(.+)",
        r"(how England[’']s social care system .+)",
        r"adapted to reflect the (.+? context)",
    )
)
_TAIL = re.compile(
    r"(?:,? (?:with|and|which included|including) (?:a|the)? ?(?:particular|specific) focus on(?: the)?"
    r"|,? including|,? in particular)?:.*$"
    r"|,? (?:with|which included) a (?:particular|specific) focus on(?: the)?$"
)

#: Words of a theme that tell the judgement area it belongs to.
_AREAS = (
    ("in_care_and_care_leavers", r"children in care and (?:young people|care leavers)"),
    ("care_leavers", r"care leavers|leaving care|care-experienced"),
    ("in_care", r"children in care|looked after|permanence|placement|foster|adopti|in long-term care"),
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
    """Read the letter of a visit; ``published`` gives the year where none is printed."""
    sections = BodyParser(lines, HEADINGS, numbered=has_numbered_paragraphs(lines))
    begun = read_form(sections, _TITLE)
    opening = find_opening(sections, begun)
    _read_opening(sections, sections.text_indices[begun:opening], published)
    sections.role = Role.ABOUT
    sections.parse(sections.text_indices[opening:])
    return sections.extraction


def read_form(sections: BodyParser, title: re.Pattern[str]) -> int:
    """Give date, address, salutation and title their roles; return how many lines they are."""
    titled = False
    for count, place in enumerate(sections.text_indices):
        line = sections.lines[place]
        is_title = layout.looks_like_heading(line, sections.body_size) and (
            titled or bool(title.match(line.text))
        )
        if titled and not is_title:
            return count
        titled = titled or is_title
        sections.set_role([place], Role.TITLE if titled else Role.LETTER_FORM)
    return len(sections.text_indices)


def find_opening(sections: BodyParser, begun: int) -> int:
    """Return where the opening ends: at the first heading that is known."""
    lines = [sections.lines[place] for place in sections.text_indices]
    for count in range(begun, len(lines)):
        above = lines[count - 1] if count else None
        if sections.is_heading(lines[count], above) and sections.match_heading(lines[count].text):
            return count
    return len(sections.text_indices)


def _read_opening(sections: BodyParser, places: Sequence[int], published: date | None) -> None:
    sections.set_role(places, Role.ABOUT)
    out = sections.extraction
    text = join_lines([sections.lines[place].text for place in places])
    sentences = SENTENCE_END.split(text)
    out.inspection_start, out.inspection_end = _period(sentences, published)
    for sentence in sentences:
        if (team := _TEAM.search(sentence)) and _NAMES_A_POST.search(sentence):
            named = _NEXT_SENTENCE.split(sentence[team.end() :])[0]
            out.inspectors += read_people(named, "Inspector")
    out.theme = read_theme(sentences)
    sections.area = theme_area(out.theme)
    out.framework = framework_in_force("inspection", out.inspection_start or published)


def _period(sentences: Sequence[str], published: date | None) -> tuple[date, date] | tuple[None, None]:
    for sentence in sentences:
        if (match := _DATES.search(sentence)) and (period := read_period(match.group(1), published)):
            return period
    return None, None


def read_theme(sentences: Sequence[str]) -> str | None:
    """Read what inspectors looked at, in the words of the first sentence that says so most plainly."""
    for pattern in _THEMES:
        for sentence in sentences:
            if match := pattern.search(sentence):
                theme = _TAIL.sub("", match.group(1).split(f" {BULLET}")[0])
                return theme.strip(" .,:;")
    return None


def theme_area(theme: str | None) -> str | None:
    """Return the judgement area a theme belongs to, if it is one."""
    found = [area for area, words in _AREAS if theme and re.search(words, theme, re.IGNORECASE)]
    if "in_care_and_care_leavers" in found:
        found = [area for area in found if area not in ("in_care", "care_leavers")]
    return found[0] if len(found) == 1 else None
