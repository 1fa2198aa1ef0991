"""Feeds of new reports and corrected judgements: of England, of each region and of each authority.

A feed is published as Atom (RFC 4287) and as JSON Feed 1.1 with the same entries; ``templates/feed.xml`` and
``templates/feed.json`` have the markup.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from assets.schema.vocabularies import AREAS
from assets.website.labels import area_label, family_label, lower_first, sort_key
from assets.website.queries import Row, Rows, SiteData

#: Entries of a feed; the pages of the website have older ones.
MAX_ENTRIES = 60
#: Path of the feed of England, without the ending of its format.
NATIONAL_FEED = "data/feed"


@dataclass(frozen=True)
class Feed:
    """A feed, in no format yet.

    Attributes:
        path: Path of its files below the website, without the ending of the format.
        page: Address of the page that it belongs to, relative to the website.
        title: What it is about.
        entries: Its entries, newest first. Each has ``id``, ``day``, ``title``, ``summary``, ``report_id``,
            ``judgements`` and ``recommendations``.
        updated: Date of the newest entry; that of the newest data if there is none.
    """

    path: str
    page: str
    title: str
    entries: Sequence[Row]
    updated: date

    @property
    def id(self) -> str:
        """A permanent identifier, independent of the website's address."""
        return uuid5(NAMESPACE_URL, self.path).urn


def authority_feed(urn: int) -> str:
    """Return the path of the feed of an authority."""
    return f"authorities/{urn}/feed"


def region_feed(region_name: str) -> str:
    """Return the path of the feed of a region."""
    name = re.sub(r"[^a-z0-9]+", "-", region_name.lower()).strip("-")
    return f"data/feeds/{name or 'region'}"


def site_feeds(site: SiteData) -> Iterator[Feed]:
    """Yield all feeds of the website."""
    entries = _entries(site)
    yield _feed(
        site, NATIONAL_FEED, "", f"{site.about['title']}: new reports and corrected judgements", entries
    )
    by_region: dict[str, Rows] = {}
    for authority in site.authorities.values():
        by_region.setdefault(region_feed(authority["region_name"]), []).append(authority)
    by_authority: dict[int, Rows] = {urn: [] for urn in site.authorities}
    for entry in entries:
        by_authority[entry["urn"]].append(entry)
    for path, authorities in sorted(by_region.items()):
        region_entries = [entry for row in authorities for entry in by_authority[row["urn"]]]
        yield _feed(site, path, "", _title(authorities[0]["region_name"]), region_entries)
    for urn, authority in site.authorities.items():
        yield _feed(
            site, authority_feed(urn), f"authorities/{urn}/", _title(authority["name"]), by_authority[urn]
        )


def _title(place: str) -> str:
    return f"{place}: inspections of children’s services"


def _feed(site: SiteData, path: str, page: str, title: str, entries: Rows) -> Feed:
    newest = sorted(entries, key=lambda row: (str(row["day"]), row["id"]), reverse=True)[:MAX_ENTRIES]
    return Feed(path, page, title, newest, newest[0]["day"] if newest else site.about["day"])


def _entries(site: SiteData) -> Rows:
    """Return an entry for each report, and for each judgement that a release corrected."""
    judgements = site.grouped("judgements", "report_id")
    recommendations = site.grouped("recommendations", "report_id")
    reports = [
        _report_entry(site, row, judgements.get(report_id, []), recommendations.get(report_id, []))
        for report_id, row in site.reports.items()
        if row["published"]
    ]
    corrections = [
        entry for version in site.versions for entry in _corrected_judgements(site, version, judgements)
    ]
    return [*reports, *corrections]


def _report_entry(site: SiteData, report: Row, judgements: Rows, recommendations: Rows) -> Row:
    doubts = ""
    if report["not_counted_reason"]:
        doubts = f". Not used in this dataset: {lower_first(report['not_counted_reason'])}."
    elif report["partial_reason"]:
        doubts = f". Read only partly: {lower_first(report['partial_reason'])}."
    return {
        "id": uuid5(NAMESPACE_URL, report["url"]).urn,
        "urn": report["urn"],
        "day": report["published"],
        "title": f"{site.authorities[report['urn']]['name']}: {lower_first(family_label(report['family']))}",
        "summary": report["title"] + doubts,
        "report_id": report["report_id"],
        "judgements": _graded(judgements),
        "recommendations": recommendations if report["counts"] else [],
    }


def _graded(judgements: Rows) -> Rows:
    counted = (row for row in judgements if row["grade"] and row["counts"])
    return sorted(counted, key=lambda row: sort_key(AREAS, row["area"]))


def _corrected_judgements(site: SiteData, version: Row, judgements: Mapping[Any, Rows]) -> Iterator[Row]:
    """Yield an entry for each judgement whose grade or status a release changed."""
    for change in version["changes"].get("judgements", {}).get("changed_keys") or ():
        report_id, area = change["key"]
        report = site.reports.get(report_id)
        if report and report["counts"] and {"grade", "status"} & set(change["columns"]):
            name = site.authorities[report["urn"]]["name"]
            yield {
                "id": uuid5(NAMESPACE_URL, f"{version['version']} {report_id} {area}").urn,
                "urn": report["urn"],
                "day": date.fromisoformat(version["day"]),
                "title": f"{name}: judgement on {area_label(area).lower()} corrected",
                "summary": f"Changed in release {version['version']} of this dataset",
                "report_id": report_id,
                "judgements": [row for row in _graded(judgements[report_id]) if row["area"] == area],
                "recommendations": [],
            }
