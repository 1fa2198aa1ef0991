"""Every report of the sample is read as it was written down, after somebody had looked at its pages."""

import json
from collections import Counter

import pytest

from assets.parsing.frameworks import FRAMEWORKS
from tests.support.expectations import expected, report_ids, rows_of

IDS = report_ids()

#: Frameworks of which fewer than four reports are in the sample: all there are, or all that was at hand.
FEW = {"looked_after_2013": 1, "lscb_review": 1}


@pytest.mark.parametrize("report_id", IDS)
def test_a_report_is_read_as_written_down(report_id):
    assert expected(report_id).exists(), (
        f"look at the report, then python -m tests.extraction.expect {report_id}"
    )
    wanted = json.loads(expected(report_id).read_text(encoding="utf-8"))
    read = json.loads(json.dumps(rows_of(report_id)))
    for name, rows in wanted.items():
        assert read[name] == rows, name


def test_every_framework_has_four_reports():
    written = (json.loads(expected(each).read_text(encoding="utf-8")) for each in IDS)
    counts = Counter(each["report"]["framework"] for each in written)
    for framework in FRAMEWORKS:
        assert counts[framework] >= FEW.get(framework, 4), framework


def test_nothing_is_written_down_of_a_report_that_is_not_there():
    assert {path.stem for path in expected("x").parent.glob("*.json")} == set(IDS)
