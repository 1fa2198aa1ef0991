"""Page furniture and the distance between lines."""

from dataclasses import replace

from assets.parsing.grammar import layout
from assets.parsing.models import Role
from tests.support.page_dsl import SIZE, document, line

PROSE = "Children benefit from help that comes early and that stays for as long as they need it."


def furniture(lines):
    return layout.furniture_roles(lines, layout.body_font_size(lines))


def test_header_is_repeated_on_another_page():
    lines = [
        header
        for number in (2, 3)
        for header in (
            line(f"Inspection of Leeds, page {number}", 38, page=number),
            line(PROSE, 100, page=number),
        )
    ]
    assert furniture(lines) == [Role.RUNNING_HEADER, None] * 2


def test_header_in_small_print_need_not_be_repeated():
    lines = [line("Inspection of Leeds", 38, page=2, size=9.0), line(PROSE, 100, page=2)]
    assert furniture(lines) == [Role.RUNNING_HEADER, None]


def test_text_near_the_top_of_a_page_is_not_a_header():
    lines = [
        line(text, 38, page=number) for number, text in ((2, PROSE), (3, "well, and leaders know them."))
    ]
    assert furniture(lines) == [None, None]


def test_footer_of_a_short_page():
    """The footer of a page in the format Letter is higher than on A4."""
    lines = [
        line_of_page
        for number in (2, 3, 4)
        for line_of_page in (
            line(PROSE, page=number),
            line(f"Inspection of Leeds, page {number}", 735, page=number, size=8.0),
        )
    ]
    assert furniture(lines) == [None, Role.RUNNING_HEADER] * 3
    # Small print on two pages may be text, and text that three pages repeat is in the size of the text.
    assert furniture(lines[:4]) == [None] * 4
    assert furniture([replace(footer, size=SIZE) for footer in lines]) == [None] * 6


def test_mark_of_a_footnote_is_not_a_page_number():
    mark = line("1", 730, size=6.5, starts_with_superscript=True)
    note = line("The report is made under section 152.", 732, x0=78.0, size=8.0)
    number = line("1", 802, size=20.0, starts_with_superscript=True)
    assert furniture([line(PROSE), mark, note, number]) == [
        *(None, Role.FOOTNOTE, Role.FOOTNOTE),
        Role.PAGE_NUMBER,
    ]
    assert furniture([line(PROSE), replace(mark, size=9.0), number])[1] is Role.PAGE_NUMBER


def test_line_pitch_is_that_of_most_lines():
    lines = document([PROSE, PROSE, PROSE, "", PROSE, "", PROSE])
    assert layout.line_pitch(lines, SIZE) == 1.21
    assert layout.line_pitch([], SIZE) == layout.DEFAULT_LINE_PITCH


def test_paragraph_gap_exceeds_the_line_pitch_of_the_report():
    above, line_below, paragraph_below = line(PROSE, 100), line(PROSE, 114.5), line(PROSE, 120)
    assert not layout.is_paragraph_gap(above, line_below, 1.21)
    assert layout.is_paragraph_gap(above, paragraph_below, 1.21)
    assert not layout.is_paragraph_gap(above, paragraph_below, 1.7)


def test_superscript_does_not_make_a_paragraph_gap():
    above, below = line(PROSE, 100), line("The ‘pledge’ is known.", 117, size=12.0)
    below = replace(below, bottom=above.bottom + 14.5)
    assert not layout.is_paragraph_gap(above, below, 1.21)
