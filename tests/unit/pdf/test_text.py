"""Cleaning and joining of lines."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assets.pdf.text import BULLET, DASH, clean_line, join_lines
from tests.support import sample


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        # Bullets and dashes of symbol fonts.
        ("\uf06e\tEnsure that", f"{BULLET} Ensure that"),
        ("\uf0a7 Ensure that", f"{BULLET} Ensure that"),
        ("\uf0b7  Ensure that", f"{BULLET} Ensure that"),
        ("\uf0d8 Ensure that", f"{BULLET} Ensure that"),
        ("■ Ensure that", f"{BULLET} Ensure that"),
        ("➢ Ensure that", f"{BULLET} Ensure that"),
        ("\u25fc Ensure that", f"{BULLET} Ensure that"),
        ("\uf02d two live in", f"{DASH} two live in"),
        ("\u2212 two live in", f"{DASH} two live in"),
        ("\u23af two live in", f"{DASH} two live in"),
        ("\u25e6 two live in", f"{BULLET} two live in"),
        # Hyphens that break words, and hyphens inside words.
        ("co\ufffeproduced", "co-produced"),
        ("decision\ufffe", "decision-"),
        ("co\u00adproduced, 16\u2011 and 17\u2010year-olds", "co-produced, 16- and 17-year-olds"),
        # Ligatures.
        (
            "o\ufb03ce, sta\ufb00, \ufb01rst, a\ufb04uent, in\ufb02uence",
            "office, staff, first, affluent, influence",
        ),
        # All kinds of space.
        ("1\u202f200 children\u00a0 in\u2009care\t", "1 200 children in care"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        # Paragraph numbers with a space too many or too few.
        ("1 0. The board", "10. The board"),
        ("1 04. The board", "104. The board"),
        ("10 4. The board", "104. The board"),
        ("1 0 . The board", "10. The board"),
        ("10.The board", "10. The board"),
        ("7.‘Staying put’", "7. ‘Staying put’"),
        # Similar text that is not a paragraph number.
        ("1 000 children", "1 000 children"),
        ("2.1 Adoption performance", "2.1 Adoption performance"),
        ("2015.The year", "2015.The year"),
        ("3.5% of children", "3.5% of children"),
        ("in 10.The", "in 10.The"),
        # Control, private-use and replacement characters.
        ("a\x00b\x1f\x85c\ue123d\ufffde", "a b c d e"),
        ("\x0c \x0b", ""),
        # NFC.
        ("Rene\u0301", "Ren\u00e9"),
    ],
)
def test_clean_line(raw, text):
    assert clean_line(raw) == text


@given(st.text(max_size=60))
@example("1 0.The")
@example("e\x00\u0301")
@example("\u200b\u0301")
def test_cleaned_text_is_normalised(raw):
    text = clean_line(raw)
    assert clean_line(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert text == " ".join(text.split())
    assert not any(unicodedata.category(letter) == "Cc" or "\ue000" <= letter <= "\uf8ff" for letter in text)


@given(st.text(st.sampled_from("aZ19 ,.’é"), max_size=40))
@example("12 1.9")
def test_cleaning_keeps_plain_letters(raw):
    assert clean_line(raw).replace(" ", "") == raw.replace(" ", "")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([], ""),
        (["One line."], "One line."),
        (["Children benefit", "from help."], "Children benefit from help."),
        # A word that is broken at a hyphen is joined; a suspended hyphen keeps its space.
        (["multi-", "agency work"], "multi-agency work"),
        (["first-", "and second-line managers"], "first- and second-line managers"),
        (["16-", "to 17-year-olds"], "16- to 17-year-olds"),
        (["pre-", "or post-adoption"], "pre- or post-adoption"),
        (["well-", "organised"], "well-organised"),
        (["a drop-", "to-order"], "a drop-to-order"),
        (["2014-", "15"], "2014-15"),
        # A dash is not a hyphen.
        (["between May –", "and June"], "between May – and June"),
        (["between May -", "June"], "between May - June"),
        (["and so on -", "and on"], "and so on - and on"),
    ],
)
def test_join_lines(lines, text):
    assert join_lines(lines) == text


WORDS = st.text(st.sampled_from("aand or-to1."), min_size=1, max_size=12).map(clean_line).filter(bool)


@given(st.lists(WORDS, max_size=5), st.integers(0, 5))
def test_joining_keeps_letters_and_is_associative(lines, cut):
    text = join_lines(lines)
    assert text.replace(" ", "") == "".join(lines).replace(" ", "")
    assert "  " not in text
    assert join_lines([part for part in (join_lines(lines[:cut]), *lines[cut:]) if part]) == text


def test_sample_texts_are_clean():
    for report_id in ("50004255", "50004315", "50110094", "59000005", "50061226", "50004249"):
        for line in sample.lines(report_id):
            assert line.text
            assert clean_line(line.text) == line.text
