"""Deployment: settings of Dagster for one machine and for a cluster, images, and celery workers.

In come environment variables; out come the processes of a deployment. ``docs/operations.md`` describes them.
"""
