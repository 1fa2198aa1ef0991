"""What the assets are given to work with, as the environment says."""

from assets.publications.client import LIVE_SITE_URL
from assets.resources import ReportsSite
from tests.support.fake_site import serve


def test_the_site_is_told_how_to_reach_whoever_reads_it(small_site, monkeypatch):
    with serve(small_site) as replica:
        for contact in ("", "data@council.example"):
            monkeypatch.setenv("REPORTS_SITE_CONTACT", contact)
            with ReportsSite(url=replica.url).open() as site:
                site.page(f"{LIVE_SITE_URL}/search")
    first, *_, last = (asked.user_agent for asked in replica.requests)
    assert "data@council.example" not in first
    assert last == first.replace(")", "; data@council.example)")
