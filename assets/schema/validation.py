"""The rules per table: what the declaration of a table demands of its rows.

Types, required values, vocabularies, patterns, partitions, keys and references are checked here and nowhere
else. The functions are pure: rows in, violations out. The store refuses rows with violations, asset checks
show them, and ``csv_files`` adds the line of a file. Rules per report are in ``parsing.invariants``, rules
across tables in ``sql/checks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.schema.sanitize import UNPRINTABLE
from assets.schema.tables import TABLES, Reference, Table, allowed_values, field_pattern

_ROW_NUMBER = "#row"  # cannot be the name of a declared column


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that rows of a table break.

    Attributes:
        rule: schema, required, printable, vocabulary, pattern, partition, key or reference.
        table: Name of the table.
        columns: The columns concerned.
        problem: What is wrong, as the end of a sentence.
        rows: Number of rows that break the rule; 0 if the schema is at fault.
        row: Index of the first of them, from 0; None if the schema is at fault.
        key: Key of that row; empty if the schema is at fault.
    """

    rule: str
    table: str
    columns: tuple[str, ...]
    problem: str
    rows: int = 0
    row: int | None = None
    key: str = ""

    def __str__(self) -> str:
        first = f" (first at {self.key}; rows: {self.rows})" if self.key else ""
        return f"{self.table}.{', '.join(self.columns)}: {self.problem}{first}"


class ViolationsError(Exception):
    """Rows break rules of their table. The message lists the violations, separated by semicolons."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(map(str, violations)))
        self.violations = violations


def cast_to_schema(declared: Table, rows: pa.Table) -> pa.Table:
    """Return the rows in exactly the declared schema: order, types and metadata. No value changes.

    Raises:
        ViolationsError: A column is missing, unknown or duplicated, or a value does not fit its type.
    """
    actual, expected = rows.column_names, declared.schema.names
    problems = [
        *((name, "the column is missing") for name in expected if name not in actual),
        *((name, "the column is unknown") for name in actual if name not in expected),
        *((name, "the column is duplicated") for name in expected if actual.count(name) > 1),
    ]
    if problems:
        raise ViolationsError(
            [Violation("schema", declared.name, (name,), problem) for name, problem in problems]
        )
    columns, violations = [], []
    for field in declared.schema:
        try:
            columns.append(rows[field.name].cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            problem = f"a value does not fit its type: {str(error).splitlines()[0]}"
            violations.append(Violation("schema", declared.name, (field.name,), problem))
    if violations:
        raise ViolationsError(violations)
    return pa.Table.from_arrays(columns, schema=declared.schema)


def check_rows(declared: Table, rows: pa.Table, year: int | None = None) -> list[Violation]:
    """Return the violations of a table's own declaration. ``year`` is the partition of the rows, if any."""
    try:
        rows = cast_to_schema(declared, rows)
    except ViolationsError as error:
        return error.violations
    return [*check_values(declared, rows, year), *_key_violations(declared, rows)]


def check_values(declared: Table, rows: pa.Table, year: int | None = None) -> Iterator[Violation]:
    """Yield the violations that a row has on its own: all but keys and references.

    The rows are in the declared schema, and may be a part of the table's.
    """
    for field in declared.schema:
        values = rows[field.name]
        for rule, is_broken, problem in _column_rules(field, values, year):
            offenders = pc.indices_nonzero(is_broken)
            if len(offenders):
                first = offenders[0].as_py()
                value = values[first].as_py()
                text = problem if value is None else f"{value!r} {problem}"
                key = _key_of_row(rows, declared.key, first)
                yield Violation(rule, declared.name, (field.name,), text, len(offenders), first, key)


def check_references(tables: Mapping[str, pa.Table]) -> list[Violation]:
    """Return a violation for each foreign key whose referenced row does not exist in these tables.

    A null in a foreign key refers to nothing. References to tables that are not given are not checked.
    """
    return [
        violation
        for name, rows in tables.items()
        for reference in TABLES[name].references
        if reference.table in tables
        for violation in _dangling_references(TABLES[name], rows, reference, tables[reference.table])
    ]


def _column_rules(
    field: pa.Field[Any], values: pa.ChunkedArray[Any], year: int | None
) -> Iterator[tuple[str, pa.BooleanArray, str]]:
    """Yield the rules of a column: the rule's name, which rows break it, and the problem."""
    if not field.nullable:
        yield "required", pc.is_null(values), "a value is missing"
    if pa.types.is_list(field.type):
        # Arrow's cast accepts null elements of a list, although it refuses nulls in the structs of a list.
        lists = values.combine_chunks()
        rows_with_nulls = pc.list_parent_indices(lists).filter(pc.is_null(pc.list_flatten(lists)))
        row_numbers = pa.array(range(len(lists)), rows_with_nulls.type)
        yield "required", pc.is_in(row_numbers, value_set=rows_with_nulls), "has a null element"
    if pa.types.is_string(field.type):
        unprintable = pc.match_substring_regex(values, UNPRINTABLE)
        yield "printable", unprintable, "contains control, formatting or private-use characters"
    if vocabulary := allowed_values(field):
        known = pc.is_in(values, value_set=pa.array((*vocabulary, None), field.type))
        yield "vocabulary", pc.invert(known), f"is not one of {', '.join(vocabulary)}"
    if pattern := field_pattern(field):
        matches = pc.match_substring_regex(values, f"^(?:{pattern})$")
        yield "pattern", pc.invert(matches), f"does not match {pattern}"
    if year is not None and field.name == "publication_year":
        other_year = pc.not_equal(values, pa.scalar(year, field.type))
        yield "partition", other_year, f"is not the partition's year, {year}"


def _key_violations(declared: Table, rows: pa.Table) -> Iterator[Violation]:
    keys = _with_row_numbers(rows.select(list(declared.key)))
    firsts = keys.group_by(list(declared.key)).aggregate([(_ROW_NUMBER, "min")])[f"{_ROW_NUMBER}_min"]
    duplicates = pc.indices_nonzero(pc.invert(pc.is_in(keys[_ROW_NUMBER], value_set=firsts.combine_chunks())))
    if len(duplicates):
        first = duplicates[0].as_py()
        key = _key_of_row(rows, declared.key, first)
        problem = "the key is a duplicate"
        yield Violation("key", declared.name, declared.key, problem, len(duplicates), first, key)


def _dangling_references(
    declared: Table, rows: pa.Table, reference: Reference, target: pa.Table
) -> Iterator[Violation]:
    foreign_keys = _with_row_numbers(rows.select(reference.columns)).drop_null()
    dangling = foreign_keys.join(
        target.select(reference.key), list(reference.columns), list(reference.key), join_type="left anti"
    )
    if dangling.num_rows:
        first = pc.min(dangling[_ROW_NUMBER]).as_py()
        missing = ", ".join(repr(rows[name][first].as_py()) for name in reference.columns)
        problem = f"{missing} is not in {reference.table}"
        key = _key_of_row(rows, declared.key, first)
        yield Violation("reference", declared.name, reference.columns, problem, dangling.num_rows, first, key)


def _with_row_numbers(rows: pa.Table) -> pa.Table:
    return rows.append_column(_ROW_NUMBER, pa.array(range(rows.num_rows), pa.int64()))


def _key_of_row(rows: pa.Table, columns: tuple[str, ...], row: int) -> str:
    return ", ".join(f"{name} {rows[name][row].as_py()}" for name in columns)
