"""``inspections accuracy``: compare the extraction with a truth, cell by cell.

The truth is a folder of CSV files by independent readers: ``judgements.csv``, ``reports.csv`` and
``letters.csv``, and ``official_statistics.csv`` for what those leave out. A blank cell of the truth is
uncertain and is not compared.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from orchestration.commands.options import CommandError

Row = dict[str, Any]
#: The rows of a report by table.
ReportRows = Mapping[str, list[Row]]

COMPARED_TABLES = (
    "reports",
    "judgements",
    "findings",
    "recommendations",
    "extraction_issues",
    "report_lines",
)
#: Columns of ``reports.csv``.
REPORT_CELLS = (
    "framework",
    "inspection_start",
    "inspection_end",
    "lead_inspector",
    "pages",
    "numbered_paragraphs",
)
#: Columns of ``letters.csv``, each with the column of the dataset that it is compared with.
LETTER_CELLS = {
    "start": "inspection_start",
    "end": "inspection_end",
    "prev_start": "previous_start",
    "prev_end": "previous_end",
    "outcome": "outcome",
}
#: What is compared only with the official statistics: their framework, the dataset's frameworks, and the
#: area.
OFFICIAL_COMPARISONS = (
    ("SIF", ("sif", "lscb_review"), "lscb"),
    ("TLAC", ("looked_after_2013",), "overall_effectiveness"),
)
#: Grades as the official statistics print them; they print 'adequate' of 2013 as its successor.
OFFICIAL_GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement to be good",
    "adequate": "Requires improvement to be good",
    "inadequate": "Inadequate",
}
#: In the official statistics a separate review of a board is in the row of the inspection published up to
#: this long before.
MAX_DISTANCE = timedelta(days=183)
NO_VALUE = "(none)"


@dataclass(frozen=True)
class Cell:
    """A cell of the truth, and the value that was read."""

    report_id: str
    framework: str
    name: str
    truth: str
    value: str

    @property
    def equal(self) -> bool:
        """Whether the value read is the truth."""
        return self.truth == self.value


@click.command()
@click.argument("corpus", type=click.Path(file_okay=False, path_type=Path))
@click.argument("truth", type=click.Path(exists=True, file_okay=False, path_type=Path))
def accuracy(corpus: Path, truth: Path) -> None:
    """Compare the extraction with a truth, cell by cell.

    CORPUS is a folder of publications.csv and PDF files, TRUTH a folder of CSV files. The exit code is 1 if a
    judgement differs.
    """
    from assets.extraction.worker_pool import read_reports
    from assets.settings import read_settings
    from orchestration import independent_count
    from orchestration.report_folder import ReportFolderError, read_publications

    try:
        publications = read_publications(corpus)
    except ReportFolderError as error:
        raise CommandError(str(error)) from error
    processes = read_settings().reader_processes
    reports: dict[str, ReportRows] = {
        publication.report_id: {name: tables[name].to_pylist() for name in COMPARED_TABLES}
        for publication, tables in read_reports(publications, processes=processes)
    }
    cells = [
        *_compare_judgements(reports, truth),
        *_compare_reports(reports, truth),
        *_compare_letters(reports, truth),
        *_compare_official(reports, truth),
    ]
    differing = [cell for cell in cells if not cell.equal]
    read_files = [
        (publication.report_id, path)
        for publication, path in publications
        if path and reports[publication.report_id]["report_lines"]
    ]
    word_counts = independent_count.count_words(read_files, reports, processes)
    for line in (
        *_status_lines(reports),
        *_share_lines(cells),
        *_lines_beyond_truth(reports, cells),
        *independent_count.summary_lines(word_counts),
        f"\nDiffering: {len(differing)} of {len(cells)} cells",
        *(
            f"  {cell.report_id} {cell.framework} {cell.name}: truth {cell.truth!r}, read {cell.value!r}"
            for cell in differing
        ),
    ):
        click.echo(line)
    if any(cell.name.startswith(("judgement", "official")) for cell in differing):
        raise click.exceptions.Exit(1)


def _compare_judgements(reports: Mapping[str, ReportRows], truth: Path) -> Iterator[Cell]:
    """Yield a cell for every judgement of the truth, and for every other judgement of the same reports.

    The board's judgement in reports of the single inspection framework is compared with the official
    statistics instead.
    """
    expected: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in _read_csv(truth / "judgements.csv"):
        expected[row["report_id"]][row["area"]] = row
    for report_id, areas in expected.items():
        values = {row["area"]: row["grade"] or row["status"] for row in reports[report_id]["judgements"]}
        framework = next(iter(areas.values()))["framework"]
        excluded = {"lscb"} if framework == "sif" else set()
        for area in sorted(areas.keys() | values.keys() - excluded):
            grade = areas[area]["grade"] if area in areas else NO_VALUE
            yield Cell(report_id, framework, f"judgement {area}", grade, values.get(area, NO_VALUE))


def _compare_reports(reports: Mapping[str, ReportRows], truth: Path) -> Iterator[Cell]:
    """Yield cells for frameworks, dates, lead inspectors, pages and numbers of numbered paragraphs.

    Only the paragraphs of the first document of a file are counted.
    """
    for row in _read_csv(truth / "reports.csv"):
        tables = reports[row["report_id"]]
        findings = [finding for finding in tables["findings"] if finding["part"] == 1]
        numbers = [finding["paragraph"] for finding in findings if finding["paragraph"]]
        contiguous = numbers == list(range(1, len(numbers) + 1))
        values = {
            **tables["reports"][0],
            "numbered_paragraphs": str(len(numbers)) if contiguous else f"{len(numbers)}, with gaps",
        }
        for name in REPORT_CELLS:
            if row[name]:
                yield Cell(row["report_id"], row["framework"], name, row[name], str(values[name]))


def _compare_letters(reports: Mapping[str, ReportRows], truth: Path) -> Iterator[Cell]:
    """Yield cells for the dates of letters and joint reports, and the outcomes of area SEND inspections."""
    for row in _read_csv(truth / "letters.csv"):
        tables = reports[row["report_id"]]
        outcomes = [judgement["grade"] for judgement in tables["judgements"]] or [None]
        values = {**tables["reports"][0], "outcome": outcomes[0]}
        for column, name in LETTER_CELLS.items():
            if row[column]:
                yield Cell(row["report_id"], row["family"], name, row[column], str(values[name]))


def _compare_official(reports: Mapping[str, ReportRows], truth: Path) -> Iterator[Cell]:
    """Yield cells for what only the official statistics hold, with the judgement nearest to each."""
    judged = [
        (tables["reports"][0], judgement)
        for tables in reports.values()
        for judgement in tables["judgements"]
        if judgement["grade"]
    ]
    for row in _read_csv(truth / "official_statistics.csv"):
        for official_framework, frameworks, area in OFFICIAL_COMPARISONS:
            if row["framework"] != official_framework or not row[area]:
                continue
            published = date.fromisoformat(row["published"])
            candidates = [
                (abs(report["published"] - published), report["report_id"], judgement["grade"])
                for report, judgement in judged
                if report["urn"] == int(row["urn"])
                and report["framework"] in frameworks
                and judgement["area"] == area
                and abs(report["published"] - published) < MAX_DISTANCE
            ]
            _, report_id, grade = min(candidates, default=(None, f"authority {row['urn']}", None))
            value = OFFICIAL_GRADES.get(grade or "", NO_VALUE)
            yield Cell(report_id, frameworks[0], f"official {area}", row[area], value)


def _read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file of the truth; none if the truth does not include it."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _status_lines(reports: Mapping[str, ReportRows]) -> Iterator[str]:
    """Yield the numbers of reports by family, framework and status, then every extraction issue."""
    rows = [tables["reports"][0] for tables in reports.values()]
    yield f"{len(rows)} reports read"
    for (family, framework, status), count in sorted(
        Counter((row["family"], row["framework"] or "-", row["status"]) for row in rows).items()
    ):
        coverage = [
            row["text_coverage"] for row in rows if row["framework"] == framework and row["text_coverage"]
        ]
        lowest = f"  lowest text coverage: {min(coverage):.2%}" if coverage else ""
        yield f"  {family:14} {framework:18} {status:14} {count:4}{lowest}"
    for tables in reports.values():
        for issue in tables["extraction_issues"]:
            yield f"  {issue['report_id']} {issue['severity']} {issue['code']}: {issue['detail']}"


def _share_lines(cells: list[Cell]) -> Iterator[str]:
    """Yield the share of equal cells by framework and kind of cell."""
    yield f"\n{'framework':20}{'cell':24}{'cells':>7}{'equal':>7}{'share':>9}"
    groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for cell in cells:
        groups[cell.framework, cell.name.split()[0]].append(cell.equal)
    for (framework, name), equal in sorted(groups.items()):
        share = sum(equal) / len(equal)
        yield f"{framework:20}{name:24}{len(equal):7}{sum(equal):7}{share:9.2%}"


def _lines_beyond_truth(reports: Mapping[str, ReportRows], cells: list[Cell]) -> Iterator[str]:
    """Yield the boards' judgements for which the official statistics have no value."""
    compared = {cell.report_id for cell in cells if cell.name == "official lscb"}
    for tables in reports.values():
        for row in tables["judgements"]:
            if compared and row["area"] == "lscb" and row["report_id"] not in compared:
                yield f"Not in the official statistics: {row['report_id']} lscb {row['grade']}"
