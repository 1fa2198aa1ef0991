"""Rules on judgements: each area that the framework judges has a grade and findings, and the grades agree."""

from collections.abc import Iterator

from assets.parsing.frameworks import FRAMEWORKS, letters_only
from assets.parsing.invariants.first_page import first_page_text
from assets.parsing.models import Extraction, Issue, Role
from assets.schema.vocabularies import AREAS

#: Areas whose judgement summarises the report: they need no findings of their own.
_HEADLINE_AREAS = frozenset(code for code, area in AREAS.items() if area.is_headline)


def check_judgements(extraction: Extraction, family: str) -> Iterator[Issue]:
    """Check that the areas with a judgement, and those with findings, are the areas of the framework."""
    framework = FRAMEWORKS.get(extraction.framework or "")
    if framework is None:
        yield Issue("no_framework", "no framework found", 1)
    elif framework.family == family:  # visits have the framework of an inspection, but no judgements
        found = {judgement.area for judgement in extraction.judgements if judgement.status != "not_found"}
        first_sections = {section.area: section for section in reversed(extraction.sections)}
        title = letters_only(first_page_text(extraction, {Role.TITLE}))
        for area in framework.areas:
            has_section = area.name in first_sections
            expected = area.required or has_section or letters_only(area.label) in title
            if expected and area.name not in found:
                section = first_sections.get(area.name)
                yield Issue("judgement_missing", area.name, section.page if section else None)
        required = {area.name for area in framework.areas if area.required}
        if len(required) > 1 and 2 * len(required & found) < len(required):
            yield Issue("another_document", f"{len(required & found)} of {len(required)} areas were found", 1)
        with_findings = {finding.area for finding in extraction.findings}
        for judgement in extraction.judgements:
            needs_findings = judgement.status == "graded" and judgement.area not in _HEADLINE_AREAS
            if needs_findings and judgement.area not in with_findings:
                page = judgement.box.page if judgement.box else None
                yield Issue("area_without_findings", judgement.area, page)
        judged = {area.name for area in framework.areas}
        for section in extraction.sections:
            if section.grade and section.area not in judged:
                yield Issue("area_off_framework", f"{section.area}: '{section.title}'", section.page)


def check_overall(extraction: Extraction) -> Iterator[Issue]:
    """Check that the overall grade is no better than the best area and no worse than the worst one.

    Where the help and protection of children is inadequate, so is the overall grade.
    """
    framework = FRAMEWORKS.get(extraction.framework or "")
    required = {area.name for area in framework.areas if area.required} if framework else set()
    graded = {row.area: row for row in extraction.judgements if row.grade_rank and row.area in required}
    parts = [row for area, row in graded.items() if area not in _HEADLINE_AREAS]
    for overall in (row for area, row in graded.items() if area in _HEADLINE_AREAS and parts):
        ranks = [row.grade_rank or 0 for row in parts]
        best, worst = min(ranks), max(ranks)
        if (protection := graded.get("help_and_protection")) and protection.grade == "inadequate":
            best = protection.grade_rank or worst
        if not best <= (overall.grade_rank or 0) <= worst:
            grades = ", ".join(f"{row.area} {row.grade}" for row in (overall, *parts))
            yield Issue("overall_contradicts_parts", grades, overall.box.page if overall.box else None)
