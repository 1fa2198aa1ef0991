"""The sheets of the workbook as data: their rows, columns and notes, and how coded values are displayed.

Belongs here: what each sheet shows. Does not belong here: how sheets are written (``xlsx``) and what the rows
mean (the headers of the views in ``sql/views``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assets.database.quoting import quote_identifier, quote_identifiers, quote_literal
from assets.schema.vocabularies import (
    CLOSENESS,
    FAMILIES,
    GRADES,
    JUDGEMENT_STATUSES,
    RECOMMENDATION_KINDS,
    THEMES,
    Term,
    vocabulary_label,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet with one table.

    Attributes:
        title: The name on the tab.
        name: The name of the Excel table. Unless ``query`` is set, it is also the view that has the rows.
        contents: What the sheet shows, for the cover.
        columns: Columns of the view, in order; all columns unless given.
        condition: A SQL condition on the rows of the view.
        order: A SQL list of what to sort by; the order of the view unless given.
        query: The query for the rows, if they are not those of a view.
        frozen_to: The last column that stays in place when the sheet is scrolled to the right.
        collapsed: Columns that are folded away, and therefore not printed: codes, ranks and the like.
        widths: The greatest widths of columns with text, in characters, where the usual one does not suit.
        max_lines: How many lines of a text a row shows; the cell has the whole text.
    """

    title: str
    name: str
    contents: str
    columns: tuple[str, ...] = ()
    condition: str = ""
    order: str = ""
    query: str = ""
    frozen_to: str = "local_authority"
    collapsed: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict)
    max_lines: int = 27

    @property
    def rows_query(self) -> str:
        """The query for the rows of the sheet."""
        if self.query:
            return self.query
        columns = quote_identifiers(self.columns) if self.columns else "*"
        condition = f" WHERE {self.condition}" if self.condition else ""
        order = f" ORDER BY {self.order}" if self.order else ""
        return f"SELECT {columns} FROM {quote_identifier(self.name)}{condition}{order}"  # noqa: S608


_CODES = frozenset(
    "urn la_code region_code la_code_new stat_neighbours stat_neighbour_judgement framework report_id".split()
)

_VIEW_SHEETS = (
    Sheet(
        title="Latest judgements",
        name="latest_judgements",
        contents="The latest full inspection of each current authority, with its grades.",
        collapsed=_CODES
        | {
            "local_link_to_all_inspections",
            "inspectors_inspections_count",
            "in_care_and_care_leavers_grade",
            "adoption_grade",
            "lscb_grade",
            "predecessors",
            "is_listed",
            "partial_reason",
        },
        widths={"note": 30},
    ),
    Sheet(
        title="Changes",
        name="judgement_changes",
        contents="Grades in force today that are better or worse than the previous grade of the same area.",
        columns=(
            "area_label",
            "change",
            "local_authority",
            "region_name",
            "previous_grade",
            "previous_inspection_start",
            "grade",
            "inspection_start",
            "published",
            "first_grade",
            "first_inspection_start",
            "change_since_first",
            "times_graded",
            "page_link",
            "urn",
            "report_id",
        ),
        condition="is_current AND change IN ('declined', 'improved')",
        order="area_label, change, local_authority",
        collapsed=_CODES,
    ),
    Sheet(
        title="Recommendations",
        name="latest_recommendations",
        contents="What each authority was asked to improve by its latest full inspection, with themes.",
        columns=(
            "urn",
            "local_authority",
            "region_name",
            "inspection_start_date",
            "overall_effectiveness_grade",
            "kind",
            "area_label",
            "inferred_from",
            "themes",
            "text",
            "page",
            "page_link",
            "publication_date",
            "framework",
            "ordinal",
            "report_id",
        ),
        collapsed=_CODES | {"inferred_from", "publication_date", "ordinal"},
        widths={"area_label": 24, "themes": 26, "text": 80},
    ),
    Sheet(
        title="Neighbours",
        name="neighbour_comparison",
        contents=(
            "The latest grades of each authority's ten statistical neighbours. Its own grades are folded away"
            " next to them."
        ),
        frozen_to="neighbour",
        collapsed=_CODES
        | {
            "inspection_start_date",
            "overall_effectiveness_grade",
            "impact_of_leaders_grade",
            "help_and_protection_grade",
            "in_care_grade",
            "care_leavers_grade",
            "neighbour_urn",
            "neighbour_framework",
            "neighbour_report_id",
            "neighbour_region_name",
            "not_read",
            "neighbour_not_read",
        },
        widths={"neighbour_note": 30},
    ),
    Sheet(
        title="Focused visits",
        name="visits",
        contents="Focused and monitoring visits: their themes and topics, and what they asked for.",
        collapsed=_CODES | {"family", "inspector_name", "inspection_end_date", "region_name"},
        widths={
            "inspection_theme": 35,
            "topics": 25,
            "summary_priority_action": 30,
            "summary_improvement": 80,
        },
    ),
    Sheet(
        title="JTAI",
        name="joint_inspections",
        contents="Joint targeted area inspections: themes, strengths, requests and case studies.",
        collapsed=_CODES
        | {
            "summary_key_strengths",
            "case_study_title",
            "summary_case_study",
            "inspection_end_date",
            "topics",
            "region_name",
        },
        widths={"inspection_theme": 22, "summary_priority_action": 30, "summary_headline_findings": 60},
        max_lines=16,
    ),
    Sheet(
        title="Area SEND",
        name="area_send_inspections",
        contents="Area SEND inspections: outcomes, when the next one is due, and what was asked for.",
        collapsed=_CODES | {"inspection_end_date", "is_latest", "region_name"},
        widths={"inspection_outcome_text": 40, "summary_priority_action": 42, "summary_improvement": 56},
    ),
    Sheet(
        title="History",
        name="judgement_history",
        contents="Every judgement of every inspection, with the authority's previous grade of the same area.",
        columns=(
            "urn",
            "local_authority",
            "region_name",
            "family",
            "framework",
            "inspection_start",
            "inspection_end",
            "published",
            "area",
            "area_label",
            "grade",
            "grade_rank",
            "status",
            "previous_grade",
            "previous_report_id",
            "previous_inspection_start",
            "change",
            "report_id",
            "page",
            "source_url",
        ),
        collapsed=_CODES
        | {"area", "grade_rank", "previous_report_id", "inspection_end", "family", "status", "page"},
    ),
    Sheet(
        title="Panel",
        name="authority_year_panel",
        contents="Grades in force on 31 March of each year, with official figures of the same year.",
        collapsed=_CODES
        | {
            "region_name",
            "is_complete",
            "publication_date",
            "years_since_publication",
            "inspected_in_year",
            "overall_effectiveness_rank",
            "impact_of_leaders_rank",
            "help_and_protection_rank",
            "in_care_rank",
            "care_leavers_rank",
            "predecessors",
            "note",
            "not_read",
            "partial_reason",
        },
    ),
)


def _columns_query(sheets: tuple[Sheet, ...]) -> str:
    """Return the query for the columns of sheets and their descriptions, in the order of the sheets."""
    values = ", ".join(
        f"({position}, {quote_literal(sheet.title)}, {quote_literal(sheet.name)},"
        f" CAST([{', '.join(map(quote_literal, sheet.columns))}] AS VARCHAR[]))"
        for position, sheet in enumerate(sheets)
    )
    return (
        'SELECT sheets.title AS sheet, column_name AS "column", comment AS meaning'  # noqa: S608
        f" FROM duckdb_columns() JOIN (VALUES {values}) AS sheets (position, title, name, columns)"
        " ON database_name = current_database() AND table_name = sheets.name"
        " AND (sheets.columns = [] OR column_name IN sheets.columns)"
        " ORDER BY sheets.position, list_position(sheets.columns, column_name), column_index"
    )


#: All sheets with tables, in the order of the workbook.
SHEETS = (
    *_VIEW_SHEETS,
    Sheet(
        title="Columns",
        name="columns",
        contents="The meaning of every column of the other sheets.",
        query=_columns_query(_VIEW_SHEETS),
        frozen_to="column",
        widths={"meaning": 120},
    ),
)

#: Sentences for the cover: what readers of the sheets need to know.
HOW_TO_READ = (
    "Each sheet is one table with filters. The sheet Columns explains every column.",
    (
        "Codes and further details are folded away: the button 2 at the top left of a sheet shows them."
        ' Formulas find them anyway: =XLOOKUP("825", latest_judgements[la_code],'
        " latest_judgements[in_care_grade])."
    ),
    (
        "An empty grade was not given or could not be read: the columns note and not_read give the reason."
        " Inspections from April 2026 have no overall grade. Until January 2023 children in care and care"
        " leavers were judged together; the joint grade is in in_care_grade."
    ),
    "Areas and themes of recommendations are partly inferred from words: read the text as well.",
    "Columns named page_link open the report at the page of the value.",
    "A row shows the beginning of a very long text; the cell has the whole text.",
)

#: Background and text colours of grades: those of the website's light theme.
_BEST, _GOOD = ("#0B4F7D", "#FFFFFF"), ("#8CC3E4", "#0D1B26")
_MIDDLE, _WORST = ("#F2B24A", "#221500"), ("#99330F", "#FFFFFF")
_OTHER_GRADE = ("#DFE3E6", "#14181C")
_GRADE_COLOURS: Mapping[str, tuple[str, str]] = {
    "outstanding": _BEST,
    "good": _GOOD,
    "requires_improvement": _MIDDLE,
    "adequate": _MIDDLE,
    "inadequate": _WORST,
    "positive": _GOOD,
    "inconsistent": _MIDDLE,
    "systemic_failings": _WORST,
    "no_written_statement": _GOOD,
    "written_statement_of_action": _WORST,
    "sufficient_progress": _GOOD,
    "insufficient_progress": _WORST,
}

#: Columns with codes that are displayed as words. Codes without a vocabulary are displayed with spaces.
_VOCABULARIES: Mapping[str, Mapping[str, Term]] = {
    "change": {},
    "change_since_first": {},
    "closeness": CLOSENESS,
    "family": FAMILIES,
    "inferred_from": {},
    "kind": RECOMMENDATION_KINDS,
    "outcome": GRADES,
    "stat_neighbour_judgement": GRADES,
    "status": JUDGEMENT_STATUSES,
    "themes": THEMES,
}
_LIST_SEPARATOR = "; "


def grade_colours(code: str) -> tuple[str, str]:
    """Return the background and text colours of a grade."""
    return _GRADE_COLOURS.get(code, _OTHER_GRADE)


def column_vocabulary(column: str) -> Mapping[str, Term] | None:
    """Return the vocabulary of a column whose codes are displayed as words; None for other columns."""
    return GRADES if column.endswith("grade") else _VOCABULARIES.get(column)


def display_text(value: str | list[str], vocabulary: Mapping[str, Term] | None) -> str:
    """Return a text, a code, a list of codes or several codes in one text as people read them."""
    if vocabulary is None:
        return value if isinstance(value, str) else _LIST_SEPARATOR.join(value)
    codes = value.split(_LIST_SEPARATOR) if isinstance(value, str) else value
    return _LIST_SEPARATOR.join(vocabulary_label(vocabulary, code) for code in codes)
