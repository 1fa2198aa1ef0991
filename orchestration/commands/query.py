"""Ask the database from the command line: ``python -m orchestration.commands.query DATABASE "SELECT …"``.

The database is opened read-only; what is wrong with a query is one line on stderr and exit code 1.
"""

import sys

import duckdb

from assets.storage.filesystem import local_copy, resolve_path

WIDTH = 140
ROWS = 60


def main() -> int:
    """Run the command line."""
    if len(sys.argv) != 3:
        sys.stderr.write('usage: python -m orchestration.commands.query DATABASE "SELECT …"\n')
        return 2
    path, sql = resolve_path(sys.argv[1]), sys.argv[2]
    if not path.exists():
        sys.stderr.write(f"{path} is not there yet: make dataset builds it.\n")
        return 1
    try:
        with local_copy(path) as file, duckdb.connect(file, read_only=True) as connection:
            if answer := connection.sql(sql):
                answer.show(max_width=WIDTH, max_rows=ROWS)
    except duckdb.Error as error:
        sys.stderr.write(f"{str(error).splitlines()[0]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
