"""The pages of the website, and what each is given: home, authorities, reports, and the search's form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.website import charts, geography, labels
from assets.website.data_pages import data, dictionary, examples, feed
from assets.website.national import national, themes
from assets.website.queries import Row, Rows, SiteData

#: The newest reports that the home page names.
NEWEST_ON_HOME = 8


class PageError(Exception):
    """A page cannot be made: one sentence that says why."""


@dataclass(frozen=True)
class Page:
    """A file to be rendered: where it goes, its template, and what the template is given."""

    path: str
    template: str
    given: Mapping[str, Any]


def pages(content: SiteData, pictures: Mapping[tuple[str, int], str], has_box: bool) -> Iterator[Page]:
    """Give every page of the website; ``pictures`` are the evidence that was drawn, by report and page."""
    yield Page("index.html", "home.html", _home(content))
    yield from _authority_pages(content)
    yield from _report_pages(content, pictures)
    yield Page("search/index.html", "search.html", _search(content))
    yield Page(
        "national/index.html",
        "national.html",
        {"charts": list(national(content)), "themes": themes(content)},
    )
    yield Page("data/index.html", "data.html", data(content, has_box))
    yield Page("data/dictionary/index.html", "dictionary.html", {"tables": dictionary(content)})
    yield Page("data/sql/index.html", "sql.html", {"has_box": has_box, "examples": examples()})
    yield Page("data/feed.xml", "feed.xml", feed(content))


def _home(content: SiteData) -> Row:
    standing = list(content.standing.values())
    london = [row["urn"] for row in standing if row["region_name"] == "London"]
    return {
        "standing": standing,
        "as_at": standing[0]["as_at"] if standing else None,
        "counts": [(area, _counted(standing, column)) for area, column in labels.COLUMNS.items()],
        "regions": sorted({row["region_name"] for row in standing}),
        "types": {urn: row["authority_type"] for urn, row in content.authorities.items()},
        "outlines": [each for each in geography.outlines(london) if each.urn in content.standing],
        "map": geography,
        "newest": list(content.reports.values())[:NEWEST_ON_HOME],
        "authorities": content.authorities,
        "grades_of": _grades_of(content),
        "headlines": {
            report_id: _headline(rows) for report_id, rows in content.by("judgements", "report_id").items()
        },
    }


def _counted(rows: Rows, column: str) -> Mapping[str, int]:
    """Return how many authorities have each grade, and how many none."""
    return {
        grade: sum(1 for row in rows if (row[column] or "none") == grade)
        for grade in (*labels.FOUR_GRADES, "none")
    }


def _grades_of(content: SiteData) -> Mapping[int, Mapping[str, str]]:
    return {
        urn: {area: row[column] or "none" for area, column in labels.COLUMNS.items()}
        for urn, row in content.standing.items()
    }


def _headline(judgements: Rows) -> Row | None:
    """Return the judgement that stands for a report: overall, else of leaders, else of area SEND."""
    found = {row["area"]: row for row in judgements if row["grade"]}
    return found.get("overall_effectiveness") or found.get("leadership") or found.get("area_send_outcome")


def _authority_pages(content: SiteData) -> Iterator[Page]:
    reports, judgements = content.by("reports", "urn"), content.by("judgements", "urn")
    neighbours, recommendations = content.by("neighbours", "urn"), content.by("recommendations", "report_id")
    by_report = content.by("judgements", "report_id")
    before = {(row["report_id"], row["ordinal"]): row for row in content.answers["same_matter"]}
    newest: date = content.facts["published_to"] or content.facts["day"]
    for urn, authority in content.authorities.items():
        own = reports.get(urn, [])
        superseded = {row["report_id"] for row in own if row["superseded_by"]}
        judged = [row for row in judgements.get(urn, []) if row["report_id"] not in superseded]
        visits = [
            row
            for row in own
            if row["family"] not in {"inspection", "area_send"} and row["report_id"] not in superseded
        ]
        yield Page(
            f"authorities/{urn}/index.html",
            "authority.html",
            {
                "authority": authority,
                "authorities": content.authorities,
                "now": content.standing.get(urn),
                "reports": own,
                "headlines": {
                    row["report_id"]: _headline(by_report.get(row["report_id"], [])) for row in own
                },
                "picture": charts.timeline(judged, visits, authority["valid_to"] or newest),
                "asked": _latest_recommendations(own, recommendations, content.standing.get(urn)),
                "before": before,
                "all_reports": content.reports,
                "neighbours": neighbours.get(urn, []),
                "columns": labels.COLUMNS,
            },
        )


def _latest_recommendations(
    reports: Rows, recommendations: Mapping[str, Rows], now: Row | None
) -> Sequence[Any]:
    """Return what the latest full inspection asks for, and what every report since does, the newest first."""
    latest = now["report_id"] if now else None
    since = next((row["published"] for row in reports if row["report_id"] == latest), None)
    return [
        (row, recommendations[row["report_id"]])
        for row in reports
        if row["report_id"] in recommendations
        and not row["superseded_by"]
        and (row["report_id"] == latest or since is None or (row["published"] and row["published"] > since))
    ]


def _report_pages(content: SiteData, pictures: Mapping[tuple[str, int], str]) -> Iterator[Page]:
    judgements, sections = content.by("judgements", "report_id"), content.by("sections", "report_id")
    findings, recommendations = (
        content.by("findings", "report_id"),
        content.by("recommendations", "report_id"),
    )
    issues = content.by("issues", "report_id")
    order = list(labels.AREAS)
    for report_id, report in content.reports.items():
        yield Page(
            f"reports/{address(report_id)}/index.html",
            "report.html",
            {
                "report": report,
                "authority": content.authorities[report["urn"]],
                "judgements": sorted(judgements.get(report_id, []), key=lambda row: order.index(row["area"])),
                "sections": _sections(sections.get(report_id, []), findings.get(report_id, [])),
                "recommendations": recommendations.get(report_id, []),
                "issues": issues.get(report_id, []),
                "pictures": {page: path for (own, page), path in pictures.items() if own == report_id},
            },
        )


def address(report_id: str) -> str:
    """Return a report's number as its page's address has it. Raises PageError if it cannot be one."""
    if not report_id.isalnum():
        raise PageError(f"report {report_id!r} cannot have a page: its number is no number")
    return report_id


def _sections(sections: Rows, findings: Rows) -> Sequence[tuple[Row | None, Rows]]:
    """Return the sections of a report that have findings or parts, each with its findings."""
    loose = [row for row in findings if row["section"] is None]
    placed: dict[int, Rows] = {}
    for row in findings:
        if row["section"] is not None:
            placed.setdefault(row["section"], []).append(row)
    kept = [(section, placed.get(section["ordinal"], [])) for section in sections]
    filled = [
        (section, rows)
        for index, (section, rows) in enumerate(kept)
        if rows or any(found for part, found in _parts(kept[index + 1 :], section["level"]))
    ]
    return [*([(None, loose)] if loose else []), *filled]


def _parts(following: Sequence[tuple[Row, Rows]], level: int) -> Iterator[tuple[Row, Rows]]:
    for section, rows in following:
        if section["level"] <= level:
            return
        yield section, rows


def _search(content: SiteData) -> Row:
    reports = content.reports.values()
    return {
        "authorities": content.authorities,
        "years": sorted({row["published"].year for row in reports if row["published"]}, reverse=True),
        "areas": [
            area for area in labels.AREAS if any(row["area"] == area for row in content.answers["judgements"])
        ],
        "grades": [
            grade
            for grade in labels.GRADES
            if any(row["grade"] == grade for row in content.answers["judgements"])
        ],
        "texts": len(content.answers["findings"]) + len(content.answers["recommendations"]),
    }
