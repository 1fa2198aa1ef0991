"""Judgements as rows, combined from all the parts of a report that state them: table, sentences and headings.

The first of these that states an area's grade gives the judgement; an issue is raised where a heading
contradicts it. Reading the table belongs to ``judgement_table``, finding the sentences to
``families.cover_page``.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assets.parsing.frameworks import Area, Framework, Grade, closing_grade, rank
from assets.parsing.grammar.judgement_table import TableRow
from assets.parsing.models import Box, Extraction, Issue, Judgement


class _Statement(NamedTuple):
    """A statement of an area's grade outside a table. ``evidence`` is ``sentence`` or ``heading``."""

    evidence: str
    text: str
    box: Box
    grade: Grade | None


def extract_judgements(
    extraction: Extraction,
    framework: Framework,
    table_rows: Sequence[TableRow] = (),
    sentences: Mapping[str, tuple[str, Box]] | None = None,
) -> None:
    """Add the judgements of a framework's areas to an extraction whose sections are complete.

    Args:
        extraction: the extraction of the report; its framework, judgements and issues are set.
        framework: the framework of the report. An area that is not required and not found gets no row.
        table_rows: rows of the report's judgement table.
        sentences: for each area that a sentence judges, the sentence and its box.
    """
    extraction.framework = framework.code
    for area in framework.areas:
        statements = _statements(extraction, area, sentences or {})
        judgement = _judgement(area, framework, table_rows, statements)
        if judgement.status == "not_found" and judgement.grade_printed:
            detail = f"{area.name}: '{judgement.grade_printed}'"
            page = judgement.box.page if judgement.box else None
            extraction.issues.append(Issue("grade_off_scale", detail, page))
        if judgement.status != "not_found" or area.required:
            extraction.judgements.append(judgement)
    extraction.issues += _contradictions(extraction)


def _statements(
    extraction: Extraction, area: Area, sentences: Mapping[str, tuple[str, Box]]
) -> list[_Statement]:
    """Return what the report states about an area outside a table."""
    statements = []
    if area.name in sentences:
        text, box = sentences[area.name]
        statements.append(_Statement("sentence", text, box, closing_grade(text)))
    return statements + [
        _Statement(
            "sentence" if section.page == 1 else "heading",
            section.title,
            section.box,
            Grade(section.grade, section.grade_printed or section.grade),
        )
        for section in extraction.sections
        if section.area == area.name and section.grade
    ]


def _judgement(
    area: Area, framework: Framework, table_rows: Sequence[TableRow], statements: Sequence[_Statement]
) -> Judgement:
    """Return the judgement of the table if it has the area, otherwise that of the first statement."""
    evidence = [statement.evidence for statement in statements]
    for row in table_rows:
        if row.area.name == area.name:
            return _graded(area, framework, row.label, row.grade, row.box, ["table", *evidence])
    for statement in statements:
        if statement.grade:
            return _graded(area, framework, statement.text, statement.grade, statement.box, evidence)
    return Judgement(area.name, None, None, None, None, "not_found", None, None)


def _graded(
    area: Area, framework: Framework, label: str, grade: Grade, box: Box, evidence: Sequence[str]
) -> Judgement:
    """Return a judgement; a grade that is not on the framework's scale is kept as printed text only."""
    all_evidence = ", ".join(dict.fromkeys(evidence))
    if grade.name and grade.name not in framework.scale:
        return Judgement(area.name, label, None, grade.printed, None, "not_found", all_evidence, box)
    status = "graded" if grade.name else "not_judged"
    grade_rank = rank(grade.name, framework.code)
    return Judgement(area.name, label, grade.name, grade.printed, grade_rank, status, all_evidence, box)


def _contradictions(extraction: Extraction) -> list[Issue]:
    """Return an issue for each heading whose grade differs from the judgement of its area."""
    grades = {judgement.area: judgement.grade for judgement in extraction.judgements}
    issues = []
    for section in extraction.sections:
        if section.grade and section.area in grades and section.grade != grades[section.area]:
            contradiction = f"the heading '{section.title}' gives {section.grade}"
            detail = f"{section.area}: {grades[section.area]}, but {contradiction}"
            issues.append(Issue("judgement_contradicted", detail, section.page))
    return issues
