"""Pictures as coordinates: what the templates of ``templates/charts`` draw as SVG.

A picture is data: rectangles and marks with their place, a grade for their colour, and words that say the
same. Places are in units of the picture, origin top left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.schema import vocabularies
from assets.website.labels import AREAS, FAMILIES, FOUR_GRADES, GRADES, day

Row = Mapping[str, Any]
Rows = Sequence[Row]
Across = Callable[[date], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: its place and size, the grade that colours it, its inner words and its full words."""

    x: float
    y: float
    width: float
    height: float
    grade: str
    label: str
    title: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A visit on the timeline: its place, its kind, and its words."""

    x: float
    y: float
    kind: str
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything of a chart: size, where bars begin, bars, marks, ticks, names of rows or columns."""

    width: float
    height: float
    left: float = 0
    bars: Sequence[Bar] = ()
    marks: Sequence[Mark] = ()
    ticks: Sequence[tuple[float, str]] = ()
    names: Sequence[tuple[float, str]] = ()


_LEFT, _RIGHT, _ROW, _BAR, _TOP = 215.0, 955.0, 30.0, 22.0, 26.0
#: Room that a letter of a bar's label takes.
_LETTER = 6.4


def timeline(judgements: Iterable[Row], visits: Iterable[Row], end: date) -> Picture | None:
    """Draw each area's grade through time, up to ``end``, and the visits below; nothing if there is neither.

    A grade is shown from the inspection that gave it to the next inspection of its kind, whether or not that
    one judged the area: then all its grades stood no longer.
    """
    graded = [row for row in judgements if row["grade"] and row["judged_on"]]
    visits = [row for row in visits if row["inspection_start"] or row["published"]]
    if not graded and not visits:
        return None
    days = [row["judged_on"] for row in graded] + [_day_of(row) for row in visits]
    first, last = date(min(days).year, 1, 1), max([end, *days])
    until = _ends(graded, last)
    span = max((last - first).days, 1)

    def across(when: date) -> float:
        return float(round(_LEFT + (_RIGHT - _LEFT) * (when - first).days / span, 1))

    rows: dict[str, list[Row]] = {}
    for row in graded:
        for area in vocabularies.AREAS[row["area"]].combines or (row["area"],):
            rows.setdefault(area, []).append(row)
    bars: list[Bar] = []
    names: list[tuple[float, str]] = []
    for area in (area for area in AREAS if area in rows):
        y = _TOP + len(names) * _ROW
        names.append((y + _BAR / 2, AREAS[area]))
        bars += _spans(rows[area], y, across, until)
    marks = []
    if visits:
        y = _TOP + len(names) * _ROW + _BAR / 2
        names.append((y, "Visits, joint inspections"))
        marks = [
            Mark(across(_day_of(row)), y, row["family"], _visit_words(row), row["report_id"])
            for row in visits
        ]
    years = range(first.year, last.year + 1)
    ticks = [(across(date(year, 1, 1)), str(year)) for year in years]
    return Picture(960, _TOP + len(names) * _ROW + 6, _LEFT, bars, marks, ticks, names)


def _ends(graded: Rows, last: date) -> Mapping[tuple[str, date], date]:
    """Return the day on which the next inspection of the same kind began, for each kind and day."""
    days = {
        family: sorted({row["judged_on"] for row in graded if row["family"] == family}) for family in FAMILIES
    }
    return {
        (family, day): following
        for family, own in days.items()
        for day, following in zip(own, [*own[1:], last], strict=False)
    }


def _spans(rows: Rows, y: float, across: Across, until: Mapping[tuple[str, date], date]) -> Iterable[Bar]:
    for row in rows:
        began = row["judged_on"]
        x, width = across(began), max(across(until[row["family"], began]) - across(began), 3.0)
        title = f"{AREAS[row['area']]}: {GRADES[row['grade']]}, {day(began)}"
        label = _fitting(row["grade"], width)
        yield Bar(x, y, round(width - 1, 1), _BAR, row["grade"], label, title, row["report_id"])


def _fitting(grade: str, width: float) -> str:
    """Return as many words for a grade as there is room for."""
    term = vocabularies.GRADES[grade]
    for words in (term.label, term.short_label, term.initials):
        if len(words) * _LETTER + 6 <= width:
            return words
    return ""


def _day_of(row: Row) -> date:
    found: date = row["inspection_start"] or row["published"]
    return found


def _visit_words(row: Row) -> str:
    about = f" about {row['theme']}" if row["theme"] else ""
    return f"{FAMILIES[row['family']]}{about}, {day(_day_of(row))}"


def columns(rows: Sequence[Row]) -> Picture:
    """Draw the share of authorities at each grade, a column for each year; rows are those of one area."""
    years = sorted({row["year"] for row in rows})
    left, top, full = 50.0, 8.0, 200.0
    step = (660 - left) / max(len(years), 1)
    wide = min(step - 6, 60.0)
    bars: list[Bar] = []
    for index, year in enumerate(years):
        y = top + full
        for row in _best_last(row for row in rows if row["year"] == year):
            height = full * row["share"]
            y -= height
            label = str(row["authorities"]) if height >= 13 else ""
            bars.append(
                Bar(
                    round(left + index * step, 1),
                    round(y, 1),
                    round(wide, 1),
                    round(max(height - 1, 0.5), 1),
                    row["grade"],
                    label,
                    f"{year}: {_counted(row)}",
                )
            )
    names = [
        (round(left + index * step + wide / 2, 1), _year(rows, year)) for index, year in enumerate(years)
    ]
    ticks = [(round(top + full * (1 - share / 100), 1), f"{share} %") for share in (0, 50, 100)]
    return Picture(670, top + full + 24, left, bars, ticks=ticks, names=names)


def shares(rows: Sequence[Row]) -> Picture:
    """Draw the share of authorities at each grade, a line for each region; rows are of one area and year."""
    regions = sorted({row["region_name"] for row in rows}, key=lambda name: (name != "England", name))
    left, full = 190.0, 470
    bars: list[Bar] = []
    for index, region in enumerate(regions):
        x = left
        for row in reversed(list(_best_last(row for row in rows if row["region_name"] == region))):
            width = full * row["share"]
            label = str(row["authorities"]) if width >= 14 else ""
            bars.append(
                Bar(
                    round(x, 1),
                    index * 26 + 4,
                    round(max(width - 1, 0.5), 1),
                    20,
                    row["grade"],
                    label,
                    f"{region}: {_counted(row)}",
                )
            )
            x += width
    names = [(index * 26 + 14, region) for index, region in enumerate(regions)]
    return Picture(670, len(regions) * 26 + 8, left, bars, names=names)


def _best_last(rows: Iterable[Row]) -> Iterable[Row]:
    return sorted(rows, key=lambda row: -row["grade_rank"])


def _counted(row: Row) -> str:
    return f"{row['authorities']} of {row['graded']} authorities {GRADES[row['grade']].lower()}"


def _year(rows: Sequence[Row], year: int) -> str:
    under_way = any(row["year"] == year and not row["is_complete"] for row in rows)
    return "now" if under_way else str(year)


def good_or_better(rows: Iterable[Row]) -> int | None:
    """Return the percentage of graded authorities at the two best grades; nothing if none is graded."""
    rows = list(rows)
    if not rows:
        return None
    better = sum(row["authorities"] for row in rows if row["grade"] in FOUR_GRADES[:2])
    return round(100 * float(better) / float(rows[0]["graded"]))
