"""split_paragraphs: numbers, bullets, page breaks, and numbers that do not start a paragraph."""

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


def described(lines, last_number=0, indices=None):
    """Return the number of each paragraph, whether it is a list item, and its text."""
    found = split_paragraphs(lines, range(len(lines)) if indices is None else indices, last_number)
    return [(paragraph.number, paragraph.is_item, paragraph_text(lines, paragraph)) for paragraph in found]


def numbered(lines, last_number=0):
    return [(number, text) for number, _, text in described(lines, last_number)]


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
def test_paragraph_number(text, number):
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
def test_has_numbered_paragraphs(texts, numbered):
    assert has_numbered_paragraphs(page(*texts)) is numbered


def test_numbered_paragraphs():
    lines = page(
        "1. Children benefit from help",
        "   that comes early.",
        "",
        "2. Social workers know them",
        "   well.",
    )
    assert described(lines) == [
        (1, False, "Children benefit from help that comes early."),
        (2, False, "Social workers know them well."),
    ]


@pytest.mark.parametrize("mark", ["–", "-", "—", "o", "•"])
def test_points_of_a_list_item(mark):
    lines = page(
        "• Practice with disabled children, to show:",
        "",
        f"   {mark} an understanding of the child’s",
        "      daily life",
        "",
        f"   {mark} the views of the child.",
        "",
        "• The quality of records.",
    )
    points = f"{mark} an understanding of the child’s daily life {mark} the views of the child."
    assert described(lines) == [
        (None, True, f"Practice with disabled children, to show: {points}"),
        (None, True, "The quality of records."),
    ]


def test_indented_bullets_below_a_sentence_are_list_items():
    lines = page("• Plans are clear.", "   • Records are not.", "   • Help comes late.")
    assert [text for _, _, text in described(lines)] == [
        "Plans are clear.",
        "Records are not.",
        "Help comes late.",
    ]


def test_narrow_gap_separates_paragraphs_of_close_lines():
    lines = page("Children get help", "early.")
    lines += page("Leaders listen.", top=lines[-1].top + 20.5)
    assert described(lines) == [(None, False, "Children get help early."), (None, False, "Leaders listen.")]
    assert len(split_paragraphs(lines, range(3), 0, pitch=1.7)) == 1


@pytest.mark.parametrize("end", [".", ".’", ".'", '."', ".”)"])
def test_text_below_a_numbered_paragraph_that_ends(end):
    lines = page(f"1. Children say ‘we are safe{end}", "", "Leaders listen.")
    assert [number for number, _, _ in described(lines)] == [1, None]


def test_numbers_continue_from_last_section():
    lines = page("15. Leaders listen.", "", "16. Leaders act.")
    assert numbered(lines, 14) == [(15, "Leaders listen."), (16, "Leaders act.")]


def test_one_missing_number_is_accepted_and_two_are_not():
    assert numbered(page("1. First.", "", "3. Third.", "", "4. Fourth.")) == [
        (1, "First."), (3, "Third."), (4, "Fourth.")
    ]  # fmt: skip
    assert numbered(page("1. First.", "", "4. Fourth.")) == [(1, "First."), (None, "4. Fourth.")]


def test_number_inside_a_paragraph():
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


def test_paragraph_continues_across_page_furniture():
    lines = document(
        ["1. Children benefit from", "   help that comes early and", "1 A footnote", "2"],
        ["A running header", "   stays as long as it is", "   needed.", "", "2. The next one."],
    )
    indices = [0, 1, 5, 6, 7]
    assert described(lines, indices=indices) == [
        (1, False, "Children benefit from help that comes early and stays as long as it is needed."),
        (2, False, "The next one."),
    ]
    first = split_paragraphs(lines, indices, 0)[0]
    assert [(box.page, box.top) for box in paragraph_boxes(lines, first)] == [(1, 100.0), (2, 114.5)]


def test_interrupted_paragraph_has_two_boxes():
    lines = page("1. Children benefit", "   a picture’s caption", "   from help.")
    boxes = paragraph_boxes(lines, split_paragraphs(lines, [0, 2], 0)[0])
    assert [(box.top, box.bottom) for box in boxes] == [(100.0, 111.7), (129.0, 140.7)]


def test_bullets_belong_to_their_numbered_paragraph():
    lines = page(
        "175. For example, there has been:",
        "   • a significant fall in the number of agency",
        "     staff",
        "   • lower levels of absence.",
        "",
        "176. The next one.",
    )
    assert described(lines, 174) == [
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


def test_list_items():
    lines = page(
        "• The recruitment and retention of a workforce",
        "  that is experienced.",
        "• Care leavers’ access to their health records.",
        "",
        "• The overview.",
    )
    assert described(lines) == [
        (None, True, "The recruitment and retention of a workforce that is experienced."),
        (None, True, "Care leavers’ access to their health records."),
        (None, True, "The overview."),
    ]


def test_bullet_on_a_separate_line():
    lines = page("•", "  Ensure that help comes early.", "•", "  Ensure that it stays.")
    assert described(lines) == [
        (None, True, "Ensure that help comes early."),
        (None, True, "Ensure that it stays."),
    ]


def test_dashes_belong_to_their_item():
    lines = page("• In the last 12 months:", "  – two children", "  – one child.", "• Next.")
    assert [text for _, _, text in described(lines)] == [
        "In the last 12 months: – two children – one child.",
        "Next.",
    ]


def test_item_continues_on_next_page():
    lines = document(
        ["• The use of homes that are not", "  registered, and the oversight of"],
        ["  children who live there.", "• The next."],
    )
    assert [text for _, _, text in described(lines)] == [
        "The use of homes that are not registered, and the oversight of children who live there.",
        "The next.",
    ]


def test_unnumbered_text_is_split_at_gaps():
    lines = page("There are still serious weaknesses", "in these services.", "", "Leaders know them.")
    assert described(lines) == [
        (None, False, "There are still serious weaknesses in these services."),
        (None, False, "Leaders know them."),
    ]


@pytest.mark.parametrize(
    ("last", "first", "count"),
    [
        # After a full stop, with space for the next word: the paragraph ends with the page.
        ("early and well.", "Leaders know them.", 2),
        # Without a full stop, or without space for the next word, it continues.
        ("early and well", "in these services.", 1),
        ("services that leave vulnerable children.", "Leaders know them.", 1),
    ],
)
def test_unnumbered_text_at_page_end(last, first, count):
    lines = document(["There are still serious and widespread", last], [first])
    assert len(described(lines)) == count


def test_unnumbered_text_after_numbered_paragraph():
    lines = page(
        "1. Children benefit from help",
        "   that comes early.",
        "",
        "A second visit was made in January.",
    )
    assert described(lines) == [
        (1, False, "Children benefit from help that comes early."),
        (None, False, "A second visit was made in January."),
    ]


def test_paragraphs_without_text():
    assert split_paragraphs([], [], 0) == []
    lines = page("89.")
    assert numbered(lines, 88) == [(89, "")]
    assert described(page("•")) == [(None, True, "")]


TEXTS = st.lists(
    st.sampled_from(
        ["1. One", "2. Two.", "   more", "   4 Children", "• item", "  – dash", "Text.", "", "•", "12 months"]
    ),
    max_size=12,
)


@given(st.lists(TEXTS, max_size=3))
def test_every_line_is_in_one_paragraph_in_order(pages):
    lines = document(*pages)
    found = split_paragraphs(lines, range(len(lines)), 0)
    assert [index for paragraph in found for index in paragraph.indices] == list(range(len(lines)))
    numbers = [paragraph.number for paragraph in found if paragraph.number]
    assert numbers == sorted(set(numbers))
    for paragraph in found:
        boxes = paragraph_boxes(lines, paragraph)
        assert {box.page for box in boxes} == {lines[index].page for index in paragraph.indices}


def test_paragraphs_of_a_real_page():
    lines = [line for line in sample.lines("50004291") if line.page == 47]
    found = described([line for line in lines if line.text != "47"], 173)
    assert [number for number, _, _ in found] == [174, 175, 176, 177]
    assert found[1][2].endswith("are lost per employee, the lowest across all Leeds Council departments.")
    assert found[1][2].count("•") == 5
