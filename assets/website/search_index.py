"""The search index as static files, split so that a search fetches only the words and texts it needs.

It is the index of the macros ``finding_search`` and ``recommendation_search``: the same words, weights and
document numbers, read by ``static/search_engine.js``. A file is JSON, compressed with zlib. Lists of document
numbers are stored as the first number and the differences, which have fewer digits. The files of the folder:

    about                    what every search needs: its size does not depend on the number of texts
    vocabulary/<n>           spellings in alphabetical order, their index words, and what is known of these
    postings/<n>             words: the texts that contain each, and its weight in each
    phrases/<n>              words that follow each other: the texts and the positions in them
    filters/<name>-<value>   the texts that a filter selects
    neighbours               the statistical neighbours of each authority
    texts/<n>                the texts, TEXTS_PER_FILE in each file
"""

import itertools
import json
import re
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from assets.schema.vocabularies import (
    AREAS,
    FAMILIES,
    FINDING_KINDS,
    GRADES,
    RECOMMENDATION_KINDS,
    THEMES,
    Term,
    vocabulary_label,
)
from assets.website import labels
from assets.website.queries import Row, Rows, SiteData, stream_rows

#: Labels of the values of each filter, and URNs by name.
FilterChoices = Mapping[str, Mapping[str, str]]
Names = Mapping[str, Sequence[int]]

SUFFIX = ".idx"
TEXTS_PER_FILE = 48
_SPELLINGS_PER_FILE = 256
#: Postings of about this number share a file; a word with more has a file of its own.
_POSTINGS_PER_FILE = 16_000
#: The number of files of phrases, in texts per file.
_TEXTS_PER_PHRASE_FILE = 128
#: Occurrences of phrases that are held in memory before they are written to temporary files.
_MAX_HELD_OCCURRENCES = 400_000
#: Names of authorities that are words of their own, unless they begin with a capital letter.
_ORDINARY_NAMES = ("bath", "bury", "reading", "wolves")
#: Kinds of findings and of recommendations.
_KINDS = {**FINDING_KINDS, **RECOMMENDATION_KINDS}


def write_search_index(release: Path, choices: FilterChoices, names: Names, folder: Path) -> None:
    """Write the index into a new folder. Needs little memory, however many texts there are.

    Args:
        release: Folder of the release.
        choices: The values of the filters (``filter_choices``).
        names: The authorities that a name stands for (``authority_names``).
        folder: Folder of the index.

    Raises:
        ValueError: The texts are not numbered one after the other.
    """
    for name in ("vocabulary", "postings", "phrases", "filters", "texts"):
        (folder / name).mkdir(parents=True)
    postings_files = _write_postings(stream_rows(release, "search_postings"), folder / "postings")
    first_spellings, words = _write_vocabulary(
        stream_rows(release, "search_spellings"), postings_files, folder / "vocabulary"
    )
    text_count, phrase_files = _write_texts(release, words, folder)
    _write_filters(stream_rows(release, "search_filters"), choices, folder / "filters")
    neighbours = {row["urn"]: row["neighbours"] for row in stream_rows(release, "search_neighbours")}
    _write(folder / "neighbours", neighbours)
    abbreviations = list(stream_rows(release, "search_abbreviations"))
    about = {
        "texts": text_count,
        "texts_per_file": TEXTS_PER_FILE,
        "phrase_files": phrase_files,
        "vocabulary": first_spellings,
        "stop_words": [row["word"] for row in stream_rows(release, "search_stop_words")],
        "abbreviations": [[row["abbreviation"], row["form"], row["words"]] for row in abbreviations],
        "abbreviation_files": {
            word: postings_files[word]
            for word in sorted({row["abbreviation"].upper() for row in abbreviations})
            if word in postings_files
        },
        "names": names,
        "ordinary_names": _ORDINARY_NAMES,
        "years": list(choices["year"]),
        "grade_labels": {code: grade.label for code, grade in GRADES.items()},
    }
    _write(folder / "about", about)


def search_page(site: SiteData) -> Row:
    """Return the choices of the search page, and the number of texts."""
    return {
        "filters": filter_choices(site),
        "neighbours_of": {str(urn): row["local_authority"] for urn, row in site.current_authorities.items()},
        "text_count": next(stream_rows(site.release, "search_text_count"))["texts"],
    }


def filter_choices(site: SiteData) -> FilterChoices:
    """Return the labels of the values of each filter, in the order of display."""
    areas = [row["area"] for row in site.results["judgements"] if row["counts"]]
    grades = [row["grade"] for row in site.results["judgements"] if row["counts"] and row["grade"]]
    reports = [row for row in site.reports.values() if row["counts"]]
    years = sorted({row["published"].year for row in reports if row["published"]}, reverse=True)
    regions = sorted({row["region_name"] for row in site.authorities.values()})
    vocabulary_choices: Mapping[str, tuple[Mapping[str, Term], Iterable[str]]] = {
        "family": (FAMILIES, (row["family"] for row in reports if row["family"])),
        "area": (AREAS, areas),
        "grade": (GRADES, grades),
        "theme": (THEMES, (row["theme"] for row in site.results["theme_evaluation"])),
        "kind": (_KINDS, _KINDS),
    }
    return {
        "authority": {str(urn): row["name"] for urn, row in site.authorities.items()},
        "region": {filter_value(name): name for name in regions},
        "year": {str(year): str(year) for year in years},
        "source_table": {"findings": "Findings", "recommendations": "Recommendations"},
        **{
            attribute: {
                code: vocabulary_label(vocabulary, code) for code in labels.in_order(vocabulary, codes)
            }
            for attribute, (vocabulary, codes) in vocabulary_choices.items()
        },
    }


def anchor(row: Row) -> str:
    """Return the permanent anchor of a finding or recommendation within the page of its report.

    'p' and the paragraph number for numbered findings of the first document in the file, 'f' and the ordinal
    for other findings, 'r' and the ordinal for recommendations.
    """
    if row.get("source_table", "findings") == "recommendations":
        return f"r{row['ordinal']}"
    is_numbered = row["paragraph"] is not None and row["part"] == 1
    return f"p{row['paragraph']}" if is_numbered else f"f{row['ordinal']}"


def filter_value(value: str) -> str:
    """Return the value of a filter as it appears in addresses and file names."""
    return re.sub(r"[^a-z0-9_]+", "-", value.lower())


def authority_names(site: SiteData) -> Names:
    """Return the names that people use for authorities, each with the URNs it stands for."""
    urns: dict[str, list[int]] = defaultdict(list)
    for urn, names in site.names.items():
        for name in names:
            urns[name].append(urn)
    return urns


def _write_postings(rows: Iterable[Row], folder: Path) -> Mapping[str, int]:
    """Write the words into files of similar size; return the number of each word's file."""
    files: dict[str, int] = {}
    held: dict[str, object] = {}
    size = number = 0
    for row in rows:
        if held and size + len(row["documents"]) > _POSTINGS_PER_FILE:
            _write(folder / str(number), held)
            held, size, number = {}, 0, number + 1
        held[row["word"]] = (_differences(row["documents"]), row["weights"])
        size += len(row["documents"])
        files[row["word"]] = number
    _write(folder / str(number), held)
    return files


def _write_vocabulary(
    rows: Iterable[Row], postings_files: Mapping[str, int], folder: Path
) -> tuple[list[str], Mapping[str, str]]:
    """Write the spellings; return the first one of each file, and the index word of each."""
    first_spellings: list[str] = []
    words: dict[str, str] = {}
    for number, batch in enumerate(_batches(rows, _SPELLINGS_PER_FILE)):
        spellings = {row["spelling"]: row["word"] for row in batch}
        known = {
            row["word"]: (postings_files[row["word"]], row["documents"], row["spellings"]) for row in batch
        }
        _write(folder / str(number), {"spellings": spellings, "words": known})
        first_spellings.append(batch[0]["spelling"])
        words |= spellings
    return first_spellings, words


def _write_texts(release: Path, words: Mapping[str, str], folder: Path) -> tuple[int, int]:
    """Write the texts and the phrases in them; return the number of texts and of files of phrases."""
    count = next(stream_rows(release, "search_text_count"))["texts"]
    phrase_files = max(1, -(-count // _TEXTS_PER_PHRASE_FILE))
    with tempfile.TemporaryDirectory() as scratch:
        phrases = _PhraseBuckets(Path(scratch), phrase_files)
        expected = itertools.count(1)
        for number, batch in enumerate(_batches(stream_rows(release, "search_texts"), TEXTS_PER_FILE)):
            _write(folder / "texts" / str(number), _texts_file(batch))
            for row in batch:
                # The place of a text in the files is its number in the index.
                if row["document"] != next(expected):
                    raise ValueError(f"the texts of the search are not numbered in order: {row['document']}")
                phrases.add(row["document"], row["tokens"], words)
        phrases.flush()
        for bucket in range(phrase_files):
            _write(folder / "phrases" / str(bucket), phrases.read(bucket))
    return count, phrase_files


def _texts_file(rows: Rows) -> Mapping[str, object]:
    """Return texts with what is shown of each; texts of a report follow each other and refer to it."""
    reports, texts = [], []
    for number, (report_id, group) in enumerate(groupby(rows, key=lambda row: row["report_id"])):
        for row in group:
            texts.append(
                [
                    number,
                    anchor(row),
                    row["paragraph"],
                    row["page"],
                    labels.area_label(row["area"]) if row["area"] else "",
                    row["grade"],
                    vocabulary_label(_KINDS, row["kind"]),
                    row["text"],
                ]
            )
        published = str(row["published"] or "")
        family = labels.family_label(row["family"])
        reports.append([report_id, row["authority"], family, published, row["source_url"]])
    return {"reports": reports, "texts": texts}


class _PhraseBuckets:
    """Collects each two words that follow each other, in temporary files by the checksum of the words.

    Stop words between the two are part of the key: 'drift and delay'. A longer phrase is found by its pairs.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._held: dict[int, list[str]] = defaultdict(list)
        self._size = 0

    def add(self, document: int, tokens: Sequence[str], words: Mapping[str, str]) -> None:
        """Add the pairs of a text's tokens; a token that has no index word is a stop word."""
        normalised = [words.get(token, token) for token in tokens]
        places = [place for place, token in enumerate(tokens) if token in words]
        for start, end in pairwise(places):
            key = " ".join(normalised[start : end + 1])
            self._held[zlib.crc32(key.encode()) % self._count].append(f"{key}\t{document}\t{start}\n")
        self._size += len(places)
        if self._size > _MAX_HELD_OCCURRENCES:
            self.flush()

    def flush(self) -> None:
        """Write what is held in memory to the temporary files."""
        for bucket, lines in self._held.items():
            with self._path(bucket).open("a", encoding="ascii") as file:
                file.writelines(lines)
        self._held.clear()
        self._size = 0

    def read(self, bucket: int) -> Mapping[str, object]:
        """Return the pairs of a bucket, each with the texts that contain it and the positions in them."""
        pairs: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        if self._path(bucket).exists():
            with self._path(bucket).open(encoding="ascii") as lines:
                for line in lines:
                    key, document, position = line.split("\t")
                    documents, positions = pairs[key]
                    documents.append(int(document))
                    positions.append(int(position))
        return {
            key: (_differences(documents), positions) for key, (documents, positions) in sorted(pairs.items())
        }

    def _path(self, bucket: int) -> Path:
        return self._folder / str(bucket)


def _write_filters(rows: Iterable[Row], choices: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Write the texts of each value of each filter; a value without texts has an empty file."""
    missing = {f"{attribute}-{value}" for attribute, values in choices.items() for value in values}
    for row in rows:
        name = f"{row['attribute']}-{filter_value(row['value'])}"
        _write(folder / name, _differences(row["documents"]))
        missing.discard(name)
    for name in sorted(missing):
        _write(folder / name, [])


def _batches(rows: Iterable[Row], size: int) -> Iterator[Rows]:
    batch: Rows = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _differences(numbers: Sequence[int]) -> list[int]:
    """Return ascending numbers as the first number and the differences, which have fewer digits."""
    return [number - previous for previous, number in zip([0, *numbers], numbers, strict=False)]


def _write(path: Path, value: object) -> None:
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    path.with_name(path.name + SUFFIX).write_bytes(zlib.compress(content))
