"""Sanitising of text from outside."""

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.publications.client import SiteError
from assets.schema.sanitize import UNPRINTABLE, sanitize_text
from assets.schema.tables import TABLES
from assets.schema.validation import check_rows
from tests.support.fault_table import Theme, proves
from tests.support.rows import rows


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\x1b[2Jgone\x07\r\nnext", "[2Jgone next"),
        ("doog \u202eyrev\u202c si", "doog yrev si"),
        ("in\u200bade\u2060quate\ufeff", "inadequate"),
        ("a\u2028b\u2029c\u00a0d", "a b c d"),
        ("\U000e0067\U000e007f\ue000flag\ud800", "flag"),
        ("e\u200d\u0301", "é"),
        ("Children’s – ‘good’ • £5", "Children’s – ‘good’ • £5"),
    ],
)
@proves(
    "Control characters, bidirectional overrides and invisible characters in a page or a file",
    theme=Theme.HOSTILE,
    does="removes them before anything is stored, logged or shown; the tables refuse them",
)
def test_unprintable_characters_are_removed(text, kept):
    assert sanitize_text(text) == kept


@given(st.text())
def test_sanitized_text_is_valid_in_tables(text):
    kept = sanitize_text(text)
    assert kept == sanitize_text(kept) == unicodedata.normalize("NFC", kept)
    assert not pc.match_substring_regex(pa.array([kept]), UNPRINTABLE)[0].as_py()
    assert kept == " ".join(kept.split())


def test_tables_refuse_unprintable_characters():
    [violation] = check_rows(TABLES["reports"], rows("reports", {"title": "Inspection \u202egood"}))
    assert (violation.rule, violation.columns) == ("printable", ("title",))


def test_messages_of_the_site_are_sanitized():
    assert str(SiteError("https://x/\x1b]0;", "answered with \x9b2Jtext/\u2066html")) == (
        "https://x/ ]0; answered with 2Jtext/html"
    )
