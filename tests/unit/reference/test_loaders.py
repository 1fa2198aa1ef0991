"""``read_reference_tables`` on invalid copies of the files, and the consistency of the committed files."""

import shutil
from collections import Counter, defaultdict
from datetime import timedelta
from importlib import resources
from itertools import pairwise

import pytest

from assets.reference.loaders import REFERENCE_TABLES, read_reference_tables
from assets.schema.csv_files import CsvFileError
from assets.schema.tables import TABLES
from assets.schema.vocabularies import CLOSENESS

DATA = resources.files("assets.reference") / "data"


@pytest.fixture(scope="module")
def tables():
    return {name: rows.to_pylist() for name, rows in read_reference_tables().items()}


@pytest.fixture(scope="module")
def by_urn(tables):
    return {row["urn"]: row for row in tables["authorities"]}


@pytest.fixture
def folder(tmp_path):
    for name in REFERENCE_TABLES:
        shutil.copy(str(DATA / f"{name}.csv"), tmp_path)
    return tmp_path


def error_message(folder):
    with pytest.raises(CsvFileError) as error:
        read_reference_tables(folder)
    return str(error.value)


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_tables_have_exactly_the_declared_schema():
    for name, rows in read_reference_tables().items():
        assert rows.schema.equals(TABLES[name].schema, check_metadata=True)
        assert rows.num_rows


NORFOLK = "county_council,East of England,E12000006,926,E10000020,,,,171830,2024"
INVALID_FILES = [
    (
        "successions.csv",
        "successor_urn,",
        "successor,",
        "line 1, column successor_urn: the column is missing",
    ),
    ("successions.csv", ",last_day", ",last_day,why", "line 1, column why: the column is unknown"),
    (
        "successions.csv",
        ",last_day",
        ",last_day,last_day",
        "line 1, column last_day: the column is duplicated",
    ),
    ("successions.csv", "2733690,2023", "2733690,,2023", "line 4: 4 cells, but the header has 3 columns"),
    ("successions.csv", "2733690,2023-03-31", "2733690,", "line 4, column last_day: a value is missing"),
    (
        "successions.csv",
        "2733690,2023-03-31",
        "2733690,31/03/2023",
        "line 4, column last_day: '31/03/2023' is not a",
    ),
    (
        "successions.csv",
        "2733690,2023-03-31",
        "2733690,20230331",
        "line 4, column last_day: '20230331' is not a date",
    ),
    (
        "successions.csv",
        "2733690,2023-03-31",
        "2733690,2023-02-30",
        "line 4, column last_day: '2023-02-30' is not a",
    ),
    (
        "successions.csv",
        "2733690,2023",
        "27 33690,2023",
        "column successor_urn: '27 33690' is not a whole number",
    ),
    (
        "successions.csv",
        "2733690,2023",
        "2733690.0,2023",
        "column successor_urn: '2733690.0' is not a whole number",
    ),
    (
        "successions.csv",
        "2733690,2023",
        "9733690,2023",
        "line 4, column successor_urn: 9733690 is not in authorities",
    ),
    (
        "successions.csv",
        "2733690,2023",
        "2733698,2023",
        "line 5, column predecessor_urn and successor_urn: the key is",
    ),
    (
        "authorities.csv",
        NORFOLK,
        NORFOLK.replace("926", "92"),
        "line 2, column dfe_code: '92' does not match",
    ),
    (
        "authorities.csv",
        NORFOLK,
        NORFOLK.replace("E10", "W10"),
        "line 2, column gss_code: 'W10000020' does not match",
    ),
    (
        "authorities.csv",
        NORFOLK,
        NORFOLK.replace("171830", "x"),
        "line 2, column population_0_17: 'x' is not a whole",
    ),
    (
        "authorities.csv",
        NORFOLK,
        NORFOLK.replace("county_", "parish_"),
        "line 2, column authority_type: 'parish_",
    ),
    (
        "authorities.csv",
        "80418,Norfolk,",
        "80418,Norfolk ,",
        "line 2, column name: 'Norfolk ' has superfluous spaces",
    ),
    ("authorities.csv", "80418,Norfolk,", '80418,"Nor"folk,', "line 2: "),
    (
        "official_differences.csv",
        ",lscb,,inadequate,",
        ",lscb,,Inadequate,",
        "line 2, column grade: 'Inadequate' is not one of",
    ),
    (
        "gss_codes.csv",
        "80418,E10000020",
        "80419,E06000046",
        "line 3, column urn and gss_code: the key is a duplicate",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), INVALID_FILES)
def test_error_names_file_line_and_column(folder, name, old, new, message):
    change(folder, name, old, new)
    assert error_message(folder).startswith(f"{name}, ")
    assert message in error_message(folder)
    assert "\n" not in error_message(folder)


def test_error_names_a_missing_file(folder):
    (folder / "gss_codes.csv").unlink()
    assert error_message(folder) == f"cannot read {folder / 'gss_codes.csv'}: No such file or directory"


def test_error_names_the_line_that_is_not_utf8(folder):
    path = folder / "successions.csv"
    path.write_bytes(path.read_bytes() + b"80531,caf\xe9,2021-03-31\n")
    assert error_message(folder) == "successions.csv, line 10: the text is not UTF-8"


def test_empty_file_is_an_error(folder):
    (folder / "successions.csv").write_text("")
    assert error_message(folder) == "successions.csv, line 1, column predecessor_urn: the column is missing"


def test_byte_order_mark_is_accepted(folder):
    path = folder / "successions.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_reference_tables(folder)["successions"].num_rows == 8


def test_there_are_153_current_and_5_former_authorities(by_urn):
    assert Counter(row["valid_to"] is None for row in by_urn.values()) == {True: 153, False: 5}


@pytest.mark.parametrize("column", ["name", "official_name", "dfe_code", "gss_code"])
def test_names_and_codes_are_unique(by_urn, column):
    values = [row[column] for row in by_urn.values()]
    assert None not in values
    assert len(set(values)) == len(values)


def test_each_region_has_one_code(by_urn):
    regions = {(row["region_name"], row["region_gss_code"]) for row in by_urn.values()}
    assert len({name for name, _ in regions}) == len({code for _, code in regions}) == len(regions) == 9


def test_gss_code_prefix_matches_the_authority_type(by_urn):
    prefixes = {
        "county_council": "E10",
        "unitary_authority": "E06",
        "metropolitan_district": "E08",
        "london_borough": "E09",
        "city_corporation": "E09",
    }
    for row in by_urn.values():
        assert row["gss_code"].startswith(prefixes[row["authority_type"]])


def test_populations_are_plausible(by_urn):
    for row in by_urn.values():
        assert (row["population_0_17"] is None) is (row["population_year"] is None)
        smallest = 100 if row["name"] in {"City of London", "Isles of Scilly"} else 5_000
        assert row["population_0_17"] is None or smallest < row["population_0_17"] < 400_000
    current = [row for row in by_urn.values() if row["valid_to"] is None]
    assert {row["population_year"] for row in current} == {2024}
    assert 12_000_000 < sum(row["population_0_17"] for row in current) < 12_500_000


def test_gss_codes_are_contiguous_and_end_with_the_current_code(tables, by_urn):
    codes = defaultdict(list)
    for row in tables["gss_codes"]:
        codes[row["urn"]].append(row)
    assert codes.keys() == by_urn.keys()
    for urn, periods in codes.items():
        periods.sort(key=lambda row: (row["valid_from"] is not None, row["valid_from"]))
        for earlier, later in pairwise(periods):
            assert later["valid_from"] - earlier["valid_to"] == timedelta(days=1)
        assert periods[0]["valid_from"] is None
        assert periods[-1]["gss_code"] == by_urn[urn]["gss_code"]
        assert periods[-1]["valid_to"] == by_urn[urn]["valid_to"]
        # An authority with several codes existed before its latest code.
        assert (
            len(periods) == 1
            or by_urn[urn]["valid_from"] is None
            or by_urn[urn]["valid_from"] < periods[-1]["valid_from"]
        )


def test_successor_starts_the_day_after_its_predecessor_ends(tables, by_urn):
    for row in tables["successions"]:
        assert by_urn[row["predecessor_urn"]]["valid_to"] == row["last_day"]
        assert by_urn[row["successor_urn"]]["valid_from"] == row["last_day"] + timedelta(days=1)
    former = {urn for urn, row in by_urn.items() if row["valid_to"] is not None}
    assert {row["predecessor_urn"] for row in tables["successions"]} == former


def test_every_current_authority_has_ten_current_neighbours(tables, by_urn):
    neighbours = defaultdict(list)
    for row in tables["statistical_neighbours"]:
        neighbours[row["urn"]].append(row)
    current = {urn for urn, row in by_urn.items() if row["valid_to"] is None}
    assert neighbours.keys() == current
    for urn, rows in neighbours.items():
        rows.sort(key=lambda row: row["rank"])
        assert [row["rank"] for row in rows] == list(range(1, 11))
        assert len({row["neighbour_urn"] for row in rows} & current - {urn}) == 10
        closeness = [list(CLOSENESS).index(row["closeness"]) for row in rows]
        assert closeness == sorted(closeness)


def test_sources_of_all_files_are_documented():
    sources = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"| `{name}.csv` |" in sources for name in REFERENCE_TABLES)
