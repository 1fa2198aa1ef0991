"""The pages about themes: one per theme with the sentences that mention it, and a list of all themes.

Each text (a finding or a recommendation) counts once per theme. Shares are of all texts with the same area,
grade, region or year.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assets.schema.vocabularies import AREAS, GRADES
from assets.website import labels
from assets.website.queries import Row, Rows, SiteData, aligned, rows_by_value

#: Sentences on the page of a theme, the newest; the CSV file has all of them.
MAX_SENTENCES = 250
#: Shares of fewer texts than this are not stated, because they would mislead.
_MIN_TEXTS = 30


@dataclass(frozen=True, slots=True)
class _Dimension:
    """A property of texts by which shares are counted.

    ``column`` is its column in ``text_counts`` and ``theme_sentences``; ``label`` and ``sort_key`` say how
    its values are displayed.
    """

    title: str
    column: str
    label: Callable[[Any], str]
    sort_key: Callable[[Any], Any]


_DIMENSIONS = (
    _Dimension("Area", "area", labels.area_label, lambda code: labels.sort_key(AREAS, code)),
    _Dimension("Grade of the area", "grade", labels.grade_label, lambda code: labels.sort_key(GRADES, code)),
    _Dimension("Region", "region_name", str, str),
    _Dimension("Year of publication", "publication_year", str, lambda year: -year),
)


def theme_pages(site: SiteData) -> Iterator[tuple[str, str, Row, Mapping[str, Rows]]]:
    """Yield the folder, template, variables and CSV files of each theme's page, then those of the list."""
    definitions = {row["theme"]: row for row in site.results["theme_definitions"]}
    figures = site.grouped("theme_figures", "theme")
    counts = site.results["text_counts"]
    totals = {dimension.column: _count(counts, dimension.column) for dimension in _DIMENSIONS}
    text_count = sum(row["texts"] for row in counts)
    reports = aligned(definitions, site.stream_groups("theme_reports", "theme"))
    texts = rows_by_value(site.release, "theme_sentences", "theme", definitions)
    summaries: Rows = []
    for (theme, theme_reports), (_, sentences) in zip(reports, texts, strict=True):
        summary = {
            **definitions[theme],
            "texts": len(sentences),
            "text_count": text_count,
            "indicators": _indicators(figures.get(theme, [])),
        }
        summaries.append(summary)
        context = {
            **summary,
            "shares": [_shares(dimension, totals[dimension.column], sentences) for dimension in _DIMENSIONS],
            "sentences": sentences[:MAX_SENTENCES],
            "filters": _filters(sentences[:MAX_SENTENCES]),
        }
        files = {"sentences.csv": sentences}
        if theme_reports:
            files["reports.csv"] = theme_reports
        yield f"{theme}/", "theme.html", context, files
    yield "", "themes.html", {"themes": summaries}, {}


def _count(rows: Iterable[Row], column: str) -> Counter[Any]:
    """Return the number of texts by the values of a column; each row stands for one text or for ``texts``."""
    counts: Counter[Any] = Counter()
    for row in rows:
        counts[row[column]] += row.get("texts", 1)
    return counts


def _shares(dimension: _Dimension, totals: Counter[Any], sentences: Rows) -> Row:
    """Return the share of texts that mention a theme, by the values of a dimension.

    ``width`` is the length of a row's bar in per cent of the longest one.
    """
    mentions = _count(sentences, dimension.column)
    shares = {
        value: mentions[value] / total
        for value, total in totals.items()
        if value is not None and total >= _MIN_TEXTS
    }
    longest = max(shares.values(), default=0) or 1
    return {
        "title": dimension.title,
        "rows": [
            {
                "label": dimension.label(value),
                "texts": mentions[value],
                "text_count": totals[value],
                "share": shares[value],
                "width": round(100 * shares[value] / longest),
            }
            for value in sorted(shares, key=dimension.sort_key)
        ],
    }


def _filters(sentences: Rows) -> Mapping[str, list[Any]]:
    """Return the values by which the sentences of a page can be filtered, by column, in order."""
    return {
        dimension.column: sorted(
            {row[dimension.column] for row in sentences} - {None}, key=dimension.sort_key
        )
        for dimension in _DIMENSIONS
    }


def _indicators(rows: Rows) -> Rows:
    """Return the indicators that are paired with a theme, each with its ``figures`` by year.

    Args:
        rows: Rows of ``sql/website/theme_figures.sql`` for one theme.
    """
    indicators: dict[str, Row] = {}
    for row in rows:
        indicator = indicators.setdefault(row["indicator"], {**row, "figures": []})
        indicator["figures"].append(row)
    return list(indicators.values())
