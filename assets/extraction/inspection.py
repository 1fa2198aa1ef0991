"""Full inspections of an authority's children's services: the single framework (sif) and ILACS.

The first page gives title, dates and the judgements: a table, or, under the single framework, a sentence on
the whole and a list. The sections behind it repeat each area's grade in their headings, which checks it.
"""

import re
from collections.abc import Sequence
from datetime import date

from assets.extraction import judgement_table, layout
from assets.extraction.dates import read_period
from assets.extraction.frameworks import FRAMEWORKS, Area, Framework, Grade, closing_grade, letters, rank
from assets.extraction.inspectors import leads, read_inspectors
from assets.extraction.rows import Box, Extraction, Issue, Judgement, Role
from assets.extraction.sections import Sections, heading
from assets.reading.lines import Line
from assets.reading.text import joined

#: Frameworks of this module.
OWN = tuple(FRAMEWORKS[code] for code in ("sif", "ilacs_2018", "ilacs_2023", "ilacs_2026"))
_AREAS = tuple(area for framework in OWN for area in framework.areas)
#: A chapter's own small table names its area without the number that the list on the first page gives it.
_CHAPTERS = (
    *_AREAS,
    Area("help_and_protection", "The experiences and progress of children who need help and protection"),
    Area("in_care", "The experiences and progress of children looked after and achieving permanence"),
    Area("leadership", "Leadership, management and governance"),
)

_BOARD = r"(?:local safeguarding children.{0,2} board|\b[a-z]{0,3}scb\b)"
_PLACE = r"(?:this area|\S+)$"
HEADINGS = (
    heading(r"contents$", Role.CONTENTS, None),
    heading(r"what the .*judge?ments mean", Role.BOILERPLATE, None),
    heading(r"the (?:lscb|local authority) is likely to be", Role.BOILERPLATE),
    heading(r"information about (?:this|the) .*\barea", Role.CONTEXT, None),
    heading(rf"(?:children|child protection|children and young people)\b.* in {_PLACE}", Role.CONTEXT),
    heading(r"(?:other|previous) ofsted inspections|other information about", Role.CONTEXT),
    heading(r"the casework model|in the last \d+ months", Role.CONTEXT),
    heading(r"information about (?:this|the .*) inspection|the inspection team", Role.ABOUT),
    heading(r"(?:areas for )?priority\b.*\bactions?\b", Role.RECOMMENDATION, kind="priority_action"),
    heading(r"what needs to improve", Role.RECOMMENDATION, kind="improvement"),
    heading(rf"what .*{_BOARD}.* need.* improve", Role.RECOMMENDATION, "lscb"),
    heading(r"what .*\bneed.*\bimprove|areas? for improvement|recommendations?\b", Role.RECOMMENDATION),
    heading(r"executive summary|summary\b", Role.SUMMARY),
    heading(r"section \d.* summary of findings", Role.SUMMARY, None),
    heading(rf"inspection (?:findings|judge?ments?).*{_BOARD}", Role.FINDING, "lscb"),
    heading(r"inspection findings", Role.FINDING),
    heading(r"inspection judge?ments? about the local authority", Role.FINDING, None),
    heading(r"(?:section 1\W*)?the local authority$", Role.SUMMARY, None),
    heading(rf"key strengths and weaknesses of .*{_BOARD}", Role.FINDING, "lscb"),
    heading(r"(?:the|this) local authority(?:[’']s| has the following) strengths", Role.SUMMARY),
    heading(r"progress since the (?:last|previous) inspection", Role.SUMMARY),
    heading(r".*\bbecause:?$", None),
    heading(rf".*{_BOARD}", Role.FINDING, "lscb"),
    heading(r".*(?:adoption performance|graded judge?ment.*\badoption\b)", Role.FINDING, "adoption"),
    heading(r".*children in care and care leavers", Role.FINDING, "in_care_and_care_leavers"),
    heading(r".*care leavers", Role.FINDING, "care_leavers"),
    heading(r".*(?:in care|looked after and achieving permanence)", Role.FINDING, "in_care"),
    heading(r".*need help and protection", Role.FINDING, "help_and_protection"),
    heading(r".*(?:impact of leaders|leadership, management and gov)", Role.FINDING, "leadership"),
)

_DETAILS = re.compile(
    r"inspection dates?\b|dates? of (?:inspection|publication)|report published|published\b"
    r"|lead inspectors?\b|reporting inspectors?\b|report authors?\b",
    re.IGNORECASE,
)
_DATES = re.compile(
    r"inspection dates?\s*:?(.*?)(?:report published|lead inspector|reporting inspector|$)", re.IGNORECASE
)
_OVERALL = re.compile(r"the overall judgement\b|children[’']s services (?:in|for)\b", re.IGNORECASE)
_ON_THE_BOARD = re.compile(
    rf"the (?:judgement|effectiveness|arrangements|local safeguarding|lscb)\b.*{_BOARD}", re.IGNORECASE
)
_PROSE = 50  # a line this long, in the size of the text, is no longer title or dates
_SHORT_STAY = 7  # days on site, at most, of a short inspection


def extract_inspection(lines: Sequence[Line], published: date | None) -> Extraction:
    """Read a full inspection's report. ``published`` stands in where no date of inspection is printed."""
    sections = Sections(lines, HEADINGS, _CHAPTERS)
    front = _Front(sections)
    sections.read(sections.text[front.read() :])
    out = sections.out
    out.lead_inspector = next((each.name for each in out.inspectors if leads(each)), None)
    framework = _framework(front.rows, out.inspection_start or published)
    if framework is None:
        out.issues.append(Issue("no_framework", "its judgements are those of no known framework", 1))
        return out
    out.framework = framework.code
    out.judgements = [_judgement(area, framework, front, out) for area in framework.areas]
    out.issues += _contradictions(out)
    if framework.code == "sif":
        return out
    if out.inspection_start and out.inspection_end:
        stay = (out.inspection_end - out.inspection_start).days + 1
        out.inspection_type = "short" if stay <= _SHORT_STAY else "standard"
    return out


class _Front:
    """The first page while it is read: what it says before the body begins."""

    def __init__(self, sections: Sections) -> None:
        self.sections = sections
        self.rows: list[judgement_table.Row] = []
        self.overall: tuple[str, Box] | None = None
        self._sentence: list[int] = []

    def read(self) -> int:
        """Give the first page's lines their roles, up to where the body begins; return how many they are."""
        sections, text = self.sections, self.sections.text
        role, place = Role.TITLE, 0
        sections.role = Role.SUMMARY
        while place < len(text) and self._line(text[place]).page == 1:
            rows, taken = self._table(text[place:])
            if rows:
                self.rows, role = rows, Role.SUMMARY
                sections.mark(text[place : place + taken], Role.JUDGEMENT_TABLE)
                place += taken
                continue
            if role is Role.SUMMARY and self._titles_a_section(text[place]):
                break
            role = self._role(text[place], role)
            if role is Role.SUMMARY:
                count = self._interlude(text[place:])
                if not count:
                    break
                sections.fill(text[place : place + count])
                place += count
                continue
            sections.mark([text[place]], role)
            if role is Role.JUDGEMENT:
                self._add_to_sentence(text[place])
            place += 1
        self._read_details()
        return place

    def _line(self, place: int) -> Line:
        return self.sections.lines[place]

    def _table(self, places: Sequence[int]) -> tuple[list[judgement_table.Row], int]:
        if self.rows or not judgement_table.starts(self._line(places[0]), _AREAS):
            return [], 0
        return judgement_table.read_table([self._line(place) for place in places[:60]], _AREAS)

    def _titles_a_section(self, place: int) -> bool:
        line = self._line(place)
        return layout.is_heading(line, self.sections.body) and self.sections.known(line.text) is not None

    def _role(self, place: int, before: Role) -> Role:
        line = self._line(place)
        if _DETAILS.match(line.text):
            return Role.DETAILS
        if self._judges(line):
            return Role.JUDGEMENT
        large = line.bold or line.size > self.sections.body + 0.5
        opening = before in (Role.TITLE, Role.DETAILS) and len(line.text) < _PROSE
        return before if large or opening else Role.SUMMARY

    def _judges(self, line: Line) -> bool:
        """Tell whether a line begins a sentence that gives a judgement."""
        return bool((_OVERALL.match(line.text) and not self.rows) or _ON_THE_BOARD.match(line.text))

    def _interlude(self, places: Sequence[int]) -> int:
        """Count the lines of prose before a further judgement on the first page; none if none follows."""
        for count, place in enumerate(places):
            line = self._line(place)
            if line.page > 1 or (count and self._titles_a_section(place)):
                break
            table = not self.rows and judgement_table.starts(line, _AREAS)
            if count and (table or self._judges(line)):
                return count
        return 0

    def _add_to_sentence(self, place: int) -> None:
        """Collect the sentence that gives the overall judgement; it may wrap."""
        line, sentence = self._line(place), self._sentence
        begins = not sentence and _OVERALL.match(line.text)
        if begins or (
            sentence and not self._judges(line) and layout.same_heading(self._line(sentence[-1]), line)
        ):
            sentence.append(place)
            lines = [self._line(each) for each in sentence]
            self.overall = joined([each.text for each in lines]), judgement_table.bounding_box(lines)

    def _read_details(self) -> None:
        out = self.sections.out
        pairs = zip(out.lines, out.roles, strict=True)
        text = joined([line.text for line, role in pairs if role is Role.DETAILS])
        if (match := _DATES.search(text)) and (period := read_period(match.group(1))):
            out.inspection_start, out.inspection_end = period
        out.inspectors = read_inspectors(text)


def _framework(rows: Sequence[judgement_table.Row], day: date | None) -> Framework | None:
    """Find the framework whose areas are those of the table, among those in force on a day.

    Of several that fit, the one with the fewest areas leaves the least unaccounted for.
    """
    labels = {letters(row.label) for row in rows}
    fitting = [
        framework
        for framework in OWN
        if labels and labels <= {spelling for area in framework.areas for spelling in area.spellings}
        and (day is None or framework.begins <= day)
    ]  # fmt: skip
    return min(fitting, key=lambda framework: len(framework.areas), default=None)


def _judgement(area: Area, framework: Framework, front: _Front, out: Extraction) -> Judgement:
    """Find an area's judgement: in the table, or, of the whole, in the sentence above it."""
    for row in front.rows:
        if row.area.name == area.name:
            repeated = any(each.area == area.name and each.grade for each in out.sections)
            evidence = "table, heading" if repeated else "table"
            return _graded(area, framework, (row.label, row.grade, row.box), evidence)
    if area.name == "overall_effectiveness" and front.overall:
        sentence, box = front.overall
        if grade := closing_grade(sentence):
            return _graded(area, framework, (sentence, grade, box), "sentence")
    return Judgement(area.name, None, None, None, None, "not_found", None, None)


def _graded(area: Area, framework: Framework, printed: tuple[str, Grade, Box], evidence: str) -> Judgement:
    label, grade, box = printed
    status = "graded" if grade.name else "not_judged"
    place = rank(grade.name, framework.code)
    return Judgement(area.name, label, grade.name, grade.printed, place, status, evidence, box)


def _contradictions(out: Extraction) -> list[Issue]:
    """Compare the judgements with the headings that repeat them."""
    grades = {judgement.area: judgement.grade for judgement in out.judgements}
    return [
        Issue("judgement_contradicted", f"{each.area}: {grades[each.area]}, but '{each.title}'", each.page)
        for each in out.sections
        if each.grade and each.area in grades and each.grade != grades[each.area]
    ]
