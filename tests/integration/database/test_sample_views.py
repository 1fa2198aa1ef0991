"""Tests of aggregating views on the sample: totals equal the counts in the tables."""

import duckdb
import pytest

from assets.database.build import database_path


@pytest.fixture(scope="module")
def sample_database(sample_warehouse):
    with duckdb.connect(str(database_path(sample_warehouse)), read_only=True) as connection:
        yield connection


def fetch_row(database, query):
    return database.execute(query).fetchone()


def test_data_quality_counts_each_row_once(sample_database):
    assert fetch_row(
        sample_database,
        "SELECT sum(publications), sum(complete + partial + unreadable + missing + not_extracted),"
        " sum(findings), sum(recommendations), sum(judgements), sum(issues) FROM data_quality",
    ) == fetch_row(
        sample_database,
        "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM reports),"
        " (SELECT count(*) FROM findings), (SELECT count(*) FROM recommendations),"
        " (SELECT count(*) FROM judgements WHERE status = 'graded'),"
        " (SELECT count(*) FROM extraction_issues)",
    )


def test_known_issues_include_missing_file(sample_database):
    issues = sample_database.execute(
        "SELECT report_id, severity FROM known_issues WHERE issue = 'missing'"
    ).fetchall()
    assert issues == [("50004190", "acknowledged")]


def test_full_inspections_have_one_row_per_graded_report(sample_database):
    assert fetch_row(
        sample_database, "SELECT count(*), count(DISTINCT report_id) FROM full_inspections"
    ) == fetch_row(
        sample_database,
        "SELECT count(DISTINCT report_id), count(DISTINCT report_id)"
        " FROM judgements JOIN reports USING (report_id)"
        " WHERE judgements.status = 'graded' AND (framework = 'sif' OR framework LIKE 'ilacs%')"
        " AND report_id NOT IN (SELECT report_id FROM superseded_reports)",
    )


@pytest.mark.parametrize("view", ["themes_by_year", "themes_by_region"])
def test_theme_totals_do_not_depend_on_grouping(sample_database, view):
    totals = dict(
        sample_database.execute(f"SELECT theme, sum(findings_with) FROM {view} GROUP BY theme").fetchall()
    )
    expected = sample_database.execute(
        "SELECT theme, count(*) FROM theme_matches WHERE source_table = 'findings'"
        " AND report_id NOT IN (SELECT report_id FROM superseded_reports) GROUP BY theme"
    ).fetchall()
    assert {theme: number for theme, number in totals.items() if number} == dict(expected)


def test_themes_by_grade_count_inspections_with_overall_grade(sample_database):
    assert fetch_row(sample_database, "SELECT sum(findings_with) FROM themes_by_grade") == fetch_row(
        sample_database,
        "SELECT count(*) FROM theme_matches JOIN judgements USING (report_id)"
        " WHERE source_table = 'findings' AND judgements.area = 'overall_effectiveness'"
        " AND grade IS NOT NULL",
    )


@pytest.mark.parametrize("view", ["themes_by_grade", "themes_by_year", "themes_by_region"])
def test_theme_shares_equal_counts_divided(sample_database, view):
    rows = sample_database.execute(
        "SELECT reports_with, reports_in_all, share_of_reports,"
        f" findings_with, findings_in_all, share_of_findings FROM {view}"
    ).fetchall()
    assert rows
    for reports, all_reports, report_share, findings, all_findings, finding_share in rows:
        assert 0 <= reports <= all_reports
        assert reports <= findings <= all_findings
        assert report_share == pytest.approx(reports / all_reports, abs=1e-4)
        assert finding_share == pytest.approx(findings / all_findings, abs=1e-4)


def test_precision_counts_checked_matches(sample_database):
    assert fetch_row(
        sample_database,
        "SELECT read_by_hand, right_tags, precision_found FROM theme_evaluation WHERE theme = '(all)'",
    ) == (200, 198, 0.99)
    assert fetch_row(
        sample_database, "SELECT sum(read_by_hand), count(*) FROM theme_evaluation WHERE theme <> '(all)'"
    ) == fetch_row(sample_database, "SELECT 200, count(DISTINCT theme) FROM themes")
