"""Ranked search: word forms, order of results, and scores, on a few texts."""

from math import log

import duckdb
import pytest

from assets.database.build import build_database, database_path
from assets.reference.loaders import read_reference_tables
from assets.storage import parquet_store
from tests.support.rows import YEAR, rows

NORFOLK = 80418
FINDINGS = [
    "Children's homes are few. Policies are clear.",
    "Homeless 16- and 17-year-olds are helped. The response to homeless children is quick.",
    "Social workers see children. Homelessness is rare.",
    "A child who is homeless waits in boxes, on buses, and for many things that make this text long.",
    "Fiancé, naïve and CAFÉ.",
]
#: A numbered recommendation is a row of both tables.
NUMBERED = "Review the arrangements for pets."
RECOMMENDATIONS = ["The home that a child needs.", "Caseloads of social workers.", NUMBERED]


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    warehouse = tmp_path_factory.mktemp("texts")
    for name, table in read_reference_tables().items():
        parquet_store.write(warehouse, name, table)
    parquet_store.write(warehouse, "publications", rows("publications", {"report_id": "1", "urn": NORFOLK}))
    parquet_store.write(warehouse, "reports", rows("reports", {"report_id": "1", "urn": NORFOLK}), YEAR)
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


@pytest.mark.parametrize(
    ("token", "word"),
    [
        ("homes", "home"),
        ("policies", "policy"),
        ("boxes", "box"),
        ("matches", "match"),
        ("focus", "focus"),
        ("crisis", "crisis"),
        ("illness", "illness"),
        ("illnesses", "illness"),
        ("gas", "gas"),
        ("s", "s"),
        ("16", "16"),
        ("placements", "placement"),
        ("placing", "placing"),
    ],
)
def test_only_plurals_are_stemmed(texts, token, word):
    assert texts.execute("SELECT search_word(?)", [token]).fetchall() == [(word,)]


def test_best_match_comes_first(texts):
    assert search(texts, "homeless 16") == [2, 4]


def test_plural_and_singular_match(texts):
    assert search(texts, "policy") == [1]
    assert search(texts, "home") == [1]
    assert search(texts, "homes", "recommendation") == [1]
    assert search(texts, "box bus") == [4]


def test_numbered_recommendation_is_found_once(texts):
    assert search(texts, "pets", "finding") == []
    assert search(texts, "pets", "recommendation") == [3]


def test_words_match_as_a_whole(texts):
    assert search(texts, "homelessness") == [3]
    assert search(texts, "less") == []


def test_case_accents_and_possessives_are_ignored(texts):
    assert search(texts, "cafe") == search(texts, "Café") == [5]
    assert search(texts, "CHILDREN'S HOMES")[0] == search(texts, "children home")[0] == 1


def test_stop_words_and_empty_queries_find_nothing(texts):
    for query in ("the of and", "", " – ", "%", "'; DROP TABLE findings; --"):
        assert search(texts, query) == []


def test_findings_and_recommendations_are_searched_separately(texts):
    assert search(texts, "social workers") == [3]
    assert search(texts, "social workers", "recommendation") == [2]


def test_result_has_matched_words_and_authority(texts):
    row = texts.execute("FROM finding_search('homeless 16 elephants')").fetchall()[0]
    names = [column[0] for column in texts.description]
    hit = dict(zip(names, row, strict=True))
    assert (hit["words_found"], hit["local_authority"], hit["text"]) == (2, "Norfolk", FINDINGS[1])


def test_score_is_bm25(texts):
    (score,) = texts.execute(
        "SELECT score FROM finding_search('caseload') UNION ALL"
        " SELECT score FROM recommendation_search('caseload')"
    ).fetchone()
    lengths = [len(text.split(" ")) for text in FINDINGS + RECOMMENDATIONS]
    rarity = log(1 + (8 - 1 + 0.5) / (1 + 0.5))  # in one text of eight
    damped = 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 4 / (sum(lengths) / len(lengths))))
    assert score == pytest.approx(rarity * damped, abs=0.001)


def test_index_is_sorted_and_has_no_stop_words(texts):
    first = texts.execute("FROM search_postings LIMIT 3").fetchall()
    assert first == sorted(first)
    assert texts.execute("SELECT count(*) FROM search_postings WHERE word = 'the'").fetchall() == [(0,)]
