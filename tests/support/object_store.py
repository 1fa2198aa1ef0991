"""A local object store: moto's S3 over HTTP, on loopback. Only tests that use it import its packages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import pytest
import requests

BUCKET = "inspections"


@contextmanager
def serving() -> Iterator[str]:
    """Serve S3 with an empty bucket, set the environment variables of its clients, and yield its URL."""
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415
    from s3fs import S3FileSystem  # noqa: PLC0415

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


@contextmanager
def recording() -> Iterator[list[tuple[str, str]]]:
    """Yield a list that holds, after the context, the method and the URL of each request to the store."""
    from moto.moto_api import recorder  # noqa: PLC0415

    received: list[tuple[str, str]] = []
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.chdir(folder)  # moto writes its recording to the working directory
        recorder.reset_recording()
        recorder.start_recording()
        try:
            yield received
        finally:
            recorder.stop_recording()
            entries = map(json.loads, recorder.download_recording().splitlines())
            received.extend((entry["method"], entry["url"]) for entry in entries)
