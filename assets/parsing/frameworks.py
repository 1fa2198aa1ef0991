"""The inspection frameworks, their areas, and the words for grades: what the reports' grammar rests on.

A new framework is a row here. Labels are compared by their letters alone (``letters``), so case, blanks and
full stops do not matter; a label printed in a second wording is a second entry in ``also``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from assets.schema.tables import TABLES
from assets.schema.vocabularies import AREA_SEND_SCALE, FOUR_POINT_SCALE, FOUR_POINT_SCALE_2013


def letters_only(text: str) -> str:
    """Return a label's letters, in lower case: how labels are compared."""
    return "".join(character for character in text.casefold() if character.isalpha())


@dataclass(frozen=True)
class Area:
    """An area that a framework judges, as its reports word it."""

    name: str
    label: str
    also: tuple[str, ...] = ()
    required: bool = True

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every wording of the label, as ``letters`` gives it."""
        return tuple(letters_only(label) for label in (self.label, *self.also))


@dataclass(frozen=True)
class Framework:
    """An inspection framework: who is judged on what, since when, on which scale, best grade first."""

    code: str
    family: str
    name: str
    begins: date
    scale: tuple[str, ...]
    areas: tuple[Area, ...] = ()
    title: str = ""  # words of the title page that tell it, where its areas do not


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
    )
}

#: A grade's words, as reports print them in tables and sentences.
GRADE_WORDS: Mapping[str, str] = {
    "outstanding": "outstanding",
    "good": "good",
    "requires_improvement": r"requires? improvement(?: to be good)?",
    "adequate": "adequate",
    "inadequate": "inadequate",
}
NOT_JUDGED = "not judged"

_GRADE = "|".join(f"(?P<{grade}>{words})" for grade, words in GRADE_WORDS.items())
_WHOLE_GRADE = re.compile(
    rf"(?:grade (?P<before>[1-4]) \()?(?:{_GRADE}|(?P<not_judged>{NOT_JUDGED}))"
    r"(?(before)\)|(?: grade (?P<behind>[1-4]))?)\.?",
    re.IGNORECASE,
)
_CLOSING_GRADE = re.compile(
    rf"(?:[:,;–-]\s*|\b(?:is|are|it|be)\s*:?\s+|\s)(?P<printed>{_GRADE})\s?\.?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Grade:
    """A grade as understood and as printed; ``name`` is null for an area that was not judged."""

    name: str | None
    printed: str


def read_grade(text: str) -> Grade | None:
    """Read words that are a grade and nothing else ('Requires improvement', 'Not judged').

    The reports of 2013 print its number too, 'Grade 3 (Adequate)' or 'Adequate Grade 3': one that is not the
    grade's place on their scale makes the words none.
    """
    match = _WHOLE_GRADE.fullmatch(text.strip())
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
    """Read the grade that ends a heading or a sentence ('… help and protection: good')."""
    match = _CLOSING_GRADE.search(text.strip())
    if not match:
        return None
    name = next(grade for grade in GRADE_WORDS if match.group(grade))
    return Grade(name, match.group("printed"))


def framework_in_force(family: str, day: date | None) -> str | None:
    """Return the code of the newest framework of a family that had begun on a day, if one had."""
    begun = (
        each
        for each in FRAMEWORKS.values()
        if each.family == family and not each.title and day and each.begins <= day
    )
    newest = max(begun, key=lambda each: each.begins, default=None)
    return newest.code if newest else None


def titled_framework(title: str) -> Framework | None:
    """Find the framework that a title page names by itself."""
    words = " ".join(title.casefold().split())
    return next((each for each in FRAMEWORKS.values() if each.title and re.search(each.title, words)), None)


def rank(grade: str | None, framework: str) -> int | None:
    """Return a grade's place on its framework's scale, 1 the best.

    Raises:
        ValueError: the framework does not give that grade.
    """
    return None if grade is None else FRAMEWORKS[framework].scale.index(grade) + 1


def framework_tables() -> tuple[pa.Table, pa.Table]:
    """Return the tables ``frameworks`` and ``framework_areas``."""
    frameworks = [
        {"framework": each.code, "family": each.family, "name": each.name, "scale": " ".join(each.scale)}
        for each in FRAMEWORKS.values()
    ]
    areas = [
        {"framework": each.code, "area": area.name, "label": area.label, "required": area.required}
        for each in FRAMEWORKS.values()
        for area in each.areas
    ]
    return (
        pa.Table.from_pylist(frameworks, schema=TABLES["frameworks"].schema),
        pa.Table.from_pylist(areas, schema=TABLES["framework_areas"].schema),
    )
