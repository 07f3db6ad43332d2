"""w2v convert: vectors from any format to any."""

import argparse
import contextlib
from collections.abc import Callable
from typing import Any

from w2v.cli.formats import FASTTEXT, FOLDERS, add_format, format_to_write
from w2v.cli.models import load_model
from w2v.cli.options import Commands, add_command, number
from w2v.cli.output import waiting
from w2v.cli.streams import STANDARD, check_input, check_output, input_path, output_path
from w2v.formats import LOADED

_DTYPES = ("float16", "float32", "float64", "int8")


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "convert",
        run,
        "Read vectors of any format and write them in another. A whole model, ours or gensim's, stays one in our "
        "native format; everything else holds its vectors alone.",
        [
            "w2v convert GoogleNews-vectors-negative300.bin.gz news.w2v",
            "w2v convert news.w2v news.txt --limit 50000",
            "w2v convert gensim.model model.w2v",
            "w2v convert news.w2v small.w2v --dtype int8 --words words.txt",
            "w2v convert news.w2v projector --to tensorboard",
        ],
    )
    parser.add_argument("input", metavar="INPUT", help="vectors in any format; - for standard input")
    parser.add_argument("output", metavar="OUTPUT", help="a file, or a folder; - for standard output")
    add_format(parser, FASTTEXT)
    parser.add_argument("--from", dest="source", choices=LOADED, help="default: told by the content")
    parser.add_argument("--limit", type=number(int, 1), metavar="N", help="only the first so many words")
    parser.add_argument("--words", metavar="FILE", help="only the words of this text, in its order; others are skipped")
    parser.add_argument("--normalize", action="store_true", help="bring all vectors to length 1")
    parser.add_argument("--dtype", choices=_DTYPES, help="numbers of this type; narrow ones only in the native format")
    text = "write what text formats cannot hold, such as blanks in words, as escapes"
    parser.add_argument("--escape", action="store_true", help=text)
    parser.add_argument("--vectors-only", action="store_true", help="of a whole model, keep the vectors alone")


def run(options: argparse.Namespace) -> None:
    """Read and write."""
    kind = format_to_write(options.output, options.format)
    if options.dtype in ("float16", "int8") and kind != "native":
        raise ValueError(f"--dtype {options.dtype}: expected the native format, got {kind}")
    check_input(options.input, "vectors")
    if kind not in FOLDERS:
        check_output(options.output, options.input)
    elif options.output == STANDARD:
        raise ValueError(f"-: expected a name, for {kind} is a folder")
    with input_path(options.input) as source, output_path(options.output) as target:
        with waiting(f"reading {options.input}"):
            save = _read(source, kind, options)
        with waiting(f"writing {options.output}"):
            save(target)


def _read(path: str, kind: str, options: argparse.Namespace) -> Callable[[str], object]:
    """Read the input; return the function that writes it."""
    from w2v import formats
    from w2v.errors import FormatError

    changed = options.limit or options.words or options.normalize or options.dtype or options.source
    if kind == "native" and not changed and not options.vectors_only:
        with contextlib.suppress(FormatError):
            save: Callable[[str], object] = load_model(path).save
            return save
    if kind == FASTTEXT:
        return _to_fasttext(path, bool(changed))
    vectors = _changed(formats.load(path, options.source, limit=options.limit), options)
    extra = {"escape": True} if options.escape else {}
    return lambda target: formats.save(vectors, target, kind, **extra)


def _to_fasttext(path: str, changed: bool) -> Callable[[str], object]:
    """Read a model with n-grams; return the function that writes it as fastText's."""
    from w2v.fasttext import FastText, save_facebook_model

    model = load_model(path)
    if changed or not isinstance(model, FastText):
        raise ValueError(f"{path}: --to {FASTTEXT}: expected a whole model with n-grams, and all of it")
    return lambda target: save_facebook_model(model, target)


def _changed(vectors: Any, options: argparse.Namespace) -> Any:
    """The vectors, chosen and changed as the options say."""
    from w2v.inputs.texts import text_lines

    if options.words:
        words = [word for line in text_lines(options.words) for word in line.split() if word in vectors.key_to_index]
        if not words:
            raise ValueError(f"{options.words}: expected words of {options.input}, got none of them")
        vectors = vectors.vectors_for_all(words, allow_inference=False, copy_vecattrs=True)
    if options.normalize:
        vectors.unit_normalize_all()
    return vectors.astype(options.dtype) if options.dtype else vectors
