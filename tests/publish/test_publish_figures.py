"""Numbers and text as they are published."""

import math
import random
from dataclasses import replace

import pytest
from publish_nouns import CARE, FEW, cell

from lfs_migration.publish.figures import decimals, plain, publishable, settle, show, stable
from lfs_migration.publish.pages.bars import WIDTH, scale_of


def test_sums_in_another_order_give_the_same_text():
    values = [random.Random(5).uniform(0, 1e6) for _ in range(10_000)]
    assert plain(sum(values)) == plain(sum(reversed(values))) == plain(math.fsum(values))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_no_number_is_empty(number):
    assert plain(number) == ""
    assert stable(number) is None
    assert show(number, 1) == ""


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-0.04, 1, "0.0"),
        (-0.05, 1, "\N{MINUS SIGN}0.1"),
        (2.675, 2, "2.68"),
        (1e30, 0, "1" + ",000" * 10),
        (999999.9, 0, "1,000,000"),
    ],
)
def test_rounded_half_up_as_spreadsheets_show_it(number, places, text):
    assert show(number, places) == text


def test_separators_are_the_languages_own():
    assert show(1234567.8, 1, "fr") == "1\u202f234\u202f567,8"
    assert show(1234567.8, 1, "ar") == "1,234,567.8"
    assert show(1234567.8, 1, "not a language") == "1,234,567.8"


def test_zero_has_no_sign():
    assert plain(-0.0) == "0"


def test_a_standard_error_that_should_cancel_is_zero():
    exact, noisy = (settle(cell({}, "share", "per cent", 100.0, se, 60)) for se in (0.0, 3e-8))
    assert exact == noisy
    assert (noisy.se, noisy.cv, noisy.ci_low, noisy.ci_high) == (0.0, 0.0, 100.0, 100.0)
    unknown = replace(cell({}, "share", "per cent", 100.0, 3e-8, 60), ci_low=math.nan, ci_high=math.nan)
    assert math.isnan(settle(unknown).ci_low)
    assert settle(cell({}, "share", "per cent", 100.0, 1e-4, 60)).se == 1e-4


def test_only_what_must_not_be_published_is_taken_away():
    whole = publishable(cell({}, "total", "persons", 0.1 + 0.2, 0.1, 15, **CARE))
    assert (whole.estimate, whole.se, whole.flag) == (0.3, 0.1, "caution")
    few = publishable(cell({}, "total", "persons", 100.0, 10.0, 15, **FEW))
    assert all(math.isnan(getattr(few, name)) for name in ("estimate", "se", "cv", "ci_low", "ci_high"))
    assert (few.n, few.households, few.df, few.flag, few.why) == (15, 10, 112.0, "suppress", "n < 20")


@pytest.mark.parametrize(("size", "places"), [(250.0, 0), (99.0, 1), (3.2, 2), (0.2, 3), (math.nan, 3)])
def test_an_unknown_unit_has_three_digits(size, places):
    assert decimals("drams", [math.nan, size, -size]) == places


def test_bars_stand_on_zero_and_end_at_the_largest_limit():
    cells = [cell({}, "total", "persons", 100.0, 10.0, 50), cell({}, "total", "persons", 10.0, 20.0, 50)]
    scale = scale_of(cells)
    assert (scale.low, scale.high) == (0.0, 119.8)
    wide = scale.bar(cells[1])
    assert (wide.zero, wide.start, wide.low) == (0.0, 0.0, 0.0)
    assert scale.bar(cells[0]).high == WIDTH


def test_bars_below_zero_go_left():
    cells = [cell({}, "gap", "points", -4.0, 0.5, 50), cell({}, "gap", "points", 4.0, 0.5, 50)]
    left, right = map(scale_of(cells).bar, cells)
    assert left.start + left.width == pytest.approx(left.zero)
    assert right.start == right.zero == pytest.approx(WIDTH / 2, abs=0.1)


def test_nothing_is_drawn_of_nothing():
    assert scale_of([]) is None
    assert scale_of([cell({}, "total", "persons", math.nan, math.nan, 0)]) is None
    assert scale_of([cell({}, "total", "persons", 0.0, 0.0, 0)]) is None
