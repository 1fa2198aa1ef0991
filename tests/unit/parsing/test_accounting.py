"""Accounting for every word: text in rows and known wording is accounted for, whatever its line breaks."""

from itertools import pairwise

import pytest

from assets.parsing import accounting
from assets.parsing.accounting import (
    KNOWN_WORDING,
    MIN_AUTHORITIES,
    REVIEWED_WORDING,
    fold_word,
    phrase_groups,
    recurring_wording,
    unaccounted_characters,
    unaccounted_text,
)
from assets.parsing.models import Box, Extraction, Finding, Inspector, Recommendation, Role, Section
from tests.support.page_dsl import line

BOX = Box(1, 71, 100, 500, 112)
BOILERPLATE = (
    "A good local authority leads effective services that help, protect and care for children and young"
    " people and those who are looked after and care leavers have their welfare safeguarded and promoted."
)
FINDING = "Social workers visit children regularly, but they do not record what the children tell them."


def lines_of(text, words):
    """Return the lines of a text with so many words each."""
    parts = text.split()
    return [line(" ".join(parts[start : start + words])) for start in range(0, len(parts), words)]


def unaccounted(role, *lines, authority="Dorset", **rows):
    extraction = Extraction(lines=list(lines), roles=[role] * len(lines), **rows)
    return [" ".join(run.words) for run in unaccounted_text(extraction, authority)]


def finding(text):
    return Finding(None, None, None, None, "finding", text, (BOX,))


@pytest.mark.parametrize("words", [3, 7, 50])
def test_known_wording_is_accounted_for_however_it_is_broken(words):
    assert unaccounted(Role.BOILERPLATE, *lines_of(BOILERPLATE, words)) == []


def test_finding_in_boilerplate_is_unaccounted():
    assert unaccounted(Role.BOILERPLATE, *lines_of(f"{BOILERPLATE} {FINDING}", 9)) == [
        FINDING.replace(",", "").replace(".", "")
    ]


@pytest.mark.parametrize("role", [Role.FINDING, Role.SUMMARY, Role.RECOMMENDATION])
def test_line_of_text_must_be_in_a_row(role):
    lines = lines_of(FINDING, 5)
    assert unaccounted(role, *lines, findings=[finding(FINDING)]) == []
    without_end = finding(" ".join(FINDING.split()[:10]))
    assert unaccounted(role, *lines, findings=[without_end]) == ["what the children tell them"]
    # Lines with these roles become rows, so their wording does not account for them.
    assert unaccounted(role, *lines_of(BOILERPLATE, 9)) != []


def test_rows_of_every_table_count():
    recommendation = Recommendation(
        "priority_action", None, None, FINDING, (), (), (), (BOX,), responsible_body="Dorset Council"
    )
    lines = [*lines_of(FINDING, 6), line("Dorset Council")]
    assert unaccounted(Role.RECOMMENDATION, *lines, recommendations=[recommendation]) == []
    title = "What they do not know"
    assert unaccounted(Role.HEADING, line(title)) == [title]
    assert unaccounted(Role.HEADING, line(title), sections=[Section(title, None, None, 2, 1, BOX)]) == []


def test_short_line_must_follow_the_line_before_it():
    """A few letters are anywhere in a long report."""
    rows = [finding("They are. " + FINDING)]
    assert unaccounted(Role.FINDING, line("They are."), *lines_of(FINDING, 6), findings=rows) == []
    assert unaccounted(Role.FINDING, *lines_of(FINDING, 6), line("do not"), findings=rows) == ["do not"]


def test_names_posts_and_addresses_are_accounted_for():
    address = ("Sarah Jones, Director of Children’s Services", "17 Cathedral Close", "Dorchester DT1 1XJ")
    assert unaccounted(Role.LETTER_FORM, *map(line, address)) == []
    assert unaccounted(Role.LETTER_FORM, line("Children were not seen alone by anyone.")) != []


def test_only_the_header_of_the_first_page_may_be_unique():
    """Text in small print at the foot of a page looks like a footer, but no other page repeats it."""
    address = line("Clive Court, Dorchester DT1 1XJ")
    assert unaccounted(Role.RUNNING_HEADER, address) == []
    later = [line(address.text, page=page) for page in (2, 3)]
    assert unaccounted(Role.RUNNING_HEADER, *later) == []
    assert unaccounted(Role.RUNNING_HEADER, later[0]) == ["Clive Court Dorchester DT 1 1 XJ"]


def test_names_numbers_and_months_stand_for_each_other():
    names = accounting.name_words("Kingston upon Hull, City of", ["Steve Lowe"])
    assert names == {"kingston", "hull", "steve", "lowe"}
    assert [fold_word(word, names) for word in ("Hull", "LOWE", "City", "2022", "May")] == [
        "name",
        "name",
        "city",
        "0",
        "month",
    ]
    lead = "Her Majesty’s Inspectors for this visit were Steve Lowe and Anna Gravelle"
    inspectors = [Inspector(name, "Inspector", None) for name in ("Steve Lowe", "Anna Gravelle")]
    assert unaccounted(Role.ABOUT, line(lead), inspectors=inspectors) == []


def test_page_furniture_does_not_interrupt_a_text():
    first, second = lines_of(BOILERPLATE, 16)[:2]
    lines = [first, line("Dorset 2022", page=1), line("7", page=1), second]
    roles = [Role.BOILERPLATE, Role.RUNNING_HEADER, Role.PAGE_NUMBER, Role.BOILERPLATE]
    extraction = Extraction(lines=lines, roles=roles)
    assert unaccounted_text(extraction, "Dorset") == []


def test_header_is_accounted_for_if_another_page_repeats_it():
    header = "What we have seen and heard while we were in Dorset"
    once = line(header, page=2)
    assert unaccounted(Role.RUNNING_HEADER, once) != []
    assert unaccounted(Role.RUNNING_HEADER, once, line(header, page=3)) == []


def test_header_or_footer_that_no_other_page_has_is_no_name_or_address():
    text = "Some wholly isolated partial phrase"
    assert unaccounted(Role.RUNNING_HEADER, line(text, page=1)) == []
    assert unaccounted(Role.RUNNING_HEADER, line(text, page=2)) == [text]


def test_unaccounted_characters():
    lines = [line("1. " + FINDING), line("7"), line("All known.")]
    extraction = Extraction(lines=lines, roles=[Role.OTHER, Role.PAGE_NUMBER, Role.FINDING])
    extraction.findings = [finding("All known.")]
    extraction.unaccounted = unaccounted_text(extraction, "Dorset")
    assert unaccounted_characters(extraction) == [len(lines[0].text), 0, 0]


def test_recurring_wording():
    """Groups of words that reports on three authorities share become phrases; others do not."""
    shared = BOILERPLATE.casefold().replace(",", "").replace(".", "").split()
    own = FINDING.casefold().replace(",", "").replace(".", "").split()
    runs = [(urn, [*shared, *own]) for urn in range(MIN_AUTHORITIES - 1)]
    assert recurring_wording([*runs, (0, shared)]) == []
    [phrase] = recurring_wording([*runs, (9, shared)])
    assert phrase == "^ " + " ".join(shared)
    groups = set(phrase_groups(phrase))
    assert ("^", *shared[:3]) in groups
    assert tuple(shared[-4:]) in groups


def test_wording_files():
    """The phrases are sorted and folded, and the reviewed sentences are complete."""
    phrases = KNOWN_WORDING.read_text(encoding="utf-8").splitlines()
    assert all(first < second for first, second in pairwise(phrases))
    assert all(phrase == phrase.casefold() for phrase in phrases)
    reviewed = REVIEWED_WORDING.read_text(encoding="utf-8").splitlines()
    sentences = [text for text in reviewed if text and not text.startswith("#")]
    assert sentences
    assert all(sentence[-1] in ".:" or sentence.endswith("gov.uk") for sentence in sentences)
