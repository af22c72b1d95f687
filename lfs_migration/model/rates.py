"""National rules as dated numbers: what each number is, and what it is in each country from which year on."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Text, Value


class Rate(Noun):
    """What a number of a national rule is.

    Parameters
    ----------
    label : Text
    unit : str
    """

    label: Text
    unit: str


class Ruling(Noun):
    """The numbers of one country, in the years in which they are known to hold.

    Parameters
    ----------
    code : code
        Of the list: the country.
    valid_from, valid_to : int
        First and last year; without the last one they still hold.
    values : mapping of rate to number
        ``None`` where the rule has no such number, as a benefit without a limit.
    reference : str
        Where the numbers come from, and when they were seen.
    doubt : str
        What is not settled about them; empty where nothing is.
    """

    code: Value
    valid_from: int
    valid_to: int | None = None
    values: dict[str, float | None]
    reference: str
    doubt: str = ""

    def holds(self, year: int) -> bool:
        """Return whether the numbers are those of a year."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


class Rates(Noun):
    """A set of national rules.

    Parameters
    ----------
    label : Text
    codelist : str
        The list of the countries. In the year that is chosen, each number is an attribute of the country's code.
    year : str
        The parameter by which an edition chooses the year.
    rates : mapping of name to Rate
    rules : tuple of Ruling
        Of one country, no two hold in the same year.
    """

    label: Text
    codelist: str
    year: str
    rates: dict[str, Rate] = Field(min_length=1)
    rules: tuple[Ruling, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for number, rule in enumerate(self.rules):
            if set(rule.values) != set(self.rates):
                odd = sorted(set(rule.values) ^ set(self.rates))
                raise ValueError(f"rules: {rule.code} must give every rate and no other; {odd[0]} is not in both")
            if rule.valid_to is not None and rule.valid_to < rule.valid_from:
                raise ValueError(f"rules: {rule.code} ends in {rule.valid_to}, before {rule.valid_from}")
            for other in self.rules[:number]:
                if other.code == rule.code and (other.holds(rule.valid_from) or rule.holds(other.valid_from)):
                    raise ValueError(f"rules: two of {rule.code} hold in {max(rule.valid_from, other.valid_from)}")
        return self

    def of(self, year: int) -> dict[Value, dict[str, float]]:
        """Return the numbers of each country that has a rule in a year, without those that the rule does not have."""
        return {
            rule.code: {name: value for name, value in rule.values.items() if value is not None}
            for rule in self.rules
            if rule.holds(year)
        }
