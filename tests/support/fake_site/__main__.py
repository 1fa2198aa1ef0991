"""Serve a folder and run a command against it: ``python -m tests.support.fake_site FOLDER -- COMMAND…``.

The command receives the URL in REPORTS_SITE_URL, without an interval between requests; its exit code is
returned. Without a command, the folder is served until Ctrl-C.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from orchestration.local_site import serve

FORWARDED_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.fake_site", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with publications.csv and the PDFs it names")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command to run")
    arguments = parser.parse_args()
    if not (arguments.folder / "publications.csv").is_file():
        parser.error(f"{arguments.folder} has no publications.csv")
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    with serve(arguments.folder) as url:
        if command:
            return _run(command, os.environ | {"REPORTS_SITE_URL": url, "REPORTS_SITE_INTERVAL": "0"})
        ended = threading.Event()
        for number in FORWARDED_SIGNALS:
            signal.signal(number, lambda *_: ended.set())
        print(f"{arguments.folder} is served at {url}; Ctrl-C ends it.", flush=True)
        ended.wait()
        return 0


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run a command in its own process group, so that a signal reaches all of its processes exactly once."""
    try:
        process = subprocess.Popen(command, env=environment, process_group=0)
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        return 127
    for number in FORWARDED_SIGNALS:
        signal.signal(number, lambda number, _: os.killpg(process.pid, number))
    code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
