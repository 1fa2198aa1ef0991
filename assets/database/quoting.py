"""Quoting of identifiers and literals that become part of SQL statements."""

from collections.abc import Iterable


def quote_identifier(identifier: str) -> str:
    """Return the name of a table, view, macro or column as a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def quote_identifiers(identifiers: Iterable[str]) -> str:
    """Return quoted identifiers, separated by commas."""
    return ", ".join(map(quote_identifier, identifiers))


def quote_literal(text: object) -> str:
    """Return a text or a path as a quoted SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"
