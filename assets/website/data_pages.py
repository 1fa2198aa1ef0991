"""The content of the pages about the dataset: downloads, tables, releases, data dictionary, SQL page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

import pyarrow.parquet as pq

from assets.database.build_info import BUILD_INFO_TABLE, BuildInfo
from assets.database.sql_checks import load_examples
from assets.database.sql_files import read_definitions, sql_folder
from assets.release.formats.base import PUBLISHED_VIEWS
from assets.release.formats.parquet import table_file
from assets.release.metadata import dcat
from assets.release.metadata.common import citation
from assets.schema.tables import TABLES
from assets.schema.vocabularies import label_of
from assets.website.charts import coverage_chart
from assets.website.figures import Figure, source_line
from assets.website.queries import Row, Rows, SiteData
from assets.website.sharing.addresses import Addresses
from assets.website.sharing.citation import bibtex

#: Known issues on the data page; the view ``known_issues`` has all of them.
MAX_ISSUES = 200
#: Rows and characters of a cell on the page of a table.
SAMPLE_ROWS, MAX_CELL_CHARACTERS = 5, 100
#: Releases with their changes on the page of releases, and changed judgements on the page of a release.
MAX_RELEASES_IN_DETAIL, MAX_CHANGED_JUDGEMENTS = 20, 200
#: Files of a release that stay on the website when it is no longer the current one: the complete dataset. A
#: release that has no database any more has its Parquet files instead.
RELEASE_FILES = (
    "inspections.duckdb",
    "inspections.xlsx",
    "DATA_DICTIONARY.md",
    "LICENSE.md",
    "SHA256SUMS",
    "changes.json",
)
#: Counts that ``changes.json`` gives for each table.
_CHANGE_KINDS = ("added", "changed", "removed")
#: The numbers of the coverage chart, next to the data page.
COVERAGE_FILE = "coverage_by_year.csv"
#: Why an inspection on record has no report here, or the reverse, by the code in ``official_coverage``.
_COVERAGE_REASONS = {
    "authority_not_crawled": "No page of the authority is in this dataset",
    "before_first_report": "Earlier than all reports of this dataset",
    "closed_authority": "The authority no longer exists, and the site has no page of it",
    "file_gone": "The site lists the report, but not its file",
    "newer": "Newer than Ofsted’s record",
    "not_counted": "The report could not be used; see the known issues",
    "not_listed": "The site does not list the report",
    "safeguarding_board": "A review of a safeguarding board that was published separately",
    "year_not_recorded": "Ofsted does not record the visits of that year",
}


def data_page(site: SiteData, has_sql_box: bool, addresses: Addresses) -> Row:
    """Return the downloads, releases, citation, accuracy, coverage and known issues."""
    files = site.manifest["files"]
    version = site.manifest["version"]
    acknowledged = [row for row in site.results["known_issues"] if row["severity"] == "acknowledged"]
    issues = [row for row in site.results["known_issues"] if row["severity"] != "acknowledged"]
    release_address = f"{addresses.base}releases/{version}/" if addresses.base else ""
    return {
        "files": sorted((file for file in files if "/" not in file["path"]), key=_data_files_first),
        "tables": data_tables(site),
        "has_yearly_parquet": any(file["path"].startswith("parquet_by_year/") for file in files),
        "release": _with_changed_tables(site.versions[0]),
        "release_count": len(site.versions),
        "citation": " ".join(filter(None, [citation(site.about, version), release_address])),
        "bibtex": bibtex(site.about, version, release_address),
        "dataset": _dataset(site, addresses),
        "quality": site.results["extraction_quality"],
        "accuracy": _accuracy(site.results["official_comparison"]),
        "coverage": [{**row, "reason": _coverage_reason(row)} for row in site.results["official_coverage"]],
        "coverage_figure": coverage_figure(site),
        "issues": issues[:MAX_ISSUES],
        "more_issues": max(len(issues) - MAX_ISSUES, 0),
        "acknowledged": acknowledged[:MAX_ISSUES],
        "regions": sorted({row["region_name"] for row in site.authorities.values()}),
        "has_sql_box": has_sql_box,
    }


def _data_files_first(file: Row) -> tuple[bool, str]:
    """Return the sort key of a downloadable file: the dataset before its documentation."""
    return not file["path"].startswith("inspections."), file["path"]


def _accuracy(rows: Rows) -> Row:
    """Return the number of grades by what the comparison with the statistics shows, and the explanations."""
    totals = dict.fromkeys(("same", "different", "statistics_only", "reports_only"), 0)
    for row in rows:
        totals[row["comparison"]] += row["grades"]
    return {**totals, "rows": [row for row in rows if row["comparison"] != "same"]}


def coverage_figure(site: SiteData) -> Figure:
    """Return the figure of the events on Ofsted's record by year, with and without a report."""
    rows = site.results["official_coverage_by_year"]
    events, matched = (sum(row[column] for row in rows) for column in ("events", "matched"))
    return Figure(
        name="coverage",
        title="Inspections and visits on Ofsted’s record by year",
        subtitle=(
            f"Dark: with a report in this dataset; light: without one. n = {events} events on record,"
            f" {matched} of them with a report."
        ),
        source=source_line(site),
        template="charts/columns.svg",
        chart=coverage_chart(rows),
        grades=(),
        page="data/#coverage",
        numbers=f"data/{COVERAGE_FILE}",
    )


def _coverage_reason(row: Row) -> str:
    return _COVERAGE_REASONS.get(row["reason"], label_of(row["reason"]).capitalize())


def _dataset(site: SiteData, addresses: Addresses) -> Row:
    """Return the release's schema.org description with addresses of this website."""
    document: Row = json.loads((site.release / dcat.FILE_NAME).read_text(encoding="utf-8"))
    downloads = f"{addresses.base}downloads/" if addresses.base else "../downloads/"
    files = [{**file, "contentUrl": downloads + file["contentUrl"]} for file in document["distribution"]]
    url = {"url": f"{addresses.base}data/"} if addresses.base else {}
    return {**document, **url, "distribution": files}


def data_tables(site: SiteData) -> Rows:
    """Return the published views, then the tables: each with its row count and its files."""
    dictionary = dictionary_tables(site)
    sizes = {file["path"]: file["bytes"] for file in site.manifest["files"]}
    names = [*PUBLISHED_VIEWS, *site.manifest["tables"]]
    return [
        {
            **dictionary[name],
            "row_count": _parquet_file(site, name).metadata.num_rows,
            "parquet": table_file(name),
            "parquet_bytes": sizes[table_file(name)],
            "csv": f"csv/{name}.csv" if f"csv/{name}.csv" in sizes else None,
            "csv_bytes": sizes.get(f"csv/{name}.csv"),
        }
        for name in names
        if table_file(name) in sizes
    ]


def table_pages(site: SiteData) -> Iterator[tuple[str, Row]]:
    """Yield the name of each published table and view, and the content of its page."""
    for table in data_tables(site):
        yield table["table_name"], {"table": table, "sample": _sample(site, table["table_name"])}


def _sample(site: SiteData, name: str) -> Sequence[Sequence[str]]:
    """Return the first rows of a table as texts, in the order of its columns."""
    batch = next(_parquet_file(site, name).iter_batches(batch_size=SAMPLE_ROWS), None)
    rows = batch.to_pylist() if batch else []
    return [[_cell(value) for value in row.values()] for row in rows]


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= MAX_CELL_CHARACTERS else f"{text[:MAX_CELL_CHARACTERS]}…"


def _parquet_file(site: SiteData, name: str) -> pq.ParquetFile:
    return pq.ParquetFile(site.release / table_file(name))


def releases_page(site: SiteData) -> Row:
    """Return this release and the ones before it, the newest with their changes."""
    versions = [_with_changed_tables(version) for version in site.versions]
    return {"versions": versions, "in_detail": MAX_RELEASES_IN_DETAIL}


def release_pages(site: SiteData) -> Iterator[tuple[str, Row]]:
    """Yield the version of each release, and the content of its page."""
    for version in site.versions:
        judgements = version["changes"].get("judgements", {}).get("changed_keys") or []
        changed = [
            {"report": site.reports[report_id], "area": area, "columns": change["columns"]}
            for change in judgements
            for report_id, area in [change["key"]]
            if report_id in site.reports
        ]
        yield (
            version["version"],
            {
                "release": _with_changed_tables(version),
                "changed_judgements": changed[:MAX_CHANGED_JUDGEMENTS],
                "more_changed_judgements": max(len(changed) - MAX_CHANGED_JUDGEMENTS, 0),
                "authorities": site.authorities,
            },
        )


def _with_changed_tables(version: Row) -> Row:
    """Return a version with the files that it keeps and the counts of rows of each table that changed."""
    counts = {
        table: tuple(changes[kind] for kind in _CHANGE_KINDS) for table, changes in version["changes"].items()
    }
    return {
        **version,
        "day": date.fromisoformat(version["day"]),
        "changes": {table: numbers for table, numbers in counts.items() if any(numbers)},
        "files": {name: version["files"][name] for name in release_files(version)},
    }


def release_files(version: Row) -> Sequence[str]:
    """Return the paths of a release's files that the website keeps."""
    tables = map(table_file, (*TABLES, *PUBLISHED_VIEWS)) if version["replaced_by"] else ()
    return [path for path in (*RELEASE_FILES, *tables) if path in version["files"]]


def dictionary_tables(site: SiteData) -> Mapping[str, Row]:
    """Return every table and view by name, each with its ``columns``."""
    tables: dict[str, Row] = {}
    for row in site.results["data_dictionary"]:
        table = tables.setdefault(row["table_name"], {**row, "columns": []})
        table["columns"].append(row)
    return tables


def sql_fragment(table: str) -> str:
    """Return the part of the SQL page's address that holds a query for the first rows of a table."""
    return f"#{urlencode({'q': f'FROM {table} LIMIT 100'})}"


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
