"""Print the wording that reports share: ``python -m tests.support.known_wording FOLDER``.

FOLDER has publications.csv and the PDF files of many reports. The output is the content of
``assets/parsing/known_wording.txt``, sorted; lines that are new in a diff of that file are read by a person
before they are committed, since text with this wording may be left out of the tables.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from assets.extraction.worker_pool import read_reports
from assets.parsing import accounting
from assets.parsing.models import Role
from assets.processors import usable_processors
from orchestration.report_folder import read_publications


def wording_runs(folder: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the URN and the folded words of each run of lines of the reports that gives no rows."""
    for publication, tables in read_reports(read_publications(folder), processes=usable_processors()):
        people = [row["name"] for row in tables["inspectors"].to_pylist()]
        names = accounting.name_words(publication.authority, people)
        rows = tables["report_lines"].select(["role", "page", "text"]).to_pylist()
        lines = [accounting.TextLine(Role(row["role"]), row["page"], row["text"]) for row in rows]
        for run in accounting.text_runs(lines):
            if lines[run[0]].role not in accounting.ROLES_WITHOUT_WORDING:
                yield publication.urn, accounting.folded_words([lines[index].text for index in run], names)


if __name__ == "__main__":
    for phrase in accounting.recurring_wording(wording_runs(Path(sys.argv[1]))):
        print(phrase)
