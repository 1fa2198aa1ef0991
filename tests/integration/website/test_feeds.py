"""Feeds: valid Atom and JSON Feed with grades, changes and recommendations."""

import json
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import duckdb
import pytest

from assets.database.build import database_path
from assets.release import releases
from assets.website.queries import read_release
from assets.website.sharing import feeds
from assets.website.sharing.feeds import region_feed, site_feeds
from tests.support.website_fixtures import ADDRESS, HOSTILE_REPORT, HOSTILE_TEXT, hostile_urn, page_tags

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def feed_paths(folder):
    """Return the paths of all feeds without their ending."""
    atom = [path for path in folder.rglob("*.xml") if ElementTree.parse(path).getroot().tag == f"{ATOM}feed"]
    return sorted(path.with_suffix("") for path in atom)


def read_atom(path):
    return ElementTree.parse(path.with_suffix(".xml")).getroot()


def read_json(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def required_text(element, name):
    (found,) = element.findall(f"{ATOM}{name}")
    assert found.text
    assert found.text.strip()
    return found.text


@pytest.mark.parametrize("fixture", ["site", "public_site", "hostile_site"])
def test_atom_feeds_have_what_the_standard_requires(request, fixture):
    for path in feed_paths(request.getfixturevalue(fixture)):
        root = read_atom(path)
        for element in (root, *root.findall(f"{ATOM}entry")):
            assert required_text(element, "id").startswith("urn:uuid:")
            required_text(element, "title")
            assert datetime.fromisoformat(required_text(element, "updated")).tzinfo
        assert required_text(root.find(f"{ATOM}author"), "name")
        assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
        entries = root.findall(f"{ATOM}entry")
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == len(ids) <= feeds.MAX_ENTRIES
        days = [entry.findtext(f"{ATOM}updated") for entry in entries]
        assert days == sorted(days, reverse=True)
        for content in root.iter(f"{ATOM}content"):
            assert content.get("type") == "xhtml"
            assert [child.tag for child in content] == [f"{XHTML}div"]


@pytest.mark.parametrize("fixture", ["site", "public_site", "hostile_site"])
def test_json_feeds_have_the_entries_of_atom(request, fixture):
    for path in feed_paths(request.getfixturevalue(fixture)):
        document, atom = read_json(path), read_atom(path)
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        assert document["title"] == atom.findtext(f"{ATOM}title")
        entries = atom.findall(f"{ATOM}entry")
        assert [item["id"] for item in document["items"]] == [
            entry.findtext(f"{ATOM}id") for entry in entries
        ]
        for item, entry in zip(document["items"], entries, strict=True):
            assert item["url"] == entry.find(f"{ATOM}link").get("href")
            assert item["title"] == entry.findtext(f"{ATOM}title")
            assert item["date_published"] == entry.findtext(f"{ATOM}updated")
            text = "".join(entry.find(f"{ATOM}content").itertext())
            parsed = ElementTree.fromstring(f"<div>{item['content_html']}</div>")
            assert "".join(parsed.itertext()) == text


def test_there_is_a_feed_of_england_each_region_and_authority(site, sample_release):
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        authorities = connection.execute("SELECT urn, region_name FROM authorities").fetchall()
        (published,) = connection.execute("SELECT count(published) FROM publications").fetchone()
    expected = {"data/feed"}
    expected |= {f"authorities/{urn}/feed" for urn, _ in authorities}
    expected |= {region_feed(region) for _, region in authorities}
    assert {path.relative_to(site).as_posix() for path in feed_paths(site)} == expected
    assert len(read_json(site / "data" / "feed")["items"]) == published


def test_entries_have_grades_changes_and_recommendations(site, sample_release):
    query = (
        "SELECT report_id, urn FROM judgement_history JOIN recommendations USING (report_id, urn)"
        " WHERE change = 'improved' AND recommendations.ordinal = 1 ORDER BY ALL LIMIT 1"
    )
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        report_id, urn = connection.execute(query).fetchone()
        (text,) = connection.execute(
            "SELECT text FROM recommendations WHERE report_id = ? AND ordinal = 1", [report_id]
        ).fetchone()
    (item,) = (
        item
        for item in read_json(site / "authorities" / str(urn) / "feed")["items"]
        if item["url"] == f"../../reports/{report_id}/"
    )
    parsed = "".join(ElementTree.fromstring(f"<div>{item['content_html']}</div>").itertext())
    assert text in parsed
    assert ", improved)" in parsed


def test_addresses_are_absolute_if_the_website_has_one(public_site):
    for path in feed_paths(public_site):
        document, atom = read_json(path), read_atom(path)
        own = path.relative_to(public_site).as_posix()
        assert document["feed_url"] == f"{ADDRESS}{own}.json"
        assert document["home_page_url"].startswith(ADDRESS)
        links = [link.get("href") for link in atom.iter() if link.tag in {f"{ATOM}link", f"{XHTML}a"}]
        assert all(link.startswith(ADDRESS) for link in links)
        assert f"{ADDRESS}{own}.xml" in links


def test_links_lead_to_pages(site):
    for path in feed_paths(site):
        for link in read_atom(path).iter():
            if link.tag in {f"{ATOM}link", f"{XHTML}a"}:
                parts = urlsplit(link.get("href"))
                target = path.parent / parts.path
                target = target / "index.html" if target.is_dir() else target
                assert target.is_file(), link.get("href")
                if parts.fragment:
                    assert parts.fragment in page_tags(target.resolve()).ids, link.get("href")


def test_pages_name_their_feeds(site, sample_release):
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        (region,) = connection.execute("SELECT region_name FROM authorities WHERE urn = 80523").fetchone()
    page = site / "authorities" / "80523" / "index.html"
    named = {
        (page.parent / attributes["href"]).resolve().relative_to(site.resolve()).as_posix()
        for tag, attributes in page_tags(page).tags
        if tag == "link" and attributes.get("rel") == "alternate"
    }
    paths = ["authorities/80523/feed", region_feed(region), "data/feed"]
    assert named == {path + ending for path in paths for ending in (".xml", ".json")}


def test_corrected_judgement_is_an_entry_of_its_authority(hostile_site):
    feed = read_json(hostile_site / "authorities" / str(hostile_urn()) / "feed")
    corrected = [item for item in feed["items"] if item["title"].endswith("corrected")]
    assert [item["url"] for item in corrected] == [f"../../reports/{HOSTILE_REPORT}/"]
    assert HOSTILE_TEXT in corrected[0]["title"]
    assert "inadequate" in corrected[0]["content_html"]


def test_feeds_are_bounded_and_updated_when_an_entry_is(site_data):
    for feed in site_feeds(site_data(2 * feeds.MAX_ENTRIES)):
        assert len(feed.entries) <= feeds.MAX_ENTRIES
        assert feed.updated == (feed.entries[0]["day"] if feed.entries else site_data(0).about["day"])


@pytest.fixture
def site_data(sample_release):
    """A function that returns a release's rows with a number of copies of a report on another day each."""
    read = read_release(releases.current(sample_release))

    def make(copies):
        first = read.results["reports"][0]
        extra = [
            {
                **first,
                "report_id": f"{number}",
                "url": f"{number}",
                "published": date.fromordinal(700_000 + number),
            }
            for number in range(copies)
        ]
        results = {**read.results, "reports": [*read.results["reports"], *extra]}
        return replace(read, results=results)

    return make


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Yorkshire and the Humber", "data/feeds/yorkshire-and-the-humber"),
        ("../../x", "data/feeds/x"),
        ("<>", "data/feeds/region"),
    ],
)
def test_path_of_a_region_is_safe(name, path):
    assert region_feed(name) == path
