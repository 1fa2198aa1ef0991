"""The asset ``official_indicators``: packaged extracts, newer files by URL, and invalid files."""

import dagster as dg
import pytest

from assets.reference.assets import official_indicators, reference
from assets.reference.newer_files import kept_files
from assets.resources import Warehouse
from assets.storage import parquet_store
from tests.support.servers import serve_folder
from tests.unit.reference.test_indicators import DATA, originals_of

NAME = "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder of original files, served on loopback, and its URL."""
    folder = originals_of(DATA, tmp_path_factory.mktemp("publisher") / "files")
    with serve_folder(folder) as url:
        yield folder, url


def materialize(warehouse, *assets, urls=None):
    config = {"ops": {"official_indicators": {"config": {"urls": urls}}}} if urls else None
    return dg.materialize(
        list(assets),
        run_config=config,
        resources={"warehouse": Warehouse(folder=str(warehouse))},
        raise_on_error=False,
    )


def stored(warehouse, name="authority_indicators"):
    return parquet_store.read(warehouse, name)


@pytest.mark.slow
def test_newer_file_is_used_and_an_invalid_one_leaves_the_tables_unchanged(tmp_path, files):
    folder, url = files
    assert materialize(tmp_path, reference, official_indicators).success
    before = stored(tmp_path)
    assert before.num_rows > 26_000

    newer = NAME.replace("2025", "2026")
    lines = (folder / NAME).read_text(encoding="utf-8-sig").splitlines()
    added = [line.replace("2025", "2026", 1) for line in lines if line.startswith("2025,")]
    (folder / newer).write_text("\n".join([*lines, *added]), encoding="utf-8")
    assert materialize(tmp_path, official_indicators, urls={"referrals": f"{url}/{newer}"}).success
    assert kept_files(tmp_path) == {"referrals": tmp_path / "official" / "referrals" / newer}
    after = stored(tmp_path)
    assert after.num_rows > before.num_rows
    sources = {row["indicator"]: row["source"] for row in stored(tmp_path, "indicators").to_pylist()}
    assert sources["re_referrals"].endswith(newer)

    # The kept file is used without its URL.
    assert materialize(tmp_path, official_indicators).success
    assert stored(tmp_path).equals(after)

    for name, text in (
        (
            "broken.csv",
            (folder / newer).read_text(encoding="utf-8").replace("rereferral_percent", "share", 1),
        ),
        ("short.csv", "\n".join(lines[:100])),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        assert not materialize(tmp_path, official_indicators, urls={"referrals": f"{url}/{name}"}).success
        assert stored(tmp_path).equals(after)
        assert kept_files(tmp_path)["referrals"].name == newer
    for urls in ({"elephants": f"{url}/{newer}"}, {"referrals": f"{url}/missing.csv"}):
        assert not materialize(tmp_path, official_indicators, urls=urls).success
    assert stored(tmp_path).equals(after)
