"""The settings of training on the command line: one flag each, presets, and a file of settings (--config)."""

import argparse
import difflib
import importlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from w2v.base.threads import available_workers
from w2v.cli.options import number
from w2v.presets import ABOUT, ENSEMBLES, PRESETS

Convert = Callable[[str], Any]


class Setting(NamedTuple):
    """A setting of `w2v.Word2Vec`: its group, how its text is read (None: it is yes or no), and what it is."""

    group: str
    convert: Convert | None
    help: str
    aliases: tuple[str, ...] = ()


def _one_of(*names: str) -> Convert:
    def convert(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"expected one of {', '.join(names)}, got {text!r}")
        return text

    return convert


_WORDS, _LEARNING, _RUNNING = "which words", "what is learnt", "how it runs"
_WHOLE, _RATE = number(int, 1, 1_000_000), number(float, 0, above=True)

SETTINGS = {
    "sg": Setting(_LEARNING, number(int, 0, 1), "1: skip-gram; 0: CBOW"),
    "vector_size": Setting(_LEARNING, number(int, 1, 100_000), "dimensions of the vectors", ("--size",)),
    "window": Setting(_LEARNING, number(int, 1, 100_000), "words on either side that count as context"),
    "shrink_windows": Setting(_LEARNING, None, "draw the width of each window from 1 to --window"),
    "window_side": Setting(_LEARNING, _one_of("both", "left", "right"), "context is on both sides, or on one"),
    "objective": Setting(_LEARNING, _one_of("negative", "nce", "softmax"), "negative, nce or softmax"),
    "negative": Setting(_LEARNING, number(int, 0, 10_000), "noise words for each word; 0: none"),
    "ns_exponent": Setting(_LEARNING, number(float, -100, 100), "noise words are drawn by count to this power"),
    "hs": Setting(_LEARNING, None, "hierarchical softmax; with --negative 0 alone, else both"),
    "nce_bias": Setting(_LEARNING, None, "with --objective nce: learn output biases, too"),
    "positional": Setting(
        _LEARNING, _one_of("outputs", "weights"), "order of words counts: outputs by position, or weights (CBOW)"
    ),
    "cbow_mean": Setting(_LEARNING, None, "CBOW: the mean of the context vectors, not their sum"),
    "subwords": Setting(_LEARNING, None, "words are made of n-grams of letters, so that unknown ones have vectors"),
    "min_n": Setting(_LEARNING, number(int, 0, 64), "with --subwords: fewest letters in an n-gram"),
    "max_n": Setting(_LEARNING, number(int, 0, 64), "with --subwords: most letters in an n-gram; 0: no n-grams"),
    "bucket": Setting(_LEARNING, number(int, 0, 2**31 - 1), "with --subwords: numbers that n-grams have"),
    "cbow_corrected": Setting(_LEARNING, None, "CBOW: divide the error by the number of context words"),
    "epochs": Setting(_LEARNING, _WHOLE, "passes over the text"),
    "alpha": Setting(_LEARNING, _RATE, "learning rate at the start"),
    "min_alpha": Setting(_LEARNING, number(float, 0), "learning rate at the end"),
    "sample": Setting(_WORDS, number(float, 0), "thin out words above this share of the text; 0 keeps all"),
    "min_count": Setting(_WORDS, number(int, 0), "leave out words that occur less often"),
    "max_final_vocab": Setting(_WORDS, number(int, 1), "keep at most so many words"),
    "max_vocab_size": Setting(_WORDS, number(int, 1), "while counting: drop rare words above so many"),
    "sorted_vocab": Setting(_WORDS, None, "most frequent words first, not by first appearance"),
    "null_word": Setting(_WORDS, None, 'end the vocabulary with the word "\\0"'),
    "workers": Setting(_RUNNING, number(int, 1, 4096), "threads; 1: the same bits every time", ("--threads",)),
    "shards": Setting(
        _RUNNING, number(int, 1, 4096), "train so many replicas, by as many threads: the same bits with any --workers"
    ),
    "seed": Setting(_RUNNING, number(int, 0, 2**63 - 1), "of all random numbers"),
    "kernel": Setting(
        _RUNNING,
        _one_of("batched", "pairwise", "blas", "mirror"),
        "batched: noise words shared by the contexts of a word; pairwise: fresh ones for every pair; blas: the same by "
        "scipy's BLAS; mirror: the very bits of word2vec.c",
    ),
    "device": Setting(_RUNNING, str, "cpu; cuda, cuda:1, ...: a card, see w2v[cuda]; auto: one if it pays"),
    "warps": Setting(_RUNNING, number(int, 1), "of a card: sentences that train at once, instead of w2v's own choice"),
    "compute_loss": Setting(_RUNNING, None, "tally the loss of every word, not of a sample"),
    "comment": Setting(_RUNNING, str, "any text; it is saved with the model"),
}
"""All settings of `w2v.Word2Vec` and `w2v.FastText` that make sense here, by name; and which of the two it is.

Whoever adds one there adds a line here.
"""


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add --preset, --config, and a flag for each setting."""
    chosen = parser.add_argument_group("sets of settings")
    about = "; ".join(f"{name}: {text}" for name, text in ABOUT.items())
    chosen.add_argument("--preset", choices=list(ABOUT), help=about)
    text = "settings by their names here, with _ for -, in TOML (window = 10) or JSON; flags come before them"
    chosen.add_argument("--config", metavar="FILE", help=text)
    groups = {group: parser.add_argument_group(group) for group in (_LEARNING, _WORDS, _RUNNING)}
    kinds: Any = groups[_LEARNING].add_mutually_exclusive_group()
    kinds.add_argument("--sg", action="store_const", const=1, default=argparse.SUPPRESS, help="skip-gram")
    text = "continuous bag of words"
    kinds.add_argument("--cbow", dest="sg", action="store_const", const=0, default=argparse.SUPPRESS, help=text)
    for name, setting in SETTINGS.items():
        if name != "sg":
            _add_flag(groups[setting.group], name, setting)


def _add_flag(group: Any, name: str, setting: Setting) -> None:
    flags = (f"--{name.replace('_', '-')}", *setting.aliases)
    value = PRESETS["default"].get(name, (_DEFAULTS | NGRAMS).get(name))
    if setting.convert is None:
        text = f"{setting.help} (default: {'yes' if value else 'no'})"
        action = argparse.BooleanOptionalAction
        group.add_argument(*flags, dest=name, action=action, default=argparse.SUPPRESS, help=text)
    else:
        shown = f"{value:g}" if isinstance(value, float) else value
        text = setting.help + (f" (default: {shown})" if value is not None else "")
        meta = (
            "TEXT" if setting.convert is str else "N" if name not in ("kernel", "objective", "positional") else "NAME"
        )
        group.add_argument(*flags, dest=name, type=setting.convert, metavar=meta, default=argparse.SUPPRESS, help=text)


_CHOSEN = ("kernel", "device", "objective", "positional", "window_side")  # by a name, not by a number

NGRAMS = {"min_n": 3, "max_n": 6, "bucket": 2_000_000}  # the defaults of FastText: a test compares them

_DEFAULTS = {  # of Word2Vec, for --help: a test compares them
    "vector_size": 100,
    "window": 5,
    "shrink_windows": True,
    "window_side": "both",
    "objective": "negative",
    "negative": 5,
    "ns_exponent": 0.75,
    "cbow_mean": True,
    "min_alpha": 1e-4,
    "min_count": 5,
    "sorted_vocab": True,
    "seed": 1,
    "kernel": "batched",
    "device": "cpu",
    "workers": "all cores",
}


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """What --config and the flags say; flags come first. "preset" may be among the names."""
    given = read_config(options.config) if options.config else {}
    given |= {name: value for name, value in vars(options).items() if name in SETTINGS}
    return given | ({"preset": options.preset} if options.preset else {})


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """Settings for `w2v.Word2Vec`: those given, then the preset's, on all cores unless `workers` says otherwise."""
    given = given_settings(options)
    preset = given.pop("preset", "default")
    if preset in ENSEMBLES:
        raise ValueError(f"--preset {preset}: expected a preset of one training; w2v train alone takes this one")
    return on_all_cores({**PRESETS[preset], **given})


def on_all_cores(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings, with all cores as workers unless they say otherwise."""
    return {"workers": available_workers(), **settings}


def new_model(settings: Mapping[str, Any], **more: Any) -> Any:
    """A model of these settings: a FastText if they say `subwords`, else a Word2Vec."""
    from w2v import FastText, Word2Vec

    given = dict(settings)
    if given.pop("subwords", False):
        return FastText(**given, **more)
    for name in NGRAMS:
        if name in given:
            raise ValueError(f"--{name.replace('_', '-')}: expected --subwords with it")
    return Word2Vec(**given, **more)


def read_config(path: str) -> dict[str, Any]:
    """Settings from a file in TOML, or in JSON if its name ends in .json, checked as flags are.

    Raises
    ------
    ValueError
        The file is neither, or has a name that is no setting, or a value that makes no sense.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "settings.json")
    >>> _ = path.write_text('{"preset": "fast", "window": 10}')
    >>> read_config(str(path))
    {'preset': 'fast', 'window': 10}
    """
    found = _load(path)
    if not isinstance(found, dict):
        raise ValueError(f"{path}: expected names and values, got {type(found).__name__}")
    return {name: _value(path, name, value) for name, value in found.items()}


def _load(path: str) -> Any:
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text) if path.lower().endswith(".json") else _toml().loads(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _toml() -> Any:
    try:
        return importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ImportError as error:
        raise ImportError('TOML needs Python 3.11 or tomli: pip install "w2v[toml]", or use JSON') from error


def _value(path: str, name: str, value: Any) -> Any:
    """The value of a setting from a file."""
    if name == "preset" and value in ABOUT:
        return value
    if name not in SETTINGS:
        if name == "preset":
            raise ValueError(f"{path}: preset: expected one of {', '.join(ABOUT)}, got {value!r}")
        close = difflib.get_close_matches(name, SETTINGS, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(f"{path}: {name!r} is no setting{hint}")
    convert = SETTINGS[name].convert
    if convert is None:
        if value not in (True, False):
            raise ValueError(f"{path}: {name}: expected true or false, got {value!r}")
        return bool(value)
    try:
        return convert(value if isinstance(value, str) else repr(value))
    except argparse.ArgumentTypeError as error:
        raise ValueError(f"{path}: {name}: {error}") from None
