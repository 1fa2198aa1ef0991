"""Damage real reports in every way, and read them: ``make fuzz [MUTATIONS=5000] [SEED=1]``.

A damaged report may be unreadable, or partial with an issue that says so, and it may well be read as before.
It may never be complete with other grades than the report has: that is a silent difference, and the series
fails. A run may not crash or hang either: what kills its worker, or its time, is one unreadable report.

What a report prints once cannot be known to be wrong. Where whole words are put elsewhere or written anew
(``EDITS``), an area whose grade stands in one place only, as the table's overall effectiveness does, may get
another grade: to any reader it is another document. Such are counted apart, and are no excuse for an area
that the report states twice, nor for any other kind of damage.
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
from typing import NamedTuple

import pypdfium2 as pdfium

from assets.extraction.worker_pool import WorkerFailure, run_in_pool
from assets.parsing.report import read_report
from tests.support import sample

#: Why the second reader is not asked of most mutations: it takes seconds where the first takes a tenth.
HASTE = "it was not asked"
#: Of so many mutations it is asked of one.
ASKED_OF_ONE_IN = 10

CUT = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
SHOWN = re.compile(rb"\[[^\]]*\]\s*TJ|\((?:[^()\\]|\\.)*\)\s*Tj|<[0-9A-Fa-f]*>\s*Tj")
HEX = re.compile(rb"<[0-9A-Fa-f]{4}>")
FONT = re.compile(rb"/[A-Za-z][A-Za-z0-9_]*(?=\s+[\d.]+\s+Tf)")
STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\)")
GRADE = re.compile(rb"outstanding|requires improvement(?: to be good)?|inadequate|good", re.IGNORECASE)
GRADES = (b"Outstanding", b"Good", b"Requires improvement to be good", b"Inadequate")
NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")

Judged = dict[str, tuple[str, str | None]]


class Stream(NamedTuple):
    """A compressed stream of a file: where it lies, and what it holds."""

    start: int
    end: int
    content: bytes


class Outcome(NamedTuple):
    """What became of a mutation; ``what`` is of ``OUTCOMES``."""

    kind: str
    what: str
    detail: str


OUTCOMES = ("as before", "partial", "unreadable", "lost its worker", "another document", "SILENT")


@cache
def streams(pdf: bytes) -> list[Stream]:
    found = []
    for match in CUT.finditer(pdf):
        try:
            content = zlib.decompressobj().decompress(match[1])
        except zlib.error:
            continue
        found.append(Stream(match.start(1), match.end(1), content))
    return found


def with_content(pdf: bytes, stream: Stream, content: bytes) -> bytes:
    """Put other content into a stream; the file's offsets hold as long as it packs no worse than before."""
    packed = zlib.compress(content, 9)
    return pdf[: stream.start] + packed.ljust(stream.end - stream.start, b"\n") + pdf[stream.end :]


@cache
def pages_of(pdf: bytes) -> list[Stream]:
    """Return what draws the pages; the first of them, where the table stands, as often as all others."""
    pages = [each for each in streams(pdf) if b"Tf" in each.content and SHOWN.search(each.content)]
    return [*pages, *pages[:1] * len(pages)]


def flipped(data: bytes, chance: random.Random, most: int) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, most)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def bytes_flipped(pdf: bytes, chance: random.Random) -> bytes:
    return flipped(pdf, chance, 64)


def block_overwritten(pdf: bytes, chance: random.Random) -> bytes:
    size = chance.choice((8, 64, 512, 4096))
    place = chance.randrange(len(pdf) - size)
    block = chance.choice((bytes(size), chance.randbytes(size), pdf[:size]))
    return pdf[:place] + block + pdf[place + size :]


def truncated(pdf: bytes, chance: random.Random) -> bytes:
    return pdf[: chance.randrange(len(pdf))]


def part_cut_out(pdf: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(pdf))
    return pdf[:start] + pdf[start + chance.randint(1, 5000) :]


def streams_swapped(pdf: bytes, chance: random.Random) -> bytes:
    first, second = sorted(chance.sample(streams(pdf), 2))
    return (
        pdf[: first.start]
        + pdf[second.start : second.end]
        + pdf[first.end : second.start]
        + pdf[first.start : first.end]
        + pdf[second.end :]
    )


def content_flipped(pdf: bytes, chance: random.Random) -> bytes:
    stream = chance.choice(streams(pdf))
    return with_content(pdf, stream, flipped(stream.content or b" ", chance, 16))


def content_truncated(pdf: bytes, chance: random.Random) -> bytes:
    stream = chance.choice(pages_of(pdf))
    return with_content(pdf, stream, stream.content[: chance.randrange(len(stream.content))])


def pages_rearranged(pdf: bytes, chance: random.Random) -> bytes:
    """Leave pages out, print some twice, or change their order."""
    with pdfium.PdfDocument(pdf) as document, pdfium.PdfDocument.new() as changed:
        order = list(range(len(document)))
        way = chance.choice(("fewer", "twice", "shuffled"))
        if way == "fewer":
            order = sorted(chance.sample(order, chance.randint(1, len(order) - 1)))
        elif way == "twice":
            order.insert(chance.randrange(len(order)), chance.choice(order))
        else:
            chance.shuffle(order)
        changed.import_pages(document, order)
        out = io.BytesIO()
        changed.save(out)
    return out.getvalue()


def substituted(
    pdf: bytes, chance: random.Random, places: list[Stream], pattern: re.Pattern[bytes], most: int
) -> bytes:
    """Let some finds of a pattern in one stream change places with others."""
    stream = chance.choice(places)
    finds = list(pattern.finditer(stream.content))
    if len(finds) < 2:
        return flipped(pdf, chance, 4)  # nothing to swap
    content = stream.content
    for _ in range(chance.randint(1, most)):
        finds = list(pattern.finditer(content))
        first, second = sorted(chance.sample(range(len(finds)), 2))
        a, b = finds[first], finds[second]
        content = content[: a.start()] + b[0] + content[a.end() : b.start()] + a[0] + content[b.end() :]
    return with_content(pdf, stream, content)


def letters_remapped(pdf: bytes, chance: random.Random) -> bytes:
    """Let letters of a font stand for one another (its ToUnicode map)."""
    maps = [each for each in streams(pdf) if b"beginbf" in each.content]
    return substituted(pdf, chance, maps or streams(pdf), HEX, 6)


def fonts_swapped(pdf: bytes, chance: random.Random) -> bytes:
    return substituted(pdf, chance, pages_of(pdf), FONT, 8)


def words_moved(pdf: bytes, chance: random.Random) -> bytes:
    """Let words of a page change places, as they are or many of them."""
    return substituted(pdf, chance, pages_of(pdf), SHOWN, chance.choice((1, 2, 30)))


def grade_rewritten(pdf: bytes, chance: random.Random) -> bytes:
    """Write another grade where one is printed."""
    places = [
        (stream, match)
        for stream in set(pages_of(pdf))
        for match in SHOWN.finditer(stream.content)
        if GRADE.fullmatch(b"".join(STRING.findall(match[0])).strip(b" :."))
    ]
    if not places:
        return words_moved(pdf, chance)
    stream, match = chance.choice(sorted(places, key=lambda place: (place[0].start, place[1].start())))
    content = stream.content[: match.start()] + b"[(%s)] TJ" % chance.choice(GRADES)
    return with_content(pdf, stream, content + stream.content[match.end() :])


def letters_mistyped(pdf: bytes, chance: random.Random) -> bytes:
    """Print other letters for some of a page's."""
    stream, share = chance.choice(pages_of(pdf)), chance.choice((0.001, 0.01, 0.1))
    content = SHOWN.sub(
        lambda shown: re.sub(
            rb"[a-z]",
            lambda letter: letter[0] if chance.random() > share else bytes([chance.randrange(97, 123)]),
            shown[0],
        ),
        stream.content,
    )
    return with_content(pdf, stream, content)


def numbers_swapped(pdf: bytes, chance: random.Random) -> bytes:
    """Let numbers of a page change places: positions, sizes, colours."""
    return substituted(pdf, chance, pages_of(pdf), NUMBER, 10)


def words_lost(pdf: bytes, chance: random.Random) -> bytes:
    """Leave out or double some of a page's words."""
    stream = chance.choice(pages_of(pdf))
    share, times = chance.choice((0.02, 0.1, 0.5)), chance.choice((0, 2))
    content = SHOWN.sub(
        lambda match: match[0] if chance.random() > share else b" ".join([match[0]] * times), stream.content
    )
    return with_content(pdf, stream, content)


KINDS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        bytes_flipped,
        block_overwritten,
        truncated,
        part_cut_out,
        streams_swapped,
        content_flipped,
        content_truncated,
        pages_rearranged,
        letters_remapped,
        fonts_swapped,
        letters_mistyped,
        words_moved,
        grade_rewritten,
        numbers_swapped,
        words_lost,
    )
}


#: What puts whole words where others were, as one who edits a document does.
EDITS = ("words moved", "grade rewritten")


@cache
def base() -> tuple[str, ...]:
    """Return the reports to damage: those with judgements that are read whole, of few pages."""
    return tuple(
        report_id
        for report_id, (publication, _) in sample.reports().items()
        if publication.family in ("inspection", "area_send")
        and (report := sample.tables(report_id)["reports"][0])["status"] == "complete"
        and report["pages"] <= 40
    )


def judged(judgements: list[dict[str, str]]) -> Judged:
    return {row["area"]: (row["status"], row["grade"]) for row in judgements}


@cache
def original(report_id: str) -> tuple[Judged, frozenset[str]]:
    """Return a report's judgements, and the areas it states in one place only."""
    rows = sample.tables(report_id)["judgements"]
    return judged(rows), frozenset(row["area"] for row in rows if "," not in (row["evidence"] or ""))


def attempt(
    report_id: str, kind: str, seed: str, once: str, original: tuple[Judged, frozenset[str]]
) -> Outcome:
    """Damage a report and read it."""
    pdf = KINDS[kind](sample.pdf(report_id), random.Random(seed))
    tables = read_report(pdf, sample.reports()[report_id][0], once)
    status = tables["reports"].to_pylist()[0]["status"]
    if status != "complete":
        return Outcome(kind, status, "")
    before, stated_once = original
    after = judged(tables["judgements"].to_pylist())
    changed = {area for area in before | after if before.get(area) != after.get(area)}
    if not changed:
        return Outcome(kind, "as before", "")
    what = "another document" if kind in EDITS and changed <= stated_once else "SILENT"
    told = ", ".join(f"{area}: {before.get(area)} → {after.get(area)}" for area in sorted(changed))
    return Outcome(kind, what, f"{report_id}, {kind}, seed {seed}: {told}")


def series(
    mutations: int, seed: int, reports: tuple[str, ...], *, asked_of_one_in: int = 0
) -> Iterator[Outcome]:
    """Read so many damaged reports in workers, the kinds in turn, and give what became of each."""
    chance = random.Random(seed)
    calls = []
    for number, kind in zip(range(mutations), _in_turn(), strict=False):
        asked = asked_of_one_in and chance.randrange(asked_of_one_in) == 0
        report_id = chance.choice(reports)
        calls.append((report_id, kind, f"{seed}-{number}", "" if asked else HASTE, original(report_id)))
    for call, outcome in zip(calls, run_in_pool(attempt, calls, os.cpu_count() or 1), strict=True):
        if isinstance(outcome, WorkerFailure):
            told = f"{call[0]}, {call[1]}, seed {call[2]}: {outcome.reason}"
            yield Outcome(call[1], "lost its worker", told)
        else:
            yield outcome


def _in_turn() -> Iterator[str]:
    while True:
        yield from KINDS


def main() -> int:
    """Run the series; print what became of each kind, and every difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in series(arguments.mutations, arguments.seed, base(), asked_of_one_in=ASKED_OF_ONE_IN):
        counts[outcome.kind, outcome.what] += 1
        if outcome.detail:
            print(f"{outcome.what}: {outcome.detail}", flush=True)
    print(f"{'':20}" + "".join(f"{what:>18}" for what in OUTCOMES))
    for kind in KINDS:
        print(f"{kind:20}" + "".join(f"{counts[kind, what]:18}" for what in OUTCOMES))
    totals = [sum(counts[kind, what] for kind in KINDS) for what in OUTCOMES]
    print(f"{'all':20}" + "".join(f"{total:18}" for total in totals))
    return 1 if totals[OUTCOMES.index("SILENT")] else 0


if __name__ == "__main__":
    sys.exit(main())
