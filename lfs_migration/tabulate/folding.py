"""Folding: categories with too few in the sample become the named rest of a coarser category.

What is too small to stand alone is put together with others of its parent, the parent being the category of a coarser
dimension that it is in: countries of a sub-region, then of its region. A rest is of two categories or more, for the
rest of one would be that one; and it is large enough itself, or goes on to the next coarser dimension, at last into
"other". Where "other" is still too small, or of one category, the smallest of what stands joins it: a hidden figure
would else be the total less all that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lfs_migration.errors import EmptyDomain, EstimationError
from lfs_migration.estimate import asked, estimate
from lfs_migration.estimate.statistics import Count
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.indicator import Indicator, Profile
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.results import OTHER, UNKNOWN
from lfs_migration.sample import Sample
from lfs_migration.tabulate.quality import too_few
from lfs_migration.tabulate.requests import Request, Requests
from lfs_migration.text import MESSAGES, pick

Size = tuple[int, int]
"""Rows and households of the sample in a category."""
Recode = dict[Value, str]
Chains = Mapping[Value, Sequence[str | None]]
"""The category of each coarser dimension that a code is in, the finest first; nothing where none is known."""


@dataclass(frozen=True)
class Fold:
    """What is folded of a dimension.

    Parameters
    ----------
    recode : mapping of code to category
        Of the codes that are folded.
    labels : mapping of category to Text
        Of the rests; "other" has its own everywhere.
    note : Text
        What was folded into what, to print with the tables.
    """

    recode: Mapping[Value, str]
    labels: Mapping[str, Text]
    note: Text


def folds(sample: Sample, requests: Requests, indicator: Indicator, profile: Profile) -> dict[str, Fold]:
    """Return what is folded of the dimensions of an indicator; nothing of those where all categories stand.

    It is decided on the figures by the dimension alone, so that all tables of the indicator with it add up.

    Raises
    ------
    EstimationError
        For a category that is in several of a coarser dimension.
    """
    out = {}
    for dimension in indicator.fold:
        if _used(requests, indicator, dimension):
            one = _Folding(sample, requests, indicator, profile, dimension)
            recode = folded(one.chains(), one.sizes, lambda size: too_few(profile, *size))
            if recode:
                out[dimension] = one.described(recode)
    return out


def folded(
    chains: Chains, sizes: Callable[[Mapping[Value, str]], Mapping[str, Size]], few: Callable[[Size], bool]
) -> Recode:
    """Return the codes that are folded, and into what.

    Parameters
    ----------
    chains : mapping of code to coarser categories
    sizes : callable
        Gives the size of each category that occurs, from a recode. They are asked for again after each step, since a
        household in two categories is one in their rest.
    few : callable
        Whether a category of some size is too small to stand.

    Returns
    -------
    mapping of code to category
        ``145_O`` for the rest of 145, ``_O`` for the other.

    Examples
    --------
    >>> chains = {"GEO": ["145", "142"], "IRQ": ["145", "142"], "TUR": ["145", "142"], "NPL": ["034", "142"]}
    >>> n = {"GEO": 3, "IRQ": 4, "TUR": 50, "NPL": 6}
    >>> def sizes(recode):
    ...     out = dict.fromkeys((recode.get(code, code) for code in n), 0)
    ...     for code in n:
    ...         out[recode.get(code, code)] += n[code]
    ...     return {category: (size, size) for category, size in out.items()}
    >>> folded(chains, sizes, lambda size: size[0] < 5)
    {'GEO': '145_O', 'IRQ': '145_O'}
    >>> folded(chains, sizes, lambda size: size[0] < 10)
    {'GEO': '142_O', 'IRQ': '142_O', 'NPL': '142_O'}
    """
    alone = sizes({})
    waiting = [code for code in chains if str(code) in alone and few(alone[str(code)])]
    recode: Recode = {}
    for level in range(max(map(len, chains.values()), default=0)):
        rests = {code: f"{chains[code][level]}{OTHER}" for code in waiting if chains[code][level] is not None}
        named = list(rests.values())
        rests = {code: rest for code, rest in rests.items() if named.count(rest) > 1}
        if rests:
            found = sizes(recode | rests)
            recode |= {code: rest for code, rest in rests.items() if not few(found[rest])}
            waiting = [code for code in waiting if code not in recode]
    return _with_other(recode | dict.fromkeys(waiting, OTHER), chains, sizes, few)


def _with_other(
    recode: Recode, chains: Chains, sizes: Callable[[Mapping[Value, str]], Mapping[str, Size]],
    few: Callable[[Size], bool],
) -> Recode:  # fmt: skip
    """Return a recode in which "other" is of two categories or more and large enough, as far as there are others."""
    while OTHER in recode.values():
        found = sizes(recode)
        rest = {category: size for category, size in found.items() if category != OTHER}
        if not rest or (list(recode.values()).count(OTHER) > 1 and not few(found[OTHER])):
            break
        least = min(rest, key=lambda category: (*rest[category], category))
        recode |= {code: OTHER for code in chains if recode.get(code, str(code)) == least}
    return recode


@dataclass(frozen=True)
class _Folding:
    """One dimension of an indicator."""

    sample: Sample
    requests: Requests
    indicator: Indicator
    profile: Profile
    dimension: str

    @property
    def coarser(self) -> list[str]:
        """The coarser dimensions that can be made in every record."""
        return [d for d in self.indicator.fold[self.dimension] if not _why_not(self.requests, self.indicator, d)]

    def chains(self) -> dict[Value, tuple[str | None, ...]]:
        """Return the coarser categories of each code that occurs in a record."""
        out: dict[Value, tuple[str | None, ...]] = {}
        codebook = self.requests.codebook
        for record in _records(self.indicator):
            names = [codebook.dimension_variable(d, record) or "" for d in (self.dimension, *self.coarser)]
            for code, *parents in self.sample.together(record, names):
                chain = tuple(None if parent is None else str(parent) for parent in parents)
                if code is not None and out.setdefault(code, chain) != chain:
                    both = " and ".join(sorted(map(str, (out[code], chain))))
                    raise EstimationError(
                        f"{self.indicator.code}: {self.dimension} {code!r} is in several categories of a coarser one",
                        detail=f"{', '.join(self.coarser)}: {both}",
                        hint="Under fold, name dimensions of which each category of the finer one is in one",
                    )
        return out

    def sizes(self, recode: Mapping[Value, str]) -> dict[str, Size]:
        """Return rows and households of the sample behind the indicator's figure for each category."""
        request = self._request(recode)
        focused = self.sample.focused(lambda: asked(self.sample, [request.statistic], request.by, where=""))
        try:
            found = estimate(focused, request.statistic, by=request.by)
        except EmptyDomain:
            return {}
        codes = next(iter(found.by.values()))
        rows = zip(codes.tolist(), found.n.tolist(), found.households.tolist(), strict=True)
        return {str(code): (n, households) for code, n, households in rows if n and code != UNKNOWN}

    def _request(self, recode: Mapping[Value, str]) -> Request:
        """Return the request of the figures by the dimension alone: of its shares, or of what is broken down by it."""
        requests = replace(self.requests, recodes={self.dimension: recode})
        indicator, base = self.indicator, self.indicator.numerator
        if indicator.kind == "distribution" and self.dimension in indicator.of:
            return next(requests.of(indicator, [], self.dimension))
        if indicator.kind in ("distribution", "options"):
            return Request(Count(base.record, base.where), [requests.by(self.dimension, [base.record])])
        return next(requests.of(indicator, [self.dimension], ""))

    def described(self, recode: Recode) -> Fold:
        """Return a fold with the labels of its rests, and what it says of itself."""
        codebook, record = self.requests.codebook, self.indicator.numerator.record
        names = [_labels(codebook, dimension, record) for dimension in reversed(self.coarser)]
        parents = {code: label for own in names for code, label in own.items()}
        rests = [rest for rest in dict.fromkeys(recode.values()) if rest != OTHER]
        labels = {rest: _rest(parents.get(rest.removesuffix(OTHER)) or {"en": rest}) for rest in sorted(rests)}
        return Fold(recode, labels, self._note(recode, {**labels, OTHER: MESSAGES["other"]}))

    def _note(self, recode: Recode, labels: Mapping[str, Text]) -> Text:
        codebook = self.requests.codebook
        own = _labels(codebook, self.dimension, self.indicator.numerator.record)
        heading, out = codebook.dimensions[self.dimension].label, {}
        for language, words in MESSAGES["folded"].items():
            named = {code: pick(own.get(str(code)) or {"en": str(code)}, language) for code in recode}
            said = [
                f"{pick(label, language)} ({'; '.join(sorted(named[code] for code in named if recode[code] == rest))})"
                for rest, label in labels.items() if rest in recode.values()
            ]  # fmt: skip
            out[language] = words.format(pick(heading, language), ", ".join(said))
        return out


def noted(indicator: Indicator, several: Iterable[Fold]) -> Indicator:
    """Return an indicator whose note also says what was folded."""
    note = indicator.note
    for fold in several:
        note = fold.note if note is None else {
            language: f"{pick(note, language)}. {pick(fold.note, language)}"
            for language in dict.fromkeys((*note, *fold.note))
        }  # fmt: skip
    return indicator if note is indicator.note else indicator.model_copy(update={"note": note})


def _rest(parent: Text) -> Text:
    return {language: words.format(pick(parent, language)) for language, words in MESSAGES["rest_of"].items()}


def _labels(codebook: Codebook, dimension: str, record: str) -> dict[str, Text]:
    variable = codebook.dimension_variable(dimension, record)
    codelist = codebook.codelist_of(variable) if variable else None
    return {str(code): entry.label for code, entry in codelist.codes.items()} if codelist else {}


def _records(indicator: Indicator) -> list[str]:
    return list(dict.fromkeys(part.record for part in (*indicator.own, *indicator.against)))


def _why_not(requests: Requests, indicator: Indicator, dimension: str) -> str:
    reasons: Iterator[str] = (requests.computable.dimension(dimension, record) for record in _records(indicator))
    return next(filter(None, reasons), "")


def _used(requests: Requests, indicator: Indicator, dimension: str) -> bool:
    """Return whether an indicator has tables with a dimension."""
    named = [*indicator.of] if indicator.kind == "distribution" else []
    named += [name for breakdown in indicator.breakdowns for name in breakdown]
    return dimension in named and not _why_not(requests, indicator, dimension)
