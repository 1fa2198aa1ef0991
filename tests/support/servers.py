"""Servers on loopback: a folder over HTTP, and Postgres and Redis from Debian's packages for the cluster."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from orchestration.local_site.server import running


def postgres_tools() -> Path | None:
    """Return the folder of programs of the newest installed Postgres, if there is one."""
    return max(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None
    )


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its URL, without a slash at the end."""
    with running(ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=folder))) as url:
        yield url


@contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """Serve an empty database; yield the environment variables with which Dagster connects to it."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _postgres(Path(folder))


def _postgres(folder: Path) -> Iterator[dict[str, str]]:
    tools = postgres_tools()
    assert tools
    port = free_port()
    # Postgres does not run as root.
    account = {}
    if os.geteuid() == 0:
        account = {"user": "postgres", "group": "postgres", "extra_groups": []}
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"

    def do(*command: str | Path) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **account)

    do(tools / "initdb", "-D", data, "-U", "dagster", "--auth", "trust", "--no-sync")
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
    control = [tools / "pg_ctl", "-D", data, "-w"]
    do(*control, "-o", options, "-l", folder / "log", "start")
    try:
        yield {
            "DAGSTER_PG_HOST": "127.0.0.1",
            "DAGSTER_PG_PORT": str(port),
            "DAGSTER_PG_USER": "dagster",
            "DAGSTER_PG_PASSWORD": "",
            "DAGSTER_PG_DB": "postgres",
        }
    finally:
        do(*control, "-m", "immediate", "stop")


@contextmanager
def redis(folder: Path) -> Iterator[dict[str, str]]:
    """Serve an empty queue; yield the environment variables with which celery connects to it."""
    program = shutil.which("redis-server")
    assert program
    folder.mkdir()
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        address = f"redis://127.0.0.1:{port}/0"
        yield {"CELERY_BROKER_URL": address, "CELERY_RESULT_BACKEND": address}
    finally:
        process.terminate()
        process.wait()
