"""The words that pages show for the codes in the data, and how dates and sizes are formatted.

Labels and order of codes come from ``assets.schema.vocabularies``; only words that belong to pages alone are
defined here.
"""

from collections.abc import Mapping
from datetime import date

from assets.schema import vocabularies
from assets.schema.vocabularies import Term


def _labels(*vocabularies: Mapping[str, Term]) -> Mapping[str, str]:
    """Return the labels of vocabularies by code, in order."""
    return {code: term.label for terms in vocabularies for code, term in terms.items()}


GRADES = _labels(vocabularies.GRADES)
#: The four grades that full inspections give today, best first.
FOUR_GRADES = vocabularies.FOUR_POINT_SCALE
AREAS = _labels(vocabularies.AREAS)
#: Areas that have a column of their own in ``latest_judgements``, with the column's name.
COLUMNS: Mapping[str, str] = {
    code: area.wide_column for code, area in vocabularies.AREAS.items() if area.wide_column
}
FAMILIES = _labels(vocabularies.FAMILIES)
KINDS = _labels(vocabularies.RECOMMENDATION_KINDS)
TYPES = _labels(vocabularies.AUTHORITY_TYPES)
STATUSES = _labels(vocabularies.REPORT_STATUSES, vocabularies.JUDGEMENT_STATUSES)
CHANGES: Mapping[str, str] = {"improved": "▲ Up", "declined": "▼ Down", "same": "= Same"}


def label_of(name: str | None) -> str:
    """Return a canonical name as words: 'not_close' as 'not close'."""
    return (name or "").replace("_", " ")


def day(value: date | None) -> str:
    """Return a date as people write it: '4 March 2024'."""
    return f"{value.day} {value:%B %Y}" if value else ""


def short_day(value: date | None) -> str:
    """Return a date as narrow columns have it: '4 Mar 2024'."""
    return f"{value.day} {value:%b %Y}" if value else ""


def size(count: int) -> str:
    """Return a file's size: '12 kB', '3.4 MB'."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(count / 1e3, 1):.0f} kB"
