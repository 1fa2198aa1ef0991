"""The declaration of every table: columns, types, units, keys, references and meanings.

Parquet metadata, DuckDB types, keys and comments, Dagster column schemas, the rules per table, the data
dictionary and the release's metadata are derived from these declarations; columns are described nowhere
else. Names and meanings of tables and columns are a contract with users: add, never rename. Codes and labels
are in ``vocabularies``, the checks of rows in ``validation``.

A column with the same meaning in several tables is declared once, in ``SHARED_COLUMNS``. Text is in NFC and
single-spaced. Times are UTC. Boxes are in PDF points from the top left corner of the page as displayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from assets.schema.vocabularies import (
    AREAS,
    AUTHORITY_TYPES,
    CLOSENESS,
    FAMILIES,
    FINDING_KINDS,
    GRADES,
    INDICATOR_DIRECTIONS,
    INDICATOR_STATUSES,
    INDICATOR_UNITS,
    JUDGEMENT_STATUSES,
    LISTING_ISSUE_REASONS,
    OFFICIAL_FRAMEWORKS,
    RECOMMENDATION_KINDS,
    REPORT_STATUSES,
    SEVERITIES,
    THEME_VERDICTS,
    VISIT_TOPICS,
)

POINTS = "PDF points (1/72 inch)"

#: Default unit of a column, by its type.
UNITS = {
    pa.string(): "text",
    pa.int32(): "number",
    pa.int64(): "number",
    pa.float64(): "number",
    pa.bool_(): "true or false",
    pa.date32(): "date",
    pa.timestamp("us"): "time (UTC)",
    pa.list_(pa.int32()): "list of numbers",
    pa.list_(pa.string()): "list of texts",
}

BOX = pa.struct(
    [
        pa.field("page", pa.int32(), nullable=False),
        *(pa.field(edge, pa.float64(), nullable=False) for edge in ("x0", "top", "x1", "bottom")),
    ]
)


def column(  # noqa: PLR0913
    name: str,
    kind: pa.DataType,
    description: str,
    *,
    unit: str = "",
    required: bool = False,
    values: Iterable[str] = (),
    pattern: str = "",
) -> pa.Field[Any]:
    """Declare a column. ``values`` is the vocabulary of its values, ``pattern`` a regular expression."""
    metadata = {"description": description, "unit": unit or UNITS[kind]}
    if listed := " ".join(values):
        metadata["values"] = listed
    if pattern:
        metadata["pattern"] = pattern
    return pa.field(name, kind, nullable=not required, metadata=metadata)


def allowed_values(field: pa.Field[Any]) -> tuple[str, ...]:
    """Return the vocabulary of a column; empty if any value is allowed."""
    return tuple((field.metadata or {}).get(b"values", b"").decode().split())


def field_pattern(field: pa.Field[Any]) -> str:
    """Return the regular expression that matches a column's values entirely; empty if there is none."""
    return str((field.metadata or {}).get(b"pattern", b"").decode())


def field_metadata(field: pa.Field[Any], key: str = "description") -> str:
    """Return the ``description`` or the ``unit`` of a column."""
    return str((field.metadata or {})[key.encode()].decode())


@dataclass(frozen=True)
class Reference:
    """A foreign key: ``columns`` refer to the row of ``table`` whose ``key`` has the same values."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A published table. ``by_year`` tables are partitioned by publication year; others are one file."""

    name: str
    description: str
    key: tuple[str, ...]
    schema: pa.Schema
    references: tuple[Reference, ...] = ()
    by_year: bool = False


#: Columns of ``official_judgements`` that hold grades, and what each grade is of.
OFFICIAL_AREAS = {
    "overall_effectiveness": "overall effectiveness",
    "help_and_protection": "help and protection; under SLAC, of safeguarding",
    "in_care": "children in care; under ILACS until January 2023, of children in care and care leavers",
    "care_leavers": "care leavers",
    "leadership": "leadership",
    "adoption": "adoption performance",
    "lscb": "the Local Safeguarding Children Board",
}
#: Tables whose values may be corrected. Lines are published as printed, issues as found.
CORRECTABLE_TABLES = ("reports", "judgements", "sections", "findings", "recommendations", "inspectors")

#: Pattern of the grades in Ofsted's statistics.
OFFICIAL_GRADE = "Outstanding|Good|Requires improvement to be good|Inadequate"

#: Tables whose rows are tagged with themes.
TAGGED_TABLES = ("findings", "recommendations")

GSS_CODE = "E[0-9]{8}"
DFE_CODE = "[0-9]{3}"

SHARED_COLUMNS: Mapping[str, pa.Field[Any]] = {
    field.name: field
    for field in (
        column("urn", pa.int32(), "Ofsted's unique reference number (URN) of the authority", required=True),
        column("report_id", pa.string(), "Number of the report, from the URL of its file", required=True),
        column(
            "publication_year",
            pa.int32(),
            "Year of publication of the report; the partition",
            unit="year",
            required=True,
        ),
        column(
            "ordinal",
            pa.int32(),
            "Position among the rows of the report in this table, from 1",
            required=True,
        ),
        column(
            "family", pa.string(), "Kind of report, derived from its title", required=True, values=FAMILIES
        ),
        column("framework", pa.string(), "Inspection framework, as read from the report"),
        column(
            "area",
            pa.string(),
            "Judgement area of the section that contains the text; null outside such sections",
        ),
        column("section", pa.int32(), "Ordinal of the section that contains the text, in the table sections"),
        column("section_title", pa.string(), "Heading of that section"),
        column("page", pa.int32(), "Page on which the text starts, from 1"),
        column(
            "x0", pa.float64(), "Left edge of the bounding box, from the left edge of the page", unit=POINTS
        ),
        column("top", pa.float64(), "Upper edge of the bounding box, from the top of the page", unit=POINTS),
        column(
            "x1", pa.float64(), "Right edge of the bounding box, from the left edge of the page", unit=POINTS
        ),
        column(
            "bottom", pa.float64(), "Lower edge of the bounding box, from the top of the page", unit=POINTS
        ),
        column("paragraph", pa.int32(), "Printed number of the paragraph; null if unnumbered"),
        column(
            "part",
            pa.int32(),
            "Part of the file, from 1: a file can hold two documents, each with paragraphs numbered from 1",
            required=True,
        ),
        column("text", pa.string(), "Text, joined across lines and pages", required=True),
        pa.field(
            "boxes",
            pa.list_(BOX),
            nullable=False,
            metadata={
                "description": "Bounding boxes of the text: one per block of consecutive lines on a page",
                "unit": POINTS,
            },
        ),
        column(
            "gss_code", pa.string(), "ONS (GSS) code of the authority's area", unit="code", pattern=GSS_CODE
        ),
        column("published", pa.date32(), "Date of publication, as listed by the site"),
        column(
            "counts",
            pa.bool_(),
            "Whether views, pages and statistics use the report: its title names the authority, its framework"
            " and dates are known, and none of its grades is contradicted",
            required=True,
        ),
        column("not_counted_reason", pa.string(), "Why the report does not count; null if it counts"),
        column(
            "valid_from", pa.date32(), "First day of validity; null if unknown or before the records begin"
        ),
        column("valid_to", pa.date32(), "Last day of validity; null if still valid"),
    )
}


#: Columns of the tables that publish a vocabulary.
LABEL_COLUMNS = (
    column("label", pa.string(), "Label", required=True),
    column("short_label", pa.string(), "Label for narrow columns and charts", required=True),
    column("sort_order", pa.int32(), "Position in the order of display, from 1", required=True),
)


def table(
    name: str,
    description: str,
    key: str,
    columns: Iterable[str | pa.Field[Any]],
    references: Mapping[str, str] | None = None,
    *,
    by_year: bool = False,
) -> Table:
    """Declare a table.

    Args:
        name: Name of the table.
        description: Meaning of a row.
        key: Columns of the primary key, separated by spaces.
        columns: Names of shared columns, and columns of this table alone, in order.
        references: Foreign keys: columns to 'table.key columns', both separated by spaces.
        by_year: Whether the table is partitioned by publication year.
    """
    fields = [SHARED_COLUMNS[entry] if isinstance(entry, str) else entry for entry in columns]
    key_columns = tuple(key.split())
    fields = [field.with_nullable(False) if field.name in key_columns else field for field in fields]
    foreign_keys = []
    for names, target in (references or {}).items():
        target_table, target_key = target.split(".")
        foreign_keys.append(Reference(tuple(names.split()), target_table, tuple(target_key.split())))
    metadata: dict[str | bytes, str | bytes] = {"description": description, "key": key}
    schema = pa.schema(fields, metadata=metadata)
    return Table(name, description, key_columns, schema, tuple(foreign_keys), by_year)


_DECLARATIONS = (
    table(
        "authorities",
        "English local authorities responsible for children's services since 2012, current and former",
        "urn",
        (
            "urn",
            column("name", pa.string(), "Short name in common use", required=True),
            column("official_name", pa.string(), "Legal name"),
            column(
                "authority_type",
                pa.string(),
                "Type of council; provisional if only the site lists the authority, not the reference data",
                required=True,
                values=AUTHORITY_TYPES,
            ),
            column(
                "region_name",
                pa.string(),
                "Region of England; Not known for a provisional row",
                required=True,
            ),
            column(
                "region_gss_code", pa.string(), "ONS (GSS) code of the region", unit="code", pattern=GSS_CODE
            ),
            column(
                "dfe_code",
                pa.string(),
                "Three-digit code of the Department for Education",
                unit="code",
                pattern=DFE_CODE,
            ),
            column(
                "gss_code",
                pa.string(),
                "ONS (GSS) code of the authority's area, the latest",
                unit="code",
                pattern=GSS_CODE,
            ),
            column(
                "combined_authority",
                pa.string(),
                "Combined authority of which the authority is a member; null if none",
            ),
            "valid_from",
            "valid_to",
            column("population_0_17", pa.int32(), "Residents aged 0 to 17", unit="people"),
            column("population_year", pa.int32(), "Year of the mid-year population estimate", unit="year"),
            column("website", pa.string(), "URL of the authority's website"),
        ),
    ),
    table(
        "gss_codes",
        "ONS (GSS) codes of each authority's area, with their dates of validity",
        "urn gss_code",
        (
            "urn",
            "gss_code",
            "valid_from",
            "valid_to",
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "successions",
        "Reorganisations of local government: one row per predecessor and successor",
        "predecessor_urn successor_urn",
        (
            column("predecessor_urn", pa.int32(), "URN of the authority that was abolished", required=True),
            column(
                "successor_urn",
                pa.int32(),
                "URN of an authority that took over its area or a part of it",
                required=True,
            ),
            column("last_day", pa.date32(), "Last day of the predecessor's existence", required=True),
        ),
        {"predecessor_urn": "authorities.urn", "successor_urn": "authorities.urn"},
    ),
    table(
        "statistical_neighbours",
        "The ten statistical neighbours of each authority in the Department for Education's model",
        "urn rank",
        (
            "urn",
            column("rank", pa.int32(), "Rank by closeness; 1 is the closest neighbour", required=True),
            column("neighbour_urn", pa.int32(), "URN of the neighbour", required=True),
            column(
                "closeness", pa.string(), "Degree of closeness, as worded in the source", values=CLOSENESS
            ),
        ),
        {"urn": "authorities.urn", "neighbour_urn": "authorities.urn"},
    ),
    table(
        "official_judgements",
        "Judgements in Ofsted's official statistics, an independent source for comparison",
        "urn framework published",
        (
            "urn",
            column(
                "framework",
                pa.string(),
                "Inspection framework: "
                + "; ".join(f"{term.code}: {term.label}" for term in OFFICIAL_FRAMEWORKS.values()),
                required=True,
                values=OFFICIAL_FRAMEWORKS,
            ),
            column("inspection_start", pa.date32(), "First day of the inspection; null if not given"),
            column("published", pa.date32(), "Date of publication in the statistics", required=True),
            *(
                column(area, pa.string(), f"Grade of {meaning}", pattern=OFFICIAL_GRADE)
                for area, meaning in OFFICIAL_AREAS.items()
            ),
            column("release", pa.string(), "Release of the statistics: OS and the year", required=True),
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "official_inspections",
        "Inspections and visits that Ofsted's spreadsheets record, of all authorities, current and former",
        "urn kind framework event_date",
        (
            "urn",
            column("kind", pa.string(), "Kind of event: a report family", values=FAMILIES),
            column(
                "framework",
                pa.string(),
                "Inspection framework, as in official_judgements; that of visits is ILACS",
                values=OFFICIAL_FRAMEWORKS,
            ),
            column("event_date", pa.date32(), "First day; the date of publication if it is not recorded"),
            column("inspection_start", pa.date32(), "First day; not recorded before 2018"),
            column("published", pa.date32(), "Date of publication; not recorded for visits of 2022 and 2023"),
            column("inspection_type", pa.string(), "standard or short; null for visits and before 2018"),
            column("official_theme", pa.string(), "Theme of the visit, in Ofsted's words"),
            column("topic", pa.string(), "Code of that theme", values=VISIT_TOPICS),
            column(
                "release",
                pa.string(),
                "Release of the statistics: OS and the year. Visits are recorded for the years to 31 March"
                " 2023 and 2025 only",
                required=True,
            ),
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "topics",
        "Topics of visits (Ofsted's own list) and joint inspections, and the words that assign them",
        "topic",
        (
            column("topic", pa.string(), "Code of the topic", pattern="[a-z_]+"),
            column(
                "kind",
                pa.string(),
                "Where the topic occurs",
                required=True,
                values=("visit", "joint_inspection"),
            ),
            column("label", pa.string(), "Label", required=True),
            column(
                "pattern",
                pa.string(),
                "Case-insensitive regular expression that matches the words of a theme",
                unit="regular expression",
                required=True,
            ),
            column(
                "excluded",
                pa.string(),
                "Regular expression of words that are removed first",
                unit="regular expression",
            ),
            column("note", pa.string(), "What the topic is, and what does not count", required=True),
        ),
    ),
    table(
        "abbreviations",
        "Abbreviations that the reports use, and what they stand for; the search treats both as the same",
        "abbreviation expansion",
        (
            column("abbreviation", pa.string(), "Abbreviation", pattern="[A-Z][A-Za-z]*[A-Z]"),
            column("expansion", pa.string(), "Words that it stands for, in the singular where possible"),
        ),
    ),
    table(
        "official_differences",
        "Reviewed differences between Ofsted's official statistics and a report",
        "urn published area",
        (
            "urn",
            column("published", pa.date32(), "Date of publication in the statistics", required=True),
            column("area", pa.string(), "Judgement area: the name of a column of official_judgements"),
            column("official_grade", pa.string(), "Grade in the statistics; null if none", values=GRADES),
            column("grade", pa.string(), "Grade in the report; null if none", values=GRADES),
            column("reason", pa.string(), "Reason for the difference, as far as known", required=True),
            column("source", pa.string(), "Where the difference was looked up", required=True),
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "indicators",
        "Official indicators: figures on children's services that the Department for Education publishes",
        "indicator",
        (
            column("indicator", pa.string(), "Code of the indicator", pattern="[a-z0-9_]+"),
            column("name", pa.string(), "Name", required=True),
            column("unit", pa.string(), "Unit of the values", required=True, values=INDICATOR_UNITS),
            column(
                "direction",
                pa.string(),
                "Which value is usually regarded as better",
                required=True,
                values=INDICATOR_DIRECTIONS,
            ),
            column("definition", pa.string(), "What is counted, and on which day", required=True),
            column("source", pa.string(), "Publisher, publication and file", required=True),
            column("source_url", pa.string(), "URL of the publication", required=True),
            column("release", pa.string(), "Release from which all years are taken", required=True),
            column(
                "year_end",
                pa.string(),
                "Last day of each year, or the day that is counted: month and day, such as 03-31",
                required=True,
                pattern="[0-9]{2}-[0-9]{2}",
            ),
            column("first_year", pa.int32(), "First year with figures", unit="year", required=True),
            column("last_year", pa.int32(), "Last year with figures", unit="year", required=True),
            column("licence", pa.string(), "Licence of the figures", required=True),
            column("sha256", pa.string(), "SHA-256 hash of the published file", required=True),
            column("sort_order", pa.int32(), "Position in the order of display, from 1", required=True),
        ),
    ),
    table(
        "authority_indicators",
        "Official figures of each authority, region and England: one row per area, indicator and year",
        "area_code indicator year",
        (
            column(
                "area_code",
                pa.string(),
                "ONS (GSS) code of the area: the latest of the authority, or that of the region (Inner and"
                " Outer London have their own) or of England",
                unit="code",
                pattern=GSS_CODE,
            ),
            SHARED_COLUMNS["urn"].with_nullable(True),
            column(
                "year",
                pa.int32(),
                "Year to 31 March; for social workers to 30 September, for the population 30 June",
                unit="year",
            ),
            column("indicator", pa.string(), "Code of the indicator"),
            column("value", pa.float64(), "Figure in the unit of the indicator; null if there is none"),
            column("numerator", pa.float64(), "Number that the figure counts; null if not published"),
            column("denominator", pa.float64(), "Number to which it relates; null if not published"),
            column(
                "status",
                pa.string(),
                "Where the figure comes from, or why there is none",
                required=True,
                values=INDICATOR_STATUSES,
            ),
        ),
        {"urn": "authorities.urn", "indicator": "indicators.indicator"},
    ),
    table(
        "theme_indicators",
        "Pairs of a theme and an official indicator about the same subject, to compare without causal claims",
        "theme indicator",
        (
            column("theme", pa.string(), "Code of the theme, as in the table themes", pattern="[a-z0-9_]+"),
            column("indicator", pa.string(), "Code of the indicator"),
            column("note", pa.string(), "What the findings and the figure have in common", required=True),
        ),
        {"indicator": "indicators.indicator"},
    ),
    table(
        "families",
        "Kinds of report, with the labels and the order in which they are shown",
        "family",
        (
            column("family", pa.string(), "Code of the kind of report", values=FAMILIES),
            *LABEL_COLUMNS,
            column("is_graded", pa.bool_(), "Whether reports of this kind give grades", required=True),
        ),
    ),
    table(
        "areas",
        "Judgement areas of all frameworks, with the labels and the order in which they are shown",
        "area",
        (
            column("area", pa.string(), "Code of the judgement area", values=AREAS),
            *LABEL_COLUMNS,
            column(
                "valid_from",
                pa.date32(),
                "First day of the first framework that judges the area",
                required=True,
            ),
            column(
                "is_headline",
                pa.bool_(),
                "Whether the grade of this area stands for the whole report in lists of reports",
                required=True,
            ),
        ),
    ),
    table(
        "grades",
        "Grades of all scales, with the labels and the order in which they are shown",
        "grade",
        (
            column("grade", pa.string(), "Code of the grade", values=GRADES),
            *LABEL_COLUMNS,
        ),
    ),
    table(
        "frameworks",
        "Inspection frameworks of the reports",
        "framework",
        (
            "framework",
            "family",
            column("name", pa.string(), "Name of the framework", required=True),
            column(
                "scale",
                pa.string(),
                "Grades of the framework, best first, separated by spaces; empty if it gives none",
            ),
        ),
        {"family": "families.family"},
    ),
    table(
        "framework_areas",
        "Judgement areas of each framework",
        "framework area",
        (
            "framework",
            column("area", pa.string(), "Code of the judgement area"),
            column(
                "label", pa.string(), "Name of the area as printed in reports of the framework", required=True
            ),
            column(
                "required", pa.bool_(), "Whether every report of the framework judges the area", required=True
            ),
        ),
        {"framework": "frameworks.framework", "area": "areas.area"},
    ),
    table(
        "publications",
        "Publications that the reports site lists, or has listed, on the page of an authority",
        "report_id",
        (
            "report_id",
            "urn",
            column("title", pa.string(), "Title, as listed by the site", required=True),
            "family",
            "published",
            column("listed_inspection_date", pa.date32(), "Date of the inspection, as listed by the site"),
            column("url", pa.string(), "Public URL of the file", required=True),
            column("provider_url", pa.string(), "Public URL of the authority's page", required=True),
            column(
                "first_seen",
                pa.timestamp("us"),
                "Time of the first crawl that found the publication",
                required=True,
            ),
            column(
                "last_seen",
                pa.timestamp("us"),
                "Time of the last crawl that found the publication, among crawls that found any change",
                required=True,
            ),
            column(
                "is_listed",
                pa.bool_(),
                "Whether the last of these crawls found the publication",
                required=True,
            ),
            column(
                "changed_at",
                pa.timestamp("us"),
                "Time of the crawl that last found the listing new or changed; null if unrecorded",
            ),
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "listing_issues",
        "Oddities of the site's pages: links, dates, titles and authorities that could not be used as usual",
        "page_url address reason text",
        (
            column("page_url", pa.string(), "Public URL of the page that shows the oddity"),
            column("address", pa.string(), "Address concerned, of a link or a page; empty if there is none"),
            column(
                "reason",
                pa.string(),
                "Code of the oddity",
                values=LISTING_ISSUE_REASONS,
            ),
            column("text", pa.string(), "Text concerned, as shown by the page; empty if there is none"),
            column(
                "detail", pa.string(), "Description of the oddity, and what follows from it", required=True
            ),
            column(
                "urn",
                pa.int32(),
                "Ofsted's unique reference number (URN) of the authority; null if it is not a number",
            ),
            column("authority", pa.string(), "Name of the authority, as shown by the site", required=True),
            column(
                "report_id",
                pa.string(),
                "Number of the report, which is listed nevertheless; null if the oddity concerns no report,"
                " or a link that is not followed",
            ),
        ),
        {"urn": "authorities.urn", "report_id": "publications.report_id"},
    ),
    table(
        "reports",
        "One row per publication: what it is, where it comes from and how completely it was extracted",
        "report_id",
        (
            "report_id",
            "urn",
            "family",
            "framework",
            column("title", pa.string(), "Title, as listed by the site", required=True),
            "published",
            column("inspection_start", pa.date32(), "First day of the inspection, as printed"),
            column("inspection_end", pa.date32(), "Last day of the inspection, as printed"),
            column("previous_start", pa.date32(), "First day of the previous inspection, if printed"),
            column("previous_end", pa.date32(), "Last day of the previous inspection, if printed"),
            column("inspection_type", pa.string(), "standard, or short (at most seven days on site)"),
            column("theme", pa.string(), "Subject of a visit; null for full inspections"),
            column("lead_inspector", pa.string(), "Lead inspector, as printed"),
            column("pages", pa.int32(), "Number of pages of the file", unit="pages"),
            column("sha256", pa.string(), "SHA-256 hash of the file, which is its name in the archive"),
            column("size_bytes", pa.int64(), "Size of the file", unit="bytes"),
            column("source_url", pa.string(), "Public URL of the file", required=True),
            column("retrieved_at", pa.timestamp("us"), "When the file was fetched"),
            column(
                "status", pa.string(), "Completeness of the extraction", required=True, values=REPORT_STATUSES
            ),
            column(
                "text_coverage",
                pa.float64(),
                "Share of the characters that are accounted for: in a row, or in wording that reports"
                " are known to contain",
                unit="share, 0 to 1",
            ),
            column(
                "extractor_version",
                pa.string(),
                "Hash of the parser's source and of the corrections of this report",
                unit="code",
            ),
            "publication_year",
            "counts",
            "not_counted_reason",
            column(
                "partial_reason",
                pa.string(),
                "What was not read or is uncertain, in plain words; null unless status is partial",
            ),
        ),
        {"report_id": "publications.report_id", "urn": "authorities.urn"},
        by_year=True,
    ),
    table(
        "judgements",
        "Judgements: one row per report and judgement area",
        "report_id area",
        (
            "report_id",
            "urn",
            column("area", pa.string(), "Code of the judgement area"),
            column("label", pa.string(), "Name of the area, as printed"),
            column("grade", pa.string(), "Grade; null unless status is graded", values=GRADES),
            column("grade_printed", pa.string(), "Grade, as printed"),
            column(
                "grade_rank",
                pa.int32(),
                "Rank on the scale of the framework, 1 for the best grade; null unless status is graded",
                unit="rank",
            ),
            column(
                "status", pa.string(), "Whether the area is graded", required=True, values=JUDGEMENT_STATUSES
            ),
            column(
                "evidence", pa.string(), "Where the report states the grade: table, list, sentence or heading"
            ),
            "page",
            "x0",
            "top",
            "x1",
            "bottom",
            "publication_year",
            "counts",
            "not_counted_reason",
        ),
        {"report_id": "reports.report_id", "urn": "authorities.urn"},
        by_year=True,
    ),
    table(
        "sections",
        "Headings of each report, in order",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            column("title", pa.string(), "Heading, as printed", required=True),
            "area",
            column("grade", pa.string(), "Grade that the heading repeats; null if none", values=GRADES),
            column(
                "level",
                pa.int32(),
                "Level of the heading: 1 for a section, 2 for a subsection",
                required=True,
            ),
            "page",
            "publication_year",
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "findings",
        "Findings: one row per paragraph of what inspectors found",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            "urn",
            "section",
            "section_title",
            "area",
            "paragraph",
            "part",
            column("kind", pa.string(), "Kind of paragraph", required=True, values=FINDING_KINDS),
            "text",
            SHARED_COLUMNS["page"].with_nullable(False),
            column("page_end", pa.int32(), "Page on which the text ends, from 1", required=True),
            "boxes",
            "publication_year",
        ),
        {
            "report_id": "reports.report_id",
            "urn": "authorities.urn",
            "report_id section": "sections.report_id ordinal",
        },
        by_year=True,
    ),
    table(
        "recommendations",
        "Improvements, recommendations and priority actions that inspectors ask for",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            "urn",
            column("kind", pa.string(), "Kind of request", required=True, values=RECOMMENDATION_KINDS),
            "section",
            "section_title",
            "area",
            "paragraph",
            "part",
            "text",
            column(
                "outcomes",
                pa.list_(pa.int32()),
                "Outcomes of the children's social care national framework that the text names, by number",
            ),
            column(
                "enablers",
                pa.list_(pa.int32()),
                "Enablers of the national framework that the text names, by number: 1 multi-agency working, 2"
                " leaders, 3 workforce",
            ),
            column(
                "principles",
                pa.list_(pa.int32()),
                "Principles of the national framework that the text names, by number",
            ),
            SHARED_COLUMNS["page"].with_nullable(False),
            "boxes",
            "publication_year",
            column(
                "responsible_body",
                pa.string(),
                "Bodies that a table of priority actions names as responsible for this one, as printed",
            ),
        ),
        {
            "report_id": "reports.report_id",
            "urn": "authorities.urn",
            "report_id section": "sections.report_id ordinal",
        },
        by_year=True,
    ),
    table(
        "inspectors",
        "Inspectors named in each report",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            column("name", pa.string(), "Name, as printed", required=True),
            column("role", pa.string(), "Role in the inspection, in the singular"),
            column(
                "post", pa.string(), "Post, in the singular; several people can share the post of their group"
            ),
            "publication_year",
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "report_lines",
        "Lines of each report, each with exactly one role",
        "report_id page line",
        (
            "report_id",
            "page",
            column(
                "line", pa.int32(), "Position of the line on the page in reading order, from 1", required=True
            ),
            column("role", pa.string(), "Role of the line in the report", required=True),
            "text",
            "x0",
            "top",
            "x1",
            "bottom",
            column("size", pa.float64(), "Font size of the first character", unit="points"),
            column("bold", pa.bool_(), "Whether the first and the last character are bold"),
            "publication_year",
            column(
                "unaccounted",
                pa.int32(),
                "Number of characters that are in no row of another table and belong to no wording that"
                " reports are known to contain",
                unit="characters",
                required=True,
            ),
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "extraction_issues",
        "Text that could not be extracted, and contradictions within a report",
        "report_id code detail",
        (
            "report_id",
            column("code", pa.string(), "Code of the broken invariant"),
            column("detail", pa.string(), "Description of the issue"),
            column(
                "severity",
                pa.string(),
                "Severity: error if the issue makes the report partial, warning if it does not, acknowledged"
                " if a person has confirmed that the report is printed so",
                required=True,
                values=SEVERITIES,
            ),
            "page",
            "publication_year",
            column(
                "disqualifies",
                pa.bool_(),
                "Whether a report with this issue does not count: see reports.counts",
                required=True,
            ),
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "themes",
        "Lexicon of themes: patterns by which findings and recommendations are tagged",
        "theme pattern",
        (
            column("theme", pa.string(), "Code of the theme", pattern="[a-z0-9_]+"),
            column(
                "pattern",
                pa.string(),
                "Case-insensitive regular expression that matches whole words",
                unit="regular expression",
            ),
            column(
                "note",
                pa.string(),
                "What the pattern is meant to match, and known false matches",
                required=True,
            ),
        ),
    ),
    table(
        "theme_matches",
        "Theme tags of findings and recommendations, with the matched words; each text is tagged once",
        "source_table report_id ordinal theme",
        (
            column("source_table", pa.string(), "Table of the tagged row", values=TAGGED_TABLES),
            "report_id",
            "ordinal",
            column("theme", pa.string(), "Code of the theme, as in the table themes"),
            "urn",
            "area",
            pa.field(
                "matched",
                pa.list_(pa.string()),
                nullable=False,
                metadata={
                    "description": "Matched words as printed, without duplicates",
                    "unit": UNITS[pa.list_(pa.string())],
                },
            ),
            column("sentence", pa.string(), "First sentence that contains a matched word", required=True),
            column(
                "publication_year",
                pa.int32(),
                "Year of publication of the report",
                unit="year",
                required=True,
            ),
        ),
        {"report_id": "reports.report_id", "urn": "authorities.urn"},
    ),
    table(
        "theme_samples",
        "Random sample of theme tags, each judged by a person, to estimate the precision of each theme",
        "theme source_table report_id ordinal",
        (
            column("theme", pa.string(), "Code of the theme, as in the table themes"),
            column("source_table", pa.string(), "Table of the tagged row", values=TAGGED_TABLES),
            "report_id",
            "ordinal",
            column("matched", pa.string(), "First matched words", required=True),
            column("sentence", pa.string(), "Sentence that the person judged", required=True),
            column(
                "verdict",
                pa.string(),
                "Whether the sentence is about the theme",
                required=True,
                values=THEME_VERDICTS,
            ),
            column(
                "remark", pa.string(), "Subject of the sentence if wrong, or why the verdict was difficult"
            ),
        ),
    ),
    table(
        "corrections",
        "Reviewed corrections of misprints in reports, applied after the extraction",
        "table key column",
        (
            column("table", pa.string(), "Table of the corrected row", values=CORRECTABLE_TABLES),
            column(
                "key",
                pa.string(),
                "Key of the corrected row: its values in the order of the key columns, separated by spaces",
            ),
            column("column", pa.string(), "Corrected column"),
            column("printed", pa.string(), "Value as printed in the report; null if none"),
            column("corrected", pa.string(), "Value published instead; null if none"),
            column("reason", pa.string(), "Why the printed value is wrong", required=True),
            column("source", pa.string(), "Source of the corrected value", required=True),
            column("date", pa.date32(), "Date of the correction", required=True),
        ),
    ),
    table(
        "acknowledged_issues",
        "Extraction issues that a person has confirmed: the report is printed so and cannot be corrected",
        "report_id code detail",
        (
            "report_id",
            column("code", pa.string(), "Code of the broken invariant, as in extraction_issues"),
            column("detail", pa.string(), "Description of the issue, as in extraction_issues"),
            column("printed", pa.string(), "What the report prints", required=True),
            column("reason", pa.string(), "Why the issue is not an error", required=True),
            column("date", pa.date32(), "Date of the review", required=True),
        ),
        {"report_id code detail": "extraction_issues.report_id code detail"},
    ),
)

#: Tables by name; each comes after the tables that it references.
TABLES: Mapping[str, Table] = {declared.name: declared for declared in _DECLARATIONS}

#: Tables that are extracted from reports, one partition per year, in the same order.
REPORT_TABLES = tuple(name for name, declared in TABLES.items() if declared.by_year)
