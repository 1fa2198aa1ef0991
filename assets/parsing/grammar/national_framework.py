"""Citations of the children's social care national framework in recommendations.

Since 2023 a recommendation may end in the outcome, enabler or principle of the national framework that it
refers to: '(outcome 1, national framework)', '(Outcome three)', '[Outcome 3, national framework]',
'(Enabler 2: Leaders drive conditions for effective practice)', '(enabler: the workforce is equipped and
effective, national framework)'. Only citations in brackets count: elsewhere these are ordinary words.
"""

import re
from typing import NamedTuple

_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
#: A bracket that contains one of the terms.
_CITATION = re.compile(
    r"[(\[]([^()\[\]]*\b(?:outcomes?|enablers?|principles?)\b[^()\[\]]*)[)\]]", re.IGNORECASE
)
#: A term and its numbers: 'outcome 1', 'outcomes 1, 2 and 4', 'Outcome four'.
_NUMBERED = re.compile(
    rf"\b(outcome|enabler|principle)s?\s+((?:(?:\d|{'|'.join(_NUMBER_WORDS)})\b[\s,&]*(?:and\s+)?)+)",
    re.IGNORECASE,
)
#: Enablers cited by name, as the national framework of December 2023 numbers them.
_NAMED_ENABLERS = (
    (re.compile(r"multi-?agency working is prioritised", re.IGNORECASE), 1),
    (re.compile(r"leaders drive conditions for effective practice", re.IGNORECASE), 2),
    (re.compile(r"the workforce is equipped and effective", re.IGNORECASE), 3),
)


class Citations(NamedTuple):
    """The numbers that a text cites, in the order in which it cites them."""

    outcomes: tuple[int, ...] = ()
    enablers: tuple[int, ...] = ()
    principles: tuple[int, ...] = ()


def read_citations(text: str) -> Citations:
    """Return the outcomes, enablers and principles of the national framework that a text cites."""
    numbers: dict[str, list[int]] = {"outcome": [], "enabler": [], "principle": []}
    for citation in _CITATION.finditer(text):
        for term, listed in _NUMBERED.findall(citation[1]):
            words = (word.strip(",&").casefold() for word in listed.split())
            numbers[term.casefold()] += [
                _NUMBER_WORDS.get(word) or int(word)
                for word in words
                if word in _NUMBER_WORDS or word.isdigit()
            ]
        if "enabler" in citation[1].casefold():
            numbers["enabler"] += [number for name, number in _NAMED_ENABLERS if name.search(citation[1])]
    return Citations(*(tuple(dict.fromkeys(cited)) for cited in numbers.values()))
