"""Invariants of a report: every issue code with an extraction that raises it and one that does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assets.parsing.frameworks import FRAMEWORKS
from assets.parsing.grammar.judgement_table import read_table
from assets.parsing.grammar.judgements import extract_judgements
from assets.parsing.invariants.checks import broken_invariants
from assets.parsing.invariants.codes import CODES, not_counted_reason, partial_reason
from assets.parsing.invariants.dates import MAX_DAYS_TO_PUBLICATION, MAX_INSPECTION_DAYS, MAX_VISIT_DAYS
from assets.parsing.invariants.wording import MAX_UNACCOUNTED_WORDS, MAX_UNKNOWN_SHARE, text_coverage
from assets.parsing.models import (
    Box,
    Extraction,
    Finding,
    Inspector,
    Issue,
    Judgement,
    Recommendation,
    Role,
    Section,
    Unaccounted,
)
from tests.support import sample
from tests.support.page_dsl import line, page

BOX = Box(1, 71, 100, 500, 112)
PUBLISHED = date(2022, 2, 11)


def judgement(area, status="graded"):
    return Judgement(area, area, "good", "Good", 2, status, "table", BOX)


def finding(paragraph, text="Words.", kind="finding", area=None, part=1):
    return Finding(None, None, area, paragraph, kind, text, (BOX,), part)


#: A paragraph of each area that needs findings.
JUDGED_AREAS = ("leadership", "help_and_protection", "in_care_and_care_leavers")
AREA_FINDINGS = [finding(None, kind="summary", area=area) for area in JUDGED_AREAS]


def extraction(**changes):
    """Return an extraction without issues, with these changes."""
    title = line("Inspection of Bournemouth, Christchurch and Poole local authority children’s services")
    valid = Extraction(
        framework="ilacs_2018",
        inspection_start=date(2021, 12, 6),
        inspection_end=date(2021, 12, 17),
        lead_inspector="Steve Lowe",
        body_size=12.0,
        lines=[title, line("1. " + "Words. " * 200, 130)],
        roles=[Role.TITLE, Role.FINDING],
        judgements=[
            judgement(area)
            for area in (
                "leadership",
                "help_and_protection",
                "in_care_and_care_leavers",
                "overall_effectiveness",
            )
        ],
        inspectors=[Inspector("Steve Lowe", "Lead inspector", "HMI")],
        findings=[*AREA_FINDINGS, finding(1), finding(2)],
    )
    return replace(valid, **changes)


def issues(
    family="inspection", authority="Bournemouth, Christchurch and Poole", published=PUBLISHED, **changes
):
    return [
        (issue.code, issue.detail)
        for issue in broken_invariants(extraction(**changes), family, authority, published)
    ]


def codes(**changes):
    return [code for code, _ in issues(**changes)]


def test_valid_extraction_has_no_issues():
    assert issues() == []


def test_judgement_missing():
    assert issues(judgements=extraction().judgements[1:]) == [("judgement_missing", "leadership")]
    not_found = [judgement("leadership", "not_found"), *extraction().judgements[1:]]
    assert issues(judgements=not_found) == [("judgement_missing", "leadership")]
    not_judged = [judgement("leadership", "not_judged"), *extraction().judgements[1:]]
    assert issues(judgements=not_judged) == []
    # A letter of the same framework has no judgements.
    assert codes(family="focused_visit", judgements=[], theme="The front door") == []


def test_another_document():
    """A document with one grade, such as a school report, is not an inspection of children's services."""
    judgements = extraction().judgements
    assert "another_document" not in codes(judgements=judgements[:2])
    assert "another_document" in codes(judgements=judgements[:1])
    # Frameworks with one area: the missing judgement does not show that the document is another.
    outcome = {"framework": "area_send_2023", "judgements": [], "family": "area_send"}
    assert "another_document" not in codes(**outcome)


def test_not_counted_reason():
    assert not_counted_reason(["numbering_gap", "judgement_missing", "second_reader"]) is None
    assert not_counted_reason(["dates_missing"]) == "The inspection dates were not found"
    # In the order of the declaration, whatever the order of the issues.
    assert not_counted_reason(["authority_not_named", "numbering_gap", "dates_missing", "dates_missing"]) == (
        "The inspection dates were not found;"
        " the title does not name the authority under which the report is listed"
    )
    assert all(code.severity == "error" for code in CODES.values() if code.disqualifies)


def test_partial_reason():
    warning, gap = Issue("second_reader", "x"), Issue("numbering_gap", "x", 3)
    missing = [Issue("judgement_missing", "leadership"), Issue("judgement_missing", "care_leavers")]
    assert partial_reason([warning]) is None
    assert partial_reason([gap, warning, *missing]) == (
        "A judgement that the framework requires was not found (care leavers, leadership);"
        " paragraphs may be missing: their numbers are not consecutive from 1"
    )


@pytest.mark.parametrize(
    ("overall", "leadership", "protection", "care", "expected"),
    [
        (2, 2, 2, 2, []),
        (2, 2, 3, 2, []),
        (1, 2, 2, 2, ["overall_contradicts_parts"]),
        (4, 3, 2, 3, ["overall_contradicts_parts"]),
        (3, 3, 4, 3, ["overall_contradicts_parts"]),
        (4, 3, 4, 3, []),
    ],
)
def test_overall_contradicts_parts(overall, leadership, protection, care, expected):
    grades = ("outstanding", "good", "requires_improvement", "inadequate")
    ranks = {
        "leadership": leadership,
        "help_and_protection": protection,
        "in_care_and_care_leavers": care,
        "overall_effectiveness": overall,
    }
    judgements = [
        replace(judgement(area), grade=grades[rank - 1], grade_rank=rank) for area, rank in ranks.items()
    ]
    assert codes(judgements=judgements) == expected


def test_judgement_missing_for_optional_area():
    """Not every report reviews the board; one with a heading or title about the board does."""
    judged = [judgement(area.name) for area in FRAMEWORKS["sif"].areas if area.required]
    headed = [
        Section("Executive summary", None, None, 1, 5, BOX),
        Section("The board", "lscb", None, 1, 9, BOX),
    ]
    findings = [finding(1)]
    findings += [finding(None, area=area.name) for area in FRAMEWORKS["sif"].areas]
    sif = {"framework": "sif", "judgements": judged, "findings": findings}
    assert issues(**sif) == []
    title = line(
        "Inspection of Poole and review of the effectiveness of the Local Safeguarding Children B oard",
        70,
    )
    titled = {"lines": [title, *extraction().lines], "roles": [Role.TITLE, *extraction().roles]}
    assert issues(**sif, **titled) == [("judgement_missing", "lscb")]
    assert issues(**sif, sections=headed) == [("judgement_missing", "lscb")]
    assert issues(**sif | {"judgements": [*judged, judgement("lscb")]}, sections=headed) == []


def test_area_off_framework():
    """A report whose damaged title names another framework."""
    graded = Section("Help and protection is good", "help_and_protection", "good", 1, 9, BOX)
    findings = [finding(1, area="lscb"), *AREA_FINDINGS]
    review = {"framework": "lscb_review", "judgements": [judgement("lscb")], "findings": findings}
    assert issues(**review) == []
    assert codes(**review, sections=[graded]) == ["area_off_framework"]
    assert codes(sections=[graded]) == []


def test_no_framework():
    assert codes(framework=None) == ["no_framework"]
    assert codes(framework=None, family="area_send", judgements=[]) == ["no_framework"]
    assert codes(framework=None, family="focused_visit", theme="The front door") == ["no_framework"]


def test_numbering_gap():
    def numbered(*findings):
        return issues(findings=[*AREA_FINDINGS, *findings])

    assert numbered(finding(1), finding(3)) == [("numbering_gap", "paragraph 3 instead of 2")]
    assert numbered(finding(2)) == [("numbering_gap", "paragraph 2 instead of 1")]
    assert numbered(finding(1), finding(1)) == [("numbering_gap", "paragraph 1 instead of 2")]
    assert numbered(finding(1), finding(None), finding(2, kind="recommendation"), finding(3)) == []
    assert numbered(finding(None)) == []


def test_numbering_restarts():
    def numbered(*findings):
        return issues(findings=[*AREA_FINDINGS, *findings])

    restart = ("numbering_restarts", "paragraph 1 follows paragraph 2")
    assert numbered(finding(1), finding(2), finding(1, part=2), finding(2, part=2)) == [restart]
    assert numbered(finding(1), finding(2), finding(1, part=2), finding(3, part=2)) == [
        restart,
        ("numbering_gap", "paragraph 3 instead of 2"),
    ]


def test_no_findings():
    assert codes(findings=AREA_FINDINGS) == ["no_findings"]
    assert codes(findings=[*AREA_FINDINGS, finding(1, kind="recommendation")]) == ["no_findings"]
    assert codes(findings=[*AREA_FINDINGS, finding(None)]) == []


def test_area_without_findings():
    assert issues(findings=[*AREA_FINDINGS[1:], finding(1)]) == [("area_without_findings", "leadership")]
    # No text is expected for an area that is not judged, nor below the overall judgement.
    not_judged = [judgement("leadership", "not_judged"), *extraction().judgements[1:]]
    assert codes(findings=[*AREA_FINDINGS[1:], finding(1)], judgements=not_judged) == []


def test_headline_missing():
    jtai = {"family": "jtai", "framework": "jtai_2022", "theme": "Early help"}
    assert codes(**jtai, judgements=[]) == ["headline_missing"]
    assert codes(**jtai, judgements=[], findings=[finding(None, kind="headline"), finding(1)]) == []


def test_paragraph_empty():
    assert issues(findings=[*AREA_FINDINGS, finding(1, "")]) == [("paragraph_empty", "paragraph 1")]
    page_number = finding(None, "12")
    assert issues(findings=[*AREA_FINDINGS, finding(1), page_number]) == [("paragraph_empty", "'12'")]


@pytest.mark.parametrize(
    ("text", "outcomes", "expected"),
    [
        ("The timeliness of visits. (Outcome 3, National Framework)", (), ["outcomes_unread"]),
        ("The timeliness of visits, outcome three", (), ["outcomes_unread"]),
        ("The timeliness of visits. (Outcome 3, National Framework)", (3,), []),
        ("The outcomes of children in care.", (), []),
    ],
)
def test_outcomes_unread(text, outcomes, expected):
    recommendation = Recommendation("improvement", None, None, text, outcomes, (), (), (BOX,))
    assert codes(recommendations=[recommendation]) == expected


def test_dates_missing():
    assert codes(inspection_start=None) == ["dates_missing"]
    assert codes(inspection_end=None) == ["dates_missing"]


def test_dates_out_of_order():
    assert codes(published=date(2021, 12, 17)) == ["dates_out_of_order"]
    assert codes(published=date(2021, 12, 18)) == []
    assert codes(published=None) == []


def test_dates_implausible():
    """A year that is misprinted makes a visit long, or precede its publication by a year."""
    start, end = extraction().inspection_start, extraction().inspection_end
    assert codes(published=end + timedelta(MAX_DAYS_TO_PUBLICATION)) == []
    assert codes(published=end + timedelta(MAX_DAYS_TO_PUBLICATION + 1)) == ["dates_implausible"]
    for family, days, theme in (
        ("inspection", MAX_INSPECTION_DAYS, None),
        ("focused_visit", MAX_VISIT_DAYS, "Care leavers"),
    ):
        published = start + timedelta(days + 20)
        longest = {"family": family, "theme": theme, "published": published}
        assert codes(**longest, inspection_end=start + timedelta(days - 1)) == []
        assert codes(**longest, inspection_end=start + timedelta(days)) == ["dates_implausible"]


@pytest.mark.parametrize(
    ("authority", "title", "named"),
    [
        ("Poole", "Inspection of Poole local authority children’s services", True),
        ("Herefordshire, County of", "Herefordshire Council Inspection of services for children", True),
        ("Kingston upon Hull, City of", "Kingston upon Hull City Council", True),
        ("Derbyshire", "Inspection of Derby City local authority children’s services", False),
        ("Derby", "Inspection of Derbyshire local authority children’s services", False),
        ("Bournemouth, Christchurch and Poole", "Inspection of Dorset local authority", False),
        ("Dorset", "Inspection of children’s services", False),
        ("Dorset", "", False),
        # A neighbour whose name contains the authority's, and the reverse.
        ("Lincolnshire", "Inspection of North East Lincolnshire children’s services", False),
        ("North Lincolnshire", "Inspection of Lincolnshire children’s services", False),
        ("East Riding of Yorkshire", "Inspection of East Riding children’s services", True),
        # Other bodies that are named after the authority.
        ("Kent", "Kent Academy: inspection report", False),
        ("Kent", "Inspection of Kent Street Primary School", False),
        ("Slough", "Focused visit to Slough Children First", True),
    ],
)
def test_authority_not_named(authority, title, named):
    lines = [line(title), *extraction().lines[1:]]
    assert codes(authority=authority, lines=lines) == ([] if named else ["authority_not_named"])


@pytest.mark.parametrize(
    ("authority", "title", "named"),
    [
        ("York", "Joint targeted area inspection of York", True),
        ("North Yorkshire", "Joint targeted area inspection of York", False),
        ("Camden", "Focused visit to children’s services", True),
        ("Camden", "Joint targeted area inspection of services for children missing from home", True),
        ("Camden", "Inspection of Camden Lock Primary School", False),
    ],
)
def test_address_names_authority_only_if_title_names_no_place(authority, title, named):
    address = line(f"{authority} Council, Town Hall")
    lines, roles = [address, line(title), *extraction().lines[1:]], [Role.LETTER_FORM, *extraction().roles]
    expected = [] if named else ["authority_not_named"]
    assert codes(authority=authority, lines=lines, roles=roles) == expected


def test_role_unknown():
    known = line("x" * 10_000, 130)
    for characters, expected in (
        (int(10_000 * MAX_UNKNOWN_SHARE) - 5, []),
        (int(10_000 * MAX_UNKNOWN_SHARE) + 5, ["role_unknown"]),
    ):
        lines = [extraction().lines[0], known, line("o" * characters, 160)]
        assert codes(lines=lines, roles=[Role.TITLE, Role.FINDING, Role.OTHER]) == expected


def test_text_coverage():
    lines, roles = [line("x" * 30), line("y" * 10)], [Role.FINDING, Role.OTHER]
    unaccounted = [Unaccounted(Role.OTHER, 1, ("y" * 10,), (1,))]
    assert text_coverage(Extraction(lines=lines, roles=roles, unaccounted=unaccounted)) == 0.75
    assert text_coverage(Extraction(lines=lines, roles=roles)) == 1.0
    assert text_coverage(Extraction()) == 0.0


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OTHER])
def test_text_unaccounted(role):
    def unaccounted(*counts):
        return [Unaccounted(role, 1, ("words",) * count, (1,) * count) for count in counts]

    limit = MAX_UNACCOUNTED_WORDS[role]
    assert codes(unaccounted=unaccounted(limit.run)) == []
    assert codes(unaccounted=unaccounted(limit.run + 1)) == ["text_unaccounted"]
    runs, rest = divmod(limit.report, limit.run)
    assert codes(unaccounted=unaccounted(*[limit.run] * runs, rest)) == []
    assert codes(unaccounted=unaccounted(*[limit.run] * runs, rest, 1)) == ["text_unaccounted"]


def with_line(role, text):
    """Return an extraction with paragraphs 1 and 2, and a line below them."""
    lines = [*extraction().lines, line("2. Words.", 160), line(text, 190)]
    return {"lines": lines, "roles": [*extraction().roles, Role.FINDING, role]}


def test_number_without_row():
    assert codes(**with_line(Role.BOILERPLATE, "3. Social workers are")) == ["number_without_row"]
    assert codes(**with_line(Role.BOILERPLATE, "5. Social workers are")) == []
    assert codes(**with_line(Role.FOOTNOTE, "3. Statistics of the department")) == []
    assert codes(**with_line(Role.ABOUT, "3.5 per cent")) == []


def test_number_not_read():
    assert codes(findings=[*AREA_FINDINGS, finding(1), finding(None, "2. Words.")]) == ["number_not_read"]
    # Letters do not number their paragraphs; a list of theirs may.
    assert codes(findings=[*AREA_FINDINGS, finding(None), finding(None, "2. Words.")]) == []


def test_row_repeated():
    text = "Social workers visit children regularly and know them well."
    assert codes(findings=[*AREA_FINDINGS, finding(1, text), finding(2, text)]) == ["row_repeated"]
    elsewhere = replace(finding(2, text), boxes=(BOX._replace(page=2),))
    assert codes(findings=[*AREA_FINDINGS, finding(1, text), elsewhere]) == []


@pytest.mark.parametrize(
    ("size", "text", "expected"),
    [(10.0, "launched in 2013.", ["small_print_in_row"]), (11.0, "launched.", []), (10.0, "• Launched.", [])],
)
def test_small_print_in_row(size, text, expected):
    row = line(text, 160, size=size)
    lines, roles = [*extraction().lines, row], [*extraction().roles, Role.FINDING]
    changes = {"lines": lines, "roles": roles}
    assert codes(findings=[*AREA_FINDINGS, finding(1, text)], **changes) == expected
    assert codes(**{**changes, "roles": [*extraction().roles, Role.FOOTNOTE]}) == []


def test_recommendation_incomplete():
    recommendation = Recommendation("improvement", None, None, "The quality of:", (), (), (), (BOX,))
    assert codes(recommendations=[recommendation]) == ["recommendation_incomplete"]


@pytest.mark.parametrize(
    ("title", "level", "expected"),
    [
        ("Quality of planning", 2, []),
        ("and their families", 2, ["heading_implausible"]),
        ("Children are safe.", 2, ["heading_implausible"]),
        ("Long " * 25, 2, ["heading_implausible"]),
        ("Services are good. Since the last inspection", 1, ["heading_implausible"]),
        # A heading of level 1 can be a sentence with a grade.
        ("The effectiveness of the board is good.", 1, []),
    ],
)
def test_heading_implausible(title, level, expected):
    assert codes(sections=[Section(title, None, None, level, 3, BOX)]) == expected


def test_heading_that_continues_in_the_text_below():
    section = Section("Services for children in care and care leavers in", None, None, 2, 3, BOX)
    below = replace(finding(1, "the borough are good."), section=1)
    assert codes(sections=[section], findings=[*AREA_FINDINGS, below]) == ["heading_implausible"]
    assert codes(sections=[section], findings=[*AREA_FINDINGS, replace(below, text="The services.")]) == []


def test_lead_inspector_missing():
    assert codes(lead_inspector=None) == ["lead_inspector_missing"]
    assert codes(lead_inspector=None, family="focused_visit", theme="Care leavers") == []


def test_theme_missing():
    assert codes(family="focused_visit") == ["theme_missing"]
    assert "theme_missing" not in codes(family="jtai", framework="jtai_2022", theme="Early help")


def on_pages(*numbers):
    lines = [replace(text_line, page=number) for number in numbers for text_line in extraction().lines]
    return {"lines": lines, "roles": extraction().roles * len(numbers)}


def test_page_without_text():
    assert issues(**on_pages(1, 2, 3), pages=3) == []
    assert issues(**on_pages(1, 4), pages=4) == [
        ("page_without_text", "page 2 of 4"),
        ("page_without_text", "page 3 of 4"),
    ]


def test_ends_without_text():
    assert issues(**on_pages(1, 2), pages=3) == [("ends_without_text", "page 3 of 3")]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (("1", "2", "3"), []),
        (("1", "3", "2"), [("pages_out_of_order", "page 2 follows page 3")]),
        (("May 2022 2", "May 2022 10", "May 2022 3"), [("pages_out_of_order", "page 3 follows page 10")]),
        (("Page 3 of 3", "Page 1 of 3", "Annex 2"), []),
        (("Part 2", "Part 2", "May 2022"), []),
    ],
)
def test_pages_out_of_order(numbers, found):
    pages = on_pages(*range(1, 1 + len(numbers)))
    printed = [
        replace(extraction().lines[0], page=page, text=text) for page, text in enumerate(numbers, start=1)
    ]
    roles = [*pages["roles"], *[Role.RUNNING_HEADER] * len(numbers)]
    assert issues(lines=[*pages["lines"], *printed], roles=roles, pages=len(numbers)) == found


def text_pages(*pages):
    """Return the lines of pages of findings, each with its first and its last line, and their roles."""
    lines = [
        replace(extraction().lines[1], page=number, text=text, top=top)
        for number, texts in enumerate(pages, start=1)
        for top, text in zip((130, 700), texts, strict=True)
    ]
    title = extraction().lines[0]
    return {"lines": [title, *lines], "roles": [Role.TITLE, *[Role.FINDING] * len(lines)]}


@pytest.mark.parametrize(
    ("last", "first", "in_order"),
    [
        ("Plans are clear and", "they are shared.", True),
        ("Plans are shared with the", "Child Exploitation Team.", True),
        ("Plans are clear.", "They are shared.", True),
        ("Plans are clear.", "they are shared.", False),
        ("Children see dentists, opticians, etc.", "and their records show it.", True),
        ("Plans are clear.", "iPads help.", True),
        ("Plans are shared with the", "• Children are safe.", False),
        ("Plans are shared with the", "12. Children are safe.", False),
        ("Children live in Poole,", "12. Children are safe.", False),
        ("children in care", "• children in need", True),
        ("Before 2015, it was one of", "12 boards that did so.", True),
    ],
)
def test_sentences_continue_on_the_next_page(last, first, in_order):
    pages = text_pages(("Words.", last), (first, "Words."))
    found = [code for code in codes(**pages) if code == "pages_out_of_order"]
    assert found == ([] if in_order else ["pages_out_of_order"])
    # The misprinted end of a sentence does not matter if the page numbers are consecutive.
    numbers = [line(str(page), 800, page=page) for page in (1, 2)]
    numbered = {"lines": [*pages["lines"], *numbers], "roles": [*pages["roles"], *[Role.PAGE_NUMBER] * 2]}
    numbered["lines"], numbered["roles"] = zip(
        *sorted(zip(numbered["lines"], numbered["roles"], strict=True), key=lambda pair: pair[0].page),
        strict=True,
    )
    assert "pages_out_of_order" not in codes(**numbered)


def test_heading_does_not_continue_a_sentence():
    pages = text_pages(("Words.", "Plans are shared with the"), ("Care leavers", "Words."))
    assert "pages_out_of_order" not in codes(**pages)
    pages["roles"] = [*pages["roles"][:3], Role.HEADING, Role.FINDING]
    assert "pages_out_of_order" in codes(**pages)


def test_findings_after_the_signature():
    pages = text_pages(("Words.", "Yours sincerely"), ("Children are safe.", "Words."))
    signed = [*pages["roles"][:2], Role.LETTER_FORM]
    found = issues(lines=pages["lines"], roles=[*signed, Role.FINDING, Role.FINDING])
    assert ("pages_out_of_order", "page 2 follows the signature on page 1") in found
    assert "pages_out_of_order" not in codes(lines=pages["lines"], roles=[*signed, *[Role.LETTER_FORM] * 2])


def test_page_not_upright():
    title, text = extraction().lines
    sideways = replace(text, direction=90)
    assert issues(lines=[title, sideways]) == [("page_not_upright", "page 1 of 1")]
    assert codes(lines=[replace(title, text="x", direction=90), text]) == codes(
        lines=[replace(title, text="x"), text]
    )


@pytest.mark.parametrize(("top", "count"), [(131, 1), (138, 0)])
def test_text_overprinted(top, count):
    lines = [*extraction().lines, line("1. " + "Other words. " * 100, top)]
    assert (
        codes(lines=lines, roles=[Role.TITLE, Role.FINDING, Role.FINDING]).count("text_overprinted") == count
    )
    address = [Role.TITLE, Role.FINDING, Role.LETTER_FORM]
    assert "text_overprinted" not in codes(lines=lines, roles=address)


def test_inspectors_missing():
    assert codes(family="focused_visit", theme="Care leavers", inspectors=[]) == ["inspectors_missing"]
    assert codes(inspectors=[]) == []


def test_judgement_contradicted():
    """Raised by ``extract_judgements``: a heading repeats the area with a different grade from the table."""
    framework = FRAMEWORKS["ilacs_2018"]
    rows, _ = read_table(page("Overall effectiveness Good"), framework.areas)
    for grade, expected in (("good", []), ("inadequate", ["judgement_contradicted"])):
        section = Section(f"Overall effectiveness: {grade}", "overall_effectiveness", grade, 1, 2, BOX)
        result = Extraction(sections=[section])
        extract_judgements(result, framework, rows)
        assert [issue.code for issue in result.issues] == expected
        assert [row.grade for row in result.judgements if row.area == "overall_effectiveness"] == ["good"]


def test_grade_off_scale():
    """Raised by ``extract_judgements``: the table has a grade of another framework's scale."""
    framework = FRAMEWORKS["ilacs_2018"]
    for printed, expected in (("Good", []), ("Adequate", ["grade_off_scale"])):
        rows, _ = read_table(page(f"Overall effectiveness {printed}"), framework.areas)
        result = Extraction()
        extract_judgements(result, framework, rows)
        assert [issue.code for issue in result.issues] == expected
        (overall,) = (row for row in result.judgements if row.area == "overall_effectiveness")
        assert (overall.status, overall.grade) == (("not_found", None) if expected else ("graded", "good"))


def test_every_issue_code_has_a_test():
    # Tested in test_report, test_worker_pool, test_incremental, test_hostile_files, test_oddities,
    # test_joint_reports and test_display.
    tested_elsewhere = {
        "unreadable",
        "crashed",
        "missing",
        "no_text",
        "too_many_pages",
        "second_reader",
        "columns_joined",
        "file_listed_twice",
        "judgement_table_unread",
        "not_as_displayed",
    }
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert set(CODES) <= tested | tested_elsewhere
    assert {code.severity for code in CODES.values()} == {"error", "warning"}


def test_issues_of_sample_reports_are_printed_defects():
    result = {
        report_id: [(row["code"], row["detail"]) for row in sample.tables(report_id)["extraction_issues"]]
        for report_id in ("2760568", "50289041", "50177455")
    }
    assert result == {
        "2760568": [("paragraph_empty", "paragraph 89")],
        "50289041": [("lead_inspector_missing", "no lead inspector found")],
        "50177455": [],
    }
