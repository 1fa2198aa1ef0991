"""Judgements as rows, from wherever a report states them: a table, a sentence, the heading of a section.

What the first of these says is the judgement; what the others say of the same area is compared with it.
"""

from collections.abc import Mapping, Sequence

from assets.parsing.frameworks import Area, Framework, Grade, closing_grade, rank
from assets.parsing.grammar.judgement_table import TableRow
from assets.parsing.models import Box, Extraction, Issue, Judgement


def extract_judgements(
    out: Extraction,
    framework: Framework,
    rows: Sequence[TableRow] = (),
    sentences: Mapping[str, tuple[str, Box]] | None = None,
) -> None:
    """Add a framework's judgements to a report whose sections are read.

    Args:
        out: the report; its framework, judgements and issues are filled.
        framework: whose areas are looked for; one that is not required and not found gives no row.
        rows: of the report's table.
        sentences: that judge an area, with their boxes, by area.
    """
    out.framework = framework.code
    for area in framework.areas:
        judgement = _judgement(area, framework, rows, _statements(out, area, sentences or {}))
        if judgement.status == "not_found" and judgement.grade_printed:
            printed = f"{area.name}: '{judgement.grade_printed}'"
            out.issues.append(
                Issue("grade_off_scale", printed, judgement.box.page if judgement.box else None)
            )
        if judgement.status != "not_found" or area.required:
            out.judgements.append(judgement)
    out.issues += _contradictions(out)


def _statements(
    out: Extraction, area: Area, sentences: Mapping[str, tuple[str, Box]]
) -> list[tuple[str, str, Box]]:
    """Give what the report states of an area outside a table: how it does, in which words, and where."""
    stated = [("sentence", *sentences[area.name])] if area.name in sentences else []
    return stated + [
        ("sentence" if each.page == 1 else "heading", each.title, each.box)
        for each in out.sections
        if each.area == area.name and each.grade
    ]


def _judgement(
    area: Area, framework: Framework, rows: Sequence[TableRow], statements: Sequence[tuple[str, str, Box]]
) -> Judgement:
    ways = [way for way, _, _ in statements]
    for row in rows:
        if row.area.name == area.name:
            return _graded(area, framework, (row.label, row.grade, row.box), ["table", *ways])
    for _, words, box in statements:
        if grade := closing_grade(words):
            return _graded(area, framework, (words, grade, box), ways)
    return Judgement(area.name, None, None, None, None, "not_found", None, None)


def _graded(
    area: Area, framework: Framework, printed: tuple[str, Grade, Box], ways: Sequence[str]
) -> Judgement:
    label, grade, box = printed
    evidence = ", ".join(dict.fromkeys(ways))
    if grade.name and grade.name not in framework.scale:
        return Judgement(area.name, label, None, grade.printed, None, "not_found", evidence, box)
    status = "graded" if grade.name else "not_judged"
    place = rank(grade.name, framework.code)
    return Judgement(area.name, label, grade.name, grade.printed, place, status, evidence, box)


def _contradictions(out: Extraction) -> list[Issue]:
    """Compare the judgements with the headings that repeat them."""
    grades = {judgement.area: judgement.grade for judgement in out.judgements}
    return [
        Issue("judgement_contradicted", f"{each.area}: {grades[each.area]}, but '{each.title}'", each.page)
        for each in out.sections
        if each.grade and each.area in grades and each.grade != grades[each.area]
    ]
