"""The collector of cycles: ours where the process is ours, and left alone where it is not."""

import subprocess
import sys

import pytest

from lfs_migration.collector import RARELY

COMMAND = """import contextlib, sys
from lfs_migration.__main__ import main
sys.argv[1:] = ["--version"]
with contextlib.suppress(SystemExit):
    main()"""
ASK = "import gc; print(gc.get_threshold())"


@pytest.mark.parametrize(
    ("before", "ours"),
    [
        ("import lfs_migration as lfm; lfm.weigh, lfm.publish", False),
        (COMMAND, True),
        ("import lfs_migration.batch.ready", True),
    ],
    ids=["a library", "the command", "a batch"],
)
def test_it_looks_rarely_where_the_process_is_ours(before, ours):
    told = subprocess.run([sys.executable, "-c", f"{before}\n{ASK}"], capture_output=True, text=True, check=True)
    assert (told.stdout.splitlines()[-1] == str(RARELY)) == ours
