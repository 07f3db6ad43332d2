"""The texts of a command line: files, folders, patterns, standard input, and a field of JSON lines or Parquet files."""

import argparse
import os
from collections.abc import Sequence
from typing import Any

from w2v.cli.streams import STANDARD

_JSON_LINES = (".jsonl", ".ndjson")
_CACHES = ("auto", "memory", "disk")
_KINDS = "files, also .gz, .bz2, .xz or .zst, folders or patterns; - for standard input"


def add_texts(parser: argparse.ArgumentParser, number: str = "+") -> None:
    """Add TEXT..., so many of them, and --column."""
    parser.add_argument("text", metavar="TEXT", nargs=number, help=_KINDS)
    text = "of JSON lines and Parquet files: the field or column that holds texts, or lists of tokens"
    parser.add_argument("--column", metavar="NAME", help=text)


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Add --cache and --cache-dir."""
    group = parser.add_argument_group("where the ids of the text are kept")
    text = "auto (default), memory, disk, so many bytes of memory, or no: the text is read in every epoch"
    group.add_argument("--cache", type=_cache, default="auto", metavar="WHERE", help=text)
    group.add_argument("--cache-dir", metavar="FOLDER", help="folder of the temporary file, if there is one")


def _cache(text: str) -> Any:
    if text in _CACHES:
        return text
    if text == "no":
        return False
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"expected one of {', '.join(_CACHES)}, no, or a number of bytes, got {text!r}")


def check_texts(texts: Sequence[str], column: str | None = None, again: str = "", columns: bool = True) -> list[str]:
    """Return the files that are meant, once it is sure that they can be read.

    `again` is what reads them several times, if something does. Without `columns` no column can be named, so tables are
    refused.

    Raises
    ------
    OSError
        One is not there, or may not be read.
    ValueError
        All are empty, or one is not of the kind that `column` says, or standard input cannot be read as it must be.
    """
    from w2v.inputs.columns import is_parquet
    from w2v.inputs.files import expand, is_stream, open_bytes, size_of
    from w2v.inputs.texts import check_text_file

    paths = expand(texts)
    for path in paths:
        if is_stream(path) and again:
            raise ValueError(f"{again}: expected files, got {path}, which can be read once only")
        if path != STANDARD and not os.access(path, os.R_OK):
            open_bytes(path).close()  # says why
        _check_kind(path, column, columns)
        if not is_parquet(path):
            check_text_file(path)
    if paths.count(STANDARD) > 1:
        raise ValueError("-: expected standard input once")
    if not any(is_stream(path) or size_of(path) for path in paths):
        what = "an empty file" if len(paths) == 1 else "empty files"
        raise ValueError(f"{', '.join(texts)}: expected text, got {what}")
    return paths


def _check_kind(path: str, column: str | None, columns: bool) -> None:
    """Refuse tables of which no column is named, for nobody wants words such as '{"text":'."""
    from w2v.base.compression import COMPRESSED
    from w2v.inputs.columns import is_parquet

    stem, extension = os.path.splitext(path)
    name = stem if extension.lower() in COMPRESSED else path
    kind = "Parquet" if is_parquet(path) else "JSON lines" if name.endswith(_JSON_LINES) else None
    if kind and column is None:
        raise ValueError(f"{path}: expected text, got {kind}{': say which column has it, by --column NAME' * columns}")


def source_of(texts: Sequence[str], column: str | None = None) -> dict[str, Any]:
    """The arguments by which `w2v.Word2Vec` reads texts that `check_texts` has seen."""
    if column is None:
        return {"corpus_file": texts[0] if len(texts) == 1 else list(texts)}
    from w2v import JsonLines, ParquetColumn
    from w2v.inputs.columns import is_parquet
    from w2v.inputs.files import expand

    kinds = {is_parquet(path) for path in expand(texts)}
    if len(kinds) > 1:
        raise ValueError("--column: expected JSON lines or Parquet files, got both")
    return {"corpus_iterable": (ParquetColumn if kinds.pop() else JsonLines)(list(texts), column)}
