"""read_period: all printed forms of dates and periods, and similar text that is not a period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.parsing.grammar.dates import MONTHS, read_period

DATES = st.dates(date(2012, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("8 – 12 July 2013", "2013-07-08", "2013-07-12"),
        ("8-12 July 2013", "2013-07-08", "2013-07-12"),
        ("6 December 2021 to 17 December 2021", "2021-12-06", "2021-12-17"),
        ("11 to 22 May 2026", "2026-05-11", "2026-05-22"),
        ("28 July 2016", "2016-07-28", "2016-07-28"),
        ("12/09/2016 to 06/10/2016", "2016-09-12", "2016-10-06"),
        ("1/06/2015 - 25/06/2015", "2015-06-01", "2015-06-25"),
        ("30 September – 22 October 2014", "2014-09-30", "2014-10-22"),
        ("18 Feb 2014 – 12 March 2014", "2014-02-18", "2014-03-12"),
        (
            "30 September to 11 October 2024 and 13 to 16 January 2025",
            "2024-09-30",
            "2025-01-16",
        ),
        ("19 November-11 December 2013 and 28 – 30 January 2014", "2013-11-19", "2014-01-30"),
        # A year that is printed once also applies to the dates before it, across the turn of the year.
        ("30 November to 11 January 2019", "2018-11-30", "2019-01-11"),
        # Surrounding words, ordinal suffixes, full stops, commas, capitals.
        ("Inspection dates: 2nd to 13th December 2024", "2024-12-02", "2024-12-13"),
        ("Monday 2 March 2020 to Friday 6 March 2020.", "2020-03-02", "2020-03-06"),
        ("9 SEPTEMBER, 2019 to 13 september 2019", "2019-09-09", "2019-09-13"),
        ("22 May 2015 – 18 June 2015", "2015-05-22", "2015-06-18"),
        ("3 Sept 2018 to 5 Sept 2018", "2018-09-03", "2018-09-05"),
        ("29 February 2016", "2016-02-29", "2016-02-29"),
        ("12.09.2016 to 06.10.2016", "2016-09-12", "2016-10-06"),
        ("12/09/16 – 06/10/16", "2016-09-12", "2016-10-06"),
        # A missing space must not hide one of the dates.
        ("13to 17 June 2022", "2022-06-13", "2022-06-17"),
        ("13 to 17June 2022", "2022-06-13", "2022-06-17"),
    ],
)
def test_read_period(printed, first, last):
    assert read_period(printed) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "to be confirmed",
        "July 2013",
        "8 to 12 July",
        "2013",
        "31 February 2020",
        "29 February 2015 to 4 March 2015",
        "31/02/2020",
        "1/13/2015",
        "17 to 6 December 2021",
        "12 May 2022 to 3 May 2022",
        "06/10/2016 to 12/09/2016",
        "12 Mayday 2022",
        "12 July 1999",
    ],
)
def test_invalid_periods(printed):
    assert read_period(printed) is None


def test_period_without_year_is_the_latest_before_a_date():
    assert read_period("4 to 8 March", latest=date(2024, 4, 2)) == (date(2024, 3, 4), date(2024, 3, 8))
    assert read_period("4 to 8 December", latest=date(2024, 4, 2)) == (date(2023, 12, 4), date(2023, 12, 8))
    assert read_period("4 to 8 March 2019", latest=date(2024, 4, 2)) == (date(2019, 3, 4), date(2019, 3, 8))


@given(DATES, st.integers(0, 200), st.sampled_from(["to", "–", " - ", "and"]), st.sampled_from([None, 3, 4]))
def test_formatted_periods_are_read_back(first, length, between, letters):
    last = first + timedelta(length)

    def formatted(day, *, month=True, year=True):
        return " ".join(
            [
                str(day.day),
                *([MONTHS[day.month - 1][:letters].title()] if month else []),
                *([str(day.year)] if year else []),
            ]
        )

    period = f"{formatted(first)} {between} {formatted(last)}"
    assert read_period(period) == (first, last)
    slashed = f"{first.day:02}/{first.month}/{first.year}{between}{last.day}/{last.month:02}/{last.year}"
    assert read_period(slashed) == (first, last)
    if first.year == last.year:
        assert read_period(f"{formatted(first, year=False)} {between} {formatted(last)}") == (first, last)
        if first.month == last.month:
            short = f"{formatted(first, month=False, year=False)} {between} {formatted(last)}"
            assert read_period(short) == (first, last)


@given(DATES, st.integers(1, 200))
def test_period_out_of_order_is_invalid(first, length):
    last = first + timedelta(length)
    assert read_period(f"{last:%d/%m/%Y} to {first:%d/%m/%Y}") is None
    assert read_period(f"{last:%d %B %Y} to {first:%d %B %Y}") is None


@given(st.text(st.sampled_from("0123456789/ -–toMayJune2"), max_size=30))
def test_read_period_accepts_any_text(printed):
    period = read_period(printed)
    assert period is None or period[0] <= period[1]
