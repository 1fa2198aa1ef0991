"""Ofsted's spreadsheets: reading made ones, errors in them, and the committed record."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.reference.loaders import read_reference_tables
from assets.reference.ofsted_spreadsheets import (
    _AREA_COLUMNS,
    _HISTORY_EVENTS,
    FIRST_DAYS,
    VISIT_TOPICS,
    write_record,
)
from assets.schema.csv_files import CsvFile, CsvFileError
from assets.schema.tables import TABLES
from assets.schema.vocabularies import VISIT_TOPICS as TOPIC_CODES
from orchestration.commands.maintenance import reference
from tests.support.ods import write_ods

GOOD, POOR = "Good", "Inadequate"
LINK = "Ofsted Local Authority Webpage"
HISTORY_COLUMNS = [title for _, day, areas in _HISTORY_EVENTS for title in (day, *areas.values())]


@pytest.fixture(scope="module")
def tables():
    return read_reference_tables()


def sheets():
    """Return the sheets of the two spreadsheets, with a few rows each."""
    ilacs = [
        "Web link",
        "Local authority area code",
        "Local authority name",
        "Inspection date",
        "Publication date",
        "Inspection type",
        *_AREA_COLUMNS.values(),
    ]
    visits = [
        "Web link",
        "Local authority area code",
        "Local authority name",
        "Inspection/Visit date",
        "Publication date",
        "Inspection/Visit type",
        "Visit Theme",
    ]
    standard = "ILACS Standard Inspection"
    outcomes = {
        "ILACS_inspection_history": [
            ["ILACS inspection history"],
            ilacs,
            [
                LINK,
                "E08000016",
                "Barnsley",
                date(2023, 9, 11),
                date(2023, 10, 27),
                standard,
                GOOD,
                *[POOR] * 4,
            ],
            [
                LINK,
                "E10000006",
                "Cumbria",
                date(2022, 9, 20),
                date(2022, 11, 15),
                standard,
                POOR,
                *[GOOD] * 4,
            ],
        ],
        "In-year_inspections": [
            ["In-year"],
            visits,
            [
                LINK,
                "E08000016",
                "Barnsley",
                date(2024, 11, 5),
                date(2024, 12, 5),
                "ILACS Focused Visit",
                "Children in care",
            ],
        ],
    }
    early = [*visits[:1], *visits[2:4], *visits[5:]]
    empty = dict.fromkeys(HISTORY_COLUMNS, "")
    first, again = _HISTORY_EVENTS[0], _HISTORY_EVENTS[1]
    bedford = empty | {
        first[1]: date(2010, 5, 7),
        first[2]["in_care"]: GOOD,
        again[1]: date(2010, 5, 7),
        again[2]["help_and_protection"]: POOR,
    }
    dorset = empty | {"First SIF Overall Judgement (OE)": "-"}
    sif = next(event for event in _HISTORY_EVENTS if event[0] == "SIF")
    dorset |= {sif[1]: date(2016, 5, 23), sif[2]["overall_effectiveness"]: "-", sif[2]["lscb"]: POOR}
    history = {
        "LA_level_in_year_2022-23": [
            early,
            # The history has the first day as 20 September: the same inspection.
            [LINK, "Cumbria", date(2022, 9, 21), standard, ""],
            [LINK, "Southend on Sea", date(2022, 5, 4), "ILACS Focused Visit", "Front door"],
            [LINK, "Liverpool", date(2022, 7, 4), "LA Monitoring visit", ""],
        ],
        "LA_inspections_2009-2023": [
            ["Web link", "Local authority name", *HISTORY_COLUMNS],
            [LINK, "Bedford Borough", *bedford.values()],
            [LINK, "Dorset", *empty.values()],
            [""],
            ["Web link", "Local authority name", *HISTORY_COLUMNS],
            [LINK, "Bournemouth", *empty.values()],
            [LINK, "Dorset", *dorset.values()],
        ],
    }
    return outcomes, history


def write_originals(folder, outcomes, history):
    write_ods(folder / "LA_Inspection_Outcomes_as_at_31_March_2025.ods", outcomes)
    write_ods(folder / "Childrens_social_care_in_England_2023_underlying_data.ods", history)


@pytest.fixture
def output(tmp_path):
    folder = tmp_path / "data"
    (folder / "official").mkdir(parents=True)
    (folder / "official" / "first_days.csv").write_text(
        "urn,published,inspection_start\n80463,2016-05-23,2016-02-01\n", encoding="utf-8"
    )
    for name in ("official_inspections", "official_judgements"):
        (folder / f"{name}.csv").write_text("before", encoding="utf-8")
    return folder


def write(folder, output, tables):
    return write_record(folder, output, tables["authorities"], tables["gss_codes"])


def test_record_is_read_from_both_spreadsheets(tmp_path, output, tables):
    write_originals(tmp_path, *sheets())
    write(tmp_path, output, tables)
    rows = CsvFile.read(output / "official_inspections.csv", TABLES["official_inspections"]).rows.to_pylist()
    assert [(row["urn"], row["kind"], row["framework"], str(row["event_date"])) for row in rows] == [
        (80426, "inspection", "ILACS", "2023-09-11"),
        (80426, "focused_visit", "ILACS", "2024-11-05"),
        (80428, "inspection", "SLAC", "2010-05-07"),
        (80457, "inspection", "ILACS", "2022-09-20"),
        (80463, "inspection", "SIF", "2016-02-01"),
        (80485, "monitoring_visit", "ILACS", "2022-07-04"),
        (80559, "focused_visit", "ILACS", "2022-05-04"),
    ]
    assert [row["topic"] for row in rows if row["official_theme"]] == ["children_in_care", "front_door"]
    judgements = CsvFile.read(
        output / "official_judgements.csv", TABLES["official_judgements"]
    ).rows.to_pylist()
    assert [(row["urn"], row["in_care"], row["help_and_protection"], row["lscb"]) for row in judgements] == [
        (80426, POOR, POOR, None),
        (80428, GOOD, POOR, None),
        (80457, GOOD, GOOD, None),
        (80463, None, None, POOR),
    ]


INVALID_SHEETS = [
    (0, "ILACS_inspection_history", 1, 3, "Date", "row 2, column 'Inspection date': it is missing"),
    (
        0,
        "ILACS_inspection_history",
        2,
        1,
        "E99999999",
        "row 3, column Local authority area code: 'E99999999'",
    ),
    (0, "ILACS_inspection_history", 2, 3, "soon", "row 3, column Inspection date: 'soon' is not a date"),
    (0, "ILACS_inspection_history", 2, 5, "Raid", "row 3, column Inspection type: 'Raid' is unknown"),
    (
        0,
        "ILACS_inspection_history",
        2,
        6,
        "Fine",
        "row 3, column Overall effectiveness: 'Fine' is not a grade",
    ),
    (0, "In-year_inspections", 2, 6, "Weather", "row 3, column Visit Theme: 'Weather' is unknown"),
    (
        1,
        "LA_level_in_year_2022-23",
        2,
        1,
        "Atlantis",
        "row 3, column Local authority name: 'Atlantis' is not in",
    ),
    (
        1,
        "LA_inspections_2009-2023",
        1,
        1,
        "Atlantis",
        "row 2, column Local authority name: 'Atlantis' is not in",
    ),
]


@pytest.mark.parametrize("invalid", INVALID_SHEETS)
def test_error_names_file_sheet_row_and_column(tmp_path, output, tables, invalid):
    file, sheet, row, column, value, message = invalid
    content = sheets()
    content[file][sheet][row][column] = value
    write_originals(tmp_path, *content)
    with pytest.raises(CsvFileError) as error:
        write(tmp_path, output, tables)
    assert f".ods, sheet {sheet}, {message}" in str(error.value)
    assert (output / "official_judgements.csv").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(
    "damage", ["missing sheet", "no rows", "truncated", "not a spreadsheet", "missing file"]
)
def test_damaged_spreadsheet_is_one_sentence(tmp_path, output, tables, damage):
    outcomes, history = sheets()
    if damage == "missing sheet":
        del outcomes["In-year_inspections"]
    elif damage == "no rows":
        del outcomes["In-year_inspections"][2:]
    write_originals(tmp_path, outcomes, history)
    path = next(tmp_path.glob("LA_Inspection*.ods"))
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:500])
    elif damage == "not a spreadsheet":
        path.write_text("urn,name\n")
    elif damage == "missing file":
        path.unlink()
    with pytest.raises(CsvFileError, match=r"LA_Inspection_Outcomes") as error:
        write(tmp_path, output, tables)
    assert "\n" not in str(error.value)
    assert (output / "official_inspections.csv").read_text(encoding="utf-8") == "before"


def test_committed_record_covers_all_authorities(tables):
    inspections = tables["official_inspections"].to_pylist()
    judged = {row["urn"] for row in tables["official_judgements"].to_pylist()}
    assert judged == {row["urn"] for row in tables["authorities"].to_pylist()}
    assert Counter(row["kind"] for row in inspections) == {
        "inspection": 661,
        "focused_visit": 72,
        "monitoring_visit": 48,
    }
    assert {row["event_date"].year for row in inspections} == set(range(2009, 2026))
    last = [row for row in inspections if row["release"] == "OS2025" and row["kind"] == "monitoring_visit"]
    assert len(last) == 24
    for row in inspections:
        assert (row["official_theme"] is None) is (row["topic"] is None)


def test_every_inspection_on_record_has_its_judgements(tables):
    judged = {
        (row["urn"], row["framework"], row["published"]) for row in tables["official_judgements"].to_pylist()
    }
    inspected = {
        (row["urn"], row["framework"], row["published"])
        for row in tables["official_inspections"].to_pylist()
        if row["kind"] == "inspection"
    }
    assert judged == inspected


def test_topics_are_the_declared_codes():
    assert list(VISIT_TOPICS.values()) == list(TOPIC_CODES)


def test_first_days_are_used(tables):
    path = Path(__file__).parents[3] / "assets" / "reference" / "data" / "official" / "first_days.csv"
    days = {
        (row["urn"], row["published"]): row["inspection_start"]
        for row in CsvFile.read(path, FIRST_DAYS).rows.to_pylist()
    }
    starts = {
        (row["urn"], row["published"]): row["inspection_start"]
        for row in tables["official_inspections"].to_pylist()
    }
    assert len(days) == 14
    assert days.items() <= starts.items()


def test_command_names_a_missing_original(tmp_path):
    result = CliRunner().invoke(reference, [str(tmp_path)])
    assert result.exit_code == 1
    assert "must match ons_mid-year_population_estimates_*.csv; found: none" in result.output
