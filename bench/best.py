"""What each part of the preset `best` is worth: its trainings, and what is made of them, step by step.

python bench/best.py                         17 million words, three seeds, two threads (about 10 minutes)
python bench/best.py --corpus text.txt --seeds 1 --workers 1
python bench/best.py --smoke                 one tiny round, nothing written
"""

import sys
import tempfile
from pathlib import Path

from _common import corpus_17m, describe, fill_readmes, machine, make_corpus, table, write_json
from _scores import MEASURES, make_sets, score_of
from better import make_parser, row, seeds_of

from w2v import ensemble
from w2v.ensembles import beside, plan


def trained(text, seed, settings):
    """Yield (name, model, whether its outputs are added) of each training of the preset."""
    for model, add_outputs in plan("best", {"seed": seed, **settings}).trainings:
        model.build_vocab(corpus_file=str(text))
        model.train()
        name = f"{'skip-gram' if model.sg else 'CBOW'}, window {model.window}"
        print(f"seed {seed}: {name}", file=sys.stderr, flush=True)
        yield name, model, add_outputs


def parts(text, seed, settings, dimensions):
    """Yield (what it is, vectors) for each training, and for what is made of them."""
    sets = []
    for name, model, add_outputs in trained(text, seed, settings):
        sums = model.with_outputs()
        yield name, model.wv
        yield f"{name}, outputs added", sums
        sets.append(sums if add_outputs else model.wv)
        if len(sets) > 1:
            yield f"{len(sets)} trainings beside each other", ensemble(sets, "concatenate")
    for size in dimensions:
        yield f"all, in {size} dimensions", beside(sets, size)


def main():
    parser = make_parser(__doc__, "best.json", "--dimensions", "300,400", "of the result")
    parser.add_argument("--corpus", type=Path, help="text, one sentence a line (default: 17 million words)")
    options = parser.parse_args()
    info, settings = machine(), {"workers": options.workers}
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        if options.smoke:
            options.corpus, options.sets = make_corpus(Path(folder, "text.txt")), make_sets(Path(folder))
            options.seeds, options.dimensions = [1, 2], [8, 16]
            settings |= {"vector_size": 8, "epochs": 1}
        for seed in options.seeds:
            for name, kv in parts(options.corpus or corpus_17m(), seed, settings, options.dimensions):
                found.setdefault(name, []).append(score_of(kv.index_to_key, kv.vectors, options.sets))
    shown = table(["what", *MEASURES], [row(name, scores) for name, scores in found.items()])
    print(f"\n## best\n\n{shown}\n\n{describe(info)}, {seeds_of(options)}", flush=True)
    if not options.smoke:
        write_json(options.out, {"best": {"scores": found, "seeds": options.seeds, "machine": info}})
    if options.readme:
        fill_readmes("best", f"{shown}\n\n{describe(info)}, {seeds_of(options)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped")
