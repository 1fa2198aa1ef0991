"""The rows extracted from every report of the sample equal its reviewed expectation file."""

import json
from collections import Counter

import pytest

from assets.parsing.frameworks import FRAMEWORKS
from tests.support.expectations import FOLDER, expectation_file, expected_rows, extracted_rows, report_ids

REPORT_IDS = report_ids()

#: Frameworks with fewer than four reports in the sample, because few exist or few were available. Of those
#: with none, test documents are typeset (``test_area_send_letters``).
MIN_REPORTS = {"looked_after_2013": 1, "lscb_review": 1, "area_send_2016": 0, "area_send_revisit": 0}


@pytest.mark.parametrize("report_id", REPORT_IDS)
def test_extracted_rows_equal_expectation(report_id):
    assert expectation_file(report_id).exists(), (
        f"no expectation: review the report, then run python -m tests.support.expectations {report_id}"
    )
    assert extracted_rows(report_id) == expected_rows(report_id)


def test_no_expectation_without_report():
    assert {path.name for path in FOLDER.iterdir()} == {f"{report_id}.jsonl" for report_id in REPORT_IDS}


def test_sample_covers_every_framework():
    reports = (json.loads(expected_rows(report_id)[0]) for report_id in REPORT_IDS)
    counts = Counter(report["framework"] for report in reports)
    for framework in FRAMEWORKS:
        assert counts[framework] >= MIN_REPORTS.get(framework, 4), framework


def test_buckinghamshire_inspection_of_2021():
    rows = [json.loads(row) for row in expected_rows("50177454")]
    judgements = {row["area"]: row["grade"] for row in rows if row["table"] == "judgements"}
    paragraphs = [row["paragraph"] for row in rows if row["table"] == "findings" and row["paragraph"]]
    assert judgements == dict.fromkeys(
        ("overall_effectiveness", "leadership", "help_and_protection", "in_care_and_care_leavers"),
        "requires_improvement",
    )
    assert sum(row["table"] == "recommendations" for row in rows) == 7
    assert paragraphs == list(range(1, 52))
