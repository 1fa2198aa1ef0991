"""How the website displays codes, dates and sizes: labels and display order.

Labels and order come from ``assets.schema.vocabularies``. A code that no vocabulary contains is displayed as
words and sorted last, so that its rows are never dropped. Which codes exist is not decided here, nor are
colours (``static/style.css``).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from assets.parsing.invariants.codes import CODES
from assets.schema import vocabularies
from assets.schema.vocabularies import AREAS, FAMILIES, GRADES, THEMES, Term, label_of, vocabulary_label

#: Grades of the scale that full inspections use today, best first.
CURRENT_SCALE = vocabularies.FOUR_POINT_SCALE

#: Directions of change between two grades, as the views name them.
CHANGES = {"improved": "▲ Improved", "declined": "▼ Declined", "same": "= Same"}
_STATUSES = {**vocabularies.REPORT_STATUSES, **vocabularies.JUDGEMENT_STATUSES}

area_label = partial(vocabulary_label, AREAS)
family_label = partial(vocabulary_label, FAMILIES)
grade_label = partial(vocabulary_label, GRADES)
indicator_unit_label = partial(vocabulary_label, vocabularies.INDICATOR_UNITS)
theme_label = partial(vocabulary_label, THEMES)


def area_short_label(code: str) -> str:
    """Return the label of an area for narrow columns."""
    area = AREAS.get(code)
    return area.short_label if area else area_label(code)


def grade_abbreviations(code: str) -> tuple[str, str, str]:
    """Return the label, the short label and the initials of a grade, longest first."""
    grade = GRADES.get(code)
    label = grade_label(code)
    return (label, grade.short_label, grade.initials) if grade else (label, label, label[0])


def change_label(code: str) -> str:
    """Return the label of a change between two grades: '▲ Improved'."""
    return CHANGES.get(code, label_of(code))


def issue_label(code: str) -> str:
    """Return what an issue code means; for a code that no invariant raises, its words."""
    return CODES[code].meaning if code in CODES else label_of(code).capitalize()


def in_order(vocabulary: Mapping[str, Term], codes: Iterable[str]) -> list[str]:
    """Return distinct codes in the order of a vocabulary; codes that it does not contain come last."""
    return sorted(set(codes), key=lambda code: sort_key(vocabulary, code))


def displayed_grades(codes: Iterable[str]) -> list[str]:
    """Return the grades of the current scale and any others among ``codes``, in order."""
    return in_order(GRADES, {*CURRENT_SCALE, *codes})


def sort_key(vocabulary: Mapping[str, Term], code: str) -> tuple[bool, int, str]:
    """Return the key that sorts codes in the order of a vocabulary."""
    term = vocabulary.get(code)
    return term is None, term.sort_order if term else 0, code


def wide_columns() -> dict[str, str]:
    """Return the areas with a column of their own in ``latest_judgements``, in order, and these columns."""
    return {area.code: area.wide_column for area in AREAS.values() if area.wide_column}


def tracked_areas(codes: Iterable[str]) -> list[str]:
    """Return the areas among ``codes`` that the national page charts, in order."""
    return [code for code in in_order(AREAS, codes) if code not in AREAS or AREAS[code].is_tracked]


def lower_first(text: str) -> str:
    """Return a sentence as it continues another one: with its first letter in lower case."""
    return text[:1].lower() + text[1:]


def long_date(value: date | None) -> str:
    """Return a date as in running text: '4 March 2024'; an empty string for None."""
    return f"{value.day} {value:%B %Y}" if value else ""


def short_date(value: date | None) -> str:
    """Return a date for narrow columns, without line breaks: '4 Mar 2024'; an empty string for None."""
    return f"{value.day}\N{NO-BREAK SPACE}{value:%b}\N{NO-BREAK SPACE}{value.year}" if value else ""


def figure(value: float | None) -> str:
    """Return an official figure with at most one decimal: '22.8', '1,053'; a dash for None."""
    return "–" if value is None else f"{value:,.1f}".removesuffix(".0")


def change_of_figure(value: float | None) -> str:
    """Return the change of a figure with its sign: '+2.4', '−9.9'; a dash for None."""
    if value is None:
        return "–"
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{figure(abs(value))}"


def file_size(size_bytes: int) -> str:
    """Return the size of a file: '12 kB', '3.4 MB'."""
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 1e6 else f"{max(size_bytes / 1e3, 1):.0f} kB"


#: What the templates can apply to values.
FILTERS: Mapping[str, Callable[..., Any]] = {
    "area_label": area_label,
    "authority_type_label": partial(vocabulary_label, vocabularies.AUTHORITY_TYPES),
    "change_label": change_label,
    "change_of_figure": change_of_figure,
    "closeness_label": partial(vocabulary_label, vocabularies.CLOSENESS),
    "family_label": family_label,
    "figure": figure,
    "file_size": file_size,
    "finding_kind_label": partial(vocabulary_label, vocabularies.FINDING_KINDS),
    "grade_label": grade_label,
    "indicator_direction_label": partial(vocabulary_label, vocabularies.INDICATOR_DIRECTIONS),
    "indicator_status_label": partial(vocabulary_label, vocabularies.INDICATOR_STATUSES),
    "indicator_unit_label": indicator_unit_label,
    "issue_label": issue_label,
    "label_of": label_of,
    "long_date": long_date,
    "lower_first": lower_first,
    "recommendation_kind_label": partial(vocabulary_label, vocabularies.RECOMMENDATION_KINDS),
    "severity_label": partial(vocabulary_label, vocabularies.SEVERITIES),
    "short_date": short_date,
    "status_label": partial(vocabulary_label, _STATUSES),
    "theme_label": theme_label,
}
