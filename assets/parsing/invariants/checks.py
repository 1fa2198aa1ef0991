"""All invariants of a report, and those that depend on its family alone.

An invariant is never loosened to let a report pass. Each of the other modules holds the rules on one subject.
"""

from collections.abc import Iterator
from datetime import date

from assets.parsing.invariants.dates import VISIT_FAMILIES, check_dates, check_plausible_dates
from assets.parsing.invariants.first_page import check_authority
from assets.parsing.invariants.judgements import check_judgements, check_overall
from assets.parsing.invariants.numbering import check_numbers_outside_rows, check_paragraphs
from assets.parsing.invariants.page_order import check_page_order
from assets.parsing.invariants.pages import check_pages
from assets.parsing.invariants.rows import (
    check_headings,
    check_recommendations,
    check_repeated_rows,
    check_small_print,
)
from assets.parsing.invariants.wording import check_words
from assets.parsing.models import Extraction, Issue

#: Families whose reports must name the inspectors, and families whose reports must name a lead inspector.
_FAMILIES_WITH_INSPECTORS = ("focused_visit", "monitoring_visit", "area_send")
_FAMILIES_WITH_LEAD_INSPECTOR = ("inspection", "area_send")


def broken_invariants(
    extraction: Extraction, family: str, authority: str, published: date | None
) -> Iterator[Issue]:
    """Yield an issue for every invariant that does not hold.

    Args:
        extraction: The parsed report.
        family: Its family, by the listing.
        authority: The name of the authority whose page lists the report.
        published: The publication date, by the listing.
    """
    yield from check_judgements(extraction, family)
    yield from check_overall(extraction)
    yield from check_paragraphs(extraction)
    yield from check_recommendations(extraction)
    yield from check_dates(extraction, published)
    yield from check_plausible_dates(extraction, family, published)
    yield from check_authority(extraction, authority)
    yield from check_pages(extraction)
    yield from check_page_order(extraction)
    yield from check_words(extraction)
    yield from check_numbers_outside_rows(extraction)
    yield from check_headings(extraction)
    yield from check_repeated_rows(extraction)
    yield from check_small_print(extraction)
    if family in VISIT_FAMILIES and not extraction.theme:
        yield Issue("theme_missing", "no theme found", 1)
    if family == "jtai" and not any(finding.kind == "headline" for finding in extraction.findings):
        yield Issue("headline_missing", "no headline found", 1)
    if family in _FAMILIES_WITH_INSPECTORS and not extraction.inspectors:
        yield Issue("inspectors_missing", "no inspectors found", 1)
    if family in _FAMILIES_WITH_LEAD_INSPECTOR and extraction.lead_inspector is None:
        yield Issue("lead_inspector_missing", "no lead inspector found")
