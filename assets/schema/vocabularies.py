"""The closed vocabularies of the dataset: every code that a published column may hold, with its labels.

Belongs here: codes, labels and their order, each defined once. Views, pages, charts, the workbook and the
column declarations derive from these definitions; the tables ``areas``, ``families`` and ``grades`` publish
them. Does not belong here: how reports print an area or a grade (``assets.parsing.frameworks``), how titles
map to families (``assets.publications.report_types``), and colours (the website's style sheet).

Codes are published values: add codes, never rename them. The order of definition is the sort order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A code of a vocabulary, with the words that people read instead of it.

    ``short_label`` suits narrow columns and chart bars; it is the label unless set. ``sort_order`` is the
    position in the vocabulary, from 1; ``_vocabulary`` sets it.
    """

    code: str
    label: str
    short_label: str = ""
    sort_order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Term):
    """A judgement area: a subject on which inspectors give a grade.

    Attributes:
        valid_from: First day of the first framework that judges the area.
        is_headline: Whether the grade of this area stands for the whole report in lists of reports.
        is_tracked: Whether the national page charts the area's grades over the years.
        wide_column: The area's column in the views with one column per area; empty if it has none.
        combines: Areas that a grade of this area stands for, if it covers several.
    """

    valid_from: date
    is_headline: bool = False
    is_tracked: bool = True
    wide_column: str = ""
    combines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(Term):
    """A kind of report. ``is_graded`` states whether its reports give grades."""

    is_graded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade(Term):
    """A grade of any scale. ``initials`` fit where ``short_label`` does not."""

    initials: str


_AnyTerm = TypeVar("_AnyTerm", bound=Term)


def _vocabulary(*terms: _AnyTerm) -> Mapping[str, _AnyTerm]:
    """Return the terms by code, in order, with their sort order and short labels set."""
    return {
        term.code: replace(term, sort_order=position, short_label=term.short_label or term.label)
        for position, term in enumerate(terms, start=1)
    }


def _terms(**labels: str) -> Mapping[str, Term]:
    """Return a vocabulary without short labels from its labels by code."""
    return _vocabulary(*(Term(code=code, label=label) for code, label in labels.items()))


#: Judgement areas of all frameworks, in the order in which pages and charts show them.
AREAS: Mapping[str, Area] = _vocabulary(
    Area(
        code="leadership",
        label="Impact of leaders",
        short_label="Leaders",
        valid_from=date(2013, 11, 1),
        wide_column="impact_of_leaders_grade",
    ),
    Area(
        code="help_and_protection",
        label="Help and protection",
        valid_from=date(2013, 11, 1),
        wide_column="help_and_protection_grade",
    ),
    Area(
        code="in_care",
        label="Children in care",
        short_label="In care",
        valid_from=date(2013, 11, 1),
        wide_column="in_care_grade",
    ),
    Area(
        code="in_care_and_care_leavers",
        label="Children in care and care leavers",
        short_label="In care and care leavers",
        valid_from=date(2018, 1, 1),
        combines=("in_care", "care_leavers"),
    ),
    Area(
        code="care_leavers",
        label="Care leavers",
        valid_from=date(2013, 11, 1),
        wide_column="care_leavers_grade",
    ),
    Area(
        code="overall_effectiveness",
        label="Overall effectiveness",
        short_label="Overall",
        valid_from=date(2013, 6, 1),
        is_headline=True,
        wide_column="overall_effectiveness_grade",
    ),
    Area(code="adoption", label="Adoption", valid_from=date(2013, 11, 1), is_tracked=False),
    Area(
        code="lscb",
        label="Local safeguarding children board",
        short_label="LSCB",
        valid_from=date(2013, 11, 1),
        is_tracked=False,
    ),
    Area(
        code="capacity_to_improve",
        label="Capacity to improve",
        valid_from=date(2013, 6, 1),
    ),
    Area(
        code="outcomes_for_looked_after_children",
        label="Outcomes for looked after children",
        short_label="Outcomes",
        valid_from=date(2013, 6, 1),
    ),
    Area(code="quality_of_provision", label="Quality of provision", valid_from=date(2013, 6, 1)),
    Area(
        code="leadership_and_management",
        label="Leadership and management",
        short_label="Management",
        valid_from=date(2013, 6, 1),
    ),
    Area(
        code="area_send_statement",
        label="Area SEND: written statement of action",
        short_label="SEND statement",
        valid_from=date(2016, 5, 1),
        is_headline=True,
        is_tracked=False,
    ),
    Area(
        code="area_send_progress",
        label="Area SEND: progress at the revisit",
        short_label="SEND revisit",
        valid_from=date(2018, 12, 1),
        is_headline=True,
        is_tracked=False,
    ),
    Area(
        code="area_send_outcome",
        label="Area SEND outcome",
        short_label="Area SEND",
        valid_from=date(2023, 1, 1),
        is_headline=True,
    ),
)

#: Kinds of report, as ``assets.publications.report_types`` derives them from titles.
FAMILIES: Mapping[str, Family] = _vocabulary(
    Family(code="inspection", label="Inspection", is_graded=True),
    Family(code="focused_visit", label="Focused visit"),
    Family(code="monitoring_visit", label="Monitoring visit"),
    Family(code="jtai", label="Joint targeted area inspection", short_label="JTAI"),
    Family(code="area_send", label="Area SEND inspection", short_label="Area SEND", is_graded=True),
    Family(code="other", label="Other report", short_label="Other"),
)

#: Grades of all scales, the best of each scale first. A grade's rank depends on its framework's scale.
GRADES: Mapping[str, Grade] = _vocabulary(
    Grade(code="outstanding", label="Outstanding", initials="O"),
    Grade(code="good", label="Good", initials="G"),
    Grade(
        code="requires_improvement",
        label="Requires improvement",
        short_label="Req. improvement",
        initials="RI",
    ),
    Grade(code="adequate", label="Adequate", initials="A"),
    Grade(code="inadequate", label="Inadequate", initials="I"),
    Grade(code="positive", label="Typically positive", short_label="Positive", initials="P"),
    Grade(code="inconsistent", label="Inconsistent", initials="I"),
    Grade(code="systemic_failings", label="Systemic failings", initials="SF"),
    Grade(
        code="no_written_statement",
        label="No written statement of action required",
        short_label="No statement",
        initials="N",
    ),
    Grade(
        code="written_statement_of_action",
        label="Written statement of action required",
        short_label="Statement required",
        initials="W",
    ),
    Grade(code="sufficient_progress", label="Sufficient progress", initials="S"),
    Grade(code="insufficient_progress", label="Insufficient progress", initials="IP"),
)

#: Grading scales, best grade first.
FOUR_POINT_SCALE = ("outstanding", "good", "requires_improvement", "inadequate")
FOUR_POINT_SCALE_2013 = ("outstanding", "good", "adequate", "inadequate")
AREA_SEND_SCALE = ("positive", "inconsistent", "systemic_failings")
#: Outcomes of area SEND inspections of 2016 to 2022, and of revisits: sufficient progress in every weakness.
AREA_SEND_STATEMENT_SCALE = ("no_written_statement", "written_statement_of_action")
AREA_SEND_PROGRESS_SCALE = ("sufficient_progress", "insufficient_progress")

REPORT_STATUSES = _terms(
    complete="Extracted completely, without contradictions",
    partial="Extracted in part: see the known issues",
    unreadable="The file contains no readable text",
    missing="Listed, but the file is no longer available",
    not_extracted="Archived, but reports of this kind are not extracted",
)
JUDGEMENT_STATUSES = _terms(
    graded="Graded",
    not_judged="Not judged",
    not_found="Not found in the report",
)
FINDING_KINDS = _terms(
    finding="Finding",
    summary="Summary",
    headline="Headline",
    recommendation="Recommendation",
)
RECOMMENDATION_KINDS = _terms(
    improvement="Needs to improve",
    recommendation="Recommendation",
    priority_action="Priority action",
)
SEVERITIES = _terms(error="Error", warning="Warning", acknowledged="Acknowledged")

AUTHORITY_TYPES = _terms(
    county_council="County council",
    unitary_authority="Unitary authority",
    metropolitan_district="Metropolitan district",
    london_borough="London borough",
    city_corporation="City corporation",
    provisional="Provisional entry, not yet in the reference data",
)
#: Oddities of the site's pages, as recorded in ``listing_issues``.
LISTING_ISSUE_REASONS = _terms(
    unusual_address="The link has an unusual address; the report is listed under the number in it",
    old_address="The link has the form of address used before 2018; it is not followed",
    other_host="The link leads to another host; it is not followed",
    unknown_address="The link has an address of unknown form; it is not followed",
    no_title="The link has no title; the report is listed without one",
    unreadable_publication_date="The publication date is not a date",
    unreadable_inspection_date="The inspection date is not a date",
    future_publication_date="The publication date is in the future; the report is listed without one",
    before_first_year="The date lies before the first year of the dataset; the report is in that year",
    listed_twice="Another authority's page lists the same report; its row is kept",
    incomplete_page="The authority's page lacks an expected part",
    unusual_urn="The search result has an address or URN of unknown form; its page is not read",
    unknown_authority="The reference data lacks the authority; it has a provisional row",
)
#: Closeness of statistical neighbours, as the Department for Education words it, closest first.
CLOSENESS = _terms(
    extremely_close="Extremely close",
    very_close="Very close",
    close="Close",
    somewhat_close="Somewhat close",
    not_close="Not close",
)
#: Inspection frameworks as Ofsted's statistics name them, in order of introduction.
OFFICIAL_FRAMEWORKS = _terms(
    SLAC="Safeguarding and looked after children, 2009 to 2012",
    CPI="Child protection, 2012 and 2013",
    TLAC="Looked after children, 2013",
    SIF="Single inspection framework",
    ILACS="Inspecting local authority children's services",
)
#: Topics of visits: Ofsted's own list of themes.
VISIT_TOPICS = _terms(
    front_door="Front door",
    children_in_need_or_plan="Children in need or subject to a plan",
    achieving_permanence="Achieving permanence",
    children_in_care="Children in care",
    care_leavers="Care leavers",
    vulnerable_adolescents="Vulnerable adolescents",
)
#: Units of official indicators.
INDICATOR_UNITS = _terms(
    percent="Per cent",
    per_10000_children="Per 10,000 children",
    cases="Cases per social worker",
    children="Children",
)
#: Which value of an indicator is usually regarded as better.
INDICATOR_DIRECTIONS = _terms(
    lower="Lower is better",
    higher="Higher is better",
    neutral="Neither is better",
)
#: Where the value of an indicator comes from, or why there is none.
INDICATOR_STATUSES = _terms(
    published="As published",
    calculated="Calculated from published numbers",
    joint="Published for several authorities together",
    suppressed="Not published to protect individuals",
    unavailable="Not available",
    not_applicable="Not applicable",
    rounds_to_zero="Rounds to zero but is not zero",
    unreliable="Not published because it is unreliable",
)
#: Themes of the lexicon.
THEMES = _terms(
    adoption="Adoption",
    advocacy="Advocacy and independent visitors",
    allegations_against_professionals="Allegations against professionals (LADO)",
    care_leavers_accommodation="Care leavers’ accommodation",
    care_leavers_education_and_work="Care leavers’ education and work",
    caseloads="Caseloads",
    child_protection_plans="Child protection plans",
    corporate_parenting="Corporate parenting",
    disabled_children="Disabled children",
    domestic_abuse="Domestic abuse",
    drift_and_delay="Drift and delay",
    early_help="Early help",
    edge_of_care="Edge of care",
    education_of_children_in_care="Education of children in care",
    emotional_wellbeing="Emotional well-being",
    exploitation="Exploitation",
    family_group_conferences="Family group conferences",
    family_time="Family time",
    foster_carers="Foster carers",
    front_door="Front door",
    health_of_children_in_care="Health of children in care",
    homeless_16_17="Homeless 16- and 17-year-olds",
    identity_and_diversity="Identity and diversity",
    independent_reviewing_officers="Independent reviewing officers",
    kinship_care="Kinship care",
    life_story_work="Life-story work",
    management_oversight="Management oversight",
    missing_children="Missing children",
    missing_education="Missing education",
    neglect="Neglect",
    participation_and_voice="Participation and voice",
    pathway_plans="Pathway plans",
    performance_information="Performance information",
    permanence="Permanence",
    personal_advisers="Personal advisers",
    placement_stability="Placement stability",
    pre_proceedings="Pre-proceedings",
    private_fostering="Private fostering",
    quality_assurance="Quality assurance and audit",
    re_referrals="Re-referrals",
    strategy_discussions="Strategy discussions",
    substance_misuse_and_adult_mental_health="Substance misuse and adults’ mental health",
    sufficiency="Sufficiency of placements",
    supervision="Supervision of staff",
    thresholds="Thresholds",
    unaccompanied_children="Unaccompanied children (UASC)",
    unregistered_homes="Unregistered children’s homes",
    workforce_stability="Workforce stability",
)
#: Verdicts of the manual evaluation of theme tags.
THEME_VERDICTS = _terms(right="Right", wrong="Wrong")


def label_of(code: object) -> str:
    """Return a code as words: 'not close' for 'not_close', an empty string for None."""
    return "" if code is None else str(code).replace("_", " ")


def vocabulary_label(vocabulary: Mapping[str, Term], code: str) -> str:
    """Return the label of a code; for a code that the vocabulary does not contain, its words."""
    term = vocabulary.get(code)
    return term.label if term else label_of(code).capitalize()
