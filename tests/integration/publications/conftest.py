"""Fixtures and rows of the crawl tests."""

import pytest

from assets.publications.client import SiteClient
from assets.publications.crawler import crawl
from tests.support.fake_site import folders, serve
from tests.support.fault_table import Theme, proves

#: The arguments of ``edited`` that remove all landmarks of an authority's page.
WITHOUT_LANDMARKS = r"title-block|(?<=class=\")timeline(?=\")", "x"

ROWS = (
    folders.row(80500, "50000001", name="City of Bradford", published="2015-03-01", inspected=""),
    folders.row(80500, "50000002", published="2018-05-04", name="City of Bradford"),
    folders.row(80400, "50000003", name="Zedshire", title="Children's services focused visit"),
    folders.row(80450, "5000004", name="Åby & Sons <Council>", title="An unknown title"),
    *(
        folders.row(80600, f"5100000{number}", name="Middling", published=f"20{number}0-01-02")
        for number in range(1, 3)
    ),
)


@pytest.fixture
def crawl_site(tmp_path, quick):
    """Return a function that serves rows, crawls them and records the requested paths."""

    def crawl_rows(rows=ROWS, faults=None, max_rows=100):
        folder = folders.write(tmp_path / "site", [row | {"path": ""} for row in rows])
        with serve(folder, faults, max_rows=max_rows) as fake_site, SiteClient(fake_site.url, quick) as site:
            crawl_rows.paths = []
            try:
                return crawl(site)
            finally:
                crawl_rows.paths = fake_site.paths()

    return crawl_rows


def authorities(count=12):
    """Return rows for a number of authorities with one report each."""
    return [
        folders.row(80500 + number, f"5200{number:04}", published="2020-01-02") for number in range(count)
    ]


def listing_fault(name, does, *values):
    """Return a test parameter that documents a fault of the search or of a provider page."""
    return pytest.param(*values, id=name, marks=proves(name, theme=Theme.FETCHING, does=does))
