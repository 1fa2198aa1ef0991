"""Tests of reorganised authorities in the views: predecessors keep their judgements, successors inherit none.

Each of the five reorganisations since 2019 has an inspection before it, and some have one after it.
"""

from datetime import date, timedelta

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.reference.loaders import read_reference_tables, vocabulary_tables
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
    # Inspected before the previous one but published after it: never in force.
    ("12", SOMERSET, date(2022, 7, 11), "inadequate"),
    # Inspected in the authority's last weeks and published after its end: never in force.
    ("11", BOURNEMOUTH, date(2019, 3, 4), "outstanding"),
]
#: Reports with another publication date than test_views.published returns.
LATE_PUBLICATIONS = {"12": {"published": date(2022, 12, 1)}}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A connection to a database built from INSPECTIONS."""
    warehouse = tmp_path_factory.mktemp("successions")
    for name, table in {**read_reference_tables(), **vocabulary_tables()}.items():
        parquet_store.write(warehouse, name, table)
    parquet_store.write(
        warehouse,
        "publications",
        rows("publications", *(publication(key, urn, "inspection", day) for key, urn, day, _ in INSPECTIONS)),
    )
    for year in {day.year for _, _, day, _ in INSPECTIONS}:
        inspections = [inspection for inspection in INSPECTIONS if inspection[2].year == year]
        reports = [
            {**report(key, urn, "inspection", "ilacs_2018", day), **LATE_PUBLICATIONS.get(key, {})}
            for key, urn, day, _ in inspections
        ]
        judgements = [
            judgement(key, urn, day, "overall_effectiveness", grade) for key, urn, day, grade in inspections
        ]
        parquet_store.write(warehouse, "reports", rows("reports", *reports), year)
        parquet_store.write(warehouse, "judgements", rows("judgements", *judgements), year)
    build_database(warehouse)
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        yield connection


def as_at(database, day, *urns):
    result = database.execute(
        "SELECT urn, overall_effectiveness_grade FROM judgements_as_at(?) WHERE list_contains(?, urn)",
        [day, list(urns)],
    )
    return dict(result.fetchall())


def note(database, urn):
    ((text,),) = database.execute("SELECT note FROM latest_judgements WHERE urn = ?", [urn]).fetchall()
    return text


@pytest.mark.parametrize(
    ("last_day", "first_day", "predecessors", "successors"),
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
def test_successors_replace_predecessors_overnight(database, last_day, first_day, predecessors, successors):
    urns = (*predecessors, *successors)
    assert as_at(database, last_day, *urns) == predecessors
    assert as_at(database, first_day, *urns) == successors


def test_successor_judgement_is_in_force_from_publication(database):
    assert as_at(database, "2022-11-11", NORTH) == {NORTH: None}
    assert as_at(database, "2022-11-12", NORTH) == {NORTH: "requires_improvement"}
    assert as_at(database, "2030-01-01", NORTH, WEST, CUMBERLAND, WESTMORLAND, DORSET, BCP) == {
        NORTH: "requires_improvement",
        WEST: None,
        CUMBERLAND: "good",
        WESTMORLAND: None,
        DORSET: None,
        BCP: "inadequate",
    }


@pytest.mark.parametrize("urn", [BUCKINGHAMSHIRE, SOMERSET])
def test_unchanged_urn_keeps_judgements_under_new_code(database, urn):
    codes = database.execute(
        "SELECT DISTINCT la_code_new FROM authority_year_panel WHERE urn = ? ORDER BY 1", [urn]
    ).fetchall()
    assert [code[:3] for (code,) in codes] == ["E06", "E10"]
    (last_day,) = database.execute(
        "SELECT valid_to FROM gss_codes WHERE urn = ? AND valid_to IS NOT NULL", [urn]
    ).fetchone()
    before, after = as_at(database, last_day, urn), as_at(database, last_day + timedelta(days=1), urn)
    assert before == after
    assert before[urn] is not None
    assert database.execute("SELECT * FROM predecessors WHERE urn = ?", [urn]).fetchall() == []


def test_inspection_published_after_later_one_is_never_in_force(database):
    published = database.execute(
        "SELECT report_id, published FROM reports WHERE urn = ?", [SOMERSET]
    ).fetchall()
    assert dict(published)["12"] > dict(published)["10"]
    periods = database.execute(
        "SELECT report_id FROM judgement_periods WHERE urn = ? ORDER BY since NULLS FIRST", [SOMERSET]
    ).fetchall()
    assert periods == [(None,), ("10",)]
    assert not database.execute(
        "SELECT * FROM judgement_history WHERE report_id = '12' AND change IS NOT NULL"
    ).fetchall()


def test_latest_note_explains_missing_grades_of_successor(database):
    for urn, predecessors, day in [
        (WEST, "Northamptonshire", "2021-04-01"),
        (WESTMORLAND, "Cumbria", "2023-04-01"),
        (DORSET, "Dorset (to 2019)", "2019-04-01"),
    ]:
        assert (
            note(database, urn)
            == f"Took over from {predecessors} on {day}; no full inspection of its own yet"
        )
    assert note(database, BCP) is None


def test_panel_has_authorities_only_in_years_of_existence(database):
    years = {
        urn: (first, last, graded)
        for urn, first, last, graded in database.execute(
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


def test_current_year_is_as_at_newest_publication(database):
    newest = date(2024, 10, 7) + timedelta(days=40)
    assert database.execute(
        "SELECT DISTINCT year, as_at FROM reporting_years WHERE NOT is_complete"
    ).fetchall() == [(2025, newest)]


def test_changes_compare_within_one_authority(database):
    result_rows = database.execute(
        "SELECT urn, previous_grade, grade, change, is_current, change_since_first FROM judgement_changes"
    ).fetchall()
    changes = {urn: rest for urn, *rest in result_rows}
    assert changes[BUCKINGHAMSHIRE] == ["inadequate", "requires_improvement", "improved", True, "improved"]
    assert changes[BCP] == [None, "inadequate", None, True, None]
    assert changes[NORTHAMPTONSHIRE] == [None, "inadequate", None, False, None]
    assert WEST not in changes


def test_waiting_time_counts_from_own_inspection(database):
    result_rows = database.execute(
        "SELECT urn, days_since_inspection, next_inspection, about_three_years_on, predecessors"
        " FROM time_since_inspection"
    ).fetchall()
    waiting = {urn: rest for urn, *rest in result_rows}
    assert CUMBRIA not in waiting
    assert waiting[WESTMORLAND] == [None, None, None, "Cumbria"]
    assert waiting[CUMBERLAND] == [36, "short", date(2027, 10, 11), "Cumbria"]
    assert waiting[BCP][1:3] == ["standard", None]
    order = [urn for urn, *_ in result_rows]
    # Dorset is sorted by its first day in 2019; authorities without any report come last.
    assert order[0] == DORSET
    assert order.index(WEST) < order.index(BCP) < order.index(CUMBERLAND) < order.index(80418)


def test_region_counts_authorities_only_while_they_exist(database):
    result_rows = database.execute(
        "SELECT year, grade, authorities, graded FROM region_summary"
        " WHERE region_name = 'South West' AND area = 'overall_effectiveness' ORDER BY year, grade_rank"
    ).fetchall()
    assert result_rows[:4] == [
        (2017, "requires_improvement", 1, 1),
        (2018, "good", 1, 2),
        (2018, "requires_improvement", 1, 2),
        (2019, "good", 1, 2),
    ]
    assert [row for row in result_rows if row[0] == 2020] == []
    assert [row for row in result_rows if row[0] == 2022] == [(2022, "inadequate", 1, 1)]


def test_neighbour_comparison_uses_own_grades_of_successors(database):
    result_rows = database.execute(
        "SELECT neighbour, neighbour_overall_effectiveness_grade, neighbour_note FROM neighbour_comparison"
        " WHERE neighbour_urn IN (?, ?) GROUP BY ALL ORDER BY neighbour",
        [CUMBERLAND, WEST],
    ).fetchall()
    assert result_rows == [
        ("Cumberland", "good", None),
        (
            "West Northamptonshire",
            None,
            "Took over from Northamptonshire on 2021-04-01; no full inspection of its own yet",
        ),
    ]
    assert database.execute("SELECT count(*) FROM neighbour_comparison").fetchall() == [(1530,)]
