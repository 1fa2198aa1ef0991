"""Area SEND inspections of a local area partnership, by Ofsted and the Care Quality Commission.

The outcome is one sentence of three, and is told as the judgement of the area ``area_send_outcome``. What the
partnership must do better ends in tables: improvements, a paragraph each, and priority actions beside
the bodies responsible for them.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from assets.parsing.frameworks import FRAMEWORKS, framework_in_force, rank
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.inspectors import lead_inspector_name
from assets.parsing.grammar.paragraphs import Paragraph, paragraph_boxes, paragraph_text
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.models import (
    Extraction,
    Finding,
    Inspector,
    Issue,
    Judgement,
    Recommendation,
    Role,
)
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import BULLET, DASH, join_lines

HEADINGS = (
    heading(r"inspection outcome", Role.SUMMARY),
    heading(r"information about the local area partnership", Role.CONTEXT),
    heading(r"local area partnership details|local authority integrated care board", Role.ABOUT),
    heading(r"information about this inspection", Role.ABOUT),
    heading(r"inspection team", Role.ABOUT),
    heading(r"what is it like\b", Role.FINDING),
    heading(r"what is the area partnership doing", Role.FINDING),
    heading(r"what does the area partnership need", Role.FINDING),
    heading(r"(?:responsible body )?areas? for priority action", Role.RECOMMENDATION, kind="priority_action"),
    heading(r"areas? for improvement", Role.RECOMMENDATION, kind="improvement"),
)

#: The words of each outcome.
_OUTCOMES = (
    ("positive", r"typically lead to positive experiences and outcomes"),
    ("inconsistent", r"lead to inconsistent experiences and outcomes"),
    ("systemic_failings", r"widespread and/or systemic failings"),
)
_DATES = re.compile(r"inspection dates?\s*:(.*?)(?=dates? of (?:the )?previous|$)", re.IGNORECASE)
#: A sentence may follow that tells of a revisit.
_PREVIOUS = re.compile(r"dates? of (?:the )?previous inspections?\s*:([^.]*)", re.IGNORECASE)
_NAME = (
    r"(?!(?:Lead|Team|Senior|Inspector|HMI|Ofsted|CQC|Social|Care)\b)"
    r"[A-Z][\w’'-]+(?: (?:de |van |Mc)?[A-Z][\w’'-]+){1,3}"
)
_POST = r"(?:Ofsted|CQC|Care Quality Commission|HMI|Her |His |Lead |Senior |Children|Social)"
#: A member of the team: name, then post; two stand on a line, one in each column.
_MEMBER = re.compile(rf"({_NAME}), ({_POST}.*?)(?=\s+{_NAME}, {_POST}|$)")
_TITLES = re.compile(r"^(?:(?:Lead |Team )?Inspector |(?:Mr|Mrs|Ms|Miss|Dr) )+")
_LEADS = re.compile(r"\blead inspector\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?][’”)]*$")


def extract_area_send(lines: Sequence[Line], published: date | None) -> Extraction:
    """Read an area SEND report. ``published`` stands in where no date of inspection is printed."""
    sections = BodyParser(lines, HEADINGS, numbered=False, subheadings=False)
    out = sections.extraction
    begun = _front(sections)
    sections.parse(sections.text_indices[begun:])
    out.framework = framework_in_force("area_send", out.inspection_start or published)
    out.recommendations = _requests(sections)
    # Bodies responsible stand beside the requests; they are no paragraphs of their own.
    out.findings = [each for each in out.findings if not _among_requests(out, each)]
    out.judgements = [_outcome(out)]
    out.inspectors = _team(out)
    out.lead_inspector = lead_inspector_name(
        sorted(out.inspectors, key=lambda each: "CQC" in (each.post or ""))
    )
    return out


def _front(sections: BodyParser) -> int:
    """Give title and dates their roles; return how many lines they are."""
    role = Role.TITLE
    begun = 0
    for place in sections.text_indices:
        line = sections.lines[place]
        if sections.match_heading(line.text):
            break
        role = Role.DETAILS if re.match(r"inspection dates?|dates? of", line.text, re.IGNORECASE) else role
        sections.set_role([place], role)
        begun += 1
    out = sections.extraction
    pairs = zip(out.lines, out.roles, strict=True)
    text = join_lines([line.text for line, role in pairs if role is Role.DETAILS])
    if (match := _DATES.search(text)) and (period := read_period(match.group(1))):
        out.inspection_start, out.inspection_end = period
    if (match := _PREVIOUS.search(text)) and (period := read_period(match.group(1))):
        out.previous_start, out.previous_end = period
    return begun


def _among_requests(out: Extraction, finding: Finding) -> bool:
    first = finding.boxes[0]
    pairs = zip(out.lines, out.roles, strict=True)
    return any(
        role is Role.RECOMMENDATION and (line.page, line.top) == (first.page, first.top)
        for line, role in pairs
    )


def _outcome(out: Extraction) -> Judgement:
    """Find the sentence that gives the outcome, in the section of that name."""
    framework = FRAMEWORKS["area_send_2023"]
    area = framework.areas[0].name
    for finding in out.findings:
        if not (finding.section_title or "").casefold().startswith("inspection outcome"):
            continue
        for grade, words in _OUTCOMES:
            if match := re.search(words, finding.text, re.IGNORECASE):
                box = finding.boxes[0]
                label = finding.section_title
                place = rank(grade, framework.code)
                return Judgement(area, label, grade, match.group(), place, "graded", "sentence", box)
    return Judgement(area, None, None, None, None, "not_found", None, None)


def _requests(sections: BodyParser) -> list[Recommendation]:
    """Read the tables of requests: each row is one, with all its lines."""
    out, lines = sections.extraction, sections.lines
    headed = {
        known.kind: (ordinal, section.title)
        for ordinal, section in enumerate(out.sections, start=1)
        if (known := sections.match_heading(section.title))
    }
    found = []
    for kind, places in _tables(sections):
        table = [lines[place] for place in places]
        split = _second_column(table)
        joins = [line for line in table if line.x0 < split < line.x1]
        out.issues += [Issue("columns_joined", line.text, line.page) for line in joins]
        for paragraph in _rows(lines, places, split):
            text, boxes = paragraph_text(lines, paragraph), paragraph_boxes(lines, paragraph)
            found.append(Recommendation(kind, None, None, text, (), boxes, *headed.get(kind, (None, None))))
    return found


def _tables(sections: BodyParser) -> list[tuple[str, list[int]]]:
    """Return the lines below each heading of requests, with the kind of request it asks for."""
    tables: list[tuple[str, list[int]]] = []
    for place in sections.text_indices:
        role, text = sections.extraction.roles[place], sections.lines[place].text
        known = sections.match_heading(text) if role is Role.HEADING else None
        if known and known.role is Role.RECOMMENDATION:
            if not tables or tables[-1][1]:
                tables.append((known.kind, []))
            else:
                tables[-1] = (known.kind, [])
        elif role is Role.RECOMMENDATION and tables:
            tables[-1][1].append(place)
    return tables


def _rows(lines: Sequence[Line], places: Sequence[int], split: float) -> list[Paragraph]:
    """Split a table into its rows; of two columns the right one, from ``split``, holds the request."""
    left = {(lines[p].page, round(lines[p].top)) for p in places if lines[p].x0 < split}
    right = [place for place in places if lines[place].x0 >= split]
    pitch = _pitch([lines[place] for place in right])
    rows: list[list[int]] = []
    for place in right:
        line = lines[place]
        beside = any((line.page, round(line.top) + near) in left for near in (-2, -1, 0, 1, 2))
        above = lines[rows[-1][-1]] if rows else None
        if above is None or (_begins_row(line, above, pitch) and (beside or not left)):
            rows.append([place])
        else:
            rows[-1].append(place)
    return [Paragraph(None, False, tuple(row)) for row in rows]


def _second_column(lines: Sequence[Line]) -> float:
    """Return where a second column begins: at the widest step between left edges, if it is wide; else 0."""
    edges = sorted({line.x0 for line in lines})
    steps = [(right - left, right) for left, right in pairwise(edges)]
    width, edge = max(steps, default=(0.0, 0.0))
    return edge if width > 80 else 0.0


def _begins_row(line: Line, above: Line, pitch: float) -> bool:
    """Tell whether a line begins a new request: a sentence of its own, set off by more than a line's step."""
    if line.text[0] in f"{BULLET}{DASH}-" or not _SENTENCE.search(above.text):
        return False
    return line.page != above.page or line.top - above.top > pitch + 0.35


def _pitch(lines: Sequence[Line]) -> float:
    """Return the step from line to line within a paragraph, in points."""
    steps = (below.top - above.top for above, below in pairwise(lines) if above.page == below.page)
    return min((step for step in steps if step > 0.9 * lines[0].size), default=0.0)


def _team(out: Extraction) -> list[Inspector]:
    """Read the two columns of names in the closing table."""
    team: list[Inspector] = []
    listed = False
    for line, role in zip(out.lines, out.roles, strict=True):
        if role is Role.HEADING:
            listed = listed or line.text.casefold().startswith("inspection team")
        elif listed and role is Role.ABOUT:
            for member in _MEMBER.finditer(line.text):
                name, post = member.groups()
                if name.endswith(" HMI"):  # the post begins before the comma
                    name, post = name.removesuffix(" HMI"), f"HMI, {post}"
                part = "Lead inspector" if _LEADS.search(post) else "Inspector"
                team.append(Inspector(_TITLES.sub("", name), part, post))
    return team
