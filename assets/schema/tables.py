"""The one declaration of every table: columns, types, units, keys, meanings.

Parquet metadata, DuckDB types, keys and comments, Dagster column schemas, the checks and the data
dictionary are derived from what stands here; nothing else in the project describes a column. Names and
meanings of tables and columns are a contract with their users: add, never rename.

A field that means the same in several tables is declared once, in ``SHARED``. Text is NFC, single-spaced.
Times are UTC. Boxes are in PDF points, origin top left, of the page as displayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from assets.schema.vocabularies import (
    AUTHORITY_TYPES,
    CLOSENESS,
    FAMILIES,
    FINDING_KINDS,
    GRADES,
    JUDGEMENT_STATUSES,
    OFFICIAL_FRAMEWORKS,
    RECOMMENDATION_KINDS,
    REPORT_STATUSES,
    SEVERITIES,
    THEME_VERDICTS,
)

POINTS = "PDF points (1/72 inch)"

#: What a type's values are counted in, where a column does not say it better.
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
    """Declare a column; the checks see to the vocabulary that ``values`` closes, and to ``pattern``."""
    metadata = {"description": description, "unit": unit or UNITS[kind]}
    if listed := " ".join(values):
        metadata["values"] = listed
    if pattern:
        metadata["pattern"] = pattern
    return pa.field(name, kind, nullable=not required, metadata=metadata)


def allowed_values(field: pa.Field[Any]) -> tuple[str, ...]:
    """Return the only values a column may hold, or nothing where any will do."""
    return tuple((field.metadata or {}).get(b"values", b"").decode().split())


def field_pattern(field: pa.Field[Any]) -> str:
    """Return the regular expression that a column's values match from end to end, or nothing."""
    return str((field.metadata or {}).get(b"pattern", b"").decode())


def field_metadata(field: pa.Field[Any], key: str = "description") -> str:
    """Return what the declaration says of a column: its ``description`` or its ``unit``."""
    return str((field.metadata or {})[key.encode()].decode())


@dataclass(frozen=True)
class Reference:
    """A foreign key: these columns name a row of that table, whose key they hold."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of the contract.

    ``by_year`` tables are stored one folder per publication year; the rest in a single file.
    """

    name: str
    description: str
    key: tuple[str, ...]
    schema: pa.Schema
    references: tuple[Reference, ...] = ()
    by_year: bool = False


#: Columns of ``official_judgements`` that hold grades, and what each grade is of.
OFFICIAL_AREAS = {
    "overall_effectiveness": "overall effectiveness",
    "help_and_protection": "help and protection; of safeguarding overall in SLAC",
    "in_care": "children in care, and with them care leavers under ILACS until January 2023",
    "care_leavers": "care leavers",
    "leadership": "leaders",
    "adoption": "adoption performance",
    "lscb": "the Local Safeguarding Children Board",
}
#: What is read from reports may be corrected; lines stay as printed, issues as found.
CORRECTABLE_TABLES = ("reports", "judgements", "sections", "findings", "recommendations", "inspectors")

#: Grades as Ofsted's statistics word them.
OFFICIAL_GRADE = "Outstanding|Good|Requires improvement to be good|Inadequate"

#: The tables whose rows are tagged with themes.
TAGGED_TABLES = ("findings", "recommendations")

GSS_CODE = "E[0-9]{8}"
DFE_CODE = "[0-9]{3}"

SHARED_COLUMNS: Mapping[str, pa.Field[Any]] = {
    field.name: field
    for field in (
        column("urn", pa.int32(), "The authority, by Ofsted's unique reference number", required=True),
        column("report_id", pa.string(), "The number in the address of the report's file", required=True),
        column(
            "publication_year",
            pa.int32(),
            "Year in which the report was published: the partition",
            unit="year",
            required=True,
        ),
        column("ordinal", pa.int32(), "Place among the report's rows of this table, from 1", required=True),
        column("family", pa.string(), "Kind of report, by its title", required=True, values=FAMILIES),
        column("framework", pa.string(), "Inspection framework, read from the report"),
        column("area", pa.string(), "Judgement area the text belongs to, by its section"),
        column("section", pa.int32(), "Ordinal of the section it stands in"),
        column("section_title", pa.string(), "That section's heading"),
        column("page", pa.int32(), "Page it starts on, from 1"),
        column("x0", pa.float64(), "Left edge of its box", unit=POINTS),
        column("top", pa.float64(), "Upper edge of its box, from the page's top", unit=POINTS),
        column("x1", pa.float64(), "Right edge of its box", unit=POINTS),
        column("bottom", pa.float64(), "Lower edge of its box, from the page's top", unit=POINTS),
        column("paragraph", pa.int32(), "Its printed number; null if it has none"),
        column("text", pa.string(), "Its words, joined across lines and pages", required=True),
        pa.field(
            "boxes",
            pa.list_(BOX),
            nullable=False,
            metadata={
                "description": "Where its lines stand: one box per unbroken run of lines on a page",
                "unit": POINTS,
            },
        ),
        column("gss_code", pa.string(), "ONS code of its area", unit="code", pattern=GSS_CODE),
        column("published", pa.date32(), "Day of publication, as the site lists it"),
        column("valid_from", pa.date32(), "First day; null if not known or before records begin"),
        column("valid_to", pa.date32(), "Last day; null if it still holds"),
    )
}


def table(
    name: str,
    description: str,
    key: str,
    columns: Iterable[str | pa.Field[Any]],
    references: Mapping[str, str] | None = None,
    *,
    by_year: bool = False,
) -> Table:
    """Declare a table. ``references`` maps its columns to 'table.key columns', blanks between several."""
    fields = [SHARED_COLUMNS[entry] if isinstance(entry, str) else entry for entry in columns]
    keyed = tuple(key.split())
    fields = [field.with_nullable(False) if field.name in keyed else field for field in fields]
    links = tuple(
        Reference(tuple(own.split()), target, tuple(theirs.split()))
        for own, (target, theirs) in ((own, to.split(".")) for own, to in (references or {}).items())
    )
    metadata: dict[str | bytes, str | bytes] = {"description": description, "key": key}
    return Table(name, description, keyed, pa.schema(fields, metadata=metadata), links, by_year)


_DECLARATIONS = (
    table(
        "authorities",
        "Every local authority in England with children's services since 2012, present and former",
        "urn",
        (
            "urn",
            column("name", pa.string(), "Short name in common use", required=True),
            column("official_name", pa.string(), "Full legal name"),
            column("authority_type", pa.string(), "Type of council", required=True, values=AUTHORITY_TYPES),
            column("region_name", pa.string(), "Region of England", required=True),
            column("region_gss_code", pa.string(), "ONS code of the region", unit="code", pattern=GSS_CODE),
            column(
                "dfe_code",
                pa.string(),
                "Department for Education's three-digit code",
                unit="code",
                pattern=DFE_CODE,
            ),
            column(
                "gss_code", pa.string(), "ONS code of its area, the latest", unit="code", pattern=GSS_CODE
            ),
            column("combined_authority", pa.string(), "Combined authority it belongs to, if any"),
            "valid_from",
            "valid_to",
            column("population_0_17", pa.int32(), "Residents aged 0 to 17", unit="people"),
            column("population_year", pa.int32(), "Mid-year to which the population refers", unit="year"),
            column("website", pa.string(), "Its website"),
        ),
    ),
    table(
        "gss_codes",
        "Every ONS code an authority has had, with the days on which it held",
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
        "Which authority took over from which when councils were reorganised",
        "predecessor_urn successor_urn",
        (
            column("predecessor_urn", pa.int32(), "The authority that ended", required=True),
            column(
                "successor_urn", pa.int32(), "An authority that took over its area, or part", required=True
            ),
            column("last_day", pa.date32(), "Last day of the predecessor", required=True),
        ),
        {"predecessor_urn": "authorities.urn", "successor_urn": "authorities.urn"},
    ),
    table(
        "statistical_neighbours",
        "The ten authorities most like each authority, by the Department for Education's model",
        "urn rank",
        (
            "urn",
            column("rank", pa.int32(), "1 is the closest", required=True),
            column("neighbour_urn", pa.int32(), "The neighbour", required=True),
            column("closeness", pa.string(), "How close, in the source's words", values=CLOSENESS),
        ),
        {"urn": "authorities.urn", "neighbour_urn": "authorities.urn"},
    ),
    table(
        "official_judgements",
        "What Ofsted's own statistics say: an independent source, with which judgements are compared",
        "urn framework published",
        (
            "urn",
            column(
                "framework",
                pa.string(),
                "Kind of inspection: SLAC (safeguarding and looked after children, 2009 to 2012),"
                " CPI (child protection, 2012 and 2013), TLAC (looked after children, 2013), SIF, ILACS",
                required=True,
                values=OFFICIAL_FRAMEWORKS,
            ),
            column("inspection_start", pa.date32(), "First day of the inspection, where they give it"),
            column("published", pa.date32(), "Day of publication, as they have it", required=True),
            *(
                column(area, pa.string(), f"Their grade of {meaning}", pattern=OFFICIAL_GRADE)
                for area, meaning in OFFICIAL_AREAS.items()
            ),
            column("release", pa.string(), "Release of the statistics: OS and its year", required=True),
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "official_differences",
        "Differences from Ofsted's statistics that were looked up in the report, one by one",
        "urn published area",
        (
            "urn",
            column("published", pa.date32(), "Day of publication, as the statistics have it", required=True),
            column("area", pa.string(), "The judgement area, as a column of official_judgements"),
            column("official_grade", pa.string(), "What the statistics say; null for nothing", values=GRADES),
            column("grade", pa.string(), "What the report says; null for nothing", values=GRADES),
            column("reason", pa.string(), "Why the two differ, as far as is known", required=True),
            column("source", pa.string(), "Where it was looked up", required=True),
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "frameworks",
        "The inspection frameworks under which reports were written",
        "framework",
        (
            "framework",
            "family",
            column("name", pa.string(), "Its name in the field", required=True),
            column("scale", pa.string(), "Grades it gives, best first, separated by blanks"),
        ),
    ),
    table(
        "framework_areas",
        "The areas each framework judges",
        "framework area",
        (
            "framework",
            column("area", pa.string(), "Canonical name of the judgement area"),
            column("label", pa.string(), "The area as the framework words it", required=True),
            column("required", pa.bool_(), "Whether every report must judge it", required=True),
        ),
        {"framework": "frameworks.framework"},
    ),
    table(
        "publications",
        "Everything the reports site has listed on an authority",
        "report_id",
        (
            "report_id",
            "urn",
            column("title", pa.string(), "Title, as listed", required=True),
            "family",
            "published",
            column("listed_inspection_date", pa.date32(), "Day of the inspection, as the site lists it"),
            column("url", pa.string(), "Public address of the file", required=True),
            column("provider_url", pa.string(), "Public address of the authority's page", required=True),
            column("first_seen", pa.timestamp("us"), "When a walk of the site first saw it", required=True),
            column(
                "last_seen",
                pa.timestamp("us"),
                "When it was last seen, as of the last walk that brought news",
                required=True,
            ),
            column("is_listed", pa.bool_(), "Whether that walk still found it listed", required=True),
            column(
                "changed_at",
                pa.timestamp("us"),
                "When a walk last found what is listed of it new or changed; null if before this was noted",
            ),
        ),
        {"urn": "authorities.urn"},
    ),
    table(
        "reports",
        "One row for every publication: what it is, where it came from, how well it could be read",
        "report_id",
        (
            "report_id",
            "urn",
            "family",
            "framework",
            column("title", pa.string(), "Title, as listed", required=True),
            "published",
            column("inspection_start", pa.date32(), "First day of the inspection, as printed"),
            column("inspection_end", pa.date32(), "Last day of the inspection, as printed"),
            column("previous_start", pa.date32(), "First day of the inspection before, where it is printed"),
            column("previous_end", pa.date32(), "Last day of the inspection before, likewise"),
            column("inspection_type", pa.string(), "standard, or short: at most seven days on site"),
            column("theme", pa.string(), "What a visit looked at; null for full inspections"),
            column("lead_inspector", pa.string(), "Lead inspector, as printed"),
            column("pages", pa.int32(), "Pages of the file", unit="pages"),
            column("sha256", pa.string(), "Fingerprint of the file; it lies in the archive under it"),
            column("size_bytes", pa.int64(), "Size of the file", unit="bytes"),
            column("source_url", pa.string(), "Public address of the file", required=True),
            column("retrieved_at", pa.timestamp("us"), "When the file was fetched"),
            column("status", pa.string(), "How well it could be read", required=True, values=REPORT_STATUSES),
            column(
                "text_coverage",
                pa.float64(),
                "Share of the report's characters whose role is known (not 'other')",
                unit="share, 0 to 1",
            ),
            column(
                "extractor_version",
                pa.string(),
                "Fingerprint of the code that read it, and of its corrections, if any",
                unit="code",
            ),
            "publication_year",
        ),
        {"report_id": "publications.report_id", "urn": "authorities.urn"},
        by_year=True,
    ),
    table(
        "judgements",
        "Every judgement: one row per report and area",
        "report_id area",
        (
            "report_id",
            "urn",
            column("area", pa.string(), "Canonical name of the judgement area"),
            column("label", pa.string(), "The area, as printed"),
            column("grade", pa.string(), "The grade; null unless status is graded", values=GRADES),
            column("grade_printed", pa.string(), "The grade's words, as printed"),
            column("grade_rank", pa.int32(), "1 is the best of its scale; null unless graded", unit="rank"),
            column(
                "status", pa.string(), "Whether the area was graded", required=True, values=JUDGEMENT_STATUSES
            ),
            column("evidence", pa.string(), "Where the report states it: table, list, sentence, heading"),
            "page",
            "x0",
            "top",
            "x1",
            "bottom",
            "publication_year",
        ),
        {"report_id": "reports.report_id", "urn": "authorities.urn"},
        by_year=True,
    ),
    table(
        "sections",
        "The headings of each report, in order",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            column("title", pa.string(), "The heading, as printed", required=True),
            "area",
            column("grade", pa.string(), "The grade it repeats, if it does", values=GRADES),
            column("level", pa.int32(), "1 is a section, 2 a part of one", required=True),
            "page",
            "publication_year",
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "findings",
        "Every paragraph of what inspectors found",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            "urn",
            "section",
            "section_title",
            "area",
            "paragraph",
            column("kind", pa.string(), "What the paragraph is", required=True, values=FINDING_KINDS),
            "text",
            SHARED_COLUMNS["page"].with_nullable(False),
            column("page_end", pa.int32(), "Page it ends on", required=True),
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
        "Every improvement, recommendation and priority action that inspectors ask for",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            "urn",
            column("kind", pa.string(), "How it is asked for", required=True, values=RECOMMENDATION_KINDS),
            "section",
            "section_title",
            "area",
            "paragraph",
            "text",
            column(
                "outcomes",
                pa.list_(pa.int32()),
                "Outcomes of the children's social care national framework that it names",
            ),
            SHARED_COLUMNS["page"].with_nullable(False),
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
        "inspectors",
        "Who inspected, as the report names them",
        "report_id ordinal",
        (
            "report_id",
            "ordinal",
            column("name", pa.string(), "Name, as printed", required=True),
            column("role", pa.string(), "Part in this inspection, as printed"),
            column("post", pa.string(), "Post held, as printed"),
            "publication_year",
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "report_lines",
        "Every line of every report and the one role it plays",
        "report_id page line",
        (
            "report_id",
            "page",
            column("line", pa.int32(), "Line of the page, in reading order, from 1", required=True),
            column("role", pa.string(), "What the line is", required=True),
            "text",
            "x0",
            "top",
            "x1",
            "bottom",
            column("size", pa.float64(), "Size of its first letter", unit="points"),
            column("bold", pa.bool_(), "Whether its first and last letters are bold"),
            "publication_year",
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "extraction_issues",
        "What could not be read, or did not agree with itself",
        "report_id code detail",
        (
            "report_id",
            column("code", pa.string(), "Which invariant does not hold"),
            column("detail", pa.string(), "What exactly, in words"),
            column("severity", pa.string(), "Errors make a report partial", required=True, values=SEVERITIES),
            "page",
            "publication_year",
        ),
        {"report_id": "reports.report_id"},
        by_year=True,
    ),
    table(
        "themes",
        "The words by which findings and recommendations are tagged with themes",
        "theme pattern",
        (
            column("theme", pa.string(), "The theme", pattern="[a-z0-9_]+"),
            column(
                "pattern",
                pa.string(),
                "Words that make it: a regular expression for whole words, in any case",
                unit="regular expression",
            ),
            column("note", pa.string(), "What it is meant to find, and what it may find too", required=True),
        ),
    ),
    table(
        "theme_matches",
        "Which findings and recommendations speak of which themes, with the words that say so",
        "source_table report_id ordinal theme",
        (
            column("source_table", pa.string(), "Table of the tagged row", values=TAGGED_TABLES),
            "report_id",
            "ordinal",
            column("theme", pa.string(), "The theme, as in themes"),
            "urn",
            "area",
            pa.field(
                "matched",
                pa.list_(pa.string()),
                nullable=False,
                metadata={
                    "description": "The words that were found, as they stand, each once",
                    "unit": UNITS[pa.list_(pa.string())],
                },
            ),
            column("sentence", pa.string(), "The first sentence that has any of them", required=True),
            column(
                "publication_year",
                pa.int32(),
                "Year in which the report was published",
                unit="year",
                required=True,
            ),
        ),
        {"report_id": "reports.report_id", "urn": "authorities.urn"},
    ),
    table(
        "theme_samples",
        "Tags of a whole dataset drawn by lot and read by a person: how far each theme can be trusted",
        "theme source_table report_id ordinal",
        (
            column("theme", pa.string(), "The theme, as in themes"),
            column("source_table", pa.string(), "Table of the tagged row", values=TAGGED_TABLES),
            "report_id",
            "ordinal",
            column("matched", pa.string(), "The first words that were found", required=True),
            column("sentence", pa.string(), "The sentence that was read", required=True),
            column(
                "verdict",
                pa.string(),
                "Whether the sentence speaks of the theme",
                required=True,
                values=THEME_VERDICTS,
            ),
            column("remark", pa.string(), "What the sentence speaks of instead, or why it was a close call"),
        ),
    ),
    table(
        "corrections",
        "What a report prints wrongly and this dataset has right: reviewed one by one, applied last",
        "table key column",
        (
            column("table", pa.string(), "Table of the corrected row", values=CORRECTABLE_TABLES),
            column(
                "key",
                pa.string(),
                "The row's key: its values in the order of the table's key, a blank between two",
            ),
            column("column", pa.string(), "Column that is corrected"),
            column("printed", pa.string(), "The value as read from the report; null if none was"),
            column("corrected", pa.string(), "The value that stands in the row instead; null for none"),
            column("reason", pa.string(), "Why the printed value is wrong", required=True),
            column("source", pa.string(), "Where the right value is found", required=True),
            column("date", pa.date32(), "Day on which the correction was made", required=True),
        ),
    ),
)

#: Every table by name, in an order in which each comes after those it refers to.
TABLES: Mapping[str, Table] = {declared.name: declared for declared in _DECLARATIONS}

#: What reading one year's reports fills, in the same order.
REPORT_TABLES = tuple(name for name, declared in TABLES.items() if declared.by_year)
