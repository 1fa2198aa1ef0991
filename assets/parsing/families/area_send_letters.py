"""Letters of area SEND inspections of 2016 to 2022, and of the revisits that followed them.

An inspection ends in one of two outcomes: a written statement of action is required, or the letter mentions
none. A revisit states whether the area has made sufficient progress in every weakness. The parser has not
been tested on a real letter: form, headings and wording follow the public descriptions of these inspections.
Reports since 2023 belong to ``area_send``.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import dropwhile

from assets.parsing.families.letters import find_opening_end, read_form
from assets.parsing.frameworks import Framework, rank, titled_framework
from assets.parsing.grammar.dates import read_period
from assets.parsing.grammar.paragraphs import UNNUMBERED, split_paragraphs
from assets.parsing.grammar.sections import SIGNATURE, BodyParser, heading
from assets.parsing.grammar.sentences import SENTENCE_BREAK
from assets.parsing.grammar.team_table import ofsted_lead_name, read_team_cells
from assets.parsing.models import Extraction, Finding, Judgement, Role
from assets.pdf.pdfium_lines import Line
from assets.pdf.text import join_lines

HEADINGS = (
    heading(r"main findings", Role.FINDING),
    heading(r"the effectiveness of the (?:local )?area", Role.FINDING, area=None),
    heading(r"(?:key )?strengths", Role.FINDING),
    heading(r"areas? (?:for|requiring|of) (?:further )?(?:development|improvement)", Role.RECOMMENDATION,
            kind="improvement"),
    heading(r"(?:the inspection raises )?significant concerns", Role.RECOMMENDATION, kind="priority_action"),
)  # fmt: skip

_TITLE = re.compile(
    r"(?:joint )?(?:local )?area (?:send|special educational needs)\b|re-?visit (?:of|to|in)\b", re.IGNORECASE
)
_DATES = re.compile(
    r"\b(?:between|from|on)\s+(\d{1,2}\b.*?)(?=,?\s+(?:Ofsted|Her|His)\b|\.|$)", re.IGNORECASE
)
#: Start of a paragraph of the opening that describes the inspection. Other paragraphs state what was found.
_ABOUT_THE_INSPECTION = re.compile(
    r"(?:between|from|on) \d|the inspection was led|inspectors (?:spoke|looked|met|considered|visited)"
    r"|this letter (?:outlines|summarises|sets out)|as a result of the findings of the initial inspection",
    re.IGNORECASE,
)
#: The statement that a written statement of action is required.
_STATEMENT_REQUIRED = re.compile(
    r"(?:written statement of action\b[^.]{0,30}? is required"
    r"|(?:is|are) (?:jointly )?required to (?:produce|prepare|submit)[^.]{0,60}written statement of action)",
    re.IGNORECASE,
)
#: The sections of an inspection's letter; without all of them, the absence of an outcome says nothing.
_QUESTIONS = (
    r"effectiveness.*\bidentifying",
    r"effectiveness.*\bmeeting",
    r"effectiveness.*\bimproving outcomes",
)
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten"
_PROGRESS = (
    ("insufficient_progress", re.compile(r"not made sufficient progress|made insufficient progress", re.I)),
    (
        "insufficient_progress",
        re.compile(
            rf"made sufficient progress\b[^.]*?\b({_NUMBERS}) (?:out )?of (?:the )?(?!\1\b)(?:{_NUMBERS})\b",
            re.I,
        ),
    ),
    ("sufficient_progress", re.compile(r"made sufficient progress|sufficient progress has been made", re.I)),
)


def extract_area_send_letter(lines: Sequence[Line], published: date | None) -> Extraction:
    """Parse the letter of an area SEND inspection of 2016 to 2022 or of a revisit."""
    body = BodyParser(lines, HEADINGS, numbered=False)
    extraction = body.extraction
    framework = titled_framework(" ".join(line.text for line in lines if line.page == 1))
    start = read_form(body, _TITLE)
    end = find_opening_end(body, start)
    if start:
        _read_opening(body, body.text_indices[start:end], published)
    body.role, body.kind = Role.OTHER, ""
    body.parse(body.text_indices[end:])
    _mark_priority_actions(extraction)
    extraction.inspectors = read_team_cells(_lines_below_signature(extraction))
    extraction.lead_inspector = ofsted_lead_name(extraction.inspectors)
    if framework:
        extraction.framework = framework.code
        extraction.judgements = [_read_outcome(extraction, framework)]
    return extraction


def _read_opening(body: BodyParser, indices: Sequence[int], published: date | None) -> None:
    """Read the dates, and add the paragraphs of the opening that state what was found."""
    extraction = body.extraction
    text = join_lines([body.lines[index].text for index in indices])
    for sentence in SENTENCE_BREAK.split(text):
        if (match := _DATES.search(sentence)) and (period := read_period(match.group(1), published)):
            extraction.inspection_start, extraction.inspection_end = period
            break
    for paragraph in split_paragraphs(body.lines, indices, UNNUMBERED, body.line_pitch):
        is_about = _ABOUT_THE_INSPECTION.match(body.lines[paragraph.indices[0]].text)
        body.role, body.kind = (Role.ABOUT, "") if is_about else (Role.SUMMARY, "headline")
        body.parse_text(paragraph.indices)


def _lines_below_signature(extraction: Extraction) -> list[Line]:
    """Return the lines below 'Yours sincerely': those who sign, and the team of each of the two bodies."""
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    form = [line for line, role in pairs if role is Role.LETTER_FORM]
    return [*dropwhile(lambda line: not SIGNATURE.match(line.text), form)][1:]


def _mark_priority_actions(extraction: Extraction) -> None:
    """Make the weaknesses that the written statement must address priority actions."""
    introductions = [finding for finding in extraction.findings if _STATEMENT_REQUIRED.search(finding.text)]
    boxes = [finding.boxes[-1] for finding in introductions if finding.text.endswith(":")]
    for position, row in enumerate(extraction.recommendations):
        first = row.boxes[0]
        if any((box.page, box.top) < (first.page, first.top) for box in boxes):
            extraction.recommendations[position] = replace(row, kind="priority_action")


def _read_outcome(extraction: Extraction, framework: Framework) -> Judgement:
    """Return the judgement on the written statement, or on the progress since."""
    area = framework.areas[0].name
    is_revisit = framework.code == "area_send_revisit"
    stated = _progress(extraction.findings) if is_revisit else _statement(extraction.findings)
    if stated:
        grade, printed, finding = stated
        return Judgement(
            area=area,
            label=None,
            grade=grade,
            grade_printed=printed,
            grade_rank=rank(grade, framework.code),
            status="graded",
            evidence="sentence",
            box=finding.boxes[0],
        )
    if not is_revisit and _mentions_no_statement(extraction):
        grade = "no_written_statement"
        return Judgement(area, None, grade, None, rank(grade, framework.code), "graded", None, None)
    return Judgement(area, None, None, None, None, "not_found", None, None)


def _statement(findings: Sequence[Finding]) -> tuple[str, str, Finding] | None:
    """Return the outcome that a written statement is required, as printed, and the finding that states it."""
    for finding in findings:
        if match := _STATEMENT_REQUIRED.search(finding.text):
            return "written_statement_of_action", match.group(), finding
    return None


def _mentions_no_statement(extraction: Extraction) -> bool:
    """Return whether a letter has all its sections, and mentions neither a statement nor weaknesses."""
    text = join_lines([line.text for line in extraction.lines])
    titles = " ".join(section.title for section in extraction.sections)
    is_whole = all(re.search(question, titles, re.IGNORECASE) for question in _QUESTIONS)
    return is_whole and re.search(r"written statement|significant weakness", text, re.IGNORECASE) is None


def _progress(findings: Sequence[Finding]) -> tuple[str, str, Finding] | None:
    """Return the outcome of a revisit, as printed, and the finding that states it.

    The opening states the outcome. Elsewhere, one weakness without sufficient progress decides.
    """
    headlines = [finding for finding in findings if finding.kind == "headline"]
    for candidates in (headlines, findings):
        for grade, pattern in _PROGRESS:
            for finding in candidates:
                for sentence in SENTENCE_BREAK.split(finding.text):
                    if "whether" not in sentence and (match := pattern.search(sentence)):
                        return grade, match.group(), finding
    return None
