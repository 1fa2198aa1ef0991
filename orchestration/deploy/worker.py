"""The celery worker: ``celery --app orchestration.deploy.worker worker --pool threads --concurrency 1``.

A worker takes one run at a time and reserves no other, so a dead worker delays only its own run. Parsing
starts child processes, which celery allows only in its thread pool. Celery reads the address of the queue
from CELERY_BROKER_URL and CELERY_RESULT_BACKEND, as ``dagster.cluster.yaml`` does.
"""

from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

app = make_app()  # type: ignore[no-untyped-call]
app.conf.update(
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=1,
    task_acks_late=True,
    # Dagster restarts a run whose worker died; the queue must not deliver it again.
    broker_transport_options={"visibility_timeout": 24 * 60 * 60},
)

execute_job = create_execute_job_task(app)
resume_job = create_resume_job_task(app)
