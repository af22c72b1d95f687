"""What a profile shows: one page a survey, with a few figures, bars and a pyramid in each of its sections."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Text

Form = Literal["figure", "bars", "pyramid"]

DIMENSIONS = {"figure": 0, "bars": 1, "pyramid": 2}
"""How many dimensions the table of each form has."""


class Shown(Noun):
    """One table, or its one figure, and how it is drawn.

    Parameters
    ----------
    indicator : str
        Its code.
    by : tuple of str
        The dimensions of its table: the breakdown, then what is distributed.
    form : str
        ``figure`` (of all, without a breakdown), ``bars`` (one a category) or ``pyramid`` (two sides, a bar a category
        on each).
    label : Text, optional
        What it is called here; the indicator's title where it is not given.
    most : int
        So many bars at most, the largest; 0 is all.
    """

    indicator: str
    by: tuple[str, ...] = ()
    form: Form = "figure"
    label: Text | None = None
    most: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _of_its_form(self) -> Self:
        if len(self.by) != DIMENSIONS[self.form]:
            raise ValueError(f"the form `{self.form}` shows a table of {DIMENSIONS[self.form]} dimensions")
        if self.most and self.form != "bars":
            raise ValueError("most belongs to the form `bars`")
        return self


class ProfileSection(Noun):
    """A part of the page."""

    label: Text
    show: tuple[Shown, ...]


class ProfilePage(Noun):
    """The page of a module.

    Parameters
    ----------
    module : str
        The module whose indicators it shows.
    title : Text
    sections : mapping of str to ProfileSection
        In the order of the page.
    """

    module: str
    title: Text
    sections: dict[str, ProfileSection]

    @property
    def shown(self) -> tuple[Shown, ...]:
        """All that is shown, in the order of the page."""
        return tuple(one for section in self.sections.values() for one in section.show)
