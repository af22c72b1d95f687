"""Exports a codebook: as a page, as metadata for catalogues, as lists, as label scripts, as a form to field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lfs_migration.errors import LfsMigrationError, NotFound, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.questionnaire import Questionnaire
from lfs_migration.text import LANGUAGES


@dataclass(frozen=True)
class Wanted:
    """What is exported, and where to.

    Parameters
    ----------
    codebook : Codebook
    folder : Path
    language : str
    edition : Edition, optional
    questionnaire : Questionnaire, optional
    """

    codebook: Codebook
    folder: Path
    language: str
    edition: Edition | None
    questionnaire: Questionnaire | None

    @property
    def stem(self) -> str:
        """How the files' names begin: ``emigration``, or ``emigration.armenia-2007`` of an edition."""
        return self.codebook.name if self.edition is None else f"{self.codebook.name}.{self.edition.id}"


def export(
    codebook: Codebook,
    to: str,
    out: Path | str,
    *,
    language: str = "en",
    edition: Edition | None = None,
    questionnaire: Questionnaire | None = None,
) -> tuple[Path, ...]:
    """Write a codebook in one of several forms. Each file appears whole or not at all.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition, where there is one.
    to : str
        ``html``: a page in the language. ``ddi``: DDI-Codebook 2.5, all languages. ``csv``: lists of variables, codes
        and rules, all languages. ``spss``, ``stata``: scripts that label each record. ``xlsform``: a form for ODK.
    out : path
        The folder.
    language : str
        A text without a wording in it is in English.
    edition : Edition, optional
        Its columns and codes, its lists and what it chose are then there too.
    questionnaire : Questionnaire, optional
        Gives the wording of questions; a form cannot be without one.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    NotFound
        With near matches, for an unknown form or language.
    CatalogError
        For a name or a code that the form cannot carry.
    LfsMigrationError
        When a form has no questionnaire, or the folder does not take the files.

    Examples
    --------
    >>> import tempfile
    >>> from lfs_migration.catalog import load_codebook
    >>> paths = export(load_codebook(), "csv", tempfile.mkdtemp())
    >>> [path.name for path in paths]
    ['emigration.variables.csv', 'emigration.codes.csv', 'emigration.rules.csv']
    """
    if to not in WRITERS:
        raise NotFound(f"A codebook is not exported to {to!r}", hint=near(to, WRITERS))
    if language not in LANGUAGES:
        raise NotFound(f"No language {language!r}", hint=near(language, LANGUAGES))
    if edition is not None and not set(edition.codelists) <= set(codebook.codelists):
        codebook = codebook.model_copy(update={"codelists": codebook.codelists | edition.codelists})
    return WRITERS[to](Wanted(codebook, Path(out), language, edition, questionnaire))


# Each writer is imported when it is wanted: templates and workbooks take long to import.


def _html(wanted: Wanted) -> tuple[Path, ...]:
    from lfs_migration.metadata.page import write_page

    path = wanted.folder / f"{wanted.stem}.{wanted.language}.html"
    return (write_page(wanted.codebook, path, language=wanted.language, edition=wanted.edition,
                       questionnaire=wanted.questionnaire),)  # fmt: skip


def _ddi(wanted: Wanted) -> tuple[Path, ...]:
    from lfs_migration.metadata.ddi import write_ddi

    path = wanted.folder / f"{wanted.stem}.ddi.xml"
    return (write_ddi(wanted.codebook, path, language=wanted.language, edition=wanted.edition,
                      questionnaire=wanted.questionnaire),)  # fmt: skip


def _csv(wanted: Wanted) -> tuple[Path, ...]:
    from lfs_migration.metadata.listing import write_listing

    return write_listing(wanted.codebook, wanted.folder, edition=wanted.edition,
                         questionnaire=wanted.questionnaire, prefix=f"{wanted.stem}.")  # fmt: skip


def _spss(wanted: Wanted) -> tuple[Path, ...]:
    from lfs_migration.metadata.spss import write_spss

    return write_spss(wanted.codebook, wanted.folder, wanted.stem, language=wanted.language)


def _stata(wanted: Wanted) -> tuple[Path, ...]:
    from lfs_migration.metadata.stata import write_stata

    return write_stata(wanted.codebook, wanted.folder, wanted.stem, language=wanted.language)


def _xlsform(wanted: Wanted) -> tuple[Path, ...]:
    from lfs_migration.forms.xlsform import write_xlsform

    if wanted.questionnaire is None:
        hint = f"Write questionnaires/{wanted.codebook.name}.yaml first"
        raise LfsMigrationError("A form needs a questionnaire", where=wanted.codebook.name, hint=hint)
    path = wanted.folder / f"{wanted.stem}.xlsx"
    return (write_xlsform(wanted.codebook, wanted.questionnaire, path, wanted.edition),)


WRITERS: Mapping[str, Callable[[Wanted], tuple[Path, ...]]] = {
    "html": _html,
    "ddi": _ddi,
    "csv": _csv,
    "spss": _spss,
    "stata": _stata,
    "xlsform": _xlsform,
}
"""What a codebook can be exported to."""
