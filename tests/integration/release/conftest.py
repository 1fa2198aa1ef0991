"""A release with hostile names, which the tests of several formats share."""

import shutil

import pytest

from assets.database.build import build_database
from assets.release import releases
from assets.storage import parquet_store
from tests.support import warehouses

#: A name that no cell of a spreadsheet can hold.
LONG_NAME = "a long name " * 3_000
HOSTILE = {
    80418: '=HYPERLINK("https://example.org","Norfolk")',
    80565: "+1",
    80461: "@SUM(A1)",
    80476: "-2",
    80450: "{=1+1}",
    80436: "Bracknell Forest _x0041_ <&> |`*",
    80480: "https://example.org/" + "a" * 3000,
    80555: "007",
    80431: LONG_NAME,
}
#: An inspection, and the values of a visit whose report number is a placeholder.
REAL_REPORT, PLACEHOLDER = "50177455", {"report_id": "59000055", "urn": 80450}


@pytest.fixture(scope="session")
def hostile(released, build_once):
    """A release in which authorities have names that look like formulas, links, numbers or markup.

    A report with a placeholder number has judgements.
    """

    def make(warehouse):
        shutil.copytree(released / "parquet", warehouse / "parquet")
        authorities = parquet_store.read(warehouse, "authorities").to_pylist()
        named = [row | {"name": HOSTILE.get(row["urn"], row["name"])} for row in authorities]
        warehouses.put(warehouse, "authorities", named)
        judged = parquet_store.read(warehouse, "judgements", 2022).to_pylist()
        # The overall grade is the only judgement that needs no findings.
        overall = (REAL_REPORT, "overall_effectiveness")
        copied = [row | PLACEHOLDER for row in judged if (row["report_id"], row["area"]) == overall]
        warehouses.put(warehouse, "judgements", [*judged, *copied], 2022)
        build_database(warehouse)
        releases.publish(warehouse)

    return releases.current(build_once("hostile-release", make))
