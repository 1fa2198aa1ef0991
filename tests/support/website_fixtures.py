"""Fixtures of the website: releases and the websites built from them, each once per run of the tests.

A pytest plugin, because integration tests and browser tests share these fixtures. Those that need a browser
are in ``tests/browser/conftest.py``.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from assets.database.build import database_path
from assets.database.sql_files import read_definitions, sql_folder
from assets.extraction.evidence import ReportPage, page_image
from assets.release import releases
from assets.release.diff import compare
from assets.release.manifest import write_json
from assets.website.build import build_website
from assets.website.sharing.addresses import Addresses
from tests.support import sample

NO_SQL_BOX = Path("nonexistent")
#: Addresses of ``public_site``.
ADDRESS = "https://inspections.example/statistics/"
MISTAKES_ADDRESS = "mailto:data@inspections.example"
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

    @cached_property
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


@pytest.fixture(scope="module")
def database(sample_release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of ``sample_release``, to compare a page with."""
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        yield connection


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
def public_site(sample_release: Path, build_once: Callable[..., Path]) -> Path:
    """The website of the sample with a public address and an address for mistakes; read only."""

    def make(folder: Path) -> None:
        addresses = Addresses(ADDRESS.rstrip("/"), MISTAKES_ADDRESS)
        build_website(
            releases.current(sample_release), folder / "website", sql_box=NO_SQL_BOX, addresses=addresses
        )

    return build_once("public-website", make) / "website"


@pytest.fixture(scope="session")
def hostile_site(sample_release: Path, build_once: Callable[..., Path]) -> Path:
    """The website of a second release, which replaces texts of a report and its authority by markup.

    The second release also changes the grade of a judgement. Read only.
    """

    def make(folder: Path) -> None:
        first = releases.current(sample_release)
        second = folder / f"{first.name}.1"
        (folder / first.name).symlink_to(first)
        shutil.copytree(first, second)
        database = second / releases.DATABASE
        with duckdb.connect(database) as connection:
            for statement, *parameters in hostile_statements():
                connection.execute(statement, parameters)
            for definition in read_definitions(sql_folder()):
                if definition.folder == "tables":
                    connection.execute(f"DROP TABLE {definition.name}")
                    connection.execute(definition.statement)
            connection.execute(
                f"COPY (FROM authorities ORDER BY urn <> {hostile_urn()}, urn)"
                f" TO '{second / 'parquet' / 'authorities.parquet'}'"
            )
        changes = compare(database, first / releases.DATABASE)
        write_json(second / "changes.json", {"version": second.name, "previous": first.name, **changes})
        manifest = json.loads((second / releases.INDEX).read_text(encoding="utf-8"))
        write_json(second / releases.INDEX, {**manifest, "version": second.name, "previous": first.name})
        build_website(second, folder / "website", sql_box=NO_SQL_BOX)

    return build_once("hostile-website", make) / "website"


def hostile_statements() -> Iterator[tuple[str, ...]]:
    """Yield the statements that change a database for ``hostile_site``, with their parameters."""
    text, report, urn = HOSTILE_TEXT, HOSTILE_REPORT, str(hostile_urn())
    yield "UPDATE authorities SET name = $1, region_name = $1 WHERE urn = $2", text, urn
    yield (
        "UPDATE publications SET title = $1, provider_url = 'https://x/' || $1 WHERE report_id = $2",
        text,
        report,
    )
    yield "UPDATE reports SET title = $1, lead_inspector = $1, theme = $1 WHERE report_id = $2", text, report
    yield "UPDATE findings SET text = $1 WHERE report_id = $2 AND ordinal = 30", text, report
    yield "UPDATE recommendations SET text = $1 WHERE report_id = $2 AND ordinal = 1", text, report
    yield "UPDATE judgements SET label = $1 WHERE report_id = $2 AND area = 'leadership'", text, report
    yield "UPDATE judgements SET grade = 'inadequate' WHERE report_id = $1 AND area = 'leadership'", report
    yield "UPDATE sections SET title = $1 WHERE report_id = $2 AND ordinal = 1", text, report


def hostile_urn() -> int:
    """Return the URN of the authority of ``hostile_site`` whose name is markup."""
    return sample.reports()[HOSTILE_REPORT][0].urn
