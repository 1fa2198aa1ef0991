"""A site that answers nothing. Its command was started with the first test here, since it waits so long."""

import re

from tests.integration.orchestration.conftest import LAST_GOOD


def test_a_site_that_answers_nothing(commands):
    code, stdout, stderr = commands.outcome("silent")
    assert (code, stdout) == (1, "")
    assert re.fullmatch(
        r"The dataset was not built: http://127\.0\.0\.1:\d+/robots\.txt cannot be reached: .*\n", stderr
    )
    for name in ("silent", "broken"):
        assert (commands.warehouses / name / "inspections.duckdb").read_bytes() == LAST_GOOD
