"""The pages of the website: path, template and content of each.

The content of the report pages, the national page and the data pages is assembled in ``report_pages``,
``national`` and ``data_pages``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.schema.vocabularies import AREAS, AUTHORITY_TYPES, FAMILIES, GRADES
from assets.website import charts, labels
from assets.website.data_pages import (
    COVERAGE_FILE,
    data_page,
    dictionary_tables,
    release_pages,
    releases_page,
    sql_examples,
    table_pages,
)
from assets.website.figures import Figure, layout, source_line
from assets.website.overviews.changes import changes_files, changes_page
from assets.website.overviews.compare import compare_page, comparison_files
from assets.website.overviews.map import home_map, map_figures
from assets.website.overviews.national import national_files, national_page
from assets.website.overviews.recommendations import recent_recommendations
from assets.website.overviews.themes import theme_pages
from assets.website.queries import Row, Rows, SiteData
from assets.website.report_pages import report_pages
from assets.website.search_index import search_page
from assets.website.sharing.addresses import Addresses
from assets.website.sharing.cards import Card
from assets.website.sharing.feeds import site_feeds

_CARD_NAME = "card.png"
#: Reports in the list of the home page.
MAX_HOME_REPORTS = 8


class PageError(Exception):
    """A page cannot be written; the message is one sentence that states the reason."""


@dataclass(frozen=True)
class Page:
    """A page of the website.

    Attributes:
        path: The path of the page.
        template: The name of its template.
        context: The variables of the template.
        card: Its preview picture.
        files: Files next to it: the name of each, and the rows of a CSV file or the object of a JSON file. An
            iterator makes them one by one, so that they are not held together.
    """

    path: str
    template: str
    context: Mapping[str, Any]
    card: Card | None = None
    files: Iterable[tuple[str, Rows | Row]] = ()

    @property
    def address(self) -> str:
        """The address of the page, relative to that of the website."""
        return self.path.removesuffix("index.html")

    @property
    def card_path(self) -> str:
        """The path of the preview picture: one next to the page, or that of the website."""
        return f"{self.address}{_CARD_NAME}" if self.card else _CARD_NAME


def site_pages(
    site: SiteData, evidence_images: Mapping[tuple[str, int], str], has_sql_box: bool, addresses: Addresses
) -> Iterator[Page]:
    """Yield all pages of the website, and at last the files about them for crawlers.

    Args:
        site: The release.
        evidence_images: File name of the evidence image by report ID and page number.
        has_sql_box: Whether the SQL page has the box that runs queries.
        addresses: The public address of the website.

    Raises:
        PageError: A report ID cannot be part of a path.
    """
    listed = []
    for page in _content_pages(site, evidence_images, has_sql_box, addresses):
        yield page
        if page.path.endswith(".html"):
            listed.append(page.address)
    # A server sends this page for any path, so that relative links would not work.
    yield Page("404.html", "404.html", {"root": addresses.root})
    yield Page("robots.txt", "robots.txt", {})
    if addresses.base:
        yield Page("sitemap.xml", "sitemap.xml", {"listed": sorted(listed)})


def _content_pages(
    site: SiteData, evidence_images: Mapping[tuple[str, int], str], has_sql_box: bool, addresses: Addresses
) -> Iterator[Page]:
    yield Page("index.html", "home.html", _home(site), Card(site.about["title"], site.about["description"]))
    yield from _authority_pages(site)
    for report, context in report_pages(site, evidence_images):
        card = _report_card(context["authority"], report, context["judgements"])
        yield Page(f"reports/{path_segment(report['report_id'])}/index.html", "report.html", context, card)
    yield Page("search/index.html", "search.html", search_page(site))
    yield Page(
        "national/index.html", "national.html", national_page(site), files=national_files(site).items()
    )
    yield Page("changes/index.html", "changes.html", changes_page(site), files=changes_files(site).items())
    yield Page("compare/index.html", "compare.html", compare_page(site), files=comparison_files(site))
    for folder, template, context, files in theme_pages(site):
        yield Page(f"themes/{folder}index.html", template, context, files=files.items())
    coverage = [(COVERAGE_FILE, site.results["official_coverage_by_year"])]
    yield Page("data/index.html", "data.html", data_page(site, has_sql_box, addresses), files=coverage)
    for name, context in table_pages(site):
        yield Page(f"data/tables/{name}/index.html", "table.html", context)
    yield Page("releases/index.html", "releases.html", releases_page(site))
    for version, context in release_pages(site):
        yield Page(f"releases/{version}/index.html", "release.html", context)
    yield Page("data/dictionary/index.html", "dictionary.html", {"tables": dictionary_tables(site)})
    sql = {"has_sql_box": has_sql_box, "examples": sql_examples()}
    yield Page("data/sql/index.html", "sql.html", sql)
    for feed in site_feeds(site):
        for ending in (".xml", ".json"):
            yield Page(feed.path + ending, f"feed{ending}", {"feed": feed})


def path_segment(report_id: str) -> str:
    """Return a report ID as it appears in paths.

    Raises:
        PageError: It has characters other than letters and digits.
    """
    if not report_id.isalnum():
        raise PageError(f"report ID {report_id!r} cannot be part of a path: it is not alphanumeric")
    return report_id


def _home(site: SiteData) -> Row:
    current = list(site.current_authorities.values())
    columns = labels.wide_columns()
    grades = labels.displayed_grades(
        row[column] for row in current for column in columns.values() if row[column]
    )
    types = {urn: row["authority_type"] for urn, row in site.authorities.items()}
    headlines = {
        report_id: _headline(rows) for report_id, rows in site.grouped("judgements", "report_id").items()
    }
    return {
        "current": current,
        "as_at": current[0]["as_at"] if current else None,
        "columns": columns,
        "grades": grades,
        "counts": {area: _count_by_grade(current, column, grades) for area, column in columns.items()},
        "regions": sorted({row["region_name"] for row in current}),
        "types": types,
        "displayed_types": labels.in_order(AUTHORITY_TYPES, {*AUTHORITY_TYPES, *types.values()}),
        "map": home_map(site),
        "map_figures": list(map_figures(site)),
        "latest_reports": list(site.reports.values())[:MAX_HOME_REPORTS],
        "authorities": site.authorities,
        "grades_of": {
            urn: {area: row[column] or "none" for area, column in columns.items()}
            for urn, row in site.current_authorities.items()
        },
        "headlines": headlines,
        "doubtful": {row["urn"]: doubt for row in current if (doubt := _doubt(row))},
    }


def _doubt(row: Row) -> str:
    """Return a short remark on an authority's latest judgements if reports were not used or read in part."""
    if row["has_unused_inspection"]:
        return f"{'A later' if row['report_id'] else 'An'} inspection could not be used"
    return "Read only partly" if row["partial_reason"] else ""


def _count_by_grade(rows: Rows, column: str, grades: Sequence[str]) -> Mapping[str | None, int]:
    """Return the number of authorities by grade; last, with the key None, the number without a grade."""
    values = [row[column] for row in rows]
    return {grade: values.count(grade) for grade in [*grades, None]}


def _headline(judgements: Rows) -> Row | None:
    """Return the judgement that represents a report in lists; None if it grades nothing or does not count.

    That is the judgement of a headline area; for reports without one, of the first area in order: leadership
    for inspections since April 2026.
    """

    def key(row: Row) -> tuple[bool, tuple[bool, int, str]]:
        area = AREAS.get(row["area"])
        return not (area and area.is_headline), labels.sort_key(AREAS, row["area"])

    return min((row for row in judgements if row["grade"] and row["counts"]), key=key, default=None)


def _authority_pages(site: SiteData) -> Iterator[Page]:
    reports_by_urn, judgements_by_urn = site.grouped("reports", "urn"), site.grouped("judgements", "urn")
    neighbours_by_urn = site.grouped("neighbour_comparison", "urn")
    figures_by_urn = site.grouped("authority_figures", "urn")
    recommendations_by_report = site.grouped("recommendations", "report_id")
    judgements_by_report = site.grouped("judgements", "report_id")
    earlier = {(row["report_id"], row["ordinal"]): row for row in site.results["earlier_recommendations"]}
    latest_day: date = site.about["published_to"] or site.about["day"]
    for urn, authority in site.authorities.items():
        reports = reports_by_urn.get(urn, [])
        superseded = {row["report_id"] for row in reports if row["superseded_by"]}
        judgements = [
            row
            for row in judgements_by_urn.get(urn, [])
            if row["counts"] and row["report_id"] not in superseded
        ]
        visits = [
            row
            for row in reports
            if row["counts"] and not _is_graded(row["family"]) and row["report_id"] not in superseded
        ]
        current = site.current_authorities.get(urn)
        chart = charts.timeline_chart(judgements, visits, authority["valid_to"] or latest_day)
        timeline = _timeline_figure(site, authority, reports, chart) if chart else None
        context = {
            "authority": authority,
            "authorities": site.authorities,
            "current": current,
            "current_authorities": site.current_authorities,
            "reports": reports,
            "headlines": {
                row["report_id"]: _headline(judgements_by_report.get(row["report_id"], [])) for row in reports
            },
            "timeline": timeline,
            "timeline_layout": layout(timeline) if timeline else None,
            "recommendations": recent_recommendations(reports, recommendations_by_report, current),
            "earlier_recommendations": earlier,
            "all_reports": site.reports,
            "figures": figures_by_urn.get(urn, []),
            "neighbours": neighbours_by_urn.get(urn, []),
            "columns": labels.wide_columns(),
        }
        yield Page(
            f"authorities/{urn}/index.html", "authority.html", context, _authority_card(authority, current)
        )


def _authority_card(authority: Row, current: Row | None) -> Card:
    if not current or not current["report_id"]:
        return Card(authority["name"], "Reports on children’s services")
    grades = [(labels.area_label(area), current[column]) for area, column in labels.wide_columns().items()]
    day = labels.long_date(current["inspection_start_date"])
    return Card(authority["name"], f"Latest full inspection of children’s services: {day}", grades)


def _report_card(authority: Row, report: Row, judgements: Rows) -> Card:
    kind = labels.family_label(report["family"])
    if report["theme"]:
        kind += f": {report['theme']}"
    day = labels.long_date(report["published"])
    grades = [(labels.area_label(row["area"]), row["grade"]) for row in judgements if row["counts"]]
    return Card(authority["name"], f"{kind}, published {day}" if day else kind, grades)


def _timeline_figure(site: SiteData, authority: Row, reports: Rows, chart: charts.Chart) -> Figure:
    grades = {bar.grade for bar in chart.bars}
    return Figure(
        name=f"timeline-{authority['urn']}",
        title=f"Grades of {authority['name']} over time",
        subtitle=f"Grades of inspections, and visits without grades; n = {len(reports)} reports.",
        note=(
            "A bar starts at the inspection that gave the grade and ends at the next full inspection or, for"
            " area SEND, the next area SEND inspection. ◆ Focused or monitoring visit, ● joint inspection;"
            " neither gives grades."
        ),
        source=source_line(site),
        template="charts/timeline.svg",
        chart=chart,
        grades=labels.in_order(GRADES, grades),
        page=f"authorities/{authority['urn']}/#timeline",
        numbers="downloads/csv/judgement_history.csv",
        has_file=False,
    )


def _is_graded(family: str) -> bool:
    return family in FAMILIES and FAMILIES[family].is_graded
