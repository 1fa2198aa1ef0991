"""Figures for publication: complete on their own, with the numbers of the release."""

import re
from xml.etree import ElementTree

import pytest

from assets.schema.vocabularies import AREAS
from assets.website.charts import Chart
from assets.website.figures import Figure, layout, light_colours, resolve_variables

SVG = "{http://www.w3.org/2000/svg}"


def figure(**changes):
    values = {
        "name": "name",
        "title": "Title",
        "subtitle": "Subtitle.",
        "source": "Source.",
        "template": "charts/columns.svg",
        "chart": Chart(300, 100),
        "grades": (),
        "page": "national/#in_care",
        "numbers": "national/in_care.csv",
    }
    return Figure(**values | changes)


def test_variables_are_replaced_by_values_and_fallbacks():
    colours = {"--a": "var(--b)", "--b": "#123456"}
    css = "x { fill: var(--a); stroke: var(--missing, var(--b, red)); }"
    assert resolve_variables(css, colours) == "x { fill: #123456; stroke: #123456; }"
    with pytest.raises(KeyError):
        resolve_variables("x { fill: var(--missing); }", colours)


def test_colours_are_those_of_light_mode():
    assert light_colours()["--ground"] == "#fff"


def test_long_texts_and_legends_are_broken_into_lines_above_the_chart():
    short = layout(figure())
    long = layout(figure(title="word " * 30, grades=["outstanding", "good", "requires_improvement"]))
    assert len(long.texts) > len(short.texts)
    assert long.chart_y > short.chart_y
    assert len({y for _, _, y in long.legend}) > 1
    title_and_legend = [y for name, _, y, _ in long.texts if name == "figure-title"]
    title_and_legend += [y for _, _, y in long.legend]
    assert max(title_and_legend) < long.chart_y
    assert long.height > long.chart_y + 100 > short.chart_y + 100


def test_embed_code_and_citation_escape_and_link():
    embedded = figure(title='"<b>&', source="<i>").embed_code("https://x/")
    assert "&quot;&lt;b&gt;&amp;" in embedded
    assert "<b>" not in embedded
    assert "<i>" not in embedded
    assert 'src="https://x/national/figures/name.svg"' in embedded
    assert figure().citation("https://x/") == "Title. Subtitle. Source. https://x/national/#in_care"


def test_every_file_is_complete_on_its_own(site):
    files = sorted((site / "national" / "figures").glob("*.svg"))
    assert {path.stem for path in files} >= {
        f"map-{area.code}" for area in AREAS.values() if area.wide_column
    }
    assert "coverage" in {path.stem for path in files}
    assert any(path.stem.endswith("-by-year") for path in files)
    assert any(path.stem.endswith("-by-region") for path in files)
    for path in files:
        text = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        lines = [element.text for element in root.findall(f"{SVG}text")]
        shown = " ".join(lines)
        assert "Source: Ofsted" in shown, path
        assert re.search(r"\bn = \d|n: number", shown), path
        assert re.search(r"\b20\d\d\b", shown), path
        style = root.find(f"{SVG}style").text
        assert "var(" not in style, path
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|href=", text), path


def test_map_figure_has_the_grades_of_the_home_page(site):
    home = (site / "index.html").read_text(encoding="utf-8")
    for area in (area.code for area in AREAS.values() if area.wide_column):
        root = ElementTree.parse(site / "national" / "figures" / f"map-{area}.svg").getroot()
        grades = [path.get("class").removeprefix("bar ") for path in root.iter(f"{SVG}path")]
        shown = re.findall(rf'<path class="[^"]*\b{area}-(\w+)', home)
        assert [grade or "none" for grade in grades] == shown
        assert len(set(shown)) > 2


def test_page_of_an_authority_has_a_copy_of_its_timeline(site):
    page = (site / "authorities" / "80442" / "index.html").read_text(encoding="utf-8")
    assert page.count('<template data-figure="timeline-80442"') == 1
    assert "Source: Ofsted’s inspection reports" in page


def test_markup_in_names_is_text_in_figures(hostile_site):
    for path in (hostile_site / "national" / "figures").glob("*.svg"):
        root = ElementTree.parse(path).getroot()
        assert {element.tag for element in root.iter()} <= {
            f"{SVG}{name}"
            for name in "svg style rect text g title desc line path circle defs pattern".split()
        }
