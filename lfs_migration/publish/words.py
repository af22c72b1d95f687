"""The words of the workbook and the report that no codebook owns: from ``languages/LANGUAGE/TOPIC.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from lfs_migration.text import LANGUAGES, pick, texts, wording

TOPICS = ("report", "weights", "protection", "findings", "pictures", "workbook")
"""Files of ``languages/LANGUAGE`` whose words are phrases."""
MODULE = texts("survey")
"""What phrases say of a survey that has no codebook; a module's own words stand under ``words`` in its YAML."""
STATISTICS = texts("statistics")
"""Names of the statistics, by the word that the tables carry; some go on, with a variable or a number."""
CHECKS = texts("checks")
"""What the checks say that no rule of a codebook makes."""
UNITS = texts("units")
"""Names of the units; another unit is shown as the indicator writes it."""


@cache
def phrases(language: str = "en") -> Mapping[str, str]:
    """Return all phrases in a language, by name; in English where it has none."""
    english = {} if language == "en" else phrases()
    return {**english, **{name: words for topic in TOPICS for name, words in wording(topic, language).items()}}


def phrase(name: str, language: str = "en", /, **values: str) -> str:
    """Return one of the phrases with its values; what it says of the survey is in :data:`MODULE` without one.

    Examples
    --------
    >>> phrase("by", "fr", what="sexe")
    'par sexe'
    """
    own = {key: pick(text, language) for key, text in MODULE.items()}
    return phrases(language)[name].format(**{**own, **values})


def joined(parts: Iterable[str], language: str = "en") -> str:
    """Return parts that are not empty with commas between them.

    Examples
    --------
    >>> joined(["sex", "", "area"])
    'sex, area'
    """
    return phrases(language)["comma"].join(filter(None, parts))


def statistic_name(statistic: str, language: str = "en") -> str:
    """Return the name of a statistic.

    Examples
    --------
    >>> statistic_name("total"), statistic_name("share", "es"), statistic_name("first_decile")
    ('Number', 'Proporción', 'First decile')
    >>> statistic_name("total of hh_rem_year"), statistic_name("percentile 80", "fr")
    ('Total', 'Centile 80')
    """
    words, value = STATISTICS.get(statistic), ""
    if words is None:  # of what it is, the table's title says
        start, _, value = statistic.rpartition(" ")
        words = STATISTICS.get(start)
    if words is not None:
        return pick(words, language).format(value=value)
    spaced = statistic.replace("_", " ")
    return spaced[:1].upper() + spaced[1:]


def unit_name(unit: str, language: str = "en") -> str:
    """Return the name of a unit."""
    words = UNITS.get(unit)
    return unit if words is None else pick(words, language)


def page_language(language: str) -> str:
    """Return the language of the page's own words: ``language`` where they exist in it, or English.

    Examples
    --------
    >>> page_language("fr"), page_language("de")
    ('fr', 'en')
    """
    return language if language in LANGUAGES else "en"
