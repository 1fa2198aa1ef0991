"""Damage real reports at random and parse them: ``make test-fuzz [MUTATIONS=5000] [SEED=1]``.

A damaged report may be unreadable, or partial with an issue that says why, or parsed without a change. It
must never be complete with grades that differ from the original: that is a silent change, and the run fails.
Parsing must not crash or hang either: a report that kills its worker or exceeds its time limit counts as
unreadable.

A value that a report prints only once cannot be verified. Where a mutation moves or replaces whole words
(``EDITS``), an area whose grade is printed in one place, such as overall effectiveness in the table, may get
another grade: the result is a different but consistent document. Such outcomes are counted separately. They
are accepted neither for an area that the report states twice nor for any other kind of mutation.

Mutations of ``LAYOUTS`` keep all words of a report and change what the parser takes them for: sizes of text,
bullets, the position of pages. A report that stays complete must have all words of its rows in rows still.
Swapped pages are found if page numbers are printed, or if a sentence does not continue on the next page. The
pages of some letters have no numbers and all end, or all do not end, in the middle of a sentence. Their order
is nowhere printed: such a report stays complete, with all its words in rows, but with rows in another order.
"""

import argparse
import io
import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import cycle
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as api

from assets.extraction.worker_pool import WorkerFailure, run_in_pool
from assets.parsing.frameworks import letters_only
from assets.parsing.report import read_report
from assets.pdf.text import BULLET, clean_line
from assets.processors import usable_processors
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
#: The size of an operator that sets a font.
FONT_SIZE = re.compile(rb"(?<=\s)\d+(?:\.\d+)?(?=\s+Tf)")
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


class Original(NamedTuple):
    """An undamaged report: its grades, the areas whose grade it states in one place only, its lines in rows.

    ``row_lines`` has the letters of each line that is in a finding or recommendation.
    """

    grades: Grades
    stated_once: frozenset[str]
    row_lines: tuple[str, ...]


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
        return _saved(changed)


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


def resize_text(pdf: bytes, rng: random.Random) -> bytes:
    """Print a run of a page's text larger or smaller."""
    stream = rng.choice(page_streams(pdf))
    sizes = list(FONT_SIZE.finditer(stream.content))
    first = rng.randrange(len(sizes))
    changed = sizes[first : first + rng.choice((1, 2, 6, 40))]
    factor = rng.choice((0.75, 0.9, 1.1, 1.25, 1.5))
    content, end = b"", 0
    for size in changed:
        content += stream.content[end : size.start()] + b"%.2f" % (float(size[0]) * factor)
        end = size.end()
    return with_content(pdf, stream, content + stream.content[end:])


def remove_bullets(pdf: bytes, rng: random.Random) -> bytes:
    """Remove the glyph before some or all items of a page's lists."""
    share = rng.choice((0.2, 1))

    def change(page: pdfium.PdfPage, _: int) -> None:
        for item in list(page.get_objects(filter=(api.FPDF_PAGEOBJ_TEXT,), textpage=page.get_textpage())):
            if clean_line(item.extract()) == BULLET and rng.random() < share:
                page.remove_obj(item)
        page.gen_content()

    return _change_page(pdf, rng, change)


def draw_page_twice(pdf: bytes, rng: random.Random) -> bytes:
    """Draw a page again on itself: at the same place, slightly moved, between its lines, or beside them."""
    dx, dy = rng.choice(((0, 0), (0.4, 0), (0, -0.4), (3, -7), (200, 0)))

    def change(page: pdfium.PdfPage, index: int) -> None:
        with pdfium.PdfDocument(pdf) as source:
            copy = source.page_as_xobject(index, page.pdf).as_pageobject()
            copy.set_matrix(pdfium.PdfMatrix(1, 0, 0, 1, dx, dy))
            page.insert_obj(copy)
            page.gen_content()

    return _change_page(pdf, rng, change)


def rotate_page(pdf: bytes, rng: random.Random) -> bytes:
    degrees = rng.choice((90, 180, 270))
    return _change_page(pdf, rng, lambda page, _: page.set_rotation(degrees))


def swap_pages(pdf: bytes, rng: random.Random) -> bytes:
    with pdfium.PdfDocument(pdf) as document, pdfium.PdfDocument.new() as changed:
        order = list(range(len(document)))
        first, second = rng.sample(order, 2)
        order[first], order[second] = second, first
        changed.import_pages(document, order)
        return _saved(changed)


def _change_page(pdf: bytes, rng: random.Random, change: Callable[[pdfium.PdfPage, int], None]) -> bytes:
    """Apply a change to a page, given with its index."""
    with pdfium.PdfDocument(pdf) as document:
        index = rng.randrange(len(document))
        change(document[index], index)
        return _saved(document)


def _saved(document: pdfium.PdfDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


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
        resize_text,
        remove_bullets,
        draw_page_twice,
        rotate_page,
        swap_pages,
    )
}
#: Kinds that move or replace whole words, as an editor of the document would.
EDITS = ("move words", "rewrite grade")
#: Letters of a group by which a line is found in rows.
LETTERS = 8
ROW_TABLES = ("findings", "recommendations")
#: Kinds that keep all words of a report.
LAYOUTS = ("resize text", "remove bullets", "draw page twice", "rotate page", "swap pages")


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


def row_text(tables: Mapping[str, list[dict[str, str]]]) -> frozenset[str]:
    """Return the groups of letters in the findings and recommendations of a report."""
    text = "".join(letters_only(row["text"]) for name in ROW_TABLES for row in tables[name])
    return frozenset(letter_groups(text))


def letter_groups(text: str) -> list[str]:
    return [text[start : start + LETTERS] for start in range(max(1, len(text) - LETTERS + 1))]


def is_lost(line: str, groups: frozenset[str]) -> bool:
    """Return whether most of a line is missing. Text that is printed larger may cover some of its letters."""
    return sum(group in groups for group in letter_groups(line)) < 0.5 * len(letter_groups(line))


@cache
def original(report_id: str) -> Original:
    """Return what a damaged report is compared with."""
    tables = sample.tables(report_id)
    groups = row_text(tables)
    lines = [letters_only(line["text"]) for line in tables["report_lines"]]
    return Original(
        grades_by_area(tables["judgements"]),
        frozenset(row["area"] for row in tables["judgements"] if "," not in (row["evidence"] or "")),
        tuple(line for line in lines if len(line) > LETTERS and not is_lost(line, groups)),
    )


def attempt(report_id: str, kind: str, seed: str, no_second_reader: str, original: Original) -> Outcome:
    """Damage a report, parse it, and compare it with the original."""
    pdf = KINDS[kind](sample.pdf(report_id), random.Random(seed))
    tables = read_report(pdf, sample.reports()[report_id][0], no_second_reader)
    status = tables["reports"].to_pylist()[0]["status"]
    if status != "complete":
        return Outcome(kind, status, "")
    before = original.grades
    after = grades_by_area(tables["judgements"].to_pylist())
    changed = {area for area in before | after if before.get(area) != after.get(area)}
    if not changed and kind in LAYOUTS:
        rows = row_text({name: tables[name].to_pylist() for name in ROW_TABLES})
        if lost := [line for line in original.row_lines if is_lost(line, rows)]:
            return Outcome(kind, SILENT, f"{report_id}, {kind}, seed {seed}: lost {lost}")
    if not changed:
        return Outcome(kind, UNCHANGED, "")
    result = EDITED if kind in EDITS and changed <= original.stated_once else SILENT
    changes = ", ".join(f"{area}: {before.get(area)} → {after.get(area)}" for area in sorted(changed))
    return Outcome(kind, result, f"{report_id}, {kind}, seed {seed}: {changes}")


def run_series(
    mutations: int,
    seed: int,
    reports: tuple[str, ...],
    kinds: Sequence[str] = tuple(KINDS),
    *,
    second_reader_interval: int = 0,
    processes: int | None = None,
) -> Iterator[Outcome]:
    """Parse a number of damaged reports in worker processes and yield their outcomes.

    The kinds of mutations alternate. One of ``second_reader_interval`` reports may use the second reader;
    none if it is 0. ``processes`` is by default the number of processors.
    """
    rng = random.Random(seed)
    calls = []
    for number, kind in zip(range(mutations), cycle(kinds), strict=False):
        second_reader = second_reader_interval and rng.randrange(second_reader_interval) == 0
        report_id = rng.choice(reports)
        reason = "" if second_reader else NO_SECOND_READER
        calls.append((report_id, kind, f"{seed}-{number}", reason, original(report_id)))
    for call, outcome in zip(
        calls, run_in_pool(attempt, calls, processes or usable_processors()), strict=True
    ):
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
    parser.add_argument("--processes", type=int, help="default: the number of processors")
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in run_series(
        arguments.mutations,
        arguments.seed,
        base_reports(),
        arguments.kinds,
        second_reader_interval=SECOND_READER_INTERVAL,
        processes=arguments.processes,
    ):
        counts[outcome.kind, outcome.result] += 1
        if outcome.detail:
            print(f"{outcome.result}: {outcome.detail}", flush=True)
    print(f"{'':20}" + "".join(f"{result:>18}" for result in RESULTS))
    for kind in arguments.kinds:
        print(f"{kind:20}" + "".join(f"{counts[kind, result]:18}" for result in RESULTS))
    totals = {result: sum(counts[kind, result] for kind in arguments.kinds) for result in RESULTS}
    print(f"{'total':20}" + "".join(f"{totals[result]:18}" for result in RESULTS))
    return 1 if totals[SILENT] else 0


if __name__ == "__main__":
    sys.exit(main())
