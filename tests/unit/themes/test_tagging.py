"""The lexicon, the tagging of sentences, and the samples that a person has checked."""

import csv
import io
from collections import Counter

import pytest

from assets.schema.csv_files import CsvFileError
from assets.schema.tables import TABLES
from assets.schema.vocabularies import THEMES
from assets.storage import parquet_store
from assets.themes import samples
from assets.themes.tagging import read_lexicon, tag
from tests.support.rows import rows

#: Themes that the lexicon must have.
REQUIRED_THEMES = {
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


def tagged(lexicon, *texts, table="findings"):
    """Return the matches in texts, which are rows of a table with the ordinals 1, 2, …"""
    text_rows = [
        {"report_id": "1", "ordinal": ordinal, "text": text} for ordinal, text in enumerate(texts, 1)
    ]
    tables = {name: TABLES[name].schema.empty_table() for name in ("findings", "recommendations")}
    return tag(lexicon, {**tables, table: rows(table, *text_rows)}).to_pylist()


def themes(lexicon, text):
    return {row["theme"] for row in tagged(lexicon, text)}


def test_numbered_recommendation_is_tagged_once(lexicon):
    row = {"report_id": "1", "ordinal": 1, "text": "Review caseloads.", "kind": "recommendation"}
    tables = {name: rows(name, row) for name in ("findings", "recommendations")}
    assert [match["source_table"] for match in tag(lexicon, tables).to_pylist()] == ["recommendations"]


def test_lexicon_has_the_required_themes(lexicon):
    assert set(lexicon["theme"].to_pylist()) >= REQUIRED_THEMES


def test_every_theme_has_a_label(lexicon):
    assert set(lexicon["theme"].to_pylist()) == set(THEMES)
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
def test_texts_with_a_theme(lexicon, text, theme):
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
def test_similar_words_without_the_theme(lexicon, text, theme):
    assert theme not in themes(lexicon, text)


def test_match_has_the_words_and_the_first_sentence(lexicon):
    text = "Leaders know this. High caseloads, and some caseloads of agency staff, hinder. Workloads too."
    (row,) = (row for row in tagged(lexicon, text) if row["theme"] == "caseloads")
    assert row["matched"] == ["caseloads", "Workloads"]
    assert row["sentence"] == "High caseloads, and some caseloads of agency staff, hinder."
    assert (row["source_table"], row["report_id"], row["ordinal"]) == ("findings", "1", 1)


def test_row_has_a_theme_once_in_both_tables(lexicon):
    for table in ("findings", "recommendations"):
        matches = tagged(lexicon, "Neglect. Neglect again.", "Nothing.", "Neglect.", table=table)
        assert [(row["source_table"], row["ordinal"], row["theme"]) for row in matches] == [
            (table, 1, "neglect"),
            (table, 3, "neglect"),
        ]


def test_empty_tables_have_no_matches(lexicon):
    assert tagged(lexicon) == []


def test_pattern_does_not_match_across_sentences(lexicon):
    assert "homeless_16_17" not in themes(lexicon, "Young people are helped. Homeless adults are not.")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a,b(,A note of some length", "line 3, column pattern: 'b\\(' is not a valid pattern"),
        ("a,(?<=b)c,A note of some length", "line 3, column pattern: .* is not a valid pattern"),
        ("a,b*,A note of some length", "line 3, column pattern: 'b\\*' matches an empty text"),
        ("A,b,A note of some length", "line 3, column theme: 'A' does not match"),
        ("a,b,", "line 3, column note: a value is missing"),
        ("neglect,neglect,Again", "line 3, column theme and pattern: the key is a duplicate"),
    ],
)
def test_error_in_the_lexicon_names_the_line(tmp_path, line, sentence):
    path = tmp_path / "lexicon.csv"
    path.write_text(f"theme,pattern,note\nneglect,neglect,What it says\n{line}\n", encoding="utf-8")
    with pytest.raises(CsvFileError, match=f"^lexicon.csv, {sentence}"):
        read_lexicon(path)


# --- the checked sample ------------------------------------------------------------------------------------


def test_sample_has_two_hundred_tags_of_all_themes(lexicon):
    sample = samples.read_samples().to_pylist()
    assert len(sample) == samples.SAMPLE_SIZE
    counts = Counter(row["theme"] for row in sample)
    assert counts.keys() == set(lexicon["theme"].to_pylist())
    assert min(counts.values()) >= 4


def test_sample_belongs_to_the_current_lexicon(lexicon):
    """Every sampled sentence is still tagged, and for the same word; otherwise it must be checked again."""
    sample = samples.read_samples().to_pylist()
    matches = tagged(lexicon, *(row["sentence"] for row in sample))
    first_words = {(row["ordinal"], row["theme"]): row["matched"][0] for row in matches}
    for ordinal, row in enumerate(sample, 1):
        assert first_words.get((ordinal, row["theme"])) == row["matched"], row["sentence"]


def test_wrong_tags_are_few_and_have_a_remark():
    wrong = [row for row in samples.read_samples().to_pylist() if row["verdict"] == "wrong"]
    assert len(wrong) <= samples.SAMPLE_SIZE * 0.05
    assert all(row["remark"] for row in wrong)


def matches_of(**counts):
    """Return a number of matches for each theme."""
    return [
        {
            "theme": theme,
            "source_table": "findings",
            "report_id": "1",
            "ordinal": ordinal,
            "sentence": "",
            "matched": ["x"],
        }
        for theme, count in counts.items()
        for ordinal in range(count)
    ]


def test_draw_is_stratified_by_theme_and_repeatable():
    matches = matches_of(a=50, b=20, c=2)
    drawn = samples.draw_samples(matches, size=13, seed=1)
    assert Counter(row["theme"] for row in drawn) == {"a": 5, "b": 4, "c": 2}
    assert drawn == samples.draw_samples(matches, size=13, seed=1)
    assert drawn != samples.draw_samples(matches, size=13, seed=2)


def test_write_samples(tmp_path):
    parquet_store.write(tmp_path, "theme_matches", rows("theme_matches", *matches_of(a=3)))
    file = io.StringIO()
    samples.write_samples(tmp_path, file)
    written = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert list(written[0]) == TABLES["theme_samples"].schema.names
    assert [row["theme"] for row in written] == ["a"] * 3
    assert {row["verdict"] for row in written} == {""}
