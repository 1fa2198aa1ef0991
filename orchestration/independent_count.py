"""An independent count of the words of reports: pdfminer's plain text against the lines and rows.

pdfminer decodes the files on its own and knows neither lines nor roles. A word that it finds more often than
the lines contain it was lost before any role was set.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from pdfminer.high_level import extract_text
from pdfminer.layout import LAParams

#: Shorter words are too often split or joined differently by the two engines.
_WORD = re.compile(r"[^\W\d_]{3,}")
#: The share of a report's words that may be missing from its lines without being reported: words that one of
#: the engines splits.
MAX_MISSING_SHARE = 0.002


class WordCount(NamedTuple):
    """The words of a report: in pdfminer's text, of these not in the lines, and in the rows."""

    report_id: str
    words: int
    missing: int
    in_rows: int
    examples: tuple[str, ...]


def count_words(
    files: Sequence[tuple[str, Path]],
    tables: Mapping[str, Mapping[str, list[dict[str, Any]]]],
    processes: int,
) -> Iterator[WordCount]:
    """Yield the word count of each report.

    Args:
        files: The number of each report and its file.
        tables: The rows of ``report_lines``, ``findings`` and ``recommendations`` of each report.
        processes: How many files are read at the same time.
    """
    with ProcessPoolExecutor(processes) as pool:
        texts = pool.map(_independent_words, [path for _, path in files], chunksize=4)
        for (report_id, _), words in zip(files, texts, strict=True):
            rows = tables[report_id]
            missing = words - _words(row["text"] for row in rows["report_lines"])
            # A numbered recommendation is a row of both tables.
            recommendations = (row["text"] for row in rows["recommendations"] if not row["paragraph"])
            in_rows = _words(row["text"] for row in rows["findings"]) + _words(recommendations)
            examples = tuple(word for word, _ in missing.most_common(8))
            yield WordCount(report_id, words.total(), missing.total(), in_rows.total(), examples)


def summary_lines(counts: Iterable[WordCount]) -> Iterator[str]:
    """Yield the reports of which words are missing from the lines, and the totals."""
    counts = list(counts)
    yield "\nWords of an independent reading (pdfminer) that the lines do not contain:"
    for count in counts:
        if count.missing > MAX_MISSING_SHARE * count.words:
            examples = " ".join(count.examples)
            yield f"  {count.report_id} {count.missing} of {count.words} words: {examples}"
    words, missing, in_rows = (sum(column) for column in list(zip(*counts, strict=True))[1:4])
    share = in_rows / words
    yield f"  in all {missing} of {words} words; findings and recommendations contain {share:.1%} of them"


def _independent_words(path: Path) -> Counter[str]:
    return _words([extract_text(BytesIO(path.read_bytes()), laparams=LAParams(boxes_flow=None))])


def _words(texts: Iterable[str]) -> Counter[str]:
    return Counter(
        word for text in texts for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    )
