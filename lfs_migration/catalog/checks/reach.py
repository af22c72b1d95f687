"""Who can be asked a question at all: an exact search over the answers that lead to it.

A universe is reached when some interview, in which every question was put to whom it is for and to nobody else, makes
it true. The search gives each variable that a universe depends on one of the few states that make a difference
(``decisive_states``), the leading questions first, and drops what cannot become true any more. It is exact unless a
variable is tangled in arithmetic or the search is too long: then a universe that was not reached is not decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from lfs_migration.catalog.checks.computable import Computable
from lfs_migration.catalog.checks.decisive_states import Uses, states
from lfs_migration.catalog.checks.possible_values import BLANK, May, Possible, State
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Derive, Edition, Fixed, Recode

STEPS = 20_000
"""Choices that are tried before a search is given up."""

Goal = Callable[[Possible], May]
"""What is to become true, in a scope."""
Witness = Mapping[str, State]


@dataclass(frozen=True)
class _Held:
    """Who is asked a question: ``universe`` where ``scope`` is true; nothing is said where it is empty."""

    universe: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Reached:
    """The outcome of a search.

    Parameters
    ----------
    can : bool or None
        Whether the goal can be true; ``None`` is not decided.
    witness : mapping of variable to State
        Answers that make it true; empty where there are none.
    """

    can: bool | None
    witness: Witness


class Reach:
    """Searches for interviews that reach a question.

    Parameters
    ----------
    codebook : Codebook
    edition : Edition, optional
        Only the codes that its maps give are answers then, and where it has not asked what a universe depends on,
        anybody may answer.
    strict : bool
        Where it is not known whether a question is for somebody, for want of an answer, it was not asked; else anything
        may be.
    steps : int
        Choices that are tried before a search is given up.
    """

    def __init__(
        self, codebook: Codebook, edition: Edition | None = None, *, strict: bool = False, steps: int = STEPS
    ) -> None:
        self.codebook = codebook
        self.strict = strict
        self._edition = edition
        self._computable = Computable(codebook, edition) if edition else None
        self.steps = steps
        self._leading: dict[str, tuple[str, ...]] = {}

    @cached_property
    def circle(self) -> tuple[str, ...]:
        """Questions each of which is asked only of those who were asked another of them; empty where there are none."""
        asked = [
            variable for variable in self.codebook.variables.values() if not variable.derived and variable.universe
        ]
        try:
            TopologicalSorter({v.name: self.leading(v.universe) for v in asked}).prepare()
        except CycleError as error:
            return tuple(error.args[1])
        return ()

    def leading(self, text: str) -> tuple[str, ...]:
        """Return the questions that an expression depends on, through derived variables."""
        if text not in self._leading:
            uses = Uses(self.codebook)
            if text:
                uses.add(text)
            self._leading[text] = tuple(name for name in uses.asked if name in self.codebook.variables)
        return self._leading[text]

    def universe(self, variable: Variable, *, free: Sequence[str] | None = ()) -> Reached:
        """Return whether somebody can be asked a question.

        Parameters
        ----------
        variable : Variable
        free : sequence of str, optional
            Questions that may be answered by anybody here; ``None`` is all.
        """
        scope = self._scope(variable.record)
        texts = [text for text in (scope, variable.universe) if text]
        if scope and self.before(scope, variable.name):
            texts = [variable.universe or "True"]
        return self.search(texts, free=free)

    def search(self, texts: Sequence[str], goal: Goal | None = None, *, free: Sequence[str] | None = ()) -> Reached:
        """Return whether some valid interview makes expressions true at once.

        Parameters
        ----------
        texts : sequence of str
            Expressions; where there is a goal, all that it asks for.
        goal : callable, optional
            What is to become true instead of each of them.
        free : sequence of str, optional
            Questions that may be answered by anybody here; ``None`` is all.
        """
        uses = Uses(self.codebook)
        for text in texts:
            uses.add(text)
        held = self._order(uses, free)
        search = _Search(self, uses, held, goal or (lambda scope: _all(scope, texts)))
        found = search.possible()
        if found:
            return Reached(can=True, witness=search.witness)
        decided = found is False and not uses.tangled & set(held)
        return Reached(can=False if decided else None, witness={})

    def _order(self, uses: Uses, free: Sequence[str] | None) -> dict[str, _Held]:
        """Return the variables of a search with who is asked each, in an order in which that is known before them."""
        held: dict[str, _Held] = {}
        needs: dict[str, set[str]] = {}
        while waiting := [name for name in uses.asked if name not in needs]:
            for name in waiting:
                variable = self.codebook.variables.get(name)
                bound = variable is not None and free is not None and name not in free
                held[name] = self._held(variable) if variable is not None and bound else _Held()
                texts = [text for text in (held[name].universe, held[name].scope) if text]
                for text in texts:
                    uses.add(text)
                needs[name] = {leading for text in texts for leading in self.leading(text)} - {name}
        return {name: held[name] for name in TopologicalSorter(needs).static_order()}

    def _held(self, variable: Variable) -> _Held:
        """Return who must be asked a question, and nobody else; nothing where that is not said.

        On rows out of a record's scope universes have no opinion, but the questions that the scope depends on are asked
        before it is known.
        """
        record = self.codebook.records[variable.record]
        unknown = self._computable is not None and self._computable.expression(variable.universe, variable.record)
        if unknown or variable.name in self.circle or variable.name in record.key:
            return _Held()
        scope = self._scope(variable.record)
        scope = scope if scope and not self.before(scope, variable.name) else ""
        return _Held(variable.universe or "True", scope)

    def _scope(self, record: str) -> str:
        """Return the scope of a record; none where an edition's files do not tell it, for nothing is out of it then."""
        scope = self.codebook.records[record].scope
        untold = self._computable is not None and self._computable.expression(scope, record)
        return "" if untold else scope

    def before(self, scope: str, question: str) -> bool:
        """Return whether a question is asked before a scope is known: it depends on it, or on one that it leads to."""
        names, waiting = set[str](), [scope]
        while waiting:
            new = [name for name in self.leading(waiting.pop()) if name not in names]
            names.update(new)
            waiting += [self.codebook.variables[name].universe for name in new]
        return question in names

    def states(self, uses: Uses, name: str) -> tuple[State, ...]:
        """Return the states of a variable that make a difference, of those that an edition can bring about."""
        if self._edition is None or name not in self.codebook.variables:
            return states(uses, name)
        maps = [record.variables[name] for record in self._edition.records.values() if name in record.variables]
        match maps[0] if maps else None:
            case None:
                return (BLANK,)
            case Fixed(value=value):
                return (State("answered", value),)
            case Derive(compute=text) if text.strip() == "None":
                return (BLANK,)
            case Recode(codes=codes):
                return states(uses, name, set(codes.values()))
        return states(uses, name)


class _Search:
    """One search: chooses a state for each variable in turn, and goes back where that leads nowhere."""

    def __init__(self, reach: Reach, uses: Uses, held: Mapping[str, _Held], goal: Goal) -> None:
        self._reach = reach
        self._names = tuple(held)
        self._held = held
        self._goal = goal
        self._states = {name: reach.states(uses, name) for name in held}
        self._chosen: dict[str, tuple[State, ...]] = dict(self._states)
        self._left = reach.steps

    @property
    def witness(self) -> Witness:
        """The states that were chosen."""
        return {name: states[0] for name, states in self._chosen.items()}

    def possible(self, number: int = 0) -> bool | None:
        """Return whether the goal can be true, with the states of the first variables as they were chosen."""
        values = self._goal(Possible(self._reach.codebook, self._chosen)).values
        if values is not None and True not in values:
            return False
        if number == len(self._names):
            return True
        name, given_up = self._names[number], False
        for state in self._allowed(name):
            if self._left <= 0:
                return None
            self._left -= 1
            self._chosen[name] = (state,)
            found = self.possible(number + 1)
            if found:
                return True
            given_up = given_up or found is None
        self._chosen[name] = self._states[name]
        return None if given_up else False

    def _allowed(self, name: str) -> tuple[State, ...]:
        """Return the states that a variable may have after the answers before it."""
        asked = self._asked(name)
        return tuple(state for state in self._states[name] if asked is None or state.blank != asked)

    def _asked(self, name: str) -> bool | None:
        """Return whether a question is asked; nothing where that is not known, or anybody may answer it here."""
        held = self._held[name]
        if not held.universe or (held.scope and self._only(held.scope) != (True,)):
            return None
        value = self._only(held.universe)
        if self._reach.strict:
            return value == (True,)
        if value == (None,) and all(self._settled(leading) for leading in self._reach.leading(held.universe)):
            return False
        return value[0] if value in ((True,), (False,)) else None

    def _only(self, text: str) -> tuple[bool | None, ...]:
        """Return the only value that an expression may have; nothing where there are several."""
        values = Possible(self._reach.codebook, self._chosen).of(text)
        return tuple(values) if values is not None and len(values) == 1 else ()

    def _settled(self, name: str) -> bool:
        """Return whether a question has an answer, or rightly has none."""
        if name not in self._held:
            return False
        (state,) = self._chosen[name]
        return state.kind == "answered" or (state.blank and self._asked(name) is False)


def _all(scope: Possible, texts: Sequence[str]) -> May:
    out = May([True])
    for text in texts:
        out = out & parse(text).build(scope)
    return out
