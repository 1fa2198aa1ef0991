"""Reports damaged at random, and lines as no report has them; ``make fuzz`` damages many more."""

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.parsing import invariants
from assets.parsing.frameworks import closing_grade, read_grade
from assets.parsing.grammar.dates import read_period
from assets.parsing.models import Role
from assets.parsing.report import FAMILY_PARSERS, FRAMEWORK_PARSERS
from assets.schema.vocabularies import GRADES
from tests.support import mutations, sample
from tests.support.fault_table import Theme, proves
from tests.support.page_dsl import line

MUTATIONS = 300
#: Of few pages, under three frameworks.
REPORTS = ("50263759", "50189673", "50304387")

READERS = {**FAMILY_PARSERS, **FRAMEWORK_PARSERS}
#: Words of real reports, so that what is made of them meets the rules of every family.
WORDS = [
    each.text for report in ("50263759", "50189673", "59000055", "50004302") for each in sample.lines(report)
]
ODD = [
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
TEXTS = st.one_of(st.sampled_from(WORDS), st.sampled_from(ODD), st.text(min_size=1, max_size=40))


@proves(
    "Reports damaged at random: bytes, streams, pages, fonts, words, numbers, grades",
    theme=Theme.HOSTILE,
    does="reads them as before, or calls them partial or unreadable; never other grades without an issue",
)
def test_no_damage_changes_a_grade_in_silence():
    found = list(mutations.series(MUTATIONS, 1, REPORTS))
    assert [each for each in found if each.what in ("SILENT", "lost its worker")] == []
    counts = Counter(each.what for each in found)
    assert sum(counts.values()) == MUTATIONS
    assert min(counts["as before"], counts["partial"], counts["unreadable"]) > 10


def test_what_a_long_series_found_is_never_silent_again():
    """Words lost from its dates leave those of the inspection before, when no framework had begun."""
    outcome = mutations.attempt(
        "50271042", "words lost", "1-3794", mutations.HASTE, mutations.original("50271042")
    )
    assert outcome.what == "partial"


@st.composite
def pages(draw):
    """Lines of a few pages, in any order, of any size, anywhere."""
    drawn = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        texts = draw(st.lists(TEXTS, min_size=1, max_size=25))
        tops = sorted(draw(st.lists(st.floats(0, 850), min_size=len(texts), max_size=len(texts))))
        for place, (text, top) in enumerate(zip(texts, tops, strict=True), start=1):
            x0, size = (
                draw(st.sampled_from([0.0, 71.0, 90.0, 300.0])),
                draw(st.sampled_from([0.0, 8.0, 12.0, 16.0])),
            )
            made = line(text, top, page=number, line=place, x0=x0, size=size, bold=draw(st.booleans()))
            drawn.append(replace(made, starts_with_superscript=draw(st.booleans())))
    return drawn


@given(st.sampled_from(sorted(READERS)), pages())
@settings(max_examples=150, deadline=None)
@proves(
    "Lines in any order, of any words and size",
    theme=Theme.HOSTILE,
    does="gives each line exactly one role, and judgements only of known grades",
)
def test_every_line_of_anything_has_one_role(family, lines):
    out = READERS[family](lines, date(2022, 2, 11))
    assert out.lines == lines
    assert [type(role) for role in out.roles] == [Role] * len(lines)
    known = {each.page for each in lines}
    for judgement in out.judgements:
        assert judgement.grade is None or judgement.grade in GRADES
        assert (judgement.status == "graded") is (judgement.grade is not None)
    for each in (*out.findings, *out.recommendations):
        assert each.boxes
        assert {box.page for box in each.boxes} <= known
    list(invariants.broken_invariants(out, family, "Poole", date(2022, 2, 11)))


@given(
    st.text(max_size=60)
    | st.text(st.sampled_from("0123456789/ .:-–toMaygoodinadequaterequires"), max_size=40)
)
def test_no_words_are_too_odd_for_dates_and_grades(words):
    period = read_period(words, date(2022, 2, 11))
    assert period is None or period[0] <= period[1]
    for grade in (read_grade(words), closing_grade(words)):
        assert grade is None or grade.name is None or grade.name in GRADES
