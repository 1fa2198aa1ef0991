"""CSV files of the website: readable by spreadsheets, and never a formula."""

import csv

import pytest

from assets.website.csv_files import write_csv


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
)
def test_a_text_is_never_a_formula(tmp_path, text):
    write_csv(tmp_path / "file.csv", [{"text": text}])
    data = (tmp_path / "file.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True))
    assert row["text"] == f"'{text}"


def test_values_other_than_texts(tmp_path):
    write_csv(tmp_path / "file.csv", [{"list": ["a", "b"], "number": -1.5, "nothing": None}])
    assert (tmp_path / "file.csv").read_text(encoding="utf-8-sig") == "list,number,nothing\na; b,-1.5,\n"
    write_csv(tmp_path / "empty.csv", [])
    assert (tmp_path / "empty.csv").read_text(encoding="utf-8-sig") == ""
