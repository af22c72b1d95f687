"""The records as text: tables in Markdown, for the screen and for the page."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from math import isnan
from pathlib import Path

from contest import OURS, Aim
from load import memory
from results import Record, measured, met

BEGIN, END = "<!-- results -->", "<!-- end of results -->"
HEADS = ("", "seconds", "first turn", "times ours", "peak MB", "difference: estimates", "standard errors", "")


def contest(records: Sequence[Record]) -> str:
    """Return the table of one contest."""
    lines = [_line(HEADS), "|---|--:|--:|--:|--:|--:|--:|---|"]
    return "\n".join([*lines, *(_line(_cells(record)) for record in records)])


def _cells(record: Record) -> list[str]:
    notes = [record.note]
    if 0 < record.turns < 3:
        notes.append("one turn" if record.turns == 1 else f"{record.turns} turns")
    ratio = "1" if record.ratio == 1 else number(record.ratio)
    return [
        f"**{record.contestant}**" if record.contestant == OURS else record.contestant,
        number(record.seconds), number(record.first), ratio, _whole(record.memory),
        _small(record.of_estimates), _small(record.of_errors), "; ".join(filter(None, notes)),
    ]  # fmt: skip


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def number(value: float) -> str:
    """Return a number with three digits.

    Examples
    --------
    >>> number(0.0456789), number(12.34), number(1234.5)
    ('0.0457', '12.3', '1,235')
    """
    if isnan(value):
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}"


def _whole(value: float) -> str:
    return "" if isnan(value) else f"{value:,.0f}"


def _small(value: float) -> str:
    if isnan(value) or not value:
        return "" if value else "0"
    return f"{value:.0e}" if value < 0.001 else f"{value:.2g}"


def load(records: Sequence[Record]) -> str:
    """Return how busy other programs were, if that is known."""
    shares = [record.others for record in records if not isnan(record.others)]
    return f"Other programs took at most {max(shares):.0%} of the processors." if shares else ""


def aims(wanted: Sequence[Aim], records: Sequence[Record]) -> str:
    """Return the table of what was hoped for."""
    titles = {record.contest: record.title for record in records}
    lines = [_line(("", "aim", "measured", "")), "|---|---|---|---|"]
    for aim in wanted:
        value = measured(aim, records)
        if value is not None:
            verdict = "met" if met(aim, value) else "**missed**"
            lines.append(_line((titles[aim.contest], _said(aim, aim.limit), _said(aim, value, bare=True), verdict)))
    return "\n".join(lines)


def _said(aim: Aim, value: float, *, bare: bool = False) -> str:
    if aim.than:
        amount = f"{number(value)} times" if bare else f"{value:g} times"
        if bare:
            return amount
        return f"{amount} as fast as {aim.than}" if aim.way == "faster" else f"at most {amount} {aim.than}"
    amount = f"{value / 1e6:,.0f} MB" if aim.measure == "memory" else f"{number(value) if bare else f'{value:g}'} s"
    return amount if bare else f"at most {amount}"


def machine(records: Sequence[Record]) -> str:
    """Return on what the latest contests were held, and with which versions."""
    named = {record.contestant.split(",")[0]: record.version for record in records if record.version}
    versions = ", ".join(f"{name} {version}" for name, version in named.items() if name != OURS)
    days = sorted({record.day for record in records})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return (
        f"Measured {when} on {os.cpu_count()} cores with {memory() / 1e9:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}; {versions}. {load(records)}"
    )


def page(path: Path, records: Sequence[Record], wanted: Sequence[Aim]) -> None:
    """Put the results into a page between its two marks; the words around them stay."""
    text = path.read_text(encoding="utf-8") if path.exists() else f"{BEGIN}\n{END}\n"
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    parts = [machine(records)]
    for name in dict.fromkeys(record.contest for record in records):
        own = [record for record in records if record.contest == name]
        parts.append(f"### {own[0].title}\n\n{contest(own)}")
    parts.append(f"### Aims\n\n{aims(wanted, records)}")
    body = "\n\n".join(parts)
    path.write_text(f"{head}{BEGIN}\n{body}\n{END}{tail}", encoding="utf-8")
