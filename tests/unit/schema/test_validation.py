"""The rules per table, and their messages."""

import pyarrow as pa
import pytest

from assets.schema.tables import BOX as SCHEMA_BOX
from assets.schema.tables import TABLES, allowed_values
from assets.schema.validation import ViolationsError, cast_to_schema, check_references, check_rows
from assets.schema.vocabularies import GRADES
from tests.support.rows import YEAR, rows

VOCABULARY = ", ".join(GRADES)
BOX = {"page": 1, "x0": 1.0, "top": 2.0, "x1": 3.0, "bottom": 4.0}


def messages(table_name, *given, year=None):
    return [str(violation) for violation in check_rows(TABLES[table_name], rows(table_name, *given), year)]


def test_valid_rows_have_no_violation():
    for name, declared in TABLES.items():
        key = declared.key[-1]
        key_values = ["y", "z"] if declared.schema.field(key).type == pa.string() else [8, 9]
        if name == "gss_codes":
            key_values = ["E06000001", "E06000002"]
        if vocabulary := allowed_values(declared.schema.field(key)):
            key_values = vocabulary[:2]
        assert messages(name, *({key: value} for value in key_values), year=YEAR) == []


@pytest.mark.parametrize(
    ("table_name", "given", "sentence"),
    [
        (
            "judgements",
            [{"area": "a"}, {"report_id": "7", "area": "b", "grade": "superb"}],
            f"grade: 'superb' is not one of {VOCABULARY} (first at report_id 7, area b; rows: 1)",
        ),
        (
            "sections",
            [{"ordinal": 1}, {"ordinal": 2, "title": None}, {"ordinal": 3, "title": None}],
            "title: a value is missing (first at report_id x, ordinal 2; rows: 2)",
        ),
        (
            "sections",
            [{"report_id": "7"}, {"ordinal": 3}, {"report_id": "7"}],
            "report_id, ordinal: the key is a duplicate (first at report_id 7, ordinal 1; rows: 1)",
        ),
        (
            "authorities",
            [{"urn": 3, "dfe_code": "926"}, {"urn": 4, "dfe_code": "1926"}, {"urn": 5}],
            "dfe_code: '1926' does not match [0-9]{3} (first at urn 4; rows: 1)",
        ),
        (
            "reports",
            [{"publication_year": 2021}],
            "publication_year: 2021 is not the partition's year, 2022 (first at report_id x; rows: 1)",
        ),
    ],
)
def test_message_names_table_column_value_and_first_row(table_name, given, sentence):
    assert messages(table_name, *given, year=YEAR) == [f"{table_name}.{sentence}"]


def test_null_element_in_a_list():
    given = [{"ordinal": 1}, {"ordinal": 2, "boxes": [BOX]}, {"ordinal": 3, "boxes": [BOX, None]}]
    (sentence,) = messages("findings", *given)
    assert sentence.startswith(f"findings.boxes: {[BOX, None]} has a null element (first at ")
    assert sentence.endswith("report_id x, ordinal 3; rows: 1)")


@pytest.mark.parametrize("nullable", [True, False])
def test_box_without_an_edge(nullable):
    edges = [edge.with_nullable(nullable) for edge in SCHEMA_BOX]
    boxes = pa.array([[BOX, {**BOX, "bottom": None}]], pa.list_(pa.struct(edges)))
    given = rows("findings", {}).drop(["boxes"]).append_column("boxes", boxes)
    (violation,) = check_rows(TABLES["findings"], given)
    assert str(violation).startswith("findings.boxes: a value does not fit its type: ")


def test_cast_orders_columns_and_narrows_types_without_loss():
    given = pa.table(
        {
            "last_day": pa.array(["2021-03-31"]).cast(pa.date32()),
            "successor_urn": pa.array([2], pa.int64()),
            "predecessor_urn": pa.array([1], pa.int64()),
        }
    )
    cast = cast_to_schema(TABLES["successions"], given)
    assert cast.schema.equals(TABLES["successions"].schema, check_metadata=True)
    assert cast.to_pylist() == [{**given.to_pylist()[0]}]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda table: table.drop(["scale"]), "frameworks.scale: the column is missing"),
        (
            lambda table: table.append_column("colour", pa.array(["red"])),
            "frameworks.colour: the column is unknown",
        ),
        (
            lambda table: table.append_column("name", pa.array(["again"])),
            "frameworks.name: the column is duplicated",
        ),
        (
            lambda table: table.set_column(2, "name", pa.array([b"\xff"])),
            "frameworks.name: a value does not fit its type: Invalid UTF8 payload",
        ),
    ],
)
def test_other_schema_is_refused(change, sentence):
    with pytest.raises(ViolationsError) as error:
        cast_to_schema(TABLES["frameworks"], change(rows("frameworks", {})))
    assert str(error.value).startswith(sentence)


def test_number_out_of_range_is_refused():
    given = rows("successions", {}).set_column(0, "predecessor_urn", pa.array([2**40], pa.int64()))
    (violation,) = check_rows(TABLES["successions"], given)
    assert str(violation).startswith("successions.predecessor_urn: a value does not fit its type: ")


def test_dangling_references_except_nulls():
    tables = {
        "reports": rows("reports", {"report_id": "1"}),
        "sections": rows("sections", {"report_id": "1", "ordinal": 1}),
        "findings": rows(
            "findings",
            {"report_id": "1", "ordinal": 1, "section": 1},
            {"report_id": "1", "ordinal": 2, "section": None},
            {"report_id": "1", "ordinal": 3, "section": 2},
            {"report_id": "2", "ordinal": 1, "section": None},
        ),
    }
    assert [str(violation) for violation in check_references(tables)] == [
        "findings.report_id: '2' is not in reports (first at report_id 2, ordinal 1; rows: 1)",
        "findings.report_id, section: '1', 2 is not in sections (first at report_id 1, ordinal 3; rows: 1)",
    ]


def test_references_name_the_key_of_an_earlier_table():
    names = list(TABLES)
    for name, declared in TABLES.items():
        for reference in declared.references:
            assert names.index(reference.table) < names.index(name)
            assert reference.key == TABLES[reference.table].key
            assert set(reference.columns) <= set(declared.schema.names)
