"""The collector of cycles, which looks rarely where the process is ours: few objects of a run are in one.

A run makes millions of small objects, the cells and their words, that live to its end; each look goes through the young
ones, and now and then through all. Who imports the package as a library keeps the collector as it is.
"""

import gc

RARELY = (50_000, 20, 20)
"""New objects after which it looks at them, such looks after which it looks at older ones too, and these before all."""


def rest() -> None:
    """Let the collector look rarely from now on."""
    gc.set_threshold(*RARELY)
