"""The generator of the benchmark: an enlarged warehouse is larger, valid and different in every file."""

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from assets.database.build import build_database
from assets.release import releases
from assets.storage import parquet_store
from orchestration.verification import verify_warehouse
from tests.benchmarks.enlarge import enlarge
from tests.integration.orchestration.test_verify import undamaged  # noqa: F401 (a fixture)

FACTOR = 3


@pytest.mark.slow
def test_enlarged_warehouse_is_valid(undamaged, tmp_path):  # noqa: F811
    target = tmp_path / "large"
    enlarge(undamaged, target, FACTOR)
    for name in ("authorities", "publications", "reports", "findings", "report_lines", "theme_matches"):
        expected = FACTOR * parquet_store.count_rows(undamaged, name)
        assert parquet_store.count_rows(target, name) == expected > 0
    files = list((target / "parquet" / "findings").rglob("*.parquet"))
    assert len(files) == FACTOR * len(parquet_store.stored_years(undamaged, "findings"))
    contents = [path.read_bytes() for path in files if pq.read_metadata(path).num_rows]
    assert len(set(contents)) == len(contents) > 0
    originals = set(parquet_store.read(undamaged, "reports")["report_id"].to_pylist())
    enlarged = parquet_store.read(target, "reports")["report_id"]
    assert originals < set(enlarged.to_pylist())
    assert pc.count_distinct(enlarged).as_py() == len(enlarged)
    build_database(target)
    assert releases.publish(target)
    assert verify_warehouse(target) == []
