"""Names and words put into SQL: quoted, whatever stands in them."""

from collections.abc import Iterable


def quote_identifier(identifier: str) -> str:
    """Return the name of a table or column, as SQL takes it."""
    return '"' + identifier.replace('"', '""') + '"'


def quote_identifiers(identifiers: Iterable[str]) -> str:
    """Return names with commas between them."""
    return ", ".join(map(quote_identifier, identifiers))


def quote_literal(text: object) -> str:
    """Return words, or a path, as SQL takes them."""
    return "'" + str(text).replace("'", "''") + "'"
