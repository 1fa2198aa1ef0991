"""Which reports of a year are read again, and what their tables come to."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from assets.extraction import incremental
from assets.parsing.report import read_report
from assets.schema.tables import REPORT_TABLES, TABLES
from tests.support import sample

FETCHED = datetime(2026, 9, 1, 12, 30)
FILES = {report_id: Path(f"{report_id}.pdf") for report_id in ("59000055", "50206436")}


def publication(report_id, **changes):
    given = {
        "sha256": report_id.ljust(64, "0"),
        "size_bytes": len(report_id),
        "retrieved_at": FETCHED,
    } | changes
    return replace(sample.reports()[report_id][0], publication_year=2022, **given)


@pytest.fixture(scope="module")
def before():
    """A year's tables as they were stored: two reports, read."""
    read = [read_report(sample.pdf(report_id), publication(report_id)) for report_id in FILES]
    empty = {name: TABLES[name].schema.empty_table() for name in REPORT_TABLES}
    return incremental.assemble(empty, frozenset(), read)


def plan(before, again=(), **changes):
    """Plan a year whose first report is listed, or was fetched, otherwise than it was read."""
    first, second = FILES
    work = [(publication(first, **changes), FILES[first]), (publication(second), FILES[second])]
    return incremental.plan(work, before["reports"], frozenset(again))


def to_read(planned):
    return [publication.report_id for publication, _ in planned.to_read]


def test_what_did_not_change_is_kept(before):
    planned = plan(before)
    assert planned == incremental.Plan(frozenset(FILES), (), ())
    assert incremental.assemble(before, planned.kept, []) == before


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
def test_what_changed_is_read_again(before, changes):
    planned = plan(before, **changes)
    assert to_read(planned) == ["59000055"]
    assert planned.kept == {"50206436"}


def test_what_is_asked_for_is_read_again(before):
    assert to_read(plan(before, again=["50206436"])) == ["50206436"]
    assert to_read(plan(before, again=["1"])) == []


def test_everything_is_read_again_by_other_code(before, monkeypatch):
    monkeypatch.setattr(incremental, "extractor_version", lambda: "0" * 12)
    assert to_read(plan(before)) == list(FILES)


def test_everything_is_read_where_nothing_is_known():
    assert to_read(plan({"reports": TABLES["reports"].schema.empty_table()})) == list(FILES)


def test_a_publication_without_a_file_is_missing(before):
    lost = publication(
        "59000055", sha256=None, size_bytes=None, retrieved_at=None, missing="the site has no such file"
    )
    planned = incremental.plan(
        [(lost, None), (publication("50206436"), FILES["50206436"])], before["reports"], frozenset()
    )
    assert planned.missing == (lost,)
    tables = incremental.assemble(before, planned.kept, [incremental.missing_report_tables(lost)])
    assert {row["report_id"]: row["status"] for row in tables["reports"].to_pylist()} == {
        "50206436": "complete",
        "59000055": "missing",
    }
    issue = tables["extraction_issues"].to_pylist()[0]
    assert (issue["report_id"], issue["code"], issue["detail"]) == (
        "59000055",
        "missing",
        "the site has no such file",
    )
    assert set(tables["findings"]["report_id"].to_pylist()) == {"50206436"}


def test_rows_read_anew_take_the_place_of_the_old(before):
    planned = plan(before, sha256="f" * 64)
    [(changed, _)] = planned.to_read
    tables = incremental.assemble(before, planned.kept, [read_report(sample.pdf("59000055"), changed)])
    for name in REPORT_TABLES:
        assert tables[name].num_rows == before[name].num_rows
    hashes = {row["report_id"]: row["sha256"] for row in tables["reports"].to_pylist()}
    assert hashes["59000055"] == "f" * 64


def test_a_publication_that_left_the_year_leaves_its_tables(before):
    planned = incremental.plan([(publication("50206436"), FILES["50206436"])], before["reports"], frozenset())
    tables = incremental.assemble(before, planned.kept, [])
    for name in REPORT_TABLES:
        assert set(tables[name]["report_id"].to_pylist()) <= {"50206436"}


@pytest.mark.parametrize(
    ("wanted", "years"),
    [
        ([2022], (2022,)),
        ([2019], (2019, 2020, 2021)),
        ([2021], (2019, 2020, 2021)),
        ([2022, 2023], (2022, 2023)),
    ],
)
def test_years_between_which_reports_moved_are_built_together(wanted, years):
    listed = {"a": 2020, "b": 2021, "c": 2022, "new": 2023}
    stored = {"a": [2019], "b": [2020], "c": [2022]}
    assert incremental.years_to_build(wanted, listed, stored) == years


def test_a_year_without_publications_is_empty(before):
    planned = incremental.plan([], before["reports"], frozenset())
    assert all(table.num_rows == 0 for table in incremental.assemble(before, planned.kept, []).values())
