"""Releases that another one of the same month replaced: what is removed, restored, and survives a kill."""

import json
import shutil
import signal
import subprocess
import sys
from datetime import datetime

import duckdb
import pytest
from click.testing import CliRunner

from assets.release import pruning, releases
from assets.release.formats import FORMATS, format_of
from assets.release.manifest import read_pruned
from assets.release.validation import ReleaseError, validate_files, validate_release
from assets.storage import parquet_store
from assets.website.build import build_website
from orchestration.cli import main
from tests.support import warehouses
from tests.support.fault_table import Theme, proves
from tests.support.website_fixtures import NO_SQL_BOX

FIRST, SECOND = "2026.09.01", "2026.09.01.1"


@pytest.fixture
def warehouse(twice_released, tmp_path):
    """The two releases, which the test may change."""
    return shutil.copytree(twice_released, tmp_path / "warehouse")


@pytest.fixture
def pruned(warehouse):
    """The folder of the first release, pruned."""
    prune_replaced(warehouse)
    return warehouse / "releases" / FIRST


def prune_replaced(warehouse):
    """Prune what the newest release replaced, and return the versions."""
    replaced = list(pruning.replaced_releases(releases.current(warehouse)))
    for folder, successor in replaced:
        pruning.prune(folder, successor)
    return [(folder.name, successor) for folder, successor in replaced]


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def derived(paths):
    return {path for path in paths if (found := format_of(path)) and found.is_derived}


def test_every_format_is_kept_or_derived():
    kept = {one.name for one in FORMATS if not one.is_derived}
    assert kept == {"parquet"}
    assert {one.name for one in FORMATS if not one.is_reproducible} == {"duckdb"}
    assert format_of("parquet_by_year/findings/publication_year=2022/part-0.parquet").name == "parquet"
    assert format_of("inspections.duckdb").name == "duckdb"
    assert format_of("index.json") is None


def test_replaced_release_keeps_parquet_and_documents(warehouse):
    folder = warehouse / "releases" / FIRST
    before, newest = contents(folder), contents(releases.current(warehouse))
    assert prune_replaced(warehouse) == [(FIRST, SECOND)]
    after = contents(folder)
    assert before.keys() - after.keys() == derived(before) >= {"inspections.duckdb", "csv/findings.csv"}
    record = json.loads(after.pop("pruned.json"))
    assert after == {path: data for path, data in before.items() if path not in derived(before)}
    index = json.loads(after["index.json"])
    assert record["replaced_by"] == SECOND
    assert record["removed"] == [file for file in index["files"] if file["path"] in derived(before)]
    assert not (folder / "csv").exists()
    assert contents(releases.current(warehouse)) == newest
    validate_release(folder)
    prune_replaced(warehouse)
    assert contents(folder).keys() == {*after, "pruned.json"}


def test_last_release_of_a_month_keeps_all_formats(warehouse):
    warehouses.change(warehouse, "reports", ("50177455",), retrieved_at=datetime(2026, 10, 4, 1))
    newest = releases.publish(warehouse)
    assert newest.name == "2026.10.04"
    assert prune_replaced(warehouse) == [(FIRST, SECOND)]
    validate_release(warehouse / "releases" / SECOND)
    assert (warehouse / "releases" / SECOND / "inspections.duckdb").exists()


def test_restored_files_are_those_that_were_published(warehouse, twice_released):
    prune_replaced(warehouse)
    result = CliRunner().invoke(main, ["release", "--restore", FIRST, "--warehouse", str(warehouse)])
    folder, published = warehouse / "releases" / FIRST, contents(twice_released / "releases" / FIRST)
    assert (result.exit_code, result.output) == (0, f"Restored {len(derived(published))} files of {FIRST}.\n")
    restored = contents(folder)
    assert restored.keys() == {*published, "pruned.json"}
    assert {path for path, data in published.items() if data != restored[path]} <= {"inspections.duckdb"}
    validate_release(folder)
    # Restored files stay.
    assert prune_replaced(warehouse) == [(FIRST, SECOND)]
    assert contents(folder) == restored
    result = CliRunner().invoke(main, ["release", "--restore", FIRST, "--warehouse", str(warehouse)])
    assert result.output == f"{FIRST} has all its files.\n"


def test_restoring_an_unknown_release_is_an_error(warehouse):
    result = CliRunner().invoke(main, ["release", "--restore", "2020.01.01", "--warehouse", str(warehouse)])
    assert result.exit_code == 1
    assert result.output.startswith("Nothing was restored: there is no release '2020.01.01'")


def test_other_bytes_are_not_restored(pruned):
    """For example because a view has changed since: the error names the software that wrote the release."""
    path = pruned / "pruned.json"
    record = json.loads(path.read_bytes())
    index = json.loads((pruned / "index.json").read_bytes())
    for files in (record["removed"], index["files"]):
        for file in files:
            if file["path"] == "csv/visits.csv":
                file["sha256"] = "0" * 64
    path.write_text(json.dumps(record))
    (pruned / "index.json").write_text(json.dumps(index))
    before = contents(pruned)
    with pytest.raises(
        ReleaseError,
        match=rf"^release {FIRST} cannot be restored by this version of the software: csv/visits\.csv has"
        r" other bytes\. Version .* \(commit .*\) wrote it$",
    ):
        pruning.restore(pruned)
    assert contents(pruned) == before


@pytest.mark.parametrize("act", [lambda folder: pruning.prune(folder, SECOND), pruning.restore])
def test_damaged_parquet_file_is_an_error(pruned, twice_released, act):
    if act is not pruning.restore:
        shutil.rmtree(pruned)
        shutil.copytree(twice_released / "releases" / FIRST, pruned)
    path = pruned / "parquet" / "judgements.parquet"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:-1] + b"X")
    before = contents(pruned)
    with pytest.raises(ReleaseError, match=r"parquet/judgements\.parquet does not match its SHA-256"):
        act(pruned)
    assert contents(pruned) == before


# --- validation -------------------------------------------------------------------------------------------


def listed(**changed):
    """Return a function that changes the first entry of the list of removed files."""

    def tamper(folder):
        record = json.loads((folder / "pruned.json").read_bytes())
        record["removed"][0] |= changed
        (folder / "pruned.json").write_text(json.dumps(record))

    return tamper


TAMPERINGS = {
    "a kept file": (
        lambda folder: (folder / "parquet" / "visits.parquet").unlink(),
        r"parquet/visits\.parquet is missing",
    ),
    "a kept file in the list": (listed(path="parquet/visits.parquet"), r"parquet/visits\.parquet cannot be"),
    "an unpublished file in the list": (listed(path="csv/other.csv"), r"csv/other\.csv cannot be"),
    "another hash": (listed(sha256="0" * 64), r"csv/.*\.csv cannot be listed in pruned\.json"),
    "another content of a removed file": (
        lambda folder: (folder / "inspections.xlsx").write_bytes(b"PK"),
        r"inspections\.xlsx does not match its SHA-256",
    ),
    "no list": (lambda folder: (folder / "pruned.json").unlink(), r"csv/.*\.csv is missing"),
    "no JSON": (lambda folder: (folder / "pruned.json").write_text("{"), "cannot be read"),
    "another entry": (lambda folder: (folder / "pruned.json").write_text('{"a": 1}'), "cannot be read"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_only_removed_files_may_be_missing(pruned, tampering):
    tamper, sentence = TAMPERINGS[tampering]
    tamper(pruned)
    with pytest.raises(ReleaseError, match=sentence):
        validate_files(pruned)


def test_rows_of_a_pruned_release_are_compared_with_the_index(pruned):
    index = json.loads((pruned / "index.json").read_bytes())
    index["tables"]["findings"]["sha256"] = "0" * 64
    (pruned / "index.json").write_text(json.dumps(index))
    with pytest.raises(ReleaseError, match=r"^parquet, findings: the rows do not match the hash"):
        validate_release(pruned)


def test_current_release_needs_all_formats(pruned, warehouse):
    """As when the newest release was withdrawn before the previous one was restored."""
    pointer = warehouse / "releases" / "latest.json"
    pointer.write_text(json.dumps({"version": FIRST, "path": FIRST}))
    shutil.rmtree(warehouse / "releases" / SECOND)
    with pytest.raises(
        ReleaseError, match=rf"restore the others first \(inspections release --restore {FIRST}"
    ):
        releases.publish(warehouse)


# --- interruption -----------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from assets.release import pruning
event, number, function, folder, *arguments = sys.argv[1:]
seen = 0
def kill(name, values):
    global seen
    if name == event and folder in os.fspath(values[event == "os.rename"]):
        seen += 1
        if seen == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(kill)
getattr(pruning, function)(Path(folder), *arguments)
"""


def killed_at(event, number, function, folder, *arguments):
    """Call a function in a process that kills itself before the n-th rename or removal in the folder."""
    command = [sys.executable, "-c", KILLED, event, str(number), function, str(folder), *arguments]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


@proves(
    "A run killed (SIGKILL) while files of a replaced release are removed, or written again",
    theme=Theme.INTERRUPTION,
    does="leaves a release in which only listed files may be missing; the next run removes the rest, and a"
    " repeated restoration writes all of them",
)
def test_killed_removal_is_valid_and_completed(warehouse, twice_released):
    """Killed before the list of what is removed is stored, then before the first file, then between files."""
    folder = warehouse / "releases" / FIRST
    for event, number in (("os.rename", 1), ("os.remove", 1), ("os.remove", 5)):
        killed_at(event, number, "prune", folder, SECOND)
        (leftover,) = [*folder.glob(".new-*")] or [None]
        if leftover:
            shutil.rmtree(leftover)  # as the lock of the warehouse does
        assert derived(contents(folder))
        validate_files(folder)
        validate_release(folder)
    prune_replaced(warehouse)
    validate_release(folder)
    assert not derived(contents(folder))
    assert read_pruned(folder).replaced_by == SECOND


def test_killed_restoration_is_valid_and_repeated(pruned, twice_released):
    """Killed before the list of the files is stored, then between files, then before the last list."""
    published = contents(twice_released / "releases" / FIRST)
    for number in (1, 5, len(derived(published)) + 2):
        killed_at("os.rename", number, "restore", pruned)
        for leftover in [*pruned.glob(".new-*"), *pruned.parent.glob(".new-*")]:
            shutil.rmtree(leftover)
        validate_release(pruned)
    pruning.restore(pruned)
    validate_release(pruned)
    assert contents(pruned).keys() == {*published, "pruned.json"}


# --- the website ------------------------------------------------------------------------------------------


def test_website_offers_what_a_release_has(pruned, warehouse, tmp_path):
    site = tmp_path / "website"
    build_website(releases.current(warehouse), site, sql_box=NO_SQL_BOX)
    for version in (FIRST, SECOND):
        folder = site / "releases" / version
        page = (folder / "index.html").read_text(encoding="utf-8")
        files = contents(folder).keys() - {"index.html"}
        assert all(f'href="{path}"' in page for path in files)
        linked = {part.partition('"')[0] for part in page.split('href="')[1:]}
        assert {link for link in linked if (warehouse / "releases" / version / link).is_file()} == files
        assert (f'href="../{SECOND}/">{SECOND}</a> of the same month' in page) == (version == FIRST)
        assert ("inspections.duckdb" in files) == (version == SECOND)
    tables = {path.name for path in (site / "releases" / FIRST / "parquet").iterdir()}
    assert tables == {path.name for path in (pruned / "parquet").iterdir()}
    with duckdb.connect() as connection:
        query = "SELECT count(*) FROM read_parquet(?)"
        path = str(site / "releases" / FIRST / "parquet" / "judgements.parquet")
        assert connection.execute(query, [path]).fetchone() == (
            parquet_store.count_rows(warehouse, "judgements"),
        )
