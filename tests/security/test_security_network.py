"""No command and no reader opens a connection, whatever library would like to."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_survey import small
from syntax import imported, modules

from lfs_migration import converting, frames
from lfs_migration.frames.work import connected

GUARD = """
import os, sys

def _note(words):
    with open(os.environ["LFS_TEST_LOG"], "a", encoding="utf-8") as file:
        file.write(words + "\\n")

def _guard(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        _note(f"{event} {arguments!r}")
        raise PermissionError(f"the network is closed: {event}")
    if event in ("urllib.Request", "ftplib.connect", "http.client.connect", "smtplib.connect", "webbrowser.open"):
        _note(f"{event} {arguments!r}")
        raise PermissionError(f"the network is closed: {event}")

sys.addaudithook(_guard)
_note("process " + repr(sys.orig_argv))
"""
"""Runs first in each Python process: what would open a socket is noted, and refused by the interpreter itself."""
COMMANDS = """
import sys
from lfs_migration.cli import main
yaml, data, out, tables = sys.argv[1:]
for words in (
    ["run", yaml, "--data", data, "--out", out, "--tables", tables, "--engine", "duckdb", "--stage", out + "/stage"],
    ["validate", yaml, "--data", data, "--out", out + "/findings.html"],
    ["codebook", "export", "--to", "ddi", "--out", out + "/book"],
    ["table", "em_dest by em_sex", "--country", yaml, "--data", data, "--out", out + "/one.xlsx"],
    ["check", yaml],
    ["inspect", data + "/persons.sav"],
):
    try:
        main(words)
    except SystemExit as end:
        print("END", words[0], end.code)
"""
FEW = Path(__file__).parents[1] / "small" / "few.yaml"
"""Tables of each kind."""
CLOSED = {
    "socket", "socketserver", "ssl", "http", "urllib.request", "urllib.error", "urllib3", "requests", "httpx",
    "aiohttp", "ftplib", "smtplib", "poplib", "imaplib", "nntplib", "telnetlib", "xmlrpc", "webbrowser", "paramiko",
    "boto3", "fsspec", "pyarrow.fs", "asyncio",
}  # fmt: skip
"""Modules that open connections, or are made for it."""


def guarded(folder: Path, code: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run code in a process that has no network, and return it with what it and its children noted."""
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    log = folder / "log"
    environment = {**os.environ, "PYTHONPATH": str(folder / "guard"), "LFS_TEST_LOG": str(log)}
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, *arguments], env=environment, cwd=folder,
                          capture_output=True, text=True, encoding="utf-8", check=False)  # fmt: skip
    return done, log.read_text(encoding="utf-8").splitlines()


def test_the_guard_sees_a_connection(tmp_path):
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
    done, noted = guarded(tmp_path, code)
    assert done.returncode != 0
    assert "the network is closed" in done.stderr
    assert any(line.startswith("socket.") for line in noted)


@pytest.mark.slow
def test_no_command_opens_a_connection(tmp_path):
    made = small(tmp_path / "survey")
    list(converting.convert(made.folder / "persons.csv", made.folder / "persons.sav"))
    yaml = Path(made.yaml)
    text = yaml.read_text(encoding="utf-8")
    yaml.write_text(text.replace("{path: persons.csv, format: csv}", "{path: persons.sav, format: sav}"), "utf-8")
    done, noted = guarded(tmp_path, COMMANDS, made.yaml, str(made.folder), str(tmp_path / "out"), str(FEW))
    ends = [line for line in done.stdout.splitlines() if line.startswith("END")]
    assert ends == ["END run 0", "END validate 0", "END codebook 0", "END table 0", "END check 0", "END inspect 0"], (
        done.stdout[-2000:] + done.stderr[-2000:]
    )
    assert [line for line in noted if not line.startswith("process ")] == []
    assert any("child.py" in line for line in noted), "the reader's own process was not under guard"


def test_duckdb_fetches_nothing_and_takes_no_code_from_elsewhere(tmp_path):
    with connected(tmp_path, 1 << 28) as connection:
        names = ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions",
                 "allow_unsigned_extensions")  # fmt: skip
        settings = dict(connection.sql("SELECT name, value FROM duckdb_settings()").fetchall())
        assert {name: settings[name] for name in names} == dict.fromkeys(names, "false")
        with pytest.raises(Exception, match="httpfs"):
            connection.read_parquet("https://example.invalid/persons.parquet")


def test_every_connection_to_duckdb_is_made_in_one_place():
    found = [name for name, tree in modules().items() for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and ast.unparse(node) in ("duckdb.connect", "duckdb.sql")]  # fmt: skip
    assert found == [frames.work.__name__.removeprefix("lfs_migration.")]


def wrong(tree: ast.AST) -> list[str]:
    return [f"{line}: {name}" for line, name in imported(tree)
            if any(name == one or name.startswith(f"{one}.") for one in CLOSED)]  # fmt: skip


def test_no_module_imports_what_opens_connections():
    assert [(name, one) for name, tree in modules().items() for one in wrong(tree)] == []


@pytest.mark.parametrize(
    "text", ["import socket", "import urllib.request", "from urllib import request", "from http.client import X",
             "def f():\n    import requests", "from pyarrow import fs"],
)  # fmt: skip
def test_such_an_import_is_seen(text):
    assert wrong(ast.parse(text)) != []


def test_parts_of_addresses_may_be_put_together():
    assert wrong(ast.parse("from urllib.parse import quote")) == []
