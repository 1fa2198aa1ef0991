"""Charts, the map and the national page: coordinates, titles and numbers."""

import csv
import re
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from assets.database.build import database_path
from assets.release import releases
from assets.website.charts import coverage_chart, grades_by_region_chart, grades_by_year_chart, timeline_chart
from assets.website.geography import LONDON_FRAME, outlines, read_boundaries
from assets.website.overviews import national
from assets.website.queries import read_release


def judgement(area, grade, day, family="inspection"):
    return {"area": area, "grade": grade, "judged_on": day, "family": family, "report_id": "1"}


def visit(family, day, theme=None):
    return {"family": family, "inspection_start": day, "published": None, "theme": theme, "report_id": "2"}


def test_bar_ends_at_the_next_inspection_even_if_it_does_not_judge_the_area():
    rows = [
        judgement("overall_effectiveness", "good", date(2023, 1, 1)),
        judgement("area_send_outcome", "positive", date(2024, 1, 1), "area_send"),
        judgement("leadership", "outstanding", date(2026, 1, 1)),
    ]
    chart = timeline_chart(rows, [], date(2027, 1, 1))
    ends = {bar.title.split(":")[0]: bar.x + bar.width + 1 for bar in chart.bars}
    starts = {bar.title.split(":")[0]: bar.x for bar in chart.bars}
    assert ends["Overall effectiveness"] == pytest.approx(starts["Impact of leaders"], abs=0.2)
    assert ends["Area SEND outcome"] == ends["Impact of leaders"] == 955


def test_joint_judgement_is_in_the_rows_of_both_areas():
    rows = [judgement("in_care_and_care_leavers", "good", date(2020, 1, 1))]
    chart = timeline_chart(rows, [], date(2021, 1, 1))
    assert [label for _, label in chart.categories] == ["Children in care", "Care leavers"]
    assert [label for _, label in chart.short_categories] == ["In care", "Care leavers"]
    assert len(chart.bars) == 2


def test_unknown_area_grade_and_family_are_in_the_timeline():
    rows = [
        judgement("leadership", "good", date(2020, 1, 1)),
        judgement("new_area", "new_grade", date(2021, 1, 1), "new_family"),
    ]
    chart = timeline_chart(rows, [visit("other_new_family", date(2022, 1, 1))], date(2023, 1, 1))
    assert [label for _, label in chart.categories] == [
        "Impact of leaders",
        "New area",
        "Visits, joint inspections",
    ]
    assert [bar.title for bar in chart.bars][1] == "New area: New grade, 1 January 2021"
    assert [marker.title for marker in chart.markers] == ["Other new family, 1 January 2022"]


def test_visits_are_markers_with_their_theme():
    chart = timeline_chart([], [visit("focused_visit", date(2022, 3, 1), "the front door")], date(2023, 1, 1))
    (marker,) = chart.markers
    assert (marker.family, marker.title) == (
        "focused_visit",
        "Focused visit about the front door, 1 March 2022",
    )


@pytest.mark.parametrize(
    ("end", "label"),
    [(date(2030, 1, 1), "Requires improvement"), (date(2020, 8, 1), "RI"), (date(2020, 1, 2), "")],
)
def test_bar_label_is_the_longest_that_fits(end, label):
    rows = [
        judgement("leadership", "requires_improvement", date(2020, 1, 1)),
        judgement("leadership", "good", end),
    ]
    assert timeline_chart(rows, [], date(2031, 1, 1)).bars[0].label == label


def test_timeline_without_grades_and_visits_is_none():
    assert timeline_chart([], [], date(2021, 1, 1)) is None


def region_row(region, year, grade, rank, authorities, graded, *, is_complete=True):
    return {
        "region_name": region,
        "year": year,
        "grade": grade,
        "grade_rank": rank,
        "authorities": authorities,
        "graded": graded,
        "share": authorities / graded,
        "is_complete": is_complete,
    }


def test_columns_stack_from_the_worst_grade_up():
    rows = [
        region_row("England", 2025, "good", 2, 3, 4),
        region_row("England", 2025, "inadequate", 4, 1, 4),
        region_row("England", 2026, "good", 2, 4, 4, is_complete=False),
    ]
    chart = grades_by_year_chart(rows)
    assert [label for _, label in chart.categories] == ["2025", "now"]
    worst, best, _ = chart.bars
    assert (worst.grade, best.grade) == ("inadequate", "good")
    assert best.y < worst.y
    assert best.title == "2025: 3 of 4 authorities good"
    assert [bar.label for bar in chart.bars] == ["1", "3", "4"]
    assert [label for _, label in chart.counts] == ["4", "4"]


def test_columns_of_years_with_few_grades_are_faint():
    rows = [
        region_row("England", 2014, "good", 2, 4, 4),
        region_row("England", 2015, "good", 2, 5, 5),
        region_row("England", 2016, "good", 2, 10, 10),
    ]
    assert [bar.is_faint for bar in grades_by_year_chart(rows).bars] == [True, False, False]


def test_region_bars_start_with_england_and_the_best_grade():
    rows = [
        region_row("East", 2025, "good", 2, 1, 100),
        region_row("East", 2025, "inadequate", 4, 99, 100),
        region_row("England", 2025, "good", 2, 100, 100),
    ]
    chart = grades_by_region_chart(rows)
    assert [label for _, label in chart.categories] == ["England (100)", "East (100)"]
    assert [(bar.grade, bar.label) for bar in chart.bars] == [
        ("good", "100"),
        ("good", ""),
        ("inadequate", "99"),
    ]


def unbroken(title):
    return title.replace(" %", "\N{NO-BREAK SPACE}%")


@pytest.mark.parametrize(
    ("first_good", "title"),
    [
        (4, "Children in care: 60 % good or outstanding, up from 40 % in 2020"),
        (6, "Children in care: 60 % good or outstanding, unchanged from 60 % in 2020"),
        (8, "Children in care: 60 % good or outstanding, down from 80 % in 2020"),
    ],
)
def test_title_compares_with_the_first_year(first_good, title):
    latest = [
        region_row("England", 2026, "good", 2, 6, 10),
        region_row("England", 2026, "inadequate", 4, 4, 10),
    ]
    first = [
        region_row("England", 2020, "outstanding", 1, first_good, 10),
        region_row("England", 2020, "requires_improvement", 3, 10 - first_good, 10),
    ]
    few = [region_row("England", 2019, "good", 2, 4, 4)]
    assert national._years_title("in_care", [*few, *first, *latest], latest) == unbroken(title)


def test_title_without_an_earlier_year_or_enough_grades():
    latest = [region_row("England", 2026, "good", 2, 6, 6)]
    title = unbroken("Children in care: 100 % good or outstanding")
    assert national._years_title("in_care", latest, latest) == title
    few = [region_row("England", 2026, "good", 2, 4, 4)]
    title = "Children in care: fewer than 5 authorities currently have a grade"
    assert national._years_title("in_care", few, few) == title


def test_region_title_names_the_best_and_worst_region():
    rows = [
        region_row("England", 2026, "good", 2, 10, 20),
        region_row("North", 2026, "good", 2, 10, 10),
        region_row("South", 2026, "inadequate", 4, 10, 10),
        region_row("East", 2026, "good", 2, 1, 1),
    ]
    title = "Adoption by region: from 0 % good or outstanding in South to 100 % in North"
    assert national._regions_title("adoption", rows) == unbroken(title)
    assert national._regions_title("adoption", rows[:2]) == "Adoption by region"


def test_theme_title_names_the_largest_gap():
    shares = {
        "placement_stability": {"outstanding": 0.1, "inadequate": 0.2},
        "workforce": {"outstanding": 0.1, "inadequate": 0.4},
        "other": {"good": 0.9},
    }
    title = "Themes: workforce is far more frequent where the grade is inadequate"
    assert national._themes_title(shares) == title
    assert national._themes_title({"other": {"good": 0.9}}) == "Themes"


def test_percentage_without_grades_is_none():
    assert national._percent_good([]) is None


def test_national_page_shows_the_latest_years_and_the_files_all(sample_release):
    site = read_release(releases.current(sample_release))
    assert national.national_page(site)["max_years"] is None
    years = range(1950, 2027)
    extra = {"area": "leadership", "as_at": date(2026, 11, 1)}
    grades = [region_row("England", year, "good", 2, 6, 6) | extra for year in years]
    themes = [
        {"theme": "workforce", "family": "inspection", "publication_year": year, "share_of_reports": 0.5}
        | {"reports_in_all": 9 if year == 2020 else 18 if year == 2021 else 19}
        for year in years
    ]
    long = replace(site, results={**site.results, "region_summary": grades, "themes_by_year": themes})
    page = national.national_page(long)
    assert page["max_years"] == 20
    assert {row["year"] for row in page["charts"][0]["rows"]} == set(range(2007, 2027))
    assert page["themes"]["years"] == list(range(2007, 2027))
    assert page["themes"]["by_year"]["workforce"].keys() == set(range(2007, 2027))
    assert page["themes"]["few_reports"] == {2020}, "fewer than half of 19"
    files = national.national_files(long)
    assert len(files["leadership.csv"]) == len(files["themes_by_year.csv"]) == len(years)


def test_csv_files_have_the_rows_of_the_view(site, sample_release):
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        for path in (site / "national").glob("*.csv"):
            if path.stem.startswith("themes"):
                continue
            with path.open(encoding="utf-8-sig", newline="") as file:
                written = {
                    (row["year"], row["region_name"], row["grade"]): row["authorities"]
                    for row in csv.DictReader(file)
                }
            query = "SELECT year, region_name, grade, authorities FROM region_summary WHERE area = ?"
            expected = {
                (str(year), region, grade): str(count)
                for year, region, grade, count in connection.execute(query, [path.stem]).fetchall()
            }
            assert written == expected


def test_map_has_every_current_authority_and_london_twice(sample_release):
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        current = connection.execute(
            "SELECT urn, region_name FROM authorities WHERE valid_to IS NULL"
        ).fetchall()
    london = [urn for urn, region in current if region == "London"]
    assert set(read_boundaries()) == {urn for urn, _ in current}
    drawn = outlines(london)
    assert sorted(outline.urn for outline in drawn if outline.in_inset) == sorted(london)
    x, y, width, height = (edge * 10 for edge in LONDON_FRAME)
    for outline in drawn:
        if outline.in_inset:
            left, top = map(int, re.match(r"M(-?\d+) (-?\d+)", outline.path).groups())
            assert x < left < x + width
            assert y < top < y + height


def test_coverage_chart_stacks_events_without_a_report_on_those_with_one():
    rows = [{"year": 2009, "events": 4, "matched": 0}, {"year": 2018, "events": 8, "matched": 6}]
    chart = coverage_chart(rows)
    assert [(bar.grade, bar.height) for bar in chart.bars] == [
        ("unmatched", 80.0),
        ("matched", 120.0),
        ("unmatched", 40.0),
    ]
    assert chart.bars[2].y + chart.bars[2].height == chart.bars[1].y
    assert chart.bars[1].title == "2018: 6 of 8 events on record have a report here"
    assert [label for _, label in chart.categories] == ["’09", "’18"]
    assert coverage_chart([]).bars == []
