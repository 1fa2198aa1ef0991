"""Lines to paragraphs: numbers, bullets, pages, and what only looks like a beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.parsing.grammar.paragraphs import (
    has_numbered_paragraphs,
    paragraph_boxes,
    paragraph_number,
    paragraph_text,
    split_paragraphs,
)
from tests.support import sample
from tests.support.page_dsl import document, line, page


def told(lines, last_number=0, places=None):
    """Return each paragraph's number, whether it is an item, and its text."""
    found = split_paragraphs(lines, range(len(lines)) if places is None else places, last_number)
    return [(each.number, each.is_item, paragraph_text(lines, each)) for each in found]


def numbered(lines, last_number=0):
    return [(number, text) for number, _, text in told(lines, last_number)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1. Children benefit", 1),
        ("104. The board", 104),
        ("12 Children benefit", 12),
        ("7 ‘Staying put’", 7),
        ("89.", 89),
        ("1.5 million children", None),
        ("16- and 17-year-olds", None),
        ("12 months", None),
        ("2015. The year", None),
        ("3,000 children", None),
        ("Children", None),
    ],
)
def test_printed_numbers(text, number):
    assert paragraph_number(line(text)) == number


@pytest.mark.parametrize(
    ("texts", "numbered"),
    [
        (["1. Help", "comes early.", "2. Plans are clear.", "3. Leaders listen."], True),
        (["1. Help", "2. Plans"], False),
        (["On 31. Help", "1 January 2021", "2 days later", "3. Leaders"], False),
        (["Help", "Plans"], False),
    ],
)
def test_a_letter_numbers_its_paragraphs_or_does_not(texts, numbered):
    assert has_numbered_paragraphs(page(*texts)) is numbered


def test_numbers_open_paragraphs_and_lines_go_on_with_them():
    lines = page(
        "1. Children benefit from help",
        "   that comes early.",
        "",
        "2. Social workers know them",
        "   well.",
    )
    assert told(lines) == [
        (1, False, "Children benefit from help that comes early."),
        (2, False, "Social workers know them well."),
    ]


def test_numbers_go_on_from_the_last_section():
    lines = page("15. Leaders listen.", "", "16. Leaders act.")
    assert numbered(lines, 14) == [(15, "Leaders listen."), (16, "Leaders act.")]


def test_one_missing_number_shows_as_a_gap_and_two_are_no_numbers():
    assert numbered(page("1. First.", "", "3. Third.", "", "4. Fourth.")) == [
        (1, "First."), (3, "Third."), (4, "Fourth.")
    ]  # fmt: skip
    assert numbered(page("1. First.", "", "4. Fourth.")) == [(1, "First."), (None, "4. Fourth.")]


def test_a_number_inside_a_paragraph_begins_none():
    lines = page(
        "5. The number of children in care fell from",
        "   7 Children in 2014 to",
        "   6 Children in",
        "   2015. The year before it was",
        "   12 months.",
    )
    assert numbered(lines, 4) == [
        (
            5,
            (
                "The number of children in care fell from 7 Children in 2014 to 6 Children in 2015."
                " The year before it was 12 months."
            ),
        )
    ]


def test_a_paragraph_runs_across_pages_and_what_stands_between_its_halves():
    lines = document(
        ["1. Children benefit from", "   help that comes early and", "1 A footnote", "2"],
        ["A running header", "   stays as long as it is", "   needed.", "", "2. The next one."],
    )
    text = [0, 1, 5, 6, 7]
    assert told(lines, places=text) == [
        (1, False, "Children benefit from help that comes early and stays as long as it is needed."),
        (2, False, "The next one."),
    ]
    first = split_paragraphs(lines, text, 0)[0]
    assert [(box.page, box.top) for box in paragraph_boxes(lines, first)] == [(1, 100.0), (2, 114.5)]


def test_a_paragraph_that_is_interrupted_on_its_page_has_a_box_for_each_part():
    lines = page("1. Children benefit", "   a picture’s caption", "   from help.")
    boxes = paragraph_boxes(lines, split_paragraphs(lines, [0, 2], 0)[0])
    assert [(box.top, box.bottom) for box in boxes] == [(100.0, 111.7), (129.0, 140.7)]


def test_bullets_inside_a_numbered_paragraph_belong_to_it():
    lines = page(
        "175. For example, there has been:",
        "   • a significant fall in the number of agency",
        "     staff",
        "   • lower levels of absence.",
        "",
        "176. The next one.",
    )
    assert told(lines, 174) == [
        (
            175,
            False,
            (
                "For example, there has been: • a significant fall in the number of agency staff"
                " • lower levels of absence."
            ),
        ),
        (176, False, "The next one."),
    ]


def test_bullets_alone_are_items():
    lines = page(
        "• The recruitment and retention of a workforce",
        "  that is experienced.",
        "• Care leavers’ access to their health records.",
        "",
        "• The overview.",
    )
    assert told(lines) == [
        (None, True, "The recruitment and retention of a workforce that is experienced."),
        (None, True, "Care leavers’ access to their health records."),
        (None, True, "The overview."),
    ]


def test_a_bullet_on_a_line_of_its_own():
    lines = page("•", "  Ensure that help comes early.", "•", "  Ensure that it stays.")
    assert told(lines) == [
        (None, True, "Ensure that help comes early."),
        (None, True, "Ensure that it stays."),
    ]


def test_dashes_go_on_with_their_item():
    lines = page("• In the last 12 months:", "  – two children", "  – one child.", "• Next.")
    assert [text for _, _, text in told(lines)] == [
        "In the last 12 months: – two children – one child.",
        "Next.",
    ]


def test_an_item_runs_across_pages():
    lines = document(
        ["• The use of homes that are not", "  registered, and the oversight of"],
        ["  children who live there.", "• The next."],
    )
    assert [text for _, _, text in told(lines)] == [
        "The use of homes that are not registered, and the oversight of children who live there.",
        "The next.",
    ]


def test_text_without_numbers_is_parted_at_its_gaps():
    lines = page("There are still serious weaknesses", "in these services.", "", "Leaders know them.")
    assert told(lines) == [
        (None, False, "There are still serious weaknesses in these services."),
        (None, False, "Leaders know them."),
    ]


@pytest.mark.parametrize(
    ("last", "first", "count"),
    [
        # Room for the next word, behind a full stop: the paragraph ended with the page.
        ("early and well.", "Leaders know them.", 2),
        # No full stop, or no room left: it goes on.
        ("early and well", "in these services.", 1),
        ("services that leave vulnerable children.", "Leaders know them.", 1),
    ],
)
def test_text_without_numbers_at_the_end_of_a_page(last, first, count):
    lines = document(["There are still serious and widespread", last], [first])
    assert len(told(lines)) == count


def test_text_behind_a_numbered_paragraph_that_does_not_belong_to_it():
    lines = page(
        "1. Children benefit from help",
        "   that comes early.",
        "",
        "A second visit was made in January.",
    )
    assert told(lines) == [
        (1, False, "Children benefit from help that comes early."),
        (None, False, "A second visit was made in January."),
    ]


def test_nothing_to_tell():
    assert split_paragraphs([], [], 0) == []
    lines = page("89.")
    assert numbered(lines, 88) == [(89, "")]
    assert told(page("•")) == [(None, True, "")]


TEXTS = st.lists(
    st.sampled_from(
        ["1. One", "2. Two.", "   more", "   4 Children", "• item", "  – dash", "Text.", "", "•", "12 months"]
    ),
    max_size=12,
)


@given(st.lists(TEXTS, max_size=3))
def test_every_line_is_part_of_one_paragraph_and_order_is_kept(pages):
    lines = document(*pages)
    found = split_paragraphs(lines, range(len(lines)), 0)
    assert [place for each in found for place in each.indices] == list(range(len(lines)))
    numbers = [each.number for each in found if each.number]
    assert numbers == sorted(set(numbers))
    for each in found:
        boxes = paragraph_boxes(lines, each)
        assert {box.page for box in boxes} == {lines[place].page for place in each.indices}


def test_on_a_real_page():
    lines = [each for each in sample.lines("50004291") if each.page == 47]
    found = told([each for each in lines if each.text != "47"], 173)
    assert [number for number, _, _ in found] == [174, 175, 176, 177]
    assert found[1][2].endswith("are lost per employee, the lowest across all Leeds Council departments.")
    assert found[1][2].count("•") == 5
