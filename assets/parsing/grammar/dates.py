"""The only date parser of reports: dates and periods in all printed forms.

Finding the sentence or line that states a date belongs to the report families.
"""

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
#: Month names in full and abbreviated to three or four letters: 'september', 'sep', 'sept'.
_MONTH_NUMBERS = {
    name: number for number, month in enumerate(MONTHS, start=1) for name in {month, month[:3], month[:4]}
}
_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
#: A day with an optional month and year: '6', '6th of December', '17 December, 2021'. Spaces can be missing:
#: '6to 17December 2021'.
_NAMED_DATE = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\b|(?=to\b|and\b|until\b|(?:{_MONTH})\b))"
    rf"(?:\s*(?:of\s+)?(?P<month>(?:{_MONTH})\b))?,?(?:\s+(?P<year>20\d\d)\b)?"
)
#: '12/09/2016', '12.09.2016', '12/09/16'
_SLASHED_DATE = r"(?P<d>\d{1,2})(?P<mark>[/.])(?P<m>\d{1,2})(?P=mark)(?P<y>(?:20)?\d\d)(?!\d)"
_DATE = re.compile(rf"(?<![\d/]){_SLASHED_DATE}|(?<![\d/]){_NAMED_DATE}", re.IGNORECASE)


def read_period(text: str, latest: date | None = None) -> tuple[date, date] | None:
    """Return the first and last date of a printed period.

    Examples are '6 to 17 December 2021', '28 July 2016' and '12/09/2016 to 06/10/2016'. A month or year that
    is printed once also applies to the dates before it. If no year is printed, the period is the most recent
    one that ends by ``latest``. For several visits ('30 September to 11 October 2024 and 13 to 16 January
    2025'), the first date of the first visit and the last date of the last one are returned.

    Returns None if no complete date is printed, a date does not exist, or the dates are not in order.
    """
    dates: list[date] = []  # from last to first, because months and years follow the days they apply to
    month, year = None, None
    for match in reversed(list(_DATE.finditer(text))):
        if match.group("d"):
            day, month, year = (int(match.group(part)) for part in "dmy")
            year = year if year > 99 else 2000 + year
        else:
            day, following_month = int(match.group("day")), month
            month = _MONTH_NUMBERS[match.group("month").casefold()] if match.group("month") else month
            if match.group("year"):
                year = int(match.group("year"))
            elif year and following_month and month and month > following_month:
                year -= 1  # '30 November to 11 January 2019' begins in 2018
        if month is None:
            continue
        if year is None:
            if latest is None:
                continue
            year = latest.year if (month, day) <= (latest.month, latest.day) else latest.year - 1
        try:
            dates.append(date(year, month, day))
        except ValueError:
            return None
    if not dates or any(later < earlier for later, earlier in pairwise(dates)):
        return None
    return dates[-1], dates[0]
