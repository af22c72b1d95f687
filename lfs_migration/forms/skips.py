"""Where a paper questionnaire leads: what stands beside an answer, and the lines drawn past skipped questions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lfs_migration.errors import ExpressionError
from lfs_migration.expr import evaluate, parse
from lfs_migration.forms.phrases import phrase
from lfs_migration.model.noun import Value
from lfs_migration.model.questionnaire import END, NEXT, Item, Questionnaire, Route
from lfs_migration.text import RIGHT_TO_LEFT

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.NotEq: "≠", ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.In: "=", ast.NotIn: "≠",
}  # fmt: skip


Lane = tuple[str, ...]
"""What one lane of the margin shows beside an item.

Of its own line: ``start`` at the item's foot, ``through``, ``end`` at its head. Of a line in a lane further out:
``under`` where it starts, ``over`` where it ends. ``arrow`` points at the item.
"""


@dataclass
class Line:
    """A line past skipped items: from each item that leads to ``target`` down to it."""

    target: int
    starts: set[int] = field(default_factory=set)

    @property
    def first(self) -> int:
        """The uppermost item that it starts from."""
        return min(self.starts)


def targets(item: Item, codes: Sequence[Value], absent: Iterable[Value]) -> dict[Value, str] | None:
    """Return where each answer leads, where all routes of an item depend on its own code; else nothing.

    Examples
    --------
    >>> item = Item(id="E3", name="sent", wording={"en": "Sent?"}, routes=(Route(unless="sent == 1", to="E11"),))
    >>> targets(item, [1, 2, 97], [97])
    {2: 'E11', 97: 'E11'}
    """
    if not codes or any(parse(route.condition).names != {item.name} for route in item.routes):
        return None
    unknown = set(absent)
    try:
        led = {code: _led(item, None if code in unknown else code) for code in codes}
    except ExpressionError:
        return None  # it asks whether or why there is no answer, which no code says by itself
    return {code: to for code, to in led.items() if to}


def _led(item: Item, value: Value | None) -> str:
    for route in item.routes:
        truth = evaluate(route.condition, {item.name: value})
        if (truth is True) if route.when else (truth is not True):
            return route.to
    return ""


def condition(route: Route, numbers: Mapping[str, str], language: str) -> str:
    """Return when a route is taken, in the numbers of the items.

    Parameters
    ----------
    route : Route
    numbers : mapping of variable to item
    language : str

    Examples
    --------
    >>> condition(Route(unless="loan > 0 and answered(rate)", to="S40"), {"loan": "S38", "rate": "S39"}, "en")
    'Unless S38 > 0 and S39 has an answer'
    """
    said = _Notation(numbers, language).said(parse(route.condition).tree)
    return phrase("if" if route.when else "unless", language, condition=said)


@dataclass(frozen=True)
class _Notation:
    numbers: Mapping[str, str]
    language: str

    def said(self, node: ast.expr) -> str:
        match node:
            case ast.BoolOp(op=op, values=values):
                joint = phrase("and" if isinstance(op, ast.And) else "or", self.language)
                return f" {joint} ".join(self._inside(value) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return phrase("not", self.language, condition=self.said(operand))
            case ast.Name(id=name):
                return self.numbers.get(name, name)
            case ast.Constant(value=str() as text):
                return text
            case ast.Call(func=ast.Name(id="answered"), args=[ast.Name(id=name)]):
                return phrase("answered", self.language, item=self.numbers.get(name, name))
            case ast.Compare(left=left, ops=ops, comparators=right):
                pairs = zip(ops, right, strict=True)
                text = self.said(left) + "".join(f" {_SIGNS[type(op)]} {self._values(one)}" for op, one in pairs)
                # Without the isolates a right-to-left line would turn the sides of a comparison round.
                return f"\u2066{text}\u2069" if self.language in RIGHT_TO_LEFT else text
            case ast.Call(func=ast.Name(id="number" | "text"), args=[inner]):
                return self.said(inner)
        return _renamed(node, self.numbers)

    def _inside(self, node: ast.expr) -> str:
        return f"({self.said(node)})" if isinstance(node, ast.BoolOp) else self.said(node)

    def _values(self, node: ast.expr) -> str:
        if isinstance(node, ast.List | ast.Tuple):
            return ", ".join(self.said(item) for item in node.elts)
        return self.said(node)


def _renamed(node: ast.expr, numbers: Mapping[str, str]) -> str:
    class Renamer(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.Name:
            return ast.Name(numbers.get(name.id, name.id))

    copy = ast.parse(ast.unparse(node), mode="eval").body
    return ast.unparse(Renamer().visit(copy))


def led_to(to: str, questionnaire: Questionnaire, record: str, language: str) -> str:
    """Return the words for where a route leads: an item or a section by its number."""
    if to == END:
        return phrase("end", language)
    if to != NEXT:
        return to
    blocks = [(name, sections[0].id) for name, sections in questionnaire.blocks()]
    repeated = record != blocks[0][0]
    if repeated or len(blocks) == 1:
        return phrase("next_row", language)
    return blocks[1][1]


def lanes(items: Sequence[Item]) -> list[tuple[Lane, ...]]:
    """Return the margin of each item of a section: the lines from those that lead further down in it.

    All routes to one item share a line, and a line may begin in the lane where another ends.

    Examples
    --------
    >>> skip = Route(when="a == 1", to="3")
    >>> one = Item(id="1", name="a", wording={"en": ""}, routes=(skip,))
    >>> lanes([one, *(Item(id=n, wording={"en": ""}) for n in "23")])
    [(('start',),), (('through',),), (('end', 'arrow'),)]
    """
    places = {item.id: number for number, item in enumerate(items)}
    lines: dict[int, Line] = {}
    for number, item in enumerate(items):
        for to in {route.to for route in item.routes}:
            if places.get(to, 0) > number + 1:
                lines.setdefault(places[to], Line(places[to])).starts.add(number)
    taken: list[list[Line]] = []
    for line in sorted(lines.values(), key=lambda line: (line.target - line.first, line.first)):
        lane = next((lane for lane in taken if all(_apart(line, other) for other in lane)), None)
        if lane is None:
            taken.append([line])
        else:
            lane.append(line)
    return [tuple(tuple(_pieces(number, lane, taken)) for lane in range(len(taken))) for number in range(len(items))]


def _apart(one: Line, other: Line) -> bool:
    return one.target <= other.first or other.target <= one.first


def _pieces(number: int, lane: int, taken: Sequence[Sequence[Line]]) -> Iterator[str]:
    outer = [line for lines in taken[lane + 1 :] for line in lines]
    for line in taken[lane]:
        if line.first < number < line.target:
            yield "through"
        if number == line.target:
            yield "end"
        if number in line.starts:
            yield "start"
    if any(number in line.starts for line in outer):
        yield "under"
    if any(number == line.target for line in outer):
        yield "over"
    if lane == 0 and any(number == line.target for lines in taken for line in lines):
        yield "arrow"
