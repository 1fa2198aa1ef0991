"""Runs whose process is gone are ended by the next run, and no others."""

import os
import subprocess
from uuid import uuid4

import dagster as dg
import pytest

from assets.run_process import process_tags
from orchestration import jobs
from orchestration.definitions import defs
from orchestration.orphaned_runs import fail_orphaned_runs

STARTED, FAILURE = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


@pytest.fixture
def instance():
    with dg.instance_for_test() as instance:
        yield instance


def begin(instance, tags, run_id=None):
    """Have a run under way that bears these tags."""
    job = defs().resolve_job_def(jobs.crawl_site.name)
    run = instance.create_run_for_job(job, run_id=run_id, tags=tags, status=STARTED)
    return run.run_id


@pytest.fixture
def gone(monkeypatch):
    """Return the tags of a run's process that has ended."""

    def tags(run_id):
        with subprocess.Popen(["true"]) as process, monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: process.pid)
            return process_tags(run_id)

    return tags


def status(instance, run_id):
    return instance.get_run_by_id(run_id).status


def test_a_run_whose_process_is_gone_is_ended(instance, gone):
    run_id = str(uuid4())
    begin(instance, gone(run_id), run_id)
    fail_orphaned_runs(instance)
    assert status(instance, run_id) == FAILURE


def test_a_run_whose_process_lives_goes_on(instance):
    run_id = str(uuid4())
    begin(instance, process_tags(run_id), run_id)
    fail_orphaned_runs(instance)
    assert status(instance, run_id) == STARTED


def test_a_run_that_was_started_anew_is_not_taken_for_the_one_before_it(instance, gone):
    """Dagster gives it the tags of that run; its own process has not spoken yet."""
    again = begin(instance, gone("the run before"))
    fail_orphaned_runs(instance)
    assert status(instance, again) == STARTED


def test_a_run_of_another_machine_is_left_alone(instance, gone):
    run_id = str(uuid4())
    begin(instance, gone(run_id) | {"inspections/host": "elsewhere"}, run_id)
    fail_orphaned_runs(instance)
    assert status(instance, run_id) == STARTED
