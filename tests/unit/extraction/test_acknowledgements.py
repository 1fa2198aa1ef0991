"""Acknowledged issues: parsing of the file, application to issues, rejection of entries without an issue."""

import pytest

from assets.extraction import acknowledgements
from assets.extraction.acknowledgements import (
    AcknowledgementError,
    acknowledgements_hash,
    applied_acknowledgements,
    apply_acknowledgements,
    read_acknowledgements,
)
from assets.extraction.reviews import Reviews, read_reviews
from assets.parsing.models import Extraction, Issue, Judgement
from assets.parsing.report import _tables, empty_tables
from assets.schema.csv_files import CsvFileError
from tests.support import sample

REPORT = "50177455"
HEADER = "report_id,code,detail,printed,reason,date\n"
GAP = (
    f"{REPORT},numbering_gap,paragraph 16 instead of 15,Page 5 ends with 14,It was never printed,2026-11-01\n"
)
DATES = f"{REPORT},dates_missing,no dates found,No date at all,The report states none,2026-11-01\n"
MISSING = f"{REPORT},missing,it is gone,A page says so,It was removed,2026-11-01\n"


@pytest.fixture
def parse(tmp_path):
    """Return a function that writes a file with these lines and reads it."""

    def write_and_read(*lines, header=HEADER):
        (tmp_path / "acknowledged.csv").write_text(header + "".join(lines), encoding="utf-8")
        return read_acknowledgements(tmp_path / "acknowledged.csv")

    return write_and_read


def report_tables(*issues, status="partial"):
    judgement = Judgement("leadership", None, "good", "Good", 2, "graded", None, None)
    extraction = Extraction(judgements=[judgement], issues=[Issue(code, detail) for code, detail in issues])
    return _tables(sample.reports()[REPORT][0], extraction, status)


def columns(tables, *names):
    [row] = tables["reports"].to_pylist()
    return tuple(row[name] for name in names)


GAP_ISSUE = ("numbering_gap", "paragraph 16 instead of 15")


def test_file_of_the_project_is_valid():
    entries = read_acknowledgements()
    assert {"50146539", "2760568", "50004183", "50004185", "50004190"} <= entries.keys()
    assert read_reviews().acknowledgements == entries
    assert acknowledgements.FILE.read_text(encoding="utf-8").startswith(HEADER)


def test_only_error_acknowledged_makes_report_complete(parse):
    tables = apply_acknowledgements(report_tables(GAP_ISSUE), parse(GAP)[REPORT])
    assert tables["extraction_issues"]["severity"].to_pylist() == ["acknowledged"]
    assert columns(tables, "status", "partial_reason", "counts") == ("complete", None, True)


def test_report_with_another_error_stays_partial(parse):
    tables = report_tables(GAP_ISSUE, ("no_findings", "no findings found"))
    tables = apply_acknowledgements(tables, parse(GAP)[REPORT])
    assert columns(tables, "status", "partial_reason") == ("partial", "No findings were found")


def test_acknowledged_issue_does_not_disqualify(parse):
    before = report_tables(("dates_missing", "no dates found"))
    assert columns(before, "counts") == (False,)
    tables = apply_acknowledgements(before, parse(DATES)[REPORT])
    assert columns(tables, "counts", "not_counted_reason") == (True, None)
    assert tables["extraction_issues"]["disqualifies"].to_pylist() == [False]
    assert tables["judgements"]["counts"].to_pylist() == [True]
    assert tables["judgements"]["not_counted_reason"].to_pylist() == [None]


def test_missing_report_stays_missing_and_does_not_count(parse):
    before = empty_tables(sample.reports()[REPORT][0], "missing", Issue("missing", "it is gone"))
    tables = apply_acknowledgements(before, parse(MISSING)[REPORT])
    assert tables["extraction_issues"]["severity"].to_pylist() == ["acknowledged"]
    assert tables["extraction_issues"]["disqualifies"].to_pylist() == [True]
    assert tables["reports"] == before["reports"]


@pytest.mark.parametrize(
    "tables",
    [report_tables(), report_tables(("numbering_gap", "paragraph 18 instead of 17"))],
    ids=["no issue", "another gap"],
)
def test_entry_without_issue_is_rejected(parse, tables):
    with pytest.raises(AcknowledgementError, match="numbering_gap in report 50177455 is rejected"):
        apply_acknowledgements(tables, parse(GAP)[REPORT])


def test_entries_of_missing_report_stay_pending(parse):
    tables = empty_tables(sample.reports()[REPORT][0], "unreadable", Issue("crashed", "out of memory"))
    assert apply_acknowledgements(tables, parse(GAP, MISSING)[REPORT])["reports"] == tables["reports"]


def test_table_holds_only_applied_entries(parse):
    entries = parse(GAP, MISSING)[REPORT]
    tables = apply_acknowledgements(report_tables(GAP_ISSUE), parse(GAP)[REPORT])
    assert applied_acknowledgements(entries, tables["extraction_issues"]).to_pylist() == [dict(entries[0])]
    assert applied_acknowledgements(entries, report_tables(GAP_ISSUE)["extraction_issues"]).num_rows == 0


def test_hash_depends_on_issues_alone(parse):
    [entry] = parse(GAP)[REPORT]
    assert acknowledgements_hash(()) == ""
    assert acknowledgements_hash([entry]) == acknowledgements_hash([{**entry, "reason": "another"}])
    assert acknowledgements_hash([entry]) != acknowledgements_hash([{**entry, "code": "no_findings"}])


def test_reviews_apply_both_files(parse):
    reviews = Reviews({}, parse(GAP))
    assert columns(reviews.apply(REPORT, report_tables(GAP_ISSUE)), "status") == ("complete",)
    assert reviews.hash(REPORT).startswith("+")
    assert reviews.hash("1") == ""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            GAP.replace("numbering_gap", "numbering"),
            "column code: 'numbering' is not a code of an extraction",
        ),
        (GAP.replace("It was never printed", ""), "column reason: a value is missing"),
        (GAP.replace("2026-11-01", "today"), "column date: 'today' is not a date"),
        (DATES, "duplicate"),
    ],
)
def test_error_names_file_and_line(parse, line, message):
    with pytest.raises(CsvFileError, match=message) as error:
        parse(DATES, line)
    assert str(error.value).startswith("acknowledged.csv, line 3")
