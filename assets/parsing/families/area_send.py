"""Area SEND inspections of a local area partnership since 2023, by Ofsted and the Care Quality Commission.

The outcome is one of three sentences and becomes the judgement of the area ``area_send_outcome``. The
recommendations are in tables: areas for improvement with one paragraph per row, and areas for priority action
with the responsible bodies in a column of their own.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from assets.parsing.frameworks import FRAMEWORKS, framework_in_force, rank
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.layout import second_column_start
from assets.parsing.grammar.paragraphs import Paragraph, paragraph_boxes, paragraph_text
from assets.parsing.grammar.sections import BodyParser, heading
from assets.parsing.grammar.sentences import SENTENCE_END
from assets.parsing.grammar.team_table import ofsted_lead_name, read_team_rows, unread_team_rows
from assets.parsing.models import (
    Extraction,
    Finding,
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

#: The pattern of each outcome.
_OUTCOMES = (
    ("positive", r"typically lead to positive experiences and outcomes"),
    ("inconsistent", r"lead to inconsistent experiences and outcomes"),
    ("systemic_failings", r"widespread and/or systemic failings"),
)
_DATES = re.compile(r"inspection dates?\s*:(.*?)(?=dates? of (?:the )?previous|$)", re.IGNORECASE)
#: Ends at the full stop, because a sentence on a revisit can follow.
_PREVIOUS_DATES = re.compile(r"dates? of (?:the )?previous inspections?\s*:([^.]*)", re.IGNORECASE)
#: Cells of one row of a table start at the same height, up to this many points.
_SAME_HEIGHT = 3


def extract_area_send(lines: Sequence[Line], published: date | None) -> Extraction:
    """Parse an area SEND report. ``published`` is used if no inspection date is found."""
    body = BodyParser(lines, HEADINGS, numbered=False, subheadings=False)
    extraction = body.extraction
    start = _read_first_lines(body)
    body.parse(body.text_indices[start:])
    extraction.framework = framework_in_force("area_send", extraction.inspection_start or published)
    extraction.recommendations = _read_recommendations(body)
    # Responsible bodies are in a column next to the recommendations and are not findings.
    extraction.findings = [
        finding for finding in extraction.findings if not _is_in_recommendation_table(extraction, finding)
    ]
    extraction.judgements = [_read_outcome(extraction)]
    team = _team_lines(extraction)
    extraction.inspectors = read_team_rows(team)
    unread = unread_team_rows(team)
    extraction.issues += [Issue("inspectors_missing", line.text, line.page) for line in unread]
    extraction.lead_inspector = ofsted_lead_name(extraction.inspectors)
    return extraction


def _read_first_lines(body: BodyParser) -> int:
    """Set the roles of title and dates, read the dates, and return the number of these lines.

    If the first page has no known heading, the form of the report is unknown and no role is set.
    """
    role = Role.TITLE
    count = 0
    first_page = [body.lines[index] for index in body.text_indices if body.lines[index].page == 1]
    if not any(body.match_heading(line.text) for line in first_page):
        return 0
    for index in body.text_indices:
        line = body.lines[index]
        if body.match_heading(line.text):
            break
        role = Role.DETAILS if re.match(r"inspection dates?|dates? of", line.text, re.IGNORECASE) else role
        body.set_role([index], role)
        count += 1
    extraction = body.extraction
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    text = join_lines([line.text for line, role in pairs if role is Role.DETAILS])
    if (match := _DATES.search(text)) and (period := read_period(match.group(1))):
        extraction.inspection_start, extraction.inspection_end = period
    if (match := _PREVIOUS_DATES.search(text)) and (period := read_period(match.group(1))):
        extraction.previous_start, extraction.previous_end = period
    return count


def _is_in_recommendation_table(extraction: Extraction, finding: Finding) -> bool:
    first_box = finding.boxes[0]
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    return any(
        role is Role.RECOMMENDATION and (line.page, line.top) == (first_box.page, first_box.top)
        for line, role in pairs
    )


def _read_outcome(extraction: Extraction) -> Judgement:
    """Return the judgement stated in the section 'Inspection outcome'."""
    framework = FRAMEWORKS["area_send_2023"]
    area = framework.areas[0].name
    for finding in extraction.findings:
        if not (finding.section_title or "").casefold().startswith("inspection outcome"):
            continue
        for grade, pattern in _OUTCOMES:
            if match := re.search(pattern, finding.text, re.IGNORECASE):
                return Judgement(
                    area=area,
                    label=finding.section_title,
                    grade=grade,
                    grade_printed=match.group(),
                    grade_rank=rank(grade, framework.code),
                    status="graded",
                    evidence="sentence",
                    box=finding.boxes[0],
                )
    return Judgement(area, None, None, None, None, "not_found", None, None)


def _read_recommendations(body: BodyParser) -> list[Recommendation]:
    """Read the tables of recommendations. A line that spans two columns is an issue."""
    extraction, lines = body.extraction, body.lines
    section_by_kind = {
        known_heading.kind: (ordinal, section.title)
        for ordinal, section in enumerate(extraction.sections, start=1)
        if (known_heading := body.match_heading(section.title))
    }
    recommendations = []
    for kind, indices in _recommendation_tables(body):
        table = [lines[index] for index in indices]
        column_start = second_column_start(table)
        joined = [line for line in table if line.x0 < column_start < line.x1]
        extraction.issues += [Issue("columns_joined", line.text, line.page) for line in joined]
        ordinal, title = section_by_kind.get(kind, (None, None))
        rows = _table_rows(lines, indices, column_start)
        bodies = _responsible_bodies(lines, indices, rows, column_start)
        for row, body_name in zip(rows, bodies, strict=True):
            text, boxes = paragraph_text(lines, row), paragraph_boxes(lines, row)
            recommendations.append(
                Recommendation(
                    kind, None, None, text, (), (), (), boxes, ordinal, title, responsible_body=body_name
                )
            )
    return recommendations


def _recommendation_tables(body: BodyParser) -> list[tuple[str, list[int]]]:
    """Return the kind and the line indices of each table of recommendations.

    A table can repeat the heading of its section; the kind of the last heading before its rows is used.
    """
    tables: list[tuple[str, list[int]]] = []
    for index in body.text_indices:
        role, text = body.extraction.roles[index], body.lines[index].text
        known_heading = body.match_heading(text) if role is Role.HEADING else None
        if known_heading and known_heading.role is Role.RECOMMENDATION:
            if not tables or tables[-1][1]:
                tables.append((known_heading.kind, []))
            else:
                tables[-1] = (known_heading.kind, [])
        elif role is Role.RECOMMENDATION and tables:
            tables[-1][1].append(index)
    return tables


def _table_rows(lines: Sequence[Line], indices: Sequence[int], column_start: float) -> list[Paragraph]:
    """Split a table into rows. Of two columns only the right one, from ``column_start``, is returned."""
    left_tops = {
        (lines[index].page, round(lines[index].top)) for index in indices if lines[index].x0 < column_start
    }
    right_indices = [index for index in indices if lines[index].x0 >= column_start]
    line_pitch = _line_pitch([lines[index] for index in right_indices])
    rows: list[list[int]] = []
    for index in right_indices:
        line = lines[index]
        has_left_cell = any(
            (line.page, round(line.top) + offset) in left_tops for offset in (-2, -1, 0, 1, 2)
        )
        above = lines[rows[-1][-1]] if rows else None
        if above is None or (_starts_row(line, above, line_pitch) and (has_left_cell or not left_tops)):
            rows.append([index])
        else:
            rows[-1].append(index)
    return [Paragraph(None, False, tuple(row)) for row in rows]


def _responsible_bodies(
    lines: Sequence[Line], indices: Sequence[int], rows: Sequence[Paragraph], column_start: float
) -> list[str | None]:
    """Return the text of the left column next to each row of the right one; None where there is none.

    A line of the left column belongs to the last row that starts at its height or above it.
    """
    starts = [(lines[row.indices[0]].page, lines[row.indices[0]].top - _SAME_HEIGHT) for row in rows]
    cells: list[list[str]] = [[] for _ in rows]
    for line in (lines[index] for index in indices if lines[index].x0 < column_start):
        if position := bisect_right(starts, (line.page, line.top)):
            cells[position - 1].append(line.text)
    return [join_lines(cell) or None for cell in cells]


def _starts_row(line: Line, above: Line, line_pitch: float) -> bool:
    """Return whether a line starts a row: the line above ends a sentence, and the gap is wider than usual."""
    continues = line.text[0].islower() or line.text[0] in f"{BULLET}{DASH}-"
    if continues or not SENTENCE_END.search(above.text):
        return False
    return line.page != above.page or line.top - above.top > line_pitch + 0.35


def _line_pitch(lines: Sequence[Line]) -> float:
    """Return the distance between the tops of most successive lines, those of a paragraph, in points."""
    steps = (below.top - above.top for above, below in pairwise(lines) if above.page == below.page)
    counts = Counter(round(step, 1) for step in steps if step > 0.9 * lines[0].size)
    return max(counts, key=lambda step: (counts[step], -step), default=0.0)


def _team_lines(extraction: Extraction) -> list[Line]:
    """Return the lines of the table 'Inspection team'."""
    lines = []
    in_team_section = False
    for line, role in zip(extraction.lines, extraction.roles, strict=True):
        if role is Role.HEADING:
            in_team_section = in_team_section or line.text.casefold().startswith("inspection team")
        elif in_team_section and role is Role.ABOUT:
            lines.append(line)
    return lines
