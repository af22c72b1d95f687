"""What a publication says beside its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lfs_migration.model.dataset import Dataset
from lfs_migration.model.indicator import Profile
from lfs_migration.model.noun import Text
from lfs_migration.model.protection import Perturbation, Protected
from lfs_migration.model.results import Table
from lfs_migration.publish.figures import show
from lfs_migration.publish.words import phrase
from lfs_migration.text import clean, closed, message, pick


@dataclass(frozen=True)
class Survey:
    """The survey whose figures are published.

    Parameters
    ----------
    id : str
    title : Text
    synthetic : bool
        Whether the data were generated.
    unprotected : bool
        Whether some of its tables are not protected against disclosure.
    """

    id: str
    title: Text
    synthetic: bool = False
    unprotected: bool = False

    def named(self, language: str = "en") -> str:
        """Return the title, which says so when the data are synthetic, or the tables not protected.

        Examples
        --------
        >>> Survey("armenia-2007", {"en": "Labour Migration Survey"}, synthetic=True).named()
        'Labour Migration Survey (synthetic data)'
        """
        return marked(pick(self.title, language), self.synthetic, language, unprotected=self.unprotected)


@dataclass(frozen=True)
class About:
    """What the user says of a publication.

    Parameters
    ----------
    language : str
        Of the workbook and the report; ``tables.csv`` is in English.
    notes : tuple of str
        Printed with the tables.
    profile : Profile, optional
        The quality rules that gave the flags.
    codebooks : mapping of file to SHA-256
    seed : int, optional
        Of whatever was random.
    extra : mapping
        Further entries of the manifest.
    coverage : mapping of str to Text
        The statements that indicators name under ``coverage``; the codebook's own where none is given.
    words : mapping of str to Text
        What phrases say of the module; the codebook's own where none is given.
    protection : Protected, optional
        What disclosure control did.
    """

    language: str = "en"
    notes: tuple[str, ...] = ()
    profile: Profile | None = None
    codebooks: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    coverage: Mapping[str, Text] = field(default_factory=dict)
    words: Mapping[str, Text] = field(default_factory=dict)
    protection: Protected | None = None

    def of(self, data: Dataset | None) -> About:
        """Return it with the words and coverage statements of the data's codebook, unless it has its own."""
        if data is None or data.codebook is None:
            return self
        book = data.codebook
        return replace(self, coverage=self.coverage or book.coverage, words=self.words or book.words)

    def say(self, name: str, /, **values: str) -> str:
        """Return a phrase in the publication's language, in the words of the survey's module.

        Examples
        --------
        >>> About(words={"sample_units": {"en": "Sample farms"}}).say("households")
        'Sample farms'
        """
        own = {key: pick(text, self.language) for key, text in self.words.items()}
        return phrase(name, self.language, **{**own, **values})

    def protection_words(self) -> tuple[str, ...]:
        """Return what is said of disclosure control; nothing where there was none."""
        if self.protection is None:
            return ()
        rules, counts = self.protection.rules, self.protection.counts
        shown = {"hidden": "figures_hidden", "figures": "figures", "lost": "figures_lost"}
        values = {name: show(counts[key], 0, self.language) for name, key in shown.items()}
        if rules.perturbation:
            return self._perturbed(rules.perturbation, values)
        limits = {"persons": str(rules.persons), "households": str(rules.households)}
        words = [self.say("protection_text", **values, **limits)]
        if rules.rounding:
            words.append(self.say("rounded_text", base=show(rules.rounding.base, 0, self.language)))
        return tuple(words)

    def _perturbed(self, noise: Perturbation, values: Mapping[str, str]) -> tuple[str, ...]:
        """Return what is said of numbers that have noise, and of what is hidden beside."""
        size = {"deviation": str(noise.deviation), "variance": f"{noise.variance:g}"}
        words = [self.say("perturbed_text", **size, **values)]
        if noise.threshold:
            words.append(self.say("perturbed_least", threshold=str(noise.threshold)))
        return tuple(words)

    def statements(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return coverage statements in words; a name that nothing explains stands for itself.

        Examples
        --------
        >>> About(coverage={"proxies": {"en": "The answers are the household's."}}).statements(["proxies"])
        ("The answers are the household's.",)
        """
        return tuple(pick(self.coverage[name], self.language) if name in self.coverage else name for name in names)


def in_language(name: str, about: About, first: About) -> str:
    """Return the name of a file: as it is in a publication's first language, with the language in another.

    Examples
    --------
    >>> in_language("report.html", About(language="fr"), About())
    'report.fr.html'
    """
    stem, _, end = name.partition(".")
    return name if about.language == first.language else f"{stem}.{about.language}.{end}"


def marked(title: str, synthetic: bool, language: str = "en", *, unprotected: bool = False) -> str:
    """Return a title that says so when the data are synthetic, or the figures not protected against disclosure.

    Examples
    --------
    >>> marked("Emigrants", True, unprotected=True)
    'Emigrants (synthetic data, not protected against disclosure)'
    """
    words = [message("synthetic", language)] if synthetic else []
    words += [phrase("unprotected", language)] if unprotected else []
    return f"{closed(title)} ({', '.join(words)})" if words else title


def survey_of(tables: Sequence[Table], data: Dataset | None = None) -> Survey:
    """Return the survey of some tables, or of the data where there is no table.

    Tables of several surveys give all their names; when the data of one are synthetic, the publication is.

    Examples
    --------
    >>> survey_of(()).id
    ''
    """
    known = {table.survey: table.survey_title for table in tables}
    country = data.country if data is not None else None
    if not known and country is not None:
        known = {country.id: country.title}
    synthetic = any(table.synthetic for table in tables) or (data is not None and data.synthetic)
    languages = {language for title in known.values() for language in title} | {"en"}
    title = {language: clean("; ".join(pick(words, language) for words in known.values())) for language in languages}
    unprotected = any(not table.protection for table in tables)
    return Survey("; ".join(known), dict(sorted(title.items())), synthetic, unprotected)
