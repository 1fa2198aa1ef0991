"""The compare page, and the JSON files that its script loads: one per authority, one for all.

A comparison loads the files of its authorities only, so that its size does not grow with the dataset.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from assets.schema.vocabularies import AREAS, FAMILIES, GRADES, RECOMMENDATION_KINDS, THEMES
from assets.website import labels
from assets.website.figures import release_line
from assets.website.overviews.national import GOOD_RANK
from assets.website.overviews.recommendations import recent_recommendations
from assets.website.queries import Row, Rows, SiteData, aligned
from assets.website.sharing.citation import report_citation

#: Unit of indicators that are counts: an authority and England have no scale in common.
_COUNT_UNIT = "children"
#: Vocabularies whose labels the script displays.
_LABELS = {"area": AREAS, "family": FAMILIES, "grade": GRADES, "kind": RECOMMENDATION_KINDS, "theme": THEMES}


def compare_page(site: SiteData) -> Row:
    """Return the names by which authorities are found, the values of the filters, and current authorities."""
    recommendations = site.results["recommendations"]
    current = sorted(site.current_authorities.values(), key=itemgetter("region_name", "local_authority"))
    return {
        "regions": {
            region: [(row["urn"], row["local_authority"]) for row in rows]
            for region, rows in groupby(current, key=itemgetter("region_name"))
        },
        "names": [(name, names[0]) for names in site.names.values() for name in names],
        "themes": sorted(
            {theme for row in recommendations for theme in row["themes"] or ()}, key=labels.theme_label
        ),
        "areas": labels.in_order(
            AREAS, (row["area_inferred"] for row in recommendations if row["area_inferred"])
        ),
    }


def comparison_files(site: SiteData) -> Iterator[tuple[str, Row]]:
    """Yield the name and content of each JSON file: ``all.json``, and ``<urn>.json`` per authority."""
    indicators = [row["indicator"] for row in site.results["indicators"]]
    yield "all.json", _shared(site, indicators)
    figures = aligned(sorted(site.authorities), site.stream_groups("indicator_series", "urn"))
    reports, recommendations = site.grouped("reports", "urn"), site.grouped("recommendations", "report_id")
    judgements = site.grouped("judgements", "report_id")
    for urn, own_figures in figures:
        authority = site.authorities[urn]
        current = site.current_authorities.get(urn)
        recent = recent_recommendations(reports.get(urn, []), recommendations, current)
        content = {
            "urn": urn,
            "name": authority["name"],
            "region": authority["region_name"],
            "inspection": _inspection(current, judgements) if current and current["report_id"] else None,
            "note": current["note"] if current else "Abolished",
            "recommendations": [
                _recommendation(authority["name"], report, row) for report, rows in recent for row in rows
            ],
            "indicators": _series(own_figures, indicators, ("value", "neighbours_median")),
        }
        yield f"{urn}.json", content


def _shared(site: SiteData, indicators: Sequence[str]) -> Row:
    """Return what every comparison needs: names, neighbours, labels, and figures of regions and England."""
    neighbours = site.grouped("neighbour_comparison", "urn")
    benchmarks = groupby(site.results["indicator_benchmarks"], key=itemgetter("region_name"))
    return {
        "as_at": _iso(site.about["published_to"]),
        "release": f"{release_line(site)}. {site.about['licence']}",
        "authorities": [
            {
                "urn": urn,
                "name": row["name"],
                "names": site.search_names[urn],
                "neighbours": [neighbour["neighbour_urn"] for neighbour in neighbours.get(urn, ())],
            }
            for urn, row in site.authorities.items()
        ],
        "areas": list(labels.wide_columns()),
        "labels": {
            "change": labels.CHANGES,
            **{name: {code: term.label for code, term in terms.items()} for name, terms in _LABELS.items()},
        },
        "indicators": [
            {
                **row,
                "unit": labels.indicator_unit_label(row["unit"]),
                "is_count": row["unit"] == _COUNT_UNIT,
            }
            for row in site.results["indicators"]
        ],
        "benchmarks": {
            region: {code: values for code, (values,) in _series(list(rows), indicators, ("value",)).items()}
            for region, rows in benchmarks
        },
        "good": _good(site.results["region_summary"]),
    }


def _inspection(current: Row, judgements: Mapping[str, Rows]) -> Row:
    """Return the latest full inspection of an authority with the judgement of each area.

    A grade that combines several areas is the judgement of each of them.
    """
    rows = [row for row in judgements[current["report_id"]] if row["grade"]]
    by_area = {part: row for row in rows if row["area"] in AREAS for part in AREAS[row["area"]].combines}
    by_area |= {row["area"]: row for row in rows}
    return {
        "report_id": current["report_id"],
        "start": _iso(current["inspection_start_date"]),
        "end": _iso(current["inspection_end_date"] or current["publication_date"]),
        "published": _iso(current["publication_date"]),
        "partial": bool(current["partial_reason"] or current["has_unused_inspection"]),
        "judgements": {
            area: {
                "grade": row["grade"],
                "joint": row["area"] != area,
                "change": row["change"],
                "previous_grade": row["previous_grade"],
                "previous_start": _iso(row["previous_inspection_start"]),
            }
            for area in labels.wide_columns()
            if (row := by_area.get(area))
        },
    }


def _recommendation(authority: str, report: Row, row: Row) -> Row:
    return {
        "report_id": report["report_id"],
        "family": report["family"],
        "published": _iso(report["published"]),
        "citation": report_citation(report, authority),
        "source": "" if report["has_placeholder_id"] else f"{report['url']}#page={row['page']}",
        **{key: row[key] for key in ("ordinal", "kind", "area_inferred", "inferred_from", "text", "page")},
        "themes": row["themes"] or [],
    }


def _series(rows: Rows, indicators: Sequence[str], columns: Sequence[str]) -> Mapping[str, list[Row]]:
    """Return for each indicator, in order, and each column the values by year, without missing values."""
    by_indicator = {code: list(group) for code, group in groupby(rows, key=itemgetter("indicator"))}
    return {
        code: [
            {str(row["year"]): row[column] for row in by_indicator[code] if row[column] is not None}
            for column in columns
        ]
        for code in indicators
        if code in by_indicator
    }


def _good(rows: Rows) -> Mapping[str, Mapping[str, Sequence[int]]]:
    """Return the numbers of authorities that are good or outstanding and that are graded, by region and area.

    Args:
        rows: Rows of ``sql/website/region_summary.sql``; those of the latest year are used.
    """
    latest = max((row["year"] for row in rows), default=None)
    numbers: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        if row["year"] == latest and row["area"] in labels.wide_columns():
            good = numbers.setdefault(row["region_name"], {}).setdefault(row["area"], [0, row["graded"]])
            good[0] += row["authorities"] if row["grade_rank"] <= GOOD_RANK else 0
    return numbers


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
