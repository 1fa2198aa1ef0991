"""Where sentences end: the expressions for it, which every step of parsing and the themes share.

Splitting text into paragraphs belongs to ``paragraphs``; what a sentence says, to the families.
"""

import re

_CLOSING = r"[’”'\")\]]"
#: End of a sentence, before closing quotes and brackets. An abbreviation ends none.
SENTENCE_END = re.compile(rf"(?<!\betc)(?<!\be\.g)(?<!\bi\.e)(?<!\b[Nn]o)[.?!]{_CLOSING}*$")
#: End of a sentence or clause, or of the introduction of a list.
CLAUSE_END = re.compile(rf"[.?!:;]{_CLOSING}*$")
#: The space between two sentences. The initial of a name, as in 'J. Smith', and the abbreviation of a number,
#: as in 'No. 11' and 'p. 4', end none. The items of a list belong to the sentence that introduces it.
SENTENCE_BREAK = re.compile(
    rf"(?:(?<=[.?!])(?<!\b[A-Zp]\.)(?<!\b[Nn]o\.)|(?<=[.?!]{_CLOSING}))\s+(?=[‘“(]?[A-Z]|\d)"
)
