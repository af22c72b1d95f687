"""Text as every product writes it."""

import re

import pytest
from jinja2 import UndefinedError

from lfs_migration.pages import template
from lfs_migration.text import LANGUAGES, RIGHT_TO_LEFT, WORDS, clean, closed, wording


def test_clean_leaves_text_of_every_script():
    text = "Հայաստան, ประเทศไทย, مصر\n\tOK \N{GRINNING FACE}"
    assert clean(text) == text
    assert clean("\x00\x1b\ud800\uffff") == "\ufffd" * 4


def test_the_languages_from_right_to_left_are_languages():
    assert set(RIGHT_TO_LEFT) <= set(LANGUAGES)


PAGES = [("publish", "report"), ("metadata", "codebook"), ("forms", "questionnaire")]


@pytest.mark.parametrize(("room", "name"), PAGES)
def test_a_page_escapes_text_and_carries_no_control_character(room, name):
    page = template(f"lfs_migration.{room}", f"{name}.html.j2")
    assert page.environment.from_string("{{ text }}").render(text="<script>\x00") == "&lt;script&gt;\ufffd"
    with pytest.raises(UndefinedError):
        page.environment.from_string("{{ unheard_of }}").render()


TOPICS = sorted(path.stem for path in (WORDS / "en").glob("*.toml"))
ALL = [(language, topic) for language in LANGUAGES for topic in TOPICS]


def test_every_language_has_a_folder_and_no_file_of_its_own():
    assert sorted(path.name for path in WORDS.iterdir()) == sorted(LANGUAGES)
    assert {path.stem for path in WORDS.glob("*/*")} == set(TOPICS)


@pytest.mark.parametrize(("language", "topic"), ALL)
def test_words_say_the_same_things_in_every_language(language, topic):
    english, own = wording(topic, "en"), wording(topic, language)
    assert list(own) == list(english)
    for name, said in own.items():
        assert said and (said.strip() == said or not re.search(r"\w", said)), name
        assert set(re.findall(r"{\w*}", said)) == set(re.findall(r"{\w*}", english[name])), name
        assert clean(said) == said, name


@pytest.mark.parametrize(
    ("text", "ends"),
    [("plain", ""), ("a\u202eb", "\u202c"), ("\u2067\u202ex", "\u202c\u2069"), ("\u2067\u202ex\u2069", ""),
     ("\u202ex\u202c y \u2066z", "\u2069"), ("\u202c\u2069 no beginning", ""), ("\u202e\u2069x", "\u202c")],
)  # fmt: skip
def test_a_turn_of_direction_ends_with_its_text(text, ends):
    assert closed(text) == text + ends
    assert closed(closed(text)) == closed(text)
