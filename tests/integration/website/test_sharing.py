"""Metadata for sharing and discovery: descriptions, canonical links, preview pictures, sitemap, 404 page."""

from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image

from assets.settings import SettingsError, read_settings
from assets.website.sharing.addresses import Addresses
from assets.website.sharing.cards import HEIGHT, WIDTH, Card, draw_card
from tests.support.website_fixtures import ADDRESS, HOSTILE_REPORT, HOSTILE_TEXT, page_tags

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed_pages(site):
    return sorted(path for path in site.rglob("*.html") if path.name != "404.html")


def metadata(page):
    """Return the content of a page's meta elements by name or property."""
    return {
        attributes.get("name") or attributes.get("property"): attributes["content"]
        for tag, attributes in page_tags(page).tags
        if tag == "meta" and "content" in attributes
    }


def canonical_links(page):
    return [
        attributes["href"]
        for tag, attributes in page_tags(page).tags
        if tag == "link" and attributes.get("rel") == "canonical"
    ]


def test_every_page_has_its_address_and_picture(public_site):
    pictures = set()
    for page in listed_pages(public_site):
        address = ADDRESS + page.relative_to(public_site).as_posix().removesuffix("index.html")
        assert canonical_links(page) == [address]
        values = metadata(page)
        assert values["og:url"] == address
        assert values["og:title"]
        assert values["og:description"] == values["description"]
        picture = public_site / values["og:image"].removeprefix(ADDRESS)
        assert picture.is_file(), page
        pictures.add(picture)
    assert pictures == set(public_site.rglob("card.png"))
    for picture in pictures:
        with Image.open(picture) as image:
            assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
        assert picture.stat().st_size < 20_000


def test_descriptions_are_sentences_of_their_own(site):
    descriptions = [metadata(page)["description"] for page in listed_pages(site)]
    assert all(40 < len(text) < 500 for text in descriptions)
    assert len(set(descriptions)) == len(descriptions)


def test_titles_are_distinct(site):
    titles = [metadata(page)["og:title"] for page in listed_pages(site)]
    assert len(set(titles)) == len(titles)
    assert metadata(site / "reports" / "2755760" / "index.html")["og:title"] == (
        "Sheffield, inspection, 21 February 2014"
    )


def test_without_a_public_address_nothing_is_absolute(site):
    assert not list(site.rglob("card.png"))
    assert not (site / "sitemap.xml").exists()
    for page in listed_pages(site):
        assert canonical_links(page) == []
        assert not {"og:url", "og:image"} & metadata(page).keys()
    assert (site / "robots.txt").read_text(encoding="utf-8") == "User-agent: *\nAllow: /\n"


def test_sitemap_lists_every_page(public_site):
    locations = [
        element.text for element in ElementTree.parse(public_site / "sitemap.xml").iter(f"{SITEMAP}loc")
    ]
    expected = [canonical for page in listed_pages(public_site) for canonical in canonical_links(page)]
    assert sorted(locations) == sorted(expected)
    assert f"Sitemap: {ADDRESS}sitemap.xml\n" in (public_site / "robots.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("fixture", "root"), [("site", "/"), ("public_site", "/statistics/")])
def test_404_page_works_at_any_depth(request, fixture, root):
    page = request.getfixturevalue(fixture) / "404.html"
    links = [
        address
        for tag, attributes in page_tags(page).tags
        for address in [attributes.get("href") or attributes.get("src")]
        if address and tag in {"a", "link", "script"} and not urlsplit(address).scheme
    ]
    assert links
    assert all(link.startswith((root, "#")) for link in links)
    assert metadata(page)["robots"] == "noindex"


def test_markup_in_names_stays_text_in_metadata(hostile_site):
    values = metadata(hostile_site / "reports" / HOSTILE_REPORT / "index.html")
    assert HOSTILE_TEXT in values["og:title"]
    assert HOSTILE_TEXT in values["description"]


def pixels(png):
    with Image.open(BytesIO(png)) as image:
        return image.convert("RGB")


def test_card_shows_grades_in_their_colours():
    card = Card("Sheffield", "Inspection", [("Leaders", "good"), ("Care leavers", None), ("New", "no_such")])
    png = draw_card(card, "Inspections")
    assert png == draw_card(card, "Inspections")
    colours = {colour for _, colour in pixels(png).getcolors()}
    assert (0x8C, 0xC3, 0xE4) in colours  # good
    assert (0xDF, 0xE3, 0xE6) in colours  # no grade
    assert (0x99, 0x33, 0x0F) not in colours  # inadequate
    assert (
        pixels(png).tobytes() != pixels(draw_card(Card("Sheffield", "Inspection"), "Inspections")).tobytes()
    )


@pytest.mark.parametrize(
    "title", ["", "W" * 200, "long name " * 40, HOSTILE_TEXT, "Ynys Môn – ’quoted’ 漢字"]
)
def test_card_keeps_its_margins(title):
    card = Card(title, title * 3, [(title, "inadequate")] * 9)
    picture = pixels(draw_card(card, "Inspections"))
    white = (255, 255, 255)
    below_band = picture.crop((0, 100, WIDTH, HEIGHT))
    for edge in ((0, 0, 50, below_band.height), (WIDTH - 50, 0, WIDTH, below_band.height)):
        assert below_band.crop(edge).getcolors() == [(50 * below_band.height, white)]


@pytest.mark.parametrize(
    ("mistakes", "title_name"),
    [
        ("mailto:data@inspections.example", "subject"),
        ("https://tracker.example/new?template=value.yml", "title"),
        ("https://tracker.example/new", "title"),
    ],
)
def test_link_that_reports_a_mistake_is_filled_in(mistakes, title_name):
    link = Addresses(mistakes=mistakes).mistake_link("Report 1 & more", page=3, value="x" * 300, section=None)
    assert "+" not in link
    parts = urlsplit(link)
    assert link.startswith(mistakes)
    query = parse_qs(parts.query)
    assert query[title_name] == ["Report 1 & more"]
    assert query["body"] == [f"page: 3\nvalue: {'x' * 100}…\n\n"]
    assert ("template" in query) == ("template" in mistakes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INSPECTIONS_WEBSITE_URL", "inspections.example"),
        ("INSPECTIONS_WEBSITE_URL", "javascript:alert(1)"),
        ("INSPECTIONS_WEBSITE_URL", "https://inspections.example/?page=1"),
        ("INSPECTIONS_WEBSITE_URL", 'https://inspections.example/"><script>'),
        ("INSPECTIONS_MISTAKES_ADDRESS", "data@inspections.example"),
        ("INSPECTIONS_MISTAKES_ADDRESS", "http://tracker.example/new"),
        ("INSPECTIONS_MISTAKES_ADDRESS", "mailto:data@inspections.example?bcc=x"),
    ],
)
def test_address_that_cannot_be_used_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}=.* cannot be used"):
        read_settings()
