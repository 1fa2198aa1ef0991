"""Tries the site before a crawl: a few requests, and what of the responses is as expected.

Requests robots.txt, the first page of both searches, one authority's page and one file. Nothing is stored.
The rules are those of ``client.py`` and ``pages.py``; this module only reports what they find.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.progress import count
from assets.publications.client import Download, ForbiddenError, SiteClient, SiteError
from assets.publications.crawler import CLOSED_SEARCH_URL, SEARCH_URL
from assets.publications.pages import (
    Authority,
    Oddity,
    Publication,
    SearchPage,
    read_provider,
    read_search,
)
from assets.publications.report_types import OTHER, report_family


@dataclass(frozen=True)
class Finding:
    """One result: what was looked at, whether it is as expected, and a sentence."""

    subject: str
    is_expected: bool
    detail: str


def check_site(site: SiteClient) -> Iterator[Finding]:
    """Request one page of each kind and one file, and yield a finding for each expectation."""
    try:
        robots = site.robots(SEARCH_URL)
    except SiteError as error:
        yield Finding("robots.txt", False, str(error))
        return
    yield Finding("robots.txt", robots.is_allowed, robots.detail)
    authority = None
    for subject, url in (("open authorities", SEARCH_URL), ("closed authorities", CLOSED_SEARCH_URL)):
        try:
            search = read_search(site.page(url), url, site.origin)
        except SiteError as error:
            yield Finding(subject, False, str(error))
            if isinstance(error, ForbiddenError):
                return
            continue
        yield _search_finding(subject, search)
        if search.oddities:
            yield Finding(subject, False, f"results of unknown form: {_describe(search.oddities)}")
        authority = authority or next(iter(search.authorities), None)
    if authority:
        yield from _check_authority(site, authority)


def _search_finding(subject: str, search: SearchPage) -> Finding:
    listed = len(search.authorities) + len(search.oddities)
    is_complete = listed == search.count or (0 < listed < search.count and search.next_url is not None)
    more = ", and a link to the next page" if search.next_url else ""
    return Finding(
        subject,
        is_complete and bool(search.count),
        f"the search counts {search.count:,}; its first page lists {listed}{more}",
    )


def _check_authority(site: SiteClient, authority: Authority) -> Iterator[Finding]:
    subject = "authority's page"
    try:
        page = read_provider(site.page(authority.url), authority.url, site.origin)
    except SiteError as error:
        yield Finding(subject, False, str(error))
        return
    reports = page.publications
    yield Finding(
        subject,
        page.urn == authority.urn and bool(reports),
        f"{page.name or 'no name'} (URN {page.urn}) lists {count(len(reports), 'report')}",
    )
    if page.oddities:
        yield Finding(subject, False, f"oddities: {_describe(page.oddities)}")
    if reports:
        dated = sum(report.published is not None for report in reports)
        yield Finding(
            "dates",
            dated == len(reports),
            f"{dated} of {len(reports)} reports have a publication date, the newest {reports[0].published}",
        )
        yield _titles_finding(reports)
        yield _check_file(site, reports[0])


def _titles_finding(reports: tuple[Publication, ...]) -> Finding:
    families = Counter(report_family(report.title) for report in reports)
    unknown = sorted({report.title for report in reports if report_family(report.title) == OTHER})
    detail = ", ".join(f"{family} {number}" for family, number in sorted(families.items()))
    return Finding("titles", not unknown, detail + (f"; unknown: {unknown}" if unknown else ""))


def _check_file(site: SiteClient, report: Publication) -> Finding:
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = site.download(report.url, Path(folder) / "file.pdf")
        except SiteError as error:
            return Finding("file", False, str(error))
    assert isinstance(result, Download)  # the request is not conditional
    etag = "with" if result.response.headers.get("ETag") else "without"
    return Finding(
        "file", True, f"{report.url} is a complete PDF of {result.size_bytes:,} bytes, {etag} ETag"
    )


def _describe(oddities: tuple[Oddity, ...]) -> str:
    return "; ".join(f"{oddity.reason} {oddity.address} {oddity.text}".strip() for oddity in oddities[:3])
