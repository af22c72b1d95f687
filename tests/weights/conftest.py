"""Forty families of the numbers that a formula gives."""

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.model.codebook import Codebook, Record
from lfs_migration.model.dataset import Dataset


@pytest.fixture
def families():
    """Households in four strata, residents and emigrants."""
    number = np.arange(40)
    size = 1 + (7 * number) % 4
    household = pd.DataFrame(
        {"hh": number, "h": np.array([*"abcd"])[number % 4], "w": 1 + number % 3, "rooms": 1 + number % 5}
    )
    lives = np.repeat(number, size)
    person = pd.DataFrame({"hh": lives, "sex": 1 + (3 * np.arange(len(lives)) + lives) % 2, "wp": 1.0 + lives % 2})
    emigrant = pd.DataFrame({"hh": number[number % 3 > 0]})
    word = {"en": "-"}
    records = {"household": Record(label=word, key=("hh",))}
    records |= {name: Record(label=word, key=("hh",), parent="household") for name in ("person", "emigrant")}
    codebook = Codebook(
        name="small", version="1", title=word, reference="-", records=records, variables={}, codelists={}, rules={},
        dimensions={}, parameters={},
    )  # fmt: skip
    tables = {"household": household, "person": person, "emigrant": emigrant}
    frames = {name: lfm.dataset(table, lfm.Design("hh")).records["data"] for name, table in tables.items()}
    return Dataset(frames, codebook=codebook, design=lfm.Design("w", stratum="h"))
