"""The cells that a published figure is made of, by the public definition of its indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from attack_names import KNOWN, UNKNOWN, Names, Rows
from attack_system import Figure

from lfs_migration.model.indicator import Indicator, Part


@dataclass
class Parts:
    """The cells of a figure, by what they are to it; ``count`` and ``more`` are those that ``n`` counts."""

    top: Rows | None = None
    base: Rows | None = None
    plus: Rows | None = None
    count: Rows | None = None
    more: Rows | None = None
    whole: bool = True


@dataclass(frozen=True)
class Definitions:
    """Finds the cells of figures.

    Parameters
    ----------
    names : Names
    """

    names: Names

    def without(self, figure: Figure, indicator: Indicator, dimension: str) -> Parts:
        """Return the cells of the same figure over all of a breakdown, or of what it distributes."""
        rest = replace(figure, codes={d: code for d, code in figure.codes.items() if d != dimension})
        if indicator.kind != "distribution":
            return self.parts(rest, indicator)
        if figure.statistic == "number":
            return self.counts(rest, indicator)
        if dimension == figure.shares_of:
            rows = self._of(indicator, indicator.numerator, rest.codes)
            return Parts(top=rows, count=rows and rows.counted())
        return self._distribution(rest, indicator)

    def wholes(self, figure: Figure, indicator: Indicator, dimension: str) -> tuple[Rows | None, Rows | None]:
        """Return all rows that a distribution is of, in one category of a breakdown and in all of them."""
        if not figure.shares_of or dimension == figure.shares_of:
            return None, None
        codes = {d: code for d, code in figure.codes.items() if d != figure.shares_of}
        rest = {d: code for d, code in codes.items() if d != dimension}
        part = indicator.numerator
        return self._of(indicator, part, codes), self._of(indicator, part, rest)

    def counts(self, figure: Figure, indicator: Indicator) -> Parts:
        """Return the cell of the number in a category of a distribution."""
        rows = self._of(indicator, indicator.numerator.model_copy(update={"value": ""}), figure.codes)
        return Parts(top=rows, count=rows)

    def _of(
        self, indicator: Indicator, part: Part, codes: Mapping[str, str], *known: str, also: str = ""
    ) -> Rows | None:  # fmt: skip
        own = {d: code for d, code in codes.items() if d != indicator.question}
        where = [text for text in (part.where, also) if text]
        values = (*known, part.value) if part.value else known
        return self.names.rows(part.record, where, own, values, part.value, indicator.weights)

    def parts(self, figure: Figure, indicator: Indicator) -> Parts:
        """Return the cells of a figure, as its indicator is defined."""
        codes, top, below = figure.codes, indicator.numerator, indicator.denominator
        match indicator.kind:
            case "total" | "median" | "quantile":
                rows = self._of(indicator, top, codes)
                return Parts(top=rows, count=rows and rows.counted())
            case "mean":
                rows = self._of(indicator, top, codes)
                return Parts(top=rows, base=rows and rows.counted(), count=rows and rows.counted())
            case "share":
                assert below is not None
                return self._share(indicator, below, codes, top.where)
            case "ratio" | "relative":
                assert below is not None
                return self._ratio(indicator, top, below, codes)
            case "distribution":
                return self._distribution(figure, indicator)
            case "index":
                base = self._of(indicator, top, {**codes, indicator.of[0]: KNOWN})
                return Parts(top=base, base=base, count=base)
            case "options":
                option = indicator.options[codes[indicator.question]]
                if below is None:
                    return self._share(indicator, top, codes, option.where)
                return self._ratio(indicator, top.model_copy(update={"value": option.value}), below, codes)
            case _:
                return Parts()

    def _share(self, indicator: Indicator, below: Part, codes: Mapping[str, str], where: str) -> Parts:
        base = self._of(indicator, below, codes, where)
        return Parts(top=self._of(indicator, below, codes, also=where), base=base, count=base)

    def _ratio(self, indicator: Indicator, top: Part, below: Part, codes: Mapping[str, str]) -> Parts:
        together = top.record == below.record and indicator.plus is None
        known = tuple(text for part in (top, below) for text in (part.where, part.value) if text) if together else ()
        more = None if indicator.plus is None else self._of(indicator, indicator.plus, codes)
        base = self._of(indicator, below, codes, *known)
        count = None if base is None or indicator.kind == "relative" else base.counted()
        above = self._of(indicator, top, codes, *known)
        return Parts(above, base, more, count, more and more.counted(), whole=together)

    def _distribution(self, figure: Figure, indicator: Indicator) -> Parts:
        of, code = figure.shares_of, figure.codes[figure.shares_of]
        every = indicator.over == "all" or code == UNKNOWN
        rest = {d: c for d, c in figure.codes.items() if d != of}
        base = self._of(indicator, indicator.numerator, rest if every else {**rest, of: KNOWN})
        top = self._of(indicator, indicator.numerator, figure.codes)
        return Parts(top=top, base=base, count=top and top.counted())
