"""The page about what changed: which grades improved and declined, by judgement area, and its CSV files."""

from collections import Counter
from collections.abc import Mapping

from assets.schema.vocabularies import AREAS, GRADES
from assets.website import labels
from assets.website.queries import Row, Rows, SiteData

#: Changes in the table of the page, the newest; the CSV file has all of them.
MAX_CHANGES = 320
#: Changes that the table lists; grades that stayed the same are only counted.
LISTED_CHANGES = ("declined", "improved")


def changes_page(site: SiteData) -> Row:
    """Return the changes of the grades in force, newest first, and their numbers by area."""
    rows = site.results["changes"]
    listed = [row for row in rows if row["change"] in LISTED_CHANGES]
    counts = Counter((row["area"], row["change"]) for row in rows)
    grade_columns = ("previous_grade", "grade")
    areas = labels.in_order(AREAS, (row["area"] for row in rows))
    return {
        "changes": listed[:MAX_CHANGES],
        "omitted": max(len(listed) - MAX_CHANGES, 0),
        "listed_changes": LISTED_CHANGES,
        "counts": {area: {change: counts[area, change] for change in labels.CHANGES} for area in areas},
        "areas": labels.in_order(AREAS, (row["area"] for row in listed)),
        "regions": sorted({row["region_name"] for row in listed}),
        "grades": labels.in_order(GRADES, (row[key] for row in listed for key in grade_columns)),
        "years": sorted({row["judged_on"].year for row in listed if row["judged_on"]}, reverse=True),
        "as_at": site.about["published_to"],
    }


def changes_files(site: SiteData) -> Mapping[str, Rows]:
    """Return the rows of the CSV files: changes of the grades in force, and all changes since 2012."""
    return {f"{query}.csv": site.results[query] for query in ("changes", "change_history")}
