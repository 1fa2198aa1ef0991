"""The pages about the data itself: downloads, dictionary, versions, accuracy, examples of SQL; the feed."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from assets.database.sql_checks import load_examples as release_examples
from assets.database.sql_files import read_definitions, sql_folder
from assets.website import labels
from assets.website.queries import Row, SiteData

#: The newest reports that the feed names.
NEWEST_IN_FEED = 60
#: So many known issues does the data page show; the view known_issues has them all.
MAX_ISSUES = 200


def data(content: SiteData, has_box: bool) -> Row:
    """Return the downloads, versions, accuracy and known issues."""
    files = content.index["files"]
    return {
        "files": sorted((file for file in files if "/" not in file["path"]), key=_importance),
        "parquet": [file for file in files if file["path"].startswith("parquet/")],
        "csv": [file for file in files if file["path"].startswith("csv/")],
        "by_year": any(file["path"].startswith("parquet_by_year/") for file in files),
        "versions": [_version(each) for each in content.versions],
        "quality": content.answers["quality"],
        "accuracy": content.answers["accuracy"],
        "issues": content.answers["issues"][:MAX_ISSUES],
        "more_issues": max(len(content.answers["issues"]) - MAX_ISSUES, 0),
        "has_box": has_box,
    }


def _importance(file: Row) -> tuple[bool, str]:
    """Return by what the files of a release are put in order: the data before the papers."""
    return not file["path"].startswith("inspections."), file["path"]


def _version(row: Row) -> Row:
    kinds = ("added", "changed", "removed")
    changes = {
        table: tuple(told[kind] for kind in kinds)
        for table, told in row["changes"].items()
        if any(told[kind] for kind in kinds)
    }
    return {**row, "changes": changes}


def dictionary(content: SiteData) -> Mapping[str, Row]:
    """Return every table and view by name, each with its ``columns``."""
    tables: dict[str, Row] = {}
    for row in content.answers["dictionary"]:
        table = tables.setdefault(row["table_name"], {**row, "columns": []})
        table["columns"].append(row)
    return tables


def definitions() -> Sequence[Mapping[str, str]]:
    """Return the statements that make the views, macros and the search's tables, for the SQL box."""
    return [{"name": file.name, "statement": file.statement} for file in read_definitions(sql_folder())]


def examples() -> Sequence[Mapping[str, str]]:
    """Return the questions that the SQL page offers: those of ``sql/examples``."""
    return [
        {"title": file.documentation.split("\n\n")[0], "query": file.query} for file in release_examples()
    ]


def feed(content: SiteData) -> Row:
    """Return the feed's entries: new reports, and judgements that a release changed, the newest first."""
    entries = [
        {
            "id": uuid5(NAMESPACE_URL, row["url"]).urn,
            "day": row["published"],
            "title": f"{content.authorities[row['urn']]['name']}: {labels.FAMILIES[row['family']].lower()}",
            "summary": row["title"],
            "link": f"../reports/{row['report_id']}/",
        }
        for row in content.reports.values()
        if row["published"]
    ][:NEWEST_IN_FEED]
    changed = [entry for version in content.versions for entry in _changed_judgements(content, version)]
    entries = sorted([*entries, *changed], key=lambda entry: (str(entry["day"]), entry["id"]), reverse=True)
    return {"entries": entries, "id": uuid5(NAMESPACE_URL, content.facts["name"]).urn}


def _changed_judgements(content: SiteData, version: Row) -> Iterator[Row]:
    for changed in version["changes"].get("judgements", {}).get("changed_keys") or ():
        report_id, area = changed["key"]
        report = content.reports.get(report_id)
        if report and {"grade", "status"} & set(changed["columns"]):
            name = content.authorities[report["urn"]]["name"]
            yield {
                "id": uuid5(NAMESPACE_URL, f"{version['version']} {report_id} {area}").urn,
                "day": version["day"],
                "title": f"{name}: the judgement on {labels.AREAS[area].lower()} was corrected",
                "summary": f"In the release {version['version']} of this dataset",
                "link": f"../reports/{report_id}/",
            }
