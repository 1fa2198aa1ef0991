"""``read_report``: from the bytes of a file to the rows of every table."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import assets.parsing
import assets.pdf
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
def test_rows_conform_to_the_table_declarations(report_id):
    tables = read_report(sample.pdf(report_id), publication(report_id))
    assert tables.keys() == set(REPORT_TABLES)
    year = publication(report_id).publication_year
    for name, table in tables.items():
        assert check_rows(TABLES[name], table, year) == []
        assert set(table["report_id"].to_pylist()) <= {report_id}
    assert check_references(tables) == []
    for name in ("sections", "findings", "recommendations", "inspectors"):
        assert tables[name]["ordinal"].to_pylist() == list(range(1, tables[name].num_rows + 1))
    # The boxes enclose the lines of the finding.
    lines = rows(tables, "report_lines")
    for finding in rows(tables, "findings"):
        for box in finding["boxes"]:
            inside = [
                line
                for line in lines
                if line["page"] == box["page"] and box["top"] <= line["top"] < box["bottom"]
            ]
            left, right = min(line["x0"] for line in inside), max(line["x1"] for line in inside)
            assert left <= box["x0"] < box["x1"] <= right


def test_columns_of_the_publication_are_copied():
    listed = publication(sha256="ab" * 32, size_bytes=12, title="Children's services inspection")
    row = rows(read_report(sample.pdf("50177455"), listed), "reports")[0]
    assert (row["sha256"], row["size_bytes"], row["title"]) == (
        "ab" * 32,
        12,
        "Children's services inspection",
    )
    assert (row["status"], row["pages"], row["text_coverage"]) == ("complete", 10, 1.0)
    assert row["extractor_version"] == report.extractor_version()


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\nnonsense", b"<html>Report not found</html>"])
def test_unreadable_file_has_a_row_and_an_issue(pdf):
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


def test_family_without_parser_has_a_row():
    tables = read_report(sample.pdf("50177455"), publication(family="other"))
    assert rows(tables, "reports")[0]["status"] == "not_extracted"
    assert rows(tables, "reports")[0]["pages"] == 10
    assert tables["findings"].num_rows == tables["extraction_issues"].num_rows == 0


@pytest.mark.slow
def test_report_of_another_authority_is_partial():
    tables = read_report(sample.pdf("50177455"), publication(authority="Derby"))
    assert rows(tables, "reports")[0]["status"] == "partial"
    assert [row["code"] for row in rows(tables, "extraction_issues")] == ["authority_not_named"]
    assert tables["judgements"].num_rows == 4


def test_publication_before_inspection_is_an_issue():
    tables = read_report(sample.pdf("50177455"), publication(published=date(2021, 12, 1)))
    assert [row["code"] for row in rows(tables, "extraction_issues")] == ["dates_out_of_order"]


@pytest.mark.slow
def test_unknown_framework_is_an_issue():
    """A focused visit that is listed as an inspection has no judgements of a known framework."""
    tables = read_report(sample.pdf("59000107"), publication("59000107", family="inspection"))
    assert rows(tables, "reports")[0]["status"] == "partial"
    assert rows(tables, "reports")[0]["framework"] is None
    assert "no_framework" in [row["code"] for row in rows(tables, "extraction_issues")]


def test_duplicate_issues_are_merged():
    issue = Issue("judgement_contradicted", "leadership: good, but 'Leadership: inadequate'", 3)
    tables = report._tables(
        publication(), report.Extraction(issues=[issue, replace(issue, page=5)]), "partial"
    )
    assert check_rows(TABLES["extraction_issues"], tables["extraction_issues"]) == []
    assert tables["extraction_issues"].num_rows == 1


def test_empty_tables_have_one_report_and_one_issue():
    tables = empty_tables(publication(), "missing", Issue("missing", "the site no longer has the file"))
    assert {name: table.num_rows for name, table in tables.items() if table.num_rows} == {
        "reports": 1,
        "extraction_issues": 1,
    }
    for name, table in tables.items():
        assert check_rows(TABLES[name], table) == []


def test_judgement_has_the_box_of_its_table_row():
    box = Box(1, 84.0, 100.0, 400.0, 130.0)
    judgement = Judgement("leadership", "Leaders", "good", "Good", 2, "graded", "table", box)
    section = Section("Leaders: good", "leadership", "good", 1, 2, box)
    extraction = report.Extraction(judgements=[judgement], sections=[section])
    row = rows(report._tables(publication(), extraction, "complete"), "judgements")[0]
    assert (row["page"], row["x0"], row["top"], row["x1"], row["bottom"]) == box


INSTALLED_VERSION = report.extractor_version()


@pytest.fixture
def source_copy(tmp_path, monkeypatch):
    """A copy of the source of ``parsing`` and ``pdf`` that the extractor version is computed from."""
    for package in (assets.parsing, assets.pdf):
        folder = Path(package.__path__[0])
        copy = tmp_path / "assets" / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(package, "__path__", [str(copy)])
    report.extractor_version.cache_clear()
    yield tmp_path / "assets"
    report.extractor_version.cache_clear()


@pytest.mark.parametrize(
    ("changed_file", "changes_version"),
    [
        ("parsing/report.py", True),
        ("parsing/families/letters.py", True),
        ("parsing/grammar/new_module.py", True),
        ("pdf/pdfium_lines.py", True),
        ("pdf/notes.md", False),
        ("extraction/worker_pool.py", False),
        ("schema/tables.py", False),
    ],
)
def test_extractor_version_depends_on_parsing_and_pdf_only(source_copy, changed_file, changes_version):
    before = report.extractor_version()
    assert before == INSTALLED_VERSION
    assert len(before) == 12
    path = source_copy / changed_file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("# a change\n")
    report.extractor_version.cache_clear()
    assert (report.extractor_version() != before) is changes_version
