"""Numbers of an explanation as text, in English, as tables for readers have them."""

from __future__ import annotations

import math


def amount(value: float) -> str:
    """Return a number with the digits that a reader wants: whole from 10,000 on, else four to five digits.

    Examples
    --------
    >>> amount(116593.083), amount(14.4568), amount(0.03559), amount(0.0)
    ('116,593', '14.457', '0.03559', '0')
    """
    if not math.isfinite(value) or value == 0:
        return "0" if value == 0 else "not known"
    places = max(0, 4 - math.floor(math.log10(abs(value)))) if abs(value) < 10_000 else 0
    return f"{value:,.{min(places, 12)}f}".rstrip("0").rstrip(".") if places else f"{value:,.0f}"


def plainly(value: float | None) -> str:
    """Return a number, or that it is undefined."""
    return "undefined" if value is None else amount(value)


def percent(value: float | None) -> str:
    """Return a share as per cent.

    Examples
    --------
    >>> percent(0.0356), percent(None)
    ('3.6%', 'undefined')
    """
    return "undefined" if value is None else f"{100 * value:.1f}%"


def exactly(value: float) -> str:
    """Return a number with the digits that two computations share.

    Examples
    --------
    >>> exactly(0.1 + 0.2), exactly(1234567.0)
    ('0.3', '1,234,567')
    """
    if not math.isfinite(value):
        return "not known"
    text = f"{value:.10g}"
    return f"{int(value):,}" if float(value).is_integer() and abs(value) < 1e15 else text
