"""``inspections ui``: the Dagster UI on loopback."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from types import FrameType

import click

from orchestration.commands.options import (
    CommandError,
    dagster_home,
    open_site,
    site_option,
    warehouse_option,
)

#: Runs ``dagster dev`` with a webserver that refuses requests of other websites.
WEBSERVER_MODULE = "orchestration.deploy.webserver"
#: Seconds in which the UI's processes can end by themselves before they are killed.
STOP_TIMEOUT = 15.0
#: Signals that end the UI; SIGHUP (a closed terminal) does not exist on Windows.
STOP_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

#: Dagster ends its servers on this signal.
_INTERRUPT = signal.SIGINT if os.name == "posix" else signal.SIGTERM
#: Seconds between two looks at whether a signal has arrived.
POLL_INTERVAL = 1.0


@click.command()
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
@site_option
@warehouse_option
def ui(port: int, site: str, warehouse: str) -> None:
    """Run the Dagster UI on this machine, until Ctrl-C.

    The schedule and the sensors are stopped until a person starts them in the UI. The UI has no login:
    whoever can use this machine can launch runs. Requests of other websites are refused.
    """
    if find_spec("dagster_webserver") is None:
        raise CommandError("The UI is not installed: pip install 'childrens-services-inspections[ui]'")
    with open_site(site) as url:
        environment = os.environ | {
            "DAGSTER_HOME": str(dagster_home()),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "PYTHONWARNINGS": "ignore::FutureWarning:dagster,ignore::UserWarning:dagster",
            "WAREHOUSE": warehouse,
            "AUTOMATIC": "false",
            **({"REPORTS_SITE_URL": url} if url else {}),
        }
        command = [
            *(sys.executable, "-m", WEBSERVER_MODULE, "--host", "127.0.0.1", "--port", str(port)),
            *("--module-name", "orchestration.definitions"),
        ]
        code = run_group(command, environment)
    if code:
        raise CommandError(f"The UI ended with exit code {code}")


def run_group(command: list[str], environment: Mapping[str, str]) -> int:
    """Run a command with its child processes until it ends or a signal arrives; return its exit code.

    All processes of its group are ended in either case. The exit code after a signal is 0.
    """
    stopped = False
    process: subprocess.Popen[bytes] | None = None

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        if process:
            process.send_signal(_INTERRUPT)

    previous = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
    try:
        process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 (see callers)
        if stopped:
            process.send_signal(_INTERRUPT)
        while not stopped:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(POLL_INTERVAL)
                return 0 if stopped else code
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT)
        return 0
    finally:
        if process:
            _kill_group(process)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process and its group."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
