"""The search index as static JSON files, split so that a search fetches only the words and texts it needs.

It is the index of the macros ``finding_search`` and ``recommendation_search``: the same words and the same
ranking (Okapi BM25), which ``static/search.js`` computes. The files of the folder:

    about.json        values that texts can be filtered by, number of words of each text, names of word files
    words/<ab>.json   words that begin with these letters: numbers of the texts that contain each, as
                      differences, and how often each text contains it
    texts/<n>.json    the texts, TEXTS_PER_FILE in each file
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from assets.website.labels import area_label, family_label, grade_label
from assets.website.queries import Row, Rows, SiteData, query_release

TEXTS_PER_FILE = 40
#: A word that more texts contain than this has a file of its own, so that other words do not load it too.
_MAX_SHARED_POSTINGS = 3000


def write_search_index(release: Path, site: SiteData, folder: Path) -> None:
    """Write the index into a new folder."""
    texts = query_release(release, "search_texts")
    (folder / "words").mkdir(parents=True)
    (folder / "texts").mkdir()
    for start in range(0, len(texts), TEXTS_PER_FILE):
        rows = texts[start : start + TEXTS_PER_FILE]
        entries = [(anchor(row), row["text"]) for row in rows]
        _write_json(folder / "texts" / f"{start // TEXTS_PER_FILE}.json", entries)
    word_files = _write_words(query_release(release, "search_postings"), folder / "words")
    _write_json(folder / "about.json", {**_about(site, texts), "word_files": word_files})


def anchor(row: Row) -> str:
    """Return the permanent anchor of a finding or recommendation within the page of its report.

    'p' and the paragraph number for numbered findings of the first document in the file, 'f' and the ordinal
    for other findings, 'r' and the ordinal for recommendations.
    """
    if row.get("source_table", "findings") == "recommendations":
        return f"r{row['ordinal']}"
    is_numbered = row["paragraph"] is not None and row["part"] == 1
    return f"p{row['paragraph']}" if is_numbered else f"f{row['ordinal']}"


def _about(site: SiteData, texts: Rows) -> Mapping[str, object]:
    """Return the values that texts can be filtered by, with the labels of their codes.

    Texts of a report follow each other, so reports, areas and grades are stored as runs.
    """
    reports = []
    for (table, report_id), run in groupby(texts, key=lambda row: (row["source_table"], row["report_id"])):
        report = site.reports[report_id]
        reports.append(
            {
                "source_table": table,
                "report_id": report_id,
                "urn": report["urn"],
                "published": str(report["published"] or ""),
                "family": family_label(report["family"]),
                "text_count": sum(1 for _ in run),
            }
        )
    areas = {row["area"] for row in texts if row["area"]}
    grades = {row["grade"] for row in texts if row["grade"]}
    return {
        "texts_per_file": TEXTS_PER_FILE,
        "reports": reports,
        "authorities": {urn: row["name"] for urn, row in site.authorities.items()},
        "area_labels": {code: area_label(code) for code in sorted(areas)},
        "grade_labels": {code: grade_label(code) for code in sorted(grades)},
        "areas": _runs(row["area"] for row in texts),
        "grades": _runs(row["grade"] for row in texts),
        "word_counts": [row["words"] for row in texts],
    }


def _runs(values: Iterable[str | None]) -> list[tuple[str, int]]:
    """Return a column run-length encoded: pairs of a value and the number of its repetitions."""
    return [(value or "", sum(1 for _ in run)) for value, run in groupby(values)]


def _write_words(postings: Rows, folder: Path) -> list[str]:
    """Write the words into one file per two initial letters; return the names of the files."""
    files: dict[str, dict[str, object]] = defaultdict(dict)
    for row in postings:
        word, documents = row["word"], row["documents"]
        name = f"{word}.word" if len(documents) > _MAX_SHARED_POSTINGS else word[:2]
        files[name][word] = (_differences(documents), row["frequencies"])
    for name, words in files.items():
        _write_json(folder / f"{name}.json", words)
    return sorted(files)


def _differences(numbers: list[int]) -> list[int]:
    """Return ascending numbers as the first number and the differences, which have fewer digits."""
    return [number - previous for previous, number in zip([0, *numbers], numbers, strict=False)]


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
