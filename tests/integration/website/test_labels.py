"""Labels, display order and number formats."""

from datetime import date

import pytest

from assets.schema.vocabularies import AREAS, GRADES
from assets.website import labels


def test_unknown_codes_are_words_and_come_last():
    assert labels.area_label("new_area") == "New area"
    assert labels.grade_abbreviations("new_grade") == ("New grade", "New grade", "N")
    assert labels.in_order(AREAS, ["new_area", "lscb", "leadership", "lscb"]) == [
        "leadership",
        "lscb",
        "new_area",
    ]
    assert labels.displayed_grades(["new_grade"]) == [*labels.CURRENT_SCALE, "new_grade"]
    assert labels.tracked_areas(["new_area", "lscb", "leadership"]) == ["leadership", "new_area"]


@pytest.mark.parametrize(
    ("value", "text", "change"),
    [(22.84, "22.8", "+22.8"), (10.0, "10", "+10"), (12345.0, "12,345", "+12,345"), (-9.9, "-9.9", "−9.9")],
)
def test_official_figures_have_at_most_one_decimal(value, text, change):
    assert labels.figure(value) == text
    assert labels.change_of_figure(value) == change


def test_missing_and_unchanged_figures():
    assert (labels.figure(None), labels.change_of_figure(None)) == ("–", "–")
    assert (labels.figure(0.0), labels.change_of_figure(0.0)) == ("0", "0")


def test_every_grade_fits_a_narrow_bar():
    for grade in GRADES:
        lengths = [len(text) for text in labels.grade_abbreviations(grade)]
        assert lengths == sorted(lengths, reverse=True)
        assert lengths[-1] <= 2


@pytest.mark.parametrize(
    ("apply", "value", "text"),
    [
        (labels.label_of, "not_close", "not close"),
        (labels.label_of, None, ""),
        (labels.change_label, "improved", "▲ Improved"),
        (labels.long_date, date(2024, 3, 4), "4 March 2024"),
        (labels.long_date, None, ""),
        (labels.short_date, date(2024, 3, 4), "4\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2024"),
        (labels.short_date, None, ""),
        (labels.issue_label, "no_findings", "No findings were found"),
        (labels.issue_label, "no_longer_listed", "No longer listed"),
        (labels.file_size, 300, "1 kB"),
        (labels.file_size, 12_345, "12 kB"),
        (labels.file_size, 3_400_000, "3.4 MB"),
    ],
)
def test_formats(apply, value, text):
    assert apply(value) == text


def test_map_colours_cover_all_areas_and_grades(site):
    style_sheet = (site / "static" / "grades.css").read_text(encoding="utf-8")
    for area in labels.wide_columns():
        for grade in GRADES:
            assert f"#map:has(#map-{area}:checked) .{area}-{grade} {{" in style_sheet
