"""The Hijri year by the arithmetic of the civil calendar, against dates of the Unicode calendar library."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lfs_migration.model.calendars import common_year, hijri_new_month, year_in


@pytest.mark.parametrize(
    ("year", "month", "first"),
    [
        (1, 1, date(622, 7, 19)), (1266, 3, date(1850, 1, 15)), (1266, 4, date(1850, 2, 14)),
        (1400, 1, date(1979, 11, 21)), (1429, 1, date(2008, 1, 10)), (1430, 1, date(2008, 12, 29)),
        (1445, 1, date(2023, 7, 19)), (1445, 9, date(2024, 3, 11)), (1446, 1, date(2024, 7, 8)),
        (1518, 3, date(2094, 7, 14)),
    ],
)  # fmt: skip
def test_known_first_days(year, month, first):
    assert hijri_new_month(year, month) == first


def test_months_have_30_and_29_days_by_turns_and_11_years_in_30_a_day_more():
    days = [
        [
            (hijri_new_month(year + month // 12, month % 12 + 1) - hijri_new_month(year, month)).days
            for month in range(1, 13)
        ]
        for year in range(1411, 1441)
    ]
    assert all(year[:11] == [30, 29] * 5 + [30] for year in days)
    assert [number for number, year in enumerate(days, start=1) if year[11] == 30] == [
        2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29
    ]  # fmt: skip
    assert hijri_new_month(1441) - hijri_new_month(1411) == timedelta(days=10631)


@pytest.mark.parametrize("month", [(0, 1), (9601, 1), (1445, 0), (1445, 13)])
def test_months_that_are_not(month):
    with pytest.raises(ValueError, match="no month"):
        hijri_new_month(*month)
    assert common_year(0, "hijri") is None


@pytest.mark.parametrize("calendar", ["gregorian", "buddhist", "hijri"])
def test_every_year_of_the_common_era_has_one_in_each_calendar(calendar):
    for year in range(1850, 2150):
        assert common_year(year_in(year, calendar), calendar) == year


def test_of_two_hijri_years_that_begin_in_one_year_the_first_stands_for_it():
    assert [common_year(year, "hijri") for year in (1428, 1429, 1430, 1431)] == [2007, 2008, 2008, 2009]
    assert year_in(2008, "hijri") == 1429
