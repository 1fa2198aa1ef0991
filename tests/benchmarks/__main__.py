"""Measures everything: ``python -m tests.benchmarks REPORTS [--factor 10] [--folder FOLDER]``.

``REPORTS`` is a folder of reports, like the embedded sample. The dataset is built from it, at first without
the newest report, and a warehouse ``--factor`` times as large is made of it (``enlarge``). One table shows
the extraction, the builds, and every later stage in both sizes. Growth is measured in processor time, which
other programs on the machine hardly affect. The exit code is 1 if a figure exceeds its bound
(``figures.BOUNDS``).
"""

import csv
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from math import log
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import click

from orchestration import report_folder
from tests.benchmarks.enlarge import MAX_FACTOR, enlarge
from tests.benchmarks.extraction import Work, measure_extraction
from tests.benchmarks.figures import (
    BUILT,
    EXPONENT,
    FILES,
    FROM_SCRATCH,
    PEAK,
    PUBLISHED,
    STAGES,
    TWO_WORKERS,
    Figure,
)
from tests.benchmarks.stages import Cost, measure, measure_stage

Result = TypeVar("Result")


@click.command()
@click.argument("reports", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--factor",
    type=click.IntRange(2, MAX_FACTOR),
    default=MAX_FACTOR,
    show_default=True,
    help="How many times as large the second warehouse is.",
)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the warehouses are written; by default the folder of temporary files.",
)
def main(reports: Path, factor: int, folder: Path | None) -> None:
    """Measure a folder of reports and print a table."""
    work = report_folder.read_publications(reports)
    print(f"{len(work)} reports; warehouses of 1 and {factor} times as many\n")
    print("| stage | figure | value | bound |")
    print("|---|---|--:|---|")
    is_kept = True
    for figure in _measure(work, reports, factor, folder):
        is_kept &= "MISSED" not in figure.verdict
        value = f"{figure.value:,.2f}" if figure.value < 10 else f"{figure.value:,.0f}"
        print(f"| {figure.stage} | {figure.what} | {value} | {figure.verdict} |", flush=True)
    sys.exit(not is_kept)


def _measure(work: Work, reports: Path, factor: int, folder: Path | None) -> Iterator[Figure]:
    """Yield every figure as soon as it is measured."""
    extraction = _in_another_process(measure_extraction, work)
    yield from extraction
    [alone] = [figure.value for figure in extraction if figure.what == TWO_WORKERS]
    with TemporaryDirectory(dir=folder) as temporary:
        small, large = Path(temporary) / "small", Path(temporary) / "large"
        yield from _measure_dataset(reports, small, alone)
        shutil.rmtree(small / "releases")
        _in_another_process(enlarge, small, large, factor)
        for stage in STAGES:
            yield from _compare(stage, measure_stage(stage, small), measure_stage(stage, large), factor)
        files = sum(path.is_file() for path in (large / "website").rglob("*"))
        yield Figure("website", FILES, files)


def _in_another_process(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a new process.

    What is measured starts as a copy of this process, whose peak memory counts as its own.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        return other.submit(function, *arguments).result()


def _measure_dataset(reports: Path, warehouse: Path, alone: float) -> Iterator[Figure]:
    """Yield the figures of the commands that build and publish a dataset.

    Args:
        reports: The folder of reports.
        warehouse: The folder of the dataset.
        alone: What it takes to read all reports, in seconds.
    """
    folder = warehouse.parent
    environment = {"WAREHOUSE": str(warehouse), "DAGSTER_HOME": str(folder / "dagster")}

    def run(*arguments: str) -> Cost:
        return measure("-m", "orchestration.cli", *arguments, **environment)

    first = run("build", "--site", str(_without_the_newest(reports, folder / "first")))
    yield Figure("dataset", "from scratch, seconds", first.seconds)
    yield Figure("dataset", "from scratch, peak memory of a process, MB", first.peak)
    yield Figure("dataset", FROM_SCRATCH, first.seconds / alone)
    run("website")  # makes the release too
    for what, commands in ((BUILT, ["build", "--site", str(reports)]), (PUBLISHED, ["website"])):
        cost = run(*commands)
        yield Figure("dataset", f"{what}, seconds", cost.seconds)
        yield Figure("dataset", f"{what}, processor seconds", cost.processor_seconds)
    unchanged = run("build", "--site", str(reports))
    yield Figure("dataset", "without changes, seconds", unchanged.seconds)
    yield Figure("dataset", "without changes, peak memory of a process, MB", unchanged.peak)


def _without_the_newest(reports: Path, folder: Path) -> Path:
    """Return a copy of a folder of reports without the one that was published last."""
    shutil.copytree(reports, folder)
    listing = folder / report_folder.LISTING
    with listing.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    newest = max((row for row in rows if row["path"]), key=lambda row: (row["published"], row["file_id"]))
    with listing.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if row is not newest)
    return folder


def _compare(stage: str, small: Cost, large: Cost, factor: int) -> Iterator[Figure]:
    """Yield the figures of a stage in two sizes."""
    yield Figure(stage, "seconds", small.seconds)
    yield Figure(stage, f"seconds, {factor} times as large", large.seconds)
    yield Figure(stage, "peak memory, MB", small.peak)
    yield Figure(stage, PEAK, large.peak)
    yield Figure(stage, EXPONENT, log(large.processor_seconds / small.processor_seconds, factor))


if __name__ == "__main__":
    main()
