"""The resources, as the environment sets them."""

from assets.publications.client import LIVE_SITE_URL
from assets.resources import ReportsSite
from tests.support.fake_site import serve


def test_contact_is_part_of_the_user_agent(small_site, monkeypatch):
    with serve(small_site) as fake_site:
        for contact in ("", "data@council.example"):
            monkeypatch.setenv("REPORTS_SITE_CONTACT", contact)
            with ReportsSite(url=fake_site.url).open() as site:
                site.page(f"{LIVE_SITE_URL}/search")
    first, *_, last = (request.user_agent for request in fake_site.requests)
    assert "data@council.example" not in first
    assert last == first.replace(")", "; data@council.example)")
