"""Robustness of the parser: randomly damaged reports and random lines. ``make fuzz`` runs a longer series."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.parsing.frameworks import closing_grade, read_grade
from assets.parsing.grammar.dates import read_period
from assets.parsing.invariants.checks import broken_invariants
from assets.parsing.models import Role
from assets.parsing.report import FAMILY_PARSERS, FRAMEWORK_PARSERS
from assets.schema.vocabularies import GRADES
from tests.support import mutations, sample
from tests.support.fault_table import Theme, proves
from tests.support.page_dsl import line

MUTATIONS = 300
#: Short reports of three frameworks.
REPORTS = ("50263759", "50189673", "50304387")

PARSERS = {**FAMILY_PARSERS, **FRAMEWORK_PARSERS}
#: Lines of real reports, which match the patterns of every family.
REAL_TEXTS = [
    line.text
    for report_id in ("50263759", "50189673", "59000055", "50004302")
    for line in sample.lines(report_id)
]
UNUSUAL_TEXTS = [
    "1.",
    "99999999999999999999.",
    "\u0663. ",
    "•",
    "–",
    ":",
    "Good",
    "Inadequate:",
    "Requires improvement to be",
    "(" * 400,
]
TEXTS = st.one_of(
    st.sampled_from(REAL_TEXTS), st.sampled_from(UNUSUAL_TEXTS), st.text(min_size=1, max_size=40)
)


@pytest.mark.slow
@proves(
    "Randomly damaged reports: bytes, streams, pages, fonts, words, numbers, grades",
    theme=Theme.HOSTILE,
    does="parses them unchanged, or marks them partial or unreadable; never changes a grade without an issue",
)
def test_mutations_never_change_grades_silently():
    outcomes = list(mutations.run_series(MUTATIONS, 1, REPORTS))
    failures = (mutations.SILENT, mutations.WORKER_LOST)
    assert [outcome for outcome in outcomes if outcome.result in failures] == []
    counts = Counter(outcome.result for outcome in outcomes)
    assert sum(counts.values()) == MUTATIONS
    assert min(counts[mutations.UNCHANGED], counts[mutations.PARTIAL], counts[mutations.UNREADABLE]) > 10


@pytest.mark.parametrize(
    ("report_id", "kind", "seed"),
    [
        # The inspection dates were removed, and the dates of the previous inspection were read.
        ("50271042", "drop words", "1-3794"),
        # The last line of a page was printed smaller, and taken for a footer.
        ("50189673", "resize text", "77-1915"),
    ],
)
def test_silent_changes_of_long_series(report_id, kind, seed):
    original = mutations.original(report_id)
    outcome = mutations.attempt(report_id, kind, seed, mutations.NO_SECOND_READER, original)
    assert outcome.result == mutations.PARTIAL


@st.composite
def pages(draw):
    """Lines of one to three pages, in any order, size and position."""
    lines = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        texts = draw(st.lists(TEXTS, min_size=1, max_size=25))
        tops = sorted(draw(st.lists(st.floats(0, 850), min_size=len(texts), max_size=len(texts))))
        for line_number, (text, top) in enumerate(zip(texts, tops, strict=True), start=1):
            x0 = draw(st.sampled_from([0.0, 71.0, 90.0, 300.0]))
            size = draw(st.sampled_from([0.0, 8.0, 12.0, 16.0]))
            bold, superscript = draw(st.booleans()), draw(st.booleans())
            plain = line(text, top, page=number, line=line_number, x0=x0, size=size, bold=bold)
            lines.append(replace(plain, starts_with_superscript=superscript))
    return lines


@given(st.sampled_from(sorted(PARSERS)), pages())
@settings(max_examples=150)
@proves(
    "Lines in any order, with any text and size",
    theme=Theme.HOSTILE,
    does="gives each line exactly one role, and judgements only known grades",
)
def test_every_line_has_one_role(family, lines):
    extraction = PARSERS[family](lines, date(2022, 2, 11))
    assert extraction.lines == lines
    assert [type(role) for role in extraction.roles] == [Role] * len(lines)
    known_pages = {line.page for line in lines}
    for judgement in extraction.judgements:
        assert judgement.grade is None or judgement.grade in GRADES
        assert (judgement.status == "graded") is (judgement.grade is not None)
    for row in (*extraction.findings, *extraction.recommendations):
        assert row.boxes
        assert {box.page for box in row.boxes} <= known_pages
    list(broken_invariants(extraction, family, "Poole", date(2022, 2, 11)))


@given(
    st.text(max_size=60)
    | st.text(st.sampled_from("0123456789/ .:-–toMaygoodinadequaterequires"), max_size=40)
)
def test_dates_and_grades_accept_any_text(text):
    period = read_period(text, date(2022, 2, 11))
    assert period is None or period[0] <= period[1]
    for grade in (read_grade(text), closing_grade(text)):
        assert grade is None or grade.name is None or grade.name in GRADES
