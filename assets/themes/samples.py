"""How far the themes can be trusted: tags drawn by lot from a whole dataset, and read by a person.

``python -m assets.themes.samples WAREHOUSE`` draws them, as a CSV file without verdicts. What was read lies
in ``data/theme_samples.csv``; the view ``theme_evaluation`` counts it. It is of the lexicon as it stands:
earlier draws showed what to mend (of the last of them 191 of 200 tags were right), and
``identity_and_diversity`` was mended once more, and its four tags drawn again, after this one. When the
lexicon changes, so that a sentence of the sample would not be tagged any more, that theme is to be drawn and
read again: a test sees to it.
"""

import csv
import sys
from collections import Counter, defaultdict
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from assets.schema.csv_files import CsvFile
from assets.schema.tables import TABLES
from assets.schema.validation import check_rows
from assets.storage import parquet_store

SAMPLES = resources.files(__package__) / "data" / "theme_samples.csv"
SIZE = 200
SEED = 2026

_DECLARED = TABLES["theme_samples"]

Row = dict[str, Any]


def main() -> int:
    """Run the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m assets.themes.samples WAREHOUSE\n")
        return 2
    matches = parquet_store.read(Path(sys.argv[1]), "theme_matches").to_pylist()
    writer = csv.DictWriter(sys.stdout, _DECLARED.schema.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(draw(matches))
    return 0


def draw(matches: list[Row], size: int = SIZE, seed: int = SEED) -> list[Row]:
    """Draw rows of ``theme_matches``: as many of each theme, and what is left over of the commonest."""
    by_theme: dict[str, list[Row]] = defaultdict(list)
    for match in matches:
        by_theme[match["theme"]].append(match)
    each, left = divmod(size, len(by_theme))
    commonest = [
        theme for theme, _ in Counter({theme: len(own) for theme, own in by_theme.items()}).most_common(left)
    ]
    drawn = []
    for theme, own in sorted(by_theme.items()):
        number = min(each + (theme in commonest), len(own))
        drawn += Random(f"{seed} {theme}").sample(own, number)  # noqa: S311
    return [
        {name: row[name] for name in ("theme", "source_table", "report_id", "ordinal", "sentence")}
        | {"matched": row["matched"][0]}
        for row in drawn
    ]


def read_samples(path: Traversable | None = None) -> pa.Table:
    """Return the table ``theme_samples``: what was read, in a file, ``SAMPLES`` if none is given.

    Raises:
        ReferenceFileError: The first mistake found.
    """
    file = CsvFile.read(path or SAMPLES, _DECLARED)
    for fault in check_rows(_DECLARED, file.rows):
        raise file.mistake(fault)
    return file.rows


if __name__ == "__main__":
    sys.exit(main())
