import pyarrow as pa
import pytest

from assets.schema.tables import BOX as SCHEMA_BOX
from assets.schema.tables import TABLES
from assets.schema.validation import ViolationsError, cast_to_schema, check_references, check_rows
from assets.schema.vocabularies import GRADES
from tests.support.rows import YEAR, rows

VOCABULARY = ", ".join(GRADES)
BOX = {"page": 1, "x0": 1.0, "top": 2.0, "x1": 3.0, "bottom": 4.0}


def found(table_name, *given, year=None):
    return [str(fault) for fault in check_rows(TABLES[table_name], rows(table_name, *given), year)]


def test_rows_that_hold_to_their_declaration_have_no_fault():
    for name, declared in TABLES.items():
        key = declared.key[-1]
        fillings = ["y", "z"] if declared.schema.field(key).type == pa.string() else [8, 9]
        if name == "gss_codes":
            fillings = ["E06000001", "E06000002"]
        assert found(name, *({key: filling} for filling in fillings), year=YEAR) == []


@pytest.mark.parametrize(
    ("table_name", "given", "sentence"),
    [
        (
            "judgements",
            [{"area": "a"}, {"report_id": "7", "area": "b", "grade": "superb"}],
            f"grade: 'superb' is none of {VOCABULARY} (first at report_id 7, area b; rows: 1)",
        ),
        (
            "sections",
            [{"ordinal": 1}, {"ordinal": 2, "title": None}, {"ordinal": 3, "title": None}],
            "title: a value is missing (first at report_id x, ordinal 2; rows: 2)",
        ),
        (
            "sections",
            [{"report_id": "7"}, {"ordinal": 3}, {"report_id": "7"}],
            "report_id, ordinal: the key is there already (first at report_id 7, ordinal 1; rows: 1)",
        ),
        (
            "authorities",
            [{"urn": 3, "dfe_code": "926"}, {"urn": 4, "dfe_code": "1926"}, {"urn": 5}],
            "dfe_code: '1926' is not of the form [0-9]{3} (first at urn 4; rows: 1)",
        ),
        (
            "reports",
            [{"publication_year": 2021}],
            "publication_year: 2021 is not the partition's year, 2022 (first at report_id x; rows: 1)",
        ),
    ],
)
def test_a_fault_names_table_column_value_and_the_first_row(table_name, given, sentence):
    assert found(table_name, *given, year=YEAR) == [f"{table_name}.{sentence}"]


def test_a_list_without_gaps():
    given = [{"ordinal": 1}, {"ordinal": 2, "boxes": [BOX]}, {"ordinal": 3, "boxes": [BOX, None]}]
    (sentence,) = found("findings", *given)
    assert sentence.startswith(f"findings.boxes: {[BOX, None]} has an entry without a value (first at ")
    assert sentence.endswith("report_id x, ordinal 3; rows: 1)")


@pytest.mark.parametrize("nullable", [True, False])
def test_a_box_without_an_edge_is_a_fault(nullable):
    edges = [edge.with_nullable(nullable) for edge in SCHEMA_BOX]
    boxes = pa.array([[BOX, {**BOX, "bottom": None}]], pa.list_(pa.struct(edges)))
    given = rows("findings", {}).drop(["boxes"]).append_column("boxes", boxes)
    (fault,) = check_rows(TABLES["findings"], given)
    assert str(fault).startswith("findings.boxes: a value does not fit its type: ")


def test_conforming_puts_columns_in_order_and_narrows_types_without_loss():
    given = pa.table(
        {
            "last_day": pa.array(["2021-03-31"]).cast(pa.date32()),
            "successor_urn": pa.array([2], pa.int64()),
            "predecessor_urn": pa.array([1], pa.int64()),
        }
    )
    conformed = cast_to_schema(TABLES["successions"], given)
    assert conformed.schema.equals(TABLES["successions"].schema, check_metadata=True)
    assert conformed.to_pylist() == [{**given.to_pylist()[0]}]


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
            "frameworks.name: the column is there twice",
        ),
        (
            lambda table: table.set_column(2, "name", pa.array([b"\xff"])),
            "frameworks.name: a value does not fit its type: Invalid UTF8 payload",
        ),
    ],
)
def test_another_shape_is_refused_by_column(change, sentence):
    with pytest.raises(ViolationsError) as refusal:
        cast_to_schema(TABLES["frameworks"], change(rows("frameworks", {})))
    assert str(refusal.value).startswith(sentence)


def test_a_number_that_does_not_fit_is_refused():
    given = rows("successions", {}).set_column(0, "predecessor_urn", pa.array([2**40], pa.int64()))
    (fault,) = check_rows(TABLES["successions"], given)
    assert str(fault).startswith("successions.predecessor_urn: a value does not fit its type: ")


def test_references_lead_somewhere_but_nulls_need_not():
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
    assert [str(fault) for fault in check_references(tables)] == [
        "findings.report_id: '2' is not in reports (first at report_id 2, ordinal 1; rows: 1)",
        "findings.report_id, section: '1', 2 is not in sections (first at report_id 1, ordinal 3; rows: 1)",
    ]


def test_every_reference_is_to_the_key_of_an_earlier_table():
    names = list(TABLES)
    for name, declared in TABLES.items():
        for reference in declared.references:
            assert names.index(reference.table) < names.index(name)
            assert reference.key == TABLES[reference.table].key
            assert set(reference.columns) <= set(declared.schema.names)
