"""The codebook's side: what each asked variable is called, in all languages, and how much hangs on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from lfs_migration import catalog
from lfs_migration.expr import Expression, parse
from lfs_migration.matching.words import Concepts, concepts, name_concepts
from lfs_migration.model.codebook import Codebook, Roles, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.indicator import Indicator

_NAMED = re.compile(r"\([^\W\d_a-z]+\)")
"""Where the interviewer puts in a name: `(NAME)`."""


ROLES = ("weight", "stratum", "psu")
"""Of the design's variables."""


@dataclass(frozen=True, eq=False)
class Target:
    """A variable that a column may be.

    Parameters
    ----------
    texts : tuple of str
        Its labels and wordings in every language.
    bags : tuple of set of str
        The concepts of each text.
    whole : set of str
        The concepts of its labels in all languages together.
    about_list : tuple of set of str
        The concepts of its code list's name, which other variables may have too.
    importance : float
        From 0 to 1: how many indicators, derivations and rules need it, on a logarithmic scale; 1 for keys.
    position : int
        In its record, as the codebook orders it.
    wanted_by : int
        Indicators that cannot be computed without it.
    """

    variable: Variable
    codelist: CodeList | None
    texts: tuple[str, ...]
    bags: tuple[Concepts, ...]
    whole: Concepts
    about_list: tuple[Concepts, ...]
    importance: float
    position: int
    wanted_by: int
    key: bool = False

    @property
    def name(self) -> str:
        """Name of the variable."""
        return self.variable.name

    @property
    def speaks_of(self) -> Concepts:
        """Every concept in its name and labels."""
        return frozenset().union(*self.bags, *self.about_list)


@dataclass(frozen=True, eq=False)
class Knowledge:
    """The targets of a module by record, and what they are compared by.

    Parameters
    ----------
    weights : mapping of concept to float
        Inverse document frequency: few variables speak of a heavy one.
    """

    codebook: Codebook
    indicators: Mapping[str, Indicator]
    targets: Mapping[str, tuple[Target, ...]]
    weights: Mapping[str, float]

    @property
    def root(self) -> str:
        """The record that belongs to no other."""
        return next(name for name, record in self.codebook.records.items() if record.parent is None)

    @property
    def design(self) -> Roles:
        """The variables of the sampling design."""
        return self.codebook.design or Roles(weight="weight", stratum="stratum", psu="psu")

    @property
    def places(self) -> tuple[str, ...]:
        """The household's variables that say where it is: its region, and whether that is a town."""
        own = [t.variable for t in self.targets[self.root]]
        regions = [v.name for v in own if v.codelist in self.codebook.national]
        return (*regions[:1], *[v.name for v in own if v.codelist == "URBAN"][:1])

    @property
    def children(self) -> tuple[str, ...]:
        """The records that belong to the root, in the codebook's order."""
        return tuple(name for name, record in self.codebook.records.items() if record.parent == self.root)

    def record_words(self, record: str) -> Concepts:
        """Return what a record as such speaks of: it goes without saying in the labels of its columns."""
        return frozenset().union(*map(concepts, self.codebook.records[record].label.values()))

    def target(self, record: str, variable: str) -> Target:
        """Return one target."""
        return next(one for one in self.targets[record] if one.name == variable)


def knowledge(module: str) -> Knowledge:
    """Load what is known of a module.

    Raises
    ------
    NotFound
        For an unknown module.
    """
    codebook = catalog.load_codebook(module)
    indicators = catalog.load_indicators(module)
    wordings = _wordings(module)
    wanted = _wanted(codebook, indicators)
    used = wanted + _used(codebook)
    most = log(1 + max(used.values(), default=1))
    targets: dict[str, tuple[Target, ...]] = {}
    for record, about in codebook.records.items():
        asked = [v for v in codebook.variables_of(record) if not v.derived]
        # What says which rows are meant is needed by all, and hardly ever a question: it is put together from others.
        made = _names(parse(about.scope)) if about.scope else set()
        design = {v.name for v in asked if about.parent is None and v.codelist is None and v.type in ("str", "float")}
        targets[record] = tuple(
            _target(codebook, v, wordings.get(v.name, ()), wanted[v.name], at,
                    _importance(used[v.name], most, key=v.name in about.key, design=v.name in design,
                                made=v.name in made),
                    key=v.name in about.key)
            for at, v in enumerate(asked)
        )  # fmt: skip
    return Knowledge(codebook, indicators, targets, _weights(targets))


def _importance(wanted: int, most: float, *, key: bool, design: bool, made: bool) -> float:
    """Return how likely a variable is in a file, other things equal, from 0 to 1."""
    if made:
        return 0.0
    return 1.0 if key else max(log(1 + wanted) / most, 0.9 * design)


def _target(
    codebook: Codebook, variable: Variable, wordings: tuple[str, ...], wanted: int, at: int, weight: float, *, key: bool
) -> Target:
    codelist = codebook.codelist_of(variable.name)
    labels = tuple(variable.label.values())
    texts = (*labels, *wordings)
    bags = {concepts(text) for text in texts} | {name_concepts(variable.name)}
    lists = (
        {concepts(text) for text in codelist.label.values()} if codelist is not None and not variable.part_of else set()
    )
    return Target(
        variable=variable,
        codelist=codelist,
        texts=tuple(dict.fromkeys(texts)),
        bags=tuple(sorted(filter(None, bags), key=sorted)),  # in one order in every process
        whole=frozenset().union(*map(concepts, labels)),
        about_list=tuple(sorted(filter(None, lists), key=sorted)),
        importance=weight,
        position=at,
        wanted_by=wanted,
        key=key,
    )


def _wordings(module: str) -> dict[str, tuple[str, ...]]:
    """Return what the module's own questionnaire reads out; those of countries are no general knowledge."""
    if module not in catalog.questionnaires():
        return {}
    items = catalog.load_questionnaire(module).items
    return {item.name: tuple(_NAMED.sub("", text) for text in item.wording.values()) for item in items if item.name}


def _wanted(codebook: Codebook, indicators: Mapping[str, Indicator]) -> Counter[str]:
    """Return how many indicators, or their breakdowns, need each variable, through derived ones as well."""
    wanted: Counter[str] = Counter()
    for indicator in indicators.values():
        names = {
            name
            for part in indicator.parts
            for text in (part.where, part.value)
            if text
            for name in _names(parse(text))
        }
        for dimension in {*indicator.of, *(one for by in indicator.breakdowns for one in by)}:
            names.add(codebook.dimension_variable(dimension, indicator.numerator.record) or "")
        wanted.update(_closure(codebook, names))
    return wanted


def _used(codebook: Codebook) -> Counter[str]:
    """Return how many derivations and rules name each variable."""
    used: Counter[str] = Counter()
    texts = [v.value for v in codebook.variables.values() if v.value]
    texts += [text for rule in codebook.rules.values() for text in rule.texts]
    for text in texts:
        used.update(name.rpartition(".")[2] for name in _names(parse(text)))
    return used


def _names(expression: Expression) -> set[str]:
    inner = (_names(argument) for _, _, argument in expression.aggregates if argument is not None)
    return set(expression.names).union(*inner)


def _closure(codebook: Codebook, names: set[str]) -> set[str]:
    """Return variables with all that their derivations need."""
    seen: set[str] = set()
    waiting = [name for name in names if name in codebook.variables]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            value = codebook.variables[name].value
            waiting += [n for n in _names(parse(value)) if n in codebook.variables] if value else []
    return seen


def _weights(targets: Mapping[str, tuple[Target, ...]]) -> dict[str, float]:
    everything = [target for several in targets.values() for target in several]
    frequency = Counter(word for target in everything for word in target.speaks_of)
    return {word: log((1 + len(everything)) / count) for word, count in frequency.items()}
