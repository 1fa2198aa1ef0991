"""The one date parser: days and periods as reports print them."""

import re
from datetime import date
from itertools import pairwise

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH_NUMBER = {
    short: number for number, month in enumerate(MONTHS, start=1) for short in {month, month[:3], month[:4]}
}
_MONTH = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))
_NAMED = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
    rf"(?:\s+(?:of\s+)?(?P<month>(?:{_MONTH})\b))?,?(?:\s+(?P<year>20\d\d)\b)?"
)
_SLASHED = r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>20\d\d)"
_DAY = re.compile(rf"(?<![\d/]){_SLASHED}|(?<![\d/]){_NAMED}", re.IGNORECASE)


def read_period(text: str, latest: date | None = None) -> tuple[date, date] | None:
    """Read a period, first day to last: '6 to 17 December 2021', '28 July 2016', '12/09/2016 to 06/10/2016'.

    Months and years that are printed once count for the days before them; a period printed without any year
    is the last of its kind up to ``latest``. Of several stays
    ('30 September to 11 October 2024 and 13 to 16 January 2025') the first day and the last are returned.
    Returns nothing where no whole date is printed, or where the days are out of order.
    """
    days: list[date] = []
    month, year = None, None
    for match in reversed(list(_DAY.finditer(text))):
        if match.group("d"):
            day, month, year = (int(match.group(part)) for part in "dmy")
        else:
            day, earlier = int(match.group("day")), month
            month = _MONTH_NUMBER[match.group("month").casefold()] if match.group("month") else month
            if match.group("year"):
                year = int(match.group("year"))
            elif year and earlier and month and month > earlier:
                year -= 1
        if month is None:
            continue
        if year is None:
            if latest is None:
                continue
            year = latest.year if (month, day) <= (latest.month, latest.day) else latest.year - 1
        try:
            days.append(date(year, month, day))
        except ValueError:
            return None
    if not days or any(later < sooner for later, sooner in pairwise(days)):
        return None
    return days[-1], days[0]
