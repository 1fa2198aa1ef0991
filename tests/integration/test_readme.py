"""What the README promises: its five questions, asked of the sample, have the answers it shows."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import main

ROOT = Path(__file__).parents[2]
QUESTION = re.compile(r"```sql\n(?P<sql>.*?)\n```\n```text\n(?P<answer>.*?)\n```", re.DOTALL)
QUESTIONS = [match.groups() for match in QUESTION.finditer((ROOT / "README.md").read_text(encoding="utf-8"))]


def test_there_are_five_questions():
    assert len(QUESTIONS) == 5


@pytest.mark.parametrize(("sql", "answer"), QUESTIONS)
def test_answers_are_those_of_the_sample(sql, answer, sample_warehouse):
    result = CliRunner().invoke(main, ["query", sql, "--warehouse", str(sample_warehouse)])
    assert result.stderr == ""
    assert result.stdout.strip() == answer.strip()
