"""DDI-Codebook 2.5 of harmonised records: what researchers need beside ``microdata.parquet``."""

from __future__ import annotations

from pathlib import Path

from lfs_migration.errors import DataError
from lfs_migration.files import write_bytes
from lfs_migration.metadata.ddi import Document, Held
from lfs_migration.metadata.xmltree import written
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.questionnaire import Questionnaire

MICRODATA_DDI = "microdata.ddi.xml"
"""The file, beside the records."""
FORMAT = "Apache Parquet"


def write_microdata_ddi(
    records: Path, data: Dataset, *, language: str = "en", questionnaire: Questionnaire | None = None
) -> Path:
    """Write what a file of harmonised records holds, as DDI-Codebook 2.5, beside it.

    Its variables are the file's own columns, in their order, and the number of rows is the file's. Numbers by category
    are not told: the document says no more of persons than the codebook does.

    Parameters
    ----------
    records : Path
        A Parquet file of one record of the data, each row with the variables of those that it belongs to.
    data : Dataset
        With a codebook.
    language : str
        The language that comes first, and the one of what may stand once. All others are there too.
    questionnaire : Questionnaire, optional
        Gives the wording of questions.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        For data without a codebook, and for a file without a column that the codebook knows.
    """
    if data.codebook is None:
        raise DataError("Records without a codebook cannot be described", where=records.name,
                        hint="Read them with a country's file")  # fmt: skip
    book, edition = data.codebook, data.country
    if edition is not None and not set(edition.codelists) <= set(book.codelists):
        book = book.model_copy(update={"codelists": book.codelists | edition.codelists})
    document = Document(book, language, edition, questionnaire, _held(records, book, data))
    return write_bytes(records.with_name(MICRODATA_DDI), written(document.root()), private=True)


def _held(path: Path, book: Codebook, data: Dataset) -> Held:
    import pyarrow
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(path)
    text = (pyarrow.types.is_string, pyarrow.types.is_large_string, pyarrow.types.is_string_view)
    columns = {one.name: any(test(one.type) for test in text) for one in file.schema_arrow}
    return Held(
        name=path.name,
        format=FORMAT,
        records=_records(path, book, columns),
        rows=file.metadata.num_rows,
        columns=columns,
        weight="" if data.design is None else data.design.weight,
    )


def _records(path: Path, book: Codebook, columns: dict[str, bool]) -> tuple[str, ...]:
    """Return the record that rows are of, the one furthest from the sampled units, and those that it belongs to."""
    found = {book.variables[name].record for name in columns if name in book.variables}
    if not found:
        raise DataError("The codebook knows no column of this file", where=path.name,
                        hint="Give the records of these data")  # fmt: skip
    return book.lineage(max(found, key=lambda record: len(book.lineage(record))))
