"""``find_truncation`` on real and built files, cut at every kind of place."""

import pytest

from assets.publications.pdf_files import HEAD_BYTES, TAIL_BYTES, find_truncation
from tests.support import pdf_builder, sample

ONE_PAGE = pdf_builder.build_pdf([b""])
#: A file that was updated: the first version ends in its middle.
UPDATED = (
    ONE_PAGE
    + b"12 0 obj\n<</Length 3000>>\nstream\n"
    + bytes(3000)
    + b"endstream\nendobj\n"
    + (b"xref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n700\n%%EOF\n")
)


def truncation(content):
    return find_truncation(content[:HEAD_BYTES], content[-TAIL_BYTES:], len(content))


def test_every_file_of_the_sample_is_complete():
    assert {report_id: truncation(sample.pdf(report_id)) for report_id in sample.reports()} == dict.fromkeys(
        sample.reports(), ""
    )


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\0" * 100, b"\n<!-- served by a cache -->"])
def test_end_may_be_followed_by_other_bytes(end):
    assert truncation(ONE_PAGE + end) == ""


def test_every_shorter_file_is_incomplete():
    end = ONE_PAGE.rindex(b"%%EOF") + len(b"%%EOF")
    assert all(truncation(ONE_PAGE[:length]) for length in range(end))


def test_file_cut_after_an_inner_end_is_incomplete():
    assert truncation(UPDATED) == ""
    end = UPDATED.rindex(b"%%EOF") + len(b"%%EOF")
    first_end = len(ONE_PAGE)
    assert all(truncation(UPDATED[:length]) for length in range(first_end + 1, end))


def test_linearized_file_that_is_too_short_is_incomplete():
    content = b"%PDF-1.6\n1 0 obj\n<</Linearized 1/L 5000/H [ 1 2 ]>>\nendobj\nstartxref\n0\n%%EOF\n"
    assert truncation(content) == f"it has {len(content)} of 5,000 bytes"
    assert truncation(content + bytes(5000) + b"startxref\n9\n%%EOF") == ""
