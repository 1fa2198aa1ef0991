"""The national page: how judgements moved over years and regions, of what reports speak; the numbers."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assets.website import charts, labels
from assets.website.queries import Row, Rows, SiteData

#: The areas that the national page follows, in its order.
_FOLLOWED = (*labels.COLUMNS, "in_care_and_care_leavers")
#: Of fewer authorities no title speaks: a percentage of three would mislead.
_FEW = 5


def national(content: SiteData) -> Iterator[Row]:
    """Give the charts of each area: over the years, and by region in the latest."""
    trends = content.by("trends", "area")
    for area in _FOLLOWED:
        rows = trends.get(area, [])
        england = [row for row in rows if row["region_name"] == "England"]
        if not england:
            continue
        latest = max(row["year"] for row in england)
        now = [row for row in england if row["year"] == latest]
        yield {
            "area": area,
            "title": _trend_title(area, england, now),
            "years": charts.columns(england),
            "region_title": _region_title(area, [row for row in rows if row["year"] == latest]),
            "regions": charts.shares([row for row in rows if row["year"] == latest]),
            "rows": england,
            "as_at": now[0]["as_at"],
        }


def _trend_title(area: str, england: Rows, now: Rows) -> str:
    """Say what the chart over years shows, from the first that has half as many grades as the last."""
    if now[0]["graded"] < _FEW:
        return f"{labels.AREAS[area]}: fewer than {_FEW} authorities have this grade now"
    first_year = min(row["year"] for row in england if 2 * row["graded"] >= now[0]["graded"])
    first = charts.good_or_better(row for row in england if row["year"] == first_year)
    last = charts.good_or_better(now)
    moved = "up from" if (last or 0) > (first or 0) else "down from" if (last or 0) < (first or 0) else "as"
    if first_year == now[0]["year"]:
        return f"{labels.AREAS[area]}: {last} % good or outstanding"
    return f"{labels.AREAS[area]}: {last} % good or outstanding, {moved} {first} % in {first_year}"


def _region_title(area: str, rows: Rows) -> str:
    """Say which region does best and which worst."""
    of_region = {
        region: charts.good_or_better([row for row in rows if row["region_name"] == region])
        for region in sorted({row["region_name"] for row in rows if row["graded"] >= _FEW} - {"England"})
    }
    ranked = sorted(of_region.items(), key=lambda item: (-(item[1] or 0), item[0]))
    if len(ranked) < 2:
        return f"{labels.AREAS[area]} by region"
    (best, most), (worst, least) = ranked[0], ranked[-1]
    return (
        f"{labels.AREAS[area]} by region: from {least} % good or outstanding in {worst} to {most} % in {best}"
    )


def write_numbers(folder: Path, content: SiteData) -> None:
    """Write the numbers behind the charts, an area to a file."""
    folder.mkdir(parents=True)
    for area, rows in content.by("trends", "area").items():
        _write_csv(folder / f"{area}.csv", rows)
    for question in ("themes_by_grade", "themes_by_year"):
        _write_csv(folder / f"{question}.csv", content.answers[question])


def themes(content: SiteData) -> Row:
    """Return the share of texts that speak of each theme, by grade and by year, and what stands out."""
    by_grade = _table(content.answers["themes_by_grade"], "grade", "share_of_findings")
    full = [row for row in content.answers["themes_by_year"] if row["family"] == "inspection"]
    precision = [row for row in content.answers["theme_evaluation"] if row["theme"] == "(all)"]
    return {
        "title": _themes_title(by_grade),
        "by_grade": by_grade,
        "most": max((share for shares in by_grade.values() for share in shares.values()), default=1) * 10
        or 1,
        "by_year": _table(full, "publication_year", "share_of_reports"),
        "years": sorted({row["publication_year"] for row in full}),
        "precision": precision[0] if precision else None,
    }


def _table(rows: Rows, column: str, value: str) -> Mapping[str, Mapping[Any, float]]:
    """Return a value by theme and by another column."""
    table: dict[str, dict[Any, float]] = {}
    for row in rows:
        table.setdefault(row["theme"], {})[row[column]] = row[value]
    return table


def _themes_title(by_grade: Mapping[str, Mapping[str, float]]) -> str:
    """Say of which theme reports speak most where the grade is inadequate, above where outstanding."""
    gaps = {
        theme: shares["inadequate"] - shares["outstanding"]
        for theme, shares in by_grade.items()
        if {"inadequate", "outstanding"} <= shares.keys()
    }
    if not gaps:
        return "Themes"
    theme = max(sorted(gaps), key=lambda each: gaps[each])
    return f"Themes: reports speak of {labels.label_of(theme)} far more where the grade is inadequate"


def _write_csv(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
