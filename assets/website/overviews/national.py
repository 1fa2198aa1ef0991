"""The national page: grades by year and region, frequency of themes, and the CSV files behind its charts."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from assets.schema.vocabularies import AREAS
from assets.website import charts, labels
from assets.website.figures import Figure, source_line
from assets.website.queries import Row, Rows, SiteData

#: Titles state a percentage only of at least this many authorities; of fewer it would mislead.
_MIN_AUTHORITIES = 5
#: The page shows no more years, so that its size is bounded. The CSV files have all years.
MAX_YEARS = 20
#: Ranks of the current scale that count as 'good or outstanding'.
GOOD_RANK = labels.CURRENT_SCALE.index("good") + 1


def national_page(site: SiteData) -> Row:
    """Return the charts of each area, the grades in them, and the tables of themes."""
    summary = site.results["region_summary"]
    return {
        "charts": list(_area_charts(site)),
        "max_years": MAX_YEARS if len(_latest_years(summary, "year")) < len(summary) else None,
        "grades": labels.displayed_grades(row["grade"] for row in summary),
        "themes": _theme_tables(site),
    }


def national_figures(site: SiteData) -> Iterator[Figure]:
    """Yield the figures of the national page."""
    for section in _area_charts(site):
        yield section["by_year"]
        yield section["by_region"]


def _area_charts(site: SiteData) -> Iterator[Row]:
    """Yield the figures of each tracked area: by year for England, and by region for the latest year."""
    rows_by_area = site.grouped("region_summary", "area")
    for area in labels.tracked_areas(rows_by_area):
        rows = _latest_years(rows_by_area[area], "year")
        england = [row for row in rows if row["region_name"] == "England"]
        latest_year = max(row["year"] for row in rows)
        latest = [row for row in rows if row["year"] == latest_year]
        latest_england = [row for row in latest if row["region_name"] == "England"]
        grades = labels.displayed_grades(row["grade"] for row in rows)
        figure = partial(
            Figure,
            source=source_line(site),
            grades=grades,
            page=f"national/#{area}",
            numbers=f"national/{area}.csv",
        )
        as_at = labels.long_date(latest[0]["as_at"])
        yield {
            "area": area,
            "by_year": figure(
                name=f"{area}-by-year",
                title=_years_title(area, england, latest_england),
                subtitle=(
                    "Share of authorities at each grade, England, on 31 March of each year and now"
                    f" ({as_at}). n: number of authorities with a grade."
                ),
                template="charts/columns.svg",
                chart=charts.grades_by_year_chart(england),
                note=" ".join(filter(None, (_few_grades_note(england), _area_note(area)))),
            ),
            "by_region": figure(
                name=f"{area}-by-region",
                title=_regions_title(area, latest),
                subtitle=(
                    f"Share of authorities at each grade, {as_at}. In brackets: number of authorities with a"
                    f" grade; n = {latest_england[0]['graded']} in England."
                ),
                template="charts/shares.svg",
                chart=charts.grades_by_region_chart(latest),
                note=_area_note(area),
            ),
            "rows": england,
            "grades": grades,
        }


def _latest_years(rows: Rows, column: str) -> Rows:
    """Return the rows of the latest ``MAX_YEARS`` years."""
    last = max((row[column] for row in rows), default=0)
    return [row for row in rows if row[column] > last - MAX_YEARS]


def _few_grades_note(england: Rows) -> str:
    """Return what faint columns mean; an empty string if there are none."""
    few = charts.years_with_few_grades(england)
    return "Pale columns: fewer than half as many grades as in the year with the most." if few else ""


def _area_note(area: str) -> str:
    """Return why the number of grades in an area changes over the years; an empty string if it does not."""
    if any(area == other.code or area in other.combines for other in AREAS.values() if other.combines):
        return (
            "From 2018 to January 2023 inspections judged children in care and care leavers together."
            " An authority is counted under the area that its inspection judged."
        )
    if area == "overall_effectiveness":
        return (
            "Inspections since April 2026 give no overall grade: authorities inspected since are not counted."
        )
    return ""


def _percent_good(rows: Iterable[Row]) -> int | None:
    """Return the percentage of authorities graded good or outstanding; None if no authority is graded.

    Args:
        rows: Rows of ``sql/website/region_summary.sql`` for one area, region and year.
    """
    rows = list(rows)
    if not rows:
        return None
    good = sum(row["authorities"] for row in rows if row["grade_rank"] <= GOOD_RANK)
    return round(100 * float(good) / float(rows[0]["graded"]))


def _years_title(area: str, england: Rows, latest: Rows) -> str:
    """Return a title that compares the latest year with the first year that has half as many grades."""
    label = labels.area_label(area)
    graded = latest[0]["graded"]
    if graded < _MIN_AUTHORITIES:
        return f"{label}: fewer than {_MIN_AUTHORITIES} authorities currently have a grade"
    first_year = min(row["year"] for row in england if 2 * row["graded"] >= graded)
    title = f"{label}: {_percent_good(latest)}\N{NO-BREAK SPACE}% good or outstanding"
    if first_year == latest[0]["year"]:
        return title
    first = _percent_good(row for row in england if row["year"] == first_year) or 0
    change = (_percent_good(latest) or 0) - first
    direction = "up from" if change > 0 else "down from" if change < 0 else "unchanged from"
    return f"{title}, {direction} {first}\N{NO-BREAK SPACE}% in {first_year}"


def _regions_title(area: str, rows: Rows) -> str:
    """Return a title that names the regions with the lowest and the highest percentage."""
    label = labels.area_label(area)
    regions = {row["region_name"] for row in rows if row["graded"] >= _MIN_AUTHORITIES} - {"England"}
    percentages = {
        region: _percent_good(row for row in rows if row["region_name"] == region) or 0 for region in regions
    }
    ranked = sorted(percentages, key=lambda region: (-percentages[region], region))
    if len(ranked) < 2:
        return f"{label} by region"
    best, worst = ranked[0], ranked[-1]
    return (
        f"{label} by region: from {percentages[worst]}\N{NO-BREAK SPACE}% good or outstanding in {worst}"
        f" to {percentages[best]}\N{NO-BREAK SPACE}% in {best}"
    )


def _theme_tables(site: SiteData) -> Row:
    """Return the share of texts about each theme by grade and by year, with the precision of the tags."""
    by_grade = _pivot(site.results["themes_by_grade"], "grade", "share_of_findings")
    findings = {row["grade"]: row["findings_in_all"] for row in site.results["themes_by_grade"]}
    by_year = _latest_years(site.results["themes_by_year"], "publication_year")
    inspections = [row for row in by_year if row["family"] == "inspection"]
    reports = {row["publication_year"]: row["reports_in_all"] for row in inspections}
    overall = [row for row in site.results["theme_evaluation"] if row["theme"] == "(all)"]
    return {
        "title": _themes_title(by_grade),
        "by_grade": by_grade,
        "grades": labels.displayed_grades(findings),
        "findings": findings,
        "few_findings": _few(findings),
        "max_share": max((share for shares in by_grade.values() for share in shares.values()), default=0),
        "by_year": _pivot(inspections, "publication_year", "share_of_reports"),
        "years": sorted(reports),
        "reports": reports,
        "few_reports": _few(reports),
        "evaluation": overall[0] if overall else None,
    }


def _few(numbers: Mapping[Any, int]) -> frozenset[Any]:
    """Return the keys with fewer than half of the greatest number: their shares have no colour."""
    greatest = max(numbers.values(), default=0)
    return frozenset(key for key, number in numbers.items() if 2 * number < greatest)


def _pivot(rows: Rows, column: str, value: str) -> Mapping[str, Mapping[Any, float]]:
    """Return the values by theme and by another column."""
    table: dict[str, dict[Any, float]] = {}
    for row in rows:
        table.setdefault(row["theme"], {})[row[column]] = row[value]
    return table


def _themes_title(by_grade: Mapping[str, Mapping[str, float]]) -> str:
    """Return a title that names the theme whose share differs most between the worst and the best grade."""
    best, worst = labels.CURRENT_SCALE[0], labels.CURRENT_SCALE[-1]
    gaps = {
        theme: shares[worst] - shares[best]
        for theme, shares in by_grade.items()
        if {best, worst} <= shares.keys()
    }
    if not gaps:
        return "Themes"
    theme = max(sorted(gaps), key=lambda name: gaps[name])
    return (
        f"Themes: {labels.lower_first(labels.theme_label(theme))} is far more frequent where the grade is"
        f" {labels.grade_label(worst).lower()}"
    )


def national_files(site: SiteData) -> Mapping[str, Rows]:
    """Return the rows behind the charts: those of a CSV file per area and per table of themes."""
    areas = site.grouped("region_summary", "area")
    themes = {query: site.results[query] for query in ("themes_by_grade", "themes_by_year")}
    return {f"{name}.csv": rows for name, rows in {**areas, **themes}.items()}
