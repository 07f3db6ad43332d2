"""w2v info: what a file holds, and whether it is whole."""

import argparse
import os
from typing import Any

from w2v.cli.options import Commands, add_command, add_file
from w2v.cli.output import add_json, print_columns, print_json, waiting
from w2v.cli.streams import check_input, input_path

_SHOWN = 8  # words


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "info",
        run,
        "Print what a file holds: vectors of any format, a model, phrases, or words and counts. The whole file is read "
        "and its checksums are compared, where it has some; if they differ, the exit code is 1.",
        ["w2v info vectors.w2v", "w2v info GoogleNews-vectors-negative300.bin.gz --json"],
    )
    add_file(parser)
    text = "do not compare checksums: instant, for files in our own format"
    parser.add_argument("--no-verify", action="store_true", help=text)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print what a file holds; 1 if it is damaged."""
    check_input(options.file, "vectors")
    with input_path(options.file) as path, waiting(f"reading {options.file}"):
        facts = _facts(path, not options.no_verify)
    damaged = facts.get("damaged", [])
    if options.json:
        print_json(facts)
    else:
        print_columns((name.replace("_", " ") if " " not in name else name, value) for name, value in _flat(facts))
    return 1 if damaged else 0


def _flat(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    """Names and texts, the settings among them."""
    rows: list[tuple[str, Any]] = []
    for name, value in facts.items():
        if isinstance(value, dict):
            rows += _flat(value)
        elif isinstance(value, list):
            rows.append((name, " ".join(f"{item:.4g}" if isinstance(item, float) else str(item) for item in value)))
        else:
            rows.append((name, f"{value:g}" if isinstance(value, float) else value))
    return rows


def _facts(path: str, verify: bool) -> dict[str, Any]:
    """What the file holds, by name."""
    from w2v.errors import FormatError
    from w2v.formats.detect import detect_format

    try:
        kind = detect_format(path)
        kind = "native" if kind in ("phrases", "index") else kind  # they are in the same layout
    except FormatError:
        found = _vocab(path)
        if found is None:
            raise
        return found
    facts: dict[str, Any] = {"format": kind, "holds": "vectors", "bytes": os.path.getsize(path)}
    return facts | (_native(path, verify) if kind == "native" else _vectors(path, kind))


def _vocab(path: str) -> dict[str, Any] | None:
    """Of a file of words and counts; None if it is none."""
    from w2v import Vocab
    from w2v.errors import FormatError

    try:
        vocab = Vocab.load(path)
    except (FormatError, ValueError):
        return None
    facts = {"format": "vocab", "holds": "words and counts", "bytes": os.path.getsize(path), "words": len(vocab)}
    return facts | {"total_count": vocab.total, "first_words": vocab.words[:_SHOWN]}


def _vectors(path: str, kind: str) -> dict[str, Any]:
    from w2v import formats
    from w2v.cli.vectors import COUNTLESS

    vectors = formats.load(path, kind, mmap="r" if kind == "native" else None)
    facts = {"words": len(vectors), "vector_size": vectors.vector_size, "numbers": str(vectors.vectors.dtype)}
    if "count" in vectors.expandos and kind not in COUNTLESS:
        facts["total_count"] = int(vectors.expandos["count"].sum())
    return facts | {"first_words": vectors.index_to_key[:_SHOWN]}


def _native(path: str, verify: bool) -> dict[str, Any]:
    """Of a file in our own layout."""
    from w2v.formats.tensors import TensorFile

    file = TensorFile(path)
    facts: dict[str, Any] = {}
    if verify:
        damaged = _damaged(file)
        facts["checksums"] = "damaged" if damaged else f"ok ({len(file.names())} tensors)"
        if damaged:
            return facts | {"damaged": damaged, "tensors": file.names()}
    if file.metadata.get("format") == "w2v-phrases":
        return {"holds": "phrases"} | facts | _phrases(path)
    facts |= _vectors(path, "native")
    settings = file.read_json("settings")
    return ({"holds": "model"} if settings else {}) | facts | _history(settings)


def _damaged(file: Any) -> list[str]:
    """Names of the tensors whose checksums differ."""
    from w2v.errors import FormatError

    damaged = []
    for name in file.names():
        try:
            file.read(name)
        except (FormatError, ValueError):
            damaged.append(name)
    return damaged


def _phrases(path: str) -> dict[str, Any]:
    from w2v.formats.phrases import load_phrases

    saved = load_phrases(path)
    names = saved.settings.get("connector_words", [])
    settings = {name: value for name, value in saved.settings.items() if name != "connector_words"}
    kind = "counts of words and pairs" if saved.values.dtype.kind == "i" else "phrases"
    return {kind: len(saved.values), "settings": settings, "connector_words": len(names)}


def _history(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of a model, and how it was trained."""
    from w2v.training.settings import SETTINGS

    if not settings:
        return {}
    chosen = {name: settings[name] for name in SETTINGS if name in settings and name != "vector_size"}
    rest = {name: value for name, value in settings.items() if name not in (*SETTINGS, "lifecycle_events")}
    return {"settings": chosen, "training": rest}
