"""The command line in processes of its own, started together: they wait more than they work."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import sample
from tests.support.fake_site import Fault, folders, serve
from tests.support.fake_site.faults import reset

ROOT = Path(__file__).parents[3]
LAST_GOOD = b"the last good database"


@pytest.fixture(scope="session")
def small_site(tmp_path_factory):
    """A folder to serve: one report, and one whose file is gone."""
    site = tmp_path_factory.mktemp("site")
    shutil.copy(sample.reports()["59000055"][1], site / "59000055.pdf")
    listed = {
        "name": "City of London Corporation",
        "family": "focused_visit",
        "title": "Children's services focused visit",
        "published": "2022-12-13",
        "inspected": "",
    }
    rows = [folders.row(80450, "59000055", **listed), folders.row(80450, "59000056", path="", **listed)]
    return folders.write(site, rows)


@dataclass
class Commands:
    """Processes by name, and the folders they work in."""

    warehouses: Path
    home: Path
    running: dict[str, subprocess.Popen[str]]

    def outcome(self, name: str) -> tuple[int, str, str]:
        """Wait for a command; return its exit code and what it said on stdout and stderr."""
        stdout, stderr = self.running[name].communicate(timeout=120)
        return self.running[name].returncode, stdout, stderr

    def start(self, name: str, url: str, root: Path = ROOT) -> None:
        """Start the command with a warehouse of its own that holds a database."""
        (self.warehouses / name).mkdir()
        (self.warehouses / name / "inspections.duckdb").write_bytes(LAST_GOOD)
        environment = {
            "PATH": os.environ["PATH"],
            "WAREHOUSE": str(self.warehouses / name),
            "REPORTS_SITE_URL": url,
            **({"DAGSTER_HOME": str(self.home)} if name == "good" else {}),
        }
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli"],
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="session", autouse=True)
def commands(small_site, tmp_path_factory):
    """Run the command against a good site, against a silent one, and with a broken reference file."""
    started = Commands(tmp_path_factory.mktemp("warehouses"), tmp_path_factory.mktemp("home"), {})
    shutil.copy(ROOT / "orchestration" / "deploy" / "dagster.local.yaml", started.home / "dagster.yaml")
    with serve(small_site) as good, serve(small_site, {"*": Fault(reset())}) as silent:
        started.start("silent", silent.url)
        started.start("broken", good.url, _broken_tree(tmp_path_factory.mktemp("tree")))
        started.start("good", good.url)
        yield started
        for process in started.running.values():
            process.kill()
            process.wait()


def _broken_tree(tree):
    """Copy the sources, and spoil a cell of a reference file."""
    for package in ("assets", "orchestration", "sql"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    authorities = tree / "assets" / "reference" / "data" / "authorities.csv"
    lines = authorities.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[4] = re.sub(r"^\d+", "eighty thousand", lines[4])
    authorities.write_text("".join(lines), encoding="utf-8")
    return tree
