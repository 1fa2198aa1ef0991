"""A file to its rows, whatever is in it."""

from dataclasses import replace
from datetime import date

import pytest

import assets.parsing
from assets.parsing import report
from assets.parsing.models import Box, Issue, Judgement, Section
from assets.parsing.report import empty_tables, read_report
from assets.schema.tables import REPORT_TABLES, TABLES
from assets.schema.validation import check_references, check_rows
from tests.support import sample


def publication(report_id="50177455", **changes):
    return replace(sample.reports()[report_id][0], **changes)


def rows(tables, name):
    return tables[name].to_pylist()


@pytest.mark.parametrize(
    "report_id", ["50177455", "50004301", "50004249", "59000107", "50061226", "50268466"]
)
def test_the_rows_of_a_report_hold_to_their_declarations(report_id):
    tables = read_report(sample.pdf(report_id), publication(report_id))
    assert tables.keys() == set(REPORT_TABLES)
    year = publication(report_id).publication_year
    for name, table in tables.items():
        assert check_rows(TABLES[name], table, year) == []
        assert set(table["report_id"].to_pylist()) <= {report_id}
    assert check_references(tables) == []
    for name in ("sections", "findings", "recommendations", "inspectors"):
        assert tables[name]["ordinal"].to_pylist() == list(range(1, tables[name].num_rows + 1))
    # Boxes lie on the lines they were made of.
    lines = rows(tables, "report_lines")
    for finding in rows(tables, "findings"):
        for box in finding["boxes"]:
            inside = [
                each
                for each in lines
                if each["page"] == box["page"] and box["top"] <= each["top"] < box["bottom"]
            ]
            assert (
                min(each["x0"] for each in inside)
                <= box["x0"]
                < box["x1"]
                <= max(each["x1"] for each in inside)
            )


def test_what_is_known_of_a_publication_is_carried_over():
    known = publication(sha256="ab" * 32, size_bytes=12, title="Children's services inspection")
    row = rows(read_report(sample.pdf("50177455"), known), "reports")[0]
    assert (row["sha256"], row["size_bytes"], row["title"]) == (
        "ab" * 32,
        12,
        "Children's services inspection",
    )
    assert (row["status"], row["pages"], row["text_coverage"]) == ("complete", 10, 1.0)
    assert row["extractor_version"] == report.extractor_version()


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\nnonsense", b"<html>Report not found</html>"])
def test_a_file_that_cannot_be_read_has_its_row_and_says_why(pdf):
    tables = read_report(pdf, publication())
    row, issue = rows(tables, "reports")[0], rows(tables, "extraction_issues")[0]
    assert (row["status"], row["framework"], row["pages"], row["text_coverage"]) == (
        "unreadable",
        None,
        None,
        None,
    )
    assert (issue["code"], issue["severity"]) == ("unreadable", "error")
    assert "pdfium cannot open the file" in issue["detail"]
    assert [name for name, table in tables.items() if table.num_rows] == ["reports", "extraction_issues"]


def test_a_family_that_is_not_read_has_its_row():
    tables = read_report(sample.pdf("50177455"), publication(family="other"))
    assert rows(tables, "reports")[0]["status"] == "not_extracted"
    assert rows(tables, "reports")[0]["pages"] == 10
    assert tables["findings"].num_rows == tables["extraction_issues"].num_rows == 0


def test_a_report_of_another_authority_is_partial():
    tables = read_report(sample.pdf("50177455"), publication(authority="Derby"))
    assert rows(tables, "reports")[0]["status"] == "partial"
    assert [row["code"] for row in rows(tables, "extraction_issues")] == ["authority_not_named"]
    assert tables["judgements"].num_rows == 4


def test_a_report_published_before_it_was_inspected_is_partial():
    tables = read_report(sample.pdf("50177455"), publication(published=date(2021, 12, 1)))
    assert [row["code"] for row in rows(tables, "extraction_issues")] == ["dates_out_of_order"]


def test_judgements_of_no_known_framework():
    """A report as it would be if a framework's areas were not those of any that was in force."""
    tables = read_report(sample.pdf("59000107"), publication("59000107", family="inspection"))
    assert rows(tables, "reports")[0]["status"] == "partial"
    assert rows(tables, "reports")[0]["framework"] is None
    assert "no_framework" in [row["code"] for row in rows(tables, "extraction_issues")]


def test_what_is_found_twice_is_one_issue():
    issue = Issue("judgement_contradicted", "leadership: good, but 'Leadership: inadequate'", 3)
    tables = report._tables(
        publication(), report.Extraction(issues=[issue, replace(issue, page=5)]), "partial"
    )
    assert check_rows(TABLES["extraction_issues"], tables["extraction_issues"]) == []
    assert tables["extraction_issues"].num_rows == 1


def test_without_rows():
    tables = empty_tables(publication(), "missing", Issue("missing", "the site has it no more"))
    assert {name: table.num_rows for name, table in tables.items() if table.num_rows} == {
        "reports": 1,
        "extraction_issues": 1,
    }
    for name, table in tables.items():
        assert check_rows(TABLES[name], table) == []


def test_a_judgement_has_the_box_of_its_row():
    box = Box(1, 84.0, 100.0, 400.0, 130.0)
    judgement = Judgement("leadership", "Leaders", "good", "Good", 2, "graded", "table", box)
    section = Section("Leaders: good", "leadership", "good", 1, 2, box)
    found = report.Extraction(judgements=[judgement], sections=[section])
    row = rows(report._tables(publication(), found, "complete"), "judgements")[0]
    assert (row["page"], row["x0"], row["top"], row["x1"], row["bottom"]) == box


def test_the_extractors_version_is_that_of_its_source(tmp_path, monkeypatch):
    before = report.extractor_version()
    assert len(before) == 12
    report.extractor_version.cache_clear()
    assert report.extractor_version() == before
    try:
        (tmp_path / "more.py").write_text("# a change\n")
        monkeypatch.setattr(assets.parsing, "__path__", [str(tmp_path)])
        report.extractor_version.cache_clear()
        assert report.extractor_version() != before
    finally:
        monkeypatch.undo()
        report.extractor_version.cache_clear()
    assert report.extractor_version() == before
