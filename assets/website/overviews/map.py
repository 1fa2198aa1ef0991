"""The map of England: its content on the home page, and one figure per judgement area."""

from collections.abc import Iterator

from assets.website import geography, labels
from assets.website.figures import Figure, source_line
from assets.website.geography import MapChart, Outline
from assets.website.queries import SiteData

#: Table with the numbers of the map, below the website's root.
_NUMBERS = "downloads/csv/latest_judgements.csv"


def home_map(site: SiteData) -> MapChart:
    """Return the map of the home page: each outline has one class per area, which names its grade."""
    classes = {
        urn: " ".join(f"{area}-{row[column] or 'none'}" for area, column in labels.wide_columns().items())
        for urn, row in site.current_authorities.items()
    }
    return MapChart(_outlines(site), classes)


def map_figures(site: SiteData) -> Iterator[Figure]:
    """Yield a map of the latest grades in each area that has a column in the wide views."""
    outlines, current = _outlines(site), site.current_authorities.values()
    for area, column in labels.wide_columns().items():
        grades = {row["urn"]: row[column] for row in current if row[column]}
        as_at = max((row["as_at"] for row in current), default=None)
        yield Figure(
            name=f"map-{area}",
            title=f"{labels.area_label(area)}: latest grade of every authority",
            subtitle=(
                f"Latest full inspection of each authority in England, as at {labels.long_date(as_at)};"
                f" n = {len(grades)} of {len(current)} authorities with a grade."
            ),
            note="Grey: no grade in this dataset. Contains OS data © Crown copyright and database right.",
            source=source_line(site),
            template="charts/map.svg",
            chart=MapChart(outlines, {urn: f"bar {grade}" for urn, grade in grades.items()}),
            grades=labels.displayed_grades(grades.values()),
            page="#map-title",
            numbers=_NUMBERS,
        )


def _outlines(site: SiteData) -> list[Outline]:
    london = [row["urn"] for row in site.current_authorities.values() if row["region_name"] == "London"]
    return [outline for outline in geography.outlines(london) if outline.urn in site.current_authorities]
