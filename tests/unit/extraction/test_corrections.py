"""Corrections: read strictly, applied to what they expect, refused where a report says something else."""

import duckdb
import pytest

from assets.extraction import corrections
from assets.extraction.corrections import CorrectionError, corrected, fingerprint, in_force, read_corrections
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
NOBODY = f"inspectors,{REPORT} 1,post,Her Majesty’s Inspector,,Misprinted,The register,2026-08-01\n"


@pytest.fixture
def given(tmp_path):
    """Return a function that reads corrections from lines of a file."""

    def read(*lines, header=HEADER):
        (tmp_path / "corrections.csv").write_text(header + "".join(lines), encoding="utf-8")
        return read_corrections(tmp_path / "corrections.csv")

    return read


@pytest.fixture(scope="module")
def tables():
    return read_report(sample.pdf(REPORT), sample.reports()[REPORT][0])


def rows(tables, name):
    return tables[name].to_pylist()


def test_the_projects_own_file_is_read():
    for report_id, made in read_corrections().items():
        assert all(each.key["report_id"] == report_id for each in made)
    assert corrections.FILE.read_text(encoding="utf-8").startswith(HEADER)


def test_values_are_typed_as_their_columns(given):
    grade, rank, lead, nobody = given(GRADE, RANK, LEAD, NOBODY)[REPORT]
    assert (grade.key, grade.printed, grade.corrected) == (
        {"report_id": REPORT, "area": "leadership"},
        "inadequate",
        "good",
    )
    assert (rank.printed, rank.corrected) == (4, 2)
    assert lead.key == {"report_id": REPORT}
    assert (nobody.key["ordinal"], nobody.corrected) == (1, None)


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        (
            GRADE.replace("judgements", "report_lines"),
            "column table: 'report_lines' is not one of reports, judg",
        ),
        (GRADE.replace(",grade,", ",mark,"), "column column: judgements has no column 'mark'"),
        (
            GRADE.replace(",grade,", ",area,"),
            "column column: 'area' is of the key of judgements, which cannot",
        ),
        (
            GRADE.replace(f"{REPORT} ", ""),
            "column key: 'leadership' is not a value for each of report_id, area",
        ),
        (
            GRADE.replace(" leadership", "  leadership"),
            "column key: '50177455  leadership' has superfluous spaces",
        ),
        (NOBODY.replace(" 1,", " one,"), "column key: 'one' is not a whole number"),
        (GRADE.replace(",inadequate,", ",poor,"), "column printed: 'poor' is not one of outstanding, good"),
        (GRADE.replace(",good,", ",better,"), "column corrected: 'better' is not one of outstanding, good"),
        (RANK.replace(",2,", ",two,"), "column corrected: 'two' is not a whole number"),
        (GRADE.replace(",good,", ",inadequate,"), "column corrected: this is what is printed"),
        (
            f"reports,{REPORT},title,A title,,Why,Where,2026-08-01\n",
            "column corrected: '' will not do: title must have a value",
        ),
        (
            f"judgements,{REPORT} leadership,x0,1,2,Why,Where,2026-08-01\n",
            "column printed: '1' will not do: x0 cannot be corrected by hand",
        ),
        (GRADE.replace("The table is misprinted", ""), "column reason: a value is missing"),
        (GRADE.replace("Its letter", ""), "column source: a value is missing"),
        (GRADE.replace("2026-08-01", "1/8/2026"), "column date: '1/8/2026' is not a date like 2023-04-01"),
        (GRADE.replace(",2026-08-01", ""), "7 cells, but the header has 8 columns"),
    ],
)
def test_a_mistake_names_file_line_and_column(given, line, mistake):
    with pytest.raises(CsvFileError) as error:
        given(LEAD, line)
    assert str(error.value).startswith("corrections.csv, line 3")
    assert mistake in str(error.value)
    assert "\n" not in str(error.value)


def test_one_value_is_corrected_once(given):
    with pytest.raises(
        CsvFileError, match=r"line 3, column table and key and column: the key is a duplicate"
    ):
        given(GRADE, GRADE.replace(",good,", ",outstanding,"))


def test_a_correction_changes_its_value_and_no_other(given, tables):
    done = corrected(tables, given(GRADE, RANK, LEAD, NOBODY)[REPORT])
    for name in REPORT_TABLES:
        assert check_rows(TABLES[name], done[name]) == []
    assert rows(done, "judgements") == [
        row | ({"grade": "good", "grade_rank": 2} if row["area"] == "leadership" else {})
        for row in rows(tables, "judgements")
    ]
    assert rows(done, "reports") == [
        row | {"lead_inspector": "Stephen Lowe"} for row in rows(tables, "reports")
    ]
    assert rows(done, "inspectors")[0]["post"] is None
    for name in set(REPORT_TABLES) - {"judgements", "reports", "inspectors"}:
        assert done[name] == tables[name]
    assert rows(tables, "inspectors")[0]["post"] == "Her Majesty’s Inspector"


def test_without_corrections_nothing_changes(tables):
    assert corrected(tables, ()) == dict(tables)


def test_a_report_that_says_something_else_is_refused(given, tables):
    changed = given(GRADE.replace(",inadequate,", ",outstanding,"))[REPORT]
    with pytest.raises(CorrectionError) as error:
        corrected(tables, changed)
    assert str(error.value) == (
        "the correction of judgements.grade at 50177455 leadership is refused:"
        " it expects 'outstanding', but 'inadequate' was read"
    )


def test_a_row_that_is_not_there_is_refused(given, tables):
    gone = given(GRADE.replace("leadership", "adoption"))[REPORT]
    with pytest.raises(
        CorrectionError, match=r"at 50177455 adoption is refused: there is no such row any more$"
    ):
        corrected(tables, gone)


@pytest.mark.parametrize("status", ["missing", "unreadable"])
def test_corrections_of_a_report_that_could_not_be_read_wait(given, status):
    code = {"missing": "missing", "unreadable": "crashed"}[status]
    tables = empty_tables(sample.reports()[REPORT][0], status, Issue(code, "for some reason"))
    made = given(GRADE, LEAD)[REPORT]
    assert corrected(tables, made) == dict(tables)
    assert in_force(made, tables).num_rows == 0


def test_those_in_force_are_recorded(given, tables):
    made = given(GRADE, LEAD)[REPORT]
    assert in_force(made, tables).num_rows == 0
    found = in_force(made, corrected(tables, made[:1]))
    assert check_rows(TABLES["corrections"], found) == []
    assert [row["column"] for row in found.to_pylist()] == ["grade"]
    assert in_force((), {}).schema == TABLES["corrections"].schema


def test_a_change_of_a_reports_corrections_can_be_told(given):
    assert fingerprint(()) == ""
    assert fingerprint(given(GRADE)[REPORT]) == fingerprint(
        given(GRADE.replace("letter", "later letter"))[REPORT]
    )
    several = [(GRADE,), (GRADE, RANK), (GRADE.replace(",good,", ",outstanding,"),)]
    assert len({fingerprint(given(*lines)[REPORT]) for lines in several}) == 3


def test_every_correctable_tables_key_begins_with_the_report():
    assert set(CORRECTABLE_TABLES) < set(REPORT_TABLES)
    assert {TABLES[name].key[0] for name in CORRECTABLE_TABLES} == {"report_id"}


def test_corrected_rows_are_found_by_joining(given, tables):
    made = given(GRADE, RANK, LEAD)[REPORT]
    done = corrected(tables, made)
    with duckdb.connect() as connection:
        connection.register("judgements", done["judgements"])
        connection.register("corrections", in_force(made, done))
        found = connection.execute(
            "SELECT area, grade, printed, reason FROM judgements"
            " JOIN corrections ON \"table\" = 'judgements' AND key = report_id || ' ' || area"
            " WHERE \"column\" = 'grade'"
        ).fetchall()
    assert found == [("leadership", "good", "inadequate", "The table is misprinted")]
