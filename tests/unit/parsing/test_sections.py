"""BodyParser: headings open sections, and sections decide the roles of their lines."""

from dataclasses import replace

import pytest

from assets.parsing.families.inspection import HEADINGS, TOPICS
from assets.parsing.frameworks import Area
from assets.parsing.grammar.sections import BodyParser
from assets.parsing.models import Role
from tests.support.page_dsl import document, line, page


def read(*pages):
    """Return the extraction of a body of these pages."""
    lines = document(*pages)
    parser = BodyParser(lines, HEADINGS, topics=TOPICS)
    parser.parse(parser.text_indices)
    return parser.extraction


def titles(extraction):
    return [(section.title, section.area, section.grade, section.level) for section in extraction.sections]


def roles(extraction):
    return [str(role) for role in extraction.roles]


PROSE = "Children benefit from help that comes early and that stays for as long as they need it."


def test_body_size_is_that_of_the_text():
    assert read([f"1. {PROSE}", "", "# Recommendations"]).body_size == line(PROSE).size


# --- headings ----------------------------------------------------------------------------------------------


def test_heading_sets_area_and_grade():
    extraction = read(
        [
            "# The experiences and progress of children who need help and",
            "# protection: requires improvement to be good",
            "",
            f"1. {PROSE}",
            "",
            "# The experiences and progress of children in care: good",
            "",
            f"2. {PROSE}",
        ]
    )
    assert titles(extraction) == [
        (
            (
                "The experiences and progress of children who need help and protection:"
                " requires improvement to be good"
            ),
            "help_and_protection",
            "requires_improvement",
            1,
        ),
        ("The experiences and progress of children in care: good", "in_care", "good", 1),
    ]
    assert [
        (finding.area, finding.section, finding.paragraph, finding.kind) for finding in extraction.findings
    ] == [
        ("help_and_protection", 1, 1, "finding"),
        ("in_care", 2, 2, "finding"),
    ]
    assert extraction.findings[1].section_title == "The experiences and progress of children in care: good"


@pytest.mark.parametrize(
    ("title", "area"),
    [
        (
            "The experiences and progress of children in care and care leavers: good",
            "in_care_and_care_leavers",
        ),
        ("The experiences and progress of care leavers: good", "care_leavers"),
        ("The graded judgement for adoption performance is that it is good", "adoption"),
        (
            "The graded judgment about the experience and progress of care leavers is that it is good",
            "care_leavers",
        ),
        ("Leadership, management and governance", "leadership"),
        ("The impact of leaders on practice with children and families: good", "leadership"),
        ("The Local Safeguarding Children Board is good", "lscb"),
        ("The effectiveness of the LSCB is good", "lscb"),
        ("Key strengths and weaknesses of the BSCB", "lscb"),
    ],
)
def test_area_of_heading(title, area):
    extraction = read([f"# {title}", "", f"1. {PROSE}"])
    assert [(finding.area, finding.kind) for finding in extraction.findings] == [(area, "finding")]


def test_unknown_heading_is_a_subheading():
    extraction = read(
        [
            "# Recommendations",
            "",
            "**The quality of social work practice",
            "",
            f"1. {PROSE}",
        ]
    )
    assert titles(extraction) == [
        ("Recommendations", None, None, 2),
        ("The quality of social work practice", None, None, 2),
    ]
    assert [row.kind for row in extraction.recommendations] == ["recommendation"]


def test_bold_words_inside_a_sentence_are_not_a_heading():
    extraction = read(
        [
            "# Executive summary",
            "",
            "Children’s services in Leeds are",
            "**good** and leaders know",
            "them well.",
        ]
    )
    assert [section.title for section in extraction.sections] == ["Executive summary"]
    assert len(extraction.findings) == 1


@pytest.mark.parametrize(
    "title",
    [
        "Recommendations",
        "Key strengths",
        "Next steps",
        "Practice study: highly effective practice",
        "What does the local authority need to improve?",
        "What is it like to be a child or young person with SEND in this area?",
        "The effectiveness of the LSCB is good",
    ],
)
def test_known_title_in_text_font_is_a_heading_on_its_own(title):
    sections = read([PROSE, "", title, "", f"1. {PROSE}"]).sections
    assert [section.title for section in sections] == [title]
    assert read([PROSE, title, PROSE]).sections == []


def test_table_replaces_heading_of_chapter():
    label = line("The experiences and progress of children", 120)
    lines = [
        line("Key judgement Judgement grade", 100, bold=True),
        label,
        line("Good", 127, x0=400.0),
        line("who need help and protection", 134.5),
        *page("**Summary", PROSE, top=170),
    ]
    chapters = [
        Area("help_and_protection", "The experiences and progress of children who need help and protection")
    ]
    parser = BodyParser(lines, HEADINGS, chapters)
    parser.parse(parser.text_indices)
    assert titles(parser.extraction) == [
        (
            "The experiences and progress of children who need help and protection",
            "help_and_protection",
            "good",
            1,
        ),
        ("Summary", "help_and_protection", None, 2),
    ]
    findings = [(finding.area, finding.kind) for finding in parser.extraction.findings]
    assert findings == [("help_and_protection", "summary")]


# --- recommendations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "kind", "area"),
    [
        ("What needs to improve?", "improvement", None),
        ("Recommendations", "recommendation", None),
        ("Areas for improvement", "recommendation", None),
        ("What does the local authority need to improve?", "recommendation", None),
        ("What does the LSCB need to improve?", "recommendation", "lscb"),
        ("Priority and immediate action", "priority_action", None),
        ("Areas for priority action", "priority_action", None),
    ],
)
def test_recommendations(title, kind, area):
    extraction = read(
        [f"# {title}", "", "• The overview of children’s progress.", "", "• Care leavers’ access to records."]
    )
    assert [(row.kind, row.area, row.paragraph, row.text) for row in extraction.recommendations] == [
        (kind, area, None, "The overview of children’s progress."),
        (kind, area, None, "Care leavers’ access to records."),
    ]
    assert extraction.findings == []


@pytest.mark.parametrize(
    ("title", "area"),
    [
        ("Leadership, management and governance", "leadership"),
        ("Care leavers", "care_leavers"),
        ("Education of looked after children", "in_care"),
        ("Child protection", "help_and_protection"),
        ("Looked after children and adoption", None),
        ("Quality of practice", None),
    ],
)
@pytest.mark.parametrize("style", ["", "**"])
def test_subheading_of_recommendations_names_an_area(title, area, style):
    extraction = read(
        [PROSE],
        ["# Recommendations", "", f"{style}{title}", "", "1. Improve the plans."],
        ["**Early help**", "", "2. Offer help early.", "", "**Quality of work**", "", "3. Improve all work."],
    )
    rows = [(row.kind, row.area, row.paragraph) for row in extraction.recommendations]
    assert rows == [
        ("recommendation", area, 1),
        ("recommendation", "help_and_protection", 2),
        ("recommendation", None, 3),
    ]
    assert [(row.area, row.kind) for row in extraction.findings[-3:]] == [
        (row.area, "recommendation") for row in extraction.recommendations
    ]


def test_area_named_inside_the_summary_ends_with_its_subsection():
    extraction = read(
        ["# Executive summary", "", "**Leadership, management and governance**", "", PROSE],
        ["**Quality of practice**", "", PROSE, "", "# Recommendations", "", "1. Improve the plans."],
        ["# Children who need help and protection: good", "", f"2. {PROSE}"],
    )
    assert [(row.kind, row.area) for row in extraction.findings] == [
        ("summary", "leadership"),
        ("summary", None),
        ("recommendation", None),
        ("finding", "help_and_protection"),
    ]


def test_numbered_title_with_a_list_is_one_row_per_request():
    extraction = read(
        [
            "# Recommendations",
            "",
            "1. Quality of practice",
            "    • Ensure that plans are clear and that",
            "    children have copies.",
            "    • Ensure that staff are trained.",
            "",
            "2. Ensure that:",
            "    • visits are regular",
            "    • children are seen alone.",
        ]
    )
    rows = [(row.paragraph, row.text) for row in extraction.recommendations]
    assert rows == [
        (1, "Ensure that plans are clear and that children have copies."),
        (1, "Ensure that staff are trained."),
        (2, "Ensure that: • visits are regular • children are seen alone."),
    ]
    assert [row.paragraph for row in extraction.findings] == [1, 2]
    assert extraction.findings[0].text.startswith("Quality of practice • Ensure")


def test_numbered_recommendation_is_also_a_finding():
    extraction = read(
        ["# Recommendations", "", "1. Ensure that plans are clear.", "", "2. Develop a strategy."]
    )
    assert [(row.paragraph, row.text) for row in extraction.recommendations] == [
        (1, "Ensure that plans are clear."),
        (2, "Develop a strategy."),
    ]
    assert [(finding.paragraph, finding.kind) for finding in extraction.findings] == [
        (1, "recommendation"),
        (2, "recommendation"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "There are no areas for priority or immediate action.",
        "No recommendations were made.",
        "There were no areas for priority action.",
    ],
)
def test_statement_that_nothing_is_recommended_is_a_finding(text):
    extraction = read(["# Priority and immediate action", "", f"1. {text}"])
    assert extraction.recommendations == []
    assert [(finding.paragraph, finding.kind, finding.text) for finding in extraction.findings] == [
        (1, "finding", text)
    ]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("The local authority’s strengths", "summary"),
        ("The Local Authority has the following strengths:", "summary"),
        ("Progress since the last inspection", "summary"),
        ("Summary for children and young people", "summary"),
        ("Key strengths and weaknesses of the LSCB", "finding"),
        ("Inspection findings", "finding"),
    ],
)
def test_sections_after_recommendations(title, kind):
    extraction = read(["# Areas for improvement", "", f"1. {PROSE}", "", f"# {title}", "", f"2. {PROSE}"])
    assert [row.paragraph for row in extraction.recommendations] == [1]
    assert [(finding.paragraph, finding.kind) for finding in extraction.findings] == [
        (1, "recommendation"),
        (2, kind),
    ]


# --- sections without rows ---------------------------------------------------------------------------------


def test_contents_end_where_the_body_begins():
    extraction = read(
        ["# Contents", "", "Executive summary 2", "**Recommendations 8", "Inspection findings 11"],
        ["# Executive summary", "", PROSE],
    )
    assert roles(extraction) == [*["contents"] * 4, "heading", "summary"]
    assert titles(extraction) == [("Executive summary", None, None, 2)]


def test_context_and_about_give_no_findings():
    extraction = read(
        [
            "# Information about this local authority area",
            "",
            "**Children living in this area",
            f"• {PROSE}",
            "# Information about this inspection",
            PROSE,
            "Lead inspector: Fiona J Millns",
        ]
    )
    assert roles(extraction) == ["heading", "heading", "context", "heading", "about", "about"]
    assert (extraction.findings, extraction.sections) == ([], [])
    assert [person.name for person in extraction.inspectors] == ["Fiona J Millns"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The judgements on areas of the service that contribute to overall effectiveness are:",
        "It is Ofsted’s expectation that, as a minimum, all children and young people receive good help.",
    ],
)
def test_form_sentence_is_boilerplate(sentence):
    extraction = read(["# Executive summary", "", PROSE, "", sentence, "", f"{PROSE} {sentence}"])
    assert [row.text for row in extraction.findings] == [PROSE, f"{PROSE} {sentence}"]
    assert roles(extraction) == ["heading", "summary", "boilerplate", "summary"]


def test_closing_page_ends_every_section():
    extraction = read(
        [f"1. {PROSE}"],
        [
            "The Office for Standards in Education, Children’s Services and Skills (Ofsted) regulates",
            "and inspects to achieve excellence.",
            "**Piccadilly Gate",
            "© Crown copyright 2022",
        ],
    )
    assert roles(extraction)[1:] == ["boilerplate"] * 4


GRADES = "# What the inspection judgements mean"


def chapter_heading(text, size=14.0):
    return line(text, size=size, bold=True)


def test_smaller_known_heading_ends_boilerplate():
    extraction = read(
        ["# Inspection findings", "", f"1. {PROSE}"],
        [GRADES, "", "An outstanding local authority leads highly effective services."],
        [
            chapter_heading("The effectiveness of the LSCB is good"),
            "",
            chapter_heading("Areas for improvement", 12.0),
            "",
            f"2. {PROSE}",
        ],
    )
    assert [(row.paragraph, row.area) for row in extraction.recommendations] == [(2, "lscb")]


def test_team_is_read_below_a_smaller_heading_after_boilerplate():
    extraction = read(
        [
            GRADES,
            "",
            "An outstanding local authority leads highly effective services.",
            "",
            chapter_heading("Information about this inspection"),
            "",
            PROSE,
            "",
            chapter_heading("The inspection team", 12.0),
            "",
            "Lead inspector: Ann Example",
        ]
    )
    assert [inspector.name for inspector in extraction.inspectors] == ["Ann Example"]


def test_definitions_of_grades_have_subheadings():
    extraction = read(
        [
            GRADES,
            "",
            chapter_heading("The local authority"),
            "",
            "An outstanding local authority leads highly effective services.",
            "",
            chapter_heading("The LSCB"),
            "",
            "An outstanding LSCB is highly influential.",
        ]
    )
    assert roles(extraction) == ["heading", *["boilerplate"] * 4]
    assert extraction.findings == []


def test_next_paragraph_number_ends_boilerplate_below_an_unknown_heading():
    extraction = read(
        ["# Inspection findings", "", f"1. {PROSE}"],
        [GRADES, "", PROSE, "", "# Housing and homelessness", "", f"2. {PROSE}", "", PROSE],
    )
    assert [(row.paragraph, row.section_title) for row in extraction.findings] == [
        (1, "Inspection findings"),
        (2, "Housing and homelessness"),
        (None, "Housing and homelessness"),
    ]


def test_next_paragraph_in_a_section_without_rows_is_a_finding():
    extraction = read(
        ["# Inspection findings", "", f"1. {PROSE}"],
        ["# Information about this inspection", "", PROSE, "", f"2. {PROSE}"],
    )
    assert [row.paragraph for row in extraction.findings] == [1, 2]
    assert roles(extraction)[-2:] == ["about", "finding"]


def test_subheading_in_text_font():
    extraction = read(
        ["# The local authority", "", PROSE],
        ["# Summary of findings", "", "Quality of planning", "", f"• {PROSE}"],
    )
    assert [(section.title, section.level) for section in extraction.sections][1:] == [
        ("Summary of findings", 2),
        ("Quality of planning", 2),
    ]
    assert len(extraction.findings) == 2


# --- text in larger print, and sub-headings in the font of the text ----------------------------------------


def large(text, **attributes):
    return line(text, size=14.0, **attributes)


def large_page(*texts, number=2):
    """Return a page whose lines are at the pitch of larger print; an empty text is a paragraph gap."""
    lines, top = [], 100.0
    for text in texts:
        top += 18.6 if text else 6.0
        if text:
            lines.append(replace(text, page=number, line=len(lines) + 1, top=top, bottom=top + 13.7))
    return lines


def read_lines(*lines):
    parser = BodyParser(lines, HEADINGS)
    parser.parse(parser.text_indices)
    return parser.extraction


BODY = page("# Inspection findings", "", *[PROSE] * 30)


def test_bullets_in_larger_print_are_text():
    extraction = read_lines(
        *BODY,
        *large_page(
            large("Summary for children and young people", bold=True),
            None,
            large("• Most of the children who are looked after by"),
            large("the local authority are well cared for. Inspectors were pleased", x0=89.0),
            large("Young people leaving care live close to their families and", x0=89.0),
            large("care leavers are being looked after well.", x0=89.0),
            None,
            large("• Social workers care about children."),
        ),
    )
    assert titles(extraction)[1:] == [("Summary for children and young people", None, None, 2)]
    assert [finding.text for finding in extraction.findings[1:]] == [
        (
            "Most of the children who are looked after by the local authority are well cared for. Inspectors"
            " were pleased Young people leaving care live close to their families and care leavers are being"
            " looked after well."
        ),
        "Social workers care about children.",
    ]


def test_sentence_in_larger_print_is_text_unless_it_states_a_grade():
    extraction = read_lines(
        *BODY,
        *large_page(
            large("The effectiveness of the Local Safeguarding Children Board (LSCB) is"),
            large("inadequate."),
            None,
            large("The LSCB coordinates the activity of statutory partners and has"),
            large("mechanisms in place to monitor local arrangements."),
        ),
    )
    assert titles(extraction)[1:] == [
        (
            "The effectiveness of the Local Safeguarding Children Board (LSCB) is inadequate.",
            "lscb",
            "inadequate",
            1,
        )
    ]
    assert len(extraction.findings) == 2


def test_text_in_larger_print_continues_on_the_next_page():
    extraction = read_lines(
        *BODY,
        *large_page(
            large("Summary for children and young people", bold=True),
            None,
            large("• Most of the children who are looked after by"),
        ),
        *large_page(large("Leeds are well cared for by foster carers"), number=3),
    )
    assert [section.title for section in extraction.sections] == [
        "Inspection findings",
        "Summary for children and young people",
    ]
    assert extraction.findings[-1].text.endswith("looked after by Leeds are well cared for by foster carers")


def test_heading_in_larger_print():
    extraction = read_lines(*BODY, *large_page(large("What needs to improve?"), None, large(f"• {PROSE}")))
    assert [section.title for section in extraction.sections][1:] == ["What needs to improve?"]
    assert [row.kind for row in extraction.recommendations] == ["improvement"]


def items(*texts, heading_gap=19.0):
    """Return page 2 with list items at line pitch, and headings a little below the item above them."""
    lines, top = [], 100.0
    for number, text in enumerate(texts, 1):
        is_item = isinstance(text, str)
        top += 20.0 if is_item else heading_gap
        parsed = line(text) if is_item else text
        lines.append(replace(parsed, page=2, line=number, top=top, bottom=top + 11.7))
        top += 0.0 if is_item else 7.0
    return lines


def test_italic_line_on_its_own_is_a_subheading():
    extraction = read_lines(
        *BODY,
        *items(
            "• Training is good.",
            line("Scrutiny and challenge", italic=True),
            "• Audits are conducted well.",
            line("Care leavers", italic=True),
            "• Plans are clear.",
            heading_gap=15.0,
        ),
    )
    assert titles(extraction)[1:] == [
        ("Scrutiny and challenge", None, None, 2),
        ("Care leavers", None, None, 2),
    ]
    assert [(finding.section, finding.text) for finding in extraction.findings[1:]] == [
        (1, "Training is good."),
        (2, "Audits are conducted well."),
        (3, "Plans are clear."),
    ]


@pytest.mark.parametrize("text", ["I feel safe and I am heard.", "Children say that"])
def test_italic_words_inside_text_are_no_subheading(text):
    extraction = read_lines(
        *BODY, *page("# Summary", "", "• Children told us:", line(text, italic=True), "they know.", number=2)
    )
    assert [section.title for section in extraction.sections] == ["Inspection findings", "Summary"]


def test_line_with_wider_space_below_is_a_subheading():
    heading = line("Scrutiny and challenge")
    assert [section.title for section in read_lines(*BODY, *items("• Good.", heading, "• Well.")).sections][
        1:
    ] == ["Scrutiny and challenge"]


def test_subheading_at_the_top_of_a_page():
    extraction = read(
        ["# Recommendations", "", "1. Ensure that information on children is used to safeguard them."],
        ["Post-adoption support", "", "2. Ensure that plans are appropriately detailed."],
    )
    assert [row.section_title for row in extraction.recommendations] == [
        "Recommendations",
        "Post-adoption support",
    ]


def test_signature_is_no_subheading():
    extraction = read(
        ["# Inspection findings", "", PROSE], [PROSE, "", "Yours sincerely", "", "", "Ann Example"]
    )
    assert roles(extraction)[-2:] == ["letter_form", "letter_form"]
    assert len(extraction.sections) == 1


@pytest.mark.parametrize("header", ["Key Judgement Inspection Grade", "Key judgement Judgement grade", ""])
def test_chapter_table_in_text_font(header):
    lines = [
        *page("# Inspection findings", "", f"1. {PROSE}"),
        *page("# The experiences and progress of children who need help and protection", number=2),
        *([line(header, 115, page=2, bold=True)] if header else []),
        line("The experiences and progress of children", 130, page=2),
        line("who need help and protection", 144.5, page=2),
        line("Requires improvement", 137, page=2, x0=400.0),
        *page(f"2. {PROSE}", number=2, top=180),
    ]
    chapters = [
        Area("help_and_protection", "The experiences and progress of children who need help and protection")
    ]
    parser = BodyParser(lines, HEADINGS, chapters)
    parser.parse(parser.text_indices)
    assert [section.grade for section in parser.extraction.sections][-1] == "requires_improvement"
    assert [finding.paragraph for finding in parser.extraction.findings] == [1, 2]


def test_first_sentence_of_a_paragraph_is_no_table():
    text = ["Leadership, management and governance require improvement.", "Progress has not been sustained."]
    lines = document([PROSE], ["# Leadership, management and governance", "", "**Summary**", "", *text])
    parser = BodyParser(lines, HEADINGS, [Area("leadership", "Leadership, management and governance")])
    parser.parse(parser.text_indices)
    assert [section.title for section in parser.extraction.sections][1:] == ["Summary"]
    [finding] = parser.extraction.findings
    assert (finding.kind, finding.text) == ("summary", " ".join(text))


def test_list_of_grades_of_an_earlier_inspection_is_no_table():
    chapters = [Area("adoption", "Adoption performance")]
    lines = document(
        [PROSE], ["# Information about this area", "", "• Adoption performance: inadequate", PROSE]
    )
    parser = BodyParser(lines, HEADINGS, chapters)
    parser.parse(parser.text_indices)
    assert parser.extraction.sections == []


def test_every_line_has_a_role():
    extraction = read(
        [PROSE, "", "# What needs to improve?", "", f"• {PROSE}"],
        [
            "# The impact of leaders on social work practice with children and families: good",
            "",
            f"1. {PROSE}",
            "2",
        ],
    )
    assert len(extraction.roles) == len(extraction.lines)
    # The role of lines before the first heading is set by the parser of the cover page.
    assert roles(extraction) == ["other", "heading", "recommendation", "heading", "finding", "finding"]


# --- two documents in one file -----------------------------------------------------------------------------

FIRST_DOCUMENT = [
    "# The experiences and progress of children in care: good",
    "",
    f"1. {PROSE}",
    "",
    f"2. {PROSE}",
    "",
    f"3. {PROSE}",
]


def test_numbers_of_a_second_document_restart():
    extraction = read(
        FIRST_DOCUMENT,
        ["# Inspection findings of the local safeguarding children board"],
        [f"1. {PROSE}", "", f"2. {PROSE}", "", f"3. {PROSE}", "", f"4. {PROSE}"],
    )
    assert [(row.part, row.paragraph) for row in extraction.findings] == [
        *((1, 1), (1, 2), (1, 3)),
        *((2, 1), (2, 2), (2, 3), (2, 4)),
    ]
    assert {row.text for row in extraction.findings} == {PROSE}


def test_numbered_list_is_not_a_second_document():
    extraction = read(
        FIRST_DOCUMENT,
        ["# What needs to improve?", "", "1. Plans.", "", "2. Visits.", "", f"4. {PROSE}"],
    )
    assert {row.part for row in extraction.findings} == {1}
    assert [row.paragraph for row in extraction.findings] == [1, 2, 3, None, None, 4]


def test_cover_page_of_a_second_document():
    title, board = line("Hull", size=26.0), line("Hull Safeguarding Board", size=26.0)
    lines = document(
        [title, "", *FIRST_DOCUMENT, "", "**What the inspection judgements mean**", "", PROSE],
        [
            board,
            "",
            "**Inspection date: 3 May 2014**",
            "",
            "**The Local Safeguarding Children Board is good**",
            "",
            "**Contents**",
            "Findings 2",
        ],
        ["**Summary of findings**", "", PROSE],
    )
    parser = BodyParser(lines, HEADINGS)
    parser.set_role([0], Role.TITLE)
    parser.parse(parser.text_indices[1:])
    extraction = parser.extraction
    assert roles(extraction)[-8:] == [
        *("boilerplate", "title", "details", "heading"),
        *("contents", "contents", "heading", "summary"),
    ]
    assert titles(extraction)[1:] == [
        ("Hull Safeguarding Board", None, None, 1),
        ("The Local Safeguarding Children Board is good", "lscb", "good", 1),
        ("Summary of findings", "lscb", None, 2),
    ]
