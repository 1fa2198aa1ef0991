"""Pictures of where rows were read, by function and on the command line: a warehouse of one real report."""

import subprocess
import sys
from hashlib import sha256
from io import BytesIO

import pyarrow as pa
import pytest
from PIL import Image

from assets.archive.archive import stored_file_path
from assets.extraction.evidence import DRAWN, EvidenceError, draw, page_image
from assets.parsing.report import read_report
from assets.pdf.render import DOTS_PER_INCH, render_page
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from tests.support import sample
from tests.unit.pdf.test_render import drawn_box

REPORT, YEAR = "50177455", 2022


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """A warehouse of one report, in which an area was not found."""
    folder = tmp_path_factory.mktemp("warehouse")
    publication, path = sample.reports()[REPORT]
    fingerprint = sha256(path.read_bytes()).hexdigest()
    file = stored_file_path(folder / "archive", fingerprint)
    file.parent.mkdir(parents=True)
    file.write_bytes(path.read_bytes())
    tables = read_report(path.read_bytes(), publication)
    for name in ("reports", *DRAWN):
        rows = tables[name].to_pylist()
        if name == "reports":
            rows = [row | {"sha256": fingerprint} for row in rows]
            rows.append(rows[0] | {"report_id": "1", "sha256": None})
        if name == "judgements":
            nowhere = dict.fromkeys(("label", "grade", "grade_rank", "page", "x0", "top", "x1", "bottom"))
            rows.append(rows[0] | nowhere | {"area": "adoption", "status": "not_found"})
        parquet_store.write(folder, name, pa.Table.from_pylist(rows, schema=TABLES[name].schema), YEAR)
    return folder


def rows(warehouse, name):
    return [row for row in parquet_store.read(warehouse, name).to_pylist() if row["report_id"] == REPORT]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "assets.extraction.evidence", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_judgement_is_drawn_where_it_was_read(warehouse, tmp_path):
    [path] = draw(warehouse, "judgements", REPORT, "leadership", tmp_path)
    assert path.name == "50177455-judgements-leadership-page-1.png"
    row = next(row for row in rows(warehouse, "judgements") if row["area"] == "leadership")
    box = [row["x0"], row["top"], row["x1"], row["bottom"]]
    assert drawn_box(path.read_bytes()) == pytest.approx(box, abs=2)


def test_a_finding_that_runs_across_a_page_is_two_pictures(warehouse, tmp_path):
    row = next(row for row in rows(warehouse, "findings") if row["page_end"] > row["page"])
    paths = draw(warehouse, "findings", REPORT, str(row["ordinal"]), tmp_path)
    assert [path.name for path in paths] == [
        f"50177455-findings-{row['ordinal']}-page-{page}.png" for page in (row["page"], row["page_end"])
    ]
    for path, box in zip(paths, row["boxes"], strict=True):
        assert drawn_box(path.read_bytes()) == pytest.approx(
            [box["x0"], box["top"], box["x1"], box["bottom"]], abs=2
        )


@pytest.mark.parametrize(("table", "pages"), [("judgements", {1}), ("findings", set(range(1, 10)))])
def test_without_a_key_all_rows_are_drawn(warehouse, tmp_path, table, pages):
    paths = draw(warehouse, table, REPORT, "", tmp_path / "made" / "for it")
    assert [path.name for path in paths] == [f"50177455-{table}-page-{page}.png" for page in sorted(pages)]
    assert all(path.parent == tmp_path / "made" / "for it" for path in paths)


def test_a_page_shows_everything_read_on_it_and_a_small_one_is_readable(warehouse):
    large, small = (page_image(warehouse, REPORT, 3, small=small) for small in (False, True))
    boxes = [
        box
        for table in ("findings", "recommendations")
        for row in rows(warehouse, table)
        for box in row["boxes"]
        if box["page"] == 3
    ]
    assert len(boxes) > 5
    edges = [[box[edge] for box in boxes] for edge in ("x0", "top", "x1", "bottom")]
    around = [*map(min, edges[:2]), *map(max, edges[2:])]
    assert drawn_box(large) == pytest.approx(around, abs=2)
    assert len(small) < len(large) / 3
    assert Image.open(BytesIO(small)).width > 0.7 * Image.open(BytesIO(large)).width
    path = sample.reports()[REPORT][1]
    assert large != render_page(path, 3, [])


def test_what_cannot_be_drawn_says_why(warehouse, tmp_path):
    for report_id, key, why in (
        ("2", "", "there is no report 2 in"),
        ("1", "", "report 1 has no row in judgements that stands on a page"),
        (REPORT, "in_care", "report 50177455 has no area in_care in judgements that stands on a page"),
        (REPORT, "adoption", "report 50177455 has no area adoption in judgements that stands on a page"),
    ):
        with pytest.raises(EvidenceError, match=why):
            draw(warehouse, "judgements", report_id, key, tmp_path)
    with pytest.raises(EvidenceError, match="the file of report 1 is not in the archive"):
        page_image(warehouse, "1", 1)
    with pytest.raises(EvidenceError, match=r"report 50177455: .* has pages 1 to 10, not 11"):
        page_image(warehouse, REPORT, 11)
    assert list(tmp_path.iterdir()) == []


def test_on_the_command_line(warehouse, tmp_path):
    done = run(warehouse, REPORT, "--recommendation", 1, "--to", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    [path] = tmp_path.iterdir()
    assert done.stdout == f"{path}\n"
    assert Image.open(path).width == pytest.approx(8.27 * DOTS_PER_INCH, abs=2)
    done = run(warehouse, REPORT)
    assert done.stdout == f"{warehouse / 'evidence' / '50177455-judgements-page-1.png'}\n"
    done = run(warehouse, REPORT, "--page", 2, "--to", tmp_path)
    assert drawn_box((tmp_path / "50177455-page-2.png").read_bytes())
    done = run(warehouse, REPORT, "--finding", 999)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "report 50177455 has no finding 999 in findings that stands on a page\n"
    done = run(warehouse, REPORT, "--finding", 1, "--area", "leadership")
    assert done.returncode == 2
