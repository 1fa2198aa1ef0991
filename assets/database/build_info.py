"""The software that built a database: its version and git commit, as the one-row table ``build_info``.

The view ``about`` reads this table, and a release takes the values from that view, so that they have one
source. They describe the build, not the data: a new commit alone is no reason for a new release.
"""

import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from assets.database.quoting import quote_literal

DISTRIBUTION = "childrens-services-inspections"
#: Names the commit where there is no git checkout, for example in a container image.
COMMIT_VARIABLE = "INSPECTIONS_COMMIT"
BUILD_INFO_TABLE = "build_info"

_DESCRIPTION = "The software that built this file: one row"
_COLUMNS = {
    "software_version": "Version of the Python package childrens-services-inspections",
    "software_commit": "Git commit of the software, with '-dirty' if files were modified; null if unknown",
}


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """The version and the commit of the software that built a database; None where unknown."""

    software_version: str | None
    software_commit: str | None

    @property
    def statement(self) -> str:
        """The statement that creates the table ``build_info``."""
        values = (
            f"CAST({'NULL' if value is None else quote_literal(value)} AS VARCHAR) AS {name}"
            for name, value in asdict(self).items()
        )
        return f"CREATE TABLE {BUILD_INFO_TABLE} AS SELECT {', '.join(values)}"


def read_build_info() -> BuildInfo:
    """Return the version of the installed package, and the commit of the environment or of the checkout."""
    try:
        software_version = version(DISTRIBUTION)
    except PackageNotFoundError:
        software_version = None
    return BuildInfo(software_version, os.environ.get(COMMIT_VARIABLE) or _checkout_commit())


def add_build_info(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table ``build_info`` in a database."""
    connection.execute(read_build_info().statement)
    connection.execute(f"COMMENT ON TABLE {BUILD_INFO_TABLE} IS {quote_literal(_DESCRIPTION)}")
    for column, description in _COLUMNS.items():
        connection.execute(f"COMMENT ON COLUMN {BUILD_INFO_TABLE}.{column} IS {quote_literal(description)}")


def _checkout_commit() -> str | None:
    """Return the commit of the git checkout that this module belongs to; None if there is none."""
    root, git = Path(__file__).parents[2], shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    described = subprocess.run(  # noqa: S603
        [git, "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or None
