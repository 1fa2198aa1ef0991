"""Reorganised councils in every view: who ended keeps its own, who began inherits nothing.

Each of the five reorganisations since 2019 is here with an inspection before it, and some with one after.
"""

from datetime import date, timedelta

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.reference.loaders import read_reference_tables
from assets.storage import parquet_store
from tests.integration.database.test_views import judgement, publication, report
from tests.support.rows import rows

NORTHAMPTONSHIRE, NORTH, WEST = 80531, 2637539, 2637548
CUMBRIA, CUMBERLAND, WESTMORLAND = 80457, 2733690, 2733698
DORSET_TO_2019, DORSET, BCP, POOLE, BOURNEMOUTH = 80463, 2532283, 2532287, 80433, 80434
BUCKINGHAMSHIRE, SOMERSET = 80442, 80555

# report_id, urn, first day, overall grade
INSPECTIONS = [
    ("1", NORTHAMPTONSHIRE, date(2019, 6, 24), "inadequate"),
    ("2", NORTH, date(2022, 10, 3), "requires_improvement"),
    ("3", CUMBRIA, date(2022, 9, 5), "requires_improvement"),
    ("4", CUMBERLAND, date(2024, 10, 7), "good"),
    ("5", DORSET_TO_2019, date(2016, 2, 22), "requires_improvement"),
    ("6", POOLE, date(2018, 1, 8), "good"),
    ("7", BCP, date(2021, 12, 6), "inadequate"),
    ("8", BUCKINGHAMSHIRE, date(2017, 11, 6), "inadequate"),
    ("9", BUCKINGHAMSHIRE, date(2021, 12, 6), "requires_improvement"),
    ("10", SOMERSET, date(2022, 7, 18), "good"),
    # Inspected before the last, published after it: it never stood.
    ("12", SOMERSET, date(2022, 7, 11), "inadequate"),
    # Inspected in its last weeks, published after its end: it stands for nobody.
    ("11", BOURNEMOUTH, date(2019, 3, 4), "outstanding"),
]
#: What was published later than the others are.
LATE = {"12": {"published": date(2022, 12, 1)}}


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    warehouse = tmp_path_factory.mktemp("successions")
    for name, table in read_reference_tables().items():
        parquet_store.write(warehouse, name, table)
    parquet_store.write(
        warehouse,
        "publications",
        rows("publications", *(publication(key, urn, "inspection", day) for key, urn, day, _ in INSPECTIONS)),
    )
    for year in {day.year for _, _, day, _ in INSPECTIONS}:
        these = [each for each in INSPECTIONS if each[2].year == year]
        made = [
            {**report(key, urn, "inspection", "ilacs_2018", day), **LATE.get(key, {})}
            for key, urn, day, _ in these
        ]
        graded = [judgement(key, urn, day, "overall_effectiveness", grade) for key, urn, day, grade in these]
        parquet_store.write(warehouse, "reports", rows("reports", *made), year)
        parquet_store.write(warehouse, "judgements", rows("judgements", *graded), year)
    build_database(warehouse)
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        yield connection


def as_at(country, day, *urns):
    found = country.execute(
        "SELECT urn, overall_effectiveness_grade FROM judgements_as_at(?) WHERE list_contains(?, urn)",
        [day, list(urns)],
    )
    return dict(found.fetchall())


def note(country, urn):
    (found,) = country.execute("SELECT note FROM latest_judgements WHERE urn = ?", [urn]).fetchall()
    return found[0]


@pytest.mark.parametrize(
    ("before", "after", "ended", "began"),
    [
        ("2021-03-31", "2021-04-01", {NORTHAMPTONSHIRE: "inadequate"}, {NORTH: None, WEST: None}),
        (
            "2023-03-31",
            "2023-04-01",
            {CUMBRIA: "requires_improvement"},
            {CUMBERLAND: None, WESTMORLAND: None},
        ),
        (
            "2019-03-31",
            "2019-04-01",
            {DORSET_TO_2019: "requires_improvement", POOLE: "good", BOURNEMOUTH: None},
            {DORSET: None, BCP: None},
        ),
    ],
    ids=["Northamptonshire", "Cumbria", "Dorset"],
)
def test_from_one_day_to_the_next_the_old_give_way_to_the_new(country, before, after, ended, began):
    all_urns = (*ended, *began)
    assert as_at(country, before, *all_urns) == ended
    assert as_at(country, after, *all_urns) == began


def test_a_successor_s_judgement_stands_from_its_publication(country):
    assert as_at(country, "2022-11-11", NORTH) == {NORTH: None}
    assert as_at(country, "2022-11-12", NORTH) == {NORTH: "requires_improvement"}
    assert as_at(country, "2030-01-01", NORTH, WEST, CUMBERLAND, WESTMORLAND, DORSET, BCP) == {
        NORTH: "requires_improvement",
        WEST: None,
        CUMBERLAND: "good",
        WESTMORLAND: None,
        DORSET: None,
        BCP: "inadequate",
    }


@pytest.mark.parametrize("urn", [BUCKINGHAMSHIRE, SOMERSET])
def test_who_kept_its_urn_keeps_its_judgements_under_a_new_code(country, urn):
    codes = country.execute(
        "SELECT DISTINCT la_code_new FROM authority_year_panel WHERE urn = ? ORDER BY 1", [urn]
    ).fetchall()
    assert [code[:3] for (code,) in codes] == ["E06", "E10"]
    (last_day,) = country.execute(
        "SELECT valid_to FROM gss_codes WHERE urn = ? AND valid_to IS NOT NULL", [urn]
    ).fetchone()
    before, after = as_at(country, last_day, urn), as_at(country, last_day + timedelta(days=1), urn)
    assert before == after
    assert before[urn] is not None
    assert country.execute("SELECT * FROM predecessors WHERE urn = ?", [urn]).fetchall() == []


def test_what_is_published_only_after_a_later_inspection_never_stood(country):
    published = country.execute(
        "SELECT report_id, published FROM reports WHERE urn = ?", [SOMERSET]
    ).fetchall()
    assert dict(published)["12"] > dict(published)["10"]
    stood = country.execute(
        "SELECT report_id FROM judgement_periods WHERE urn = ? ORDER BY since NULLS FIRST", [SOMERSET]
    ).fetchall()
    assert stood == [(None,), ("10",)]
    assert not country.execute(
        "SELECT * FROM judgement_history WHERE report_id = '12' AND change IS NOT NULL"
    ).fetchall()


def test_latest_says_why_a_successor_has_no_grades(country):
    for urn, predecessors, day in [
        (WEST, "Northamptonshire", "2021-04-01"),
        (WESTMORLAND, "Cumbria", "2023-04-01"),
        (DORSET, "Dorset (to 2019)", "2019-04-01"),
    ]:
        assert (
            note(country, urn) == f"Took over from {predecessors} on {day}; no full inspection of its own yet"
        )
    assert note(country, BCP) is None


def test_the_panel_has_each_authority_in_its_own_years(country):
    years = {
        urn: (first, last, graded)
        for urn, first, last, graded in country.execute(
            "SELECT urn, min(year), max(year), count(report_id) FROM authority_year_panel GROUP BY urn"
        ).fetchall()
    }
    assert years[NORTHAMPTONSHIRE] == (2017, 2021, 2)
    assert years[NORTH] == (2022, 2025, 3)
    assert years[WEST] == (2022, 2025, 0)
    assert years[BOURNEMOUTH] == (2017, 2019, 0)
    assert years[DORSET_TO_2019] == (2017, 2019, 3)
    assert years[DORSET] == (2020, 2025, 0)
    assert years[BUCKINGHAMSHIRE] == (2017, 2025, 8)


def test_the_year_under_way_is_as_at_the_newest_publication(country):
    newest = date(2024, 10, 7) + timedelta(days=40)
    assert country.execute(
        "SELECT DISTINCT year, as_at FROM reporting_years WHERE NOT is_complete"
    ).fetchall() == [(2025, newest)]


def test_changes_are_an_authority_s_own(country):
    found = country.execute(
        "SELECT urn, previous_grade, grade, change, is_current, change_since_first FROM judgement_changes"
    ).fetchall()
    changes = {urn: rest for urn, *rest in found}
    assert changes[BUCKINGHAMSHIRE] == ["inadequate", "requires_improvement", "improved", True, "improved"]
    assert changes[BCP] == [None, "inadequate", None, True, None]
    assert changes[NORTHAMPTONSHIRE] == [None, "inadequate", None, False, None]
    assert WEST not in changes


def test_who_waits_is_counted_from_its_own_inspection(country):
    found = country.execute(
        "SELECT urn, days_since_inspection, next_inspection, about_three_years_on, predecessors"
        " FROM time_since_inspection"
    ).fetchall()
    waiting = {urn: rest for urn, *rest in found}
    assert CUMBRIA not in waiting
    assert waiting[WESTMORLAND] == [None, None, None, "Cumbria"]
    assert waiting[CUMBERLAND] == [36, "short", date(2027, 10, 11), "Cumbria"]
    assert waiting[BCP][1:3] == ["standard", None]
    order = [urn for urn, *_ in found]
    # Dorset waits since it began, in 2019; one that is in no report of ours comes last.
    assert order[0] == DORSET
    assert order.index(WEST) < order.index(BCP) < order.index(CUMBERLAND) < order.index(80418)


def test_a_region_counts_each_authority_while_it_lives(country):
    found = country.execute(
        "SELECT year, grade, authorities, graded FROM region_summary"
        " WHERE region_name = 'South West' AND area = 'overall_effectiveness' ORDER BY year, grade_rank"
    ).fetchall()
    assert found[:4] == [
        (2017, "requires_improvement", 1, 1),
        (2018, "good", 1, 2),
        (2018, "requires_improvement", 1, 2),
        (2019, "good", 1, 2),
    ]
    assert [row for row in found if row[0] == 2020] == []
    assert [row for row in found if row[0] == 2022] == [(2022, "inadequate", 1, 1)]


def test_neighbours_of_successors_are_compared_by_their_own_grades(country):
    found = country.execute(
        "SELECT neighbour, neighbour_overall_effectiveness_grade, neighbour_note FROM neighbour_comparison"
        " WHERE neighbour_urn IN (?, ?) GROUP BY ALL ORDER BY neighbour",
        [CUMBERLAND, WEST],
    ).fetchall()
    assert found == [
        ("Cumberland", "good", None),
        (
            "West Northamptonshire",
            None,
            "Took over from Northamptonshire on 2021-04-01; no full inspection of its own yet",
        ),
    ]
    assert country.execute("SELECT count(*) FROM neighbour_comparison").fetchall() == [(1530,)]
