"""Fixtures of the website: releases and the websites built from them, each once per run of the tests.

A pytest plugin, because integration tests and browser tests share these fixtures. Those that need a browser
are in ``tests/browser/conftest.py``.
"""

import shutil
from collections.abc import Callable, Iterable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assets.database.build import build_database, database_path
from assets.extraction.evidence import ReportPage, page_image
from assets.release import releases
from assets.website.build import build_website
from tests.support import sample, warehouses

NO_SQL_BOX = Path("nonexistent")
#: Markup in a text: tags, an attribute, a template expression, an entity, a CDATA end, an end tag.
HOSTILE_TEXT = """<script>alert(1)</script>"><img src=x onerror=alert(2)> {{ 7 * 7 }} & ' ]]> </title>"""
#: The report of ``hostile_site`` whose texts are markup.
HOSTILE_REPORT = "2755760"


class PageTags(HTMLParser):
    """The start tags of a page with their attributes, and the text inside its scripts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.script_text = ""
        self._in_script = False
        self.feed(path.read_text(encoding="utf-8"))

    @property
    def ids(self) -> set[str | None]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, _tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.script_text += data


@cache
def page_tags(path: Path) -> PageTags:
    """Return the tags of a page, parsed once."""
    return PageTags(path)


@pytest.fixture(scope="session")
def sample_release(sample_warehouse: Path, build_once: Callable[..., Path]) -> Path:
    """A warehouse with the release of the sample; read only."""

    def make(folder: Path) -> None:
        shutil.copy(database_path(sample_warehouse), folder)
        for name in ("archive", "parquet"):
            (folder / name).symlink_to(sample_warehouse / name)
        releases.publish(folder)

    return build_once("sample-release", make)


@pytest.fixture(scope="session")
def render_pages(sample_release: Path) -> Callable[..., object]:
    """A function that renders the evidence images of the sample, each page once."""

    @cache
    def render(report_id: str, page: int) -> bytes:
        return page_image(sample_release, report_id, page, small=True)

    def render_all(pages: Iterable[ReportPage]) -> Iterable[tuple[ReportPage, bytes]]:
        return [(page, render(*page)) for page in pages]

    return render_all


@pytest.fixture(scope="session")
def site(sample_release: Path, render_pages: Callable[..., object], build_once: Callable[..., Path]) -> Path:
    """The website of the sample without the SQL box; read only."""

    def make(folder: Path) -> None:
        build_website(releases.current(sample_release), folder / "website", render_pages, NO_SQL_BOX)

    return build_once("sample-website", make) / "website"


@pytest.fixture(scope="session")
def hostile_site(released: Path, build_once: Callable[..., Path]) -> Path:
    """The website of a second release, which replaces the texts of a report and its authority by markup.

    Read only.
    """

    def make(folder: Path) -> None:
        warehouse = folder / "warehouse"
        shutil.copytree(released, warehouse)
        report, urn = HOSTILE_REPORT, hostile_urn()
        changes = (
            ("authorities", (urn,), {"name": HOSTILE_TEXT, "region_name": HOSTILE_TEXT}),
            ("publications", (report,), {"title": HOSTILE_TEXT, "provider_url": "https://x/" + HOSTILE_TEXT}),
            (
                "reports",
                (report,),
                {"title": HOSTILE_TEXT, "lead_inspector": HOSTILE_TEXT, "theme": HOSTILE_TEXT},
            ),
            ("findings", (report, 30), {"text": HOSTILE_TEXT}),
            ("recommendations", (report, 1), {"text": HOSTILE_TEXT}),
            ("judgements", (report, "leadership"), {"label": HOSTILE_TEXT}),
            ("sections", (report, 1), {"title": HOSTILE_TEXT}),
        )
        for table, key, values in changes:
            warehouses.change_stored(warehouse, table, key, **values)
        build_database(warehouse)
        build_website(releases.publish(warehouse), folder / "website", sql_box=NO_SQL_BOX)

    return build_once("hostile-website", make) / "website"


def hostile_urn() -> int:
    """Return the URN of the authority of ``hostile_site`` whose name is markup."""
    return sample.reports()[HOSTILE_REPORT][0].urn
