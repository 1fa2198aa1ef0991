"""Runs on celery workers, and what becomes of those whose worker dies.

Dagster's own launcher asks celery's records alone, where the task of a dead worker is at work for ever. Here
the workers are asked too: what none of them has in hand is lost, its run fails, and Dagster starts it anew
(``run_retries``) on a worker that lives. Any run may be run twice: rows are replaced, never added to.
"""

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

#: How long the workers have to answer, in seconds.
PATIENCE = 5.0


class WatchfulCeleryRunLauncher(CeleryRunLauncher):
    """Dagster's launcher of celery tasks, with an eye on the workers. Configured in the same words."""

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Tell whether a run is in good hands."""
        health = super().check_run_worker_health(run)
        if health.status != WorkerStatus.RUNNING:
            return health
        task = run.tags[DAGSTER_CELERY_TASK_ID_TAG]
        answers = self.celery.control.inspect(timeout=PATIENCE).query_task(task) or {}
        if any(task in held for held in answers.values()):
            return health
        # It may have ended while the workers were asked.
        health = super().check_run_worker_health(run)
        if health.status != WorkerStatus.RUNNING:
            return health
        return CheckRunHealthResult(WorkerStatus.FAILED, "No worker has this run in hand any more.")
