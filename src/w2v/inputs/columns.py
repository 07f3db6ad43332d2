"""Sentences in a field of JSON lines or in a column of Parquet files, read as often as they are asked for."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from w2v.errors import FormatError
from w2v.inputs.files import expand, is_stream
from w2v.inputs.texts import text_lines

__all__ = ["JsonLines", "ParquetColumn", "is_column", "is_parquet", "rows_of", "table_columns"]

_ROWS = 1 << 10  # of a column that become Python's objects at a time; more keep the garbage collector busy


def _tokens(value: Any, tokenizer: Callable[[str], Any], where: str) -> Any:
    if isinstance(value, str):
        return tokenizer(value)
    if isinstance(value, list):
        return value
    raise FormatError(f"{where}: expected a list of tokens or a text, got {type(value).__name__}")


class JsonLines:
    """One field of the objects in line-separated JSON: a list of tokens, or a text for the tokenizer.

    Parameters
    ----------
    paths : path or sequence of paths
        As `corpus_file` of `w2v.Word2Vec`: files, also compressed ones, folders, patterns, "-" for standard input.
    field : str
    tokenizer : callable, default str.split

    Raises
    ------
    FormatError
        While it is read: a line is no JSON object, or has no such field, or something else is there.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "texts.jsonl")
    >>> _ = path.write_text('{"text": "to be"}\\n{"text": ["or", "not"]}\\n')
    >>> list(JsonLines(path, "text"))
    [['to', 'be'], ['or', 'not']]
    """

    def __init__(self, paths: Any, field: str, tokenizer: Callable[[str], Any] = str.split) -> None:
        self.paths = paths
        self.field = field
        self.tokenizer = tokenizer

    @property
    def one_shot(self) -> bool:
        """Whether it can be read once only: from standard input, from a pipe."""
        return any(map(is_stream, expand(self.paths)))

    def __iter__(self) -> Iterator[Any]:
        for path in expand(self.paths):
            for number, line in enumerate(text_lines(path), 1):
                if line.strip():
                    yield self._sentence(line, f"{path}: line {number}")

    def _sentence(self, line: str, where: str) -> Any:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{where}: expected JSON, got: {error}") from None
        if not isinstance(value, dict):
            raise FormatError(f"{where}: expected an object with the field {self.field!r}, got {type(value).__name__}")
        if self.field not in value:
            raise FormatError(f"{where}: expected the field {self.field!r}, got {', '.join(value) or 'none'}")
        return _tokens(value[self.field], self.tokenizer, f"{where}: {self.field}")


class ParquetColumn:
    """One column of Parquet files: lists of tokens, or texts for the tokenizer. Needs ``pip install "w2v[arrow]"``.

    Parameters
    ----------
    paths : path or sequence of paths
        Of files, folders or patterns.
    column : str
    tokenizer : callable, default str.split

    Raises
    ------
    ImportError
        pyarrow is not installed.
    FormatError
        While it is read: something else than lists or texts is there.
    """

    def __init__(self, paths: Any, column: str, tokenizer: Callable[[str], Any] = str.split) -> None:
        try:
            import pyarrow.parquet
        except ImportError as error:
            raise ImportError('Parquet files need pyarrow: pip install "w2v[arrow]"') from error
        self._parquet = pyarrow.parquet
        self.paths = paths
        self.column = column
        self.tokenizer = tokenizer

    def __iter__(self) -> Iterator[Any]:
        for path in expand(self.paths):
            with self._parquet.ParquetFile(path) as file:
                if self.column not in file.schema_arrow.names:
                    found = ", ".join(file.schema_arrow.names)
                    raise FormatError(f"{path}: expected the column {self.column!r}, got {found}")
                batches = file.iter_batches(_ROWS, columns=[self.column])
                values = (value for batch in batches for value in batch.column(0).to_pylist())
                for number, value in enumerate(values, 1):
                    yield _tokens(value, self.tokenizer, f"{path}: row {number}: {self.column}")


def is_parquet(path: str) -> bool:
    """Say whether a file begins as Parquet files do.

    Examples
    --------
    >>> is_parquet("-")
    False
    """
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"PAR1"


def is_column(value: Any) -> bool:
    """Say whether something is a column of pyarrow, polars or datasets, whose own items are slow.

    Examples
    --------
    >>> is_column([["to", "be"]])
    False
    """
    return _kind(value) in _ROWS_OF


def rows_of(column: Any) -> Iterator[Any]:
    """Yield the rows of a column as Python's objects, many of which are made at a time."""
    rows = _ROWS_OF[_kind(column)]
    for start in range(0, len(column), _ROWS):
        yield from rows(column, start, start + _ROWS)


def table_columns(value: Any) -> list[str] | None:
    """Return the names of the columns of a table of pandas, polars, pyarrow or datasets; None for anything else.

    Examples
    --------
    >>> table_columns([["to", "be"]]) is None
    True
    """
    package, name = _kind(value)
    if package not in _PACKAGES or not name.endswith(_TABLES):
        return None
    names = getattr(value, "column_names", None)  # pandas and polars have columns; a stream may not know its own
    return list(map(str, getattr(value, "columns", ()) if names is None else names))


_PACKAGES = ("pandas", "polars", "pyarrow", "datasets")
_TABLES = ("DataFrame", "Table", "RecordBatch", "Dataset", "DatasetDict")
_ROWS_OF: dict[tuple[str, str], Callable[[Any, int, int], Any]] = {
    ("polars", "Series"): lambda column, start, end: column[start:end].to_list(),
    ("datasets", "Column"): lambda column, start, end: column[start:end],
    ("pyarrow", "Array"): lambda column, start, end: column.slice(start, end - start).to_pylist(),
}


def _kind(value: Any) -> tuple[str, str]:
    """The package and the name of a type; all columns of pyarrow have one name here."""
    package, name = type(value).__module__.partition(".")[0], type(value).__name__
    return package, "Array" if package == "pyarrow" and name.endswith("Array") else name
