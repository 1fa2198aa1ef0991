"""Samples of tags that a person has checked, which measure how precise each theme is.

``write_samples`` draws tags at random from a dataset. A person adds a verdict to each row; the result is
``data/theme_samples.csv``, and the view ``theme_evaluation`` counts the verdicts.

The committed sample belongs to the current lexicon. Earlier samples were used to improve patterns (191 of 200
tags of the last of them were correct). After the current sample was checked, only ``identity_and_diversity``
was changed, and its four tags were drawn and checked again. When a change of the lexicon changes the tags of
a sampled sentence, that theme must be drawn and checked again; a test enforces this.
"""

import csv
from collections import Counter, defaultdict
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from random import Random
from typing import Any, TextIO

import pyarrow as pa

from assets.schema.csv_files import CsvFile
from assets.schema.tables import TABLES
from assets.schema.validation import check_rows
from assets.storage import parquet_store

SAMPLES = resources.files(__package__) / "data" / "theme_samples.csv"
SAMPLE_SIZE = 200
SEED = 2026

_DECLARED = TABLES["theme_samples"]

Row = dict[str, Any]


def read_samples(path: Traversable | None = None) -> pa.Table:
    """Return the table ``theme_samples``, read from a CSV file (default: ``SAMPLES``).

    Raises:
        CsvFileError: The file is invalid; the first error is reported.
    """
    file = CsvFile.read(path or SAMPLES, _DECLARED)
    for violation in check_rows(_DECLARED, file.rows):
        raise file.error(violation)
    return file.rows


def write_samples(warehouse: Path, file: TextIO) -> None:
    """Draw samples from the ``theme_matches`` of a warehouse and write them as CSV, without verdicts."""
    writer = csv.DictWriter(file, _DECLARED.schema.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(draw_samples(parquet_store.read(warehouse, "theme_matches").to_pylist()))


def draw_samples(matches: list[Row], size: int = SAMPLE_SIZE, seed: int = SEED) -> list[Row]:
    """Draw rows of ``theme_matches`` at random, the same for the same seed.

    Each theme gets an equal share of ``size``. The remainder goes to the themes with the most matches, one
    row each. A theme with fewer matches than its share contributes all of them.
    """
    by_theme: dict[str, list[Row]] = defaultdict(list)
    for match in matches:
        by_theme[match["theme"]].append(match)
    share, remainder = divmod(size, len(by_theme))
    counts = Counter({theme: len(theme_matches) for theme, theme_matches in by_theme.items()})
    most_common = {theme for theme, _ in counts.most_common(remainder)}
    drawn: list[Row] = []
    for theme, theme_matches in sorted(by_theme.items()):
        number = min(share + (theme in most_common), len(theme_matches))
        drawn += Random(f"{seed} {theme}").sample(theme_matches, number)  # noqa: S311
    return [
        {name: row[name] for name in ("theme", "source_table", "report_id", "ordinal", "sentence")}
        | {"matched": row["matched"][0]}
        for row in drawn
    ]
