"""Every check in SQL: silent on the sample, loud about the very thing it is there for."""

import duckdb
import pytest

from assets.database.build import database_path
from assets.database.sql_checks import is_blocking, load_checks, run_queries
from assets.database.sql_files import OBJECT_TYPES, SqlFileError, read_definitions, read_sql_files, sql_folder
from assets.schema.tables import TABLES

REPORT = "50177455"  # an inspection of Herefordshire, in 2022
ITS_URN = f"urn = (SELECT urn FROM publications WHERE report_id = '{REPORT}')"
JUDGED = f"report_id = '{REPORT}' AND area = 'leadership'"

#: What makes each check find something.
BREAKS = {
    "areas_not_of_the_framework": f"UPDATE judgements SET area = 'lscb' WHERE {JUDGED}",
    "areas_without_a_row": f"DELETE FROM judgements WHERE {JUDGED}",
    "contradicted_by_statistics": f"UPDATE judgements SET grade = 'good', grade_rank = 2 WHERE {JUDGED}",
    "dates_out_of_order": f"UPDATE reports SET inspection_end = published + 1 WHERE report_id = '{REPORT}'",
    "gaps_in_the_order": f"DELETE FROM findings WHERE report_id = '{REPORT}' AND ordinal = 3",
    "grades_inherited": "UPDATE reports SET urn = 80418 WHERE report_id = '50309857'",
    "grades_off_their_scale": f"UPDATE judgements SET grade = 'adequate' WHERE {JUDGED}",
    "grades_without_status": f"UPDATE judgements SET status = 'not_judged' WHERE {JUDGED}",
    "latest_not_once": "INSERT INTO gss_codes SELECT * FROM gss_codes; INSERT INTO successions"
    " SELECT predecessor_urn, 80418, last_day - 1 FROM successions;"
    " INSERT INTO authorities SELECT * FROM authorities WHERE urn = 80418",
    "latest_unlike_as_at": "INSERT INTO gss_codes SELECT urn, 'E06999999', NULL, NULL FROM gss_codes;"
    " UPDATE authorities SET valid_from = DATE '9999-06-01' WHERE urn = 80418",
    "numbered_recommendations_astray": "UPDATE findings SET kind = 'recommendation'"
    f" WHERE report_id = '{REPORT}' AND paragraph = 5",
    "panel_not_once": "INSERT INTO gss_codes SELECT urn, 'E06999999', NULL, NULL FROM gss_codes",
    "periods_that_overlap": f"INSERT INTO authorities SELECT * FROM authorities WHERE {ITS_URN}",
    "reports_of_another_authority": f"UPDATE findings SET urn = 80418 WHERE report_id = '{REPORT}'",
    "shares_that_do_not_add_up": f"UPDATE authorities SET region_name = 'England' WHERE {ITS_URN}",
    "stale_official_differences": "INSERT INTO official_differences SELECT urn, published, 'leadership',"
    f" 'good', 'inadequate', 'x', 'x' FROM official_judgements WHERE {ITS_URN}",
    "tags_without_words": "UPDATE theme_matches SET matched = ['elephants'] WHERE theme = 'neglect'",
    "texts_not_searchable": f"DELETE FROM search_documents WHERE report_id = '{REPORT}'",
    "themes_unknown": "UPDATE theme_samples SET theme = 'elephants' WHERE theme = 'neglect'",
    "unexplained_differences": "DELETE FROM official_judgements WHERE published ="
    f" (SELECT published FROM reports WHERE report_id = '{REPORT}')",
}


@pytest.fixture(scope="module")
def free(sample_warehouse):
    """The sample's database again, in memory and without keys, to be broken and rolled back."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database_path(sample_warehouse)}' AS sample (READ_ONLY)")
        for name in TABLES:
            connection.execute(f'CREATE TABLE "{name}" AS FROM sample."{name}"')
        for file in read_definitions(sql_folder()):
            parameters = ", ".join(file.parameters)
            statement = OBJECT_TYPES[file.folder].statement
            connection.execute(statement.format(name=file.name, parameters=parameters, query=file.query))
        yield connection


def test_the_sample_passes_all(sample_warehouse):
    assert {
        file.name: rows.num_rows
        for file, rows in run_queries(sample_warehouse, load_checks())
        if rows.num_rows
    } == {}


def test_severity_decides_whether_a_check_blocks():
    assert {check.severity for check in load_checks()} == {"blocking", "warning"}
    assert all(is_blocking(check) is (check.severity == "blocking") for check in load_checks())
    assert [check.name for check in load_checks() if not is_blocking(check)] == ["unexplained_differences"]


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


@pytest.mark.parametrize("check", load_checks(), ids=lambda check: check.name)
def test_a_check_finds_what_it_is_there_for(check, free):
    assert not free.execute(check.query).fetchall()
    free.begin()
    try:
        free.execute(BREAKS[check.name])
        assert free.execute(check.query).fetchall()
    finally:
        free.rollback()
