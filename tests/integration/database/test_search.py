"""Search in SQL: word forms, the grammar of queries, order of results, and scores, on a few texts."""

import csv
import re
from collections import Counter, defaultdict
from math import floor, log
from pathlib import Path
from statistics import mean

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.reference.loaders import read_reference_tables
from assets.storage import parquet_store
from tests.support.rows import YEAR, rows

NORFOLK = 80418
STEMS = Path(__file__).with_name("stems.csv")
FINDINGS = [
    "Children's homes are few. Policies are clear.",
    "Homeless 16- and 17-year-olds are helped. The response to homeless children is quick.",
    "Social workers see children. Homelessness is rare.",
    "A child who is homeless waits in boxes, on buses, and for many things that make this text long.",
    "Fiancé, naïve and CAFÉ.",
    "There is drift and delay in care plans.",
    "Delay and drift are rare, and so is drift or delay.",
    "The multi-agency safeguarding hub is quick.",
    "The MASH is slow, and schools send it reports.",
    "Safeguarding concerns reach the hub of each agency, and multi talents help.",
    "Support for SEND is weak.",
    "Childrens’ homes which are unregistered are not children’s homes.",
    "A policy is not clear to all of the staff who work in the homes.",
]
#: A numbered recommendation is a row of both tables.
NUMBERED = "Review the arrangements for pets."
RECOMMENDATIONS = ["The home that a child needs.", "Caseloads of social workers.", NUMBERED]


def stems():
    with STEMS.open(encoding="utf-8") as file:
        return {row["spelling"]: row["stem"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    warehouse = tmp_path_factory.mktemp("texts")
    for name, table in read_reference_tables().items():
        parquet_store.write(warehouse, name, table)
    report = {"report_id": "1", "urn": NORFOLK}
    parquet_store.write(warehouse, "publications", rows("publications", report))
    parquet_store.write(warehouse, "reports", rows("reports", report), YEAR)
    for name, texts_of_table in (("findings", [*FINDINGS, NUMBERED]), ("recommendations", RECOMMENDATIONS)):
        given = [
            {"report_id": "1", "urn": NORFOLK, "ordinal": ordinal, "text": text}
            | ({"kind": "recommendation", "paragraph": 1} if text == NUMBERED else {})
            for ordinal, text in enumerate(texts_of_table, 1)
        ]
        parquet_store.write(warehouse, name, rows(name, *given), YEAR)
    build_database(warehouse)
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        yield connection


def search(texts, query, kind="finding"):
    return [row[0] for row in texts.execute(f"SELECT ordinal FROM {kind}_search(?)", [query]).fetchall()]


@pytest.mark.slow
def test_stems_are_those_of_snowball(tmp_path):
    """``stems.csv`` holds what the published implementation of Snowball 3.1 returns for these words."""
    expected = stems()
    for name, table in read_reference_tables().items():
        parquet_store.write(tmp_path, name, table)
    report = {"report_id": "1", "urn": NORFOLK}
    parquet_store.write(tmp_path, "publications", rows("publications", report))
    parquet_store.write(tmp_path, "reports", rows("reports", report), YEAR)
    finding = {**report, "ordinal": 1, "text": " ".join(expected)}
    parquet_store.write(tmp_path, "findings", rows("findings", finding), YEAR)
    build_database(tmp_path)
    with duckdb.connect(database_path(tmp_path), read_only=True) as connection:
        found = dict(connection.execute("FROM search_spellings").fetchall())
    assert len(expected) > 3000
    assert {spelling: found.get(spelling) for spelling in expected} == expected


@pytest.mark.slow
def test_forms_of_a_word_match(texts):
    assert search(texts, "policies") == search(texts, "Policy") == [1, 13]
    assert set(search(texts, "homeless")) == set(search(texts, "homelessness")) == {2, 3, 4}
    assert search(texts, "homes", "recommendation") == [1]
    assert search(texts, "boxes buses wait") == [4]


def test_all_words_are_required_and_the_best_match_comes_first(texts):
    assert search(texts, "homeless 16") == [2]
    assert search(texts, "homeless elephants") == []
    assert search(texts, "homeless children") == [3, 2]


def test_words_match_as_a_whole(texts):
    assert search(texts, "less") == []


def test_numbered_recommendation_is_found_once(texts):
    assert search(texts, "pets", "finding") == []
    assert search(texts, "pets", "recommendation") == [3]


def test_case_accents_and_apostrophes_are_ignored(texts):
    assert search(texts, "cafe") == search(texts, "Café") == [5]
    for query in ("CHILDREN'S HOMES", "children’s homes", "childrens homes", "children home"):
        assert set(search(texts, query)) == {1, 12}


@pytest.mark.slow
def test_phrases_are_words_in_succession(texts):
    assert search(texts, '"drift and delay"') == search(texts, "“drift and delay”") == [6]
    assert set(search(texts, "drift delay")) == {6, 7}
    assert search(texts, '"drift or delay"') == [7]
    assert set(search(texts, '"children\'s homes"')) == {1, 12}
    assert search(texts, '"unregistered children\'s homes"') == []
    assert search(texts, '"are unregistered are"') == [12], "stop words at the ends are ignored"
    assert search(texts, '"drift and delay" plans') == search(texts, 'plans "drift and delay') == [6]


def test_minus_excludes(texts):
    assert search(texts, "drift -plans") == [7]
    assert search(texts, 'delay -"drift and delay"') == [7]
    assert search(texts, "hub -multi-agency") == [10]
    assert search(texts, "-drift") == []


@pytest.mark.slow
def test_abbreviations_and_expansions_find_each_other(texts):
    assert set(search(texts, "MASH")) == set(search(texts, "mash")) == {8, 9}
    assert set(search(texts, "multi-agency safeguarding hub")) == {8, 9, 10}
    assert set(search(texts, "quick multi-agency safeguarding hub")) == {8}
    assert search(texts, '"multi-agency safeguarding hub"') == [8]
    assert search(texts, '"MASH"') == [9]
    assert search(texts, "hub -MASH") == [10]


def test_abbreviation_in_a_text_is_in_capitals(texts):
    assert search(texts, "special educational needs and disabilities") == [11]
    assert set(search(texts, "send")) == {9, 11}


@pytest.mark.slow
def test_stop_words_and_empty_queries_find_nothing(texts):
    for query in ("the of and", "", " – ", "%", '"', '""', "-", '-"the"', "'; DROP TABLE findings; --"):
        assert search(texts, query) == []


def test_findings_and_recommendations_are_searched_separately(texts):
    assert search(texts, "social workers") == [3]
    assert search(texts, "social workers", "recommendation") == [2]


def test_result_has_matched_words_and_authority(texts):
    row = texts.execute("FROM finding_search('homeless 16')").fetchall()[0]
    names = [column[0] for column in texts.description]
    hit = dict(zip(names, row, strict=True))
    assert (hit["words_found"], hit["local_authority"], hit["text"]) == (2, "Norfolk", FINDINGS[1])


def test_score_is_bm25_in_fourteenths(texts):
    (score,) = texts.execute("SELECT score FROM recommendation_search('caseload')").fetchone()
    lengths = [
        len(tokens)
        for (tokens,) in texts.execute("SELECT search_tokens(text) FROM searchable_texts()").fetchall()
    ]
    rarity = log(1 + (len(lengths) - 1 + 0.5) / (1 + 0.5))  # in one text
    weight = 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 4 / (sum(lengths) / len(lengths))))
    assert score == pytest.approx(rarity * round(weight * 14) / 14, abs=0.001)


def test_equal_scores_are_ordered_from_the_newest(texts):
    documents = texts.execute(
        "SELECT document FROM search_scores('\"social workers\"', 'findings') ORDER BY score DESC, document"
    ).fetchall()
    assert len(documents) == 1
    numbers = texts.execute("SELECT source_table, ordinal FROM search_documents ORDER BY document DESC")
    expected = [("findings", n) for n in range(1, 14)] + [("recommendations", n) for n in range(1, 4)]
    assert numbers.fetchall() == expected


def test_suggestions(texts):
    found = dict(
        texts.execute("FROM search_suggestions('hoemless polciies quick zzzz \"drfit\"')").fetchall()
    )
    assert found == {"hoemless": "homeless", "polciies": "policies", "drfit": "drift"}


def test_postings_are_sorted_and_have_no_stop_words(texts):
    postings = texts.execute("SELECT word, documents, weights FROM search_postings").fetchall()
    assert [word for word, *_ in postings] == sorted(word for word, *_ in postings)
    assert "the" not in {word for word, *_ in postings}
    for _, documents, weights in postings:
        assert documents == sorted(set(documents))
        assert len(documents) == len(weights)
        assert all(1 <= weight <= 31 for weight in weights)


@pytest.mark.slow
def test_postings_are_those_counted_text_by_text(sample_warehouse):
    """The index is made by joins over all texts; here each text of the sample is counted on its own."""
    with duckdb.connect(database_path(sample_warehouse), read_only=True) as connection:
        found = connection.execute("SELECT word, documents, weights FROM search_postings").fetchall()
        stems = dict(connection.execute("SELECT spelling, word FROM search_spellings").fetchall())
        expansions = connection.execute(
            "SELECT abbreviation, list(word ORDER BY position) FROM abbreviation_words() WHERE is_expansion"
            " GROUP BY abbreviation, form"
        ).fetchall()
        texts = connection.execute(
            "SELECT document, text, search_tokens(text) FROM searchable_texts() ORDER BY document"
        ).fetchall()
    abbreviations = {abbreviation.upper() for abbreviation, _ in expansions}
    mean_length = mean(len(tokens) for _, _, tokens in texts if tokens)
    expected = defaultdict(list)
    for document, text, tokens in texts:
        words = [stems.get(token, token) for token in tokens]
        counts = Counter(stems[token] for token in tokens if token in stems)
        capitals = re.findall(r"\b([A-Z][A-Za-z]*[A-Z])s?\b", text, re.ASCII)
        counts.update(word.upper() for word in capitals if word.upper() in abbreviations)
        for abbreviation, form in expansions:
            counts[abbreviation.upper()] += sum(
                words[start : start + len(form)] == form for start in range(len(words))
            )
        for word, frequency in (+counts).items():
            share = frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * len(tokens) / mean_length))
            expected[word].append((document, max(1, floor(14 * share + 0.5))))
    assert sum(word.isupper() for word, *_ in found) > 10
    assert {word: list(zip(*lists, strict=True)) for word, *lists in found} == expected
