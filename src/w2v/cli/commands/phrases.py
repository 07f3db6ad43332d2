"""w2v phrases: join words that belong together, as in new_york."""

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from w2v.base.threads import available_workers
from w2v.cli.options import Commands, add_command, number
from w2v.cli.output import add_json, print_rows, shows_progress
from w2v.cli.streams import STANDARD, check_output, input_path, output_path
from w2v.cli.texts import add_texts, check_texts, source_of


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "phrases",
        run,
        "Count words and pairs of words, and write the text with those pairs joined that come together more often than "
        "chance would have it; or list them.",
        [
            "w2v phrases text.txt -o joined.txt",
            "w2v phrases text.txt --list --topn 20",
            "w2v phrases text.txt -o joined.txt --passes 2 --scoring npmi --threshold 0.5 --connectors english",
            "w2v phrases news/ 'novels/*.txt.gz' -o joined.txt",
            "w2v phrases text.txt --save phrases.w2v",
            "zcat more.gz | w2v phrases - -o - --model phrases.w2v | w2v train - -o vectors.w2v",
        ],
    )
    add_texts(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write the text; - for standard output")
    parser.add_argument("--list", action="store_true", help="print the phrases, best first, with their scores")
    parser.add_argument("--topn", type=number(int, 1), metavar="N", help="with --list: how many (default: all)")
    add_json(parser)
    parser.add_argument("--save", metavar="FILE", help="where to save the phrases, for --model")
    parser.add_argument("--model", metavar="FILE", help="take these phrases instead of counting")
    _add_settings(parser)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    text = "leave out words and pairs that are rarer (default: 5)"
    parser.add_argument("--min-count", type=number(float, 0, above=True), default=5, metavar="N", help=text)
    text = "join what scores higher: 10 is mild, 100 strict; for npmi -1 to 1 (default: 10, or 0.5)"
    parser.add_argument("--threshold", type=number(float, -1), metavar="X", help=text)
    text = "by counts, or normalized pointwise mutual information (default: default)"
    parser.add_argument("--scoring", choices=["default", "npmi"], default="default", help=text)
    text = "words that may stand within a phrase: english (of, the, ...), or a file of them"
    parser.add_argument("--connectors", metavar="FILE", help=text)
    parser.add_argument("--delimiter", default="_", metavar="TEXT", help="joins the words of a phrase (default: _)")
    text = "2 finds phrases of up to four words, and so on (default: 1)"
    parser.add_argument("--passes", type=number(int, 1, 10), default=1, metavar="N", help=text)
    parser.add_argument("--max-vocab-size", type=number(int, 1), default=40_000_000, metavar="N",
                        help="while counting: drop rare words and pairs above so many (default: 40000000)")  # fmt: skip
    text = "threads that count (default: all cores)"
    parser.add_argument(
        "--workers", "--threads", type=number(int, 1, 4096), default=available_workers(), metavar="N", help=text
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors and what was asked for")


def run(options: argparse.Namespace) -> None:
    """Find phrases and do with them what is asked for."""
    texts, column = _check(options), options.column
    with contextlib.ExitStack() as stack:
        if options.output or not options.model:  # they are read several times
            texts = [stack.enter_context(input_path(text)) for text in texts]
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        steps = [_find(texts, column, options)]
        while len(steps) < options.passes:  # the next pass counts what the last one joined
            joined = os.path.join(folder, str(len(steps)))
            _write(steps[-1], texts, column, joined, options)
            texts, column = [joined], None
            steps.append(_find(texts, column, options))
        if options.save:
            steps[-1].save(options.save)
        if options.output:
            target = stack.enter_context(output_path(options.output))
            _write(steps[-1], texts, column, target, options)
    _tell(steps, options)


def _check(options: argparse.Namespace) -> list[str]:
    """Return the files to read, once it is sure that all can be done."""
    if not (options.output or options.list or options.save):
        raise ValueError("expected -o FILE, --list or --save FILE, got none of them")
    if options.list and options.output == STANDARD:
        raise ValueError("--list and -o -: expected one of them, for both write to standard output")
    if options.passes > 1 and (options.save or options.model):
        raise ValueError("--passes: expected 1 with --save and --model, for a file holds the phrases of one pass")
    if options.json and not options.list:
        raise ValueError("--json: expected --list with it")
    if options.threshold is None:
        options.threshold = 0.5 if options.scoring == "npmi" else 10.0
    texts = check_texts(options.text, options.column)
    for path in filter(None, (options.output, options.save)):
        check_output(path, *texts)
    return texts


def _find(texts: list[str], column: str | None, options: argparse.Namespace) -> Any:
    """The phrases of texts, or of --model."""
    from w2v import Phrases

    if options.model:
        return Phrases.load(options.model)
    source = source_of(texts, column)
    phrases = Phrases(
        source.get("corpus_iterable"),
        corpus_file=source.get("corpus_file"),
        min_count=options.min_count,
        threshold=options.threshold,
        max_vocab_size=options.max_vocab_size,
        delimiter=options.delimiter,
        scoring=options.scoring,
        connector_words=_connectors(options.connectors),
        workers=options.workers,
        progress=shows_progress(options),
    )
    return phrases.freeze()


def _connectors(name: str | None) -> Iterable[str]:
    from w2v import ENGLISH_CONNECTOR_WORDS

    if name is None:
        return ()
    if name == "english":
        return ENGLISH_CONNECTOR_WORDS
    from w2v.inputs.texts import text_lines

    return [word for line in text_lines(name) for word in line.split()]


def _write(step: Any, texts: list[str], column: str | None, target: str, options: argparse.Namespace) -> None:
    """Write texts with the phrases joined, line for line."""
    from w2v.base.files import open_to_write
    from w2v.base.progress import progress_bar
    from w2v.inputs.blocks import total_size

    wanted = shows_progress(options)
    bar = progress_bar(wanted, "joining", "B", total_size(texts) if wanted else None)
    with open_to_write(target) as output, bar as show:
        sentences = source_of(texts, column)["corpus_iterable"] if column else _lines(texts, show)
        output.writelines(" ".join(words).encode() + b"\n" for words in step.joined(sentences))


def _lines(texts: list[str], show: Any) -> Iterator[list[str]]:
    """The words of each line."""
    from w2v.base.files import open_to_read

    done = 0
    for text in texts:
        with open_to_read(text) as source:
            for number_, line in enumerate(source, 1):
                done += len(line)
                show(done)
                try:
                    yield line.decode("utf-8-sig" if number_ == 1 else "utf-8").split()
                except UnicodeDecodeError as error:
                    raise ValueError(f"{text}: line {number_}: expected UTF-8: {error.reason}") from None


def _tell(steps: list[Any], options: argparse.Namespace) -> None:
    """Print the phrases, or how many there are."""
    found: dict[str, float] = {}
    for step in steps:
        found |= step.export_phrases() if hasattr(step, "export_phrases") else step.phrasegrams
    if options.list:
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        print_rows(options, ["phrase", "score"], best[: options.topn])
    elif not options.quiet:
        saved = options.save or (options.output if options.output != STANDARD else None)
        print(f"{len(found)} phrases{f', saved to {saved}' if saved else ''}", file=sys.stderr)
