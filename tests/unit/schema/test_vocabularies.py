"""The vocabularies: consistent with each other, and with the frameworks that use them."""

import re
from pathlib import Path

import pytest

from assets.parsing.frameworks import FRAMEWORKS
from assets.schema import vocabularies
from assets.schema.vocabularies import AREAS, FAMILIES, GRADES

ROOT = Path(__file__).parents[3]
ALL = {
    name: terms
    for name, terms in vars(vocabularies).items()
    if isinstance(terms, dict) and not name.startswith("_")
}


@pytest.mark.parametrize("name", ALL)
def test_terms_are_complete_and_in_order(name):
    terms = ALL[name]
    assert [term.sort_order for term in terms.values()] == list(range(1, len(terms) + 1))
    assert len({term.label for term in terms.values()}) == len(terms)
    for code, term in terms.items():
        assert code == term.code
        assert term.label
        assert 0 < len(term.short_label) <= len(term.label)


def test_scales_have_grades_of_the_vocabulary():
    scales = (
        vocabularies.FOUR_POINT_SCALE,
        vocabularies.FOUR_POINT_SCALE_2013,
        vocabularies.AREA_SEND_SCALE,
        vocabularies.AREA_SEND_STATEMENT_SCALE,
        vocabularies.AREA_SEND_PROGRESS_SCALE,
    )
    assert {grade for scale in scales for grade in scale} == set(GRADES)
    for scale in scales:
        assert sorted(scale, key=list(GRADES).index) == list(scale)


def test_areas_and_families_are_those_of_the_frameworks():
    first_days = {}
    for framework in FRAMEWORKS.values():
        assert framework.family in FAMILIES
        assert FAMILIES[framework.family].is_graded or not framework.areas
        for area in framework.areas:
            first_days[area.name] = min(framework.begins, first_days.get(area.name, framework.begins))
    assert first_days == {code: area.valid_from for code, area in AREAS.items()}
    assert {framework.family for framework in FRAMEWORKS.values() if framework.areas} == {
        code for code, family in FAMILIES.items() if family.is_graded
    }


def test_combined_areas_exist():
    assert {part for area in AREAS.values() for part in area.combines} <= set(AREAS)


def test_no_framework_has_two_headline_areas():
    for framework in FRAMEWORKS.values():
        assert sum(AREAS[area.name].is_headline for area in framework.areas) <= 1


#: Where one area or family is meant: notes on frameworks that differ, the marker of joint inspections,
#: and the comparison with the official statistics.
SPECIFIC_CODES = {
    "assets/website/overviews/national.py: overall_effectiveness",
    "assets/website/templates/charts/timeline.svg: jtai",
    "assets/website/templates/parts.html: in_care",
    "assets/website/templates/parts.html: in_care_and_care_leavers",
    "orchestration/commands/accuracy.py: lscb",
    "orchestration/commands/accuracy.py: overall_effectiveness",
}


def test_consumers_contain_no_area_or_family_code():
    """Code that shows data derives areas and families from the vocabularies."""
    codes = "|".join((AREAS.keys() | FAMILIES.keys()) - {"inspection", "other"})
    literal = re.compile(rf"""(["'])({codes})\1""")
    found = {
        f"{path.relative_to(ROOT)}: {match.group(2)}"
        for package in ("assets/database", "assets/release", "assets/website", "orchestration")
        for suffix in ("py", "html", "svg", "js")
        for path in (ROOT / package).rglob(f"*.{suffix}")
        if "sql_box" not in path.parts
        for match in literal.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == SPECIFIC_CODES
