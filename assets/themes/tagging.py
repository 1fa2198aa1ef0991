"""Tags findings and recommendations with themes: reads the lexicon and matches its patterns.

A text has a theme if a pattern of the theme matches whole words of one of its sentences, in any case. The
matched words and the first matching sentence are kept, so that every tag can be checked. There is no scoring
and no learned model. A pattern is a regular expression without look-around and back-references, because both
Arrow's and Python's engine must support it. ``samples.py`` measures the precision of the themes.
"""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import compress, groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.parsing.grammar.sentences import SENTENCE_BREAK
from assets.schema.csv_files import CsvFile
from assets.schema.tables import TABLES, TAGGED_TABLES
from assets.schema.validation import Violation, check_rows

LEXICON = resources.files(__package__) / "data" / "lexicon.csv"

Row = dict[str, Any]


@dataclass(frozen=True)
class Theme:
    """A theme with its patterns combined into one.

    ``arrow_pattern`` preselects sentences in bulk; ``python_pattern`` finds the matching words.
    """

    name: str
    arrow_pattern: str
    python_pattern: re.Pattern[str]


def read_lexicon(path: Traversable | None = None) -> pa.Table:
    """Return the table ``themes``, read from a CSV file (default: ``LEXICON``).

    Raises:
        CsvFileError: The file is invalid; the first error is reported.
    """
    declared = TABLES["themes"]
    file = CsvFile.read(path or LEXICON, declared)
    for violation in check_rows(declared, file.rows):
        raise file.error(violation)
    for index, row in enumerate(file.rows.to_pylist()):
        if error := _pattern_error(row["pattern"]):
            raise file.error(Violation("pattern", declared.name, ("pattern",), error, row=index))
    return file.rows


def tag(lexicon: pa.Table, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return the rows of ``theme_matches`` for the rows of ``tables``, which has all ``TAGGED_TABLES``.

    A numbered recommendation is a row of both tables. It is tagged as a recommendation only, so that each
    text counts once.
    """
    themes = _combine_patterns(lexicon)
    findings = tables["findings"]
    counted = {**tables, "findings": findings.filter(pc.field("kind") != "recommendation")}
    matches = [match for name in TAGGED_TABLES for match in _matches(themes, name, counted[name])]
    return pa.Table.from_pylist(matches, schema=TABLES["theme_matches"].schema)


def _combine_patterns(lexicon: pa.Table) -> list[Theme]:
    rows = sorted(lexicon.select(["theme", "pattern"]).to_pylist(), key=itemgetter("theme"))
    themes = []
    for name, theme_rows in groupby(rows, key=itemgetter("theme")):
        pattern = rf"\b(?:{'|'.join(row['pattern'] for row in theme_rows)})\b"
        # In Arrow's engine, \b and \w refer to ASCII letters only; re.ASCII makes Python do the same.
        themes.append(Theme(name, f"(?i){pattern}", re.compile(pattern, re.IGNORECASE | re.ASCII)))
    return themes


def _matches(themes: list[Theme], table_name: str, rows: pa.Table) -> Iterator[Row]:
    """Yield the matches in a table's rows, by theme. Only matching sentences are converted to Python."""
    keys = rows.select(["report_id", "ordinal", "urn", "area", "publication_year"]).to_pylist()
    sentences = [
        (index, sentence)
        for index, row in enumerate(rows.select(["text"]).to_pylist())
        for sentence in SENTENCE_BREAK.split(row["text"])
    ]
    column = pa.array((sentence for _, sentence in sentences), pa.string())
    with ThreadPoolExecutor() as threads:  # Arrow releases the GIL
        masks = threads.map(
            lambda theme: pc.match_substring_regex(column, theme.arrow_pattern).to_pylist(), themes
        )
    for theme, mask in zip(themes, masks, strict=True):
        for index, group in groupby(compress(sentences, mask), key=itemgetter(0)):
            matching_sentences = [sentence for _, sentence in group]
            matched_words = dict.fromkeys(
                match.group()
                for sentence in matching_sentences
                for match in theme.python_pattern.finditer(sentence)
            )
            yield {
                **keys[index],
                "source_table": table_name,
                "theme": theme.name,
                "matched": list(matched_words),
                "sentence": matching_sentences[0],
            }


def _pattern_error(pattern: str) -> str:
    """Return why a pattern is invalid, or ''. Both engines must accept it, and it must not match ''."""
    try:
        matches_empty_text = re.compile(pattern).search("")
        pc.match_substring_regex(pa.array([""]), pattern)
    except (re.error, pa.ArrowInvalid) as error:
        return f"{pattern!r} is not a valid pattern: {str(error).splitlines()[0]}"
    return f"{pattern!r} matches an empty text" if matches_empty_text else ""
