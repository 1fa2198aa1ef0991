"""The celery worker: ``celery --app orchestration.deploy.worker worker --pool threads --concurrency 1``.

It takes one run at a time and not the next before it is done with it, so that a dead worker holds back
nothing but its own run. Reading starts processes, which celery allows in threads only. Where the queue
is, celery itself takes from the environment, as ``dagster.cluster.yaml`` does: CELERY_BROKER_URL and
CELERY_RESULT_BACKEND.
"""

from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

app = make_app()  # type: ignore[no-untyped-call]
app.conf.update(
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=1,
    task_acks_late=True,
    # A run whose worker died is started anew by Dagster, not by the queue.
    broker_transport_options={"visibility_timeout": 24 * 60 * 60},
)

execute_job = create_execute_job_task(app)
resume_job = create_resume_job_task(app)
