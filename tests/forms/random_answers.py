"""Answers that an interviewer could enter, drawn at random."""

from __future__ import annotations

import re

from lfs_migration.forms.choices import answers_of
from lfs_migration.forms.phrases import offered

TEXTS = ("ABC", "12", "1", "A")


def drawn(random, questionnaire, codebook, rows, absent=0.1):
    """Answers to every question, in each of so many rows."""
    return {item.name: [one(random, item, codebook, absent) for _ in range(rows)]
            for item in questionnaire.items if item.name}  # fmt: skip


def one(random, item, codebook, absent):
    listed = [code for code, _ in answers_of(item, codebook)]
    multiple = codebook.multiples.get(item.name)
    if multiple is not None:
        return several(random, multiple, listed, codebook)
    variable = codebook.variables[item.name]
    codes = list(offered(variable))
    if codes and random.random() < absent:
        return random.choice(codes)
    if listed:
        return random.choice([code for code in listed if code not in codes])
    return open_answer(random, variable)


def several(random, multiple, listed, codebook):
    alone = [
        code for code in listed if code in codebook.codelists[multiple.codelist].exclusive or code not in multiple.parts
    ]
    if alone and random.random() < 0.3:
        return [random.choice(alone)]
    others = [code for code in listed if code not in alone]
    return random.sample(others, random.randint(1, len(others)))


def open_answer(random, variable):
    low, high = variable.range or (None, None)
    low = 0 if low is None else low
    if variable.type in ("int", "year", "month"):
        return random.randint(low, low + 300 if high is None else high)
    if variable.type in ("float", "amount"):
        return round(random.uniform(low, low + 300 if high is None else high), 2)
    return next(text for text in TEXTS if not variable.pattern or re.fullmatch(variable.pattern, text))
