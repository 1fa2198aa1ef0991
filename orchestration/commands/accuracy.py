"""How true the reading is: ``python -m orchestration.commands.accuracy CORPUS TRUTH``.

Reads every report of a folder as the pipeline does and compares it, cell by cell, with what independent
readers wrote down (``judgements.csv``, ``reports.csv`` and ``letters.csv`` of the truth's folder; a blank
cell was not read surely and is not compared), and what those leave out with ``official_statistics.csv``.
Prints the figures, and last what differs; exit code 1 if a judgement does.
"""

import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from assets.extraction.worker_pool import read_reports
from orchestration import report_folder

Row = dict[str, Any]

COMPARED = ("reports", "judgements", "findings", "extraction_issues")
#: Columns of ``letters.csv``, and of ours.
LETTER_CELLS = {
    "start": "inspection_start",
    "end": "inspection_end",
    "prev_start": "previous_start",
    "prev_end": "previous_end",
    "outcome": "outcome",
}
#: What is compared with the official statistics alone: their framework, ours, and the area.
OFFICIAL = (
    ("SIF", ("sif", "lscb_review"), "lscb"),
    ("TLAC", ("looked_after_2013",), "overall_effectiveness"),
)
#: Their words for our grades; they show the 'adequate' of 2013 as the grade that took its place.
OFFICIAL_GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement to be good",
    "adequate": "Requires improvement to be good",
    "inadequate": "Inadequate",
}
#: A board reviewed by itself stands in the row of the inspection that was published at most so long before.
HALF_A_YEAR = timedelta(days=183)
CELLS = (
    "framework",
    "inspection_start",
    "inspection_end",
    "lead_inspector",
    "pages",
    "numbered_paragraphs",
)


@dataclass(frozen=True)
class Cell:
    """One cell of the truth, and what was read in its place."""

    report_id: str
    framework: str
    what: str
    truth: str
    read: str

    @property
    def equal(self) -> bool:
        return self.truth == self.read


def main() -> int:
    """Run the command line."""
    corpus_folder, truth_folder = map(Path, sys.argv[1:3])
    work = report_folder.read_publications(corpus_folder)
    read = {
        publication.report_id: {name: tables[name].to_pylist() for name in COMPARED}
        for publication, tables in read_reports(work, processes=os.cpu_count() or 1)
    }
    cells = [
        *_judgements(read, truth_folder),
        *_reports(read, truth_folder),
        *_letters(read, truth_folder),
        *_official(read, truth_folder),
    ]
    _print_statuses(read)
    _print_figures(cells)
    _print_beyond(read, cells)
    differing = [cell for cell in cells if not cell.equal]
    print(f"\nDiffering: {len(differing)} of {len(cells)} cells")
    for cell in differing:
        print(f"  {cell.report_id} {cell.framework} {cell.what}: truth {cell.truth!r}, read {cell.read!r}")
    return int(any(cell.what.startswith(("judgement", "official")) for cell in differing))


def _judgements(read: dict[str, dict[str, list[Row]]], truth: Path) -> Iterator[Cell]:
    """Compare every judgement of the truth, and give those that were read beyond it.

    The board's judgement in reports of the single framework is left to the official statistics.
    """
    expected: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in _rows(truth / "judgements.csv"):
        expected[row["report_id"]][row["area"]] = row
    for report_id, areas in expected.items():
        found = {row["area"]: row["grade"] or row["status"] for row in read[report_id]["judgements"]}
        framework = next(iter(areas.values()))["framework"]
        elsewhere = {"lscb"} if framework == "sif" else set()
        for area in sorted(areas.keys() | found.keys() - elsewhere):
            grade = areas[area]["grade"] if area in areas else "(none)"
            yield Cell(report_id, framework, f"judgement {area}", grade, found.get(area, "(none)"))


def _reports(read: dict[str, dict[str, list[Row]]], truth: Path) -> Iterator[Cell]:
    """Compare frameworks, dates, lead inspectors, pages and how many paragraphs are numbered."""
    for row in _rows(truth / "reports.csv"):
        tables = read[row["report_id"]]
        report = tables["reports"][0]
        numbers = [finding["paragraph"] for finding in tables["findings"] if finding["paragraph"]]
        unbroken = numbers == list(range(1, len(numbers) + 1))
        found = {
            **report,
            "numbered_paragraphs": str(len(numbers)) if unbroken else f"{len(numbers)}, with gaps",
        }
        for what in CELLS:
            if row[what]:
                yield Cell(row["report_id"], row["framework"], what, row[what], str(found[what]))


def _letters(read: dict[str, dict[str, list[Row]]], truth: Path) -> Iterator[Cell]:
    """Compare the dates of letters and joint reports, and the outcomes of area SEND inspections."""
    for row in _rows(truth / "letters.csv"):
        tables = read[row["report_id"]]
        outcomes = [each["grade"] for each in tables["judgements"]] or [None]
        found = {**tables["reports"][0], "outcome": outcomes[0]}
        for theirs, ours in LETTER_CELLS.items():
            if row[theirs]:
                yield Cell(row["report_id"], row["family"], ours, row[theirs], str(found[ours]))


def _official(read: dict[str, dict[str, list[Row]]], truth: Path) -> Iterator[Cell]:
    """Compare what only the official statistics hold, each with the judgement published nearest to it."""
    judged = [
        (tables["reports"][0], judgement)
        for tables in read.values()
        for judgement in tables["judgements"]
        if judgement["grade"]
    ]
    for row in _rows(truth / "official_statistics.csv"):
        for theirs, ours, area in OFFICIAL:
            if row["framework"] != theirs or not row[area]:
                continue
            published = date.fromisoformat(row["published"])
            near = [
                (abs(report["published"] - published), report["report_id"], judgement["grade"])
                for report, judgement in judged
                if report["urn"] == int(row["urn"])
                and report["framework"] in ours
                and judgement["area"] == area
                and abs(report["published"] - published) < HALF_A_YEAR
            ]
            _, report_id, grade = min(near, default=(None, f"authority {row['urn']}", None))
            yield Cell(
                report_id, ours[0], f"official {area}", row[area], OFFICIAL_GRADES.get(grade or "", "(none)")
            )


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _print_statuses(read: dict[str, dict[str, list[Row]]]) -> None:
    reports = [tables["reports"][0] for tables in read.values()]
    print(f"{len(reports)} reports read")
    for (family, framework, status), count in sorted(
        Counter((row["family"], row["framework"] or "-", row["status"]) for row in reports).items()
    ):
        covered = [
            row["text_coverage"] for row in reports if row["framework"] == framework and row["text_coverage"]
        ]
        least = f"  least text with a known role: {min(covered):.2%}" if covered else ""
        print(f"  {family:14} {framework:18} {status:14} {count:4}{least}")
    for tables in read.values():
        for issue in tables["extraction_issues"]:
            print(f"  {issue['report_id']} {issue['severity']} {issue['code']}: {issue['detail']}")


def _print_beyond(read: dict[str, dict[str, list[Row]]], cells: list[Cell]) -> None:
    """Print the boards' judgements for which the official statistics have a blank cell or none."""
    compared = {cell.report_id for cell in cells if cell.what == "official lscb"}
    for tables in read.values():
        for row in tables["judgements"]:
            if compared and row["area"] == "lscb" and row["report_id"] not in compared:
                print(f"Not in the official statistics: {row['report_id']} lscb {row['grade']}")


def _print_figures(cells: list[Cell]) -> None:
    print(f"\n{'framework':20}{'what':24}{'cells':>7}{'equal':>7}{'share':>9}")
    groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for cell in cells:
        groups[cell.framework, cell.what.split()[0]].append(cell.equal)
    for (framework, what), equal in sorted(groups.items()):
        share = sum(equal) / len(equal)
        print(f"{framework:20}{what:24}{len(equal):7}{sum(equal):7}{share:9.2%}")


if __name__ == "__main__":
    sys.exit(main())
