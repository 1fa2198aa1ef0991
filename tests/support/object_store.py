"""A local object store: moto's S3 over HTTP, on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

BUCKET = "inspections"


@contextmanager
def serving() -> Iterator[str]:
    """Serve S3 with an empty bucket, set the environment variables of its clients, and yield its URL."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "nobody")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        environment.setenv("AWS_DEFAULT_REGION", "eu-west-2")
        # moto keeps the buckets of earlier servers of this process, and fsspec caches their addresses.
        S3FileSystem.clear_instance_cache()
        requests.post(f"http://{host}:{port}/moto-api/reset", timeout=10).raise_for_status()
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        try:
            yield f"s3://{BUCKET}"
        finally:
            server.stop()
