"""Views that count, held against the sample's own tables: what they add up to is what is there."""

import duckdb
import pytest

from assets.database.build import database_path


@pytest.fixture(scope="module")
def sample_database(sample_warehouse):
    with duckdb.connect(str(database_path(sample_warehouse)), read_only=True) as connection:
        yield connection


def one(database, query):
    return database.execute(query).fetchone()


def test_quality_counts_every_publication_finding_and_judgement_once(sample_database):
    assert one(
        sample_database,
        "SELECT sum(publications), sum(complete + partial + unreadable + missing + not_extracted),"
        " sum(findings), sum(recommendations), sum(judgements), sum(issues) FROM data_quality",
    ) == one(
        sample_database,
        "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM reports),"
        " (SELECT count(*) FROM findings), (SELECT count(*) FROM recommendations),"
        " (SELECT count(*) FROM judgements WHERE status = 'graded'),"
        " (SELECT count(*) FROM extraction_issues)",
    )


def test_known_issues_name_the_report_whose_file_is_gone(sample_database):
    found = sample_database.execute(
        "SELECT report_id, severity FROM known_issues WHERE issue = 'missing'"
    ).fetchall()
    assert found == [("50004190", "error")]


def test_every_full_inspection_that_gave_a_grade_is_one_row(sample_database):
    assert one(sample_database, "SELECT count(*), count(DISTINCT report_id) FROM full_inspections") == one(
        sample_database,
        "SELECT count(DISTINCT report_id), count(DISTINCT report_id)"
        " FROM judgements JOIN reports USING (report_id)"
        " WHERE judgements.status = 'graded' AND (framework = 'sif' OR framework LIKE 'ilacs%')"
        " AND report_id NOT IN (SELECT report_id FROM superseded_reports)",
    )


@pytest.mark.parametrize("view", ["themes_by_year", "themes_by_region"])
def test_themes_are_counted_whole_however_they_are_grouped(sample_database, view):
    counted = dict(
        sample_database.execute(f"SELECT theme, sum(findings_with) FROM {view} GROUP BY theme").fetchall()
    )
    there = sample_database.execute(
        "SELECT theme, count(*) FROM theme_matches WHERE source_table = 'findings'"
        " AND report_id NOT IN (SELECT report_id FROM superseded_reports) GROUP BY theme"
    ).fetchall()
    assert {theme: number for theme, number in counted.items() if number} == dict(there)


def test_themes_by_grade_are_those_of_inspections_with_an_overall_grade(sample_database):
    assert one(sample_database, "SELECT sum(findings_with) FROM themes_by_grade") == one(
        sample_database,
        "SELECT count(*) FROM theme_matches JOIN judgements USING (report_id)"
        " WHERE source_table = 'findings' AND judgements.area = 'overall_effectiveness' AND grade IS NOT NULL",
    )


@pytest.mark.parametrize("view", ["themes_by_grade", "themes_by_year", "themes_by_region"])
def test_shares_are_of_what_is_counted_beside_them(sample_database, view):
    rows = sample_database.execute(
        "SELECT reports_with, reports_in_all, share_of_reports,"
        f" findings_with, findings_in_all, share_of_findings FROM {view}"
    ).fetchall()
    assert rows
    for reports, of_reports, share, findings, of_findings, their_share in rows:
        assert 0 <= reports <= of_reports
        assert reports <= findings <= of_findings
        assert share == pytest.approx(reports / of_reports, abs=1e-4)
        assert their_share == pytest.approx(findings / of_findings, abs=1e-4)


def test_precision_is_of_the_tags_that_were_read(sample_database):
    assert one(
        sample_database,
        "SELECT read_by_hand, right_tags, precision_found FROM theme_evaluation WHERE theme = '(all)'",
    ) == (200, 198, 0.99)
    assert one(
        sample_database, "SELECT sum(read_by_hand), count(*) FROM theme_evaluation WHERE theme <> '(all)'"
    ) == one(sample_database, "SELECT 200, count(DISTINCT theme) FROM themes")
