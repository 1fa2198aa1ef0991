"""The version and the commit of the software, recorded in the database."""

import subprocess
from importlib.metadata import version

import duckdb
import pytest

from assets.database import build_info
from assets.database.build_info import BuildInfo, add_build_info, read_build_info


def test_version_is_that_of_the_package():
    assert read_build_info().software_version == version("childrens-services-inspections")


def test_commit_of_the_environment_takes_precedence(monkeypatch):
    monkeypatch.setenv("INSPECTIONS_COMMIT", "abc123")
    assert read_build_info().software_commit == "abc123"


def test_commit_of_a_checkout_is_marked_if_files_were_modified(tmp_path, monkeypatch):
    module = tmp_path / "assets/database/build_info.py"
    module.parent.mkdir(parents=True)
    module.write_text("")
    monkeypatch.setattr(build_info, "__file__", str(module))
    monkeypatch.delenv("INSPECTIONS_COMMIT", raising=False)
    assert read_build_info().software_commit is None

    def git(*arguments):
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init")
    git("add", ".")
    git("commit", "-m", "First")
    assert read_build_info().software_commit == git("rev-parse", "HEAD")
    module.write_text("# modified\n")
    assert read_build_info().software_commit == f"{git('rev-parse', 'HEAD')}-dirty"


@pytest.mark.parametrize("info", [BuildInfo(None, None), BuildInfo("1.0", "it's")])
def test_table_has_one_row(monkeypatch, info):
    monkeypatch.setattr(build_info, "read_build_info", lambda: info)
    with duckdb.connect() as connection:
        add_build_info(connection)
        rows = connection.execute("SELECT software_version, software_commit FROM build_info").fetchall()
    assert rows == [(info.software_version, info.software_commit)]
