"""Letters of monitoring visits, typeset after the public description of their form.

The sample has no letter of a monitoring visit.
"""

from datetime import date

import pytest

from assets.parsing.families.letters import extract_letter, read_theme
from assets.parsing.grammar.sentences import SENTENCE_BREAK
from assets.parsing.models import Role
from assets.pdf.pdfium_lines import read_lines
from tests.support.typesetter import typeset

FORM = ("14 November 2017", "Ms A Person, Director of Children’s Services", "Dear Ms Person")
TITLE = "**Monitoring visit of Anytown children’s services"
OPENING = (
    "This letter summarises the findings of the monitoring visit to Anytown children’s services on 17 and 18"
    " October 2017. The visit was the second monitoring visit since the local authority was judged inadequate"
    " in December 2016. The inspectors were Ann Other, HMI, and Some Body, HMI."
)
PROGRESS = "The local authority is making steady progress in improving services for children in its area."
AREAS = (
    "During the course of this visit, inspectors reviewed the progress made in the area of children looked"
    " after, with a particular focus on the quality of plans. A range of evidence was considered during the"
    " visit, including electronic case records. In addition, inspectors spoke to a range of staff."
)
FINDING = "Plans for children have improved, and most are now clear about what needs to change."
CLOSING = ("I am copying this letter to the Department for Education.", "Yours sincerely", "Ann Other")


def extract(*blocks):
    return extract_letter(read_lines(typeset(*blocks))[1], date(2017, 11, 14))


@pytest.mark.parametrize("overview", ["Summary of findings", "Overview", "Summary"])
def test_letter_of_a_monitoring_visit(overview):
    extraction = extract(
        *FORM,
        TITLE,
        OPENING,
        PROGRESS,
        "**Areas covered by the visit",
        AREAS,
        f"**{overview}",
        "Leaders know what to do.",
        "**Findings and evaluation of progress",
        f"• {FINDING}",
        "• Caseloads are lower.",
        *CLOSING,
    )
    assert (extraction.inspection_start, extraction.inspection_end) == (
        date(2017, 10, 17),
        date(2017, 10, 18),
    )
    assert extraction.framework == "sif"
    assert extraction.theme == "children looked after, with a particular focus on the quality of plans"
    assert [inspector.name for inspector in extraction.inspectors] == ["Ann Other", "Some Body"]
    assert [(row.kind, row.text, row.section_title) for row in extraction.findings] == [
        ("headline", PROGRESS, None),
        ("headline", "Leaders know what to do.", overview),
        ("finding", FINDING, "Findings and evaluation of progress"),
        ("finding", "Caseloads are lower.", "Findings and evaluation of progress"),
    ]
    assert {row.area for row in extraction.findings} == {"in_care"}
    assert Role.OTHER not in extraction.roles


@pytest.mark.parametrize(
    ("paragraph", "theme"),
    [
        (
            (
                "Inspectors reviewed the progress made in the following areas: • the quality of assessments;"
                " • management oversight; and • supervision. Inspectors considered a range of evidence."
            ),
            "the quality of assessments, management oversight, supervision",
        ),
        (
            "Inspectors looked at the local authority’s arrangements for: • care leavers. • early help.",
            "care leavers, early help",
        ),
        (
            (
                "During this visit, inspectors considered the progress made since the last inspection, in the"
                " areas of help and protection and early help."
            ),
            "help and protection and early help",
        ),
        ("At this visit, we reviewed progress for care leavers.", "care leavers"),
        ("Inspectors reviewed the progress made in respect of care leavers.", "care leavers"),
        (
            (
                "Inspectors reviewed the progress that had been made since the last inspection in relation to"
                " children in care, namely: • Plans. • Visits."
            ),
            "children in care",
        ),
        (
            (
                "Inspectors reviewed the progress made in a number of key areas identified during the last"
                " inspection, including: • permanence; • early help."
            ),
            "permanence, early help",
        ),
        ("This visit reviewed the progress made in the area of early help.", "early help"),
        ("This monitoring visit looked at the quality of supervision.", "quality of supervision"),
        ("The focus of this monitoring visit was on progress made for care leavers.", "care leavers"),
        ("The areas covered by this visit were: • supervision; • early help.", "supervision, early help"),
    ],
)
def test_theme_of_the_areas_covered(paragraph, theme):
    assert read_theme(SENTENCE_BREAK.split(paragraph)) == theme


def test_theme_ends_with_its_list():
    extraction = extract(
        *FORM,
        TITLE,
        OPENING,
        "**Areas covered by the visit",
        "Inspectors reviewed the progress made in the following areas of concern:",
        "• supervision",
        "• support for children in care;",
        "The visit considered a range of evidence. We also spoke to social workers.",
        "**Findings",
        FINDING,
        *CLOSING,
    )
    assert extraction.theme == "supervision, support for children in care"


def test_text_below_an_unknown_heading_of_the_opening_has_no_known_role():
    extraction = extract(*FORM, TITLE, OPENING, "**Findings", FINDING, "**Anything else", "More.", *CLOSING)
    assert [row.text for row in extraction.findings] == [FINDING, "More."]
    unknown = extract(*FORM, TITLE, OPENING, "**Anything else", "More.", "**Findings", FINDING, *CLOSING)
    [line] = [line for line, role in zip(unknown.lines, unknown.roles, strict=True) if role is Role.OTHER]
    assert line.text == "More."


def test_letter_without_a_known_title_has_no_known_form():
    extraction = extract(*FORM, "**Anything about Anytown", OPENING, "**Findings", FINDING, *CLOSING)
    assert [row.text for row in extraction.findings] == [FINDING]
    before_findings = extraction.roles[: [line.text for line in extraction.lines].index("Findings")]
    assert set(before_findings[3:]) == {Role.OTHER}
    assert extract(*FORM, OPENING, FINDING).roles.count(Role.OTHER) >= 3
