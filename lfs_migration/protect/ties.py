"""What ties the cells of a publication to each other: categories that add up, coarser ones, and sets inside others.

All of it follows from the names of the cells and from the codebook, so that whoever has both can write it down. Where
less is known than that one cell is the sum of others, what is missing is a cell of its own, which nobody sees.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lfs_migration.model.results import KNOWN, OTHER, UNKNOWN, Base, Key, Table
from lfs_migration.protect.cells import Cells, Sure
from lfs_migration.protect.conditions import follow
from lfs_migration.protect.names import OR, Name, Namer, covers, told

Nesting = Mapping[tuple[str, str], Mapping[str, Collection[str]]]
Family = dict[str, int]
"""The cell of each code of a dimension."""


def cells_of(tables: Iterable[Table]) -> Cells:
    """Return the cells behind the figures of some tables, and what ties them.

    Raises
    ------
    DataError
        When two tables give the same cell different numbers.
    """
    tables, cells = tuple(tables), Cells()
    dimensions = {table.survey: dict[str, str]() for table in tables}
    for table in tables:
        dimensions[table.survey].update(table.variables)
        cells.namers[table.survey] = Namer(table.survey, table.codebook, dimensions[table.survey])
    own = [[cells.add(ref, base, table) for ref, base in table.bases.items()] for table in tables]
    _tie(cells, [(numbers, table.nesting) for numbers, table in zip(own, tables, strict=True)])
    return cells


def _tie(cells: Cells, tables: Sequence[tuple[Sequence[int], Nesting]]) -> None:
    """Tie all cells, given those of each table and in which coarser categories its categories can be."""
    for own, _ in tables:
        for rest, _, codes in _families(cells, own):
            _add_up(cells, rest, codes)
    for rest, dimension, codes in list(_families(cells, range(len(cells.names)))):
        _add_up(cells, rest, codes)
        _gather(cells, rest, dimension, codes)
    for own, nesting in tables:
        _nest(cells, own, nesting)
    _hold(cells)


def _families(cells: Cells, own: Iterable[int]) -> Iterator[tuple[Name, str, Family]]:
    """Yield the cells that are alike but for the code of a dimension, with the name that they have without it."""
    found: dict[tuple[Name, str], Family] = defaultdict(dict)
    for cell in own:
        name = cells.names[cell]
        # A set of words has another order in each process, and another order of equations may lead the programs to
        # other cells, at the same cost.
        for dimension, code in sorted(name.key):
            found[name.within(name.key - {(dimension, code)}), dimension][code] = cell
    for (rest, dimension), codes in found.items():
        yield rest, dimension, codes


def _add_up(cells: Cells, rest: Name, codes: Family) -> None:
    """Tie the categories of a dimension to their sum, and to the sum of all known ones."""
    categories = [cell for code, cell in codes.items() if code not in (KNOWN, UNKNOWN) and OR not in code]
    if KNOWN in codes:
        cells.tie(codes[KNOWN], categories)
        categories = [codes[KNOWN]]
    if rest in cells.number:
        cells.tie(cells.number[rest], categories + [codes[code] for code in (UNKNOWN,) if code in codes])


def _gather(cells: Cells, rest: Name, dimension: str, codes: Family) -> None:
    """Tie several categories together to each of them."""
    for code, cell in codes.items():
        inside = [codes[one] for one in code.split(OR) if one in codes] if OR in code else []
        if inside:
            _all_of(cells, cell, inside, dimension)


def _all_of(cells: Cells, whole: int, parts: Sequence[int], fine: str, sure: Sure = Sure.KNOWN) -> None:
    """Tie a cell to those inside it, and to the others that it holds, if there are any.

    What a coarser category holds beside those shown of it is a cell as well, which nobody prints and anybody can work
    out: the countries of a sub-region that were folded into the rest of the world.
    """
    base = cells.bases[whole]
    n, value = (base.n - sum(cells.bases[cell].n for cell in parts),
                base.value - sum(cells.bases[cell].value for cell in parts))  # fmt: skip
    if n <= 0:
        cells.tie(whole, parts, sure)
        return
    codes = "+".join(sorted(dict(cells.names[cell].key)[fine] for cell in parts))
    name, new = cells.names[whole], len(cells.names)
    left = cells.put(name.within(name.key | {(fine, f"not {codes}")}), Base(max(value, 0.0), n, n))
    if left == new:
        cells.implied.add(left)
    cells.tie(whole, [*parts, left], sure if sure is Sure.FOLDED else Sure.KNOWN)


def _nest(cells: Cells, own: Sequence[int], nesting: Nesting) -> None:
    """Tie the categories of a dimension to those of a coarser one, or of one that cuts across them."""
    families = list(_families(cells, own))
    for (fine, coarse), possible in nesting.items():
        for rest, dimension, codes in families:
            if dimension == fine:
                inside = {code: cell for code, cell in codes.items() if code in possible}
                folded = any(code.endswith(OTHER) for code in inside)  # what a rest is of, its code does not tell
                for other in sorted({one for code in inside for one in possible[code]}):
                    whole = cells.number.get(rest.within(rest.key | {(coarse, other)}))
                    if whole is not None:
                        sure = [cell for code, cell in inside.items() if set(possible[code]) == {other}]
                        maybe = [cell for code, cell in inside.items() if other in possible[code]]
                        if sure:
                            known = Sure.FOLDED if other.endswith(OTHER) else Sure.CHANCE if folded else Sure.KNOWN
                            _all_of(cells, whole, sure, fine, max(known, Sure(len(maybe) > len(sure))))
                        if len(maybe) > len(sure):
                            _any_of(cells, whole, maybe, fine)


def _any_of(cells: Cells, whole: int, parts: Sequence[int], fine: str) -> None:
    """Tie a cell to those of which it may hold some."""
    n, value = sum(cells.bases[cell].n for cell in parts), sum(cells.bases[cell].value for cell in parts)
    if n >= cells.bases[whole].n:
        codes = OR.join(sorted(dict(cells.names[cell].key)[fine] for cell in parts))
        key = cells.names[parts[0]].key | {(fine, f"any of {codes}")}
        several = cells.rest(cells.names[whole].within(key), Base(value, n, 0))
        cells.tie(several, parts)
        _set_apart(cells, whole, several)


class _Shape(NamedTuple):
    """Which cells are alike but for their single codes.

    Parameters
    ----------
    kind : tuple of str
        Survey, record, value and weights.
    conditions : frozenset of str
    fixed : frozenset of (dimension, code)
        Codes that hold several: all known ones, or some together.
    free : frozenset of str
        The other dimensions.
    """

    kind: tuple[str, str, str, str]
    conditions: frozenset[str]
    fixed: Key
    free: frozenset[str]

    @classmethod
    def of(cls, name: Name) -> _Shape:
        """Return the shape of a cell."""
        fixed = frozenset(item for item in name.key if item[1] == KNOWN or OR in item[1])
        kind = name.survey, name.record, name.value, name.weights
        return cls(kind, name.conditions, fixed, frozenset(d for d, _ in name.key - fixed))

    def may_hold(self, other: _Shape) -> bool:
        """Return whether a cell of another shape can be in one of this."""
        codes = dict(other.fixed)
        return (
            self != other and self.free <= other.free and follow(self.conditions, other.conditions)
            and all(d in other.free or (d in codes and covers(code, codes[d])) for d, code in self.fixed)
        )  # fmt: skip

    def around(self, name: Name) -> Name | None:
        """Return the cell of this shape that holds all rows of another cell; nothing where its codes are not in it."""
        codes = dict(name.key)
        if not all(covers(code, codes[d]) for d, code in self.fixed):
            return None
        key = self.fixed | {(d, codes[d]) for d in self.free}
        return name._replace(conditions=self.conditions, key=key)


def _hold(cells: Cells) -> None:
    """Tie each cell to the smallest ones that hold all its rows, where nothing ties it to them yet."""
    shapes: dict[_Shape, list[int]] = defaultdict(list)
    for cell in set(range(len(cells.names))) - cells.rests - cells.implied:
        shapes[_Shape.of(cells.names[cell])].append(cell)
    kinds: dict[tuple[str, str, str, str], list[_Shape]] = defaultdict(list)
    for shape in shapes:
        kinds[shape.kind].append(shape)
    tied = {(whole, part) for whole, parts in cells.wholes for part in parts}
    for shape, own in shapes.items():
        outer = [other for other in kinds[shape.kind] if other.may_hold(shape)]
        for cell in own:
            for whole in _smallest(cells, [other.around(cells.names[cell]) for other in outer]):
                if (whole, cell) not in tied:
                    _set_apart(cells, cell, whole)


def _smallest(cells: Cells, found: Iterable[Name | None]) -> list[int]:
    """Return the cells of some names that hold no other of them."""
    names = [name for name in found if name in cells.number]
    return [cells.number[one] for one in names if not any(other != one and one.holds(other) for other in names)]


def _set_apart(cells: Cells, part: int, whole: int) -> None:
    """Tie a set of rows to one that holds it, and to the rest, which nobody sees."""
    own, base, name = cells.bases[part], cells.bases[whole], cells.names[whole]
    if base.n == own.n:
        cells.tie(whole, [part], Sure.CHANCE)
        return
    other = name._replace(conditions=name.conditions | {f"not {told(cells.names[part])}"})
    rest = cells.rest(other, Base(max(base.value - own.value, 0.0), base.n - own.n, 0))
    cells.tie(whole, [part, rest])
