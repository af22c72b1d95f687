"""Conditions in words say what the expression says."""

from __future__ import annotations

import random
import re
import string

import pytest
from odd_codebook import module

from lfs_migration.expr import evaluate, parse
from lfs_migration.metadata.verbal import FORMS, asked, in_words
from lfs_migration.metadata.words import WORDS
from lfs_migration.text import LANGUAGES


@pytest.mark.parametrize(
    ("expression", "language", "words"),
    [
        ("em_marital in [2, 3]", "en", "em_marital is 2 (Married) or 3 (Consensual union)"),
        ("em_marital in [2, 3]", "fr", "em_marital vaut 2 (Marié) ou 3 (Union libre)"),
        ("em_marital in [2, 3]", "es", "em_marital es 2 (Casado) o 3 (Unión libre)"),
        ("em_dest == 'RUS'", "en", "em_dest is RUS (Russia)"),
        ("em_age_dep >= 5 and em_rem_any != 1", "en", "em_age_dep is at least 5 and em_rem_any is not 1 (Yes)"),
        ("15 <= em_age <= 64", "fr", "em_age va de 15 à 64"),
        ("15 <= em_age", "en", "em_age is at least 15"),
        ("not (em_abroad or blank(em_age))", "en", "not (em_abroad is true or em_age is empty)"),
        ("em_abroad and (em_age < 5 or em_age > 9)", "en",
         "em_abroad is true and (em_age is below 5 or em_age is above 9)"),
        ("refused(em_age)", "es", "em_age fue rechazado"),
    ],
)  # fmt: skip
def test_words(expression, language, words):
    assert in_words(expression, module(), language) == words


@pytest.mark.parametrize(
    "expression",
    ["em_age + 1 > 2", "count(emigrant) == 1", "em_age == None", "em_age > em_age_dep", "em_sex > 1", "em_age in []",
     "1 if em_abroad else 2", "em_age == True", "no such expression", "1 < em_age < 5", "em_age"],
)  # fmt: skip
def test_what_has_no_exact_words_has_none(expression):
    assert in_words(expression, module()) is None


def test_a_language_without_words_shows_the_expression():
    assert asked("em_sex == 1", module(), "hy") is None
    assert asked("", module()) is None


def test_every_universe_is_said_in_three_languages():
    universes = {v.universe for v in module().variables.values() if v.universe not in ("", "True")}
    unsaid = [(u, language) for u in universes for language in FORMS if asked(u, module(), language) is None]
    assert len(universes) > 20
    assert not unsaid


NAMES = ("em_age", "em_age_dep", "em_trips")


def expressions(draw: random.Random, depth: int) -> str:
    if depth and draw.random() < 0.7:
        joint = draw.choice([" and ", " or "])
        inner = joint.join(f"({expressions(draw, depth - 1)})" for _ in range(draw.randint(2, 3)))
        return f"not ({inner})" if draw.random() < 0.3 else inner
    name, one, two = draw.choice(NAMES), draw.randint(0, 4), draw.randint(0, 4)
    return draw.choice([
        f"{name} == {one}", f"{name} != {one}", f"{name} in [{one}, {two}]", f"{name} not in [{one}, {two}]",
        f"{name} < {one}", f"{one} <= {name}", f"{name} <= {one}", f"{one} < {name}", f"{one} <= {name} <= {two}",
    ])  # fmt: skip


def read(words: str) -> str:
    """Read English words back, by other means than those that wrote them."""
    values = r"(-?\d+(?:(?:, | or )-?\d+)*)"
    for pattern, form in (
        (rf"(\w+) is from {values} to {values}", r"(\2 <= \1 and \1 <= \3)"),
        (rf"(\w+) is at least {values}", r"\1 >= \2"), (rf"(\w+) is at most {values}", r"\1 <= \2"),
        (rf"(\w+) is below {values}", r"\1 < \2"), (rf"(\w+) is above {values}", r"\1 > \2"),
    ):  # fmt: skip
        words = re.sub(pattern, form, words)
    listed = rf"(\w+) is (not )?{values}"
    return re.sub(listed, lambda m: f"{m[1]} {m[2] or ''}in [{m[3].replace(' or ', ', ')}]", words)


def test_words_read_back_have_the_same_truth():
    draw = random.Random(7)
    seen = set()
    for _ in range(300):
        expression = expressions(draw, 3)
        back = read(in_words(expression, module()))
        assert parse(back).names == parse(expression).names
        for _ in range(20):
            values = {name: draw.choice([None, 0, 1, 2, 3, 4, 5]) for name in NAMES}
            truth = evaluate(expression, values)
            assert evaluate(back, values) is truth, (expression, back, values)
            seen.add(truth)
    assert seen == {True, False, None}


def test_every_word_is_in_every_language_with_the_same_places():
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for name, text in WORDS.items():
        assert set(text) == set(LANGUAGES), name
        assert len({frozenset(places(one)) for one in text.values()}) == 1, name
    assert all(set(forms) == set(FORMS["en"]) for forms in FORMS.values())
