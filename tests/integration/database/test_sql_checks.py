"""SQL checks: each returns no rows for the sample, and returns rows for the violation it is meant to find."""

import re

import duckdb
import pytest

from assets.database.build import database_path
from assets.database.build_info import add_build_info
from assets.database.sql_checks import is_blocking, load_checks, run_queries
from assets.database.sql_files import OBJECT_TYPES, SqlFileError, read_definitions, read_sql_files, sql_folder
from assets.parsing.invariants.rows import MAX_CHAPTER_HEADING, MAX_HEADING, check_headings
from assets.parsing.models import Box, Extraction, Section
from assets.schema.tables import REPORT_TABLES, TABLES
from tests.support.rows import rows

REPORT = "50177455"  # an inspection of Herefordshire, in 2022
ITS_ID = f"report_id = '{REPORT}'"
ITS_URN = f"urn = (SELECT urn FROM publications WHERE report_id = '{REPORT}')"
JUDGED = f"report_id = '{REPORT}' AND area = 'leadership'"

#: The longest headings by level.
BOUNDS = {1: MAX_CHAPTER_HEADING, 2: MAX_HEADING}
#: A statement per check that introduces a violation.
VIOLATIONS = {
    "acknowledged_issues_match": "DELETE FROM acknowledged_issues",
    "judgement_areas_in_framework": f"UPDATE judgements SET area = 'lscb' WHERE {JUDGED}",
    "required_areas_present": f"DELETE FROM judgements WHERE {JUDGED}",
    "official_grades_confirmed": f"UPDATE judgements SET grade = 'good', grade_rank = 2 WHERE {JUDGED}",
    "inspection_dates_ordered": "UPDATE reports SET inspection_end = published + 1"
    f" WHERE report_id = '{REPORT}'",
    "ordinals_contiguous": f"DELETE FROM findings WHERE report_id = '{REPORT}' AND ordinal = 3",
    "grades_not_inherited": "UPDATE reports SET urn = 80418 WHERE report_id = '50309857'",
    "grade_in_scale": f"UPDATE judgements SET grade = 'adequate' WHERE {JUDGED}",
    "grade_matches_status": f"UPDATE judgements SET status = 'not_judged' WHERE {JUDGED}",
    "latest_judgements_unique": "INSERT INTO gss_codes SELECT * FROM gss_codes; INSERT INTO successions"
    " SELECT predecessor_urn, 80418, last_day - 1 FROM successions;"
    " INSERT INTO authorities SELECT * FROM authorities WHERE urn = 80418",
    "latest_judgements_match_as_at": "INSERT INTO gss_codes"
    " SELECT urn, 'E06999999', NULL, NULL FROM gss_codes;"
    " UPDATE authorities SET valid_from = DATE '9999-06-01' WHERE urn = 80418",
    "numbered_recommendations_present": "UPDATE findings SET kind = 'recommendation'"
    f" WHERE report_id = '{REPORT}' AND paragraph = 5",
    "panel_years_contiguous": "INSERT INTO gss_codes SELECT urn, 'E06999999', NULL, NULL FROM gss_codes",
    "judgement_periods_contiguous": f"INSERT INTO authorities SELECT * FROM authorities WHERE {ITS_URN}",
    "urn_matches_publication": f"UPDATE findings SET urn = 80418 WHERE report_id = '{REPORT}'",
    "region_counts_add_up": f"UPDATE authorities SET region_name = 'England' WHERE {ITS_URN}",
    "official_differences_current": "INSERT INTO official_differences SELECT urn, published, 'leadership',"
    f" 'good', 'inadequate', 'x', 'x' FROM official_judgements WHERE {ITS_URN}",
    "reports_count_by_rule": f"UPDATE reports SET framework = NULL WHERE report_id = '{REPORT}'",
    "views_use_counting_reports": "CREATE OR REPLACE VIEW report_themes AS FROM reports;"
    f" UPDATE reports SET counts = false WHERE report_id = '{REPORT}'",
    "unused_inspections_noted": "CREATE OR REPLACE VIEW known_issues AS"
    " SELECT report_id, code AS issue FROM extraction_issues;"
    f" UPDATE reports SET counts = false WHERE report_id = '{REPORT}'",
    "unread_judgements_shown": "CREATE OR REPLACE VIEW unread_judgements AS"
    f" SELECT '{REPORT}' AS report_id, 'leadership; lscb' AS areas",
    "theme_matches_in_text": "UPDATE theme_matches SET matched = ['elephants'] WHERE theme = 'neglect'",
    "texts_counted_once": f"UPDATE findings SET kind = 'recommendation' WHERE report_id = '{REPORT}'",
    "search_index_complete": f"DELETE FROM search_documents WHERE report_id = '{REPORT}'",
    "themes_in_lexicon": "UPDATE theme_samples SET theme = 'elephants' WHERE theme = 'neglect'",
    "publications_have_reports": f"DELETE FROM reports WHERE {ITS_ID}",
    "reports_match_publications": f"UPDATE publications SET title = 'Another' WHERE {ITS_ID}",
    "reports_in_publication_year": f"UPDATE reports SET publication_year = 2021 WHERE {ITS_ID}",
    "publications_seen_in_order": "UPDATE publications SET last_seen = first_seen - INTERVAL 1 DAY"
    f" WHERE {ITS_ID}",
    "read_reports_have_files": f"UPDATE reports SET extractor_version = NULL WHERE {ITS_ID}",
    "one_parser_version": f"UPDATE reports SET extractor_version = 'another+x' WHERE {ITS_ID}",
    "status_matches_file": f"UPDATE reports SET status = 'missing' WHERE {ITS_ID}",
    "status_matches_issues": f"UPDATE reports SET status = 'partial' WHERE {ITS_ID}",
    "read_reports_have_lines": f"DELETE FROM report_lines WHERE {ITS_ID}",
    "unread_reports_have_no_rows": f"UPDATE reports SET status = 'missing' WHERE {ITS_ID}",
    "rows_in_year_of_report": f"UPDATE inspectors SET publication_year = 2021 WHERE {ITS_ID}",
    "pages_in_report": f"UPDATE findings SET page = 400 WHERE {ITS_ID} AND ordinal = 1",
    "lines_contiguous": f"DELETE FROM report_lines WHERE {ITS_ID} AND page = 2 AND line = 1",
    "page_numbers_ascend": "UPDATE report_lines SET text = 500 - page WHERE role = 'page_number'",
    "indicators_match_counts": "UPDATE authority_indicators SET value = value + 2 WHERE year = 2020",
    "indicators_add_up": "UPDATE authority_indicators SET numerator = 2 * numerator WHERE urn IS NULL",
    "indicators_plausible": "UPDATE authority_indicators SET value = 3 * value WHERE year = 2020",
    "recommendations_complete": f"UPDATE recommendations SET text = 'The quality of:' WHERE {ITS_ID}",
    "headings_plausible": f"UPDATE sections SET title = 'and their families', level = 2 WHERE {ITS_ID}",
    "rows_not_repeated": f"UPDATE findings SET page = 3, text = repeat('The same words. ', 9) WHERE {ITS_ID}",
    "paragraph_numbers_read": f"UPDATE findings SET text = '' WHERE {ITS_ID} AND paragraph = 5",
    "judged_areas_have_findings": f"DELETE FROM findings WHERE {JUDGED}",
    "joint_inspections_have_headlines": "UPDATE findings SET kind = 'finding' WHERE kind = 'headline'",
    "printed_outcomes_read": f"UPDATE recommendations SET text = 'Visits (Outcome 3)' WHERE {ITS_ID}",
    "rows_contain_their_lines": f"UPDATE report_lines SET unaccounted = 80 WHERE {ITS_ID}",
    "theme_indicators_in_lexicon": "UPDATE theme_indicators SET theme = 'x' WHERE theme = 're_referrals'",
    "official_coverage_explained": f"DELETE FROM official_inspections WHERE {ITS_URN}",
    "official_comparison_explained": "DELETE FROM official_judgements WHERE published ="
    f" (SELECT published FROM reports WHERE report_id = '{REPORT}')",
}


@pytest.fixture(scope="module")
def unconstrained(sample_warehouse):
    """A copy of the sample's database in memory, without keys; tests change it and roll back."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database_path(sample_warehouse)}' AS sample (READ_ONLY)")
        for name in TABLES:
            connection.execute(f'CREATE TABLE "{name}" AS FROM sample."{name}"')
        add_build_info(connection)
        for file in read_definitions(sql_folder()):
            parameters = ", ".join(file.parameters)
            statement = OBJECT_TYPES[file.folder].statement
            connection.execute(statement.format(name=file.name, parameters=parameters, query=file.query))
        yield connection


def test_sample_passes_all_checks(sample_warehouse):
    assert {
        file.name: rows.num_rows
        for file, rows in run_queries(sample_warehouse, load_checks())
        if rows.num_rows
    } == {}


def test_severity_decides_whether_a_check_blocks():
    assert {check.severity for check in load_checks()} == {"blocking", "warning"}
    assert all(is_blocking(check) is (check.severity == "blocking") for check in load_checks())
    assert [check.name for check in load_checks() if not is_blocking(check)] == [
        "indicators_add_up",
        "indicators_match_counts",
        "indicators_plausible",
        "official_comparison_explained",
        "official_coverage_explained",
    ]


@pytest.mark.parametrize(
    "header",
    [
        "-- No severity.",
        "-- Unknown severity.\n--\n-- Severity: fatal",
        "-- Two severities.\n--\n-- Severity: blocking\n-- Severity: warning",
    ],
)
def test_check_without_one_valid_severity_is_refused(tmp_path, header):
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "check.sql").write_text(f"{header}\nSELECT 1 AS x")
    with pytest.raises(SqlFileError, match=r"check\.sql: the opening comment needs exactly one line"):
        read_sql_files(folder)


@pytest.mark.parametrize(
    ("check", "tables"),
    [
        ("ordinals_contiguous", {name for name in REPORT_TABLES if "ordinal" in TABLES[name].key}),
        ("urn_matches_publication", {name for name in REPORT_TABLES if "urn" in TABLES[name].schema.names}),
        ("pages_in_report", {name for name in REPORT_TABLES if "page" in TABLES[name].schema.names}),
        ("rows_in_year_of_report", set(REPORT_TABLES) - {"reports"}),
        ("unread_reports_have_no_rows", set(REPORT_TABLES) - {"reports", "extraction_issues"}),
    ],
)
def test_check_covers_every_table_with_the_column(check, tables):
    [query] = [each.query for each in load_checks() if each.name == check]
    assert set(re.findall(r"'(\w+)' AS table_name", query)) == tables


@pytest.mark.parametrize(
    ("title", "level"),
    [
        *(("T" * (bound + more), level) for level, bound in BOUNDS.items() for more in (0, 1)),
        ("and their families", 1),
        ("Children are safe.", 1),
        ("Children are safe.", 2),
        ("Services are good. Since the last inspection", 1),
        ("Services are ‘good.’ Since the last inspection", 2),
    ],
)
def test_headings_are_plausible_by_the_same_rules_as_in_the_parser(title, level):
    """SQL repeats the rules and bounds of the parser, whose issue it demands."""
    box = Box(1, 0.0, 0.0, 0.0, 0.0)
    issues = [*check_headings(Extraction(sections=[Section(title, None, None, level, 1, box)]))]
    [check] = [each for each in load_checks() if each.name == "headings_plausible"]
    with duckdb.connect() as connection:
        tables = {
            "sections": rows("sections", {"title": title, "level": level, "page": 1}),
            "extraction_issues": rows("extraction_issues"),
        }
        for name, table in tables.items():
            connection.register(name, table)
        assert len(connection.execute(check.query).fetchall()) == len(issues)


#: This check evaluates every view.
SLOW_CHECK = "views_use_counting_reports"
CHECKS = [
    pytest.param(check, id=check.name, marks=[pytest.mark.slow] if check.name == SLOW_CHECK else [])
    for check in load_checks()
]


@pytest.mark.parametrize("check", CHECKS)
def test_check_finds_violation(check, unconstrained):
    assert not unconstrained.execute(check.query).fetchall()
    unconstrained.begin()
    try:
        unconstrained.execute(VIOLATIONS[check.name])
        assert unconstrained.execute(check.query).fetchall()
    finally:
        unconstrained.rollback()
