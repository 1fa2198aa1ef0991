"""Tests of the views on real authorities and made-up reports that cover each rule.

Reorganised authorities are in test_successions, the comparison with statistics in test_official_comparison.
"""

from datetime import date, timedelta

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.reference.loaders import read_reference_tables, vocabulary_tables
from assets.storage import parquet_store
from tests.support.rows import rows

NORFOLK, SUFFOLK, DEVON, KENT = 80418, 80565, 80461, 80476
CUMBRIA, CUMBERLAND, WESTMORLAND, BUCKINGHAMSHIRE = 80457, 2733690, 2733698, 80442
RANKS = {
    "outstanding": 1,
    "good": 2,
    "requires_improvement": 3,
    "adequate": 3,
    "inadequate": 4,
    "inconsistent": 2,
}

# report_id, urn, family, framework, first day, {area: grade, or None if not judged}
REPORTS = [
    (
        "10",
        NORFOLK,
        "inspection",
        "sif",
        date(2015, 7, 1),
        {
            "overall_effectiveness": "inadequate",
            "in_care": "inadequate",
            "care_leavers": "good",
            "lscb": None,
        },
    ),
    (
        "11",
        NORFOLK,
        "inspection",
        "ilacs_2018",
        date(2018, 3, 5),
        {"overall_effectiveness": "requires_improvement", "in_care_and_care_leavers": "good"},
    ),
    ("12", NORFOLK, "focused_visit", "ilacs_2018", date(2020, 2, 4), {}),
    # Suffolk: ilacs_2026 has no overall grade; its report was republished.
    (
        "20",
        SUFFOLK,
        "inspection",
        "ilacs_2023",
        date(2024, 1, 8),
        {
            "overall_effectiveness": "good",
            "leadership": "good",
            "in_care": "good",
            "care_leavers": "outstanding",
        },
    ),
    (
        "21",
        SUFFOLK,
        "inspection",
        "ilacs_2026",
        date(2026, 5, 11),
        {"leadership": "inadequate", "in_care": "good"},
    ),
    ("22", SUFFOLK, "inspection", "ilacs_2026", date(2026, 5, 11), {"leadership": "good", "in_care": "good"}),
    ("23", SUFFOLK, "area_send", "area_send_2023", date(2025, 6, 2), {"area_send_outcome": "inconsistent"}),
    # Devon: neither a later report without grades nor an lscb_review is a full inspection.
    (
        "30",
        DEVON,
        "inspection",
        "sif",
        date(2015, 2, 3),
        {"overall_effectiveness": "good", "leadership": "good"},
    ),
    ("31", DEVON, "inspection", "ilacs_2018", date(2020, 1, 20), {"overall_effectiveness": None}),
    ("32", DEVON, "inspection", "lscb_review", date(2021, 8, 3), {"lscb": "good"}),
    # Kent: graded on the scale of 2013, then on that of 2014.
    ("40", KENT, "inspection", "looked_after_2013", date(2013, 7, 8), {"leadership": "adequate"}),
    (
        "41",
        KENT,
        "inspection",
        "sif",
        date(2017, 3, 6),
        {"leadership": "requires_improvement", "adoption": "good"},
    ),
    # Cumbria ended in 2023. Only one of its successors, Cumberland, has been inspected.
    (
        "50",
        CUMBRIA,
        "inspection",
        "ilacs_2018",
        date(2022, 9, 5),
        {"overall_effectiveness": "requires_improvement"},
    ),
    ("51", CUMBERLAND, "inspection", "ilacs_2023", date(2024, 10, 7), {"overall_effectiveness": "good"}),
    # Buckinghamshire kept its URN when it became unitary in 2020, so its earlier judgements remain in force.
    ("60", BUCKINGHAMSHIRE, "inspection", "sif", date(2017, 11, 6), {"overall_effectiveness": "inadequate"}),
]
WORKBOOK_COLUMNS = [
    "urn",
    "la_code",
    "region_code",
    "la_code_new",
    "stat_neighbours",
    "stat_neighbour_judgement",
    "local_authority",
    "inspection_link",
    "overall_effectiveness_grade",
    "inspection_framework",
    "inspector_name",
    "inspection_start_date",
    "inspection_end_date",
    "publication_date",
    "local_link_to_all_inspections",
    "impact_of_leaders_grade",
    "help_and_protection_grade",
    "in_care_grade",
    "care_leavers_grade",
    "inspectors_inspections_count",
]


def publication(report_id, urn, family, start):
    return {
        "report_id": report_id,
        "urn": urn,
        "family": family,
        "title": f"A report, {family}",
        "published": published(report_id, start),
        "url": f"https://files.example/{report_id}",
        "provider_url": f"https://reports.example/provider/44/{urn}",
        "is_listed": report_id != "21",
    }


def published(report_id, start):
    return start + timedelta(days=50 if report_id == "22" else 40)


def report(report_id, urn, family, framework, start):
    return {
        "report_id": report_id,
        "urn": urn,
        "family": family,
        "framework": framework,
        "published": published(report_id, start),
        "inspection_start": start,
        "inspection_end": start + timedelta(days=4),
        "inspection_type": "short",
        "theme": "planning" if family == "focused_visit" else None,
        "lead_inspector": "Ann Other" if urn == SUFFOLK else "A N Other",
        "source_url": f"https://files.example/{report_id}",
        "publication_year": start.year,
    }


def judgement(report_id, urn, start, area, grade):
    return {
        "report_id": report_id,
        "urn": urn,
        "area": area,
        "grade": grade,
        "grade_rank": RANKS[grade] if grade else None,
        "status": "graded" if grade else "not_judged",
        "publication_year": start.year,
    }


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A connection to a database built from REPORTS."""
    warehouse = tmp_path_factory.mktemp("views")
    for name, table in {**read_reference_tables(), **vocabulary_tables()}.items():
        parquet_store.write(warehouse, name, table)
    publications = [
        publication(report_id, urn, family, start) for report_id, urn, family, _, start, _ in REPORTS
    ]
    publications.append(
        {**publication("70", NORFOLK, "jtai", date(2016, 5, 1)), "listed_inspection_date": date(2016, 5, 1)}
    )
    parquet_store.write(warehouse, "publications", rows("publications", *publications))
    for year in sorted({start.year for *_, start, _ in REPORTS}):
        reports = [entry for entry in REPORTS if entry[4].year == year]
        parquet_store.write(
            warehouse, "reports", rows("reports", *(report(*entry[:5]) for entry in reports)), year
        )
        judgements = [
            judgement(report_id, urn, start, area, grade)
            for report_id, urn, _, _, start, grades in reports
            for area, grade in grades.items()
        ]
        parquet_store.write(warehouse, "judgements", rows("judgements", *judgements), year)
    build_database(warehouse)
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def latest(database):
    """The rows of latest_judgements by URN."""
    result = database.execute("SELECT * FROM latest_judgements")
    names = [column[0] for column in result.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}


def history(database, urn, area):
    return database.execute(
        "SELECT framework, grade, previous_grade, change FROM judgement_history WHERE urn = ? AND area = ?",
        [urn, area],
    ).fetchall()


def test_latest_has_one_row_per_current_authority(database, latest):
    assert database.execute("SELECT count(*) FROM latest_judgements").fetchall() == [(153,)]
    assert len(latest) == 153
    assert CUMBRIA not in latest


def test_latest_starts_with_workbook_columns(latest):
    assert list(latest[NORFOLK])[: len(WORKBOOK_COLUMNS)] == WORKBOOK_COLUMNS


def test_latest_returns_last_full_inspection(latest):
    row = latest[NORFOLK]
    assert {name: row[name] for name in WORKBOOK_COLUMNS if not name.startswith("stat_")} == {
        "urn": NORFOLK,
        "la_code": "926",
        "region_code": "E12000006",
        "la_code_new": "E10000020",
        "local_authority": "Norfolk",
        "inspection_link": "https://files.example/11",
        "overall_effectiveness_grade": "requires_improvement",
        "inspection_framework": "short",
        "inspector_name": "A N Other",
        "inspection_start_date": date(2018, 3, 5),
        "inspection_end_date": date(2018, 3, 9),
        "publication_date": date(2018, 4, 14),
        "local_link_to_all_inspections": "https://reports.example/provider/44/80418",
        "impact_of_leaders_grade": None,
        "help_and_protection_grade": None,
        "in_care_grade": "good",
        "care_leavers_grade": None,
        "inspectors_inspections_count": 7,
    }


def test_joint_grade_is_in_both_columns(latest):
    assert latest[NORFOLK]["in_care_and_care_leavers_grade"] == "good"
    assert latest[NORFOLK]["note"] == "Children in care and care leavers were judged together"


def test_missing_overall_grade_is_null(latest):
    row = latest[SUFFOLK]
    assert (row["framework"], row["overall_effectiveness_grade"]) == ("ilacs_2026", None)
    assert row["note"] == "Inspections from April 2026 give no overall grade"


def test_republished_report_counts_once(latest):
    row = latest[SUFFOLK]
    assert (row["report_id"], row["impact_of_leaders_grade"], row["is_listed"]) == ("22", "good", True)
    assert row["inspectors_inspections_count"] == 2


def test_report_without_grades_is_not_latest(latest):
    row = latest[DEVON]
    assert (row["report_id"], row["overall_effectiveness_grade"], row["note"]) == ("30", "good", None)


def test_successor_inherits_no_grades(latest):
    row = latest[WESTMORLAND]
    assert [row[name] for name in row if name.endswith("_grade")] == [None] * 8
    assert row["predecessors"] == "Cumbria"
    assert row["note"] == "Took over from Cumbria on 2023-04-01; no full inspection of its own yet"
    assert (latest[CUMBERLAND]["overall_effectiveness_grade"], latest[CUMBERLAND]["note"]) == ("good", None)


def test_authority_with_unchanged_urn_keeps_grades(latest):
    assert latest[BUCKINGHAMSHIRE]["overall_effectiveness_grade"] == "inadequate"


def test_authority_without_inspection_has_note(latest):
    assert latest[80419]["note"] == "No full inspection in this dataset"
    assert latest[80419]["local_link_to_all_inspections"] is None


def test_neighbour_grades_follow_order_of_names(latest):
    names = latest[NORFOLK]["stat_neighbours"].split("; ")
    grades = latest[NORFOLK]["stat_neighbour_judgement"].split("; ")
    assert names[:3] == ["Suffolk", "Cornwall", "Devon"]
    assert grades == ["", "", "good", *[""] * 7]


def test_neighbour_names_may_contain_commas(latest):
    assert all(len(row["stat_neighbours"].split("; ")) == 10 for row in latest.values())


def test_history_compares_area_across_frameworks(database):
    assert history(database, NORFOLK, "overall_effectiveness") == [
        ("sif", "inadequate", None, None),
        ("ilacs_2018", "requires_improvement", "inadequate", "improved"),
    ]
    assert history(database, KENT, "leadership") == [
        ("looked_after_2013", "adequate", None, None),
        ("sif", "requires_improvement", "adequate", "same"),
    ]


def test_history_does_not_mix_areas(database):
    assert history(database, NORFOLK, "in_care_and_care_leavers") == [("ilacs_2018", "good", None, None)]
    assert history(database, NORFOLK, "in_care") == [("sif", "inadequate", None, None)]


def test_history_skips_areas_not_judged(database):
    assert history(database, DEVON, "overall_effectiveness") == [
        ("sif", "good", None, None),
        ("ilacs_2018", None, "good", None),
    ]


def test_history_counts_republished_report_once(database):
    assert history(database, SUFFOLK, "leadership") == [
        ("ilacs_2023", "good", None, None),
        ("ilacs_2026", "good", "good", "same"),
    ]


def test_history_is_not_carried_over_to_successor(database):
    assert history(database, CUMBRIA, "overall_effectiveness") == [
        ("ilacs_2018", "requires_improvement", None, None)
    ]
    assert history(database, CUMBERLAND, "overall_effectiveness") == [("ilacs_2023", "good", None, None)]


def timeline(database, urn, columns):
    return database.execute(f"SELECT {columns} FROM authority_timeline WHERE urn = ?", [urn]).fetchall()


def test_timeline_orders_parsed_and_unparsed_reports(database):
    assert timeline(database, NORFOLK, "report_id, event, headline_grade, theme, status") == [
        ("10", "inspection", "inadequate", None, "complete"),
        ("70", "jtai", None, None, None),
        ("11", "inspection", "requires_improvement", None, "complete"),
        ("12", "focused_visit", None, "planning", "complete"),
    ]
    assert timeline(database, NORFOLK, "inspection_start")[1] == (date(2016, 5, 1),)


def test_timeline_has_headline_and_superseding_report(database):
    assert timeline(
        database, SUFFOLK, "report_id, headline_area, headline_grade, superseded_by, is_listed"
    ) == [
        ("20", "overall_effectiveness", "good", None, True),
        ("23", "area_send_outcome", "inconsistent", None, True),
        ("21", None, None, "22", False),
        ("22", None, None, None, True),
    ]


def test_timeline_marks_reorganisations(database):
    assert timeline(database, CUMBRIA, "event_date, event, title")[1:] == [
        (date(2023, 3, 31), "ended", "Succeeded by Cumberland; Westmorland and Furness")
    ]
    assert timeline(database, WESTMORLAND, "event_date, event, title") == [
        (date(2023, 4, 1), "began", "Took over from Cumbria")
    ]
    assert timeline(database, 2532287, "title") == [("Took over from Bournemouth; Dorset (to 2019); Poole",)]


def test_superseded_reports_are_republished_reports(database):
    assert database.execute("SELECT * FROM superseded_reports").fetchall() == [("21", "22")]
