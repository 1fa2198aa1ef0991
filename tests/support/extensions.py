# ruff: noqa: PLC0415 (the declarations must change before other modules are imported)
"""An invented judgement area and an invented report family, declared as a developer would declare them.

``build`` builds dataset, release and website of two reports that use them. Run the module in a process of its
own, because declarations are read at import: ``python -m tests.support.extensions FOLDER``.
"""

import shutil
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from assets.pdf.pdfium_lines import Line
from assets.schema import vocabularies

AREA, AREA_LABEL = "kinship_care", "Kinship care"
AREA_HEADING = "The experiences and progress of children in kinship care"
AREA_FINDING = "Kinship carers receive prompt and skilled support from specialist workers."
FAMILY, FAMILY_LABEL = "assurance_visit", "Assurance visit"
FAMILY_TITLE = "Children's services assurance visit"
SEEN = datetime(2026, 9, 1, 12)
#: An inspection under the framework of 2026, and a letter of a focused visit to another authority.
INSPECTION, LETTER = "50304387", "59000107"


def declare() -> None:
    """Add the area and the family to the declarations: the entries that a developer would write."""
    # vocabularies.py
    vocabularies.AREAS[AREA] = vocabularies.Area(
        code=AREA,
        label=AREA_LABEL,
        short_label=AREA_LABEL,
        sort_order=len(vocabularies.AREAS) + 1,
        valid_from=date(2026, 4, 1),
        wide_column=f"{AREA}_grade",
    )
    vocabularies.FAMILIES[FAMILY] = vocabularies.Family(
        code=FAMILY,
        label=FAMILY_LABEL,
        short_label=FAMILY_LABEL,
        sort_order=len(vocabularies.FAMILIES) + 1,
    )
    # parsing/frameworks.py
    from assets.parsing import frameworks

    framework = frameworks.FRAMEWORKS["ilacs_2026"]
    areas = (*framework.areas, frameworks.Area(AREA, AREA_HEADING))
    frameworks.FRAMEWORKS["ilacs_2026"] = replace(framework, areas=areas)
    # publications/report_types.py
    from assets.publications import report_types

    report_types.BY_TITLE[FAMILY_TITLE.casefold()] = FAMILY
    # parsing/report.py
    from assets.parsing import report
    from assets.parsing.families.letters import extract_letter

    report.FAMILY_PARSERS[FAMILY] = extract_letter


def sql_with_wide_column(folder: Path) -> Path:
    """Copy the SQL files and give the area a column in ``full_inspections``."""
    from assets.database.sql_files import sql_folder

    sql = Path(shutil.copytree(sql_folder(), folder))
    view = sql / "views" / "full_inspections.sql"
    text = view.read_text(encoding="utf-8")
    for before, line in (
        ("-- adoption_grade:", f"-- {AREA}_grade: Children in kinship care\n"),
        (
            "        max(grade) FILTER (WHERE area = 'adoption')",
            f"        max(grade) FILTER (WHERE area = '{AREA}') AS {AREA},\n",
        ),
        ("    grades.adoption AS", f"    grades.{AREA} AS {AREA}_grade,\n"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, line + before)
    view.write_text(text, encoding="utf-8")
    return sql


def build(folder: Path) -> None:
    """Build warehouse, release and website in a folder."""
    from assets.database.build import build_database
    from assets.parsing import report
    from assets.publications.report_types import report_family
    from assets.release import releases
    from assets.schema.tables import REPORT_TABLES
    from assets.storage import parquet_store
    from assets.website.build import build_website
    from tests.support import sample, warehouses

    inspection = sample.lines(INSPECTION)
    rows_in_table = [line for line in inspection if line.page == 1 and line.x0 > 300]
    table_row = [
        replace(
            rows_in_table[-1], text=AREA_HEADING[:30].strip(), x0=77.0, x1=290.0, top=471.0, bottom=482.7
        ),
        replace(
            rows_in_table[-1], text=AREA_HEADING[30:].strip(), x0=77.0, x1=290.0, top=485.0, bottom=496.7
        ),
        replace(rows_in_table[-1], text="Good", top=471.0, bottom=482.7),
    ]
    findings = sample.tables(INSPECTION)["findings"]
    last_finding = max(
        index
        for index, row in enumerate(sample.tables(INSPECTION)["report_lines"])
        if row["role"] == "finding"
    )
    end = inspection[last_finding]
    section = [
        replace(
            end,
            text=f"{AREA_HEADING}: good",
            x0=71.0,
            top=end.top + 30,
            bottom=end.top + 44,
            size=14.0,
            bold=True,
        ),
        replace(
            end,
            text=f"{findings[-1]['paragraph'] + 1}. {AREA_FINDING}",
            x0=71.0,
            top=end.top + 60,
            bottom=end.top + 72,
        ),
    ]
    after_table = inspection.index(rows_in_table[-1]) + 1
    lines = _renumbered(
        [
            *inspection[:after_table],
            *table_row,
            *inspection[after_table : last_finding + 1],
            *section,
            *inspection[last_finding + 1 :],
        ]
    )
    inspection_publication = sample.reports()[INSPECTION][0]
    letter_publication = replace(
        sample.reports()[LETTER][0], title=FAMILY_TITLE, family=report_family(FAMILY_TITLE)
    )
    for name, rows in warehouses.reference_tables().items():
        parquet_store.write(folder, name, rows)
    publications = []
    file = {"sha256": "ab" * 32, "size_bytes": 1, "retrieved_at": SEEN}
    for publication, report_lines in (
        (inspection_publication, lines),
        (letter_publication, sample.lines(LETTER)),
    ):
        pages = max(line.page for line in report_lines)
        report.open_pdf = nullcontext
        report.read_lines = lambda _, pages=pages, read=report_lines: (pages, read)
        report.undisplayed_lines = lambda *_: []
        for name, rows in report.read_report(
            b"", replace(publication, **file), "the lines are not from a file"
        ).items():
            assert name in REPORT_TABLES
            parquet_store.write(folder, name, rows, publication.publication_year)
        publications.append(warehouses.listed(publication, SEEN))
    warehouses.put(folder, "publications", publications)
    build_database(folder, sql_with_wide_column(folder / "sql"))
    release = releases.publish(folder)
    assert release
    build_website(release, folder / "website", None, Path("nonexistent"))


def _renumbered(lines: list[Line]) -> list[Line]:
    """Return the lines with their numbers on each page."""
    counts: Counter[int] = Counter()
    numbered = []
    for line in lines:
        counts[line.page] += 1
        numbered.append(replace(line, line=counts[line.page]))
    return numbered


if __name__ == "__main__":
    declare()
    build(Path(sys.argv[1]))
