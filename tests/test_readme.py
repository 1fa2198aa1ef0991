"""What the README promises: its five questions, asked of the sample, have the answers it shows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.replica import serve

ROOT = Path(__file__).parents[1]
QUESTION = re.compile(r"```sql\n(?P<sql>.*?)\n```\n```text\n(?P<answer>.*?)\n```", re.DOTALL)
QUESTIONS = [match.groups() for match in QUESTION.finditer((ROOT / "README.md").read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The sample's database, built by the command that `make dataset` runs."""
    warehouse = tmp_path_factory.mktemp("warehouse")
    with serve(ROOT / "warehouse" / "sample") as replica:
        environment = {
            "PATH": "/usr/bin:/bin",
            "WAREHOUSE": str(warehouse),
            "REPORTS_SITE_URL": replica.url,
        }
        subprocess.run(
            [sys.executable, "-m", "orchestration.build"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
    return warehouse / "inspections.duckdb"


def test_there_are_five_questions():
    assert len(QUESTIONS) == 5


@pytest.mark.parametrize(("sql", "answer"), QUESTIONS)
def test_answers_are_those_of_the_sample(sql, answer, database):
    command = [sys.executable, "-m", "assets.release.query", str(database), sql]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.stderr == ""
    assert asked.stdout.strip() == answer.strip()
