"""The formats and documents of a release: CSV, Parquet, Stata, data dictionary and metadata."""

import csv
import json
import shutil
import struct
from types import MappingProxyType

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.release import formats, releases
from assets.release.formats.base import PUBLISHED_VIEWS, DataFile, ReleaseFormat
from assets.release.formats.csv import WITH_AUTHORITY
from assets.release.validation import ReleaseError, read_about, validate_release
from assets.schema.tables import TABLES, field_metadata
from assets.storage import parquet_store
from tests.integration.release.conftest import HOSTILE, REAL_REPORT
from tests.support import warehouses


@pytest.fixture(scope="module")
def without_placeholders(build_once):
    """A release without placeholder report numbers."""
    warehouse = build_once(
        "without-placeholders",
        lambda warehouse: releases.publish(warehouses.build(warehouse, (REAL_REPORT,))),
    )
    return releases.current(warehouse)


@pytest.fixture(scope="module")
def about(folder):
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        return read_about(connection)


def csv_rows(folder, name):
    with (folder / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- CSV ---------------------------------------------------------------------------------------------------


def test_csv_keeps_values_unchanged(hostile):
    names = {int(row["urn"]): row["name"] for row in csv_rows(hostile, "authorities")}
    assert {urn: names[urn] for urn in HOSTILE} == HOSTILE
    data = (hostile / "csv" / "authorities.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data


def test_views_and_texts_start_with_a_byte_order_mark(folder):
    marked = {
        path.stem for path in (folder / "csv").iterdir() if path.read_bytes().startswith(b"\xef\xbb\xbf")
    }
    assert marked == {*PUBLISHED_VIEWS, *WITH_AUTHORITY}


@pytest.mark.parametrize("name", WITH_AUTHORITY)
def test_texts_have_the_authority_and_the_date(folder, name):
    rows = csv_rows(folder, name)
    assert rows
    assert all(row["local_authority"] and row["published"] and row["text"] for row in rows)


@pytest.mark.parametrize("view", PUBLISHED_VIEWS)
def test_views_are_parquet_files_too(folder, view):
    path = folder / "parquet" / f"{view}.parquet"
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert (
            pq.read_table(path).to_pylist() == connection.sql(f"FROM {view}").fetch_arrow_table().to_pylist()
        )
    metadata = pq.read_schema(path).metadata
    assert metadata[b"description"]
    assert metadata[b"columns"].decode().splitlines()[0].startswith("urn: ")
    assert len(csv_rows(folder, view)) == pq.read_metadata(path).num_rows


# --- Stata -------------------------------------------------------------------------------------------------


def test_panel_for_stata_has_the_structure_of_format_118(folder):
    """The map of the file leads to each section, and the data have the declared widths."""
    data = (folder / "stata" / "authority_year_panel.dta").read_bytes()
    assert data.startswith(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>")
    start = data.index(b"<map>")
    offsets = struct.unpack_from("<14Q", data, start + 5)
    sections = (
        "stata_dta map variable_types varnames sortlist formats value_label_names variable_labels"
        " characteristics data strls value_labels /stata_dta"
    ).split()
    for offset, section in zip(offsets, sections, strict=False):
        assert data[offset:].startswith(f"<{section}>".encode())
    assert offsets[13] == len(data)
    (columns,) = struct.unpack_from("<H", data, data.index(b"<K>") + 3)
    (rows,) = struct.unpack_from("<Q", data, data.index(b"<N>") + 3)
    types = struct.unpack_from(f"<{columns}H", data, offsets[2] + len("<variable_types>"))
    width = sum(code if code <= 2045 else {65526: 8, 65528: 4, 65530: 1, 32768: 8}[code] for code in types)
    assert offsets[10] - offsets[9] == width * rows + len("<data></data>")
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        assert connection.sql("FROM authority_year_panel").shape == (rows, columns)


def test_csv_has_json_lists_iso_times_and_empty_nulls(released, folder):
    findings = {(row["report_id"], int(row["ordinal"])): row for row in csv_rows(folder, "findings")}
    stored = parquet_store.read(released, "findings").to_pylist()
    assert len(findings) == len(stored)
    for row in stored:
        csv_row = findings[row["report_id"], row["ordinal"]]
        assert json.loads(csv_row["boxes"]) == row["boxes"]
        assert csv_row["paragraph"] == ("" if row["paragraph"] is None else str(row["paragraph"]))
        assert csv_row["text"] == row["text"]
    assert {row["first_seen"] for row in csv_rows(folder, "publications")} == {"2026-09-01T12:00:00.000000"}
    assert {row["is_listed"] for row in csv_rows(folder, "publications")} == {"true"}


# --- Parquet -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_parquet_metadata_describes_table_and_dataset(folder, about, name):
    path = folder / "parquet" / f"{name}.parquet"
    schema = pq.read_schema(path)
    for field in TABLES[name].schema:
        assert field_metadata(schema.field(field.name)) == field_metadata(field)
        assert field_metadata(schema.field(field.name), "unit") == field_metadata(field, "unit")
    # What a reader without support for Arrow schemas sees.
    entries = duckdb.execute(
        "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [str(path)]
    ).fetchall()
    metadata = dict(entries)
    assert metadata["description"] == TABLES[name].description
    assert metadata["key"] == " ".join(TABLES[name].key)
    assert metadata["columns"].splitlines()[0].startswith(TABLES[name].schema.names[0])
    assert pa.schema(TABLES[name].schema).names == schema.names
    # What changes with every release would change the bytes of files whose rows have not changed.
    assert not {"day", "published_from", "published_to", "software_version"} & metadata.keys()
    for what in ("licence", "attribution", "source", "method", "place"):
        assert metadata[what] == str(about[what])
    assert not metadata.keys() & {"software_version", "software_commit"}


# --- documents ---------------------------------------------------------------------------------------------

DOCUMENTS = ("DATA_DICTIONARY.md", "datapackage.json", "croissant.json", "dataset.jsonld")


def text_of(folder, document):
    text = (folder / document).read_text(encoding="utf-8")
    return text if document.endswith(".md") else "\n".join(strings(json.loads(text)))


def strings(document):
    if isinstance(document, str):
        yield document
    for part in (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    ):
        yield from strings(part)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_state_period_place_licence_source_and_method(folder, about, document):
    text = text_of(folder, document)
    for what in (
        "published_from",
        "published_to",
        "place",
        "licence_url",
        "source_url",
        "method",
        "attribution",
    ):
        assert str(about[what]) in text, what
    for declared in TABLES.values():
        assert declared.description in text or document == "dataset.jsonld"


WITH_CAVEATS = [*DOCUMENTS, "LICENSE.md", "inspections.xlsx", "parquet"]


def caveats_of(release, document):
    """Return a text of the release that states its caveats."""
    if document == "inspections.xlsx":
        cover = openpyxl.load_workbook(release / "inspections.xlsx", read_only=True)["Cover"]
        return str(list(cover.iter_rows(values_only=True)))
    if document == "parquet":
        return str(pq.read_schema(release / "parquet" / "reports.parquet").metadata)
    return text_of(release, document)


@pytest.mark.parametrize("document", WITH_CAVEATS)
def test_documents_mention_placeholders(folder, document):
    assert "59000001 up are placeholders" in caveats_of(folder, document)


@pytest.mark.parametrize("document", WITH_CAVEATS)
def test_documents_do_not_mention_placeholders_if_there_are_none(without_placeholders, document):
    assert "are placeholders" not in caveats_of(without_placeholders, document)


def test_attribution_is_that_of_the_licence(about):
    licence = (warehouses.sample.FOLDER.parent / "LICENSE.md").read_text(encoding="utf-8")
    quoted = " ".join(line.removeprefix("> ") for line in licence.splitlines() if line.startswith("> "))
    assert about["attribution"].startswith(quoted)
    assert about["licence_url"] in licence


def test_data_package_matches_the_database(folder):
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert package["version"] == folder.name
    resources = {resource["name"]: resource for resource in package["resources"]}
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
        for name, resource in resources.items():
            if resource["type"] != "table":
                continue
            source = WITH_AUTHORITY.get(name, name)
            columns = [row[0] for row in connection.execute(f'DESCRIBE "{source}"').fetchall()]
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


def test_distributions_exist(folder):
    document = json.loads((folder / "dataset.jsonld").read_bytes())
    assert len(document["distribution"]) > 2 * len(TABLES)
    for file in document["distribution"]:
        assert (folder / file["contentUrl"]).is_file()


def test_data_dictionary_has_every_column_with_its_share_of_nulls(folder):
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


def test_data_dictionary_escapes_cells(hostile):
    text = (hostile / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
    for line in text.split("## Tables")[1].splitlines():
        if line.startswith("| `"):
            assert line.replace("\\|", "").count("|") in (4, 7)


# --- the registry of formats -------------------------------------------------------------------------------


class TextFormat(ReleaseFormat):
    """An invented format: the names of the authorities, one per line."""

    name = "text"
    media_type = "text/plain"
    is_derived = True
    paths = MappingProxyType({"names.txt": "the names of the authorities"})

    def write(self, content):
        content.folder.joinpath("names.txt").write_text(self.names(content), encoding="utf-8")

    def files(self, folder):  # noqa: ARG002
        yield DataFile("names.txt", "authorities")

    def validate(self, content):
        if content.folder.joinpath("names.txt").read_text(encoding="utf-8") != self.names(content):
            yield "names.txt: the names differ"

    @staticmethod
    def names(content):
        rows = content.connection.execute("SELECT name FROM authorities ORDER BY urn").fetchall()
        return "".join(f"{name}\n" for (name,) in rows)


@pytest.mark.slow
def test_registered_format_is_written_described_and_validated(released, tmp_path, monkeypatch):
    """A new output format is one class and one entry of the registry."""
    warehouse = shutil.copytree(released, tmp_path / "warehouse")
    shutil.rmtree(warehouse / "releases")
    formats.FORMATS.append(TextFormat())
    try:
        folder = releases.publish(warehouse)
        assert "names.txt" in {
            file["path"] for file in json.loads((folder / "index.json").read_bytes())["files"]
        }
        package = json.loads((folder / "datapackage.json").read_bytes())
        (resource,) = [entry for entry in package["resources"] if entry["path"] == "names.txt"]
        assert (resource["name"], resource["mediatype"]) == ("names-text", "text/plain")
        linked = json.loads((folder / "dataset.jsonld").read_bytes())
        assert "names.txt" in {entry["name"] for entry in linked["distribution"]}
        dictionary = (folder / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
        assert "| `names.txt` | the names of the authorities |" in dictionary
        monkeypatch.setattr(TextFormat, "names", staticmethod(lambda _: "other"))
        with pytest.raises(ReleaseError, match=r"names\.txt: the names differ"):
            validate_release(folder)
    finally:
        formats.FORMATS.pop()
