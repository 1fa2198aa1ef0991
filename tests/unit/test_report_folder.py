"""``read_listing`` and ``read_publications``: rows, and errors that name the file and the line."""

import re
from datetime import date

import pytest

from orchestration.report_folder import (
    ListedReport,
    ReportFolderError,
    read_closed_authorities,
    read_listing,
    read_publications,
)
from tests.support.fake_site import folders

HEADER = "urn,name,title,published,inspected,file_id,path"
VALID = "80428,Bedford,Children's services inspection,2022-02-11,,50000001,50000001.pdf"


def write(folder, *lines):
    (folder / "publications.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_rows_are_read_in_order(tmp_path):
    write(tmp_path, HEADER, VALID, VALID.replace("2022-02-11,,", "2022-02-11,2021-12-06,"))
    first, second = read_listing(tmp_path)
    assert first == ListedReport(
        urn=80428,
        name="Bedford",
        title="Children's services inspection",
        published=date(2022, 2, 11),
        inspected=None,
        file_id="50000001",
        path="50000001.pdf",
    )
    assert second.inspected == date(2021, 12, 6)


def test_only_reports_with_a_file_are_input_of_the_parser(tmp_path):
    folders.write(tmp_path, [folders.row(80428, "50000001"), folders.row(80428, "50000002", path="")])
    [(publication, path)] = read_publications(tmp_path)
    assert (publication.report_id, publication.family) == ("50000001", "inspection")
    assert (publication.publication_year, path) == (2022, tmp_path / "50000001.pdf")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["urn,name", "80428,Bedford"], "publications.csv has no column title, published"),
        ([HEADER, VALID, VALID.replace("80428", "SC1")], "line 3: urn is not a number: 'SC1'"),
        ([HEADER, VALID.replace("2022-02-11", "11/2/22")], "line 2: published is not a date (YYYY-MM-DD)"),
        ([HEADER, VALID.replace("11,,", "11,soon,")], "line 2: inspected is not a date (YYYY-MM-DD): 'soon'"),
        ([HEADER, VALID.replace("50000001,", ",")], "line 2: file_id is empty"),
        ([HEADER, "80428,Bedford"], "line 2: file_id is empty"),
    ],
)
def test_error_names_file_and_line(tmp_path, lines, message):
    write(tmp_path, *lines)
    with pytest.raises(ReportFolderError, match=re.escape(message)) as error:
        read_listing(tmp_path)
    assert str(tmp_path / "publications.csv") in str(error.value)


def test_error_names_a_missing_folder_or_listing(tmp_path):
    with pytest.raises(ReportFolderError, match=r"nowhere is not a folder$"):
        read_listing(tmp_path / "nowhere")
    with pytest.raises(ReportFolderError, match=f"{re.escape(str(tmp_path))} has no publications.csv"):
        read_listing(tmp_path)


def test_error_names_unknown_urns(tmp_path):
    folders.write(tmp_path, [folders.row(99999, "50000001")])
    with pytest.raises(ReportFolderError, match="unknown URNs: 99999"):
        read_publications(tmp_path)


def test_file_that_is_not_utf8_is_rejected(tmp_path):
    (tmp_path / "publications.csv").write_bytes(HEADER.encode() + b"\n\xff\n")
    with pytest.raises(ReportFolderError, match="is not a CSV file in UTF-8"):
        read_listing(tmp_path)


def test_closed_authorities(tmp_path):
    assert read_closed_authorities(tmp_path) == {}
    (tmp_path / "closed_authorities.csv").write_text("urn,name\n80457,Cumbria County Council\n")
    assert read_closed_authorities(tmp_path) == {80457: "Cumbria County Council"}
    (tmp_path / "closed_authorities.csv").write_text("urn,name\nSC1,Cumbria County Council\n")
    with pytest.raises(ReportFolderError, match="line 2: urn is not a number: 'SC1'"):
        read_closed_authorities(tmp_path)


def test_status_of_an_authority(tmp_path):
    folders.write(tmp_path, [folders.row(80457, "50000001", authority_status="closed", path="")])
    assert [report.is_closed for report in read_listing(tmp_path)] == [True]
    folders.write(tmp_path, [folders.row(80457, "50000001", authority_status="gone", path="")])
    with pytest.raises(ReportFolderError, match="authority_status is not open or closed: 'gone'"):
        read_listing(tmp_path)
