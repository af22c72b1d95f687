"""Names of what is in a publication, in every language that has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lfs_migration.model.noun import Text
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About, Survey
from lfs_migration.publish.titles import SPECIAL, title
from lfs_migration.publish.words import statistic_name, unit_name
from lfs_migration.text import LANGUAGES, MESSAGES, texts

WORDS = texts("data")
"""Words for machines' files, by name."""


@dataclass(frozen=True)
class Described:
    """The names of a publication's breakdowns and codes.

    Parameters
    ----------
    tables : sequence of Table
    about : About
        Gives the words of the module; its language is not used.
    """

    tables: Sequence[Table]
    about: About

    def says(self, name: str) -> Text:
        """Return a phrase in every language, in the words of the module."""
        return everywhere(lambda language: replace(self.about, language=language).say(name))

    def breakdown(self, dimension: str) -> Text:
        """Return the name of a breakdown; nothing where no table has one."""
        own = (table.dimension_labels.get(dimension) for table in self.tables if dimension in table.dimensions)
        return next((names for names in own if names), {})

    def codes(self, dimension: str, codes: Sequence[str]) -> dict[str, Text]:
        """Return the names of a breakdown's codes, in the order of its list: the first names that a table has.

        Codes that any breakdown may have come first, where no table names them; another code without a name has an
        empty one.
        """
        wanted, own = set(codes), dict[str, Text]()
        for table in self.tables:
            held = table.labels.get(dimension, {}) if dimension in table.dimensions else {}
            if own.keys() < wanted:
                own |= {code: names for code, names in held.items() if code in wanted and code not in own}
        unnamed = {code: MESSAGES[SPECIAL[code]] if code in SPECIAL else {} for code in codes if code not in own}
        return unnamed | own

    def surveys(self) -> dict[str, Text]:
        """Return the titles of the surveys, which say so where data are synthetic or figures not protected."""
        return {table.survey: in_own_languages(_survey(table)) for table in self.tables}

    def indicators(self) -> dict[str, Text]:
        """Return the titles of the indicators."""
        return {table.indicator.code: table.indicator.title for table in self.tables}

    def title(self, number: int) -> Text:
        """Return the title of a table by its number, from 1."""
        return everywhere(lambda language: title(self.tables[number - 1], language))


def everywhere(say: Callable[[str], str]) -> Text:
    """Return what is said in each language; one that says the same as English has no words of its own.

    Examples
    --------
    >>> everywhere(lambda language: {"fr": "Sexe"}.get(language, "Sex"))
    {'en': 'Sex', 'fr': 'Sexe'}
    """
    english = say("en")
    return {"en": english, **{one: said for one in LANGUAGES if one != "en" and (said := say(one)) != english}}


def in_own_languages(survey: Survey) -> Text:
    """Return the name of a survey in the languages of its title."""
    return {language: survey.named(language) for language in LANGUAGES if language in survey.title}


def statistic_names(statistic: str) -> Text:
    """Return the name of a statistic in every language.

    Examples
    --------
    >>> statistic_names("share")["fr"]
    'Part'
    """
    return everywhere(lambda language: statistic_name(statistic, language))


def unit_names(unit: str) -> Text:
    """Return the name of a unit in every language."""
    return everywhere(lambda language: unit_name(unit, language))


def _survey(table: Table) -> Survey:
    return Survey(table.survey, table.survey_title, table.synthetic, not table.protection)
