"""``read_indicators`` on the committed extracts and on invalid copies, and making extracts from originals."""

import csv
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from assets.reference.extracts import write_extracts
from assets.reference.indicators import OFFICIAL_DATA, read_declarations, read_indicators
from assets.reference.loaders import read_reference_tables
from assets.schema.csv_files import CsvFileError
from assets.schema.tables import TABLES
from assets.storage.atomic_write import WriteError

DATA = Path(str(OFFICIAL_DATA))
#: Fifty cells of the original files, read without this project.
ORIGINAL_CELLS = [
    ("looked_after", "Birmingham", 2023, "77"),
    ("looked_after", "Buckinghamshire", 2023, "39"),
    ("looked_after", "Buckinghamshire", 2024, "41"),
    ("looked_after", "Buckinghamshire", 2025, "40"),
    ("looked_after", "Hackney", 2023, "71"),
    ("looked_after", "Hackney", 2024, "70"),
    ("looked_after", "Hampshire", 2024, "66"),
    ("looked_after", "Herefordshire, County of", 2023, "122"),
    ("looked_after", "South West", 2023, "63"),
    ("re_referrals", "Barnsley", 2025, "25.5"),
    ("re_referrals", "Buckinghamshire", 2022, "32.7"),
    ("re_referrals", "Buckinghamshire", 2023, "39.1"),
    ("re_referrals", "Buckinghamshire", 2024, "23.3"),
    ("re_referrals", "Buckinghamshire", 2025, "22.8"),
    ("re_referrals", "England", 2025, "22.6"),
    ("re_referrals", "Gateshead", 2025, "13.9"),
    ("re_referrals", "Hampshire", 2014, "27.9"),
    ("re_referrals", "Hampshire", 2023, "38.7"),
    ("re_referrals", "Herefordshire, County of", 2022, "2.7"),
    ("re_referrals", "Northamptonshire", 2017, "35.6"),
    ("re_referrals", "South West", 2021, "22.7"),
    ("second_plans", "Birmingham", 2023, "23.8"),
    ("second_plans", "Buckinghamshire", 2024, "28.4"),
    ("second_plans", "Buckinghamshire", 2025, "24.3"),
    ("second_plans", "England", 2014, "15.8"),
    ("second_plans", "Gateshead", 2019, "22.5"),
    ("second_plans", "Hackney", 2024, "20.8"),
    ("second_plans", "Hackney", 2025, "18.4"),
    ("second_plans", "Isles of Scilly", 2015, "c"),
    ("second_plans", "Kent", 2013, "19.7"),
    ("second_plans", "South West", 2021, "25"),
    ("social_worker_turnover", "Barnsley", 2022, "25.4"),
    ("social_worker_turnover", "Buckinghamshire", 2019, "33.7"),
    ("social_worker_turnover", "Buckinghamshire", 2020, "15.4"),
    ("social_worker_turnover", "Buckinghamshire", 2022, "24.7"),
    ("social_worker_turnover", "Buckinghamshire", 2024, "20.9"),
    ("social_worker_turnover", "Buckinghamshire", 2025, "10"),
    ("social_worker_turnover", "England", 2020, "13.5"),
    ("social_worker_turnover", "Hackney", 2018, "12.4"),
    ("social_worker_turnover", "Hackney", 2021, "11.4"),
    ("social_worker_turnover", "Kent", 2022, "15.9"),
    ("suitable_accommodation", "Birmingham", 2025, "85"),
    ("suitable_accommodation", "Buckinghamshire", 2022, "89"),
    ("suitable_accommodation", "Buckinghamshire", 2024, "88"),
    ("suitable_accommodation", "Buckinghamshire", 2025, "87"),
    ("suitable_accommodation", "Cumbria", 2021, "96"),
    ("suitable_accommodation", "Gateshead", 2022, "93"),
    ("suitable_accommodation", "Hampshire", 2023, "70"),
    ("suitable_accommodation", "North Yorkshire", 2021, "90"),
    ("suitable_accommodation", "Sheffield", 2022, "86"),
]
STATUSES = {"c": "suppressed", "u": "unreliable", "x": "unavailable", "z": "not_applicable"}


@pytest.fixture(scope="module")
def reference():
    tables = read_reference_tables()
    return tables["authorities"], tables["gss_codes"]


@pytest.fixture(scope="module")
def tables(reference):
    return read_indicators(*reference)


@pytest.fixture(scope="module")
def figures(tables, reference):
    """Rows by indicator, name of the area as the originals have it, and year."""
    names = {row["gss_code"]: row["name"].split(" (")[0] for row in reference[0].to_pylist()}
    names |= {"E92000001": "England", "E12000009": "South West"}
    names["E10000009"] = "Dorset (to 2019)"
    return {
        (row["indicator"], names.get(row["area_code"], row["area_code"]), row["year"]): row
        for row in tables["authority_indicators"].to_pylist()
    }


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "official"))


def change(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def error_message(reference, folder, **options):
    with pytest.raises(CsvFileError) as error:
        read_indicators(*reference, folder, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_tables_have_exactly_the_declared_schema(tables):
    for name, rows in tables.items():
        assert rows.schema.equals(TABLES[name].schema, check_metadata=True)
        assert rows.num_rows


def test_there_are_fifty_original_cells():
    assert len(ORIGINAL_CELLS) == len({cell[:3] for cell in ORIGINAL_CELLS}) == 50


@pytest.mark.parametrize(("indicator", "area", "year", "cell"), ORIGINAL_CELLS)
def test_value_equals_the_original_cell(figures, indicator, area, year, cell):
    row = figures[indicator, area, year]
    if cell in STATUSES:
        assert (row["value"], row["status"]) == (None, STATUSES[cell])
    else:
        assert (row["value"], row["status"]) == (float(cell), "published")


def test_re_referrals_of_buckinghamshire_and_england(figures):
    values = [figures["re_referrals", "Buckinghamshire", year]["value"] for year in range(2022, 2026)]
    assert values == [32.7, 39.1, 23.3, 22.8]
    assert figures["re_referrals", "England", 2025]["value"] == 22.6


def test_rate_is_calculated_from_count_and_population(figures):
    row = figures["children_in_need", "England", 2025]
    assert (row["value"], row["numerator"], row["denominator"]) == (330.3, 402400, 12183016)
    assert row["status"] == "calculated"
    assert figures["population_0_17", "England", 2024]["value"] == 12183016


def test_joint_figure_is_given_to_each_authority(figures):
    rows = [figures["caseload", name, 2025] for name in ("Kingston upon Thames", "Richmond upon Thames")]
    assert {row["status"] for row in rows} == {"joint"}
    assert rows[0]["value"] == rows[1]["value"] is not None


def test_value_is_null_exactly_with_a_status_that_says_why(tables):
    rows = tables["authority_indicators"].to_pylist()
    for row in rows:
        assert (row["value"] is None) is (row["status"] not in ("published", "calculated", "joint"))


def test_every_current_authority_has_every_indicator_of_the_last_year(tables, reference):
    current = {row["urn"] for row in reference[0].to_pylist() if row["valid_to"] is None}
    figures = tables["authority_indicators"]
    for indicator in tables["indicators"].to_pylist():
        rows = figures.filter(
            pc.and_(
                pc.equal(figures["indicator"], indicator["indicator"]),
                pc.equal(figures["year"], pa.scalar(indicator["last_year"], pa.int32())),
            )
        )
        assert set(rows["urn"].to_pylist()) - {None} == current
        assert indicator["last_year"] == (2024 if indicator["indicator"] == "population_0_17" else 2025)


def test_former_authorities_end_with_their_last_year(tables, reference):
    for authority in reference[0].to_pylist():
        if authority["valid_to"]:
            rows = tables["authority_indicators"].to_pylist()
            years = [row["year"] for row in rows if row["urn"] == authority["urn"]]
            assert (min(years), max(years)) == (2012, authority["valid_to"].year)


def test_changed_code_keeps_the_figures_of_an_authority_together(figures):
    assert [figures["re_referrals", "Barnsley", year]["value"] for year in (2024, 2025)] == [22.4, 25.5]
    assert figures["re_referrals", "Barnsley", 2024]["area_code"] == "E08000038"


NORFOLK = "2025,Local authority,E12000006,926,E10000020,Norfolk,"
INVALID_FILES = [
    (
        "referrals.csv",
        "rereferral_percent",
        "rereferrals",
        "column rereferral_percent: the column is missing",
    ),
    ("referrals.csv", "la_name,", "la_name,extra,", "line 1, column extra: the column is unknown"),
    ("referrals.csv", "la_name,", "la_name,la_name,", "line 1, column la_name: the column is duplicated"),
    ("referrals.csv", NORFOLK, NORFOLK + "1,", "cells, but the header has"),
    ("referrals.csv", NORFOLK, NORFOLK + '"1"2', "line "),
    (
        "referrals.csv",
        NORFOLK,
        NORFOLK.replace("926", "999"),
        "column old_la_code: '999' (Norfolk) is not",
    ),
    (
        "referrals.csv",
        NORFOLK,
        NORFOLK.replace("E10000020", "E10000099"),
        "column new_la_code: 'E10000099' is not a code of Norfolk",
    ),
    (
        "referrals.csv",
        NORFOLK,
        NORFOLK.replace("Norfolk", "Greater Norfolk"),
        "column la_name: 'Greater Norfolk' is not the name of Norfolk",
    ),
    ("referrals.csv", NORFOLK, NORFOLK.replace("2025", "2024"), "a second row of E10000020 in 2024"),
    ("referrals.csv", NORFOLK, NORFOLK.replace("2025", "25"), "column time_period: '25' is not a year"),
    ("referrals.csv", NORFOLK, NORFOLK.replace("Local authority", "Ward"), "column geographic_level: 'Ward'"),
    (
        "referrals.csv",
        "Regional,E12000001",
        "Regional,E1200001",
        "column region_code: 'E1200001' is not a region",
    ),
    ("referrals.csv", "632830,142900", "632830,many", "column rereferral_count: 'many' is neither a number"),
    (
        "social_workers.csv",
        "E09000021 / E09000027",
        "E09000021",
        "column la_name: codes and names are not of the same authorities",
    ),
    ("indicators.csv", ",rereferral_percent,", ",rereferral_share,", "re_referrals: referrals has no column"),
    ("indicators.csv", "lower,Share of referrals", "down,Share of referrals", "column direction: 'down'"),
    ("indicators.csv", "child,referrals,", "child,others,", "column data_set: 'others' is not in"),
    (
        "theme_indicators.csv",
        "re_referrals,re_referrals",
        "re_referrals,returns",
        "line 2, column indicator: 'returns'",
    ),
    ("data_sets.csv", "year_to_september", "year", "column period: 'year' is not one of"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), INVALID_FILES)
def test_error_names_file_line_and_column(reference, folder, name, old, new, message):
    change(folder / name, old, new)
    error = error_message(reference, folder)
    assert error.startswith(name)
    assert message in error


def test_truncated_file_is_an_error(reference, folder):
    path = folder / "referrals.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:100]), encoding="utf-8")
    assert "has no row in 2025" in error_message(reference, folder)
    path.write_text("".join(lines[:100])[:-20], encoding="utf-8")
    assert "referrals.csv, line 100" in error_message(reference, folder)


def test_binary_file_is_an_error(reference, folder):
    (folder / "referrals.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    assert error_message(reference, folder) == "referrals.csv, line 1: the text is not UTF-8"


def test_missing_file_is_an_error(reference, folder):
    (folder / "referrals.csv").unlink()
    path = folder / "referrals.csv"
    assert error_message(reference, folder) == f"cannot read {path}: No such file or directory"


def originals_of(folder, target):
    """Write files in the form of the originals: the extracts with all declared columns."""
    target.mkdir()
    for name, data_set in read_declarations(folder).items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (target / data_set.file).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, data_set.header, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    return target


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    return originals_of(DATA, tmp_path_factory.mktemp("originals") / "files")


def test_extracts_of_originals_equal_the_committed_extracts(reference, folder, originals):
    paths = write_extracts(originals, folder, *reference)
    by_hand = {"indicators.csv", "theme_indicators.csv", "first_days.csv"}
    assert {path.name for path in paths} | by_hand == {path.name for path in folder.glob("*.csv")}
    for path in paths:
        if path.name != "data_sets.csv":
            assert path.read_bytes() == (DATA / path.name).read_bytes()


def test_next_year_is_read_without_changes_of_code(reference, folder, originals, tmp_path):
    next_year = Path(shutil.copytree(originals, tmp_path / "next"))
    old = next(next_year.glob("c1_*.csv"))
    lines = old.read_text(encoding="utf-8-sig").splitlines()
    added = [line.replace("2025", "2026", 1) for line in lines if line.startswith("2025,")]
    name = old.name.replace("2025", "2026")
    (next_year / name).write_text("\n".join([*lines, *added]) + "\n", encoding="utf-8")
    old.unlink()
    write_extracts(next_year, folder, *reference)
    indicators = {
        row["indicator"]: row for row in read_indicators(*reference, folder)["indicators"].to_pylist()
    }
    assert indicators["re_referrals"]["last_year"] == 2026
    assert indicators["re_referrals"]["release"] == "Reporting year 2026"
    assert indicators["re_referrals"]["source"].endswith(name)


def test_invalid_original_leaves_the_extracts_unchanged(reference, folder, originals, tmp_path):
    broken = Path(shutil.copytree(originals, tmp_path / "broken"))
    change(next(broken.glob("la_care_leavers_activity.csv")), "care_leaver_age", "age")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(CsvFileError, match=r"la_care_leavers_activity.csv, line 1, column care_leaver_age"):
        write_extracts(broken, folder, *reference)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_missing_original_is_an_error(reference, folder, tmp_path):
    with pytest.raises(CsvFileError, match=r"must match .*; found: none"):
        write_extracts(tmp_path, folder, *reference)


def test_newer_file_replaces_the_extract(reference, tables, originals):
    newer = next(originals.glob("c1_*.csv"))
    assert read_indicators(*reference, newer_files={"referrals": newer})["authority_indicators"].equals(
        tables["authority_indicators"]
    )


def test_unwritable_folder_is_an_error(reference, folder, originals, monkeypatch):
    (folder / "population.csv").unlink()
    (folder / "population.csv").mkdir()
    (folder / "population.csv" / "file").touch()
    with pytest.raises(WriteError, match=r"population.csv"):
        write_extracts(originals, folder, *reference)
