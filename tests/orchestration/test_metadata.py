"""What people see of a table in the UI."""

from io import BytesIO

import dagster as dg
from PIL import Image

from assets.tables import store
from assets.tables.assets import PREVIEW_ROWS, stored
from assets.tables.chart import grades_by_area
from assets.tables.schemas import TABLES
from tests.tables.rows import rows


def test_a_stored_table_shows_its_first_rows_and_where_they_come_from(tmp_path):
    listed = [
        {"report_id": str(number), "urn": 80400, "title": "A | B " * 40, "publication_year": 2022}
        for number in range(PREVIEW_ROWS + 2)
    ]
    store.write(tmp_path, "reports", rows("reports", *listed), 2022)
    told = stored(tmp_path, "reports", 2022, seconds=1.5)
    assert told.metadata["dagster/row_count"] == PREVIEW_ROWS + 2
    assert told.metadata["seconds"] == 1.5
    preview = told.metadata["preview"].value.splitlines()
    assert len(preview) == PREVIEW_ROWS + 2  # names and a rule above
    assert preview[0].split("|")[1].strip() == "report_id"
    assert all("\\|" in line and len(line) < 2000 for line in preview[2:])
    lineage = told.metadata["dagster/column_lineage"].deps_by_column
    assert dg.TableColumnDep(dg.AssetKey("authorities"), "urn") in lineage["urn"]
    assert dg.TableColumnDep(dg.AssetKey("report_lines"), "report_id") in lineage["report_id"]


def test_lineage_names_columns_that_there_are(tmp_path):
    for name in TABLES:
        for column, sources in (
            stored(tmp_path, name).metadata["dagster/column_lineage"].deps_by_column.items()
        ):
            assert column in TABLES[name].schema.names
            for source in sources:
                assert source.column_name in TABLES[source.asset_key.to_user_string()].schema.names


def test_the_version_of_a_table_changes_with_its_content_alone(tmp_path):
    def version(*urns):
        store.write(tmp_path, "authorities", rows("authorities", *({"urn": urn} for urn in urns)))
        return stored(tmp_path, "authorities").data_version.value

    assert version(1, 2) == version(2, 1) != version(1)


def test_the_grades_are_drawn_to_scale():
    """Two bars of the same length, one all good and one all inadequate: as much of either colour."""
    graded = [
        {"report_id": str(number), "area": area, "grade": grade, "status": "graded"}
        for number in range(4)
        for area, grade in (("overall_effectiveness", "good"), ("leadership", "inadequate"))
    ]
    png = grades_by_area(rows("judgements", *graded, {"report_id": "9", "area": "adoption", "grade": None}))
    assert len(png) < 20_000
    image = Image.open(BytesIO(png)).convert("RGB")
    colours = {colour: count for count, colour in image.getcolors(100_000)}
    good, inadequate = colours[0x92, 0xC5, 0xDE], colours[0xB2, 0x18, 0x2B]
    assert good > 1000
    assert abs(good - inadequate) < good * 0.1
    assert (0x21, 0x66, 0xAC) not in colours


def test_nothing_to_draw_is_a_picture_too():
    assert Image.open(BytesIO(grades_by_area(rows("judgements")))).format == "PNG"
