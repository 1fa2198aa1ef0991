"""Every form of a release by itself: Parquet, CSV, the workbook, the papers; with hostile words too."""

import csv
import json
from datetime import datetime

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.database.build import build_database
from assets.release import releases
from assets.release.validation import read_about
from assets.schema.tables import TABLES, field_metadata
from assets.storage import parquet_store
from tests.support import warehouses
from tests.support.fault_table import Theme, proves

HOSTILE = {
    80418: '=HYPERLINK("https://example.org","Norfolk")',
    80565: "+1",
    80461: "@SUM(A1)",
    80476: "-2",
    80450: "{=1+1}",
    80436: "Bracknell Forest _x0041_ <&> |`*",
    80480: "https://example.org/" + "a" * 3000,
    80555: "007",
}


@pytest.fixture(scope="module")
def hostile(released, tmp_path_factory):
    """A release in which authorities have names that are no names."""
    warehouse = warehouses.build(tmp_path_factory.mktemp("hostile"))
    authorities = parquet_store.read(warehouse, "authorities").to_pylist()
    named = [row | {"name": HOSTILE.get(row["urn"], row["name"])} for row in authorities]
    warehouses.put(warehouse, "authorities", named)
    build_database(warehouse)
    return releases.publish(warehouse)


@pytest.fixture(scope="module")
def without_stand_ins(tmp_path_factory):
    """A release in which all numbers are real."""
    return releases.publish(warehouses.build(tmp_path_factory.mktemp("real"), ("50177455",)))


@pytest.fixture(scope="module")
def facts(folder):
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        return read_about(connection)


def sheet(folder, title):
    return list(openpyxl.load_workbook(folder / "inspections.xlsx")[title].iter_rows())


def csv_rows(folder, name):
    with (folder / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the workbook ------------------------------------------------------------------------------------------


def test_the_workbook_has_the_sheets_and_the_columns_of_the_views(folder):
    book = openpyxl.load_workbook(folder / "inspections.xlsx")
    assert book.sheetnames == ["Latest judgements", "History", "Columns", "About"]
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        for title, view in (("Latest judgements", "latest_judgements"), ("History", "judgement_history")):
            found = connection.sql(f"SELECT * FROM {view}")
            shown = [[cell.value for cell in row] for row in book[title].iter_rows()]
            assert shown[0] == found.columns
            dated = [
                tuple(value.date() if isinstance(value, datetime) else value for value in row)
                for row in shown[1:]
            ]
            assert dated == found.fetchall()
    explained = {(row[0].value, row[1].value) for row in book["Columns"].iter_rows(min_row=2) if row[2].value}
    assert ("History", "change") in explained
    assert {column for title, column in explained if title == "Latest judgements"} == {
        cell.value for cell in book["Latest judgements"][1]
    }


def test_the_workbook_is_ready_to_be_read(folder):
    book = openpyxl.load_workbook(folder / "inspections.xlsx")
    for each in book:
        assert each.freeze_panes == "A2"
        assert each.auto_filter.ref.startswith("A1:")
        assert all(8 <= each.column_dimensions[column].width <= 50 for column in ("A", "B"))
    header = [cell.value for cell in book["Latest judgements"][1]]
    dates = [
        cell
        for row in book["Latest judgements"].iter_rows(min_row=2)
        for cell in row
        if isinstance(cell.value, datetime)
    ]
    assert dates
    assert {cell.number_format for cell in dates} == {"yyyy-mm-dd"}
    assert header[:3] == ["urn", "la_code", "region_code"]


def test_an_address_is_a_link_unless_it_leads_nowhere(tmp_path):
    warehouse = warehouses.build(tmp_path, ("50177455", "59000055"))
    judged = parquet_store.read(warehouse, "judgements").to_pylist()
    given = {"report_id": "59000055", "urn": 80450}
    warehouses.put(warehouse, "judgements", [*judged, *(row | given for row in judged)], 2022)
    build_database(warehouse)
    rows = sheet(releases.publish(warehouse), "History")
    links = {
        cell.value: cell.hyperlink is not None
        for row in rows[1:]
        for cell in row
        if "/file/" in str(cell.value)
    }
    assert links["https://files.ofsted.gov.uk/v1/file/50177455"]
    assert not links["https://files.ofsted.gov.uk/v1/file/59000055"]


@proves(
    "Words that a spreadsheet would take for a formula or a link",
    theme=Theme.HOSTILE,
    does="writes them into the workbook as text",
)
def test_text_is_text_whatever_it_begins_with(hostile):
    found = {row[6].value: row[6].data_type for row in sheet(hostile, "Latest judgements")[1:]}
    assert set(found.values()) == {"s"}
    for name in HOSTILE.values():
        if name.isprintable():
            assert name in found
    assert not [cell for row in sheet(hostile, "History") for cell in row if cell.data_type == "f"]


# --- CSV ---------------------------------------------------------------------------------------------------


def test_csv_keeps_values_as_they_are(hostile):
    names = {int(row["urn"]): row["name"] for row in csv_rows(hostile, "authorities")}
    assert {urn: names[urn] for urn in HOSTILE} == HOSTILE
    data = (hostile / "csv" / "authorities.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data


def test_csv_has_lists_as_json_times_in_iso_and_nothing_for_null(released, folder):
    findings = {(row["report_id"], int(row["ordinal"])): row for row in csv_rows(folder, "findings")}
    stored = parquet_store.read(released, "findings").to_pylist()
    assert len(findings) == len(stored)
    for row in stored:
        shown = findings[row["report_id"], row["ordinal"]]
        assert json.loads(shown["boxes"]) == row["boxes"]
        assert shown["paragraph"] == ("" if row["paragraph"] is None else str(row["paragraph"]))
        assert shown["text"] == row["text"]
    assert {row["first_seen"] for row in csv_rows(folder, "publications")} == {"2026-09-01T12:00:00.000000"}
    assert {row["is_listed"] for row in csv_rows(folder, "publications")} == {"true"}


# --- Parquet -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_parquet_explains_itself_to_every_reader(folder, facts, name):
    path = folder / "parquet" / f"{name}.parquet"
    schema = pq.read_schema(path)
    for field in TABLES[name].schema:
        assert field_metadata(schema.field(field.name)) == field_metadata(field)
        assert field_metadata(schema.field(field.name), "unit") == field_metadata(field, "unit")
    # As a reader sees it that knows nothing of Arrow.
    found = duckdb.execute(
        "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [str(path)]
    ).fetchall()
    told = dict(found)
    assert told["description"] == TABLES[name].description
    assert told["key"] == " ".join(TABLES[name].key)
    assert told["columns"].splitlines()[0].startswith(TABLES[name].schema.names[0])
    assert pa.schema(TABLES[name].schema).names == schema.names
    for what in ("licence", "attribution", "source", "method", "place", "published_from"):
        assert told[what] == str(facts[what])


# --- the papers --------------------------------------------------------------------------------------------

PAPERS = ("DATA_DICTIONARY.md", "datapackage.json", "croissant.json", "dataset.jsonld")


def text_of(folder, paper):
    text = (folder / paper).read_text(encoding="utf-8")
    return text if paper.endswith(".md") else "\n".join(strings(json.loads(text)))


def strings(document):
    if isinstance(document, str):
        yield document
    for part in (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    ):
        yield from strings(part)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_paper_tells_time_place_licence_source_and_method(folder, facts, paper):
    text = text_of(folder, paper)
    for what in (
        "published_from",
        "published_to",
        "place",
        "licence_url",
        "source_url",
        "method",
        "attribution",
    ):
        assert str(facts[what]) in text, what
    for declared in TABLES.values():
        assert declared.description in text or paper == "dataset.jsonld"


@pytest.mark.parametrize("paper", [*PAPERS, "LICENSE.md", "inspections.xlsx", "parquet"])
def test_stand_ins_are_said_to_be_stand_ins_where_there_are_any(folder, without_stand_ins, paper):
    def told(release):
        if paper == "inspections.xlsx":
            return str([[cell.value for cell in row] for row in sheet(release, "About")])
        if paper == "parquet":
            return str(pq.read_schema(release / "parquet" / "reports.parquet").metadata)
        return text_of(release, paper)

    assert "59000001 up are placeholders" in told(folder)
    assert "are placeholders" not in told(without_stand_ins)


def test_the_attribution_is_the_one_of_the_licence(facts):
    licence = (warehouses.sample.FOLDER.parent / "LICENSE.md").read_text(encoding="utf-8")
    quoted = " ".join(line.removeprefix("> ") for line in licence.splitlines() if line.startswith("> "))
    assert facts["attribution"].startswith(quoted)
    assert facts["licence_url"] in licence


def test_the_data_package_agrees_with_the_database(folder):
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert package["version"] == folder.name
    resources = {resource["name"]: resource for resource in package["resources"]}
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        for name, resource in resources.items():
            if resource["type"] != "table":
                continue
            columns = [row[0] for row in connection.execute(f'DESCRIBE "{name}"').fetchall()]
            assert [field["name"] for field in resource["schema"]["fields"]] == columns
            assert all(field["description"] for field in resource["schema"]["fields"])
    listed = {path["path"]: path for path in json.loads((folder / "index.json").read_bytes())["files"]}
    for resource in resources.values():
        assert resource["bytes"] == listed[resource["path"]]["bytes"]
        assert resource["hash"] == f"sha256:{listed[resource['path']]['sha256']}"
    assert {link["reference"]["resource"] for link in resources["judgements"]["schema"]["foreignKeys"]} == {
        "reports",
        "authorities",
    }


def test_linked_data_lead_to_files_that_are_there(folder):
    document = json.loads((folder / "dataset.jsonld").read_bytes())
    assert len(document["distribution"]) > 2 * len(TABLES)
    for file in document["distribution"]:
        assert (folder / file["contentUrl"]).is_file()


def test_the_dictionary_has_a_row_for_every_column_with_an_example_and_its_nulls(folder):
    text = (folder / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n### ")}
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        for name, declared in TABLES.items():
            rows = [line for line in sections[name].splitlines() if line.startswith("| `")]
            assert [row.split("`")[1] for row in rows] == declared.schema.names
        filled, rows = connection.execute("SELECT count(paragraph), count(*) FROM findings").fetchone()
        views = [
            view
            for (view,) in connection.execute(
                "SELECT view_name FROM duckdb_views() WHERE NOT internal"
            ).fetchall()
        ]
    row = next(line for line in sections["findings"].splitlines() if line.startswith("| `paragraph`"))
    assert f"| {100 * (rows - filled) / rows:.1f} % |" in row
    assert set(views) <= sections.keys()


def test_the_dictionary_stays_a_table_whatever_the_words(hostile):
    text = (hostile / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
    for line in text.split("## Tables")[1].splitlines():
        if line.startswith("| `"):
            assert line.replace("\\|", "").count("|") in (4, 7)
