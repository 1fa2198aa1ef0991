"""Reads the official indicators: ``indicators``, ``authority_indicators`` and ``theme_indicators``.

Two files in ``data/official`` declare everything: ``data_sets.csv`` the files of the statistics, and
``indicators.csv`` the indicators, with the rows and columns of a file that hold each one. The files are CSV
in the form of the Department for Education's statistics service: one row per year and area. ``read_rows``
reads an original and an extract alike; an extract has only the rows and columns that an indicator needs.

Belongs here: the meaning of these files. How extracts are made is in ``extracts``.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable

import pyarrow as pa

from assets.schema.csv_files import CsvFile, CsvFileError, read_cells
from assets.schema.tables import TABLES, column, table
from assets.schema.validation import check_references, check_rows
from assets.schema.vocabularies import INDICATOR_DIRECTIONS, INDICATOR_UNITS

OFFICIAL_DATA = resources.files(__package__) / "data" / "official"
INDICATOR_TABLES = ("indicators", "authority_indicators", "theme_indicators")

ENGLAND = "E92000001"
#: Columns of every file: they identify the year and the area of a row.
KEY_COLUMNS = (
    "time_period",
    "geographic_level",
    "region_code",
    "old_la_code",
    "new_la_code",
    "la_name",
)
#: What the statistics print instead of a number, and the status that it becomes.
STATUS_OF_SYMBOL = {
    "c": "suppressed",
    "x": "unavailable",
    "z": "not_applicable",
    "k": "rounds_to_zero",
    "low": "rounds_to_zero",
    "u": "unreliable",
}
#: A denominator of this name is the population in the middle of the year before the reporting year.
POPULATION = "population"
#: The factor by which a ratio is multiplied, per unit of the indicator.
FACTORS = {"percent": 100, "per_10000_children": 10_000, "cases": 1, "children": 1}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_YEAR = re.compile("20[0-9]{2}")
#: Decimal places of rates that are calculated here.
DECIMALS = 1
#: The reference day of a year, per kind of year.
PERIOD_ENDS = {"reporting_year": "03-31", "mid_year": "06-30", "year_to_september": "09-30"}
#: Separates the codes and the names of authorities that report together.
_JOINT = " / "

DATA_SETS = table(
    "data_sets",
    "Files of official statistics from which indicators are read",
    "data_set",
    (
        column("data_set", pa.string(), "Name of the data set and of its extract", pattern="[a-z_]+"),
        column("title", pa.string(), "Title of the publication", required=True),
        column("publisher", pa.string(), "Publisher", required=True),
        column("source_url", pa.string(), "Page of the publication", required=True),
        column("licence", pa.string(), "Licence", required=True),
        column(
            "period",
            pa.string(),
            "What a year is: the year to 31 March or to 30 September, or 30 June",
            required=True,
            values=PERIOD_ENDS,
        ),
        column("file_pattern", pa.string(), "Pattern of the name of the original file", required=True),
        column("file", pa.string(), "Original file of the extract", required=True),
        column("sha256", pa.string(), "SHA-256 hash of that file", required=True, pattern="[0-9a-f]{64}"),
        column("columns", pa.string(), "Header of the original file, separated by spaces", required=True),
    ),
)
DECLARED_INDICATORS = table(
    "declared_indicators",
    "Indicators, with the rows and columns of a data set that hold them",
    "indicator",
    (
        column("indicator", pa.string(), "Code of the indicator", pattern="[a-z0-9_]+"),
        column("name", pa.string(), "Name", required=True),
        column("unit", pa.string(), "Unit", required=True, values=INDICATOR_UNITS),
        column("direction", pa.string(), "Better direction", required=True, values=INDICATOR_DIRECTIONS),
        column("definition", pa.string(), "Definition", required=True),
        column("data_set", pa.string(), "Data set", required=True),
        column("rows", pa.string(), "Rows: column=value, separated by semicolons; null for all rows"),
        column("value", pa.string(), "Column of the published value; null if it is calculated"),
        column("numerator", pa.string(), "Column of the numerator"),
        column("denominator", pa.string(), "Columns of the denominator, separated by +; or population"),
        column("denominator_rows", pa.string(), "Rows of the denominator, if they are others"),
    ),
)


@dataclass(frozen=True)
class DataSet:
    """A declared file of the statistics, with the indicators that are read from it."""

    name: str
    title: str
    publisher: str
    source_url: str
    licence: str
    period: str
    file_pattern: str
    file: str
    sha256: str
    header: tuple[str, ...]
    indicators: tuple["Indicator", ...]

    @cached_property
    def extract_header(self) -> tuple[str, ...]:
        """The columns that the extract has, in the order of the original."""
        needed = {*KEY_COLUMNS, *(name for entry in self.indicators for name in entry.columns)}
        return tuple(name for name in self.header if name in needed)

    @cached_property
    def selections(self) -> list[Mapping[str, str]]:
        """The different conditions by which an indicator selects rows, each once."""
        conditions: list[Mapping[str, str]] = []
        for entry in self.indicators:
            for wanted in (entry.rows, entry.denominator_rows or entry.rows):
                if wanted not in conditions:
                    conditions.append(wanted)
        return conditions

    def release(self, last_year: int) -> str:
        """Return the name of the release whose latest figures are of a year."""
        return f"Mid-{last_year}" if self.period == "mid_year" else f"Reporting year {last_year}"


@dataclass(frozen=True)
class Indicator:
    """A declared indicator. ``rows`` and ``denominator_rows`` map columns to the value that selects a row."""

    code: str
    name: str
    unit: str
    direction: str
    definition: str
    rows: Mapping[str, str]
    value: str | None
    numerator: str | None
    denominator: tuple[str, ...]
    denominator_rows: Mapping[str, str]

    @property
    def columns(self) -> set[str]:
        """All columns that are needed."""
        cells = {self.value, self.numerator, *self.denominator} - {None, POPULATION}
        return {*self.rows, *self.denominator_rows, *(str(cell) for cell in cells)}


@dataclass(frozen=True)
class SourceRow:
    """A row of a file: where it stands, its year, the areas that it is about, and its cells.

    ``areas`` has several codes if authorities report together.
    """

    place: str
    year: int
    areas: tuple[str, ...]
    cells: Mapping[str, str]

    def number(self, name: str) -> float | str | None:
        """Return the number in a column, the status of a symbol, or None for an empty cell.

        Raises:
            CsvFileError: The cell is neither a number nor a known symbol.
        """
        cell = self.cells[name]
        if not cell:
            return None
        if cell in STATUS_OF_SYMBOL:
            return STATUS_OF_SYMBOL[cell]
        if not _NUMBER.fullmatch(cell):
            raise CsvFileError(
                f"{self.place}, column {name}: {cell!r} is neither a number nor a known symbol"
            )
        return float(cell)


class AreaCodes:
    """Finds the area of a row by its codes, and reports codes and names that do not belong together."""

    def __init__(self, authorities: pa.Table, gss_codes: pa.Table) -> None:
        self.urns: dict[str, int] = {}
        self._by_dfe_code = {row["dfe_code"]: row for row in authorities.to_pylist()}
        self._codes: dict[int, set[str]] = {}
        self._found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for row in gss_codes.to_pylist():
            self._codes.setdefault(row["urn"], set()).add(row["gss_code"])
        for row in self._by_dfe_code.values():
            self.urns[row["gss_code"]] = row["urn"]

    def find(self, place: str, cells: Mapping[str, str]) -> tuple[str, ...]:
        """Return the latest GSS code of each area that a row is about.

        Raises:
            CsvFileError: A code is unknown, or code and name are not of the same authority.
        """
        key = tuple(cells[name] for name in KEY_COLUMNS[1:])
        if key not in self._found:
            self._found[key] = self._find(place, cells)
        return self._found[key]

    def existing(self, year: int, period: str) -> dict[str, str]:
        """Return the names of the authorities that existed on the reference day of a year, by area code."""
        day = f"{year}-{PERIOD_ENDS[period]}"
        return {
            row["gss_code"]: row["name"]
            for row in self._by_dfe_code.values()
            if str(row["valid_from"] or "") <= day <= str(row["valid_to"] or "9999")
        }

    def _find(self, place: str, cells: Mapping[str, str]) -> tuple[str, ...]:
        level = cells["geographic_level"]
        if level == "National":
            return (ENGLAND,)
        if level == "Regional":
            if not re.fullmatch("E1[23][0-9]{6}", cells["region_code"]):
                raise CsvFileError(f"{place}, column region_code: {cells['region_code']!r} is not a region")
            return (cells["region_code"],)
        if level != "Local authority":
            raise CsvFileError(f"{place}, column geographic_level: {level!r} is unknown")
        columns = ("old_la_code", "new_la_code", "la_name")
        parts = [cells[name].split(_JOINT) for name in columns]
        if len({len(part) for part in parts}) > 1:
            raise CsvFileError(f"{place}, column la_name: codes and names are not of the same authorities")
        return tuple(self._authority(place, *part) for part in zip(*parts, strict=True))

    def _authority(self, place: str, dfe_code: str, gss_code: str, name: str) -> str:
        row = self._by_dfe_code.get(dfe_code)
        if row is None:
            raise CsvFileError(f"{place}, column old_la_code: {dfe_code!r} ({name}) is not in authorities")
        if gss_code not in self._codes[row["urn"]]:
            raise CsvFileError(
                f"{place}, column new_la_code: {gss_code!r} is not a code of {row['name']} in gss_codes"
            )
        if name != re.sub(r" \(.*\)$", "", row["name"]):
            raise CsvFileError(
                f"{place}, column la_name: {name!r} is not the name of {row['name']} in authorities"
            )
        return str(row["gss_code"])


def read_declarations(folder: Traversable | None = None) -> dict[str, DataSet]:
    """Return the declared data sets with their indicators, by name.

    Raises:
        CsvFileError: ``data_sets.csv`` or ``indicators.csv`` is invalid.
    """
    folder = folder or OFFICIAL_DATA
    declared = {}
    for name, schema in (("data_sets", DATA_SETS), ("indicators", DECLARED_INDICATORS)):
        file = CsvFile.read(folder / f"{name}.csv", schema)
        for violation in check_rows(schema, file.rows):
            raise file.error(violation)
        declared[name] = file
    data_sets = {}
    for row in declared["data_sets"].rows.to_pylist():
        header = tuple(row.pop("columns").split())
        name = row.pop("data_set")
        indicators = tuple(
            _indicator(entry)
            for entry in declared["indicators"].rows.to_pylist()
            if entry["data_set"] == name
        )
        data_sets[name] = DataSet(name=name, header=header, indicators=indicators, **row)
    for row in declared["indicators"].rows.to_pylist():
        data_set = data_sets.get(row["data_set"])
        if data_set is None:
            raise CsvFileError(
                f"indicators.csv, column data_set: {row['data_set']!r} is not in data_sets.csv"
            )
        for name in sorted(_indicator(row).columns - set(data_set.header)):
            raise CsvFileError(f"indicators.csv, {row['indicator']}: {data_set.name} has no column {name!r}")
    return data_sets


def read_rows(
    path: Traversable, header: Sequence[str], areas: AreaCodes, data_set: DataSet
) -> list[SourceRow]:
    """Return the rows of an original file or an extract that an indicator needs.

    Args:
        path: The file.
        header: The columns that the file must have.
        areas: The known areas.
        data_set: The declaration of the file.

    Raises:
        CsvFileError: The first error in the file: its encoding, header, codes, or a missing authority.
    """
    rows = []
    selections = data_set.selections
    for line, padded in read_cells(path, header):
        cells = {column: cell.strip() for column, cell in padded.items()}
        place = f"{path.name}, line {line}"
        if not _YEAR.fullmatch(cells["time_period"]):
            raise CsvFileError(f"{place}, column time_period: {cells['time_period']!r} is not a year")
        codes = areas.find(place, cells)
        if any(_matches(cells, wanted) for wanted in selections):
            rows.append(SourceRow(place, int(cells["time_period"]), codes, cells))
    _check_complete(path.name, rows, areas, data_set)
    return rows


def read_indicators(
    authorities: pa.Table,
    gss_codes: pa.Table,
    folder: Traversable | None = None,
    newer_files: Mapping[str, Traversable] | None = None,
) -> dict[str, pa.Table]:
    """Return the tables of ``INDICATOR_TABLES`` by name.

    Args:
        authorities: The table ``authorities``.
        gss_codes: The table ``gss_codes``.
        folder: Holds the declarations and the extracts; by default the packaged ones.
        newer_files: Complete files that replace the extract of a data set, by its name.

    Raises:
        CsvFileError: A file is invalid; the first error is reported.
    """
    folder = folder or OFFICIAL_DATA
    areas = AreaCodes(authorities, gss_codes)
    data_sets = read_declarations(folder)
    rows = {}
    for name, data_set in data_sets.items():
        if newer := (newer_files or {}).get(name):
            rows[name] = read_rows(newer, data_set.header, areas, data_set)
            digest = hashlib.sha256(newer.read_bytes()).hexdigest()
            data_sets[name] = replace(data_set, file=newer.name, sha256=digest)
        else:
            rows[name] = read_rows(folder / f"{name}.csv", data_set.extract_header, areas, data_set)
    population = _population(data_sets, rows)
    definitions: list[dict[str, object]] = []
    values: list[dict[str, object]] = []
    for name, data_set in data_sets.items():
        years = [row.year for row in rows[name]]
        for entry in data_set.indicators:
            definitions.append(_definition(data_set, entry, min(years), max(years)))
            values += _values(data_set, entry, rows[name], areas, population)
    order = {code: place for place, code in enumerate(_declared_order(folder), start=1)}
    for row in definitions:
        row["sort_order"] = order[str(row["indicator"])]
    tables = {
        "indicators": pa.Table.from_pylist(definitions, schema=TABLES["indicators"].schema),
        "authority_indicators": pa.Table.from_pylist(values, schema=TABLES["authority_indicators"].schema),
    }
    pairs = CsvFile.read(folder / "theme_indicators.csv", TABLES["theme_indicators"])
    tables["theme_indicators"] = pairs.rows
    checked = {**tables, "authorities": authorities}
    violations = [violation for name in tables for violation in check_rows(TABLES[name], tables[name])]
    for violation in (*violations, *check_references(checked)):
        if violation.table == "theme_indicators":
            raise pairs.error(violation)
        raise CsvFileError(f"official indicators: {violation}")
    return tables


def _indicator(row: Mapping[str, str | None]) -> Indicator:
    return Indicator(
        code=str(row["indicator"]),
        name=str(row["name"]),
        unit=str(row["unit"]),
        direction=str(row["direction"]),
        definition=str(row["definition"]),
        rows=_conditions(row["rows"]),
        value=row["value"],
        numerator=row["numerator"],
        denominator=tuple((row["denominator"] or "").split("+")) if row["denominator"] else (),
        denominator_rows=_conditions(row["denominator_rows"]),
    )


def _conditions(text: str | None) -> dict[str, str]:
    """Return 'column=value;column=value' as a mapping."""
    return dict(condition.split("=", 1) for condition in (text or "").split(";") if condition)


def _declared_order(folder: Traversable) -> list[str]:
    rows = CsvFile.read(folder / "indicators.csv", DECLARED_INDICATORS).rows
    return [str(code) for code in rows["indicator"].to_pylist()]


def _matches(cells: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return wanted.items() <= cells.items()


def _check_complete(name: str, rows: list[SourceRow], areas: AreaCodes, data_set: DataSet) -> None:
    """Raise an error unless every year has England and every authority of its time, once."""
    for wanted in data_set.selections:
        seen: dict[int, set[str]] = {}
        for row in rows:
            if not _matches(row.cells, wanted):
                continue
            codes = seen.setdefault(row.year, set())
            if not codes.isdisjoint(row.areas):
                raise CsvFileError(
                    f"{row.place}, column new_la_code: a second row of {row.areas[0]} in {row.year}"
                )
            codes.update(row.areas)
        if not seen:
            raise CsvFileError(f"{name}: no row has {_describe(wanted)}")
        for year, codes in seen.items():
            expected = {**areas.existing(year, data_set.period), ENGLAND: "England"}
            for code in sorted(expected.keys() - codes):
                raise CsvFileError(
                    f"{name}, column new_la_code: {code} ({expected[code]}) has no row in {year}"
                    f"{f' with {_describe(wanted)}' if wanted else ''}"
                )


def _describe(wanted: Mapping[str, str]) -> str:
    return " and ".join(f"{name} {value!r}" for name, value in wanted.items()) or "any value"


def _population(
    data_sets: Mapping[str, DataSet], rows: Mapping[str, list[SourceRow]]
) -> dict[tuple[str, int], float | str | None]:
    """Return the population by area and year."""
    entry = data_sets[POPULATION].indicators[0]
    return {(code, row.year): row.number(str(entry.value)) for row in rows[POPULATION] for code in row.areas}


def _values(
    data_set: DataSet,
    entry: Indicator,
    rows: list[SourceRow],
    areas: AreaCodes,
    population: Mapping[tuple[str, int], float | str | None],
) -> Iterator[dict[str, object]]:
    """Yield the rows of ``authority_indicators`` for an indicator.

    The files have rows of authorities from after their end or before their start, without figures: they are
    left out.
    """
    existing = {year: areas.existing(year, data_set.period) for year in {row.year for row in rows}}
    denominators = {
        (row.areas, row.year): row
        for row in rows
        if _matches(row.cells, entry.denominator_rows or entry.rows)
    }
    for row in rows:
        if not _matches(row.cells, entry.rows):
            continue
        for code in row.areas:
            if code in areas.urns and code not in existing[row.year]:
                continue
            numerator = row.number(entry.numerator) if entry.numerator else None
            denominator: float | str | None
            if entry.denominator == (POPULATION,):
                denominator = population.get((code, row.year - 1))
            else:
                base = denominators.get((row.areas, row.year))
                denominator = _sum([base.number(name) for name in entry.denominator]) if base else None
            value = (
                row.number(entry.value)
                if entry.value
                else _ratio(numerator, denominator, FACTORS[entry.unit])
            )
            if isinstance(value, str):
                status = value
            elif value is None:
                status = "unavailable"
            elif len(row.areas) > 1:
                status = "joint"
            else:
                status = "published" if entry.value else "calculated"
            yield {
                "area_code": code,
                "urn": areas.urns.get(code),
                "year": row.year,
                "indicator": entry.code,
                "value": _number_or_none(value),
                "numerator": _number_or_none(numerator),
                "denominator": _number_or_none(denominator),
                "status": status,
            }


def _number_or_none(number: float | str | None) -> float | None:
    return None if isinstance(number, str) else number


def _sum(numbers: list[float | str | None]) -> float | str | None:
    """Return the sum of numbers; a status or None if any of them is not a number."""
    total = 0.0
    for number in numbers:
        if not isinstance(number, float):
            return number
        total += number
    return round(total, 2) if numbers else None


def _ratio(numerator: float | str | None, denominator: float | str | None, factor: int) -> float | str | None:
    """Return a ratio, or the status of the part that is not a number."""
    if isinstance(numerator, str) or numerator is None:
        return numerator
    if isinstance(denominator, str) or denominator is None:
        return denominator
    return round(factor * numerator / denominator, DECIMALS) if denominator else "not_applicable"


def _definition(data_set: DataSet, entry: Indicator, first_year: int, last_year: int) -> dict[str, object]:
    return {
        "indicator": entry.code,
        "name": entry.name,
        "unit": entry.unit,
        "direction": entry.direction,
        "definition": entry.definition,
        "source": f"{data_set.publisher}, {data_set.title}: {data_set.file}",
        "source_url": data_set.source_url,
        "release": data_set.release(last_year),
        "year_end": PERIOD_ENDS[data_set.period],
        "first_year": first_year,
        "last_year": last_year,
        "licence": data_set.licence,
        "sha256": data_set.sha256,
    }
