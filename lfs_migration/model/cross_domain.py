"""What a breakdown is in the terms that SDMX shares between subjects."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun


class CrossDomain(Noun):
    """A cross-domain concept, and codes of a shared list.

    Parameters
    ----------
    concept : str
        Of ``SDMX:CROSS_DOMAIN_CONCEPTS(2.0)``, as ``SEX``.
    codelist : str
        Agency, name and version, as ``SDMX:CL_SEX(2.1)``; empty where SDMX has no list that fits.
    codes : mapping of code to code
        The list's code for each of ours that means the same.
    reference : str
        Where concept, list and codes are taken from.
    """

    concept: str
    codelist: str = Field(default="", pattern=r"^([A-Za-z.]+:[A-Z_]+\([0-9.]+\))?$")
    codes: dict[str, str] = Field(default_factory=dict)
    reference: str

    @model_validator(mode="after")
    def _codes_of_a_list(self) -> Self:
        if self.codes and not self.codelist:
            raise ValueError("codes are of a list: name it under codelist")
        return self
