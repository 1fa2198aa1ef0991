"""Corrections: parsing of the file, application to rows, rejection of corrections that do not match."""

import duckdb
import pytest

from assets.extraction import corrections
from assets.extraction.corrections import (
    CorrectionError,
    applied_corrections,
    apply_corrections,
    corrections_hash,
    read_corrections,
)
from assets.parsing.models import Issue
from assets.parsing.report import empty_tables, read_report
from assets.schema.csv_files import CsvFileError
from assets.schema.tables import CORRECTABLE_TABLES, REPORT_TABLES, TABLES
from assets.schema.validation import check_rows
from tests.support import sample

REPORT = "50177455"
HEADER = "table,key,column,printed,corrected,reason,source,date\n"
GRADE = (
    f"judgements,{REPORT} leadership,grade,inadequate,good,The table is misprinted,Its letter,2026-08-01\n"
)
RANK = f"judgements,{REPORT} leadership,grade_rank,4,2,The table is misprinted,Its letter,2026-08-01\n"
LEAD = f"reports,{REPORT},lead_inspector,Steve Lowe,Stephen Lowe,Misprinted,The register,2026-08-01\n"
POST = f"inspectors,{REPORT} 1,post,Her Majesty’s Inspector,,Misprinted,The register,2026-08-01\n"


@pytest.fixture
def parse(tmp_path):
    """Return a function that writes a corrections file with these lines and reads it."""

    def write_and_read(*lines, header=HEADER):
        (tmp_path / "corrections.csv").write_text(header + "".join(lines), encoding="utf-8")
        return read_corrections(tmp_path / "corrections.csv")

    return write_and_read


@pytest.fixture(scope="module")
def tables():
    return read_report(sample.pdf(REPORT), sample.reports()[REPORT][0])


def rows(tables, name):
    return tables[name].to_pylist()


def test_corrections_file_of_the_project_is_valid():
    for report_id, of_report in read_corrections().items():
        assert all(correction.key["report_id"] == report_id for correction in of_report)
    assert corrections.FILE.read_text(encoding="utf-8").startswith(HEADER)


def test_corrections_of_the_project_match_the_reports_of_the_sample():
    corrected = read_corrections()
    names = {}
    for report_id in corrected.keys() & sample.reports().keys():
        report = read_report(sample.pdf(report_id), sample.reports()[report_id][0])
        names[report_id] = [
            row["name"] for row in rows(apply_corrections(report, corrected[report_id]), "inspectors")
        ]
    assert "Louise Hocking" in names["50000289"]
    assert "Louse Hocking" not in names["50000289"]


def test_values_have_the_types_of_their_columns(parse):
    grade, rank, lead, post = parse(GRADE, RANK, LEAD, POST)[REPORT]
    assert (grade.key, grade.printed, grade.corrected) == (
        {"report_id": REPORT, "area": "leadership"},
        "inadequate",
        "good",
    )
    assert (rank.printed, rank.corrected) == (4, 2)
    assert lead.key == {"report_id": REPORT}
    assert (post.key["ordinal"], post.corrected) == (1, None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            GRADE.replace("judgements", "report_lines"),
            "column table: 'report_lines' is not one of reports, judg",
        ),
        (GRADE.replace(",grade,", ",mark,"), "column column: judgements has no column 'mark'"),
        (
            GRADE.replace(",grade,", ",area,"),
            "column column: 'area' is a key column of judgements and cannot",
        ),
        (
            GRADE.replace(f"{REPORT} ", ""),
            "column key: 'leadership' does not have one value for each of report_id, area",
        ),
        (
            GRADE.replace(" leadership", "  leadership"),
            "column key: '50177455  leadership' has superfluous spaces",
        ),
        (POST.replace(" 1,", " one,"), "column key: 'one' is not a whole number"),
        (GRADE.replace(",inadequate,", ",poor,"), "column printed: 'poor' is not one of outstanding, good"),
        (GRADE.replace(",good,", ",better,"), "column corrected: 'better' is not one of outstanding, good"),
        (RANK.replace(",2,", ",two,"), "column corrected: 'two' is not a whole number"),
        (
            GRADE.replace(",good,", ",inadequate,"),
            "column corrected: the corrected value equals the printed value",
        ),
        (
            f"reports,{REPORT},title,A title,,Why,Where,2026-08-01\n",
            "column corrected: '' is invalid: title must have a value",
        ),
        (
            f"judgements,{REPORT} leadership,x0,1,2,Why,Where,2026-08-01\n",
            "column printed: '1' is invalid: values of x0 cannot be corrected",
        ),
        (GRADE.replace("The table is misprinted", ""), "column reason: a value is missing"),
        (GRADE.replace("Its letter", ""), "column source: a value is missing"),
        (GRADE.replace("2026-08-01", "1/8/2026"), "column date: '1/8/2026' is not a date like 2023-04-01"),
        (GRADE.replace(",2026-08-01", ""), "7 cells, but the header has 8 columns"),
    ],
)
def test_error_names_file_line_and_column(parse, line, message):
    with pytest.raises(CsvFileError) as error:
        parse(LEAD, line)
    assert str(error.value).startswith("corrections.csv, line 3")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_value_cannot_be_corrected_twice(parse):
    with pytest.raises(
        CsvFileError, match=r"line 3, column table and key and column: the key is a duplicate"
    ):
        parse(GRADE, GRADE.replace(",good,", ",outstanding,"))


def test_only_the_corrected_values_change(parse, tables):
    result = apply_corrections(tables, parse(GRADE, RANK, LEAD, POST)[REPORT])
    for name in REPORT_TABLES:
        assert check_rows(TABLES[name], result[name]) == []
    assert rows(result, "judgements") == [
        row | ({"grade": "good", "grade_rank": 2} if row["area"] == "leadership" else {})
        for row in rows(tables, "judgements")
    ]
    assert rows(result, "reports") == [
        row | {"lead_inspector": "Stephen Lowe"} for row in rows(tables, "reports")
    ]
    assert rows(result, "inspectors")[0]["post"] is None
    for name in set(REPORT_TABLES) - {"judgements", "reports", "inspectors"}:
        assert result[name] == tables[name]
    assert rows(tables, "inspectors")[0]["post"] == "Her Majesty’s Inspector"


def test_nothing_changes_without_corrections(tables):
    assert apply_corrections(tables, ()) == dict(tables)


def test_correction_of_a_different_value_is_rejected(parse, tables):
    different = parse(GRADE.replace(",inadequate,", ",outstanding,"))[REPORT]
    with pytest.raises(CorrectionError) as error:
        apply_corrections(tables, different)
    assert str(error.value) == (
        "the correction of judgements.grade at 50177455 leadership is rejected:"
        " it replaces 'outstanding', but the report has 'inadequate'"
    )


def test_correction_of_a_nonexistent_row_is_rejected(parse, tables):
    nonexistent = parse(GRADE.replace("leadership", "adoption"))[REPORT]
    with pytest.raises(CorrectionError, match=r"at 50177455 adoption is rejected: the row does not exist$"):
        apply_corrections(tables, nonexistent)


@pytest.mark.parametrize("status", ["missing", "unreadable"])
def test_corrections_of_a_report_without_rows_stay_pending(parse, status):
    code = {"missing": "missing", "unreadable": "crashed"}[status]
    tables = empty_tables(sample.reports()[REPORT][0], status, Issue(code, "for some reason"))
    pending = parse(GRADE, LEAD)[REPORT]
    assert apply_corrections(tables, pending) == dict(tables)
    assert applied_corrections(pending, tables).num_rows == 0


def test_applied_corrections_are_recorded(parse, tables):
    both = parse(GRADE, LEAD)[REPORT]
    assert applied_corrections(both, tables).num_rows == 0
    applied = applied_corrections(both, apply_corrections(tables, both[:1]))
    assert check_rows(TABLES["corrections"], applied) == []
    assert [row["column"] for row in applied.to_pylist()] == ["grade"]
    assert applied_corrections((), {}).schema == TABLES["corrections"].schema


def test_hash_depends_on_what_is_changed_only(parse):
    assert corrections_hash(()) == ""
    assert corrections_hash(parse(GRADE)[REPORT]) == corrections_hash(
        parse(GRADE.replace("letter", "later letter"))[REPORT]
    )
    variants = [(GRADE,), (GRADE, RANK), (GRADE.replace(",good,", ",outstanding,"),)]
    assert len({corrections_hash(parse(*lines)[REPORT]) for lines in variants}) == 3


def test_keys_of_correctable_tables_start_with_the_report_id():
    assert set(CORRECTABLE_TABLES) < set(REPORT_TABLES)
    assert {TABLES[name].key[0] for name in CORRECTABLE_TABLES} == {"report_id"}


def test_corrections_join_to_the_corrected_rows(parse, tables):
    of_report = parse(GRADE, RANK, LEAD)[REPORT]
    result = apply_corrections(tables, of_report)
    with duckdb.connect() as connection:
        connection.register("judgements", result["judgements"])
        connection.register("corrections", applied_corrections(of_report, result))
        joined = connection.execute(
            "SELECT area, grade, printed, reason FROM judgements"
            " JOIN corrections ON \"table\" = 'judgements' AND key = report_id || ' ' || area"
            " WHERE \"column\" = 'grade'"
        ).fetchall()
    assert joined == [("leadership", "good", "inadequate", "The table is misprinted")]
