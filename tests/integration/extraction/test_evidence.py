"""Evidence images, drawn from a warehouse with one real report."""

from hashlib import sha256
from io import BytesIO

import pyarrow as pa
import pytest
from PIL import Image

from assets.archive.archive import stored_file_path
from assets.extraction.evidence import KEY_COLUMNS, EvidenceError, draw_page, draw_rows, page_image, row_image
from assets.parsing.report import read_report
from assets.pdf.render import DOTS_PER_INCH, render_page
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from tests.support import sample
from tests.unit.pdf.test_render import drawn_box

REPORT, YEAR = "50177455", 2022


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """A warehouse with one report, one of whose areas was not found, and one report without a file."""
    folder = tmp_path_factory.mktemp("warehouse")
    publication, path = sample.reports()[REPORT]
    sha256_hex = sha256(path.read_bytes()).hexdigest()
    file = stored_file_path(folder / "archive", sha256_hex)
    file.parent.mkdir(parents=True)
    file.write_bytes(path.read_bytes())
    tables = read_report(path.read_bytes(), publication)
    for name in ("reports", *KEY_COLUMNS):
        rows = tables[name].to_pylist()
        if name == "reports":
            rows = [row | {"sha256": sha256_hex} for row in rows]
            rows.append(rows[0] | {"report_id": "1", "sha256": None})
        if name == "judgements":
            no_box = dict.fromkeys(("label", "grade", "grade_rank", "page", "x0", "top", "x1", "bottom"))
            rows.append(rows[0] | no_box | {"area": "adoption", "status": "not_found"})
        parquet_store.write(folder, name, pa.Table.from_pylist(rows, schema=TABLES[name].schema), YEAR)
    return folder


def rows(warehouse, name):
    return [row for row in parquet_store.read(warehouse, name).to_pylist() if row["report_id"] == REPORT]


def test_judgement_is_drawn_at_its_box(warehouse, tmp_path):
    [path] = draw_rows(warehouse, "judgements", REPORT, "leadership", tmp_path)
    assert path.name == "50177455-judgements-leadership-page-1.png"
    row = next(row for row in rows(warehouse, "judgements") if row["area"] == "leadership")
    box = [row["x0"], row["top"], row["x1"], row["bottom"]]
    assert drawn_box(path.read_bytes()) == pytest.approx(box, abs=2)


def test_finding_on_two_pages_has_two_images(warehouse, tmp_path):
    row = next(row for row in rows(warehouse, "findings") if row["page_end"] > row["page"])
    paths = draw_rows(warehouse, "findings", REPORT, str(row["ordinal"]), tmp_path)
    assert [path.name for path in paths] == [
        f"50177455-findings-{row['ordinal']}-page-{page}.png" for page in (row["page"], row["page_end"])
    ]
    for path, box in zip(paths, row["boxes"], strict=True):
        assert drawn_box(path.read_bytes()) == pytest.approx(
            [box["x0"], box["top"], box["x1"], box["bottom"]], abs=2
        )


@pytest.mark.parametrize(("table", "pages"), [("judgements", {1}), ("findings", set(range(1, 10)))])
def test_all_rows_are_drawn_without_a_key(warehouse, tmp_path, table, pages):
    paths = draw_rows(warehouse, table, REPORT, "", tmp_path / "new" / "folder")
    assert [path.name for path in paths] == [f"50177455-{table}-page-{page}.png" for page in sorted(pages)]
    assert all(path.parent == tmp_path / "new" / "folder" for path in paths)


def test_page_image_shows_all_rows_of_the_page(warehouse):
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
    enclosing_box = [*map(min, edges[:2]), *map(max, edges[2:])]
    assert drawn_box(large) == pytest.approx(enclosing_box, abs=2)
    assert len(small) < len(large) / 3
    assert Image.open(BytesIO(small)).width > 0.7 * Image.open(BytesIO(large)).width
    path = sample.reports()[REPORT][1]
    assert large != render_page(path, 3, [])


def test_error_states_why_nothing_can_be_drawn(warehouse, tmp_path):
    for report_id, key, message in (
        ("2", "", "report 2 is not in"),
        ("1", "", "report 1 has no rows in judgements to draw"),
        (REPORT, "in_care", "report 50177455 has no row with area in_care in judgements to draw"),
        (REPORT, "adoption", "report 50177455 has no row with area adoption in judgements to draw"),
    ):
        with pytest.raises(EvidenceError, match=message):
            draw_rows(warehouse, "judgements", report_id, key, tmp_path)
    with pytest.raises(EvidenceError, match="the file of report 1 is not in the archive"):
        page_image(warehouse, "1", 1)
    with pytest.raises(EvidenceError, match=r"report 50177455: .* has pages 1 to 10, not 11"):
        page_image(warehouse, REPORT, 11)
    assert list(tmp_path.iterdir()) == []


def test_draw_page_writes_an_image(warehouse, tmp_path):
    path = draw_page(warehouse, REPORT, tmp_path, 2)
    assert path == tmp_path / "50177455-page-2.png"
    assert drawn_box(path.read_bytes())
    assert Image.open(path).width == pytest.approx(8.27 * DOTS_PER_INCH, abs=2)


def test_row_image_has_the_boxes_of_the_row_on_one_page(warehouse):
    row = next(row for row in rows(warehouse, "findings") if row["page_end"] > row["page"])
    for page in (row["page"], row["page_end"]):
        boxes = [
            (box["x0"], box["top"], box["x1"], box["bottom"]) for box in row["boxes"] if box["page"] == page
        ]
        sha256_hex = rows(warehouse, "reports")[0]["sha256"]
        file = stored_file_path(warehouse / "archive", sha256_hex)
        image = row_image(warehouse, "findings", REPORT, str(row["ordinal"]), page)
        assert image == render_page(file, page, boxes)


def test_row_image_of_another_page_or_a_damaged_file(warehouse, tmp_path):
    row = rows(warehouse, "findings")[0]
    with pytest.raises(EvidenceError, match=f"no row with ordinal {row['ordinal']} in findings on page 99"):
        row_image(warehouse, "findings", REPORT, str(row["ordinal"]), 99)
    (tmp_path / "parquet").symlink_to(warehouse / "parquet")
    sha256_hex = rows(warehouse, "reports")[0]["sha256"]
    damaged = stored_file_path(tmp_path / "archive", sha256_hex)
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"not a PDF file")
    with pytest.raises(EvidenceError, match="cannot be drawn"):
        row_image(tmp_path, "findings", REPORT, str(row["ordinal"]), row["page"])
