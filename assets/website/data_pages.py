"""The content of the pages about the dataset: downloads, data dictionary, SQL page."""

from collections.abc import Mapping, Sequence

from assets.database.build_info import BUILD_INFO_TABLE, BuildInfo
from assets.database.sql_checks import load_examples
from assets.database.sql_files import read_definitions, sql_folder
from assets.website.charts import coverage_chart
from assets.website.queries import Row, SiteData

#: Known issues on the data page; the view ``known_issues`` has all of them.
MAX_ISSUES = 200
#: Counts that ``changes.json`` gives for each table.
_CHANGE_KINDS = ("added", "changed", "removed")


def data_page(site: SiteData, has_sql_box: bool) -> Row:
    """Return the downloads, versions, accuracy and known issues."""
    files = site.manifest["files"]
    issues = site.results["known_issues"]
    return {
        "files": sorted((file for file in files if "/" not in file["path"]), key=_data_files_first),
        "parquet_files": [file for file in files if file["path"].startswith("parquet/")],
        "csv_files": [file for file in files if file["path"].startswith("csv/")],
        "has_yearly_parquet": any(file["path"].startswith("parquet_by_year/") for file in files),
        "versions": [_with_changed_tables(version) for version in site.versions],
        "quality": site.results["extraction_quality"],
        "accuracy": site.results["official_comparison"],
        "coverage": site.results["official_coverage"],
        "coverage_chart": coverage_chart(site.results["official_coverage_by_year"]),
        "issues": issues[:MAX_ISSUES],
        "more_issues": max(len(issues) - MAX_ISSUES, 0),
        "has_sql_box": has_sql_box,
    }


def _data_files_first(file: Row) -> tuple[bool, str]:
    """Return the sort key of a downloadable file: the dataset before its documentation."""
    return not file["path"].startswith("inspections."), file["path"]


def _with_changed_tables(version: Row) -> Row:
    """Return a version with the counts of added, changed and removed rows of each table that changed."""
    counts = {
        table: tuple(changes[kind] for kind in _CHANGE_KINDS) for table, changes in version["changes"].items()
    }
    return {**version, "changes": {table: numbers for table, numbers in counts.items() if any(numbers)}}


def dictionary_tables(site: SiteData) -> Mapping[str, Row]:
    """Return every table and view by name, each with its ``columns``."""
    tables: dict[str, Row] = {}
    for row in site.results["data_dictionary"]:
        table = tables.setdefault(row["table_name"], {**row, "columns": []})
        table["columns"].append(row)
    return tables


def sql_definitions(site: SiteData) -> Row:
    """Return what the SQL box creates: the columns of the tables, and the statements of everything else."""
    tables = dictionary_tables(site)
    build_info = BuildInfo(site.about["software_version"], site.about["software_commit"])
    statements = [(BUILD_INFO_TABLE, build_info.statement)]
    statements += [(file.name, file.statement) for file in read_definitions(sql_folder())]
    return {
        "tables": {
            name: {column["column_name"]: column["data_type"] for column in tables[name]["columns"]}
            for name in site.manifest["tables"]
        },
        "definitions": [
            {
                "name": name,
                "statement": statement,
                "is_table": name in tables and tables[name]["is_table"],
            }
            for name, statement in statements
        ],
    }


def sql_examples() -> Sequence[Mapping[str, str]]:
    """Return the example queries of ``sql/examples``, each with a title."""
    return [{"title": file.documentation.split("\n\n")[0], "query": file.query} for file in load_examples()]
