"""Rules on the dates of an inspection: they are known, in order and plausible."""

from collections.abc import Iterator
from datetime import date

from assets.parsing.models import Extraction, Issue

#: Families of visits and joint inspections: they are short, and have a topic.
VISIT_FAMILIES = ("focused_visit", "monitoring_visit", "jtai")
#: The longest visit or joint inspection, and the longest inspection, in days from the first to the last. An
#: inspection can consist of two stays that are three months apart.
MAX_VISIT_DAYS = 14
MAX_INSPECTION_DAYS = 120
#: The longest time from the end of an inspection to the publication of its report, in days.
MAX_DAYS_TO_PUBLICATION = 243


def check_dates(extraction: Extraction, published: date | None) -> Iterator[Issue]:
    """Check that the inspection has dates, and that it ended before its report was published."""
    if extraction.inspection_start is None or extraction.inspection_end is None:
        yield Issue("dates_missing", "no dates found", 1)
    elif extraction.inspection_start > extraction.inspection_end:
        period = f"{extraction.inspection_start} to {extraction.inspection_end}"
        yield Issue("dates_out_of_order", f"inspected from {period}", 1)
    elif published and extraction.inspection_end >= published:
        yield Issue(
            "dates_out_of_order", f"inspected until {extraction.inspection_end}, published {published}", 1
        )


def check_plausible_dates(extraction: Extraction, family: str, published: date | None) -> Iterator[Issue]:
    """Check that an inspection is no longer than inspections are, its report no later than reports are."""
    start, end = extraction.inspection_start, extraction.inspection_end
    if start is None or end is None:
        return
    days = (end - start).days + 1
    if days > (MAX_VISIT_DAYS if family in VISIT_FAMILIES else MAX_INSPECTION_DAYS):
        yield Issue("dates_implausible", f"inspected from {start} to {end}: {days} days", 1)
    if published and (published - end).days > MAX_DAYS_TO_PUBLICATION:
        yield Issue("dates_implausible", f"inspected until {end}, published {published}", 1)
