"""Figures for publication: charts and maps as SVG files that are complete on their own.

A figure adds to a chart what a reader needs outside the website: title, subtitle, legend, source and release.
Its colours are those of the website in light mode, written as values, because programs other than browsers do
not know CSS variables. What the charts show is decided in ``charts`` and ``geography``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap

from jinja2 import Environment

from assets.schema.vocabularies import GRADES
from assets.website import labels
from assets.website.charts import Chart
from assets.website.geography import MapChart
from assets.website.queries import SiteData

#: Folder of the figures within the website.
FOLDER = "national/figures"

_STYLE_SHEET = Path(__file__).parent / "static" / "style.css"
_VARIABLE = re.compile(r"var\((--[\w-]+)(?:,\s*((?:[^()]|\([^()]*\))*))?\)")
#: Layout in units of the chart: margin, gap between parts, height of a line of the legend.
_MARGIN, _GAP, _LEGEND_HEIGHT = 20.0, 10.0, 24.0
#: Width of a legend entry: the swatch with its gaps, and each character of its label.
_SWATCH_WIDTH, _LEGEND_CHARACTER = 40, 7.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart or map with what is printed around it.

    Attributes:
        name: Stem of the file name, unique within the website.
        title: What the figure shows.
        subtitle: Measure, population and date, with the number of cases.
        source: Source, release and licence.
        template: Template of the chart.
        chart: The chart that the template draws.
        grades: Grades in the legend.
        page: Address of the page that shows the figure, relative to the website's root.
        numbers: Address of the CSV file with the numbers, relative to the website's root.
        note: What a reader must know; empty if nothing.
        has_file: Whether the website has an SVG file of the figure. If not, its page has a copy for download.
    """

    name: str
    title: str
    subtitle: str
    source: str
    template: str
    chart: Chart | MapChart
    grades: Sequence[str]
    page: str
    numbers: str
    note: str = ""
    has_file: bool = True

    @property
    def path(self) -> str:
        """The path of the figure's file within the website."""
        return f"{FOLDER}/{self.name}.svg"

    def citation(self, website: str) -> str:
        """Return how to cite the figure, given the address of the website."""
        return f"{self.title}. {self.subtitle} {self.source} {website}{self.page}"

    def embed_code(self, website: str) -> str:
        """Return HTML that shows the figure's file on another website, with its source and a link."""
        page, file, title, source = (
            escape(text)
            for text in (f"{website}{self.page}", f"{website}{self.path}", self.title, self.source)
        )
        return (
            f'<figure>\n<a href="{page}"><img src="{file}" alt="{title}" style="max-width: 100%"></a>\n'
            f"<figcaption>{title}. {source}</figcaption>\n</figure>"
        )


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A class of text in figures: distance of lines, and the estimated width of a character."""

    name: str
    line_height: float
    character_width: float


_TITLE = TextStyle("figure-title", 24, 9.6)
_TEXT = TextStyle("figure-text", 17, 6.3)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a figure are, in units of its chart, from the top left.

    Attributes:
        width: Width of the figure.
        height: Height of the figure.
        texts: Class, x, y of the baseline, and text of each line.
        legend: Grade, x and y of the centre of each entry.
        chart_x: Left edge of the chart.
        chart_y: Upper edge of the chart.
    """

    width: float
    height: float
    texts: Sequence[tuple[str, float, float, str]]
    legend: Sequence[tuple[str, float, float]]
    chart_x: float
    chart_y: float


def layout(figure: Figure) -> Layout:
    """Arrange a figure: title, subtitle, legend, chart, note and source, each broken into lines that fit."""
    chart = figure.chart
    texts: list[tuple[str, float, float, str]] = []
    y = _MARGIN

    def add(text: str, style: TextStyle) -> None:
        nonlocal y
        for line in wrap(text, int(chart.width / style.character_width)):
            y += style.line_height
            texts.append((style.name, _MARGIN, y - style.line_height / 3, line))

    add(figure.title, _TITLE)
    add(figure.subtitle, _TEXT)
    y += _GAP
    legend = list(_legend(figure.grades, y, chart.width))
    chart_y = (legend[-1][2] + _LEGEND_HEIGHT / 2 if legend else y) + _GAP
    y = chart_y + chart.height + _GAP
    add(figure.note, _TEXT)
    add(figure.source, _TEXT)
    return Layout(chart.width + 2 * _MARGIN, y + _MARGIN, texts, legend, _MARGIN, chart_y)


def _legend(grades: Iterable[str], top: float, width: float) -> Iterator[tuple[str, float, float]]:
    x, y = 0.0, top + _LEGEND_HEIGHT / 2
    for grade in grades:
        entry_width = _SWATCH_WIDTH + len(labels.grade_label(grade)) * _LEGEND_CHARACTER
        if x and x + entry_width > width:
            x, y = 0.0, y + _LEGEND_HEIGHT
        yield grade, _MARGIN + x, y
        x += entry_width


def source_line(site: SiteData) -> str:
    """Return the source of every figure of a release that shows what reports say."""
    return f"Source: Ofsted’s inspection reports, as read by {release_line(site)}. {site.about['licence']}."


def release_line(site: SiteData) -> str:
    """Return the name of the dataset, its release and its day."""
    day = labels.long_date(site.about["day"])
    return f"{site.about['title']}, release {site.manifest['version']}, data as at {day}"


def write_figures(website: Path, figures: Iterable[Figure], templates: Environment) -> None:
    """Write each figure as an SVG file below the folder of the website."""
    template, style = templates.get_template("charts/figure.svg"), figure_style(templates)
    (website / FOLDER).mkdir(parents=True)
    for figure in figures:
        text = template.render(figure=figure, layout=layout(figure), style=style)
        (website / figure.path).write_text(text, encoding="utf-8")


def figure_style(templates: Environment) -> str:
    """Return the style sheet of figures: the rules of charts with the colours of light mode as values."""
    rules = templates.get_template("charts/charts.css").render(grades=GRADES)
    return resolve_variables(rules, light_colours())


def light_colours() -> Mapping[str, str]:
    """Return the CSS variables of the website's style sheet in light mode, by name."""
    text = _STYLE_SHEET.read_text(encoding="utf-8")
    start = text.index(":root {")
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", text[start : text.index("}", start)]))


def resolve_variables(css: str, variables: Mapping[str, str]) -> str:
    """Return a style sheet with each ``var()`` replaced by its value, or by its fallback if it has none.

    Raises:
        KeyError: A variable has neither a value nor a fallback.
    """

    def value(match: re.Match[str]) -> str:
        name, fallback = match.groups()
        return variables[name] if name in variables or fallback is None else fallback

    while _VARIABLE.search(css):
        css = _VARIABLE.sub(value, css)
    return css
