"""Inspection frameworks, their areas, and how reports print grades.

A new framework is a new entry of ``FRAMEWORKS``. Labels are compared with ``letters_only``, so case, spaces
and punctuation do not matter; further wordings of a label are in ``Area.also``. How a report is parsed is in
``grammar`` and ``families``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pyarrow as pa

from assets.schema.tables import TABLES
from assets.schema.vocabularies import (
    AREA_SEND_PROGRESS_SCALE,
    AREA_SEND_SCALE,
    AREA_SEND_STATEMENT_SCALE,
    FOUR_POINT_SCALE,
    FOUR_POINT_SCALE_2013,
)

_LETTERS = re.compile(r"[^\W\d_]+")
#: Deletes all other characters of a text in ASCII.
_TO_LETTERS = {code: None for code in range(128) if not chr(code).isalpha()}


@lru_cache(maxsize=8192)
def letters_only(text: str) -> str:
    """Return the letters of a text in lower case, for comparison. Several steps compare the same lines."""
    folded = text.casefold()
    return folded.translate(_TO_LETTERS) if folded.isascii() else "".join(_LETTERS.findall(folded))


@dataclass(frozen=True)
class Area:
    """An area that a framework judges. ``also`` holds further wordings of the label."""

    name: str
    label: str
    also: tuple[str, ...] = ()
    required: bool = True

    @property
    def spellings(self) -> tuple[str, ...]:
        """All wordings of the label, reduced by ``letters_only``."""
        return tuple(letters_only(label) for label in (self.label, *self.also))


@dataclass(frozen=True)
class Framework:
    """An inspection framework. ``scale`` starts with the best grade."""

    code: str
    family: str
    name: str
    begins: date
    scale: tuple[str, ...]
    areas: tuple[Area, ...] = ()
    title: str = ""  # pattern of the first page's text, for frameworks that are recognised by their title


_LEADERS_2018 = Area("leadership", "The impact of leaders on social work practice with children and families")
_LEADERS_2026 = Area(
    "leadership",
    "The impact of leaders on practice with children and families",
    also=("The impact of leaders on social work practice with children and families",),
)
_HELP = Area("help_and_protection", "The experiences and progress of children who need help and protection")
_IN_CARE = Area("in_care", "The experiences and progress of children in care")
_CARE_LEAVERS = Area(
    "care_leavers",
    "The experiences and progress of care leavers",
    also=("The experiences and progress of children care leavers",),
)
_CARE_2018 = Area(
    "in_care_and_care_leavers", "The experiences and progress of children in care and care leavers"
)
_OVERALL = Area("overall_effectiveness", "Overall effectiveness")
_BOARD = "Local Safeguarding Children Board"

FRAMEWORKS: Mapping[str, Framework] = {
    framework.code: framework
    for framework in (
        Framework(
            "sif",
            "inspection",
            "Single inspection framework",
            date(2013, 11, 1),
            FOUR_POINT_SCALE,
            (
                _OVERALL,
                Area("help_and_protection", "1. Children who need help and protection"),
                Area("in_care", "2. Children looked after and achieving permanence"),
                Area("adoption", "2.1 Adoption performance"),
                Area("care_leavers", "2.2 Experiences and progress of care leavers"),
                Area("leadership", "3. Leadership, management and governance"),
                Area("lscb", _BOARD, required=False),
            ),
        ),
        Framework(
            "ilacs_2018",
            "inspection",
            "Inspecting local authority children's services, 2018 to 2022",
            date(2018, 1, 1),
            FOUR_POINT_SCALE,
            (_LEADERS_2018, _HELP, _CARE_2018, _OVERALL),
        ),
        Framework(
            "ilacs_2023",
            "inspection",
            "Inspecting local authority children's services, 2023 to March 2026",
            date(2023, 1, 1),
            FOUR_POINT_SCALE,
            (_LEADERS_2018, _HELP, _IN_CARE, _CARE_LEAVERS, _OVERALL),
        ),
        Framework(
            "ilacs_2026",
            "inspection",
            "Inspecting local authority children's services, from April 2026",
            date(2026, 4, 1),
            FOUR_POINT_SCALE,
            (_LEADERS_2026, _HELP, _IN_CARE, _CARE_LEAVERS),
        ),
        Framework(
            "looked_after_2013",
            "inspection",
            "Inspection of services for looked after children and care leavers, 2013",
            date(2013, 6, 1),
            FOUR_POINT_SCALE_2013,
            (
                _OVERALL,
                Area("capacity_to_improve", "Capacity to improve"),
                Area(
                    "outcomes_for_looked_after_children",
                    "Outcomes for looked after children and young people",
                ),
                Area("quality_of_provision", "Quality of provision"),
                Area("leadership_and_management", "Leadership and management"),
            ),
            title="inspection of looked after children",
        ),
        Framework(
            "lscb_review",
            "inspection",
            "Review of a local safeguarding children board",
            date(2013, 11, 1),
            FOUR_POINT_SCALE,
            (Area("lscb", _BOARD),),
            title="^(?!.*inspection of services).*review of the effectiveness of the local safeguarding",
        ),
        Framework("jtai_2016", "jtai", "Joint targeted area inspection, 2016 to 2021", date(2016, 1, 1), ()),
        Framework("jtai_2022", "jtai", "Joint targeted area inspection, from 2022", date(2022, 1, 1), ()),
        Framework(
            "area_send_2023",
            "area_send",
            "Area special educational needs and disabilities, from 2023",
            date(2023, 1, 1),
            AREA_SEND_SCALE,
            (Area("area_send_outcome", "Inspection outcome"),),
        ),
        Framework(
            "area_send_revisit",
            "area_send",
            "Area special educational needs and disabilities, revisits until 2022",
            date(2018, 12, 1),
            AREA_SEND_PROGRESS_SCALE,
            (Area("area_send_progress", "Progress at the revisit"),),
            title=(
                r"\barea (?:send|special educational needs[^.]{0,40}) re-?visit"
                r"|\bre-?visited the (?:local )?area"
            ),
        ),
        Framework(
            "area_send_2016",
            "area_send",
            "Area special educational needs and disabilities, 2016 to 2022",
            date(2016, 5, 1),
            AREA_SEND_STATEMENT_SCALE,
            (Area("area_send_statement", "Written statement of action"),),
            title=(
                r"\b(?:joint|local)(?: local)? area (?:send|special educational needs[^.]{0,40}) inspection\b"
            ),
        ),
    )
}

#: Patterns of the grades as printed in tables and sentences.
GRADE_WORDS: Mapping[str, str] = {
    "outstanding": "outstanding",
    "good": "good",
    "requires_improvement": r"requires? improvements?(?: ?[,:–-]?\s+to be good)?(?: \(RI\))?",
    "adequate": "adequate",
    "inadequate": "inadequate",
}
NOT_JUDGED = "not judged"

_GRADE = "|".join(f"(?P<{grade}>{words})" for grade, words in GRADE_WORDS.items())
_GRADE_ONLY = re.compile(
    rf"(?:grade (?P<before>[1-4]) \()?[‘“']?(?:{_GRADE}|(?P<not_judged>{NOT_JUDGED}))[’”']?"
    r"(?(before)\)|(?: grade (?P<behind>[1-4]))?)\*?\.?",
    re.IGNORECASE,
)
_CLOSING_GRADE = re.compile(
    rf"(?:[:,;(–-]\s*|\b(?:is|are|it|be)\s*:?\s+|\s)[‘“']?(?P<printed>{_GRADE})[’”')]?\s?\.?$",
    re.IGNORECASE,
)
#: Words before a grade that a text does not give: 'are not yet good', 'less than good', 'likely to be good'.
_NOT_GIVEN = re.compile(
    r"(?:(?:\bnot|n[’'`]t)(?: \w+){0,2}|\b(?:less|rather|other|better|worse) than|\bbelow|\btowards?|\bnever"
    r"|\bno longer|(?<!judged )(?<!graded )(?<!rated )(?<!found )(?<!considered )\bto be)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Grade:
    """A grade and its printed form. ``name`` is None for an area that was not judged."""

    name: str | None
    printed: str


def read_grade(text: str) -> Grade | None:
    """Parse a text that is a grade and nothing else ('Requires improvement', 'Not judged').

    Reports of 2013 also print the number of the grade: 'Grade 3 (Adequate)' or 'Adequate Grade 3'. The result
    is None if the number contradicts the grade.
    """
    match = _GRADE_ONLY.fullmatch(text.strip())
    if not match:
        return None
    if match.group("not_judged"):
        return Grade(None, match.group("not_judged"))
    name = next(grade for grade in GRADE_WORDS if match.group(grade))
    number = match.group("before") or match.group("behind")
    if number and (name not in FOUR_POINT_SCALE_2013 or FOUR_POINT_SCALE_2013.index(name) + 1 != int(number)):
        return None
    return Grade(name, match.group(name))


def closing_grade(text: str) -> Grade | None:
    """Parse the grade at the end of a heading or a sentence ('… help and protection: good').

    The result is None if the text does not give the grade ('… is not yet good').
    """
    match = _CLOSING_GRADE.search(text.strip())
    if not match or _NOT_GIVEN.search(match.string[: match.start("printed")].rstrip(" ‘“'(")):
        return None
    name = next(grade for grade in GRADE_WORDS if match.group(grade))
    return Grade(name, match.group("printed"))


def framework_in_force(family: str, day: date | None) -> str | None:
    """Return the code of a family's newest framework that was in force on a day, or None.

    Frameworks that are recognised by their title are left out.
    """
    candidates = (
        framework
        for framework in FRAMEWORKS.values()
        if framework.family == family and not framework.title and day and framework.begins <= day
    )
    newest = max(candidates, key=lambda framework: framework.begins, default=None)
    return newest.code if newest else None


def titled_framework(title: str) -> Framework | None:
    """Return the framework that is recognised by the text of a first page, or None."""
    text = " ".join(title.casefold().split())
    titled = (framework for framework in FRAMEWORKS.values() if framework.title)
    return next((framework for framework in titled if re.search(framework.title, text)), None)


def rank(grade: str | None, framework: str) -> int | None:
    """Return the rank of a grade on its framework's scale, 1 for the best; None without a grade.

    Raises:
        ValueError: The grade is not on the scale of the framework.
    """
    return None if grade is None else FRAMEWORKS[framework].scale.index(grade) + 1


def framework_tables() -> tuple[pa.Table, pa.Table]:
    """Return the tables ``frameworks`` and ``framework_areas``."""
    frameworks = [
        {
            "framework": framework.code,
            "family": framework.family,
            "name": framework.name,
            "scale": " ".join(framework.scale),
        }
        for framework in FRAMEWORKS.values()
    ]
    areas = [
        {"framework": framework.code, "area": area.name, "label": area.label, "required": area.required}
        for framework in FRAMEWORKS.values()
        for area in framework.areas
    ]
    return (
        pa.Table.from_pylist(frameworks, schema=TABLES["frameworks"].schema),
        pa.Table.from_pylist(areas, schema=TABLES["framework_areas"].schema),
    )
