"""w2v eval: how good vectors are."""

import argparse
from typing import Any

from w2v.cli.options import Commands, add_command, number
from w2v.cli.output import add_json, print_json, shows_progress, waiting
from w2v.cli.settings import add_settings, new_model, settings_of
from w2v.cli.texts import check_texts


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "eval",
        run,
        "Ask vectors what evaluation sets know: analogies, word similarity, outliers, categories, held-out pairs. What "
        "a file is, its content tells. With --also or --train: means and standard deviations of several runs.",
        [
            "w2v eval vectors.w2v sets/",
            "w2v eval vectors.w2v questions-words wordsim353 simlex999",
            "w2v eval vectors.bin questions-words.txt wordsim353.tsv --restrict-vocab 0 --json",
            "w2v eval run1.w2v sets/ --also run2.w2v run3.w2v",
            "w2v eval --train text.txt --seeds 5 --window 10 sets/",
            "w2v eval items.w2v held-out.tsv --kind held-out=pairs --topn 20 --known train.tsv",
        ],
    )
    text = "vectors in any format, then evaluation sets: files, folders, names of known ones; with --train, sets only"
    parser.add_argument("files", metavar="FILE", nargs="+", help=text)
    add_asking(parser)
    numbers = parser.add_argument_group("confidence intervals")
    text = "samples of the bootstrap; 0: no intervals (default: 1000)"
    numbers.add_argument("--resamples", type=number(int, 0, 10**6), default=1000, metavar="N", help=text)
    text = "share of samples inside (default: 0.95)"
    numbers.add_argument("--confidence", type=number(float, 0, 1, above=True), default=0.95, metavar="N", help=text)
    runs = parser.add_argument_group("several runs")
    runs.add_argument("--also", metavar="VECTORS", nargs="+", default=[], help="vectors of further runs")
    text = "train on a text (a file, a folder or a pattern), with the settings below, once for each seed"
    runs.add_argument("--train", metavar="TEXT", help=text)
    text = "how many: --seed, the next, ... (default: 5)"
    runs.add_argument("--seeds", type=number(int, 1, 1000), default=5, metavar="N", help=text)
    add_settings(parser)
    add_json(parser)


def add_asking(parser: argparse.ArgumentParser) -> None:
    """Add what is asked, and how: options of `w2v.evaluate.evaluate_sets`."""
    group = parser.add_argument_group("what is asked, and how")
    kinds = "analogies, similarity, outliers, categories or pairs"
    text = f"what the set NAME (its file without extension) is: {kinds}"
    group.add_argument("--kind", metavar="NAME=KIND", action="append", default=[], help=text)
    text = "analogies: ask and answer among the most frequent words; 0: all (default: 30000)"
    group.add_argument("--restrict-vocab", type=number(int, 0), default=30000, metavar="N", help=text)
    group.add_argument("--cosmul", action="store_true", help="analogies: answer by products of similarities (3CosMul)")
    group.add_argument("--case-sensitive", action="store_true", help='"Paris" is not "paris"')
    text = "pairs: the k of HR@k and NDCG@k (default: 10)"
    group.add_argument("--topn", type=number(int, 1), default=10, metavar="N", help=text)
    group.add_argument("--known", metavar="FILE", help="pairs: what was trained on, to be left out of what is found")
    group.add_argument("--undirected", action="store_true", help="pairs: ask them both ways")


def asking(options: argparse.Namespace) -> dict[str, Any]:
    """The same as arguments of `w2v.evaluate.evaluate_sets`."""
    from w2v.evaluate import read_set

    kinds = dict(kind.rpartition("=")[::2] for kind in options.kind)
    if "" in kinds:
        raise ValueError(f"--kind: expected NAME=KIND, got {kinds['']!r}")
    known = read_set(options.known, "pairs").sections[""] if options.known else []
    return {
        "kinds": kinds,
        "restrict_vocab": options.restrict_vocab or None,
        "case_insensitive": not options.case_sensitive,
        "similarity_function": "most_similar_cosmul" if options.cosmul else "most_similar",
        "topn": options.topn,
        "known": known,
        "undirected": options.undirected,
    }


def run(options: argparse.Namespace) -> None:
    """Print scores of vectors, or what several vectors have in common."""
    from w2v.evaluate import Runs, evaluate_sets

    settings = settings_of(options)
    vectors, sets = _vectors_and_sets(options)
    how = asking(options) | {"resamples": options.resamples, "confidence": options.confidence}
    how["seed"] = abs(settings.get("seed", 1))
    if options.train:
        result: Any = _train(options, settings, sets, how)
    else:
        with waiting("evaluating"):
            reports = [evaluate_sets(path, sets, **how) for path in vectors]
        result = Runs(reports) if len(reports) > 1 else reports[0]
    if options.json:
        print_json(result.as_dict())
    else:
        print(result)


def _vectors_and_sets(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Files of vectors, and evaluation sets."""
    if options.train:
        check_texts([options.train], again="--train", columns=False)
        return [], options.files
    if len(options.files) < 2:
        raise ValueError(f"{options.files[0]}: expected evaluation sets after the vectors, got none")
    return [options.files[0], *options.also], options.files[1:]


def _train(options: argparse.Namespace, settings: dict[str, Any], sets: list[str], how: dict[str, Any]) -> Any:
    """Runs with one seed after the other."""
    from w2v.base.progress import watched
    from w2v.evaluate import evaluate_runs

    def train(seed: int) -> Any:
        return new_model(settings, corpus_file=options.train, seed=seed)

    first = settings.pop("seed", 1)
    with watched(range(first, first + options.seeds), shows_progress(options), "training", " seeds") as seeds:
        return evaluate_runs(train, sets, seeds, **how)
