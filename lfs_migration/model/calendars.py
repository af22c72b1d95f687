"""Years of other calendars, as years of the common era.

The Buddhist year of Thailand is 543 ahead since 1941, when it came to begin on 1 January. The Hijri year is lunar, of
354 or 355 days, so that it has no fixed distance. It is reckoned here by the arithmetic civil calendar, in which
eleven years of each thirty have a day more (Reingold and Dershowitz, Calendrical Calculations, 4th edition, 2018,
section 7.1, equations 7.1 to 7.3). Calendars by sight of the moon differ from it by a day or two, so that a year that
begins in the last days of December or the first of January may be placed one year off.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

Calendar = Literal["gregorian", "buddhist", "hijri"]

BUDDHIST = 543
HIJRI_DAY_1 = 227_015
"""16 July 622 in the Julian calendar, as a day of :meth:`datetime.date.toordinal`."""
_LAST_HIJRI = 9_600


def hijri_new_month(year: int, month: int = 1) -> date:
    """Return the first day of a Hijri month in the Gregorian calendar.

    Parameters
    ----------
    year : int
        From 1 to 9600.
    month : int
        From 1, Muharram, to 12, Dhu al-Hijja.

    Raises
    ------
    ValueError
        For a year or month outside.

    Examples
    --------
    >>> hijri_new_month(1430), hijri_new_month(1445, 9)
    (datetime.date(2008, 12, 29), datetime.date(2024, 3, 11))
    """
    if not (1 <= year <= _LAST_HIJRI and 1 <= month <= 12):
        raise ValueError(f"no month {month} of the Hijri year {year}")
    leap_days = (3 + 11 * year) // 30
    return date.fromordinal(HIJRI_DAY_1 + 354 * (year - 1) + leap_days + 29 * (month - 1) + month // 2)


def common_year(year: int, calendar: Calendar, month: int | None = None) -> int | None:
    """Return the year of the common era in which a year of a calendar began, or its month where that is known.

    Parameters
    ----------
    year : int
    calendar : str
    month : int, optional
        Of the Hijri calendar; the year is then that in which the month began. It says nothing in other calendars.

    Returns
    -------
    int, or None where the calendar has no such year.

    Examples
    --------
    >>> common_year(2551, "buddhist"), common_year(1429, "hijri"), common_year(1428, "hijri", 12)
    (2008, 2008, 2007)
    """
    if calendar == "gregorian":
        return year
    if calendar == "buddhist":
        return year - BUDDHIST
    if not 1 <= year <= _LAST_HIJRI:
        return None
    return hijri_new_month(year, month if month and 1 <= month <= 12 else 1).year


def year_in(common: int, calendar: Calendar) -> int:
    """Return the first year of a calendar that :func:`common_year` takes to a year of the common era.

    Examples
    --------
    >>> year_in(2008, "buddhist"), year_in(2008, "hijri")
    (2551, 1429)
    """
    if calendar == "gregorian":
        return common
    if calendar == "buddhist":
        return common + BUDDHIST
    # A Hijri year is shorter than any other, so that one at least begins in each of those.
    year = max((common - 622) * 33 // 32 - 1, 1)
    while hijri_new_month(year).year < common:
        year += 1
    return year
