"""Which reports of a year are read again, and the tables that result."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from assets.extraction import incremental
from assets.extraction.assets import OUTDATED, split_by_limit
from assets.extraction.corrections import version_suffix
from assets.parsing.report import read_report
from assets.schema.tables import REPORT_TABLES, TABLES
from tests.support import sample

RETRIEVED_AT = datetime(2026, 9, 1, 12, 30)
VISIT, JTAI = "59000055", "50206436"
FILES = {report_id: Path(f"{report_id}.pdf") for report_id in (VISIT, JTAI)}


def publication(report_id, **changes):
    defaults = {
        "sha256": report_id.ljust(64, "0"),
        "size_bytes": len(report_id),
        "retrieved_at": RETRIEVED_AT,
    }
    return replace(sample.reports()[report_id][0], publication_year=2022, **defaults | changes)


@pytest.fixture(scope="module")
def stored():
    """The stored tables of a year with two reports."""
    extracted = [read_report(sample.pdf(report_id), publication(report_id)) for report_id in FILES]
    empty = {name: TABLES[name].schema.empty_table() for name in REPORT_TABLES}
    return incremental.assemble_tables(empty, frozenset(), extracted)


def plan(stored, forced=(), **changes):
    """Plan a year with both reports, with changes to the publication of the first."""
    pairs = [(publication(VISIT, **changes), FILES[VISIT]), (publication(JTAI), FILES[JTAI])]
    return incremental.plan_year(pairs, stored["reports"], frozenset(forced))


def ids_to_read(planned):
    return [publication.report_id for publication, _ in planned.to_read]


def test_unchanged_reports_are_kept(stored):
    planned = plan(stored)
    assert planned == incremental.Plan(frozenset(FILES), (), ())
    assert incremental.assemble_tables(stored, planned.kept, []) == stored


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "f" * 64},
        {"size_bytes": 99},
        {"title": "Children's services focused visit (amended)"},
        {"published": date(2022, 12, 14)},
        {"urn": 80451},
        {"source_url": "https://files.ofsted.gov.uk/v1/file/1"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_changed_report_is_read_again(stored, changes):
    planned = plan(stored, **changes)
    assert ids_to_read(planned) == [VISIT]
    assert planned.kept == {JTAI}


def test_forced_report_is_read_again(stored):
    assert ids_to_read(plan(stored, forced=[JTAI])) == [JTAI]
    assert ids_to_read(plan(stored, forced=["1"])) == []


def test_new_extractor_version_reads_all_reports(stored, monkeypatch):
    monkeypatch.setattr(incremental, "extractor_version", lambda: "0" * 12)
    assert ids_to_read(plan(stored)) == list(FILES)


def test_outdated_reports_are_those_of_another_parser_version(stored, monkeypatch):
    assert incremental.outdated_reports(stored["reports"]) == []
    monkeypatch.setattr(incremental, "extractor_version", lambda: "0" * 12)
    assert incremental.outdated_reports(stored["reports"]) == sorted(FILES)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (9, ([2020, 2021, 2022, 2023], [])),
        (4, ([2020, 2022, 2023], [2021])),  # the year with a changed report is never postponed
        (1, ([2020], [2021, 2022, 2023])),  # it holds an outdated report too
    ],
)
def test_outdated_years_are_updated_up_to_the_limit(limit, expected):
    pending = {
        2020: {"1": OUTDATED, "2": "its publication changed"},
        2021: {"3": OUTDATED, "4": OUTDATED},
        2022: {"5": OUTDATED},
        2023: {"6": OUTDATED, "7": OUTDATED},
    }
    assert split_by_limit(pending, limit) == expected
    del pending[2020]
    assert split_by_limit(pending, 1) == ([2023], [2021, 2022])


def test_all_reports_are_read_without_stored_rows():
    assert ids_to_read(plan({"reports": TABLES["reports"].schema.empty_table()})) == list(FILES)


def test_publication_without_file_is_missing(stored):
    without_file = publication(
        VISIT, sha256=None, size_bytes=None, retrieved_at=None, missing="the site has no such file"
    )
    planned = incremental.plan_year(
        [(without_file, None), (publication(JTAI), FILES[JTAI])], stored["reports"], frozenset()
    )
    assert planned.missing == (without_file,)
    tables = incremental.assemble_tables(
        stored, planned.kept, [incremental.missing_report_tables(without_file)]
    )
    assert {row["report_id"]: row["status"] for row in tables["reports"].to_pylist()} == {
        JTAI: "complete",
        VISIT: "missing",
    }
    issue = tables["extraction_issues"].to_pylist()[0]
    assert (issue["report_id"], issue["code"], issue["detail"]) == (
        VISIT,
        "missing",
        "the site has no such file",
    )
    assert set(tables["findings"]["report_id"].to_pylist()) == {JTAI}


def test_new_rows_replace_stored_rows(stored):
    planned = plan(stored, sha256="f" * 64)
    [(changed, _)] = planned.to_read
    extracted = [read_report(sample.pdf(VISIT), changed)]
    tables = incremental.assemble_tables(stored, planned.kept, extracted)
    for name in REPORT_TABLES:
        assert tables[name].num_rows == stored[name].num_rows
    hashes = {row["report_id"]: row["sha256"] for row in tables["reports"].to_pylist()}
    assert hashes[VISIT] == "f" * 64


def test_report_that_left_the_year_is_removed(stored):
    planned = incremental.plan_year([(publication(JTAI), FILES[JTAI])], stored["reports"], frozenset())
    tables = incremental.assemble_tables(stored, planned.kept, [])
    for name in REPORT_TABLES:
        assert set(tables[name]["report_id"].to_pylist()) <= {JTAI}


@pytest.mark.parametrize(
    ("requested", "years"),
    [
        ([2022], (2022,)),
        ([2019], (2019, 2020, 2021)),
        ([2021], (2019, 2020, 2021)),
        ([2022, 2023], (2022, 2023)),
    ],
)
def test_years_linked_by_moved_reports_are_built_together(requested, years):
    listed = {"a": 2020, "b": 2021, "c": 2022, "new": 2023}
    stored = {"a": [2019], "b": [2020], "c": [2022]}
    assert incremental.years_to_build(requested, listed, stored) == years


def test_year_without_publications_is_empty(stored):
    planned = incremental.plan_year([], stored["reports"], frozenset())
    tables = incremental.assemble_tables(stored, planned.kept, [])
    assert all(table.num_rows == 0 for table in tables.values())


def test_files_listed_twice_name_each_other():
    listings = incremental.other_listings(
        [
            ("1", "Kent", "aa"),
            ("2", "Surrey", "aa"),
            ("3", "Kent", "aa"),
            ("4", "Kent", "bb"),
            ("5", "Kent", None),
            ("6", "Kent", None),
        ]
    )
    assert listings == {
        "1": "the same file as 2 (Surrey) and 3 (Kent)",
        "2": "the same file as 1 (Kent) and 3 (Kent)",
        "3": "the same file as 1 (Kent) and 2 (Surrey)",
    }
    assert version_suffix("") == ""
    assert version_suffix(listings["1"]) != version_suffix(listings["2"])


def test_file_listed_twice():
    twice = publication(VISIT, listed_as="the same file as 1 (Kent)")
    tables = read_report(sample.pdf(VISIT), twice)
    assert tables["extraction_issues"]["code"].to_pylist() == ["file_listed_twice"]
    assert tables["extraction_issues"]["detail"].to_pylist() == ["the same file as 1 (Kent)"]
    assert tables["reports"]["status"].to_pylist() == ["partial"]
