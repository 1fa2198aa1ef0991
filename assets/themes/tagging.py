"""The words of the lexicon, found in findings and recommendations: ``data/lexicon.csv``, applied plainly.

A text has a theme if one of the theme's patterns stands in one of its sentences, as whole words, in any case.
The words found are kept, and the first sentence that has any: whoever doubts a tag can see what made it.
Nothing is weighed, scored or learned. A pattern is a regular expression without looking around or back; how
well each theme holds was measured by reading (``samples``).
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

from assets.schema.csv_files import CsvFile
from assets.schema.tables import TABLES, TAGGED_TABLES
from assets.schema.validation import Violation, check_rows

LEXICON = resources.files(__package__) / "data" / "lexicon.csv"

# A sentence ends where a full stop, or the like, is followed by a blank and the beginning of another.
_SENTENCE_END = re.compile(r"(?<=[.!?;])[’”\"')]*\s+(?=[A-Z0-9‘“\"'(•■])")

Row = dict[str, Any]


@dataclass(frozen=True)
class Theme:
    """A theme with all its patterns as one, for Arrow's engine, which is quick, and for Python's."""

    name: str
    quick: str
    exact: re.Pattern[str]


def read_lexicon(path: Traversable | None = None) -> pa.Table:
    """Return the table ``themes``: the lexicon in a file, ``LEXICON`` if none is given.

    Raises:
        ReferenceFileError: The first mistake found.
    """
    declared = TABLES["themes"]
    file = CsvFile.read(path or LEXICON, declared)
    for fault in check_rows(declared, file.rows):
        raise file.mistake(fault)
    for place, row in enumerate(file.rows.to_pylist()):
        if problem := _problem(row["pattern"]):
            raise file.mistake(Violation("pattern", declared.name, ("pattern",), problem, row=place))
    return file.rows


def tag(lexicon: pa.Table, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return the rows of ``theme_matches`` for rows of the tables ``TAGGED``."""
    themes = _themes(lexicon)
    matches = [match for which in TAGGED_TABLES for match in _matches(themes, which, tables[which])]
    return pa.Table.from_pylist(matches, schema=TABLES["theme_matches"].schema)


def sentences(text: str) -> list[str]:
    """Part a text into its sentences."""
    return _SENTENCE_END.split(text)


def _themes(lexicon: pa.Table) -> list[Theme]:
    rows = sorted(lexicon.select(["theme", "pattern"]).to_pylist(), key=itemgetter("theme"))
    themes = []
    for name, own in groupby(rows, key=itemgetter("theme")):
        pattern = rf"\b(?:{'|'.join(row['pattern'] for row in own)})\b"
        # Both engines take \b and \w to be about the letters of ASCII.
        themes.append(Theme(name, f"(?i){pattern}", re.compile(pattern, re.IGNORECASE | re.ASCII)))
    return themes


def _matches(themes: list[Theme], which: str, rows: pa.Table) -> Iterator[Row]:
    """Give the matches of a table's rows, theme by theme; only sentences that have one leave Arrow."""
    texts = rows.select(["report_id", "ordinal", "urn", "area", "publication_year"]).to_pylist()
    parted = [
        (place, sentence)
        for place, row in enumerate(rows.select(["text"]).to_pylist())
        for sentence in sentences(row["text"])
    ]
    column = pa.array((sentence for _, sentence in parted), pa.string())
    with ThreadPoolExecutor() as threads:  # Arrow works beside Python
        masks = threads.map(lambda theme: pc.match_substring_regex(column, theme.quick).to_pylist(), themes)
    for theme, mask in zip(themes, masks, strict=True):
        for place, own in groupby(compress(parted, mask), key=itemgetter(0)):
            matched = [sentence for _, sentence in own]
            words = dict.fromkeys(
                match.group() for sentence in matched for match in theme.exact.finditer(sentence)
            )
            yield {
                **texts[place],
                "source_table": which,
                "theme": theme.name,
                "matched": list(words),
                "sentence": matched[0],
            }


def _problem(pattern: str) -> str:
    """Say why a pattern will not do, if so: both engines must know it, and a match must have letters."""
    try:
        matches_nothing = re.compile(pattern).search("")
        pc.match_substring_regex(pa.array([""]), pattern)
    except (re.error, pa.ArrowInvalid) as error:
        return f"{pattern!r} is no pattern: {str(error).splitlines()[0]}"
    return f"{pattern!r} matches a text without letters" if matches_nothing else ""
