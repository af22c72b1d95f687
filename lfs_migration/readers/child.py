"""The program that touches the C library: it reads one SPSS or Stata file and leaves an Arrow file and a report.

It runs in a process of its own, as a script, because damaged files can crash the library. So it imports nothing of
this package, and what it writes is plain: text and numbers as the file holds them, and a JSON report with either
the metadata or the problem. The parent process (:mod:`lfs_migration.readers.statistical`) gives both their meaning.
"""

from __future__ import annotations

import json
import sys
import warnings
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyreadstat

VALUES_AT_ONCE = 40_000_000
"""Python objects held at a time: wider files are read some columns at a time, each pass skipping the others."""
BASE_MEMORY = 4 << 30
"""Address space for the libraries themselves, in bytes."""


class WithoutPandas(MetaPathFinder):
    """Keeps pandas out: Arrow would import it with the first array, which takes longer than to read most files."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Refuse pandas, and leave all else to the next finder."""
        if fullname == "pandas":
            raise ImportError(fullname)


def main(job_file: str) -> None:
    """Read what the job asks for and write the report beside it."""
    job = json.loads(Path(job_file).read_text("utf-8"))
    sys.meta_path.insert(0, WithoutPandas())
    # The library renames a second column of the same name; such a file is damaged.
    warnings.filterwarnings("error", message="column .* is duplicated")
    try:
        report = read(job)
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
    """Return the report of a file whose columns were written to ``job["table"]``."""
    limit_memory(BASE_MEMORY)
    _, header = scan(job, metadataonly=True)
    names = list(header.column_names)
    # Where the header counts no rows, each value takes a byte at least.
    rows = header.number_rows or job["size"] // max(len(names), 1)
    width = sum(header.variable_storage_width.values()) + 100 * len(names)
    limit_memory(BASE_MEMORY + 3 * width * rows)
    step = max(1, VALUES_AT_ONCE // max(rows, 1))
    arrays: dict[str, pa.Array] = {}
    tags: dict[str, list[str]] = {}
    for start in range(0, len(names), step):
        chosen = names[start : start + step]
        columns, meta = scan(job, usecols=None if len(chosen) == len(names) else chosen)
        for name in chosen:
            if found := tagged(name, meta):
                tags[name] = found
            arrays[name] = column(columns.pop(name), meta.readstat_variable_types[name], as_text=bool(found))
    table = pa.table(arrays)
    with pa.OSFile(job["table"], "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return about(header, tags)


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
    }


def limit_memory(size: int) -> None:
    """Limit the address space, where the system can: a damaged header must not take the machine's memory."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = min(size, sys.maxsize) if hard == resource.RLIM_INFINITY else min(size, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ValueError, OSError):
        return


if __name__ == "__main__":
    main(sys.argv[1])
