"""The pages about themes: a list of all themes, and one page per theme with the sentences that mention it.

Each text (a finding or a recommendation) counts once per theme. Shares are of all texts with the same area, grade,
region or year.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assets.schema.vocabularies import AREAS, GRADES, INDICATOR_UNITS
from assets.website import labels
from assets.website.queries import Row, Rows, SiteData

#: Sentences on the page of a theme, the newest; the CSV file has all of them.
MAX_SENTENCES = 250
#: Shares of fewer texts are not stated: they would mislead.
_MIN_TEXTS = 30


@dataclass(frozen=True, slots=True)
class _Dimension:
    """A property of texts by which shares are counted: its column in both queries, and how values are shown."""

    title: str
    column: str
    label: Callable[[Any], str]
    sort_key: Callable[[Any], Any]


_DIMENSIONS = (
    _Dimension("Area", "area", labels.area_label, lambda code: labels.sort_key(AREAS, code)),
    _Dimension("Grade of the area", "grade", labels.grade_label, lambda code: labels.sort_key(GRADES, code)),
    _Dimension("Region", "region_name", str, str),
    _Dimension("Year of publication", "publication_year", str, lambda year: -year),
)


def themes_page(site: SiteData) -> Row:
    """Return the themes with the share of full inspection reports of each year that mention them."""
    inspections = [row for row in site.results["themes_by_year"] if row["family"] == "inspection"]
    texts = Counter[str]()
    for row in site.results["themes_by_year"]:
        texts[row["theme"]] += row["findings_with"]
