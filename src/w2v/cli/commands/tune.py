"""w2v tune: which settings suit a text?"""

import argparse
from typing import Any

from w2v.cli.commands.eval import add_asking, asking
from w2v.cli.options import Commands, add_command, number
from w2v.cli.output import add_json, print_json, shows_progress
from w2v.cli.settings import add_settings, settings_of
from w2v.cli.texts import check_texts


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "tune",
        run,
        "Look for settings with a high score, by successive halving: many on a small part of the text, the best of "
        "them on a larger one, the best of these on all of it; the winner is trained again with new seeds, and so are "
        "the settings to start from. Ctrl-C prints the best so far. The last line trains with what was found.",
        [
            "w2v tune text.txt sets/ --metric questions-words,wordsim353 --journal text.jsonl",
            "w2v tune walks.txt held-out.tsv --metric held-out.mrr --ranges items",
            "w2v tune text.txt sets/ --metric men --only window,alpha --range window=2:30 --epochs 5",
        ],
    )
    parser.add_argument("text", metavar="TEXT", help="a file, also .gz, .bz2, .xz or .zst, a folder or a pattern")
    parser.add_argument("sets", metavar="SETS", nargs="+", help="evaluation sets, or folders of them")
    text = "names of sets, or set.measure, as w2v eval --json has them; of several, with commas, the mean"
    parser.add_argument("--metric", required=True, metavar="NAMES", help=text)
    group = parser.add_argument_group("what is tried")
    text = "text (default): window, negative, ns_exponent, sample, alpha, epochs; items: the same, wider"
    group.add_argument("--ranges", choices=["text", "items"], default="text", help=text)
    text = "another range, or that of another setting"
    group.add_argument("--range", metavar="NAME=LOW:HIGH", action="append", default=[], help=text)
    group.add_argument("--only", metavar="NAMES", help="of the ranges, only those of these settings, with commas")
    _add_search(parser)
    add_asking(parser)
    add_settings(parser)
    add_json(parser)


def _add_search(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how it is searched")
    for name, least, value, text in (
        ("trials", 1, 27, "sets of settings to begin with"),
        ("reduction", 2, 3, "one in so many goes on, with so many times the text"),
        ("rungs", 1, 3, "sizes of the text; 1: the whole of it only"),
        ("confirm", 0, 3, "new seeds for the winner and for the settings to start from"),
    ):
        convert = number(int, least, 10_000)
        group.add_argument(f"--{name}", type=convert, default=value, metavar="N", help=f"{text} (default: {value})")
    text = "keep every finished training here; the same command goes on where it was interrupted"
    group.add_argument("--journal", metavar="FILE", help=text)
    group.add_argument("--quiet", action="store_true", help="show no progress")


def run(options: argparse.Namespace) -> int:
    """Search, print a table and a command line; 130 after Ctrl-C."""
    from w2v.tuning import tune

    check_texts([options.text], again="tune", columns=False)
    settings = settings_of(options)
    if settings.get("subwords"):
        raise ValueError("--subwords: expected without, for the search is one of models of words alone")
    workers, seed = settings.pop("workers"), settings.pop("seed", 1)
    found = tune(
        options.text, options.metric, options.sets, ranges=_ranges(options), settings=settings, trials=options.trials,
        reduction=options.reduction, rungs=options.rungs, confirm=options.confirm, seed=seed, workers=workers,
        journal=options.journal, progress=shows_progress(options), **asking(options),
    )  # fmt: skip
    command = found.command(options.text)
    if options.json:
        print_json({**found.as_dict(), "command": command})
    else:
        print(f"{found}\n{command}")
    return 0 if found.complete else 130


def _ranges(options: argparse.Namespace) -> dict[str, Any]:
    """The ranges that the options name."""
    from w2v.tuning import RANGES

    ranges = dict(RANGES[options.ranges])
    for text in options.range:
        name, _, ends = text.partition("=")
        ranges[name] = _range(name, ends, ranges.get(name), text)
    if not options.only:
        return ranges
    names = options.only.split(",")
    unknown = [name for name in names if name not in ranges]
    if unknown:
        raise ValueError(f"--only: expected names among {', '.join(ranges)}, got {unknown[0]!r}")
    return {name: ranges[name] for name in names}


def _range(name: str, ends: str, known: Any, text: str) -> Any:
    """A range from "LOW:HIGH", whole and by ratio as the known one of this setting is."""
    from w2v import Word2Vec
    from w2v.tuning import Range

    low, _, high = ends.partition(":")
    whole = known.whole if known else isinstance(getattr(Word2Vec(), name, None), int)
    try:
        first, last = (int(end) if whole else float(end) for end in (low, high))
    except ValueError:
        numbers = "whole numbers" if whole else "numbers"
        raise ValueError(f"--range: expected NAME=LOW:HIGH, two {numbers}, got {text!r}") from None
    return Range(first, last, whole, known.log if known else False)
