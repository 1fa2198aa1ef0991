"""How to cite a report, and a release as BibTeX.

The sentence for a release is ``assets.release.metadata.common.citation``.
"""

import re
from collections.abc import Mapping
from typing import Any

from assets.website.labels import long_date

_SPECIAL_CHARACTERS = re.compile(r"([&%$#_{}])")


def report_citation(report: Mapping[str, Any], authority: str) -> str:
    """Return how to cite a report; ``static/copy.js`` adds the place and the address of a text."""
    published = f", published {long_date(report['published'])}" if report["published"] else ""
    return f"Ofsted, {authority}: {report['title']}{published}"


def bibtex(about: Mapping[str, Any], version: str, address: str) -> str:
    """Return the BibTeX entry of a release.

    Args:
        about: The row of the view ``about``.
        version: The version of the release.
        address: The permanent address of the release; empty if the website has no public address.
    """
    day = about["day"]
    fields = {
        # The second braces keep a name of several words in one piece, and the capitals of a title.
        "author": f"{{{_escape(about['creator'])}}}",
        "title": f"{{{_escape(about['title'])}}}",
        "year": f"{day:%Y}",
        "month": f"{day.month}",
        "version": _escape(version),
        "note": _escape(about["attribution"]),
        **({"url": address} if address else {}),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return f"@misc{{{about['name']}-{version},\n" + ",\n".join(lines) + "\n}"


def _escape(text: str) -> str:
    return _SPECIAL_CHARACTERS.sub(r"\\\1", text)
