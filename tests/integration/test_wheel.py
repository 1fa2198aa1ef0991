"""The wheel contains what an installed pipeline needs, and nothing of its development."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel without the network; return the names in it, and where it lies."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={"PATH": "", "PIP_NO_INDEX": "1"},
    )
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as file:
        return path, set(file.namelist())


def sources(pattern):
    return {str(path.relative_to(ROOT)) for path in ROOT.glob(pattern)}


def test_every_module_is_in_it(wheel):
    _, names = wheel
    modules = sources("assets/**/*.py") | sources("orchestration/**/*.py")
    assert len(modules) > 40
    assert modules <= names


def test_every_file_that_modules_read_is_in_it(wheel):
    _, names = wheel
    tables = sources("assets/reference/data/*.csv")
    views = sources("sql/**/*.sql")
    assert len(tables) >= 6
    assert len(views) >= 4
    assert tables <= names
    assert {f"assets/database/{name}" for name in views} <= names
    assert "orchestration/deploy/dagster.local.yaml" in names
    templates = sources("orchestration/local_site/templates/*.html")
    assert len(templates) >= 3
    assert templates <= names


def test_nothing_else_is_in_it(wheel):
    _, names = wheel
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"assets", "orchestration"}
    assert not [name for name in names if name.endswith((".pdf", ".parquet", ".duckdb", ".pyc"))]
    assert not [name for name in names if "tests" in name or "warehouse" in name or "docs" in name]


def test_it_works_from_where_it_is_installed(wheel, tmp_path):
    """Unpacked elsewhere it finds its reference files and its views."""
    path, _ = wheel
    with zipfile.ZipFile(path) as file:
        file.extractall(tmp_path)
    script = """
from assets.reference.loaders import read_reference_tables
from assets.database.sql_files import read_sql_files, sql_folder
views = [file.name for file in read_sql_files(sql_folder() / "views")]
print(read_reference_tables()["authorities"].num_rows > 150, views[0])
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"},
    )
    assert ran.stdout.split() == ["True", "about"]
