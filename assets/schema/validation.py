"""What rows must hold by their table's declaration: types, required values, vocabularies, keys, references.

Pure: rows in, faults out. The store refuses rows with faults, asset checks show them, and the reader of the
reference files tells the line they stand on. A new kind of rule goes here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.schema.sanitize import UNPRINTABLE
from assets.schema.tables import TABLES, Reference, Table, allowed_values, field_pattern

_ROW = "#row"  # no column of ours can have this name


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that rows break.

    ``rule`` is one of schema, required, vocabulary, pattern, partition, key, reference; ``row`` is the place,
    from 0, of the first of ``rows`` rows that break it, and ``key`` what names that row. Both are empty where
    the fault lies in the table's shape.
    """

    rule: str
    table: str
    columns: tuple[str, ...]
    problem: str
    rows: int = 0
    row: int | None = None
    key: str = ""

    def __str__(self) -> str:
        where = f" (first at {self.key}; rows: {self.rows})" if self.key else ""
        return f"{self.table}.{', '.join(self.columns)}: {self.problem}{where}"


class ViolationsError(Exception):
    """Rows break the rules of their table; the message is a sentence a fault."""

    def __init__(self, faults: list[Violation]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def cast_to_schema(declared: Table, rows: pa.Table) -> pa.Table:
    """Return the rows in exactly the declared schema: order, types and metadata, no value changed.

    Raises:
        FaultsError: A column is missing or unknown, or a value does not fit its type.
    """
    given, wanted = rows.column_names, declared.schema.names
    shape = [
        *((name, "the column is missing") for name in wanted if name not in given),
        *((name, "the column is unknown") for name in given if name not in wanted),
        *((name, "the column is there twice") for name in wanted if given.count(name) > 1),
    ]
    if shape:
        raise ViolationsError(
            [Violation("schema", declared.name, (name,), problem) for name, problem in shape]
        )
    columns, faults = [], []
    for field in declared.schema:
        try:
            columns.append(rows[field.name].cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            problem = f"a value does not fit its type: {str(error).splitlines()[0]}"
            faults.append(Violation("schema", declared.name, (field.name,), problem))
    if faults:
        raise ViolationsError(faults)
    return pa.Table.from_arrays(columns, schema=declared.schema)


def check_rows(declared: Table, rows: pa.Table, year: int | None = None) -> list[Violation]:
    """Return every rule of its own declaration that a table breaks; ``year`` is its partition, if any."""
    try:
        rows = cast_to_schema(declared, rows)
    except ViolationsError as error:
        return error.faults
    return [*_value_violations(declared, rows, year), *_key_violations(declared, rows)]


def check_references(tables: Mapping[str, pa.Table]) -> list[Violation]:
    """Return every reference from one of these tables to another that leads nowhere.

    Nulls refer to nothing, and a reference to a table that is not given is not followed.
    """
    return [
        fault
        for name, rows in tables.items()
        for reference in TABLES[name].references
        if reference.table in tables
        for fault in _dangling_references(TABLES[name], rows, reference, tables[reference.table])
    ]


def _value_violations(declared: Table, rows: pa.Table, year: int | None) -> Iterator[Violation]:
    for field in declared.schema:
        values = rows[field.name]
        for rule, broken, wanted in _rules(field, values, year):
            offenders = pc.indices_nonzero(broken)
            if len(offenders):
                first = offenders[0].as_py()
                value = values[first].as_py()
                problem = wanted if value is None else f"{value!r} {wanted}"
                key = _key_of_row(rows, declared.key, first)
                yield Violation(rule, declared.name, (field.name,), problem, len(offenders), first, key)


def _rules(
    field: pa.Field[Any], values: pa.ChunkedArray[Any], year: int | None
) -> Iterator[tuple[str, pa.BooleanArray, str]]:
    """Yield the rules a column has: their name, which rows break it, and what they should be."""
    if not field.nullable:
        yield "required", pc.is_null(values), "a value is missing"
    if pa.types.is_list(field.type):
        # Arrow's cast lets gaps in a list pass, though not those in its structs.
        lists = values.combine_chunks()
        gaps = pc.list_parent_indices(lists).filter(pc.is_null(pc.list_flatten(lists)))
        numbers = pa.array(range(len(lists)), gaps.type)
        yield "required", pc.is_in(numbers, value_set=gaps), "has an entry without a value"
    if pa.types.is_string(field.type):
        unseen = pc.match_substring_regex(values, UNPRINTABLE)
        yield "plain", unseen, "holds control, formatting or private characters"
    if vocabulary := allowed_values(field):
        known = pc.is_in(values, value_set=pa.array((*vocabulary, None), field.type))
        yield "vocabulary", pc.invert(known), f"is none of {', '.join(vocabulary)}"
    if pattern := field_pattern(field):
        matches = pc.match_substring_regex(values, f"^(?:{pattern})$")
        yield "pattern", pc.invert(matches), f"is not of the form {pattern}"
    if year is not None and field.name == "publication_year":
        yield (
            "partition",
            pc.not_equal(values, pa.scalar(year, field.type)),
            f"is not the partition's year, {year}",
        )


def _key_violations(declared: Table, rows: pa.Table) -> Iterator[Violation]:
    keys = _with_row_numbers(rows.select(list(declared.key)))
    firsts = keys.group_by(list(declared.key)).aggregate([(_ROW, "min")])[f"{_ROW}_min"]
    repeats = pc.indices_nonzero(pc.invert(pc.is_in(keys[_ROW], value_set=firsts.combine_chunks())))
    if len(repeats):
        first = repeats[0].as_py()
        key = _key_of_row(rows, declared.key, first)
        yield Violation(
            "key", declared.name, declared.key, "the key is there already", len(repeats), first, key
        )


def _dangling_references(
    declared: Table, rows: pa.Table, reference: Reference, target: pa.Table
) -> Iterator[Violation]:
    own = _with_row_numbers(rows.select(reference.columns)).drop_null()
    orphans = own.join(
        target.select(reference.key), list(reference.columns), list(reference.key), join_type="left anti"
    )
    if orphans.num_rows:
        first = pc.min(orphans[_ROW]).as_py()
        missing = ", ".join(repr(rows[name][first].as_py()) for name in reference.columns)
        problem = f"{missing} is not in {reference.table}"
        key = _key_of_row(rows, declared.key, first)
        yield Violation("reference", declared.name, reference.columns, problem, orphans.num_rows, first, key)


def _with_row_numbers(rows: pa.Table) -> pa.Table:
    return rows.append_column(_ROW, pa.array(range(rows.num_rows), pa.int64()))


def _key_of_row(rows: pa.Table, columns: tuple[str, ...], row: int) -> str:
    return ", ".join(f"{name} {rows[name][row].as_py()}" for name in columns)
