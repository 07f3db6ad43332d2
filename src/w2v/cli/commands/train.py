"""w2v train: from text to a file of vectors."""

import argparse
import contextlib
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from w2v.cli.checkpoints import Stoppable, add_checkpoints, asked, check_checkpoint, restored
from w2v.cli.cluster import add_ray, check_ray, sources
from w2v.cli.ensembles import asks_for_several, learn, planned
from w2v.cli.formats import FASTTEXT, FOLDERS, add_format, format_to_write
from w2v.cli.models import class_of, load_model
from w2v.cli.options import Commands, add_command
from w2v.cli.output import add_json, print_json, shows_progress
from w2v.cli.settings import NGRAMS, add_settings, given_settings, new_model, settings_of
from w2v.cli.streams import STANDARD, check_output, input_path, output_path
from w2v.cli.texts import add_cache, add_texts, check_texts
from w2v.cli.watch import Watch

_FIXED = [
    *("vector_size", "objective", "hs", "nce_bias", "positional", "null_word", "sorted_vocab", "max_final_vocab"),
    *("subwords", *NGRAMS),
]


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "train",
        run,
        "Learn vectors from text: UTF-8, one sentence a line, words separated by white space.",
        [
            "w2v train text.txt -o vectors.w2v",
            "w2v train text.txt.gz -o vectors.bin --preset quality --watch",
            "w2v train text.txt -o vectors.w2v --preset best",
            "w2v train text.txt -o vectors.w2v --config settings.toml --window 10",
            "w2v train more.txt -o vectors.w2v --resume vectors.w2v --new-words --epochs 3",
            "w2v train 2023.txt.gz 2024.txt.zst folder/ -o vectors.w2v",
            "w2v train news.jsonl.gz -o vectors.w2v --column text",
            "w2v train text.txt -o vectors.w2v --subwords",
            "w2v train text.txt -o vectors.w2v --checkpoint run.ckpt",
            "w2v train --continue run.ckpt",
            "w2v train corpus/*.txt -o vectors.w2v --ray auto --shards 16",
            "pdftotext book.pdf - | w2v train - -o - --format word2vec-text | gzip > vectors.txt.gz",
        ],
    )
    # argparse's own would fill the screen
    parser.usage = "w2v train TEXT... -o FILE [options]\n       w2v train --continue FILE"
    add_texts(parser, "*")
    output = "where to save; - for standard output"
    parser.add_argument("-o", "--output", metavar="FILE", help=output)
    add_format(parser, FASTTEXT)
    _add_beginnings(parser)
    add_checkpoints(parser)
    add_ray(parser)
    text = "save the sum of each vector and its output vector, which is better for most uses, but cannot go on learning"
    parser.add_argument("--add-outputs", action="store_true", help=text)
    parser.add_argument("--watch", action="store_true", help="print the loss of every epoch")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    add_json(parser)
    add_settings(parser)
    add_cache(parser)
    parser.set_defaults(parser=parser)


def _add_beginnings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where to begin")
    text = "go on with a saved model, by its settings; --epochs more, the learning rate falling again from --alpha"
    group.add_argument("--resume", metavar="MODEL", help=text)
    group.add_argument("--new-words", action="store_true", help="with --resume: learn words that the model lacks, too")
    text = "words and counts, as w2v vocab writes them, instead of counting"
    group.add_argument("--vocab", metavar="FILE", help=text)
    text = "begin with the vectors of a file, where it has the words"
    group.add_argument("--init-from", metavar="FILE", help=text)
    text = "leave the vectors, or the output vectors, as they are"
    group.add_argument("--freeze", choices=["input", "output"], help=text)


def run(options: argparse.Namespace) -> int:
    """Learn vectors from a text and save them; every error that can be foreseen is raised before learning."""
    if options.unfinished:
        return _continue(options)
    missing = [name for name, given in (("TEXT", options.text), ("-o/--output", options.output)) if not given]
    if missing:
        options.parser.error(f"the following arguments are required: {', '.join(missing)}")
    _check(options)
    if asks_for_several(options):
        plan = planned(options)
        return _finish(lambda: learn(plan, options), options, None)
    model = _begin(options)
    _check_outputs(options, model)
    if options.checkpoint and model.kernel == "mirror":
        raise ValueError("--checkpoint: expected another kernel than mirror, for word2vec.c cannot go on with a model")

    checkpoint = asked(options)

    def train() -> Any:
        with _texts(options.text, model.kernel) as texts, sources(texts, options, model.shards) as source:
            _learn(model, source, options, checkpoint)
        return model

    return _finish(train, options, checkpoint)


def _continue(options: argparse.Namespace) -> int:
    """Go on from a checkpoint with the command line that it remembers."""
    from w2v.formats import native

    if options.text or options.output or options.checkpoint or options.resume or given_settings(options):
        raise ValueError("--continue: expected nothing beside it, for the checkpoint says the rest")
    path = options.unfinished
    settings = native.load_settings(path)
    run = settings.get("checkpoint") or {}
    before = restored(path, run.get("note"))
    paths = check_texts(before.text, before.column)
    check_output(before.output, *paths)
    checkpoint = Stoppable(path, run.get("every", 60.0) if options.every is None else options.every, run["note"])

    def train() -> Any:
        with sources(before.text, before, settings.get("shards")) as source:
            given = {"sentences": source.get("corpus_iterable"), "corpus_file": source.get("corpus_file")}
            hooks = {"callbacks": _callbacks(before, checkpoint, run["place"]["epoch"])}
            progress = shows_progress(before)
            return class_of(settings).resume(path, **given, **hooks, progress=progress, force=options.force)

    return _finish(train, before, checkpoint)


def _finish(train: Callable[[], Any], options: argparse.Namespace, checkpoint: Stoppable | None) -> int:
    """Learn, save, report; a checkpoint goes when the vectors are saved, and is named when a signal comes before."""
    kind = format_to_write(options.output, options.format)
    started = time.perf_counter()
    with output_path(options.output) as path:
        try:
            model = train()
        except KeyboardInterrupt:
            if checkpoint is None or checkpoint.signal is None or not os.path.exists(checkpoint.path):
                raise
            print(f"w2v: interrupted; w2v train --continue {checkpoint.path} goes on", file=sys.stderr)
            return 128 + checkpoint.signal
        finally:
            if checkpoint:
                checkpoint.release()
        save(model.with_outputs() if options.add_outputs else model, path, kind)
    if checkpoint:
        os.unlink(checkpoint.path)
    seconds = time.perf_counter() - started
    if options.json:
        print_json(_summary(model, seconds, options.output))
    elif not options.quiet:
        report(model, seconds, options.output)
        _say_next(model, kind, options.output)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what contradicts itself or cannot be read or written."""
    if options.new_words and not options.resume:
        raise ValueError("--new-words: expected --resume MODEL with it")
    if options.json and options.output == STANDARD:
        raise ValueError("--json and -o -: expected one of them, for both write to standard output")
    for other in ("vocab", "init_from"):
        if options.resume and getattr(options, other):
            flag = other.replace("_", "-")
            raise ValueError(f"--resume and --{flag}: expected one of them")
    check_ray(options)
    paths = check_texts(options.text, options.column, again="--cache no" if options.cache is False else "")
    check_checkpoint(options, paths)
    format_to_write(options.output, options.format)  # says what is wrong
    if options.format not in FOLDERS:
        check_output(options.output, *paths)
    elif options.output == STANDARD:
        raise ValueError(f"-o -: expected a name, for {options.format} is a folder")


def _check_outputs(options: argparse.Namespace, model: Any) -> None:
    """Refuse what the model has not got to save."""
    if options.format == FASTTEXT and not hasattr(model, "word_ngrams"):
        raise ValueError(f"--format {FASTTEXT}: expected --subwords, for it is a format of n-grams")
    if not options.add_outputs:
        return
    if options.format == FASTTEXT:
        raise ValueError(f"--add-outputs and --format {FASTTEXT}: expected one of them, for sums have no n-grams")
    if not model.has_outputs():
        raise ValueError("--add-outputs: expected noise words or the full softmax, which give words output vectors")


def _begin(options: argparse.Namespace) -> Any:
    """The model to train: a new one, or that of --resume."""
    if not options.resume:
        start = _start(options.init_from) if options.init_from else None
        kept = {"cache": options.cache, "cache_dir": options.cache_dir}
        return new_model(settings_of(options), **kept, init_from=start, freeze=options.freeze)
    given = given_settings(options)
    if given.pop("preset", None):
        raise ValueError("--resume and --preset: expected one of them, for the settings are the model's")
    for name in _FIXED:
        if name in given:
            flag = name.replace("_", "-")
            raise ValueError(f"--resume and --{flag}: expected one of them, for the model's cannot be changed")
    model = load_model(options.resume)
    given.setdefault("seed", model.seed + model.train_count)  # other draws than those it has been trained with
    settings = model.checked(**given)
    for name in given:
        setattr(model, name, getattr(settings, name))
    model.freeze = options.freeze or model.freeze
    model.cache, model.cache_dir = options.cache, options.cache_dir
    model.min_alpha_yet_reached = model.alpha  # that the learning rate rises again is what was asked for
    return model


def _start(path: str) -> Any:
    """A model, or else vectors, to begin with."""
    from w2v import formats
    from w2v.errors import FormatError

    try:
        return load_model(path)
    except FormatError:
        return formats.load(path)


@contextlib.contextmanager
def _texts(texts: list[str], kernel: str) -> Iterator[list[str]]:
    """Texts to read: standard input is copied to a file only for the kernel that reads its text several times."""
    if kernel != "mirror":
        yield texts
        return
    if len(texts) > 1:
        raise ValueError(f"--kernel mirror reads one text, as word2vec.c does: got {len(texts)}")
    with input_path(texts[0]) as path:
        yield [path]


def _learn(model: Any, source: dict[str, Any], options: argparse.Namespace, checkpoint: Stoppable | None) -> None:
    """Make the vocabulary, unless there is one, and train."""
    progress = shows_progress(options)
    if options.vocab:
        from w2v import Vocab

        vocab = Vocab.load(options.vocab)
        model.build_vocab_from_freq(dict(zip(vocab.words, vocab.counts.tolist(), strict=True)))
    elif not options.resume or options.new_words:
        model.build_vocab(**source, update=bool(options.resume), progress=progress)
        source = {}  # it is kept as ids
    callbacks = _callbacks(options, checkpoint)
    model.train(**source, epochs=model.epochs, progress=progress, callbacks=callbacks)


def _callbacks(options: argparse.Namespace, checkpoint: Stoppable | None, done: int = 0) -> list[Any]:
    watch = Watch(shows_progress(options), done) if options.watch else None
    return [callback for callback in (checkpoint, watch) if callback is not None]


def save(model: Any, path: str, kind: str) -> None:
    """Save a model, or vectors, in the native format, or the vectors in another one."""
    from w2v import formats

    if kind == FASTTEXT:
        from w2v.fasttext import save_facebook_model

        save_facebook_model(model, path)
    elif kind == "native":
        model.save(path)
    else:
        formats.save(getattr(model, "wv", model), path, kind)


def report(model: Any, seconds: float, path: str | None) -> None:
    """Print one line on stderr about what was learnt."""
    read = f"{model.corpus_total_words} words of text, " if model.corpus_total_words else ""
    loss = f", loss {model.losses[-1]:.4f}" if model.losses else ""
    vectors = f"{len(model.wv)} vectors of {model.wv.vector_size}{loss}"
    saved = f", saved to {path}" if path and path != STANDARD else ""
    print(f"{read}{model.epochs} epochs, {seconds:.1f} s: {vectors}{saved}", file=sys.stderr)


def _say_next(model: Any, kind: str, path: str) -> None:
    """Print what can be done with the vectors, about one of the frequent words that are no mere grammar."""
    if path == STANDARD or kind in FOLDERS:
        return
    words = [str(word) for word in model.wv.index_to_key[:500]]
    word = next((word for word in words[50:] if len(word) > 3 and word.isalpha()), words[len(words) // 2])
    print(f"next: w2v similar {shlex.quote(path)} {shlex.quote(word)}", file=sys.stderr)


def _summary(model: Any, seconds: float, path: str) -> dict[str, Any]:
    return {
        "output": path,
        "words": len(model.wv),
        "vector_size": model.vector_size,
        "corpus_words": model.corpus_total_words,
        "epochs": model.epochs,
        "losses": model.losses,
        "seconds": round(seconds, 3),
    }
