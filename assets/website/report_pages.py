"""The content of the report pages: judgements, contents, findings below their headings, adjacent reports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.schema.vocabularies import AREAS
from assets.website import labels
from assets.website.queries import Row, Rows, SiteData, aligned

#: HTML level of the highest headings of a report: they are below "Findings", which has level 2.
_TOP_HEADING_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a report with the findings directly below it.

    ``heading`` is a row of ``sql/website/sections.sql``, or None for findings before the first heading.
    ``html_level`` is the level of its HTML heading.
    """

    heading: Row | None
    html_level: int
    findings: Rows


def report_pages(
    site: SiteData, evidence_images: Mapping[tuple[str, int], str]
) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Yield every report with the variables of its page, in the order of report IDs.

    Args:
        site: The release.
        evidence_images: File name of the evidence image by report ID and page number.
    """
    judgements, headings = site.grouped("judgements", "report_id"), site.grouped("sections", "report_id")
    findings = aligned(sorted(site.reports), site.stream_groups("findings", "report_id"))
    recommendations = site.grouped("recommendations", "report_id")
    issues = site.grouped("known_issues", "report_id")
    reports_by_urn = site.grouped("reports", "urn")
    images: dict[str, dict[int, str]] = {}
    for (report_id, page), name in evidence_images.items():
        images.setdefault(report_id, {})[page] = name
    for report_id, own_findings in findings:
        report = site.reports[report_id]
        sections = group_findings(headings.get(report_id, []), own_findings)
        yield (
            report,
            {
                "report": report,
                "authority": site.authorities[report["urn"]],
                "judgements": sorted(
                    judgements.get(report_id, []), key=lambda row: labels.sort_key(AREAS, row["area"])
                ),
                "sections": sections,
                "section_by_area": sections_by_area(sections),
                "recommendations": recommendations.get(report_id, []),
                "issues": issues.get(report_id, []),
                "evidence_images": images.get(report_id, {}),
                "adjacent_reports": adjacent_reports(reports_by_urn[report["urn"]], report),
            },
        )


def group_findings(headings: Rows, findings: Rows) -> Sequence[Section]:
    """Return the sections of a report with their findings; findings before the first heading come first.

    Sections without findings are omitted, unless a subsection has findings. The HTML level of a heading is
    one more than that of the heading above it, so that no level is skipped: the levels of a report start
    anywhere and may have gaps.
    """
    by_section: dict[int | None, Rows] = {}
    for row in findings:
        by_section.setdefault(row["section"], []).append(row)
    sections = [Section(None, _TOP_HEADING_LEVEL, by_section[None])] if None in by_section else []
    open_levels: list[int] = []
    for index, heading in enumerate(headings):
        rows = by_section.get(heading["ordinal"], [])
        if not rows and not any(
            by_section.get(ordinal) for ordinal in _subsections(headings[index + 1 :], heading["level"])
        ):
            continue
        while open_levels and open_levels[-1] >= heading["level"]:
            open_levels.pop()
        sections.append(Section(heading, _TOP_HEADING_LEVEL + len(open_levels), rows))
        open_levels.append(heading["level"])
    return sections


def _subsections(following: Rows, level: int) -> Iterator[int]:
    """Yield the ordinal of each subsection: each section up to the next of the same or a higher level."""
    for heading in following:
        if heading["level"] <= level:
            return
        yield heading["ordinal"]


def sections_by_area(sections: Sequence[Section]) -> Mapping[str, int]:
    """Return the ordinal of the first section about each area.

    A section about an area that combines several is about each of these, unless they have their own sections.
    """
    ordinals: dict[str, int] = {}
    combined: dict[str, int] = {}
    for section in sections:
        if section.heading is None or section.heading["area"] is None:
            continue
        code, ordinal = section.heading["area"], section.heading["ordinal"]
        ordinals.setdefault(code, ordinal)
        for part in AREAS[code].combines if code in AREAS else ():
            combined.setdefault(part, ordinal)
    return combined | ordinals


def adjacent_reports(reports: Rows, report: Row) -> Sequence[tuple[str, Row]]:
    """Return the previous and the next report of the same authority, each with words that say which it is.

    These are reports of any kind and, where they differ, of the same kind. Superseded reports are omitted.

    Args:
        reports: All reports of the authority, newest first.
        report: One of them.
    """
    in_order = [row for row in reversed(reports) if row is report or not row["superseded_by"]]
    in_order.sort(key=lambda row: row["published"] or date.min)
    position = in_order.index(report)
    adjacent: list[tuple[str, Row]] = []
    for direction, candidates in (
        ("Previous", in_order[:position][::-1]),
        ("Next", in_order[position + 1 :]),
    ):
        same_kind = [row for row in candidates if row["family"] == report["family"]]
        if candidates:
            adjacent.append((f"{direction} report", candidates[0]))
        if same_kind and same_kind[0] is not candidates[0]:
            adjacent.append((f"{direction} report of this kind", same_kind[0]))
    return adjacent
