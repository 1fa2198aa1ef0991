"""Reads Ofsted's spreadsheets (ODS): every inspection and visit on record, and the judgements of inspections.

Belongs here: the sheets, their columns and what they mean. ``write_record`` makes the committed files
``official_inspections.csv`` and ``official_judgements.csv`` from the spreadsheets, which are not part of the
project. Reading a spreadsheet needs python-calamine, which is installed for development only.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.schema.csv_files import CsvFile, CsvFileError
from assets.schema.tables import OFFICIAL_AREAS, TABLES, Table, column, table
from assets.storage.atomic_write import atomic_write

#: Name patterns of the two spreadsheets.
OUTCOMES_PATTERN = "LA_Inspection_Outcomes_as_at_*.ods"
HISTORY_PATTERN = "Childrens_social_care_in_England_*_underlying_data.ods"

#: The first cell of a header row.
_HEADER_MARK = "Web link"
_CODE, _NAME = "Local authority area code", "Local authority name"
_OVERALL, _LEADERS = (
    "Overall effectiveness",
    "The impact of leaders on social work practice with children and families",
)
_HELP = "The experiences and progress of children who need help and protection"
_IN_CARE, _LEAVERS = (
    "The experiences and progress of children in care",
    "The experiences and progress of care leavers",
)
#: Column of each judgement area in the sheets of the outcomes.
_AREA_COLUMNS = {
    "overall_effectiveness": _OVERALL,
    "leadership": _LEADERS,
    "help_and_protection": _HELP,
    "in_care": _IN_CARE,
    "care_leavers": _LEAVERS,
}
#: An event of the history sheet: framework, column of its date, and column of each judgement area. Column
#: titles are compared without line breaks and repeated spaces.
_SIF = "Single Inspection of LA Children's Services (SIF)"
_HISTORY_EVENTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "SLAC",
        "Safeguarding & Looked After Children (SLAC) Inspection publication date",
        {
            "help_and_protection": "SLAC Safeguarding Overall effectiveness (OE)",
            "in_care": "SLAC Looked After Children Overall Effectiveness (OE)",
        },
    ),
    (
        "SLAC",
        "SLAC re-inspection of Safeguarding publication date",
        {"help_and_protection": "SLAC re-inspection Safeguarding OE"},
    ),
    (
        "SLAC",
        "SLAC re-inspection of services for Children Looked After publication date",
        {"in_care": "SLAC re-inspection of services Children Looked After OE"},
    ),
    (
        "CPI",
        "Child Protection Inspections (CPI) publication date",
        {"overall_effectiveness": "CPI Overall Effectiveness (OE)"},
    ),
    (
        "CPI",
        "Child Protection Re-Inspection (CPRI) publication date",
        {"overall_effectiveness": "CPRI Overall Effectiveness (OE)"},
    ),
    (
        "TLAC",
        "Targeted Looked After Children (TLAC) inspection publication date",
        {"overall_effectiveness": "TLAC Overall Effectiveness (OE)"},
    ),
    *(
        (
            "SIF",
            f"{_SIF} {prefix} publication date",
            {
                "overall_effectiveness": f"{prefix} Overall Judgement (OE)",
                "help_and_protection": f"{prefix} children who need help and protection",
                "in_care": f"{prefix} children looked after and achieving permanence",
                "adoption": f"{prefix} CLA Sub: Adoption Performance",
                "care_leavers": f"{prefix} CLA Sub: Experiences and progress of care leavers",
                "leadership": f"{prefix} leadership, management and governance",
                **board,
            },
        )
        for prefix, board in (
            ("First SIF", {"lscb": "LSCB Overall Effectiveness"}),
            ("SIF Re-inspection", {}),
        )
    ),
)
_EVENT_KINDS = {
    "ILACS Standard Inspection": ("inspection", "standard"),
    "ILACS Short Inspection": ("inspection", "short"),
    "ILACS Focused Visit": ("focused_visit", None),
    "LA Monitoring visit": ("monitoring_visit", None),
}
#: Two sheets record the same event if their dates differ by at most this number of days.
MAX_DAYS_APART = 10
#: First days of inspections that earlier releases gave and these do not: a file next to the output.
FIRST_DAYS = table(
    "first_days",
    "First days of inspections before 2018",
    "urn published",
    (
        "urn",
        column("published", pa.date32(), "Date of publication"),
        column("inspection_start", pa.date32(), "First day of the inspection", required=True),
    ),
)
#: Ofsted's words for the themes of visits, and their codes.
VISIT_TOPICS = {
    "Front door": "front_door",
    "Children in need/subject to a plan": "children_in_need_or_plan",
    "Achieving permanence": "achieving_permanence",
    "Children in care": "children_in_care",
    "Care leavers": "care_leavers",
    "Vulnerable adolescents": "vulnerable_adolescents",
}


@dataclass(frozen=True)
class Event:
    """An inspection or visit on record. ``grades`` maps judgement areas to grades as Ofsted words them."""

    urn: int
    kind: str
    framework: str
    release: str
    inspection_start: date | None = None
    published: date | None = None
    inspection_type: str | None = None
    official_theme: str | None = None
    grades: Mapping[str, str] = field(default_factory=dict)


class Sheet:
    """The rows of a worksheet below its header rows, as cells by column title.

    Raises:
        CsvFileError: The file is not a spreadsheet, the sheet is missing or empty, or a column is missing.
    """

    def __init__(self, path: Path, name: str, columns: Iterable[str]) -> None:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 (development only)

        self.name = f"{path.name}, sheet {name}"
        try:
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
        except (CalamineError, OSError) as error:
            raise CsvFileError(f"{self.name}: cannot be read: {error}") from error
        self.rows: list[tuple[str, dict[str, Any]]] = []
        header: list[str] | None = None
        for line, cells in enumerate(sheet, start=1):
            if cells[0] == _HEADER_MARK:
                titles = [" ".join(str(cell).split()) for cell in cells]
                if header is None:
                    header = titles
                    for title in columns:
                        if title not in header:
                            raise CsvFileError(f"{self.name}, row {line}, column {title!r}: it is missing")
                continue
            if header and str(cells[0]).startswith("Ofsted"):
                row = dict(zip(header, map(_plain, cells), strict=True))
                self.rows.append((f"{self.name}, row {line}", row))
        if not self.rows:
            raise CsvFileError(
                f"{self.name}: it has no rows below a header that starts with {_HEADER_MARK!r}"
            )


class _Authorities:
    """Finds authorities by the code or the name that a sheet gives."""

    def __init__(self, authorities: pa.Table, gss_codes: pa.Table) -> None:
        self._by_code = {row["gss_code"]: row["urn"] for row in gss_codes.to_pylist()}
        self._by_name = {
            _fold(row[column]): row["urn"]
            for column in ("official_name", "name")
            for row in authorities.to_pylist()
            if row["valid_to"] is None
        }
        self._former = {
            _fold(re.sub(r" \(.*\)$", "", row["name"])): row["urn"]
            for row in authorities.to_pylist()
            if row["valid_to"] is not None
        }

    def by_code(self, place: str, row: Mapping[str, Any]) -> int:
        urn = self._by_code.get(row[_CODE])
        if urn is None:
            raise CsvFileError(f"{place}, column {_CODE}: {row[_CODE]!r} ({row[_NAME]}) is not in gss_codes")
        self._by_name.setdefault(_fold(row[_NAME]), urn)
        return int(urn)

    def by_name(self, place: str, row: Mapping[str, Any], *, is_former: bool = False) -> int:
        name = _fold(row[_NAME])
        urn = self._former.get(name) if is_former else self._by_name.get(name) or self._former.get(name)
        if urn is None:
            raise CsvFileError(f"{place}, column {_NAME}: {row[_NAME]!r} is not in authorities")
        return int(urn)


def read_events(
    outcomes: Path, history: Path, first_days: Path, authorities: pa.Table, gss_codes: pa.Table
) -> list[Event]:
    """Return every inspection and visit on record, each once.

    Args:
        outcomes: The spreadsheet 'Local authority inspection outcomes'.
        history: The underlying data of 'Children's social care in England'.
        first_days: A CSV file with the columns of ``FIRST_DAYS``.
        authorities: The table ``authorities``.
        gss_codes: The table ``gss_codes``.

    Raises:
        CsvFileError: A sheet or column is missing, or an authority, date, type, theme or grade is unknown.
    """
    known = _Authorities(authorities, gss_codes)
    days = {
        (row["urn"], row["published"]): row["inspection_start"]
        for row in CsvFile.read(first_days, FIRST_DAYS).rows.to_pylist()
    }
    events = [
        *_ilacs_history(outcomes, known),
        *_in_year(outcomes, "In-year_inspections", known),
        *_in_year(history, _in_year_sheet(history), known),
        *_history(history, known, days),
    ]
    return _merge(events)


def write_record(originals: Path, folder: Path, authorities: pa.Table, gss_codes: pa.Table) -> list[Path]:
    """Replace ``official_inspections.csv`` and ``official_judgements.csv`` in ``folder``; return their paths.

    Raises:
        CsvFileError: A spreadsheet is missing or invalid.
        WriteError: A file cannot be written.
    """
    outcomes, history = (_only_file(originals, pattern) for pattern in (OUTCOMES_PATTERN, HISTORY_PATTERN))
    first_days = folder / "official" / "first_days.csv"
    events = read_events(outcomes, history, first_days, authorities, gss_codes)
    texts = {
        "official_inspections": _to_csv(TABLES["official_inspections"], map(_inspection_row, events)),
        "official_judgements": _to_csv(
            TABLES["official_judgements"], (_judgement_row(event) for event in events if event.grades)
        ),
    }
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.csv")
        with atomic_write(paths[-1]) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return paths


def _fold(name: object) -> str:
    """Return a name without differences in case and hyphens, and without 'Borough'."""
    return str(name).casefold().replace("-", " ").removesuffix(" borough")


def _plain(cell: object) -> object:
    """Return a date for a date, else text with single spaces."""
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else " ".join(str(cell).split())


def _ilacs_history(path: Path, known: _Authorities) -> Iterator[Event]:
    columns = (
        _CODE,
        _NAME,
        "Inspection date",
        "Publication date",
        "Inspection type",
        *_AREA_COLUMNS.values(),
    )
    for place, row in Sheet(path, "ILACS_inspection_history", columns).rows:
        kind, inspection_type = _event_kind(place, "Inspection type", row)
        yield Event(
            known.by_code(place, row),
            kind,
            "ILACS",
            _release(path),
            _date(place, "Inspection date", row),
            _date(place, "Publication date", row),
            inspection_type,
            grades=_grades(place, _AREA_COLUMNS, row),
        )


def _in_year(path: Path, sheet: str, known: _Authorities) -> Iterator[Event]:
    """Yield the visits of a year, and the inspections without their grades, which the history has."""
    has_codes = "Outcomes" in path.name
    columns = (*([_CODE] if has_codes else []), _NAME, "Inspection/Visit date", "Inspection/Visit type")
    for place, row in Sheet(path, sheet, (*columns, "Visit Theme")).rows:
        kind, inspection_type = _event_kind(place, "Inspection/Visit type", row)
        theme = row["Visit Theme"] or None
        if theme is not None and theme not in VISIT_TOPICS:
            raise CsvFileError(f"{place}, column Visit Theme: {theme!r} is unknown")
        yield Event(
            known.by_code(place, row) if has_codes else known.by_name(place, row),
            kind,
            "ILACS",
            _release(path),
            _date(place, "Inspection/Visit date", row),
            _date(place, "Publication date", row) if "Publication date" in row else None,
            inspection_type,
            theme,
        )


def _history(path: Path, known: _Authorities, first_days: Mapping[tuple[int, date], date]) -> Iterator[Event]:
    """Yield the inspections before 2018. The second table of the sheet has the former authorities."""
    columns = [title for _, day, areas in _HISTORY_EVENTS for title in (day, *areas.values())]
    sheet = Sheet(path, _history_sheet(path), (_NAME, *columns))
    names = [row[_NAME] for _, row in sheet.rows]
    first_former = next(
        (index for index in range(1, len(names)) if str(names[index]) < str(names[index - 1])), len(names)
    )
    for index, (place, row) in enumerate(sheet.rows):
        urn = known.by_name(place, row, is_former=index >= first_former)
        for framework, day, areas in _HISTORY_EVENTS:
            if row[day] != "":
                yield Event(
                    urn,
                    "inspection",
                    framework,
                    _release(path),
                    first_days.get((urn, published := _date(place, day, row))),
                    published,
                    grades=_grades(place, areas, row),
                )


def _merge(events: Iterable[Event]) -> list[Event]:
    """Merge the events that several sheets record, and the two halves of one inspection."""
    merged: dict[tuple[int, str, str], list[Event]] = {}
    for event in events:
        recorded = merged.setdefault((event.urn, event.kind, event.framework), [])
        for index, first in enumerate(recorded):
            if abs((_event_date(first) - _event_date(event)).days) <= MAX_DAYS_APART:
                recorded[index] = replace(
                    first,
                    published=first.published or event.published,
                    inspection_type=first.inspection_type or event.inspection_type,
                    official_theme=first.official_theme or event.official_theme,
                    grades={**event.grades, **first.grades},
                )
                break
        else:
            recorded.append(event)
    unordered = [event for recorded in merged.values() for event in recorded]
    return sorted(unordered, key=lambda event: (event.urn, _event_date(event), event.kind))


def _event_date(event: Event) -> date:
    """Return the first day, or the date of publication where the first day is not recorded."""
    day = event.inspection_start or event.published
    assert day is not None
    return day


def _only_file(folder: Path, pattern: str) -> Path:
    paths = sorted(folder.glob(pattern))
    if len(paths) != 1:
        raise CsvFileError(f"one file must match {pattern}; found: {len(paths)}")
    return paths[0]


def _release(path: Path) -> str:
    """Return the release of a spreadsheet, as in the column ``release``: OS and its year."""
    return f"OS{re.findall('20[0-9]{2}', path.name)[-1]}"


def _in_year_sheet(path: Path) -> str:
    year = int(_release(path)[2:])
    return f"LA_level_in_year_{year - 1}-{year % 100}"


def _history_sheet(path: Path) -> str:
    return f"LA_inspections_2009-{_release(path)[2:]}"


def _event_kind(place: str, column: str, row: Mapping[str, Any]) -> tuple[str, str | None]:
    if row[column] not in _EVENT_KINDS:
        raise CsvFileError(f"{place}, column {column}: {row[column]!r} is unknown")
    return _EVENT_KINDS[row[column]]


def _date(place: str, column: str, row: Mapping[str, Any]) -> date:
    value = row[column]
    if not isinstance(value, date):
        raise CsvFileError(f"{place}, column {column}: {value!r} is not a date")
    return value


def _grades(place: str, area_columns: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, str]:
    wordings = ("Outstanding", "Good", "Requires improvement to be good", "Inadequate", "-", "")
    for title in area_columns.values():
        if row[title] not in wordings:
            raise CsvFileError(f"{place}, column {title}: {row[title]!r} is not a grade")
    return {area: row[title] for area, title in area_columns.items() if row[title].strip("-")}


def _inspection_row(event: Event) -> dict[str, object]:
    return {
        "urn": event.urn,
        "kind": event.kind,
        "framework": event.framework,
        "event_date": _event_date(event),
        "inspection_start": event.inspection_start,
        "published": event.published,
        "inspection_type": event.inspection_type,
        "official_theme": event.official_theme,
        "topic": VISIT_TOPICS.get(event.official_theme or ""),
        "release": event.release,
    }


def _judgement_row(event: Event) -> dict[str, object]:
    return {
        "urn": event.urn,
        "framework": event.framework,
        "inspection_start": event.inspection_start,
        "published": event.published,
        **{area: event.grades.get(area) for area in OFFICIAL_AREAS},
        "release": event.release,
    }


def _to_csv(declared: Table, rows: Iterable[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, declared.schema.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
