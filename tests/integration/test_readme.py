"""What the README promises: its five questions, asked of the sample, have the answers it shows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assets.database.build import database_path

ROOT = Path(__file__).parents[2]
QUESTION = re.compile(r"```sql\n(?P<sql>.*?)\n```\n```text\n(?P<answer>.*?)\n```", re.DOTALL)
QUESTIONS = [match.groups() for match in QUESTION.finditer((ROOT / "README.md").read_text(encoding="utf-8"))]


def test_there_are_five_questions():
    assert len(QUESTIONS) == 5


@pytest.mark.parametrize(("sql", "answer"), QUESTIONS)
def test_answers_are_those_of_the_sample(sql, answer, sample_warehouse):
    database = database_path(sample_warehouse)
    command = [sys.executable, "-m", "orchestration.commands.query", str(database), sql]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.stderr == ""
    assert asked.stdout.strip() == answer.strip()
