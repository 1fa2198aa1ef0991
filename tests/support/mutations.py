"""Damage real reports at random and parse them: ``make fuzz [MUTATIONS=5000] [SEED=1]``.

A damaged report may be unreadable, or partial with an issue that says why, or parsed without a change. It
must never be complete with grades that differ from the original: that is a silent change, and the run fails.
Parsing must not crash or hang either: a report that kills its worker or exceeds its time limit counts as
unreadable.

A value that a report prints only once cannot be verified. Where a mutation moves or replaces whole words
(``EDITS``), an area whose grade is printed in one place, such as overall effectiveness in the table, may get
another grade: the result is a different but consistent document. Such outcomes are counted separately. They
are accepted neither for an area that the report states twice nor for any other kind of mutation.
"""

import argparse
import io
import os
import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import cycle
from typing import NamedTuple

import pypdfium2 as pdfium

from assets.extraction.worker_pool import WorkerFailure, run_in_pool
from assets.parsing.report import read_report
from tests.support import sample

#: Why most mutations do not use the second reader, which takes seconds instead of a tenth of a second.
NO_SECOND_READER = "it is skipped for most mutations"
#: One of this many mutations may use the second reader.
SECOND_READER_INTERVAL = 10

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
#: Operators that show text: '[(Go) -20 (od)] TJ', '(Good) Tj', '<0026> Tj'.
SHOW_TEXT = re.compile(rb"\[[^\]]*\]\s*TJ|\((?:[^()\\]|\\.)*\)\s*Tj|<[0-9A-Fa-f]*>\s*Tj")
#: A character code: '<0026>'.
CHARACTER_CODE = re.compile(rb"<[0-9A-Fa-f]{4}>")
#: The font of an operator that sets it: '/F1 12 Tf'.
FONT = re.compile(rb"/[A-Za-z][A-Za-z0-9_]*(?=\s+[\d.]+\s+Tf)")
STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\)")
GRADE = re.compile(rb"outstanding|requires improvement(?: to be good)?|inadequate|good", re.IGNORECASE)
GRADES = (b"Outstanding", b"Good", b"Requires improvement to be good", b"Inadequate")
NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")

#: Status and grade of each area.
Grades = dict[str, tuple[str, str | None]]

UNCHANGED, PARTIAL, UNREADABLE = "unchanged", "partial", "unreadable"
WORKER_LOST, EDITED, SILENT = "worker lost", "edited document", "SILENT CHANGE"
RESULTS = (UNCHANGED, PARTIAL, UNREADABLE, WORKER_LOST, EDITED, SILENT)


class Stream(NamedTuple):
    """A compressed stream of a file: the position of its data, and its decompressed content."""

    start: int
    end: int
    content: bytes


class Outcome(NamedTuple):
    """The outcome of a mutation. ``result`` is one of ``RESULTS``."""

    kind: str
    result: str
    detail: str


@cache
def streams(pdf: bytes) -> list[Stream]:
    """Return the streams of a file that can be decompressed."""
    result = []
    for match in STREAM.finditer(pdf):
        try:
            content = zlib.decompressobj().decompress(match[1])
        except zlib.error:
            continue
        result.append(Stream(match.start(1), match.end(1), content))
    return result


def with_content(pdf: bytes, stream: Stream, content: bytes) -> bytes:
    """Replace the content of a stream. The file's offsets stay valid if the new data is not longer."""
    compressed = zlib.compress(content, 9)
    return pdf[: stream.start] + compressed.ljust(stream.end - stream.start, b"\n") + pdf[stream.end :]


@cache
def page_streams(pdf: bytes) -> list[Stream]:
    """Return the content streams of pages. The first, which has the table, occurs as often as all others."""
    pages = [
        stream for stream in streams(pdf) if b"Tf" in stream.content and SHOW_TEXT.search(stream.content)
    ]
    return [*pages, *pages[:1] * len(pages)]


def flip_bits(data: bytes, rng: random.Random, maximum: int) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, maximum)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def swap_matches(
    pdf: bytes, rng: random.Random, candidates: list[Stream], pattern: re.Pattern[bytes], maximum: int
) -> bytes:
    """Swap pairs of matches of a pattern in one stream."""
    stream = rng.choice(candidates)
    matches = list(pattern.finditer(stream.content))
    if len(matches) < 2:
        return flip_bits(pdf, rng, 4)  # nothing to swap
    content = stream.content
    for _ in range(rng.randint(1, maximum)):
        matches = list(pattern.finditer(content))
        first, second = sorted(rng.sample(range(len(matches)), 2))
        a, b = matches[first], matches[second]
        content = content[: a.start()] + b[0] + content[a.end() : b.start()] + a[0] + content[b.end() :]
    return with_content(pdf, stream, content)


# --- kinds of mutations -------------------------------------------------------------------------------------


def flip_bytes(pdf: bytes, rng: random.Random) -> bytes:
    return flip_bits(pdf, rng, 64)


def overwrite_block(pdf: bytes, rng: random.Random) -> bytes:
    size = rng.choice((8, 64, 512, 4096))
    start = rng.randrange(len(pdf) - size)
    block = rng.choice((bytes(size), rng.randbytes(size), pdf[:size]))
    return pdf[:start] + block + pdf[start + size :]


def truncate_file(pdf: bytes, rng: random.Random) -> bytes:
    return pdf[: rng.randrange(len(pdf))]


def cut_out_block(pdf: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(pdf))
    return pdf[:start] + pdf[start + rng.randint(1, 5000) :]


def swap_streams(pdf: bytes, rng: random.Random) -> bytes:
    first, second = sorted(rng.sample(streams(pdf), 2))
    return (
        pdf[: first.start]
        + pdf[second.start : second.end]
        + pdf[first.end : second.start]
        + pdf[first.start : first.end]
        + pdf[second.end :]
    )


def flip_content(pdf: bytes, rng: random.Random) -> bytes:
    stream = rng.choice(streams(pdf))
    return with_content(pdf, stream, flip_bits(stream.content or b" ", rng, 16))


def truncate_content(pdf: bytes, rng: random.Random) -> bytes:
    stream = rng.choice(page_streams(pdf))
    return with_content(pdf, stream, stream.content[: rng.randrange(len(stream.content))])


def rearrange_pages(pdf: bytes, rng: random.Random) -> bytes:
    """Remove pages, duplicate one, or shuffle them."""
    with pdfium.PdfDocument(pdf) as document, pdfium.PdfDocument.new() as changed:
        order = list(range(len(document)))
        change = rng.choice(("remove", "duplicate", "shuffle"))
        if change == "remove":
            order = sorted(rng.sample(order, rng.randint(1, len(order) - 1)))
        elif change == "duplicate":
            order.insert(rng.randrange(len(order)), rng.choice(order))
        else:
            rng.shuffle(order)
        changed.import_pages(document, order)
        out = io.BytesIO()
        changed.save(out)
    return out.getvalue()


def remap_letters(pdf: bytes, rng: random.Random) -> bytes:
    """Swap characters in the ToUnicode map of a font."""
    maps = [stream for stream in streams(pdf) if b"beginbf" in stream.content]
    return swap_matches(pdf, rng, maps or streams(pdf), CHARACTER_CODE, 6)


def swap_fonts(pdf: bytes, rng: random.Random) -> bytes:
    return swap_matches(pdf, rng, page_streams(pdf), FONT, 8)


def mistype_letters(pdf: bytes, rng: random.Random) -> bytes:
    """Replace letters of a page by random ones."""
    stream, share = rng.choice(page_streams(pdf)), rng.choice((0.001, 0.01, 0.1))
    content = SHOW_TEXT.sub(
        lambda shown: re.sub(
            rb"[a-z]",
            lambda letter: letter[0] if rng.random() > share else bytes([rng.randrange(97, 123)]),
            shown[0],
        ),
        stream.content,
    )
    return with_content(pdf, stream, content)


def move_words(pdf: bytes, rng: random.Random) -> bytes:
    """Swap one, two or up to thirty pairs of a page's words."""
    return swap_matches(pdf, rng, page_streams(pdf), SHOW_TEXT, rng.choice((1, 2, 30)))


def rewrite_grade(pdf: bytes, rng: random.Random) -> bytes:
    """Replace a printed grade by another."""
    candidates = [
        (stream, match)
        for stream in set(page_streams(pdf))
        for match in SHOW_TEXT.finditer(stream.content)
        if GRADE.fullmatch(b"".join(STRING.findall(match[0])).strip(b" :."))
    ]
    if not candidates:
        return move_words(pdf, rng)
    stream, match = rng.choice(sorted(candidates, key=lambda pair: (pair[0].start, pair[1].start())))
    content = stream.content[: match.start()] + b"[(%s)] TJ" % rng.choice(GRADES)
    return with_content(pdf, stream, content + stream.content[match.end() :])


def swap_numbers(pdf: bytes, rng: random.Random) -> bytes:
    """Swap numbers of a page: positions, sizes, colours."""
    return swap_matches(pdf, rng, page_streams(pdf), NUMBER, 10)


def drop_words(pdf: bytes, rng: random.Random) -> bytes:
    """Remove or duplicate some of a page's words."""
    stream = rng.choice(page_streams(pdf))
    share, copies = rng.choice((0.02, 0.1, 0.5)), rng.choice((0, 2))
    content = SHOW_TEXT.sub(
        lambda match: match[0] if rng.random() > share else b" ".join([match[0]] * copies), stream.content
    )
    return with_content(pdf, stream, content)


#: The mutations by name, in the order in which a series applies them.
KINDS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    mutate.__name__.replace("_", " "): mutate
    for mutate in (
        flip_bytes,
        overwrite_block,
        truncate_file,
        cut_out_block,
        swap_streams,
        flip_content,
        truncate_content,
        rearrange_pages,
        remap_letters,
        swap_fonts,
        mistype_letters,
        move_words,
        rewrite_grade,
        swap_numbers,
        drop_words,
    )
}
#: Kinds that move or replace whole words, as an editor of the document would.
EDITS = ("move words", "rewrite grade")


# --- outcomes -----------------------------------------------------------------------------------------------


@cache
def base_reports() -> tuple[str, ...]:
    """Return the ids of the reports to damage: complete ones with judgements, of at most 40 pages."""
    return tuple(
        report_id
        for report_id, (publication, _) in sample.reports().items()
        if publication.family in ("inspection", "area_send")
        and (report := sample.tables(report_id)["reports"][0])["status"] == "complete"
        and report["pages"] <= 40
    )


def grades_by_area(judgements: list[dict[str, str]]) -> Grades:
    return {row["area"]: (row["status"], row["grade"]) for row in judgements}


@cache
def original_grades(report_id: str) -> tuple[Grades, frozenset[str]]:
    """Return the grades of an undamaged report, and the areas that it states in one place only."""
    judgements = sample.tables(report_id)["judgements"]
    stated_once = frozenset(row["area"] for row in judgements if "," not in (row["evidence"] or ""))
    return grades_by_area(judgements), stated_once


def attempt(
    report_id: str, kind: str, seed: str, no_second_reader: str, original: tuple[Grades, frozenset[str]]
) -> Outcome:
    """Damage a report, parse it, and compare its grades with the original."""
    pdf = KINDS[kind](sample.pdf(report_id), random.Random(seed))
    tables = read_report(pdf, sample.reports()[report_id][0], no_second_reader)
    status = tables["reports"].to_pylist()[0]["status"]
    if status != "complete":
        return Outcome(kind, status, "")
    before, stated_once = original
    after = grades_by_area(tables["judgements"].to_pylist())
    changed = {area for area in before | after if before.get(area) != after.get(area)}
    if not changed:
        return Outcome(kind, UNCHANGED, "")
    result = EDITED if kind in EDITS and changed <= stated_once else SILENT
    changes = ", ".join(f"{area}: {before.get(area)} → {after.get(area)}" for area in sorted(changed))
    return Outcome(kind, result, f"{report_id}, {kind}, seed {seed}: {changes}")


def run_series(
    mutations: int, seed: int, reports: tuple[str, ...], *, second_reader_interval: int = 0
) -> Iterator[Outcome]:
    """Parse a number of damaged reports in worker processes and yield their outcomes.

    The kinds of mutations alternate. One of ``second_reader_interval`` reports may use the second reader;
    none if it is 0.
    """
    rng = random.Random(seed)
    calls = []
    for number, kind in zip(range(mutations), cycle(KINDS), strict=False):
        second_reader = second_reader_interval and rng.randrange(second_reader_interval) == 0
        report_id = rng.choice(reports)
        reason = "" if second_reader else NO_SECOND_READER
        calls.append((report_id, kind, f"{seed}-{number}", reason, original_grades(report_id)))
    for call, outcome in zip(calls, run_in_pool(attempt, calls, os.cpu_count() or 1), strict=True):
        if isinstance(outcome, WorkerFailure):
            report_id, kind, mutation_seed, *_ = call
            yield Outcome(kind, WORKER_LOST, f"{report_id}, {kind}, seed {mutation_seed}: {outcome.reason}")
        else:
            yield outcome


def main() -> int:
    """Run a series, and print the number of outcomes of each kind and every changed grade."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in run_series(
        arguments.mutations,
        arguments.seed,
        base_reports(),
        second_reader_interval=SECOND_READER_INTERVAL,
    ):
        counts[outcome.kind, outcome.result] += 1
        if outcome.detail:
            print(f"{outcome.result}: {outcome.detail}", flush=True)
    print(f"{'':20}" + "".join(f"{result:>18}" for result in RESULTS))
    for kind in KINDS:
        print(f"{kind:20}" + "".join(f"{counts[kind, result]:18}" for result in RESULTS))
    totals = {result: sum(counts[kind, result] for kind in KINDS) for result in RESULTS}
    print(f"{'total':20}" + "".join(f"{totals[result]:18}" for result in RESULTS))
    return 1 if totals[SILENT] else 0


if __name__ == "__main__":
    sys.exit(main())
