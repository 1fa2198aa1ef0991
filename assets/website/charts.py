"""Charts as data: coordinates and labels that the templates in ``templates/charts`` draw as SVG.

Coordinates are in units of the chart, with the origin at the top left. Every shape has a title that states in
words what it shows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.schema.vocabularies import AREAS
from assets.website import labels
from assets.website.labels import area_label, family_label, grade_label, long_date

Row = Mapping[str, Any]
Rows = Sequence[Row]
ToX = Callable[[date], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: position and size, the grade that colours it, the label on it, its title.

    ``is_faint`` marks a bar that stands for so few cases that it must not be compared with the others.
    """

    x: float
    y: float
    width: float
    height: float
    grade: str
    label: str
    title: str
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """A visit on the timeline: its position, the family of its report, its title."""

    x: float
    y: float
    family: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The content of a chart: size, left edge of the plot, shapes, axis ticks, labels of rows or columns.

    Ticks and category labels are pairs of a coordinate along their axis and a text; so are ``counts``, the
    numbers of cases below the category labels. ``short_categories`` are labels for narrow screens.
    """

    width: float
    height: float
    plot_left: float = 0
    bars: Sequence[Bar] = ()
    markers: Sequence[Marker] = ()
    ticks: Sequence[tuple[float, str]] = ()
    categories: Sequence[tuple[float, str]] = ()
    short_categories: Sequence[tuple[float, str]] = ()
    counts: Sequence[tuple[float, str]] = ()


_PLOT_LEFT, _PLOT_RIGHT, _ROW_HEIGHT, _BAR_HEIGHT, _PLOT_TOP = 235.0, 955.0, 30.0, 22.0, 26.0
#: Estimated width of a character of a bar's label.
_CHARACTER_WIDTH = 6.4
#: Smallest bars that have room for a number: height of a column, width of a row's segment.
_MIN_LABELLED_HEIGHT, _MIN_LABELLED_WIDTH = 13, 14


def timeline_chart(judgements: Iterable[Row], visits: Iterable[Row], end: date) -> Chart | None:
    """Return an authority's grades over time up to ``end``, one row per area, and its visits below them.

    A grade's bar extends to the next inspection of the same family, even if that inspection does not judge
    the area: an inspection replaces all grades of the previous one.

    Args:
        judgements: Rows of ``sql/website/judgements.sql``.
        visits: Rows of ``sql/website/reports.sql``.
        end: Last day of grades that are still current.

    Returns:
        The chart; None if there are neither dated grades nor dated visits.
    """
    graded = [row for row in judgements if row["grade"] and row["judged_on"]]
    visits = [row for row in visits if row["inspection_start"] or row["published"]]
    if not graded and not visits:
        return None
    days = [row["judged_on"] for row in graded] + [_visit_day(row) for row in visits]
    first, last = date(min(days).year, 1, 1), max([end, *days])
    total_days = max((last - first).days, 1)

    def to_x(day: date) -> float:
        return float(round(_PLOT_LEFT + (_PLOT_RIGHT - _PLOT_LEFT) * (day - first).days / total_days, 1))

    rows_by_area = _by_displayed_area(graded)
    replaced_on = _replacement_days(graded, last)
    bars: list[Bar] = []
    categories: list[tuple[float, str]] = []
    short: list[tuple[float, str]] = []
    for area in labels.in_order(AREAS, rows_by_area):
        y = _PLOT_TOP + len(categories) * _ROW_HEIGHT
        categories.append((y + _BAR_HEIGHT / 2, area_label(area)))
        short.append((y + _BAR_HEIGHT / 2, labels.area_short_label(area)))
        bars += _timeline_bars(rows_by_area[area], y, to_x, replaced_on)
    markers = []
    if visits:
        y = _PLOT_TOP + len(categories) * _ROW_HEIGHT + _BAR_HEIGHT / 2
        categories.append((y, "Visits, joint inspections"))
        short.append((y, "Visits"))
        markers = [Marker(to_x(_visit_day(row)), y, row["family"], _visit_title(row)) for row in visits]
    ticks = [(to_x(date(year, 1, 1)), str(year)) for year in range(first.year, last.year + 1)]
    height = _PLOT_TOP + len(categories) * _ROW_HEIGHT + 6
    return Chart(960, height, _PLOT_LEFT, bars, markers, ticks, categories, short)


def _by_displayed_area(graded: Rows) -> Mapping[str, Rows]:
    """Return the rows of each area; a grade that combines several areas is in the rows of each of them."""
    rows_by_area: dict[str, list[Row]] = {}
    for row in graded:
        area = AREAS.get(row["area"])
        for code in (area.combines if area else ()) or (row["area"],):
            rows_by_area.setdefault(code, []).append(row)
    return rows_by_area


def _replacement_days(graded: Rows, last: date) -> Mapping[tuple[str, date], date]:
    """Return the day of the next inspection of a family, or ``last``, by family and day of inspection."""
    days: dict[str, set[date]] = {}
    for row in graded:
        days.setdefault(row["family"], set()).add(row["judged_on"])
    return {
        (family, day): next_day
        for family, family_days in days.items()
        for day, next_day in zip(sorted(family_days), [*sorted(family_days)[1:], last], strict=True)
    }


def _timeline_bars(
    rows: Rows, y: float, to_x: ToX, replaced_on: Mapping[tuple[str, date], date]
) -> Iterable[Bar]:
    for row in rows:
        start = row["judged_on"]
        x, end = to_x(start), to_x(replaced_on[row["family"], start])
        width = max(end - x, 3.0)
        title = f"{area_label(row['area'])}: {grade_label(row['grade'])}, {long_date(start)}"
        label = _longest_fitting_label(row["grade"], width)
        yield Bar(x, y, round(width - 1, 1), _BAR_HEIGHT, row["grade"], label, title)


def _longest_fitting_label(grade: str, width: float) -> str:
    """Return the longest form of a grade's label that fits into ``width``; an empty string if none does."""
    for text in labels.grade_abbreviations(grade):
        if len(text) * _CHARACTER_WIDTH + 6 <= width:
            return text
    return ""


def _visit_day(row: Row) -> date:
    day: date = row["inspection_start"] or row["published"]
    return day


def _visit_title(row: Row) -> str:
    theme = f" about {row['theme']}" if row["theme"] else ""
    return f"{family_label(row['family'])}{theme}, {long_date(_visit_day(row))}"


def grades_by_year_chart(rows: Sequence[Row]) -> Chart:
    """Return the share of authorities at each grade, one column per year with its number of authorities.

    Columns of years with few grades are faint (``years_with_few_grades``).

    Args:
        rows: Rows of ``sql/website/region_summary.sql`` for one area and one region.
    """
    graded = {row["year"]: row["graded"] for row in rows}
    years, few = sorted(graded), years_with_few_grades(rows)
    left, top, full_height = 50.0, 8.0, 200.0
    step = (660 - left) / max(len(years), 1)
    width = min(step - 6, 60.0)
    bars: list[Bar] = []
    for index, year in enumerate(years):
        y = top + full_height
        for row in _worst_first(row for row in rows if row["year"] == year):
            height = full_height * row["share"]
            y -= height
            bars.append(
                Bar(
                    round(left + index * step, 1),
                    round(y, 1),
                    round(width, 1),
                    round(max(height - 1, 0.5), 1),
                    row["grade"],
                    str(row["authorities"]) if height >= _MIN_LABELLED_HEIGHT else "",
                    f"{year}: {_share_in_words(row)}",
                    year in few,
                )
            )
    centres = [round(left + index * step + width / 2, 1) for index in range(len(years))]
    categories = [(x, _year_label(rows, year)) for x, year in zip(centres, years, strict=True)]
    counts = [(x, str(graded[year])) for x, year in zip(centres, years, strict=True)]
    ticks = [(round(top + full_height * (1 - percent / 100), 1), f"{percent} %") for percent in (0, 50, 100)]
    height = top + full_height + 40
    return Chart(670, height, left, bars, ticks=ticks, categories=categories, counts=counts)


def years_with_few_grades(rows: Sequence[Row]) -> frozenset[int]:
    """Return the years with fewer than half as many graded authorities as the year with the most.

    Args:
        rows: Rows of ``sql/website/region_summary.sql`` for one area and one region.
    """
    most = max((row["graded"] for row in rows), default=0)
    return frozenset(row["year"] for row in rows if 2 * row["graded"] < most)


def grades_by_region_chart(rows: Sequence[Row]) -> Chart:
    """Return the share of authorities at each grade, one bar per region with its number, England first.

    Args:
        rows: Rows of ``sql/website/region_summary.sql`` for one area and one year.
    """
    graded = {row["region_name"]: row["graded"] for row in rows}
    regions = sorted(graded, key=lambda name: (name != "England", name))
    left, full_width = 210.0, 450
    bars: list[Bar] = []
    for index, region in enumerate(regions):
        x = left
        for row in reversed(_worst_first(row for row in rows if row["region_name"] == region)):
            width = full_width * row["share"]
            bars.append(
                Bar(
                    round(x, 1),
                    index * 26 + 4,
                    round(max(width - 1, 0.5), 1),
                    20,
                    row["grade"],
                    str(row["authorities"]) if width >= _MIN_LABELLED_WIDTH else "",
                    f"{region}: {_share_in_words(row)}",
                )
            )
            x += width
    categories = [(index * 26 + 14, f"{region} ({graded[region]})") for index, region in enumerate(regions)]
    return Chart(670, len(regions) * 26 + 8, left, bars, categories=categories)


def coverage_chart(rows: Sequence[Row]) -> Chart:
    """Return the events on Ofsted's record, one column per year: with a report below, without one above.

    Args:
        rows: Rows of ``sql/website/official_coverage_by_year.sql``.
    """
    left, top, full_height = 50.0, 8.0, 160.0
    most = max((row["events"] for row in rows), default=1)
    step = (660 - left) / max(len(rows), 1)
    width = min(step - 6, 60.0)
    bars: list[Bar] = []
    for index, row in enumerate(rows):
        y = top + full_height
        title = f"{row['year']}: {row['matched']} of {row['events']} events on record have a report here"
        for part, events in (("matched", row["matched"]), ("unmatched", row["events"] - row["matched"])):
            height = full_height * events / most
            y -= height
            if events:
                x = round(left + index * step, 1)
                bars.append(Bar(x, round(y, 1), round(width, 1), round(height, 1), part, "", title))
    categories = [
        (round(left + index * step + width / 2, 1), f"’{row['year'] % 100:02}")
        for index, row in enumerate(rows)
    ]
    ticks = [(round(top + full_height * (1 - share), 1), str(round(most * share))) for share in (0, 1)]
    return Chart(670, top + full_height + 24, left, bars, ticks=ticks, categories=categories)


def _worst_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -row["grade_rank"])


def _share_in_words(row: Row) -> str:
    return f"{row['authorities']} of {row['graded']} authorities {grade_label(row['grade']).lower()}"


def _year_label(rows: Sequence[Row], year: int) -> str:
    is_complete = all(row["is_complete"] for row in rows if row["year"] == year)
    return str(year) if is_complete else "now"
