"""The themes: a lexicon read strictly, and words found where they stand."""

from collections import Counter

import pytest

from assets.schema.csv_files import CsvFileError
from assets.schema.tables import TABLES
from assets.themes import samples
from assets.themes.tagging import read_lexicon, sentences, tag
from tests.support.rows import rows

#: What the customer listed by name.
LISTED = {
    "workforce_stability",
    "caseloads",
    "re_referrals",
    "missing_children",
    "exploitation",
    "homeless_16_17",
    "sufficiency",
    "unregistered_homes",
    "life_story_work",
    "pathway_plans",
    "private_fostering",
    "supervision",
    "quality_assurance",
    "corporate_parenting",
    "kinship_care",
    "neglect",
}


@pytest.fixture(scope="module")
def lexicon():
    return read_lexicon()


def tagged(lexicon, *texts, which="findings"):
    given = [{"report_id": "1", "ordinal": place, "text": text} for place, text in enumerate(texts, 1)]
    tables = {name: TABLES[name].schema.empty_table() for name in ("findings", "recommendations")}
    return tag(lexicon, {**tables, which: rows(which, *given)}).to_pylist()


def themes(lexicon, text):
    return {row["theme"] for row in tagged(lexicon, text)}


def test_the_lexicon_has_what_users_ask_for(lexicon):
    assert set(lexicon["theme"].to_pylist()) >= LISTED
    assert all(len(note) > 10 for note in lexicon["note"].to_pylist())


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Caseloads are high.", "caseloads"),
        ("Children go missing from home.", "missing_children"),
        ("Return home interviews are late.", "missing_children"),
        ("The response to 16- and 17-year-olds who present as homeless.", "homeless_16_17"),
        ("Children live in unregistered children’s homes.", "unregistered_homes"),
        ("Later-life letters are written.", "life_story_work"),
        ("Too many changes of social worker.", "workforce_stability"),
        ("Agency staff leave.", "workforce_stability"),
        ("Reliance on agency workers is lower.", "workforce_stability"),
        ("Supervision is not regular.", "supervision"),
        ("Staff receive reflective supervision.", "supervision"),
        ("RE-REFERRALS ARE HIGH.", "re_referrals"),
    ],
)
def test_words_make_a_theme(lexicon, text, theme):
    assert theme in themes(lexicon, text)


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("An interim supervision order was made.", "supervision"),
        ("Multi-agency staff meet.", "workforce_stability"),
        ("A culture of challenge.", "identity_and_diversity"),
        ("An ardent advocate for children.", "advocacy"),
        ("A private fostering panel.", "foster_carers"),
        ("Their mental health needs.", "health_of_children_in_care"),
        ("Secure accommodation.", "care_leavers_accommodation"),
        ("Care leavers not in education, employment or training.", "missing_education"),
        ("Adopting a strategy.", "adoption"),
        ("A masher.", "front_door"),
    ],
)
def test_words_that_only_look_alike_do_not(lexicon, text, theme):
    assert theme not in themes(lexicon, text)


def test_what_was_found_is_kept_with_its_sentence(lexicon):
    text = "Leaders know this. High caseloads, and some caseloads of agency staff, hinder. Workloads too."
    (row,) = (row for row in tagged(lexicon, text) if row["theme"] == "caseloads")
    assert row["matched"] == ["caseloads", "Workloads"]
    assert row["sentence"] == "High caseloads, and some caseloads of agency staff, hinder."
    assert (row["source_table"], row["report_id"], row["ordinal"]) == ("findings", "1", 1)


def test_a_row_has_a_theme_once_and_both_tables_are_tagged(lexicon):
    for which in ("findings", "recommendations"):
        found = tagged(lexicon, "Neglect. Neglect again.", "Nothing.", "Neglect.", which=which)
        assert [(row["source_table"], row["ordinal"], row["theme"]) for row in found] == [
            (which, 1, "neglect"),
            (which, 3, "neglect"),
        ]


def test_no_rows_have_no_themes(lexicon):
    assert tagged(lexicon) == []


def test_a_pattern_never_reaches_from_one_sentence_into_the_next(lexicon):
    assert "homeless_16_17" not in themes(lexicon, "Young people are helped. Homeless adults are not.")


def test_sentences_end_where_another_begins():
    text = "One, e.g. this. ‘Two?’ Three (see p. 4); four. 5. Six"
    assert sentences(text) == ["One, e.g. this.", "‘Two?", "Three (see p.", "4); four.", "5.", "Six"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a,b(,A note of some length", "line 3, column pattern: 'b\\(' is no pattern"),
        ("a,(?<=b)c,A note of some length", "line 3, column pattern: .* is no pattern"),
        ("a,b*,A note of some length", "line 3, column pattern: 'b\\*' matches a text without letters"),
        ("A,b,A note of some length", "line 3, column theme: 'A' is not of the form"),
        ("a,b,", "line 3, column note: a value is missing"),
        ("neglect,neglect,Again", "line 3, column theme and pattern: the key is there already"),
    ],
)
def test_a_mistake_in_the_lexicon_is_told_by_line(tmp_path, line, sentence):
    path = tmp_path / "lexicon.csv"
    path.write_text(f"theme,pattern,note\nneglect,neglect,What it says\n{line}\n", encoding="utf-8")
    with pytest.raises(CsvFileError, match=f"^lexicon.csv, {sentence}"):
        read_lexicon(path)


# --- the sample that was read by hand ----------------------------------------------------------------------


def test_two_hundred_tags_were_read_of_every_theme_some(lexicon):
    read = samples.read_samples().to_pylist()
    assert len(read) == samples.SIZE
    each = Counter(row["theme"] for row in read)
    assert each.keys() == set(lexicon["theme"].to_pylist())
    assert min(each.values()) >= 4


def test_the_sample_is_of_the_lexicon_as_it_stands(lexicon):
    """A sentence that would not be tagged any more, or for other words, was not read under this lexicon."""
    read = samples.read_samples().to_pylist()
    found = tagged(lexicon, *(row["sentence"] for row in read))
    first = {(row["ordinal"], row["theme"]): row["matched"][0] for row in found}
    for place, row in enumerate(read, 1):
        assert first.get((place, row["theme"])) == row["matched"], row["sentence"]


def test_wrong_tags_are_few_and_say_why():
    wrong = [row for row in samples.read_samples().to_pylist() if row["verdict"] == "wrong"]
    assert len(wrong) <= samples.SIZE * 0.05
    assert all(row["remark"] for row in wrong)


def test_a_draw_takes_as_many_of_each_theme_and_the_same_each_time():
    matches = [
        {
            "theme": theme,
            "source_table": "findings",
            "report_id": "1",
            "ordinal": place,
            "sentence": "",
            "matched": ["x"],
        }
        for theme, number in (("a", 50), ("b", 20), ("c", 2))
        for place in range(number)
    ]
    drawn = samples.draw(matches, size=13, seed=1)
    assert Counter(row["theme"] for row in drawn) == {"a": 5, "b": 4, "c": 2}
    assert drawn == samples.draw(matches, size=13, seed=1)
    assert drawn != samples.draw(matches, size=13, seed=2)
