"""What people see of a table in the UI."""

import dagster as dg

from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.table_assets import PREVIEW_ROWS, grade_counts, table_result
from tests.support.rows import rows


def test_a_stored_table_shows_its_first_rows_and_where_they_come_from(tmp_path):
    listed = [
        {"report_id": str(number), "urn": 80400, "title": "A | B " * 40, "publication_year": 2022}
        for number in range(PREVIEW_ROWS + 2)
    ]
    parquet_store.write(tmp_path, "reports", rows("reports", *listed), 2022)
    told = table_result(tmp_path, "reports", 2022, seconds=1.5)
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
            table_result(tmp_path, name).metadata["dagster/column_lineage"].deps_by_column.items()
        ):
            assert column in TABLES[name].schema.names
            for source in sources:
                assert source.column_name in TABLES[source.asset_key.to_user_string()].schema.names


def test_the_version_of_a_table_changes_with_its_content_alone(tmp_path):
    def version(*urns):
        parquet_store.write(tmp_path, "authorities", rows("authorities", *({"urn": urn} for urn in urns)))
        return table_result(tmp_path, "authorities").data_version.value

    assert version(1, 2) == version(2, 1) != version(1)


def test_grade_counts_lists_each_area_with_its_grades():
    graded = [
        {"report_id": str(number), "area": area, "grade": grade, "status": "graded"}
        for number in range(4)
        for area, grade in (("overall_effectiveness", "good"), ("leadership", "inadequate"))
    ]
    graded.append({"report_id": "8", "area": "leadership", "grade": "good", "status": "graded"})
    table = grade_counts(
        rows("judgements", *graded, {"report_id": "9", "area": "adoption", "grade": None})
    ).value.splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert cells[0] == ["area", "good", "inadequate", "total"]
    assert cells[2:] == [["leadership", "1", "4", "5"], ["overall_effectiveness", "4", "0", "4"]]


def test_grade_counts_of_no_judgements_is_a_sentence():
    assert grade_counts(rows("judgements")).value == "No judgement has a grade."
