"""Building the website: complete, valid, reproducible, safe from markup in texts."""

import filecmp
import json
import posixpath
import shutil
from urllib.parse import unquote, urlsplit

import dagster as dg
import duckdb
import pytest

from assets.release import releases
from assets.release.formats.duckdb import DATABASE
from assets.resources import Warehouse
from assets.website.assets import website
from assets.website.build import WebsiteError, build_website
from assets.website.queries import read_release
from assets.website.search_index import authority_names, filter_choices, write_search_index
from tests.support.website_fixtures import ADDRESS, MISTAKES_ADDRESS, NO_SQL_BOX, page_tags


def html_files(folder):
    return sorted(folder.rglob("*.html"))


@pytest.mark.slow
def test_no_link_is_broken(site):
    broken, files = [], set(relative_files(site))
    for page in html_files(site):
        folder = page.parent.relative_to(site).as_posix()
        for tag, attributes in page_tags(page).tags:
            if tag not in {"a", "link", "script", "img"}:
                continue
            address = attributes.get("href") or attributes.get("src")
            if address is None:  # a block of data
                continue
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme == "https", address
                continue
            path = unquote(parts.path) or page.name
            target = posixpath.normpath(path.lstrip("/") if path[0] == "/" else posixpath.join(folder, path))
            if target not in files:
                target = posixpath.normpath(posixpath.join(target, "index.html"))
            # A fragment with a parameter is a query of the SQL page.
            is_anchor = parts.fragment and "=" not in parts.fragment
            if target not in files or (is_anchor and parts.fragment not in page_tags(site / target).ids):
                broken.append(f"{page.relative_to(site)}: {address}")
    assert broken == []


def test_footer_of_every_page_names_the_release(site, sample_release):
    version = releases.current(sample_release).name
    for page in html_files(site):
        footer = page.read_text(encoding="utf-8").partition("<footer>")[2]
        assert f'releases/">{version}</a>' in footer, page


def test_search_index_is_the_same_in_any_process(site, sample_release, tmp_path):
    """``build_website`` writes it in a second process."""
    release, written = releases.current(sample_release), site / "search" / "index"
    data = read_release(release)
    write_search_index(release, filter_choices(data), authority_names(data), tmp_path / "index")
    assert relative_files(tmp_path / "index") == relative_files(written) != []
    for path in relative_files(written):
        assert (tmp_path / "index" / path).read_bytes() == (written / path).read_bytes(), path


def test_texts_that_are_not_numbered_in_order_are_an_error(folder, tmp_path):
    """Otherwise a search would show the text after the one that it found."""
    shutil.copy(folder / DATABASE, tmp_path)
    with duckdb.connect(tmp_path / DATABASE) as connection:
        connection.execute("DELETE FROM search_documents WHERE document = 5")
    with pytest.raises(ValueError, match=r"^the texts of the search are not numbered in order: 6$"):
        write_search_index(tmp_path, {}, {}, tmp_path / "index")


def test_pages_are_small(site):
    for page in html_files(site):
        assert page.stat().st_size < 300_000, page


def assert_no_inline_code(folder):
    """Assert that no page has inline scripts or styles, and that each forbids them by its policy."""
    for page in html_files(folder):
        parsed = page_tags(page)
        scripts = [attributes for tag, attributes in parsed.tags if tag == "script"]
        inline = [attributes for attributes in scripts if not attributes.get("src")]
        # A block of data is not code: browsers do not run it, and the policy does not concern it.
        assert all(attributes == {"type": "application/ld+json"} for attributes in inline), page
        assert "<" not in parsed.script_text, page
        assert bool(inline) == (page == folder / "data" / "index.html")
        assert "style" not in {tag for tag, _ in parsed.tags}, page
        assert not [
            tag
            for tag, attributes in parsed.tags
            if any(key == "style" or key.startswith("on") for key in attributes)
        ], page
        (policy,) = (
            attributes["content"]
            for tag, attributes in parsed.tags
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert ("wasm-unsafe-eval" in policy) == (page == folder / "data" / "sql" / "index.html")


def test_pages_have_no_inline_code(site):
    assert_no_inline_code(site)


@pytest.mark.slow
def test_markup_in_texts_adds_no_elements(hostile_site):
    assert_no_inline_code(hostile_site)
    for page in html_files(hostile_site):
        assert ("img", "x") not in {(tag, attributes.get("src")) for tag, attributes in page_tags(page).tags}


@pytest.mark.slow
def test_same_release_gives_same_bytes(site, sample_release, render_pages, tmp_path):
    build_website(releases.current(sample_release), tmp_path / "again", render_pages, NO_SQL_BOX)
    files = relative_files(site)
    assert files == relative_files(tmp_path / "again")
    _, different, missing = filecmp.cmpfiles(site, tmp_path / "again", files, shallow=False)
    assert (different, missing) == ([], [])


def relative_files(folder):
    return [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]


@pytest.mark.slow
def test_unsafe_report_id_keeps_the_previous_website(folder, tmp_path):
    release, previous = tmp_path / folder.name, tmp_path / "website" / "index.html"
    shutil.copytree(folder, release)
    with duckdb.connect(release / "inspections.duckdb") as connection:
        connection.execute(
            "INSERT INTO publications SELECT * REPLACE ('../../up' AS report_id) FROM publications LIMIT 1"
        )
    previous.parent.mkdir()
    previous.write_text("previous website", encoding="utf-8")
    with pytest.raises(WebsiteError, match=r"\.\./\.\./up"):
        build_website(release, previous.parent, sql_box=NO_SQL_BOX)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([release.name, "website"])
    assert relative_files(previous.parent) == ["index.html"]
    assert previous.read_text(encoding="utf-8") == "previous website"


def test_unwritable_folder_is_reported(sample_release, tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(WebsiteError, match="cannot write"):
        build_website(releases.current(sample_release), tmp_path / "file" / "website", sql_box=NO_SQL_BOX)


def test_asset_needs_a_release(tmp_path):
    with pytest.raises(dg.Failure, match="no release"):
        website(dg.build_asset_context(), warehouse=Warehouse(folder=str(tmp_path)))


@pytest.mark.slow
def test_asset_replaces_the_previous_website(sample_release, tmp_path, monkeypatch):
    monkeypatch.setenv("INSPECTIONS_WEBSITE_URL", ADDRESS)
    monkeypatch.setenv("INSPECTIONS_MISTAKES_ADDRESS", MISTAKES_ADDRESS)
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    for name in ("archive", "parquet", "releases"):
        (warehouse / name).symlink_to(sample_release / name)
    (warehouse / "website").mkdir()
    (warehouse / "website" / "previous.html").touch()
    result = website(dg.build_asset_context(), warehouse=Warehouse(folder=str(warehouse)))
    built = warehouse / "website"
    assert not (built / "previous.html").exists()
    assert result.metadata["version"] == releases.current(sample_release).name
    feeds = [*built.rglob("feed.*"), *(built / "data" / "feeds").iterdir()]
    others = ["robots.txt", "sitemap.xml"]
    assert result.metadata["pages"] == len([*html_files(built), *feeds, *others])
    assert list((warehouse / "website" / "reports").rglob("page-*.png"))
    page = (built / "reports" / "2755760" / "index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{ADDRESS}reports/2755760/">' in page
    assert f'data-mistake-link="{MISTAKES_ADDRESS}?subject=' in page


def test_downloads_are_the_release(site, sample_release):
    release = releases.current(sample_release)
    assert relative_files(site / "downloads") == relative_files(release)
    index = json.loads((site / "downloads" / "index.json").read_text(encoding="utf-8"))
    assert index["version"] == release.name
