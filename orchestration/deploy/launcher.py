"""The launcher of runs on celery workers, which detects runs whose worker died.

Dagster's own launcher reads only celery's results, in which the task of a dead worker stays active for ever.
This one also asks the workers: a task that no worker holds is lost, its run fails, and ``run_retries`` starts
it again on another worker. A run may be executed twice, because writes replace rows and never append.
"""

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

#: Seconds in which the workers must answer.
INSPECT_TIMEOUT = 5.0


class WatchfulCeleryRunLauncher(CeleryRunLauncher):
    """Dagster's celery launcher with a check of the workers. It has the same configuration."""

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Return whether a worker still executes a run."""
        health = super().check_run_worker_health(run)
        if health.status != WorkerStatus.RUNNING:
            return health
        task = run.tags[DAGSTER_CELERY_TASK_ID_TAG]
        answers = self.celery.control.inspect(timeout=INSPECT_TIMEOUT).query_task(task) or {}
        if any(task in tasks for tasks in answers.values()):
            return health
        # The run may have ended while the workers answered.
        health = super().check_run_worker_health(run)
        if health.status != WorkerStatus.RUNNING:
            return health
        return CheckRunHealthResult(WorkerStatus.FAILED, "No worker executes this run any more.")
