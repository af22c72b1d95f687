"""The program that touches the C library: it reads one SPSS or Stata file and leaves Arrow files and a report.

It runs in a process of its own, as a script, because damaged files can crash the library. So it imports nothing of
this package, and what it writes is plain: text and numbers as the file holds them, and a JSON report with either
the metadata or the problem. The parent process gives both their meaning: see
:mod:`lfs_migration.readers.packages.statistical`.

Called with ``--serve`` it takes the names of job files from its standard input, one a line, does each in a copy of
itself, and answers with the code with which the copy ended.
"""

from __future__ import annotations

import json
import math
import os
import sys
import warnings
from importlib.abc import MetaPathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pyreadstat

VALUES_AT_ONCE = 40_000_000
"""Python objects held at a time: larger files are read some columns at a time, each pass skipping the others.

A pass over some rows would have to go through all rows before them again; over some columns it goes through the file
once, so the time of a file is that of its bytes times the passes.
"""
BASE_MEMORY = 4 << 30
"""Address space for the libraries themselves, in bytes."""
BYTES_A_LETTER = 64
"""Memory that a letter of a portable file takes at most: a text of one letter is an object."""


class WithoutPandas(MetaPathFinder):
    """Keeps pandas out: Arrow would import it with the first array, which takes longer than to read most files."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Refuse pandas, and leave all else to the next finder."""
        if fullname == "pandas":
            raise ImportError(fullname)


def main(job_file: str) -> None:
    """Read what the job asks for and write the report beside it."""
    job = json.loads(Path(job_file).read_text("utf-8"))
    limit_time(job["seconds"])
    sys.meta_path.insert(0, WithoutPandas())
    # The library renames a second column of the same name; such a file is damaged.
    warnings.filterwarnings("error", message="column .* is duplicated")
    try:
        report = read_portable(job) if job["format"] == "por" else read(job)
    except pyreadstat.ReadstatError as error:
        report = {"problem": "library", "message": str(error)}
    except UnicodeError as error:
        report = {"problem": "encoding", "message": str(error)}
    except MemoryError:
        report = {"problem": "memory", "message": ""}
    except Exception as error:
        report = {"problem": "other", "message": f"{type(error).__name__}: {error}"}
    Path(job["report"]).write_text(json.dumps(report), "utf-8")


def read(job: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a file whose columns were written beside ``job["table"]``, a file for each pass."""
    limit_memory(BASE_MEMORY)
    _, header = scan(job, metadataonly=True)
    names = list(header.column_names)
    rows = job["rows"]
    width = sum(header.variable_storage_width.values()) + 100 * len(names)
    limit_memory(BASE_MEMORY + 3 * width * rows)
    step = max(1, job.get("at_once", VALUES_AT_ONCE) // max(rows, 1))
    tags: dict[str, list[str]] = {}
    tables: list[str] = []
    for start in range(0, len(names), step):
        chosen = names[start : start + step]
        arrays: dict[str, pa.Array] = {}
        columns, meta = scan(job, usecols=None if len(chosen) == len(names) else chosen)
        for name in chosen:
            if found := tagged(name, meta):
                tags[name] = found
            arrays[name] = column(columns.pop(name), meta.readstat_variable_types[name], as_text=bool(found))
        tables.append(write(job, arrays, len(tables)))
        Path(job["done"]).write_text(f"{(start + len(chosen)) / len(names):.3f}", "ascii")
    return {**about(header, tags), "tables": tables}


def write(job: dict[str, Any], arrays: dict[str, pa.Array], number: int = 0) -> str:
    """Write some columns where the job wants them, and return the name of the file."""
    table, name = pa.table(arrays), f"{job['table']}-{number}"
    with pa.OSFile(name, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return name


def read_portable(job: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a portable file, which the library does not read whole."""
    portable = beside("portable")
    limit_memory(BASE_MEMORY + BYTES_A_LETTER * job["size"])
    try:
        found = portable.read(Path(job["path"]).read_bytes(), job["encoding"] or "utf-8")
    except portable.CutError as error:
        return {"problem": "cut", "message": str(error)}
    except portable.DamageError as error:
        return {"problem": "damaged", "message": str(error)}
    names = found.variables
    table = write(job, {name: portable_column(found.columns[name], one.width) for name, one in names.items()})
    return {
        "tables": [table],
        "encoding": job["encoding"] or "utf-8",
        "formats": {name: one.form for name, one in names.items() if one.form},
        "labels": {name: one.label for name, one in names.items() if one.label},
        "value_labels": found.value_labels,
        "ranges": {name: one.missing for name, one in names.items() if one.missing},
        "tags": {},
        "documents": found.documents,
    }


def portable_column(values: Any, width: int) -> pa.Array:
    """Return a column as text or floats; NaN stands for the system-missing value."""
    if width:
        return pa.array(values, pa.string())
    return pa.array(np.frombuffer(values, float) if len(values) else [], pa.float64(), from_pandas=True)


def beside(name: str) -> ModuleType:
    """Return a module of the same folder, without the package around it."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scan(job: dict[str, Any], **choices: Any) -> tuple[dict[str, Any], Any]:
    """Return columns and metadata: dates stay numbers, user-missing codes stay values."""
    reader = pyreadstat.read_dta if job["format"] == "dta" else pyreadstat.read_sav
    data, meta = reader(
        job["path"],
        encoding=job["encoding"],
        user_missing=True,
        disable_datetime_conversion=True,
        output_format="dict",
        **choices,
    )
    return data, meta


def tagged(name: str, meta: Any) -> list[str]:
    """Return Stata's missing codes .a to .z that a numeric column holds or labels."""
    if meta.readstat_variable_types[name] == "string":
        return []
    found = set(meta.missing_user_values.get(name, ()))
    found.update(value for value in meta.variable_value_labels.get(name, {}) if isinstance(value, str))
    return [plain(tag) for tag in sorted(found)]


def column(values: Any, form: str, *, as_text: bool) -> pa.Array:
    """Return a column as text, whole numbers or floats; Stata's tagged missing codes make it text."""
    if as_text:
        return pa.array([None if value is None else plain(value) for value in values], pa.string())
    if form == "string":
        return pa.array(values, pa.string(), from_pandas=True)
    return pa.array(values, pa.int64() if form.startswith("int") else pa.float64(), from_pandas=True)


def plain(value: float | str) -> str:
    """Return a code as text: ``1``, ``1.5``, and ``.a`` for the tag ``a``."""
    if isinstance(value, str):
        return f".{value}"
    return str(int(value)) if float(value).is_integer() else repr(value)


def about(meta: Any, tags: dict[str, list[str]]) -> dict[str, Any]:
    """Return the metadata as JSON can hold it: mappings with keys that are numbers become lists of pairs."""
    labels = {
        name: [(plain(value) if name in tags else value, label) for value, label in mapping.items()]
        for name, mapping in meta.variable_value_labels.items()
    }
    ranges = {name: [(one["lo"], one["hi"]) for one in several] for name, several in meta.missing_ranges.items()}
    return {
        "encoding": meta.file_encoding,
        "formats": {name: form for name, form in meta.original_variable_types.items() if form},
        "labels": {name: label for name, label in meta.column_names_to_labels.items() if label},
        "value_labels": labels,
        "ranges": ranges,
        "tags": tags,
        "title": meta.file_label or "",
        "documents": [text for text in meta.notes or () if text],
        "sets": meta.mr_sets,
        "measures": {name: kind for name, kind in meta.variable_measure.items() if kind != "unknown"},
    }


def limit_memory(size: int) -> None:
    """Limit the address space, where the system can: a damaged header must not take the machine's memory."""
    limit("RLIMIT_AS", size)


def limit_time(seconds: float) -> None:
    """Limit the time of the processor, for when nobody is left to end this process; and leave no core behind."""
    limit("RLIMIT_CPU", math.ceil(seconds) + 1)
    limit("RLIMIT_CORE", 0)


def limit(name: str, size: int) -> None:
    """Set one limit of this process, where the system has it."""
    try:
        import resource
    except ImportError:
        return
    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    soft = min(size, sys.maxsize) if hard == resource.RLIM_INFINITY else min(size, hard)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (ValueError, OSError):
        return


def serve() -> None:
    """Do jobs in copies of this process until the input ends."""
    sys.meta_path.insert(0, WithoutPandas())
    pa.array([1.0])
    for line in sys.stdin:
        copy = os.fork()
        if not copy:
            in_copy(line.rstrip("\n"))
        _, status = os.waitpid(copy, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def in_copy(job_file: str) -> None:
    """Do a job and end, without a word to the one who waits for the answer of :func:`serve`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    code = 1
    try:
        main(job_file)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve()
    else:
        main(sys.argv[1])
