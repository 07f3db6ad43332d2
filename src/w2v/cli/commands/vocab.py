"""w2v vocab: words and their counts: count, show, prune and merge them."""

import argparse
import sys
from collections import Counter
from typing import Any

from w2v.base.threads import available_workers
from w2v.cli.options import Commands, Parser, add_command, add_topn, number
from w2v.cli.output import add_json, print_rows, shows_progress
from w2v.cli.streams import STANDARD, check_input, check_output, input_path, output_path
from w2v.cli.texts import add_texts, check_texts, source_of


def add(commands: Commands) -> None:
    """Add the command, which has commands of its own."""
    parser = add_command(
        commands,
        "vocab",
        run,
        "Words and their counts, in files that have a line 'word count' for each, as word2vec.c writes them.",
        [
            "w2v vocab count text.txt -o words.txt",
            "w2v vocab show words.txt --topn 20",
            "w2v vocab prune words.txt -o fewer.txt --min-count 10",
            "w2v vocab merge 2023.txt 2024.txt -o both.txt",
            "w2v train text.txt -o vectors.w2v --vocab words.txt",
        ],
    )
    below = parser.add_subparsers(metavar="WHAT", required=True, title="what to do")
    count = _add(below, "count", _count, "count the words of a text")
    add_texts(count)
    _add_output(count)
    _add_pruning(count, 1)
    text = "threads (default: all cores)"
    count.add_argument(
        "--workers", "--threads", type=number(int, 1, 4096), default=available_workers(), metavar="N", help=text
    )
    show = _add(below, "show", _show, "print the words with counts and shares of the text")
    show.add_argument("file", metavar="FILE", help="words and counts, or vectors in a format that has counts")
    add_topn(show)
    add_json(show)
    prune = _add(below, "prune", _prune, "leave out rare words")
    prune.add_argument("file", metavar="FILE", help="words and counts; - for standard input")
    _add_output(prune)
    _add_pruning(prune, 1)
    prune.add_argument("--keep", metavar="FILE", help="keep these words, however rare")
    prune.add_argument("--drop", metavar="FILE", help="leave these words out, however frequent")
    merge = _add(below, "merge", _merge, "add the counts of several files")
    merge.add_argument("files", metavar="FILE", nargs="+", help="words and counts")
    _add_output(merge)
    _add_pruning(merge, 0)


def _add(below: Commands, name: str, act: Any, text: str) -> Parser:
    parser: Parser = below.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.set_defaults(act=act)
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _add_output(parser: argparse.ArgumentParser) -> None:
    text = "where to write (default: standard output)"
    parser.add_argument("-o", "--output", metavar="FILE", default=STANDARD, help=text)


def _add_pruning(parser: argparse.ArgumentParser, min_count: int) -> None:
    text = f"leave out words that occur less often (default: {min_count})"
    parser.add_argument("--min-count", type=number(int, 0), default=min_count, metavar="N", help=text)
    parser.add_argument("--max-final-vocab", type=number(int, 1), metavar="N", help="keep at most so many words")


def run(options: argparse.Namespace) -> None:
    """Do one of the four things."""
    options.act(options)


def _count(options: argparse.Namespace) -> None:
    from w2v import Vocab

    check_output(options.output, *check_texts(options.text, options.column))
    how = {name: getattr(options, name) for name in ("min_count", "max_final_vocab", "workers")}
    count = Vocab.from_iterable if options.column else Vocab.from_file
    [texts] = source_of(options.text, options.column).values()
    _write(count(texts, **how, progress=shows_progress(options)), options.output)


def _show(options: argparse.Namespace) -> None:
    words, counts = _words_and_counts(options.file)
    total = sum(counts) or 1
    rows = [(word, count, count / total) for word, count in zip(words, counts, strict=True)]
    rows.sort(key=lambda row: -row[1])
    shown = rows[: options.topn]
    if not options.json:
        print(f"{len(words)} words, {sum(counts)} tokens", file=sys.stderr)
        shown = [(word, count, f"{share:.3%}") for word, count, share in shown]  # type: ignore[misc]
    print_rows(options, ["word", "count", "share"], shown)


def _words_and_counts(path: str) -> tuple[list[Any], list[int]]:
    """Of a file of words and counts, or of vectors."""
    from w2v import Vocab
    from w2v.cli.vectors import COUNTLESS, load
    from w2v.errors import FormatError
    from w2v.formats.detect import detect_format

    try:
        kind = detect_format(path)
    except FormatError:
        kind = "vocab"
    if kind == "vocab":
        vocab = Vocab.load(path)
        return vocab.words, vocab.counts.tolist()
    vectors = load(path)
    if kind in COUNTLESS or "count" not in vectors.expandos:
        raise ValueError(f"{path}: expected words with counts, got {kind} vectors without them")
    return vectors.index_to_key, vectors.expandos["count"][: len(vectors)].tolist()


def _prune(options: argparse.Namespace) -> None:
    from w2v import Vocab

    check_input(options.file, "words and counts")
    check_output(options.output, options.file)
    keep, drop = (_words(path) for path in (options.keep, options.drop))

    def rule(word: str, count: int, min_count: int) -> int:
        return 1 if word in drop else 2 if word in keep else 0

    with input_path(options.file) as path:
        vocab = Vocab.load(path)
    _write(_pruned(Vocab, vocab.words, vocab.counts.tolist(), options, trim_rule=rule), options.output)


def _merge(options: argparse.Namespace) -> None:
    from w2v import Vocab

    for path in options.files:
        check_input(path, "words and counts")
    check_output(options.output)
    total: Counter[str] = Counter()
    for path in options.files:
        vocab = Vocab.load(path)
        for word, count in zip(vocab.words, vocab.counts.tolist(), strict=True):
            total[word] += count
    _write(_pruned(Vocab, list(total), list(total.values()), options), options.output)


def _pruned(vocab: Any, words: list[str], counts: list[int], options: argparse.Namespace, **rules: Any) -> Any:
    """A vocabulary of those words that stay, equal counts in the order in which they came."""
    found = dict(zip(reversed(words), reversed(counts), strict=True))
    return vocab.from_frequencies(found, options.min_count, options.max_final_vocab, **rules)


def _words(path: str | None) -> set[str]:
    if path is None:
        return set()
    from w2v.inputs.texts import text_lines

    return {word for line in text_lines(path) for word in line.split()}


def _write(vocab: Any, path: str) -> None:
    with output_path(path) as target:
        vocab.save(target)
