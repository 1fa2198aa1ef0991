"""How the website words what the tables name, and in which order it shows it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

GRADES: Mapping[str, str] = MappingProxyType(
    {
        "outstanding": "Outstanding",
        "good": "Good",
        "requires_improvement": "Requires improvement",
        "adequate": "Adequate",
        "inadequate": "Inadequate",
        "positive": "Typically positive",
        "inconsistent": "Inconsistent",
        "systemic_failings": "Systemic failings",
    }
)
#: The four grades that full inspections give today, best first.
FOUR_GRADES = ("outstanding", "good", "requires_improvement", "inadequate")

#: Judgement areas, in the order in which pages show them.
AREAS: Mapping[str, str] = MappingProxyType(
    {
        "overall_effectiveness": "Overall effectiveness",
        "leadership": "Impact of leaders",
        "help_and_protection": "Help and protection",
        "in_care": "Children in care",
        "in_care_and_care_leavers": "Children in care and care leavers",
        "care_leavers": "Care leavers",
        "adoption": "Adoption",
        "lscb": "Local safeguarding children board",
        "capacity_to_improve": "Capacity to improve",
        "outcomes_for_looked_after_children": "Outcomes for looked after children",
        "quality_of_provision": "Quality of provision",
        "leadership_and_management": "Leadership and management",
        "area_send_outcome": "Area SEND outcome",
    }
)
#: The areas of today's tables: each with its column of ``latest_judgements``.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "leadership": "impact_of_leaders_grade",
        "help_and_protection": "help_and_protection_grade",
        "in_care": "in_care_grade",
        "care_leavers": "care_leavers_grade",
        "overall_effectiveness": "overall_effectiveness_grade",
    }
)

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "inspection": "Inspection",
        "focused_visit": "Focused visit",
        "monitoring_visit": "Monitoring visit",
        "jtai": "Joint targeted area inspection",
        "area_send": "Area SEND inspection",
        "other": "Other report",
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "improvement": "Needs to improve",
        "recommendation": "Recommendation",
        "priority_action": "Priority action",
    }
)
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "county_council": "County council",
        "unitary_authority": "Unitary authority",
        "metropolitan_district": "Metropolitan district",
        "london_borough": "London borough",
        "city_corporation": "City corporation",
    }
)
CHANGES: Mapping[str, str] = MappingProxyType({"improved": "▲ Up", "declined": "▼ Down", "same": "= Same"})
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "complete": "Read whole; everything agrees",
        "partial": "Read in part: see the known issues",
        "unreadable": "The file has no text that could be read",
        "missing": "Listed, but the file is gone",
        "not_extracted": "Kept, but of a kind that is not read",
        "not_judged": "Not judged",
        "not_found": "Not found in the report",
    }
)


def label_of(name: str | None) -> str:
    """Return a canonical name as words: 'not_close' as 'not close'."""
    return (name or "").replace("_", " ")


def day(value: date | None) -> str:
    """Return a date as people write it: '4 March 2024'."""
    return f"{value.day} {value:%B %Y}" if value else ""


def short_day(value: date | None) -> str:
    """Return a date as narrow columns have it: '4 Mar 2024'."""
    return f"{value.day} {value:%b %Y}" if value else ""


def size(count: int) -> str:
    """Return a file's size: '12 kB', '3.4 MB'."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(count / 1e3, 1):.0f} kB"
