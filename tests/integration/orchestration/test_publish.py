"""``inspections release`` and ``inspections website``, and what Dagster records about a release."""

import shutil
from pathlib import Path

import pytest

from assets.resources import Warehouse
from orchestration.definitions import build_definitions
from tests.support.instances import memory_instance
from tests.support.website_fixtures import ADDRESS


def test_nothing_is_released_without_a_change(invoke, released, tmp_path):
    warehouse = Path(shutil.copytree(released, tmp_path / "warehouse"))
    first = warehouse / "releases" / "2026.09.01"
    result = invoke("release", "--warehouse", warehouse)
    assert (result.exit_code, result.stdout) == (0, f"Nothing changed since {first}: nothing was released.\n")


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "is_pruned"), [("", True), ("false", False)])
def test_change_is_released(invoke, changed, tmp_path, setting, is_pruned):
    """The release of the same month before it then has only its Parquet files, by default."""
    warehouse = Path(shutil.copytree(changed, tmp_path / "warehouse"))
    result = invoke("release", "--warehouse", warehouse, INSPECTIONS_PRUNE_RELEASES=setting)
    released = warehouse / "releases" / "2026.09.01.1"
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"Released {released}.\n", "")
    replaced = warehouse / "releases" / "2026.09.01"
    assert (replaced / "pruned.json").exists() == is_pruned != (replaced / "inspections.duckdb").exists()
    assert invoke("verify", replaced).exit_code == invoke("verify", released).exit_code == 0


@pytest.mark.slow
def test_damaged_release_is_not_pruned(invoke, changed, tmp_path):
    warehouse = Path(shutil.copytree(changed, tmp_path / "warehouse"))
    replaced = warehouse / "releases" / "2026.09.01"
    (replaced / "parquet" / "visits.parquet").write_bytes(b"PAR1")
    result = invoke("release", "--warehouse", warehouse)
    assert result.exit_code == 0
    assert "All files are kept: release 2026.09.01: parquet/visits.parquet does not match" in result.stderr
    assert (replaced / "inspections.duckdb").exists()


def test_release_without_a_database(invoke, tmp_path):
    result = invoke("release", "--warehouse", tmp_path)
    sentence = f"there is no database at {tmp_path}/inspections.duckdb to release: build the dataset first"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Nothing was released: {sentence}\n"
    assert not (tmp_path / "releases").exists()


def test_website_of_the_current_release(invoke, released, tmp_path):
    """With a public address, pages have canonical links and preview pictures, and a sitemap lists them."""
    warehouse = Path(shutil.copytree(released, tmp_path / "warehouse"))
    result = invoke("website", "--warehouse", warehouse, INSPECTIONS_WEBSITE_URL=ADDRESS)
    assert (result.exit_code, result.stdout) == (0, f"Built {warehouse}/website. Next: inspections serve\n")
    home = (warehouse / "website" / "index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{ADDRESS}">' in home
    assert f"<loc>{ADDRESS}</loc>" in (warehouse / "website" / "sitemap.xml").read_text(encoding="utf-8")
    assert (warehouse / "website" / "reports" / "2755760" / "card.png").is_file()


@pytest.mark.slow
def test_website_of_an_earlier_release(invoke, released, changed, tmp_path):
    warehouse = Path(shutil.copytree(released, tmp_path / "warehouse"))
    shutil.copy(changed / "inspections.duckdb", warehouse)
    assert invoke("website", "--warehouse", warehouse).exit_code == 0
    assert ">2026.09.01.1</a>." in (warehouse / "website" / "index.html").read_text()
    result = invoke("website", "--warehouse", warehouse, "--release", "2026.09.01")
    assert result.exit_code == 1
    assert "(inspections release --restore 2026.09.01)" in result.stderr
    assert invoke("release", "--restore", "2026.09.01", "--warehouse", warehouse).exit_code == 0
    result = invoke("website", "--warehouse", warehouse, "--release", "2026.09.01")
    assert (result.exit_code, result.stderr) == (0, "")
    assert ">2026.09.01</a>." in (warehouse / "website" / "index.html").read_text()
    for version in ("2020.01.01", "../releases/2026.09.01"):
        result = invoke("website", "--warehouse", warehouse, "--release", version)
        assert result.exit_code == 1
        assert f"there is no release {version!r} in" in result.stderr


def test_website_without_a_database(invoke, tmp_path):
    result = invoke("website", "--warehouse", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith("The website was not built: there is no database at")


@pytest.mark.slow
def test_release_metadata(released, tmp_path):
    """Dagster shows which release is current, and whether the run made it."""
    warehouse = Path(shutil.copytree(released, tmp_path / "warehouse"))
    shutil.rmtree(warehouse / "releases")
    job = build_definitions(warehouse=Warehouse(folder=str(warehouse))).resolve_job_def("make_release")
    shown = []
    for _ in range(2):
        with memory_instance() as instance:
            result = job.execute_in_process(instance=instance)
        (event,) = result.get_asset_materialization_events()
        metadata = event.materialization.metadata
        shown.append((metadata["released"].value, metadata["version"].value, metadata["note"].value))
    assert shown == [
        (True, "2026.09.01", "A new release"),
        (False, "2026.09.01", "Nothing changed since the current release: no release was made"),
    ]
