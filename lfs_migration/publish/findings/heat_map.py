"""The picture of where findings gather: rules by regions, and the interviewers who stand out.

Everything is a position or a short text; the template draws it as static SVG. A shade never stands alone: each cell has
its number, and a plus sign where it is more than the region's interviews would give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lfs_migration.publish.figures import show
from lfs_migration.publish.findings.counts import Interviews, RuleCount, added, excess
from lfs_migration.publish.words import page_language, phrase
from lfs_migration.text import RIGHT_TO_LEFT

RULES, REGIONS, INTERVIEWERS = 18, 20, 15
"""Rows and columns of the picture, and bars, at most; the others are added up."""
CELL, ROW, HEAD, SIDE = 44, 26, 98, 250
"""Width and height of a cell, and the room for names above and beside, in units of the picture."""
MORE, FAR = 2.0, 4.0
"""Excess from which on a cell is marked once, and twice."""
BAR = 200.0
"""Length of the longest bar."""


@dataclass(frozen=True)
class Cell:
    """One rule in one region: where it is drawn, its number, how dark it is, and all of it in words."""

    x: int
    y: int
    text: str
    level: int
    words: str


@dataclass(frozen=True)
class Name:
    """A name beside or above the cells; ``full`` where it had to be cut."""

    x: int
    y: int
    text: str
    full: str


@dataclass(frozen=True)
class HeatMap:
    """The picture of rules by regions.

    Parameters
    ----------
    width, height : int
    rules, regions : tuple of Name
    cells : tuple of Cell
    words : str
        What it shows, for who cannot see it: the cells that stand out most.
    known : bool
        Whether numbers of interviews are behind the marks; else the regions' shares of all findings are.
    mirrored : bool
        Whether it is read from right to left: names of rules stand at the right.
    """

    width: int
    height: int
    rules: tuple[Name, ...]
    regions: tuple[Name, ...]
    cells: tuple[Cell, ...]
    words: str
    known: bool
    mirrored: bool = False


@dataclass(frozen=True)
class Asker:
    """An interviewer's findings, and the length of the bar for them."""

    code: str
    found: str
    interviews: str
    rate: str
    length: float
    mark: str


@dataclass(frozen=True)
class Askers:
    """The interviewers with most findings above what their interviews would give.

    Parameters
    ----------
    rows : tuple of Asker
    others : int
        Interviewers with findings who are not shown.
    known : bool
        Whether their interviews are known; the bars are then findings for each hundred of them.
    mean : float
        Position of the rate of all interviewers.
    average : str
        That rate.
    """

    rows: tuple[Asker, ...]
    others: int
    known: bool
    mean: float
    average: str


def heat_map(rules: Sequence[RuleCount], interviews: Interviews, language: str = "en") -> HeatMap | None:
    """Return the picture of rules by regions; nothing where the regions of findings are not known."""
    failing = [rule for rule in rules if any(code for code in rule.regions)]
    every = added(rule.regions for rule in failing)
    if len([code for code in every if code]) < 2:
        return None
    groups = [(rule.rule, rule.label, rule.regions) for rule in _most(failing, RULES)]
    rest = [rule for rule in failing if rule.rule not in {name for name, _, _ in groups}]
    if rest:
        name = phrase("other_rules", language, count=str(len(rest)))
        groups.append((name, name, added(rule.regions for rule in rest)))
    columns = _columns(every, interviews, language)
    known = any(interviews.regions.values())
    shares = _shares(interviews.regions if known else every)
    cells = tuple(
        _cell(row, column, name, columns[column], counts, shares, language)
        for row, (name, _, counts) in enumerate(groups)
        for column in range(len(columns))
    )
    drawn = HeatMap(
        width=SIDE + CELL * len(columns) + HEAD // 2,
        height=HEAD + ROW * len(groups) + 4,
        rules=tuple(Name(SIDE - 10, HEAD + ROW * row + 17, _cut(name, 34), label)
                    for row, (name, label, _) in enumerate(groups)),
        regions=tuple(Name(SIDE + CELL * number + CELL // 2, HEAD - 8, _cut(name, 18), name)
                      for number, (name, _) in enumerate(columns)),
        cells=cells,
        words="; ".join(cell.words for cell in sorted(cells, key=lambda cell: -cell.level)[:6] if cell.level > 1),
        known=known,
    )  # fmt: skip
    return _mirrored(drawn) if page_language(language) in RIGHT_TO_LEFT else drawn


def _mirrored(drawn: HeatMap) -> HeatMap:
    """Return the picture with everything as far from the right as it was from the left."""
    return replace(
        drawn,
        rules=tuple(replace(name, x=drawn.width - name.x) for name in drawn.rules),
        regions=tuple(replace(name, x=drawn.width - name.x) for name in drawn.regions),
        cells=tuple(replace(cell, x=drawn.width - cell.x - CELL) for cell in drawn.cells),
        mirrored=True,
    )


def _most(rules: Sequence[RuleCount], limit: int) -> list[RuleCount]:
    """Return the rules with most failures, in their order; the last place is for the sum of the others."""
    if len(rules) <= limit:
        return list(rules)
    kept = {rule.rule for rule in sorted(rules, key=lambda rule: -rule.open)[: limit - 1]}
    return [rule for rule in rules if rule.rule in kept]


def _columns(every: Mapping[str, int], interviews: Interviews, language: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the columns: a name and the codes of its regions, those without a finding too, not known ones last."""
    codes = [code for code in added([every, interviews.regions]) if code or every.get("")]
    kept = codes
    if len(codes) > REGIONS:
        largest = sorted(codes, key=lambda code: -every.get(code, 0))[: REGIONS - 1]
        kept = [code for code in codes if code in largest]
    rest = tuple(code for code in codes if code not in kept)
    out: list[tuple[str, tuple[str, ...]]] = [(interviews.region(code, language), (code,)) for code in kept]
    return [*out, (phrase("other_regions", language, count=str(len(rest))), rest)] if rest else out


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    whole = sum(counts.values())
    return {code: count / whole for code, count in counts.items()}


def _cell(
    row: int, number: int, rule: str, column: tuple[str, tuple[str, ...]], counts: Mapping[str, int],
    shares: Mapping[str, float], language: str,
) -> Cell:  # fmt: skip
    region, codes = column
    found = sum(counts.get(code, 0) for code in codes)
    expected = sum(counts.values()) * sum(shares.get(code, 0.0) for code in codes)
    over = excess(found, expected)
    level = 0 if not found else 3 if over >= FAR else 2 if over >= MORE else 1
    text = f"{_short(found, language)}{'+' * (level - 1)}" if found else "·"
    words = phrase(
        "cell", language, rule=rule, region=region, found=show(found, 0, language), expected=show(expected, 1, language)
    )
    return Cell(SIDE + CELL * number, HEAD + ROW * row, text, level, words)


def _short(count: int, language: str) -> str:
    """Return a count in at most four signs: thousands above 9,999."""
    return show(count, 0, "none") if count < 1000 else f"{show(count / 1000, 1 if count < 10_000 else 0, language)}k"


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def askers(rules: Sequence[RuleCount], interviews: Interviews, language: str = "en") -> Askers | None:
    """Return the interviewers with most findings; nothing where it is not known who asked."""
    found = {code: count for code, count in added(rule.interviewers for rule in rules).items() if code and count > 0}
    if not found:
        return None
    base = {code: count for code, count in interviews.interviewers.items() if code}
    known = all(base.get(code) for code in found)
    whole = sum(base.values()) if known else 0
    average = sum(found.values()) / whole if known else 0.0
    over = {code: excess(count, average * base[code]) if known else count for code, count in found.items()}
    shown = sorted(found, key=lambda code: (-over[code], code))[:INTERVIEWERS]
    size = {code: found[code] / base[code] if known else found[code] for code in shown}
    longest = max([*size.values(), average])
    rows = tuple(
        Asker(
            code=code,
            found=show(found[code], 0, language),
            interviews=show(base[code], 0, language) if known else "",
            rate=show(100 * size[code], 1, language) if known else "",
            length=round(BAR * size[code] / longest, 1),
            mark="" if not known or over[code] < MORE else "++" if over[code] >= FAR else "+",
        )
        for code in shown
    )
    return Askers(
        rows, len(found) - len(shown), known, round(BAR * average / longest, 1), show(100 * average, 1, language)
    )
