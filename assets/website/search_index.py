"""The search as static files: the release's own index, cut so that a search fetches only its words and texts.

The index is that of ``finding_search`` and ``recommendation_search``: the same words, the same ranking (Okapi
BM25), worked out by ``static/search.js``. Written are, in one folder:

    about.json        what texts can be filtered by, and how many words each has
    words/<ab>.json   for words that begin so: numbers of the texts that have them (as steps), how often
    texts/<n>.json    the texts themselves, TEXTS_A_FILE to a file
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from assets.website.labels import AREAS, FAMILIES, GRADES
from assets.website.queries import Row, Rows, SiteData, query_release

TEXTS_A_FILE = 40
#: A word in more texts than this has a file to itself.
_COMMON = 3000


def write_search_index(release: Path, content: SiteData, folder: Path) -> None:
    """Write the files of the search into an empty folder."""
    texts = query_release(release, "texts")
    (folder / "words").mkdir(parents=True)
    (folder / "texts").mkdir()
    for start in range(0, len(texts), TEXTS_A_FILE):
        rows = texts[start : start + TEXTS_A_FILE]
        _write(folder / "texts" / f"{start // TEXTS_A_FILE}.json", [_text(row) for row in rows])
    files = _write_words(query_release(release, "postings"), folder / "words")
    _write(folder / "about.json", {**_about(content, texts), "files": files})


def anchor(row: Row) -> str:
    """Return the permanent anchor of a finding or recommendation within its report's page.

    A numbered finding is ``p`` and its number, another ``f`` and its ordinal, a recommendation ``r`` and its.
    """
    if row.get("source_table", "findings") == "recommendations":
        return f"r{row['ordinal']}"
    return f"f{row['ordinal']}" if row["paragraph"] is None else f"p{row['paragraph']}"


def _about(content: SiteData, texts: Rows) -> Mapping[str, object]:
    """Return what texts can be filtered by; texts of one report follow each other, so runs are enough."""
    reports = []
    for (which, report_id), run in groupby(texts, key=lambda row: (row["source_table"], row["report_id"])):
        report = content.reports[report_id]
        published = report["published"]
        reports.append(
            {
                "source_table": which,
                "report": report_id,
                "urn": report["urn"],
                "published": str(published or ""),
                "family": FAMILIES[report["family"]],
                "texts": sum(1 for _ in run),
            }
        )
    return {
        "texts_a_file": TEXTS_A_FILE,
        "reports": reports,
        "authorities": {urn: row["name"] for urn, row in content.authorities.items()},
        "areas": dict(AREAS),
        "grades": dict(GRADES),
        "area": _runs(row["area"] for row in texts),
        "grade": _runs(row["grade"] for row in texts),
        "words": [row["words"] for row in texts],
    }


def _runs(values: Iterable[str | None]) -> list[tuple[str, int]]:
    """Return a long column as runs: a value and how often it follows itself."""
    return [(value or "", sum(1 for _ in run)) for value, run in groupby(values)]


def _text(row: Row) -> tuple[str, str]:
    return anchor(row), row["text"]


def _write_words(postings: Rows, folder: Path) -> list[str]:
    """Write the words, a file for each two letters that they begin with; return the files' names.

    A word in very many texts has a file to itself, so that others need not fetch it too.
    """
    files: dict[str, dict[str, object]] = defaultdict(dict)
    for row in postings:
        entry = (_steps(row["documents"]), row["frequencies"])
        if len(row["documents"]) > _COMMON:
            files[f"{row['word']}.word"][row["word"]] = entry
        else:
            files[row["word"][:2]][row["word"]] = entry
    for start, words in files.items():
        _write(folder / f"{start}.json", words)
    return sorted(files)


def _steps(numbers: list[int]) -> list[int]:
    """Return rising numbers as the steps between them, which are shorter."""
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
