"""The lists of answers of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from lfs_migration.forms.phrases import in_all, offered
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.questionnaire import Item
from lfs_migration.text import LANGUAGES

LONG = 20
"""A list with more codes is searched and not shown whole."""

Answers = tuple[tuple[Value, Text], ...]


def answers_of(item: Item, codebook: Codebook) -> Answers:
    """Return the answers of an item, with those that an interviewer may give for an absent one.

    Empty for a question without a list, and for one whose list each country brings itself.
    """
    multiple = codebook.multiples.get(item.name)
    if multiple is None and item.name not in codebook.variables:
        return tuple(item.answers.items())
    variable = codebook.variables[item.name if multiple is None else next(iter(multiple.parts.values()))]
    codelist = codebook.codelists.get((variable.codelist if multiple is None else multiple.codelist) or "")
    given = own_answers(item, codelist)
    return (*given.items(), *absent_answers(variable)) if given else ()


def own_answers(item: Item, codelist: CodeList | None) -> Mapping[Value, Text]:
    """Return the answers of an item: its own, or its code list's."""
    if item.answers or codelist is None:
        return item.answers
    return {code: one.label for code, one in codelist.codes.items()}


def absent_answers(variable: Variable) -> Answers:
    """Return the absent answers of a variable that an interviewer may give."""
    return tuple((code, in_all(reason, LANGUAGES)) for code, reason in offered(variable).items())


@dataclass
class Lists:
    """The lists used so far, by name; the same answers have the same list.

    Parameters
    ----------
    named : dict of answers
    """

    named: dict[str, Answers] = field(default_factory=dict)

    def of(self, answers: Answers, codelist: str) -> str:
        """Return the name of the list of some answers: the code list's, with a number where it has several."""
        plain = codelist.replace(".", "_")
        names = (f"{plain}_{number}" if number > 1 else plain for number in count(1))
        return next(name for name in names if self.named.setdefault(name, answers) == answers)
