"""Views on reports that do not count or were read in part."""

from datetime import date

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.reference.loaders import read_reference_tables
from assets.storage import parquet_store
from tests.support.rows import rows

NORFOLK, SUFFOLK, DEVON, KENT = 80418, 80565, 80461, 80476
REASON = "The inspection dates were not found"

# report_id, urn, year of inspection and publication, reason not to count, {area: grade, or None if not read}
REPORTS = [
    # Norfolk: the later report does not count.
    ("10", NORFOLK, 2019, None, {"overall_effectiveness": "good"}),
    ("11", NORFOLK, 2022, REASON, {"overall_effectiveness": "inadequate"}),
    # Suffolk: one judgement of the latest report was not read.
    ("20", SUFFOLK, 2019, None, {"overall_effectiveness": "good", "leadership": "good"}),
    ("21", SUFFOLK, 2022, None, {"overall_effectiveness": None, "leadership": "outstanding"}),
    # Devon: no judgement of the latest report was read.
    ("30", DEVON, 2019, None, {"overall_effectiveness": "good"}),
    ("31", DEVON, 2022, None, {"overall_effectiveness": None}),
    # Kent: the same inspection was published again, and the second version does not count.
    ("40", KENT, 2019, None, {"overall_effectiveness": "good"}),
    ("41", KENT, 2019, REASON, {"overall_effectiveness": "inadequate"}),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    warehouse = tmp_path_factory.mktemp("not-counted")
    for name, table in read_reference_tables().items():
        parquet_store.write(warehouse, name, table)
    keys = ("report_id", "urn", "publication_year")
    parquet_store.write(
        warehouse,
        "publications",
        rows(
            "publications",
            *(
                {
                    "report_id": report_id,
                    "urn": urn,
                    "family": "inspection",
                    "published": date(year, 6, 2 if report_id == "41" else 1),
                }
                for report_id, urn, year, *_ in REPORTS
            ),
        ),
    )
    for year in (2019, 2022):
        of_year = [entry for entry in REPORTS if entry[2] == year]
        reports = [
            {
                **dict(zip(keys, entry, strict=False)),
                "family": "inspection",
                "framework": "ilacs_2018",
                "status": "partial",
                "published": date(year, 6, 2 if entry[0] == "41" else 1),
                "inspection_start": date(year, 3, 1),
                "inspection_end": date(year, 3, 5),
                "counts": entry[3] is None,
                "not_counted_reason": entry[3],
            }
            for entry in of_year
        ]
        judgements = [
            {
                **dict(zip(keys, entry, strict=False)),
                "area": area,
                "grade": grade,
                "grade_rank": 1 if grade else None,
                "status": "graded" if grade else "not_found",
                "counts": entry[3] is None,
                "not_counted_reason": entry[3],
            }
            for entry in of_year
            for area, grade in entry[4].items()
        ]
        parquet_store.write(warehouse, "reports", rows("reports", *reports), year)
        parquet_store.write(warehouse, "judgements", rows("judgements", *judgements), year)
        for table in ("findings", "recommendations"):
            texts = [{**dict(zip(keys, entry, strict=False)), "ordinal": 1} for entry in of_year]
            parquet_store.write(warehouse, table, rows(table, *texts), year)
    build_database(warehouse)
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("urn", "report_id", "grade", "note", "not_read"),
    [
        (
            NORFOLK,
            "10",
            "good",
            "The inspection published on 1 June 2022 could not be used: the inspection dates were not found",
            None,
        ),
        (SUFFOLK, "21", None, None, "overall_effectiveness"),
        (
            DEVON,
            "30",
            "good",
            "The inspection published on 1 June 2022 could not be used: none of its judgements was read",
            None,
        ),
        (
            KENT,
            "40",
            "good",
            "The inspection published on 2 June 2019 could not be used: the inspection dates were not found",
            None,
        ),
    ],
)
def test_latest_judgements(database, urn, report_id, grade, note, not_read):
    for relation in ("latest_judgements", "judgements_as_at('2022-12-31')"):
        result = database.execute(
            f"SELECT report_id, overall_effectiveness_grade, note, not_read FROM {relation} WHERE urn = ?",
            [urn],
        ).fetchone()
        assert result == (report_id, grade, note, not_read)


def test_version_that_does_not_count_replaces_nothing(database):
    assert database.execute("FROM superseded_reports").fetchall() == []


def test_history_has_only_reports_that_count(database):
    ids = database.execute("SELECT DISTINCT report_id FROM judgement_history ORDER BY ALL").fetchall()
    assert [report_id for (report_id,) in ids] == ["10", "20", "21", "30", "31", "40"]


@pytest.mark.parametrize("view", ["findings_with_authority", "recommendations_with_authority"])
def test_texts_for_spreadsheets_say_which_reports_count(database, view):
    """The tables have the texts of all reports: a reader must be able to leave out some."""
    found = database.execute(f"SELECT report_id, counts FROM {view} ORDER BY ALL").fetchall()
    assert found == [(report_id, reason is None) for report_id, _, _, reason, _ in REPORTS]


def test_notes_belong_to_the_period_of_the_publication(database):
    notes = database.execute(
        "SELECT year, report_id, note FROM authority_year_panel WHERE urn = ? ORDER BY year", [NORFOLK]
    ).fetchall()
    assert {report_id for _, report_id, _ in notes} <= {None, "10"}
    assert notes[-1][2].startswith("The inspection published on 1 June 2022 could not be used")
